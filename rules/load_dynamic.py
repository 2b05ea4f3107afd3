"""Extension modules: uses of `imp.load_dynamic` and `imp.create_dynamic`.

## What it does
Replaces `imp.load_dynamic` by `_load_dynamic`, a short function that is added to
the module after its imports and does what `imp` did.  Its third argument, an
open file, goes: `imp` never looked at it.  In the stubs that setuptools wrote beside the
extensions of an egg, which put the extension in their own place, statements that do so
take the place of the call.  `imp.create_dynamic(spec)` becomes
`spec.loader.create_module(spec)`.

## Why is this a problem
The module `imp` was removed in Python 3.12, and the documentation names no
replacement for either.

## Example
```python
import imp

speedups = imp.load_dynamic("speedups", path)
```

## Use instead
```python
import importlib.machinery
import importlib.util
import sys


def _load_dynamic(name, path):
    ...


speedups = _load_dynamic("speedups", path)
```

## Fix safety
Safe.  `imp.load_dynamic` was None on platforms without extension modules; the
function is always there.

## References
- [importlib.machinery.ExtensionFileLoader](https://docs.python.org/3/library/importlib.html#importlib.machinery.ExtensionFileLoader)
- [importlib.abc.Loader.create_module](https://docs.python.org/3/library/importlib.html#importlib.abc.Loader.create_module)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, Example, Outcome, Rule

from .flow.file_argument import forget_file
from .flow.once import begins_statement, ends_import, load_in_place
from .flow.order import is_pure
from .flow.shared import (
    bound_argument,
    bound_value,
    gone,
    is_plain_call,
    is_simple,
    loader_variable,
    odd_call,
    spec_variable,
)
from .flow.values import argument_names

EXAMPLES = (
    Example("m = load_dynamic('m', 'm.so')\n"),
    Example("import imp\nm = imp.create_dynamic(spec)\n", "m = spec.loader.create_module(spec)\n"),
    Example(
        "import imp\nmake = imp.create_dynamic\n",
        "make = lambda spec, file=None: spec.loader.create_module(spec)\n",
    ),
)


def check_load(use: Use, ctx: Context) -> Outcome:
    call = ctx.call_of(use)
    if call is not None and _replaces_this_module(call, ctx):
        return _in_place(use, call, ctx)
    if not ctx.options.helpers:
        return ctx.manual(
            use,
            gone(
                use,
                "make a spec with importlib.machinery.ExtensionFileLoader, enter the module in"
                " sys.modules before spec.loader.exec_module, or allow helper functions",
            ),
        )
    fix = ctx.fix(use, ctx.title_of_helper("_load_dynamic"))
    given = {"file"} if call is None else argument_names(ctx, call, ["name", "path", "file"])
    has_file = given is None or "file" in given
    file = bound_argument(call, 2, "file") if call is not None and is_plain_call(call) else None
    if call is not None and file is not None:
        has_file = False
        path = bound_argument(call, 1, "path")
        fix.drop_argument(file)
        if path is not None:
            forget_file(fix, call, file, path)
    fix.call_helper(use, "_load_dynamic", *(() if has_file else ("no_file",)))
    return fix.rewrite(gone(use, "use a helper function that does the same"))


def _replaces_this_module(call: ast.Call, ctx: Context) -> bool:
    """Say whether *call* puts an extension in the place of the module that it stands in.

    So do the stubs that setuptools wrote into eggs.  If that fails, so does the import of the
    module, which takes it out of `sys.modules`.
    """
    if not is_plain_call(call) or len(call.args) != 2 or call.keywords:
        return False
    name, path = call.args
    own = isinstance(name, ast.Name) and name.id == "__name__"
    plain = own and is_simple(path) and begins_statement(call, ctx)
    return plain and ends_import(call, ctx)


def _in_place(use: Use, call: ast.Call, ctx: Context) -> Outcome:
    fix = ctx.fix(use, "Load the extension in place")
    name, path = call.args
    loader, spec = loader_variable(ctx, use.scope), spec_variable(ctx, use.scope)
    loader_of = fix.name("importlib.machinery.ExtensionFileLoader", use)
    spec_of = fix.name("importlib.machinery.ModuleSpec", use)
    before = [
        f"{loader} = {loader_of}({{name}}, {{path}})",
        f"{spec} = {spec_of}({{name}}, {loader}, origin={{path}})",
    ]
    load_in_place(fix, use, call, spec, before, name=name, path=path)
    return fix.rewrite(gone(use, "enter the module in sys.modules and execute it"))


def check_create(use: Use, ctx: Context) -> Outcome:
    fix = ctx.fix(use, "Use spec.loader.create_module")
    call = ctx.call_of(use)
    if call is None:
        fix.replace(use.node, "lambda spec, file=None: spec.loader.create_module(spec)")
    else:
        spec = bound_value(call, 0, "spec") if is_plain_call(call) else None
        if not isinstance(spec, (ast.Name, ast.Attribute)) or not is_pure(spec):
            return odd_call(use, ctx)
        fix.replace(call, "{spec}.loader.create_module({spec})", spec=spec)
    return fix.rewrite(gone(use, "use spec.loader.create_module"))


RULES = (
    Rule(
        "IMP210",
        "imp-load-dynamic",
        "imp.load_dynamic: use a helper that keeps what it did",
        check_load,
        members=frozenset({"load_dynamic"}),
    ),
    Rule(
        "IMP211",
        "imp-create-dynamic",
        "imp.create_dynamic: use spec.loader.create_module",
        check_create,
        members=frozenset({"create_dynamic"}),
    ),
)
