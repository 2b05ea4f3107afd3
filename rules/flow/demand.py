"""How much of what `imp.find_module` returns a program needs: nothing, or just the path.

The open file and the description go when nobody looks at them; a file that is
only closed again does not have to be opened.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from imp_migrate.meaning.catalogue import MEMBERS, Kind
from imp_migrate.meaning.handlers import survives
from imp_migrate.meaning.presence import is_none
from imp_migrate.meaning.scopes import Binding, Scope, ScopeKind
from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context

from .search import (
    DESCRIPTION,
    FILE,
    PATH,
    Search,
    Variable,
    Way,
    closing,
    index_of,
    search_of,
    variable,
)

_OPEN_ERRORS = {"SyntaxError", "OSError", "IOError", "EnvironmentError", "PermissionError"}
_EVERY_ERROR = {"Exception", "BaseException"}
_BY_VALUE = {
    m.value: m.name for m in MEMBERS.values() if m.kind is Kind.CONSTANT and m.value is not None
}
_EVERYTHING = ("locals", "vars", "eval", "exec")  # what sees variables without naming them


@dataclass(frozen=True, eq=False)
class Test:
    """A comparison of the type code of a description with constants.

    members: the names of the constants, several after `in`.
    negative: whether it asks that it is none of them.
    uses: the uses of the constants (there is none for a number).
    """

    node: ast.Compare
    members: tuple[str, ...]
    negative: bool
    uses: tuple[Use, ...]


@dataclass(eq=False)
class Demand:
    """What is needed of one search, and what goes with the rest.

    path: whether the path is needed.
    items: the expressions `info[1]` that ask a variable of the triple for it.
    tests: comparisons of the type code with a constant.
    literals: triples of constants that a variable of the triple may hold instead.
    closings: statements that do nothing but close the file, or delete variables that go.
    resets: statements that set the variable of the file to None beforehand.
    partners: other searches that put their file into the same variable.
    """

    search: Search
    path: bool = False
    items: list[ast.Subscript] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    literals: list[ast.Tuple] = field(default_factory=list)
    closings: list[ast.stmt] = field(default_factory=list)
    resets: list[ast.stmt] = field(default_factory=list)
    partners: list[Search] = field(default_factory=list)


class _Needed(Exception):
    """More than the path is needed."""


def demands(search: Search, ctx: Context) -> list[Demand] | None:
    """What is needed of *search*, and of those that share a variable with it.

    The one of *search* comes first.  None if more than a path is needed of any
    of them, or one cannot be rewritten.
    """
    found: list[Demand] = []
    pending = [search]
    try:
        while pending:
            one = pending.pop()
            if any(d.search.use is one.use for d in found):
                continue
            if one.use.index in ctx.claimed or one.use.silent:
                return None
            demand = _demand(one, ctx)
            found.append(demand)
            pending += demand.partners
    except _Needed:
        return None
    return found


def _demand(search: Search, ctx: Context) -> Demand:
    demand = Demand(search)
    if awaits_open_errors(search, ctx):
        raise _Needed
    parent = ctx.parent(search.call)
    if search.way in (Way.UNUSED, Way.TESTED):
        return demand
    if search.way is Way.UNPACKED:
        _drop(demand, search.parts[FILE], ctx)
        _drop_description(demand, search.parts[DESCRIPTION], ctx)
        path = search.parts[PATH]
        read = _is_public(path) or not _is_unread(path, ctx)
        demand.path = read or any(rival.is_del for rival in path.rivals)
        _drop_deletions(demand, ctx)
        return demand
    if search.way is Way.NAMED and search.whole is not None and not search.parts:
        _drop_items(demand, search.whole, ctx)
        return demand
    if search.way is Way.INDEXED and search.index == PATH:
        demand.path = True
        return demand
    if search.way is Way.INDEXED and search.index == FILE:
        assigned = ctx.parent(parent)
        if isinstance(assigned, ast.Assign) and len(assigned.targets) == 1:
            _drop(demand, variable(assigned.targets[0], ctx), ctx)
            return demand
    raise _Needed


def awaits_open_errors(search: Search, ctx: Context) -> bool:
    """Say whether a handler waits for what happens when `imp` opens the file that it found.

    One that catches everything may, where the name is not known: it skips what is broken.
    """
    errors = _OPEN_ERRORS if search.literal is not None else _OPEN_ERRORS | _EVERY_ERROR
    return survives(ctx.tree, search.call, errors)


def awaits_no_file(statement: ast.stmt, ctx: Context) -> bool:
    """Say whether a handler catches that *statement* cannot close None, the file of a package."""
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return False  # it asks first, or handles that itself
    return survives(ctx.tree, statement, {"AttributeError", *_EVERY_ERROR})


def _drop(demand: Demand, part: Variable, ctx: Context) -> None:
    """Make sure that nobody needs *part*; raises _Needed."""
    for inner in part.parts:
        _drop(demand, inner, ctx)
    if part.parts:
        return
    if _is_unread(part, ctx):
        return
    if not part.name or _is_visible(part, ctx):
        raise _Needed
    for read in part.reads:
        statement = closing(ctx, read)
        if statement is None or awaits_no_file(statement, ctx):
            raise _Needed
        _add(demand.closings, statement)
    for rival in part.rivals:
        if not rival.is_del:
            _share(demand, rival, ctx)


def _drop_deletions(demand: Demand, ctx: Context) -> None:
    """Take away `del` of the variables that go; raises _Needed where others are in it."""
    parts = demand.search.parts
    dropped = [p for part in (parts[FILE], parts[DESCRIPTION]) for p in (part, *part.parts)]
    names = {part.name for part in dropped}
    for part in dropped:
        for rival in part.rivals:
            if not rival.is_del:
                continue
            statement = ctx.tree.statement(rival.node)
            assert isinstance(statement, ast.Delete)
            if not all(isinstance(t, ast.Name) and t.id in names for t in statement.targets):
                raise _Needed
            _add(demand.closings, statement)


def _drop_description(demand: Demand, part: Variable, ctx: Context) -> None:
    """Make sure that of the description only the type code matters, and is only compared."""
    if _is_unread(part, ctx):
        return
    kind = part
    if part.parts:
        if len(part.parts) != 3 or not all(_is_unread(p, ctx) for p in part.parts[:2]):
            raise _Needed
        kind = part.parts[2]
    if not kind.local or kind.rivals or _is_visible(kind, ctx):
        raise _Needed
    for read in kind.reads:
        node: ast.expr = read
        if kind is part:
            item = ctx.parent(read)
            if not isinstance(item, ast.Subscript) or index_of(item) != 2:
                raise _Needed
            node = item
        test = type_test(node, ctx)
        if test is None:
            raise _Needed
        demand.tests.append(test)


def type_test(code: ast.expr, ctx: Context) -> Test | None:
    """The comparison that the type code *code* is in; None if it is not one with constants."""
    compared = ctx.parent(code)
    if not isinstance(compared, ast.Compare) or len(compared.ops) != 1:
        return None
    other = compared.comparators[0] if compared.left is code else compared.left
    operator = compared.ops[0]
    constants = [other]
    if isinstance(operator, (ast.In, ast.NotIn)):
        if compared.left is not code or not isinstance(other, (ast.Tuple, ast.List, ast.Set)):
            return None
        constants = other.elts
    elif not isinstance(operator, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
        return None
    members, uses = [], []
    for node in constants:
        use = ctx.use_at(node)
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in _BY_VALUE:
            members.append(_BY_VALUE[node.value])
        elif use is None or use.silent or use.index in ctx.claimed:
            return None
        else:
            members.append(ctx.member_at(node))
            uses.append(use)
    if not members or not set(members) <= set(_BY_VALUE.values()):
        return None
    negative = isinstance(operator, (ast.NotEq, ast.IsNot, ast.NotIn))
    return Test(compared, tuple(members), negative, tuple(uses))


def _drop_items(demand: Demand, whole: Variable, ctx: Context) -> None:
    """Make sure that nobody needs more than the path in the variable *whole*."""
    if not isinstance(demand.search.statement, ast.Assign) or _is_visible(whole, ctx):
        raise _Needed  # an annotation may tell the type of the triple
    if _is_public(whole) and not whole.reads:
        raise _Needed
    for read in whole.reads:
        item = ctx.parent(read)
        if not (isinstance(item, ast.Subscript) and isinstance(item.ctx, ast.Load)):
            raise _Needed
        position = index_of(item)
        if position == PATH:
            demand.path = True
            demand.items.append(item)
            continue
        statement = closing(ctx, item) if position == FILE else None
        if statement is None or awaits_no_file(statement, ctx):
            raise _Needed
        _add(demand.closings, statement)
    for rival in whole.rivals:
        _share(demand, rival, ctx)
    if (demand.path and demand.resets) or (demand.literals and not demand.path):
        raise _Needed  # None may stand for "not searched"


def _share(demand: Demand, rival: Binding, ctx: Context) -> None:
    """See what else is assigned to a variable that goes; raises _Needed."""
    if not isinstance(rival.node, ast.Name) or rival.is_del:
        raise _Needed
    statement = ctx.tree.statement(rival.node)
    if not isinstance(statement, ast.Assign):
        raise _Needed
    value = statement.value
    if is_none(value):
        if statement.targets == [rival.node]:
            _add(demand.resets, statement)
        elif demand.search.way is Way.NAMED:
            raise _Needed
        return
    if isinstance(value, ast.Tuple) and demand.search.way is Way.NAMED:
        if len(value.elts) == 3 and all(isinstance(item, ast.Constant) for item in value.elts):
            if not value.elts[FILE].value:  # type: ignore[attr-defined]  # no file, not closed
                demand.literals.append(value)
                return
    if isinstance(value, ast.Subscript):
        value = value.value
    if not (isinstance(value, ast.Call) and ctx.member_at(value.func) == "find_module"):
        raise _Needed
    use = ctx.use_at(value.func)
    other = search_of(use, ctx) if use is not None else None
    if other is None or not _is_same_part(demand.search, other, rival.node):
        raise _Needed
    demand.partners.append(other)


def _is_same_part(search: Search, other: Search, target: ast.Name) -> bool:
    """Say whether *target* receives from *other* what we drop of *search*: file or triple."""
    if search.way is Way.NAMED or other.way is Way.NAMED:
        return search.way is other.way
    if other.way is Way.UNPACKED:
        return other.parts[FILE].target is target
    return other.index == FILE


def _is_unread(part: Variable, ctx: Context) -> bool:
    """Say whether nobody ever looks at *part*."""
    if part.parts:
        return all(_is_unread(inner, ctx) for inner in part.parts)
    return bool(part.name) and not part.reads and not _is_visible(part, ctx)


def _is_visible(part: Variable, ctx: Context) -> bool:
    """Say whether *part* can be seen without being named here."""
    scope = part.scope
    if scope is None or scope.kind is ScopeKind.CLASS:
        return True
    if scope.kind is ScopeKind.MODULE:
        return part.name in ctx.tree.exported or "globals" in ctx.tree.references
    return sees_variables(ctx, scope) or is_nonlocal(part.name, scope)


def is_nonlocal(name: str, scope: Scope) -> bool:
    """Say whether a function inside *scope* declares its variable *name* nonlocal."""
    inside = ast.walk(scope.node)
    return any(isinstance(node, ast.Nonlocal) and name in node.names for node in inside)


def sees_variables(ctx: Context, scope: Scope) -> bool:
    """Say whether something in the function *scope* sees its variables without naming them."""
    return any(
        ctx.tree.resolve(name, ctx.tree.scope_of(read), read) is None
        and scope in ctx.tree.scope_of(read).chain()
        for name in _EVERYTHING
        for read in ctx.tree.references.get(name, ())
    )


def takes_variable(ctx: Context, scope: Scope) -> bool:
    """Say whether a new variable may appear in *scope*: where nobody looks at all of them."""
    if scope.kind is ScopeKind.FUNCTION:
        return not sees_variables(ctx, scope)
    return scope.kind is ScopeKind.MODULE


def _is_public(part: Variable) -> bool:
    """Say whether other modules may well read *part*, a variable of the module."""
    module = part.scope is not None and part.scope.kind is ScopeKind.MODULE
    return module and not part.name.startswith("_")


def _add(statements: list[ast.stmt], statement: ast.stmt) -> None:
    if statement not in statements:
        statements.append(statement)
