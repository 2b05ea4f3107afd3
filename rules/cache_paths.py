"""Uses of `imp.cache_from_source` and `imp.source_from_cache`.

## What it does
Replaces them by the functions of the same name in `importlib.util`.  The
argument `debug_override` becomes `optimization`: a true value is
`optimization=""`, a false one `optimization=1`, `None` is left out.

## Why is this a problem
The module `imp` was removed in Python 3.12.  `importlib.util.cache_from_source`
still takes `debug_override`, but warns about it, and drops it in 3.15.

## Example
```python
import imp

pyc = imp.cache_from_source(path, True)
```

## Use instead
```python
import importlib.util

pyc = importlib.util.cache_from_source(path, optimization="")
```

## Fix safety
Safe: `imp` called the same functions.  Used as a value, `cache_from_source` is
replaced as it is: a caller that passes a second argument to it would see the
warning.

## References
- [importlib.util.cache_from_source](https://docs.python.org/3/library/importlib.html#importlib.util.cache_from_source)
- [importlib.util.source_from_cache](https://docs.python.org/3/library/importlib.html#importlib.util.source_from_cache)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, Example, FixBuilder, Outcome, Part, Rule

from .flow.shared import bound_argument, can_swap, gone, is_plain_call, is_simple, odd_call, rename

EXAMPLES = (
    Example(
        "import imp\np = imp.cache_from_source(s)\n",
        "import importlib.util\np = importlib.util.cache_from_source(s)\n",
    ),
    Example(
        "from imp import cache_from_source\np = cache_from_source(s, False)\n",
        "from importlib.util import cache_from_source\np = cache_from_source(s, optimization=1)\n",
    ),
    Example(
        "import imp\ns = imp.source_from_cache(p)\n",
        "import importlib.util\ns = importlib.util.source_from_cache(p)\n",
    ),
)


def check_cache(use: Use, ctx: Context) -> Outcome:
    call = ctx.call_of(use)
    if call is None:
        return rename(use, ctx, "importlib.util.cache_from_source")
    if not is_plain_call(call) or len(call.args) > 2:
        return odd_call(use, ctx)
    fix = ctx.fix(use, "Use importlib.util.cache_from_source")
    override = bound_argument(call, 1, "debug_override")
    if override is not None:
        _optimization(fix, override)
    if can_swap(use):
        fix.swap(use)
    else:
        fix.replace(use.node, fix.name("importlib.util.cache_from_source"))
    return fix.rewrite(gone(use, "use importlib.util.cache_from_source"))


def _optimization(fix: FixBuilder, override: ast.expr | ast.keyword) -> None:
    """Turn the argument *override* into `optimization`, evaluated as often as before: once."""
    value = override.value if isinstance(override, ast.keyword) else override
    if isinstance(value, ast.Constant):
        if value.value is None:
            fix.drop_argument(override)
            return
        choice = '""' if value.value else "1"
    elif is_simple(value):
        choice = _choice("{value}")
    elif isinstance(value, ast.Compare) or (
        isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not)
    ):
        choice = '"" if {value} else 1'  # never None
    else:
        choice = f"(lambda override: {_choice('override')})({{value}})"
    parts: dict[str, Part] = {"value": value} if "{value}" in choice else {}
    fix.replace_argument(override, choice, "optimization", **parts)


def _choice(override: str) -> str:
    return f'None if {override} is None else "" if {override} else 1'


def check_source(use: Use, ctx: Context) -> Outcome:
    return rename(use, ctx, "importlib.util.source_from_cache")


RULES = (
    Rule(
        "IMP105",
        "imp-cache-from-source",
        "imp.cache_from_source: use importlib.util.cache_from_source",
        check_cache,
        members=frozenset({"cache_from_source"}),
    ),
    Rule(
        "IMP106",
        "imp-source-from-cache",
        "imp.source_from_cache: use importlib.util.source_from_cache",
        check_source,
        members=frozenset({"source_from_cache"}),
        fix="always",
    ),
)
