"""`try` statements: what their handlers catch, and which of them stand around a node."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

from .scopes import ScopeTree

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
#: Packages with which a module can be found, made or loaded.
_IMPORTERS = frozenset(["_imp", "importlib", "pkgutil", "runpy", "types", "zipimport"])
_BUILTINS = frozenset(["__import__", "compile", "exec", "execfile", "reload"])
_EXITS = frozenset(["exit", "os._exit", "quit", "sys.exit"])


def leaves(statement: ast.stmt, tree: ScopeTree) -> bool:
    """Say whether nothing in the block is run after *statement*."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        called = statement.value.func
        if getattr(called, "attr", "") == "skipTest" or tree.dotted(called) == "pytest.skip":
            return True
    return _gives_up(tree, statement) or isinstance(statement, (ast.Return, ast.Continue))


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


def suppresses_import_error(tree: ScopeTree, statement: ast.With) -> bool:
    """Say whether *statement* is a `with contextlib.suppress(ImportError):`."""
    for item in statement.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and tree.dotted(call.func) == "contextlib.suppress":
            names = {getattr(node, "id", "") for node in call.args}
            if names & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}:
                return True
    return False


def tries_around(
    tree: ScopeTree, node: ast.AST, *, across: bool = False
) -> Iterator[tuple[ast.Try, str]]:
    """The `try` statements around *node* in its function, with the part that holds it.

    across: also those around the function: what is defined there runs when it is called,
    but is defined only if nothing before it failed.
    """
    child = node
    for parent in tree.ancestors(node):
        if isinstance(parent, ast.Try):
            for part in ("body", "orelse", "finalbody"):
                if tree.is_in(child, getattr(parent, part)):
                    yield parent, part
        elif isinstance(parent, ast.ExceptHandler):
            attempt = tree.parents[parent]
            assert isinstance(attempt, ast.stmt)
            if isinstance(attempt, ast.Try):
                yield attempt, "handler"
            child = attempt
            continue
        elif isinstance(parent, _FUNCTIONS) and not across:
            if child is parent.body or tree.is_in(child, parent.body):
                return
        child = parent


def awaits_import_error(tree: ScopeTree, node: ast.AST) -> bool:
    """Say whether an ImportError of *node* is handled in its function."""
    return any(
        part == "body" and any(map(catches_import_error, attempt.handlers))
        for attempt, part in tries_around(tree, node)
    )


def is_answer_to(tree: ScopeTree, node: ast.AST, error: str) -> bool:
    """Say whether *node* stands in a handler for *error*."""
    return any(
        part == "handler" and any(error in caught(handler) for handler in attempt.handlers)
        for attempt, part in tries_around(tree, node)
    )


def offers_alternative(
    tree: ScopeTree,
    attempt: ast.Try,
    handler: ast.ExceptHandler,
    fails: Callable[[ast.stmt], bool],
) -> bool:
    """Say whether *handler* of *attempt* does the job of its body another way, without `imp`.

    It imports or calls what can import, or imports or defines again what the body does.
    Setting a flag, saying what went wrong and giving up are no alternative: a body
    that asks `imp` a question would get the answer "no" on 3.12.

    fails: whether a statement of the handler fails itself.
    """
    if _gives_up(tree, handler.body[-1]):
        return False
    found = False
    for node in _run_in(handler.body):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            if fails(node):
                return False
            found = found or _imports_importer(node) or bool(_bound(node) & _names(attempt.body))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found = found or (node.name in _names(attempt.body) and not _is_stub(node.body))
        elif isinstance(node, ast.ClassDef):
            found = found or node.name in _names(attempt.body)
        elif isinstance(node, ast.Call):
            called = tree.dotted(node.func) or ""
            found = found or called.partition(".")[0] in _IMPORTERS or called in _BUILTINS
    return found


def _gives_up(tree: ScopeTree, last: ast.stmt) -> bool:
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return tree.dotted(last.value.func) in _EXITS
    return isinstance(last, ast.Raise)


def _run_in(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes in *body*, but for what only runs when a function is called."""
    stack: list[ast.AST] = [*body]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, _FUNCTIONS):
            stack += ast.iter_child_nodes(node)


def _bound(statement: ast.Import | ast.ImportFrom) -> set[str]:
    return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}


def _names(body: Iterable[ast.stmt]) -> set[str]:
    """The names that *body* imports or defines."""
    found: set[str] = set()
    for node in _run_in(body):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= _bound(node)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
    return found


def _imports_importer(statement: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return not statement.level and (statement.module or "").partition(".")[0] in _IMPORTERS
    return any(alias.name.partition(".")[0] in _IMPORTERS for alias in statement.names)


def _is_stub(body: Iterable[ast.stmt]) -> bool:
    """Say whether a function with this *body* does nothing, always fails or says the same."""
    return all(
        isinstance(s, (ast.Pass, ast.Raise))
        or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        or (isinstance(s, ast.Return) and isinstance(s.value, (ast.Constant, type(None))))
        for s in body
    )


def survives(tree: ScopeTree, node: ast.AST, errors: set[str]) -> bool:
    """Say whether a handler around *node* is there for *errors*.

    One that catches everything is mostly not: it would hide that imp is gone.
    """
    return any(
        part == "body" and any(caught(h) & errors for h in attempt.handlers)
        for attempt, part in tries_around(tree, node)
    )
