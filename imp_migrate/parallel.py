"""One function over many items, in worker processes where that pays."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


_MOST = 61  # what Windows can wait for


def available_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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
    processes; they never see Ctrl-C themselves.
    """
    if jobs < 2 or len(items) < 2:
        yield from map(function, items)
        return
    # Imported here: 25 ms that a small run need not pay.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    done = 0
    try:
        executor = ProcessPoolExecutor(
            min(jobs, len(items), _MOST), initializer=_leave_signals_to_parent
        )
    except (ImportError, NotImplementedError, OSError):  # no semaphores on this system
        yield from map(function, items)
        return
    try:
        for result in executor.map(function, items):
            yield result
            done += 1
    except BrokenProcessPool:
        yield from _one_by_one(function, items[done:], crashed)
    finally:
        executor.shutdown(cancel_futures=True)


def _one_by_one(
    function: Callable[[Item], Result], items: Sequence[Item], crashed: Callable[[Item], Result]
) -> Generator[Result, None, None]:
    """As `spread`, one item at a time, so that it is clear which one kills a process."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    rest = list(reversed(items))
    while rest:
        with ProcessPoolExecutor(1, initializer=_leave_signals_to_parent) as executor:
            while rest:
                item = rest.pop()
                try:
                    yield executor.submit(function, item).result()
                except BrokenProcessPool:
                    yield crashed(item)
                    break


def _leave_signals_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
