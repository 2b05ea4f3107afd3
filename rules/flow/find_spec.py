"""How an import hook of the old protocol comes to have `find_spec`.

The method that is added does what Python 3.11 does itself with a finder that has
none: it asks `find_module`, and makes a spec of the loader with `spec_from_loader`.
The loader stays as it is.  Up to Python 3.14 a loader without `exec_module` has its
`load_module` called, in the same words as on 3.11; `create_module` and `exec_module`
made of that would not do: a reload does not create, and what creates has its
`__spec__` replaced.

Sources: `_find_spec_legacy`, `_load_backward_compatible` and `_exec` in
`Lib/importlib/_bootstrap.py`, `PathFinder._legacy_get_spec` in
`Lib/importlib/_bootstrap_external.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from imp_migrate.meaning.handlers import is_answer_to
from imp_migrate.meaning.scopes import ScopeKind
from imp_migrate.meaning.uses import Form, Use
from imp_migrate.model import Fix
from imp_migrate.rule import Context

from .hooks import LISTS, OLD, Hooks, Method, is_bound_to_class, takes

#: Base classes of finders and loaders that have no `find_spec`, in no Python.
_WITHOUT = frozenset({"object", "importlib.abc.MetaPathFinder", "importlib.abc.Loader"})

#: What Python 3.12 and 3.13 no longer have, and old hooks ask.
_GONE = frozenset({*OLD, "ImpImporter", "ImpLoader"})

_META, _ENTRY = LISTS

_COMMENT = "# Python 3.12 no longer calls find_module."
#: Where the loader is one of the old protocol, too.
_COMMENT_ON_LOADER = "# Python 3.12 no longer calls find_module (but load_module, up to 3.14)."


class Conversion:
    """Gives finders of one module their `find_spec`, or says why it does not.

    hooks: tells the finders.
    """

    def __init__(self, ctx: Context, hooks: Hooks) -> None:
        self.ctx = ctx
        self.tree = ctx.tree
        self.reach = hooks.reach
        self.hooks = hooks
        self._fixes: dict[ast.ClassDef, tuple[str, Fix]] = {}  #: with the list it is for

    def fix(self, owner: ast.ClassDef, method: Method) -> tuple[Fix | None, str]:
        """The fix for the finder *owner*, or what somebody has to look at who does it by hand.

        method: its `find_module`.  A class that is derived from one with a fix shares that.
        """
        doubt = self._doubt(owner, method)
        if doubt:
            return None, doubt
        kind = self._kind(owner, method)
        if not kind:
            return None, f"it is not clear whether sys.{_META} or sys.{_ENTRY} leads to it"
        for base in self.hooks.family(owner)[1:]:
            if base not in self._fixes and (inherited := self.hooks.finder(base)) is not None:
                self.fix(base, inherited)
            alone = len(self.tree.scope_of(base).bindings[base.name]) == 1
            if alone and self._fixes.get(base, ("", None))[0] == kind:
                return self._fixes[base][1], ""
        self._fixes[owner] = kind, self._built(owner, method, kind)
        return self._fixes[owner][1], ""

    def _built(self, owner: ast.ClassDef, method: Method, kind: str) -> Fix:
        scope = self.tree.scope_of(owner)
        while scope.kind is ScopeKind.CLASS and scope.parent is not None:
            scope = scope.parent  # a method does not see the names of classes around it
        place = Use(-1, "<hook>", Form.NAME, method, scope)  # type: ignore[arg-type]
        fix = self.ctx.fix(place, f"Add find_spec to {owner.name}")
        made = fix.name("importlib.util.spec_from_loader", place)
        own = is_bound_to_class(method)
        me = "cls" if own else method.args.args[0].arg
        given, passed = "fullname, path=None, target=None", "fullname, path"
        if kind == _ENTRY:
            given, passed = "fullname, target=None", "fullname"
        own_methods = {getattr(node, "name", "") for node in owner.body}
        is_loader = "load_module" in own_methods and "exec_module" not in own_methods
        lines = [
            *(["@classmethod"] if own else []),
            f"def find_spec({me}, {given}):",
            f"    {_COMMENT_ON_LOADER if is_loader else _COMMENT}",
            f"    loader = {me}.find_module({passed})",
            "    if loader is None:",
            "        return None",
            f"    return {made}(fullname, loader)",
        ]
        fix.insert_after(method, "\n".join(lines), apart=1)
        return fix.rewrite("").fix

    def _kind(self, owner: ast.ClassDef, method: Method) -> str:
        """The list that leads to *owner*; "" if that is not certain."""
        if not takes(method, 1):
            return "" if self.hooks.lists == [_ENTRY] else _META
        if not takes(method, 2):
            return "" if self.hooks.lists == [_META] else _ENTRY
        if self.hooks.lists == [_ENTRY]:
            return _ENTRY
        if self.hooks.lists != [*LISTS]:
            cached = "path_importer_cache" in self.tree.attribute_names | self.tree.names
            unknown = not self.hooks.lists and self._refuses_entries(owner)
            return "" if cached or unknown else _META
        entered = {name for name in LISTS for _ in self._entries(owner, name)}
        return entered.pop() if len(entered) == 1 else ""

    def _refuses_entries(self, owner: ast.ClassDef) -> bool:
        """Say whether *owner*, when it is called, raises ImportError as what is in path_hooks does."""
        bindings = self.tree.owned(owner).bindings.get("__init__", ())
        raised = (n for b in bindings for n in ast.walk(b.node) if isinstance(n, ast.Raise))
        return any("ImportError" in ast.unparse(n) for n in raised)

    def _entries(self, owner: ast.ClassDef, name: str) -> Iterator[ast.Name]:
        """Where *owner* is spoken of in a statement that speaks of the list *name*, too."""
        for read in self.tree.reads(owner.name, self.tree.scope_of(owner)):
            statement = self.tree.statement(read)
            if not isinstance(statement, (ast.Expr, ast.Assign, ast.AugAssign)):
                continue
            call = self.tree.parents[read]
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "isinstance":
                continue  # it looks for itself in the list
            if any(
                name in (getattr(n, "attr", ""), getattr(n, "id", "")) for n in ast.walk(statement)
            ):
                yield read

    # -- what stands in the way --------------------------------------------

    def _doubt(self, owner: ast.ClassDef, method: Method) -> str:
        """What is to be looked at before *owner* gets its `find_spec`; "" if nothing is."""
        bound = self.tree.owned(owner).bindings.get(method.name, ())
        family = self.hooks.family(owner)
        if any("find_loader" in self.tree.owned(part).bindings for part in family):
            return "what comes after the loader belongs in the spec's submodule_search_locations"
        if isinstance(method, ast.AsyncFunctionDef) or len(bound) > 1 or method not in owner.body:
            return "its find_module is not always the same"
        if not is_bound_to_class(method) and not self._has_instances(owner, method):
            return "it seems that the class is asked itself, not an instance"
        return self._doubt_of_class(owner) or self._doubt_of_module()

    def _has_instances(self, owner: ast.ClassDef, method: Method) -> bool:
        """Say whether instances of *owner* are asked, not the class."""
        first = method.args.args[:1]
        if not first or first[0].arg != "self":
            return False
        return all(self.tree.call_of(read) for read in self._entries(owner, _META))

    def _doubt_of_class(self, owner: ast.ClassDef) -> str:
        """Whether something else gives *owner*, or a class made of it, a `find_spec`."""
        family = self.hooks.family(owner)
        classes = [o for o in self.tree.owners() if isinstance(o, ast.ClassDef)]
        derived = [c for c in classes if owner in self.hooks.family(c)]
        for part in dict.fromkeys([*family, *derived]):
            if part.keywords or part.decorator_list:
                what = "metaclass" if part.keywords else "decorator"
                return f"look first what the {what} of {part.name} does to it"
            for base in part.bases:
                if not self._is_known(base, family, derived):
                    return f"look first whether {self.ctx.text(base)} has a find_spec"
            bindings = self.tree.owned(part).bindings
            for name in ("__getattr__", "__getattribute__"):
                if name in bindings:
                    return f"look first what {name} of {part.name} says of find_spec"
        return ""

    def _is_known(
        self, base: ast.expr, family: list[ast.ClassDef], derived: list[ast.ClassDef]
    ) -> bool:
        """Say whether *base* is a class that has been looked at, or needs not be."""
        if self.tree.dotted(base) in _WITHOUT or getattr(base, "id", "") == "object":
            return True
        names = {part.name for part in (*family, *derived)}
        return isinstance(base, ast.Name) and base.id in names

    def _doubt_of_module(self) -> str:
        """What the module asks of finders that is not there any more, or comes to be there."""
        for name in ("find_spec", *OLD):
            if name in self.tree.stored_attributes:
                return f"look first at what assigns {name}"
        for string in self.tree.strings:
            if string.value in ("find_spec", *OLD) and not self.reach.dead(string):
                line = self.tree.place(string.lineno)
                return f"look first what {line} asks for by the name {string.value}"
        for node, name in self._gone():
            line = self.tree.place(node.lineno)
            return f"first replace {name} in {line}, which Python 3.12 does not have"
        return ""

    def _gone(self) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
        """Where the module takes from others what Python 3.12 no longer has."""
        for statement in self.tree.imports:
            if getattr(statement, "module", "") in ("importlib", "pkgutil"):
                for alias in statement.names:
                    if alias.name in _GONE and not self.reach.dead(statement):
                        yield statement, alias.name
        for attribute in self.tree.attributes:
            if attribute.attr not in _GONE or not isinstance(attribute.ctx, ast.Load):
                continue
            if not (
                self._is_own(attribute.value)
                or self.ctx.use_at(attribute) is not None
                or self.reach.dead(attribute)
                or is_answer_to(self.tree, attribute, "AttributeError")
            ):
                yield attribute, self.ctx.text(attribute)

    def _is_own(self, finder: ast.expr) -> bool:
        """Say whether *finder* is a class of this module, or an instance of one."""
        if isinstance(finder, ast.Call) and getattr(finder.func, "id", "") == "super":
            around = self.tree.ancestors(finder)
            owner = next((a for a in around if isinstance(a, ast.ClassDef)), None)
            bases = self.hooks.family(owner)[1:] if owner is not None else []
            return any("find_module" in self.tree.owned(base).bindings for base in bases)
        if not isinstance(finder, ast.Name) or finder.id in ("self", "cls"):
            return isinstance(finder, ast.Name)
        for binding in self.tree.bindings_of(finder):
            statement = self.tree.parents.get(binding.node)
            made = statement.value if isinstance(statement, ast.Assign) else None
            if isinstance(binding.node, ast.ClassDef):
                continue
            if not (isinstance(made, ast.Call) and isinstance(made.func, ast.Name)):
                return False
            of = self.tree.bindings_of(made.func)
            if not of or not all(isinstance(b.node, ast.ClassDef) for b in of):
                return False
        return self.tree.home(finder) is not None
