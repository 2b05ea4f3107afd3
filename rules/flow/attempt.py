"""`try: find_module(…)` / `except ImportError:` turned into a test of what was found.

A handler may only become a branch when nothing else in the `try` can raise
what it catches, and when it does not look at the exception.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from dataclasses import dataclass

from imp_migrate.meaning.handlers import caught
from imp_migrate.rule import Context, FixBuilder
from imp_migrate.transform.tokens import comments

from .search import Search, Way
from .spec import gives_string

#: Functions that look at the exception that is being handled.
_LOOKS = re.compile(r"exc_info|exception|(?:print|format)_(?:exc|exception|last|tb)|traceback")
_REST_OF_HEADER = re.compile(r"[\s)\\]*(?:as\s+\w+\s*)?:")
_BARE_HEADER = re.compile(r"except\s*:")
_ELSE = re.compile(r"^[ \t]*else[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Attempt:
    """A `try` statement that can become an `if`.

    body: what happens after the search in the body.
    handler: what happens when nothing was found.
    orelse: what happens in the `else` clause.
    """

    search: Search
    statement: ast.Try
    body: list[ast.stmt]
    handler: ast.ExceptHandler
    orelse: list[ast.stmt]


def attempt_of(search: Search, ctx: Context, gone: Collection[ast.stmt] = ()) -> Attempt | None:
    """The `try` whose outcome only depends on *search*; None if there is none.

    *gone* are statements that will be removed.
    """
    around = ctx.parent(search.statement)
    if not isinstance(around, ast.Try) or around.body[0] is not search.statement:
        return None
    if around.finalbody or len(around.handlers) != 1:
        return None
    (handler,) = around.handlers
    errors = caught(handler)
    if "ImportError" not in errors or looks_at_exception(handler):
        return None
    if not _cannot_raise(search, ctx, only_import_error=errors == {"ImportError"}):
        return None
    body = [s for s in around.body[1:] if s not in gone]
    if search.way is Way.TESTED:
        if not _is_truth(search, ctx) or body:
            return None
        body = [search.statement]
    orelse = [s for s in around.orelse if s not in gone]
    if (body and orelse) or not all(_is_harmless(s) for s in body if s is not search.statement):
        return None
    found = Attempt(search, around, body, handler, orelse)
    if search.statement in body and flag_of(found) is None:
        return None  # what the statement does has to become a flag
    return found


def _is_truth(search: Search, ctx: Context) -> bool:
    """Say whether the statement with *search* only stores or returns that it was successful."""
    value = getattr(search.statement, "value", None)
    if isinstance(value, ast.Compare) and not isinstance(value.ops[0], (ast.IsNot, ast.NotEq)):
        return False
    return isinstance(value, (ast.Call, ast.Compare)) and ctx.parent(search.call) is value


def flag_of(attempt: Attempt) -> bool | None:
    """What is stored or returned when there is a module, if that is all that happens.

    None if more happens, or not the opposite when there is none.
    """
    good = attempt.body or attempt.orelse
    bad = attempt.handler.body
    if len(good) != 1 or len(bad) != 1:
        return None
    place, value = _flagged(good[0])
    if good[0] is attempt.search.statement:
        place, value = _place(good[0]), True
    same, other = _flagged(bad[0])
    if place and place == same and {value, other} == {True, False}:
        return value
    return None


def _cannot_raise(search: Search, ctx: Context, only_import_error: bool) -> bool:
    """Say whether evaluating the arguments of *search* raises nothing that is caught."""
    quiet = (ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.BinOp, ast.operator)
    for argument in (search.name, search.path):
        for node in ast.walk(argument) if argument is not None else ():
            if isinstance(node, (ast.Constant, ast.List, ast.expr_context)):
                continue
            if not only_import_error:
                return False
            if not isinstance(node, quiet) and not gives_string(node, ctx):
                return False
    return True


def _is_harmless(statement: ast.stmt) -> bool:
    """Say whether *statement* cannot raise anything: it sets a constant, or leaves."""
    if isinstance(statement, (ast.Pass, ast.Break, ast.Continue)):
        return True
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and all(_is_plain_target(target) for target in statement.targets)
    )


def _is_plain_target(target: ast.expr) -> bool:
    if isinstance(target, ast.Attribute):
        return isinstance(target.value, ast.Name) and target.value.id == "self"
    return isinstance(target, ast.Name)


def looks_at_exception(handler: ast.ExceptHandler) -> bool:
    """Say whether *handler* uses the exception, or raises it again."""
    for statement in handler.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Raise) and node.exc is None:
                return True
            if isinstance(node, ast.Name) and (
                node.id == handler.name or _LOOKS.fullmatch(node.id)
            ):
                return True
            if isinstance(node, ast.Attribute) and _LOOKS.fullmatch(node.attr):
                return True
            if isinstance(node, ast.keyword) and node.arg == "exc_info":
                return True
    return False


# -- the edits -------------------------------------------------------------


def make_test(fix: FixBuilder, attempt: Attempt, variable: str, call: str) -> tuple[int, int]:
    """Add to *fix* the edits that assign *call* to *variable* and test that.

    Returns the span of which nothing is left.
    """
    return _Test(fix, attempt, variable, call).replace()


class _Test:
    def __init__(self, fix: FixBuilder, attempt: Attempt, variable: str, call: str) -> None:
        self.fix = fix
        self.ctx = fix.context
        self.source = fix.context.source
        self.text = self.source.text
        self.attempt = attempt
        self.present = f"{variable} is not None and {variable}.loader is not None"
        self.absent = f"{variable} is None or {variable}.loader is None"
        self.start, self.end = self.ctx.span(attempt.statement)
        self.indent = indentation(self.ctx, attempt.statement)
        self.assignment = fitted(self.ctx, f"{variable} = {call}", self.indent)
        self.colon = self._colon()

    def replace(self) -> tuple[int, int]:
        """Add the edits; return the span in which nothing is left of the old text."""
        attempt = self.attempt
        flag = self._flag()
        if flag and not self._has_comments():
            return self._put(self.end, flag)
        if attempt.body:
            return self._keep_body()
        if attempt.orelse and self._is_silent(self.colon):
            return self._put(self._else_colon(), f"if {self.present}:")
        return self._put(self.colon, f"if {self.absent}:")

    def _keep_body(self) -> tuple[int, int]:
        """The rest of the body becomes the first branch, the handler the second."""
        body = self.attempt.body
        first = self.ctx.span(body[0])[0]
        white = self.text[self.source.line_span(body[0].lineno)[0] : first]
        if white.strip():
            white = self.indent + indent_unit(self.ctx)
        last = self._line_end(self.ctx.span(body[-1])[1])
        if self._is_silent(last):
            self.fix.replace_span(last, self.end, "")
        else:
            self.fix.replace_span(self.ctx.span(self.attempt.handler)[0], self.colon, "else:")
        return self._put(first, f"if {self.present}:{self.source.newline}{white}")

    def _put(self, end: int, code: str) -> tuple[int, int]:
        """Put the search and *code* in place of all up to *end*; comments are kept."""
        kept = comments(self.text[self.start : end])
        lines = [*kept, self.assignment, code]
        behind = self.ctx.span(self.attempt.search.statement)[1]
        if kept == [self.text[behind : self._line_end(behind)].strip()]:
            together = f"{self.assignment}  {kept[0]}"
            if len(self.indent + together) <= line_length(self.ctx):
                lines = [together, code]
        self.fix.replace_span(self.start, end, f"{self.source.newline}{self.indent}".join(lines))
        return self.start, end

    # -- places ------------------------------------------------------------

    def _colon(self) -> int:
        """Where the header of the handler ends."""
        handler = self.attempt.handler
        if handler.type is None:
            found = _BARE_HEADER.match(self.text, self.ctx.span(handler)[0])
        else:
            found = _REST_OF_HEADER.match(self.text, self.ctx.span(handler.type)[1])
        assert found is not None, "the header of a handler ends with a colon"
        return found.end()

    def _else_colon(self) -> int:
        after = self.ctx.span(self.attempt.handler)[1]
        before = self.ctx.span(self.attempt.statement.orelse[0])[0]
        found = _ELSE.search(self.text, after, before)
        assert found is not None, "an else clause has the word in it"
        return found.end()

    def _line_end(self, offset: int) -> int:
        """The end of the line with *offset*, without what ends it."""
        start, end = self.source.line_span(self.source.line_of(offset))
        return start + len(self.text[start:end].rstrip("\r\n"))

    # -- what the statement is for -----------------------------------------

    def _has_comments(self) -> bool:
        """Say whether there are comments after the search."""
        search = self._line_end(self.ctx.span(self.attempt.search.statement)[1])
        return bool(comments(self.text[search : self.end]))

    def _is_silent(self, start: int) -> bool:
        """Say whether the handler does nothing, and nothing is said from *start* to its end."""
        handler = self.attempt.handler
        if not all(isinstance(statement, ast.Pass) for statement in handler.body):
            return False
        return not comments(self.text[start : self._line_end(self.ctx.span(handler)[1])])

    def _flag(self) -> str:
        """`F = …` or `return …`, if all that happens is to tell whether the module is there."""
        value = flag_of(self.attempt)
        if value is None:
            return ""
        (good,) = self.attempt.body or self.attempt.orelse
        answer = self.present if value else self.absent
        if isinstance(good, ast.Assign):
            return f"{self.ctx.text(good.targets[0])} = {answer}"
        return f"return {answer}"


def _flagged(statement: ast.stmt) -> tuple[str, bool | None]:
    """Where *statement* puts True or False, and which of them."""
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        return _place(statement), value.value
    return "", None


def _place(statement: ast.stmt) -> str:
    """Where *statement* puts its value, as a text that is the same for the same place."""
    if isinstance(statement, ast.Return):
        return "return"
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return ast.dump(target) if _is_plain_target(target) else ""
    return ""


def fitted(ctx: Context, code: str, indent: str) -> str:
    """*code*, a call, with its arguments on a line of their own where it is too long for one."""
    opened = code.find("(") + 1
    if len(indent + code) <= line_length(ctx) or not opened or "\n" in code:
        return code
    newline = ctx.source.newline + indent
    return f"{code[:opened]}{newline}{indent_unit(ctx)}{code[opened:-1]}{newline})"


def line_length(ctx: Context) -> int:
    """How long a line of new code may be: 79 characters, or as long as others are."""
    longest = max(map(len, ctx.source.text.splitlines()), default=0)
    return min(max(longest, 79), 99)


def indentation(ctx: Context, statement: ast.stmt) -> str:
    """The white space before *statement*, which is the first of its line."""
    line = ctx.source.line_text(statement.lineno)
    return line[: len(line) - len(line.lstrip(" \t\f"))]


def indent_unit(ctx: Context) -> str:
    """By how much this module indents its blocks."""
    for parent in ctx.tree.owners():
        body = getattr(parent, "body", None)
        if isinstance(body, list) and isinstance(parent, ast.stmt):
            outer, inner = indentation(ctx, parent), indentation(ctx, body[0])
            if body[0].lineno != parent.lineno and inner.startswith(outer):
                return inner[len(outer) :]
    return "    "
