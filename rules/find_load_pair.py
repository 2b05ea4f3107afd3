"""Modules that are found with `imp.find_module` and loaded with `imp.load_module`.

## What it does
Rewrites both calls together: a module spec takes the place of the file, the
path and the description that went from one to the other.  `_find_spec` and
`_load_spec`, short functions added to the module after its imports, do what
`imp` did: search the directories of the path (or the built-in and frozen
modules and `sys.path`), raise ImportError where nothing is found, enter the
module in `sys.modules` before it runs, run it again in place where it is
loaded already, remove it where it fails.  What only dealt with the open file
goes: `try`/`finally`, `if f: f.close()`, `with f:`.

A `setup.py`, or another program (`if __name__ == "__main__":`), that loads a module of a
literal name once and nowhere else, gets statements in place instead, over
`importlib.machinery.PathFinder.find_spec`, or `importlib.import_module` where there is no
path; so do the wrappers that SWIG generates, which load a compiled module: if its name
begins with an underscore, it is taken for no package, nor for one that replaces itself.

A module that is loaded under another name than it is searched for goes
through `_find_and_load_as`, or `_load_as`.  Where the path is needed for something else, it is
what goes from one call to the other: `_find_module_path` and `_load_from`.  A function that
returns `sys.modules[name]` if it can, and else finds and loads the module (the example in
the documentation of `imp`), calls `importlib.import_module(name)`, unless there is a dot in the
name, or nothing but a folder without `__init__.py` of that name, which `imp` did not find.

Where something else is done with the file or the description, the calls are
left to the rules IMP204 and IMP206.

## Why is this a problem
The module `imp` was removed in Python 3.12.  `importlib.import_module`, which
the documentation names, does not search a path, and does not run a module
again that is loaded already.  `importlib.util.find_spec` returns None where
nothing is found, and takes a directory without `__init__.py` for a package.

## Example
```python
import imp

file, path, description = imp.find_module(name, [directory])
try:
    plugin = imp.load_module(name, file, path, description)
finally:
    if file:
        file.close()
```

## Use instead
```python
import importlib.machinery
import importlib.util
import os
import sys


def _load_spec(spec):
    ...


def _find_spec(name, path=None):
    ...


plugin = _load_spec(_find_spec(name, [directory]))
```

## Fix safety
Safe.  The differences that remain:

- no file is opened, so that none is left open; `f.close()` or `with f` without a test
  failed for packages (and may have ended in a handler), and no longer does;
- `__file__` and `__spec__` of an extension module say where it comes from;
  those of a frozen module are complete;
- with `importlib.import_module`, also modules in zip files, dotted names and
  directories without `__init__.py` are found, and the exception is
  ModuleNotFoundError, a subclass of ImportError;
- a second thread that imports the same name while the module runs sees it half
  initialised, where `imp` made it wait;
- in place, a module that fails stays in `sys.modules`, where nobody looks: the program ends,
  or, if a `setup.py` handles the exception, does not mention that name again; and the program
  goes on with the module itself, not with what that puts in its own place.

A single load without a path of a literal name that no module of the standard library has
becomes `importlib.reload(sys.modules[name]) if name in sys.modules else
importlib.import_module(name)`; with `--no-helpers` so does that of other names, and those
with a path are rewritten with `--unsafe-fixes`, in place, so that a module that is loaded
already is replaced instead of run again.

## References
- [importlib.util.spec_from_file_location](https://docs.python.org/3/library/importlib.html#importlib.util.spec_from_file_location)
- [Importing a source file directly](https://docs.python.org/3/library/importlib.html#importing-a-source-file-directly)
- [imp, in the documentation of 3.11](https://docs.python.org/3.11/library/imp.html#examples)
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property

from imp_migrate.meaning.uses import Use
from imp_migrate.model import Applicability
from imp_migrate.rule import Context, Example, FixBuilder, Outcome, Part, Rule

from .flow.attempt import at_once, attempt_of, giving_up, in_variable, make_test, of_file
from .flow.emulation import has_import_hooks, in_import_hook, returns_if_loaded
from .flow.once import (
    begins_statement,
    facts_of_load,
    is_compiled,
    is_extension,
    load_in_place,
    loads_once,
)
from .flow.order import (
    common_loops,
    done_before,
    is_pure,
    loops_around,
    runs_next,
    unchanged,
)
from .flow.pairs import Load, Pair, asks_for_absence, pair_of
from .flow.replace import keep_variable, rename
from .flow.search import Search, Way, facts_of, has_list, search_of
from .flow.shared import ANEW, is_simple, put_truth, spec_variable
from .flow.spec import FOUND, documented_call, exact_call, exact_search, makes_files

EXAMPLES = (
    Example("f, p, d = find_module(n)\nm = load_module(n, f, p, d)\n"),
    Example(
        """\
import imp
import sys


def load(name):
    if name in sys.modules:
        return sys.modules[name]
    f, p, d = imp.find_module(name)
    return imp.load_module(name, f, p, d)


del sys.modules["json"]
""",
        """\
import importlib.util
import sys


def load(name):
    if name in sys.modules:
        return sys.modules[name]
    if "." in name or not getattr(importlib.util.find_spec(name), "loader", None):
        raise ImportError(f"No module named {name!r}", name=name)
    return importlib.import_module(name)


del sys.modules["json"]
""",
    ),
)

_GONE = "imp.find_module and imp.load_module were removed in Python 3.12"


def check(use: Use, ctx: Context) -> Outcome:
    if ctx.member_at(use.node) != "find_module":
        return None
    search = search_of(use, ctx)
    pair = pair_of(search, ctx) if search is not None else None
    if pair is None or any(u.silent or u.index in ctx.claimed for u in pair.uses):
        return None
    rewriter = _Rewriter(ctx, pair)
    return None if rewriter.is_entangled() else rewriter.answer()


_BUILT_IN = ("getattr", "ImportError")  #: what `_emulated` needs


@dataclass
class _Rewriter:
    """Rewrites one pair."""

    ctx: Context
    pair: Pair

    def answer(self) -> Outcome:
        """The fix, or the reason why there is none."""
        if self._is_emulated_import():
            return self._emulated()
        if self._is_plain() and self._is_sole_load():
            alone = self._is_simple() and not has_import_hooks(self.ctx)
            return self._import() if alone else self._in_place()
        if not self.ctx.options.helpers or self._is_top_level_module():
            return self._without_helpers()
        if self.pair.path:
            return self._by_path()
        return self._by_spec()

    # -- a spec goes from the searches to the loads ------------------------

    def _by_spec(self) -> Outcome:
        fix = self.ctx.fix(self.pair.uses, "Find a module spec and load it")
        if self.pair.scope is None:
            # `load_module(name, *find_module(…))`: only the names of the functions change.
            self._join(fix, self.pair.searches[0], self.pair.loads[0])
            return self._finish(fix, "find a module spec and load that")
        for search, load in self._joined:
            self._join(fix, search, load)
        searches = [s for s in self.pair.searches if s not in (j for j, _ in self._joined)]
        loads = [load for load in self.pair.loads if load not in (j for _, j in self._joined)]
        if searches:
            spec = self.pair.whole or self.ctx.new_variable("spec", self.pair.scope)
            for search in searches:
                self._rewrite_search(fix, search, spec, "_find_spec")
            for load in loads:
                self._rewrite_load(fix, load, spec)
            for test in self.pair.tests:
                self._rewrite_test(fix, test, spec)
        self._clear(fix, [search.statement for search, _ in self._joined])
        return self._finish(fix, "find a module spec and load that")

    @cached_property
    def _joined(self) -> list[tuple[Search, Load]]:
        """The searches that can move to where the only module is loaded that they are for."""
        if self.pair.tests or self.pair.path:
            return []
        reaching = [(load, self._reaching(load)) for load in self.pair.loads]
        joined = []
        for search in self.pair.searches:
            loads = [load for load, found in reaching if search in found or not found]
            if len(loads) == 1 and self._reaching(loads[0]) == [search]:
                if self._can_join(search, loads[0]):
                    joined.append((search, loads[0]))
        return joined

    def _can_join(self, search: Search, load: Load) -> bool:
        if not self._follows_directly(search, load):
            return False
        # Otherwise the name was computed after the search.
        return self._same_name(load) or is_pure(load.name)

    def _follows_directly(self, search: Search, load: Load) -> bool:
        """Say whether nothing happens between the search and the loading."""
        left = self._gone()
        return runs_next(self.ctx, search.statement, load.call, left, self.pair.contexts)

    def _rewrite_search(self, fix: FixBuilder, search: Search, target: str, helper: str) -> None:
        """Let *search* assign what *helper* finds to the variable *target*."""
        keep_variable(fix, search, target)
        rename(fix, search, helper)

    def _rewrite_load(self, fix: FixBuilder, load: Load, spec: str | ast.expr) -> None:
        """Let *load* load what *spec* stands for."""
        if self._same_name(load):
            helper = fix.helper("_load_spec", *self._facts(load))
            fix.replace(load.call, "{load}({spec})", load=helper, spec=spec)
        else:
            helper = fix.helper("_load_as", *self._facts(load))
            fix.replace(load.call, "{load}({name}, {spec})", load=helper, name=load.name, spec=spec)

    def _join(self, fix: FixBuilder, search: Search, load: Load) -> None:
        """Let *load* load what *search*, which moves there, finds."""
        facts = facts_of(search, self.ctx) | self._facts(load)
        parts: dict[str, Part] = {"wanted": search.name}
        found = "{wanted}"
        if search.path is not None:
            parts["path"] = search.path
            found = "{wanted}, {path}"
        if self._same_name(load):
            helper = "_find_and_load"
        else:
            helper, parts["name"] = "_find_and_load_as", load.name
            found = found.replace("{wanted}", "{wanted}, {name}")
        fix.replace(load.call, f"{{load}}({found})", load=fix.helper(helper, *facts), **parts)

    @cached_property
    def _files(self) -> set[str]:
        """The fact that all that is found are files or packages, if that is so."""
        return {"files"}.intersection(*(facts_of(s, self.ctx) for s in self.pair.searches))

    def _facts(self, load: Load) -> set[str]:
        """What is known of *load*, by the names in `imp_migrate.helpers.facts`."""
        return self._files | facts_of_load(load.call, load.name, self.ctx, self._gone())

    def _rewrite_test(self, fix: FixBuilder, test: ast.expr, spec: str) -> None:
        """`if file:` asked whether it is neither a package nor built in."""
        absent = asks_for_absence(test)
        text = f"{spec}.submodule_search_locations {'is not None' if absent else 'is None'}"
        if not all(has_list(search, self.ctx) for search in self.pair.searches):
            place = f"not {spec}.has_location or " if absent else f"{spec}.has_location and "
            text = place + text
        fix.replace(test, text)

    # -- statements in place -----------------------------------------------

    def _is_plain(self) -> bool:
        """Say whether it is one search and one load of the same name, which begins its statement."""
        if len(self.pair.searches) != 1 or len(self.pair.loads) != 1 or self.pair.path:
            return False
        search, load = self.pair.searches[0], self.pair.loads[0]
        plain = search.way in (Way.UNPACKED, Way.SPLAT) and self._same_name(load)
        return plain and begins_statement(load.call, self.ctx)

    def _is_sole_load(self) -> bool:
        """Say whether nothing can be seen of what the shortest way to load does less than `imp`."""
        search, load, ctx = self.pair.searches[0], self.pair.loads[0], self.ctx
        if not exact_search(search, ctx):
            return False
        compiled = is_compiled(ctx) or is_extension(load.name, ctx)
        return compiled or loads_once(load.call, load.name, ctx, self._gone())

    def _in_place(self, unsafe: bool = False) -> Outcome:
        search, load = self.pair.searches[0], self.pair.loads[0]
        fix = self.ctx.fix(self.pair.uses, "Find the module and load it in place")
        exact = bool(exact_search(search, self.ctx))
        call, parts = (exact_call if exact else documented_call)(search, self.ctx, fix)
        spec = spec_variable(self.ctx, search.use.scope)
        by_file = exact_search(search, self.ctx).startswith("importlib.machinery")
        by_file = by_file and self.ctx.tree.resolve("hasattr", search.use.scope) is None
        typed = any(getattr(owner, "returns", None) for owner in self.ctx.tree.owners())
        found = of_file(spec, typed) if by_file else in_variable(spec)
        find = f"{spec} = {call}"
        attempt = attempt_of(search, self.ctx, self._gone())
        leave, more = giving_up(search, self.ctx)
        check = [find, f"if {found.absent}:\n    {leave}"]
        if self.pair.scope is None:
            load_in_place(fix, load.use, load.call, spec, check, **{**parts, **more})
        else:
            if attempt is not None:
                make_test(fix, attempt, found, f"{find}\n", **parts)
            else:
                fix.replace_statement(search.statement, "\n".join(check), **{**parts, **more})
            load_in_place(fix, load.use, load.call, spec, name=load.name)
        for test in self.pair.tests:
            around = self.ctx.parent(test)
            if (
                isinstance(around, ast.If)
                and not (around.orelse or asks_for_absence(test))
                and is_extension(load.name, self.ctx)
            ):
                put_truth(fix, test, True)
            else:
                self._rewrite_test(fix, test, spec)
        self._clear(fix)
        advice = "find a spec, enter the module in sys.modules and execute it"
        if not unsafe:
            return self._finish(fix, advice)
        return fix.rewrite(f"{_GONE}; {advice}: {ANEW}; {FOUND}", Applicability.UNSAFE)

    # -- a path goes from the searches to the loads ------------------------

    def _by_path(self) -> Outcome:
        path = self.pair.path
        fix = self.ctx.fix(self.pair.uses, "Find a path and load from it")
        for search in self.pair.searches:
            self._rewrite_search(fix, search, path, "_find_module_path")
        for load in self.pair.loads:
            helper = fix.helper("_load_from", *self._facts(load))
            fix.replace(load.call, f"{helper}({{name}}, {path})", name=load.name)
        self._clear(fix)
        return self._finish(fix, "find the path and load the module from there")

    # -- importlib alone ---------------------------------------------------

    def _is_emulated_import(self) -> bool:
        """Say whether the code makes sure itself that the module is not loaded yet."""
        if not self._is_simple():
            return False
        search, load = self.pair.searches[0], self.pair.loads[0]
        return (
            isinstance(self.ctx.parent(load.call), ast.Return)
            and isinstance(search.name, ast.Name)
            and all(self.ctx.tree.resolve(n, search.use.scope) is None for n in _BUILT_IN)
            and not has_import_hooks(self.ctx)
            and not makes_files(self.ctx, load.call)  # importlib remembers what was in a directory
            and self._guard() is not None
        )

    def _is_simple(self) -> bool:
        """Say whether it is one search without a path, and then one load, of the same name."""
        alone = len(self.pair.searches) == len(self.pair.loads) == 1
        if not alone or self.pair.tests or self.pair.path:
            return False
        search, load = self.pair.searches[0], self.pair.loads[0]
        directly = self.pair.scope is None or self._follows_directly(search, load)
        return search.path is None and directly and self._same_name(load)

    def _is_top_level_module(self) -> bool:
        """Say whether it is one module of a literal name, which importlib finds where imp did."""
        if not self._is_simple() or has_import_hooks(self.ctx):
            return False
        return bool(self._files) and bool(exact_search(self.pair.searches[0], self.ctx))

    def _guard(self) -> ast.stmt | None:
        """The statement before the search, if it returns the module where it is loaded."""
        search = self.pair.searches[0]
        gone = self._gone()
        before = self.ctx.tree.before(search.statement)
        last = next((s for s in before if s not in gone), None)
        if last is None or not isinstance(search.name, ast.Name):
            return None
        return last if returns_if_loaded(self.ctx, last, search.name) else None

    def _emulated(self) -> Outcome:
        """An import of what `imp` found: no module of a package, no folder without `__init__`."""
        search, load = self.pair.searches[0], self.pair.loads[0]
        fix = self.ctx.fix(self.pair.uses, "Use importlib.import_module")
        statement, name = self.ctx.parent(load.call), search.name
        assert isinstance(statement, ast.Return) and isinstance(name, ast.Name)
        found = at_once(f"{fix.name('importlib.util.find_spec', load.use)}({name.id})")
        leave, more = giving_up(search, self.ctx)
        fix.replace_statement(
            statement,
            f'if "." in {name.id} or {found.absent}:\n    {leave}\n'
            f"return {fix.name('importlib.import_module', load.use)}({{name}})",
            **{**more, "name": name},
        )
        self._clear(fix, self._statement_of_its_own(search))
        return self._finish(fix, "use importlib.import_module")

    def _import(self) -> Outcome:
        search, load = self.pair.searches[0], self.pair.loads[0]
        fix = self.ctx.fix(self.pair.uses, "Use importlib.import_module")
        function = fix.name("importlib.import_module", load.use)
        fix.replace(load.call, f"{function}({{name}})", name=search.name)
        self._clear(fix, self._statement_of_its_own(search))
        return self._finish(fix, "use importlib.import_module")

    def _without_helpers(self) -> Outcome:
        search, load = self.pair.searches[0], self.pair.loads[0]
        plain = isinstance(search.name, ast.Name) or "." not in (search.literal or ".")
        if not self._is_simple() and plain and self._is_plain() and is_simple(search.name):
            return self._in_place(unsafe=True)
        if not self._is_simple() or not plain or in_import_hook(self.ctx, search.call):
            return self.ctx.manual(
                self.pair.uses,
                f"{_GONE}; find a spec with importlib.machinery.PathFinder.find_spec, enter the"
                " module in sys.modules before spec.loader.exec_module, or allow helper functions",
            )
        fix = self.ctx.fix(self.pair.uses, "Use importlib.import_module or importlib.reload")
        loaded = fix.name("sys.modules", load.use)
        again = f"{fix.name('importlib.reload', load.use)}({loaded}[{{name}}])"
        first = f"{fix.name('importlib.import_module', load.use)}({{name}})"
        fix.replace(load.call, f"{again} if {{name}} in {loaded} else {first}", name=search.name)
        self._clear(fix, self._statement_of_its_own(search))
        return self._finish(fix, "use importlib.import_module, or reload")

    def _statement_of_its_own(self, search: Search) -> list[ast.stmt]:
        return [search.statement] if self.pair.scope is not None else []

    # -- what is left over -------------------------------------------------

    def _gone(self) -> list[ast.stmt]:
        """The statements that have no purpose any more."""
        inits = [s for s in self.pair.inits if not self._sets_path(s)]
        return [*inits, *self.pair.closings, *self.pair.unpackings]

    def is_entangled(self) -> bool:
        """Say whether the variable of the path, which stays, is set together with others."""
        names = [{t.id for t in ast.walk(s) if isinstance(t, ast.Name)} for s in self.pair.inits]
        return any(self.pair.path in some and len(some) > 1 for some in names)

    def _sets_path(self, init: ast.stmt) -> bool:
        """Say whether *init* sets the variable of the path, which stays."""
        return any(isinstance(t, ast.Name) and t.id == self.pair.path for t in ast.walk(init))

    def _clear(self, fix: FixBuilder, others: list[ast.stmt] | None = None) -> None:
        """Take out what has no purpose any more, and *others*."""
        fix.remove(*self._gone(), *(others or []))
        for context in self.pair.contexts:
            fix.unwrap(context)

    def _finish(self, fix: FixBuilder, advice: str) -> Outcome:
        return fix.rewrite(f"{_GONE}; {advice}")

    # -- names -------------------------------------------------------------

    def _same_name(self, load: Load) -> bool:
        """Say whether *load* certainly loads under the name that was searched for."""
        searches = self._reaching(load)
        return bool(searches) and all(self._is_same(search, load) for search in searches)

    def _is_same(self, search: Search, load: Load) -> bool:
        if ast.dump(search.name) != ast.dump(load.name) or not is_pure(load.name):
            return False
        return self.pair.scope is None or unchanged(
            self.ctx, load.name, search.statement, load.call
        )

    def _reaching(self, load: Load) -> list[Search]:
        """The searches whose result *load* may get; none if that is not certain."""
        if self.pair.scope is None:
            return self.pair.searches
        here = self.ctx.place(load.call)
        searches = sorted(self.pair.searches, key=lambda search: self.ctx.place(search.call))
        before = [s for s in searches if self.ctx.place(s.call) < here]
        for position in reversed(range(len(before))):
            found = before[position:]
            if done_before(self.ctx.tree, [s.statement for s in found], load.call):
                if not loops_around(self.ctx.tree, load.call):
                    return found
                later = searches[len(before) :]
                return found + [s for s in later if self._comes_round(s, load, found)]
        return []

    def _comes_round(self, later: Search, load: Load, found: list[Search]) -> bool:
        """Say whether *load* may get, in the next round of a loop, what *later* finds.

        Unless one of *found* comes in between, in that round.
        """
        tree = self.ctx.tree
        for loop in common_loops(tree, later.statement, load.call)[:1]:
            inside = [s.statement for s in found if loop in tree.ancestors(s.statement)]
            return not done_before(tree, inside, load.call)
        return False


RULES = (
    Rule(
        "IMP203",
        "imp-find-and-load",
        "find_module and load_module: find a module spec and load it",
        check,
        members=frozenset({"find_module"}),
        stage=0,
    ),
)
