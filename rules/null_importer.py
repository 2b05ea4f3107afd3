"""Uses of the class `imp.NullImporter`.

## What it does
`sys.path_importer_cache[entry] = imp.NullImporter(entry)` stores `None` instead,
which is what the interpreter itself has stored since 3.3 for an entry that
nothing can import from.  In `isinstance(finder, (imp.NullImporter, type(None)))`
the class goes; `isinstance(finder, imp.NullImporter)` becomes `finder is None`.

## Why is this a problem
The module `imp` was removed in Python 3.12, and so was the protocol by which a
`NullImporter` answers: an object with `find_module` and without `find_spec` in
`sys.path_importer_cache` makes every import that reaches it fail.

## Example
```python
import imp
import sys

sys.path_importer_cache[entry] = imp.NullImporter(entry)
```

## Use instead
```python
import sys

sys.path_importer_cache[entry] = None
```

## Fix safety
Storing `None` is safe: imports find as much as before.  The class also raised
ImportError for an existing directory; where that error may be handled, there is
no fix.  `importlib.invalidate_caches()` drops a `None` from the cache.

A type test together with `type(None)` is safe, and so is one of a constant, which
is `False`.  One of anything else without `type(None)` is unsafe: the
interpreter has not made a `NullImporter` since 3.3, so that the test was false
for all but those that the program made itself; `is None` is what it was meant
to find out, and is true for more.

A class that inherits from it, and an object that is kept elsewhere, need a
person: implement `find_spec`.

## References
- [sys.path_importer_cache](https://docs.python.org/3/library/sys.html#sys.path_importer_cache)
- [imp.NullImporter](https://docs.python.org/3.11/library/imp.html#imp.NullImporter)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.handlers import awaits_import_error
from imp_migrate.meaning.uses import Use
from imp_migrate.model import Applicability
from imp_migrate.rule import Context, Example, Outcome, Part, Rule

from .flow.shared import gone, single_argument
from .flow.values import only_value

EXAMPLES = (
    Example(
        "import imp\nimport sys\nsys.path_importer_cache[p] = imp.NullImporter(p)\n",
        "import sys\nsys.path_importer_cache[p] = None\n",
    ),
    Example(
        "import imp\nx = isinstance(f, (imp.NullImporter, type(None)))\n",
        "x = isinstance(f, type(None))\n",
    ),
    Example("import imp\nx = isinstance(f, imp.NullImporter)\n"),
    Example("import imp\nclass Nothing(imp.NullImporter):\n    pass\n"),
)

_KEPT = (
    "write a class of your own with `def find_spec(self, fullname, target=None): return None`:"
    " what NullImporter answers, find_module, is not asked any more"
)


def check(use: Use, ctx: Context) -> Outcome:
    call = ctx.call_of(use)
    if call is not None:
        return _stored(use, ctx, call)
    parent = ctx.parent(use.node)
    types = parent if isinstance(parent, ast.Tuple) else use.node
    test = ctx.parent(types)
    if isinstance(test, ast.Call) and _is_type_test(test, types):
        return _tested(use, ctx, test)
    return ctx.manual(use, gone(use, _KEPT))


def _stored(use: Use, ctx: Context, call: ast.Call) -> Outcome:
    """The answer for an object that is made."""
    statement = ctx.parent(call)
    entry = single_argument(call, "path")
    if not (
        isinstance(statement, ast.Assign)
        and all(_is_in_cache(target) for target in statement.targets)
        and isinstance(entry, (ast.Name, ast.Constant, ast.Attribute))
    ):
        return ctx.manual(use, gone(use, _KEPT))
    if awaits_import_error(ctx.tree, statement):
        advice = (
            "store None, and test with `os.path.isdir` for what the handler is there for:"
            " NullImporter raised ImportError for a directory"
        )
        return ctx.manual(use, gone(use, advice))
    fix = ctx.fix(use, "Store None")
    fix.replace(call, "None")
    return fix.rewrite(gone(use, "store None in sys.path_importer_cache"))


def _tested(use: Use, ctx: Context, test: ast.Call) -> Outcome:
    """The answer for a type test."""
    finder, types = test.args
    fix = ctx.fix(use, "Test for None")
    if isinstance(types, ast.Tuple):
        others = [element for element in types.elts if element is not use.node]
        nones = ("type(None)", "NoneType", "types.NoneType")
        if not any(ast.unparse(other) in nones for other in others):
            return ctx.manual(
                use, gone(use, "add `type(None)` to the types: None takes its place since 3.3")
            )
        parts: dict[str, Part] = {f"type{number}": o for number, o in enumerate(others)}
        names = [f"{{{name}}}" for name in parts]
        fix.replace(types, names[0] if len(names) == 1 else f"({', '.join(names)})", **parts)
        return fix.rewrite(gone(use, "test for None only"))
    value = only_value(ctx, finder) if isinstance(finder, ast.Name) else finder
    if isinstance(value, ast.Constant):
        fix.replace(test, "False")
        return fix.rewrite(gone(use, f"write `False`: {value.value!r} is no object of it"))
    parent = ctx.parent(test)
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        fix.replace(parent, "{finder} is not None", finder=finder)
    else:
        fix.replace(test, "{finder} is None", finder=finder)
    message = gone(
        use, "test for None, which the interpreter uses since 3.3; this test never found that"
    )
    return fix.rewrite(message, Applicability.UNSAFE)


def _is_type_test(test: ast.Call, types: ast.expr) -> bool:
    plain = isinstance(test.func, ast.Name) and test.func.id == "isinstance"
    return plain and len(test.args) == 2 and test.args[1] is types and not test.keywords


def _is_in_cache(target: ast.expr) -> bool:
    """Say whether *target* is `sys.path_importer_cache[…]`."""
    return (
        isinstance(target, ast.Subscript)
        and isinstance(target.value, (ast.Name, ast.Attribute))
        and ast.unparse(target.value).rpartition(".")[2] == "path_importer_cache"
    )


RULES = (
    Rule(
        "IMP303",
        "imp-null-importer",
        "imp.NullImporter: store None, test for None",
        check,
        members=frozenset({"NullImporter"}),
    ),
)
