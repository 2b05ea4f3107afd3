"""Offsets in a text and positions of the protocol, in the units that the client counts.

Lines end where Python and the protocol say they do (`\\n`, `\\r\\n`, `\\r`); a
form feed or a U+2028 ends none.
"""

from __future__ import annotations

from lsprotocol import types

from ..text.source import Source

_CODECS = {
    types.PositionEncodingKind.Utf8.value: ("utf-8", 1),
    types.PositionEncodingKind.Utf16.value: ("utf-16-le", 2),
    types.PositionEncodingKind.Utf32.value: ("utf-32-le", 4),
}


class Positions:
    """Converts for one text; *encoding* is what client and server agreed on."""

    def __init__(self, source: Source, encoding: str) -> None:
        self._source = source
        self._codec, self._width = _CODECS[encoding]
        # A byte order mark is no part of Source.text, but the client counts it.
        self._before = self._units("\ufeff") if source.bom else 0

    def position(self, offset: int) -> types.Position:
        """The position of the character at *offset*."""
        line = self._source.line_of(offset)
        start = self._source.line_starts[line - 1]
        units = self._units(self._source.text[start:offset])
        return types.Position(line - 1, units + (self._before if line == 1 else 0))

    def range(self, start: int, end: int) -> types.Range:
        """The range from the offset *start* up to *end*."""
        return types.Range(self.position(start), self.position(end))

    def offset(self, position: types.Position, uri: str = "") -> int:
        """The offset of *position*; behind the end of a line means the end of the line."""
        del uri  # there is only one document
        if position.line >= len(self._source.line_starts):
            return len(self._source.text)
        start = self._source.line_starts[position.line]
        units = position.character - (self._before if position.line == 0 else 0)
        line = self._source.line_text(position.line + 1).encode(self._codec, "surrogatepass")
        return start + len(line[: max(units, 0) * self._width].decode(self._codec, "ignore"))

    def _units(self, text: str) -> int:
        return len(text.encode(self._codec, "surrogatepass")) // self._width
