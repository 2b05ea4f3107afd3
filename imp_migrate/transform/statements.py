"""Whole statements in the text: where they stand, what runs in them, how to take one out."""

from __future__ import annotations

import ast
import re

from ..meaning.scopes import ScopeTree
from ..model import Edit
from ..text.source import Source

_BLANK = re.compile(r"[ \t\f]*(?:\r\n|\n|\r)")
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


def header_length(module: ast.Module) -> int:
    """How many statements must stay first: the docstring and `from __future__ import`."""
    for position, statement in enumerate(module.body):
        docstring = (
            position == 0
            and isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Constant)
            and isinstance(statement.value.value, str)
        )
        if not docstring and getattr(statement, "module", None) != "__future__":
            return position
    return len(module.body)


def is_crowded(module: ast.Module) -> bool:
    """Say whether other statements follow the header of *module* on the same line."""
    body, end = module.body, header_length(module)
    return 0 < end < len(body) and body[end].lineno == body[end - 1].end_lineno


def after_header(source: Source, module: ast.Module) -> int:
    """The offset after the shebang, the leading comments, the docstring and `__future__`."""
    if length := header_length(module):
        last = module.body[length - 1]
        return source.line_span(last.end_lineno or last.lineno)[1]
    line = 1
    lines = len(source.line_starts)
    while line < lines and source.line_text(line).startswith("#"):
        line += 1
    return source.line_span(line)[0]


def blank_lines(source: Source, offset: int) -> tuple[int, int]:
    """How many blank lines start at *offset*, and where they end."""
    count = 0
    while match := _BLANK.match(source.text, offset):
        count, offset = count + 1, match.end()
    return count, offset


def only_imports(statement: ast.stmt) -> bool:
    """Say whether *statement* does nothing but import, choose what to import, or set a name."""
    if isinstance(statement, (ast.Import, ast.ImportFrom, ast.Pass)):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.If):
        return all(map(only_imports, (*statement.body, *statement.orelse)))
    if isinstance(statement, ast.Try):
        handlers = [s for handler in statement.handlers for s in handler.body]
        parts = (*statement.body, *handlers, *statement.orelse, *statement.finalbody)
        return all(map(only_imports, parts))
    # A constant or a name is assigned: nothing runs that could need us.
    plain = (ast.Constant, ast.Name, ast.Lambda)
    return isinstance(statement, ast.Assign) and isinstance(statement.value, plain)


def modules_of(node: ast.AST) -> set[str]:
    """The modules that *node*, if it is an import, may import, as it names them."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if not isinstance(node, ast.ImportFrom):
        return set()
    module = "." * node.level + (node.module or "")
    dot = "" if module.endswith(".") else "."
    return {module, *(f"{module}{dot}{alias.name}" for alias in node.names)}
