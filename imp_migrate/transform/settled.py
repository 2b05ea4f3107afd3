"""Guards that changes have settled: an `if` or a `try` of which only one outcome is left.

Where both branches have come to say the same, or nothing in a `try` can fail any more,
the statement itself would only puzzle its readers.  One that the program had before is
none of our business.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

#: What a test may be made of: to leave it out changes nothing.
_HARMLESS = (
    ast.Attribute, ast.BoolOp, ast.Compare, ast.Constant, ast.Name, ast.Subscript, ast.Tuple,
    ast.UnaryOp, ast.boolop, ast.cmpop, ast.unaryop, ast.expr_context,
)  # fmt: skip
_SUITES = (cst.IndentedBlock, cst.SimpleStatementSuite)
#: What is part of every Python that the result can run on.
_THERE = frozenset({
    "importlib", "importlib.machinery", "importlib.util", "sys", "threading", "types",
    "importlib.reload", "importlib.util.cache_from_source", "importlib.util.source_from_cache",
    "importlib.machinery.SourcelessFileLoader", "types.ModuleType",
})  # fmt: skip


def what_is_left(old: cst.CSTNode, new: cst.CSTNode) -> list[cst.BaseSuite] | None:
    """The blocks of *new* that always run, one after the other, and nothing else does.

    None if there is still something to decide, or if it was settled in *old* already.
    """
    if new is old:
        return None  # most are: only what has changed is read again
    if not isinstance(new, (cst.If, cst.Try)) or not isinstance(old, (cst.If, cst.Try)):
        return None
    if not _may_be_settled(new):
        return None
    before, after = _parsed(old), _parsed(new)
    names = _left(after)
    if names is None or names == _left(before) or ast.dump(before) == ast.dump(after):
        return None
    kept = {"body": new.body, "orelse": new.orelse, "finalbody": getattr(new, "finalbody", None)}
    blocks = [getattr(after, name) for name in names]
    dropped = [s for block in _blocks(after) if not any(block is b for b in blocks) for s in block]
    if not _bound(dropped) <= _bound(s for block in blocks for s in block):
        return None  # without the rest, a variable of a function would be one of the module
    if any(isinstance(n, ast.Name) and n.id == "imp" for s in dropped for n in ast.walk(s)):
        return None  # a person has to look at that
    suites = [kept[name] if name == "body" else getattr(kept[name], "body", None) for name in names]
    return [s for s in suites if isinstance(s, _SUITES) and not _is_idle(s)]


def _may_be_settled(node: cst.If | cst.Try) -> bool:
    """Say whether it is worth while to read *node* again: mostly, a look at it is enough."""
    if isinstance(node, cst.If):
        return isinstance(node.orelse, cst.Else)
    return not any(isinstance(s, cst.BaseCompoundStatement) for s in node.body.body)


def _parsed(node: cst.If | cst.Try) -> ast.If | ast.Try:
    code = cst.Module(body=[node.with_changes(leading_lines=[])]).code
    (statement,) = ast.parse(code).body
    assert isinstance(statement, (ast.If, ast.Try))
    return statement


def _left(statement: ast.If | ast.Try) -> list[str] | None:
    """The names of the blocks of *statement* that always run; None if that is not certain."""
    if isinstance(statement, ast.If):
        same = bool(statement.orelse) and _same(statement.body, statement.orelse)
        harmless = all(map(_is_harmless, ast.walk(statement.test)))
        return ["body"] if same and harmless else None
    if not statement.handlers:
        return None
    if all(map(_cannot_fail, statement.body)):
        return ["body", "orelse", "finalbody"]
    if not statement.finalbody and all(map(_only_raises, statement.handlers)):
        return ["body", "orelse"]
    same = all(_same(statement.body, handler.body) for handler in statement.handlers)
    plain = all(map(_is_plain, statement.body))
    if same and plain and not (statement.orelse or statement.finalbody):
        return ["body"]
    return None


def _is_harmless(node: ast.AST) -> bool:
    """Say whether *node*, a part of a test, does nothing but ask."""
    if isinstance(node, ast.Call) and not node.keywords:
        return isinstance(node.func, ast.Name) and node.func.id == "hasattr"
    return isinstance(node, _HARMLESS)


def _same(one: Sequence[ast.stmt], other: Sequence[ast.stmt]) -> bool:
    return [ast.dump(s) for s in one] == [ast.dump(s) for s in other]


def _only_raises(handler: ast.ExceptHandler) -> bool:
    """Say whether *handler* does nothing but raise what it has caught."""
    raised = handler.body[0] if len(handler.body) == 1 and handler.name is None else None
    return isinstance(raised, ast.Raise) and raised.exc is None


def _is_plain(statement: ast.stmt) -> bool:
    """Say whether to run *statement* again after it failed is to fail again."""
    if isinstance(statement, ast.Assign):
        names = all(isinstance(target, ast.Name) for target in statement.targets)
        return names and isinstance(statement.value, (ast.Name, ast.Attribute, ast.Constant))
    return isinstance(statement, (ast.Import, ast.ImportFrom, ast.Pass))


def _cannot_fail(statement: ast.stmt) -> bool:
    """Say whether *statement* only imports what is always there, or does nothing."""
    if isinstance(statement, ast.Import):
        return all(alias.name in _THERE for alias in statement.names)
    if isinstance(statement, ast.ImportFrom):
        own = not statement.level
        return own and all(f"{statement.module}.{a.name}" in _THERE for a in statement.names)
    return isinstance(statement, ast.Pass)


def _blocks(statement: ast.If | ast.Try) -> Iterator[list[ast.stmt]]:
    yield statement.body
    yield statement.orelse
    if isinstance(statement, ast.Try):
        yield statement.finalbody
        for handler in statement.handlers:
            yield handler.body


def _bound(statements: Sequence[ast.stmt] | Iterator[ast.stmt]) -> set[str]:
    """The names that *statements* may bind."""
    names: set[str] = set()
    for node in (node for statement in statements for node in ast.walk(statement)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
    return names


def _is_idle(suite: cst.BaseSuite) -> bool:
    """Say whether *suite* is just `pass`."""
    return all(
        isinstance(small, cst.Pass)
        for statement in suite.body
        for small in (
            statement.body if isinstance(statement, cst.SimpleStatementLine) else (statement,)
        )
    )
