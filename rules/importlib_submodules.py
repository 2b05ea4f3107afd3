"""Submodules of `importlib` that nobody has imported.

## What it does
Reports `importlib.util`, `importlib.machinery` or `importlib.abc` in a file that
imports `importlib` and not the submodule, and adds the import; in a function that imports
`importlib` for itself and alone needs the submodule, that import names it.

## Why is this a problem
`import importlib` does not import its submodules: the code fails with an
AttributeError, unless something else happens to have imported them before.

## Example
```python
import importlib

if importlib.util.find_spec("numpy") is None:
    print("without numpy")
```

## Use instead
```python
import importlib.util

if importlib.util.find_spec("numpy") is None:
    print("without numpy")
```

## Fix safety
Safe: the import only loads the module that the code asks for, and binds the name
`importlib` as before.  There is no fix where the module binds the name `importlib` to
something else.

Nothing is reported where another import of the file has always loaded the
submodule, as `pkgutil`, `inspect`, `zipfile` or `importlib.metadata` do.

## References
- [Submodules](https://docs.python.org/3/reference/import.html#submodules)
- [importlib](https://docs.python.org/3/library/importlib.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from imp_migrate.lint import LintRule, Spot
from imp_migrate.meaning.importlib_uses import ImportlibUses
from imp_migrate.meaning.scopes import ScopeKind
from imp_migrate.meaning.stdlib import SUBMODULES_LOADED
from imp_migrate.rule import Example

EXAMPLES = (
    Example(
        "import importlib\nimportlib.util.find_spec('a')\n",
        "import importlib.util\nimportlib.util.find_spec('a')\n",
    ),
    Example(
        "def f():\n    import importlib\n    return importlib.util.find_spec('a')\n",
        "def f():\n    import importlib.util\n    return importlib.util.find_spec('a')\n",
    ),
    Example(
        "if x:\n    import importlib\n    importlib.util.find_spec('a')\n",
        "if x:\n    import importlib.util\n    importlib.util.find_spec('a')\n",
    ),
    Example("import importlib.util\nimportlib.util.find_spec('a')\n"),
    Example("import importlib\nimport pkgutil\nimportlib.util.find_spec('a')\n"),
)

_SUBMODULES = ("importlib.util", "importlib.machinery", "importlib.abc")


def check(uses: ImportlibUses) -> Iterator[Spot]:
    loaded = frozenset().union(*(SUBMODULES_LOADED.get(m, ()) for m in _imported_first(uses)))
    taken: set[ast.Import] = set()
    for submodule in _SUBMODULES:
        if submodule in uses.imported or submodule in loaded or uses.has_imp:
            continue
        if uses.is_asked_for(submodule.rpartition(".")[2]) or uses.sets(submodule):
            continue
        found = [
            node
            for node, name in uses.attributes
            if name == submodule and uses.is_run(node) and not uses.handled(node, "AttributeError")
        ]
        if found:
            spot = _spot(uses, submodule, found)
            if spot.statement is not None and spot.statement in taken:
                spot = replace(spot, statement=None)
            taken |= {spot.statement} if spot.statement is not None else set()
            yield spot


def _spot(uses: ImportlibUses, submodule: str, found: list[ast.Attribute]) -> Spot:
    bindings = uses.tree.root.bindings.get("importlib", [])
    free = all((uses.tree.import_of(b) or "").startswith("importlib") for b in bindings)
    message = (
        f"`import importlib` does not import {submodule}, which works only after something else"
        f" has; add `import {submodule}`"
    )
    statements = {_local_import(uses, node) for node in found}
    only = next(iter(statements)) if len(statements) == 1 else None
    return Spot(found[0], submodule, message, submodule if free or only else "", only)


def _local_import(uses: ImportlibUses, attribute: ast.Attribute) -> ast.Import | None:
    """The only `import importlib` for *attribute*, in a function or under a condition, or None."""
    tree = uses.tree
    scope = tree.resolve("importlib", tree.scope_of(attribute), attribute)
    bindings = scope.bindings["importlib"] if scope and scope.kind is not ScopeKind.CLASS else []
    statement = tree.statement(bindings[0].node) if len(bindings) == 1 else None
    alone = isinstance(statement, ast.Import) and ast.unparse(statement) == "import importlib"
    return statement if alone and statement not in tree.module.body else None  # type: ignore[return-value]


def _imported_first(uses: ImportlibUses) -> Iterator[str]:
    """The modules that the file imports at its top level, without conditions."""
    for statement in uses.tree.module.body:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and not statement.level:
            yield statement.module or ""
            yield from (f"{statement.module}.{alias.name}" for alias in statement.names)


RULES = (
    LintRule(
        "IMP501",
        "submodule-not-imported",
        "a submodule of importlib that the file does not import",
        check,
        fix="sometimes",
    ),
)
