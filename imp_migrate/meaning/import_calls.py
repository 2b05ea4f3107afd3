"""Imports that are calls: `__import__("imp")`, `importlib.import_module(name)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .catalogue import MEMBERS
from .scopes import Binding, ScopeTree, attribute_path, last_name, root_of

_IMPORTS = re.compile(r"\s*(?:import|from)\b")
_NAMES_OF_IMP = frozenset(("imp", *(f"imp.{member}" for member in MEMBERS)))


def is_imp_call(node: ast.AST, tree: ScopeTree) -> bool:
    """Say whether *node* is `__import__("imp")` or `importlib.import_module("imp")`."""
    if not isinstance(node, ast.Call):
        return False
    asked = asked_module(node)
    parts = [asked]
    if isinstance(asked, ast.BinOp) and isinstance(asked.op, ast.Add):  # "im" + "p"
        parts = [asked.left, asked.right]
    if "".join(str(getattr(part, "value", "?")) for part in parts) != "imp":
        return False
    return is_import_call(node, tree)


def asked_module(call: ast.Call) -> ast.expr | None:
    """What *call*, of `__import__` or the like, gives as the name of the module."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "name"]
    given = call.args or named
    return given[0] if given else None


def moves_reload(call: ast.Call) -> bool:
    """Say whether *call* is `MovedAttribute(name, old_module, "imp", "reload")`, of six.

    Its arguments after these are the attribute in the old module and that in the new one;
    what is not given is as the one before, the name at first (six 1.0 to 1.17).
    """
    given = [getattr(argument, "value", None) for argument in call.args]
    called = last_name(call.func)
    return (
        called == "MovedAttribute"
        and not call.keywords
        and 3 <= len(given) <= 5
        and given[2] == "imp"
        and (given[:1] + given[3:])[-1] == "reload"
    )


def is_import_call(node: ast.Call, tree: ScopeTree) -> bool:
    """Say whether *node* calls `__import__` or `importlib.import_module`."""
    root = root_of(node.func)
    if not isinstance(root, ast.Name):
        return False
    scope = tree.home(root)
    if scope is None:
        return root is node.func and root.id == "__import__"  # the builtin
    # One binding that is the import is enough: with any other, the call would fail.
    meanings = {tree.import_of(binding) for binding in scope.bindings[root.id]} - {None}
    suffix = attribute_path(node.func)
    return any(
        f"{meaning}{suffix}"
        in ("builtins.__import__", "importlib.import_module", "importlib.__import__")
        for meaning in meanings
    )


def asks_from_list(call: ast.Call, tree: ScopeTree) -> bool:
    """Say whether the module that *call* imports is a variable that may be "imp"."""
    name = asked_module(call)
    return isinstance(name, ast.Name) and may_be_imp(name, tree)


def runs_import(call: ast.Call) -> bool:
    """Say whether *call* runs an import of what a variable says: `exec("import %s" % name)`."""
    if getattr(call.func, "id", "") not in ("exec", "exec_", "compile") or not call.args:
        return False
    parts = list(ast.walk(call.args[0]))
    texts = (str(part.value) for part in parts if isinstance(part, ast.Constant))
    return any(isinstance(part, ast.Name) for part in parts) and any(map(_IMPORTS.match, texts))


def runs_import_of_list(call: ast.Call, tree: ScopeTree) -> bool:
    """Say whether *call* is one of these, and the variable may be "imp", or have that in it."""
    return runs_import(call) and any(
        isinstance(part, ast.Name) and may_be_imp(part, tree) for part in ast.walk(call.args[0])
    )


def maps_list(call: ast.Call, tree: ScopeTree) -> bool:
    """Say whether *call* is a `map` that imports the modules of a list with "imp" in it."""
    if getattr(call.func, "id", "") != "map" or len(call.args) < 2:
        return False
    imports = ast.Call(call.args[0], call.args[1:], [])
    return is_import_call(imports, tree) and any(map(_names_imp, _listed(call.args[1], tree)))


def may_be_imp(name: ast.Name, tree: ScopeTree) -> bool:
    """Say whether the variable *name* may be "imp", as an item of a list, or if it is one."""
    for read in tree.reads_of(name):
        question = tree.parents[read]
        if isinstance(question, ast.Compare) and isinstance(question.ops[0], ast.In):
            if any(map(_names_imp, _listed(question.comparators[0], tree))):
                return True
    return any(
        _names_imp(value) for binding in tree.bindings_of(name) for value in _given(binding, tree)
    )


def _names_imp(value: ast.expr) -> bool:
    """Say whether one of the strings in *value*, or of the words in one, is "imp" or "imp.reload"."""
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and not _NAMES_OF_IMP.isdisjoint(re.split(r"[\s,;|:]+", node.value))
        for node in ast.walk(value)
    )


def _given(binding: Binding, tree: ScopeTree) -> Iterator[ast.expr]:
    """What *binding* takes its value from: it is assigned, or an item of it."""
    parent: ast.AST | None = tree.parents.get(binding.node)
    if isinstance(parent, (ast.Tuple, ast.List)):
        parent = tree.parents.get(parent)
    value: ast.expr | None = None
    if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        value = parent.value
    elif isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
        value = parent.iter
    if value is not None:
        yield from _listed(value, tree)


def _listed(value: ast.expr, tree: ScopeTree) -> Iterator[ast.expr]:
    """The display or the string whose items *value* has."""
    while isinstance(value, (ast.Call, ast.Subscript)):  # sorted(names), "a b".split(), table[name]
        if isinstance(value, ast.Subscript):
            value = value.value
        elif isinstance(value.func, ast.Attribute):
            value = value.func.value
        elif value.args:
            value = value.args[0]
        else:
            return
    if isinstance(value, ast.Name):
        yield from tree.assigned_to(value, ast.Assign, ast.AnnAssign)
    elif isinstance(value, (ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict)):
        yield value
