"""Uses of what took the place of `imp`: `importlib`, `pkgutil`, `zipimport`, by qualified names.

Nothing is decided here about whether a use is right; only what is meant, what
is in a name, and whether somebody has seen to the case that it fails.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Iterator

from .handlers import caught, tries_around
from .presence import is_none
from .reach import Reach
from .scopes import Binding, ScopeTree, attribute_path, root_of

#: The packages that are followed.
PACKAGES = frozenset(["importlib", "pkgutil", "zipimport"])

_MACHINERY = "importlib.machinery"
_SEARCHES = frozenset(
    f"{_MACHINERY}.{finder}.find_spec"
    for finder in ("PathFinder", "FrozenImporter", "BuiltinImporter", "WindowsRegistryFinder")
) | {"importlib.util.find_spec"}
_SPECS = _SEARCHES | {
    "importlib.util.spec_from_file_location",
    "importlib.util.spec_from_loader",
    f"{_MACHINERY}.ModuleSpec",
}
_LOADERS = frozenset(
    f"{_MACHINERY}.{loader}"
    for loader in ("SourceFileLoader", "SourcelessFileLoader", "ExtensionFileLoader")
)
_OLD_LOADERS = frozenset(["importlib.find_loader", "pkgutil.find_loader", "pkgutil.get_loader"])
_FINDERS = frozenset(["pkgutil.get_importer", "zipimport.zipimporter", f"{_MACHINERY}.FileFinder"])
_WALKS = frozenset(["pkgutil.iter_modules", "pkgutil.walk_packages"])
_LISTS = ("sys.meta_path", "sys.path_importer_cache")
_KEEPING = ("list", "reversed", "sorted", "tuple")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class ImportlibUses:
    """What one module does with `importlib`, `pkgutil` and `zipimport`.

    filename: the name of the module, as far as it is known.
    has_imp: whether it also imports `imp`, which imports parts of importlib itself.
    """

    def __init__(
        self, tree: ScopeTree, reach: Reach, filename: str, *, has_imp: bool = False
    ) -> None:
        self.tree = tree
        self.reach = reach
        self.filename = filename
        self.has_imp = has_imp
        self._asking: set[int] = set()  #: the reads of variables that are being looked into

    # -- names -------------------------------------------------------------

    def qualified(self, node: ast.AST) -> str:
        """The name of *node*, such as `importlib.util.find_spec`; "" if it is no such name."""
        first = root_of(node)
        if not isinstance(first, ast.Name) or first.id not in self._locals:
            return ""
        root = self.tree.qualified(first)
        if root is None or root.partition(".")[0] not in PACKAGES:
            return ""
        return root + attribute_path(node)

    @functools.cached_property
    def attributes(self) -> list[tuple[ast.Attribute, str]]:
        """Every attribute that is read from one of the packages, with its name."""
        found = [(node, self.qualified(node)) for node in self.tree.attributes]
        return [(n, name) for n, name in found if name and isinstance(n.ctx, ast.Load)]

    @functools.cached_property
    def calls(self) -> list[tuple[ast.Call, str]]:
        """Every call of something in the packages, with its name, in source order."""
        found = [(call, self.qualified(call.func)) for call in self.tree.calls]
        return [(call, name) for call, name in found if name]

    def called(self, *names: str) -> Iterator[ast.Call]:
        """The calls of *names*."""
        return (call for call, name in self.calls if name in names)

    @functools.cached_property
    def imported(self) -> frozenset[str]:
        """What the import statements name, and what strings name that could be imported."""
        found = {text for _, text in self.texts if text.startswith("importlib.")}
        for statement in self.tree.imports:
            for alias in statement.names:
                if isinstance(statement, ast.Import):
                    found.add(alias.name)
                elif not statement.level:
                    found |= {statement.module or "", f"{statement.module}.{alias.name}"}
        return frozenset(found)

    @functools.cached_property
    def texts(self) -> list[tuple[ast.Constant, str]]:
        """Every string of the module, with its text."""
        return [(s, s.value) for s in self.tree.strings if isinstance(s.value, str)]

    @functools.cached_property
    def _locals(self) -> frozenset[str]:
        """The local names that the imports from the packages bind."""
        return frozenset(
            alias.asname or alias.name.partition(".")[0]
            for statement in self.tree.imports
            for alias in statement.names
            if (
                alias.name if isinstance(statement, ast.Import) else statement.module or ""
            ).partition(".")[0]
            in PACKAGES
        )

    # -- values ------------------------------------------------------------

    def values(self, node: ast.expr) -> list[ast.expr]:
        """What *node* may be: itself, or what is assigned to the name that it is.

        Empty where the name is also bound otherwise: an argument, a loop.
        """
        if not isinstance(node, ast.Name):
            return [node]
        found = [self._assigned(binding) for binding in self.tree.bindings_of(node)]
        return [] if None in found else [value for value in found if value is not None]

    def _assigned(self, binding: Binding) -> ast.expr | None:
        parent = self.tree.parents.get(binding.node)
        if isinstance(parent, ast.Assign) and binding.node in parent.targets:
            return parent.value
        if isinstance(parent, (ast.AnnAssign, ast.NamedExpr)) and binding.node is parent.target:
            return parent.value
        return None

    def calls_in(self, node: ast.expr) -> set[str]:
        """The names of the calls of which *node* may be the result; "?" for any other value."""
        values = [v for v in self.values(node) if not is_none(v)]
        names = {self.qualified(v.func) if isinstance(v, ast.Call) else "" for v in values}
        return {name or "?" for name in names} or {"?"}

    def is_spec(self, node: ast.expr) -> bool:
        """Say whether *node* certainly is a spec, or None."""
        return self.calls_in(node) <= _SPECS

    def is_found_spec(self, node: ast.expr) -> bool:
        """Say whether *node* certainly is what a search for a module came to."""
        return self.calls_in(node) <= _SEARCHES

    def is_loader(self, node: ast.expr) -> bool:
        """Say whether *node* certainly is a loader of the standard library."""
        values = [v for v in self.values(node) if not is_none(v)]
        return bool(values) and all(map(self._is_loader, values))

    def _is_loader(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Attribute) and node.attr == "loader":
            return self.is_spec(node.value)
        if not isinstance(node, ast.Call):
            return False
        if self.qualified(node.func) in _LOADERS | _OLD_LOADERS:
            return True
        function = node.func
        return (
            isinstance(function, ast.Attribute)
            and function.attr in ("find_module", "find_loader")
            and self.is_finder(function.value)
        )

    def is_finder(self, node: ast.expr) -> bool:
        """Say whether *node* is a finder that one of the packages gave."""
        if self.calls_in(node) <= _FINDERS:
            return True
        if (of_values := self._of_values(node, self.is_finder)) is not None:
            return of_values
        if isinstance(node, ast.Attribute) and node.attr == "module_finder":
            return True
        if isinstance(node, ast.Subscript):
            index = getattr(node.slice, "value", None)
            walked = index == 0 and self._is_item(node.value, self._is_walk)
            return walked or self.tree.dotted(node.value) in _LISTS
        return self._is_item(node, self._has_finders, self._is_walk)

    def _of_values(self, node: ast.expr, question: Callable[[ast.expr], bool]) -> bool | None:
        """What *question* says of all that is assigned to *node*; None if that is no variable."""
        values = self.values(node) if isinstance(node, ast.Name) else []
        if not values or id(node) in self._asking:
            return None if not values else True
        entered = set(map(id, self.tree.reads_of(node))) - self._asking  # type: ignore[arg-type]
        self._asking |= entered
        try:
            return all(map(question, values))
        finally:
            self._asking -= entered

    def _is_item(
        self,
        node: ast.expr,
        whole: Callable[[ast.expr], bool],
        parted: Callable[[ast.expr], bool] | None = None,
    ) -> bool:
        """Say whether *node* is a variable that loops bind, and nothing else.

        They bind it to an item of something that is *whole*, or to the first part of an item
        of what is *parted*.
        """
        bindings = self.tree.bindings_of(node) if isinstance(node, ast.Name) else []
        return bool(bindings) and all(
            self._loops(b.node, whole) or (parted is not None and self._loops_first(b.node, parted))
            for b in bindings
        )

    def _loops(self, target: ast.AST, over: Callable[[ast.expr], bool]) -> bool:
        loop = self.tree.parents.get(target)
        is_loop = isinstance(loop, (ast.For, ast.comprehension)) and loop.target is target
        return is_loop and over(loop.iter)  # type: ignore[union-attr]

    def _loops_first(self, target: ast.AST, over: Callable[[ast.expr], bool]) -> bool:
        """The same of `for finder, name, ispkg in walk:`."""
        parts = self.tree.parents.get(target)
        first = isinstance(parts, ast.Tuple) and parts.elts[0] is target
        return first and self._loops(parts, over)  # type: ignore[arg-type]

    def _is_walk(self, node: ast.expr) -> bool:
        """Say whether *node* holds what `pkgutil.iter_modules` gives, in whatever order."""
        while isinstance(node, ast.Call) and getattr(node.func, "id", "") in _KEEPING and node.args:
            node = node.args[0]
        if (of_values := self._of_values(node, self._is_walk)) is not None:
            return of_values
        return isinstance(node, ast.Call) and self.qualified(node.func) in _WALKS

    def _has_finders(self, node: ast.expr) -> bool:
        """Say whether *node* is `sys.meta_path`, or a part of that."""
        part = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
        owner = node.value if part else node  # type: ignore[attr-defined]
        return self.tree.dotted(owner) == "sys.meta_path"

    # -- surroundings ------------------------------------------------------

    def function(self, node: ast.AST) -> ast.AST:
        """The innermost function around *node*, or the module."""
        around = (a for a in self.tree.ancestors(node) if isinstance(a, _FUNCTIONS))
        return next(around, self.tree.module)

    def caught_around(self, node: ast.AST) -> set[str]:
        """The exceptions that handlers around *node*, in its function, are there for."""
        home, found = self.function(node), set[str]()
        for attempt, part in tries_around(self.tree, node):
            if part == "body" and self.function(attempt) is home:
                found = found.union(*map(caught, attempt.handlers))
        for around in self.tree.ancestors(node):
            if isinstance(around, (ast.With, ast.AsyncWith)):
                found |= {name for item in around.items for name in _suppressed(item.context_expr)}
        return found

    def handled(self, node: ast.AST, *errors: str) -> bool:
        """Say whether one of *errors* is caught around *node*."""
        return bool(self.caught_around(node) & {*errors, "Exception", "BaseException"})

    def is_asked_for(self, name: str) -> bool:
        """Say whether the module asks, with `hasattr` or `getattr`, whether there is *name*."""
        return name in self._asked_for

    @functools.cached_property
    def _asked_for(self) -> frozenset[object]:
        return frozenset(
            call.args[1].value
            for call in self.tree.calls
            if isinstance(call.func, ast.Name)
            and call.func.id in ("hasattr", "getattr")
            and len(call.args) > 1
            and isinstance(call.args[1], ast.Constant)
        )

    def argument(self, call: ast.Call, position: int, *keywords: str) -> ast.expr | None:
        """What *call* passes at *position* or by one of *keywords*."""
        if any(isinstance(value, ast.Starred) for value in call.args[: position + 1]):
            return None
        if len(call.args) > position:
            return call.args[position]
        return next((k.value for k in call.keywords if k.arg in keywords), None)

    def is_run(self, node: ast.AST) -> bool:
        """Say whether *node* is evaluated at all: no annotation that stays text, no type check."""
        postponed = "__future__.annotations" in self.imported
        child = node
        for around in self.tree.ancestors(node):
            if postponed and _is_annotation(child, around):
                return False
            if isinstance(around, ast.If) and self.tree.is_in(child, around.body):
                if "TYPE_CHECKING" in ast.unparse(around.test):
                    return False
            child = around
        return not self.reach.dead(node)

    def registrations(self) -> Iterator[tuple[ast.stmt, ast.expr]]:
        """Each statement that enters something in `sys.modules`, with the value."""
        for attribute in self.module_tables():
            item = self.tree.parents[attribute]
            outer = self.tree.parents[item]
            if isinstance(item, ast.Subscript) and isinstance(outer, ast.Assign):
                if item in outer.targets:
                    yield outer, outer.value

    def sets(self, name: str) -> bool:
        """Say whether the file itself puts the attribute *name* there."""
        return any(
            isinstance(node.ctx, ast.Store) and self.qualified(node) == name
            for node in self.tree.attributes
        )

    def module_tables(self) -> Iterator[ast.expr]:
        """Every expression that is `sys.modules`."""
        for attribute in self.tree.attributes:
            if attribute.attr == "modules" and self.tree.dotted(attribute) == "sys.modules":
                yield attribute
        for name in self.tree.references.get("modules", ()):
            if self.tree.qualified(name) == "sys.modules":
                yield name


def _is_annotation(child: ast.AST, around: ast.AST) -> bool:
    if isinstance(around, (ast.arg, ast.AnnAssign)):
        return child is around.annotation
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(around, functions) and child is around.returns


def _suppressed(node: ast.expr) -> Iterable[str]:
    """What `contextlib.suppress(…)` or `pytest.raises(…)` lets pass."""
    if not isinstance(node, ast.Call):
        return ()
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name not in ("suppress", "raises", "assertRaises"):
        return ()
    return caught(ast.ExceptHandler(type=ast.Tuple(elts=node.args), name=None, body=[]))
