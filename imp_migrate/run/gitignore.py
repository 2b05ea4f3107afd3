"""What git would ignore, asked top-down while a folder is walked.

Read are `.gitignore` files, from the repository's root down to the folder, and
the repository's `info/exclude`; not the user's global file, so that two people
get the same answer.  Outside a repository nothing is ignored (as in ruff).
"""

from __future__ import annotations

import os

from .config import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .gitpatterns import Pattern, Patterns

_FILE = ".gitignore"


class Ignore:
    """The patterns in force in one folder, the nearest last; None outside a repository."""

    def __init__(self, levels: tuple[Patterns, ...] | None = None) -> None:
        self.levels = levels

    @classmethod
    def above(cls, folder: str) -> Ignore:
        """The patterns that *folder* (a real path) inherits, its own not among them.

        A file whose patterns ignore *folder* itself does not count: the user named it.
        """
        root = _repository_root(folder)
        if root is None or root == folder:
            return cls()
        ignore = cls().entering(root, {".git", _FILE})
        parts = os.path.relpath(folder, root).split(os.sep)
        for depth in range(1, len(parts)):
            ignore = ignore.entering(os.path.join(root, *parts[:depth]), {_FILE})
        levels = ignore.levels or ()
        return cls(tuple(level for level in levels if not _ignores(level, folder)))

    def entering(self, folder: str, names: set[str]) -> Ignore:
        """The patterns in force inside *folder*, which holds *names*."""
        levels = self.levels
        if ".git" in names:  # a repository starts here: what is above does not concern it
            levels = _load(folder, os.path.join(folder, ".git", "info", "exclude"))
        if levels is None or _FILE not in names:
            return Ignore(levels)
        return Ignore(levels + _load(folder, os.path.join(folder, _FILE)))

    def ignores(self, path: str, is_folder: bool) -> Pattern | None:
        """The pattern for which git would ignore *path* (a real one), but not its folders."""
        if not self.levels:
            return None
        name = os.fsencode(path[path.rindex(os.sep) + 1 :])
        if is_folder:
            path, name = path + os.sep, name + b"/"
        # The nearest file with something to say has the last word.
        for level in reversed(self.levels):
            pattern = level.match(path, name)
            if pattern is not None:
                return pattern if pattern.ignores else None
        return None

    def inside(self, folder: str, names: list[str]) -> Ignore:
        """The same, but for patterns that say nothing about any of *names*, those in *folder*.

        The names of folders end in a slash.  Mostly no pattern is left: asking once about all
        names is much faster than asking about each.
        """
        if not (self.levels and names):
            return Ignore()
        encoded = os.fsencode("\0".join(names)).split(b"\0")
        return Ignore(
            tuple(level for level in self.levels if not level.decide_nothing(folder, encoded))
        )


def _ignores(level: Patterns, folder: str) -> bool:
    pattern = level.match(folder + os.sep, os.fsencode(os.path.basename(folder)) + b"/")
    return pattern is not None and pattern.ignores


def _repository_root(folder: str) -> str | None:
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def _load(base: str, path: str) -> tuple[Patterns, ...]:
    """The patterns in the file *path*, which are relative to *base*; none if there is no such file.

    Raises ConfigError if it cannot be read: what it says must not be rewritten might be, else.
    """
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    from .gitpatterns import Patterns  # not every folder has such a file

    patterns = Patterns.parse(base, path, data)
    return (patterns,) if patterns.runs else ()
