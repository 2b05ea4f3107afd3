"""The standard streams, also where they were closed before we began (`<&-`, `>&-`)."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

_MODES = {
    "stdin": (0, os.O_WRONLY, "r"),
    "stdout": (1, os.O_RDONLY, "w"),
    "stderr": (2, os.O_RDWR, "w"),
}


def reopen() -> None:
    """Put something in the place of closed standard streams.

    No file that is opened later gets their numbers then.  Reading the input or writing the
    output fails with an OSError, as it should; nobody reads what goes to standard error.
    """
    for name, (number, flags, mode) in _MODES.items():
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, flags)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            errors = "backslashreplace" if mode == "w" else "strict"
            setattr(
                sys,
                name,
                open(number, mode, encoding="utf-8", errors=errors, closefd=False),  # noqa: SIM115
            )


def print_lines(lines: Iterable[str], stream: TextIO) -> None:
    """Write *lines*, without their line ends, to *stream*."""
    for line in lines:
        stream.write(line + "\n")


def write_bytes(chunks: Iterable[bytes]) -> None:
    """Write *chunks* to stdout as they are."""
    sys.stdout.flush()
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def note(message: str) -> None:
    """Say something on stderr, where it can be said, whatever the names in it are made of."""
    if not message.isprintable():
        from ..report.style import printable

        message = printable(message)
    if message.startswith("::"):  # a file's name: GitHub would take it for a command
        message = f"./{message}"
    with contextlib.suppress(OSError):
        print(message, file=sys.stderr)


def fail(message: str) -> int:
    """Say what went wrong; return the exit status for that."""
    note(f"error: {message}")
    return 2


def output(write: Callable[[], None], status: int) -> int:
    """Call *write*, which writes to stdout, and return *status*, or 2 if that failed."""
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough (`| head`)
        _discard_stdout()
    except OSError as error:
        _discard_stdout()
        return fail(f"cannot write the output: {error.strerror or error}")
    return status


def _discard_stdout() -> None:
    """Let what is still buffered go nowhere, or Python complains about it at exit."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
