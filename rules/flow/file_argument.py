"""The file argument of the loading functions: what `imp` did with it, and what only served it."""

from __future__ import annotations

import ast
import enum
from collections.abc import Sequence
from dataclasses import dataclass, field

from imp_migrate.meaning.presence import is_none
from imp_migrate.meaning.scopes import Binding, ScopeKind
from imp_migrate.rule import Context, FixBuilder

from .demand import is_nonlocal
from .order import done_before, runs_next, starts
from .search import closing
from .shared import value_of


class FileArgument(enum.Enum):
    """What may become of an open file that is passed along with its path."""

    IGNORED = "ignored"  #: imp opened the path itself: the argument can go
    UNKNOWN = "unknown"  #: imp may have read other code from it


@dataclass(eq=False)
class _File:
    """A file that is opened into a variable, and all that is done with it.

    opened: the call that opens it.
    holder: the assignment or `with` statement.
    closings, inits: statements that only close it, or set the variable to None beforehand.
    only_passed: nothing else is done with it than to pass it on, once, and to close it.
    """

    opened: ast.Call
    holder: ast.Assign | ast.With
    closings: list[ast.stmt] = field(default_factory=list)
    inits: list[ast.stmt] = field(default_factory=list)
    only_passed: bool = True


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
    value = value_of(file)
    if is_none(value):
        return FileArgument.IGNORED
    variable = _file(ctx, value, call)
    opened = value if isinstance(value, ast.Call) else variable.opened if variable else None
    if opened is None or path is None:
        return FileArgument.UNKNOWN
    if not _is_open(ctx, opened):
        return FileArgument.UNKNOWN
    if "b" not in _mode(opened):
        return FileArgument.IGNORED
    untouched = variable is None or variable.only_passed
    if untouched and _same(opened.args[0], value_of(path)):
        return FileArgument.IGNORED
    return FileArgument.UNKNOWN


def forget_file(
    fix: FixBuilder,
    call: ast.Call,
    file: ast.expr | ast.keyword,
    path: ast.expr | ast.keyword,
    others: Sequence[ast.stmt] = (),
) -> list[ast.AST]:
    """Take out what only opened and closed *file*, which *call* is no longer passed.

    Where that would change what happens before the call, a file that nobody
    closes is at least closed where it is opened.  *others* are statements that
    go as well.  Returns the expressions that are gone.
    """
    ctx = fix.context
    found = _file(ctx, value_of(file), call)
    if found is None or not found.only_passed or not _is_open(ctx, found.opened):
        return [file]
    gone = [*found.closings, *found.inits]
    same = _same(found.opened.args[0], value_of(path))
    if isinstance(found.holder, ast.With):
        alone = len(found.holder.items) == 1
        if same and alone and starts(ctx, call) is found.holder.body[0]:
            fix.remove(*gone)
            fix.unwrap(found.holder)
            return [file, found.opened]
    elif same and runs_next(ctx, found.holder, call, [*gone, *others]):
        fix.remove(*gone, found.holder)
        return [file, found.opened]
    elif not gone:
        assert isinstance(found.holder, ast.Assign)
        fix.retarget(found.holder)
        fix.replace(found.opened, "{file}.close()", file=found.opened)
    return [file]


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.dump(one) == ast.dump(other)


def _is_open(ctx: Context, opened: ast.Call) -> bool:
    """Say whether *opened* is a call of the built-in `open` with a path."""
    function = opened.func
    if isinstance(function, ast.Name) and function.id == "open":
        if ctx.tree.resolve("open", ctx.tree.scope_of(function), function) is None:
            return bool(opened.args)
    return ctx.tree.dotted(function) == "io.open" and bool(opened.args)


def _mode(opened: ast.Call) -> str:
    mode: ast.expr | None = opened.args[1] if len(opened.args) > 1 else None
    mode = next((k.value for k in opened.keywords if k.arg == "mode"), mode)
    if mode is None:
        return "r"
    if isinstance(mode, ast.Constant) and isinstance(mode.value, str):
        return mode.value
    return "b"  # not known: take the one that imp would have read from


def _file(ctx: Context, value: ast.expr, call: ast.Call) -> _File | None:
    """The file that is certainly what the name *value* is bound to."""
    if not isinstance(value, ast.Name):
        return None
    scope = ctx.tree.home(value)
    if scope is None or scope.kind is ScopeKind.CLASS:
        return None
    inits = [b for b in scope.bindings[value.id] if _is_init(ctx, b)]
    bindings = [b for b in scope.bindings[value.id] if b not in inits]
    binding = _bound_at(ctx, value, bindings)
    if binding is None:
        return None
    holder = ctx.parent(binding.node)
    if isinstance(holder, ast.withitem):
        opened, holder = holder.context_expr, ctx.parent(holder)
    elif isinstance(holder, ast.Assign) and len(holder.targets) == 1:
        opened = holder.value
    else:
        return None
    if not isinstance(opened, ast.Call) or not isinstance(holder, (ast.Assign, ast.With)):
        return None
    found = _File(opened, holder, only_passed=not is_nonlocal(value.id, scope))
    if len(bindings) == 1:
        found.inits = [ctx.tree.statement(b.node) for b in inits]
    for read in ctx.tree.reads(value.id, scope):
        parent = ctx.parent(read)
        if read is value or (isinstance(parent, ast.keyword) and parent.value is value):
            continue
        if _bound_at(ctx, read, bindings) not in (binding, None):
            continue  # another file, in the same variable
        statement = closing(ctx, read)
        if statement is None:
            found.only_passed = False
        elif statement not in found.closings:
            found.closings.append(statement)
    return found


def _bound_at(ctx: Context, read: ast.Name, bindings: list[Binding]) -> Binding | None:
    """The one of *bindings* that *read* certainly sees."""
    around = set(ctx.tree.ancestors(read))
    within = [b for b in bindings if ctx.tree.statement(b.node) in around]
    if within:  # `with open(path) as file:`; the innermost counts
        found = max(within, key=lambda b: ctx.place(b.node))
    elif len(bindings) == 1 and not isinstance(bindings[0].node, ast.arg):
        found = bindings[0]
    else:
        here = ctx.place(read)
        before = [b for b in bindings if ctx.place(b.node) < here]
        if not before or isinstance(before[-1].node, ast.arg):
            return None
        found = max(before, key=lambda b: ctx.place(b.node))
        if not done_before(ctx.tree, [ctx.tree.statement(found.node)], read):
            return None
    between = (ctx.place(found.node), ctx.place(read))
    if any(between[0] < ctx.place(b.node) < between[1] for b in bindings):
        return None
    return found


def _is_init(ctx: Context, binding: Binding) -> bool:
    """Say whether *binding* is `file = None`."""
    statement = ctx.parent(binding.node)
    return (
        isinstance(statement, ast.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is None
    )
