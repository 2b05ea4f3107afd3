"""The work on other machines: a `concurrent.futures.Executor` that somebody else runs.

Files are read and written here; what travels is their content and what came of it, so that
the machines need no disk in common, only the same Python and this package in the same version.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, wait
from dataclasses import dataclass
from typing import Any

from .. import __version__
from ..options import Options
from ..text.source import Neighbours, Vicinity
from . import files, runner
from .mode import Mode
from .results import FileResult, RemoteError
from .task import Task

#: How many files, and bytes, are on their way at a time: memory does not grow with the tree.
_MOST_FILES = 512
_MOST_BYTES = 64_000_000
_CONNECT = 10  # seconds
_LOOK_AFTER = 1.0  # seconds without an answer


@dataclass(frozen=True)
class Work:
    """What is to be done with one file: all that a machine must know."""

    name: str
    data: bytes
    options: Options
    mode: Mode
    all_edits: bool = False
    neighbours: Neighbours | None = None
    around: Vicinity | None = None
    version: tuple[str, int, int] = (__version__, *sys.version_info[:2])


def do(work: Work) -> FileResult:
    """Do *work*, wherever this runs; the answer is that of `runner.process_bytes`.

    Raises RemoteError where another version would give another answer.
    """
    here = (__version__, *sys.version_info[:2])
    if work.version != here:
        there = "imp-migrate {} on Python {}.{}".format
        raise RemoteError(f"a worker has {there(*here)}, not {there(*work.version)}")
    return runner.process_bytes(
        work.data,
        work.name,
        work.options,
        work.mode,
        all_edits=work.all_edits,
        neighbours=work.neighbours,
        around=work.around,
    )


@contextlib.contextmanager
def connected(address: str) -> Iterator[tuple[Executor, Callable[[], bool]]]:
    """The executor at *address*: `dask:` and where the scheduler of the cluster listens.

    With it comes a function that says whether the connection still stands.

    Raises RemoteError when nobody answers, or a library is missing.
    """
    place = address.removeprefix("dask:")
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise RemoteError('--executor dask needs: pip install "imp-migrate[dask]"') from None
    # It has its own opinions about lost connections, with tracebacks.
    logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other versions of libraries that we do not use
        try:
            connect: Any = Client  # untyped
            client = connect(place, timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            reason = str(error).partition("\n")[0]
            raise RemoteError(f"cannot reach the Dask scheduler at {place}: {reason}") from None
        try:
            yield client.get_executor(pure=False), lambda: bool(client.status == "running")
        except CancelledError:
            raise RemoteError(
                f"the Dask scheduler at {place} was lost; nothing was written"
            ) from None
        finally:
            with contextlib.suppress(Exception):
                client.close(timeout=1)


def results(
    executor: Executor,
    tasks: Iterable[Task],
    mode: Mode,
    all_edits: bool = False,
    lives: Callable[[], bool] = lambda: True,
) -> Iterator[FileResult]:
    """What comes of the files of *tasks*, in order, computed by *executor*.

    lives: says whether answers can still come.
    A file over which workers die again and again is an internal error, the others go on.
    Raises RemoteError when the workers cannot do the work, CancelledError when they are lost.
    """
    pending: deque[tuple[Task, int, FileResult | Future[FileResult]]] = deque()
    under_way = 0
    for file in tasks:
        try:
            data = files.read(file.target)
        except files.FileError as error:
            failed = FileResult(file.path, error=files.FileError(file.path, error.reason))
            pending.append((file, 0, failed))
            continue
        around = runner.around_file(file, data)
        work = Work(file.path, data, file.options, mode, all_edits, file.neighbours, around)
        try:
            pending.append((file, len(data), executor.submit(do, work)))
        except RuntimeError:  # it was shut down meanwhile
            raise CancelledError from None
        under_way += len(data)
        while under_way > _MOST_BYTES or len(pending) > _MOST_FILES:
            first, size, answer = pending.popleft()
            under_way -= size
            yield _result(first, answer, lives)
    for first, _, answer in pending:
        yield _result(first, answer, lives)


def _result(
    task: Task, answer: FileResult | Future[FileResult], lives: Callable[[], bool]
) -> FileResult:
    if isinstance(answer, FileResult):
        return answer
    try:
        while not wait([answer], timeout=_LOOK_AFTER).done:
            if not lives():
                raise CancelledError
        return answer.result()
    except (CancelledError, RemoteError):
        raise
    except Exception as error:
        if type(error).__name__ == "KilledWorker":  # Dask's, after it tried it elsewhere
            return runner.crashed(task)
        if type(error).__name__ in ("FutureCancelledError", "CommClosedError"):
            raise CancelledError from None
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise RemoteError(f"a worker cannot run imp-migrate: {reason}") from None
