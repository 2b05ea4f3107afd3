"""What came of runs, kept by content, so that the same program need not run again.

Whatever can make a run end differently is part of its key: the bytes of all files,
the interpreter, the harness.  The files lie in the user's cache folder, one for each
run; several processes may share them.  With CI=true nothing is kept for longer
than the process lives.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HARNESS = Path(__file__).with_name("runner.py")
_DAYS = 30  # for how long a result that nobody asks for is kept


def default_folder() -> Path | None:
    """Where results are kept; None where they are not."""
    if os.environ.get("CI") == "true":
        return None
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return cache / "imp-migrate-tests" / "outcomes"


class Memory:
    """Remembers lists of plain data by key: for this process, and below *folder*, if there is one."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._known: dict[str, list[Any]] = {}
        self.hits = 0

    def get(self, key: str) -> list[Any] | None:
        """What was remembered for *key*."""
        if key not in self._known and self._folder is not None:
            path = self._path(key)
            with contextlib.suppress(OSError, ValueError):
                self._known[key] = json.loads(path.read_text("utf-8"))
                os.utime(path)
        found = self._known.get(key)
        self.hits += found is not None
        return found

    def put(self, key: str, value: list[Any]) -> None:
        """Remember *value* for *key*."""
        self._known[key] = value
        if self._folder is None:
            return
        path = self._path(key)
        with contextlib.suppress(OSError):  # a folder that cannot be written only costs time
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=path.parent)
            with open(descriptor, "w", encoding="utf-8") as stream:
                json.dump(value, stream)
            os.replace(name, path)

    def forget_the_old(self) -> None:
        """Delete what was not asked for in a long time."""
        limit = time.time() - _DAYS * 24 * 3600
        for path in self._folder.glob("*/*") if self._folder is not None else ():
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < limit:
                    path.unlink()

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / key[2:]


def key_of(contents: Mapping[str, bytes], executable: str, warnings: str, note: str) -> str:
    """The key of a run of the program with *contents*."""
    digest = hashlib.sha256()
    for part in (_surroundings(executable), warnings, note):
        digest.update(f"{part}\0".encode())
    for name, content in sorted(contents.items()):
        digest.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()


@functools.cache
def _surroundings(executable: str) -> str:
    """The interpreter, the harness, and what else programs can see of this machine."""
    status = os.stat(executable)
    interpreter = (os.path.realpath(executable), status.st_size, status.st_mtime_ns)
    environment = sorted(
        (n, v) for n, v in os.environ.items() if n.startswith(("LC_", "LANG", "TZ"))
    )
    harness = hashlib.sha256(HARNESS.read_bytes()).hexdigest()
    return repr((interpreter, harness, environment, os.getuid(), os.uname().machine))
