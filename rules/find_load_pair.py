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

A module that is loaded under another name than it is searched for goes
through `_load_as`.  Where the path is needed for something else, it is what goes from
one call to the other: `_find_module_path` and `_load_from`.  A function that returns `sys.modules[name]` if it can, and
else finds and loads the module (the example in the documentation of `imp`),
becomes `importlib.import_module(name)`.

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

- no file is opened, so that none is left open; `f.close()` without a test
  failed for packages, and no longer does;
- a path that is no list (a tuple, the `__path__` of a namespace package) is
  searched, where `imp` raised RuntimeError;
- `__file__` and `__spec__` of an extension module say where it comes from;
  those of a frozen module are complete;
- a built-in module is not found under another name than its own;
- with `importlib.import_module`, also modules in zip files, dotted names and
  directories without `__init__.py` are found, and the exception is
  ModuleNotFoundError, a subclass of ImportError;
- a second thread that imports the same name while the module runs sees it half
  initialised, where `imp` made it wait.

With `--no-helpers` only searches without a path are rewritten:
`importlib.reload(sys.modules[name]) if name in sys.modules else
importlib.import_module(name)`.

## References
- [importlib.util.spec_from_file_location](https://docs.python.org/3/library/importlib.html#importlib.util.spec_from_file_location)
- [Importing a source file directly](https://docs.python.org/3/library/importlib.html#importing-a-source-file-directly)
- [imp, in the documentation of 3.11](https://docs.python.org/3.11/library/imp.html#examples)
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from imp_migrate.blocks import Entangled
from imp_migrate.resolve import Use
from imp_migrate.rule import Context, Example, FixBuilder, Outcome, Rule, comments

from ._find import Search, search_of
from ._order import done_before, is_pure, runs_next, unchanged
from ._pairs import Load, Pair, pair_of
from ._shared import put

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
import importlib
import sys


def load(name):
    return importlib.import_module(name)


del sys.modules["json"]
""",
    ),
)

_GONE = "imp.find_module and imp.load_module were removed in Python 3.12"
_NARROW, _WIDE = 79, 99  #: how long a new line may get, depending on those there are


def check(use: Use, ctx: Context) -> Outcome:
    if ctx.member_at(use.node) != "find_module":
        return None
    search = search_of(use, ctx)
    pair = pair_of(search, ctx) if search is not None else None
    if pair is None or any(u.silent or u.index in ctx.claimed for u in pair.uses):
        return None
    try:
        return _Rewriter(ctx, pair).answer()
    except Entangled:
        return None


@dataclass
class _Rewriter:
    """Rewrites one pair."""

    ctx: Context
    pair: Pair

    def answer(self) -> Outcome:
        """The fix, or the reason why there is none; raises Entangled."""
        plain = self._plain_import()
        if plain is not None:
            return plain
        if not self.ctx.options.helpers:
            return self._without_helpers()
        if self.pair.path:
            return self._by_path()
        fix = self.ctx.fix(self.pair.uses, "Find a module spec and load it")
        if self._single():
            self._rewrite_as_one(fix)
        else:
            self._rewrite_apart(fix)
        self._clean_up(fix)
        return fix.rewrite(f"{_GONE}; find a module spec and load that")

    # -- two calls become one ----------------------------------------------

    def _single(self) -> bool:
        """Say whether the search can move to where the module is loaded."""
        alone = len(self.pair.searches) == len(self.pair.loads) == 1
        if not alone or self.pair.tests or self.pair.path:
            return False
        search, load = self.pair.searches[0], self.pair.loads[0]
        if self.pair.scope is None:
            return True
        if not self._follows_directly(search, load) or not self._is_one_line(search):
            return False
        if not self._same_name(load) and not is_pure(load.name):
            return False  # the name was computed after the search
        return self._width(load, self._one(search, load, "_find_spec")) <= self._limit()

    def _follows_directly(self, search: Search, load: Load) -> bool:
        """Say whether nothing happens between the search and the loading."""
        left = set(self._gone())
        return runs_next(self.ctx, search.statement, load.call, left, self.pair.contexts)

    def _is_one_line(self, search: Search) -> bool:
        text = self._arguments(search)
        return "\n" not in text and "\r" not in text

    def _arguments(self, search: Search) -> str:
        """What stands in the call after the function, in one line if that can be."""
        start = self.ctx.span(search.call.func)[1]
        end = self.ctx.span(search.call)[1]
        text = self.ctx.source.text[start:end]
        inner = [u for u in self.ctx.uses if start <= self.ctx.span(u.node)[0] < end]
        strings = [n for n in ast.walk(search.call) if isinstance(n, ast.Constant)]
        if inner or comments(text) or any(n.lineno != n.end_lineno for n in strings):
            return text
        text = re.sub(r"[ \t]*\\?(?:\r\n|\r|\n)[ \t]*", " ", text)
        return (
            re.sub(r"([(\[{]) | (?=[)\]}])", r"\1", text)
            if "\n" in self.ctx.text(search.call)
            else text
        )

    def _one(self, search: Search, load: Load, find: str) -> str:
        """The text of both calls in one."""
        found = f"{find}{self._arguments(search)}"
        if self._same_name(load):
            return f"_load_spec({found})"
        return f"_load_as({self.ctx.text(load.name)}, {found})"

    def _width(self, load: Load, text: str) -> int:
        """The length of the line of *load* with *text* in its place."""
        start, end = self.ctx.span(load.call)
        line_start = self.ctx.source.line_span(load.call.lineno)[0]
        after = self.ctx.source.line_text(load.call.end_lineno or load.call.lineno)
        last_start = self.ctx.source.line_span(load.call.end_lineno or load.call.lineno)[0]
        return (start - line_start) + len(text) + len(after) - (end - last_start)

    def _limit(self) -> int:
        count = len(self.ctx.source.line_starts)
        longest = max(len(self.ctx.source.line_text(n)) for n in range(1, count + 1))
        return _NARROW if longest <= _NARROW else _WIDE

    def _rewrite_as_one(self, fix: FixBuilder) -> None:
        search, load = self.pair.searches[0], self.pair.loads[0]
        if self.pair.scope is not None:
            text = self._one(search, load, fix.helper("_find_spec"))
            text = fix.helper(text.partition("(")[0]) + text[text.index("(") :]
            fix.replace(load.call, text)
            return
        # load_module(name, *find_module(…)): only the names of the functions change
        fix.replace(search.call.func, fix.helper("_find_spec"))
        if self._same_name(load):
            start, end = self.ctx.span(load.call)
            inner, outer = self.ctx.span(search.call)
            lost = comments(self.ctx.source.text[start:inner])
            if lost:
                raise Entangled("comments in the call")
            fix.replace_span(start, inner, f"{fix.helper('_load_spec')}(")
            fix.replace_span(
                outer,
                end,
                ")"
                if not comments(self.ctx.source.text[outer:end])
                else self.ctx.source.text[outer:end],
            )
        else:
            fix.replace(load.call.func, fix.helper("_load_as"))
            star = self.ctx.span(load.call.args[1])[0]
            fix.replace_span(star, self.ctx.span(search.call)[0], "")

    # -- two calls stay two ------------------------------------------------

    def _rewrite_apart(self, fix: FixBuilder) -> None:
        assert self.pair.scope is not None
        spec = self.pair.whole or self.ctx.new_variable("spec", self.pair.scope)
        for search in self.pair.searches:
            self._rewrite_search(fix, search, spec, "_find_spec")
        for load in self.pair.loads:
            self._rewrite_load(fix, load, spec)
        for test in self.pair.tests:
            self._rewrite_test(fix, test, spec)

    def _rewrite_search(self, fix: FixBuilder, search: Search, target: str, helper: str) -> None:
        """Let *search* assign what *helper* finds to the variable *target*."""
        assert isinstance(search.statement, ast.Assign)
        targets = search.statement.targets
        start = self.ctx.span(targets[0])[0]
        if comments(self.ctx.source.text[start : self.ctx.span(search.call)[0]]):
            raise Entangled("comments among the targets")
        fix.replace_span(start, self.ctx.span(targets[-1])[1], target)
        function = fix.helper(helper)
        text = function + self._arguments(search)
        column = start - self.ctx.source.line_span(search.statement.lineno)[0]
        fits = column + len(target) + len(" = ") + len(text) <= self._limit()
        if fits and "\n" in self.ctx.text(search.call) and "\n" not in text:
            fix.replace(search.call, text)
        else:
            fix.replace(search.call.func, function)

    def _rewrite_load(self, fix: FixBuilder, load: Load, spec: str) -> None:
        if self._same_name(load):
            fix.replace(load.call, f"{fix.helper('_load_spec')}({spec})")
            return
        text = f"{fix.helper('_load_as')}({self.ctx.text(load.name)}, {spec})"
        arguments = load.call.args
        start, end = self.ctx.span(arguments[1])[0], self.ctx.span(arguments[-1])[1]
        fits = "\n" not in text and self._width(load, text) <= self._limit()
        if load.call.keywords or fits or comments(self.ctx.source.text[start:end]):
            fix.replace(load.call, text)
            return
        fix.replace(load.call.func, fix.helper("_load_as"))
        fix.replace_span(start, end, spec)

    def _rewrite_test(self, fix: FixBuilder, test: ast.expr, spec: str) -> None:
        """`if file:` asked whether it is neither a package nor built in."""
        absent = isinstance(test, ast.UnaryOp) or (
            isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Is, ast.Eq))
        )
        no = "is not None" if absent else "is None"
        text = f"{spec}.submodule_search_locations {no}"
        if not all(self._has_path(search) for search in self.pair.searches):
            place = f"not {spec}.has_location or " if absent else f"{spec}.has_location and "
            text = place + text
        put(fix, self.ctx, test, text)

    def _has_path(self, search: Search) -> bool:
        """Say whether *search* never finds a built-in module."""
        path = search.path
        return isinstance(path, (ast.List, ast.ListComp)) or (
            isinstance(path, ast.Attribute) and path.attr in ("path", "__path__")
        )

    # -- the path is needed as well ----------------------------------------

    def _by_path(self) -> Outcome:
        """Search for the path, load from the path."""
        path = self.pair.path
        fix = self.ctx.fix(self.pair.uses, "Find a path and load from it")
        for search in self.pair.searches:
            self._rewrite_search(fix, search, path, "_find_module_path")
        for load in self.pair.loads:
            text = f"{fix.helper('_load_from')}({self.ctx.text(load.name)}, {path})"
            fix.replace(load.call, text)
        self._clean_up(fix)
        return fix.rewrite(f"{_GONE}; find the path and load the module from there")

    # -- what is left over -------------------------------------------------

    def _gone(self) -> list[ast.stmt]:
        """The statements that have no purpose any more."""
        inits = [s for s in self.pair.inits if not self._sets_path(s)]
        return [*inits, *self.pair.closings, *self.pair.unpackings]

    def _sets_path(self, init: ast.stmt) -> bool:
        """Say whether *init* sets the variable of the path, which stays."""
        names = {t.id for t in ast.walk(init) if isinstance(t, ast.Name)}
        if self.pair.path in names and len(names) > 1:
            raise Entangled("several variables are set at once")
        return self.pair.path in names

    def _clean_up(self, fix: FixBuilder) -> None:
        left = self._gone()
        if self._single() and self.pair.scope is not None:
            left.append(self.pair.searches[0].statement)
        for statement in [*left, *self.pair.contexts]:
            self._check_free(statement)
        fix.take_out(left, self.pair.contexts)

    def _check_free(self, statement: ast.stmt) -> None:
        """Make sure that no import of `imp` stands on a line that moves."""
        block = self.ctx.tree.block(statement)
        parent = self.ctx.parent(statement)
        if block is getattr(parent, "finalbody", None):
            assert isinstance(parent, ast.stmt)
            statement = parent
        first, last = statement.lineno, statement.end_lineno or statement.lineno
        for use in self.ctx.uses:
            for found in use.all_imports:
                if first <= found.statement.lineno <= last:
                    raise Entangled("the import moves as well")

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
        tree, here = self.ctx.tree, self.ctx.span(load.call)[0]
        before = [s for s in self.pair.searches if self.ctx.span(s.call)[0] < here]
        for position in range(len(before) - 1, -1, -1):
            statements = [s.statement for s in before[position:]]
            if done_before(tree, statements, load.call):
                return before[position:]
        return []

    # -- without helpers ---------------------------------------------------

    def _plain_import(self) -> Outcome:
        """`import_module`, where the code itself makes sure that the module is not loaded yet."""
        alone = len(self.pair.searches) == len(self.pair.loads) == 1
        if not alone or self.pair.tests or self.pair.path:
            return None
        search, load = self.pair.searches[0], self.pair.loads[0]
        statement = self.ctx.parent(load.call)
        if not (
            isinstance(statement, ast.Return)
            and search.path is None
            and isinstance(search.name, ast.Name)
            and self._same_name(load)
            and not self._in_import_hook(search)
        ):
            return None
        start = search.statement
        if start is not statement and not self._follows_directly(search, load):
            return None
        block = self.ctx.tree.block(start)
        earlier = block[: block.index(start)]
        guard = next((s for s in reversed(earlier) if s not in self._gone()), None)
        if guard is None or not self._looks_up(guard, search.name.id):
            return None
        fix = self.ctx.fix(self.pair.uses, "Use importlib.import_module")
        fix.replace(load.call, f"{fix.name('importlib.import_module')}({search.name.id})")
        left = self._gone()
        if start is not statement:
            left.append(start)
        if self._sys_is_needed(guard):
            left.append(guard)
        for gone_statement in [*left, *self.pair.contexts]:
            self._check_free(gone_statement)
        fix.take_out(left, self.pair.contexts)
        return fix.rewrite(f"{_GONE}; use importlib.import_module")

    def _in_import_hook(self, search: Search) -> bool:
        """Say whether this is part of the import system itself, which would call itself."""
        hooks = {"find_module", "find_spec", "load_module", "exec_module"}
        for parent in self.ctx.tree.ancestors(search.call):
            if isinstance(parent, ast.ClassDef):
                methods = {getattr(s, "name", "") for s in parent.body}
                if methods & hooks:
                    return True
        return False

    def _looks_up(self, guard: ast.stmt, name: str) -> bool:
        """Say whether *guard* returns `sys.modules[name]` if there is one, and does nothing else."""
        if isinstance(guard, ast.Try):
            handlers = guard.handlers
            caught = handlers[0].type if len(handlers) == 1 else None
            quiet = (
                isinstance(caught, ast.Name)
                and caught.id == "KeyError"
                and all(isinstance(s, ast.Pass) for s in handlers[0].body)
            )
            return (
                quiet
                and not guard.orelse
                and not guard.finalbody
                and self._returns(guard.body, name)
            )
        if isinstance(guard, ast.If) and isinstance(guard.test, ast.Compare):
            test = guard.test
            asked = (
                isinstance(test.left, ast.Name)
                and test.left.id == name
                and len(test.ops) == 1
                and isinstance(test.ops[0], ast.In)
                and self._is_modules(test.comparators[0])
            )
            return asked and not guard.orelse and self._returns(guard.body, name)
        return False

    def _returns(self, body: list[ast.stmt], name: str) -> bool:
        value = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
        return (
            isinstance(value, ast.Subscript)
            and self._is_modules(value.value)
            and isinstance(value.slice, ast.Name)
            and value.slice.id == name
        )

    def _is_modules(self, node: ast.expr) -> bool:
        return self.ctx.namer.reach.dotted(node) == "sys.modules"

    def _sys_is_needed(self, guard: ast.stmt) -> bool:
        """Say whether something else uses `sys`, so that its import is not left unused."""
        inside = set(ast.walk(guard))
        return any(read not in inside for read in self.ctx.tree.references.get("sys", ()))

    def _without_helpers(self) -> Outcome:
        uses = self.pair.uses
        search, load = self.pair.searches[0], self.pair.loads[0]
        simple = len(uses) == 2 and not self.pair.tests and not self.pair.path
        directly = self.pair.scope is None or self._follows_directly(search, load)
        known = isinstance(search.name, (ast.Name, ast.Constant)) and self._same_name(load)
        dotted = search.literal is not None and "." in search.literal
        if (
            simple
            and search.path is None
            and directly
            and known
            and not dotted
            and not self._in_import_hook(search)
        ):
            fix = self.ctx.fix(uses, "Use importlib.import_module or importlib.reload")
            name = self.ctx.text(search.name)
            loaded = f"{fix.name('sys.modules', load.use)}"
            text = (
                f"{fix.name('importlib.reload', load.use)}({loaded}[{name}]) if {name} in {loaded}"
                f" else {fix.name('importlib.import_module', load.use)}({name})"
            )
            put(fix, self.ctx, load.call, text)
            left = self._gone()
            if self.pair.scope is not None:
                left.append(search.statement)
            for statement in [*left, *self.pair.contexts]:
                self._check_free(statement)
            fix.take_out(left, self.pair.contexts)
            return fix.rewrite(f"{_GONE}; use importlib.import_module, or reload")
        return self.ctx.manual(
            uses,
            f"{_GONE}; find a spec with importlib.machinery.PathFinder.find_spec, enter the module"
            " in sys.modules before spec.loader.exec_module, or allow helper functions",
        )


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
