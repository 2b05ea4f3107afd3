"""What a guarded import leaves on Python 3.12+, and which uses in other files fail with that.

`compat.py` may say `try: import imp` / `except ImportError: imp = None` and be right, and
`from compat import imp` elsewhere, with `imp.load_source(...)`, fails all the same.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Iterator

from .catalogue import MEMBERS, Kind
from .exchange import Taking
from .handlers import awaits_import_error, survives
from .mentions import Mentions
from .presence import assigned, names_of, tested
from .reach import Reach
from .scopes import Binding, ScopeTree, last_name
from .spoken import fails_in_code, is_used, may_be_none, value_of
from .stdlib import has_name
from .uses import ImpImport

_CONDITIONS = (ast.If, ast.IfExp, ast.While)
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.NamedExpr)
_MOST_STEPS = 3  # from what is taken to a flag
_LEAVES = (ast.Return, ast.Raise)

#: None in the place of a constant, which is wrong without any call or attribute.
NO_CONSTANT = "None for a constant"

#: A class, or a namespace, with these attributes.
CLASS = "something with "


def alternatives(tree: ScopeTree, imports: Iterable[ImpImport]) -> Iterator[tuple[str, str]]:
    """The names that the module has from `imp` under a guard, with what they are on 3.12+.

    That is "None", NO_CONSTANT, the qualified name of something else, CLASS with the attributes of
    one, or "" if there is no such name; a name that may be something that is not known here is not in the answer.
    """
    guarded: dict[str, list[ImpImport]] = {}
    for found in imports:
        if found.scope is tree.root and found.member != "*":
            guarded.setdefault(found.local, []).append(found)
    for local, group in guarded.items():
        if all(found.silent for found in group):
            own = {id(found.node) for found in group}
            rivals = [b for b in tree.root.bindings[local] if id(b.node) not in own]
            meanings = {_meaning(tree, rival) for rival in rivals}
            if not rivals and all(found.handled_by is not None for found in group):
                yield local, ""
            elif len(meanings) == 1 and (meaning := meanings.pop()):
                yield (
                    local,
                    NO_CONSTANT if meaning == "None" and all(map(_is_constant, group)) else meaning,
                )


def _is_constant(found: ImpImport) -> bool:
    member = MEMBERS.get(found.member)
    return member is not None and member.kind is Kind.CONSTANT


def _meaning(tree: ScopeTree, rival: Binding) -> str:
    """What *rival* binds: "None", a qualified name, or "" if that is not known."""
    if rival.is_import:
        return tree.import_of(rival) or ""
    value = assigned(tree, rival.node)
    if (names := names_of(tree, rival.node if value is None else value)) is not None:
        return CLASS + ", ".join(sorted(names))
    if isinstance(value, ast.Constant):
        return "None" if not value.value else ""
    return (tree.dotted(value) or "") if value is not None else ""


def failing(
    tree: ScopeTree, reach: Reach, taking: Taking, instead: str
) -> Iterator[tuple[ast.AST, str]]:
    """What fails on Python 3.12+ since *taking* then gives *instead*, with the reason."""
    if not instead:
        if not (any(_conditions(tree, taking.node)) or awaits_import_error(tree, taking.node)):
            yield taking.node, f"there is no `{taking.name}` to be taken"
        return
    # Another module is there, and true; only None is not.
    is_none = instead in ("None", NO_CONSTANT)
    tells = functools.cache(lambda: _telling(tree, taking, is_none))
    for node, local in _stand_ins(tree, taking):
        parent = tree.parents[node]
        errors = set() if instead == NO_CONSTANT else {"AttributeError", "TypeError"}
        if isinstance(node, ast.Constant):
            # It is code, or a dotted name.
            if is_none and not reach.dead(node):
                name = local or taking.name
                if fails_in_code(tree, node, name, errors, attribute=not local):
                    yield node, f"`{taking.name}` is None"
            continue
        used = is_used(tree, node) or (is_none and _is_handed_on(tree, node))
        if instead == NO_CONSTANT:
            used = not isinstance(parent, (ast.Assign, ast.Expr)) and not _asks(tree, node)
        if not used or reach.dead(node):
            continue
        if is_none and tested(tree, node, local or ast.unparse(node)):
            continue
        asked = f"hasattr({ast.unparse(node)}, {getattr(parent, 'attr', '')!r})"
        if survives(tree, node, errors) or tested(tree, node, asked):
            continue
        if any(tells()(test) for test in _conditions(tree, node)):
            continue
        if is_none:
            yield node, f"`{taking.name}` is None"
        elif isinstance(parent, ast.Attribute) and parent.attr in MEMBERS:
            names = instead.removeprefix(CLASS).split(", ") if instead.startswith(CLASS) else None
            if parent.attr not in names if names else has_name(instead, parent.attr) is False:
                yield node, f"{'it' if names else instead} has no {parent.attr}"


def _is_handed_on(tree: ScopeTree, node: ast.expr) -> bool:
    """Say whether *node* goes where nobody here asks whether it is None."""
    parent = tree.parents[node]
    if isinstance(parent, ast.Assign):
        held = isinstance(parent.targets[0], ast.Attribute) and node is parent.value
        return held and not may_be_none(tree, node)
    handing = (ast.Call, ast.keyword, ast.arguments, ast.Return, ast.List, ast.Dict)
    return isinstance(parent, handing) and not may_be_none(tree, node)


def is_asked_for(tree: ScopeTree, taking: Taking) -> bool:
    """Say whether the attribute that *taking* is only used where it, or a flag beside it, is true."""
    node = taking.node
    if not isinstance(node, ast.Attribute):
        return False
    if tested(tree, node, ast.unparse(node)):
        return True
    owner = ast.dump(node.value)
    child: ast.AST = node
    for parent in tree.ancestors(node):
        if isinstance(parent, (ast.If, ast.IfExp)) and child is not parent.test:
            asked = (n for n in ast.walk(parent.test) if isinstance(n, ast.Attribute))
            if any(ast.dump(attribute.value) == owner for attribute in asked):
                return True
        child = parent
    return False


def _asks(tree: ScopeTree, node: ast.expr) -> bool:
    """Say whether *node* is only asked whether it is there."""
    parent = tree.parents[node]
    if isinstance(parent, ast.Compare):
        return any(isinstance(op, (ast.Is, ast.IsNot)) for op in parent.ops)
    if isinstance(parent, (ast.If, ast.IfExp, ast.While)):
        return parent.test is node
    return isinstance(parent, (ast.BoolOp, ast.UnaryOp))


def _stand_ins(tree: ScopeTree, taking: Taking) -> Iterator[tuple[ast.expr, str]]:
    """The expressions that have the value of *taking*, each with the variable that it is."""
    if isinstance(taking.node, ast.Constant):
        yield taking.node, ""
    elif isinstance(taking.node, (ast.Attribute, ast.Call, ast.Subscript)):
        parent = tree.parents[taking.node]
        yield taking.node, ""
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
            yield from _reads(tree, parent.targets[0].id, parent)
    elif isinstance(taking.node, ast.ImportFrom):
        for alias in taking.node.names:
            if alias.name == taking.name:
                yield from _reads(tree, alias.asname or alias.name, alias)
            elif alias.name == "*":
                for read in tree.references.get(taking.name, ()):
                    if tree.resolve(taking.name, tree.scope_of(read), read) is None:
                        yield read, taking.name
                yield from _spoken(tree, taking.name)


def _reads(tree: ScopeTree, local: str, binder: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Where the variable *local* is read that *binder* binds, if nothing but None is bound else."""
    lexical = tree.scope_of(binder)
    scope = tree.resolve(local, lexical) or lexical
    others = scope.bindings.get(local, ())
    if len(others) <= 1 or all(
        binding.node is binder or _meaning(tree, binding) == "None" for binding in others
    ):
        for read in tree.reads(local, scope):
            yield read, local
        if scope is tree.root:
            yield from _spoken(tree, local)


def _spoken(tree: ScopeTree, local: str) -> Iterator[tuple[ast.expr, str]]:
    """What reaches the module's variable *local* by a string, with the variable."""
    for node, _ in Mentions(tree).of(local, tree.root):
        value = value_of(tree, node)
        yield value, "" if value is not node else local


def _conditions(tree: ScopeTree, node: ast.AST) -> Iterator[ast.expr]:
    """The conditions under which *node* runs, any of which may be the flag of the guard."""
    child = node
    for parent in tree.ancestors(node):
        if isinstance(parent, ast.BoolOp):
            for value in parent.values:
                if value is child:
                    break
                yield value
        elif isinstance(parent, _CONDITIONS) and child is not parent.test:
            if not isinstance(parent.test, ast.Constant):  # `if True:` asks nothing
                yield parent.test
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            earlier = parent.body[: parent.body.index(child)] if child in parent.body else []
            for statement in earlier:
                if isinstance(statement, ast.If) and isinstance(statement.body[-1], _LEAVES):
                    yield statement.test
        child = parent


def _telling(tree: ScopeTree, taking: Taking, truth: bool) -> Callable[[ast.expr], bool]:
    """What says whether a test has to do with what the module of *taking* has on this Python.

    truth: being true or not says something about what is taken, too.
    """
    known: set[str] = set()
    parts = [part for part in tree.parents if isinstance(part, (*_ASSIGNMENTS, ast.FunctionDef))]
    star = taking.node in tree.star_imports

    def tells(node: ast.AST) -> bool:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("getattr", "hasattr"):
            return node is not taking.node
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return False
        module, _, name = (tree.dotted(node) or "").rpartition(".")
        if star and isinstance(node, ast.Name) and not tree.resolve(node.id, tree.scope_of(node)):
            module, name = taking.module, node.id
        from_there = module == taking.module and (truth or name != taking.name)
        return from_there or last_name(node) in known

    for _ in range(_MOST_STEPS):
        for part in list(parts):
            value = part if isinstance(part, ast.FunctionDef) else part.value
            if value is not None and any(map(tells, ast.walk(value))):
                parts.remove(part)
                known |= _bound(part)
    return lambda test: any(map(tells, ast.walk(test)))


def _bound(
    statement: ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.FunctionDef,
) -> set[str]:
    """The names of the variables, attributes or function that *statement* gives a value."""
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return {last_name(target) for target in targets}
