"""Uses of `imp.find_module` that only want to know where a module is.

## What it does
Replaces `imp.find_module` by `_find_module_path`, a short function that is
added to the module after its imports, searches as `imp` did and returns the
path alone.  The variables for the open file and the description go, and so does
what only closed that file.

## Why is this a problem
The module `imp` was removed in Python 3.12.  What comes first to mind instead,
`importlib.util.find_spec(name).origin`, is another path for a package: its
`__init__.py`, where `imp` gave the directory.  It is `"built-in"` or `"frozen"`
where `imp` gave None, it comes from the module that is loaded already even if
another file would be found now, and `find_spec` returns None where `imp`
raised ImportError.

`imp` also opened the file, and who did not close it had a leak.

## Example
```python
import imp
import os

file, path, description = imp.find_module("numpy")
include = os.path.join(path, "core", "include")
```

## Use instead
```python
import os


def _find_module_path(name, path=None):
    ...


path = _find_module_path("numpy")
include = os.path.join(path, "core", "include")
```

## Fix safety
Safe.  The differences that remain: a source file with a false encoding
declaration is found, where `imp` raised SyntaxError while opening it; and
`file.close()` without a test, which failed for packages, is gone (not where its
failure is handled).  At the top level of a module the variable
of the path stays, as other modules may read it, but the other two go.

`--no-helpers --unsafe-fixes` takes the path from what `importlib.util.find_spec` returns: also
that of what is loaded already or an import hook finds, and `"built-in"`.

## References
- [importlib.machinery.ModuleSpec.origin](https://docs.python.org/3/library/importlib.html#importlib.machinery.ModuleSpec.origin)
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.resolve import Use
from imp_migrate.meaning.scopes import ScopeKind
from imp_migrate.model import Applicability
from imp_migrate.rule import Context, Example, Outcome, Rewrite, Rule

from .flow.attempt import import_error
from .flow.demand import Demand, demands
from .flow.order import is_pure
from .flow.replace import clear, replace_search
from .flow.search import PATH, Way, objection, remark, search_of
from .flow.shared import gone, spec_variable
from .flow.spec import FOUND, documented_call

EXAMPLES = (
    Example("def where(name):\n    return find_module(name)[1]\n"),
    Example("import imp\nprint(imp.find_module('a.b')[1])\n"),
)


def check(use: Use, ctx: Context) -> Outcome:
    search = search_of(use, ctx)
    found = demands(search, ctx) if search is not None else None
    if found is None or any(demand.tests for demand in found):
        return None
    uses = [demand.search.use for demand in found]
    reason = next((r for r in (objection(d.search, ctx) for d in found) if r), "")
    if reason:
        return ctx.manual(uses, reason)
    if not ctx.options.helpers:
        advice = (
            "use importlib.machinery.PathFinder.find_spec: the path of a package is the first of"
            " its submodule_search_locations, that of a module its origin; or allow helper functions"
        )
        answer = _documented(found[0], ctx) if len(found) == 1 else None
        return answer or ctx.manual(uses, gone(use, advice))
    fix = ctx.fix(uses, "Use the helper _find_module_path")
    for demand in found:
        replace_search(fix, demand)
    clear(fix, found)
    advice = "use a helper that finds the path as imp did"
    return fix.rewrite(gone(use, advice) + remark(found[0].search, ctx))


def _documented(demand: Demand, ctx: Context) -> Rewrite | None:
    """The path that a spec names: of a package, its first directory."""
    search = demand.search
    value = search.call if search.way is Way.UNPACKED else ctx.parent(search.call)
    simple = isinstance(search.statement, (ast.Assign, ast.Return))
    if not simple or search.statement.value is not value or demand.items or demand.partners:  # type: ignore[attr-defined]
        return None
    scope = search.use.scope
    if (
        demand.literals
        or not is_pure(search.name)
        or scope.kind not in (ScopeKind.MODULE, ScopeKind.FUNCTION)
    ):
        return None
    fix = ctx.fix(search.use, "Use find_spec")
    call, parts = documented_call(search, ctx, fix)
    spec = spec_variable(ctx, scope)
    code = f"({spec}.submodule_search_locations or [{spec}.origin])[0]"
    if isinstance(search.statement, ast.Return):
        code = f"return {code}"
    else:
        assert isinstance(search.statement, ast.Assign)
        unpacked = search.way is Way.UNPACKED
        parts["target"] = search.parts[PATH].target if unpacked else search.statement.targets[0]
        code = f"{{target}} = {code}"
        if len(search.statement.targets) > 1:
            return None
    error, more = import_error(search, ctx)
    find = f"{spec} = {call}\nif {spec} is None:\n    raise {error}\n"
    fix.replace_statement(search.statement, find + code, **{**parts, **more})
    clear(fix, [demand])
    advice = (
        f"take the path from a spec: {FOUND}, and the origin of a built-in module is 'built-in',"
        " where imp gave None"
    )
    return fix.rewrite(gone(search.use, advice) + remark(search, ctx), Applicability.UNSAFE)


RULES = (
    Rule(
        "IMP202",
        "imp-find-module-path",
        "imp.find_module for the path of a module: use a helper that returns it",
        check,
        members=frozenset({"find_module"}),
    ),
)
