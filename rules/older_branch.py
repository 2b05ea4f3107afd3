"""Imports of `imp` that only code for older versions of Python needs.

## What it does
Where all that uses an import at the top of the module stands in branches that Python 3.12
and later do not take, moves the import there: into each of these branches, which are left
alone otherwise.

## Why is this a problem
The module `imp` was removed in Python 3.12: its import at the top of the module fails,
though nothing that would run needs it.

## Example
```python
import imp
import sys

def load(name, path):
    if sys.version_info.major >= 3:
        return load_by_spec(name, path)
    else:
        return imp.load_source(name, path)
```

## Use instead
```python
import sys

def load(name, path):
    if sys.version_info.major >= 3:
        return load_by_spec(name, path)
    else:
        import imp
        return imp.load_source(name, path)
```

## Fix safety
Safe: what these branches do does not change, and no Python that has no `imp` takes them.
The import happens when they run, no longer when the module is imported.

## References
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.scopes import ScopeKind
from imp_migrate.meaning.uses import MODULE, Form, ImpImport, Use
from imp_migrate.rule import Context, Example, Outcome, Rule
from imp_migrate.transform.changes import InsertStatements

from .flow.values import all_values

EXAMPLES = (
    Example(
        "import imp\nimport sys\n\n\ndef tag():\n    if sys.version_info[0] == 2:\n"
        "        return imp.get_tag()\n    return sys.implementation.cache_tag\n",
        "import sys\n\n\ndef tag():\n    if sys.version_info[0] == 2:\n        import imp\n"
        "        return imp.get_tag()\n    return sys.implementation.cache_tag\n",
    ),
    Example(
        "import imp\nimport sys\n\n\ndef load_py2(m):\n    'Load it.'\n    imp.reload(m)\n\n\n"
        "if sys.version_info[0] == 2:\n    load_py2(sys)\n",
        "import sys\n\n\ndef load_py2(m):\n    'Load it.'\n    import imp\n    imp.reload(m)\n\n\n"
        "if sys.version_info[0] == 2:\n    load_py2(sys)\n",
    ),
    Example(
        "import imp\nimport sys\nif sys.version_info[0] == 2:\n    imp.reload(sys)\nimp.reload(os)\n",
        "import importlib\nimport sys\nif sys.version_info[0] == 2:\n    importlib.reload(sys)\n"
        "importlib.reload(os)\n",
    ),
)

_FORMS = frozenset({Form.ATTRIBUTE, Form.NAME, Form.LOOKUP, Form.MODULE})


def check(use: Use, ctx: Context) -> Outcome:
    if len(use.imports) != 1 or not ctx.namer.reach.dead(use.node):
        return None
    (found,) = use.imports
    if found.scope is not ctx.tree.root or found.dynamic or found.member == "*":
        return None
    uses = [u for u in ctx.uses if found in u.all_imports and not u.silent]
    places = [_place(u, ctx) for u in uses]
    if None in places or ctx.is_for_others(use) or not all(_may_move(u, found) for u in uses):
        return None
    fix = ctx.fix(uses, "Import imp in the branch that needs it")
    for place in dict.fromkeys(place for place in places if place is not None):
        fix.changes.append(InsertStatements(ctx.span(place), (_statement(found),)))
    return fix.rewrite(
        "imp was removed in Python 3.12, which does not get here: import it in this branch"
    )


def _may_move(use: Use, found: ImpImport) -> bool:
    """Say whether *use* finds what it uses as well if *found* is imported in its branch."""
    certain = not (use.doubt or use.broken or use.foreign)
    return certain and use.all_imports == (found,) and use.form in _FORMS


def _place(use: Use, ctx: Context) -> ast.stmt | None:
    """The first statement of what Python 3.12 does not run around *use*; None if there is no room.

    That is a branch, or the rest of a function, after a branch that leaves it.
    """
    statement = ctx.tree.statement(use.node)
    dead = ctx.namer.reach.dead
    if not dead(statement):
        return None
    around = ctx.parent(statement)
    while isinstance(around, ast.stmt) and dead(around):
        statement, around = around, ctx.parent(around)
    if not isinstance(around, (ast.If, ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    if ctx.tree.scope_of(statement).kind is ScopeKind.CLASS:
        return None
    decisive = [around, *ctx.tree.before(statement)]
    if any(_is_switch(branch.test, ctx) for branch in decisive if isinstance(branch, ast.If)):
        return None
    first = next(s for s in ctx.tree.slot(statement)[0] if dead(s) and not _is_docstring(s, ctx))
    alone = not ctx.source.line_text(first.lineno)[: first.col_offset].strip()
    return first if alone and not (isinstance(first, ast.If) and ctx.is_elif(first)) else None


def _is_docstring(statement: ast.stmt, ctx: Context) -> bool:
    around = ctx.parent(statement)
    own = (
        isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)) and around.body[0] is statement
    )
    value = statement.value if isinstance(statement, ast.Expr) else None
    return own and isinstance(value, ast.Constant) and isinstance(value.value, str)


def _is_switch(test: ast.expr, ctx: Context) -> bool:
    """Say whether somebody may change what *test* comes to: `DEBUG = False`, no version."""
    names = [node for node in ast.walk(test) if isinstance(node, ast.Name)]
    values = [value for name in names for value in all_values(ctx, name)]
    return not names or any(isinstance(value, ast.Constant) for value in values)


def _statement(found: ImpImport) -> str:
    name = "imp" if found.member == MODULE else found.member
    alias = f" as {found.local}" if found.local != name else ""
    return f"import imp{alias}" if found.member == MODULE else f"from imp import {name}{alias}"


RULES = (
    Rule(
        "IMP415",
        "imp-in-older-branch",
        "imp for older versions of Python only: import it where they need it",
        check,
        forms=_FORMS,
        stage=-2,
    ),
)
