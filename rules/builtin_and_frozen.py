"""Uses of `imp.is_builtin`, `imp.is_frozen` and the functions around them.

## What it does
`imp.is_builtin(name)` becomes `name in sys.builtin_module_names` where only
its truth matters.  Where its value does, an expression gives the same number:
-1 for `sys` and `builtins`, which could not be initialised again, 1 for other
built-in modules, 0 for the rest (IMP109).

`is_frozen`, `is_frozen_package` and `get_frozen_object` become the methods of
`importlib.machinery.FrozenImporter` that answer the same question (IMP110).

`init_builtin` and `init_frozen` become a search with `BuiltinImporter` or
`FrozenImporter` and a load by the helper `_load_spec`; `None` where nothing is
found (IMP111).

## Why is this a problem
The module `imp` was removed in Python 3.12.

## Example
```python
import imp

if imp.is_builtin(name) or imp.is_frozen(name):
    print(name, "is part of the interpreter")
```

## Use instead
```python
import importlib.machinery
import sys

if (
    name in sys.builtin_module_names
    or importlib.machinery.FrozenImporter.find_spec(name) is not None
):
    print(name, "is part of the interpreter")
```

## Fix safety
Safe.  The differences that remain: a name that is no string is not found,
where `is_builtin` raised TypeError; the text of the ImportError for a name that
is not frozen is another; a module that `init_frozen` loads has `__spec__`,
`__loader__` and the other import attributes, which `imp` left out.

`get_frozen_object` with its second argument (3.11 only) has no replacement.

## References
- [sys.builtin_module_names](https://docs.python.org/3/library/sys.html#sys.builtin_module_names)
- [importlib.machinery.FrozenImporter](https://docs.python.org/3/library/importlib.html#importlib.machinery.FrozenImporter)
- [imp.init_builtin and imp.is_builtin, in the documentation of 2.7](https://docs.python.org/2.7/library/imp.html#imp.init_builtin)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.scopes import ScopeKind
from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, Example, FixBuilder, Outcome, Rule

from .flow.shared import (
    gone,
    is_simple,
    is_tested,
    odd_call,
    rename,
    single_argument,
)

EXAMPLES = (
    Example(
        "import imp\nif imp.is_builtin(name):\n    pass\n",
        "import sys\nif name in sys.builtin_module_names:\n    pass\n",
    ),
    Example(
        "import imp\nx = [n for n in names if not imp.is_builtin(n)]\n",
        "import sys\nx = [n for n in names if n not in sys.builtin_module_names]\n",
    ),
    Example(
        "import imp\nx = imp.is_builtin('time')\n",
        "import sys\nx = 1 if 'time' in sys.builtin_module_names else 0\n",
    ),
    Example(
        "import imp\nx = imp.is_frozen(name)\n",
        "import importlib.machinery\n"
        "x = importlib.machinery.FrozenImporter.find_spec(name) is not None\n",
    ),
    Example(
        "import imp\ncode = imp.get_frozen_object(name)\n",
        "import importlib.machinery\ncode = importlib.machinery.FrozenImporter.get_code(name)\n",
    ),
    Example("from imp import get_frozen_object\ncode = get_frozen_object(name, data)\n"),
)

_FROZEN = "importlib.machinery.FrozenImporter"
_IMPORTERS = {
    "init_builtin": "importlib.machinery.BuiltinImporter",
    "init_frozen": "importlib.machinery.FrozenImporter",
}
_METHODS = {"is_frozen_package": "is_package", "get_frozen_object": "get_code"}


def as_value(fix: FixBuilder, member: str) -> str:
    """What is the same as the function *member*, for code that does not call it at once."""
    if member in _METHODS:
        return fix.name(f"{_FROZEN}.{_METHODS[member]}")
    if member == "is_builtin":
        return f"lambda name: {_number('name', fix.name('sys.builtin_module_names'))}"
    if member == "is_frozen":
        return f"lambda name: {fix.name(f'{_FROZEN}.find_spec')}(name) is not None"
    return f"lambda name: {_load(fix)}({fix.name(_IMPORTERS[member])}.find_spec(name))"


def _put_value(use: Use, ctx: Context, fix: FixBuilder, message: str) -> Outcome:
    """Put what is the same as the function in place of *use*, which does not call it at once."""
    value = as_value(fix, use.member)
    if use.scope.kind is ScopeKind.CLASS:
        kept = _kept_in_class(use.node, ctx)
        if kept is None:
            return ctx.manual(use, f"{message}, in a staticmethod if it becomes one of the class")
        if kept is ast.ClassDef:  # a built-in function is no method
            value = f"staticmethod({value})"
    fix.replace(use.node, value)
    return fix.rewrite(message)


def _kept_in_class(node: ast.AST, ctx: Context) -> type[ast.AST] | None:
    """What keeps the value of *node*, in the body of a class: ClassDef if an attribute of it does.

    None if nobody can tell.  The default of a parameter, or what is in a list, is no
    attribute; and a staticmethod can be called itself only since Python 3.10.
    """
    displayed = False
    for parent in ctx.tree.ancestors(node):
        if isinstance(parent, ast.arguments):
            return ast.arguments
        if isinstance(parent, (ast.Assign, ast.AnnAssign)):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            kinds = {type(target) for target in targets}
            if kinds == {ast.Subscript} or (displayed and kinds == {ast.Name}):
                return ast.Assign
            return ast.ClassDef if kinds == {ast.Name} else None
        if isinstance(parent, (ast.List, ast.Set, ast.Dict, ast.Tuple)):
            displayed = True
        elif not isinstance(parent, (ast.IfExp, ast.BoolOp)):
            return None
    return None


def check_is_builtin(use: Use, ctx: Context) -> Outcome:
    fix = ctx.fix(use, "Look in sys.builtin_module_names")
    names = fix.name("sys.builtin_module_names")
    message = gone(use, "look in sys.builtin_module_names")
    call = ctx.call_of(use)
    if call is None:
        return _put_value(use, ctx, fix, message)
    name = _only_argument(call)
    if name is None:
        return odd_call(use, ctx)
    test = _test_of(ctx, call)
    if test is not None:
        node, positive = test
        fix.replace(node, f"{{name}} {'in' if positive else 'not in'} {names}", name=name)
    elif isinstance(name, ast.Constant) and name.value not in ("builtins", "sys"):
        fix.replace(call, f"1 if {{name}} in {names} else 0", name=name)
    elif is_simple(name):
        fix.replace(call, _number("{name}", names), name=name)
    else:
        fix.replace(use.node, f"lambda name: {_number('name', names)}")
    return fix.rewrite(message)


def _test_of(ctx: Context, call: ast.Call) -> tuple[ast.expr, bool] | None:
    """The expression that asks whether *call* is true, or (False) whether it is not."""
    parent = ctx.parent(call)
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return parent, False
    if isinstance(parent, ast.Compare) and len(parent.ops) == 1:
        other = parent.comparators[0] if parent.left is call else parent.left
        zero = isinstance(other, ast.Constant) and type(other.value) is int and other.value == 0
        if zero and isinstance(parent.ops[0], (ast.Eq, ast.NotEq)):
            return parent, isinstance(parent.ops[0], ast.NotEq)
    return (call, True) if is_tested(ctx, call) else None


def _number(name: str, names: str) -> str:
    return f'-1 if {name} in ("builtins", "sys") else 1 if {name} in {names} else 0'


def check_is_frozen(use: Use, ctx: Context) -> Outcome:
    fix = ctx.fix(use, "Ask the FrozenImporter")
    find_spec = fix.name(f"{_FROZEN}.find_spec")
    message = gone(use, f"see whether {_FROZEN}.find_spec returns None")
    call = ctx.call_of(use)
    if call is None:
        return _put_value(use, ctx, fix, message)
    name = _only_argument(call)
    if name is None:
        return odd_call(use, ctx)
    parent = ctx.parent(call)
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        fix.replace(parent, f"{find_spec}({{name}}) is None", name=name)
    else:
        fix.replace(call, f"{find_spec}({{name}}) is not None", name=name)
    return fix.rewrite(message)


def check_frozen(use: Use, ctx: Context) -> Outcome:
    call = ctx.call_of(use)
    if call is not None and _only_argument(call) is None:
        return odd_call(use, ctx)
    return rename(use, ctx, f"{_FROZEN}.{_METHODS[use.member]}")


def check_init(use: Use, ctx: Context) -> Outcome:
    importer = _IMPORTERS[use.member]
    message = gone(use, f"load what {importer}.find_spec finds")
    if not ctx.options.helpers:
        return ctx.manual(use, f"{message}, or allow helper functions")
    fix = ctx.fix(use, "Load what the importer finds")
    call = ctx.call_of(use)
    if call is None:
        return _put_value(use, ctx, fix, message)
    name = single_argument(call, "name")
    if name is None:
        return odd_call(use, ctx)
    fix.replace(call, f"{_load(fix)}({fix.name(importer)}.find_spec({{name}}))", name=name)
    return fix.rewrite(message)


def _load(fix: FixBuilder) -> str:
    """A function that loads a spec, and returns None for None."""
    return f"(lambda spec: spec and {fix.helper('_load_spec')}(spec))"


def _only_argument(call: ast.Call) -> ast.expr | None:
    """The argument of a function that takes one by position; None if that is not what it gets."""
    return None if call.keywords else single_argument(call, "")


RULES = (
    Rule(
        "IMP109",
        "imp-is-builtin",
        "imp.is_builtin: look in sys.builtin_module_names",
        check_is_builtin,
        members=frozenset({"is_builtin"}),
    ),
    Rule(
        "IMP110",
        "imp-is-frozen",
        "imp.is_frozen and its kin: ask importlib.machinery.FrozenImporter",
        lambda use, ctx: (check_is_frozen if use.member == "is_frozen" else check_frozen)(use, ctx),
        members=frozenset({"is_frozen", *_METHODS}),
    ),
    Rule(
        "IMP111",
        "imp-init-builtin",
        "imp.init_builtin and imp.init_frozen: load what the importer finds",
        check_init,
        members=frozenset({"init_builtin", "init_frozen"}),
    ),
)
