"""How new code fits into its lines: long ones are broken, aligned ones stay aligned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from .ground import Ground
from .templates import is_torn

_Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement

#: The end of a line after which an operand on the next one stands in brackets.
_OPEN = re.compile(r"[(\[{,][ \t]*(?:#.*)?$")


class Layout:
    """Lays out the new lines of one module, or of some of its statements."""

    def __init__(self, ground: Ground) -> None:
        self.module = ground.module
        self.lines = re.split(r"\r\n|\r|\n", ground.code)
        self.positions = ground.positions
        self.width = ground.width
        self._calls: list[tuple[cst.Call, cst.Call]] = []  #: old and new, with aligned arguments
        self._kept: list[cst.CSTNode] = []
        self._bracketed: dict[int, cst.CSTNode] = {}  #: what has brackets around it
        self._spread: dict[
            int, tuple[cst.ParenthesizedWhitespace, cst.ParenthesizedWhitespace]
        ] = {}

    def keep(self, node: cst.CSTNode) -> None:
        """Keep *node* alive, so that no other gets its identity."""
        self._kept.append(node)

    # -- what stays aligned ------------------------------------------------

    def note(self, old: cst.Call, new: cst.Call) -> None:
        """Remember the call *new*, made of *old*, if its arguments are aligned."""
        if not new.args or old is new:
            return
        first = self.positions[old.args[0]].start
        end = self.positions[old].end
        if end.line > first.line and first.line == self.positions[old.func].end.line:
            self._calls.append((old, new))

    def line(self, old: _Statement, new: _Statement) -> _Statement:
        """*new*, made of *old*, with aligned lines moved and long ones broken."""
        new = self.realigned(old, new)
        return self._with_comment_in_line(old, self._broken_line(new, self.column(old), old))

    def _with_comment_in_line(self, old: _Statement, new: _Statement) -> _Statement:
        """*new* with its comment where that of *old* was, if that was set off by some space."""
        if not isinstance(old, cst.SimpleStatementLine) or old not in self.positions:
            return new
        if not isinstance(new, cst.SimpleStatementLine) or not new.trailing_whitespace.comment:
            return new
        space = new.trailing_whitespace.whitespace.value
        texts = [
            self.module.code_for_node(
                line.with_changes(leading_lines=[], trailing_whitespace=cst.TrailingWhitespace())
            ).rstrip()
            for line in (old, new)
        ]
        if len(space) <= 2 or space.strip(" ") or any("\n" in t or "\r" in t for t in texts):
            return new
        space = " " * max(2, len(space) + len(texts[0]) - len(texts[1]))
        trailing = new.trailing_whitespace.with_changes(whitespace=cst.SimpleWhitespace(space))
        return new.with_changes(trailing_whitespace=trailing)

    def column(self, node: cst.CSTNode) -> int:
        """The column at which *node*, an old statement, begins."""
        return self.positions[node].start.column if node in self.positions else 0

    def _is_long(self, old: _Statement | None) -> bool:
        """Say whether a line of *old*, or of its test if it has one, was too long before."""
        if old is None or old not in self.positions:
            return False
        last = old.test if isinstance(old, (cst.If, cst.While)) else old
        first, end = self.positions[old].start.line, self.positions[last].end.line
        return any(len(line) > self.width for line in self.lines[first - 1 : end])

    def _is_in(self, statement: cst.CSTNode, call: cst.Call) -> bool:
        """Say whether *call* is in *statement*; both are old."""
        if statement not in self.positions:
            return False
        place, outer = self.positions[call], self.positions[statement]
        return outer.start.line <= place.start.line and place.end.line <= outer.end.line

    def realigned(self, old: cst.CSTNode, new: _Statement) -> _Statement:
        """*new*, made of *old* or standing in its place, with aligned lines moved."""
        if not any(self._is_in(old, call) for call, _ in self._calls):
            return new
        bare = new.with_changes(leading_lines=[])
        wrapper = MetadataWrapper(self.module.with_changes(header=[], body=[bare], footer=[]), True)
        positions = wrapper.resolve(PositionProvider)
        indent = self.positions[old].start.column if old in self.positions else 0
        own: list[tuple[cst.Call, cst.Call]] = []
        others: list[tuple[cst.Call, cst.Call]] = []
        for before, call in self._calls:
            # What went through a template is a copy.
            alike = (
                node for node in positions if self._is_in(old, before) and _is_copy(node, call)
            )
            place = call if call in positions else next(alike, None)
            if isinstance(place, cst.Call):
                own.append((before, place))
            else:
                others.append((before, call))
        self._calls = others
        for before, call in own:
            column = self.positions[before.args[0]].start.column
            shift = indent + positions[call.args[0]].start.column - column
            mover = _Mover(column - indent, shift)
            moved = call.with_changes(args=[a.visit(mover) for a in call.args])
            if shift and not mover.is_spoilt:
                changed = new.deep_replace(call, moved)
                assert isinstance(changed, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
                new = changed
        return new

    # -- what is too long --------------------------------------------------

    def placed(
        self,
        old: cst.BaseExpression,
        new: cst.BaseExpression,
        is_sole: bool,
        statement: cst.CSTNode,
    ) -> cst.BaseExpression:
        """*new*, a sum in the place of *old*, with a line for each term if it is too long.

        is_sole: it is the only argument of a call, whose parentheses can serve it;
        *statement*: the old statement that holds it, whose block may come to stand elsewhere.
        """
        if isinstance(new, cst.Lambda):
            return new.with_changes(body=self.placed(old, new.body, False, statement))
        if not isinstance(new, cst.BinaryOperation) or new.lpar:
            return new
        start, end = self.positions[old].start, self.positions[old].end
        first, last = self.lines[start.line - 1], self.lines[end.line - 1]
        before, after = first[: start.column], last[end.column :]
        if len(before) + len(self._code(new)) + len(after) <= self.width:
            return new
        outer = first[: len(first) - len(first.lstrip())]
        column = self.column(statement)
        inside = column <= len(outer)  # the block's own indentation, and then more
        outer = outer[column:] if inside else outer
        inner = outer + self.module.default_indent
        above = self.lines[start.line - 2] if start.line > 1 else ""
        if not before.strip() and after.strip() in ("", ",") and _OPEN.search(above):
            return self._in_brackets(_at_operators(new, _line_break(outer, inside)))
        new = _at_operators(new, _line_break(inner, inside))
        opened, closed = _line_break(inner, inside), _line_break(outer, inside)
        if is_sole:
            self._spread[id(new)] = opened, closed
            return self._in_brackets(new)
        left = cst.LeftParen(whitespace_after=opened)
        return new.with_changes(lpar=[left], rpar=[cst.RightParen(whitespace_before=closed)])

    def _in_brackets(self, node: cst.BaseExpression) -> cst.BaseExpression:
        self._bracketed[id(node)] = node
        return node

    def is_torn(self, node: cst.BaseExpression) -> bool:
        """Say whether *node* breaks off at the end of a line unless there are brackets around it."""
        return id(node) not in self._bracketed and is_torn(node)

    def spread(self, call: cst.Call) -> cst.Call:
        """*call*, with its only argument on lines of its own if that needs these."""
        if len(call.args) != 1 or id(call.args[0].value) not in self._spread:
            return call
        opened, closed = self._spread[id(call.args[0].value)]
        argument = call.args[0].with_changes(whitespace_after_arg=closed)
        return call.with_changes(whitespace_before_args=opened, args=[argument])

    def fitted(
        self, statement: _Statement, column: int, kept: Sequence[cst.BaseSuite] = ()
    ) -> _Statement:
        """*statement*, new but for the blocks *kept*, at *column*, with long lines broken."""
        statement = self._broken_line(statement, column)
        if isinstance(statement, cst.If) and isinstance(statement.body, cst.IndentedBlock):
            known = {self.module.code_for_node(suite) for suite in kept}
            if self.module.code_for_node(statement.body) not in known:
                inner = column + len(self.module.default_indent)
                body = [self.fitted(line, inner, kept) for line in statement.body.body]  # type: ignore[arg-type]
                statement = statement.with_changes(body=statement.body.with_changes(body=body))
        return statement

    def _text(self, statement: cst.CSTNode, column: int) -> str:
        """The code of *statement*, its first line beginning at *column*."""
        if isinstance(statement, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
            statement = statement.with_changes(leading_lines=[])
        return " " * column + self.module.code_for_node(statement).replace("\r\n", "\n")

    def _broken_line(
        self, statement: _Statement, column: int, old: _Statement | None = None
    ) -> _Statement:
        """*statement* with its value, or its test, on several lines, if it is too long for one.

        Unless *old*, which it was made of, was so already.
        """
        if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1:
            text = self._text(
                statement.with_changes(trailing_whitespace=cst.TrailingWhitespace()), column
            )
            holder: cst.CSTNode = statement.body[0]
            name = "exc" if isinstance(holder, cst.Raise) else "value"
            value = getattr(holder, name, None)
        elif isinstance(statement, (cst.If, cst.While)):
            holder, name, value = statement, "test", statement.test
            keyword = "if" if isinstance(statement, cst.If) else "while"
            text = " " * column + f"{keyword} {self.module.code_for_node(value)}:"
            if isinstance(statement.body, cst.SimpleStatementSuite):
                block = self.module.code_for_node(statement.body).rstrip()
                is_one_line = "\n" not in block and len(text) <= self.width
                if is_one_line and len(text + block) > self.width and not self._is_long(old):
                    holder = statement = statement.with_changes(body=_on_lines(statement.body))
        else:
            return statement
        text = text.rstrip("\n")
        if not isinstance(value, cst.BaseExpression) or "\n" in text or len(text) <= self.width:
            return statement
        if self._is_long(old):
            return statement
        broken = {name: self._broken(value, column)}
        if holder is statement:
            return statement.with_changes(**broken)
        return statement.with_changes(body=[holder.with_changes(**broken)])

    def _broken(self, value: cst.BaseExpression, column: int) -> cst.BaseExpression:
        """*value* on several lines, of a statement at *column*: within its last brackets, or new ones."""
        unit = self.module.default_indent
        room = self.width - column - len(unit)
        inner, outer = _line_break(unit), _line_break("")
        if isinstance(value, cst.Call) and value.args and not value.lpar:
            text = ", ".join(
                self._code(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for arg in value.args
            )
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            if len(text) > room:
                comma = cst.Comma(whitespace_after=inner)
            only = value.args[0].value
            if len(text) > room and len(value.args) == 1 and isinstance(only, cst.BinaryOperation):
                argument = value.args[0].with_changes(
                    value=_at_operators(only, inner), whitespace_after_arg=outer
                )
                return value.with_changes(whitespace_before_args=inner, args=[argument])
            args = [arg.with_changes(comma=comma) for arg in value.args]
            if len(text) > room and len(args) > 1 and not any(arg.star for arg in args):
                args[-1] = args[-1].with_changes(comma=cst.Comma(whitespace_after=outer))
            else:
                args[-1] = args[-1].with_changes(
                    comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=outer
                )
            return value.with_changes(whitespace_before_args=inner, args=args)
        if isinstance(value, cst.UnaryOperation) and isinstance(value.operator, cst.Not):
            return value.with_changes(expression=self._broken(value.expression, column))
        if not isinstance(
            value, (cst.BooleanOperation, cst.BinaryOperation, cst.Comparison, cst.IfExp)
        ):
            return value
        if isinstance(value, (cst.BooleanOperation, cst.Comparison)) and len(value.left.lpar) == 1:
            bare = value.left.with_changes(lpar=[], rpar=[])
            if len(self._code(bare)) <= room and not _has_brackets(value):
                opened = cst.LeftParen(whitespace_after=inner)
                closed = cst.RightParen(whitespace_before=outer)
                return value.with_changes(left=bare.with_changes(lpar=[opened], rpar=[closed]))
        if len(self._code(value.with_changes(lpar=[], rpar=[]))) > room:
            value = _at_operators(value, inner)
        left, right = cst.LeftParen(whitespace_after=inner), cst.RightParen(whitespace_before=outer)
        return value.with_changes(lpar=[left], rpar=[right])

    def _code(self, node: cst.CSTNode) -> str:
        return self.module.code_for_node(node)


def _is_copy(node: cst.CSTNode, call: cst.Call) -> bool:
    return isinstance(node, cst.Call) and node.deep_equals(call)


def _on_lines(suite: cst.SimpleStatementSuite) -> cst.IndentedBlock:
    """What stands after a colon, on lines of its own."""
    line = cst.SimpleStatementLine(suite.body, trailing_whitespace=suite.trailing_whitespace)
    return cst.IndentedBlock([line])


def _line_break(white: str, indent: bool = True) -> cst.ParenthesizedWhitespace:
    """A line break and *white*; with *indent*, after the indentation of the block."""
    return cst.ParenthesizedWhitespace(indent=indent, last_line=cst.SimpleWhitespace(white))


def _has_brackets(value: cst.BooleanOperation | cst.Comparison) -> bool:
    """Say whether there are brackets after the first operand of *value*."""
    rest = value.with_changes(left=cst.Name("_"), lpar=[], rpar=[])
    return any(bracket in cst.Module([]).code_for_node(rest) for bracket in "([{")


def _at_operators(
    value: cst.BaseExpression, inner: cst.BaseParenthesizableWhitespace
) -> cst.BaseExpression:
    """*value* with a line for each operand of the operators that bind loosest."""
    if isinstance(value, cst.IfExp):
        return value.with_changes(whitespace_before_if=inner, whitespace_before_else=inner)
    if isinstance(value, cst.Comparison):
        targets = [
            target.with_changes(operator=target.operator.with_changes(whitespace_before=inner))
            for target in value.comparisons
        ]
        return value.with_changes(comparisons=targets)
    if not isinstance(value, (cst.BooleanOperation, cst.BinaryOperation)):
        return value

    def operand(side: cst.BaseExpression) -> cst.BaseExpression:
        alike = isinstance(side, cst.BooleanOperation) or (
            isinstance(side, cst.BinaryOperation) and type(side.operator) is type(value.operator)
        )
        return _at_operators(side, inner) if alike and not side.lpar else side

    operator = value.operator.with_changes(whitespace_before=inner)
    left, right = operand(value.left), operand(value.right)
    return value.with_changes(left=left, operator=operator, right=right)


class _Mover(cst.CSTTransformer):
    """Moves the lines that begin at *column* or further right by *shift*."""

    def __init__(self, column: int, shift: int) -> None:
        super().__init__()
        self.column = column
        self.shift = shift
        self.is_spoilt = False  #: some line begins further left, or is inside a string

    def leave_ParenthesizedWhitespace(
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        space = updated_node.last_line.value
        if len(space) < self.column or "\t" in space or not updated_node.indent:
            self.is_spoilt = True
            return updated_node
        return updated_node.with_changes(
            last_line=cst.SimpleWhitespace(" " * (len(space) + self.shift))
        )

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        self.is_spoilt |= "\n" in updated_node.value or "\r" in updated_node.value
        return updated_node
