"""Carries out changes in a text, for the tests of the rewriting."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from imp_migrate.text.source import Source
from imp_migrate.transform.changes import Change
from imp_migrate.transform.edits import apply_edits, arrange
from imp_migrate.transform.rewriter import Rewriter


class Text(str):
    """A text that tells where a piece of it is: `text["piece"]`, `text["piece", 2]`."""

    def __getitem__(self, piece: Any) -> Any:
        if isinstance(piece, (int, slice)):
            return super().__getitem__(piece)
        wanted, number = piece if isinstance(piece, tuple) else (piece, 1)
        start = -1
        for _ in range(number):
            start = self.index(wanted, start + 1)
        return start, start + len(wanted)


def rewriter_of(text: str, indent: str = "    ", touched: Iterable[int] = ()) -> Rewriter:
    return Rewriter(Source.from_text(str(text)), ast.parse(str(text)), indent, touched)


def carried_out(text: str, changes: Sequence[Change], indent: str = "    ") -> str:
    """*text* with *changes* carried out; it is Python again."""
    edits = rewriter_of(text, indent).edits(changes)
    after = apply_edits(str(text), arrange(edits))
    ast.parse(after)
    return after
