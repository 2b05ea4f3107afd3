"""Uses of `imp.load_package`.

## What it does
Replaces `imp.load_package` by `_load_package`, a short function that is added to
the module after its imports and does what `imp` did.

## Why is this a problem
The module `imp` was removed in Python 3.12.  A spec for the directory itself
does not work: it is made for the file `__init__.py` in it, and the module must be
in `sys.modules` before it runs, or its own relative imports fail.

## Example
```python
import imp

plugins = imp.load_package("plugins", directory)
```

## Use instead
```python
import importlib.machinery
import importlib.util
import os
import sys


def _load_package(name, path):
    ...


plugins = _load_package("plugins", directory)
```

## Fix safety
Safe.

## References
- [imp, in the documentation of 3.11](https://docs.python.org/3.11/library/imp.html)
- [importlib.util.spec_from_file_location](https://docs.python.org/3/library/importlib.html#importlib.util.spec_from_file_location)
"""

from __future__ import annotations

from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, Example, Outcome, Rule

from .flow.shared import gone

EXAMPLES = (Example("p = load_package('p', 'd')\n"),)


def check(use: Use, ctx: Context) -> Outcome:
    if not ctx.options.helpers:
        return ctx.manual(
            use,
            gone(
                use,
                "use importlib.util.spec_from_file_location with the path of its __init__.py, enter"
                " the module in sys.modules before spec.loader.exec_module, or allow helper"
                " functions",
            ),
        )
    fix = ctx.fix(use, ctx.title_of_helper("_load_package"))
    fix.call_helper(use, "_load_package")
    return fix.rewrite(gone(use, "use a helper function that does the same"))


RULES = (
    Rule(
        "IMP209",
        "imp-load-package",
        "imp.load_package: use a helper that keeps what it did",
        check,
        members=frozenset({"load_package"}),
    ),
)
