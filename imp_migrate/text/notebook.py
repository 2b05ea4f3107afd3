"""Notebooks (`.ipynb`): JSON whose code cells are read as one text and written back one by one.

Only the strings of the cells that a fix changes are written anew; every other byte stays.
https://nbformat.readthedocs.io/en/latest/format_description.html
"""

from __future__ import annotations

import bisect
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from json.decoder import JSONDecoder
from typing import Any

from .cells import Cells, CellSource
from .reading import MissingLibraryError, NotebookError
from .scan import is_relevant
from .source import DecodeError, Source, Unmappable

_SPACE = re.compile(r"[ \t\r\n]*")
_UNIT = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u.{4}|\\.|.")
_ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*\\u(?!00[0-7])[0-9a-fA-F]{4}")
_OLDEST = 4  #: the format that has cells at the top, written since 2015
_MISSING = 'to read a notebook that mentions imp: pip install "imp-migrate[notebooks]"'


@dataclass(frozen=True)
class CellPlace:
    """Where the text of a code cell stands in the JSON.

    start, end: of the value of its `source`.
    strings: of the strings in it; they are a list unless *whole*.
    """

    start: int
    end: int
    strings: tuple[tuple[int, int], ...]
    whole: bool


@dataclass(frozen=True)
class Notebook:
    """A notebook's JSON.

    cells: its code cells, each as its number, its text, and whether that is Python.
    places: where their texts are.
    """

    text: str
    cells: tuple[tuple[int, str, bool], ...] = ()
    places: tuple[CellPlace, ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> Notebook:
        """Read *data*; a notebook in another language has no cells.

        Raises DecodeError and NotebookError.
        """
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise DecodeError(f"not valid utf-8: {error.reason}", line) from None
        try:
            document = json.loads(text)
        except json.JSONDecodeError as error:
            raise NotebookError(f"not a notebook: {error.msg}", error.lineno) from None
        except RecursionError:
            raise NotebookError("not a notebook: nested too deeply") from None
        if not isinstance(document, dict) or not isinstance(document.get("nbformat"), int):
            raise NotebookError("not a notebook: no JSON object with a format")
        if document["nbformat"] < _OLDEST:
            older = f"a notebook in format {document['nbformat']}; save it with a current Jupyter"
            raise NotebookError(older, code="IMP904")
        if not isinstance(document.get("cells"), list):
            raise NotebookError("not a notebook: it has no cells")
        if not _is_python(document):
            return cls(text)
        found = list(_code_cells(text, document["cells"]))
        return cls(text, tuple(cell for cell, _ in found), tuple(place for _, place in found))

    def with_texts(self, texts: Sequence[str]) -> str:
        """The JSON with these *texts* in its code cells."""
        parts: list[str] = []
        at = 0
        for (_, before, _), place, after in zip(self.cells, self.places, texts, strict=True):
            if after != before:
                parts += (self.text[at : place.start], self._source(place, after))
                at = place.end
        return "".join((*parts, self.text[at:]))

    def _source(self, place: CellPlace, text: str) -> str:
        """The JSON for *text*, as its cell is written: a string or a list of lines."""
        raw = self.text[place.start : place.end]
        mixed = raw if not raw.isascii() or _ESCAPED.search(raw) else self.text
        to_ascii = mixed.isascii() and _ESCAPED.search(mixed) is not None
        if place.whole:
            return json.dumps(text, ensure_ascii=to_ascii)
        lines = text.splitlines(keepends=True)
        if not lines:
            return "[]"
        # What was written before is written so again.
        known = {_DECODE(self.text, a)[0]: self.text[a:b] for a, b in place.strings}
        written = [known.get(line) or json.dumps(line, ensure_ascii=to_ascii) for line in lines]
        first, last = place.strings[0], place.strings[-1]
        head, tail = self.text[place.start : first[0]], self.text[last[1] : place.end]
        if len(place.strings) > 1:
            between = self.text[first[1] : place.strings[1][0]]
        else:
            between = "," + (head[1:] or (" " if '", "' in self.text else ""))
        return f"{head}{between.join(written)}{tail}"

    def position(self, cell: int, offset: int) -> tuple[int, int]:
        """1-based line and column in the JSON of the character at *offset* of a code cell."""
        at = self.places[cell].start
        for start, end in self.places[cell].strings:
            at = start + 1
            units = [match.end() for match in _UNIT.finditer(self.text, start + 1, end - 1)]
            if offset <= len(units):
                at = ([start + 1, *units])[offset]
                if offset < len(units) or (start, end) == self.places[cell].strings[-1]:
                    break
            offset = max(offset - len(units), 0)
        line = bisect.bisect_right(self._line_starts, at)
        return line, at - self._line_starts[line - 1] + 1

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]


@dataclass(frozen=True)
class NotebookSource(CellSource):
    """The code of a notebook."""

    notebook: Notebook = Notebook("")

    def encode(self, text: str) -> bytes:
        """The notebook with *text*, which fixes made of this one, in its cells.

        Raises Unmappable if that does not fit.
        """
        texts = self.texts(text)
        data = self.notebook.with_texts(texts).encode("utf-8")
        if [cell for _, cell, _ in Notebook.parse(data).cells] != texts:
            raise Unmappable("the cells could not be read back from what was to be written")
        return data

    def in_file(self, offset: int, is_end: bool = False) -> tuple[int, int]:
        line = self.line_of(offset)
        index = self.index_of(line)
        starts = Source(self._present_texts[index]).line_starts
        row = min(self.row(line), len(starts))
        before = starts[row - 1]
        return self._present.position(index, before + self.column(line, offset, is_end))

    @cached_property
    def _present_texts(self) -> list[str]:
        return self.texts(self.text)

    @cached_property
    def _present(self) -> Notebook:
        """The notebook with the present text."""
        return Notebook.parse(self.encode(self.text))


def code_of(data: bytes) -> bytes:
    """All code of the notebook *data*, with stand-ins; nothing if it cannot be read."""
    try:
        cells = Notebook.parse(data).cells
    except (DecodeError, NotebookError):
        return b""
    return Cells.of(cells).joined.encode("utf-8", "replace")


def place_in(data: bytes, line: int) -> str:
    """How messages name a *line* of `code_of(data)`."""
    cells = Cells.of(Notebook.parse(data).cells)
    return CellSource(cells.joined, cells=cells).place(line)


def read_notebook(data: bytes, filename: str, wanted: bool = False) -> NotebookSource:
    """The code of the notebook *data*; none if that is of no concern to us, unless it is *wanted*.

    Raises DecodeError, NotebookError, and MissingLibraryError where nbformat is needed.
    """
    notebook = Notebook.parse(data)
    cells = Cells.of(notebook.cells)
    wanted = wanted or is_relevant(cells.joined.encode("utf-8", "replace"))
    if not (wanted and cells.code):
        return NotebookSource("", filename, notebook=Notebook(notebook.text))
    _validate(notebook)
    return NotebookSource(cells.joined, filename, cells=cells, notebook=notebook)


def _validate(notebook: Notebook) -> None:
    """Have nbformat read the notebook, too; raises NotebookError and MissingLibraryError."""
    try:
        import nbformat
        from nbformat import reader
    except ModuleNotFoundError as error:
        raise MissingLibraryError(_MISSING) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cells without ids, and the like
        try:
            read: Any = reader.reads  # untyped
            document = read(notebook.text)
            nbformat.validate(document)
        except nbformat.ValidationError as error:
            raise NotebookError(
                f"not a valid notebook: {_first_line(error)}", code="IMP904"
            ) from None
        except Exception as error:  # whatever it stumbles over
            raise NotebookError(f"not a notebook: {_first_line(error)}", code="IMP904") from None
    texts = ["".join(cell.source) for cell in document.cells if cell.cell_type == "code"]
    if texts != [text for _, text, _ in notebook.cells]:
        raise NotebookError("nbformat reads other code cells from it", code="IMP904")


def _first_line(error: Exception) -> str:
    return (str(getattr(error, "message", "")) or str(error)).partition("\n")[0]


def _is_python(document: dict[str, Any]) -> bool:
    """Say whether the notebook is in Python, or does not say in which language it is."""
    metadata = document.get("metadata")
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        part = metadata.get(key) if isinstance(metadata, dict) else None
        language = part.get(name) if isinstance(part, dict) else None
        if isinstance(language, str):
            return "python" in language.lower()
    return True


def _code_cells(
    text: str, cells: Sequence[Any]
) -> Iterator[tuple[tuple[int, str, bool], CellPlace]]:
    cells_at = dict(_members(text, _space(text, 0)))["cells"]
    for number, (start, cell) in enumerate(zip(_items(text, cells_at), cells, strict=True), 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code" or "source" not in cell:
            continue
        at = dict(_members(text, start))["source"]
        end = _DECODE(text, at)[1]
        source = cell["source"]
        whole = isinstance(source, str)
        if not whole and not (isinstance(source, list) and all(isinstance(s, str) for s in source)):
            raise NotebookError(f"not a notebook: the source of cell {number} is no text")
        begins = [at] if whole else list(_items(text, at))
        strings = tuple((begin, _DECODE(text, begin)[1]) for begin in begins)
        yield (number, "".join(source), _speaks_python(cell)), CellPlace(at, end, strings, whole)


def _speaks_python(cell: dict[str, Any]) -> bool:
    """Say whether a cell is in the language of the notebook: VS Code knows others."""
    metadata = cell.get("metadata")
    code = metadata.get("vscode") if isinstance(metadata, dict) else None
    language = code.get("languageId", "python") if isinstance(code, dict) else "python"
    return language == "python"


# -- where the parts of valid JSON are -------------------------------------

_DECODE = JSONDecoder().raw_decode


def _space(text: str, at: int) -> int:
    """Where the white space at *at* ends."""
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """The keys of the object at *at*, and where their values are."""
    at = _space(text, at + 1)
    while text[at] != "}":
        key, at = _DECODE(text, at)
        at = _space(text, _space(text, at) + 1)
        yield key, at
        at = _next(text, at)


def _items(text: str, at: int) -> Iterator[int]:
    """Where the items of the array at *at* are."""
    at = _space(text, at + 1)
    while text[at] != "]":
        yield at
        at = _next(text, at)


def _next(text: str, at: int) -> int:
    """Where the value at *at* is followed by another one, or by the closing bracket."""
    at = _space(text, _DECODE(text, at)[1])
    return _space(text, at + 1) if text[at] == "," else at
