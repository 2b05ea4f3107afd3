"""From a syntax tree to uses: every place that reaches `imp`, and through which import.

Nothing is decided here about what replaces a use; only what it is, whether it
is certain, and whether it runs at all on Python 3.12+.
"""

from __future__ import annotations

import ast
import enum
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..text.source import Vicinity
from .catalogue import MEMBERS, STAR_NAMES, Kind
from .exchange import replaced_at_once
from .handlers import catches_import_error, caught, offers_alternative, tries_around
from .mentions import Access, Mentions
from .reach import Reach
from .scopes import Binding, Scope, ScopeKind, ScopeTree, attribute_path
from .stdlib import fails, has_name
from .submodules import dominates

_QUIET = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.Pass)
_BLOCKS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

#: What does exactly the same as a member under another name.
_SAME = {"new_module": ("types.ModuleType",)}

MODULE = "<module>"
IMPORT = "<import>"


class Form(enum.Enum):
    """How a use reaches its member."""

    ATTRIBUTE = "attribute"  #: `imp.reload`
    NAME = "name"  #: `reload`, imported from `imp`
    MODULE = "module"  #: the module object itself
    DELETE = "delete"  #: `del imp`
    LOOKUP = "lookup"  #: `getattr(imp, "reload")`, `hasattr(imp, "reload")`
    PATCH = "patch"  #: `imp.reload = …`, `mock.patch("imp.reload")`
    ELSEWHERE = "elsewhere"  #: `compat.imp.reload`


@dataclass(eq=False)
class ImpImport:
    """One name that a statement takes from `imp`.

    member: what it takes; MODULE for the module itself.
    scope: where the name is bound (the module for `global imp`).
    silent: why nothing needs to be done about it on 3.12+, or "".
    dynamic: it is an assignment of `__import__("imp")`, not an import statement.
    """

    statement: ast.stmt
    node: ast.AST
    local: str
    member: str
    scope: Scope
    silent: str = ""
    handled_by: ast.Try | None = None
    dynamic: bool = False
    site: int = -1
    position: int = -1

    @property
    def live(self) -> bool:
        return not self.silent


@dataclass(eq=False)
class Use:
    """One use of a member of `imp` (or of the module).

    node: the expression that stands for the member: an Attribute, a Name, a Call.
    imports: the imports that can provide it on 3.12+.
    doubt: why it may not be `imp` that is meant.
    broken: why it fails on 3.12+ although its import is guarded.
    silent: why it works on 3.12+ as it is.
    foreign: whether the doubt is if the module imported is the library's at all.
    """

    index: int
    member: str
    form: Form
    node: ast.expr
    scope: Scope
    imports: tuple[ImpImport, ...] = ()
    all_imports: tuple[ImpImport, ...] = ()
    doubt: str = ""
    broken: str = ""
    silent: str = ""
    foreign: bool = False


@dataclass
class Resolution:
    """All imports and uses of `imp` in one module."""

    imports: list[ImpImport] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    stars: list[ast.ImportFrom] = field(default_factory=list)


def is_imp_call(node: ast.AST, reach: Reach) -> bool:
    """Say whether *node* is `__import__("imp")` or `importlib.import_module("imp")`."""
    if not isinstance(node, ast.Call):
        return False
    asked = asked_module(node)
    if not (isinstance(asked, ast.Constant) and asked.value == "imp"):
        return False
    return is_import_call(node, reach.tree)


def asked_module(call: ast.Call) -> ast.expr | None:
    """What *call*, of `__import__` or the like, gives as the name of the module."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "name"]
    given = call.args or named
    return given[0] if given else None


def is_import_call(node: ast.Call, tree: ScopeTree) -> bool:
    """Say whether *node* calls `__import__` or `importlib.import_module`."""
    root: ast.expr = node.func
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return False
    scope = tree.resolve(root.id, tree.scope_of(root), root)
    if scope is None:
        return root is node.func and root.id == "__import__"  # the builtin
    # One binding that is the import is enough: with any other, the call would fail.
    meanings = {tree.import_of(binding) for binding in scope.bindings[root.id]} - {None}
    suffix = attribute_path(node.func)
    return any(
        f"{meaning}{suffix}"
        in ("builtins.__import__", "importlib.import_module", "importlib.__import__")
        for meaning in meanings
    )


class Resolver:
    """Finds the imports and uses of `imp` in one module."""

    def __init__(self, tree: ScopeTree, reach: Reach, vicinity: Vicinity | None = None) -> None:
        self.tree = tree
        self.reach = reach
        self.vicinity = vicinity or Vicinity()
        self.mentions = Mentions(tree)
        self.result = Resolution()
        self._replaced = 0  #: how many uses were doubted for what is put into `sys.modules`

    def resolve(self) -> Resolution:
        """Find everything; uses come numbered, in source order."""
        self._find_imports()
        groups: dict[tuple[str, Scope], list[ImpImport]] = {}
        for found in self.result.imports:
            groups.setdefault((found.local, found.scope), []).append(found)
        for (local, scope), imports in groups.items():
            self._follow(local, scope, imports)
        self._follow_stars()
        self._follow_expressions()
        self._follow_strings()
        self._follow_table()
        self._doubt_rebound()
        self._ask_vicinity()
        self.result.uses.sort(key=lambda use: (use.node.lineno, use.node.col_offset))
        for index, use in enumerate(self.result.uses):
            use.index = index
        return self.result

    # -- imports -----------------------------------------------------------

    def _find_imports(self) -> None:
        for statement in self.tree.imports:
            is_from = isinstance(statement, ast.ImportFrom)
            if isinstance(statement, ast.ImportFrom):
                if statement.module != "imp" or statement.level:
                    continue
            for alias in statement.names:
                if not is_from and alias.name != "imp":
                    continue
                if alias.name == "*":
                    self._add_star(statement)
                    continue
                local = alias.asname or alias.name
                member = alias.name if is_from else MODULE
                self._add_import(statement, alias, local, member)
        for call in self.tree.calls:
            assigned = self.tree.parents[call]
            if (
                isinstance(assigned, ast.Assign)
                and len(assigned.targets) == 1
                and isinstance(assigned.targets[0], ast.Name)
                and is_imp_call(call, self.reach)
            ):
                target = assigned.targets[0]
                self._add_import(assigned, target, target.id, MODULE, dynamic=True)

    def _add_star(self, statement: ast.Import | ast.ImportFrom) -> None:
        assert isinstance(statement, ast.ImportFrom)
        found = ImpImport(statement, statement.names[0], "*", "*", self.tree.root)
        found.silent = self._silence_of(found)
        self.result.imports.append(found)
        self.result.stars.append(statement)

    def _add_import(
        self, statement: ast.stmt, node: ast.AST, local: str, member: str, dynamic: bool = False
    ) -> None:
        lexical = self.tree.scope_of(node)
        scope = self.tree.resolve(local, lexical) or lexical
        found = ImpImport(statement, node, local, member, scope, dynamic=dynamic)
        found.silent = self._silence_of(found)
        self.result.imports.append(found)

    def _silence_of(self, found: ImpImport) -> str:
        """Why *found* is no problem on 3.12+, or ""."""
        dead = self.reach.dead(found.statement)
        if dead:
            return dead
        for attempt, part in tries_around(self.tree, found.statement):
            if part != "body":
                continue
            for handler in attempt.handlers:
                if not catches_import_error(handler):
                    continue
                does_without = offers_alternative(self.tree, attempt, handler) or (
                    self._rebinds(handler, found) and not self._asks(attempt, found.local)
                )
                if does_without:
                    found.handled_by = attempt
                    return f"the except branch on {self.tree.place(handler.lineno)} does without it"
                break
        return ""

    def _rebinds(self, handler: ast.ExceptHandler, found: ImpImport) -> bool:
        """Say whether *handler* gives the imported name another value."""
        others = found.scope.bindings.get(found.local, [])
        return any(
            binding.node is not found.node
            and handler in self.tree.ancestors(binding.node)
            and not self._never_binds(binding)
            for binding in others
        )

    def _asks(self, attempt: ast.Try, local: str) -> bool:
        """Say whether the body of *attempt* calls *local*, or a member of it."""
        for statement in (*attempt.body, *attempt.orelse):
            for node in ast.walk(statement):
                if isinstance(node, ast.Call):
                    function: ast.expr = node.func
                    while isinstance(function, ast.Attribute):
                        function = function.value
                    if isinstance(function, ast.Name) and function.id == local:
                        return True
        return False

    # -- uses of a name ----------------------------------------------------

    def _follow(self, local: str, scope: Scope, imports: list[ImpImport]) -> None:
        """Add every use of *local* as bound in *scope*."""
        self._follow_indirect(local, scope, imports)
        members = {found.member for found in imports}
        own = {id(found.node) for found in imports}
        others = [b for b in scope.bindings.get(local, ()) if id(b.node) not in own]
        for read in self.tree.reads(local, scope):
            if self._feeds_import(read, imports):
                continue
            use = self._use(read, imports[0].member) if len(members) == 1 else None
            if use is None:
                use = Use(-1, MODULE, Form.MODULE, read, self.tree.scope_of(read))
            self._judge(use, local, imports, [b for b in others if not b.is_del])
            self.result.uses.append(use)
        for binding in others:
            if binding.is_del:
                assert isinstance(binding.node, ast.Name)
                use = Use(-1, MODULE, Form.DELETE, binding.node, scope)
                self._judge(use, local, imports, [b for b in others if not b.is_del])
                self.result.uses.append(use)

    def _follow_indirect(self, local: str, scope: Scope, imports: list[ImpImport]) -> None:
        """Add what reaches *local* otherwise than by its name: keep it, and say so."""
        members = {local if i.member == "*" else i.member for i in imports}
        member = members.pop() if len(members) == 1 else MODULE
        form = Form.MODULE if member == MODULE else Form.NAME
        for node, how in self.mentions.of(local, scope):
            use = Use(-1, member, form, node, self.tree.scope_of(node))
            use.doubt = f"`{local}` {how}"
            use.imports = tuple(i for i in imports if i.live)
            use.all_imports = tuple(imports)
            if not use.imports:
                use.silent = imports[0].silent
            self.result.uses.append(use)

    def _ask_vicinity(self) -> None:
        """Keep silent where a module of the project is meant, and doubt where it may be."""
        own, rival = self.vicinity.own, self.vicinity.rival
        if own:
            reason = f"imp is {own} here, not the module of the standard library"
            for found in self.result.imports:
                found.silent = found.silent or reason
            for use in self.result.uses:
                use.silent, use.broken, use.doubt, use.imports = reason, "", "", ()
        elif rival:
            for use in self.result.uses:
                use.doubt, use.foreign = use.doubt or f"imp may be {rival}; {_RELATIVE}", True

    def _doubt_rebound(self) -> None:
        """Doubt what stands where something else than a statement binds or deletes names."""
        sweep = self.mentions.sweep()
        names = {i.local for i in self.result.imports if i.scope is self.tree.root}
        written = dict(self.mentions.writes(names))
        for use in self.result.uses:
            found = {i.local for i in use.imports} & written.keys()
            if sweep is not None and use.imports:
                line = getattr(sweep, "lineno", 0)
                use.doubt = (
                    use.doubt
                    or f"{self.tree.place(line)} deletes names of this module; delete them one by one"
                )
            elif found:
                line = getattr(written[min(found)], "lineno", 0)
                use.doubt = (
                    use.doubt
                    or f"{self.tree.place(line)} may bind the name to something else; {_RENAME}"
                )

    def _feeds_import(self, read: ast.Name, imports: list[ImpImport]) -> bool:
        """Say whether *read* is part of an assignment that counts as an import."""
        return any(i.dynamic and i.statement is self.tree.statement(read) for i in imports)

    def _use(self, read: ast.Name, member: str) -> Use:
        """What the name *read*, which stands for *member*, is used for."""
        scope = self.tree.scope_of(read)
        if member != MODULE:
            return Use(-1, member, Form.NAME, read, scope)
        return self._module_use(read, scope)

    def _module_use(self, node: ast.expr, scope: Scope) -> Use:
        """A use of the expression *node*, which stands for the module."""
        parent = self.tree.parents[node]
        if isinstance(parent, ast.Attribute):
            form = Form.ATTRIBUTE if isinstance(parent.ctx, ast.Load) else Form.PATCH
            return Use(-1, parent.attr, form, parent, scope)
        if isinstance(parent, ast.Call) and parent.args and parent.args[0] is node:
            function = parent.func.id if isinstance(parent.func, ast.Name) else ""
            name = parent.args[1] if len(parent.args) > 1 else None
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                if function in ("getattr", "hasattr"):
                    return Use(-1, name.value, Form.LOOKUP, parent, scope)
                if function in ("setattr", "delattr") or _patches(parent.func):
                    return Use(-1, name.value, Form.PATCH, parent, scope)
        return Use(-1, MODULE, Form.MODULE, node, scope)

    def _judge(self, use: Use, local: str, imports: list[ImpImport], others: list[Binding]) -> None:
        """Decide whether *use* is certain, silent or broken."""
        use.all_imports = tuple(imports)
        live = [found for found in imports if found.live]
        rivals = [b for b in others if not self._never_binds(b)]
        if live:
            use.imports = tuple(live)
            if rivals and not self._certain(use, live, rivals):
                line = getattr(rivals[0].node, "lineno", 0)
                use.doubt = f"`{local}` is also bound to something else ({self.tree.place(line)}); {_RENAME}"
            elif self._may_be_unbound(use, live):
                use.doubt = (
                    f"`{local}` may not be bound here, which the NameError is handled for;"
                    " import what replaces it at the top, and delete the handler"
                )
            return
        dead = self.reach.dead(use.node)
        if dead:
            use.silent = dead
            return
        if self._without.dead(use.node):
            use.silent = "it runs only where imp could be imported"
            return
        if self._inside_handled(use, imports):
            use.silent = "it stands in a try whose except branch does without imp"
            return
        if rivals:
            use.broken = self._misfit(use, local, rivals)
            if not use.broken:
                use.silent = f"on Python 3.12+ `{local}` is what its guard puts there"
        elif survives(self.tree, use.node, {"NameError"}):
            use.silent = "the NameError on Python 3.12+ is handled"
        else:
            reason = imports[0].silent
            use.broken = f"the import of imp is guarded ({reason}), but this use is not"

    @functools.cached_property
    def _without(self) -> Reach:
        """What runs where the guarded imports fail, as they do on Python 3.12+."""
        guarded = {i.statement for i in self.result.imports if i.handled_by is not None}
        return Reach(self.tree, failing=guarded)

    def _may_be_unbound(self, use: Use, live: list[ImpImport]) -> bool:
        """Say whether it depends on the way taken if *use* finds its name, and this is handled."""
        if not survives(self.tree, use.node, {"NameError", "UnboundLocalError"}):
            return False
        reader = self.tree.statement(use.node)
        return not any(
            i.scope is not use.scope or dominates(self.tree, i.statement, reader) for i in live
        )

    def _never_binds(self, binding: Binding) -> bool:
        """Say whether *binding* does not happen on 3.12+: it is not run, or it fails."""
        if self.reach.dead(binding.node):
            return True
        return binding.is_import and fails(self.tree.statement(binding.node))

    def _inside_handled(self, use: Use, imports: Iterable[ImpImport]) -> bool:
        tries = {id(found.handled_by) for found in imports if found.handled_by is not None}
        return any(
            id(attempt) in tries and part in ("body", "orelse")
            for attempt, part in tries_around(self.tree, use.node, across=True)
        )

    def _misfit(self, use: Use, local: str, rivals: list[Binding]) -> str:
        """Why *use* fails with what the guard binds instead; "" if it works."""
        for rival in rivals:
            statement = self.tree.parents.get(rival.node)
            value = statement.value if isinstance(statement, ast.Assign) else None
            line = getattr(rival.node, "lineno", 0)
            if isinstance(value, ast.Constant):
                if use.form in (Form.MODULE, Form.DELETE) or self._is_test(use.node):
                    continue
                if tested(self.tree, use.node, local) or survives(
                    self.tree, use.node, {"AttributeError"}
                ):
                    continue
                return f"`{local}` is {value.value!r} on Python 3.12+ ({self.tree.place(line)})"
            meaning = self.tree.import_of(rival) if rival.is_import else None
            if value is not None:
                meaning = self.tree.dotted(value)
            if meaning and (reason := self._unlike(use, meaning)):
                return f"{reason} ({self.tree.place(line)})"
        return ""

    def _is_test(self, node: ast.expr) -> bool:
        """Say whether *node* is only asked whether it is there."""
        parent = self.tree.parents[node]
        if isinstance(parent, (ast.If, ast.IfExp, ast.While)):
            return parent.test is node
        return isinstance(parent, (ast.Compare, ast.BoolOp, ast.UnaryOp))

    def _unlike(self, use: Use, meaning: str) -> str:
        """Why *meaning*, a qualified name, cannot take the place of imp in *use*; or ""."""
        if use.form in (Form.ATTRIBUTE, Form.LOOKUP):
            if has_name(meaning, use.member) is False:
                return f"{meaning} has no {use.member}"
        elif use.form is Form.NAME:
            module, _, name = meaning.rpartition(".")
            there = has_name(module, name)
            if there is False:
                return f"{module} has no {name}"
            same = name == use.member or meaning in _SAME.get(use.member, ())
            if there and not (same or self._asks_for_none(use, meaning)):
                return f"{meaning} is not what imp.{use.member} was"
        return ""

    def _asks_for_none(self, use: Use, meaning: str) -> bool:
        """Say whether *use* is ready for the None of `find_spec`."""
        call = self.tree.parents[use.node]
        around = self.tree.parents.get(call)
        if not meaning.endswith(".find_spec") or not isinstance(call, ast.Call):
            return False
        if isinstance(around, ast.Compare):
            return any(_is_none(value) for value in around.comparators)
        return isinstance(around, (ast.If, ast.UnaryOp, ast.BoolOp))

    def _certain(self, use: Use, live: list[ImpImport], rivals: list[Binding]) -> bool:
        """Say whether, despite *rivals*, only the import can have bound the name at *use*."""
        home = live[0].scope
        if use.scope is not home or len(live) > 1:
            return False
        reader = self.tree.statement(use.node)
        if any(
            isinstance(a, (ast.For, ast.While, ast.AsyncFor)) for a in self.tree.ancestors(reader)
        ):
            return False
        bound = live[0].statement
        if bound is reader or not dominates(self.tree, bound, reader):
            return False
        at, until = _place(bound), _place(reader)
        for rival in rivals:
            place = _place(self._carrier(rival))
            # A function that says `global imp` runs when it is called, not where it stands.
            around = (a for a in self.tree.ancestors(rival.node) if isinstance(a, _BLOCKS))
            elsewhere = next(around) is not home.node
            if place <= until and (elsewhere or at < place):
                return False
        return True

    def _carrier(self, binding: Binding) -> ast.stmt:
        return (
            self.tree.statement(binding.node)
            if not isinstance(binding.node, ast.arg)
            else self.tree.statement(self.tree.parents[binding.node])
        )

    # -- uses without a name -----------------------------------------------

    def _follow_stars(self) -> None:
        stars = [found for found in self.result.imports if found.member == "*"]
        if not stars:
            return
        foreign = [s for s in self.tree.star_imports if s not in self.result.stars]
        for name in sorted(STAR_NAMES & set(self.tree.references)):
            for read in self.tree.references[name]:
                scope = self.tree.scope_of(read)
                home = self.tree.resolve(name, scope, read)
                if home not in (None, self.tree.root) or self._is_own(name, read, scope):
                    continue
                use = Use(-1, name, Form.NAME, read, scope)
                if foreign:
                    line = foreign[0].lineno
                    use.doubt = (
                        f"`{name}` may come from the other star import ({self.tree.place(line)});"
                        " import it by name from where it is meant to come from"
                    )
                rivals = self.tree.root.bindings.get(name, [])
                self._judge(use, name, stars, [b for b in rivals if not b.is_del])
                self.result.uses.append(use)
        for name in sorted(STAR_NAMES - self.tree.root.bindings.keys()):
            self._follow_indirect(name, self.tree.root, stars)

    def _is_own(self, name: str, read: ast.Name, scope: Scope) -> bool:
        """Say whether the module has certainly bound *name* itself when *read* runs."""
        statements = [
            self.tree.statement(binding.node)
            for binding in self.tree.root.bindings.get(name, ())
            if not binding.is_del
        ]
        own = [s for s in statements if self.tree.parents[s] is self.tree.module]
        if not own:
            return False
        first = min(own, key=_place)
        if scope is self.tree.root:
            return _place(first) < _place(self.tree.statement(read))
        # A function runs when something calls it: nothing may before the name is bound.
        body = self.tree.module.body
        stars = [s.lineno for s in self.result.stars]
        between = [s for s in body if min(stars) < s.lineno and _place(s) < _place(first)]
        return all(isinstance(s, _QUIET) or _is_constant(s) for s in between)

    def _follow_expressions(self) -> None:
        bound = {id(found.statement) for found in self.result.imports if found.dynamic}
        for call in self.tree.calls:
            if is_imp_call(call, self.reach) and id(self.tree.parents[call]) not in bound:
                self._add_loose(self._module_use(call, self.tree.scope_of(call)))
            elif is_import_call(call, self.tree) and self._from_list(call):
                use = Use(-1, MODULE, Form.MODULE, call, self.tree.scope_of(call))
                use.doubt = (
                    "the names of modules come from a list with imp in it; take it off the list"
                )
                self._add_loose(use)
        for attribute in self.tree.attributes:
            if attribute.attr == "imp" and self._is_module_elsewhere(attribute):
                parent = self.tree.parents[attribute]
                assert isinstance(parent, ast.Attribute)
                scope = self.tree.scope_of(parent)
                self._add_loose(Use(-1, parent.attr, Form.ELSEWHERE, parent, scope))

    def _from_list(self, call: ast.Call) -> bool:
        """Say whether the module that *call* imports is a variable that may be "imp"."""
        name = asked_module(call)
        if not isinstance(name, ast.Name):
            return False
        scope = self.tree.resolve(name.id, self.tree.scope_of(name), name)
        return any(
            isinstance(constant, ast.Constant) and constant.value == "imp"
            for binding in (scope.bindings[name.id] if scope is not None else ())
            for value in self._given(binding)
            for constant in ast.walk(value)
        )

    def _given(self, binding: Binding) -> Iterator[ast.expr]:
        """What *binding* takes its value from: it is assigned, or an item of it."""
        parent: ast.AST | None = self.tree.parents.get(binding.node)
        if isinstance(parent, (ast.Tuple, ast.List)):
            parent = self.tree.parents.get(parent)
        value: ast.expr | None = None
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            value = parent.value
        elif isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            value = parent.iter
        if isinstance(value, ast.Name):
            scope = self.tree.resolve(value.id, self.tree.scope_of(value), value)
            for other in scope.bindings[value.id] if scope is not None else ():
                assigned = self.tree.parents.get(other.node)
                if isinstance(assigned, (ast.Assign, ast.AnnAssign)) and assigned.value:
                    yield assigned.value
        elif isinstance(value, (ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict)):
            yield value

    def _is_module_elsewhere(self, attribute: ast.Attribute) -> bool:
        """Say whether `x.imp` is the module, re-exported: x is imported, a member follows."""
        parent = self.tree.parents[attribute]
        if not (isinstance(parent, ast.Attribute) and parent.attr in MEMBERS):
            return False
        if MEMBERS[parent.attr].kind is Kind.LEAKED:
            return False
        root: ast.expr = attribute.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or self.tree.qualified(root) is None:
            return False
        # Imported as a submodule, it is one of that package.
        named = {self.tree.dotted(attribute.value) or "", self.tree.qualified(root) or ""}
        return (
            self.tree.dotted(attribute) not in self._modules and not named & self.vicinity.foreign
        )

    @functools.cached_property
    def _modules(self) -> frozenset[str]:
        """What `import` statements name."""
        plain = (s for s in self.tree.imports if isinstance(s, ast.Import))
        return frozenset(alias.name for statement in plain for alias in statement.names)

    def _add_loose(self, use: Use) -> None:
        """Add a use that no import statement of this file provides."""
        use.silent = self.reach.dead(use.node)
        self.result.uses.append(use)

    def _follow_strings(self) -> None:
        for call in self.tree.calls:
            if not (call.args and _patches(call.func)):
                continue
            target = call.args[0]
            if isinstance(target, ast.Constant) and isinstance(target.value, str):
                match = _TARGET.fullmatch(target.value)
                if match and match["member"] in MEMBERS:
                    scope = self.tree.scope_of(call)
                    self._add_loose(Use(-1, match["member"], Form.PATCH, call, scope))
        for call, member in replaced_at_once(self.tree):
            self._add_loose(Use(-1, member, Form.PATCH, call, self.tree.scope_of(call)))

    def _follow_table(self) -> None:
        """Add what asks `sys.modules` for imp; doubt all where something is put there."""
        for string in self.tree.strings:
            if string.value == "imp" and (found := self.mentions.in_table(string)):
                self._add_entry(*found)
        for keyword in self.mentions.table_keywords("imp"):
            self._add_entry(keyword, Access.WRITE)

    def _add_entry(self, node: ast.expr, access: Access) -> None:
        """Add the use *node*, which reads or changes the entry of imp in `sys.modules`."""
        if self.reach.dead(node):
            return
        use = self._module_use(node, self.tree.scope_of(node))
        use.doubt = "it is taken from sys.modules; import what replaces it"
        if access is Access.ASK:
            use.doubt = "sys.modules is asked for it; delete the question, since it is never there"
        elif access is Access.WRITE:
            use.doubt = "a module is put in its place, or taken away; delete this when all else is rewritten"
            for other in self.result.uses[self._replaced :]:
                other.doubt = other.doubt or (
                    f"{self.tree.place(node.lineno)} puts a module in its place; settle that line first"
                )
                other.foreign = True
            self._replaced = len(self.result.uses)
        # Any import puts it there.
        use.imports = tuple(i for i in self.result.imports if i.live)
        use.all_imports = tuple(self.result.imports)
        self._add_loose(use)


_RENAME = "give one of them another name, then run imp-migrate again"
_RELATIVE = "if it is, import it as part of its package, else move that folder off sys.path"

_TARGET = re.compile(r"(?:[\w.]+\.)?imp\.(?P<member>\w+)")


def _patches(function: ast.expr) -> bool:
    """Say whether *function* looks like `mock.patch`, `patch.object`, `monkeypatch.setattr`."""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name == "object" and isinstance(function, ast.Attribute):
        return _patches(function.value)
    return name in ("patch", "setattr", "delattr", "replace", "swap_attr")


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def tested(tree: ScopeTree, node: ast.AST, local: str) -> bool:
    """Say whether *node* only runs when *local* is true or not None."""
    child: ast.AST = node
    for parent in tree.ancestors(node):
        if isinstance(parent, (ast.If, ast.IfExp, ast.While)) and child is not parent.test:
            body = parent.body if isinstance(parent.body, list) else [parent.body]
            meaning = _presence(parent.test, local)
            if meaning is not None and meaning is (child in body):
                return True
        elif isinstance(parent, ast.BoolOp) and child in parent.values:
            before = parent.values[: parent.values.index(child)]
            present = isinstance(parent.op, ast.And)
            if any(_presence(value, local) is present for value in before):
                return True
        if isinstance(child, ast.stmt):
            for earlier in tree.before(child):
                if isinstance(earlier, ast.If) and _presence(earlier.test, local) is False:
                    if isinstance(earlier.body[-1], (ast.Return, ast.Raise, ast.Continue)):
                        return True
        child = parent
    return False


def survives(tree: ScopeTree, node: ast.AST, errors: set[str]) -> bool:
    """Say whether a handler around *node* is there for *errors*.

    One that catches everything is not: it would hide that imp is gone.
    """
    return any(
        part == "body" and any(caught(h) & errors for h in attempt.handlers)
        for attempt, part in tries_around(tree, node)
    )


def _presence(test: ast.expr, local: str) -> bool | None:
    """What *test* being true says about *local*: True it is there, False it is not."""
    if isinstance(test, ast.Name) and test.id == local:
        return True
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _presence(test.operand, local)
        return None if inner is None else not inner
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and _is_none(test.comparators[0]):
        if isinstance(test.left, ast.Name) and test.left.id == local:
            if isinstance(test.ops[0], (ast.IsNot, ast.NotEq)):
                return True
            if isinstance(test.ops[0], (ast.Is, ast.Eq)):
                return False
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        if any(_presence(value, local) is True for value in test.values):
            return True
    return None


def _is_constant(statement: ast.stmt) -> bool:
    """Say whether *statement* does nothing but to set a constant, or to say one."""
    value = statement.value if isinstance(statement, (ast.Assign, ast.Expr)) else None
    return isinstance(value, ast.Constant)


def _place(node: ast.stmt) -> tuple[int, int]:
    return node.lineno, node.col_offset


__all__ = ["IMPORT", "MODULE", "Form", "ImpImport", "Resolution", "Resolver", "ScopeKind", "Use"]
