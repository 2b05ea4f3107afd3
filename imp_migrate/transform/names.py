"""How new code can spell a module or a helper at a given spot, without capturing anything."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection
from functools import cached_property

from ..meaning.reach import Reach
from ..meaning.scopes import Binding, Scope, ScopeTree, place_of
from ..meaning.uses import ImpImport, Use
from ..model import Need
from .emission import is_constant, name_if_taken

_MODULES = (
    "importlib.machinery",
    "importlib.util",
    "importlib",
    "threading",
    "tokenize",
    "types",
    "os",
    "sys",
    "warnings",
)


class Namer:
    """Chooses names for one module, and says which import has to bind them."""

    def __init__(
        self,
        tree: ScopeTree,
        reach: Reach,
        top: int,
        helpers: dict[str, str],
        kept: dict[str, ImpImport],
        provided: Callable[[int], frozenset[Need]],
    ) -> None:
        self.tree = tree
        self.reach = reach
        self.top = top
        self.own_helpers = helpers  #: names of those that an earlier run added to this module
        self.kept = kept  #: the imports that helpers take the place of, under their name
        self.provided = provided  #: what is imported already, by import site
        self.names: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        #: A star import after the imports of imp may rebind any name without an underscore.
        self.rebinding_star = self._rebinding_star()
        #: Names that may come to mean something else, such as submodules of this package.
        self.hidden: Collection[str] = ()
        self.private = self._imports_privately()  #: whether new names are to be private

    def name(self, dotted: str, use: Use) -> tuple[str, set[tuple[int, Need]]]:
        """The expression for *dotted* at *use*, with the needs that make it valid."""
        module = next((m for m in _MODULES if dotted == m or dotted.startswith(m + ".")), None)
        if module is None:
            raise ValueError(f"{dotted} is in no module that fixes may import")
        rest = dotted[len(module) :]
        root = module.partition(".")[0]
        plain = {(s, Need(module)) for s in self._sites(root, use)}
        free = self._root_is_free(root, use)
        if free and all(need in self.provided(site) for site, need in plain):
            return module + rest, plain
        bound = self._bound(module, use)
        if bound:
            return bound + rest, set()
        local = bool(use.imports) and all(i.scope is not self.tree.root for i in use.imports)
        known = local or root in self.tree.root.bindings
        if free and (known or not self.private):
            return module + rest, plain
        alias = self._alias(module)
        needs = {(s, Need(module, alias=alias)) for s in self._sites(alias, use)}
        return alias + rest, needs

    def helper(self, name: str) -> str:
        """What the helper or constant *name* is called in this module."""
        from ..helpers import closure

        for needed in (name,) if is_constant(name) else closure([name]):
            if needed not in self.names:
                self.names[needed] = self._called(needed)
        return self.names[name]

    def _called(self, helper: str) -> str:
        """What *helper* is called in this module, or what it is to be called."""
        if helper in self.own_helpers:
            return self.own_helpers[helper]
        if helper in self.kept:
            return self.kept[helper].local
        free = not self._is_taken(helper) and helper.lstrip("_") not in self._functions
        if not helper.startswith("_") and any(s.module != "imp" for s in self.tree.star_imports):
            free = False  # what they bring may be of that name, for others to take or patch
        return helper if free else self._free(name_if_taken(helper))

    @cached_property
    def _functions(self) -> set[str]:
        """The functions of the module: `_find_module` is too easily taken for `find_module`."""
        return {
            owner.name.lstrip("_")
            for owner in self.tree.owners()
            if isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef))
            and not isinstance(self.tree.parents[owner], ast.ClassDef)
        }

    def module_alias(self, module: str) -> str:
        """What *module* is called at the top level of this module, for the code of helpers."""
        root = module.partition(".")[0]
        bindings = self.tree.root.bindings.get(root, [])
        if self.private and not bindings:
            return self._alias(module)
        if not self._comes_otherwise(root) and all(
            self._imports(binding, root) for binding in bindings
        ):
            return module
        return self._alias(module)

    def _comes_otherwise(self, root: str) -> bool:
        """Say whether something else binds *root*, or may do so later.

        A star import, that of a submodule, or what fills the module from elsewhere.
        """
        new = root != "importlib" and root not in self.tree.root.bindings
        if self.rebinding_star or root in self.hidden or (new and self._is_filled):
            return True
        unbound = root in self.tree.references and root not in self.tree.root.bindings
        return unbound and any(s.module != "imp" for s in self.tree.star_imports)

    def _imports_privately(self) -> bool:
        """Say whether this module mostly writes `import sys as _sys`."""
        names = [
            name
            for statement in self.tree.module.body
            if isinstance(statement, ast.Import)
            for name in statement.names
            if name.name != "imp" or name.asname
        ]
        private = [
            name
            for name in names
            if name.asname in (f"_{name.name.replace('.', '_')}", f"_{name.name.split('.')[-1]}")
        ]
        return len(private) * 2 > len(names)

    @cached_property
    def _is_filled(self) -> bool:
        """Whether code from elsewhere, or a table, puts names of its own into this module."""
        return any(map(self._fills, self.tree.calls))

    def _fills(self, call: ast.Call) -> bool:
        called = getattr(call.func, "id", "")
        parent = self.tree.parents[call]
        if called in ("exec", "execfile"):
            return len(call.args) == 1 and not isinstance(call.args[0], ast.Constant)
        if called == "setattr":
            owner = call.args[0] if call.args else None
            return (
                isinstance(owner, ast.Subscript) and self.tree.dotted(owner.value) == "sys.modules"
            )
        own = called == "globals" or (called in ("vars", "locals") and not call.args)
        if not own or (called != "globals" and self.tree.scope_of(call) is not self.tree.root):
            return False
        if isinstance(parent, ast.Attribute):
            return parent.attr not in ("copy", "get", "items", "keys", "values")
        if isinstance(parent, ast.Call):
            return getattr(parent.func, "id", "") not in ("eval", "__import__")
        read = isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load)
        return not (read or isinstance(parent, ast.Compare))

    def _rebinding_star(self) -> bool:
        stars = [s for s in self.tree.star_imports if s.module != "imp"]
        imps = [
            place_of(statement)
            for statement in self.tree.imports
            if getattr(statement, "module", None) == "imp"
            or any(alias.name == "imp" for alias in statement.names)
        ]
        return any(place_of(star) > min(imps, default=(0, 0)) for star in stars)

    # -- modules -----------------------------------------------------------

    def _root_is_free(self, root: str, use: Use) -> bool:
        """Say whether *root* at *use* means, or can be made to mean, the module."""
        if self._comes_otherwise(root) or self._is_declared_later(root, use):
            return False
        scope = self.tree.resolve(root, use.scope)
        if scope is None:
            return True
        if not all(self._imports(b, root) for b in scope.bindings[root]):
            return False
        if scope is self.tree.root:
            return True
        homes = {found.scope for found in use.imports}
        return homes == {scope} or any(self._runs_before(b, use) for b in scope.bindings[root])

    def _is_declared_later(self, root: str, use: Use) -> bool:
        """Say whether `global` or `nonlocal` names *root* after *use*: it must not be read before."""
        if root not in use.scope.global_names | use.scope.nonlocal_names:
            return False
        return any(
            isinstance(node, (ast.Global, ast.Nonlocal))
            and root in node.names
            and node.lineno >= use.node.lineno
            for node in ast.walk(use.scope.node)
        )

    def _sites(self, root: str, use: Use) -> set[int]:
        """The import sites that have to bind *root* for *use*."""
        return {self._site(root, found) for found in use.imports} or {self.top}

    def _site(self, root: str, found: ImpImport) -> int:
        lexical = self.tree.scope_of(found.node)
        if found.site < 0 or lexical is not found.scope:
            return self.top  # `global imp`: the import binds elsewhere than it stands
        if found.scope is self.tree.root or root in found.scope.bindings:
            return found.site  # a name that is local is local in the whole function
        if root in self.tree.root.bindings:
            return self.top  # a second, local binding could hide the global one too early
        return found.site

    def _imports(self, binding: Binding, root: str) -> bool:
        """Say whether *binding* is `import root` or `import root.x`."""
        alias = binding.node
        if not isinstance(alias, ast.alias) or alias.asname not in (None, root):
            return False
        plain = isinstance(self.tree.parents[alias], ast.Import)
        name = alias.name if alias.asname else alias.name.partition(".")[0]
        return plain and name == root

    def _runs_before(self, binding: Binding, use: Use) -> bool:
        """Say whether *binding* stands directly in the body of its scope, before *use*."""
        statement = self.tree.statement(binding.node)
        reader = self.tree.statement(use.node)
        return self.tree.parents[statement] is binding.scope.node and place_of(
            statement
        ) < place_of(reader)

    def _bound(self, module: str, use: Use) -> str:
        """The other name by which *module* is imported already, wherever *use* may need it."""
        sites = {found.site for found in use.imports} or {self.top}
        for need in sorted(frozenset.intersection(*map(self.provided, sites))):
            if need.module == module and need.alias and not self._comes_otherwise(need.alias):
                scope = self.tree.resolve(need.alias, use.scope, use.node)
                if scope is not None and self._always_means(need.alias, scope, module):
                    here = scope.bindings[need.alias]
                    if scope is self.tree.root or any(self._runs_before(b, use) for b in here):
                        return need.alias
        return ""

    def _always_means(self, name: str, scope: Scope, module: str) -> bool:
        """Say whether *scope* binds *name* to nothing but *module*."""
        return all(self._names_module(binding.node, module) for binding in scope.bindings[name])

    def _names_module(self, alias: ast.AST, module: str) -> bool:
        """Say whether *alias*, or whatever it is, imports *module* under another name."""
        if not isinstance(alias, ast.alias):
            return False
        statement = self.tree.parents[alias]
        if isinstance(statement, ast.ImportFrom):
            return not statement.level and f"{statement.module}.{alias.name}" == module
        return alias.name == module and alias.asname is not None

    def _alias(self, module: str) -> str:
        if module not in self.aliases:
            wanted = "_" + module.replace(".", "_")
            bound = self.tree.root.bindings.get(wanted)
            again = bound and self._always_means(wanted, self.tree.root, module)
            self.aliases[module] = wanted if again else self._free(wanted)
        return self.aliases[module]

    def _free(self, wanted: str) -> str:
        name, number = wanted, 1
        while self._is_taken(name) or name in self.names.values():
            number += 1
            name = f"{wanted}_{number}"
        return name

    def _is_taken(self, name: str) -> bool:
        return name in self.tree.names or name in self.hidden
