"""Bytes to text and back without losing anything, and positions in the text.

Line breaks are Python's own (`\\n`, `\\r\\n`, `\\r`), not those of
`str.splitlines`, which also splits on form feeds and U+2028.
"""

from __future__ import annotations

import ast
import bisect
import codecs
import io
import itertools
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..model import Edit

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_NARROW = 79  # PEP 8, "Maximum Line Length"
_SEVERAL = 5


class DecodeError(ValueError):
    """The bytes are not text in the encoding that they declare."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class Unmappable(ValueError):
    """A new text does not fit into what the old one was taken from, and why."""


@dataclass(frozen=True)
class Vicinity:
    """What lies around one file on the disk.

    own: the file that `import imp` means instead of the standard library's; "" if none.
    rival: one that it may mean.
    circular: modules, as this file names them, whose import may import this file.
    foreign: modules or objects, likewise, whose attribute `imp` is not the library's.
    starred: what star imports bring from files around.
    misleading: flags such as `compat.PY2` that a file around sets to something else than their
        names say.
    contents: the names that modules around have which are imported here under a name that is
        also imported from `imp`, by module as this file names it.
    submodules: of an `__init__.py`, what the package has beside it, by name.
    """

    own: str = ""
    rival: str = ""
    circular: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()
    starred: frozenset[str] = frozenset()
    misleading: frozenset[str] = frozenset()
    contents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    submodules: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Neighbours:
    """What one file has to do with others of its project; picklable.

    takers: who takes what this one has from `imp`, by the name it has here; "*" for what a
        star import brings.
    patches: who puts something else in its place, by the same names.
    replaced: who puts something else in the place of a member of `imp` itself, by member;
        "*" stands for all.
    givers: the file that has a name from `imp`, by module and name as this file names them.
    instead: for those that the giver imports under a guard, what it has on Python 3.12+ by the
        same keys: "None", the qualified name of something else, "" for nothing at all.
    clashes: names that new imports here would bring into a file with a star import of this
        one, which has something else under the name.
    leaned: parts of importlib that a file which imports this one uses without importing
        them, so that it lives on those that `imp` has imported.
    unsteady: what the files of the project, this one among them, change of what the import
        system looks at (`meaning.steadiness`; FOLDERS: the others); None if they were not asked.
    imported: if this one loads modules, the first names of what files import that it imports,
        "*" if these load more; its own, if another file imports or runs it; its packages.
    """

    takers: Mapping[str, str] = field(default_factory=dict)
    patches: Mapping[str, str] = field(default_factory=dict)
    replaced: Mapping[str, str] = field(default_factory=dict)
    givers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    instead: Mapping[tuple[str, str], str] = field(default_factory=dict)
    clashes: frozenset[str] = frozenset()
    leaned: frozenset[str] = frozenset()
    unsteady: frozenset[str] | None = None
    imported: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Source:
    """The text of one file, with what is needed to write it back as it was."""

    text: str
    filename: str = "<string>"
    encoding: str = "utf-8"
    bom: bool = False
    neighbours: Neighbours = field(default_factory=Neighbours, compare=False)
    vicinity: Vicinity = field(default_factory=Vicinity, compare=False)

    @classmethod
    def from_bytes(cls, data: bytes, filename: str = "<string>") -> Source:
        """Decode *data* as Python does: byte order mark, then cookie, then UTF-8.

        Raises DecodeError, with the line, when the bytes do not fit the encoding.
        """
        bom = data.startswith(codecs.BOM_UTF8)
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        except (SyntaxError, UnicodeDecodeError) as error:
            raise DecodeError(str(error), _line_of_bad_utf8(data)) from None
        if bom:
            data, encoding = data[len(codecs.BOM_UTF8) :], "utf-8"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise DecodeError(f"not valid {encoding}: {error.reason}", line) from None
        except (LookupError, UnicodeError) as error:  # codecs that are not text encodings
            raise DecodeError(str(error)) from None
        return cls(text, filename, encoding, bom)

    @classmethod
    def from_text(cls, text: str, filename: str = "<string>") -> Source:
        """Take text that was decoded already; a leading byte order mark is remembered."""
        if text.startswith("\ufeff"):
            return cls(text[1:], filename, bom=True)
        return cls(text, filename)

    def encode(self, text: str) -> bytes:
        """Turn *text* into bytes in this file's encoding.

        Raises UnicodeEncodeError when the encoding cannot express it, Unmappable when it does
        not fit into the file.
        """
        return (codecs.BOM_UTF8 if self.bom else b"") + text.encode(self.encoding)

    def with_text(self, text: str) -> Source:
        """The same file with other text."""
        return replace(self, text=text)

    @cached_property
    def newline(self) -> str:
        """The first line break of the file, which new lines follow; `\\n` if it has none.

        A bare carriage return is one only where there is no other: LibCST reads none.
        """
        match = re.search(r"\r?\n", self.text)
        return match[0] if match else "\r" if "\r" in self.text else "\n"

    @cached_property
    def width(self) -> int:
        """How long new lines may be: 88 characters, or as long as others are, up to 100.

        Where several lines come close to 79, and hardly any is longer, somebody sees to that.
        """
        starts = (*self.line_starts, len(self.text))
        lengths = [len(self.text[a:b].rstrip("\r\n")) for a, b in itertools.pairwise(starts)]
        longest = max(lengths, default=0)
        longer = sum(length > _NARROW for length in lengths)
        close = sum(length > _NARROW - 8 for length in lengths) - longer
        if close >= max(_SEVERAL, 20 * longer):
            return _NARROW
        return min(max(longest, 88), 100)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first character of every line."""
        return (0, *(match.end() for match in _LINE_BREAK.finditer(self.text)))

    def line_of(self, offset: int) -> int:
        """1-based number of the line that holds *offset*."""
        return bisect.bisect_right(self.line_starts, offset)

    def line_span(self, line: int) -> tuple[int, int]:
        """Offsets of 1-based *line*, its line break included."""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
        return start, end

    def line_text(self, line: int) -> str:
        """Text of 1-based *line* without its line break."""
        start, end = self.line_span(line)
        return self.text[start:end].rstrip("\r\n")

    # -- as the user sees it: notebooks (`CellSource`) count in each cell anew --

    def position(self, offset: int, is_end: bool = False) -> tuple[int, int]:
        """1-based line and 1-based column, in characters, of *offset*, as the user counts.

        is_end: it is where something ends.
        """
        line = self.line_of(offset)
        return self.row(line), self.column(line, offset, is_end) + 1

    def in_file(self, offset: int, is_end: bool = False) -> tuple[int, int]:
        """The same in the file as it is on disk."""
        return self.position(offset, is_end)

    def cell_of(self, line: int) -> int | None:
        """The number of the cell that *line* is in; None if there are no cells."""
        del line
        return None

    def row(self, line: int) -> int:
        """The number by which the user knows *line*."""
        return line

    def place(self, line: int) -> str:
        """How messages name *line*."""
        return f"line {line}"

    def lines_around(self, line: int) -> tuple[int, int]:
        """The first and the last line of what the user sees as one text around *line*."""
        del line
        return 1, len(self.line_starts)

    def shown(self, line: int) -> str:
        """*line* as the user wrote it, without its line break."""
        return self.line_text(line)

    def written(self, text: str) -> str:
        """A line of *text*, or of what fixes make of it, as the user writes it."""
        return text

    def column(self, line: int, offset: int, is_end: bool = False) -> int:
        """How many characters of `shown(line)` come before *offset*, which is on it."""
        del is_end
        return offset - self.line_starts[line - 1]

    def check(self, tree: ast.Module | None = None) -> None:
        """Raise SyntaxError if the text, or *tree*, which was parsed from it, is no whole."""

    def arranged(self, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """*edits*, in order, as they are to be carried out."""
        return tuple(edits)

    def displays(self, start: int, end: int) -> bool:
        """Say whether the value of the expression there, a statement of the module, is shown."""
        del start, end
        return False

    # -- offsets -----------------------------------------------------------

    def offset(self, line: int, utf8_column: int) -> int:
        """Offset of an `ast` position: 1-based line, 0-based column in UTF-8 bytes."""
        start, end = self.line_span(line)
        if self._is_ascii:
            return start + utf8_column
        prefix = self.text[start:end].encode("utf-8", "surrogatepass")[:utf8_column]
        return start + len(prefix.decode("utf-8", "surrogatepass"))

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Offsets of *node*, of the syntax tree of this text; without parentheses around it."""
        start = self.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]
        end = self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
        return start, end

    @cached_property
    def _is_ascii(self) -> bool:
        return self.text.isascii()


def _line_of_bad_utf8(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1
