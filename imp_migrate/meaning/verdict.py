"""Whether a use of `imp` is certain, works on Python 3.12+ as it is, or is broken there."""

from __future__ import annotations

import ast
import functools
from collections.abc import Collection, Iterable, Mapping, Sequence

from .catalogue import MEMBERS, Kind
from .handlers import caught, survives, tries_around
from .presence import assigned, has_flag, is_none, names_of, tested
from .reach import Reach
from .scopes import Binding, Scope, ScopeTree, place_of
from .spoken import fails_in_code, is_used, may_be_none, members_asked, value_of
from .stdlib import has_name
from .submodules import dominates
from .uses import Form, ImpImport, Use

#: Statements that call nothing.
QUIET = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.Pass)
_UNBOUND = {"NameError", "UnboundLocalError"}
_BLOCKS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
#: What does exactly the same as a member under another name.
_SAME = {"new_module": ("types.ModuleType",)}

#: What to do where a name may not be the import.
RENAME = "give one of them another name, then run imp-migrate again"


class Judge:
    """Judges the uses of `imp` in one module.

    Uses are to come with all *imports* of the module known, since what a guarded one
    leaves on Python 3.12+ decides over code that has nothing to do with its name.

    contents: the names that modules around have; see `Vicinity`.
    """

    def __init__(
        self,
        tree: ScopeTree,
        reach: Reach,
        imports: Sequence[ImpImport],
        contents: Mapping[str, Collection[str]],
    ) -> None:
        self.tree = tree
        self.contents = contents
        self.reach = reach
        self.imports = imports

    def rivals(self, bindings: Iterable[Binding]) -> list[Binding]:
        """Those of *bindings* that may happen on Python 3.12+."""
        return [b for b in bindings if not (b.is_del or never_binds(b, self.tree, self.reach))]

    def judge(self, use: Use, local: str, imports: list[ImpImport], rivals: list[Binding]) -> None:
        """Decide whether *use* is certain, silent or broken.

        rivals: what else *local* may be bound to.
        """
        use.all_imports = tuple(imports)
        live = [found for found in imports if found.live]
        if live:
            use.imports = tuple(live)
            if rivals and not self._certain(use, live, rivals):
                line = getattr(rivals[0].node, "lineno", 0)
                use.doubt = (
                    f"`{local}` is also bound to something else ({self.tree.place(line)}); {RENAME}"
                )
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
        if self._inside_handled(use.node, imports):
            use.silent = "it stands in a try whose except branch does without imp"
            return
        if rivals:
            use.broken = self._misfit(use, local, rivals)
            if not use.broken:
                use.silent = f"on Python 3.12+ `{local}` is what its guard puts there"
        elif survives(self.tree, use.node, {"NameError"}) or tested(
            self.tree, use.node, local, bound=True
        ):
            use.silent = "the NameError on Python 3.12+ is provided for"
        else:
            reason = imports[0].silent
            use.broken = f"the import of imp is guarded ({reason}), but this use is not"

    def judge_indirect(self, use: Use, local: str, scope: Scope, imports: list[ImpImport]) -> None:
        """The same for *use*, which reaches *local*, bound in *scope*, not by its name."""
        use.imports = tuple(i for i in imports if i.live)
        use.all_imports = tuple(imports)
        if not use.imports:
            flagged = has_flag(self.tree, use.node, imports[0].flags)
            if not flagged and not self._does_without(use.node, imports):
                use.broken = self._failure(use, local, scope, imports)
            use.silent = "" if use.broken else imports[0].silent

    def _failure(self, use: Use, local: str, scope: Scope, imports: list[ImpImport]) -> str:
        """Why *use*, which reaches *local* otherwise, fails with what a guard leaves; or ""."""
        own = {id(found.node) for found in imports}
        bindings = scope.bindings.get(local, ())
        rivals = self.rivals(binding for binding in bindings if id(binding.node) not in own)
        values = [assigned(self.tree, rival.node) for rival in rivals]
        if all(isinstance(value, ast.Constant) for value in values):
            left = {"AttributeError", "TypeError" if rivals else "NameError"}
            if self._uses(use, local, left):
                return f"the import of imp is guarded ({imports[0].silent}), but this use is not"
            return ""
        members = members_asked(self.tree, use.node, local)
        for rival in rivals:
            meaning = self._meaning(rival)
            reasons = [self._lacks(rival, local, member) for member in members]
            if meaning and use.form is Form.NAME and self._uses(use, local, {"TypeError"}):
                reasons.append(self._unlike(use, meaning))
            if reason := next(filter(None, reasons), ""):
                return f"{reason} ({self._place(rival)})"
        return ""

    def _uses(self, use: Use, local: str, errors: set[str]) -> bool:
        """Say whether *use*, which reaches *local* otherwise, raises *errors* where that is None."""
        in_code = fails_in_code(self.tree, use.node, local, errors)
        return in_code or self._fails(use.node, errors)

    def _does_without(self, node: ast.expr, imports: list[ImpImport]) -> bool:
        """Say whether *node* is not run on Python 3.12+, or what to do then is provided for."""
        if self.reach.dead(node) or self._without.dead(node):
            return True
        return self._inside_handled(node, imports)

    def _fails(self, node: ast.expr, errors: set[str]) -> bool:
        """Say whether *node*, as `self.imp` or `globals()["imp"]`, is used without being asked for."""
        node = value_of(self.tree, node)
        if isinstance(node, ast.Constant) or not is_used(self.tree, node):
            return False
        return not (tested(self.tree, node, ast.unparse(node)) or survives(self.tree, node, errors))

    @functools.cached_property
    def _without(self) -> Reach:
        """What runs where the guarded imports fail, as they do on Python 3.12+."""
        guarded = {i.statement for i in self.imports if i.handled_by is not None}
        guarded |= self.reach.failing
        return Reach(self.tree, failing=guarded, distrusted=self.reach.distrusted)

    def _may_be_unbound(self, use: Use, live: list[ImpImport]) -> bool:
        """Say whether it depends on the way taken if *use* finds its name, and this is handled."""
        if not self._expects_unbound:
            return False
        here = survives(self.tree, use.node, _UNBOUND)
        reader = self.tree.statement(use.node)
        for found in live:
            if self.tree.scope_of(found.statement) is not found.scope:
                continue  # by `global`, once that function is called
            if not here or (
                dominates(self.tree, found.statement, reader)
                if found.scope is use.scope
                else found.scope is not self.tree.root or self._comes_first(found.statement)
            ):
                return False
        return True

    @functools.cached_property
    def _expects_unbound(self) -> bool:
        """Whether the module is prepared somewhere for a name that is not bound."""
        handlers = (n for n in self.tree.parents if isinstance(n, ast.ExceptHandler))
        return any(caught(handler) & _UNBOUND for handler in handlers)

    def _comes_first(self, statement: ast.stmt) -> bool:
        """Say whether nothing that stands before *statement* in the module calls a function."""
        body = self.tree.module.body
        before = body[: body.index(statement)] if statement in body else body
        return statement in body and all(isinstance(s, QUIET) or is_constant(s) for s in before)

    def _inside_handled(self, node: ast.expr, imports: Iterable[ImpImport]) -> bool:
        tries = {id(found.handled_by) for found in imports if found.handled_by is not None}
        return any(
            id(attempt) in tries and part in ("body", "orelse")
            for attempt, part in tries_around(self.tree, node, across=True)
        )

    def _misfit(self, use: Use, local: str, rivals: list[Binding]) -> str:
        """Why *use* fails with what the guard binds instead; "" if it works."""
        for rival in rivals:
            value = assigned(self.tree, rival.node)
            if isinstance(value, ast.Constant):
                if use.form is Form.DELETE or self._asks_member(use, local):
                    continue
                if self._is_test(use) or (
                    use.form is Form.MODULE and may_be_none(self.tree, use.node)
                ):
                    continue
                if tested(self.tree, use.node, local) or survives(
                    self.tree, use.node, self._errors(use)
                ):
                    continue
                return f"`{local}` is {value.value!r} on Python 3.12+ ({self._place(rival)})"
            if self._asks_member(use, local):
                continue
            reasons = [self._misfits(use, rival.node)]
            if use.form in (Form.ATTRIBUTE, Form.LOOKUP):
                reasons.append(self._lacks(rival, local, use.member))
            elif meaning := self._meaning(rival):
                reasons.append(self._unlike(use, meaning))
            if reason := next(filter(None, reasons), ""):
                return f"{reason} ({self._place(rival)})"
        return ""

    def _lacks(self, rival: Binding, local: str, member: str) -> str:
        """Why what *rival* binds *local* to is known not to have *member*; or ""."""
        names = names_of(self.tree, assigned(self.tree, rival.node) or rival.node)
        if names is not None and member not in names:
            return f"`{local}` has no {member} there"
        meaning = self._meaning(rival)
        lacks = bool(meaning) and self._has_name(meaning, member) is False
        return f"{meaning} has no {member}" if lacks else ""

    def _meaning(self, rival: Binding) -> str:
        """The qualified name of what *rival* binds; "" if there is none."""
        value = assigned(self.tree, rival.node)
        if value is not None:
            return self.tree.dotted(value) or ""
        return (self.tree.import_of(rival) if rival.is_import else "") or ""

    def _place(self, rival: Binding) -> str:
        """Where *rival* stands."""
        return self.tree.place(getattr(rival.node, "lineno", 0))

    def _asks_member(self, use: Use, local: str) -> bool:
        """Say whether it is provided for that what *use* has as *local* lacks the member, or is none."""
        if use.form is Form.LOOKUP:
            assert isinstance(use.node, ast.Call)
            return getattr(use.node.func, "id", "") == "hasattr" or len(use.node.args) > 2
        return use.form is Form.ATTRIBUTE and (
            tested(self.tree, use.node, f"hasattr({local}, {use.member!r})")
            or survives(self.tree, use.node, {"AttributeError"})
        )

    def _errors(self, use: Use) -> set[str]:
        """The errors that *use* raises if its name is None."""
        if use.form is not Form.NAME:
            return {"AttributeError"}
        parent = self.tree.parents[use.node]
        called = isinstance(parent, ast.Call) and parent.func is use.node
        return {"TypeError"} if called else set()

    def _misfits(self, use: Use, function: ast.AST) -> str:
        """Why *use*, a call, cannot be one of *function*, which the guard defines; or ""."""
        call = self.tree.parents[use.node]
        called = isinstance(call, ast.Call) and call.func is use.node
        if not (called and use.form is Form.NAME and isinstance(function, ast.FunctionDef)):
            return ""
        assert isinstance(call, ast.Call)
        taken = [*function.args.posonlyargs, *function.args.args]
        starred = any(isinstance(argument, ast.Starred) for argument in call.args)
        if function.decorator_list or function.args.vararg or starred:
            return ""
        few = len(call.args) > len(taken)
        return f"`{function.name}` takes {len(taken)} arguments there" if few else ""

    def _is_test(self, use: Use) -> bool:
        """Say whether *use* only asks whether it is there."""
        node, parent = use.node, self.tree.parents[use.node]
        known = MEMBERS.get(use.member)
        if isinstance(parent, ast.Compare) and known is not None and known.kind is Kind.CONSTANT:
            return any(isinstance(op, (ast.Is, ast.IsNot)) for op in parent.ops)
        if isinstance(parent, (ast.If, ast.IfExp, ast.While)):
            return parent.test is node
        return isinstance(parent, (ast.Compare, ast.BoolOp, ast.UnaryOp))

    def _unlike(self, use: Use, meaning: str) -> str:
        """Why *meaning*, a qualified name, cannot take the place of a member in *use*; or ""."""
        if use.form is Form.NAME:
            module, _, name = meaning.rpartition(".")
            there = self._has_name(module, name)
            if there is False:
                return f"{module} has no {name}"
            same = name == use.member or meaning in _SAME.get(use.member, ())
            if there and not (same or self._asks_for_none(use, meaning)):
                return f"{meaning} is not what imp.{use.member} was"
        return ""

    def _has_name(self, module: str, name: str) -> bool | None:
        """Say whether *module*, of the library or of the project, has *name*; None if nobody knows."""
        if module in self.contents:
            return name in self.contents[module] or name in self.tree.stored_attributes
        return has_name(module, name)

    def _asks_for_none(self, use: Use, meaning: str) -> bool:
        """Say whether *use* is ready for the None of `find_spec`."""
        call = self.tree.parents[use.node]
        around = self.tree.parents.get(call)
        if not meaning.endswith(".find_spec") or not isinstance(call, ast.Call):
            return False
        if isinstance(around, ast.Compare):
            return any(is_none(value) for value in around.comparators)
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
        at, until = place_of(bound), place_of(reader)
        for rival in rivals:
            place = place_of(self._carrier(rival))
            # A function that says `global imp` runs when it is called, not where it stands.
            around = (a for a in self.tree.ancestors(rival.node) if isinstance(a, _BLOCKS))
            elsewhere = next(around) is not home.node
            if place <= until and (elsewhere or at < place):
                return False
        return True

    def _carrier(self, binding: Binding) -> ast.stmt:
        node = binding.node
        return self.tree.statement(self.tree.parents[node] if isinstance(node, ast.arg) else node)


def never_binds(binding: Binding, tree: ScopeTree, reach: Reach) -> bool:
    """Say whether *binding* does not happen on 3.12+: it is not run, or it fails."""
    if reach.dead(binding.node):
        return True
    return binding.is_import and reach.fails(tree.statement(binding.node))


def is_constant(statement: ast.stmt) -> bool:
    """Say whether *statement* does nothing but to set a constant, or to say one."""
    value = statement.value if isinstance(statement, (ast.Assign, ast.Expr)) else None
    return isinstance(value, ast.Constant)
