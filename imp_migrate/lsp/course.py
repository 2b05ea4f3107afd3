"""A course of quick-fixes: one after another, they give what all of them give together.

Where a helper or an import goes, and whether a helper pays at all, depends on
which fixes are applied with it.  So the second fix is not decided on as if the
first one had always been in the text, but as its plan had it.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..model import Diagnostic, Edit
from ..plan import Plan
from ..transform.edits import apply_edits

_WORD = re.compile(r"\w+")
_SAID = re.compile(r"#[^\r\n]*|\"\"\"[^\r\n]*?\"\"\"")


@dataclass(frozen=True)
class Course:
    """Where a course has got to.

    plan: what it started from; applied: the diagnostics whose fixes are in the text.
    known: the course at each of its texts, by their hash; shared by
        all that belongs to the course.
    """

    plan: Plan
    applied: tuple[Diagnostic, ...] = ()
    known: dict[int, Course] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """The edits that lead from the plan's text to the present one; may raise Overlap."""
        return self.plan.edits(self.applied)

    @cached_property
    def text(self) -> str:
        """The present text."""
        return apply_edits(self.plan.source.text, self.edits)

    def after(self, diagnostic: Diagnostic) -> Course:
        """The course when the fix of *diagnostic*, one of the plan, is applied, too."""
        return Course(self.plan, (*self.applied, diagnostic), self.known)

    def offer(self, diagnostic: Diagnostic) -> list[Edit]:
        """The edits of the present text that apply the fix of *diagnostic*, one of the plan.

        The text that they lead to is remembered.  Raises Overlap if they cannot be made.
        """
        then = self.after(diagnostic)
        for course in (self, then):
            self.known[hash(course.text)] = course
        return difference(self.plan.source.text, self.edits, then.edits)

    def at(self, text: str) -> Course | None:
        """The course where its text is *text*, if that has been offered."""
        course = self.known.get(hash(text))
        return course if course is not None and course.text == text else None

    def original(self, diagnostic: Diagnostic) -> Diagnostic | None:
        """The diagnostic of the plan that *diagnostic*, found in the present text, was before."""
        return self._waiting.get((diagnostic.code, diagnostic.start))

    @cached_property
    def _waiting(self) -> dict[tuple[str, int], Diagnostic]:
        """The diagnostics whose fixes can still be applied, by code and present place."""
        return {
            (diagnostic.code, place): diagnostic
            for diagnostic in self.plan.diagnostics
            if diagnostic.fix is not None
            and diagnostic not in self.applied
            and (place := _moved(diagnostic.start, self.plan.source.text, self.edits)) is not None
            and (not self.applied or self.plan.compatible((*self.applied, diagnostic)))
        }


def difference(text: str, before: Sequence[Edit], after: Sequence[Edit]) -> list[Edit]:
    """The edits that turn *text* with *before* applied into *text* with *after* applied."""
    edits: list[Edit] = []
    shift = 0  #: how much longer the text before the present region is with *before*
    for start, end in _regions([*before, *after]):
        old_edits, new_edits = (_within(start, end, some) for some in (before, after))
        if not old_edits:
            edits += [Edit(e.start + shift, e.end + shift, e.text) for e in new_edits]
            continue
        old, new = (_part(text, start, end, some) for some in (old_edits, new_edits))
        if old != new:
            head, tail = _common_lines(old, new)
            begin, stop = start + shift + head, start + shift + len(old) - tail
            edits.append(Edit(begin, stop, new[head : len(new) - tail]))
        shift += len(old) - (end - start)
    return edits


def _regions(edits: Iterable[Edit]) -> list[tuple[int, int]]:
    """The stretches of text that *edits* cover, those that touch made one."""
    regions: list[tuple[int, int]] = []
    for edit in sorted(edits):
        if regions and edit.start <= regions[-1][1]:
            regions[-1] = (regions[-1][0], max(regions[-1][1], edit.end))
        else:
            regions.append((edit.start, edit.end))
    return regions


def _within(start: int, end: int, edits: Iterable[Edit]) -> list[Edit]:
    return [edit for edit in edits if start <= edit.start and edit.end <= end]


def _part(text: str, start: int, end: int, edits: Iterable[Edit]) -> str:
    """What *edits* make of the text from *start* to *end*."""
    moved = [Edit(edit.start - start, edit.end - start, edit.text) for edit in edits]
    return apply_edits(text[start:end], moved)


def _common_lines(one: str, other: str) -> tuple[int, int]:
    """The lengths of the lines that two texts begin and end with in common."""
    head = one.rfind("\n", 0, agreement(one, other)) + 1
    one, other = one[head:], other[head:]
    tail = agreement(one[::-1], other[::-1])
    first = one.find("\n", len(one) - tail) + 1
    return head, len(one) - first if first else 0


def _moved(offset: int, text: str, edits: Sequence[Edit]) -> int | None:
    """Where the word at *offset* of *text* is after *edits*; None if one of them replaces it."""
    shift = 0
    for edit in edits[: bisect.bisect_right(edits, offset, key=lambda e: e.start)]:
        if edit.end > offset:
            within = _kept_word(text[edit.start : edit.end], edit.text, offset - edit.start)
            return None if within is None else edit.start + shift + within
        shift += len(edit.text) - (edit.end - edit.start)
    return offset + shift


def _kept_word(old: str, new: str, offset: int) -> int | None:
    """Where the word at *offset* of *old* is in *new*, if both have it as often.

    What comments and docstrings say, those of helpers above all, does not count.
    """
    word = _WORD.match(old, offset)
    if word is None:
        return None
    olds, news = (
        [
            found.start()
            for found in _WORD.finditer(_SAID.sub(lambda said: " " * len(said[0]), some))
            if found[0] == word[0]
        ]
        for some in (old, new)
    )
    return news[olds.index(offset)] if len(olds) == len(news) and offset in olds else None


def agreement(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
