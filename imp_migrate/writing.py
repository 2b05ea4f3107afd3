"""What a run writes, once it knows what comes of every file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from . import files, runner
from .discovery import Found
from .options import Options
from .results import FileResult, Mode


def write_all(
    results: Sequence[FileResult],
    found: Sequence[Found],
    options: Options,
    note: Callable[[str], None],
) -> list[FileResult]:
    """Write the files that *results*, those of *found*, change, and return what came of it.

    A file that cannot be written is reported as it still stands.  *note* is told
    what the user should know.
    """
    written = []
    for result, file in zip(results, found, strict=True):
        if result.changed:
            result = _write(result, file, options, note)
        written.append(result)
    return written


def _write(
    result: FileResult, file: Found, options: Options, note: Callable[[str], None]
) -> FileResult:
    linked = files.has_other_links(file.target)
    try:
        files.replace(file.target, result.before, result.after)
    except files.FileError as error:
        unchanged = runner.process_bytes(result.before, result.path, options, Mode.CHECK)
        return replace(unchanged, error=files.FileError(result.path, error.reason))
    if linked:
        note(f"note: {result.path}: its other hard links keep the old text")
    return result
