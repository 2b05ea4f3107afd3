"""Programs and texts made from others by random changes; most of the first kind still parse."""

from __future__ import annotations

import ast
import random
import re
import warnings
from collections.abc import Callable

Change = Callable[[str, random.Random, str], str]

_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_IMPORTS = (
    "import imp",
    "import imp as _imp",
    "import imp, os",
    "import os, imp as loader, sys",
    "from imp import *",
    "from imp import find_module, load_module",
    "from imp import reload as again, new_module",
    "from six.moves import reload_module, imp",
    "try:\n    import imp\nexcept ImportError:\n    imp = None",
    "if False:\n    import imp",
    'imp = __import__("imp")',
    'import importlib; imp = importlib.import_module("imp")',
)
_STATEMENTS = (
    "del imp",
    "imp = None",
    "global imp",
    "import sys; imp.reload(sys)",
    "found = [imp.find_module(n) for n in names if (imp := n)]",
    "with imp.find_module('x')[0] as f: pass",
    "imp.acquire_lock()",
    "imp.release_lock()",
    "f, p, d = imp.find_module('a')",
    "m = imp.load_module('a', f, p, d)",
    "return imp.load_source('a', path)",
    "yield imp.new_module('a')",
    "lambda imp: imp.reload(imp)",
    "def imp(imp=imp): return imp.reload(imp)",
    "class imp: load = imp.load_source",
    "for imp in imp.get_suffixes(): break",
    "print(f'{imp.get_tag()!r:>{imp.get_magic()}}')",
    "x: imp.NullImporter = imp.C_EXTENSION",
    "assert imp.lock_held(), imp",
    "imp.load_source = None",
    "getattr(imp, 'reload')(x)",
    "hasattr(imp, 'cache_from_source') and imp.cache_from_source(p)",
    "importlib = sys = types = 1",
    "match imp.PY_SOURCE:\n    case imp.PY_SOURCE: pass",
    "async def a():\n    await imp.reload(x)",
    "nonlocal x",
    "# noqa: IMP101",
    "from __future__ import annotations",
)
_BLOCKS = (
    "if True:",
    "try:",
    "def function(imp=None, *args):",
    "class Class:",
    "for imp in ():",
    "with open(imp) as imp:",
    "while imp:",
    "async def function():",
)


def mutated(text: str, other: str, rng: random.Random) -> str:
    """*text* after a few changes that mostly leave a program; *other* lends lines to it."""
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8))):
        drawn = [rng.choice(_CHANGES)(text, rng, other) for _ in range(4)]
        text = next(filter(_parses, drawn), drawn[0])
    return text


def _parses(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def broken(text: str, other: str, rng: random.Random) -> str:
    """*text* after a few changes that tend to leave none."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        text = rng.choice(_BREAKS)(text, rng, other)
    return text


def _lines_changed(change: Callable[[list[str], int, random.Random, str], None]) -> Change:
    def changed(text: str, rng: random.Random, other: str) -> str:
        lines = text.split("\n")
        change(lines, rng.randrange(len(lines)), rng, other)
        return "\n".join(lines)

    return changed


def _indentation(lines: list[str], at: int) -> str:
    for line in lines[at:]:
        if line.strip():
            return line[: len(line) - len(line.lstrip())]
    return ""


def _put(lines: list[str], at: int, block: str) -> None:
    indentation = _indentation(lines, at)
    lines[at:at] = [indentation + line for line in block.split("\n")]


@_lines_changed
def _delete(lines: list[str], at: int, rng: random.Random, other: str) -> None:
    del lines[at : at + rng.choice((1, 1, 1, 2, 5))]
    lines.append("")


@_lines_changed
def _repeat(lines: list[str], at: int, rng: random.Random, other: str) -> None:
    lines[at:at] = lines[at : at + rng.choice((1, 1, 3))]


@_lines_changed
def _swap(lines: list[str], at: int, rng: random.Random, other: str) -> None:
    to = rng.randrange(len(lines))
    lines[at], lines[to] = lines[to], lines[at]


@_lines_changed
def _borrow(lines: list[str], at: int, rng: random.Random, other: str) -> None:
    lent = other.split("\n")
    start = rng.randrange(len(lent))
    lines[at:at] = lent[start : start + rng.choice((1, 3, 10))]


@_lines_changed
def _insert(lines: list[str], at: int, rng: random.Random, other: str) -> None:
    _put(lines, at, rng.choice(_STATEMENTS))


@_lines_changed
def _import(lines: list[str], at: int, rng: random.Random, other: str) -> None:
    places = [n for n, line in enumerate(lines) if re.match(r"\s*(import|from) .*\bimp\b", line)]
    if places and rng.random() < 0.7:
        at = rng.choice(places)
        _put(lines, at, rng.choice(_IMPORTS))
        del lines[at + lines[at:].index(lines[at]) + 1 : at + 1]
    else:
        _put(lines, at, rng.choice(_IMPORTS))


@_lines_changed
def _wrap(lines: list[str], at: int, rng: random.Random, other: str) -> None:
    indentation = _indentation(lines, at)
    stop = at + 1
    while stop < len(lines) and (not lines[stop].strip() or lines[stop].startswith(indentation)):
        if rng.random() < 0.3 and _indentation(lines, stop) == indentation:
            break
        stop += 1
    block = rng.choice(_BLOCKS)
    body = ["    " + line if line.strip() else line for line in lines[at:stop]]
    end = ["finally:", "    pass"] if block == "try:" and rng.random() < 0.5 else []
    if block == "try:" and not end:
        end = ["except (ImportError, AttributeError):", "    imp = None"]
    lines[at:stop] = [indentation + block, *body, *(indentation + line for line in end)]


def _rename(text: str, rng: random.Random, other: str) -> str:
    """One word becomes another of the same text, here or everywhere."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    old, new = rng.choice(words), rng.choice(words).group()
    if rng.random() < 0.3:
        return re.sub(rf"\b{old.group()}\b", new, text)
    return text[: old.start()] + new + text[old.end() :]


def _string(text: str, rng: random.Random, other: str) -> str:
    """A literal becomes another."""
    found = list(re.finditer(r"'[^'\n]*'|\"[^\"\n]*\"|\b\d+\b", text))
    if not found:
        return text
    old = rng.choice(found)
    values = ('""', "None", '"a.b"', '"é\\N{BULLET}"', "b'x'", "path", "*names", "**options")
    return text[: old.start()] + rng.choice(values) + text[old.end() :]


_CHANGES: tuple[Change, ...] = (
    _delete,
    _repeat,
    _swap,
    _borrow,
    _insert,
    _insert,
    _import,
    _wrap,
    _wrap,
    _rename,
    _rename,
    _string,
)

_ODD = ("\0", "\f", "\r", "\x0b", "\u2028", "\ufeff", "é", "𝔦𝔪𝔭", "\t", " ", "\\", "\\\n", "\x1a")
_SIGNS = (
    *"()[]{}:;,.#'\"=*@\n",
    '"""',
    "'''",
    ":=",
    "->",
    "f'{",
    "import imp",
    " imp.",
    "if ",
    "0x",
)


def _put_text(pieces: tuple[str, ...]) -> Change:
    def change(text: str, rng: random.Random, other: str) -> str:
        at = rng.randint(0, len(text))
        return text[:at] + rng.choice(pieces) + text[at:]

    return change


def _cut_text(text: str, rng: random.Random, other: str) -> str:
    at = rng.randint(0, len(text))
    return text[:at] + text[at + rng.choice((1, 1, 5, 40)) :]


def _truncate(text: str, rng: random.Random, other: str) -> str:
    return text[: rng.randint(0, len(text))]


def _splice(text: str, rng: random.Random, other: str) -> str:
    return text[: rng.randint(0, len(text))] + other[rng.randint(0, len(other)) :]


def _nest(text: str, rng: random.Random, other: str) -> str:
    depth = rng.choice((30, 90, 120, 300))
    kind = rng.randrange(3)
    if kind == 0:
        return f"{text}\nx = {'(' * depth}imp.PY_SOURCE{')' * depth}\n"
    if kind == 1:
        return f"{text}\nx = {'-' * depth}imp.PY_SOURCE\n"
    blocks = "".join(f"{' ' * n}if x:\n" for n in range(depth))
    return f"{text}\n{blocks}{' ' * depth}imp.reload(x)\n"


_BREAKS: tuple[Change, ...] = (
    _put_text(_ODD),
    _put_text(_SIGNS),
    _put_text(_SIGNS),
    _cut_text,
    _cut_text,
    _truncate,
    _splice,
    _nest,
)
