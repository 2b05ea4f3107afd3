"""Uses of the integer constants of `imp`: `PY_SOURCE`, `PKG_DIRECTORY` and so on.

## What it does
Defines the constants that a module uses, with the numbers they had, and uses
these (the bare number in a `match` pattern, where a name would be a capture).
`from imp import PY_SOURCE` becomes `PY_SOURCE = 1`.

## Why is this a problem
The module `imp` was removed in Python 3.12, and nothing else defines them.

## Example
```python
import imp

KINDS = {imp.PY_SOURCE: "source", imp.PY_COMPILED: "bytecode"}
```

## Use instead
```python
PY_SOURCE = 1
PY_COMPILED = 2

KINDS = {PY_SOURCE: "source", PY_COMPILED: "bytecode"}
```

## Fix safety
Safe: the numbers are the same in every version of Python that had them.

## References
- [imp, in the documentation of 3.11](https://docs.python.org/3.11/library/imp.html#imp.PY_SOURCE)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.catalogue import MEMBERS, Kind
from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, Example, Outcome, Rule

from .flow.shared import can_swap, gone

EXAMPLES = (
    Example("import imp\nx = kind == imp.PY_SOURCE\n", "PY_SOURCE = 1\n\nx = kind == PY_SOURCE\n"),
    Example(
        "from imp import PY_SOURCE\nx = kind == PY_SOURCE\n",
        "PY_SOURCE = 1\nx = kind == PY_SOURCE\n",
    ),
)


def check(use: Use, ctx: Context) -> Outcome:
    fix = ctx.fix(use, f"Define {use.member}")
    value = MEMBERS[use.member].value
    if can_swap(use):
        fix.swap(use)
    elif isinstance(ctx.parent(use.node), ast.MatchValue):
        # In a pattern a bare name is a capture; only a dotted name is compared with.
        fix.replace(use.node, str(value))
    else:
        fix.replace(use.node, fix.helper(use.member))
    return fix.rewrite(gone(use, f"define {use.member} = {value}"))


RULES = (
    Rule(
        "IMP108",
        "imp-constant",
        "a constant of imp: define it",
        check,
        members=frozenset(m.name for m in MEMBERS.values() if m.kind is Kind.CONSTANT),
        fix="always",
    ),
)
