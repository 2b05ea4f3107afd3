"""`try` statements: what their handlers catch, and which of them stand around a node."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from .scopes import ScopeTree


def caught(handler: ast.ExceptHandler) -> set[str]:
    """The names of the exceptions *handler* catches; `Exception` for a bare `except`."""
    if handler.type is None:
        return {"Exception", "ImportError"}
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {t.id if isinstance(t, ast.Name) else getattr(t, "attr", "?") for t in types}
    if names & {"Exception", "BaseException"}:
        names |= {"ImportError"}
    return names


def catches_import_error(handler: ast.ExceptHandler) -> bool:
    """Say whether an ImportError raised in the `try` ends up in *handler*."""
    return bool(caught(handler) & {"ImportError", "ModuleNotFoundError"})


def tries_around(tree: ScopeTree, node: ast.AST) -> Iterator[tuple[ast.Try, str]]:
    """The `try` statements around *node* in its function, with the part that holds it."""
    child = node
    for parent in tree.ancestors(node):
        if isinstance(parent, ast.Try):
            for part in ("body", "orelse", "finalbody"):
                if child in getattr(parent, part):
                    yield parent, part
        elif isinstance(parent, ast.ExceptHandler):
            attempt = tree.parents[parent]
            assert isinstance(attempt, ast.stmt)
            if isinstance(attempt, ast.Try):
                yield attempt, "handler"
            child = attempt
            continue
        elif isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            pass
        child = parent


def offers_alternative(handler: ast.ExceptHandler, body: Iterable[ast.stmt]) -> bool:
    """Say whether *handler* does the job of *body* another way, without `imp`.

    It imports something, or defines a function or class that *body* defines.
    Only setting a flag is no alternative: a body that asks `imp` a question
    would silently get the answer "no" on 3.12.
    """
    defined = {getattr(s, "name", None) for s in body} - {None}
    for statement in handler.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return True
        if getattr(statement, "name", None) in defined and defined:
            return True
    return False
