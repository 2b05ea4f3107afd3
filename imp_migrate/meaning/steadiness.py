"""Whether a program leaves alone what the import system looks at, and remembers.

`imp.find_module` looked into the file system each time.  `importlib.machinery.PathFinder`
remembers that a directory was not there, and what a relative entry stood for; it passes
over entries of `sys.path` that are no strings, and asks `sys.path_hooks`.  None of this
matters as long as `sys.path` holds directories that are there, by their absolute names.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from .scopes import ScopeTree, last_name

#: What a program may change: `sys.path`, by entries that need not be there when they are asked
#: for, by what may be no string, or what serves it; `sys.modules` and `sys.meta_path`; the
#: `__path__` of a package; the folders that there are, and the current one.  HOOKS: one module
#: enters in `sys.meta_path` or `sys.path_hooks` what it has from another.
ENTRIES, PATH, MODULES, PACKAGES, FOLDERS = "entries", "path", "modules", "packages", "folders"
HOOKS = "hooks"

_DEPTH = 6  # how far variables are followed
_ADDS = ("append", "insert", "extend", "__iadd__")
_CHANGES = ("setdefault", "update", "pop", "popitem", "clear", "__setitem__", "__delitem__")
_NAMES_OF_PARTS = ("", ".", "..")
_ABSOLUTE = frozenset({
    "os.getcwd", "os.path.abspath", "os.path.realpath", "pathlib.Path.cwd", "sys.prefix",
    "sys.exec_prefix", "sys.executable",
})  # fmt: skip
_PARTS = frozenset({
    "os.path.dirname", "os.path.join", "os.path.normpath", "os.path.split", "os.path.normcase",
    "str", "os.fspath", "os.pardir", "os.curdir",
}) | _ABSOLUTE  # fmt: skip
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath"})
_OF_PATHS = frozenset({"absolute", "parent", "parents", "resolve"})


def unsteady(tree: ScopeTree, is_there: Callable[[str], bool] = lambda name: False) -> set[str]:
    """What the module changes so that a search may come out otherwise; FOLDERS are not looked at.

    is_there: says whether a folder of that name lies beside the module, or above it.
    """
    return set(_Stirrer(tree, is_there).changes())


def is_lasting(tree: ScopeTree, path: ast.expr) -> bool:
    """Say whether the list *path* holds nothing but directories that are there, by full names."""
    return _Stirrer(tree, lambda name: False).are_certain(path)


class _Stirrer:
    """Looks at what one module does to the import system."""

    def __init__(self, tree: ScopeTree, is_there: Callable[[str], bool]) -> None:
        self.tree = tree
        self.is_there = is_there

    def changes(self) -> Iterator[str]:
        """The answers of `unsteady`, some of them more than once."""
        names = (n for found in self.tree.references.values() for n in found)
        for node in (*self.tree.attributes, *names):
            dotted = self.tree.dotted(node)
            if dotted in ("sys.meta_path", "sys.path_hooks") and self._takes_foreign(node):
                yield HOOKS
            if dotted == "sys.path":
                yield from self._stirred(node)
            elif dotted in ("sys.path_hooks", "sys.path_importer_cache"):
                yield PATH
            elif dotted == "sys.meta_path" or (dotted == "sys.modules" and self._is_changed(node)):
                yield MODULES
            elif getattr(node, "attr", "") == "__path__" and self._is_changed(node):
                yield PACKAGES
        if "__path__" in self.tree.root.bindings:
            yield PACKAGES
        for call in self.tree.calls:
            called = last_name(call.func)
            if called in ("syspath_prepend", "addsitedir"):
                if not all(self._is_certain(argument) for argument in call.args):
                    yield ENTRIES  # both turn it into a string
            elif called in ("setattr", "object", "patch", "dict"):
                yield from self._patched(call)

    def _takes_foreign(self, node: ast.expr) -> bool:
        """Say whether what is put into the list *node* comes from another module, or a caller."""
        parts = (part for entry, _ in self._put_in(node) for part in ast.walk(entry))
        return any(
            isinstance(binding.node, (ast.alias, ast.arg))
            for part in parts
            if isinstance(part, ast.Name)
            for binding in self.tree.bindings_of(part)
        )

    def _patched(self, call: ast.Call) -> Iterator[str]:
        """What is changed by `setattr(sys, "path", …)`, `patch.dict("sys.modules", …)`, …"""
        given = [a.value for a in call.args if isinstance(a, ast.Constant)]
        for name, what in (("path", PATH), ("modules", MODULES), ("meta_path", MODULES)):
            if f"sys.{name}" in given or (
                name in given and any(self.tree.dotted(a) == "sys" for a in call.args)
            ):
                yield what
        if any(self.tree.dotted(a) == "sys.modules" for a in call.args):
            yield MODULES

    def _is_changed(self, node: ast.expr) -> bool:
        """Say whether the table or list *node* is changed, or may be through a variable."""
        parent = self.tree.parents[node]
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return True
        if isinstance(parent, ast.Subscript) and parent.value is node:
            return not isinstance(parent.ctx, ast.Load)
        if isinstance(parent, ast.Attribute):
            return parent.attr in (*_ADDS, *_CHANGES)
        return isinstance(parent, (ast.Assign, ast.AugAssign))

    def _stirred(self, node: ast.expr) -> Iterator[str]:
        """What is done to `sys.path`, which *node* is: PATH, ENTRIES or nothing that matters."""
        for entries, several in self._put_in(node):
            if not (self.are_certain if several else self._is_certain)(entries):
                yield ENTRIES if self._is_text(entries, _DEPTH) else PATH

    def _put_in(self, node: ast.expr) -> Iterator[tuple[ast.expr, bool]]:
        """What is put into `sys.path`, which *node* is, and whether that is several entries."""
        parent = self.tree.parents[node]
        around = self.tree.parents.get(parent)
        if isinstance(parent, ast.Attribute):
            if parent.attr in _ADDS and isinstance(around, ast.Call):
                yield from (
                    (entry, parent.attr not in ("append", "insert")) for entry in around.args[-1:]
                )
        elif isinstance(parent, ast.AugAssign):
            yield parent.value, True
        elif isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Store):
            value = getattr(around, "value", parent)
            yield value, isinstance(parent.slice, ast.Slice)
        elif isinstance(parent, ast.Assign):
            yield parent.value if node in parent.targets else ast.Name("?", ast.Load()), True

    def _is_text(self, node: ast.expr, depth: int) -> bool:
        """Say whether *node* is surely a string, or a list of strings."""
        if isinstance(node, ast.Constant):
            return isinstance(node.value, str)
        if isinstance(node, ast.JoinedStr):
            return True
        if isinstance(node, (ast.List, ast.Tuple)):
            return all(self._is_text(element, depth) for element in node.elts)
        if isinstance(node, ast.Starred):
            return self._is_text(node.value, depth)
        if isinstance(node, ast.BinOp):
            sides = (node.left, node.right)
            if isinstance(node.op, ast.Add):
                return all(self._is_text(side, depth) for side in sides)
            return isinstance(node.op, ast.Mod) and self._is_text(node.left, depth)
        if isinstance(node, ast.Subscript):
            return self._is_text(node.value, depth)
        if isinstance(node, ast.Call):
            called = self.tree.dotted(node.func) or getattr(node.func, "id", "")
            return str(called).startswith(("os.path.", "os.getcwd")) or called == "str"
        if self.tree.dotted(node) in ("sys.path", "sys.prefix") or (
            isinstance(node, ast.Name) and node.id == "__file__"
        ):
            return True
        values = self._values(node) if depth else []
        return bool(values) and all(self._is_text(value, depth - 1) for value in values)

    def are_certain(self, node: ast.expr, depth: int = _DEPTH) -> bool:
        """Say whether *node* is a list of nothing but certain directories, or a part of `sys.path`."""
        if isinstance(node, (ast.List, ast.Tuple)):
            return all(
                self.are_certain(e.value, depth)
                if isinstance(e, ast.Starred)
                else self._is_certain(e)
                for e in node.elts
            )
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.are_certain(node.left, depth) and self.are_certain(node.right, depth)
        if isinstance(node, ast.Subscript):
            return isinstance(node.slice, ast.Slice) and self.are_certain(node.value, depth)
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "copy":
                return self.are_certain(node.func.value, depth)
            copied = getattr(node.func, "id", "") == "list" and len(node.args) == 1
            return copied and self.are_certain(node.args[0], depth)
        if self.tree.dotted(node) == "sys.path":
            return True
        values = self._values(node) if depth else []
        return bool(values) and all(self.are_certain(value, depth - 1) for value in values)

    def _is_certain(self, node: ast.expr) -> bool:
        """Say whether *node* is the absolute name, in a string, of a directory that is there."""
        return self._is_part(node, _DEPTH) and self._is_absolute(node, _DEPTH)

    def _is_absolute(self, node: ast.expr, depth: int) -> bool:
        for part in ast.walk(node):
            if isinstance(part, (ast.Name, ast.Attribute)):
                if getattr(part, "id", "") == "__file__" or self.tree.dotted(part) in _ABSOLUTE:
                    return True
                values = self._values(part) if depth else []
                if values and all(self._is_absolute(value, depth - 1) for value in values):
                    return True
        return False

    def _is_part(self, node: ast.expr, depth: int, *, path: bool = False) -> bool:
        """Say whether *node* is a string that is made of the names of what is there.

        path: it may be a `pathlib.Path`, too.
        """
        if isinstance(node, ast.Constant):
            text = node.value
            return isinstance(text, str) and (text in _NAMES_OF_PARTS or self.is_there(text))
        if isinstance(node, ast.BinOp):
            joined = isinstance(node.op, ast.Add) or (path and isinstance(node.op, ast.Div))
            return joined and all(
                self._is_part(side, depth, path=path) for side in (node.left, node.right)
            )
        if isinstance(node, ast.Subscript):
            return self._is_part(node.value, depth, path=path)
        if isinstance(node, ast.Call):
            called = self.tree.dotted(node.func) or getattr(node.func, "id", "")
            if called in _PARTS or (path and called in _PATHS):
                inside = path or called in ("str", "os.fspath")
                return all(self._is_part(a, depth, path=inside) for a in node.args)
            method = node.func if isinstance(node.func, ast.Attribute) else None
            return path and method is not None and self._is_part(method, depth, path=True)
        if isinstance(node, ast.Attribute):
            if self.tree.dotted(node) in _PARTS:
                return True
            return path and node.attr in _OF_PATHS and self._is_part(node.value, depth, path=True)
        if isinstance(node, ast.Name):
            if node.id == "__file__":
                return True
            values = self._values(node) if depth else []
            return bool(values) and all(self._is_part(v, depth - 1, path=path) for v in values)
        return False

    def _values(self, node: ast.expr) -> list[ast.expr]:
        """What is assigned to the variable *node*; nothing if some of it is not known."""
        if not isinstance(node, ast.Name):
            return []
        values: list[ast.expr] = []
        for binding in self.tree.bindings_of(node):
            statement = self.tree.parents.get(binding.node)
            if not (isinstance(statement, ast.Assign) and binding.node in statement.targets):
                return []
            values.append(statement.value)
        return values
