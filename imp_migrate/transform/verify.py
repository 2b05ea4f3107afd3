"""Checks on a migrated text, made on every real run: rather no change than a wrong one."""

from __future__ import annotations

import ast
import builtins
import warnings
from collections.abc import Mapping

from ..meaning.scopes import ScopeTree


class InternalError(Exception):
    """A fix would have damaged the file: a bug in imp-migrate, and nothing was written."""


def check_result(before: str, after: str, known: Mapping[str, ScopeTree | None] = {}) -> None:
    """Check that *after*, made from *before*, parses and leaves no name unbound.

    known: the scopes of texts that have been analysed.  Raises InternalError if it does not.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            new = known.get(after) or ScopeTree(ast.parse(after))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise InternalError(f"the result would not parse: {error}") from error
        # What only the compiler objects to: a late `from __future__`, a `nonlocal` of nothing.
        if (objection := _objection(new.module)) and not _objection(ast.parse(before)):
            raise InternalError(f"the result would not compile: {objection}")
        lost = unbound(new) - set(dir(builtins))
        lost = lost and lost - unbound(known.get(before) or ScopeTree(ast.parse(before)))
    if lost:
        raise InternalError(f"the result would use unbound names: {', '.join(sorted(lost))}")


def _objection(module: ast.Module) -> str:
    """Why *module* does not compile; "" if it does."""
    try:
        compile(module, "<module>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return str(error)
    return ""


def unbound(tree: ScopeTree) -> set[str]:
    """The names that a module reads and no scope of it binds: builtins and mistakes."""
    return {
        name
        for name, reads in tree.references.items()
        if any(tree.resolve(name, tree.scope_of(read), read) is None for read in reads)
    }
