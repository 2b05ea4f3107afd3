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
There is no fix, but for an assignment in `if not hasattr(imp, "reload"):`, which
has not run since Python 3.3: it names the replacement, as the test does.

## References
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
- [Where to patch](https://docs.python.org/3/library/unittest.mock.html#where-to-patch)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.catalogue import MEMBERS, Kind, Member
from imp_migrate.meaning.resolve import Form, Use
from imp_migrate.rule import Context, Example, Outcome, Rule

from .flow.shared import gone, is_tested

EXAMPLES = (
    Example("import imp\nregister(imp)\n"),
    Example("import imp\nimp.reload = reload\nimp.reload(m)\n"),
    Example(
        "import imp\nif not hasattr(imp, 'reload'):\n    imp.reload = reload\n",
        "import importlib\nif not hasattr(importlib, 'reload'):\n    importlib.reload = reload\n",
    ),
    Example("import imp\nfix = imp._fix_co_filename\n"),
    Example("import imp\nmember = getattr(imp, name)\n"),
    Example("import compat\ncompat.imp.reload(m)\n"),
)

_SPEC = "importlib.util.spec_from_file_location and importlib.util.module_from_spec"
_OWN_LOCK = "use a threading.RLock that everybody who shares the state takes"

_NOTHING = Member("", Kind.ABSENT)

#: What to do about members that have no replacement of one name.
_ADVICE = {
    "find_module": "search with importlib.util.find_spec, or in given directories with"
    " importlib.machinery.PathFinder.find_spec: they return None where imp raised ImportError",
    "load_module": f"load it by name with importlib.import_module, or from a file with {_SPEC}",
    "load_source": f"load it with {_SPEC}; enter it in sys.modules before it runs",
    "load_compiled": "load it with importlib.machinery.SourcelessFileLoader",
    "load_package": f"load its __init__.py with {_SPEC}",
    "load_dynamic": "load it with importlib.machinery.ExtensionFileLoader",
    "create_dynamic": "call spec.loader.create_module(spec)",
    "init_builtin": "load what importlib.machinery.BuiltinImporter.find_spec finds",
    "init_frozen": "load what importlib.machinery.FrozenImporter.find_spec finds",
    "acquire_lock": _OWN_LOCK,
    "release_lock": _OWN_LOCK,
    "lock_held": "the import lock is not held while modules execute since 3.3: delete the test",
    "NullImporter": "store None in sys.path_importer_cache instead",
    "_fix_co_filename": "code.replace(co_filename=path) makes a copy of a code object, and leaves"
    " those that are nested in it alone",
    "_load": "load a spec with importlib.util.module_from_spec and spec.loader.exec_module",
    "_exec": "call spec.loader.exec_module(module)",
    "_builtin_from_name": "load what importlib.machinery.BuiltinImporter.find_spec finds",
}


def advice_for(member: str) -> str:
    """What to do about *member*, a member of `imp`, by hand."""
    known = MEMBERS[member]
    if member in _ADVICE:
        return _ADVICE[member]
    if known.kind is Kind.CONSTANT:
        return f"its value was {known.value}"
    if known.kind is Kind.PRIVATE:
        return "it was a detail of the implementation that nothing replaces"
    return f"use {known.replacement}" if known.replacement else "rewrite it by hand"


def explain(use: Use) -> str:
    """The message for a use of any name in `imp`."""
    known = MEMBERS.get(use.member)
    if known is not None and known.kind is not Kind.ABSENT:
        return gone(use, advice_for(use.member))
    if use.member.startswith("__"):
        return f"imp was removed in Python 3.12; nothing has its {use.member}"
    advice = f"; use {known.replacement}" if known else ""
    if use.member.startswith("_"):
        advice = "; it may be there because a program put it there"
    return f"imp was removed in Python 3.12, and has never had {use.member} itself{advice}"


def check(use: Use, ctx: Context) -> Outcome:
    return ctx.manual(use, explain(use))


def check_module(use: Use, ctx: Context) -> Outcome:
    parent = ctx.parent(use.node)
    advice = "pass on or store the functions that are needed instead"
    if is_tested(ctx, use.node) or isinstance(parent, ast.Compare):
        advice = "keep the branch that does without it, and drop the test"
    elif isinstance(parent, ast.Call):
        function = ast.unparse(parent.func).rpartition(".")[2]
        if function in ("getattr", "hasattr", "setattr", "delattr", "vars", "dir"):
            advice = (
                "which member is meant is only known at run time: name the replacements instead"
            )
        elif function == "reload":
            advice = "there is nothing left to reload"
    elif isinstance(parent, ast.Expr):
        advice = "this statement does nothing"
    return ctx.manual(use, f"imp was removed in Python 3.12; {advice}")


def check_patch(use: Use, ctx: Context) -> Outcome:
    """Answer for a patch, and for uses of what is patched: they may mean what was put there."""
    if use.doubt or use.broken:
        return None
    if use.form is Form.PATCH:
        if _is_never_run(use, ctx):
            return _put_replacement(use, ctx)
        return ctx.manual(use, f"{explain(use)}; patch what the migrated code calls instead")
    patches = (u for u in ctx.uses if u.form is Form.PATCH and u.member == use.member)
    patch = next((u for u in patches if not _is_never_run(u, ctx)), None)
    if patch is None:
        return None
    line = ctx.tree.place(patch.node.lineno)
    return ctx.manual(use, f"{explain(use)}; this may be what {line} puts in its place")


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
    return ctx.manual(use, f"{explain(use)}; import here what takes its place")


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
