"""`reload` in a table of names that moved, as every copy of six has one.

## What it does
Replaces the module of `MovedAttribute("reload_module", "__builtin__", "imp", "reload")` by
`"importlib"`, where `reload` is since Python 3.4.

## Why is this a problem
The module `imp` was removed in Python 3.12: `six.moves.reload_module` then fails, where it
is used first.  Later releases of six have this change.

## Example
```python
MovedAttribute("reload_module", "__builtin__", "imp", "reload"),
```

## Use instead
```python
MovedAttribute("reload_module", "__builtin__", "importlib", "reload"),
```

## Fix safety
Safe: `imp.reload` did nothing but call `importlib.reload`.

## References
- [importlib.reload](https://docs.python.org/3/library/importlib.html#importlib.reload)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.import_calls import moves_reload
from imp_migrate.meaning.uses import Form, Use
from imp_migrate.rule import Context, Example, Outcome, Rule

EXAMPLES = (
    Example(
        'moved = MovedAttribute("reload_module", "__builtin__", "imp", "reload")\n',
        'moved = MovedAttribute("reload_module", "__builtin__", "importlib", "reload")\n',
    ),
)


def check(use: Use, ctx: Context) -> Outcome:
    call = use.node
    if not isinstance(call, ast.Call) or not moves_reload(call):
        return None
    fix = ctx.fix(use, "Take reload from importlib")
    fix.replace(call.args[2], '"importlib"')
    return fix.rewrite('imp was removed in Python 3.12; reload is in "importlib"')


RULES = (
    Rule(
        "IMP416",
        "moved-reload",
        "reload in a table of names that moved: it is in importlib",
        check,
        forms=frozenset({Form.MODULE}),
        stage=0,
        fix="always",
    ),
)
