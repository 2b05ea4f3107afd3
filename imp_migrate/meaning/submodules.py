"""Submodules of `importlib`: attributes of it only once something has imported them.

On a clean Python, `import importlib` alone gives no `importlib.util`.
"""

from __future__ import annotations

import ast

from .scopes import ScopeTree, root_of

SUBMODULES = frozenset(["abc", "machinery", "metadata", "resources", "simple", "util"])


def is_there(tree: ScopeTree, owner: ast.expr, name: str) -> bool:
    """Say whether the submodules that `owner.name` goes through are certainly imported there."""
    dotted = f"{tree.dotted(owner)}.{name}"
    package, _, rest = dotted.partition(".")
    submodule = rest.partition(".")[0]
    if package != "importlib" or submodule not in SUBMODULES:
        return True
    module = f"{package}.{submodule}"
    root = root_of(owner)
    if isinstance(root, ast.Name) and (tree.qualified(root) or "").startswith(module):
        return True
    return any(
        _imports(statement, module) and dominates(tree, statement, tree.statement(owner))
        for statement in tree.imports
    )


def _imports(statement: ast.Import | ast.ImportFrom, module: str) -> bool:
    if isinstance(statement, ast.Import):
        names = [alias.name for alias in statement.names]
    elif statement.level:
        return False
    else:
        names = [f"{statement.module}.{alias.name}" for alias in statement.names]
    return any(name == module or name.startswith(f"{module}.") for name in names)


def dominates(tree: ScopeTree, first: ast.stmt, second: ast.stmt) -> bool:
    """Say whether *first* has certainly run when *second* runs, by their places alone."""
    block, at = tree.slot(first)
    around = (node for node in (second, *tree.ancestors(second)) if tree.is_in(node, block))
    return any(tree.slot(node)[1] > at for node in around)  # type: ignore[arg-type]
