"""What is left: uses that no other rule can answer.

## What it does
Explains, for a use of `imp` that no other rule rewrites, what to do by hand.

## Why is this a problem
The module `imp` was removed in Python 3.12.

## Example
```python
import imp

lock_state = imp.lock_held()
```

## Use instead
See the message of the diagnostic.

## Fix safety
There is no fix.

## References
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

from imp_migrate.resolve import Form, Use
from imp_migrate.rule import Context, Outcome, Rule

from ._shared import gone

EXAMPLES = ()


def check(use: Use, ctx: Context) -> Outcome:
    return ctx.manual(use, gone(use, "rewrite it by hand"))


def check_elsewhere(use: Use, ctx: Context) -> Outcome:
    return ctx.manual(use, gone(use, "and so was imp as an attribute of other modules"))


def check_patch(use: Use, ctx: Context) -> Outcome:
    return ctx.manual(use, gone(use, "patch what the migrated code calls instead"))


def check_module(use: Use, ctx: Context) -> Outcome:
    return ctx.manual(
        use, "imp was removed in Python 3.12; pass on the functions that are needed instead"
    )


RULES = (
    Rule("IMP304", "imp-other", "any other member of imp", check, stage=9, fix="never"),
    Rule(
        "IMP404",
        "imp-as-value",
        "the module imp as a value",
        check_module,
        forms=frozenset({Form.MODULE}),
        stage=9,
        fix="never",
    ),
    Rule(
        "IMP407",
        "imp-patched",
        "a member of imp is assigned or patched",
        check_patch,
        forms=frozenset({Form.PATCH}),
        stage=9,
        fix="never",
    ),
    Rule(
        "IMP408",
        "imp-through-another-module",
        "imp reached through another module",
        check_elsewhere,
        forms=frozenset({Form.ELSEWHERE}),
        stage=9,
        fix="never",
    ),
    Rule(
        "IMP406",
        "imp-lookup",
        "getattr or hasattr on imp",
        check,
        forms=frozenset({Form.LOOKUP}),
        stage=9,
    ),
)
