"""Loaders and finders asked in the way of `imp`.

## What it does
Reports `load_module` on a loader of the standard library, and `find_module` or
`find_loader` on one of its finders: what `importlib.machinery`, `pkgutil`, `zipimport` or a
spec gave, also in a loop over `pkgutil.iter_modules` (IMP504).

`SourceFileLoader(name, path).load_module()` becomes `_load_spec`, a short function that is
added to the module after its imports and does the same, or, where a module is loaded once
and nowhere else, statements in place, as IMP207 has them.

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


def _load_spec(spec):
    ...


module = _load_spec(
    importlib.util.spec_from_loader("settings", SourceFileLoader("settings", path))
)
```

## Fix safety
Safe.  `load_module` runs the code again in the module that is in `sys.modules` already, if
there is one, and takes a module that fails out of it; so does `_load_spec`.  The difference
that remains: a second thread that imports the same name while the body runs sees the
half-initialised module, where `load_module` made it wait.  In place, a module that fails
stays in `sys.modules`: nobody looks there.  `--no-helpers --unsafe-fixes` writes the same
statements elsewhere: a module that is loaded already is replaced then, and one that fails
stays.

There is no fix for other loaders and for finders, for a name that is no literal or variable,
where the name is given to `load_module` as well and may be another, and where `importlib` is
only imported under a condition or in a `try`: there the file may be for Python 2, too.

## References
- [importlib.abc.Loader.load_module](https://docs.python.org/3/library/importlib.html#importlib.abc.Loader.load_module)
- [What's New In Python 3.12: importlib](https://docs.python.org/3/whatsnew/3.12.html#importlib)
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

from imp_migrate.lint import LintRule, Spot
from imp_migrate.meaning.handlers import is_answer_to
from imp_migrate.meaning.importlib_uses import PACKAGES, ImportlibUses
from imp_migrate.meaning.reach import Reach
from imp_migrate.meaning.uses import Use
from imp_migrate.model import Applicability
from imp_migrate.rule import Context, Example, Part, Rewrite

from .flow.once import begins_statement, facts_of_load, load_in_place, loads_once
from .flow.shared import ANEW, is_simple, loader_variable, spec_variable

EXAMPLES = (
    Example(
        "from importlib.machinery import SourceFileLoader\n"
        "m = SourceFileLoader('a' + b, path).load_module()\n"
    ),
    Example(
        "from importlib.machinery import SourceFileLoader\n"
        "if __name__ == '__main__':\n"
        "    m = SourceFileLoader('m', path).load_module()\n",
        "import importlib.util\n"
        "import sys\n"
        "from importlib.machinery import SourceFileLoader\n"
        "if __name__ == '__main__':\n"
        "    _loader = SourceFileLoader('m', path)\n"
        "    _spec = importlib.util.spec_from_loader(_loader.name, _loader)\n"
        "    m = sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)\n"
        "    _spec.loader.exec_module(m)\n",
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

_GONE = "load_module() is deprecated, and gone in Python 3.15"
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
                made = _source_loader(uses, attribute)
                rewrite = functools.partial(_rewrite, made) if made is not None else None
                yield Spot(attribute, "load_module", f"{_GONE}; {_RECIPE}", rewrite=rewrite)
        elif uses.is_asked_for(attribute.attr):
            continue
        elif uses.is_finder(attribute.value) or _is_loaded_from(uses, attribute):
            advice = "call find_spec(name); its loader is spec.loader"
            message = f"{attribute.attr}() was removed in Python 3.12; {advice}"
            yield Spot(attribute, attribute.attr, message)


def _is_loaded_from(uses: ImportlibUses, attribute: ast.Attribute) -> bool:
    """Say whether *attribute* is that of `finder.find_module(name).load_module(name)`.

    The finder may come from anywhere but from a class of this module.
    """
    call = uses.tree.parents[attribute]
    loads = getattr(uses.tree.parents.get(call), "attr", "") == "load_module"
    own = any(getattr(owner, "name", "") == attribute.attr for owner in uses.tree.owners())
    known = {alias.name.partition(".")[0] for s in uses.tree.imports for alias in s.names}
    return loads and not own and not PACKAGES.isdisjoint(known)


def _source_loader(uses: ImportlibUses, attribute: ast.Attribute) -> ast.Call | None:
    """The call of `SourceFileLoader` that made what `load_module` is called of, if that is certain.

    None as well where it may not be the module of that loader that is loaded, and where the
    file may be one for Python 2.
    """
    call = uses.tree.parents[attribute]
    values = uses.values(attribute.value)
    made = values[0] if len(values) == 1 else None
    if not (isinstance(call, ast.Call) and call.func is attribute and isinstance(made, ast.Call)):
        return None
    if uses.qualified(made.func) != "importlib.machinery.SourceFileLoader":
        return None
    if len(made.args) != 2 or made.keywords or isinstance(made.args[1], ast.Starred):
        return None
    given = [*call.args, *call.keywords]
    certain = made is attribute.value or isinstance(made.args[0], ast.Constant)
    same = len(given) == len(call.args) == 1 and ast.dump(given[0]) == ast.dump(made.args[0])
    if given and not (same and certain and is_simple(made.args[0])):
        return None
    if uses.is_asked_for("load_module") or any(
        other.attr == "load_module" and not isinstance(other.ctx, ast.Load)
        for other in uses.tree.attributes
    ):
        return None
    name = next(node for node in ast.walk(made.func) if isinstance(node, ast.Name))
    home = uses.tree.home(name)
    imports = [binding.node for binding in home.bindings[name.id]] if home is not None else []
    guards = (ast.If, ast.Try, ast.With, ast.ExceptHandler)
    guarded = (isinstance(a, guards) for node in imports for a in uses.tree.ancestors(node))
    return None if any(guarded) else made


def _rewrite(made: ast.Call, use: Use, ctx: Context) -> Rewrite | None:
    """The fix for *use*, the `load_module` of the loader that *made* makes."""
    assert isinstance(use.node, ast.Attribute)
    call, name, loader = ctx.parent(use.node), made.args[0], use.node.value
    assert isinstance(call, ast.Call)
    plain = begins_statement(call, ctx)
    sole = plain and loads_once(call, name, ctx)
    if sole or (plain and not ctx.options.helpers):
        return _in_place(use, ctx, call, made, sole)
    is_variable = isinstance(loader, ast.Name)
    if not ctx.options.helpers or not (is_variable or is_simple(name)):
        return None
    fix = ctx.fix(use, ctx.title_of_helper("_load_spec"))
    helper = fix.helper("_load_spec", "pure", "files", *facts_of_load(call, name, ctx))
    spec_of = fix.name("importlib.util.spec_from_loader")
    known = "{loader}.name" if is_variable else "{name}"
    parts: dict[str, Part] = {"loader": loader} if is_variable else {"loader": loader, "name": name}
    fix.replace(call, f"{helper}({spec_of}({known}, {{loader}}))", **parts)
    return fix.rewrite(f"{_GONE}; use a helper that does the same")


def _in_place(use: Use, ctx: Context, call: ast.Call, made: ast.Call, sole: bool) -> Rewrite:
    """The statements that load a module for the first and only time, or anew."""
    assert isinstance(use.node, ast.Attribute)
    fix = ctx.fix(use, "Load the module in place")
    loader, before = use.node.value, []
    # The name is the loader's: what it was made of may be another by now.
    parts: dict[str, Part] = {"name": use.node}
    if isinstance(loader, ast.Name):
        variable = loader.id
    else:
        variable, parts["made"] = loader_variable(ctx, use.scope), made
        before.append(f"{variable} = {{made}}")
    spec = spec_variable(ctx, use.scope)
    spec_of = fix.name("importlib.util.spec_from_loader")
    before.append(f"{spec} = {spec_of}({variable}.name, {variable})")
    load_in_place(fix, use, call, spec, before, **parts)
    if sole:
        return fix.rewrite(f"{_GONE}; enter the module in sys.modules and execute it")
    return fix.rewrite(f"{_GONE}; execute it anew: {ANEW}", Applicability.UNSAFE)


def _is_second_choice(uses: ImportlibUses, node: ast.AST) -> bool:
    """Say whether the modern way is tried first, or what to do without *node* is."""
    return (
        uses.handled(node, "AttributeError")
        or is_answer_to(uses.tree, node, "AttributeError")
        or uses.is_asked_for("find_spec")
        or uses.is_asked_for("exec_module")
    )


RULES = (
    LintRule(
        "IMP504",
        "load-module-method",
        "load_module() or find_module() of a loader",
        check,
        "sometimes",
    ),
)
