"""What a migration leaves to be told: who can no longer run it, and words about `imp`."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import tokenize
import warnings
from collections.abc import Iterator

from ..meaning.handlers import caught
from ..model import Status
from ..run.results import FileResult
from ..text.source import DecodeError, Source
from ..transform.emission import helper_called

_VERSION = re.compile(r"version|hexversion|\bpy(thon)?_?[23]", re.IGNORECASE)
_MISSING = frozenset({"AttributeError", "ImportError", "ModuleNotFoundError", "NameError"})
_SPEAKS = re.compile(r"\bimp\.[a-z_]+|\bimp module\b|\bmodules? `*imp\b|\bimport imp\b")


def aftermath(result: FileResult) -> tuple[bool, list[int]]:
    """Whether Python 2 no longer runs a file that it could, and where words still speak of `imp`.

    The lines, of the text after, are those of comments and docstrings.  A file in which only
    uses of importlib were wrong (IMP5xx) has never run on Python 2.
    """
    after = _tree(result.after)
    if after is None:
        return False, []
    used_imp = any(
        finding.status is Status.REWRITTEN and not finding.diagnostic.code.startswith("IMP5")
        for finding in result.findings
    )
    lost = used_imp and _lost_python_2(_tree(result.before), after)
    return lost, _words_left(result, after)


def _lost_python_2(before: ast.Module | None, after: ast.Module) -> bool:
    """Say whether Python 2 could read *before* and cannot run *after*."""
    if before is None or any(map(_is_new, ast.walk(before))):
        return False
    had = set(map(ast.dump, filter(_is_of_3, ast.walk(before))))
    return any(map(_is_new, ast.walk(after))) or any(
        _is_of_3(node) and ast.dump(node) not in had for node in _without_guarded(after)
    )


def _without_guarded(tree: ast.AST) -> Iterator[ast.AST]:
    """What *tree* holds, but for what a version test or a failed import leads to.

    That may be what only Python 3 runs.
    """
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        guarded = (isinstance(node, ast.If) and _VERSION.search(ast.unparse(node.test))) or (
            isinstance(node, ast.ExceptHandler) and caught(node) & _MISSING
        )
        if not guarded:
            pending += ast.iter_child_nodes(node)


def _words_left(result: FileResult, tree: ast.Module) -> list[int]:
    """The lines of the text after, with *tree*, at which comments and docstrings speak of `imp`."""
    source = _source(result)
    if source is None:
        return []
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            text = ast.get_docstring(node, clean=False) or ""
            if not helper_called(getattr(node, "name", "")):
                first = node.body[0].lineno if node.body else 0
                lines |= {
                    first + text.count("\n", 0, match.start()) for match in _SPEAKS.finditer(text)
                }
    with contextlib.suppress(tokenize.TokenError, SyntaxError):  # not all that the parser reads
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type == tokenize.COMMENT and _SPEAKS.search(token.string):
                lines.add(token.start[0])
    return sorted(lines)


def _source(result: FileResult) -> Source | None:
    try:
        return Source.from_bytes(result.after, result.path)
    except DecodeError:
        return None


def _tree(data: bytes) -> ast.Module | None:
    """*data* as Python reads it; None if it does not, as in a notebook."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _is_new(node: ast.AST) -> bool:
    """Say whether *node* is syntax that Python 2 does not have."""
    if isinstance(node, (ast.FunctionDef, ast.Lambda)):
        arguments = node.args
        named = [*arguments.args, arguments.vararg, arguments.kwarg]
        return bool(
            arguments.kwonlyargs
            or arguments.posonlyargs
            or any(a is not None and a.annotation for a in named)
            or getattr(node, "returns", None)
        )
    if isinstance(node, ast.ClassDef):
        return bool(node.keywords)
    if isinstance(node, ast.Raise):
        return node.cause is not None
    return isinstance(node, _NEW)


_NEW = (
    ast.AnnAssign, ast.AsyncFor, ast.AsyncFunctionDef, ast.AsyncWith, ast.Await, ast.FormattedValue,
    ast.JoinedStr, ast.MatMult, ast.NamedExpr, ast.Nonlocal, ast.YieldFrom,
)  # fmt: skip


def _is_of_3(node: ast.AST) -> bool:
    """Say whether *node* uses what Python 2's importlib, which imports by name only, lacks."""
    if isinstance(node, ast.Import):
        return any(alias.name.startswith("importlib.") for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (
            not node.level
            and (node.module or "").partition(".")[0] == "importlib"
            and any(alias.name != "import_module" for alias in node.names)
        )
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in (("importlib", "reload"), ("sys", "implementation"))
    )
