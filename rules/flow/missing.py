"""What a module asks of `sys.modules` before it loads: whether the module is there already."""

from __future__ import annotations

import ast

from imp_migrate.meaning.scopes import last_name, root_of
from imp_migrate.rule import Context

from .emulation import asks_if_loaded, is_entry, is_modules, returns_if_loaded
from .order import is_pure, leaves, unchanged

_AGAIN = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_LOADING = (
    *(ast.Import, ast.ImportFrom, ast.Await, ast.Yield, ast.YieldFrom),
    *(ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.comprehension, ast.ClassDef),
)
_OPENING = frozenset(["codecs.open", "io.open", "open"])
_BUILT_IN = frozenset(["isinstance", "len", "str", "open"])
#: Methods of strings.
_OF_STRINGS = frozenset({
    "endswith", "format", "join", "lower", "partition", "replace", "rpartition", "rsplit", "rstrip",
    "split", "startswith", "strip",
})  # fmt: skip


def is_missing(call: ast.Call, name: ast.expr, ctx: Context) -> bool:
    """Say whether the module *name* is certainly not in `sys.modules` when *call* loads it.

    The code has asked, and nothing since then can have loaded it.
    """
    if not is_pure(name) or isinstance(name, ast.Constant):
        return False
    statement = ctx.tree.statement(call)
    if not _is_harmless(ctx, getattr(statement, "value", None) or statement, call):
        return False  # targets come after the value
    child: ast.AST = call
    for around in ctx.tree.ancestors(call):
        if isinstance(around, _AGAIN):
            return False
        if isinstance(child, ast.stmt):
            for before in ctx.tree.before(child):
                if _ends_if_there(before, name, ctx):
                    return unchanged(ctx, name, before, call)
                if not _is_harmless(ctx, before):
                    return False
            block, _ = ctx.tree.slot(child)
            if isinstance(around, ast.If):
                answer = asks_if_loaded(ctx, around.test, name)
                if answer is not None and answer is not (block is around.body):
                    return unchanged(ctx, name, around.test, call)
                if not _is_harmless(ctx, around.test):
                    return False
            elif isinstance(around, ast.Try):
                if block is not around.body:
                    return False
            elif isinstance(around, ast.With):
                if not all(_opens(ctx, item.context_expr) for item in around.items):
                    return False
            elif isinstance(around, ast.ExceptHandler):
                asked = _asked_in_vain(around, name, ctx)
                return asked is not None and unchanged(ctx, name, asked, call)
            else:
                return False
        child = around
    return False


def _asked_in_vain(handler: ast.ExceptHandler, name: ast.expr, ctx: Context) -> ast.stmt | None:
    """What *handler* is for, if that is that there is no `sys.modules[name]`."""
    tried = ctx.parent(handler)
    if not isinstance(tried, ast.Try):
        return None
    statement, *others = tried.body
    caught = handler.type
    if others or not isinstance(statement, (ast.Assign, ast.Expr, ast.Return)):
        return None
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if not is_entry(ctx, statement.value, name) or not all(
        isinstance(t, ast.Name) for t in targets
    ):
        return None
    if not isinstance(caught, ast.Name) or caught.id != "KeyError":
        return None
    if not isinstance(name, ast.Name):
        return None  # that may raise it, too
    return statement if ctx.tree.resolve("KeyError", ctx.tree.scope_of(caught)) is None else None


def _ends_if_there(statement: ast.stmt, name: ast.expr, ctx: Context) -> bool:
    """Say whether the module *name* is not there once *statement* has run and code goes on."""
    if returns_if_loaded(ctx, statement, name):
        return True
    if isinstance(statement, ast.If) and not statement.orelse:
        there = asks_if_loaded(ctx, statement.test, name) is True
        return there and (leaves(statement.body) or _removes(statement.body[-1], name, ctx))
    return _removes(statement, name, ctx)


def _removes(statement: ast.stmt, name: ast.expr, ctx: Context) -> bool:
    """Say whether *statement* is `del sys.modules[name]`, or pops it."""
    if isinstance(statement, ast.Delete):
        return is_entry(ctx, statement.targets[-1], name)
    call = statement.value if isinstance(statement, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "pop"
        and bool(call.args)
        and is_modules(ctx, call.func.value)
        and ast.dump(call.args[0]) == ast.dump(name)
    )


def _opens(ctx: Context, node: ast.expr) -> bool:
    """Say whether *node* opens a file, and does nothing else."""
    opens = isinstance(node, ast.Call) and ctx.tree.dotted(node.func) in _OPENING
    return opens and _is_harmless(ctx, node)


def _is_harmless(ctx: Context, node: ast.AST, but: ast.Call | None = None) -> bool:
    """Say whether *node*, *but* aside, can load no module, nor put one into a table."""
    for part in ast.walk(node):
        if isinstance(part, _LOADING) or getattr(part, "decorator_list", None):
            return False
        if isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load):
            return False
        if isinstance(part, ast.Call) and part is not but and not _calls_harmless(ctx, part):
            return False
    return True


def _calls_harmless(ctx: Context, call: ast.Call) -> bool:
    """Say whether *call* is one of a function that loads nothing: of paths, strings, or a search."""
    use = ctx.use_at(call.func)
    if use is not None:
        return use.member == "find_module"
    dotted, name = ctx.tree.dotted(call.func) or "", last_name(call.func)
    if dotted == name:
        return name in _BUILT_IN and ctx.tree.resolve(name, ctx.tree.scope_of(call)) is None
    root = root_of(call.func)
    bindings = ctx.tree.bindings_of(root) if isinstance(root, ast.Name) else []
    if isinstance(call.func, ast.Name) or any(binding.is_import for binding in bindings):
        known = dotted.startswith("os.path.") or dotted in _OPENING
        return known and all(binding.is_import for binding in bindings)
    own = (owner for owner in ctx.tree.owners() if getattr(owner, "name", "") == name)
    return name in _OF_STRINGS and next(own, None) is None
