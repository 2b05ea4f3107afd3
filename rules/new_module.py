"""Uses of `imp.new_module`.

## What it does
Replaces `imp.new_module` by `types.ModuleType`, called or used as a value.

## Why is this a problem
The module `imp` was removed in Python 3.12.

## Example
```python
import imp

module = imp.new_module("config")
```

## Use instead
```python
import types

module = types.ModuleType("config")
```

## Fix safety
Safe: `imp.new_module(name)` was `types.ModuleType(name)`.  (The documentation of
3.5 to 3.11 names `importlib.util.module_from_spec`; a module made that way has
a `__spec__`, which this one has not.)

## References
- [types.ModuleType](https://docs.python.org/3/library/types.html#types.ModuleType)
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, Example, Outcome, Rule

from .flow.shared import gone, rename

EXAMPLES = (
    Example("import imp\nm = imp.new_module('x')\n", "import types\nm = types.ModuleType('x')\n"),
    Example(
        "from imp import new_module\nm = new_module('x')\n",
        "import types\nm = types.ModuleType('x')\n",
    ),
)


def check(use: Use, ctx: Context) -> Outcome:
    # The name has other meanings, too, or is there for others: leave it, change what is imported.
    if use.doubt or ctx.is_for_others(use):
        return rename(use, ctx, "types.ModuleType")
    fix = ctx.fix(use, "Use types.ModuleType")
    fix.replace(use.node, fix.name("types.ModuleType"))
    return fix.rewrite(gone(use, "use types.ModuleType"))


RULES = (
    Rule(
        "IMP102",
        "imp-new-module",
        "imp.new_module: use types.ModuleType",
        check,
        members=frozenset({"new_module"}),
        fix="always",
    ),
)
