"""What several rules need: messages, operators, arguments."""

from __future__ import annotations

import ast

from imp_migrate.meaning.resolve import Form, Use
from imp_migrate.rule import Context, FixBuilder, Manual, Rewrite
from imp_migrate.transform.blocks import Entangled
from imp_migrate.transform.swaps import swap_need
from imp_migrate.transform.tokens import comments


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


def is_tight(node: ast.expr) -> bool:
    """Say whether no operator beside *node* can split it."""
    return isinstance(
        node, (ast.Name, ast.Constant, ast.Attribute, ast.Call, ast.Subscript, ast.List, ast.Dict)
    )


def operand(text: str, node: ast.expr) -> str:
    """*text*, the source of *node*, in parentheses if an operator beside it would split it."""
    return text if is_tight(node) else f"({text})"


def is_in_parentheses(ctx: Context, node: ast.expr) -> bool:
    """Say whether there is nothing but *node* between a pair of parentheses."""
    start, end = ctx.span(node)
    before, after = ctx.source.text[:start].rstrip(), ctx.source.text[end:].lstrip()
    return before.endswith("(") and after.startswith(")")


def needs_parentheses(ctx: Context, node: ast.expr) -> bool:
    """Say whether an operator expression in the place of *node* must be parenthesised."""
    if is_in_parentheses(ctx, node):
        return False
    parent = ctx.parent(node)
    loose: tuple[type[ast.AST], ...] = (
        ast.stmt,
        ast.keyword,
        ast.List,
        ast.Tuple,
        ast.Dict,
        ast.comprehension,
        ast.BoolOp,
    )
    if isinstance(parent, ast.Call):
        return parent.func is node
    if isinstance(parent, (ast.IfExp, ast.NamedExpr)):
        return parent.__class__ is ast.NamedExpr or node is not getattr(parent, "test", None)
    if isinstance(parent, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.Lambda)):
        return False
    return not isinstance(parent, loose)


def put(fix: FixBuilder, ctx: Context, node: ast.expr, text: str) -> None:
    """Replace *node* by the operator expression *text*, parenthesised where it must be."""
    fix.replace(node, f"({text})" if needs_parentheses(ctx, node) else text)


def put_lambda(fix: FixBuilder, ctx: Context, node: ast.expr, text: str) -> None:
    """Replace *node* by *text*, a lambda or conditional expression, which binds loosest of all."""
    parent = ctx.parent(node)
    separate = (ast.stmt, ast.keyword, ast.List, ast.Tuple, ast.Dict, ast.arguments)
    plain = isinstance(parent, separate) or is_in_parentheses(ctx, node)
    plain = plain or (isinstance(parent, ast.Call) and parent.func is not node)
    fix.replace(node, text if plain else f"({text})")


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
    return ctx.manual(use, gone(use, "its arguments cannot be followed here; rewrite it by hand"))


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


def rebuild(fix: FixBuilder, node: ast.expr, part: ast.expr, before: str, after: str) -> None:
    """Let *node* be the operator expression *before*, *part*, *after*.

    Its *part* stays as it is, with all that other fixes change in it.
    """
    ctx = fix.context
    start, end = ctx.span(node)
    inner, outer = ctx.span(part)
    text, newline = ctx.source.text, ctx.source.newline
    lost = comments(text[start:inner]) + comments(text[outer:end])
    if lost or "\n" in text[inner:outer] or needs_parentheses(ctx, node):
        kept = "".join(f"  {comment}{newline}" for comment in lost)
        before, after = f"({before}", f"{after}{kept})"
    fix.replace_span(start, inner, before)
    fix.replace_span(outer, end, after)


def put_comparison(fix: FixBuilder, node: ast.expr, left: ast.expr, rest: str) -> None:
    """Replace *node* by its part *left* and the comparison *rest*, such as `is None`."""
    before, after = ("", "") if is_tight(left) else ("(", ")")
    rebuild(fix, node, left, before, f"{after} {rest}")


def put_true(fix: FixBuilder, test: ast.expr) -> None:
    """Replace *test* by True; an `if` that tests nothing else goes from around its body."""
    statement = fix.context.parent(test)
    if isinstance(statement, ast.If) and not statement.orelse:
        if fix.context.text(statement).startswith("if"):  # no elif
            try:
                fix.take_out((), [statement])
            except Entangled:
                pass
            else:
                return
    fix.replace(test, "True")
