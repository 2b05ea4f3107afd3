"""What a run writes, once it is known what comes of every file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..model import Status
from ..options import Options
from . import files, runner
from .mode import Mode
from .results import FileResult


def write_all(
    results: Sequence[FileResult],
    targets: Mapping[str, str],
    options: Options,
    note: Callable[[str], None],
) -> list[FileResult]:
    """Write the files that *results* change and return what came of it.

    A file that cannot be written is reported as it still stands.  If that is the
    helper module, which is the first of *results* then, the files that need it
    are left alone.

    targets: where the bytes of a path are, if not there.
    note: is told what the user should know.
    """
    written: list[FileResult] = []
    helpers_fail = False
    for result in results:
        if result.changed and result.helpers and helpers_fail:
            result = _failed(result, "left alone: its helper module cannot be written", options)
        elif result.changed:
            result = _write(result, targets.get(result.path, result.path), options, note)
        helpers_fail |= result.is_helper_module and result.error is not None
        written.append(result)
    return written


def _write(
    result: FileResult, target: str, options: Options, note: Callable[[str], None]
) -> FileResult:
    linked = files.has_other_links(target)
    try:
        files.replace(target, result.before, result.after)
    except files.FileError as error:
        return _failed(result, error.reason, options)
    if linked:
        note(f"note: {result.path}: its other hard links keep the old text")
    return result


def _failed(result: FileResult, reason: str, options: Options) -> FileResult:
    error = files.FileError(result.path, reason)
    if result.is_helper_module:
        return replace(result, error=error)
    # A spot that was to be rewritten knows the text before, and what lies around it.
    source = next((f.source for f in result.findings if f.status is Status.REWRITTEN), None)
    unchanged = runner.process_bytes(
        result.before,
        result.path,
        options,
        Mode.CHECK,
        all_edits=True,
        neighbours=source.neighbours if source else None,
        around=source.vicinity if source else None,
    )
    return replace(unchanged, error=error)
