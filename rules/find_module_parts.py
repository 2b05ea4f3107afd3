"""Uses of `imp.find_module` that look at the type code, or keep its result for later.

## What it does
Replaces `imp.find_module` by `_find_module_path`, a short function that searches
as `imp` did and returns the path alone, since all the rest follows from that:

- comparisons of the type code with the constants of `imp` ask whether the path is a
  directory, or how it ends;
- `imp.load_module` becomes `_load_from`, which loads what is at the path.

The file and the description go.  An attribute that held all that `imp.find_module`
returned, and that only the methods of its class use, gets a new name for the path: if
the class is an import hook, or it or the attribute is private.

Where the file is read, the description is used for anything else, or the result leaves
the function, the calls are left to the rules IMP204 and IMP206.

## Why is this a problem
The module `imp` was removed in Python 3.12, and nothing in importlib returns an
open file or a description.

## Example
```python
import imp


def source_of(name):
    file, path, (suffix, mode, kind) = imp.find_module(name)
    if file:
        file.close()
    return path if kind == imp.PY_SOURCE else None
```

## Use instead
```python
def _find_module_path(name, path=None):
    ...


def source_of(name):
    path = _find_module_path(name)
    return path if path is not None and path.endswith(...) else None
```

## Fix safety
Safe.  The differences that remain:

- those of IMP202;
- an attribute has another name, and one that only kept the type code is gone, so that
  code elsewhere that looks into the import hook for them ends in AttributeError;
- an attribute that `__init__` set to None does not exist before there is a path: who uses
  it too early gets AttributeError instead of TypeError;
- the tests are wrong where the directory of a package is called like a file, `x.py`.

## References
- [imp.find_module, in the documentation of 3.11](https://docs.python.org/3.11/library/imp.html#imp.find_module)
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, Example, Outcome, Rule

from .flow.attribute import is_free
from .flow.demand import demands
from .flow.kind import file_test, path_test, put_test
from .flow.pairs import asks_for_absence
from .flow.replace import keep_variable, rename
from .flow.search import PATH, Search, facts_of, objection, search_of
from .flow.shared import gone
from .flow.triple import Triple, is_compared_with_none, triple_of

EXAMPLES = (
    Example("def read(name):\n    return find_module(name)[0].read()\n"),
    Example("import imp\nprint(imp.find_module('a.b')[0])\n"),
)


def check(use: Use, ctx: Context) -> Outcome:
    if not ctx.options.helpers or not ctx.member_at(use.node):
        return None
    search = search_of(use, ctx)
    if search is None:
        return None
    triple = triple_of(search, ctx)
    if triple is None or any(u.silent or u.index in ctx.claimed for u in triple.uses):
        return None
    if any(objection(s, ctx) for s in triple.searches):
        return None
    if triple.reads_file or not (triple.tests or triple.loads or triple.items):
        return None
    needed = [demands(s, ctx) for s in triple.searches]
    if any(found is not None and not any(d.tests for d in found) for found in needed):
        return None  # less will do
    return _Rewriter(ctx, triple).answer(use)


_ADVICE = "find the path, from which the rest follows"


@dataclass
class _Rewriter:
    """Rewrites all that is done with one triple."""

    ctx: Context
    triple: Triple
    _replaced: set[ast.AST] = field(default_factory=set)  #: what a wider edit covers

    def answer(self, use: Use) -> Outcome:
        """The fix, or None if there is none."""
        attribute = self.triple.attribute
        if attribute is not None and not is_free(f"{attribute.name}_path", self.ctx):
            return None
        self.fix = self.ctx.fix(self.triple.uses, "Find the path of the module")
        for search in self.triple.searches:
            self._rewrite_search(search)
        for load in self.triple.loads:
            helper, path = self.fix.helper("_load_from", *self._given), self._path(load.call)
            self.fix.replace(load.call, f"{helper}({{name}}, {path})", name=load.name)
        if not self._rewrite_tests():
            return None
        self._rewrite_items()
        self._rewrite_resets()
        self._shorten_resets()
        self.fix.remove(*self.triple.aliases, *self.triple.closings, *self._idle_resets())
        return self.fix.rewrite(gone(use, _ADVICE))

    # -- names -------------------------------------------------------------

    @cached_property
    def _given(self) -> set[str]:
        """The fact that all that is found are files or packages, if that is so."""
        return {"files"}.intersection(*(facts_of(s, self.ctx) for s in self.triple.searches))

    def _path(self, node: ast.AST) -> str:
        """What is said for the path instead of *node*, which says something of the triple."""
        if self.triple.attribute is not None:
            return f"{self._object(node)}.{self.triple.attribute.name}_path"
        return self.triple.whole or self.triple.path_name

    def _object(self, node: ast.AST) -> str:
        """The first parameter of the method, by whose attribute *node* says something."""
        assert self.triple.attribute is not None
        names = {self.triple.attribute.name}
        for alias in self.triple.aliases:
            assert isinstance(alias, ast.Assign) and isinstance(alias.targets[0], ast.Attribute)
            names.add(alias.targets[0].attr)
        return next(
            n.value.id
            for n in ast.walk(node)
            if isinstance(n, ast.Attribute) and n.attr in names and isinstance(n.value, ast.Name)
        )

    # -- edits -------------------------------------------------------------

    def _rewrite_search(self, search: Search) -> None:
        assert isinstance(search.statement, ast.Assign)
        target = search.statement.targets[0]
        keep_variable(self.fix, search, self._path(target))
        rename(self.fix, search, "_find_module_path")

    def _rewrite_tests(self) -> bool:
        """Replace the tests; False if the path does not tell what one of them asks."""
        given = self.triple.is_given(self.ctx)
        for test in self.triple.tests:
            place = self._place(test.node, test.uses)
            if place is None:
                return False
            text = path_test(self.fix, place, self._path(test.node), test.members, given)
            if text is None:
                return False
            put_test(self.fix, test, text)
        for node in self.triple.presences:
            place, absent = self._place(node), asks_for_absence(node)
            if place is None:
                return False
            path, known = self._path(node), self._beside_a_path(node) if absent else None
            if known is not None:
                self._replaced.update(ast.walk(known))
                package = path_test(self.fix, place, path, ["PKG_DIRECTORY"], given=False)
                if package is None:
                    return False
                self.fix.replace(known, package)
                continue
            text = file_test(self.fix, place, path, absent, given)
            self.fix.replace(node, text)
        return True

    def _beside_a_path(self, test: ast.expr) -> ast.BoolOp | None:
        """The expression `test and path is not None` (or the other way round), if that is it."""
        around = self.ctx.parent(test)
        if not (isinstance(around, ast.BoolOp) and isinstance(around.op, ast.And)):
            return None
        others = [value for value in around.values if value is not test]
        other = others[0] if len(around.values) == 2 and others else None
        if not (isinstance(other, ast.Compare) and is_compared_with_none(other, other.left)):
            return None
        paths = [node for node, position in self.triple.items if position == PATH]
        ours = other.left in paths or (
            isinstance(other.left, ast.Name) and other.left.id == self.triple.path_name
        )
        return around if ours and isinstance(other.ops[0], ast.IsNot) else None

    def _place(self, node: ast.expr, uses: Iterable[Use] = ()) -> Use | None:
        """One of *uses*, or another in whose place names mean what they do at *node*."""
        scope = self.ctx.tree.scope_of(node)
        near = (use for use in self.triple.uses if use.scope is scope)
        return next(iter(uses), None) or next(near, None)

    def _rewrite_items(self) -> None:
        """Replace `info[1]`, where that is not gone with what is around it."""
        for node, position in self.triple.items:
            if position == PATH and node not in self._replaced:
                self.fix.replace(node, self._path(node))

    def _rewrite_resets(self) -> None:
        """Set to None what there is now."""
        one = self.triple.whole or self.triple.attribute is not None
        left = [reset for reset in self.triple.resets if reset not in self._idle_resets()]
        for reset in left if one else ():
            target = reset.targets[0]
            if self._path(target) != ast.unparse(target):
                self.fix.retarget(reset, self._path(target))

    def _shorten_resets(self) -> None:
        """Leave out the variables that go, where others are set to None with them."""
        for reset in self.triple.resets:
            left = [target for target in reset.targets if not self._goes(target)]
            if left and len(left) < len(reset.targets):
                self.fix.retarget(reset, *left)

    def _idle_resets(self) -> list[ast.stmt]:
        """The statements that set nothing but variables that go."""
        if self.triple.attribute is not None and not self.triple.asked:
            return [*self.triple.resets]
        return [reset for reset in self.triple.resets if all(map(self._goes, reset.targets))]

    def _goes(self, target: ast.expr) -> bool:
        """Say whether *target* is a variable for which nothing is left."""
        if not isinstance(target, ast.Name):
            return False
        return target.id in (*self.triple.details, self.triple.file_name)


RULES = (
    Rule(
        "IMP213",
        "imp-find-module-parts",
        "imp.find_module for the kind of a module, or kept for later: find the path",
        check,
        members=frozenset({"find_module"}),
        stage=0,
    ),
)
