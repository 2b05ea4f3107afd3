"""The one module that holds the helpers, where the configuration asks for that.

It belongs to this tool: it is written as a whole, and never changed when it
holds anything else.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Collection

from ..model import Need
from ..options import TARGET_VERSIONS, Options
from ..transform.emission import LOCK, value_of
from . import files
from .discovery import display_path
from .results import FileResult

_DOCSTRING = '"""Importing by path and by name, for the rest of the package."""'


def helper_module(names: Collection[str], root: str, options: Options) -> FileResult:
    """What becomes of `options.helper_module`, which must offer the helpers *names*.

    It lies below *root*, the folder of the configuration, or in `src` below it.
    The result says what to write; if that is impossible, its error says why.
    """
    path = display_path(_path_of(options.helper_module or "", root))
    before = after = b""
    error = None
    try:
        if os.path.isdir(path.removesuffix(".py")):
            inner = f"{options.helper_module}._imp"
            raise files.FileError(path, f"is hidden by the package: name a module in it ({inner})")
        before = after = files.read(path) if os.path.lexists(path) else b""
        present = _functions(before)
        if not set(names) <= present:
            after = _text({*names, *present}, options.target_version)
            if before.strip() and not _is_ours(before, present):
                missing = ", ".join(sorted(set(names) - present))
                raise files.FileError(
                    path, f"lacks {missing}, and holds more than helpers: add them by hand"
                )
    except files.FileError as failure:
        after, error = before, failure
    return FileResult(path, before=before, after=after, error=error, is_helper_module=True)


def _path_of(module: str, root: str) -> str:
    first, *rest = module.split(".")
    base = os.path.join(root, "src")
    if not os.path.isdir(os.path.join(base, first)):
        base = root
    return os.path.join(base, first, *rest) + ".py"


def _functions(data: bytes) -> set[str]:
    """The helpers, and the lock, that the module defines."""
    from ..helpers import NAMES

    try:
        module = ast.parse(data)
    except (SyntaxError, ValueError):
        return set()
    functions = {n.name for n in module.body if isinstance(n, ast.FunctionDef)} & set(NAMES)
    lock = f"{LOCK} = {value_of(LOCK)}"
    return functions | ({LOCK} if any(ast.unparse(n) == lock for n in module.body) else set())


def _is_ours(data: bytes, names: Collection[str]) -> bool:
    """Say whether *data* is what this tool wrote for *names*."""
    text = data.replace(b"\r\n", b"\n")
    return any(text == _text(names, version) for version in TARGET_VERSIONS)


def _text(names: Collection[str], target_version: tuple[int, int]) -> bytes:
    from ..helpers import emit

    functions = [name for name in names if name != LOCK]
    emitted = emit(functions, annotated=True, target_version=target_version)
    needs, parts = set(emitted.needs), [emitted.code] if functions else []
    if LOCK in names:
        needs.add(Need("threading"))
        parts.insert(0, f"{LOCK} = {value_of(LOCK)}\n")
    imports = "".join(f"{n.statement}\n" for n in sorted(needs, key=lambda n: n.sort_key))
    return "\n\n".join([f"{_DOCSTRING}\n\n{imports}", *parts]).encode()
