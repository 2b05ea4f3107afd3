"""`hasattr(imp, "name")` and `getattr(imp, "name", default)` with a literal name.

## What it does
Where `hasattr(imp, "get_tag")` alone decides about an `if`, the answer is known: the test
goes, with the branch that it rules out, or becomes `True` or `False` where that branch has
something that is missed (it makes a name local, or a function a generator).  Elsewhere it asks
for what replaces the member, as in `hasattr(sys.implementation, "cache_tag")`, if that has a
name of its own.  `getattr` becomes the replacement itself, a lambda or a helper function where
it takes one; its default goes, since it was never used.

## Why is this a problem
The module `imp` was removed in Python 3.12.  Such tests were written for versions
of Python before 3.3; since then `imp` had all its members.

## Example
```python
import imp

if hasattr(imp, "cache_from_source"):
    pyc = imp.cache_from_source(path)
```

## Use instead
```python
import importlib.util

pyc = importlib.util.cache_from_source(path)
```

## Fix safety
Safe: the members of `imp` were the same from Python 3.3 on, and the answer is,
too.  A name that `imp` never had, such as `extension_suffixes`, gives `False`, or
the default.  Names that start with an underscore, and those that this file
assigns to, are left to a person: they may be there because the program put them
there.

## References
- [imp, in the documentation of 3.11](https://docs.python.org/3.11/library/imp.html)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.catalogue import MEMBERS, Kind, Member
from imp_migrate.meaning.uses import Form, Use
from imp_migrate.rule import Context, Example, FixBuilder, Outcome, Rule

from . import builtin_and_frozen, get_suffixes
from .flow.shared import put_truth
from .manual import explain, patch_of

EXAMPLES = (
    Example(
        "import imp\nx = hasattr(imp, 'get_tag')\n",
        "import sys\nx = hasattr(sys.implementation, 'cache_tag')\n",
    ),
    Example("import imp\nx = hasattr(imp, 'PY_SOURCE')\n", "x = True\n"),
    Example(
        "import imp\nif hasattr(imp, 'load_source'):\n    # yes\n    run()\n", "# yes\nrun()\n"
    ),
    Example("import imp\nx = hasattr(imp, 'extension_suffixes')\n", "x = False\n"),
    Example("import imp\nx = getattr(imp, 'get_filename', None)\n", "x = None\n"),
    Example(
        "import imp\nx = getattr(imp, 'get_tag', None)\n",
        "import sys\nx = lambda: sys.implementation.cache_tag\n",
    ),
    Example("import imp\nx = getattr(imp, 'new_module')\n", "import types\nx = types.ModuleType\n"),
    Example("import imp\nx = getattr(imp, '_secret', None)\n"),
    Example("import imp\nimp.secret = 1\nx = getattr(imp, 'secret', None)\n"),
)

#: Functions whose replacement does the same when it is called in their place.
_SAME = frozenset({"reload", "new_module", "cache_from_source", "source_from_cache"})
_HELPERS = frozenset(
    {"load_source", "load_compiled", "load_package", "load_dynamic", "load_module", "find_module"}
)


def check(use: Use, ctx: Context) -> Outcome:
    if use.doubt or use.broken or patch_of(use, ctx) is not None:
        return None
    call = use.node
    if isinstance(call, ast.Call) and not call.keywords and not use.member.startswith("_"):
        member = MEMBERS.get(use.member, Member(use.member, Kind.ABSENT))
        answer: Outcome = None
        if ast.unparse(call.func) == "hasattr" and len(call.args) == 2:
            answer = _has(use, ctx, call, member)
        elif ast.unparse(call.func) == "getattr" and len(call.args) in (2, 3):
            answer = _get(use, ctx, call, member)
        if answer is not None:
            return answer
    return ctx.manual(use, explain(use))


def _has(use: Use, ctx: Context, call: ast.Call, member: Member) -> Outcome:
    fix = ctx.fix(use, "Ask for the replacement")
    owner, _, name = member.replacement.rpartition(".")
    if member.kind is not Kind.ABSENT and owner and not _settles_branch(call, ctx):
        fix.replace(call.args[0], fix.name(owner))
        fix.replace(call.args[1], f'"{name}"')
    else:
        fix.uses += tuple(put_truth(fix, call, member.kind is not Kind.ABSENT))
    return fix.rewrite(explain(use))


def _settles_branch(test: ast.expr, ctx: Context) -> bool:
    """Say whether *test* alone decides about an `if` statement, or a conditional expression."""
    around = ctx.parent(test)
    if isinstance(around, ast.UnaryOp) and isinstance(around.op, ast.Not):
        return _settles_branch(around, ctx)
    if isinstance(around, ast.If):
        return around.test is test and not ctx.is_elif(around)
    return isinstance(around, ast.IfExp) and around.test is test


def _get(use: Use, ctx: Context, call: ast.Call, member: Member) -> Outcome:
    default = call.args[2] if len(call.args) == 3 else None
    if not isinstance(default, (ast.Constant, ast.Name, ast.Attribute, ast.Lambda, type(None))):
        return None
    fix = ctx.fix(use, "Use the replacement")
    if member.kind is Kind.ABSENT:
        if default is None:
            return None
        fix.replace(call, "{default}", default=default)
        return fix.rewrite(explain(use))
    value = _value_of(fix, member)
    if value is None:
        return None
    fix.replace(call, value)
    return fix.rewrite(explain(use))


def _value_of(fix: FixBuilder, member: Member) -> str | None:
    """What is the same as *member* of `imp`, as an expression; None if nothing is."""
    name = member.name
    if member.kind is Kind.CONSTANT:
        return fix.helper(name)
    if member.kind is Kind.LEAKED or name in _SAME:
        return fix.name(member.replacement)
    if name in ("get_magic", "get_tag"):
        return f"lambda: {fix.name(member.replacement)}"
    if name == "get_suffixes":
        return get_suffixes.as_value(fix)
    if name in ("is_builtin", "is_frozen", "is_frozen_package", "get_frozen_object"):
        return builtin_and_frozen.as_value(fix, name)
    if not fix.context.options.helpers:
        return None
    if name in ("init_builtin", "init_frozen"):
        return builtin_and_frozen.as_value(fix, name)
    return fix.helper(f"_{name}") if name in _HELPERS else None


RULES = (
    Rule(
        "IMP406",
        "imp-lookup",
        "getattr or hasattr on imp: ask for the replacement",
        check,
        forms=frozenset({Form.LOOKUP}),
        stage=-1,  # before what only runs if there is no such member
    ),
)
