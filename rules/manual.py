"""What is left: uses that no other rule can answer.

## What it does
Explains, for a use of `imp` that no other rule rewrites, why it cannot be
rewritten and what to do by hand:

- members that have no replacement, and names that `imp` never had (IMP304);
- the module `imp` as an object: passed on, tested, stored, or asked for a
  member whose name is only known at run time (IMP404);
- members of `imp` that the file assigns, deletes or patches, and all their uses
  in it, and where another file patches the name under which a module has it
  (IMP407);
- `imp` reached through another module, as in `compat.imp.reload`, or taken from
  it, `from compat import imp`, where that is a file of the same project (IMP408).

## Why is this a problem
The module `imp` was removed in Python 3.12.  What replaces it stands in several
modules, so that no other object can take the place of `imp` as a whole; and
patching a function of `imp` has no effect on code that no longer calls it.

## Example
```python
import imp
from unittest import mock

register(imp)

with mock.patch("imp.find_module"):
    run()
```

## Use instead
```python
import importlib
from unittest import mock

register(importlib.reload)

with mock.patch("importlib.util.find_spec"):
    run()
```

## Fix safety
There is no fix, but for `type(imp)`, which is `types.ModuleType`, and for an assignment in
`if not hasattr(imp, "reload"):`, which has not run since Python 3.3: it goes with the test, or
names the replacement, as the test does.

## References
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
- [Where to patch](https://docs.python.org/3/library/unittest.mock.html#where-to-patch)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.advice import advice_for
from imp_migrate.meaning.catalogue import MEMBERS, RELIES_ON, Kind, Member
from imp_migrate.meaning.presence import is_none
from imp_migrate.meaning.uses import Form, Use
from imp_migrate.rule import Context, Example, Outcome, Rule, once

from .flow.shared import gone, is_tested

EXAMPLES = (
    Example("import imp\nregister(imp)\n"),
    Example(
        "import imp\nif isinstance(m, type(imp)):\n    pass\n",
        "import types\nif isinstance(m, types.ModuleType):\n    pass\n",
    ),
    Example("import imp\nimp.reload = reload\nimp.reload(m)\n"),
    Example(
        "import imp\nif not hasattr(imp, 'reload'):\n    imp.reload = reload\nimp.reload(m)\n",
        "import importlib\nimportlib.reload(m)\n",
    ),
    Example("import imp\nfix = imp._fix_co_filename\n"),
    Example("import imp\nmember = getattr(imp, name)\n"),
    Example("import compat\ncompat.imp.reload(m)\n"),
)

_NOTHING = Member("", Kind.ABSENT)


def explain(use: Use) -> str:
    """The message for a use of any name in `imp`."""
    known = MEMBERS.get(use.member)
    if known is not None and known.kind is not Kind.ABSENT:
        return gone(use, advice_for(use.member))
    if use.member.startswith("__"):
        return f"imp was removed in Python 3.12; do without its {use.member}, which nothing has"
    advice = f"use {known.replacement}" if known and known.replacement else "delete this"
    if use.member.startswith("_"):
        advice = "if a program puts it there, let that keep it in a module of its own"
    return f"imp was removed in Python 3.12, and has never had {use.member} itself; {advice}"


def check(use: Use, ctx: Context) -> Outcome:
    return ctx.manual(use, explain(use))


def check_module(use: Use, ctx: Context) -> Outcome:
    parent = ctx.parent(use.node)
    if isinstance(parent, ast.Call) and ctx.tree.dotted(parent.func) == "type":
        if parent.args == [use.node] and not parent.keywords:
            fix = ctx.fix(use, "Use types.ModuleType")
            fix.replace(parent, fix.name("types.ModuleType"))
            return fix.rewrite("imp was removed in Python 3.12; use types.ModuleType")
    return ctx.manual(use, f"imp was removed in Python 3.12; {_without_module(use.node, ctx)}")


def _without_module(node: ast.expr, ctx: Context) -> str:
    """What to do where *node*, the module itself, stands."""
    parent = ctx.parent(node)
    if is_tested(ctx, node):
        test, wrong = (parent, True) if isinstance(parent, ast.UnaryOp) else (node, False)
        return f"delete the test `{ctx.text(test)}`, which is always {str(not wrong).lower()}"
    if isinstance(parent, ast.Compare):
        nothing = any(map(is_none, parent.comparators))
        if nothing and len(parent.ops) == 1:
            there = isinstance(parent.ops[0], (ast.IsNot, ast.NotEq))
            return f"delete the test `{ctx.text(parent)}`, which is always {str(there).lower()}"
        return "delete the comparison: nothing is this module any more"
    if isinstance(parent, ast.Call):
        function = ast.unparse(parent.func).rpartition(".")[2]
        if function in ("getattr", "hasattr", "setattr", "delattr"):
            name = ctx.text(parent.args[1]) if len(parent.args) > 1 else "name"
            return f'list what may be asked for, as in `{{"reload": importlib.reload}}[{name}]`'
        if function in ("vars", "dir"):
            return 'list what may be asked for, as in `{"reload": importlib.reload}`'
        if function == "reload":
            return "delete this call"
    if isinstance(parent, ast.Expr):
        return "delete this statement, which does nothing"
    verb = "store"
    if isinstance(parent, (ast.Call, ast.keyword)):
        verb = "pass"
    elif isinstance(parent, ast.Return):
        verb = "return"
    return f"{verb} the functions that are needed instead, such as `importlib.reload`"


def check_patch(use: Use, ctx: Context) -> Outcome:
    """Answer for a patch, and for uses of what is patched: they may mean what was put there."""
    if use.doubt or use.broken:
        return None
    if use.form is Form.PATCH:
        if _is_never_run(use, ctx):
            return _put_replacement(use, ctx)
        return ctx.manual(use, f"imp.{use.member} was removed in Python 3.12; {_patch(use)}")
    patch = patch_of(use, ctx)
    if patch is None:
        return None
    first = (
        f"first settle {ctx.tree.place(patch.node.lineno)}, which may put something in its place"
    )
    return ctx.manual(use, f"{explain(use)}; {first}")


def patch_of(use: Use, ctx: Context) -> Use | None:
    """What may put something in the place of the member that *use* names; None if nothing does."""
    patches = _patches(ctx)
    found = (patches.get(m) for m in (use.member, *sorted(RELIES_ON.get(use.member, ()))))
    return next(filter(None, found), None)


def _patch(use: Use) -> str:
    """What to do with a statement or a call that puts something in the place of a member."""
    node, replacement = use.node, MEMBERS.get(use.member, _NOTHING).replacement
    if isinstance(node, ast.Attribute):
        if isinstance(node.ctx, ast.Del):
            return "delete this statement"
        way = "delete this assignment, and call what it assigns where that is meant"
        if "." in replacement:
            way += f"; where the whole program is to see it, assign to `{replacement}`"
        return way
    if "." in replacement:
        return f"once the code under test is rewritten, patch `{replacement}`"
    return (
        "once the code under test is rewritten, patch the function that it calls:"
        f" {advice_for(use.member) if use.member in MEMBERS else 'nothing replaces this one'}"
    )


@once
def _patches(ctx: Context) -> dict[str, Use]:
    """The first patch of each member that may be run."""
    found: dict[str, Use] = {}
    for use in ctx.uses:
        if use.form is Form.PATCH and not _is_never_run(use, ctx):
            found.setdefault(use.member, use)
    return found


def _is_never_run(patch: Use, ctx: Context) -> bool:
    """Say whether *patch* stands in `if not hasattr(imp, "…"):` for a member that is there."""
    statement = ctx.tree.statement(patch.node)
    around = ctx.parent(statement)
    test = around.test if isinstance(around, ast.If) and statement in around.body else None
    if not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
        return False
    asked = ctx.use_at(test.operand)
    return (
        asked is not None
        and asked.form is Form.LOOKUP
        and asked.member == patch.member
        and isinstance(test.operand, ast.Call)
        and ast.unparse(test.operand.func) == "hasattr"
        and MEMBERS.get(patch.member, _NOTHING).replacement.count(".") > 0
    )


def _put_replacement(patch: Use, ctx: Context) -> Outcome:
    """Let *patch*, which never runs, speak of what the test before it will speak of."""
    fix = ctx.fix(patch, "Name the replacement")
    fix.replace(patch.node, fix.name(MEMBERS[patch.member].replacement))
    return fix.rewrite(explain(patch))


def check_elsewhere(use: Use, ctx: Context) -> Outcome:
    advice = f"instead of going through the other module, {advice_for(use.member)}"
    return ctx.manual(use, gone(use, advice))


RULES = (
    Rule("IMP304", "imp-other", "any other member of imp", check, stage=9, fix="never"),
    Rule(
        "IMP404",
        "imp-as-value",
        "the module imp as a value",
        check_module,
        forms=frozenset({Form.MODULE}),
        stage=9,
        fix="sometimes",
    ),
    Rule(
        "IMP407",
        "imp-patched",
        "a member of imp is assigned or patched",
        check_patch,
        forms=frozenset({Form.PATCH, Form.ATTRIBUTE, Form.LOOKUP}),
        stage=-1,
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
)
