"""What a variable holds, where that can be read off the code."""

from __future__ import annotations

import ast

from imp_migrate.meaning.presence import is_none
from imp_migrate.meaning.scopes import ScopeKind
from imp_migrate.rule import Context

#: Functions of `os.path` whose result ends as their last argument does.
_KEEP_END = frozenset(["abspath", "basename", "expanduser", "join", "normpath"])


def only_value(ctx: Context, name: ast.Name) -> ast.expr | None:
    """The value of a variable that is assigned once and for all; None if that is not so."""
    scope = ctx.tree.home(name)
    bindings = scope.bindings[name.id] if scope is not None else []
    if scope is None or scope.kind is ScopeKind.CLASS or len(bindings) != 1:
        return None
    statement = ctx.tree.parents.get(bindings[0].node)
    if isinstance(statement, ast.Assign) and bindings[0].node in statement.targets:
        return statement.value
    return None


def all_values(ctx: Context, name: ast.Name) -> list[ast.expr]:
    """Everything that is ever assigned to the variable *name*; [] if that is not known."""
    scope = ctx.tree.home(name)
    if scope is None or scope.kind is ScopeKind.CLASS:
        return []
    values: list[ast.expr] = []
    for binding in scope.bindings[name.id]:
        statement = ctx.tree.parents.get(binding.node)
        if not isinstance(binding.node, ast.Name) or not isinstance(statement, ast.Assign):
            return []
        values.append(statement.value)
    return values


def gives_list(
    node: ast.expr, ctx: Context, depth: int = 4, strictly: bool = False, or_none: bool = False
) -> bool:
    """Say whether *node* is surely a list (or the `__path__` of a package); not None, above all.

    depth: how far variables are followed.
    strictly: not a `__path__`, which is none if the package has no `__init__.py`.
    or_none: None will do as well.
    """
    if or_none and is_none(node):
        return True
    if isinstance(node, (ast.List, ast.ListComp)):
        return True
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return gives_list(node.value, ctx, depth, strictly)
    if isinstance(node, ast.Attribute):
        path = node.attr == "__path__" and not strictly
        return path or ctx.tree.dotted(node) == "sys.path"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = (node.left, node.right)
        return any(gives_list(side, ctx, depth, strictly) for side in sides)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("list", "sorted")
    if isinstance(node, ast.Name) and depth:
        values = all_values(ctx, node)
        return bool(values) and all(
            gives_list(value, ctx, depth - 1, strictly, or_none) for value in values
        )
    return False


def has_absolute(path: ast.expr, ctx: Context, depth: int = 4) -> bool:
    """Say whether *path* is surely a list of nothing but absolute names, as strings."""
    if isinstance(path, ast.List):
        return all(_is_absolute(entry, ctx, depth) for entry in path.elts)
    if isinstance(path, ast.BinOp) and isinstance(path.op, ast.Add):
        return all(has_absolute(side, ctx, depth) for side in (path.left, path.right))
    if not isinstance(path, ast.Name) or not depth or len(ctx.tree.reads_of(path)) != 1:
        return False  # it may be changed elsewhere
    value = only_value(ctx, path)
    return value is not None and has_absolute(value, ctx, depth - 1)


def _is_absolute(node: ast.expr, ctx: Context, depth: int) -> bool:
    """Say whether *node* is surely an absolute name of a file, as a string.

    `__file__` is one since Python 3.9; until then a loader kept a relative name.
    """
    if isinstance(node, ast.Name):
        if node.id == "__file__" and ctx.tree.resolve(node.id, ctx.tree.scope_of(node)) is None:
            return True
        values = all_values(ctx, node) if depth else []
        return bool(values) and all(_is_absolute(value, ctx, depth - 1) for value in values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and _is_absolute(node.left, ctx, depth)
    if isinstance(node, ast.Call) and node.args:
        function = ctx.tree.dotted(node.func) or ""
        if function in ("os.path.abspath", "os.path.realpath"):
            return True
        keeps = function in ("os.path.dirname", "os.path.join", "os.path.normpath")
        return keeps and _is_absolute(node.args[0], ctx, depth)
    return False


def ends_in_py(path: ast.expr, ctx: Context) -> bool:
    """Say whether *path* is surely the name of a file `….py`."""
    if isinstance(path, ast.Constant):
        return isinstance(path.value, str) and path.value.endswith(".py")
    if isinstance(path, ast.JoinedStr):
        return bool(path.values) and ends_in_py(path.values[-1], ctx)
    if isinstance(path, ast.BinOp):
        return isinstance(path.op, ast.Add) and ends_in_py(path.right, ctx)
    if isinstance(path, ast.Call):
        function = ctx.tree.dotted(path.func) or ""
        known = function.startswith("os.path.") and function[8:] in _KEEP_END
        return known and bool(path.args) and ends_in_py(path.args[-1], ctx)
    value = only_value(ctx, path) if isinstance(path, ast.Name) else None
    return value is not None and ends_in_py(value, ctx)


def unused_without(ctx: Context, dropped: list[ast.AST]) -> list[ast.stmt]:
    """The assignments to local variables that only the expressions *dropped* look at."""
    inside = {node for part in dropped for node in ast.walk(part)}
    found: list[ast.stmt] = []
    for name in inside:
        if not isinstance(name, ast.Name) or not isinstance(name.ctx, ast.Load):
            continue
        scope = ctx.tree.home(name)
        bindings = scope.bindings[name.id] if scope is not None else []
        if scope is None or scope.kind is not ScopeKind.FUNCTION or len(bindings) != 1:
            continue
        statement = ctx.tree.parents.get(bindings[0].node)
        if not isinstance(statement, ast.Assign) or statement.targets != [bindings[0].node]:
            continue
        unread = all(read in inside for read in ctx.tree.reads(name.id, scope))
        if unread and statement not in found and all(map(_is_idle, ast.walk(statement.value))):
            found.append(statement)
    return found


def _is_idle(node: ast.AST) -> bool:
    """Say whether evaluating *node* does nothing else (a call might)."""
    return not isinstance(
        node,
        (
            ast.Call,
            ast.Await,
            ast.Yield,
            ast.YieldFrom,
            ast.NamedExpr,
            ast.Lambda,
            ast.comprehension,
        ),
    )


def argument_names(ctx: Context, call: ast.Call, parameters: list[str]) -> set[str] | None:
    """Which of *parameters* the arguments of *call* supply, `*` and `**` taken apart.

    None if that cannot be told.
    """
    count, names = 0, set()
    for argument in call.args:
        if isinstance(argument, ast.Starred):
            items = _literal(ctx, argument.value)
            if not isinstance(items, (ast.Tuple, ast.List)):
                return None
            if any(isinstance(item, ast.Starred) for item in items.elts):
                return None
            count += len(items.elts)
        else:
            count += 1
    for keyword in call.keywords:
        if keyword.arg is not None:
            names.add(keyword.arg)
            continue
        mapping = _literal(ctx, keyword.value)
        if not isinstance(mapping, ast.Dict):
            return None
        for key in mapping.keys:
            if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                return None
            names.add(key.value)
    return {*parameters[:count], *names} if count <= len(parameters) else None


def _literal(ctx: Context, node: ast.expr) -> ast.expr | None:
    return only_value(ctx, node) if isinstance(node, ast.Name) else node
