"""Names that `importlib` never had, or no longer has.

## What it does
Reports functions of `imp`, and of other parts of `importlib`, that are looked for
where they never were: `importlib.load_source`, `from importlib import
load_module`, `importlib.find_spec`, or any member of `imp` after `import
importlib as imp` (IMP502).

Reports what was removed from `importlib` and `pkgutil` with `imp`, and the Python
that removed it: `importlib.find_loader`, `pkgutil.ImpImporter`,
`pkgutil.get_loader`, `importlib.abc.Finder`, and others (IMP503).

## Why is this a problem
The first fail on every Python.  Behind `except ImportError: from imp import ...`
nobody sees that until `imp` is gone.  The second fail from the Python that is named.

## Example
```python
try:
    from importlib import load_source
except ImportError:
    from imp import load_source
```

## Use instead
```python
import importlib.util
import sys


def load_source(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
```

## Fix safety
There is no fix.  Nothing is reported in code that asks for the name with
`hasattr`, that a version test keeps to older Pythons, or that falls back on
something other than `imp`.

## References
- [What's New In Python 3.12: Removed](https://docs.python.org/3/whatsnew/3.12.html#removed)
- [What's New In Python 3.14: Removed](https://docs.python.org/3/whatsnew/3.14.html#removed)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from imp_migrate.lint import LintRule, Spot
from imp_migrate.meaning.advice import advice_for
from imp_migrate.meaning.catalogue import MEMBERS, Kind
from imp_migrate.meaning.handlers import catches_import_error, tries_around
from imp_migrate.meaning.importlib_uses import ImportlibUses
from imp_migrate.meaning.reach import Reach
from imp_migrate.meaning.stdlib import INNER_NAMES, MODERN_NAMES
from imp_migrate.rule import Example

EXAMPLES = (
    Example("import importlib\nm = importlib.load_source('m', path)\n"),
    Example("from importlib import load_source\n"),
    Example("import importlib as loading\nloading.find_module('m')\n"),
    Example("import pkgutil\nloader = pkgutil.ImpImporter(path)\n"),
    Example("import importlib\nloader = importlib.find_loader('m')\n"),
)

_SEARCH = "call importlib.util.find_spec(name), which returns a spec or None"
_OF_FINDERS = (
    "BuiltinImporter",
    "FrozenImporter",
    "PathFinder",
    "WindowsRegistryFinder",
)

#: What was removed: the Python without it, and what to do.
_GONE: dict[str, tuple[tuple[int, int], str]] = {
    "importlib.find_loader": ((3, 12), _SEARCH),
    "importlib.util.module_for_loader": (
        (3, 12),
        "define exec_module(module) in the loader; the import system does the rest",
    ),
    "importlib.util.set_loader": ((3, 12), "drop it: module_from_spec sets __loader__"),
    "importlib.util.set_package": ((3, 12), "drop it: module_from_spec sets __package__"),
    "importlib.abc.Finder": (
        (3, 12),
        "derive from importlib.abc.MetaPathFinder or importlib.abc.PathEntryFinder",
    ),
    "pkgutil.ImpImporter": ((3, 12), "use importlib.machinery.FileFinder"),
    "pkgutil.ImpLoader": ((3, 12), "use the loaders of importlib.machinery"),
    "pkgutil.find_loader": ((3, 14), f"{_SEARCH}; its loader is spec.loader"),
    "pkgutil.get_loader": ((3, 14), f"{_SEARCH}; its loader is spec.loader"),
    **{
        f"importlib.machinery.{finder}.find_module": ((3, 12), f"call {finder}.find_spec(name)")
        for finder in _OF_FINDERS
    },
}

_PLACES = ("importlib", "importlib.util", "importlib.machinery")


def _never(name: str) -> str:
    """What to do instead of *name*, which importlib never had; "" if it has it, or it is unknown."""
    module, _, member = name.rpartition(".")
    if module not in _PLACES or name in _GONE:
        return ""
    if member in MODERN_NAMES[module] | INNER_NAMES or member.startswith("_"):
        return ""
    for other in _PLACES:
        if member in MODERN_NAMES[other]:
            return f"it is {other}.{member}"
    known = MEMBERS.get(member)
    if known is None or known.kind not in (Kind.FUNCTION, Kind.CONSTANT, Kind.CLASS):
        return ""
    return advice_for(member)


def _named(uses: ImportlibUses) -> Iterator[tuple[ast.AST, str]]:
    """Everything that is asked of importlib and pkgutil by name."""
    yield from uses.attributes
    for statement in uses.tree.imports:
        if isinstance(statement, ast.ImportFrom) and not statement.level:
            for alias in statement.names:
                yield alias, f"{statement.module}.{alias.name}"
    # `from pkgutil import get_loader` is reported where it is imported.


def check_never(uses: ImportlibUses) -> Iterator[Spot]:
    for node, name in _named(uses):
        advice = _never(name)
        if not advice or not uses.is_run(node):
            continue
        module, _, member = name.rpartition(".")
        if uses.is_asked_for(member) or _is_optional(uses, node):
            continue
        if isinstance(node, ast.Attribute) and uses.sets(name):
            continue
        message = f"{module} has never had {member}; {advice}"
        yield Spot(node, name, message)


def check_gone(uses: ImportlibUses) -> Iterator[Spot]:
    for node, name in _named(uses):
        if name not in _GONE or not uses.is_run(node):
            continue
        version, advice = _GONE[name]
        if uses.is_asked_for(name.rpartition(".")[2]):
            continue
        if uses.handled(node, "AttributeError", "ImportError", "ModuleNotFoundError"):
            continue
        if version > (3, 12) and Reach(uses.tree, version).dead(node):
            continue
        yield Spot(node, name, f"{name} was removed in Python {_text(version)}; {advice}")


def _is_optional(uses: ImportlibUses, node: ast.AST) -> bool:
    """Say whether a handler does without *node*, and without `imp`."""
    wanted = {"AttributeError"} if isinstance(node, ast.Attribute) else {"ImportError"}
    for attempt, part in tries_around(uses.tree, node):
        for handler in attempt.handlers if part == "body" else ():
            names = ast.unparse(handler.type) if handler.type else "Exception"
            fits = catches_import_error(handler) or "AttributeError" in names
            if fits and (wanted & set(names.replace(",", " ").split()) or "Exception" in names):
                return not _falls_back_on_imp(handler)
            if catches_import_error(handler) and isinstance(node, ast.alias):
                return not _falls_back_on_imp(handler)
    return False


def _falls_back_on_imp(handler: ast.ExceptHandler) -> bool:
    for node in ast.walk(handler):
        if isinstance(node, ast.ImportFrom) and node.module == "imp":
            return True
        if isinstance(node, ast.Import) and any(alias.name == "imp" for alias in node.names):
            return True
        if isinstance(node, ast.Name) and node.id == "imp":
            return True
    return False


def _text(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


RULES = (
    LintRule("IMP502", "never-in-importlib", "a name that importlib never had", check_never),
    LintRule("IMP503", "gone-from-importlib", "what was removed with imp", check_gone),
)
