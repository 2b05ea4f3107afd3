"""What a migration would change, as a unified diff that `patch -p0` and `git apply -p0` take."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator

from ..run.results import FileResult, Run


def diff_report(run: Run) -> Iterator[bytes]:
    """The diff, in bytes, because every file keeps its own encoding and line ends."""
    return (line for result in run.results if result.changed for line in file_diff(result))


def file_diff(result: FileResult) -> Iterator[bytes]:
    """The lines of the diff of one file."""
    name = _quoted(os.fsencode(result.path))
    if b" " in name:
        name += b"\t"  # where a name with spaces ends, as git and GNU diff write it
    old_name = name if result.before or os.path.lexists(result.path) else b"/dev/null"
    lines = difflib.diff_bytes(
        difflib.unified_diff, _lines(result.before), _lines(result.after), old_name, name
    )
    for line in lines:
        # Without a line end at the end of the file, one must be added and confessed.
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _quoted(name: bytes) -> bytes:
    """*name* as git and GNU patch read and write it if it holds what would end or hide it."""
    if not any(byte < 0x20 or byte in b'\x7f"\\' for byte in name):
        return name
    quoted = (
        b"\\" + bytes([byte])
        if byte in b'"\\'
        else b"\\%03o" % byte
        if byte < 0x20 or byte == 0x7F
        else bytes([byte])
        for byte in name
    )
    return b'"' + b"".join(quoted) + b'"'


def _lines(data: bytes) -> list[bytes]:
    """*data* cut where `patch` cuts it: behind every line feed, and nowhere else."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
