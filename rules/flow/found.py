"""Whether `load_module` is passed all that a search of the same module returned.

The triple may have been unpacked, kept in a variable or returned by a function on the way.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from imp_migrate.meaning.presence import is_none
from imp_migrate.meaning.scopes import Binding, Scope, ScopeKind
from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context

from .attribute import attribute_of
from .search import DESCRIPTION, FILE, PATH, Search, facts_of, search_of
from .values import all_values

# What may go on elsewhere than at the next statement.
_JUMPS = (ast.Return, ast.Break, ast.Continue, ast.Try, ast.With, ast.AsyncWith)
_OTHER_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def facts_of_load(use: Use, ctx: Context) -> set[str]:
    """What is known of a use of `load_module`, by the names in `imp_migrate.helpers.facts`."""
    call = ctx.call_of(use)
    if call is None or call.keywords:
        return set()
    given: Sequence[ast.expr] = call.args[1:]
    found = None
    if len(given) == 1 and isinstance(given[0], ast.Starred):
        found = _behind(given[0].value, ctx)
    elif len(given) == 3:
        found = _behind_parts(given, ctx)
    if not found:
        return set()
    return {"found", "files"}.intersection(*({"found", *facts_of(s, ctx)} for s in found))


def _behind(node: ast.expr, ctx: Context, depth: int = 4) -> list[Search] | None:
    """The searches of which *node* is the triple; None if it may be another."""
    if not depth:
        return None
    if isinstance(node, ast.Tuple):
        return _behind_parts(node.elts, ctx, depth)
    if isinstance(node, ast.Name):
        return _behind_all(all_values(ctx, node), ctx, depth - 1)
    if isinstance(node, ast.Attribute):
        return _behind_all(_stored(node, ctx), ctx, depth - 1)
    if not isinstance(node, ast.Call):
        return None
    use = ctx.use_at(node.func)
    if use is None:
        return _behind_all(_returned(node, ctx), ctx, depth - 1)
    search = search_of(use, ctx) if ctx.member_at(node.func) == "find_module" else None
    return [search] if search is not None and not use.silent else None


def _behind_all(nodes: Sequence[ast.expr], ctx: Context, depth: int) -> list[Search] | None:
    if not nodes:
        return None  # what they are is not known
    searches: list[Search] = []
    for node in nodes:
        if is_none(node):
            continue  # that cannot be unpacked
        found = _behind(node, ctx, depth)
        if found is None:
            return None
        searches += found
    return searches


def _stored(node: ast.Attribute, ctx: Context) -> list[ast.expr]:
    """Everything that is ever assigned to the attribute *node*; [] if that is not known."""
    attribute = attribute_of(node, ctx)
    stores = attribute.stores if attribute is not None else []
    statements = [ctx.parent(store) for store in stores]
    values = [statement.value for statement in statements if isinstance(statement, ast.Assign)]
    return values if len(values) == len(stores) else []


def _returned(call: ast.Call, ctx: Context) -> list[ast.expr]:
    """What the function of the module that is called returns; [] if that is not known."""
    name = call.func
    scope = (
        ctx.tree.resolve(name.id, ctx.tree.scope_of(call)) if isinstance(name, ast.Name) else None
    )
    if scope is None or scope.kind is ScopeKind.CLASS:
        return []
    assert isinstance(name, ast.Name)
    function = scope.bindings[name.id][0].node
    if len(scope.bindings[name.id]) > 1 or not isinstance(function, ast.FunctionDef):
        return []
    inside = ctx.tree.owned(function)
    own = [node for node in ast.walk(function) if ctx.tree.scope_of(node) is inside]
    if function.decorator_list or any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in own):
        return []
    return [node.value for node in own if isinstance(node, ast.Return) and node.value is not None]


def _behind_parts(nodes: Sequence[ast.expr], ctx: Context, depth: int = 4) -> list[Search] | None:
    """The searches of which *nodes* are file, path and description, all of the same one."""
    names = [node for node in nodes if isinstance(node, ast.Name)]
    here = ctx.tree.scope_of(nodes[0])
    scopes = {ctx.tree.resolve(name.id, here) for name in names}
    if len(nodes) != 3 or len({name.id for name in names}) != 3 or len(scopes) != 1:
        return None
    scope = scopes.pop()
    if scope is None or scope.kind is ScopeKind.CLASS:
        return None
    bindings = [scope.bindings[name.id] for name in names]
    searches = [_unpacking(binding, DESCRIPTION, ctx) for binding in bindings[DESCRIPTION]]
    found = [statement for statement in searches if statement is not None]
    if len(found) != len(searches):
        return None
    for position in (FILE, PATH):
        others = [b for b in bindings[position] if _unpacking(b, position, ctx) not in found]
        if len(bindings[position]) - len(others) != len(found):
            return None
        if not all(_is_overwritten(b.node, found, scope, names, ctx) for b in others):
            return None
    return _behind_all([statement.value for statement in found], ctx, depth - 1)


def _unpacking(binding: Binding, position: int, ctx: Context) -> ast.Assign | None:
    """The statement that unpacks a triple, of which *binding* gets what is at *position*."""
    target = ctx.tree.parents.get(binding.node)
    statement = ctx.tree.parents.get(target) if target is not None else None
    if not isinstance(target, (ast.Tuple, ast.List)) or not isinstance(statement, ast.Assign):
        return None
    whole = statement.targets == [target] and len(target.elts) == 3
    return statement if whole and target.elts[position] is binding.node else None


def _is_overwritten(
    node: ast.AST, found: list[ast.Assign], scope: Scope, names: list[ast.Name], ctx: Context
) -> bool:
    """Say whether one of *found* certainly runs after what binds *node*, before *names* are read.

    So after a parameter and what a function begins with, since there is no description yet, and
    after `path = [path]` where the next part of a dotted name is searched for.
    """
    if scope.kind is not ScopeKind.FUNCTION or ctx.tree.scope_of(names[PATH]) is not scope:
        return False
    if isinstance(node, ast.arg):
        return True
    around = [node, *ctx.tree.ancestors(node)]
    for search in found:
        block, at = ctx.tree.slot(search)
        first = next((i for i, s in enumerate(block[:at]) if s in around), at)
        nodes = [n for statement in block[first:at] for n in ast.walk(statement)]
        jumps = any(isinstance(n, (*_JUMPS, *_OTHER_SCOPES)) for n in nodes)
        tries = (n for n in ctx.tree.ancestors(search) if ctx.tree.scope_of(n) is scope)
        caught = any(isinstance(n, _JUMPS) for n in tries)
        if first < at and not jumps and not caught and names[PATH] not in nodes:
            return True
    body = scope.node.body  # type: ignore[attr-defined]
    first = next((i for i, s in enumerate(body) if s in around), len(body))
    later = {n for statement in body[first + 1 :] for n in ast.walk(statement)}
    return later.issuperset(found)
