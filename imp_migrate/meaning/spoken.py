"""Variables that are named in strings: what has their value, and code that uses them."""

from __future__ import annotations

import ast

from .handlers import survives
from .presence import tested
from .scopes import ScopeTree

_ASKING = ("get", "__getitem__", "__getattribute__", "getattr")


def value_of(tree: ScopeTree, string: ast.expr) -> ast.expr:
    """The expression that looks up the variable which *string* names; *string* itself if none does.

    That is `globals()["imp"]`, `vars().get("imp")`, `getattr(module, "imp")`.
    """
    parent = tree.parents[string]
    if isinstance(parent, ast.Subscript) and parent.slice is string:
        return parent
    if isinstance(parent, ast.Call) and string in parent.args:
        called = getattr(parent.func, "attr", "") or getattr(parent.func, "id", "")
        return parent if called in _ASKING else string
    return string


def is_used(tree: ScopeTree, node: ast.expr) -> bool:
    """Say whether *node* is called, or asked for an attribute: None would not do."""
    parent = tree.parents[node]
    called = isinstance(parent, ast.Call) and parent.func is node
    return called or (isinstance(parent, ast.Attribute) and parent.value is node)


def fails_in_code(
    tree: ScopeTree, node: ast.expr, name: str, errors: set[str], *, attribute: bool = False
) -> bool:
    """Say whether *node*, code in a string, uses the variable *name* without asking for it.

    errors: what using it raises.
    attribute: not the variable, but whatever has it as an attribute (`compat.imp`).
    """
    text = node.value if isinstance(node, ast.Constant) else None
    if not isinstance(text, str) or text == name:
        return False
    if tested(tree, node, name) or survives(tree, node, errors):
        return False
    try:
        code = ScopeTree(ast.parse(text.strip()))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if not attribute and name in code.root.bindings:
        return False  # it has a name of its own
    reads: list[ast.expr] = [*code.references.get(name, ())]
    if attribute:
        reads = [a for a in code.attributes if a.attr == name]
    return any(
        (is_used(code, read) or "NameError" in errors) and not tested(code, read, ast.unparse(read))
        for read in reads
    )
