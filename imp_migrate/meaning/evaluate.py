"""Evaluates the small expressions that guards are made of, without running any code of the user."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from typing import Any


class Unknown(Exception):
    """The value of an expression is not known without running the program."""


#: What `known` is asked: names, attributes, and calls of what is no method of a constant.
Known = Callable[[ast.expr], object]

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_LARGE = 1 << 40
#: Forms that only join what they are given, so that the result is never long.
_PERCENT = re.compile(r"(?:[^%{}]|%[dis]){0,40}")
_BRACES = re.compile(r"(?:[^%{}]|\{\d?\}){0,40}")
#: Builtins whose result depends on their arguments alone.
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    f.__name__: f for f in (all, any, bool, float, int, isinstance, len, max, min, str, tuple, type)
}
_FUNCTIONS["list"] = tuple  # as a display of a list is one, too
_TYPES = {t.__name__: t for t in (bool, bytes, dict, float, int, list, object, str, tuple, type)}
_METHODS = frozenset(
    ["count", "endswith", "find", "index", "partition", "rpartition", "split", "startswith"]
    + ["lstrip", "rstrip", "strip"]
    + [f"__{name}__" for name in ("eq", "ge", "gt", "le", "lt", "ne", "getitem")]
)
_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def evaluate(node: ast.expr, known: Known) -> Any:
    """The value of *node*, asking *known* for what it does not know itself.

    Raises Unknown where the value is not certain, or evaluating it fails.
    """
    try:
        return _evaluate(node, known)
    except _ERRORS:
        raise Unknown from None


def builtin(name: str) -> object:
    """The builtin *name*, if it is a type that never changes; raises Unknown."""
    if name not in _TYPES:
        raise Unknown
    return _TYPES[name]


def _evaluate(node: ast.expr, known: Known) -> Any:
    def again(child: ast.expr) -> Any:
        return _evaluate(child, known)

    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(map(again, node.elts))
    if isinstance(node, ast.Set):
        return frozenset(map(again, node.elts))
    if isinstance(node, ast.Subscript):
        return again(node.value)[_index(node.slice, again)]
    if isinstance(node, ast.Compare):
        return _compared(node, again)
    if isinstance(node, ast.BoolOp):
        return _decided(node, again)
    if isinstance(node, ast.IfExp):
        return again(node.body if again(node.test) else node.orelse)
    if isinstance(node, ast.UnaryOp):
        value = again(node.operand)
        if isinstance(node.op, ast.Not):
            return not value
        if isinstance(node.op, ast.USub):
            return -value
    if isinstance(node, ast.NamedExpr):
        return again(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        form = again(node.left)
        if isinstance(form, str) and _PERCENT.fullmatch(form):
            return form % again(node.right)
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        return _computed(_ARITHMETIC[type(node.op)], again(node.left), again(node.right))
    if isinstance(node, ast.Call) and not node.keywords:
        try:
            return known(node)
        except Unknown:
            return _called(node, known, again)
    if isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
        return known(node)
    raise Unknown


def _spread(arguments: list[ast.expr], again: Known) -> Iterator[Any]:
    """The values of *arguments*, of which some may stand for several."""
    for argument in arguments:
        if isinstance(argument, ast.Starred):
            several: Any = again(argument.value)
            yield from several
        else:
            yield again(argument)


def _index(node: ast.expr, again: Known) -> Any:
    if not isinstance(node, ast.Slice):
        return again(node)
    parts = (node.lower, node.upper, node.step)
    return slice(*(None if part is None else again(part) for part in parts))


def _compared(node: ast.Compare, again: Known) -> bool:
    left: Any = again(node.left)
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right: Any = again(comparator)
        if not _compare(left, op, right):
            return False
        left = right
    return True


def _compare(left: Any, op: ast.cmpop, right: Any) -> bool:
    if isinstance(op, (ast.Is, ast.IsNot)):
        # What is computed here need not be the very object that the program has.
        if not (all(map(_is_single, (left, right))) or left is None or right is None):
            raise Unknown
        return (left is right) is isinstance(op, ast.Is)
    return _COMPARISONS[type(op)](left, right)


def _is_single(value: object) -> bool:
    """Say whether there is only one object that equals *value*: as CPython has it for digits."""
    return isinstance(value, (bool, type)) or (isinstance(value, int) and 0 <= value < 10)


def _decided(node: ast.BoolOp, again: Known) -> Any:
    value: Any = None
    for part in node.values:
        value = again(part)
        if bool(value) is isinstance(node.op, ast.Or):
            break
    return value


def _computed(compute: Callable[[Any, Any], Any], *operands: Any) -> Any:
    numbers = all(isinstance(v, (int, float)) and abs(v) < _LARGE for v in operands)
    tuples = compute is operator.add and len({type(v) for v in operands}) == 1
    if not (numbers or tuples):
        raise Unknown
    return compute(*operands)


def _called(node: ast.Call, known: Known, again: Known) -> Any:
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in ("format", "join"):
        form: Any = again(function.value)
        if isinstance(form, str) and len(form) < 40:
            if function.attr == "join" and len(node.args) == 1:
                parts: Any = again(node.args[0])
                return form.join(parts)
            if function.attr == "format" and _BRACES.fullmatch(form):
                return form.format(*_spread(node.args, again))
    if isinstance(function, ast.Attribute) and function.attr in _METHODS:
        owner = again(function.value)
        if isinstance(owner, (str, tuple)):
            return getattr(owner, function.attr)(*map(again, node.args))
    if isinstance(function, ast.Name) and function.id == "map" and len(node.args) == 2:
        values: Any = again(node.args[1])
        if (convert := known(node.args[0])) in (int, str):
            return tuple(map(_FUNCTIONS[convert.__name__], values))
    if isinstance(function, ast.Name) and function.id == "range" and len(node.args) < 3:
        numbers: list[Any] = [again(argument) for argument in node.args]
        if all(isinstance(n, int) and abs(n) < _LARGE for n in numbers):
            return range(*numbers)
    if isinstance(function, ast.Name) and function.id in _FUNCTIONS:
        return _FUNCTIONS[function.id](*map(again, node.args))
    raise Unknown
