"""Uses of `imp.reload`.

## What it does
Replaces `imp.reload` by `importlib.reload`, called or used as a value.
`from imp import reload` becomes `from importlib import reload`, and the code
that uses the name stays as it is.

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

from imp_migrate.meaning.resolve import Use
from imp_migrate.rule import Context, Example, Outcome, Rule

from .flow.shared import rename

EXAMPLES = (
    Example("import imp\nimp.reload(m)\n", "import importlib\nimportlib.reload(m)\n"),
    Example("from imp import reload\nreload(m)\n", "from importlib import reload\nreload(m)\n"),
    Example("from importlib import reload\nreload(m)\n"),
)


def check(use: Use, ctx: Context) -> Outcome:
    return rename(use, ctx, "importlib.reload")


RULES = (
    Rule(
        "IMP101",
        "imp-reload",
        "imp.reload: use importlib.reload",
        check,
        members=frozenset({"reload"}),
        fix="always",
    ),
)
