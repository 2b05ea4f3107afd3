"""Version tests: what `sys.version_info >= (3, 4)`, `six.PY2` and the like come to."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

from .scopes import ScopeTree
from .stdlib import GONE_BUILTINS, MODERN_NAMES

Version = tuple[int, int, int, str, int]

# The minor versions a test is evaluated for, besides the oldest: when they all
# agree, that is what every Python from the oldest on does.
_NEWER = (8, 9, 10, 11, 12, 13, 14, 99)

_FLAG_NAME = re.compile(
    r"_?(?:IS_?|is_?)?(?:PY|Py|py|PYTHON|Python|python)_?(?P<version>[23][0-9]{0,2})"
    r"(?P<plus>_?(?:PLUS|plus|\+))?"
)


class _Unknown(Exception):
    """The value of an expression is not known without running the program."""


class VersionTests:
    """Evaluates, for one module, tests of the version on Python *oldest* and later."""

    def __init__(self, tree: ScopeTree, oldest: tuple[int, int]) -> None:
        self.tree = tree
        minors = {oldest[1], *(minor for minor in _NEWER if minor > oldest[1])}
        self._samples: list[Version] = [(3, minor, 1, "final", 0) for minor in sorted(minors)]

    def truth(self, test: ast.expr) -> bool | None:
        """What *test* comes to on every Python from the oldest on; None if that varies."""
        try:
            answers = {bool(self._value(test, version, 0)) for version in self._samples}
        except (_Unknown, TypeError, ValueError, IndexError, AttributeError):
            return None
        return answers.pop() if len(answers) == 1 else None

    def _value(self, node: ast.expr, version: Version, depth: int) -> object:
        """Evaluate the few expressions that version tests are made of."""
        if depth > 8:
            raise _Unknown

        def again(child: ast.expr) -> object:
            return self._value(child, version, depth + 1)

        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Tuple):
            return tuple(again(item) for item in node.elts)
        dotted = self.tree.dotted(node)
        if dotted:
            try:
                return self._named(node, dotted, version, depth)
            except _Unknown:
                # `py = sys.version_info`, then `py.major`
                if isinstance(node, ast.Attribute) and node.attr in ("major", "minor"):
                    if again(node.value) == version:
                        return version[node.attr == "minor"]
                raise
        if isinstance(node, ast.Subscript):
            base: object = again(node.value)
            return base[self._index(node.slice)]  # type: ignore[index]
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            left, right = again(node.left), again(node.comparators[0])
            return _compare(left, node.ops[0], right)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not again(node.operand)
        if isinstance(node, ast.Call) and not node.keywords:
            return self._called(node, version, depth)
        raise _Unknown

    def _index(self, node: ast.expr) -> int | slice:
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return node.value
        if isinstance(node, ast.Slice) and node.step is None and _is_zero(node.lower):
            if isinstance(node.upper, ast.Constant) and isinstance(node.upper.value, int):
                return slice(None, node.upper.value)
        raise _Unknown

    def _named(self, node: ast.expr, dotted: str, version: Version, depth: int) -> object:
        major, minor = version[0], version[1]
        known: dict[str, object] = {
            "sys.version_info": version,
            "sys.version_info.major": major,
            "sys.version_info.minor": minor,
            "sys.hexversion": (major << 24) | (minor << 16),
            "sys.version": f"{major}.{minor}.0 (main)",
            "six.PY2": False,
            "six.PY3": True,
            "six.PY34": True,
        }
        if dotted in known:
            return known[dotted]
        if isinstance(node, ast.Name):
            assigned, position = self._single_assignment(node)
            if assigned is not None:
                try:
                    value: Any = self._value(assigned, version, depth + 1)
                    return value if position is None else value[position]
                except _Unknown:
                    pass
        match = _FLAG_NAME.fullmatch(dotted.rpartition(".")[2])
        if match is None or not self._may_be_flag(node):
            raise _Unknown
        digits = match["version"]
        wanted = (int(digits[0]), int(digits[1:] or 0))
        if len(digits) == 1:
            return major == wanted[0]
        if wanted[0] == 2:
            return False
        if match["plus"] or wanted <= (3, 5):  # PY34 means "3.4 or newer", as in six
            return version >= wanted
        raise _Unknown

    def _may_be_flag(self, node: ast.expr) -> bool:
        """Say whether *node*, by its name a flag, belongs to a module: no parameter, no option."""
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return False
        scope = self.tree.resolve(root.id, self.tree.scope_of(root), root)
        if root is not node:
            return scope is None or self.tree.qualified(root) is not None
        loops = (ast.For, ast.AsyncFor, ast.comprehension)
        return scope is None or not any(
            isinstance(b.node, ast.arg) or isinstance(self.tree.parents.get(b.node), loops)
            for b in scope.bindings[root.id]
        )

    def _single_assignment(self, name: ast.Name) -> tuple[ast.expr | None, int | None]:
        """The value of a name that its scope binds exactly once, by plain assignment.

        With it, where the name takes one item of it (`a, b = value`), which one.
        """
        scope = self.tree.resolve(name.id, self.tree.scope_of(name), name)
        bindings = scope.bindings[name.id] if scope else []
        if len(bindings) != 1:
            return None, None
        target = bindings[0].node
        parent = self.tree.parents.get(target)
        if isinstance(parent, ast.Assign) and target in parent.targets:
            return parent.value, None
        if isinstance(parent, ast.Tuple) and isinstance(target, ast.Name):
            statement = self.tree.parents.get(parent)
            if isinstance(statement, ast.Assign) and parent in statement.targets:
                return statement.value, parent.elts.index(target)
        return None, None

    def _called(self, node: ast.Call, version: Version, depth: int) -> object:
        function = self.tree.dotted(node.func)
        if function and not node.args and _FLAG_NAME.fullmatch(function.rpartition(".")[2]):
            return self._named(node.func, function, version, depth)  # is_python_3()
        if function == "hasattr" and len(node.args) == 2:
            owner = self.tree.dotted(node.args[0]) or ""
            name = node.args[1].value if isinstance(node.args[1], ast.Constant) else None
            if owner in MODERN_NAMES and isinstance(name, str):
                return name in MODERN_NAMES[owner]
            if owner in ("builtins", "__builtins__") and name in GONE_BUILTINS:
                return False
        if function == "sys.version.startswith" and len(node.args) == 1:
            prefix = self._value(node.args[0], version, depth + 1)
            return f"{version[0]}.{version[1]}.0 (main)".startswith(prefix)  # type: ignore[arg-type]
        if function in ("int", "bool", "tuple") and len(node.args) == 1:
            value = self._value(node.args[0], version, depth + 1)
            return {"int": int, "bool": bool, "tuple": tuple}[function](value)
        raise _Unknown


def _is_zero(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value == 0)


_OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


def _compare(left: object, op: ast.cmpop, right: object) -> bool:
    if type(op) not in _OPERATORS:
        raise _Unknown
    return _OPERATORS[type(op)](left, right)
