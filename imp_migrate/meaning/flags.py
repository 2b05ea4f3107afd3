"""Flags of other files: whether one that is called `PY2` says what its name says."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator

from .reach import Reach
from .scopes import ScopeTree


def misleading(
    text: str, names: Collection[str], distrusted: Callable[[], Collection[str]]
) -> Iterator[str]:
    """Those of *names* that a module sets to something else, or to nobody knows what.

    text: its code.
    distrusted: gives the flags that it has from others, which are no better.  It is asked
        only where the module has one of *names*: few have, and it may read many files.
    Raises SyntaxError, and what else `ast.parse` raises.
    """
    bound = ScopeTree(ast.parse(text)).root.bindings
    found = sorted(bound.keys() & names)
    from_others = distrusted() if found else ()
    for name in found:
        called = any(isinstance(b.node, ast.FunctionDef) for b in bound[name])
        question = f"\nif {name}{'()' if called else ''}: pass\n"
        said = _truth(f"import m\nif m.{name}: pass\n", ())
        if said is not None and _truth(text + question, from_others) is not said:
            yield name


def _truth(text: str, distrusted: Collection[str]) -> bool | None:
    """What the test comes to that *text* ends with."""
    tree = ScopeTree(ast.parse(text))
    last = tree.module.body[-1]
    assert isinstance(last, ast.If)
    return Reach(tree, distrusted=distrusted).truth(last.test)
