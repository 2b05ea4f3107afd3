"""Version tests: what `sys.version_info >= (3, 4)`, `six.PY2` and the like come to."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from .evaluate import Unknown, builtin, evaluate
from .mentions import Mentions
from .scopes import Binding, Scope, ScopeTree, attribute_path, place_of, root_of
from .stdlib import GONE_ATTRIBUTES, GONE_BUILTINS, has_name
from .submodules import is_there

# The minor versions a test is evaluated for, besides the oldest: when they all
# agree, that is what every Python from the oldest on does.
_NEWER = (8, 9, 10, 11, 12, 13, 14, 99)

_FLAG_NAME = re.compile(
    r"_?(?:IS_?|is_?)?(?:PY|Py|py|PYTHON|Python|python)_?(?P<version>[23][0-9]{0,2})"
    r"(?P<plus>_?(?:PLUS|plus|\+))?"
)
# Modules whose variables people set: what is called PY2 there may be an option.
_SETTINGS = re.compile(r"settings?|conf(?:ig)?|opt(?:ion)?s?|args", re.IGNORECASE)

_SEARCHES = frozenset(["importlib.util.find_spec", "importlib.find_loader", "pkgutil.find_loader"])
_BUILTINS = frozenset(["builtins", "__builtins__", "__builtin__"])
_LOOPS = (ast.For, ast.AsyncFor, ast.While)

#: So many names are looked up for one test; one that needs more is none of the version.  What
#: flags are set to, under which conditions, can take time exponential in their number.  With
#: every test that is given up, a module has half of them for the next, down to the least.
_MOST_NAMES = 2000
_LEAST_NAMES = 30


_RIDDLE = object()


@dataclass(frozen=True)
class _Names:
    """A set of names of which only those of *known* are known, to be in *there* or not."""

    there: Collection[str]
    known: Collection[str]

    def __contains__(self, name: object) -> bool:
        if name not in self.known:
            raise Unknown
        return name in self.there


class Version(tuple[Any, ...]):
    """A `sys.version_info`."""

    FIELDS = ("major", "minor", "micro", "releaselevel", "serial")

    def field(self, name: str) -> Any:
        """The field *name*; raises Unknown if there is none."""
        if name not in self.FIELDS:
            raise Unknown
        return self[self.FIELDS.index(name)]


class VersionTests:
    """Evaluates, for one module, tests of the version on Python *oldest* and later.

    never: says whether a statement or what it binds never happens on these Pythons.
    decided: what the test of an `if` comes to, or None.
    distrusted: flags of other files that are not what their names say.
    """

    def __init__(
        self,
        tree: ScopeTree,
        oldest: tuple[int, int],
        never: Callable[[ast.AST], bool] = lambda node: False,
        decided: Callable[[ast.expr], bool | None] = lambda test: None,
        distrusted: Collection[str] = (),
    ) -> None:
        self.tree = tree
        self._distrusted = distrusted
        self._mentions = Mentions(tree)
        self._never = never
        self._decided = decided
        minors = {oldest[1], *(minor for minor in _NEWER if minor > oldest[1])}
        self._samples = [Version((3, minor, 1, "final", 0)) for minor in sorted(minors)]
        self._asking: set[tuple[str, int]] = set()
        self._reached: dict[tuple[str, int], bool] = {}
        self._looked_up = 0  #: names, for the question in progress
        self._most = _MOST_NAMES

    def finish(self) -> None:
        """End a question that no other one depends on."""
        if self.is_lost:
            self._most = max(self._most // 2, _LEAST_NAMES)
        self._looked_up = 0

    @property
    def is_lost(self) -> bool:
        """Whether the question in progress takes too long, so that no answer counts."""
        return self._looked_up > self._most

    @property
    def is_asking(self) -> bool:
        """Whether the value of a name is being worked out."""
        return bool(self._asking)

    def truth(self, test: ast.expr) -> bool | None:
        """What *test* comes to on every Python from the oldest on; None if that varies."""
        try:
            answers = {bool(self._value(test, version)) for version in self._samples}
        except Unknown:
            return None
        return answers.pop() if len(answers) == 1 else None

    def _value(self, node: ast.expr, version: Version) -> Any:
        return evaluate(node, lambda child: self._known(child, version))

    def _known(self, node: ast.expr, version: Version) -> object:
        """The value of a name, an attribute or a call."""
        if isinstance(node, ast.Call):
            return self._called(node, version)
        if isinstance(node, ast.Name):
            return self._named(node, version)
        assert isinstance(node, ast.Attribute)
        values = [self._of_module(dotted, node, version) for dotted in self._meanings(node)]
        if values and all(value == values[0] for value in values):
            if values[0] is not _RIDDLE:
                return values[0]
        owner = self._value(node.value, version)
        if isinstance(owner, Version):
            return owner.field(node.attr)  # `py = sys.version_info`, then `py.major`
        raise Unknown

    # -- names -------------------------------------------------------------

    def _named(self, name: ast.Name, version: Version) -> object:
        scope = self.tree.home(name)
        if scope is None:
            with contextlib.suppress(Unknown):
                return builtin(name.id)
            return self._flag(name.id, version)
        key = name.id, id(scope)
        self._looked_up += 1
        if key in self._asking or self.is_lost:
            raise Unknown  # whether a binding happens may depend on this very name
        self._asking.add(key)
        try:
            # Which bindings count is much harder to say than that none is understood.
            if not any(self._is_understood(b, version) for b in scope.bindings[name.id]):
                raise Unknown
            values = [self._bound(b, version) for b in self._effective(name, scope)]
        finally:
            self._asking.discard(key)
        if not values or any(value != values[0] for value in values):
            raise Unknown
        return values[0]

    def _is_understood(self, binding: Binding, version: Version) -> bool:
        try:
            self._bound(binding, version)
        except Unknown:
            return False
        return True

    def _effective(self, name: ast.Name, scope: Scope) -> list[Binding]:
        """The bindings in *scope* that *name* may see, or one that is a riddle."""
        key = name.id, id(scope)
        if key not in self._reached:
            self._reached[key] = any(True for _ in self._mentions.of(name.id, scope))
        if self._reached[key]:
            raise Unknown  # it may be bound in other ways, too
        bindings = [b for b in scope.bindings[name.id] if not b.is_del and not self._never(b.node)]
        own = [b for b in bindings if self._stands_in(b.node, scope)]
        inside = set(map(id, own))
        others = [b for b in bindings if id(b) not in inside]  # by `global` in a function
        if self.tree.scope_of(name) is scope and not self._in_loop(name):
            place = place_of(self.tree.statement(name))
            own = [b for b in own if place_of(self._statement(b)) < place] or own
        certain = [i for i, b in enumerate(own) if self._happens(b.node, scope)]
        return own[certain[-1] if certain else 0 :] + others

    def _stands_in(self, node: ast.AST, scope: Scope) -> bool:
        functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Module)
        around: Iterable[ast.AST] = self.tree.ancestors(node)
        return next((a for a in around if isinstance(a, functions)), None) is scope.node

    def _in_loop(self, node: ast.AST) -> bool:
        return any(isinstance(a, _LOOPS) for a in self.tree.ancestors(node))

    def _statement(self, binding: Binding) -> ast.stmt | ast.ExceptHandler | ast.arg:
        if isinstance(binding.node, (ast.stmt, ast.ExceptHandler, ast.arg)):
            return binding.node
        return self.tree.statement(binding.node)

    def _happens(self, node: ast.AST, scope: Scope) -> bool:
        """Say whether *node* certainly runs when its scope does."""
        for parent in self.tree.ancestors(node):
            if parent is scope.node:
                return True
            if isinstance(parent, ast.If):
                if self._decided(parent.test) is None:
                    return False
            elif isinstance(parent, (ast.Try, ast.ExceptHandler, ast.IfExp, ast.BoolOp, *_LOOPS)):
                return False
        return False

    def _bound(self, binding: Binding, version: Version) -> object:
        """What *binding* gives its name."""
        target = binding.node
        parent = self.tree.parents.get(target)
        if binding.is_import:
            dotted = self.tree.import_of(binding) or ""
            with contextlib.suppress(Unknown):
                return _outside(dotted, version)
            return self._flag(dotted, version)
        if isinstance(parent, ast.Assign) and target in parent.targets:
            return self._value(parent.value, version)
        if isinstance(parent, (ast.AnnAssign, ast.NamedExpr)) and parent.value is not None:
            return self._value(parent.value, version)
        if isinstance(parent, ast.Tuple) and isinstance(target, ast.Name):
            statement = self.tree.parents.get(parent)
            if isinstance(statement, ast.Assign) and parent in statement.targets:
                everything: Any = self._value(statement.value, version)
                starred = [isinstance(item, ast.Starred) for item in parent.elts]
                position = parent.elts.index(target)
                if isinstance(everything, tuple) and True not in starred[:position]:
                    return everything[position]
        raise Unknown

    def _of_module(self, dotted: str, node: ast.Attribute, version: Version) -> object:
        """The value of *node*, which stands for *dotted*, or _RIDDLE."""
        with contextlib.suppress(Unknown):
            return _outside(dotted, version)
        if node.attr not in self.tree.stored_attributes:
            with contextlib.suppress(Unknown):
                return self._flag(dotted, version)
        return _RIDDLE

    def _flag(self, dotted: str, version: Version) -> bool:
        """The value of the flag *dotted* of another file; raises Unknown where it is none."""
        if dotted in self._distrusted:
            raise Unknown
        return _flag(dotted, version)

    def _meanings(self, node: ast.expr) -> set[str]:
        """The qualified names of *node*; none if its first name is bound by more than imports."""
        root = root_of(node)
        if not isinstance(root, ast.Name):
            return set()
        path = attribute_path(node)
        scope = self.tree.home(root)
        if scope is None:
            return {root.id + path}
        meanings = {self.tree.import_of(b) for b in scope.bindings[root.id] if not b.is_del}
        return set() if None in meanings else {f"{meaning}{path}" for meaning in meanings}

    # -- calls -------------------------------------------------------------

    def _called(self, node: ast.Call, version: Version) -> object:
        meanings = self._meanings(node.func)
        function = meanings.pop() if len(meanings) == 1 else ""
        if not node.args:
            with contextlib.suppress(Unknown):
                return _outside(f"{function}()", version)
            return self._returned(node.func, function, version)
        arguments = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
        if function in _SEARCHES and arguments == ["imp"]:
            return object() if version < (3, 12) else None
        owner = self.tree.dotted(node.args[0]) or ""
        if function in ("dir", "vars") and owner.rpartition(".")[2] in _BUILTINS:
            return _Names((), GONE_BUILTINS)
        if function in ("getattr", "hasattr") and len(arguments) > 1:
            name = arguments[1]
            if owner == "sys.version_info" and isinstance(name, str):
                return version.field(name) if function == "getattr" else name in version.FIELDS
            if function == "getattr" and owner == "sys" and isinstance(name, str):
                return _outside(f"sys.{name}", version)
            if function == "hasattr" and isinstance(name, str):
                return self._has(owner, name, node, version)
        raise Unknown

    def _has(self, owner: str, name: str, at: ast.Call, version: Version) -> bool:
        if name == "__spec__" and self._is_used_as_module(at.args[0]):
            return version >= (3, 4)
        if owner.rpartition(".")[2] in _BUILTINS and name in GONE_BUILTINS:
            return False
        if name in GONE_ATTRIBUTES.get(owner, ()):
            return False
        there = has_name(owner, name, version[:2])
        if there is None or (there and not is_there(self.tree, at.args[0], name)):
            raise Unknown
        return there

    def _is_used_as_module(self, node: ast.expr) -> bool:
        """Say whether *node* is a variable of which `__spec__` or `__name__` is read, too."""
        reads = self.tree.reads_of(node) if isinstance(node, ast.Name) else []
        around = (self.tree.parents[read] for read in reads)
        return any(getattr(parent, "attr", "") in ("__spec__", "__name__") for parent in around)

    def _returned(self, function: ast.expr, dotted: str, version: Version) -> object:
        """What the call of *function* without arguments returns."""
        if isinstance(function, ast.Name) and not dotted:
            bindings = self.tree.bindings_of(function)
            node = bindings[0].node if len(bindings) == 1 else None
            if isinstance(node, ast.FunctionDef) and not (node.decorator_list or node.args.args):
                return self._run(node.body, version)
        if not dotted:
            raise Unknown
        return self._flag(dotted, version)  # compat.is_python_3()

    def _run(self, body: list[ast.stmt], version: Version) -> object:
        """What a function body returns that only tests and returns."""
        for statement in body:
            if isinstance(statement, ast.Return) and statement.value is not None:
                return self._value(statement.value, version)
            if isinstance(statement, ast.If):
                taken = self._value(statement.test, version)
                branch = statement.body if taken else statement.orelse
                if branch:
                    return self._run(branch, version)
            elif not (
                isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            ):
                break
        raise Unknown


def _outside(dotted: str, version: Version) -> object:
    """The value of what other modules have, by its qualified name; raises Unknown."""
    if dotted.startswith("builtins."):
        return builtin(dotted.removeprefix("builtins."))
    major, minor, micro = version[:3]
    values: dict[str, object] = {
        "sys.version_info": version,
        "sys.hexversion": (major << 24) | (minor << 16) | (micro << 8) | 0xF0,
        "sys.version": f"{major}.{minor}.{micro} (main)",
        "sys.implementation.version": version,
        "sys.api_version": 1013,
        "sys.stdlib_module_names": _Names(() if version >= (3, 12) else ("imp",), ("imp",)),
        "platform.python_version()": f"{major}.{minor}.{micro}",
        "platform.python_version_tuple()": (str(major), str(minor), str(micro)),
        "six.PY2": False,
        "six.PY3": True,
        "six.PY34": True,
    }
    if dotted not in values:
        raise Unknown
    return values[dotted]


def _flag(dotted: str, version: Version) -> bool:
    """The value of a flag, by its name; raises Unknown where it is none."""
    module, _, name = dotted.rpartition(".")
    match = _FLAG_NAME.fullmatch(name)
    if match is None or _SETTINGS.fullmatch(module.rpartition(".")[2]):
        raise Unknown
    digits = match["version"]
    wanted = (int(digits[0]), int(digits[1:] or 0))
    if len(digits) == 1:
        return bool(version[0] == wanted[0])
    if wanted[0] == 2:
        return False
    if match["plus"] or wanted <= (3, 5):  # PY34 means "3.4 or newer", as in six
        return bool(version >= wanted)
    raise Unknown
