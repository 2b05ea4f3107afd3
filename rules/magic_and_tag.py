"""Uses of `imp.get_magic` and `imp.get_tag`.

## What it does
Replaces `imp.get_magic()` by `importlib.util.MAGIC_NUMBER` and `imp.get_tag()`
by `sys.implementation.cache_tag`.  Where the function itself is used as a
value, a lambda that returns the attribute takes its place.

## Why is this a problem
The module `imp` was removed in Python 3.12.

## Example
```python
import imp

header = imp.get_magic()
tag = imp.get_tag()
```

## Use instead
```python
import importlib.util
import sys

header = importlib.util.MAGIC_NUMBER
tag = sys.implementation.cache_tag
```

## Fix safety
Safe: these attributes are what the functions returned.

## References
- [importlib.util.MAGIC_NUMBER](https://docs.python.org/3/library/importlib.html#importlib.util.MAGIC_NUMBER)
- [sys.implementation](https://docs.python.org/3/library/sys.html#sys.implementation)
"""

from __future__ import annotations

from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, Example, Outcome, Rule

from .flow.shared import gone, is_bare_call, odd_call

EXAMPLES = (
    Example(
        "import imp\nheader = imp.get_magic()\n",
        "import importlib.util\nheader = importlib.util.MAGIC_NUMBER\n",
    ),
    Example(
        "import imp\ntag = imp.get_tag()\n", "import sys\ntag = sys.implementation.cache_tag\n"
    ),
    Example(
        "import imp\nget = imp.get_tag\n",
        "import sys\nget = lambda: sys.implementation.cache_tag\n",
    ),
)

_ATTRIBUTES = {
    "get_magic": "importlib.util.MAGIC_NUMBER",
    "get_tag": "sys.implementation.cache_tag",
}


def check(use: Use, ctx: Context) -> Outcome:
    attribute = _ATTRIBUTES[use.member]
    fix = ctx.fix(use, f"Use {attribute}")
    text = fix.name(attribute)
    call = ctx.call_of(use)
    if call is None:
        fix.replace(use.node, f"lambda: {text}")
    elif is_bare_call(call):
        fix.replace(call, text)
    else:
        return odd_call(use, ctx)
    return fix.rewrite(gone(use, f"use {attribute}"))


RULES = (
    Rule(
        "IMP103",
        "imp-get-magic",
        "imp.get_magic(): use importlib.util.MAGIC_NUMBER",
        check,
        members=frozenset({"get_magic"}),
    ),
    Rule(
        "IMP104",
        "imp-get-tag",
        "imp.get_tag(): use sys.implementation.cache_tag",
        check,
        members=frozenset({"get_tag"}),
    ),
)
