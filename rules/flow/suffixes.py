"""What a program takes from the triples that `imp.get_suffixes` returns."""

from __future__ import annotations

import ast
import enum
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from imp_migrate.meaning.catalogue import MEMBERS, Kind
from imp_migrate.meaning.scopes import Scope, ScopeKind
from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context

from .search import index_of

SUFFIX, MODE, KIND = range(3)  #: positions in a triple

#: The mode that goes with each kind, in the order in which `imp` listed them.
MODES = {3: "rb", 1: "r", 2: "rb"}
ALL = tuple(MODES)

_OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
    ast.In: lambda value, values: value in values,
    ast.NotIn: lambda value, values: value not in values,
}


class Result(enum.Enum):
    """What an expression over the triples makes of them."""

    LIST = "list"
    SET = "set"
    ITERATOR = "iterator"


@dataclass(frozen=True, eq=False)
class Query:
    """An expression or a loop that goes through the triples, understood.

    node: the expression, or the `for` statement.
    kinds: the kinds that its tests leave, in order.
    constants: uses of constants in those tests.
    spent: the tests that say no more than *kinds* does.
    name: a variable that can hold the suffix.
    reads: the expressions that stand for the suffix.
    whole: it yields the triples themselves, not something made of suffixes.
    """

    node: ast.expr | ast.For
    result: Result
    kinds: tuple[int, ...]
    constants: tuple[Use, ...]
    spent: tuple[ast.expr, ...]
    name: str
    reads: tuple[ast.expr, ...]
    whole: bool = False


class Opaque(Exception):
    """The triples are used in a way that needs the triples."""


def query_of(call: ast.Call, ctx: Context) -> Query | None:
    """The query around *call*, which returns the triples; None if they are needed as they are."""
    parent = ctx.parent(call)
    try:
        if isinstance(parent, ast.comprehension) and parent.iter is call:
            return _comprehension(parent, ctx)
        if isinstance(parent, ast.For) and parent.iter is call:
            return _loop(parent, ctx)
        if isinstance(parent, ast.Call) and len(parent.args) == 2 and parent.args[1] is call:
            return _mapped(parent, ctx)
    except Opaque:
        pass
    return None


def _comprehension(generator: ast.comprehension, ctx: Context) -> Query:
    node = ctx.parent(generator)
    if not isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        raise Opaque
    if len(node.generators) != 1 or generator.is_async:
        raise Opaque
    parts = _Parts(generator.target, ctx.tree.owned(node), ctx)
    spent, constants, kinds = parts.tests(generator.ifs)
    result = {ast.ListComp: Result.LIST, ast.SetComp: Result.SET}.get(type(node), Result.ITERATOR)
    if isinstance(node.elt, ast.Name) and node.elt.id == parts.single:
        if spent and len(spent) == len(generator.ifs):
            parts.only(spent, whole=node.elt)
            return Query(node, result, kinds, constants, spent, "", (), whole=True)
        raise Opaque
    parts.only(spent)
    return Query(node, result, kinds, constants, spent, parts.name, parts.suffixes)


def _loop(loop: ast.For, ctx: Context) -> Query:
    """A loop whose variables nobody else uses.

    A first `if …: continue` may test the kind, or an `if` around all that it does.
    """
    first = next((n for n in ast.walk(loop.target) if isinstance(n, ast.Name)), None)
    scope = ctx.tree.resolve(first.id, ctx.tree.scope_of(first)) if first is not None else None
    if scope is None:
        raise Opaque
    parts = _Parts(loop.target, scope, ctx)
    tests: list[ast.expr] = []
    filtering = loop.body[0]
    skips = len(loop.body) > 1
    if isinstance(filtering, ast.If) and not filtering.orelse:
        if skips is ([type(statement) for statement in filtering.body] == [ast.Continue]):
            tests.append(filtering.test)
    spent, constants, kinds = parts.tests(tests)
    if spent and skips:
        kinds = tuple(k for k in ALL if k not in kinds)
    if spent and any(loop not in ctx.tree.ancestors(read) for read in parts.suffixes):
        raise Opaque  # who sees the last suffix of all
    if not kinds:
        raise Opaque
    parts.only(spent)
    return Query(loop, Result.ITERATOR, kinds, constants, spent, parts.name, parts.suffixes)


def _mapped(call: ast.Call, ctx: Context) -> Query:
    """`map(lambda x: x[0], …)` and `filter(lambda x: x[2] == …, …)`."""
    function = call.func.id if isinstance(call.func, ast.Name) else ""
    given = call.args[0]
    if function not in ("map", "filter") or call.keywords or not isinstance(given, ast.Lambda):
        raise Opaque
    if len(given.args.args) != 1 or len(list(ast.iter_child_nodes(given.args))) != 1:
        raise Opaque
    parts = _Parts(given.args.args[0], ctx.tree.owned(given), ctx)
    if function == "map":
        parts.only(())
        if parts.suffixes != (given.body,):
            raise Opaque
        return Query(call, Result.ITERATOR, ALL, (), (), parts.name, parts.suffixes)
    spent, constants, kinds = parts.tests([given.body])
    parts.only(spent)
    if parts.suffixes or not spent:
        raise Opaque
    return Query(call, Result.ITERATOR, kinds, constants, spent, "", (), whole=True)


class _Parts:
    """The variables that a target gives to the parts of a triple, and who reads them."""

    def __init__(self, target: ast.expr | ast.arg, scope: Scope, ctx: Context) -> None:
        self.ctx = ctx
        names = _names(target)
        self.single = names[0] if len(names) == 1 else ""
        self.name = names[0]
        self.by_part: dict[int, list[ast.expr]] = {SUFFIX: [], MODE: [], KIND: []}
        self.others: list[ast.expr] = []  #: reads of the triple as a whole
        for name in set(names):
            if (self.single or name != self.name) and _is_visible(name, scope, ctx):
                raise Opaque
            if any(binding.is_del for binding in scope.bindings[name]):
                raise Opaque
            for read in ctx.tree.reads(name, scope):
                self._add(read, 2 - names[::-1].index(name))
        if self.single and len(scope.bindings[self.name]) > 1:
            raise Opaque
        self.suffixes = tuple(self.by_part[SUFFIX])

    def _add(self, read: ast.Name, part: int) -> None:
        if not self.single:
            self.by_part[part].append(read)
            return
        item = self.ctx.parent(read)
        if isinstance(item, ast.Subscript) and isinstance(item.ctx, ast.Load):
            index = index_of(item) if item.value is read else None
            if index is not None:
                self.by_part[index].append(item)
                return
        self.others.append(read)

    def tests(
        self, tests: Iterable[ast.expr]
    ) -> tuple[tuple[ast.expr, ...], tuple[Use, ...], tuple[int, ...]]:
        """Those of *tests* that only ask for the kind, the constants in them, what they leave."""
        spent: list[ast.expr] = []
        constants: list[Use] = []
        kinds = ALL
        for test in tests:
            used: list[Use] = []
            conjunction = isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And)
            try:
                passing = [
                    self._passing(part, used)
                    for part in (test.values if conjunction else [test])  # type: ignore[attr-defined]
                ]
            except Opaque:
                continue
            kinds = tuple(kind for kind in kinds if all(kind in passed for passed in passing))
            spent.append(test)
            constants += used
        if not kinds:
            raise Opaque
        return tuple(spent), tuple(constants), kinds

    def only(self, spent: Iterable[ast.expr], whole: ast.expr | None = None) -> None:
        """Make sure that mode and kind are read in *spent* only, and nobody needs a triple."""
        inside = {id(node) for test in spent for node in ast.walk(test)}
        needed = [*self.by_part[MODE], *self.by_part[KIND]]
        if any(id(read) not in inside for read in needed):
            raise Opaque
        if any(other is not whole for other in self.others):
            raise Opaque

    def _passing(self, test: ast.expr, used: list[Use]) -> set[int]:
        """The kinds for which *test*, a comparison of mode or kind with constants, is true."""
        if not isinstance(test, ast.Compare) or len(test.ops) != 1:
            raise Opaque
        compare = _OPERATORS.get(type(test.ops[0]))
        left, right = test.left, test.comparators[0]
        if right in self.by_part[KIND] and isinstance(test.ops[0], (ast.Eq, ast.NotEq)):
            left, right = right, left
        position = next((p for p in (MODE, KIND) if left in self.by_part[p]), None)
        if compare is None or position is None:
            raise Opaque
        other = self._constant(right, used)
        try:
            return {k for k in ALL if compare(MODES[k] if position == MODE else k, other)}
        except TypeError:
            raise Opaque from None

    def _constant(self, node: ast.expr, used: list[Use]) -> object:
        """The value of *node*; the constants of `imp` in it are added to *used*."""
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, str)):
            return node.value
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            return [self._constant(element, used) for element in node.elts]
        member = MEMBERS.get(self.ctx.member_at(node))
        use = self.ctx.use_at(node)
        if member is None or member.kind is not Kind.CONSTANT or use is None:
            raise Opaque
        if use.silent or use.index in self.ctx.claimed:
            raise Opaque
        used.append(use)
        return member.value


def _names(target: ast.expr | ast.arg) -> list[str]:
    """The one variable for a triple, or the three for its parts."""
    if isinstance(target, ast.arg):
        return [target.arg]
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, (ast.Tuple, ast.List)) and len(target.elts) == 3:
        names = [element.id for element in target.elts if isinstance(element, ast.Name)]
        if len(names) == 3:
            return names
    raise Opaque


def _is_visible(name: str, scope: Scope, ctx: Context) -> bool:
    """Say whether the variable *name* can be seen without being named here."""
    if scope.kind is ScopeKind.MODULE:
        return not name.startswith("_")
    return scope.kind is ScopeKind.CLASS or any(
        scope in ctx.tree.scope_of(read).chain()
        for function in ("locals", "vars", "eval", "exec")
        for read in ctx.tree.references.get(function, ())
    )
