"""Uses of `imp.find_module` that need all of what it returned.

## What it does
Replaces `imp.find_module`, called or used as a value, by `_find_module`, a
function that is added to the module after its imports and returns the same: an
open file or None, a path or None, and the description.  This is the last
resort: where only the path is needed, or only whether there is such a module,
or where the module is loaded afterwards, other rules give shorter code.

## Why is this a problem
The module `imp` was removed in Python 3.12, and nothing in importlib returns an
open file or a description.

## Example
```python
import imp


class Finder:
    def find(self, name):
        return imp.find_module(name, self.directories)
```

## Use instead
```python
import importlib.machinery
import os
import sys
import tokenize


def _find_module(name, path=None):
    ...


class Finder:
    def find(self, name):
        return _find_module(name, self.directories)
```

Better, where you know everything that uses the result: let `find` return a
module spec (`importlib.machinery.PathFinder.find_spec`) or a path.

## Fix safety
Safe: it returns and raises the same.

## References
- [imp.find_module, in the documentation of 3.11](https://docs.python.org/3.11/library/imp.html#imp.find_module)
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, Example, Outcome, Rule

from .flow.replace import rename
from .flow.search import objection, remark, search_of
from .flow.shared import gone

EXAMPLES = (Example("import imp\nprint(imp.find_module('x', ('plugins',)))\n"),)


def check(use: Use, ctx: Context) -> Outcome:
    search = search_of(use, ctx)
    reason = objection(search, ctx) if search is not None else ""
    if reason:
        return ctx.manual(use, reason)
    if not ctx.options.helpers:
        advice = (
            "let the code that uses the result take a module spec"
            " (importlib.machinery.PathFinder.find_spec) or a path, or allow helper functions"
        )
        return ctx.manual(use, gone(use, advice))
    fix = ctx.fix(use, "Use the helper _find_module")
    if search is not None:
        rename(fix, search, "_find_module")
    else:
        fix.call_helper(use, "_find_module")
    advice = "use a helper that returns the same, or take only what you need"
    return fix.rewrite(gone(use, advice) + (remark(search, ctx) if search is not None else ""))


RULES = (
    Rule(
        "IMP204",
        "imp-find-module",
        "imp.find_module for all of what it returned: use a helper that does the same",
        check,
        members=frozenset({"find_module"}),
        stage=2,
    ),
)
