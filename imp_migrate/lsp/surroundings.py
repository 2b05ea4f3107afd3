"""What other files of the project have to do with a document, asked no more often than needed."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace

from ..text.scan import mentions_imp
from ..text.source import Source

#: How long, in seconds, an answer holds while the lines that speak of imports stay the same.
PATIENCE = 30.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Answer:
    lines: frozenset[bytes]
    time: float
    source: Source


_answers: dict[str, _Answer] = {}


def placed(source: Source, path: str | None) -> Source:
    """*source* with what the files around *path*, as they are on disk, have to do with it.

    Never raises; who has no path has no neighbours.
    """
    data = source.text.encode("utf-8", "replace")
    if path is None or not mentions_imp(data):
        return source
    lines = frozenset(line.strip() for line in data.splitlines() if b"imp" in line)
    known = _answers.get(path)
    if not (known and known.lines == lines and time.monotonic() - known.time < PATIENCE):
        known = _answers[path] = _Answer(lines, time.monotonic(), _asked(source, path))
    return replace(source, neighbours=known.source.neighbours, vicinity=known.source.vicinity)


def _asked(source: Source, path: str) -> Source:
    # Imported here: most documents never mention imp.
    from ..run import surroundings

    try:
        return surroundings.placed(source, path)
    except Exception:  # a bug of ours must not cost the user the editor session
        _log.exception("the files around %s could not be looked at", path)
        return source
