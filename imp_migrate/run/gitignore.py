"""What git would ignore, asked top-down while a folder is walked.

Read are `.gitignore` files, from the repository's root down to the folder, and
the repository's `info/exclude`; not the user's global file, so that two people
get the same answer.  Outside a repository nothing is ignored (as in ruff).

The meaning of patterns is that of https://git-scm.com/docs/gitignore, and where
that leaves something open, what git does (its wildmatch.c): it compares bytes,
and knows classes of ASCII characters only.  A walk that does not enter ignored
folders only ever asks whether a pattern matches a path itself, not one of its
folders; libraries for the purpose answer the other question, and get negated
patterns wrong that way.
"""

from __future__ import annotations

import codecs
import functools
import itertools
import os
import re
import string
from dataclasses import dataclass

from .config import ConfigError

_FILE = ".gitignore"


@dataclass(frozen=True)
class Pattern:
    """One line of a file of patterns.

    path, number: the file, and the line in it.
    text: the line as git shows it.
    ignores: whether it ignores what it matches, or takes it back.
    expression: for the paths that it matches, those of folders with a / behind them.
    """

    path: str
    number: int
    text: bytes
    ignores: bool
    expression: bytes

    @classmethod
    def parse(cls, path: str, number: int, line: bytes) -> Pattern | None:
        """The pattern that *line* of *path* holds; None if it holds none that can match."""
        match = _LINE.fullmatch(line.partition(b"\0")[0])
        text = match[1] if match else line
        ignores = not text.startswith(b"!")
        pattern = text if ignores else text[1:]
        folders_only = pattern.endswith(b"/")
        pattern = pattern[:-1] if folders_only else pattern
        if not pattern or text.startswith(b"#"):
            return None
        anchored = b"/" in pattern
        expression = _expression(pattern.removeprefix(b"/") if anchored else b"**/" + pattern)
        if expression is None:
            return None
        # What matches ends in a name, so that `a/*` does not match the folder `a/` itself.
        expression += b"(?<!/)" + (b"/" if folders_only else b"/?")
        return cls(path, number, text, ignores, expression)

    def matches(self, relative: bytes) -> bool:
        """Say whether it matches the path *relative*; slow, for messages."""
        return re.fullmatch(self.expression, relative, re.DOTALL) is not None

    def __str__(self) -> str:
        return self.text.decode("utf-8", "backslashreplace")


@dataclass(frozen=True)
class Patterns:
    """The patterns of one file: in order, neighbours that all ignore, or do not, as one."""

    base: str
    runs: tuple[tuple[re.Pattern[bytes], tuple[Pattern, ...]], ...]

    @classmethod
    def parse(cls, base: str, path: str, data: bytes) -> Patterns:
        """Read patterns from the file *path*, which are relative to the folder *base*."""
        lines = data.removeprefix(codecs.BOM_UTF8).split(b"\n")
        found = (
            Pattern.parse(path, number, line.removesuffix(b"\r"))
            for number, line in enumerate(lines, 1)
        )
        runs = []
        # Neighbours of the same kind need no order among them: one expression does.
        for _, group in itertools.groupby(filter(None, found), key=lambda p: p.ignores):
            patterns = tuple(group)
            alternatives = b"|".join(pattern.expression for pattern in patterns)
            runs.append((re.compile(alternatives, re.DOTALL), patterns))
        return cls(base, tuple(runs))

    def match(self, path: str) -> Pattern | None:
        """The pattern that decides on *path* below the base (a folder ends in /), if one does."""
        relative = os.fsencode(path[len(self.base) :].lstrip(os.sep).replace(os.sep, "/"))
        for expression, patterns in reversed(self.runs):  # the last match decides
            if expression.fullmatch(relative):
                return next(p for p in reversed(patterns) if p.matches(relative))
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
        if is_folder:
            path += os.sep
        # The nearest file with something to say has the last word.
        for level in reversed(self.levels or ()):
            pattern = level.match(path)
            if pattern is not None:
                return pattern if pattern.ignores else None
        return None


def _ignores(level: Patterns, folder: str) -> bool:
    pattern = level.match(folder + os.sep)
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
            return (Patterns.parse(base, path, stream.read()),)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None


# Spaces at the end do not count, unless a backslash stands before them.
_LINE = re.compile(rb"((?:\\.|[^\\])*?) *", re.DOTALL)

_TOKEN = re.compile(
    rb"(?P<folders>(?:(?<=/)|\A)\*\*+/)"
    rb"|(?P<inside>(?:(?<=/)|\A)\*\*+(?=\Z|\\/))"
    rb"|(?P<star>\*+)"
    rb"|(?P<one>\?)"
    rb"|(?P<set>\[)"
    rb"|\\(?P<escaped>.)"
    rb"|(?P<broken>\\)"
    rb"|(?P<plain>.)",
    re.DOTALL,
)


def _expression(pattern: bytes) -> bytes | None:
    """A regular expression for the paths that *pattern* matches; None if it matches none."""
    parts = []
    position = 0
    while token := _TOKEN.match(pattern, position):
        position = token.end()
        if token["folders"]:
            parts.append(b"(?:.*/)?")
        elif token["inside"]:
            parts.append(b".*")
        elif token["star"]:
            parts.append(b"[^/]*")
        elif token["one"]:
            parts.append(b"[^/]")
        elif token["set"]:
            members, position = _members(pattern, position)
            if not members:
                return None
            parts.append(b"[%s]" % b"".join(b"\\x%02x" % byte for byte in sorted(members)))
        elif token["broken"]:
            return None
        else:
            parts.append(re.escape(token["escaped"] or token["plain"]))
    return b"".join(parts)


_MEMBER = re.compile(
    rb"\[:(?P<named>[^\]]*):\]"
    rb"|(?P<first>\\.|[^\\])(?:-(?P<last>\\.|[^\\\]]))?",
    re.DOTALL,
)


def _members(pattern: bytes, position: int) -> tuple[set[int], int]:
    """The bytes in the set that begins at *position*, and where it ends; none if it makes no sense.

    A slash is never among them.
    """
    members: set[int] = set()
    negated = pattern[position : position + 1] in (b"!", b"^")
    start = position = position + negated
    while position == start or pattern[position : position + 1] != b"]":
        match = _MEMBER.match(pattern, position)
        if match is None or (match["named"] is not None and match["named"] not in _classes()):
            return set(), position
        position = match.end()
        if match["named"] is not None:
            members |= _classes()[match["named"]]
        else:
            first = match["first"][-1]
            last = match["last"][-1] if match["last"] else first
            members |= {first, *range(first, last + 1)}
    return (set(range(256)) - members if negated else members) - {ord("/")}, position + 1


@functools.cache
def _classes() -> dict[bytes, frozenset[int]]:
    """What `[:name:]` stands for."""
    visible = string.digits + string.ascii_letters + string.punctuation
    texts = {
        "alnum": string.digits + string.ascii_letters,
        "alpha": string.ascii_letters,
        "blank": " \t",
        "cntrl": "".join(map(chr, (*range(32), 127))),
        "digit": string.digits,
        "graph": visible,
        "lower": string.ascii_lowercase,
        "print": visible + " ",
        "punct": string.punctuation,
        "space": string.whitespace,
        "upper": string.ascii_uppercase,
        "xdigit": string.hexdigits,
    }
    return {name.encode(): frozenset(text.encode()) for name, text in texts.items()}
