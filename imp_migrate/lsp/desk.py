"""The open documents: when each is analysed, and by whom."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from .snapshot import Document, Snapshot, take

#: How long the text must have been left alone, in seconds, before it is analysed.
PAUSE = 0.1

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


@dataclass
class _Open:
    """A document that is open: its analysis is due, under way, or done."""

    document: Document
    timer: asyncio.TimerHandle | None = None
    task: asyncio.Task[Snapshot] | None = None
    good: Snapshot | None = None

    def cancel(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        if self.task is not None:
            self.task.cancel()
        self.timer = self.task = None


class Desk:
    """Keeps the latest snapshot of every open document.

    All work is done by one thread, in turn: the protocol is answered meanwhile,
    and what has become out of date before its turn is never begun.
    """

    def __init__(self, publish: Callable[[Snapshot], None]) -> None:
        self._publish = publish
        self._open: dict[str, _Open] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="analysis")

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that are open."""
        return tuple(entry.document for entry in self._open.values())

    def put(self, document: Document, pause: float = 0) -> None:
        """Take a new version of a document, which is to be analysed after *pause* seconds."""
        entry = self._open.setdefault(document.uri, _Open(document))
        entry.cancel()
        entry.document = document
        start = partial(self._start, entry)
        entry.timer = asyncio.get_running_loop().call_later(pause, start)

    def remove(self, uri: str) -> None:
        """Forget a document that was closed."""
        entry = self._open.pop(uri, None)
        if entry is not None:
            entry.cancel()

    async def snapshot(self, uri: str) -> Snapshot | None:
        """The analysis of the present version, which does not wait for the pause.

        None if the document is not open, or changes before the analysis is done.
        """
        entry = self._open.get(uri)
        if entry is None:
            return None
        if entry.timer is not None:
            entry.timer.cancel()
            self._start(entry)
        task = entry.task
        assert task is not None, "an open document has been analysed, or is going to be"
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                return None
            raise

    async def work(self, function: Callable[..., _T], *arguments: Any) -> _T:
        """Let the worker call *function*."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, function, *arguments)

    def close(self) -> None:
        """Stop working."""
        for entry in self._open.values():
            entry.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _start(self, entry: _Open) -> None:
        entry.timer = None
        entry.task = asyncio.get_running_loop().create_task(self._analyse(entry))

    async def _analyse(self, entry: _Open) -> Snapshot:
        try:
            snapshot = await self.work(take, entry.document, entry.good)
        except Exception:
            _log.exception("%s could not be analysed", entry.document.uri)
            raise
        if snapshot.readable:
            entry.good = snapshot
        self._publish(snapshot)
        return snapshot
