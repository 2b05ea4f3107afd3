"""Edits on spans of a text: put in order, checked, applied."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from ..model import Edit

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Overlap(ValueError):
    """Two edits want to change the same characters."""


def arrange(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Sort *edits* by position and drop repetitions; insertions keep their order.

    Raises Overlap if two of them change the same characters.
    """
    ordered = sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end))
    for before, after in itertools.pairwise(ordered):
        if after.start < before.end:
            raise Overlap(f"two edits change the text at offset {after.start}")
    return tuple(ordered)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return *text* with *edits*, which must be arranged, carried out."""
    parts: list[str] = []
    position = 0
    for edit in edits:
        parts += (text[position : edit.start], edit.text)
        position = edit.end
    parts.append(text[position:])
    return "".join(parts)


def changed_lines(old: str, new: str, offset: int = 0) -> list[Edit]:
    """Edits that turn *old*, which begins at *offset*, into *new*, line by line."""
    from ..text.matching import LineMatcher  # few need it

    before, after = _LINE.findall(old), _LINE.findall(new)
    starts = [offset]
    for line in before:
        starts.append(starts[-1] + len(line))
    matcher = LineMatcher(before, after, junk=False)
    return [
        Edit(starts[i], starts[j], "".join(after[k:m]))
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    ]
