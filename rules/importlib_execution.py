"""Modules that are made from a spec and not run, or not registered in time.

## What it does
Reports, about modules that `importlib.util.module_from_spec` makes:

- `exec_module` forgotten, called without the module, or its result used, which is
  None (IMP505);
- the entry in `sys.modules` made after the module has run (IMP507);
- no entry at all where the file loads packages, or source text of its own with
  relative imports or dataclasses, which look themselves up there, or where it pickles
  objects of what it has loaded (IMP508).

## Why is this a problem
`imp.load_source` and `imp.load_module` ran a module and entered it in `sys.modules`
*before* that.  A module that is not there while it runs cannot import from its
own package, define some dataclasses, be pickled, or be imported by what it imports.

## Example
```python
import importlib.util
import sys

spec = importlib.util.spec_from_file_location(name, path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
sys.modules[name] = module
```

## Use instead
```python
import importlib.util
import sys

spec = importlib.util.spec_from_file_location(name, path)
module = importlib.util.module_from_spec(spec)
sys.modules[name] = module
try:
    spec.loader.exec_module(module)
except BaseException:
    sys.modules.pop(name, None)
    raise
```

## Fix safety
There is no fix: whether a module that fails is to stay in `sys.modules` is for the
author to say.

## References
- [Importing a source file directly](https://docs.python.org/3/library/importlib.html#importing-a-source-file-directly)
- [The import system: Loading](https://docs.python.org/3/reference/import.html#loading)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from imp_migrate.lint import LintRule, Spot
from imp_migrate.meaning.importlib_uses import ImportlibUses
from imp_migrate.meaning.presence import is_none
from imp_migrate.meaning.scopes import place_of
from imp_migrate.rule import Example

_MADE = (
    "import importlib.util, sys\n"
    "spec = importlib.util.spec_from_file_location('m', path)\n"
    "m = importlib.util.module_from_spec(spec)\n"
)
EXAMPLES = (
    Example(_MADE + "m.main()\n"),
    Example(_MADE + "result = spec.loader.exec_module(m)\n"),
    Example(_MADE + "spec.loader.exec_module(m)\nsys.modules['m'] = m\n"),
    Example(
        "from importlib.util import module_from_spec, spec_from_file_location\n"
        "spec = spec_from_file_location('p', d + '/__init__.py', submodule_search_locations=[d])\n"
        "p = module_from_spec(spec)\n"
        "spec.loader.exec_module(p)\n"
    ),
    Example(_MADE + "sys.modules['m'] = m\nspec.loader.exec_module(m)\n"),
)

_MAKE = "importlib.util.module_from_spec"
_EXEC = "exec_module"
#: What runs the code of a module in other ways.
_OTHER_WAYS = frozenset(["exec", "execfile", "load_module", "get_code", "LazyLoader", "reload"])
#: Source text that only works in a module that is in sys.modules.
_NEEDY = re.compile(
    r"^[ \t]*from[ \t]+\.+\w*[ \t]+import\b|^[ \t]*from __future__ import.*\bannotations\b[\s\S]*@(?:dataclasses\.)?dataclass\b",
    re.MULTILINE,
)


# -- IMP505 ----------------------------------------------------------------


def check_execution(uses: ImportlibUses) -> Iterator[Spot]:
    for call in _executions(uses):
        if not uses.is_run(call):
            continue
        if not (call.args or call.keywords):
            message = f"{_EXEC}() needs the module that module_from_spec(spec) made; pass it"
            yield Spot(call, _EXEC, message)
        elif _is_used(uses, call):
            message = f"{_EXEC}() returns None; use the module that it is given"
            yield Spot(call, _EXEC, message)
    if _is_executed_somehow(uses):
        return
    for call in uses.called(_MAKE):
        if uses.is_run(call) and _is_taken_for_loaded(uses, call):
            message = (
                "module_from_spec() makes an empty module; run it with"
                " `spec.loader.exec_module(module)`"
            )
            yield Spot(call, _MAKE, message)


def _executions(uses: ImportlibUses) -> Iterator[ast.Call]:
    """The calls of `exec_module` of a loader of the standard library."""
    for call in uses.tree.calls:
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr == _EXEC:
            if uses.is_loader(function.value):
                yield call


def _is_used(uses: ImportlibUses, call: ast.Call) -> bool:
    parent = uses.tree.parents[call]
    if isinstance(parent, (ast.Return, ast.Lambda)):
        # What only passes the call on has the same (lack of a) result.
        function = uses.function(call)
        return isinstance(function, ast.FunctionDef) and any(
            isinstance(node, ast.Call) and uses.qualified(node.func) == _MAKE
            for node in ast.walk(function)
        )
    return isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Attribute))


def _is_executed_somehow(uses: ImportlibUses) -> bool:
    tree = uses.tree
    if tree.attribute_names & {_EXEC, *_OTHER_WAYS} or tree.names & _OTHER_WAYS:
        return True
    return any(_EXEC in text for _, text in uses.texts)


def _is_taken_for_loaded(uses: ImportlibUses, call: ast.Call) -> bool:
    """Say whether the module that *call* makes is asked for something that only code defines."""
    parent = uses.tree.parents[call]
    if isinstance(parent, ast.Attribute):
        return not _is_dunder(parent.attr)
    target = parent.targets[0] if isinstance(parent, ast.Assign) else None
    if not isinstance(target, ast.Name):
        return False
    for read in uses.tree.reads_of(target):
        around = uses.tree.parents[read]
        if isinstance(around, ast.Attribute) and isinstance(around.ctx, ast.Load):
            if not _is_dunder(around.attr):
                return True
        if isinstance(around, ast.Call) and read in around.args[:1]:
            name = ast.unparse(around.func)
            if any(isinstance(a, ast.Constant) and _is_dunder(a.value) for a in around.args[1:2]):
                continue  # a module has it without its code
            if name in ("getattr", "hasattr", "vars", "dir") or name.startswith("inspect.get"):
                return True
    return False


def _is_dunder(name: object) -> bool:
    return isinstance(name, str) and name.startswith("__")


# -- IMP507 ----------------------------------------------------------------


def check_late(uses: ImportlibUses) -> Iterator[Spot]:
    entries = list(uses.registrations())
    for call in _runs_of_names(uses):
        module = call.args[0]
        assert isinstance(module, ast.Name)
        home, scope = uses.function(call), uses.tree.home(module)
        own = [
            statement
            for statement, value in entries
            if isinstance(value, ast.Name)
            and value.id == module.id
            and uses.tree.home(value) is scope
            and uses.function(statement) is home
        ]
        run = uses.tree.statement(call)
        later = [s for s in own if place_of(s) > place_of(run) and not _are_exclusive(uses, s, run)]
        if not later or len(later) < len(own) or _is_entered_otherwise(uses, module, home):
            continue
        if not uses.is_run(call) or _is_copy(uses, module):
            continue
        text = ast.unparse(later[0])
        message = f"this is too late: put `{text}` before {_EXEC} ({uses.tree.place(run.lineno)})"
        yield Spot(later[0], "sys.modules", message)


def _runs_of_names(uses: ImportlibUses) -> Iterator[ast.Call]:
    """`loader.exec_module(name)` where the name is what `module_from_spec` made."""
    for call in uses.tree.calls:
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr == _EXEC:
            module = call.args[0] if call.args else None
            if isinstance(module, ast.Name) and uses.calls_in(module) == {_MAKE}:
                yield call


def _is_copy(uses: ImportlibUses, module: ast.Name) -> bool:
    """Say whether *module* is one more of a module that the file names, and that runs alone."""
    for made in uses.values(module):
        spec = made.args[0] if isinstance(made, ast.Call) and made.args else None
        for found in uses.values(spec) if spec is not None else []:
            if isinstance(found, ast.Call) and found.args:
                if uses.qualified(found.func).endswith("find_spec"):
                    return isinstance(found.args[0], ast.Constant)
    return False


def _are_exclusive(uses: ImportlibUses, one: ast.stmt, other: ast.stmt) -> bool:
    """Say whether the two stand in different branches, so that only one of them runs."""
    around = {id(a): a for a in [one, *uses.tree.ancestors(one)]}
    child: ast.AST = other
    for ancestor in uses.tree.ancestors(other):
        if id(ancestor) in around:
            if isinstance(ancestor, ast.If):
                return (child in ancestor.body) != any(id(s) in around for s in ancestor.body)
            return False
        child = ancestor
    return False


def _is_entered_otherwise(uses: ImportlibUses, module: ast.Name, home: ast.AST) -> bool:
    """Say whether `sys.modules` is changed in *home* in a way that is not an assignment."""
    for table in uses.module_tables():
        around = uses.tree.parents[table]
        if uses.function(table) is home and isinstance(around, ast.Attribute):
            if around.attr in ("setdefault", "update", "__setitem__"):
                return True
    return False


# -- IMP508 ----------------------------------------------------------------


def check_never(uses: ImportlibUses) -> Iterator[Spot]:
    if any(True for _ in uses.module_tables()):
        return
    everywhere = _why_needy(uses)
    for call in _runs_of_names(uses):
        module = call.args[0]
        assert isinstance(module, ast.Name)
        needy = everywhere or ("pickling what it defines" if _is_pickled(uses, module) else "")
        if needy and uses.is_run(call):
            message = (
                f"{needy} needs the module in sys.modules; before this, write"
                f" `sys.modules[spec.name] = {ast.unparse(module)}`"
            )
            yield Spot(call, _EXEC, message)


def _is_pickled(uses: ImportlibUses, module: ast.Name) -> bool:
    """Say whether an object of a class of *module* is pickled, which pickle looks up there."""
    scope = uses.tree.home(module)
    dumped = (
        call.args[0]
        for call in uses.tree.calls
        if call.args and uses.tree.dotted(call.func) in ("pickle.dump", "pickle.dumps")
    )
    made = (node.func for part in dumped for node in ast.walk(part) if isinstance(node, ast.Call))
    return any(
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == module.id
        and uses.tree.home(function.value) is scope
        and function.attr[:1].isupper()
        for function in made
    )


def _why_needy(uses: ImportlibUses) -> str:
    """What there is about the modules that the file loads; "" if nothing is known."""
    for call in uses.called("importlib.util.spec_from_file_location"):
        locations = uses.argument(call, 99, "submodule_search_locations")
        if locations is not None and not is_none(locations):
            return "what a package imports from itself"
        path = uses.argument(call, 1, "location")
        if path is not None and any(map(_is_package_file, uses.values(path))):
            return "what a package imports from itself"
    for string, text in uses.texts:
        is_doc = isinstance(uses.tree.parents.get(string), ast.Expr)
        if "\n" in text and _NEEDY.search(text) and not is_doc:
            line = uses.tree.place(string.lineno)
            return f"a relative import or a dataclass, as in the text on {line},"
    return ""


def _is_package_file(path: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Constant) and str(node.value).endswith("__init__.py")
        for node in ast.walk(path)
    )


RULES = (
    LintRule("IMP505", "module-not-executed", "a module is made and not run", check_execution),
    LintRule("IMP507", "registered-late", "a module in sys.modules after it ran", check_late),
    LintRule("IMP508", "not-registered", "a package that is not in sys.modules", check_never),
)
