"""Where a variable is reached in another way than by its name.

The names in strings are seen by `globals()["imp"]`, by `eval`, and, in the
annotation `x: "imp.NullImporter"`, by whoever asks for the types.
"""

from __future__ import annotations

import ast
import enum
import functools
import re
from collections.abc import Collection, Iterator

from .scopes import Scope, ScopeKind, ScopeTree, last_name

_INDIRECTLY = "is reached other than by its name; write what replaces it there"
_AS_TYPE = "is named in a string that stands for a type; write another type there"

_RUNNERS = ("eval", "exec", "compile")
_OF_IPYTHON = ("run_cell", "run_cell_magic", "run_line_magic")  #: methods of its shell
_NAMESPACES = ("globals", "locals", "vars", "dir")
_LOOKUPS = ("getattr", "setattr", "delattr", "hasattr")
_TYPING = ("typing.", "typing_extensions.")
_TAKE_TYPES = ("cast", "ForwardRef", "NewType", "TypeVar")


class Access(enum.Enum):
    """What is done with an entry of `sys.modules`."""

    READ = "read"
    ASK = "ask"
    WRITE = "write"


class Mentions:
    """Finds, in one module, what reaches a variable without its name standing there."""

    def __init__(self, tree: ScopeTree) -> None:
        self.tree = tree

    @functools.cached_property
    def _by_word(self) -> dict[str, list[ast.Constant]]:
        """The strings of the module by the words in them."""
        found: dict[str, list[ast.Constant]] = {}
        for string in self.tree.strings:
            for word in set(_WORD.findall(str(string.value))):
                found.setdefault(word, []).append(string)
        return found

    def of(self, local: str, scope: Scope) -> Iterator[tuple[ast.expr, str]]:
        """The expressions that reach *local*, as bound in *scope*, and how they do."""
        for attribute in self.tree.attributes_by_name.get(local, ()):
            if self._may_hold(attribute.value, scope):
                yield attribute, _INDIRECTLY
        at_will = scope is self.tree.root and (bool(self._computed) or self._is_handed_on)
        for string in self._by_word.get(local, ()):
            looked_up = at_will and string.value == local and not self._is_import_name(string)
            looked_up = looked_up or (at_will and f"{{{local}" in str(string.value))
            if looked_up or self._names_variable(string, local):
                yield string, _INDIRECTLY
            elif self._names_type(string, local, scope):
                yield string, _AS_TYPE

    def _may_hold(self, node: ast.expr, scope: Scope) -> bool:
        """Say whether *node* may be the class or module whose variables *scope* holds."""
        if scope.kind is ScopeKind.CLASS:
            return not isinstance(node, ast.Name) or self.tree.qualified(node) is None
        return scope is self.tree.root and self._is_own_module(node)

    # -- the namespace of the module as a value ----------------------------

    @functools.cached_property
    def _computed(self) -> list[ast.AST]:
        """Where a variable of the module is looked up under a name that is computed."""
        found: list[ast.AST] = []
        for call in self.tree.calls:
            owner = call.func.value if isinstance(call.func, ast.Attribute) else None
            name = call.args[0] if call.args else None
            if isinstance(call.func, ast.Name) and call.func.id in _LOOKUPS and call.args:
                if self._is_own_module(call.args[0]):
                    found += call.args[1:2]
            elif owner is not None and name and self._is_namespace(owner, of_callers=False):
                found.append(name)
            if self._is_namespace(call):
                parent = self.tree.parents.get(call)
                if isinstance(parent, ast.Subscript) and parent.value is call:
                    found.append(parent.slice)
        return [node for node in found if not isinstance(node, (ast.Constant, ast.Dict))]

    @functools.cached_property
    def _takers(self) -> list[ast.Call]:
        """The calls that are given the table of the module's variables."""
        return [
            call
            for call in self.tree.calls
            for node in (*call.args, *(k.value for k in call.keywords))
            if isinstance(node, ast.Call) and self._is_namespace(node)
        ]

    @functools.cached_property
    def _is_handed_on(self) -> bool:
        """Whether the table of the module's variables is given to some function."""
        harmless = (*_RUNNERS, "sorted", "list", "set", "len", "__import__")
        return any(getattr(call.func, "id", "") not in harmless for call in self._takers)

    @functools.cached_property
    def runs_unknown(self) -> bool:
        """Whether code that is not written here may see the variables of the module."""
        runs = [c for c in self.tree.calls if getattr(c.func, "id", "") in ("exec", "execfile")]
        if any(last_name(call.func) in ("run_path", "run_module") for call in self._takers):
            return True
        takers = [*self._takers, *(call for call in runs if len(call.args) == 1)]
        return any(call.args and not self._is_written_out(call.args[0]) for call in takers)

    def _is_written_out(self, node: ast.expr) -> bool:
        """Say whether *node* is a constant, or a variable that is only given constants."""
        values = list(self._values(node)) if isinstance(node, ast.Name) else [node]
        return bool(values) and all(isinstance(value, ast.Constant) for value in values)

    def sweep(self) -> ast.AST | None:
        """What deletes variables of the module under computed names, or all of them."""
        for name in self._computed:
            parent = self.tree.parents[name]
            if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Del):
                return parent
            if isinstance(parent, ast.Call):
                called = parent.func
                if last_name(called) in ("pop", "delattr"):
                    return parent
        for call in self.tree.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "clear":
                if self._is_namespace(call.func.value, of_callers=False):
                    return call
        return next(self._held_subscripts(), None)

    def _held_subscripts(self) -> Iterator[ast.AST]:
        """`del ns[name]`, where `ns = globals()`."""
        for name in (n for names in self.tree.references.values() for n in names):
            parent = self.tree.parents[name]
            if isinstance(parent, ast.Subscript) and parent.value is name:
                if isinstance(parent.ctx, ast.Del) and not isinstance(parent.slice, ast.Constant):
                    if self._is_namespace(name, of_callers=False):
                        yield parent

    def writes(self, names: Collection[str]) -> Iterator[tuple[str, ast.AST]]:
        """What binds variables of the module, of *names*, in its namespace, or may."""
        for call in self.tree.calls:
            called = call.func
            if isinstance(called, ast.Attribute) and called.attr in ("update", "setdefault"):
                if self._is_namespace(called.value):
                    keywords = [k.arg for k in call.keywords]
                    for name in names:
                        if name in keywords or any(_has_key(name, a) for a in call.args):
                            yield name, call
            elif isinstance(called, ast.Name) and called.id == "setattr" and len(call.args) > 1:
                given = getattr(call.args[1], "value", None)
                if given in names and self._is_own_module(call.args[0]):
                    yield str(given), call
        for string in self.tree.strings:
            item = self.tree.parents.get(string)
            if string.value in names and isinstance(item, ast.Subscript):
                if isinstance(item.ctx, ast.Store) and self._is_namespace(item.value):
                    yield str(string.value), item
        for attribute in self.tree.attributes:
            if attribute.attr in names and isinstance(attribute.ctx, ast.Store):
                if self._is_own_module(attribute.value):
                    yield attribute.attr, attribute

    # -- sys.modules -------------------------------------------------------

    def in_table(self, string: ast.Constant) -> tuple[ast.expr, Access] | None:
        """The expression that looks for *string* in `sys.modules`, and what it does there."""
        parent = self.tree.parents.get(string)
        if isinstance(parent, ast.Subscript) and parent.slice is string:
            if self._is_table(parent.value):
                load = isinstance(parent.ctx, ast.Load)
                return parent, Access.READ if load else Access.WRITE
        if isinstance(parent, ast.Compare) and isinstance(parent.ops[0], (ast.In, ast.NotIn)):
            if parent.left is string and self._is_table(parent.comparators[0]):
                return parent, Access.ASK
        if isinstance(parent, ast.Call):
            owner = parent.func.value if isinstance(parent.func, ast.Attribute) else None
            method = parent.func.attr if isinstance(parent.func, ast.Attribute) else ""
            if owner is not None and self._is_table(owner) and parent.args[:1] == [string]:
                return parent, Access.READ if method in ("get", "__getitem__") else Access.WRITE
            if method in ("setitem", "delitem") and self._is_table(parent.args[0]):
                return parent, Access.WRITE  # monkeypatch
        if isinstance(parent, ast.Dict) and string in parent.keys:
            call = self.tree.parents.get(parent)
            if isinstance(call, ast.Call) and self._changes_table(call):
                return call, Access.WRITE
        return None

    def table_questions(self) -> Iterator[tuple[ast.expr, ast.Name]]:
        """Where `sys.modules` is asked for a name that is a variable, and that variable."""
        for names in self.tree.references.values():
            for name in names:
                parent = self.tree.parents[name]
                if isinstance(parent, ast.Compare) and parent.left is name:
                    if isinstance(parent.ops[0], (ast.In, ast.NotIn)):
                        if self._is_table(parent.comparators[0]):
                            yield parent, name

    def table_keywords(self) -> Iterator[ast.Call]:
        """The calls that put an entry "imp" into `sys.modules` as a keyword."""
        for call in self.tree.calls:
            if any(k.arg == "imp" for k in call.keywords) and self._changes_table(call):
                yield call

    def _changes_table(self, call: ast.Call) -> bool:
        """`sys.modules.update(…)`, `mock.patch.dict(sys.modules, …)`."""
        if not isinstance(call.func, ast.Attribute):
            return False
        if call.func.attr == "update":
            return self._is_table(call.func.value)
        return (
            call.func.attr == "dict"
            and bool(call.args)
            and (self._is_table(call.args[0]) or _is_text(call.args[0], "sys.modules"))
        )

    def _is_table(self, node: ast.expr) -> bool:
        if f".{self.tree.dotted(node)}".endswith(".sys.modules"):
            return True
        return isinstance(node, ast.Name) and any(map(self._is_table, self._values(node)))

    # -- strings that are looked up or run ---------------------------------

    def _names_variable(self, string: ast.Constant, local: str) -> bool:
        """Say whether *string* names the variable *local*: `globals()["imp"]`, `eval("imp…")`."""
        parent = self.tree.parents.get(string)
        if "__main__" in str(string.value) and not isinstance(parent, ast.Expr):
            return string.value != "__main__" and _has_word(str(string.value), local)
        if any(map(self._runs, self.calls_with(string))):
            return _has_word(str(string.value), local)
        if isinstance(parent, ast.Call) and string in parent.args:
            if string.value != local:
                return False
            if self._is_own_module(parent.args[0]):  # getattr(sys.modules[__name__], "imp")
                return True
            owner = parent.func.value if isinstance(parent.func, ast.Attribute) else None
            return owner is not None and self._is_namespace(owner)
        if string.value != local:
            return False
        if isinstance(parent, ast.Subscript) and parent.slice is string:
            return self._is_namespace(parent.value)
        if isinstance(parent, ast.Compare) and isinstance(parent.ops[0], (ast.In, ast.NotIn)):
            return self._is_namespace(parent.comparators[0])
        return False

    def calls_with(self, string: ast.Constant) -> Iterator[ast.Call]:
        """The calls that get *string*, perhaps by way of a variable."""
        parent = self.tree.parents.get(string)
        while isinstance(parent, (ast.JoinedStr, ast.BinOp)):
            parent = self.tree.parents.get(parent)
        if isinstance(parent, ast.keyword):
            parent = self.tree.parents.get(parent)
        if isinstance(parent, ast.Call):
            yield parent
        elif isinstance(parent, ast.Assign):
            for target in parent.targets:
                if isinstance(target, ast.Name):
                    for read in self.tree.references.get(target.id, ()):
                        around = self.tree.parents.get(read)
                        if isinstance(around, ast.Call) and read in around.args:
                            yield around

    def _runs(self, call: ast.Call) -> bool:
        """Say whether *call* runs code that can see the variables of the module."""
        if isinstance(call.func, ast.Attribute) and call.func.attr in _OF_IPYTHON:
            return True
        return getattr(call.func, "id", "") in _RUNNERS or call in self._takers

    def _is_import_name(self, string: ast.Constant) -> bool:
        """Say whether *string* is the name of a module to import, or what stands there alone."""
        parent = self.tree.parents.get(string)
        if isinstance(parent, ast.Call) and parent.args[:1] == [string]:
            return (self.tree.dotted(parent.func) or "").endswith(("import_module", "__import__"))
        return False

    def _is_namespace(self, node: ast.expr, *, of_callers: bool = True) -> bool:
        """Say whether *node* is `globals()` or the like, or a variable that holds it.

        of_callers: also the namespace of another function, which may be of this module.
        """
        if isinstance(node, ast.Name):
            return any(self._is_namespace(v, of_callers=of_callers) for v in self._values(node))
        if isinstance(node, ast.Attribute):
            if node.attr == "__dict__":
                return self._is_own_module(node.value)
            return of_callers and node.attr in ("__globals__", "f_globals", "f_locals")
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            return False
        return node.func.id in _NAMESPACES and all(map(self._is_own_module, node.args))

    def _is_own_module(self, node: ast.expr) -> bool:
        """Say whether *node* is `sys.modules[__name__]`, or a variable that holds it."""
        if isinstance(node, ast.Name):
            return any(map(self._is_own_module, self._values(node)))
        if isinstance(node, ast.Call):
            imports = self.tree.dotted(node.func) == "importlib.import_module"
            return imports and len(node.args) == 1 and _is_own_name(node.args[0])
        return (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "modules"
            and _is_own_name(node.slice)
        )

    def _values(self, name: ast.Name) -> Iterator[ast.expr]:
        """What is assigned to the variable *name*, other variables left aside."""
        values = self.tree.assigned_to(name)
        return (value for value in values if not isinstance(value, ast.Name))

    # -- strings that stand for types --------------------------------------

    def _names_type(self, string: ast.Constant, local: str, scope: Scope) -> bool:
        """Say whether *string* names *local*, as bound in *scope*, where a type is expected."""
        if not _has_word(str(string.value), local) or not self._is_type(string):
            return False
        try:
            names = ast.walk(ast.parse(str(string.value).strip(), mode="eval"))
        except (SyntaxError, ValueError):
            return False
        named = any(isinstance(node, ast.Name) and node.id == local for node in names)
        return named and self.tree.resolve(local, self.tree.scope_of(string)) is scope

    def _is_type(self, node: ast.expr) -> bool:
        """Say whether a type is expected at *node*: in an annotation, or by a part of `typing`."""
        child: ast.AST = node
        for parent in self.tree.ancestors(node):
            if isinstance(parent, (ast.arg, ast.AnnAssign)):
                return child is parent.annotation
            if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return child is parent.returns
            if isinstance(parent, (ast.Call, ast.Subscript)):
                taker = parent.func if isinstance(parent, ast.Call) else parent.value
                dotted = self.tree.dotted(taker) or ""
                if dotted.startswith(_TYPING):
                    name = dotted.rpartition(".")[2]
                    takes = name in _TAKE_TYPES
                    return takes if isinstance(parent, ast.Call) else name != "Literal"
            if isinstance(parent, (ast.Call, ast.stmt)):
                return False
            child = parent
        return False


_WORD = re.compile(r"\w+")


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", text) is not None


def _is_text(node: ast.expr, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def _has_key(name: str, node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        return any(keyword.arg == name for keyword in node.keywords)
    return isinstance(node, ast.Dict) and any(k and _is_text(k, name) for k in node.keys)


def _is_own_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__name__"
