"""Whole statements in the text: what they share their lines with, and how to take one out."""

from __future__ import annotations

import ast
import re

from .model import Edit
from .scopes import ScopeTree
from .source import Source

_AFTER = re.compile(r"[ \t]*(?P<comment>#[^\r\n]*)?(?:\r\n|\n|\r|$)")
_SEMICOLON_AFTER = re.compile(r"[ \t]*;[ \t]*")
_SEMICOLON_BEFORE = re.compile(r"[ \t]*;[ \t]*$")

# Comments that speak to a tool about this very line; they go when the line goes.
_PRAGMA = re.compile(
    r"#\s*(?:noqa|type:\s*ignore|pylint:|pragma:|isort:|pyright:|mypy:|ruff:|nosec|"
    r"noinspection|@UnusedImport|@UnresolvedImport|pyflakes:|flake8:)",
    re.IGNORECASE,
)


def is_pragma(comment: str) -> bool:
    """Say whether *comment* is only meant for a tool."""
    return _PRAGMA.match(comment) is not None


def span(source: Source, node: ast.AST) -> tuple[int, int]:
    """Offsets of *node* in the text."""
    start = source.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]
    end = source.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
    return start, end


def own_lines(source: Source, node: ast.stmt) -> tuple[int, int, str] | None:
    """The span of the lines that hold *node* and nothing else, and the comment after it."""
    start, end = span(source, node)
    line_start = source.line_span(source.line_of(start))[0]
    rest = _AFTER.match(source.text, end)
    if rest is None or source.text[line_start:start].strip():
        return None
    return line_start, rest.end(), rest["comment"] or ""


def removal(source: Source, tree: ScopeTree, node: ast.stmt) -> Edit:
    """The edit that takes *node* out; `pass` takes its place where it was alone."""
    start, end = span(source, node)
    if len(tree.block(node)) == 1:
        return Edit(start, end, "pass")
    lines = own_lines(source, node)
    if lines is None:
        return cut_from_line(source.text, start, end)
    line_start, line_end, comment = lines
    kept = ""
    if comment and not is_pragma(comment):
        kept = source.text[line_start:start] + comment + source.newline
    return Edit(line_start, line_end, kept)


def cut_from_line(text: str, start: int, end: int) -> Edit:
    """Remove a statement from `a; b; c`, with one of the semicolons beside it."""
    after = _SEMICOLON_AFTER.match(text, end)
    if after:
        return Edit(start, after.end(), "")
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    before = _SEMICOLON_BEFORE.search(text, line_start, start)
    return Edit(before.start() if before else start, end, "")
