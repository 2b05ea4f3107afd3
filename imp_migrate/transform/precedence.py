"""Where new expressions need parentheses: the precedences of the grammar, for LibCST's nodes.

The order is that of the table of operator precedence in the language reference.
"""

from __future__ import annotations

from typing import TypeVar

import libcst as cst

_Expression = TypeVar("_Expression", bound=cst.BaseExpression)

_ANY, _NAMED, _LAMBDA, _CHOICE, _OR, _AND, _NOT, _COMPARISON = range(-1, 7)
_BITOR, _BITXOR, _BITAND, _SHIFT, _SUM, _TERM, _UNARY, _POWER, _AWAIT, _ATOM = range(7, 17)

_OPERATORS: dict[type[cst.CSTNode], int] = {
    cst.Or: _OR,
    cst.And: _AND,
    cst.BitOr: _BITOR,
    cst.BitXor: _BITXOR,
    cst.BitAnd: _BITAND,
    cst.LeftShift: _SHIFT,
    cst.RightShift: _SHIFT,
    cst.Add: _SUM,
    cst.Subtract: _SUM,
    cst.Multiply: _TERM,
    cst.MatrixMultiply: _TERM,
    cst.Divide: _TERM,
    cst.FloorDivide: _TERM,
    cst.Modulo: _TERM,
    cst.Power: _POWER,
    cst.Not: _NOT,
}

_KINDS: dict[type[cst.CSTNode], int] = {
    cst.Tuple: _ANY,
    cst.Yield: _ANY,
    cst.GeneratorExp: _ANY,
    cst.StarredElement: _ANY,
    cst.NamedExpr: _NAMED,
    cst.Lambda: _LAMBDA,
    cst.IfExp: _CHOICE,
    cst.Comparison: _COMPARISON,
    cst.Await: _AWAIT,
}

#: What the fields of nodes take without parentheses, where that is not just anything.
_SLOTS: dict[tuple[type[cst.CSTNode], str], int] = {
    (cst.Attribute, "value"): _ATOM,
    (cst.Call, "func"): _ATOM,
    (cst.Subscript, "value"): _ATOM,
    (cst.Await, "expression"): _ATOM,
    (cst.Comparison, "left"): _BITOR,
    (cst.ComparisonTarget, "comparator"): _BITOR,
    (cst.StarredElement, "value"): _BITOR,
    (cst.StarredDictElement, "value"): _BITOR,
    (cst.IfExp, "body"): _OR,
    (cst.IfExp, "test"): _OR,
    (cst.IfExp, "orelse"): _LAMBDA,
    (cst.Lambda, "body"): _LAMBDA,
    (cst.NamedExpr, "value"): _LAMBDA,
    (cst.CompFor, "iter"): _OR,
    (cst.CompIf, "test"): _OR,
    (cst.FormattedStringExpression, "expression"): _CHOICE,
    (cst.DictElement, "key"): _LAMBDA,
    (cst.DictElement, "value"): _LAMBDA,
    (cst.DictComp, "key"): _LAMBDA,
    (cst.DictComp, "value"): _LAMBDA,
    (cst.ListComp, "elt"): _NAMED,
    (cst.SetComp, "elt"): _NAMED,
    (cst.GeneratorExp, "elt"): _NAMED,
    (cst.Element, "value"): _NAMED,
    (cst.Index, "value"): _ANY,
    (cst.Slice, "lower"): _LAMBDA,
    (cst.Slice, "upper"): _LAMBDA,
    (cst.Slice, "step"): _LAMBDA,
    (cst.Arg, "value"): _NAMED,
    (cst.Param, "default"): _LAMBDA,
    (cst.Assert, "test"): _LAMBDA,
    (cst.Assert, "msg"): _LAMBDA,
    (cst.Raise, "exc"): _LAMBDA,
    (cst.If, "test"): _NAMED,
    (cst.While, "test"): _NAMED,
    (cst.WithItem, "item"): _LAMBDA,
    (cst.ExceptHandler, "type"): _LAMBDA,
    (cst.Decorator, "decorator"): _NAMED,
    (cst.AnnAssign, "value"): _ANY,
    (cst.Annotation, "annotation"): _LAMBDA,
}


def precedence(node: cst.CSTNode) -> int:
    """How tightly the operator of *node* binds, if it has one."""
    if isinstance(node, (cst.BooleanOperation, cst.BinaryOperation, cst.UnaryOperation)):
        default = _UNARY if isinstance(node, cst.UnaryOperation) else _ATOM
        return _OPERATORS.get(type(node.operator), default)
    return _KINDS.get(type(node), _ATOM)


def required(parent: cst.CSTNode, child: cst.CSTNode) -> int:
    """How tightly what takes the place of *child* in *parent* must bind."""
    if isinstance(parent, cst.BinaryOperation):
        own = precedence(parent)
        if isinstance(parent.operator, cst.Power):
            return _AWAIT if child is parent.left else _UNARY
        return own if child is parent.left else own + 1
    if isinstance(parent, cst.BooleanOperation):
        return precedence(parent)
    if isinstance(parent, cst.UnaryOperation):
        return precedence(parent)
    if isinstance(parent, cst.Arg) and (parent.star or parent.keyword is not None):
        return _LAMBDA
    for (kind, name), level in _SLOTS.items():
        if isinstance(parent, kind) and getattr(parent, name, None) is child:
            return level
    return _ANY


def needs_parentheses(parent: cst.CSTNode, child: cst.CSTNode, new: cst.BaseExpression) -> bool:
    """Say whether *new*, in the place of *child* in *parent*, must be parenthesised."""
    if new.lpar:
        return False
    if isinstance(new, cst.GeneratorExp) and isinstance(parent, cst.Arg):
        return False
    if isinstance(new, cst.Integer) and isinstance(parent, cst.Attribute):
        return True  # or its dot would be that of a fraction
    return precedence(new) < required(parent, child)


def in_parentheses(node: _Expression) -> _Expression:
    """*node* with a pair of parentheses around it."""
    return node.with_changes(
        lpar=[cst.LeftParen(), *node.lpar], rpar=[*node.rpar, cst.RightParen()]
    )
