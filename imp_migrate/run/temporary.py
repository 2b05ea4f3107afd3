"""The new text of a file on its way: a hidden file beside it, locked while somebody writes it.

A lock goes with its process, however that ends.  So a file of this kind that nobody
holds was left behind, by a process that was killed, and may be removed: on every
system, from every container, without asking which processes there are.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator

from .streams import note

#: Hidden, and with a suffix that no linter takes for a source.
PREFIX, SUFFIX = ".imp-migrate-", ".tmp"
_NAME = re.compile(rf"{re.escape(PREFIX)}[0-9a-f]{{16}}{re.escape(SUFFIX)}")

_BINARY: int = getattr(os, "O_BINARY", 0)
_NO_LINKS: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def name_in(folder: str) -> str:
    """A name for a new temporary file in *folder*."""
    return os.path.join(folder, f"{PREFIX}{os.urandom(8).hex()}{SUFFIX}")


def is_ours(name: str) -> bool:
    """Say whether *name*, without its folder, is one that `name_in` makes."""
    return name.startswith(PREFIX) and _NAME.fullmatch(name) is not None


def create(path: str, mode: int) -> int:
    """Create the file *path* and lock it; return its descriptor.  Raises OSError."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, mode)
        _lock(descriptor)
        if os.path.lexists(path):
            return descriptor
        os.close(descriptor)  # before it was locked, somebody took it for left behind


@contextlib.contextmanager
def held(path: str) -> Iterator[None]:
    """Lock the file *path*, if that can be done, while it may bear a temporary file's name."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | _NO_LINKS | _BINARY)
            stack.callback(os.close, descriptor)
            _lock(descriptor)
        yield


def leftovers(folders: Iterable[str]) -> Iterator[str]:
    """The temporary files in *folders*, of whatever process."""
    for folder in folders:
        with contextlib.suppress(OSError):
            yield from (os.path.join(folder, name) for name in os.listdir(folder) if is_ours(name))


def remove_leftover(path: str) -> bool:
    """Remove *path* if it is a temporary file that no process holds; say whether that was done."""
    if not is_ours(os.path.basename(path)):
        return False
    try:
        if sys.platform == "win32":  # where what is open cannot be removed
            os.unlink(path)
            return True
        descriptor = os.open(path, os.O_RDWR | _NO_LINKS)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode) or not _lock(descriptor):
                return False
            os.unlink(path)
            return True
        finally:
            os.close(descriptor)
    except OSError:
        return False  # gone, or not for us to remove


def keep(path: str) -> str:
    """Rename the file *path*, which nobody may remove, and return its new name.  Raises OSError."""
    saved = path.removesuffix(SUFFIX) + ".saved"
    os.rename(path, saved)
    return saved


def _lock(descriptor: int) -> bool:
    """Lock an open file until it is closed; say whether that was possible."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody else has it, or the file system knows no locks
        return False
    return True


def clean(paths: Iterable[str], verbose: bool) -> None:
    """Remove the temporary files *paths* if a run left them behind, which was killed.

    verbose: say so.
    """
    for path in paths:
        if remove_leftover(path) and verbose:
            note(f"{path}: removed, a run that was killed had left it behind")
