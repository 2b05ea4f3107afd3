"""What git would ignore, asked top-down while a folder is walked.

Read are `.gitignore` files, from the repository's root down to the folder, and
the repository's `info/exclude`; not the user's global file, so that two people
get the same answer.  Outside a repository nothing is ignored (as in ruff).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_FILE = ".gitignore"


@dataclass(frozen=True)
class Ignore:
    """The patterns in force in one folder, the nearest last; None outside a repository."""

    levels: tuple[tuple[str, GitIgnoreSpec], ...] | None = None

    @classmethod
    def above(cls, folder: str) -> Ignore:
        """The patterns that *folder* (a real path) inherits, its own not among them.

        Patterns that ignore *folder* itself do not count: the user named it.
        """
        root = _repository_root(folder)
        if root is None or root == folder:
            return cls()
        ignore = cls().entering(root, {".git", _FILE})
        parts = os.path.relpath(folder, root).split(os.sep)
        for depth in range(1, len(parts)):
            ignore = ignore.entering(os.path.join(root, *parts[:depth]), {_FILE})
        assert ignore.levels is not None
        return cls(tuple(level for level in ignore.levels if not _match(level, folder + os.sep)))

    def entering(self, folder: str, names: set[str]) -> Ignore:
        """The patterns in force inside *folder*, which holds *names*."""
        levels = self.levels
        if ".git" in names:  # a repository starts here: what is above does not concern it
            levels = _load(folder, os.path.join(folder, ".git", "info", "exclude"))
        if levels is None or _FILE not in names:
            return Ignore(levels)
        return Ignore(levels + _load(folder, os.path.join(folder, _FILE)))

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Say whether git would ignore *path* (a real path), whose folders it does not ignore."""
        if not self.levels:
            return False
        if is_folder:
            path += os.sep
        # The nearest file with something to say has the last word.
        for level in reversed(self.levels):
            answer = _match(level, path)
            if answer is not None:
                return answer
        return False


def _match(level: tuple[str, GitIgnoreSpec], path: str) -> bool | None:
    base, spec = level
    return spec.check_file(path[len(base) :].lstrip(os.sep)).include


def _repository_root(folder: str) -> str | None:
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def _load(base: str, path: str) -> tuple[tuple[str, GitIgnoreSpec], ...]:
    """The patterns in the file *path*, which are relative to *base*; nothing if it has none."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            lines = stream.read().splitlines()
    except OSError:
        return ()
    # Imported here: 20 ms that a run without such a file need not pay.
    from pathspec import GitIgnoreSpec

    try:
        return ((base, GitIgnoreSpec.from_lines(lines)),)
    except ValueError:  # git takes no notice of patterns that make no sense
        return ((base, GitIgnoreSpec.from_lines(filter(_is_pattern, lines))),)


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
