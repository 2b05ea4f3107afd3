"""The standard streams, also where they were closed before we began (`<&-`, `>&-`)."""

from __future__ import annotations

import os
import sys

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
