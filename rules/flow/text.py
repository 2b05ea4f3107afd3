"""How new code fits into the lines it is put into."""

from __future__ import annotations

import ast
import re

from imp_migrate.rule import Context
from imp_migrate.transform.tokens import comments

_NARROW, _WIDE = 79, 99  #: how long a new line may get, depending on those there are
_BREAK = re.compile(r"[ \t]*\\?(?:\r\n|\r|\n)[ \t]*")
_AT_BRACKET = re.compile(r"(?<=[(\[{])\0|\0(?=[)\]}])")  # a break, marked, beside a bracket


def arguments(ctx: Context, call: ast.Call) -> str:
    """What stands in *call* after the function: in one line, if that changes nothing else."""
    start, end = ctx.span(call.func)[1], ctx.span(call)[1]
    text = ctx.source.text[start:end]
    if is_one_line(text) or comments(text):
        return text
    inner = any(start <= ctx.span(use.node)[0] < end for use in ctx.uses)
    strings = [n for n in ast.walk(call) if isinstance(n, (ast.Constant, ast.JoinedStr))]
    if inner or any(n.lineno != n.end_lineno for n in strings):
        return text
    joined = _AT_BRACKET.sub("", _BREAK.sub("\0", text)).replace("\0", " ")
    return joined[:-2] + ")" if joined.endswith(",)") else joined


def is_one_line(text: str) -> bool:
    """Say whether *text* has no line break in it."""
    return "\n" not in text and "\r" not in text


def fits(ctx: Context, node: ast.expr, text: str) -> bool:
    """Say whether *text* in the place of *node* makes a line that is not too long."""
    start, end = ctx.span(node)
    last = node.end_lineno or node.lineno
    before = start - ctx.source.line_span(node.lineno)[0]
    after = len(ctx.source.line_text(last)) - (end - ctx.source.line_span(last)[0])
    return is_one_line(text) and before + len(text) + after <= _limit(ctx)


def in_lines(ctx: Context, node: ast.expr, parts: list[str]) -> str:
    """*parts* of an expression, joined in parentheses with each on a line of its own.

    Indented as it should be in the place of *node*.
    """
    newline, line = ctx.source.newline, ctx.source.line_text(node.lineno)
    indent = line[: len(line) - len(line.lstrip())]
    inner = indent + ("\t" if indent.endswith("\t") else "    ")
    body = f"{newline}{inner}".join(parts)
    return f"({newline}{inner}{body}{newline}{indent})"


def _limit(ctx: Context) -> int:
    """How long lines may be in this file, going by those that are there."""
    lines = range(1, len(ctx.source.line_starts) + 1)
    return _NARROW if all(len(ctx.source.line_text(n)) <= _NARROW for n in lines) else _WIDE
