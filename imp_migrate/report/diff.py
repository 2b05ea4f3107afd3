"""What a migration would change, as a unified diff that `patch -p0` and `git apply -p0` take."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator

from ..run.results import FileResult, Run
from .style import Style


def diff_report(run: Run, style: Style | None = None) -> Iterator[bytes]:
    """The diff, in bytes, because every file keeps its own encoding and line ends."""
    style = style or Style()
    for result in run.results:
        if result.changed:
            for number, line in enumerate(file_diff(result)):
                yield _marked_up(line, style, head=number < 2)


def file_diff(result: FileResult) -> Iterator[bytes]:
    """The lines of the diff of one file."""
    name = os.fsencode(result.path)
    if b" " in name:
        name += b"\t"  # where a name with spaces ends, as git and GNU diff write it
    old_name = name if result.before or os.path.lexists(result.path) else b"/dev/null"
    lines = difflib.diff_bytes(
        difflib.unified_diff, _lines(result.before), _lines(result.after), old_name, name
    )
    for line in lines:
        # Without a line end at the end of the file, one must be added and confessed.
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _lines(data: bytes) -> list[bytes]:
    """*data* cut where `patch` cuts it: behind every line feed, and nowhere else."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def _marked_up(line: bytes, style: Style, head: bool) -> bytes:
    """*line* in its colour; a file's first two lines are its *head*."""
    if not style.color:
        return line
    text = line.decode("latin-1")  # one character per byte
    body = text.rstrip("\r\n")
    marks = {"+": style.good, "-": style.error, "@": style.faint}
    mark = style.bold if head else marks.get(body[:1])
    return (mark(body) + text[len(body) :] if mark else text).encode("latin-1")
