"""Code that only runs where a name is there: `if imp is not None:` and the like."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from .scopes import ScopeTree, last_name


def tested(tree: ScopeTree, node: ast.AST, local: str, *, bound: bool = False) -> bool:
    """Say whether *node* only runs when *local* is true or not None.

    bound: or when it has a value at all, which then is not None.
    """
    child: ast.AST = node
    for parent in tree.ancestors(node):
        if isinstance(parent, (ast.If, ast.IfExp, ast.While)) and child is not parent.test:
            body = parent.body if isinstance(parent.body, list) else [parent.body]
            meaning = _presence(parent.test, local, bound)
            if meaning is not None and meaning is (child in body):
                return True
        elif isinstance(parent, ast.BoolOp) and child in parent.values:
            before = parent.values[: parent.values.index(child)]
            present = isinstance(parent.op, ast.And)
            if any(_presence(value, local, bound) is present for value in before):
                return True
        elif isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for test, runs in skipped(parent.decorator_list):
                if _presence(test, local, bound) is runs:
                    return True
        if isinstance(child, ast.stmt):
            for earlier in tree.before(child):
                if isinstance(earlier, ast.If) and _presence(earlier.test, local, bound) is False:
                    if isinstance(earlier.body[-1], (ast.Return, ast.Raise, ast.Continue)):
                        return True
        child = parent
    return False


def has_flag(tree: ScopeTree, node: ast.AST, flags: Iterable[str]) -> bool:
    """Say whether *node*, an attribute, is only used where one of *flags* beside it is true."""
    if not isinstance(node, ast.Attribute):
        return False
    owner = ast.unparse(node.value)
    return any(tested(tree, node, f"{owner}.{flag}") for flag in flags)


def skipped(decorators: list[ast.expr]) -> Iterator[tuple[ast.expr, bool]]:
    """The tests under which *decorators* skip what they decorate, and what they say if it runs."""
    for decorator in decorators:
        if isinstance(decorator, ast.Call) and decorator.args:
            name = last_name(decorator.func).lower()
            if name in ("skipif", "skipunless"):
                yield decorator.args[0], name == "skipunless"


def _presence(test: ast.expr, local: str, bound: bool) -> bool | None:
    """What *test* being true says about *local*: True it is there, False it is not."""
    if _says(test, local):
        return True
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _presence(test.operand, local, bound)
        return None if inner is None else not inner
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and is_none(test.comparators[0]):
        if _says(test.left, local):
            if isinstance(test.ops[0], (ast.IsNot, ast.NotEq)):
                return True
            if isinstance(test.ops[0], (ast.Is, ast.Eq)):
                return False
    if bound and asks_namespace(test, local):
        assert isinstance(test, ast.Compare)
        return isinstance(test.ops[0], ast.In)
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        if any(_presence(value, local, bound) is True for value in test.values):
            return True
    return None


def asks_namespace(node: ast.AST, local: str) -> bool:
    """Say whether *node* asks if *local* is bound: `"imp" in globals()`."""
    if not (isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn))):
        return False
    table = node.comparators[0]
    return (
        isinstance(node.left, ast.Constant)
        and node.left.value == local
        and len(node.ops) == 1
        and isinstance(table, ast.Call)
        and not table.args
        and getattr(table.func, "id", "") in ("globals", "locals", "vars", "dir")
    )


def _says(node: ast.expr, local: str) -> bool:
    """Say whether *node* is the name *local*, or, if that is more, is spelt like that."""
    if isinstance(node, (ast.Attribute, ast.Call)):
        return not local.isidentifier() and ast.unparse(node) == local
    return isinstance(node, ast.Name) and node.id == local


def is_none(node: ast.expr) -> bool:
    """Say whether *node* is the constant None."""
    return isinstance(node, ast.Constant) and node.value is None


def assigned(tree: ScopeTree, target: ast.AST) -> ast.expr | None:
    """What an assignment gives *target*, also as one of several; None if that is not known."""
    statement = tree.parents.get(target)
    if isinstance(statement, ast.Tuple):
        several, statement = statement, tree.parents.get(statement)
        value = statement.value if isinstance(statement, ast.Assign) else None
        if isinstance(value, ast.Tuple) and len(value.elts) == len(several.elts):
            return value.elts[next(n for n, e in enumerate(several.elts) if e is target)]
        return None
    return statement.value if isinstance(statement, ast.Assign) else None


def names_of(tree: ScopeTree, node: ast.AST) -> frozenset[str] | None:
    """The attributes of *node*, a plain class or namespace; None if it is none, or has others."""
    if isinstance(node, ast.ClassDef):
        if node.decorator_list or node.keywords:
            return None
        plain = all(getattr(base, "id", "") == "object" for base in node.bases)
        names = {*tree.scope_of(node.body[0]).bindings} if plain else None
    elif isinstance(node, ast.Call) and tree.dotted(node.func) == "types.SimpleNamespace":
        given = {str(keyword.arg) for keyword in node.keywords}
        names = None if node.args or "None" in given else given
    else:
        names = None
    return tree.stored_attributes | names if names is not None else None
