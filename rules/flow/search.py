"""How a program uses what `imp.find_module` returns: a file, a path, a description.

Nothing is decided here about what replaces it; every rule that deals with
`find_module` looks at the same `Search`.
"""

from __future__ import annotations

import ast
import enum
import sys
from dataclasses import dataclass

from imp_migrate.meaning.handlers import caught, survives, tries_around
from imp_migrate.meaning.presence import is_none
from imp_migrate.meaning.scopes import Binding, Scope, ScopeKind
from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context

from .shared import bound_value, is_plain_call
from .values import all_values, gives_list, has_absolute

FILE, PATH, DESCRIPTION = range(3)  #: positions in the triple


class Way(enum.Enum):
    """What the expression around the call does with the triple."""

    UNUSED = "unused"  #: the call is a statement of its own
    UNPACKED = "unpacked"  #: `file, path, description = find_module(…)`
    NAMED = "named"  #: `info = find_module(…)`, possibly unpacked as well
    INDEXED = "indexed"  #: `find_module(…)[1]`
    SPLAT = "splat"  #: `other(…, *find_module(…))`
    RETURNED = "returned"  #: `return find_module(…)`, or `yield`, or a lambda's body
    TESTED = "tested"  #: only whether it is true: `if find_module(…):`, `bool(…)`
    PASSED = "passed"  #: an argument of a call
    OTHER = "other"  #: anything else: stored in a container or an attribute, compared, …


@dataclass(frozen=True, eq=False)
class Variable:
    """One target of an assignment.

    target: the expression assigned to.
    name: the variable, "" if the target is something else (an attribute, a starred name).
    scope: where the name is bound.
    reads: every place that reads the name in that scope, in source order.
    rivals: everything else that binds the name there, `del` included.
    parts: the variables of a nested target, `(suffix, mode, kind)`.
    """

    target: ast.expr
    name: str = ""
    scope: Scope | None = None
    reads: tuple[ast.Name, ...] = ()
    rivals: tuple[Binding, ...] = ()
    parts: tuple[Variable, ...] = ()

    @property
    def local(self) -> bool:
        """Whether it is a variable of a function, that nobody outside can see."""
        return self.scope is not None and self.scope.kind is ScopeKind.FUNCTION


@dataclass(frozen=True, eq=False)
class Search:
    """A call of `imp.find_module`, its arguments and what becomes of its result.

    name, path: the arguments; path is None where there is none (or a literal None).
    statement: the innermost statement that holds the call.
    whole: the variable that holds the triple, for NAMED.
    parts: file, path, description, for UNPACKED and for `a, b, c = info = find_module(…)`.
    index: the position, for INDEXED; None if it is not a literal.
    """

    use: Use
    call: ast.Call
    name: ast.expr
    path: ast.expr | None
    statement: ast.stmt
    way: Way
    whole: Variable | None = None
    parts: tuple[Variable, ...] = ()
    index: int | None = None

    @property
    def literal(self) -> str | None:
        """The name searched for, if it stands in the call as a literal."""
        value = self.name.value if isinstance(self.name, ast.Constant) else None
        return value if isinstance(value, str) else None


def search_of(use: Use, ctx: Context) -> Search | None:
    """Analyse the call of `find_module` at *use*; None if it is no call that can be followed."""
    call = ctx.call_of(use)
    if call is None or not is_plain_call(call) or len(call.args) + len(call.keywords) > 2:
        return None
    name, path = bound_value(call, 0, "name"), bound_value(call, 1, "path")
    if name is None or any(k.arg not in ("name", "path") for k in call.keywords):
        return None
    if path is not None and is_none(path):
        path = None
    statement = ctx.tree.statement(call)
    parent = ctx.parent(call)

    def search(
        way: Way,
        whole: Variable | None = None,
        parts: tuple[Variable, ...] = (),
        index: int | None = None,
    ) -> Search:
        return Search(use, call, name, path, statement, way, whole, parts, index)

    if isinstance(parent, ast.Expr) and not ctx.displays(parent):
        return search(Way.UNUSED)
    if isinstance(parent, (ast.Assign, ast.AnnAssign)):
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        variables = [variable(target, ctx) for target in targets]
        triples = [v for v in variables if len(v.parts) == 3]
        names = [v for v in variables if v.name]
        if len(triples) + len(names) == len(targets) and len(triples) < 2 and len(names) < 2:
            parts = triples[0].parts if triples else ()
            if names:
                return search(Way.NAMED, names[0], parts)
            return search(Way.UNPACKED, parts=parts)
    if isinstance(parent, ast.Subscript) and parent.value is call:
        return search(Way.INDEXED, index=index_of(parent))
    if isinstance(parent, ast.Starred) and isinstance(ctx.parent(parent), ast.Call):
        return search(Way.SPLAT)
    if isinstance(parent, (ast.Return, ast.Yield, ast.Lambda)):
        return search(Way.RETURNED)
    if _is_tested(ctx, call):
        return search(Way.TESTED)
    if isinstance(parent, (ast.Call, ast.keyword)):
        return search(Way.PASSED)
    return search(Way.OTHER)


def variable(target: ast.expr, ctx: Context) -> Variable:
    """What is known about the target of an assignment."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return Variable(target, parts=tuple(variable(part, ctx) for part in target.elts))
    if not isinstance(target, ast.Name):
        return Variable(target)
    scope = ctx.tree.resolve(target.id, ctx.tree.scope_of(target))
    assert scope is not None, "an assignment binds its name somewhere"
    return Variable(
        target,
        target.id,
        scope,
        tuple(ctx.tree.reads(target.id, scope)),
        tuple(b for b in scope.bindings[target.id] if b.node is not target),
    )


def index_of(node: ast.Subscript) -> int | None:
    """The position in a triple that *node* asks for; None if it is not a literal one."""
    index = node.slice
    try:
        value = ast.literal_eval(index)
    except ValueError:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and -3 <= value < 3:
        return value % 3
    return None


def closing(ctx: Context, read: ast.expr) -> ast.stmt | None:
    """The statement that does nothing but close the file that *read* stands for.

    That is `f.close()`, alone or as all that happens in `if f:`, `if f is not
    None:`, `if f and hasattr(f, "close"):` (the reads in the test have the
    same answer), or in `try: f.close()` with a handler that does nothing.
    """
    statement = ctx.tree.statement(read)
    file = ast.dump(read)
    if not _only_closes(statement, file):
        return None
    while _only_closes(around := ctx.parent(statement), file):
        assert isinstance(around, ast.stmt)
        statement = around
    return statement


def _only_closes(statement: ast.AST, file: str) -> bool:
    """Say whether *statement* has no effect but to close *file* (an expression, dumped)."""
    if isinstance(statement, ast.If):
        test, body = statement.test, statement.body
        plain = _is_presence_test(test, file) and not statement.orelse
        acts = [s for s in body if not isinstance(s, ast.Pass)]
        return plain and bool(acts) and all(_only_closes(s, file) for s in acts)
    if isinstance(statement, ast.Try):
        handlers = [s for handler in statement.handlers for s in handler.body]
        quiet = all(isinstance(s, ast.Pass) for s in handlers)
        rest = statement.orelse or statement.finalbody
        return quiet and not rest and all(_only_closes(s, file) for s in statement.body)
    return _closes(statement, file)


def _closes(statement: ast.AST, file: str) -> bool:
    return isinstance(statement, ast.Expr) and _is_closing(statement.value, file)


def _is_closing(node: ast.expr, file: str) -> bool:
    """Say whether *node* is `f.close()`, `f and f.close()` or `f.close() if f else None`."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        *tests, last = node.values
        return all(_is_presence_test(t, file) for t in tests) and _is_closing(last, file)
    if isinstance(node, ast.IfExp):
        nothing = isinstance(node.orelse, ast.Constant)
        return nothing and _is_presence_test(node.test, file) and _is_closing(node.body, file)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "close"
        and not node.args
        and not node.keywords
        and ast.dump(node.func.value) == file
    )


def _is_presence_test(test: ast.expr, file: str) -> bool:
    """Say whether *test* asks whether there is a *file*, and nothing else."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return all(_is_presence_test(value, file) for value in test.values)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        there = isinstance(test.ops[0], (ast.IsNot, ast.NotEq)) and is_none(test.comparators[0])
        return there and _is(test.left, file)
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Name):
        if test.func.id in ("hasattr", "isinstance", "bool") and test.args:
            return _is(test.args[0], file)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        closed = test.operand
        return (
            isinstance(closed, ast.Attribute)
            and closed.attr == "closed"
            and _is(closed.value, file)
        )
    return _is(test, file)


def _is(node: ast.expr, dumped: str) -> bool:
    return ast.dump(node) == dumped


def _is_tested(ctx: Context, call: ast.Call) -> bool:
    """Say whether only the truth of the result matters; a triple is always true."""
    node: ast.AST = call
    parent = ctx.parent(node)
    if isinstance(parent, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        return parent.test is node
    if isinstance(parent, ast.UnaryOp):
        return isinstance(parent.op, ast.Not)
    if isinstance(parent, ast.Compare) and len(parent.ops) == 1:
        equal = isinstance(parent.ops[0], (ast.Is, ast.IsNot, ast.Eq, ast.NotEq))
        return equal and is_none(parent.comparators[0])
    if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
        return parent.values[-1] is not node
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        return parent.func.id == "bool" and parent.args == [call] and not parent.keywords
    return False


def objection(search: Search, ctx: Context) -> str:
    """Why *search* should be looked at by a person whatever replaces it; "" if nothing is odd."""
    name, path = search.literal, search.path
    if name is not None and "." in name:
        return (
            "imp.find_module() never finds dotted names, so that this call always raises"
            " ImportError; keep only what handles that, or write"
            f" `importlib.util.find_spec({name!r})`, which imports the parent and succeeds"
        )
    if isinstance(path, (ast.Tuple, ast.Set, ast.Dict, ast.Constant, ast.JoinedStr)):
        text = ctx.text(path)
        wanted = f"[{text}]" if isinstance(path, (ast.Constant, ast.JoinedStr)) else f"list({text})"
        return (
            "imp.find_module() raises RuntimeError for a path that is not a list; write"
            f" `{wanted}`, then run imp-migrate again"
        )
    return ""


def has_list(search: Search, ctx: Context) -> bool:
    """Say whether *search* certainly gets a list, so that it finds nothing built in or frozen."""
    return search.path is not None and gives_list(search.path, ctx)


def facts_of(search: Search, ctx: Context) -> set[str]:
    """What is known of *search*, by the names in `imp_migrate.helpers.facts`."""
    name, facts = known_name(search, ctx), set()
    if name is not None and name.isidentifier():
        facts.add("identifier")
    if search.path is None:
        if len(search.call.args) + len(search.call.keywords) == 1:
            facts.add("pathless")  # no literal None stands there, either
        root = (name or "").partition(".")[0]
        if root and not root.startswith("__") and root not in sys.stdlib_module_names:
            facts.add("files")
        facts.add("unchecked")
        return facts
    if gives_list(search.path, ctx, strictly=True):
        facts |= {"listed", "files", "unchecked"}
        if has_absolute(search.path, ctx):
            facts.add("absolute")
    elif gives_list(search.path, ctx, strictly=True, or_none=True):
        facts.add("unchecked")
    return facts


def known_name(search: Search, ctx: Context) -> str | None:
    """The name that is searched for: a literal, or a constant of the module."""
    if search.literal is not None or not isinstance(search.name, ast.Name):
        return search.literal
    values = all_values(ctx, search.name)
    value = values[0] if len(values) == 1 else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def awaits_wrong_path(search: Search, ctx: Context) -> bool:
    """Say whether a handler may wait for the RuntimeError of `imp` for a path that is no list.

    Such as the `__path__` of a namespace package.
    """
    if search.path is None or isinstance(search.path, (ast.List, ast.ListComp)):
        return False
    return survives(ctx.tree, search.call, {"RuntimeError", "Exception", "BaseException"})


def remark(search: Search, ctx: Context) -> str:
    """What else to say about *search* in a message: a handler that never ran; "" if nothing."""
    for attempt, part in tries_around(ctx.tree, search.call):
        errors = {name for handler in attempt.handlers for name in caught(handler)}
        if part == "body" and "ImportError" in errors:
            return ""
        if part == "body" and "ModuleNotFoundError" in errors:
            return "; imp raised ImportError, so that the handler for ModuleNotFoundError never ran"
    return ""
