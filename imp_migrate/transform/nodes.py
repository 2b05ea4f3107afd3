"""Nodes of LibCST, made and changed: statements and the lines before them, calls, imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import libcst as cst

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
Part: TypeAlias = cst.BaseSmallStatement | Statement  #: of a line, or a whole statement

# -- statements and their lines --------------------------------------------


def suite_of(owner: cst.CSTNode, name: str) -> cst.BaseSuite | None:
    """The block of *owner* that the syntax tree calls *name*; None if it has none."""
    if name == "body":
        found = getattr(owner, "body", None)
    else:
        found = getattr(getattr(owner, name, None), "body", None)
    return found if isinstance(found, cst.BaseSuite) else None


def body_of(suite: cst.BaseSuite) -> list[Part]:
    """The statements of *suite*."""
    return [*suite.body]


def flat(statements: Iterable[Statement]) -> Iterator[Part]:
    """The statements themselves, those of a line one by one."""
    for statement in statements:
        if isinstance(statement, cst.SimpleStatementLine):
            yield from statement.body
        else:
            yield statement


def retargeted(statement: cst.Assign, targets: Sequence[str]) -> cst.BaseSmallStatement:
    """*statement* assigning to *targets* instead."""
    if not targets:
        return cst.Expr(statement.value)
    new = [cst.AssignTarget(_target(text)) for text in targets]
    last = statement.targets[-1]
    new[-1] = new[-1].with_changes(whitespace_after_equal=last.whitespace_after_equal)
    return statement.with_changes(targets=new)


def is_sole(argument: cst.Arg, call: cst.CSTNode) -> bool:
    """Say whether there is nothing but *argument* between the parentheses of *call*."""
    bare = not argument.star and argument.keyword is None
    return bare and isinstance(call, cst.Call) and len(call.args) == 1


def uncommented(
    space: cst.BaseParenthesizableWhitespace,
) -> cst.BaseParenthesizableWhitespace:
    """*space* without the comments in it."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    lines = [line for line in space.empty_lines if line.comment is None]
    first = space.first_line.with_changes(whitespace=cst.SimpleWhitespace(""), comment=None)
    return space.with_changes(first_line=first, empty_lines=lines)


def with_last_comma(old: cst.Call, new: cst.Call) -> cst.Call:
    """*new*, which may have lost arguments of *old*, with its last argument ended as before."""
    if len(new.args) == len(old.args) or not new.args:
        return new
    last = old.args[-1]
    comma = last.comma
    if isinstance(comma, cst.Comma):
        comma = comma.with_changes(whitespace_after=uncommented(comma.whitespace_after))
    ended = new.args[-1].with_changes(
        comma=comma, whitespace_after_arg=uncommented(last.whitespace_after_arg)
    )
    return new.with_changes(args=[*new.args[:-1], ended])


def _target(text: str) -> cst.BaseAssignTargetExpression:
    node = cst.parse_expression(text)
    assert isinstance(node, cst.BaseAssignTargetExpression)
    return node


def pass_statement() -> cst.SimpleStatementLine:
    """A line that says `pass`."""
    return cst.SimpleStatementLine(body=[cst.Pass()])


def semicolons(smalls: Sequence[cst.BaseSmallStatement]) -> list[cst.BaseSmallStatement]:
    """*smalls*, to stand on one line."""
    ended = [
        small
        if isinstance(small.semicolon, cst.Semicolon)
        else small.with_changes(semicolon=cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" ")))
        for small in smalls[:-1]
    ]
    return [*ended, smalls[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)]


def with_lines(statement: Statement, lines: Sequence[cst.EmptyLine]) -> Statement:
    """*statement* with *lines* before it, and no others."""
    return statement.with_changes(leading_lines=lines)


def is_blank(line: cst.EmptyLine) -> bool:
    """Say whether there is no comment on *line*."""
    return line.comment is None


def parted(lines: Sequence[cst.EmptyLine]) -> tuple[list[cst.EmptyLine], list[cst.EmptyLine]]:
    """The blank lines that *lines* begin with, and the rest."""
    count = next((i for i, line in enumerate(lines) if not is_blank(line)), len(lines))
    return [*lines[:count]], [*lines[count:]]


def without_blank_end(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """*lines* up to the last comment."""
    blanks, _ = parted(lines[::-1])
    return [*lines[: len(lines) - len(blanks)]]


def merged(one: Sequence[cst.EmptyLine], other: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """*one* and *other*, with as many blank lines between as either had."""
    kept = without_blank_end(one)
    before, (after, rest) = [*one[len(kept) :]], parted(other)
    return [*kept, *max(before, after, key=len), *rest]


def set_apart(lines: Sequence[cst.EmptyLine], gap: int) -> list[cst.EmptyLine]:
    """*lines* that begin with at least *gap* blank ones."""
    blanks, rest = parted(lines)
    return [*blanks, *(cst.EmptyLine(indent=False) for _ in range(gap - len(blanks))), *rest]


# -- names in imports ------------------------------------------------------


def dotted(name: str) -> cst.Name | cst.Attribute:
    """The expression for the module *name*."""
    node = cst.parse_expression(name)
    assert isinstance(node, (cst.Name, cst.Attribute))
    return node


def alias_of(text: str) -> cst.ImportAlias:
    """The alias that *text* spells: `a.b` or `a.b as c`."""
    name, _, local = text.partition(" as ")
    asname = cst.AsName(name=cst.Name(local)) if local else None
    return cst.ImportAlias(name=dotted(name), asname=asname)


def comma_separated(
    aliases: Sequence[cst.ImportAlias], last: cst.ImportAlias
) -> list[cst.ImportAlias]:
    """*aliases* with commas between them, the last one ended as *last* was."""
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    return [
        *(
            a if isinstance(a.comma, cst.Comma) else a.with_changes(comma=comma)
            for a in aliases[:-1]
        ),
        aliases[-1].with_changes(comma=last.comma),
    ]


# -- strings ---------------------------------------------------------------


def strings_in(node: cst.CSTNode) -> Iterator[cst.SimpleString]:
    """The plain string literals in *node*, but for those in an f-string."""
    if isinstance(node, cst.SimpleString):
        yield node
    if isinstance(node, cst.FormattedString):
        return
    for child in node.children:
        yield from strings_in(child)
