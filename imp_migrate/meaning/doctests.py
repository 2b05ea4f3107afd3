"""The examples in docstrings: code that `doctest` runs with the names of the module."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..transform.swaps import swap_need
from .scopes import ScopeTree

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class DocExample:
    """One example: the line it stands on, what it imports, and the names that it takes from outside.

    imports_imp: it imports the module itself.
    """

    line: int
    imports_imp: bool
    names: frozenset[str]


class Examples:
    """The examples in the docstrings of one module that mention what comes from `imp`."""

    def __init__(self, tree: ScopeTree) -> None:
        self.tree = tree

    def needing_imp(self) -> Iterator[DocExample]:
        """Those that import `imp`, or use a name that the module has imported from it."""
        known = self._from_imp
        for example in self._all:
            if example.imports_imp or not known.isdisjoint(example.names):
                yield example

    def names(self) -> dict[str, int]:
        """The names of the module that examples use, with the line of the first one."""
        found: dict[str, int] = {}
        for example in self._all:
            for name in example.names:
                found.setdefault(name, example.line)
        return found

    @cached_property
    def _from_imp(self) -> set[str]:
        """The module's own names for `imp`, and for what it has from there and loses."""
        return {
            alias.asname or alias.name
            for statement in self.tree.imports
            for alias in statement.names
            if (alias.name == "imp" and isinstance(statement, ast.Import))
            or (
                isinstance(statement, ast.ImportFrom)
                and statement.module == "imp"
                and swap_need(alias.name, alias.asname or alias.name) is None
            )
        }

    @cached_property
    def _all(self) -> list[DocExample]:
        return [example for string in self.tree.strings for example in self._of(string)]

    def _of(self, string: ast.Constant) -> Iterator[DocExample]:
        text = str(string.value)
        if ">>>" not in text or not self._is_docstring(string):
            return
        if "imp" not in text and not any(name in text for name in self._from_imp):
            return
        import doctest  # late: it takes longer than all else, and few files have examples

        try:
            examples = doctest.DocTestParser().get_examples(text)
        except ValueError:  # a prompt without a blank after it, and the like
            return
        bound: set[str] = set()
        for example in examples:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    tree = ScopeTree(ast.parse(example.source))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            free = {n for n in tree.references if tree.resolve(n, tree.root) is None} - bound
            bound |= tree.root.bindings.keys()
            line = min(string.lineno + example.lineno, string.end_lineno or string.lineno)
            yield DocExample(line, _imports_imp(tree), frozenset(free))

    def _is_docstring(self, string: ast.Constant) -> bool:
        statement = self.tree.parents.get(string)
        owner = self.tree.parents.get(statement) if isinstance(statement, ast.Expr) else None
        if isinstance(owner, _DOCUMENTED) and owner.body[0] is statement:
            return True
        assigned = (a for a in self.tree.ancestors(string) if isinstance(a, ast.Assign))
        targets = (target for assignment in assigned for target in assignment.targets)
        return any(isinstance(t, ast.Name) and t.id == "__test__" for t in targets)


def _imports_imp(tree: ScopeTree) -> bool:
    return any(
        (isinstance(s, ast.ImportFrom) and s.module == "imp" and not s.level)
        or (isinstance(s, ast.Import) and any(alias.name == "imp" for alias in s.names))
        for s in tree.imports
    )
