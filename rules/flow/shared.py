"""What several rules need: messages, operators, arguments."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from imp_migrate.meaning.advice import advice_for
from imp_migrate.meaning.scopes import Scope, ScopeKind
from imp_migrate.meaning.uses import Form, Use
from imp_migrate.rule import Context, FixBuilder, Manual, Rewrite
from imp_migrate.transform.swaps import swap_need

#: What a recipe changes that loads a module in place.
ANEW = (
    "a module that is loaded already is replaced, where imp ran it again in place, and one that"
    " fails stays in sys.modules"
)


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


def bound_value(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    """What `bound_argument` passes: the value of a keyword."""
    argument = bound_argument(call, position, keyword)
    return value_of(argument) if argument is not None else None


def value_of(argument: ast.expr | ast.keyword) -> ast.expr:
    """What *argument* passes to its parameter."""
    return argument.value if isinstance(argument, ast.keyword) else argument


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


def spec_variable(ctx: Context, scope: Scope) -> str:
    """A variable for a spec that is used up at once, in *scope*."""
    return ctx.scratch_variable("_spec" if scope.kind is ScopeKind.MODULE else "spec", scope)


def loader_variable(ctx: Context, scope: Scope) -> str:
    """A variable for a loader that is used up at once, in *scope*."""
    return ctx.scratch_variable("_loader" if scope.kind is ScopeKind.MODULE else "loader", scope)


def module_variable(ctx: Context, scope: Scope) -> str:
    """A variable for a module that is used up at once, in *scope*."""
    return ctx.scratch_variable("_module" if scope.kind is ScopeKind.MODULE else "module", scope)


def put_truth(fix: FixBuilder, test: ast.expr, truth: bool) -> list[Use]:
    """Let *test*, whose answer is *truth*, go with all that it decides.

    Returns the other uses of `imp` in what goes.
    """
    ctx = fix.context
    around = ctx.parent(test)
    if isinstance(around, ast.UnaryOp) and isinstance(around.op, ast.Not):
        return put_truth(fix, around, not truth)
    if isinstance(around, ast.BoolOp):
        at, tested = around.values.index(test), is_tested(ctx, around)
        if truth is isinstance(around.op, ast.And):
            if tested or at + 1 < len(around.values):
                _leave_out(fix, around, test)
                return []
        elif (
            tested
            and all(map(is_simple, around.values[:at]))
            and not _is_missed(ctx, around.values[at + 1 :])
        ):
            return [*put_truth(fix, around, truth), *_uses_in(ctx, around.values[at + 1 :])]
    if isinstance(around, ast.IfExp) and around.test is test:
        kept, dropped = (around.body, around.orelse)[:: 1 if truth else -1]
        if not _is_missed(ctx, [dropped]):
            fix.replace(around, "{kept}", kept=kept)
            return _uses_in(ctx, [dropped])
    if isinstance(around, ast.If) and around.test is test and not ctx.is_elif(around):
        block = around.orelse if truth else around.body
        if not _is_missed(ctx, block):
            if truth or around.orelse:
                fix.unwrap(around, "body" if truth else "orelse")
            else:
                fix.remove(around)
            return _uses_in(ctx, block)
    fix.replace(test, str(truth))
    return []


def _leave_out(fix: FixBuilder, around: ast.BoolOp, test: ast.expr) -> None:
    """Leave *test* out of *around*, whose value it never is."""
    left = {f"part{n}": part for n, part in enumerate(around.values) if part is not test}
    word = " and " if isinstance(around.op, ast.And) else " or "
    fix.replace(around, word.join(f"{{{name}}}" for name in left), **left)


def _is_missed(ctx: Context, dead: Sequence[ast.AST]) -> bool:
    """Say whether without *dead*, which never runs, the rest would mean something else.

    It is all that binds a variable that the rest reads, which then would be that of a scope
    further out, or none; or it says what kind of function, or whose variable, this is.
    """
    parts = [part for node in dead for part in ast.walk(node)]
    if any(isinstance(p, (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom)) for p in parts):
        return True
    inside = set(map(id, parts))
    words = {word for part in parts for word in vars(part).values() if isinstance(word, str)}
    names = {word.partition(".")[0] for word in words}
    for scope in ctx.tree.scope_of(dead[0]).chain() if dead else ():
        for name in names & scope.bindings.keys():
            if all(id(binding.node) in inside for binding in scope.bindings[name]):
                if any(id(read) not in inside for read in ctx.tree.reads(name, scope)):
                    return True
    return False


def _uses_in(ctx: Context, nodes: Sequence[ast.AST]) -> list[Use]:
    """The uses of `imp` in *nodes* that nobody has answered for yet."""
    inside = {id(part) for node in nodes for part in ast.walk(node)}
    return [
        u for u in ctx.uses if id(u.node) in inside and not u.silent and u.index not in ctx.claimed
    ]
