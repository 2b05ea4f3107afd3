"""Where a name is the module's own although a star import may bring it: `from compat import *`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .scopes import ScopeTree, place_of
from .verdict import QUIET, is_constant


def is_own(read: ast.Name, tree: ScopeTree, stars: Sequence[ast.stmt]) -> bool:
    """Say whether the module has certainly bound the name itself, after *stars*, when *read* runs.

    stars: the star imports that may bind the name, at least one.
    """
    last, body = max(map(place_of, stars)), tree.module.body
    own = [
        place_of(statement)
        for binding in tree.root.bindings.get(read.id, ())
        if not binding.is_del
        and tree.parents[statement := tree.statement(binding.node)] is tree.module
        and place_of(statement) > last
    ]
    if not own:
        return False
    first = min(own)
    if tree.scope_of(read) is tree.root:
        return first < place_of(tree.statement(read))
    # A function runs when something calls it: nothing may before the name is bound.
    between = [s for s in body if last < place_of(s) < first]
    return all(isinstance(s, QUIET) or is_constant(s) for s in between)
