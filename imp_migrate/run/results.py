"""What came of one file, and of a whole run: data that reports are made from; picklable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..model import Applicability, Diagnostic, Edit, Silence, Status
from ..text.source import Source
from .files import FileError
from .mode import Mode


def place_of(source: Source, offset: int) -> str:
    """`line:column` of *offset*, in a notebook `cell 3:line:column`."""
    line, column = source.position(offset)
    cell = source.cell_of(source.line_of(offset))
    return f"{line}:{column}" if cell is None else f"cell {cell}:{line}:{column}"


class RemoteError(Exception):
    """Other machines cannot be reached, or cannot do the work: one line, for the user."""


@dataclass(frozen=True)
class Finding:
    """A diagnostic with the text that its positions refer to.

    edits: those of its whole fix, imports and helpers included.
    status: `rewritten` if the fix has been applied; *source* is the text before, then.
    """

    diagnostic: Diagnostic
    source: Source
    status: Status
    edits: tuple[Edit, ...] = ()

    @property
    def filename(self) -> str:
        """The file as the user knows it."""
        return self.source.filename

    @property
    def start(self) -> tuple[int, int]:
        """1-based line and column of the first character, as the user counts."""
        return self.source.position(self.diagnostic.start)

    @property
    def end(self) -> tuple[int, int]:
        """1-based line and column behind the last character."""
        return self.source.position(self.diagnostic.end, is_end=True)

    @property
    def lines(self) -> tuple[int, int]:
        """The first and the last line of the spot in the source, which need not be the file."""
        last = self.source.line_of(max(self.diagnostic.start, self.diagnostic.end - 1))
        return self.source.line_of(self.diagnostic.start), last

    @property
    def cell(self) -> int | None:
        """The cell of the notebook whose lines are counted; None in any other file."""
        return self.source.cell_of(self.lines[0])

    @property
    def in_file(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Start and end in the file as it is on disk: in a notebook, in its JSON."""
        at = self.source.in_file
        return at(self.diagnostic.start), at(self.diagnostic.end, is_end=True)

    @property
    def message(self) -> str:
        """What to say where only the place in the file is told."""
        said = self.diagnostic.message
        return said if self.cell is None else f"{said} [cell {self.cell}, line {self.start[0]}]"

    @property
    def place(self) -> str:
        """`line:column`, in a notebook `cell 3:line:column`."""
        return place_of(self.source, self.diagnostic.start)

    @property
    def applicability(self) -> Applicability | None:
        """How far the fix can be trusted; None if there is none."""
        return self.diagnostic.fix.applicability if self.diagnostic.fix else None


@dataclass(frozen=True)
class FileResult:
    """What came of one file.

    before, after: its bytes, and those that a migration makes of them (the same
        if it changes nothing or was not asked for).
    helpers: helper functions that the text after takes from the helper module.
    is_helper_module: it is that module.
    internal_error: set if the tool itself failed: one line, and the traceback.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    silences: tuple[tuple[Source, Silence], ...] = ()
    before: bytes = b""
    after: bytes = b""
    helpers: frozenset[str] = frozenset()
    is_helper_module: bool = False
    error: FileError | None = None
    internal_error: tuple[str, str] | None = None

    @property
    def changed(self) -> bool:
        """Whether there is something to write."""
        return self.before != self.after

    @property
    def remaining(self) -> list[Finding]:
        """What is still there."""
        return [f for f in self.findings if f.status is not Status.REWRITTEN]


@dataclass
class Run:
    """What came of all files, and how the tool ends.

    narrowed: not all rules were asked for.
    known: spots that are left out because a baseline holds them.
    commented: spots that have just got a comment that silences them.
    """

    mode: Mode = Mode.CHECK
    unsafe_fixes: bool = False
    errors: list[FileError] = field(default_factory=list)
    results: list[FileResult] = field(default_factory=list)
    narrowed: bool = False
    known: int = 0
    commented: int = 0

    @property
    def findings(self) -> Iterator[Finding]:
        """Everything found, file by file."""
        return (finding for result in self.results for finding in result.findings)

    @property
    def rewritten(self) -> list[Finding]:
        """What has been rewritten (in diff mode: would be)."""
        return [f for f in self.findings if f.status is Status.REWRITTEN]

    @property
    def remaining(self) -> list[Finding]:
        """What is still there."""
        return [f for result in self.results for f in result.remaining]

    @property
    def silenced(self) -> int:
        """How many spots `noqa` comments silence."""
        return sum(bool(silence.code) for r in self.results for _, silence in r.silences)

    @property
    def failures(self) -> Iterator[tuple[str, str]]:
        """The files that could not be dealt with, and why."""
        for error in self.errors:
            yield error.path, error.reason
        for result in self.results:
            if result.error:
                yield result.path, result.error.reason
            if result.internal_error:
                yield result.path, f"internal error: {result.internal_error[0]}"

    @property
    def failed(self) -> bool:
        """Whether something could not be read, written or analysed at all."""
        return bool(self.errors) or any(r.error or r.internal_error for r in self.results)

    @property
    def status(self) -> int:
        """The exit status: 0 nothing left to do, 1 something is, 2 something went wrong."""
        if self.failed:
            return 2
        left: Iterable[Finding] = self.remaining if self.mode is Mode.WRITE else self.findings
        return int(any(True for _ in left))
