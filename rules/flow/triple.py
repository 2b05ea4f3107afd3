"""What a program does with the single parts of what `imp.find_module` returned.

Nearly all that it returned follows from the path: the type code says whether that is
a directory, or else how its name ends.  So the path can take the place of a triple
of which the file is not read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from imp_migrate.meaning.presence import is_none
from imp_migrate.meaning.scopes import Scope, ScopeKind
from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context

from .attribute import Attribute, attribute_of
from .demand import Test, awaits_no_file, awaits_open_errors, type_test
from .kind import stays
from .order import done_before, leaves, unchanged
from .pairs import WHOLE, Collector, Load, Unclear, presence_test
from .search import (
    DESCRIPTION,
    FILE,
    PATH,
    Search,
    Variable,
    Way,
    closing,
    has_list,
    index_of,
    search_of,
)

_SUFFIX_OR_MODE = -1  #: the position of what is unpacked of a description, and never read
_KIND = 4  #: the position of a type code that was unpacked of the description


@dataclass(eq=False)
class Triple:
    """What some searches return, and everything that is done with it.

    whole: the variable that holds it, if it is held as one; "" if it is
        unpacked into *file_name* and *path_name*, which stay.
    attribute: the attribute that holds it instead.
    items: the expressions `info[0]` and `info[1]` with their positions, and an attribute
        that is compared with None as if it was the path.
    tests: comparisons of the type code.
    presences: expressions that ask whether there is a file.
    closings: statements that do nothing but close the file.
    resets: statements that set the variables, or some of them, to None.
    aliases: statements that only keep the type code for later.
    reads_file: whether a file has to be opened.
    asked: whether something asks if there is a triple, or None.
    """

    searches: list[Search]
    scope: Scope
    whole: str = ""
    attribute: Attribute | None = None
    file_name: str = ""
    path_name: str = ""
    details: list[str] = field(default_factory=list)
    items: list[tuple[ast.expr, int]] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    presences: list[ast.expr] = field(default_factory=list)
    closings: list[ast.stmt] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    resets: list[ast.Assign] = field(default_factory=list)
    aliases: list[ast.stmt] = field(default_factory=list)
    reads_file: bool = False
    asked: bool = False

    @property
    def uses(self) -> list[Use]:
        """Everything that a rewrite deals with."""
        constants = [use for test in self.tests for use in test.uses]
        calls = [*(s.use for s in self.searches), *(load.use for load in self.loads)]
        return [*calls, *constants]

    def is_given(self, ctx: Context) -> bool:
        """Say whether there is always a list to search, so that no path is None."""
        return all(has_list(search, ctx) for search in self.searches)


def triple_of(search: Search, ctx: Context) -> Triple | None:
    """What is done with what *search* returns, or None if the path cannot take its place.

    Searches that share variables, or an attribute, with it are among those of the result.
    """
    found = None
    try:
        if search.way in (Way.UNPACKED, Way.NAMED) and isinstance(search.statement, ast.Assign):
            found = _Variables(ctx, search).triple
        elif search.way is Way.OTHER:
            found = _of_attribute(search, ctx)
    except Unclear:
        return None
    scopes = [ctx.tree.scope_of(s.call) for s in found.searches] if found else []
    return None if any(scope.kind is ScopeKind.CLASS for scope in scopes) else found


class _Reader:
    """Finds out what each read of a triple, or of a part of it, is for."""

    def __init__(self, ctx: Context, triple: Triple) -> None:
        self.ctx = ctx
        self.triple = triple
        self.asks_whether_closed = False

    def everything(self) -> None:
        """Make sure that all reads together leave a way; raises Unclear."""
        if self.asks_whether_closed and self.triple.loads:
            raise Unclear  # load_module closed the file

    def whole(self, node: ast.expr) -> None:
        """Follow *node*, which stands for the triple; raises Unclear."""
        parent = self.ctx.parent(node)
        if isinstance(parent, ast.Starred):
            self.load(self.ctx.parent(parent))
            return
        if is_compared_with_none(parent, node):
            if not self.triple.is_given(self.ctx):
                raise Unclear  # a path can be None, too
            self.triple.asked = True
            if self.triple.attribute is not None:
                self.triple.items.append((node, PATH))
            return
        if not (isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load)):
            raise Unclear
        position = index_of(parent)
        if position == DESCRIPTION:
            self.description(parent)
        elif position is None:
            raise Unclear
        else:
            self.triple.items.append((parent, position))
            if position == FILE:
                self.file(parent)

    def file(self, node: ast.expr) -> None:
        """Follow *node*, which stands for the file."""
        statement, test = closing(self.ctx, node), presence_test(self.ctx, node)
        if statement is not None and not awaits_no_file(statement, self.ctx):
            if statement not in self.triple.closings:
                self.triple.closings.append(statement)
        elif test is not None and stays(self.ctx):
            self.triple.presences.append(test)
        else:
            self.triple.reads_file = True
            parent = self.ctx.parent(node)
            if isinstance(parent, ast.Attribute) and parent.attr == "closed":
                self.asks_whether_closed = True

    def description(self, node: ast.expr) -> None:
        """Follow *node*, which stands for the description; raises Unclear."""
        item = self.ctx.parent(node)
        if not isinstance(item, ast.Subscript) or index_of(item) != DESCRIPTION:
            raise Unclear
        self.kind(item)

    def kind(self, node: ast.expr) -> None:
        """Follow *node*, which stands for the type code; raises Unclear."""
        test = type_test(node, self.ctx)
        if test is not None:
            self.triple.tests.append(test)
            return
        kept = self.ctx.parent(node)
        if not isinstance(kept, ast.Assign) or len(kept.targets) != 1:
            raise Unclear
        for read in self._kept_reads(kept):
            test = type_test(read, self.ctx)
            if test is None:
                raise Unclear
            self.triple.tests.append(test)
        self.triple.aliases.append(kept)

    def _kept_reads(self, kept: ast.Assign) -> Iterable[ast.expr]:
        """Where the type code is read that the statement *kept* stores; raises Unclear."""
        target, triple = kept.targets[0], self.triple
        if len(triple.searches) > 1 or not _follows(self.ctx, triple.searches[0], kept):
            raise Unclear
        if isinstance(target, ast.Attribute) and triple.attribute is not None:
            attribute = attribute_of(target, self.ctx)
            if attribute is None or attribute.home is not triple.attribute.home:
                raise Unclear
            if attribute.stores != [target]:
                raise Unclear
            return attribute.reads
        if not isinstance(target, ast.Name) or triple.attribute is not None:
            raise Unclear
        scope = self.ctx.tree.resolve(target.id, self.ctx.tree.scope_of(target))
        if scope is None or scope is not triple.scope or scope.kind is not ScopeKind.FUNCTION:
            raise Unclear
        reads = self.ctx.tree.reads(target.id, scope)
        holder = triple.whole or triple.path_name
        for read in reads:
            if len(scope.bindings[target.id]) > 1 or self.ctx.tree.scope_of(read) is not scope:
                raise Unclear
            if not done_before(self.ctx.tree, [kept], read):
                raise Unclear
            if not _keeps(self.ctx, holder, scope, triple.searches[0].call, read):
                raise Unclear
        return reads

    def load(self, call: ast.AST) -> None:
        """Add the call of `load_module` that is passed the triple, spread; raises Unclear."""
        if not isinstance(call, ast.Call) or self.ctx.member_at(call.func) != "load_module":
            raise Unclear
        use = self.ctx.use_at(call.func)
        if use is None or len(call.args) != 2 or call.keywords:
            raise Unclear
        if isinstance(call.args[0], ast.Starred):
            raise Unclear
        self.triple.loads.append(Load(use, call, call.args[0]))


def is_compared_with_none(parent: ast.AST, node: ast.expr) -> bool:
    """Say whether *parent* asks whether *node* is None, or is not."""
    if not (isinstance(parent, ast.Compare) and len(parent.ops) == 1 and parent.left is node):
        return False
    return is_none(parent.comparators[0]) and isinstance(parent.ops[0], (ast.Is, ast.IsNot))


def _follows(ctx: Context, search: Search, statement: ast.stmt) -> bool:
    """Say whether *statement* is what runs next, if *search* finds something."""
    block, position = ctx.tree.slot(statement)
    if not position:
        attempt = ctx.parent(statement)
        if not isinstance(attempt, ast.Try) or block is not attempt.orelse:
            return False
        return attempt.body[-1] is search.statement
    before = block[position - 1]
    if isinstance(before, ast.Try) and not before.orelse and not before.finalbody:
        if not all(leaves(handler.body) for handler in before.handlers):
            return False
        before = before.body[-1]
    return before is search.statement


def _is_odd(search: Search) -> bool:
    """Say whether the triple goes to more than one place, or its type is declared."""
    return bool(search.whole and search.parts) or not isinstance(search.statement, ast.Assign)


def _keeps(ctx: Context, name: str, scope: Scope, start: ast.AST, end: ast.AST) -> bool:
    """Say whether the variable *name* of *scope* has one value from *start* to *end*."""
    read = next(iter(ctx.tree.reads(name, scope)), None)
    if read is None:
        read = next(b.node for b in scope.bindings[name] if isinstance(b.node, ast.Name))
    assert isinstance(read, ast.expr)
    return unchanged(ctx, read, start, end)


class _Variables(Collector):
    """Follows a triple that is held by a variable, or unpacked into three."""

    def __init__(self, ctx: Context, search: Search) -> None:
        super().__init__(ctx)
        self._gather(search)
        scope = self.pair.scope
        assert scope is not None
        if self.pair.unpackings or any(_is_odd(s) for s in self.pair.searches):
            raise Unclear
        if scope.kind is ScopeKind.MODULE and not self.ctx.tree.exported.isdisjoint(self.names):
            raise Unclear
        names = {role: name for name, role in self.names.items()}
        if any(list(self.names.values()).count(role) > 1 for role in (FILE, PATH)):
            raise Unclear  # only one of the variables is shared
        self.triple = Triple(
            self.pair.searches,
            scope,
            self.pair.whole,
            file_name=names.get(FILE, ""),
            path_name=names.get(PATH, ""),
            details=[n for n, role in self.names.items() if role not in (FILE, PATH, WHOLE)],
            resets=[s for s in self.pair.inits if isinstance(s, ast.Assign)],
            reads_file=any(awaits_open_errors(s, ctx) for s in self.pair.searches),
        )
        self.reader = _Reader(ctx, self.triple)
        for read, role in self.reads:
            self._follow(read, role)
        self.triple.loads += self.pair.loads
        self.reader.everything()
        self._check()

    def _add_search(self, search: Search) -> None:
        if search.whole is not None:
            super()._add_search(search)
            return
        if self.pair.whole:
            raise Unclear
        file, path, description = search.parts
        self._add_variable(file.name, file.scope, FILE)
        self._add_variable(path.name, path.scope, PATH)
        if description.parts:
            self._add_description(description.parts)
        elif description.name not in (file.name, path.name) or description.reads:
            self._add_variable(description.name, description.scope, DESCRIPTION)
        self.pair.searches.append(search)  # (`file, _, _` needs no third variable)

    def _add_description(self, parts: tuple[Variable, ...]) -> None:
        """Add the variables of `(suffix, mode, kind)`; raises Unclear."""
        if len(parts) != 3:
            raise Unclear
        roles = (_SUFFIX_OR_MODE, _SUFFIX_OR_MODE, _KIND)
        for part, role in zip(parts, roles, strict=True):
            self._add_variable(part.name, part.scope, role)

    def _follow(self, read: ast.Name, role: int) -> None:
        parent = self.ctx.parent(read)
        passed = self._is_passed(parent)
        if role == PATH and not passed:
            return  # an earlier value of the variable, maybe
        if role == FILE and not passed:
            self._follow_file_variable(read)
            return
        if self._is_foreign(read):
            return
        if self.tree.scope_of(read) is not self.pair.scope:
            raise Unclear
        if role == WHOLE:
            if isinstance(parent, ast.Subscript) and self._is_passed(self.ctx.parent(parent)):
                raise Unclear  # one by one
            self.reader.whole(read)
        elif passed:
            self._add_load(self.ctx.parent(parent) if isinstance(parent, ast.keyword) else parent)
        elif role == DESCRIPTION:
            self.reader.description(read)
        elif role == _KIND:
            self.reader.kind(read)
        else:
            raise Unclear

    def _follow_file_variable(self, read: ast.Name) -> None:
        try:
            foreign = self._is_foreign(read)
        except Unclear:
            self.triple.reads_file = True
            return
        if not foreign and self.tree.scope_of(read) is self.pair.scope:
            self.reader.file(read)
        elif not foreign:
            self.triple.reads_file = True

    def _check(self) -> None:
        """Make sure that path and type code belong together wherever they are used."""
        triple, scope = self.triple, self.triple.scope
        places: list[ast.AST] = [*(load.call for load in triple.loads), *triple.presences]
        places += [test.node for test in triple.tests]
        if triple.whole:
            places += [item for item, _ in triple.items]
        unset = triple.resets or self.others
        if unset and not all(self._is_set(place) for place in places):
            raise Unclear  # None means something else as a path
        if triple.whole or not self.others or not places:
            return
        if len(triple.searches) > 1:
            raise Unclear
        for place in places:
            call = triple.searches[0].call
            if not _keeps(self.ctx, triple.path_name, scope, call, place):
                raise Unclear

    def _is_set(self, place: ast.AST) -> bool:
        """Say whether what *place* sees is certainly what a search returned."""
        if self.triple.whole and self.triple.asked and _is_guarded(self.ctx, self.triple, place):
            return True
        return done_before(self.tree, self.pair.statements(), place) and not self._may_be_reset(
            place
        )


def _is_guarded(ctx: Context, triple: Triple, node: ast.AST) -> bool:
    """Say whether *node*, which looks at *triple*, does so only where a test saw that it is set."""
    here, resets = ctx.place(node), [ctx.place(reset) for reset in triple.resets]
    looked_at = {ast.dump(n) for n in ast.walk(node) if isinstance(n, (ast.Name, ast.Attribute))}

    def says(test: ast.expr, operator: type[ast.cmpop]) -> bool:
        if isinstance(test, ast.BoolOp):
            joins = isinstance(test.op, ast.And) == (operator is ast.IsNot)
            return joins and any(says(value, operator) for value in test.values)
        return (
            isinstance(test, ast.Compare)
            and is_compared_with_none(test, test.left)
            and isinstance(test.ops[0], operator)
            and ast.dump(test.left) in looked_at
            and not any(ctx.place(test) < reset < here for reset in resets)
        )

    child = node
    for parent in ctx.tree.ancestors(node):
        if isinstance(parent, (ast.If, ast.IfExp)):
            body, orelse = _branches(parent)
            if child in body and says(parent.test, ast.IsNot):
                return True
            if child in orelse and says(parent.test, ast.Is):
                return True
        if isinstance(parent, ast.BoolOp):
            before = parent.values[: parent.values.index(child)]  # type: ignore[arg-type]
            operator = ast.IsNot if isinstance(parent.op, ast.And) else ast.Is
            if any(says(value, operator) for value in before):
                return True
        if isinstance(child, ast.stmt):
            for earlier in ctx.tree.before(child):
                if isinstance(earlier, ast.If) and says(earlier.test, ast.Is):
                    if leaves(earlier.body):
                        return True
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return False
        child = parent
    return False


def _branches(choice: ast.If | ast.IfExp) -> tuple[list[ast.AST], list[ast.AST]]:
    """What *choice* does if its test is true, and if it is not."""
    if isinstance(choice, ast.If):
        return [*choice.body], [*choice.orelse]
    return [choice.body], [choice.orelse]


def _of_attribute(search: Search, ctx: Context) -> Triple | None:
    """What is done with a triple that an attribute holds; raises Unclear."""
    statement = search.statement
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    target = statement.targets[0]
    found = attribute_of(target, ctx) if isinstance(target, ast.Attribute) else None
    if found is None or statement.value is not search.call:
        return None
    triple = Triple([], search.use.scope, attribute=found)
    for store in found.stores:
        assignment = ctx.parent(store)
        if not isinstance(assignment, ast.Assign) or len(assignment.targets) != 1:
            raise Unclear
        value = assignment.value
        if is_none(value):
            triple.resets.append(assignment)
            continue
        use = ctx.use_at(value.func) if isinstance(value, ast.Call) else None
        is_search = use is not None and ctx.member_at(use.node) == "find_module"
        other = search_of(use, ctx) if use is not None and is_search else None
        if other is None:
            raise Unclear
        triple.searches.append(other)
    triple.reads_file = any(awaits_open_errors(s, ctx) for s in triple.searches)
    reader = _Reader(ctx, triple)
    for read in found.reads:
        reader.whole(read)
    reader.everything()
    if triple.resets and not _is_reset_apart(triple, found, ctx):
        raise Unclear
    return triple


def _is_reset_apart(triple: Triple, attribute: Attribute, ctx: Context) -> bool:
    """Say whether nothing takes the None of a reset for the path of a built-in module.

    Either tests for None see to that, or the attribute can be left unset instead.
    """
    if triple.asked:
        reads = (r for r in attribute.reads if not is_compared_with_none(ctx.parent(r), r))
        return not triple.aliases and all(_is_guarded(ctx, triple, read) for read in reads)
    first = min(ctx.place(search.call) for search in triple.searches)
    again = "__init__" in ctx.tree.attribute_names
    return (
        not again
        and "TypeError" not in ctx.tree.references
        and all(
            getattr(ctx.parent(reset), "name", "") == "__init__" and ctx.place(reset) < first
            for reset in triple.resets
        )
    )
