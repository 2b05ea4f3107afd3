"""A progress bar for long runs, on a terminal only."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

Item = TypeVar("Item")

_DELAY = 0.5  # a shorter run shows nothing
_INTERVAL = 0.1
_WIDTH = 30


def progress(items: Iterable[Item], total: int, stream: TextIO | None) -> Iterator[Item]:
    """Pass *items* on; meanwhile show on *stream* how many of *total* have come.

    With None, or a stream that is no terminal, nothing is shown.
    """
    if stream is None or not stream.isatty():
        yield from items
        return
    due = time.monotonic() + _DELAY
    shown = 0
    try:
        for done, item in enumerate(items, 1):
            yield item
            now = time.monotonic()
            if now >= due:
                full = _WIDTH * done // total
                bar = "#" * full + "." * (_WIDTH - full)
                line = f"[{bar}] {done}/{total} files"
                stream.write(f"\r{line}")
                stream.flush()
                due, shown = now + _INTERVAL, len(line)
    finally:
        if shown:  # wipe the line: what follows is the report
            stream.write("\r" + " " * shown + "\r")
            stream.flush()
