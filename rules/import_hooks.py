"""Import hooks of the old protocol, which Python 3.12 no longer asks.

## What it does
Adds `find_spec` to a class with `find_module` and without `find_spec` that is meant for
`sys.meta_path` or `sys.path_hooks`: the file speaks of one of
these, or the class has a `load_module` that takes a name, an abstract base class
of importlib, or the signature of PEP 302, `find_module(self, fullname, path=None)`.
`find_module` and the loader stay as they are.  Reported and left to people are
`find_loader`, a module that enters itself, and a finder whose methods are assigned, or given
to `type` or another call.
The file need not mention `imp`: a hook that was moved off it is not done yet.

## Why is this a problem
Import hooks that used `imp` are mostly of the protocol of PEP 302.  Since Python
3.12 a finder on `sys.meta_path` that has no `find_spec` is passed over without a
word, so that what it should find is not found, or found without it; a path entry
finder without it raises AttributeError at every import that reaches it.

## Example
```python
import imp
import sys

class Importer:
    def find_module(self, fullname, path=None):
        return self if fullname in SOURCES else None

    def load_module(self, fullname):
        module = sys.modules[fullname] = imp.new_module(fullname)
        exec(SOURCES[fullname], module.__dict__)
        return module

sys.meta_path.insert(0, Importer())
```

## Use instead
```python
import importlib.util
import sys
import types

class Importer:
    def find_module(self, fullname, path=None):
        return self if fullname in SOURCES else None

    def find_spec(self, fullname, path=None, target=None):
        # Python 3.12 no longer calls find_module (but load_module, up to 3.14).
        loader = self.find_module(fullname, path)
        if loader is None:
            return None
        return importlib.util.spec_from_loader(fullname, loader)

    def load_module(self, fullname):
        module = sys.modules[fullname] = types.ModuleType(fullname)
        exec(SOURCES[fullname], module.__dict__)
        return module

sys.meta_path.insert(0, Importer())
```

## Fix safety
Safe: up to Python 3.11 the import system itself did this with a finder of the old
protocol, and up to 3.14 it calls `load_module` of a loader without `exec_module` as it
did before, for `importlib.reload`, too.  Since Python 3.15 it does not: there the loader
needs `create_module(spec)`, which may return None, and `exec_module(module)`, which runs
the code in the module that importlib has made and entered in `sys.modules`.  A
`create_module` that only calls `load_module` is not the same: a reload does nothing then,
and a module that is entered under a second name loses its `__spec__`.

Left to people is a class
- with a base class or metaclass from elsewhere, a decorator or a `__getattr__`: any of
  them may have a `find_spec`; so may one that another class of the file is derived from, too,
- whose `find_module` depends on a condition, or has no `self`,
- that may be for either list, which ask a finder differently,
- in a file that asks other finders for `find_module` or `find_loader`, takes these from
  importlib or pkgutil, or asks with `hasattr` whether they are there: in Python 3.12 they
  are not, and a hook that is asked again would fail at it, or find something else.

In such a class `imp` is not replaced by a helper function, either: what it becomes first
has to be decided.  A class in another file that is derived from one that gets `find_spec`,
and took it from another base class, now has this one.

## References
- [What's New In Python 3.12: importlib](https://docs.python.org/3/whatsnew/3.12.html#removed)
- [importlib.abc.MetaPathFinder.find_spec](https://docs.python.org/3/library/importlib.html#importlib.abc.MetaPathFinder.find_spec)
- [PEP 451, A ModuleSpec Type for the Import System](https://peps.python.org/pep-0451/)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from imp_migrate.meaning.reach import Reach
from imp_migrate.module_rule import ModuleRule, Remark
from imp_migrate.rule import Context, Example, Rule

from .flow.find_spec import Conversion
from .flow.hooks import Hooks, Method

EXAMPLES = (
    Example(
        "import sys\n\n\nclass F:\n    def find_module(self, name, path=None):\n"
        "        return find(name)\n\n\nsys.meta_path.append(F())\n",
        "import importlib.util\nimport sys\n\n\nclass F:\n"
        "    def find_module(self, name, path=None):\n        return find(name)\n\n"
        "    def find_spec(self, fullname, path=None, target=None):\n"
        "        # Python 3.12 no longer calls find_module.\n"
        "        loader = self.find_module(fullname, path)\n"
        "        if loader is None:\n            return None\n"
        "        return importlib.util.spec_from_loader(fullname, loader)\n\n\n"
        "sys.meta_path.append(F())\n",
    ),
    Example(
        "import sys\nclass F:\n    def find_module(self, name):\n        return find(name)\n"
        "sys.path_hooks.append(F)\n",
        "import importlib.util\nimport sys\nclass F:\n    def find_module(self, name):\n"
        "        return find(name)\n\n    def find_spec(self, fullname, target=None):\n"
        "        # Python 3.12 no longer calls find_module.\n"
        "        loader = self.find_module(fullname)\n"
        "        if loader is None:\n            return None\n"
        "        return importlib.util.spec_from_loader(fullname, loader)\n"
        "sys.path_hooks.append(F)\n",
    ),
    Example(
        "import imp\nimport sys\nclass F(Base):\n    def find_module(self, name, path=None):\n"
        "        return None\nsys.meta_path.append(F())\nimp.lock_held()\n"
    ),
    Example(
        "import imp\nclass F:\n    def find_spec(self, name, path=None, target=None):\n"
        "        return None\nimp.lock_held()\n"
    ),
)


def check(ctx: Context, reach: Reach) -> Iterator[Remark]:
    """The old finders of the module; stubs only describe them."""
    if ctx.source.filename.endswith(".pyi"):
        return
    hooks = Hooks(ctx, reach)
    conversion = Conversion(ctx, hooks)
    for owner in ctx.tree.owners():
        if isinstance(owner, ast.ClassDef) and not reach.dead(owner):
            method = hooks.finder(owner)
            if method is not None:
                fix, doubt = conversion.fix(owner, method)
                message = _message(owner.name, method.name, hooks.lists, doubt)
                yield Remark(*_header(ctx, method), message, fix)
    function = hooks.own_module()
    if function is not None:
        message = _message("this module", function.name, hooks.lists)
        yield Remark(*_header(ctx, function), message)
    for node, name in hooks.put_together():
        yield Remark(*ctx.span(node), _message("the finder", name, hooks.lists))


def _header(ctx: Context, method: Method) -> tuple[int, int]:
    start, end = ctx.span(method)
    match = re.compile(rf"(?:async\s+)?def\s+{method.name}").match(ctx.source.text, start, end)
    return start, match.end() if match else end


def _message(owner: str, method: str, lists: list[str], doubt: str = "") -> str:
    entry = method == "find_loader" or lists == ["path_hooks"]
    fate = "fails with AttributeError" if entry else "is not asked"
    arguments = "fullname, target=None" if entry else "fullname, path=None, target=None"
    return (
        f"an import hook without find_spec {fate} since Python 3.12: add"
        f" `def find_spec(self, {arguments})` to {owner}, to return"
        " importlib.util.spec_from_loader(fullname, loader) for the loader that"
        f" {method} finds, and None if it finds none" + (f"; {doubt}" if doubt else "")
    )


RULES: tuple[Rule, ...] = ()

MODULE_RULES = (
    ModuleRule(
        "IMP412",
        "old-import-hook",
        "an import hook with find_module and without find_spec: add one that asks it",
        "<hook>",
        check,
        fix="sometimes",
    ),
)
