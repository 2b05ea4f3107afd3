"""Functions whose code goes elsewhere: as source to another process, as bytes to a file.

Such a function has to bring all it needs along; one that imports `imp` itself does.
"""

from __future__ import annotations

import ast

from .scopes import ScopeTree, last_name

# What takes the code of a function, by the last name; `__code__` does, too.
_TAKERS = frozenset(("getsource", "getsourcelines", "findsource", "remote_exec"))


def sent_functions(tree: ScopeTree) -> dict[ast.AST, int]:
    """The functions whose code the module itself takes, with the line where it does."""
    sent: dict[ast.AST, int] = {}
    for call in tree.calls:
        name = last_name(call.func)
        if name in _TAKERS:
            for argument in (*call.args, *(k.value for k in call.keywords)):
                _add(tree, argument, sent)
    for attribute in tree.attributes:
        if attribute.attr in ("__code__", "func_code"):
            _add(tree, attribute.value, sent)
    return sent


def _add(tree: ScopeTree, node: ast.expr, sent: dict[ast.AST, int]) -> None:
    """Add the function that *node*, a name, stands for."""
    if not isinstance(node, ast.Name):
        return
    for binding in tree.bindings_of(node):
        if isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            sent.setdefault(binding.node, node.lineno)
