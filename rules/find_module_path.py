"""Uses of `imp.find_module` that only want to know where a module is.

## What it does
Replaces `imp.find_module` by `_find_module_path`, a short function that is
added to the module after its imports, searches as `imp` did and returns the
path alone.  A single search for a module of a literal name takes the path from what
`importlib.machinery.PathFinder.find_spec` returns instead.  The variables for the open file
and the description go, and so does what only closed that file.

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
import importlib.machinery
import os

_spec = importlib.machinery.PathFinder.find_spec("numpy")
if _spec is None or _spec.loader is None:
    raise ImportError("No module named 'numpy'", name="numpy")
path = (_spec.submodule_search_locations or [_spec.origin])[0]
include = os.path.join(path, "core", "include")
```

## Fix safety
Safe.  The differences that remain: below a relative entry of `sys.path`, the path in a
spec is absolute, and it is that of a package in a zip file, too; a source file with a false
encoding declaration is found, where `imp` raised SyntaxError while opening it; and
`file.close()` without a test, which failed for packages, is gone (not where its failure is
handled).  At the top level of a module the variable of the path stays, as other modules may
read it, but the other two go.  Where the module creates files or directories before,
`importlib.invalidate_caches()` comes first (importlib remembers what it saw).

`--no-helpers --unsafe-fixes` takes the path from what `importlib.util.find_spec` returns: also
that of what is loaded already or an import hook finds, and `"built-in"`.

## References
- [importlib.machinery.ModuleSpec.origin](https://docs.python.org/3/library/importlib.html#importlib.machinery.ModuleSpec.origin)
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.uses import Use
from imp_migrate.model import Applicability
from imp_migrate.rule import Context, Example, Outcome, Rewrite, Rule

from .flow.attempt import giving_up, in_variable
from .flow.demand import Demand, demands, takes_variable
from .flow.order import is_pure
from .flow.replace import clear, replace_search
from .flow.search import PATH, Way, objection, remark, search_of
from .flow.shared import gone, spec_variable
from .flow.spec import FOUND, documented_call, exact_call, preparation, prepared_search

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
    answer = _in_place(found[0], ctx) if len(found) == 1 else None
    if answer is not None:
        return answer
    if not ctx.options.helpers:
        advice = (
            "use importlib.machinery.PathFinder.find_spec: the path of a package is the first of"
            " its submodule_search_locations, that of a module its origin; or allow helper functions"
        )
        return ctx.manual(uses, gone(use, advice))
    fix = ctx.fix(uses, "Use the helper _find_module_path")
    for demand in found:
        replace_search(fix, demand)
    clear(fix, found)
    advice = "use a helper that finds the path as imp did"
    return fix.rewrite(gone(use, advice) + remark(found[0].search, ctx))


def _in_place(demand: Demand, ctx: Context) -> Rewrite | None:
    """The path that a spec names: of a package, its first directory.

    Where importlib may find something else, that is unsafe, and only for who wants no helpers.
    """
    search, scope = demand.search, demand.search.use.scope
    if search.way not in (Way.UNPACKED, Way.INDEXED):
        return None
    exact = search.path is None and prepared_search(search, ctx).startswith("importlib.machinery")
    if ctx.options.helpers and not (exact and len(ctx.uses_of("find_module")) == 1):
        return None
    value = search.call if search.way is Way.UNPACKED else ctx.parent(search.call)
    assert isinstance(value, ast.expr)
    if demand.items or demand.partners or demand.literals or not is_pure(search.name):
        return None
    if not _comes_first(value, ctx) or not takes_variable(ctx, scope):
        return None
    fix = ctx.fix(search.use, "Take the path from a spec")
    call, parts = (exact_call if exact else documented_call)(search, ctx, fix)
    spec, (leave, more) = spec_variable(ctx, scope), giving_up(search, ctx)
    absent = in_variable(spec).absent if exact else f"{spec} is None"
    path = f"({spec}.submodule_search_locations or [{spec}.origin])[0]"
    parts |= more
    code = f"{spec} = {call}\nif {absent}:\n    {leave}\n"
    if exact:
        code = f"{preparation(search, ctx, fix) or ''}{code}"
    statement = search.statement
    if isinstance(statement, ast.Assign):
        targets = {f"target{number}": target for number, target in enumerate(statement.targets)}
        if search.way is Way.UNPACKED:
            targets = {"target": search.parts[PATH].target}
        code += "".join(f"{{{name}}} = " for name in targets)
        parts |= targets
    elif isinstance(statement, ast.Return):
        code += "return "
    assert isinstance(statement, (ast.Assign, ast.Return, ast.Expr))
    if value is statement.value:
        code += path
    else:
        assert statement.value is not None
        code, parts = code + "{value}", {**parts, "value": statement.value}
        fix.replace(value, path)
    fix.replace_statement(statement, code, **parts)
    clear(fix, [demand])
    advice = gone(search.use, "take the path from a spec") + remark(search, ctx)
    if exact:
        return fix.rewrite(advice)
    return fix.rewrite(
        f"{advice}: {FOUND}, and the origin of a built-in module is 'built-in', where imp gave None",
        Applicability.UNSAFE,
    )


def _comes_first(node: ast.expr, ctx: Context) -> bool:
    """Say whether nothing with an effect comes before *node* in its statement."""
    child: ast.AST = node
    while not isinstance(child, ast.stmt):
        parent = ctx.parent(child)
        if isinstance(parent, ast.Call):
            first = child is parent.func or (child in parent.args[:1] and is_pure(parent.func))
        elif isinstance(parent, ast.BinOp):
            first = child is parent.left
        else:
            first = isinstance(parent, (ast.Attribute, ast.Subscript, ast.Expr, ast.Return))
            first = first or (isinstance(parent, ast.Assign) and child is parent.value)
            first = first and child is not getattr(parent, "slice", None)
        if not first:
            return False
        child = parent
    return True


RULES = (
    Rule(
        "IMP202",
        "imp-find-module-path",
        "imp.find_module for the path of a module: use a helper that returns it",
        check,
        members=frozenset({"find_module"}),
    ),
)
