"""Uses of `imp.reload`.

## What it does
Replaces `imp.reload` by `importlib.reload`, called or used as a value.
`from imp import reload` becomes `from importlib import reload`, and the code
that uses the name stays as it is.  `imp.reload(imp)` is left to a person: nothing
is there to be reloaded.

## Why is this a problem
The module `imp` was removed in Python 3.12.

## Example
```python
import imp

imp.reload(settings)
```

## Use instead
```python
import importlib

importlib.reload(settings)
```

## Fix safety
Safe: `imp.reload` called `importlib.reload` and did nothing else.

## References
- [importlib.reload](https://docs.python.org/3/library/importlib.html#importlib.reload)
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

from imp_migrate.meaning.uses import Form, Use
from imp_migrate.rule import Context, Example, Outcome, Rule

from .flow.shared import gone, rename, single_argument

EXAMPLES = (
    Example("import imp\nimp.reload(m)\n", "import importlib\nimportlib.reload(m)\n"),
    Example("from imp import reload\nreload(m)\n", "from importlib import reload\nreload(m)\n"),
    Example("from importlib import reload\nreload(m)\n"),
    Example("import imp\nimp.reload(imp)\n"),
)


def check(use: Use, ctx: Context) -> Outcome:
    call = ctx.call_of(use)
    module = single_argument(call, "module") if call is not None else None
    reloaded = ctx.use_at(module) if module is not None else None
    if reloaded is not None and reloaded.form is Form.MODULE and not reloaded.silent:
        both = [use] if reloaded.index in ctx.claimed else [use, reloaded]
        return ctx.manual(both, gone(use, "delete this call: it reloads imp itself"))
    return rename(use, ctx, "importlib.reload")


RULES = (
    Rule(
        "IMP101",
        "imp-reload",
        "imp.reload: use importlib.reload",
        check,
        members=frozenset({"reload"}),
    ),
)
