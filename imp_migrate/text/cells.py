"""The cells of a notebook as one text, on which analysis and fixes work as on a module.

Between two cells stands the call of a function that there is not: whatever may run
between them.  What is no Python is replaced, too (see `magics`), on as many lines.  The
names of these *stand-ins* occur in no cell; what fixes make of the text must still hold
them all, in their order.  So it can be parted into cells again, and no edit crosses one.
"""

from __future__ import annotations

import ast
import bisect
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..model import Edit
from ..transform.edits import apply_edits, changed_lines
from .magics import Incomplete, Magic, magics
from .source import Source, Unmappable

_BREAK = re.compile(r"\r\n|\r|\n")
_NOTHING = re.compile(r"(?:\s|\)|#[^\r\n]*)*")
_BLANK_BEFORE = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))*")
_BLANK_AFTER = re.compile(r"(?:(?:\r\n|\r|\n)[ \t]*)*\Z")


@dataclass(frozen=True)
class StandIn:
    """Code that stands for *text* in the cell with the index *cell*."""

    cell: int
    code: str
    text: str


@dataclass(frozen=True)
class Cells:
    """The code cells of a notebook.

    numbers: which cells of the notebook they are, from 1, those without code included.
    texts: as the user wrote them.
    code: the same with stand-ins for what is no Python.
    mark: what the names of stand-ins, and no other, begin with.
    flaw: which cell is not complete, and the line in it that opens what is never closed.
    """

    numbers: tuple[int, ...]
    texts: tuple[str, ...]
    code: tuple[str, ...]
    stand_ins: tuple[StandIn, ...]
    mark: str
    flaw: tuple[int, int] | None = None

    @classmethod
    def of(cls, cells: Iterable[tuple[int, str, bool]]) -> Cells:
        """Take cells, each as its number, its text, and whether that is Python."""
        listed = list(cells)
        mark = "_notebook"
        while any(mark in text for _, text, _ in listed):
            mark += "_"
        stand_ins: list[StandIn] = []
        code: list[str] = []
        flaw = None
        for index, (_, text, is_python) in enumerate(listed):
            try:
                found = list(magics(text)) if is_python else [Magic(0, len(text))]
            except Incomplete as error:
                found = []
                flaw = flaw or (index, 1 + len(_BREAK.findall(text, 0, error.offset)))
            parts: list[str] = []
            at = 0
            for magic in found:
                name = f"{mark}_part_{len(stand_ins)}"
                replaced = text[magic.start : magic.end]
                standing = magic.standing(name, 1 + len(_BREAK.findall(replaced)))
                stand_ins.append(StandIn(index, standing, replaced))
                parts += (text[at : magic.start], standing)
                at = magic.end
            code.append("".join((*parts, text[at:])))
        numbers, texts = tuple(n for n, _, _ in listed), tuple(text for _, text, _ in listed)
        return cls(numbers, texts, tuple(code), tuple(stand_ins), mark, flaw)

    @property
    def joined(self) -> str:
        """All cells as one text; each ends with a line break."""
        pieces: list[str] = []
        for index, code in enumerate(self.code):
            pieces += ([self.boundary(index)] if index else []) + [f"{code}\n"]
        return "".join(pieces)

    def _read_again(self, index: int, text: str) -> None:
        """Raise Unmappable if IPython would find something else that is no Python in *text*."""
        try:
            found = [text[magic.start : magic.end] for magic in magics(text)]
        except Incomplete:
            found = [text]
        if found != [stand_in.text for stand_in in self.stand_ins if stand_in.cell == index]:
            raise Unmappable(f"IPython would read cell {self.numbers[index]} otherwise")

    def boundary(self, index: int) -> str:
        """The line before the cell with this index."""
        return f"{self.mark}_cell_{index}()\n"

    def parted(self, text: str) -> list[str]:
        """The code of each cell in *text*, with its last line break.

        Raises Unmappable if a boundary is not where it should be.
        """
        if not self.code:  # of Python, that is
            if text:
                raise Unmappable("there is no cell to put it into")
            return []
        pieces: list[str] = []
        for index in range(1, len(self.code)):
            # Alone on its line.
            before, found, text = text.partition(self.boundary(index))
            if not found or before[-1:] not in ("\n", "\r", ""):
                raise Unmappable(f"it would cross the end of cell {self.numbers[index - 1]}")
            pieces.append(before)
        pieces.append(text)
        if any(f"{self.mark}_cell_" in piece for piece in pieces):
            raise Unmappable("it would repeat a cell")
        return pieces

    def restored(self, index: int, code: str) -> str:
        """The text of the cell with this *index* that *code*, without stand-ins, comes from.

        Raises Unmappable if one is not where it should be.
        """
        parts: list[str] = []
        rest = code
        for stand_in in self.stand_ins:
            if stand_in.cell != index:
                continue
            line = _BREAK.split(stand_in.text, maxsplit=1)[0].rstrip()
            before, found, rest = rest.partition(stand_in.code)
            if not found:
                raise Unmappable(f"`{line}` in cell {self.numbers[index]} would not stay")
            if line.startswith("%%") and not parts and before.strip():
                raise Unmappable(f"`{line}` must stay first in cell {self.numbers[index]}")
            parts += (before, stand_in.text)
        text = "".join((*parts, rest))
        if code != self.code[index]:
            self._read_again(index, text)
        if f"{self.mark}_part_" in text:
            raise Unmappable(f"it would repeat what is no Python in cell {self.numbers[index]}")
        return text


def trimmed(old: str, new: str) -> str:
    """*new* with just the blank lines at its ends that *old*, which it was made of, had."""
    if not new.strip():
        return ""
    head, tail = (pattern.search(old) for pattern in (_BLANK_BEFORE, _BLANK_AFTER))
    inner = new[_match(_BLANK_BEFORE, new).end() :]
    inner = inner[: _match(_BLANK_AFTER, inner).start()]
    return f"{head[0] if head else ''}{inner}{tail[0] if tail and old.strip() else ''}"


def _objection(code: str) -> str:
    """Why a cell does not compile, as it does alone; "" if it does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            compile(code, "<cell>", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return getattr(error, "msg", "") or str(error)
    return ""


def _displays(code: str) -> bool:
    """Say whether a cell shows the value of its last line; *code* parses, or nobody asks."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr) or isinstance(last.value, ast.Constant):
        return False
    return not re.search(r";[ \t]*(?:#.*)?\s*\Z", code)


def _without_break(code: str) -> str:
    """*code* without its last line break, which is no part of the cell."""
    return re.sub(r"(?:\r\n|\r|\n)\Z", "", code)


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.search(text)
    assert found is not None
    return found


@dataclass(frozen=True)
class CellSource(Source):
    """The text of several cells."""

    cells: Cells = Cells((), (), (), (), "_notebook")

    # -- where a line is ---------------------------------------------------

    @cached_property
    def _first_lines(self) -> list[int]:
        """The first line of each cell."""
        lines = [1]
        at = 0
        for index in range(1, len(self.cells.code)):
            at = self.text.find(self.cells.boundary(index), at)
            lines.append(self.line_of(at) + 1)
        return lines

    def index_of(self, line: int) -> int:
        """The index of the cell that *line*, or the boundary after it, is in."""
        return bisect.bisect_right(self._first_lines, line) - 1

    def cell_of(self, line: int) -> int | None:
        return self.cells.numbers[self.index_of(line)]

    def row(self, line: int) -> int:
        return line - self._first_lines[self.index_of(line)] + 1

    def lines_around(self, line: int) -> tuple[int, int]:
        return self.lines_of(self.index_of(line))

    def lines_of(self, index: int) -> tuple[int, int]:
        """The first and the last line of the cell with this *index*."""
        following = [*self._first_lines[1:], len(self.line_starts) + 1][index]
        return self._first_lines[index], max(following - 2, self._first_lines[index])

    def place(self, line: int) -> str:
        return f"line {self.row(line)} of cell {self.cell_of(line)}"

    # -- what the user sees ------------------------------------------------

    @cached_property
    def _replaced(self) -> dict[int, tuple[int, str, int]]:
        """The lines with stand-ins.

        From which column on what is there differs, the line as the user has it, and how
        much at its end does not differ.
        """
        found: dict[int, tuple[int, str, int]] = {}
        for stand_in in self.cells.stand_ins:
            at = self.text.find(stand_in.code)
            if at < 0:
                continue
            first = self.line_of(at)
            column = at - self.line_starts[first - 1]
            before, after = self.line_text(first)[:column], ""
            if "\n" not in stand_in.code:
                after = self.line_text(first)[column + len(stand_in.code) :]
            for number, text in enumerate(_BREAK.split(stand_in.text)):
                whole = (0, text, 0) if number else (column, before + text + after, len(after))
                found[first + number] = whole
        return found

    def shown(self, line: int) -> str:
        return self._replaced[line][1] if line in self._replaced else self.line_text(line)

    def written(self, text: str) -> str:
        for stand_in in self.cells.stand_ins:
            text = text.replace(stand_in.code, stand_in.text)
        return text

    def column(self, line: int, offset: int, is_end: bool = False) -> int:
        column = super().column(line, offset, is_end)
        if line in self._replaced and column > self._replaced[line][0]:
            first, text, same = self._replaced[line]
            left = len(self.line_text(line)) - column
            if left <= same and same:
                return len(text) - left
            return len(text) if is_end else first
        return column

    def offset_of(self, line: int, column: int) -> int:
        """The offset of what the user sees at the 0-based *column* of *line*."""
        code = self.line_text(line)
        if line in self._replaced:
            first, text, same = self._replaced[line]
            if column > first:
                column = len(code) - min(len(text) - column, same) if same else column
        return self.line_starts[line - 1] + max(0, min(column, len(code)))

    def displays(self, start: int, end: int) -> bool:
        first, last = self.lines_around(self.line_of(start))
        rest = self.text[end : self.line_span(last)[1]]
        return first <= self.line_of(end) <= last and _NOTHING.fullmatch(rest) is not None

    # -- the code ----------------------------------------------------------

    def check(self, tree: ast.Module | None = None) -> None:
        if self.cells.flaw is not None:
            index, line = self.cells.flaw
            message = "the cell ends within a string, in brackets or after a backslash"
            raise SyntaxError(message, (self.filename, self._first_lines[index] + line - 1, 1, ""))
        calls = f"{self.cells.mark}_cell_"
        ends = [
            statement.lineno
            for statement in (tree.body if tree is not None else ())
            if isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Call)
            and isinstance(statement.value.func, ast.Name)
            and statement.value.func.id.startswith(calls)
        ]
        if tree is not None and ends != [line - 1 for line in self._first_lines[1:]]:
            raise SyntaxError("a cell does not end where its code does")

    def with_text(self, text: str) -> Source:
        self.texts(text)
        return super().with_text(text)

    def texts(self, text: str) -> list[str]:
        """What *text*, which fixes made of this one, makes of each cell, as the user sees it.

        Raises Unmappable, with the reason, if it is not to be had.
        """
        texts: list[str] = []
        for index, code in enumerate(self.cells.parted(text)):
            old, new = self.cells.code[index], _without_break(code)
            texts.append(self.cells.restored(index, new))
            if new != old:
                self._compare(self.cells.numbers[index], old, new)
        return texts

    def _compare(self, number: int, old: str, new: str) -> None:
        """Raise Unmappable if the code *new* cannot take the place of *old* in a cell."""
        before, after = _objection(old), _objection(new)
        if after and not before:
            raise Unmappable(f"cell {number} would not compile: {after}")
        if _displays(new) is not _displays(old):
            raise Unmappable(f"cell {number} would no longer end with what it ends with")

    def spans(self) -> list[tuple[int, int]]:
        """Where the code of each cell is, with its last line break."""
        found, at = [], 0
        for index, code in enumerate(self.cells.parted(self.text)):
            at += len(self.cells.boundary(index)) if index else 0
            found.append((at, at + len(code)))
            at += len(code)
        return found

    def arranged(self, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """*edits* one by one within the cells, without the blank lines that only part cells."""
        after = apply_edits(self.text, edits)
        try:
            pieces = self.cells.parted(after)
        except Unmappable:
            return tuple(edits)  # whoever applies them finds out
        arranged: list[Edit] = []
        for (start, end), piece in zip(self.spans(), pieces, strict=True):
            old = self.text[start:end]
            new = piece if piece == old else trimmed(old, piece)
            own = [e for e in edits if start <= e.start and e.end <= end]
            moved = [Edit(e.start - start, e.end - start, e.text) for e in own]
            if new == old:
                continue
            if apply_edits(old, moved) == new:
                arranged += own
            else:
                arranged += changed_lines(old, new, start)
        return tuple(arranged)
