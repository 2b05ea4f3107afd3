"""Which calls of `imp.find_module` and `imp.load_module` belong together, and what is around them.

`find_module` returned a file, a path and a description; `load_module` took them
back.  Where nothing else is done with the three (but to close the file), a
module spec can take their place.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from imp_migrate.meaning.presence import is_none
from imp_migrate.meaning.scopes import Binding, Scope, ScopeKind
from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context

from .demand import is_nonlocal
from .order import common_loops, done_before
from .search import DESCRIPTION, FILE, PATH, Search, Variable, Way, closing, index_of, search_of
from .shared import bound_value, is_plain_call

WHOLE = 3  #: the position of the triple itself, beside FILE, PATH and DESCRIPTION

_EVERYTHING = ("locals", "vars", "eval", "exec")  # what sees variables without naming them


@dataclass(frozen=True, eq=False)
class Load:
    """A call of `imp.load_module` with what `find_module` returned."""

    use: Use
    call: ast.Call
    name: ast.expr


@dataclass(eq=False)
class Pair:
    """Searches and loads that share their variables.

    scope: where the variables are bound; None where the triple is passed on directly.
    whole: the variable of the triple, "" if there is none.
    closings: statements that do nothing but close the file.
    inits: statements that set the variables to None beforehand.
    unpackings: statements that take the variable of the triple apart.
    tests: expressions that ask whether there is a file.
    contexts: `with file:` statements.
    path: the variable of the path, if something else is done with the path; then
        the path is what goes from the searches to the loads.
    """

    searches: list[Search] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    scope: Scope | None = None
    whole: str = ""
    closings: list[ast.stmt] = field(default_factory=list)
    inits: list[ast.stmt] = field(default_factory=list)
    unpackings: list[ast.stmt] = field(default_factory=list)
    tests: list[ast.expr] = field(default_factory=list)
    contexts: list[ast.With] = field(default_factory=list)
    path: str = ""

    @property
    def uses(self) -> list[Use]:
        """Everything that a rewrite of the pair deals with."""
        return [*(s.use for s in self.searches), *(load.use for load in self.loads)]

    def statements(self) -> list[ast.stmt]:
        """The statements with the searches."""
        return [search.statement for search in self.searches]


class Unclear(Exception):
    """Something else happens to the triple, or may happen."""


def pair_of(search: Search, ctx: Context) -> Pair | None:
    """The pair that *search* belongs to; None if it is not only there to load what it finds."""
    try:
        if search.way is Way.SPLAT:
            return _spread(search, ctx)
        if search.way in (Way.UNPACKED, Way.NAMED):
            return Collector(ctx).collect(search)
    except Unclear:
        pass
    return None


def _spread(search: Search, ctx: Context) -> Pair:
    """`load_module(name, *find_module(…))`."""
    call = ctx.parent(ctx.parent(search.call))
    assert isinstance(call, ast.Call)
    if len(call.args) != 2 or call.keywords or isinstance(call.args[0], ast.Starred):
        raise Unclear
    return Pair([search], [Load(_load_use(ctx, call), call, call.args[0])])


def _load_use(ctx: Context, call: ast.Call) -> Use:
    use = ctx.use_at(call.func)
    if use is None or ctx.member_at(call.func) != "load_module":
        raise Unclear
    return use


def presence_test(ctx: Context, node: ast.expr) -> ast.expr | None:
    """The expression around *node*, a file or None, that does nothing but ask which; else None."""
    parent = ctx.parent(node)
    if isinstance(parent, ast.Compare) and len(parent.ops) == 1 and parent.left is node:
        if is_none(parent.comparators[0]):
            return parent
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return parent
    if isinstance(parent, (ast.If, ast.While, ast.IfExp)) and parent.test is node:
        return node
    if isinstance(parent, ast.BoolOp) and isinstance(ctx.parent(parent), (ast.If, ast.While)):
        return node
    return None


def asks_for_absence(test: ast.expr) -> bool:
    """Say whether *test*, a presence test, is true where there is no file."""
    if isinstance(test, ast.Compare):
        return isinstance(test.ops[0], (ast.Is, ast.Eq))
    return isinstance(test, ast.UnaryOp)


class Collector:
    """Follows the variables of one search to everything that they are used for."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.tree = ctx.tree
        self.pair = Pair()
        self.names: dict[str, int] = {}  #: the variables, and what each of them holds
        self.others: list[Binding] = []  #: what else is bound to them
        self.reads: list[tuple[ast.Name, int]] = []

    def collect(self, search: Search) -> Pair:
        """Everything that belongs to *search*; raises Unclear."""
        self._gather(search)
        for read, role in self.reads:
            self._follow(read, role)
        if not self.pair.loads or (self.pair.path and (self.pair.whole or self.pair.tests)):
            raise Unclear
        self._check_order()
        return self.pair

    def _gather(self, search: Search) -> None:
        """Find the variables, what is bound to them, and where they are read."""
        self._add_search(search)
        scope = self.pair.scope
        if scope is None or scope.kind not in (ScopeKind.FUNCTION, ScopeKind.MODULE):
            raise Unclear
        if any(self.tree.scope_of(r) is scope for n in _EVERYTHING for r in self._named(n)):
            raise Unclear
        if scope.kind is ScopeKind.MODULE and self._named("globals"):
            raise Unclear
        self._find_unpackings(scope)
        self._sort_bindings(scope)
        if any(is_nonlocal(name, scope) for name in self.names):
            raise Unclear
        for name, role in list(self.names.items()):
            for read in self.tree.reads(name, scope):
                self.reads.append((read, role))

    def _named(self, name: str) -> list[ast.Name]:
        return self.tree.references.get(name, [])

    # -- bindings ----------------------------------------------------------

    def _add_search(self, search: Search) -> None:
        roles: list[tuple[Variable, int]] = list(zip(search.parts, range(3), strict=False))
        if search.whole is not None:
            roles.append((search.whole, WHOLE))
            if self.pair.whole not in ("", search.whole.name):
                raise Unclear
            self.pair.whole = search.whole.name
        elif self.pair.whole:
            raise Unclear
        for found, role in roles:
            self._add_variable(found.name, found.scope, role)
        self.pair.searches.append(search)

    def _add_variable(self, name: str, scope: Scope | None, role: int) -> None:
        if not name or scope is None or self.pair.scope not in (None, scope):
            raise Unclear
        if self.names.setdefault(name, role) != role:
            raise Unclear
        self.pair.scope = scope

    def _sort_bindings(self, scope: Scope) -> None:
        """Tell the bindings of the variables apart; finds more searches and variables."""
        seen: set[ast.AST] = set()
        pending = list(self.names)
        while pending:
            name = pending.pop()
            for binding in scope.bindings[name]:
                if binding.node in seen:
                    continue
                seen.add(binding.node)
                self._sort(binding)
            pending += [
                n
                for n in self.names
                if n in scope.bindings and any(b.node not in seen for b in scope.bindings[n])
            ]

    def _sort(self, binding: Binding) -> None:
        if binding.is_del:
            raise Unclear
        statement = self.tree.statement(binding.node) if binding.node in self.tree.parents else None
        if not isinstance(statement, ast.Assign) or isinstance(binding.node, ast.arg):
            self.others.append(binding)
            return
        if statement in self.pair.statements() or statement in self.pair.unpackings:
            return
        value = statement.value
        use = self.ctx.use_at(value.func) if isinstance(value, ast.Call) else None
        if use is not None and self.ctx.member_at(use.node) == "find_module":
            search = search_of(use, self.ctx)
            if search is None or search.way not in (Way.UNPACKED, Way.NAMED):
                raise Unclear
            self._add_search(search)
        elif self._is_init(statement):
            if statement not in self.pair.inits:
                self.pair.inits.append(statement)
        else:
            self.others.append(binding)

    def _is_init(self, statement: ast.Assign) -> bool:
        """Say whether *statement* sets nothing but our variables, and to None."""
        return is_none(statement.value) and all(
            isinstance(t, ast.Name) and t.id in self.names for t in statement.targets
        )

    def _find_unpackings(self, scope: Scope) -> None:
        """Find where the variable of the triple is taken apart."""
        reads = self.tree.reads(self.pair.whole, scope) if self.pair.whole else []
        for statement in map(self.ctx.parent, reads):
            if isinstance(statement, ast.Assign) and self._is_unpacking(statement):
                target = statement.targets[0]
                assert isinstance(target, (ast.Tuple, ast.List))
                for part, role in zip(target.elts, range(3), strict=True):
                    assert isinstance(part, ast.Name)
                    self._add_variable(part.id, self.pair.scope, role)
                self.pair.unpackings.append(statement)

    def _is_unpacking(self, statement: ast.Assign) -> bool:
        """Say whether *statement* is `file, path, description = info`."""
        target = statement.targets[0]
        return (
            len(statement.targets) == 1
            and isinstance(statement.value, ast.Name)
            and statement.value.id == self.pair.whole != ""
            and isinstance(target, (ast.Tuple, ast.List))
            and len(target.elts) == 3
            and all(isinstance(part, ast.Name) for part in target.elts)
        )

    # -- reads -------------------------------------------------------------

    def _follow(self, read: ast.Name, role: int) -> None:
        """Find out what *read* is used for; raises Unclear if it is not one of ours to change."""
        parent = self.ctx.parent(read)
        if role == PATH and not self._is_passed(parent):
            if not self._is_unrelated(read):
                self.pair.path = read.id
            return
        if self._is_foreign(read):
            return
        if self.tree.scope_of(read) is not self.pair.scope:
            raise Unclear
        node: ast.expr = read
        if role == WHOLE:
            if isinstance(parent, ast.Assign) and parent in self.pair.unpackings:
                return
            if isinstance(parent, ast.Starred):
                self._add_load(self.ctx.parent(parent))
                return
            if not (isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load)):
                raise Unclear
            position = index_of(parent)
            if position is None:
                raise Unclear
            node, role, parent = parent, position, self.ctx.parent(parent)
        if self._is_passed(parent):
            if isinstance(parent, ast.keyword) and parent.arg == "name":
                raise Unclear
            if isinstance(parent, ast.Call) and parent.args[:1] == [node]:
                raise Unclear  # as the name of the module
            self._add_load(self.ctx.parent(parent) if isinstance(parent, ast.keyword) else parent)
        elif role != FILE:
            raise Unclear
        else:
            self._follow_file(node)

    def _is_passed(self, parent: ast.AST) -> bool:
        """Say whether *parent* is a call of `load_module`, or an argument of one."""
        call = self.ctx.parent(parent) if isinstance(parent, ast.keyword) else parent
        return isinstance(call, ast.Call) and self.ctx.member_at(call.func) == "load_module"

    def _is_unrelated(self, read: ast.Name) -> bool:
        """Say whether *read* certainly does not mean a path that was found."""
        try:
            return self._is_foreign(read)
        except Unclear:
            return False

    def _follow_file(self, node: ast.expr) -> None:
        statement = closing(self.ctx, node)
        if statement is not None:
            if statement not in self.pair.closings:
                self.pair.closings.append(statement)
            return
        holder = self._context(node)
        if holder is not None:
            if holder not in self.pair.contexts:
                self.pair.contexts.append(holder)
            return
        test = presence_test(self.ctx, node)
        if test is None:
            raise Unclear
        self.pair.tests.append(test)

    def _context(self, node: ast.expr) -> ast.With | None:
        """The statement `with file:` or `with closing(file):`, of one item."""
        item = self.ctx.parent(node)
        if isinstance(item, ast.Call) and item.args == [node] and not item.keywords:
            if self.ctx.tree.dotted(item.func) != "contextlib.closing":
                return None
            item = self.ctx.parent(item)
        if not isinstance(item, ast.withitem) or item.optional_vars is not None:
            return None
        holder = self.ctx.parent(item)
        return holder if isinstance(holder, ast.With) and len(holder.items) == 1 else None

    def _add_load(self, call: ast.AST) -> None:
        """Add the call of `load_module` that our variables are passed to."""
        if any(load.call is call for load in self.pair.loads):
            return
        if not isinstance(call, ast.Call):
            raise Unclear
        use = _load_use(self.ctx, call)
        if self._is_spread(call):
            self.pair.loads.append(Load(use, call, call.args[0]))
            return
        if not is_plain_call(call) or len(call.args) + len(call.keywords) != 4:
            raise Unclear
        parameters = ("name", "file", "filename", "details")
        name, *rest = (bound_value(call, *parameter) for parameter in enumerate(parameters))
        if name is None or [self._role(a) for a in rest] != [FILE, PATH, DESCRIPTION]:
            raise Unclear
        if self._role(name) not in (None, PATH):
            raise Unclear  # what was found, as the name of the module, goes
        if any(isinstance(node, ast.Name) and self._is_foreign(node) for node in rest):
            raise Unclear  # another file, say
        self.pair.loads.append(Load(use, call, name))

    def _is_spread(self, call: ast.Call) -> bool:
        if len(call.args) != 2 or call.keywords:
            return False
        last = call.args[1]
        return (
            isinstance(last, ast.Starred)
            and isinstance(last.value, ast.Name)
            and self.names.get(last.value.id) == WHOLE
        )

    def _role(self, node: ast.expr | None) -> int | None:
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            if self.names.get(node.value.id) == WHOLE:
                return index_of(node)
        return None

    # -- order -------------------------------------------------------------

    def _check_order(self) -> None:
        """Make sure that loads and tests see what a search found, not an earlier value."""
        places: list[ast.AST] = [*self.pair.tests, *self.pair.contexts]
        if self.others or self.pair.inits:
            places += [load.call for load in self.pair.loads]
        searches = self.pair.statements()
        if not all(done_before(self.tree, searches, place) for place in places):
            raise Unclear
        if any(map(self._may_be_reset, [*places, *(load.call for load in self.pair.loads)])):
            raise Unclear

    def _may_be_reset(self, place: ast.AST) -> bool:
        """Say whether a variable may be set to None between a search and *place*."""
        first = min(map(self._place, self.pair.statements()))
        return any(first < self._place(init) < self._place(place) for init in self.pair.inits)

    def _is_foreign(self, read: ast.Name) -> bool:
        """Say whether *read* means an unrelated value of the same variable; raises Unclear."""
        others = [b for b in self.others if b.name == read.id]
        if not others:
            return False
        here = self._place(read)
        searches = self.pair.statements()
        around = set(self.tree.ancestors(read))  # the arguments of a search come before it
        later = [s for s in searches if self._place(s) > here or s in around]
        if len(later) == len(searches):
            for statement in later:
                for loop in common_loops(self.tree, read, statement):
                    if not any(self._rebinds(b, loop, read) for b in others):
                        raise Unclear
            return True
        last = max((s for s in searches if s not in later), key=self._place)
        between = [b for b in others if self._place(last) < self._place(b.node) < here]
        if any(done_before(self.tree, [self.tree.statement(b.node)], read) for b in between):
            return True
        if between or not done_before(self.tree, searches, read):
            raise Unclear
        return False

    def _rebinds(self, binding: Binding, loop: ast.stmt, read: ast.Name) -> bool:
        """Say whether *binding* happens in every round of *loop* before *read*."""
        if binding.node not in ast.walk(loop):
            return False
        statement = self.tree.statement(binding.node)
        if isinstance(statement, (ast.For, ast.With)) and statement in self.tree.ancestors(read):
            return True
        return done_before(self.tree, [statement], read)

    def _place(self, node: ast.AST) -> int:
        return self.ctx.place(node)
