"""Which files of a run may concern us: most are read for this alone, and never again."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from itertools import compress

from ..text.reading import NOTEBOOK, may_concern
from ..text.scan import HINT
from . import files
from .discovery import Found

_MOST = 1 << 18  # bytes; hardly a source has more
_ROW = 256
_MANY = 1000  # files that it pays to start a process for


def sift(found: Sequence[Found], jobs: int = 1) -> list[Found]:
    """Those of *found*, in order, that may concern us, or cannot be read.

    jobs: how many processes may look through them, where that pays.
    """
    jobs = max(1, min(jobs, len(found) // _MANY)) if _can_fork() else 1
    # In turns, lest all large files fall to one; and in rows of neighbours, since what a
    # process looks at in memory that was here before it is copied by the page.
    rows = [found[at : at + _ROW] for at in range(0, len(found), _ROW)]
    parts = [[file for row in rows[number::jobs] for file in row] for number in range(jobs)]
    forks = [_Fork(part) for part in parts[1:]]
    answers = [iter(_look(parts[0])), *(iter(fork.answer()) for fork in forks)]
    wanted = [next(answers[at % jobs]) for at, row in enumerate(rows) for _ in row]
    return [*compress(found, wanted)]


def _look(found: Sequence[Found]) -> bytes:
    """A byte for each of *found*: whether it may concern us, or cannot be read."""
    if not hasattr(os, "readv"):  # Windows
        return bytes(concerns_or_fails(file.path, file.target) for file in found)
    # Of a clean tree this loop is most of the work: one buffer for all, and hardly a call but
    # to the system.  What is no small regular file is looked at with more care.
    buffer = bytearray(_MOST)
    into, may_say, flags = [buffer], HINT.search, files.READING
    answers = bytearray(len(found))
    for at, file in enumerate(found):
        try:
            descriptor = os.open(file.target, flags)
            try:
                size = os.readv(descriptor, into)
                is_whole = size > 0 and not os.read(descriptor, 1)
            finally:
                os.close(descriptor)
        except OSError:
            answers[at] = True
            continue
        if not is_whole:
            answers[at] = concerns_or_fails(file.path, file.target)
        elif may_say(buffer, 0, size) is not None or file.path.endswith(NOTEBOOK):
            answers[at] = may_concern(file.path, bytes(buffer[:size]))
    return bytes(answers)


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
