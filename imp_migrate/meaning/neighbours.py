"""Which files of a run take the module `imp` from which others.

`from pkg.compat import imp` works as long as `pkg/compat.py` imports it.  An
analysis sees one file only, so this is found out before.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import os
import re
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ..run import files
from ..run.discovery import Found
from ..text.source import Neighbours, Source
from .reach import Reach
from .resolve import MODULE, Resolver, taken_from
from .scopes import ScopeTree

# What a file must hold that takes `imp` from another; few do.
_HINT = re.compile(
    rb"\.imp\b|\bimport\s*\*"
    rb"|\bfrom\s*(?!imp\b)[.\w]+?\s*\bimport\b(?:\s*\([^)]*|(?:\\\r?\n|[^\n;])*)\bimp\b"
)


def with_neighbours(found: Sequence[Found]) -> list[Found]:
    """The same files, each with what others have to do with it."""
    by_target = {os.path.abspath(file.target): file for file in found}
    takers: dict[str, str] = {}
    givers: dict[str, dict[str, str]] = {}
    imports_imp = functools.cache(_imports_imp)
    for target, file in by_target.items():
        for module in _asked(target):
            for other in _places(module, target, by_target):
                if other != target and imports_imp(other):
                    takers.setdefault(other, file.path)
                    givers.setdefault(target, {})[module] = by_target[other].path
    return [
        replace(file, neighbours=Neighbours(takers.get(target, ""), givers.get(target, {})))
        for file in found
        for target in [os.path.abspath(file.target)]
    ]


def _asked(target: str) -> list[str]:
    """The modules that the file takes `imp` from, or its members, as it names them."""
    with contextlib.suppress(Exception):  # to be reported when it is the file's turn
        data = files.read(target)
        if _HINT.search(data):
            return list(dict.fromkeys(_modules(_parsed(data))))
    return []


def _modules(tree: ScopeTree) -> Iterator[str]:
    yield from (taken_from(statement, tree) for statement in tree.imports)
    for attribute in tree.attributes:
        if attribute.attr == "imp":
            yield tree.dotted(attribute.value) or ""


def _places(module: str, target: str, targets: Collection[str]) -> Iterator[str]:
    """The files that may be *module*, as named in the file *target*."""
    name = module.lstrip(".")
    level = len(module) - len(name)
    parts = name.split(".") if name else []
    if level:
        base = os.path.abspath(os.path.join(target, *[".."] * level, *parts))
        yield from (p for p in (f"{base}.py", os.path.join(base, "__init__.py")) if p in targets)
    elif parts:
        end = os.path.join(os.sep, *parts)
        ends = (f"{end}.py", os.path.join(end, "__init__.py"))
        yield from (p for p in targets if p.endswith(ends))


def _imports_imp(target: str) -> bool:
    """Say whether the module in the file binds the name `imp` to the module, and needs it."""
    with contextlib.suppress(Exception):
        tree = _parsed(files.read(target))
        imports = (i for i in Resolver(tree, Reach(tree)).resolve().imports if i.live)
        return any(
            i.local == "imp" and i.member == MODULE and i.scope is tree.root for i in imports
        )
    return False


def _parsed(data: bytes) -> ScopeTree:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ScopeTree(ast.parse(Source.from_bytes(data).text))
