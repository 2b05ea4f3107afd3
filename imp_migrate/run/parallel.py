"""One function over many items, in worker processes where that pays."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


_MOST = 61  # what Windows can wait for


def spread(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    jobs: int,
    crashed: Callable[[Item], Result],
) -> Generator[Result, None, None]:
    """Yield `function(item)` for every item, in order, computed by *jobs* processes.

    *function* and the items must be picklable, and *function* must not raise.  If
    a process dies over an item, `crashed(item)` takes the place of its result and
    the others go on.  Leaving the iterator early (an interruption) stops the
    processes.
    """
    if jobs < 2 or len(items) < 2:
        yield from map(function, items)
        return
    # Imported here: 25 ms that a small run need not pay.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    before = set(multiprocessing.active_children())
    done = 0
    try:
        executor = ProcessPoolExecutor(min(jobs, len(items), _MOST), initializer=_die_quietly)
    except (ImportError, NotImplementedError, OSError):  # no semaphores on this system
        yield from map(function, items)
        return
    try:
        with _quiet_about_cancelled_futures():
            with _interruptions_held_back():
                results = executor.map(function, items)
            for result in results:
                yield result
                done += 1
    except BrokenProcessPool:
        yield from _one_by_one(function, items[done:], crashed)
    except OSError:  # no (more) processes; what has been started would wait for ever
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        yield from map(function, items[done:])
    finally:
        with _quiet_about_cancelled_futures():
            executor.shutdown(cancel_futures=True)


def _one_by_one(
    function: Callable[[Item], Result], items: Sequence[Item], crashed: Callable[[Item], Result]
) -> Generator[Result, None, None]:
    """As `spread`, one item at a time, so that it is clear which one kills a process."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    rest = list(reversed(items))
    while rest:
        with ProcessPoolExecutor(1, initializer=_die_quietly) as executor:
            while rest:
                item = rest.pop()
                try:
                    with _interruptions_held_back():
                        future = executor.submit(function, item)
                    yield future.result()
                except BrokenProcessPool:
                    yield crashed(item)
                    break


@contextlib.contextmanager
def _quiet_about_cancelled_futures() -> Iterator[None]:
    """Let the thread of an executor fail quietly over a future that was cancelled meanwhile.

    It does so, with a traceback, where an interruption ends a process just then
    (concurrent/futures/process.py, terminate_broken, up to Python 3.12).
    """
    before = threading.excepthook

    def report(args: threading.ExceptHookArgs) -> None:
        if args.exc_type.__name__ != "InvalidStateError":
            before(args)

    threading.excepthook = report
    try:
        yield
    finally:
        threading.excepthook = before


_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_INTERRUPTIONS = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]


@contextlib.contextmanager
def _interruptions_held_back() -> Iterator[None]:
    """Hold back what would interrupt a new process before it knows what to do about it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTIONS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _die_quietly() -> None:
    """Let an interruption end this process at once, and the end of its parent, whatever it be.

    It holds nothing that must be cleaned up.
    """
    for number in _INTERRUPTIONS:
        signal.signal(number, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTIONS)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    # A worker waits for its work on a pipe that its siblings hold open, too.  What
    # multiprocessing keeps to watch the parent by they hold as well, but not that of the
    # youngest: so it is the first to notice, and the next youngest then.
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
