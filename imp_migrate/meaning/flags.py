"""Flags of other files: whether one that is called `PY2` says what its name says."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from .reach import Reach
from .scopes import ScopeTree


def misleading(text: str, names: Collection[str], distrusted: Collection[str]) -> Iterator[str]:
    """Those of *names* that a module sets to something else, or to nobody knows what.

    text: its code.
    distrusted: flags that it has from others, which are no better.
    Raises SyntaxError, and what else `ast.parse` raises.
    """
    bound = ScopeTree(ast.parse(text)).root.bindings
    for name in sorted(bound.keys() & names):
        called = any(isinstance(b.node, ast.FunctionDef) for b in bound[name])
        question = f"\nif {name}{'()' if called else ''}: pass\n"
        said = _truth(f"import m\nif m.{name}: pass\n", ())
        if said is not None and _truth(text + question, distrusted) is not said:
            yield name


def _truth(text: str, distrusted: Collection[str]) -> bool | None:
    """What the test comes to that *text* ends with."""
    tree = ScopeTree(ast.parse(text))
    last = tree.module.body[-1]
    assert isinstance(last, ast.If)
    return Reach(tree, distrusted=distrusted).truth(last.test)
