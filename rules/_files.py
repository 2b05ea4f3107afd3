"""The file argument of the loading functions: whether `imp` read from it, or only closed it."""

from __future__ import annotations

import ast
import enum

from imp_migrate.rule import Context


class FileArgument(enum.Enum):
    """What may become of an open file that is passed along with its path."""

    IGNORED = "ignored"  #: imp opened the path itself: the argument can go
    UNKNOWN = "unknown"  #: imp may have read other code from it


def judge_file(
    ctx: Context,
    call: ast.Call,
    file: ast.expr | ast.keyword,
    path: ast.expr | ast.keyword | None,
) -> FileArgument:
    """Say what *file*, passed to *call* together with *path*, was good for.

    `imp` ignored a file in text mode and opened the path again; from a binary
    file it read the source, from where the file stood (Lib/imp.py, 3.11).
    """
    value = file.value if isinstance(file, ast.keyword) else file
    where = path.value if isinstance(path, ast.keyword) else path
    if isinstance(value, ast.Constant) and value.value is None:
        return FileArgument.IGNORED
    opened = value if isinstance(value, ast.Call) else _opened_as(ctx, value, call)
    if opened is None or where is None:
        return FileArgument.UNKNOWN
    if not (isinstance(opened.func, ast.Name) and opened.func.id == "open") or not opened.args:
        return FileArgument.UNKNOWN
    if "b" not in _mode(opened):
        return FileArgument.IGNORED
    if ctx.text(opened.args[0]) == ctx.text(where):
        return FileArgument.IGNORED
    return FileArgument.UNKNOWN


def _mode(opened: ast.Call) -> str:
    mode: ast.expr | None = opened.args[1] if len(opened.args) > 1 else None
    mode = next((k.value for k in opened.keywords if k.arg == "mode"), mode)
    if mode is None:
        return "r"
    if isinstance(mode, ast.Constant) and isinstance(mode.value, str):
        return mode.value
    return "b"  # not known: take the one that imp would have read from


def _opened_as(ctx: Context, value: ast.expr, call: ast.Call) -> ast.Call | None:
    """The `open(…)` that is certainly what the name *value* is bound to, and only passed on."""
    if not isinstance(value, ast.Name):
        return None
    scope = ctx.tree.resolve(value.id, ctx.tree.scope_of(value), value)
    bindings = scope.bindings[value.id] if scope else []
    if scope is None or len(bindings) != 1:
        return None
    for read in ctx.tree.reads(value.id, scope):
        parent = ctx.parent(read)
        closing = isinstance(parent, ast.Attribute) and parent.attr == "close"
        testing = isinstance(parent, (ast.If, ast.Compare))
        if not (parent is call or closing or testing):
            return None
    holder = ctx.parent(bindings[0].node)
    if isinstance(holder, ast.withitem) and isinstance(holder.context_expr, ast.Call):
        return holder.context_expr
    if isinstance(holder, ast.Assign) and isinstance(holder.value, ast.Call):
        return holder.value
    return None
