"""Guards that no supported Python needs any more.

## What it does
With `--drop-guards`, reports a version test or a `try` around an import of
`imp` of which every Python from `--target-version` on takes the same branch,
and replaces it by that branch.

## Why is this a problem
It is not: the guard works, and is left alone by default.  It is only code that
nothing runs any more.

## Example
```python
try:
    from importlib import reload
except ImportError:
    from imp import reload
```

## Use instead
```python
from importlib import reload
```

## Fix safety
Safe for the Pythons from `--target-version` on.  The comments of the branch
that goes, go with it.

## References
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

from imp_migrate.rule import Example, Rule

EXAMPLES = (
    Example(
        "try:\n    from importlib import reload\nexcept ImportError:\n    from imp import reload\n"
    ),
)

RULES: tuple[Rule, ...] = ()

DESCRIBED = (
    ("IMP411", "obsolete-guard", "a guard around imp that no supported Python needs", "sometimes"),
)
