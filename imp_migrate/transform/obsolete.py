"""Guards that no supported Python needs any more: `--drop-guards` takes them away.

A guard that works is left alone by default.  On request, one whose imp branch
never runs on the target version or later gives way to the branch that does, and with it
go the branches elsewhere that use what was imported there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..meaning.handlers import caught
from ..meaning.reach import Reach
from ..meaning.scopes import ScopeTree
from ..meaning.uses import ImpImport, grouped
from ..text.source import Source
from .changes import Block, Change, RemoveStatement, Unwrap


@dataclass(frozen=True)
class Obsolete:
    """Guards that can go together: the statements, and the changes that leave their live branches."""

    statements: tuple[ast.stmt, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class _Settled:
    """A guard of which it is known which branch runs; *gone* are the statements that do not."""

    guard: ast.If | ast.Try
    changes: tuple[Change, ...]
    gone: tuple[ast.stmt, ...]


def obsolete_guards(
    source: Source, tree: ScopeTree, reach: Reach, imports: list[ImpImport]
) -> Iterator[Obsolete]:
    """The guards around *imports* that one of their branches can replace.

    reach: evaluates version tests for the target version and later.
    """
    guards = _Guards(source, tree, reach)
    parties: list[dict[int, _Settled]] = []
    for group in grouped(imports).values():
        first = [guards.around_import(found.statement) for found in group]
        party = guards.with_users({id(one.guard): one for one in first if one is not None})
        if not party:
            continue
        joined = [other for other in parties if other.keys() & party.keys()]
        parties = [other for other in parties if other not in joined]
        for other in joined:
            party = other | party
        parties.append(party)
    for party in parties:
        settled = sorted(party.values(), key=lambda one: source.span(one.guard))
        changes = dict.fromkeys(change for one in settled for change in one.changes)
        yield Obsolete(tuple(one.guard for one in settled), tuple(changes))


class _Guards:
    """The `if` and `try` statements of one module that are settled for the target version."""

    def __init__(self, source: Source, tree: ScopeTree, reach: Reach) -> None:
        self.source = source
        self.tree = tree
        self.reach = reach

    def around_import(self, statement: ast.stmt) -> _Settled | None:
        """The outermost guard around *statement*: what is inside it comes in the next pass."""
        found = None
        for node in self.tree.ancestors(statement):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                break
            if isinstance(node, (ast.If, ast.Try)):
                found = self._settled(node) or found
        return found

    def with_users(self, party: dict[int, _Settled]) -> dict[int, _Settled] | None:
        """*party* and the guards that must go with it, by identity; None if something stays.

        That is what reads a name that only a branch has bound which goes.
        """
        party = dict(party)
        asked = [*party.values()]
        while asked:
            scope = self.tree.scope_of(asked.pop().guard)
            gone = {id(statement) for one in party.values() for statement in one.gone}
            for name, bindings in scope.bindings.items():
                inside = [self._is_in(binding.node, gone) for binding in bindings]
                if not inside or not all(inside):
                    continue
                for read in self.tree.reads(name, scope):
                    if self._is_in(read, gone):
                        continue
                    settled = self._around_read(read)
                    if settled is None:
                        return None
                    if party.get(id(settled.guard)) != settled:  # perhaps less of it went so far
                        party[id(settled.guard)] = settled
                        asked += party.values()
        return party

    def _is_in(self, node: ast.AST, statements: Iterable[int]) -> bool:
        return any(id(around) in statements for around in (node, *self.tree.ancestors(node)))

    def _around_read(self, read: ast.Name) -> _Settled | None:
        """The outermost guard that has *read* in a branch that goes."""
        found = None
        for node in self.tree.ancestors(read):
            if isinstance(node, ast.If):
                settled = self._settled(node)
                if settled is not None and self._is_in(read, set(map(id, settled.gone))):
                    found = settled
            if isinstance(node, ast.stmt):
                found = self._left_before(node) or found
        return found

    def _left_before(self, statement: ast.stmt) -> _Settled | None:
        """The `if` before *statement*, in its block, that always leaves: nothing after it is run."""
        block, place = self.tree.slot(statement)
        for at, earlier in enumerate(block[:place]):
            if isinstance(earlier, ast.If) and self.reach.truth(earlier.test) is True:
                if isinstance(earlier.body[-1], (ast.Return, ast.Raise, ast.Continue)):
                    rest = tuple(block[at + 1 :])
                    settled = self._settled(earlier)
                    if settled is None or any(map(_says_what_its_scope_is, rest)):
                        return None
                    removed = (RemoveStatement(self.source.span(s), ours=True) for s in rest)
                    return _Settled(earlier, (*settled.changes, *removed), (*settled.gone, *rest))
        return None

    def _settled(self, guard: ast.If | ast.Try) -> _Settled | None:
        """*guard*, with what takes its place, if it is certain which one of its blocks runs."""
        branches = [guard.body, guard.orelse]
        if isinstance(guard, ast.Try):
            branches += [handler.body for handler in guard.handlers]
        block = self._live_block(guard)
        if block is None:
            return None
        gone = tuple(s for branch in branches if branch is not block for s in branch)
        if any(map(_says_what_its_scope_is, gone)):
            return None
        if not block:
            return _Settled(guard, (RemoveStatement(self.source.span(guard), ours=True),), gone)
        return _Settled(guard, (self._unwrapped(guard, block),), gone)

    def _unwrapped(self, guard: ast.If | ast.Try, block: list[ast.stmt]) -> Change:
        """The change that leaves *block* of *guard*."""
        at = self.source.span(guard)
        kept = self.source.span(block[0])[0], self.source.span(block[-1])[1]
        if block is guard.body or block is guard.orelse:
            return Unwrap(at, Block(at, "body" if block is guard.body else "orelse", kept))
        assert isinstance(guard, ast.Try)
        (handler,) = guard.handlers
        return Unwrap(at, Block(self.source.span(handler), "body", kept))

    def _live_block(self, guard: ast.If | ast.Try) -> list[ast.stmt] | None:
        """The one block of *guard* that runs on every supported Python, if that is certain."""
        if isinstance(guard, ast.If):
            parent = self.tree.parents[guard]
            if isinstance(parent, ast.If) and guard in parent.orelse and len(parent.orelse) == 1:
                return None  # an elif
            truth = self.reach.truth(guard.test)
            return {True: guard.body, False: guard.orelse, None: None}[truth]
        if guard.orelse or guard.finalbody:
            return None
        if all(self.reach.cannot_fail(guard, handler) for handler in guard.handlers):
            return guard.body
        if len(guard.handlers) == 1 and self.reach.always_fails(guard):
            handler = guard.handlers[0]
            if "NameError" in caught(handler) and handler.name is None:
                return handler.body
        return None


def _says_what_its_scope_is(statement: ast.stmt) -> bool:
    """Say whether *statement*, run or not, makes a generator of its function, or a name another's."""
    asked: list[ast.AST] = [statement]
    while asked:
        node = asked.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            asked += ast.iter_child_nodes(node)
    return False
