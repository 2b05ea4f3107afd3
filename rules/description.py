"""Tests of the description that `imp.find_module` returned, such as `kind == imp.PKG_DIRECTORY`.

## What it does
Where a function compares the type code of a description with the constants of
`imp`, and needs nothing else of it, asks the module spec instead: what
`_find_spec`, a short function that is added to the module, returns.  Where the
path is needed as well, `_find_module_path` returns that, and the test is
whether it is a directory, or how it ends.  The open file goes, with what closed
it.

## Why is this a problem
The module `imp` was removed in Python 3.12, and its type codes with it.

## Example
```python
import imp


def is_package(name):
    file, path, description = imp.find_module(name)
    if file:
        file.close()
    return description[2] == imp.PKG_DIRECTORY
```

## Use instead
```python
def _find_spec(name, path=None):
    ...


def is_package(name):
    spec = _find_spec(name)
    return spec.has_location and spec.submodule_search_locations is not None
```

## Fix safety
Safe: the tests give what the comparison gave for modules of every kind (unless
the directory of a package is called like a file, `x.py`).  The differences that
remain are those of IMP201 and IMP202.

## References
- [importlib.machinery.ModuleSpec](https://docs.python.org/3/library/importlib.html#importlib.machinery.ModuleSpec)
- [imp, in the documentation of 3.11](https://docs.python.org/3.11/library/imp.html#imp.PKG_DIRECTORY)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, Example, FixBuilder, Outcome, Rule

from .flow.demand import Demand, Test, demands
from .flow.kind import path_test, put_test
from .flow.order import done_before, unchanged
from .flow.replace import clear, keep_variable, rename, replace_search
from .flow.search import PATH, has_list, objection, search_of
from .flow.shared import gone

EXAMPLES = (
    Example(
        "file, path, description = find_module(name)\nprint(description[2] == PKG_DIRECTORY)\n"
    ),
)

#: What a spec says about a module of each kind.
_BY_SPEC = {
    "PY_SOURCE": "isinstance({spec}.loader, {source}) and {spec}.submodule_search_locations is None",
    "PY_COMPILED": (
        "isinstance({spec}.loader, {compiled}) and {spec}.submodule_search_locations is None"
    ),
    "C_EXTENSION": "isinstance({spec}.loader, {extension})",
    "PKG_DIRECTORY": "{spec}.has_location and {spec}.submodule_search_locations is not None",
    "C_BUILTIN": "{spec}.loader is {builtin}",
    "PY_FROZEN": "{spec}.loader is {frozen}",
}
_CLASSES = {
    "source": "importlib.machinery.SourceFileLoader",
    "compiled": "importlib.machinery.SourcelessFileLoader",
    "extension": "importlib.machinery.ExtensionFileLoader",
    "builtin": "importlib.machinery.BuiltinImporter",
    "frozen": "importlib.machinery.FrozenImporter",
}


def check(use: Use, ctx: Context) -> Outcome:
    if not ctx.options.helpers or not ctx.member_at(use.node):
        return None
    search = search_of(use, ctx)
    found = demands(search, ctx) if search is not None else None
    if found is None or not any(demand.tests for demand in found):
        return None
    if any(objection(demand.search, ctx) for demand in found):
        return None
    uses = [demand.search.use for demand in found]
    constants = [use for demand in found for test in demand.tests for use in test.uses]
    fix = ctx.fix([*uses, *constants], "Ask for what the description told")
    for demand in found:
        if not _replace(fix, demand):
            return None
    clear(fix, found)
    return fix.rewrite(gone(use, "ask the module spec, or the path, what kind of module it is"))


def _replace(fix: FixBuilder, demand: Demand) -> bool:
    """Replace a search and the tests of its description; False if a test has no successor."""
    search, ctx = demand.search, fix.context
    if demand.tests and not demand.path:
        spec = ctx.new_variable("spec", search.use.scope)
        keep_variable(fix, search, spec)
        rename(fix, search, "_find_spec")
        return all(_ask_spec(fix, demand, test, spec) for test in demand.tests)
    replace_search(fix, demand)
    return all(_ask_path(fix, demand, test) for test in demand.tests)


def _ask_spec(fix: FixBuilder, demand: Demand, test: Test, spec: str) -> bool:
    """Ask the spec what kind of module it is; False if that does not say enough."""
    search = demand.search
    given = has_list(search, fix.context)
    conditions = []
    for member in test.members:
        template = _BY_SPEC.get(member)
        if member == "PKG_DIRECTORY" and given:
            template = "{spec}.submodule_search_locations is not None"  # never a frozen one
        if template is None:
            return False
        names = {k: fix.name(v, search.use) for k, v in _CLASSES.items() if f"{{{k}}}" in template}
        conditions.append(template.format(spec=spec, **names))
    if len(conditions) > 1:
        conditions = [f"({text})" if " and " in text else text for text in conditions]
    put_test(fix, test, " or ".join(conditions))
    return True


def _ask_path(fix: FixBuilder, demand: Demand, test: Test) -> bool:
    """Ask the path what kind of module it is; False if that does not say enough."""
    search, ctx = demand.search, fix.context
    path = search.parts[PATH].target
    if not isinstance(path, ast.Name) or not done_before(ctx.tree, [search.statement], test.node):
        return False
    if not unchanged(ctx, path, search.call, test.node):
        return False
    given = has_list(search, ctx)
    text = path_test(fix, search.use, path.id, test.members, given)
    if text is not None:
        put_test(fix, test, text)
    return text is not None


RULES = (
    Rule(
        "IMP212",
        "imp-description",
        "a test of the description that imp.find_module returned: ask the spec or the path",
        check,
        members=frozenset({"find_module"}),
        stage=0,
    ),
)
