"""Guards that no supported Python needs any more: `--drop-guards` takes them away.

A guard that works is left alone by default.  On request, one whose imp branch
never runs on the target version or later gives way to the branch that does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ..meaning.handlers import caught
from ..meaning.reach import Reach
from ..meaning.scopes import ScopeTree
from ..meaning.uses import ImpImport
from ..text.source import Source
from .changes import Block, Change, Unwrap


@dataclass(frozen=True)
class Obsolete:
    """A guard that can go: the statement, and the change that leaves its live branch."""

    statement: ast.stmt
    change: Change


def obsolete_guards(
    source: Source, tree: ScopeTree, reach: Reach, imports: list[ImpImport]
) -> Iterator[Obsolete]:
    """The guards around *imports* that one of their branches can replace.

    reach: evaluates version tests for the target version and later.
    """
    seen: set[int] = set()
    for found in imports:
        # The outermost first: what is inside it comes in the next pass.
        for guard in reversed(_guards(tree, found.statement)):
            block = _live_block(tree, reach, guard)
            if block is None:
                continue
            if id(guard) not in seen:
                seen.add(id(guard))
                yield Obsolete(guard, _unwrapped(source, guard, block))
            break


def _unwrapped(source: Source, guard: ast.If | ast.Try, block: list[ast.stmt]) -> Change:
    """The change that leaves *block* of *guard*."""
    at = source.span(guard)
    kept = source.span(block[0])[0], source.span(block[-1])[1]
    if block is guard.body or block is guard.orelse:
        return Unwrap(at, Block(at, "body" if block is guard.body else "orelse", kept))
    assert isinstance(guard, ast.Try)
    (handler,) = guard.handlers
    return Unwrap(at, Block(source.span(handler), "body", kept))


def _guards(tree: ScopeTree, statement: ast.stmt) -> list[ast.If | ast.Try]:
    """The `if` and `try` statements around *statement*, in its function, innermost first."""
    guards: list[ast.If | ast.Try] = []
    for node in tree.ancestors(statement):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            break
        if isinstance(node, (ast.If, ast.Try)):
            guards.append(node)
    return guards


def _live_block(tree: ScopeTree, reach: Reach, guard: ast.If | ast.Try) -> list[ast.stmt] | None:
    """The one block of *guard* that runs on every supported Python, if that is certain."""
    if isinstance(guard, ast.If):
        parent = tree.parents[guard]
        if isinstance(parent, ast.If) and guard in parent.orelse and len(parent.orelse) == 1:
            return None  # an elif
        truth = reach.truth(guard.test)
        block = {True: guard.body, False: guard.orelse, None: []}[truth]
        return block or None
    if guard.orelse or guard.finalbody:
        return None
    if all(reach.cannot_fail(guard, handler) for handler in guard.handlers):
        return guard.body
    if len(guard.handlers) == 1 and reach.always_fails(guard):
        handler = guard.handlers[0]
        if "NameError" in caught(handler) and handler.name is None:
            return handler.body
    return None
