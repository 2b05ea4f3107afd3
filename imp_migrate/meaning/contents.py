"""Which names a module of the project has, as far as its text says so."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from .presence import names_of
from .scopes import ScopeTree

# What binds names that no statement binds.
_BINDERS = frozenset(["globals", "vars", "locals", "exec", "execfile", "setattr", "eval"])


@dataclass(frozen=True)
class Contents:
    """What a module has.

    names: what it binds.
    inner: the names in its plain classes, by class.
    stars: the modules it takes everything from, as it names them.
    """

    names: frozenset[str]
    inner: Mapping[str, frozenset[str]] = field(default_factory=dict)
    stars: tuple[str, ...] = ()


def contents(text: str) -> Contents | None:
    """What the module *text* has; None if it may have names that nothing there binds.

    Raises SyntaxError, and what else `ast.parse` raises.
    """
    tree = ScopeTree(ast.parse(text))
    called = {getattr(call.func, "id", "") for call in tree.calls}
    # Another module may take its place, or give it names.
    if (
        "__getattr__" in tree.root.bindings
        or called & _BINDERS
        or "modules" in tree.attribute_names
    ):
        return None
    stars = tuple("." * s.level + (s.module or "") for s in tree.star_imports)
    inner = {}
    for name, bindings in tree.root.bindings.items():
        known = names_of(tree, bindings[0].node) if len(bindings) == 1 else None
        if known is not None:
            inner[name] = known
    return Contents(frozenset(tree.root.bindings), inner, stars)


def takes_what_is_not_there(
    statement: ast.Import | ast.ImportFrom, known: Mapping[str, Collection[str]]
) -> bool:
    """Say whether *statement* fails, since what it takes from a module of *known* is not there."""
    if not isinstance(statement, ast.ImportFrom):
        return False
    names = known.get("." * statement.level + (statement.module or ""))
    return names is not None and any(a.name not in (*names, "*") for a in statement.names)
