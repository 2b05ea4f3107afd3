"""Where a variable is reached in another way than by its name.

The names in strings are seen by `globals()["imp"]`, by `eval`, and, in the
annotation `x: "imp.NullImporter"`, by whoever asks for the types.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .scopes import Scope, ScopeKind, ScopeTree

_INDIRECTLY = "is reached other than by its name"
_AS_TYPE = "is named in a string that stands for a type"

_RUNNERS = ("eval", "exec", "compile")
_NAMESPACES = ("globals", "locals", "vars", "dir")
_TYPING = ("typing.", "typing_extensions.")
_TAKE_TYPES = ("cast", "ForwardRef", "NewType", "TypeVar")


class Mentions:
    """Finds, in one module, what reaches a variable without its name standing there."""

    def __init__(self, tree: ScopeTree) -> None:
        self.tree = tree

    def of(self, local: str, scope: Scope) -> Iterator[tuple[ast.expr, str]]:
        """The expressions that reach *local*, as bound in *scope*, and how they do."""
        for attribute in self.tree.attributes:
            if attribute.attr == local and self._may_hold(attribute.value, scope):
                yield attribute, _INDIRECTLY
        for string in self.tree.strings:
            if self._names_variable(string, local):
                yield string, _INDIRECTLY
            elif self._names_type(string, local, scope):
                yield string, _AS_TYPE

    def _may_hold(self, node: ast.expr, scope: Scope) -> bool:
        """Say whether *node* may be the class or module whose variables *scope* holds."""
        if scope.kind is ScopeKind.CLASS:
            return isinstance(node, ast.Name)
        return scope is self.tree.root and self._is_own_module(node)

    # -- strings that are looked up or run ---------------------------------

    def _names_variable(self, string: ast.Constant, local: str) -> bool:
        """Say whether *string* names the variable *local*: `globals()["imp"]`, `eval("imp…")`."""
        parent = self.tree.parents.get(string)
        if isinstance(parent, ast.Call) and string in parent.args:
            if isinstance(parent.func, ast.Name) and parent.func.id in _RUNNERS:
                return _has_word(str(string.value), local)
            if string.value != local:
                return False
            if self._is_own_module(parent.args[0]):  # getattr(sys.modules[__name__], "imp")
                return True
            owner = parent.func.value if isinstance(parent.func, ast.Attribute) else None
            return owner is not None and self._is_namespace(owner)
        if string.value != local:
            return False
        if isinstance(parent, ast.Subscript) and parent.slice is string:
            return self._is_namespace(parent.value)
        if isinstance(parent, ast.Compare) and isinstance(parent.ops[0], (ast.In, ast.NotIn)):
            return self._is_namespace(parent.comparators[0])
        return False

    def _is_namespace(self, node: ast.expr) -> bool:
        """Say whether *node* is `globals()` or the like, or a variable that holds it."""
        if isinstance(node, ast.Name):
            return any(map(self._is_namespace, self._values(node)))
        if isinstance(node, ast.Attribute):
            if node.attr == "__dict__":
                return self._is_own_module(node.value)
            return node.attr in ("__globals__", "f_globals", "f_locals")
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            return False
        return node.func.id in _NAMESPACES and all(map(self._is_own_module, node.args))

    def _is_own_module(self, node: ast.expr) -> bool:
        """Say whether *node* is `sys.modules[__name__]`, or a variable that holds it."""
        if isinstance(node, ast.Name):
            return any(map(self._is_own_module, self._values(node)))
        if isinstance(node, ast.Call):
            imports = self.tree.dotted(node.func) == "importlib.import_module"
            return imports and len(node.args) == 1 and _is_own_name(node.args[0])
        return (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "modules"
            and _is_own_name(node.slice)
        )

    def _values(self, name: ast.Name) -> Iterator[ast.expr]:
        """What is assigned to the variable *name*, other variables left aside."""
        scope = self.tree.resolve(name.id, self.tree.scope_of(name), name)
        for binding in scope.bindings[name.id] if scope is not None else ():
            statement = self.tree.parents.get(binding.node)
            if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
                if statement.value is not None and not isinstance(statement.value, ast.Name):
                    yield statement.value

    # -- strings that stand for types --------------------------------------

    def _names_type(self, string: ast.Constant, local: str, scope: Scope) -> bool:
        """Say whether *string* names *local*, as bound in *scope*, where a type is expected."""
        if not _has_word(str(string.value), local) or not self._is_type(string):
            return False
        try:
            names = ast.walk(ast.parse(str(string.value).strip(), mode="eval"))
        except (SyntaxError, ValueError):
            return False
        named = any(isinstance(node, ast.Name) and node.id == local for node in names)
        return named and self.tree.resolve(local, self.tree.scope_of(string)) is scope

    def _is_type(self, node: ast.expr) -> bool:
        """Say whether a type is expected at *node*: in an annotation, or by a part of `typing`."""
        child: ast.AST = node
        for parent in self.tree.ancestors(node):
            if isinstance(parent, (ast.arg, ast.AnnAssign)):
                return child is parent.annotation
            if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return child is parent.returns
            if isinstance(parent, (ast.Call, ast.Subscript)):
                taker = parent.func if isinstance(parent, ast.Call) else parent.value
                dotted = self.tree.dotted(taker) or ""
                if dotted.startswith(_TYPING):
                    name = dotted.rpartition(".")[2]
                    takes = name in _TAKE_TYPES
                    return takes if isinstance(parent, ast.Call) else name != "Literal"
            if isinstance(parent, (ast.Call, ast.stmt)):
                return False
            child = parent
        return False


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", text) is not None


def _is_own_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__name__"
