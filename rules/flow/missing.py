"""What a module asks of `sys.modules` before it loads: whether the module is there already."""

from __future__ import annotations

import ast

from imp_migrate.meaning.scopes import last_name
from imp_migrate.rule import Context

from .emulation import is_modules
from .order import is_pure, leaves, unchanged

_AGAIN = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
#: What is called between, and loads nothing: of files, strings, lists and logs.
_HARMLESS = frozenset({
    "abspath", "append", "basename", "close", "debug", "dirname", "endswith", "exists", "find_module",
    "format", "info", "isdir", "isfile", "isinstance", "join", "len", "lower", "normpath", "open",
    "partition", "realpath", "replace", "rpartition", "rsplit", "split", "splitext", "startswith",
    "str", "strip",
})  # fmt: skip


def is_missing(call: ast.Call, name: ast.expr, ctx: Context) -> bool:
    """Say whether the module *name* is certainly not in `sys.modules` when *call* loads it.

    The code has asked, and nothing since then can have loaded it.
    """
    if not is_pure(name) or isinstance(name, ast.Constant):
        return False
    statement = ctx.tree.statement(call)
    if not _is_harmless(statement, call):
        return False
    child: ast.AST = call
    for around in ctx.tree.ancestors(call):
        if isinstance(around, _AGAIN):
            return False
        if isinstance(child, ast.stmt):
            for before in ctx.tree.before(child):
                if _ends_if_there(before, name, ctx):
                    return unchanged(ctx, name, before, call)
                if not _is_harmless(before):
                    return False
            block, _ = ctx.tree.slot(child)
            if isinstance(around, ast.If):
                answer = _asks(around.test, name, ctx)
                if answer is not None and answer is not (block is around.body):
                    return unchanged(ctx, name, around.test, call)
                if not _is_harmless(around.test):
                    return False
            elif isinstance(around, ast.Try):
                if block is not around.body:
                    return False
            elif isinstance(around, ast.With):
                if not all(_is_harmless(item.context_expr) for item in around.items):
                    return False
            else:
                return False
        child = around
    return False


def _ends_if_there(statement: ast.stmt, name: ast.expr, ctx: Context) -> bool:
    """Say whether the module *name* is not there once *statement* has run and code goes on."""
    if isinstance(statement, ast.If) and not statement.orelse:
        there = _asks(statement.test, name, ctx) is True
        return there and (leaves(statement.body) or _removes(statement.body[-1], name, ctx))
    return _removes(statement, name, ctx)


def _removes(statement: ast.stmt, name: ast.expr, ctx: Context) -> bool:
    """Say whether *statement* is `del sys.modules[name]`, or pops it."""
    if isinstance(statement, ast.Delete):
        target = statement.targets[-1]
        return (
            isinstance(target, ast.Subscript)
            and is_modules(ctx, target.value)
            and ast.dump(target.slice) == ast.dump(name)
        )
    call = statement.value if isinstance(statement, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "pop"
        and is_modules(ctx, call.func.value)
        and ast.dump(call.args[0]) == ast.dump(name)
    )


def _asks(test: ast.expr, name: ast.expr, ctx: Context) -> bool | None:
    """What is true of the module *name* if *test* is: True, it is there; None, *test* is another."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        answer = _asks(test.operand, name, ctx)
        return None if answer is None else not answer
    if not (isinstance(test, ast.Compare) and is_modules(ctx, test.comparators[-1])):
        return None
    if len(test.ops) != 1 or ast.dump(test.left) != ast.dump(name):
        return None
    return isinstance(test.ops[0], ast.In) if isinstance(test.ops[0], (ast.In, ast.NotIn)) else None


def _is_harmless(node: ast.AST, but: ast.Call | None = None) -> bool:
    """Say whether nothing that *node* calls, *but* aside, can load a module."""
    if isinstance(node, (ast.Import, ast.ImportFrom, *_LOOPS)):
        return False
    for part in ast.walk(node):
        if isinstance(part, (ast.Import, ast.ImportFrom, ast.Await, ast.Yield, ast.YieldFrom)):
            return False
        if isinstance(part, ast.Call) and part is not but:
            if last_name(part.func) not in _HARMLESS:
                return False
    return True
