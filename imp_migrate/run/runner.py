"""What happens to one file: read, analysed, migrated. Never writes, never raises."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..model import Diagnostic, Edit, Status
from ..options import Options
from ..text.reading import (
    MissingLibraryError,
    NotebookError,
    code_of,
    is_notebook,
    may_concern,
    read_source,
)
from ..text.scan import is_relevant, mentions_imp
from ..text.source import DecodeError, Neighbours, Source, Vicinity
from . import files
from .mode import Mode
from .results import FileResult, Finding
from .task import Task

# The analysis is imported in the functions that need it: most files never do.


def process(task: Task, mode: Mode, *, all_edits: bool = False) -> FileResult:
    """Read the file and say what came of it, as `process_bytes` does."""
    try:
        data = files.read(task.target)
    except files.FileError as error:
        return FileResult(task.path, error=files.FileError(task.path, error.reason))
    known = task.neighbours
    return process_bytes(
        data,
        task.path,
        task.options,
        mode,
        all_edits=all_edits,
        neighbours=known,
        around=around_file(task, data),
    )


def around_file(task: Task, data: bytes) -> Vicinity | None:
    """What lies around the file, which holds *data*; None if that is of no concern."""
    code = code_of(task.path, data) if may_concern(task.path, data) else b""
    if not is_relevant(code):
        return None
    from .vicinity import vicinity

    return vicinity(task.target, code)


def process_bytes(
    data: bytes,
    filename: str,
    options: Options,
    mode: Mode,
    *,
    all_edits: bool = False,
    neighbours: Neighbours | None = None,
    around: Vicinity | None = None,
) -> FileResult:
    """Say what came of a file that holds *data*; what went wrong is in the result.

    all_edits: also work out the edits of every fix; otherwise, in check mode, LibCST is
        never imported.
    neighbours: what other files have to do with it.
    around: what lies around it on the disk.
    """
    try:
        if not (may_concern(filename, data) or (neighbours is not None and neighbours.givers)):
            return FileResult(filename, before=data, after=data)
        if is_notebook(filename):  # nobody knows from where it finds a module of the project
            options = replace(options, helper_module=None)
        with warnings.catch_warnings():
            # What the compiler thinks of the user's string escapes is not our business.
            warnings.simplefilter("ignore")
            return _process(data, filename, options, mode, all_edits, neighbours, around)
    except Exception as error:
        import traceback

        return _internal_error(filename, _describe(error), traceback.format_exc(), data)


def crashed(task: Task) -> FileResult:
    """The result for a file over which a worker process died."""
    return _internal_error(task.path, "the process that analysed it died", "")


def _internal_error(path: str, message: str, trace: str, data: bytes = b"") -> FileResult:
    return FileResult(path, before=data, after=data, internal_error=(message, trace))


def _describe(error: Exception) -> str:
    from ..transform.verify import InternalError

    if isinstance(error, InternalError):
        return str(error)
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _process(
    data: bytes,
    filename: str,
    options: Options,
    mode: Mode,
    all_edits: bool,
    neighbours: Neighbours | None,
    around: Vicinity | None,
) -> FileResult:
    try:
        wanted = neighbours is not None and bool(neighbours.givers)
        source = read_source(filename, data, wanted)
    except DecodeError as error:
        return _unreadable(
            data,
            filename,
            options,
            "IMP902",
            f"cannot be decoded: {error}; correct the encoding that it declares",
            error.line,
        )
    except MissingLibraryError as error:
        failed = files.FileError(filename, str(error))
        return FileResult(filename, before=data, after=data, error=failed)
    except NotebookError as error:
        return _unreadable(data, filename, options, error.code, str(error), error.line)
    if neighbours is not None:
        source = replace(source, neighbours=neighbours)
    if around is not None:
        source = replace(source, vicinity=around)
    if mode is Mode.CHECK:
        return _check(data, source, options, all_edits)
    return _migrate(data, source, options, all_edits)


def _check(data: bytes, source: Source, options: Options, all_edits: bool) -> FileResult:
    from ..analysis import analyse

    plan = analyse(source, options)
    if all_edits:
        plan = plan.printable()
    findings = tuple(
        Finding(d, source, d.status, plan.edits_of(d) if all_edits else ())
        for d in plan.diagnostics
    )
    silences = tuple((source, silence) for silence in plan.silences)
    return FileResult(source.filename, findings, silences, data, data)


def _migrate(data: bytes, source: Source, options: Options, all_edits: bool) -> FileResult:
    from ..migration import migrate_source

    migration = migrate_source(source, options)
    after = source.with_text(migration.text)
    rewritten = _findings(source, migration.fixed, options if all_edits else None)
    findings = [
        *(replace(finding, status=Status.REWRITTEN) for finding in rewritten),
        *_findings(after, migration.remaining, options if all_edits else None),
    ]
    silences = tuple((after, silence) for silence in migration.silences)
    encoded = after.encode(after.text) if migration.changed else data
    helpers = migration.helpers if options.helper_module else frozenset()
    return FileResult(source.filename, tuple(findings), silences, data, encoded, helpers)


def _findings(
    source: Source, diagnostics: Iterable[Diagnostic], options: Options | None
) -> Iterator[Finding]:
    """*diagnostics* with the edits of their fixes; without *options*, nobody wants these."""
    from ..analysis import analyse

    plan = None
    for diagnostic in diagnostics:
        edits: tuple[Edit, ...] = ()
        if diagnostic.fix is not None and options is not None:
            plan = plan or analyse(source, options).printable()
            edits = plan.edits_of(diagnostic)
        yield Finding(diagnostic, source, diagnostic.status, edits)


def _unreadable(
    data: bytes, filename: str, options: Options, code: str, message: str, line: int
) -> FileResult:
    if not (options.selects(code) and mentions_imp(data)):
        return FileResult(filename, before=data, after=data)
    source = Source(data.decode("latin-1"), filename, "latin-1")  # one character per byte
    start, _ = source.line_span(min(line, len(source.line_starts)))
    end = start + len(source.line_text(source.line_of(start)))
    diagnostic = Diagnostic(code, message, "", start, end)
    finding = Finding(diagnostic, source, diagnostic.status)
    return FileResult(filename, (finding,), (), data, data)
