"""Import hooks of the old protocol, which Python 3.12 no longer asks.

## What it does
Reports a class with `find_module` (or `find_loader`) and without `find_spec`
that is meant for `sys.meta_path` or `sys.path_hooks`: the file speaks of one of
these, or the class has a `load_module` that takes a name, an abstract base class
of importlib, or the signature of PEP 302, `find_module(self, fullname, path=None)`.
So are a module that enters itself, and a finder whose methods are assigned, or given
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

class Finder:
    def find_module(self, fullname, path=None):
        return Loader(imp.find_module(fullname, path))

class Loader:
    def __init__(self, found):
        self.found = found

    def load_module(self, fullname):
        return imp.load_module(fullname, *self.found)

sys.meta_path.insert(0, Finder())
```

## Use instead
```python
import importlib.machinery
import sys

class Finder:
    def find_spec(self, fullname, path=None, target=None):
        return importlib.machinery.PathFinder.find_spec(fullname, path, target)

sys.meta_path.insert(0, Finder())
```

## Fix safety
There is no fix: `find_module` may be anything, and who else calls it is not
known.  In a class that is reported, `imp` is not replaced by a helper function, either:
what it becomes first has to be decided.  What always works is to keep both methods and to add

```python
def find_spec(self, fullname, path=None, target=None):
    loader = self.find_module(fullname, path)
    if loader is None:
        return None
    return importlib.util.spec_from_loader(fullname, loader)
```

(without the argument *path*, if it is a path entry finder); a loader with only
`load_module` still works then, with a DeprecationWarning, until Python 3.14.
Beyond that it needs `create_module(spec)`, which may return None, and
`exec_module(module)`, which runs the code in the module that importlib has made
and entered in `sys.modules`.

## References
- [What's New In Python 3.12: importlib](https://docs.python.org/3/whatsnew/3.12.html#removed)
- [importlib.abc.MetaPathFinder.find_spec](https://docs.python.org/3/library/importlib.html#importlib.abc.MetaPathFinder.find_spec)
- [PEP 451, A ModuleSpec Type for the Import System](https://peps.python.org/pep-0451/)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property

from imp_migrate.meaning.reach import Reach
from imp_migrate.module_rule import ModuleRule, Remark
from imp_migrate.rule import Context, Example, Rule

EXAMPLES = (
    Example(
        "import imp\nimport sys\nclass F:\n    def find_module(self, name, path=None):\n"
        "        return None\nsys.meta_path.append(F())\nimp.lock_held()\n"
    ),
    Example(
        "import imp\nclass F:\n    def find_spec(self, name, path=None, target=None):\n"
        "        return None\nimp.lock_held()\n"
    ),
)

_OLD = ("find_module", "find_loader")
_LISTS = ("meta_path", "path_hooks")

_Method = ast.FunctionDef | ast.AsyncFunctionDef


def check(ctx: Context, reach: Reach) -> Iterator[Remark]:
    """The old finders of the module; stubs only describe them."""
    if ctx.source.filename.endswith(".pyi"):
        return
    hooks = _Hooks(ctx, reach)
    for owner in ctx.tree.owners():
        if isinstance(owner, ast.ClassDef) and not reach.dead(owner):
            method = hooks.finder(owner)
            if method is not None:
                yield *_header(ctx, method), _message(owner.name, method.name, hooks.lists)
    function = hooks.own_module()
    if function is not None:
        yield *_header(ctx, function), _message("this module", function.name, hooks.lists)
    for node, name in hooks.put_together():
        yield *ctx.span(node), _message("the finder", name, hooks.lists)


class _Hooks:
    """Tells the import hooks among the classes of one module."""

    def __init__(self, ctx: Context, reach: Reach) -> None:
        self.tree = ctx.tree
        self.reach = reach

    @cached_property
    def lists(self) -> list[str]:
        """Which of the lists of hooks the module names where Python 3.12 comes."""
        attributes = (a for a in self.tree.attributes if a.attr in _LISTS)
        named = {a.attr for a in attributes if not self.reach.dead(self.tree.statement(a))}
        named |= self.tree.names
        named |= {a.name for statement in self.tree.imports for a in statement.names}
        named |= {str(s.value) for s in self.tree.strings if s.value in _LISTS}
        return [name for name in _LISTS if name in named]

    @cached_property
    def added(self) -> set[tuple[str, str]]:
        """The attributes that the module assigns, with what they belong to."""
        stored = (a for a in self.tree.attributes if isinstance(a.ctx, ast.Store))
        return {(ast.unparse(a.value), a.attr) for a in stored}

    def finder(self, owner: ast.ClassDef) -> _Method | None:
        """The method of *owner* that Python 3.12 no longer asks; None if there is none."""
        old = (m for name in _OLD for m in self._methods(owner, name))
        method = next((m for m in old if _takes(m, 1) or _takes(m, 2)), None)
        if method is None:
            return None
        family = self._family(owner)
        if any(self._has(part, "find_spec") for part in family):
            return None
        return method if self._is_hook(owner, family, method) else None

    def _is_hook(self, owner: ast.ClassDef, family: list[ast.ClassDef], method: _Method) -> bool:
        if self.lists or method.name == "find_loader":
            return True
        if any(a.attr in _LISTS for a in self.tree.attributes):
            return False  # it is put there by Pythons that still ask it
        loaders = [m for part in family for m in self._methods(part, "load_module")]
        if loaders:
            return any(_takes(m, 1) for m in loaders)
        if self._loads:  # it returns an object of another class
            return True
        bases = [self.tree.dotted(base) or "" for part in family for base in part.bases]
        if any(
            base.startswith("importlib.abc.") or base == "pkgutil.ImpImporter" for base in bases
        ):
            return True
        names = [arg.arg for arg in (*method.args.posonlyargs, *method.args.args)]
        given = names if _is_static(method) else names[1:]
        return given == ["fullname", "path"] and len(method.args.defaults) == 1

    @cached_property
    def _loads(self) -> bool:
        """Whether a class of the module has a `load_module` that takes a name."""
        classes = (o for o in self.tree.owners() if isinstance(o, ast.ClassDef))
        return any(_takes(m, 1) for o in classes for m in self._methods(o, "load_module"))

    def own_module(self) -> _Method | None:
        """The `find_module` of the module, if that enters itself in a list; else None."""
        found = [self.tree.root.bindings.get(name, ()) for name in ("find_spec", *_OLD)]
        if found[0] or not any(found[1:]) or "meta_path" not in self.lists:
            return None
        nodes = [binding.node for bindings in found[1:] for binding in bindings]
        entered = any(
            isinstance(n, ast.Name) and n.id == "__name__"
            for call in self.tree.calls
            if isinstance(call.func, ast.Attribute) and "meta_path" in ast.unparse(call.func)
            for n in ast.walk(call)
        )
        functions = [n for n in nodes if isinstance(n, _Method) and not self.reach.dead(n)]
        return functions[0] if entered and functions else None

    def put_together(self) -> Iterator[tuple[ast.expr, str]]:
        """What gives a finder its old method otherwise than by a `def` in its class."""
        if not self.lists:
            return
        given = list(self._given())
        classes = (o for o in self.tree.owners() if isinstance(o, ast.ClassDef))
        if any(name == "find_spec" for _, name in given) or any(
            self._methods(owner, "find_spec") for owner in classes
        ):
            return
        for node, name in given:
            if not self.reach.dead(node):
                yield node, name

    def _given(self) -> Iterator[tuple[ast.expr, str]]:
        """The places where something is put under a name of the protocol, old or new."""
        names = ("find_spec", *_OLD)
        for attribute in self.tree.attributes:
            if attribute.attr in names and isinstance(attribute.ctx, ast.Store):
                yield attribute, attribute.attr
        for call in self.tree.calls:
            for keyword in call.keywords:
                if keyword.arg in names:
                    yield keyword.value, str(keyword.arg)
        for string in self.tree.strings:
            parent = self.tree.parents[string]
            if string.value in names and (
                (isinstance(parent, ast.Dict) and string in parent.keys)
                or (isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "setattr")
            ):
                yield string, str(string.value)
        for owner in self.tree.owners():
            if isinstance(owner, ast.ClassDef):
                for name in names:
                    for binding in self.tree.owned(owner).bindings.get(name, ()):
                        if isinstance(binding.node, ast.Name) and not binding.is_del:
                            yield binding.node, name

    def _family(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """*owner* and the classes of this module that it is derived from."""
        family = [owner]
        known = {owner}
        for part in family:
            for base in part.bases:
                if isinstance(base, ast.Name):
                    scope = self.tree.resolve(base.id, self.tree.scope_of(base), base)
                    bindings = scope.bindings[base.id] if scope is not None else ()
                    nodes = (binding.node for binding in bindings)
                    new = {n: 0 for n in nodes if isinstance(n, ast.ClassDef) and n not in known}
                    family += new
                    known |= new.keys()
        return family

    def _has(self, owner: ast.ClassDef, name: str) -> bool:
        bound = self.tree.owned(owner).bindings.get(name, ())
        alive = any(not self.reach.dead(binding.node) for binding in bound)
        return alive or (owner.name, name) in self.added

    def _methods(self, owner: ast.ClassDef, name: str) -> list[_Method]:
        bound = (binding.node for binding in self.tree.owned(owner).bindings.get(name, ()))
        return [n for n in bound if isinstance(n, _Method) and not self.reach.dead(n)]


def _is_static(method: _Method) -> bool:
    return any(getattr(d, "id", "") == "staticmethod" for d in method.decorator_list)


def _takes(method: _Method, count: int) -> bool:
    """Say whether *method* can be called with *count* positional arguments."""
    args = method.args
    most = len(args.posonlyargs) + len(args.args) - (not _is_static(method))
    least = most - len(args.defaults)
    required = any(default is None for default in args.kw_defaults)
    return not required and least <= count and (count <= most or args.vararg is not None)


def _header(ctx: Context, method: _Method) -> tuple[int, int]:
    start, end = ctx.span(method)
    match = re.compile(rf"(?:async\s+)?def\s+{method.name}").match(ctx.source.text, start, end)
    return start, match.end() if match else end


def _message(owner: str, method: str, lists: list[str]) -> str:
    entry = method == "find_loader" or lists == ["path_hooks"]
    fate = "fails with AttributeError" if entry else "is not asked"
    arguments = "fullname, target=None" if entry else "fullname, path=None, target=None"
    return (
        f"an import hook without find_spec {fate} since Python 3.12: add"
        f" `def find_spec(self, {arguments})` to {owner}, to return"
        " importlib.util.spec_from_loader(fullname, loader) for the loader that"
        f" {method} finds, and None if it finds none; give the loader"
        " `create_module(self, spec)` and `exec_module(self, module)` for load_module"
    )


RULES: tuple[Rule, ...] = ()

MODULE_RULES = (
    ModuleRule(
        "IMP412",
        "old-import-hook",
        "an import hook with find_module and without find_spec",
        "<hook>",
        check,
    ),
)
