"""The cells of a notebook and their positions: every cell is a document of its own.

https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
(Notebook Document Synchronization)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lsprotocol import types

from ..model import Edit
from ..text.cells import Cells, CellSource
from ..text.source import Source
from ..transform.edits import apply_edits, changed_lines
from .convert import text_edits
from .positions import Positions


@dataclass(frozen=True)
class CellDocument:
    """A code cell: its document, and which cell of the notebook it is, from 1."""

    uri: str
    version: int
    text: str
    number: int
    is_python: bool = True


def cells_of(documents: Iterable[CellDocument]) -> Cells:
    """The cells that *documents* hold."""
    return Cells.of((cell.number, cell.text, cell.is_python) for cell in documents)


class CellPositions:
    """Converts between offsets in the text of all cells and positions in each of them."""

    def __init__(
        self, source: CellSource, documents: Sequence[CellDocument], encoding: str
    ) -> None:
        self._source = source
        self._documents = documents
        self._by_uri = {cell.uri: index for index, cell in enumerate(documents)}
        self._texts = [Source(cell.text) for cell in documents]
        self._positions = [Positions(text, encoding) for text in self._texts]

    def uri(self, offset: int) -> str:
        """The document of the cell that holds *offset*."""
        return self._documents[self._source.index_of(self._source.line_of(offset))].uri

    def range(self, start: int, end: int) -> types.Range:
        """The range from the offset *start* up to *end*, in the cell of *start*."""
        index = self._source.index_of(self._source.line_of(start))
        return types.Range(self._position(index, start, False), self._position(index, end, True))

    def _position(self, index: int, offset: int, is_end: bool) -> types.Position:
        row, column = self._source.position(offset, is_end)
        text = self._texts[index]
        if row > len(text.line_starts):
            return self._positions[index].position(len(text.text))
        return self._positions[index].position(text.line_starts[row - 1] + column - 1)

    def offset(self, position: types.Position, uri: str = "") -> int:
        """The offset of *position* in the document *uri*; where a line is
        no Python, one on it."""
        index = self._by_uri[uri]
        inside = self._positions[index].offset(position)
        row, column = self._texts[index].position(inside)
        first, last = self._source.lines_of(index)
        line = min(first + row - 1, last)
        return self._source.offset_of(line, column - 1)

    def text_edits(self, edits: Sequence[Edit]) -> dict[str, list[types.TextEdit]]:
        """Arranged *edits* as those of the documents that change, line by line."""
        found: dict[str, list[types.TextEdit]] = {}
        after = self._source.texts(apply_edits(self._source.text, edits))
        for cell, positions, new in zip(self._documents, self._positions, after, strict=True):
            if new != cell.text:
                found[cell.uri] = text_edits(changed_lines(cell.text, new), positions)
        return found
