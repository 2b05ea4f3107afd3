"""What other files of the project have to do with a document, asked no more often than needed."""

from __future__ import annotations

import functools
import logging
import os
import time
from dataclasses import dataclass

from ..run.discovery import Found, Selection
from ..text.scan import mentions_imp
from ..text.source import Neighbours

#: How long, in seconds, an answer holds while the lines that speak of imports stay the same.
PATIENCE = 30.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Answer:
    lines: frozenset[bytes]
    time: float
    neighbours: Neighbours


_answers: dict[str, _Answer] = {}


def neighbours_of(path: str | None, text: str) -> Neighbours:
    """What the files around *path*, as they are on disk, have to do with it if it holds *text*.

    Never raises; who has no path has no neighbours.
    """
    data = text.encode("utf-8", "replace")
    if path is None or not mentions_imp(data):
        return Neighbours()
    lines = frozenset(line.strip() for line in data.splitlines() if b"imp" in line)
    known = _answers.get(path)
    if known and known.lines == lines and time.monotonic() - known.time < PATIENCE:
        return known.neighbours
    try:
        found = _asked(path, data)
    except Exception:  # a bug of ours must not cost the user the editor session
        _log.exception("the files around %s could not be looked at", path)
        found = Neighbours()
    _answers[path] = _Answer(lines, time.monotonic(), found)
    return found


def _asked(path: str, data: bytes) -> Neighbours:
    # Imported here: most documents never mention imp.
    from ..meaning.neighbours import with_neighbours
    from ..run.project import files_around

    target = os.path.realpath(path)
    found = Found(path, target)
    around = functools.partial(files_around, [found], (), lambda folder: Selection())
    return with_neighbours([found], (), around, {target: data})[0].neighbours
