"""What has certainly happened when a piece of code runs, judged by the places of statements."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from imp_migrate.meaning.scopes import ScopeTree
from imp_migrate.rule import Context

_BOUNDARIES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
#: What is used in a `with` and never swallows the exception that ends its body.
_PASSING_ON = frozenset(
    ["codecs.open", "contextlib.closing", "io.open", "open", "warnings.catch_warnings"]
)


def done_before(tree: ScopeTree, done: Collection[ast.stmt], node: ast.AST) -> bool:
    """Say whether one of the statements *done* has certainly completed when *node* runs.

    Completed in the same call and, inside a loop, in the same round.
    """
    child = node
    for parent in tree.ancestors(node):
        if isinstance(child, ast.stmt):
            block, at = tree.slot(child)
            if any(
                tree.slot(s)[1] < at and _completes(tree, s, done)
                for s in holders(tree, done, block)
            ):
                return True
            if isinstance(parent, ast.Try) and block is parent.orelse:
                if any(_completes(tree, s, done) for s in parent.body):
                    return True
        if isinstance(parent, _BOUNDARIES):
            return False
        child = parent
    return False


def holders(
    tree: ScopeTree, statements: Iterable[ast.stmt], block: list[ast.stmt]
) -> Iterator[ast.stmt]:
    """The statements of *block* that are among *statements*, or hold one of them."""
    for statement in statements:
        for node in (statement, *tree.ancestors(statement)):
            if isinstance(node, ast.stmt) and tree.is_in(node, block):
                yield node


def leaves(block: list[ast.stmt]) -> bool:
    """Say whether nothing after *block* runs once it has run."""
    last = block[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and leaves(last.body) and leaves(last.orelse)
    return isinstance(last, (ast.Return, ast.Raise, ast.Continue, ast.Break))


def may_swallow(tree: ScopeTree, statement: ast.With | ast.AsyncWith) -> bool:
    """Say whether a `with` may go on after an exception in its body."""
    return not all(
        isinstance(item.context_expr, ast.Call)
        and tree.dotted(item.context_expr.func) in _PASSING_ON
        for item in statement.items
    )


def _completes(tree: ScopeTree, statement: ast.stmt, done: Collection[ast.stmt]) -> bool:
    """Say whether one of *done* has completed once *statement* has."""
    if statement in done:
        return True

    def within(block: list[ast.stmt]) -> bool:
        return any(_completes(tree, s, done) for s in block)

    if isinstance(statement, ast.If):
        branches = [statement.body, statement.orelse]
        if not statement.orelse or not any(within(b) for b in branches):
            return False
        return all(within(b) or leaves(b) for b in branches)
    if isinstance(statement, ast.Try):
        handled = all(within(h.body) or leaves(h.body) for h in statement.handlers)
        tried = within(statement.body) or within(statement.orelse)
        return within(statement.finalbody) or (tried and handled)
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return within(statement.body) and not may_swallow(tree, statement)
    return False


def runs_next(
    ctx: Context,
    first: ast.stmt,
    node: ast.expr,
    gone: Collection[ast.stmt],
    unwrapped: Collection[ast.stmt] = (),
) -> bool:
    """Say whether nothing happens between *first* and *node* once the statements *gone* are.

    Then what *first* does can be done where *node* stands.  *unwrapped* are
    the `with` statements of which only the body will be left.
    """
    statement = starts(ctx, node)
    while statement is not None:
        before = ctx.tree.before(statement)
        last = next((s for s in before if s not in gone or s is first), None)
        if last is not None:
            return last is first
        around = ctx.tree.parents[statement]
        bare = isinstance(around, ast.Try) and not around.handlers
        if not (bare and all(s in gone for s in around.finalbody)) and around not in unwrapped:  # type: ignore[attr-defined]
            return False
        assert isinstance(around, ast.stmt)
        statement = around
    return False


def starts(ctx: Context, node: ast.expr) -> ast.stmt | None:
    """The statement that begins with evaluating *node*; None if something precedes it."""
    child: ast.AST = node
    while not isinstance(child, ast.stmt):
        parent = ctx.parent(child)
        first = (
            isinstance(parent, (ast.Attribute, ast.Subscript, ast.Expr, ast.Return))
            or (isinstance(parent, ast.Assign) and child is parent.value)
            or (isinstance(parent, ast.Call) and child is parent.func)
        )
        if not first:
            return None
        child = parent
    return child


def loops_around(tree: ScopeTree, node: ast.AST) -> list[ast.stmt]:
    """The loops around *node* in its function, the innermost first."""
    found: list[ast.stmt] = []
    for parent in tree.ancestors(node):
        if isinstance(parent, _BOUNDARIES):
            break
        if isinstance(parent, _LOOPS):
            found.append(parent)
    return found


def common_loops(tree: ScopeTree, one: ast.AST, other: ast.AST) -> list[ast.stmt]:
    """The loops, in their function, around both *one* and *other*, the innermost first."""
    around = loops_around(tree, other)
    return [loop for loop in loops_around(tree, one) if loop in around]


def is_pure(node: ast.expr) -> bool:
    """Say whether evaluating *node* has no effect, and gives the same again."""
    if isinstance(node, (ast.Constant, ast.Name)):
        return True
    if isinstance(node, ast.Attribute):
        return is_pure(node.value)
    if isinstance(node, ast.BinOp):
        return is_pure(node.left) and is_pure(node.right)
    if isinstance(node, ast.JoinedStr):
        return all(is_pure(value) for value in node.values)
    if isinstance(node, ast.FormattedValue):
        return is_pure(node.value)
    if isinstance(node, ast.Subscript):
        return is_pure(node.value) and isinstance(node.slice, (ast.Constant, ast.Name))
    return False


def unchanged(ctx: Context, node: ast.expr, start: ast.AST, end: ast.AST) -> bool:
    """Say whether the pure *node* has one value from *start* to *end*, which follows it."""
    shared = common_loops(ctx.tree, start, end)
    again = [loop for loop in loops_around(ctx.tree, end) if loop not in shared]
    passed = [(ctx.place(start), ctx.place(end))]
    passed += [(ctx.place(loop), ctx.end(loop)) for loop in again]

    def between(place: ast.AST) -> bool:
        return any(first <= ctx.place(place) < last for first, last in passed)

    ends = ctx.place(start), ctx.place(end)

    def is_around(call: ast.Call) -> bool:
        return any(ctx.place(call) <= place < ctx.end(call) for place in ends)

    calls = (call for first, last in passed for call in ctx.calls.between(first, last))
    called = not all(map(is_around, calls))
    here = ctx.tree.scope_of(end)
    for part in ast.walk(node):
        if called and isinstance(part, (ast.Attribute, ast.Subscript)):
            return False  # what is called may have set it
        if isinstance(part, ast.Name):
            scope = ctx.tree.home(part)
            bindings = scope.bindings[part.id] if scope else []
            if any(between(binding.node) for binding in bindings):
                return False
            if called and scope is not None and scope is not here and len(bindings) > 1:
                return False
        elif isinstance(part, ast.Attribute):
            stores = ctx.stores(part.attr)
            if any(True for first, last in passed for _ in stores.between(first, last)):
                return False
    return True
