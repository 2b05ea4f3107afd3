"""Which files of a run may concern us: most are read for this alone, and never again."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Sequence

from ..text.reading import may_concern
from . import files
from .discovery import Found

_MOST = 1 << 17  # bytes; hardly a source has more
_MANY = 1000  # files that it pays to start a process for


def sift(found: Sequence[Found], jobs: int = 1) -> list[Found]:
    """Those of *found*, in order, that may concern us, or cannot be read.

    jobs: how many processes may look through them, where that pays.
    """
    jobs = max(1, min(jobs, len(found) // _MANY)) if _can_fork() else 1
    parts = [found[number::jobs] for number in range(jobs)]
    forks = [_Fork(part) for part in parts[1:]]
    answers = [_look(parts[0]), *(fork.answer() for fork in forks)]
    return [file for at, file in enumerate(found) if answers[at % jobs][at // jobs]]


def _look(found: Iterable[Found]) -> bytes:
    """A byte for each of *found*: whether it may concern us, or cannot be read."""
    return bytes(concerns_or_fails(file.path, file.target) for file in found)


class _Fork:
    """Another process that looks through *found*.

    Made by `fork` itself: importing `multiprocessing` takes longer than a thousand files do.
    """

    def __init__(self, found: Sequence[Found]) -> None:
        self._found = found
        self._pipe, into = os.pipe()
        try:
            self._process = os.fork()
        except OSError:  # no (more) processes
            self._process = -1
        if self._process == 0:
            try:
                with open(into, "wb") as stream:
                    stream.write(_look(found))
            finally:
                os._exit(0)  # nothing of what the parent would do at its end
        os.close(into)

    def answer(self) -> bytes:
        """What it found; looked for here if it was ended before."""
        with open(self._pipe, "rb") as stream:
            answer = stream.read()
        if self._process > 0:
            os.waitpid(self._process, 0)
        return answer if len(answer) == len(self._found) else _look(self._found)


def _can_fork() -> bool:
    """Say whether a fork goes well: where there is one, and no other thread that it would cut off."""
    threading = sys.modules.get("threading")
    return sys.platform == "linux" and (threading is None or threading.active_count() == 1)


def concerns_or_fails(path: str, target: str) -> bool:
    """Say whether there is something to do: the file may concern us, or cannot be read.

    path: the file as the user knows it; target: where its bytes are.
    """
    # For a small file this is what `files.read` does but for one question to the system,
    # which takes as long as the rest: what kind of file it is.
    try:
        descriptor = os.open(target, files.READING)
        try:
            data = os.read(descriptor, _MOST)
            if os.read(descriptor, 1) if data else not stat.S_ISREG(os.fstat(descriptor).st_mode):
                data = files.read(target)
        finally:
            os.close(descriptor)
    except (OSError, files.FileError):
        return True
    return may_concern(path, data)
