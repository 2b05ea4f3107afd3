"""From a syntax tree to uses: every place that reaches `imp`, and through which import.

Nothing is decided here about what replaces a use; only what it is, whether it
is certain, and whether it runs at all on Python 3.12+.
"""

from __future__ import annotations

import ast
import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from .catalogue import MEMBERS, STAR_NAMES, Kind
from .exchange import replaced_at_once
from .handlers import catches_import_error, caught, offers_alternative, tries_around
from .mentions import Mentions
from .reach import Reach
from .scopes import Binding, Scope, ScopeKind, ScopeTree, attribute_path
from .stdlib import MODERN_NAMES, fails

_BLOCKS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

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


@dataclass
class Resolution:
    """All imports and uses of `imp` in one module."""

    imports: list[ImpImport] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    stars: list[ast.ImportFrom] = field(default_factory=list)


def is_imp_call(node: ast.AST, reach: Reach) -> bool:
    """Say whether *node* is `__import__("imp")` or `importlib.import_module("imp")`."""
    if not (isinstance(node, ast.Call) and node.args):
        return False
    first = node.args[0]
    if not (isinstance(first, ast.Constant) and first.value == "imp"):
        return False
    root: ast.expr = node.func
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return False
    tree = reach.tree
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

    def __init__(self, tree: ScopeTree, reach: Reach) -> None:
        self.tree = tree
        self.reach = reach
        self.mentions = Mentions(tree)
        self.result = Resolution()

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
                if offers_alternative(handler, attempt.body) or self._rebinds(handler, found):
                    found.handled_by = attempt
                    return f"the except branch on line {handler.lineno} does without it"
                break
        return ""

    def _rebinds(self, handler: ast.ExceptHandler, found: ImpImport) -> bool:
        """Say whether *handler* gives the imported name another value."""
        others = found.scope.bindings.get(found.local, [])
        return any(
            binding.node is not found.node and handler in self.tree.ancestors(binding.node)
            for binding in others
        )

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
        members = {i.member for i in imports}
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
                use.doubt = f"`{local}` is also bound to something else (line {line})"
            return
        dead = self.reach.dead(use.node)
        if dead:
            use.silent = dead
            return
        if self._inside_handled(use, imports):
            use.silent = "it stands in a try whose except branch does without imp"
            return
        if rivals:
            use.broken = self._misfit(use, local, rivals)
            if not use.broken:
                use.silent = f"on Python 3.12+ `{local}` is what its guard puts there"
        elif self._survives(use.node, {"NameError"}):
            use.silent = "the NameError on Python 3.12+ is handled"
        else:
            reason = imports[0].silent
            use.broken = f"the import of imp is guarded ({reason}), but this use is not"

    def _never_binds(self, binding: Binding) -> bool:
        """Say whether *binding* does not happen on 3.12+: it is not run, or it fails."""
        if self.reach.dead(binding.node):
            return True
        attempts = [part for _, part in self._all_tries(binding.node)]
        return binding.is_import and "body" in attempts and fails(self.tree.statement(binding.node))

    def _inside_handled(self, use: Use, imports: Iterable[ImpImport]) -> bool:
        tries = {id(found.handled_by) for found in imports if found.handled_by is not None}
        return any(
            id(attempt) in tries and part in ("body", "orelse")
            for attempt, part in self._all_tries(use.node)
        )

    def _all_tries(self, node: ast.AST) -> Iterable[tuple[ast.Try, str]]:
        return tries_around(self.tree, node)

    def _misfit(self, use: Use, local: str, rivals: list[Binding]) -> str:
        """Why *use* fails with what the guard binds instead; "" if it works."""
        for rival in rivals:
            statement = self.tree.parents.get(rival.node)
            if isinstance(statement, ast.Assign) and _is_none(statement.value):
                if use.form in (Form.MODULE, Form.DELETE):
                    continue
                if self._tested(use.node, local) or self._survives(use.node, {"AttributeError"}):
                    continue
                return f"`{local}` is None on Python 3.12+ (line {statement.lineno})"
            if isinstance(rival.node, ast.alias) and isinstance(statement, ast.Import):
                known = MODERN_NAMES.get(rival.node.name)
                forms = (Form.ATTRIBUTE, Form.LOOKUP)
                if known is not None and use.form in forms and use.member not in known:
                    return f"{rival.node.name} has no {use.member} (line {statement.lineno})"
            if isinstance(rival.node, ast.alias) and isinstance(statement, ast.ImportFrom):
                known = MODERN_NAMES.get(statement.module or "") if not statement.level else None
                if known is not None and rival.node.name not in known:
                    return f"{statement.module} has no {rival.node.name} (line {statement.lineno})"
        return ""

    def _tested(self, node: ast.AST, local: str) -> bool:
        """Say whether *node* only runs when *local* is true or not None."""
        child: ast.AST = node
        for parent in self.tree.ancestors(node):
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
                for earlier in self.tree.block(child):
                    if earlier is child:
                        break
                    if isinstance(earlier, ast.If) and _presence(earlier.test, local) is False:
                        if isinstance(earlier.body[-1], (ast.Return, ast.Raise, ast.Continue)):
                            return True
            child = parent
        return False

    def _survives(self, node: ast.AST, errors: set[str]) -> bool:
        """Say whether a handler around *node* is there for *errors*.

        One that catches everything is not: it would hide that imp is gone.
        """
        return any(
            part == "body" and any(caught(h) & (errors | {"Exception"}) for h in attempt.handlers)
            for attempt, part in self._all_tries(node)
        )

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
        if bound is reader or not self._dominates(bound, reader):
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

    def _dominates(self, first: ast.stmt, second: ast.stmt) -> bool:
        """Say whether *first* has certainly run when *second* runs, by their places alone."""
        block = self.tree.block(first)
        around = {id(second), *(id(a) for a in self.tree.ancestors(second))}
        holder = next((s for s in block if id(s) in around), None)
        return holder is not None and _place(first) < _place(holder)

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
                    use.doubt = f"`{name}` may come from the other star import (line {line})"
                rivals = self.tree.root.bindings.get(name, [])
                self._judge(use, name, stars, [b for b in rivals if not b.is_del])
                self.result.uses.append(use)

    def _is_own(self, name: str, read: ast.Name, scope: Scope) -> bool:
        """Say whether the module has certainly bound *name* itself when *read* runs."""
        statements = [
            self.tree.statement(binding.node)
            for binding in self.tree.root.bindings.get(name, ())
            if not binding.is_del
        ]
        own = [s for s in statements if self.tree.parents[s] is self.tree.module]
        reader = _place(self.tree.statement(read))
        return bool(own) and (scope is not self.tree.root or min(map(_place, own)) < reader)

    def _follow_expressions(self) -> None:
        bound = {id(found.statement) for found in self.result.imports if found.dynamic}
        for call in self.tree.calls:
            if is_imp_call(call, self.reach) and id(self.tree.parents[call]) not in bound:
                self._add_loose(self._module_use(call, self.tree.scope_of(call)))
        for attribute in self.tree.attributes:
            if attribute.attr == "imp" and self._is_module_elsewhere(attribute):
                parent = self.tree.parents[attribute]
                assert isinstance(parent, ast.Attribute)
                scope = self.tree.scope_of(parent)
                self._add_loose(Use(-1, parent.attr, Form.ELSEWHERE, parent, scope))

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
        return isinstance(root, ast.Name) and self.tree.qualified(root) is not None

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
        """Add what is read from `sys.modules["imp"]`; doubt all where something is put there."""
        for string in self.tree.strings:
            item = self.tree.parents.get(string)
            if string.value != "imp" or not isinstance(item, ast.Subscript):
                continue
            if not (isinstance(item.value, ast.Attribute) and item.value.attr == "modules"):
                continue
            if isinstance(item.ctx, ast.Load):
                use = self._module_use(item, self.tree.scope_of(item))
                use.doubt = "it is taken from sys.modules"
                # Any import puts it there.
                use.imports = tuple(i for i in self.result.imports if i.live)
                use.all_imports = tuple(self.result.imports)
                self._add_loose(use)
            elif isinstance(item.ctx, ast.Store) and not self.reach.dead(item):
                for use in self.result.uses:
                    use.doubt = use.doubt or f"line {item.lineno} puts a module in its place"


_TARGET = re.compile(r"(?:[\w.]+\.)?imp\.(?P<member>\w+)")


def _patches(function: ast.expr) -> bool:
    """Say whether *function* looks like `mock.patch`, `patch.object`, `monkeypatch.setattr`."""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name == "object" and isinstance(function, ast.Attribute):
        return _patches(function.value)
    return name in ("patch", "setattr", "delattr", "replace", "swap_attr")


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


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


def _place(node: ast.stmt) -> tuple[int, int]:
    return node.lineno, node.col_offset


__all__ = ["IMPORT", "MODULE", "Form", "ImpImport", "Resolution", "Resolver", "ScopeKind", "Use"]
