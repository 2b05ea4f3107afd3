"""The import hooks of the old protocol among the classes of a module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from imp_migrate.meaning.reach import Reach
from imp_migrate.meaning.steadiness import HOOKS
from imp_migrate.rule import Context

#: The methods that finders had before `find_spec`.
OLD = ("find_module", "find_loader")
#: The lists in `sys` that finders, and what makes them, are entered in.
LISTS = ("meta_path", "path_hooks")

Method = ast.FunctionDef | ast.AsyncFunctionDef


class Hooks:
    """Tells the import hooks among the classes of one module."""

    def __init__(self, ctx: Context, reach: Reach) -> None:
        self.tree = ctx.tree
        self.reach = reach
        #: Whether a file of the project enters what it has from another.
        self.entered_elsewhere = HOOKS in (ctx.source.neighbours.unsteady or ())

    @cached_property
    def lists(self) -> list[str]:
        """Which of the lists of hooks the module names where Python 3.12 comes."""
        attributes = (a for a in self.tree.attributes if a.attr in LISTS)
        named = {a.attr for a in attributes if not self.reach.dead(self.tree.statement(a))}
        named |= self.tree.names
        named |= self.tree.imported_names
        named |= {str(s.value) for s in self.tree.strings if s.value in LISTS}
        return [name for name in LISTS if name in named]

    @cached_property
    def added(self) -> set[tuple[str, str]]:
        """The attributes that the module assigns, with what they belong to."""
        stored = (a for a in self.tree.attributes if isinstance(a.ctx, ast.Store))
        return {(ast.unparse(a.value), a.attr) for a in stored}

    def finder(self, owner: ast.ClassDef) -> Method | None:
        """The method of *owner* that Python 3.12 no longer asks; None if there is none."""
        old = (m for name in OLD for m in self._methods(owner, name))
        method = next((m for m in old if takes(m, 1) or takes(m, 2)), None)
        if method is None:
            return None
        family = self.family(owner)
        if any(self._has(part, "find_spec") for part in family):
            return None
        return method if self._is_hook(family, method) else None

    def _is_hook(self, family: list[ast.ClassDef], method: Method) -> bool:
        if self.lists or method.name == "find_loader":
            return True
        if any(a.attr in LISTS for a in self.tree.attributes):
            return False  # it is put there by Pythons that still ask it
        loaders = [m for part in family for m in self._methods(part, "load_module")]
        if loaders:
            return any(takes(m, 1) for m in loaders)
        if self._loads or (self.entered_elsewhere and takes(method, 2)):
            return True  # it returns an object of another class
        bases = [self.tree.dotted(base) or "" for part in family for base in part.bases]
        if any(
            base.startswith("importlib.abc.") or base == "pkgutil.ImpImporter" for base in bases
        ):
            return True
        names = [arg.arg for arg in (*method.args.posonlyargs, *method.args.args)]
        given = names if is_static(method) else names[1:]
        return given == ["fullname", "path"] and len(method.args.defaults) == 1

    @cached_property
    def _loads(self) -> bool:
        """Whether a class of the module has a `load_module` that takes a name."""
        classes = (o for o in self.tree.owners() if isinstance(o, ast.ClassDef))
        return any(takes(m, 1) for o in classes for m in self._methods(o, "load_module"))

    def own_module(self) -> Method | None:
        """The `find_module` of the module, if that is entered in a list; else None."""
        found = [self.tree.root.bindings.get(name, ()) for name in ("find_spec", *OLD)]
        if found[0] or not any(found[1:]):
            return None
        nodes = [binding.node for bindings in found[1:] for binding in bindings]
        functions = [n for n in nodes if isinstance(n, Method) and not self.reach.dead(n)]
        return functions[0] if functions and self._is_entered(functions[0]) else None

    def _is_entered(self, finder: Method) -> bool:
        """Say whether the module, which has the function *finder*, is a hook."""
        if self.entered_elsewhere and not self.lists:
            loaders = [b.node for b in self.tree.root.bindings.get("load_module", ())]
            one = any(isinstance(n, Method) and takes(n, 0) for n in loaders)
            return one and takes(finder, 1)  # a function has no `self`
        return "meta_path" in self.lists and any(
            isinstance(n, ast.Name) and n.id == "__name__"
            for call in self.tree.calls
            if isinstance(call.func, ast.Attribute) and "meta_path" in ast.unparse(call.func)
            for n in ast.walk(call)
        )

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
        names = ("find_spec", *OLD)
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

    def family(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """*owner* and the classes of this module that it is derived from."""
        family = [owner]
        for part in family:
            for base in part.bases:
                bindings = self.tree.bindings_of(base) if isinstance(base, ast.Name) else []
                nodes = [binding.node for binding in bindings]
                family += [n for n in nodes if isinstance(n, ast.ClassDef) and n not in family]
        return family

    def _has(self, owner: ast.ClassDef, name: str) -> bool:
        bound = self.tree.owned(owner).bindings.get(name, ())
        alive = any(not self.reach.dead(binding.node) for binding in bound)
        return alive or (owner.name, name) in self.added

    def _methods(self, owner: ast.ClassDef, name: str) -> list[Method]:
        bound = (binding.node for binding in self.tree.owned(owner).bindings.get(name, ()))
        return [n for n in bound if isinstance(n, Method) and not self.reach.dead(n)]


def is_static(method: Method) -> bool:
    """Say whether *method* is called without its class or an instance."""
    return any(getattr(d, "id", "") == "staticmethod" for d in method.decorator_list)


def is_bound_to_class(method: Method) -> bool:
    """Say whether *method* can be called on its class."""
    return is_static(method) or any(
        getattr(d, "id", "") == "classmethod" for d in method.decorator_list
    )


def takes(method: Method, count: int) -> bool:
    """Say whether *method* can be called with *count* positional arguments."""
    args = method.args
    most = len(args.posonlyargs) + len(args.args) - (not is_static(method))
    least = most - len(args.defaults)
    required = any(default is None for default in args.kw_defaults)
    return not required and least <= count and (count <= most or args.vararg is not None)
