"""The patterns of git's ignore files.

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
from collections.abc import Iterable


class Pattern:
    """One line of a file of patterns.

    path, number: the file, and the line in it.
    text: the line as git shows it.
    ignores: whether it ignores what it matches, or takes it back.
    by_name: whether it is compared with the last name of a path alone.
    expression: for the names or paths that it matches, those of folders with a / behind them.
    """

    def __init__(
        self, path: str, number: int, text: bytes, ignores: bool, by_name: bool, expression: bytes
    ) -> None:
        self.path = path
        self.number = number
        self.text = text
        self.ignores = ignores
        self.by_name = by_name
        self.expression = expression

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
        by_name = b"/" not in pattern
        expression = _expression(pattern.removeprefix(b"/"))
        if expression is None:
            return None
        # What matches ends in a name, so that `a/*` does not match the folder `a/` itself.
        expression += b"(?<!/)" + (b"/" if folders_only else b"/?")
        return cls(path, number, text, ignores, by_name, expression)

    def matches(self, name: bytes, relative: bytes) -> bool:
        """Say whether it matches the path *relative*, which ends in *name*; slow, for messages."""
        path = name if self.by_name else relative
        return re.fullmatch(self.expression, path, re.DOTALL) is not None

    def __str__(self) -> str:
        return self.text.decode("utf-8", "backslashreplace")


class Run:
    """Neighbours among the patterns of a file that all ignore, or do not.

    They need no order among them: one expression does for those that are compared with
    names, and one for the others.
    """

    def __init__(self, patterns: list[Pattern]) -> None:
        self.patterns = patterns
        self.names = _joined(p.expression for p in patterns if p.by_name)
        self.paths = _joined(p.expression for p in patterns if not p.by_name)


def _joined(expressions: Iterable[bytes]) -> re.Pattern[bytes] | None:
    alternatives = b"|".join(expressions)
    return re.compile(alternatives, re.DOTALL) if alternatives else None


class Patterns:
    """The patterns of one file; paths are relative to the folder *base*."""

    def __init__(self, base: str, runs: list[Run]) -> None:
        self.runs = runs
        self._behind_base = len(os.path.join(base, ""))

    @classmethod
    def parse(cls, base: str, path: str, data: bytes) -> Patterns:
        """Read patterns from the file *path*, which are relative to the folder *base*."""
        lines = data.removeprefix(codecs.BOM_UTF8).split(b"\n")
        found = (
            Pattern.parse(path, number, line.removesuffix(b"\r"))
            for number, line in enumerate(lines, 1)
        )
        groups = itertools.groupby(filter(None, found), key=lambda p: p.ignores)
        return cls(base, [Run(list(group)) for _, group in groups])

    def match(self, path: str, name: bytes) -> Pattern | None:
        """The pattern that decides on *path* below the base, if one does.

        name: the last one in it; that of a folder, and *path*, ends in /.
        """
        for run in reversed(self.runs):  # the last match decides
            if (run.names is not None and run.names.fullmatch(name)) or (
                run.paths is not None and run.paths.fullmatch(self._relative(path))
            ):
                relative = self._relative(path)
                return next(p for p in reversed(run.patterns) if p.matches(name, relative))
        return None

    def decide_nothing(self, folder: str, names: list[bytes]) -> bool:
        """Say whether no pattern matches any of *names*, which are those in *folder*."""
        prefix = self._relative(os.path.join(folder, ""))
        for run in self.runs:
            if run.names is not None and any(map(run.names.fullmatch, names)):
                return False
            if run.paths is not None and any(map(run.paths.fullmatch, [prefix + n for n in names])):
                return False
        return True

    def _relative(self, path: str) -> bytes:
        return os.fsencode(path[self._behind_base :].replace(os.sep, "/"))


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
    import string  # hardly anybody writes such

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
