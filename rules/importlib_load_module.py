"""Loaders and finders asked in the way of `imp`.

## What it does
Reports `load_module` on a loader of the standard library, and `find_module` or
`find_loader` on one of its finders: what `importlib.machinery`, `pkgutil` or a spec
gave, also in a loop over `pkgutil.iter_modules` (IMP504).

A class of the program that has `find_module` but no `find_spec` is for IMP412.

## Why is this a problem
`find_module` and `find_loader` were removed from the finders in Python 3.12.
`load_module` warns since 3.12 and goes in Python 3.15, so that code which was moved
to it has to be migrated a second time.  The import system no longer calls
`find_module` since 3.12: such a finder in `sys.meta_path` is passed over in silence.

## Example
```python
from importlib.machinery import SourceFileLoader

module = SourceFileLoader("settings", path).load_module()
```

## Use instead
```python
import importlib.util
import sys
from importlib.machinery import SourceFileLoader

loader = SourceFileLoader("settings", path)
spec = importlib.util.spec_from_file_location("settings", path, loader=loader)
module = importlib.util.module_from_spec(spec)
sys.modules["settings"] = module
loader.exec_module(module)
```

## Fix safety
There is no fix: `load_module` runs the code again in the module that is in
`sys.modules` already, if there is one, and what replaces it makes a new one.

## References
- [importlib.abc.Loader.load_module](https://docs.python.org/3/library/importlib.html#importlib.abc.Loader.load_module)
- [What's New In Python 3.12: importlib](https://docs.python.org/3/whatsnew/3.12.html#importlib)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from imp_migrate.lint import LintRule, Spot
from imp_migrate.meaning.handlers import caught, tries_around
from imp_migrate.meaning.importlib_uses import ImportlibUses
from imp_migrate.meaning.reach import Reach
from imp_migrate.rule import Example

EXAMPLES = (
    Example(
        "from importlib.machinery import SourceFileLoader\n"
        "m = SourceFileLoader('m', path).load_module()\n"
    ),
    Example(
        "import pkgutil\n"
        "for finder, name, _ in pkgutil.iter_modules(paths):\n"
        "    finder.find_module(name).load_module(name)\n"
    ),
    Example(
        "import importlib.util, sys\n"
        "class Finder(Base):\n    def find_module(self, fullname, path=None):\n"
        "        return None\n"
        "sys.meta_path.append(Finder())\n"
    ),
)

_RECIPE = (
    "make it with `module = importlib.util.module_from_spec(spec)`, enter it in sys.modules, run"
    " it with `spec.loader.exec_module(module)`"
)


def check(uses: ImportlibUses) -> Iterator[Spot]:
    later = Reach(uses.tree, (3, 15))
    for attribute in uses.tree.attributes:
        if attribute.attr not in ("load_module", "find_module", "find_loader"):
            continue
        if not uses.is_run(attribute) or _is_second_choice(uses, attribute):
            continue
        if attribute.attr == "load_module":
            if uses.is_loader(attribute.value) and not later.dead(attribute):
                message = f"load_module() is deprecated, and gone in Python 3.15; {_RECIPE}"
                yield Spot(attribute, "load_module", message)
        elif uses.is_finder(attribute.value) and not uses.is_asked_for(attribute.attr):
            advice = "call find_spec(name); its loader is spec.loader"
            message = f"{attribute.attr}() was removed in Python 3.12; {advice}"
            yield Spot(attribute, attribute.attr, message)


def _is_second_choice(uses: ImportlibUses, node: ast.AST) -> bool:
    """Say whether the modern way is tried first, or what to do without *node* is."""
    if uses.handled(node, "AttributeError") or uses.is_asked_for("find_spec"):
        return True
    return any(
        part == "handler" and any("AttributeError" in caught(h) for h in attempt.handlers)
        for attempt, part in tries_around(uses.tree, node)
    ) or uses.is_asked_for("exec_module")


RULES = (
    LintRule("IMP504", "load-module-method", "load_module() or find_module() of a loader", check),
)
