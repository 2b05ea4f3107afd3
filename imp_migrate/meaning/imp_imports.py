"""The statements that import `imp`, and which of them need no care on Python 3.12+."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .handlers import (
    catches_import_error,
    offers_alternative,
    suppresses_import_error,
    survives,
    tries_around,
)
from .import_calls import is_imp_call
from .mentions import Mentions
from .presence import asks_namespace, has_flag, is_none, tested
from .reach import Reach
from .scopes import Binding, Scope, ScopeKind, ScopeTree, root_of
from .spoken import callers_ask, may_be_none
from .submodules import dominates
from .uses import MODULE, ImpImport, grouped
from .verdict import QUIET, is_constant, never_binds


def _flags(attempt: ast.Try | ast.With | None) -> Iterator[str]:
    """The names that the handlers of *attempt* set to something that is false."""
    for handler in getattr(attempt, "handlers", ()):
        for statement in handler.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
                target = statement.targets[0]
                if isinstance(target, ast.Name) and not statement.value.value:
                    yield target.id


class ImportFinder:
    """Finds what imports `imp` in one module."""

    def __init__(self, tree: ScopeTree, reach: Reach) -> None:
        self.tree = tree
        self.reach = reach
        self.found: list[ImpImport] = []

    def find(self) -> list[ImpImport]:
        """Return one import a name, in source order; those that are calls come last."""
        for statement in self.tree.imports:
            if isinstance(statement, ast.Import):
                found = [(alias, MODULE) for alias in statement.names if alias.name == "imp"]
            elif statement.module == "imp" and not statement.level:
                found = [(alias, alias.name) for alias in statement.names]
            else:
                found = []
            for alias, member in found:
                self._add_import(statement, alias, alias.asname or alias.name, member)
        for call in self.tree.calls:
            assigned = self.tree.parents[call]
            if (
                isinstance(assigned, ast.Assign)
                and len(assigned.targets) == 1
                and isinstance(assigned.targets[0], ast.Name)
                and is_imp_call(call, self.tree)
            ):
                target = assigned.targets[0]
                self._add_import(assigned, target, target.id, MODULE, dynamic=True)
        for (local, scope), imports in grouped(self.found).items():
            self._hush(local, scope, imports)
        return self.found

    def _hush(self, local: str, scope: Scope, imports: list[ImpImport]) -> None:
        """Keep silent about imports that may fail, since every use is ready for what is left.

        That is a name that is not bound (`except NameError`, `"imp" in globals()`), or the None
        of before.
        """
        if self._is_returned_or_none(local, scope, imports):
            for found in imports:
                found.silent = f"who asks for `{local}` is ready for None"
            return
        if attempt := self._is_held_or_none(local, scope, imports):
            imports[0].silent, imports[0].handled_by = (
                f"what holds `{local}` is asked first",
                attempt,
            )
            return
        attempts = [self._given_up(found) for found in imports]
        if not all(attempts) or any(found.silent for found in imports):
            return
        own = {id(found.node) for found in imports}
        others = [b for b in scope.bindings.get(local, ()) if id(b.node) not in own]
        if others:
            for binding in others:
                if not any(self._is_none_before(binding, found) for found in imports):
                    return
            reason = f"on Python 3.12+ `{local}` is what it was before"
        elif scope.kind is ScopeKind.CLASS:
            flags = tuple(name for attempt in attempts for name in _flags(attempt))
            mentions = [node for node, _ in Mentions(self.tree).of(local, scope)]
            if self.tree.reads(local, scope) or not (
                mentions and all(has_flag(self.tree, node, flags) for node in mentions)
            ):
                return
            reason = "what asks for it asks first whether it could be imported"
            for found in imports:
                found.flags = flags
        else:
            reads = self.tree.reads(local, scope)
            mentions = [node for node, _ in Mentions(self.tree).of(local, scope)]
            asked = (
                self.tree.parents[node] if isinstance(node, ast.Constant) else node
                for node in mentions
            )
            if not (reads or mentions) and all(map(self._is_for_flag, imports)):
                for found, attempt in zip(imports, attempts, strict=True):
                    found.silent, found.handled_by = "a flag says whether there is one", attempt
            if not (reads and all(asks_namespace(node, local) for node in asked)):
                return
            if not all(
                survives(self.tree, read, {"NameError"})
                or tested(self.tree, read, local, bound=True)
                for read in reads
            ):
                return
            reason = "the NameError on Python 3.12+ is provided for"
        for found, attempt in zip(imports, attempts, strict=True):
            found.silent, found.handled_by = reason, attempt

    def _is_returned_or_none(self, local: str, scope: Scope, imports: list[ImpImport]) -> bool:
        """Say whether *imports* are those of a function that returns the module, or None without.

        Its callers must all be in this module, and ask before they use what they get.
        """
        function = scope.node
        if not isinstance(function, ast.FunctionDef) or len(scope.bindings[local]) > 1:
            return False
        reads = self.tree.reads(local, scope)
        returned = (isinstance(self.tree.parents[read], ast.Return) for read in reads)
        attempt, part = next(tries_around(self.tree, imports[0].statement), (None, ""))
        if part != "body" or attempt is None or not (reads and all(returned)):
            return False
        handler = next(filter(catches_import_error, attempt.handlers), None)
        last = handler.body[-1] if handler is not None else None
        if not isinstance(last, ast.Return) or not (last.value is None or is_none(last.value)):
            return False
        if not callers_ask(self.tree, function):
            return False
        imports[0].handled_by = attempt
        return True

    def _is_held_or_none(
        self, local: str, scope: Scope, imports: list[ImpImport]
    ) -> ast.Try | ast.With | None:
        """Which `try` only puts what *imports* bind into an attribute that is asked before its use.

        Its handlers do nothing but set something, so that the attribute stays as it was.
        """
        reads = self.tree.reads(local, scope)
        attempt = self.tree.parents[imports[0].statement]
        if not reads or len(scope.bindings[local]) > 1 or not isinstance(attempt, ast.Try):
            return None
        stored = [self.tree.parents[read] for read in reads]
        if not all(
            isinstance(a, ast.Assign)
            and isinstance(a.targets[0], ast.Attribute)
            and may_be_none(self.tree, read)
            for a, read in zip(stored, reads, strict=True)
        ):
            return None
        if not all(s in stored or isinstance(s, QUIET) or is_constant(s) for s in attempt.body):
            return None
        quiet = any(
            catches_import_error(handler)
            and all(isinstance(s, (ast.Pass, ast.Assign)) for s in handler.body)
            for handler in attempt.handlers
        )
        held = all(s in attempt.body and self._is_none_without(s, attempt) for s in stored)
        return attempt if quiet and held else None

    def _is_none_without(self, stored: ast.AST, attempt: ast.Try) -> bool:
        """Say whether the attribute that *stored* sets is None where *attempt* fails."""
        assert isinstance(stored, ast.Assign)
        target = stored.targets[0]
        assert isinstance(target, ast.Attribute)
        home = next((a for a in self.tree.ancestors(stored) if isinstance(a, ast.ClassDef)), None)
        for statement in {self.tree.statement(a) for a in self.tree.attributes if a is not target}:
            if (
                isinstance(statement, ast.Assign)
                and is_none(statement.value)
                and ast.unparse(statement.targets[0]) == ast.unparse(target)
                and (
                    self.tree.parents[statement] in attempt.handlers
                    or dominates(self.tree, statement, attempt)
                )
            ):
                return True
        return home is not None and any(
            isinstance(s, ast.Assign)
            and is_none(s.value)
            and ast.unparse(s.targets[0]) == target.attr
            for s in home.body
        )

    def _is_for_flag(self, found: ImpImport) -> bool:
        """Say whether *found*, which nobody uses, is there for a flag alone: `HAVE_IMP`."""
        attempt = self.tree.parents[found.statement]
        others = [s for s in getattr(attempt, "body", ()) if s is not found.statement]
        return (
            isinstance(attempt, ast.Try)
            and len(getattr(found.statement, "names", ())) == 1
            and all(map(is_constant, others))
            and any(re.search(r"(?i)(?<![a-z])imp(?![a-z])", flag) for flag in _flags(attempt))
        )

    def _given_up(self, found: ImpImport) -> ast.Try | ast.With | None:
        """What goes on without *found* if it fails; None if nothing does."""
        around = self.tree.parents[found.statement]
        if isinstance(around, ast.With) and around.body[-1] is found.statement:
            return around if suppresses_import_error(self.tree, around) else None
        for attempt, part in tries_around(self.tree, found.statement):
            if not all(isinstance(s, QUIET) or is_constant(s) for s in attempt.body):
                return None  # what else it does would fail, too
            if part == "body" and any(
                catches_import_error(handler)
                and all(isinstance(s, (ast.Pass, ast.Expr, ast.Assign)) for s in handler.body)
                for handler in attempt.handlers
            ):
                return attempt
        return None

    def _is_none_before(self, binding: Binding, found: ImpImport) -> bool:
        """Say whether *binding* sets the name of *found* to None before the import is tried."""
        statement = self.tree.parents.get(binding.node)
        return (
            isinstance(statement, ast.Assign)
            and is_none(statement.value)
            and self.tree.scope_of(statement) is self.tree.scope_of(found.statement)
            and dominates(self.tree, statement, found.statement)
        )

    def _add_import(
        self, statement: ast.stmt, node: ast.AST, local: str, member: str, dynamic: bool = False
    ) -> None:
        lexical = self.tree.scope_of(node) if local != "*" else self.tree.root
        scope = self.tree.resolve(local, lexical) or lexical
        found = ImpImport(statement, node, local, member, scope, dynamic=dynamic)
        found.silent = self._silence_of(found)
        self.found.append(found)

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
                does_without = offers_alternative(
                    self.tree, attempt, handler, self.reach.fails
                ) or (self._rebinds(handler, found) and not self._asks(attempt, found.local))
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
            and not never_binds(binding, self.tree, self.reach)
            for binding in others
        )

    def _asks(self, attempt: ast.Try, local: str) -> bool:
        """Say whether the body of *attempt* calls *local*, or a member of it."""
        return any(
            isinstance(node, ast.Call) and getattr(root_of(node.func), "id", "") == local
            for statement in (*attempt.body, *attempt.orelse)
            for node in ast.walk(statement)
        )
