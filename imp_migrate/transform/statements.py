"""Statements at the top level of a module, as far as new code has to find its place there."""

from __future__ import annotations

import ast
from collections.abc import Collection


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


def is_alone(block: list[ast.stmt], position: int, parent: ast.AST) -> bool:
    """Say whether the statement at *position* of *block*, which *parent* has, is alone on its lines."""
    statement = block[position]
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    if position and (block[position - 1].end_lineno or 0) >= first:
        return False
    if position + 1 < len(block) and block[position + 1].lineno <= last:
        return False
    return not isinstance(parent, ast.stmt) or parent.lineno < first


def modules_of(node: ast.AST) -> set[str]:
    """The modules that *node*, if it is an import, may import, as it names them."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if not isinstance(node, ast.ImportFrom):
        return set()
    module = "." * node.level + (node.module or "")
    dot = "" if module.endswith(".") else "."
    return {module, *(f"{module}{dot}{alias.name}" for alias in node.names)}


def imports_any(part: ast.AST, modules: Collection[str]) -> bool:
    """Say whether *part* imports one of *modules*, or from it."""
    return bool(modules) and any(
        not modules_of(node).isdisjoint(modules) for node in ast.walk(part)
    )
