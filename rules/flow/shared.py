"""What several rules need: messages, operators, arguments."""

from __future__ import annotations

import ast

from imp_migrate.meaning.advice import advice_for
from imp_migrate.meaning.resolve import Form, Use
from imp_migrate.rule import Context, FixBuilder, Manual, Rewrite
from imp_migrate.transform.swaps import swap_need


def gone(use: Use, advice: str) -> str:
    """The message for a use: what is gone, and what to do."""
    return f"imp.{use.member} was removed in Python 3.12; {advice}"


def can_swap(use: Use) -> bool:
    """Say whether the import alone can change and the use stay as it is."""
    return (
        use.form is Form.NAME
        and not use.foreign
        and bool(use.imports)
        and all(i.member != "*" and swap_need(i.member, i.local) is not None for i in use.imports)
    )


def is_simple(node: ast.expr) -> bool:
    """Say whether *node* can be evaluated twice and stand beside any operator."""
    return isinstance(node, (ast.Name, ast.Constant))


def single_argument(call: ast.Call, keyword: str) -> ast.expr | None:
    """The only argument of *call*, given by position or as *keyword*; None if it is not so."""
    if len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred):
        return call.args[0]
    if not call.args and len(call.keywords) == 1 and call.keywords[0].arg == keyword:
        return call.keywords[0].value
    return None


def is_bare_call(call: ast.Call) -> bool:
    """Say whether *call* has no arguments."""
    return not call.args and not call.keywords


def rename(use: Use, ctx: Context, dotted: str) -> Rewrite:
    """Let *use* say *dotted* instead, or, where that is enough, let its import bind it."""
    fix = ctx.fix(use, f"Use {dotted}")
    if can_swap(use):
        fix.swap(use)
    else:
        fix.replace(use.node, fix.name(dotted))
    return fix.rewrite(gone(use, f"use {dotted}"))


def odd_call(use: Use, ctx: Context) -> Manual:
    """The answer to a call whose arguments cannot be followed."""
    advice = f"{advice_for(use.member)}: these arguments cannot be followed"
    return ctx.manual(use, gone(use, advice))


def bound_argument(call: ast.Call, position: int, keyword: str) -> ast.expr | ast.keyword | None:
    """The argument for a parameter: the expression or keyword that supplies it, None if absent.

    Only meaningful for calls without `*` and `**`.
    """
    if len(call.args) > position:
        return call.args[position]
    return next((k for k in call.keywords if k.arg == keyword), None)


def is_plain_call(call: ast.Call) -> bool:
    """Say whether *call* has neither `*` nor `**` arguments."""
    return not any(isinstance(a, ast.Starred) for a in call.args) and all(
        k.arg is not None for k in call.keywords
    )


def is_tested(ctx: Context, node: ast.AST) -> bool:
    """Say whether only the truth of the expression *node* matters."""
    parent = ctx.parent(node)
    if isinstance(parent, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        return parent.test is node
    if isinstance(parent, ast.comprehension):
        return node in parent.ifs
    if isinstance(parent, ast.UnaryOp):
        return isinstance(parent.op, ast.Not)
    if isinstance(parent, ast.BoolOp):
        return is_tested(ctx, parent)
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        return parent.func.id == "bool" and parent.args == [node] and not parent.keywords
    return False


def put_true(fix: FixBuilder, test: ast.expr) -> None:
    """Replace *test* by True; an `if` that tests nothing else goes from around its body."""
    statement = fix.context.parent(test)
    if (
        isinstance(statement, ast.If)
        and not statement.orelse
        and not fix.context.is_elif(statement)
    ):
        fix.unwrap(statement)
    else:
        fix.replace(test, "True")
