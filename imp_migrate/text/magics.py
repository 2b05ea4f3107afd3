"""What IPython understands and Python does not: magics, shell commands, questions.

For the analysis each becomes an expression of Python that does what it does, as far
as the names of the notebook are concerned, on as many lines; it is put back later.

https://ipython.readthedocs.io/en/stable/interactive/reference.html (magics, system
shell access, dynamic object information), and what IPython does where that leaves
something open (its core/inputtransformer2.py).
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Generator, Iterator
from dataclasses import dataclass

#: Cell magics that run the rest of their cell with the names of the notebook.
_TRANSPARENT = frozenset(("capture", "prun", "time"))

#: Magics whose text another program gets, or nobody: it sees no name of the notebook but
#: `{expressions}` and `$names`.
_ELSEWHERE = frozenset({
    "!", "HTML", "R", "SVG", "alias", "bash", "cat", "cd", "cmd", "conda", "cp", "cython", "env",
    "file", "html", "javascript", "js", "latex", "ls", "mamba", "markdown", "micromamba", "mkdir",
    "mv", "perl", "pip", "pypy", "python", "python2", "python3", "rm", "rmdir", "ruby", "run",
    "script", "set_env", "sh", "sql", "svg", "sx", "system", "uv", "writefile",
})  # fmt: skip
_SWEEPS = frozenset(("reset", "reset_selective"))

_ESCAPES = "%!?,;/"
_WHITE = re.compile(r"[ \t]*")
_LINE = re.compile(r"(?:\\(?:\r\n|\r|\n)|[^\r\n])*")
_BREAK = re.compile(r"\r\n|\r|\n")
_CELL_MAGIC = re.compile(r"\s*%%(?P<name>!|\w*)(?P<rest>[^\r\n]*)")
_LINE_MAGIC = re.compile(r"%{0,2}(?P<name>\w*)(?P<rest>.*)", re.DOTALL)
_TIMED = re.compile(r"%time[ \t]+(?P<code>[^-{$\r\n][^{$\r\n]*)\Z")
_QUESTION = re.compile(r"[ \t]*(?P<rest>[^\r\n#'\"]*?)\?{1,2}[ \t]*(?=[\r\n]|\Z)")
_INSERTED = re.compile(r"\{([^{}]+)\}|\$(\w+)")
_PIECE = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
    |(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?''')
    |(?P<endless>\"\"\"|''')
    |"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'
    |(?P<assigned>(?<![=!<>])=[ \t]*(?=[%!](?!=)))
    |(?P<open>[(\[{])|(?P<close>[)\]}])
    |(?P<joined>\\(?:\r\n|\r|\n))
    |(?P<end>\r\n|\r|\n)
    |[^\#"'=()\[\]{}\\\r\n]+|.
    """,
    re.VERBOSE | re.DOTALL,
)


class Incomplete(ValueError):
    """A cell ends within a string, in brackets or after a backslash; *offset*: of what is open."""

    def __init__(self, offset: int) -> None:
        super().__init__("it ends within a string, in brackets or after a backslash")
        self.offset = offset


@dataclass(frozen=True)
class Magic:
    """A part of a cell that is no Python.

    start, end: where it is.
    inside: the code in it that sees the names of the notebook.
    outside: the text in it that goes elsewhere.
    sweeps: it deletes names of the notebook.
    is_pylab: it imports everything from pylab.
    precedes: the Python that follows on its line runs as without it.
    """

    start: int
    end: int
    inside: str = ""
    outside: str = ""
    sweeps: bool = False
    is_pylab: bool = False
    precedes: bool = False

    def standing(self, name: str, lines: int) -> str:
        """The code that stands for it, with the call of *name* in it, on so many lines."""
        code = f"{name}()"
        if self.precedes:
            return f"{code};"
        if self.is_pylab and lines == 1:
            return f"from pylab.{name} import *"
        if self.sweeps:
            code = f"globals().clear({code})"
        elif self.outside:
            code = f"{code}.run({self.outside!r})"
        if self.inside:
            code = f"exec({self.inside!r}, {code})"
        return code[:-1] + "\n" * (lines - 1) + ")"


def magics(cell: str) -> Iterator[Magic]:
    """What in the text of a *cell* is no Python, in order; raises Incomplete."""
    at = 0
    whole = _CELL_MAGIC.match(cell)
    if whole is not None:
        start = whole.start("name") - 2
        if whole["name"] in _TRANSPARENT:
            yield Magic(start, whole.end(), inside=whole["rest"].strip())
            at = whole.end()
        else:
            body = f"{whole['rest'].strip()}\n{cell[whole.end() :]}".strip()
            yield _magic(start, len(cell), whole["name"], body)
            return
    while at < len(cell):
        start = _match(_WHITE, cell, at).end()
        question = _QUESTION.match(cell, at)
        if question is not None and question["rest"]:
            yield Magic(start, question.end(), inside=question["rest"].strip(" \t?%!"))
            at = question.end()
        elif cell[start : start + 1] and cell[start] in _ESCAPES:
            at = _match(_LINE, cell, start).end()
            yield _of_line(cell, start, at)
        else:
            at = yield from _logical_line(cell, start)
        if (end := _BREAK.match(cell, at)) is not None:
            at = end.end()


def _logical_line(cell: str, at: int) -> Generator[Magic, None, int]:
    """The magic that the line of Python from *at* on assigns; returns where the line ends."""
    depth, opened = 0, at
    while at < len(cell):
        piece = _match(_PIECE, cell, at)
        kind = piece.lastgroup
        if kind == "endless":
            raise Incomplete(at)
        if kind == "end" and not depth:
            return at
        if kind == "assigned" and not depth:
            at = _match(_LINE, cell, piece.end()).end()
            yield _of_line(cell, piece.end(), at)
            return at
        if kind == "open":
            opened = opened if depth else at
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif kind == "joined" and piece.end() == len(cell):
            raise Incomplete(at)
        at = piece.end()
    if depth:
        raise Incomplete(opened)
    return at


def _of_line(cell: str, start: int, end: int) -> Magic:
    """The magic, shell command or other escape that fills the line from *start* to *end*."""
    text = cell[start:end]
    if text.startswith("!"):
        return _magic(start, end, "!", text.lstrip("!"))
    if not text.startswith("%"):
        return Magic(start, end, inside=text[1:].strip(" \t?"))
    timed = _TIMED.match(text)
    is_first = cell[max(start - 1, 0) : start] in ("", "\r", "\n")  # in a block, there are locals
    if timed is not None and is_first and _is_expression(timed["code"]):
        return Magic(start, start + timed.start("code"), precedes=True)
    found = _match(_LINE_MAGIC, text, 0)
    return _magic(start, end, found["name"], found["rest"].strip())


def _is_expression(code: str) -> bool:
    """Say whether *code* is one expression, which binds no name.

    `%time` of a statement that fails goes on with the next line, in IPython 8 and
    earlier; what a name is bound to then, the analysis would take for certain.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    others = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
    return (
        len(body) == 1
        and isinstance(body[0], ast.Expr)
        and not any(isinstance(node, others) for node in ast.walk(body[0]))
    )


def _magic(start: int, end: int, name: str, text: str) -> Magic:
    if name in _SWEEPS:
        return Magic(start, end, sweeps=True)
    if name in _ELSEWHERE or not name:
        inserted = (one or other for one, other in _INSERTED.findall(text))
        return Magic(start, end, "; ".join(inserted), text)
    return Magic(start, end, inside=text, is_pylab=name == "pylab")


def _match(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    """The match of *pattern*, which matches anything, at *at*."""
    found = pattern.match(text, at)
    assert found is not None
    return found
