"""What git would ignore, asked top-down while a folder is walked.

Read are `.gitignore` files, from the repository's root down to the folder, and
the repository's `info/exclude`; not the user's global file, so that two people
get the same answer.  Outside a repository nothing is ignored (as in ruff).

The meaning of patterns is that of https://git-scm.com/docs/gitignore.  A walk
that does not enter ignored folders only ever asks whether a pattern matches a
path itself, not one of its folders; libraries for the purpose answer the other
question, and get negated patterns wrong that way.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .config import ConfigError

_FILE = ".gitignore"


@dataclass(frozen=True)
class Patterns:
    """The patterns of one file: in order, whether they ignore, and what they match."""

    base: str
    runs: tuple[tuple[bool, re.Pattern[str]], ...]

    @classmethod
    def parse(cls, base: str, lines: Iterable[str]) -> Patterns:
        """Read patterns, which are relative to the folder *base*."""
        runs = []
        # Neighbours of the same kind need no order among them: one expression does.
        for ignores, group in itertools.groupby(_parsed(lines), key=lambda pair: pair[0]):
            runs.append((ignores, re.compile("|".join(expression for _, expression in group))))
        return cls(base, tuple(runs))

    def ignores(self, path: str) -> bool | None:
        """Whether *path* below the base (a folder ends in /) is ignored; None: nothing matches."""
        relative = path[len(self.base) :].lstrip(os.sep).replace(os.sep, "/")
        for ignores, expression in reversed(self.runs):  # the last match decides
            if expression.fullmatch(relative):
                return ignores
        return None


@dataclass(frozen=True)
class Ignore:
    """The patterns in force in one folder, the nearest last; None outside a repository."""

    levels: tuple[Patterns, ...] | None = None

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
        return cls(tuple(level for level in levels if not level.ignores(folder + os.sep)))

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
        if is_folder:
            path += os.sep
        # The nearest file with something to say has the last word.
        for level in reversed(self.levels or ()):
            answer = level.ignores(path)
            if answer is not None:
                return answer
        return False


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
        with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as stream:
            return (Patterns.parse(base, stream),)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None


def _parsed(lines: Iterable[str]) -> Iterator[tuple[bool, str]]:
    """For each pattern, whether it ignores, and an expression for the paths that it matches."""
    for line in lines:
        pattern = re.sub(r"(?<!\\) +$", "", line.rstrip("\r\n"))
        if pattern.startswith("#"):
            continue
        ignores = not pattern.startswith("!")
        pattern = pattern if ignores else pattern[1:]
        folders_only = pattern.endswith("/")
        pattern = pattern[:-1] if folders_only else pattern
        anchored = "/" in pattern
        expression = _expression(pattern.removeprefix("/") if anchored else f"**/{pattern}")
        if pattern and expression is not None:
            # What matches ends in a name, so that `a/*` does not match the folder `a/` itself.
            yield ignores, expression + "(?<!/)" + ("/" if folders_only else "/?")


_TOKEN = re.compile(
    r"(?P<folders>(?:(?<=/)|\A)\*\*/)"
    r"|(?P<inside>(?<=/)\*\*\Z|\A\*\*\Z)"
    r"|(?P<star>\*+)"
    r"|(?P<one>\?)"
    r"|\[(?P<not>[!^]?)(?P<set>\]?(?:\\.|[^\]\\])*)\]"
    r"|\\(?P<escaped>.)"
    r"|(?P<broken>[\[\\])"
    r"|(?P<plain>.)",
    re.DOTALL,
)


def _expression(pattern: str) -> str | None:
    """A regular expression for the paths that *pattern* matches; None if it makes no sense."""
    parts = []
    for token in _TOKEN.finditer(pattern):
        if token["folders"]:
            parts.append("(?:.*/)?")
        elif token["inside"]:
            parts.append(".*")
        elif token["star"]:
            parts.append("[^/]*")
        elif token["one"]:
            parts.append("[^/]")
        elif token["set"]:
            parts.append(_set(token["set"], bool(token["not"])))
        elif token["broken"]:
            return None
        else:
            parts.append(re.escape(token["escaped"] or token["plain"]))
    expression = "".join(parts)
    try:
        re.compile(expression)
    except re.error:  # a set such as [z-a]
        return None
    return expression


def _set(characters: str, negated: bool) -> str:
    """The regular expression for `[characters]`, which never matches a slash."""
    escaped = re.sub(r"\\(.)|([\[\]^&~|\\])", r"\\\1\2", characters, flags=re.DOTALL)
    return f"(?!/)[{'^' if negated else ''}{escaped}]"
