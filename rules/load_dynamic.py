"""Extension modules: uses of `imp.load_dynamic` and `imp.create_dynamic`.

## What it does
Replaces `imp.load_dynamic` by `_load_dynamic`, a short function that is added to
the module after its imports and does what `imp` did.  Its third argument, an
open file, goes: `imp` never looked at it.  `imp.create_dynamic(spec)` becomes
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
from .flow.order import is_pure
from .flow.shared import bound_argument, gone, is_plain_call, odd_call
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
    if not ctx.options.helpers:
        return ctx.manual(
            use,
            gone(
                use,
                "make a spec with importlib.machinery.ExtensionFileLoader, enter the module in"
                " sys.modules before spec.loader.exec_module, or allow helper functions",
            ),
        )
    fix = ctx.fix(use, "Use the helper _load_dynamic")
    call = ctx.call_of(use)
    given = {"file"} if call is None else argument_names(ctx, call, ["name", "path", "file"])
    has_file = given is None or "file" in given
    file = bound_argument(call, 2, "file") if call is not None and is_plain_call(call) else None
    if call is not None and file is not None:
        has_file = False
        path = bound_argument(call, 1, "path")
        fix.drop_argument(file)
        if path is not None:
            forget_file(fix, call, file, path)
    fix.replace(use.node, fix.helper("_load_dynamic", *(() if has_file else ("no_file",))))
    return fix.rewrite(gone(use, "use a helper function that does the same"))


def check_create(use: Use, ctx: Context) -> Outcome:
    fix = ctx.fix(use, "Use spec.loader.create_module")
    call = ctx.call_of(use)
    if call is None:
        fix.replace(use.node, "lambda spec, file=None: spec.loader.create_module(spec)")
    else:
        spec = bound_argument(call, 0, "spec") if is_plain_call(call) else None
        value = spec.value if isinstance(spec, ast.keyword) else spec
        if value is None or not isinstance(value, (ast.Name, ast.Attribute)) or not is_pure(value):
            return odd_call(use, ctx)
        fix.replace(call, "{spec}.loader.create_module({spec})", spec=value)
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
