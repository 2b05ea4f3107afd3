"""What runs on Python 3.12 and later: version tests, and `try`/`except ImportError` shims.

A guard is code that already chooses between `imp` and something else.  Where
the choice works on 3.12+ there is nothing to migrate; where it only looks as
if it did, that is worse than no guard, because nobody looks there again.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .scopes import Binding, ScopeTree

Version = tuple[int, int, int, str, int]

# The minor versions a test is evaluated for, besides the oldest: when they all
# agree, that is what every Python from the oldest on does.
_NEWER = (8, 9, 10, 11, 12, 13, 14, 99)

_FLAG_NAME = re.compile(
    r"_?(?:IS_?|is_?)?(?:PY|Py|py|PYTHON|Python|python)_?(?P<version>[23][0-9]{0,2})"
    r"(?P<plus>_?(?:PLUS|plus|\+))?"
)

#: Public names of the modules that shims import from, on 3.12 to 3.14.
MODERN_NAMES: dict[str, frozenset[str]] = {
    "importlib": frozenset(
        [
            "__import__",
            "import_module",
            "invalidate_caches",
            "reload",
            "abc",
            "machinery",
            "metadata",
            "resources",
            "simple",
            "util",
        ]
    ),
    "importlib.util": frozenset(
        [
            "LazyLoader",
            "MAGIC_NUMBER",
            "cache_from_source",
            "decode_source",
            "find_spec",
            "module_from_spec",
            "resolve_name",
            "source_from_cache",
            "source_hash",
            "spec_from_file_location",
            "spec_from_loader",
        ]
    ),
    "importlib.machinery": frozenset(
        [
            "AppleFrameworkLoader",
            "BYTECODE_SUFFIXES",
            "BuiltinImporter",
            "DEBUG_BYTECODE_SUFFIXES",
            "EXTENSION_SUFFIXES",
            "ExtensionFileLoader",
            "FileFinder",
            "FrozenImporter",
            "ModuleSpec",
            "NamespaceLoader",
            "OPTIMIZED_BYTECODE_SUFFIXES",
            "PathFinder",
            "SOURCE_SUFFIXES",
            "SourceFileLoader",
            "SourcelessFileLoader",
            "WindowsRegistryFinder",
            "all_suffixes",
        ]
    ),
    "importlib.abc": frozenset(
        [
            "ExecutionLoader",
            "FileLoader",
            "InspectLoader",
            "Loader",
            "MetaPathFinder",
            "PathEntryFinder",
            "SourceLoader",
        ]
    ),
}
_MODERN_MODULES = frozenset(
    [
        "_imp",
        "_thread",
        "abc",
        "ast",
        "builtins",
        "collections",
        "collections.abc",
        "configparser",
        "contextlib",
        "functools",
        "importlib.metadata",
        "importlib.resources",
        "inspect",
        "io",
        "itertools",
        "json",
        "logging",
        "operator",
        "os",
        "os.path",
        "pathlib",
        "pickle",
        "pkgutil",
        "queue",
        "re",
        "runpy",
        "shutil",
        "subprocess",
        "sys",
        "sysconfig",
        "tempfile",
        "threading",
        "tokenize",
        "traceback",
        "types",
        "typing",
        "unittest",
        "urllib",
        "urllib.parse",
        "urllib.request",
        "warnings",
        "zipfile",
        "zipimport",
    ]
)
#: Modules of Python 2 and modules removed by 3.12: importing them fails.
_GONE_MODULES = frozenset(
    [
        "__builtin__",
        "ConfigParser",
        "HTMLParser",
        "Queue",
        "StringIO",
        "asynchat",
        "asyncore",
        "cPickle",
        "cStringIO",
        "commands",
        "copy_reg",
        "distutils",
        "exceptions",
        "ihooks",
        "imputil",
        "imp",
        "md5",
        "new",
        "smtpd",
        "thread",
        "urllib2",
        "urlparse",
    ]
)
_GONE_BUILTINS = frozenset(
    ["reload", "unicode", "basestring", "xrange", "unichr", "execfile", "raw_input"]
)


class Unknown(Exception):
    """The value of an expression is not known without running the program."""


class Reach:
    """Answers, for one module, which code runs on Python 3.12 (or *oldest*) and later."""

    def __init__(self, tree: ScopeTree, oldest: tuple[int, int] = (3, 12)) -> None:
        self.tree = tree
        minors = {oldest[1], *(minor for minor in _NEWER if minor > oldest[1])}
        self._samples: list[Version] = [(3, minor, 1, "final", 0) for minor in sorted(minors)]
        self._dead: dict[ast.AST, str] = {}
        self._asking: set[str] = set()

    # -- version tests -----------------------------------------------------

    def truth(self, test: ast.expr) -> bool | None:
        """What *test* comes to on every Python from the oldest on; None if that varies."""
        if isinstance(test, ast.BoolOp):
            values = [self.truth(value) for value in test.values]
            decisive = isinstance(test.op, ast.Or)
            if decisive in values:
                return decisive
            return None if None in values else not decisive
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.truth(test.operand)
            return None if inner is None else not inner
        if (there := self._presence(test)) is not None:
            return there
        try:
            answers = {bool(self._value(test, version, 0)) for version in self._samples}
        except (Unknown, TypeError, ValueError, IndexError, AttributeError):
            return None
        return answers.pop() if len(answers) == 1 else None

    def _presence(self, test: ast.expr) -> bool | None:
        """What `name`, `name is None` or `name is not None` comes to, for an imported name.

        True for a name that, on these Pythons, nothing but a working import binds.
        """
        name, negated = test, False
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and _is_none(test.comparators[0]):
            if not isinstance(test.ops[0], (ast.Is, ast.IsNot)):
                return None
            name, negated = test.left, isinstance(test.ops[0], ast.Is)
        if not isinstance(name, ast.Name) or name.id in self._asking:
            return None
        scope = self.tree.resolve(name.id, self.tree.scope_of(name), name)
        if scope is None or not any(b.is_import for b in scope.bindings[name.id]):
            return None
        self._asking.add(name.id)  # whether a binding is dead may depend on this very test
        try:
            live = [b for b in scope.bindings[name.id] if not self._never(b.node)]
        finally:
            self._asking.discard(name.id)
        imported = all(b.is_import and self._succeeds(self.tree.statement(b.node)) for b in live)
        return (not negated) if live and imported else None

    def _never(self, node: ast.AST) -> bool:
        """`dead`, without remembering answers that a question in progress may colour."""
        remembered = dict(self._dead)
        answer = self.dead(node)
        self._dead = remembered
        return bool(answer)

    def _value(self, node: ast.expr, version: Version, depth: int) -> object:
        """Evaluate the few expressions that version tests are made of."""
        if depth > 8:
            raise Unknown

        def again(child: ast.expr) -> object:
            return self._value(child, version, depth + 1)

        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Tuple):
            return tuple(again(item) for item in node.elts)
        dotted = self.dotted(node)
        if dotted:
            try:
                return self._named(node, dotted, version, depth)
            except Unknown:
                # `py = sys.version_info`, then `py.major`
                if isinstance(node, ast.Attribute) and node.attr in ("major", "minor"):
                    if again(node.value) == version:
                        return version[node.attr == "minor"]
                raise
        if isinstance(node, ast.Subscript):
            base: object = again(node.value)
            return base[self._index(node.slice)]  # type: ignore[index]
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            left, right = again(node.left), again(node.comparators[0])
            return _compare(left, node.ops[0], right)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not again(node.operand)
        if isinstance(node, ast.Call) and not node.keywords:
            return self._called(node, version, depth)
        raise Unknown

    def _index(self, node: ast.expr) -> int | slice:
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return node.value
        if isinstance(node, ast.Slice) and node.step is None and _is_zero(node.lower):
            if isinstance(node.upper, ast.Constant) and isinstance(node.upper.value, int):
                return slice(None, node.upper.value)
        raise Unknown

    def _named(self, node: ast.expr, dotted: str, version: Version, depth: int) -> object:
        major, minor = version[0], version[1]
        known: dict[str, object] = {
            "sys.version_info": version,
            "sys.version_info.major": major,
            "sys.version_info.minor": minor,
            "sys.hexversion": (major << 24) | (minor << 16),
            "sys.version": f"{major}.{minor}.0 (main)",
            "six.PY2": False,
            "six.PY3": True,
            "six.PY34": True,
        }
        if dotted in known:
            return known[dotted]
        if isinstance(node, ast.Name):
            assigned, position = self._single_assignment(node)
            if assigned is not None:
                try:
                    value: Any = self._value(assigned, version, depth + 1)
                    return value if position is None else value[position]
                except Unknown:
                    pass
        match = _FLAG_NAME.fullmatch(dotted.rpartition(".")[2])
        if match is None or not self._may_be_flag(node):
            raise Unknown
        digits = match["version"]
        wanted = (int(digits[0]), int(digits[1:] or 0))
        if len(digits) == 1:
            return major == wanted[0]
        if wanted[0] == 2:
            return False
        if match["plus"] or wanted <= (3, 5):  # PY34 means "3.4 or newer", as in six
            return version >= wanted
        raise Unknown

    def _may_be_flag(self, node: ast.expr) -> bool:
        """Say whether *node*, by its name a flag, belongs to a module: no parameter, no option."""
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return False
        scope = self.tree.resolve(root.id, self.tree.scope_of(root), root)
        if root is not node:
            return scope is None or self.qualified(root) is not None
        loops = (ast.For, ast.AsyncFor, ast.comprehension)
        return scope is None or not any(
            isinstance(b.node, ast.arg) or isinstance(self.tree.parents.get(b.node), loops)
            for b in scope.bindings[root.id]
        )

    def _single_assignment(self, name: ast.Name) -> tuple[ast.expr | None, int | None]:
        """The value of a name that its scope binds exactly once, by plain assignment.

        With it, where the name takes one item of it (`a, b = value`), which one.
        """
        scope = self.tree.resolve(name.id, self.tree.scope_of(name), name)
        bindings = scope.bindings[name.id] if scope else []
        if len(bindings) != 1:
            return None, None
        target = bindings[0].node
        parent = self.tree.parents.get(target)
        if isinstance(parent, ast.Assign) and target in parent.targets:
            return parent.value, None
        if isinstance(parent, ast.Tuple) and isinstance(target, ast.Name):
            statement = self.tree.parents.get(parent)
            if isinstance(statement, ast.Assign) and parent in statement.targets:
                return statement.value, parent.elts.index(target)
        return None, None

    def _called(self, node: ast.Call, version: Version, depth: int) -> object:
        function = self.dotted(node.func)
        if function and not node.args and _FLAG_NAME.fullmatch(function.rpartition(".")[2]):
            return self._named(node.func, function, version, depth)  # is_python_3()
        if function == "hasattr" and len(node.args) == 2:
            owner = self.dotted(node.args[0]) or ""
            name = node.args[1].value if isinstance(node.args[1], ast.Constant) else None
            if owner in MODERN_NAMES and isinstance(name, str):
                return name in MODERN_NAMES[owner]
            if owner in ("builtins", "__builtins__") and name in _GONE_BUILTINS:
                return False
        if function == "sys.version.startswith" and len(node.args) == 1:
            prefix = self._value(node.args[0], version, depth + 1)
            return f"{version[0]}.{version[1]}.0 (main)".startswith(prefix)  # type: ignore[arg-type]
        if function in ("int", "bool", "tuple") and len(node.args) == 1:
            value = self._value(node.args[0], version, depth + 1)
            return {"int": int, "bool": bool, "tuple": tuple}[function](value)
        raise Unknown

    def dotted(self, node: ast.expr) -> str | None:
        """The qualified name of a chain of attributes, its first name resolved through imports."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        root = self.qualified(node) or node.id
        return ".".join([root, *reversed(parts)])

    def qualified(self, name: ast.Name) -> str | None:
        """What an imported name stands for; None if it is not simply an import."""
        scope = self.tree.resolve(name.id, self.tree.scope_of(name), name)
        if scope is None:
            return None
        meanings = {self.import_of(binding) for binding in scope.bindings[name.id]}
        return meanings.pop() if len(meanings) == 1 else None

    def import_of(self, binding: Binding) -> str | None:
        """The qualified name that *binding*, an import, binds; None if it is none."""
        alias, statement = binding.node, self.tree.parents.get(binding.node)
        if not isinstance(alias, ast.alias):
            return None
        if isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            return f"{module}.{alias.name}"
        return alias.name if alias.asname else alias.name.partition(".")[0]

    @staticmethod
    def attributes(node: ast.expr) -> str:
        """The attributes after the first name of *node*: `.b.c` of `a.b.c`."""
        names = ""
        while isinstance(node, ast.Attribute):
            names = f".{node.attr}{names}"
            node = node.value
        return names

    # -- reachability ------------------------------------------------------

    def dead(self, node: ast.AST) -> str:
        """Why *node* never runs on 3.12+; "" if it may."""
        path: list[ast.AST] = []
        current: ast.AST | None = node
        reason = ""
        while current is not None:
            if current in self._dead:
                reason = self._dead[current]
                break
            path.append(current)
            current = self.tree.parents.get(current)
        for step in reversed(path):
            parent = self.tree.parents.get(step)
            if not reason and parent is not None:
                reason = self._dead_in(step, parent)
            self._dead[step] = reason
        return reason

    def _dead_in(self, node: ast.AST, parent: ast.AST) -> str:
        """Why *node* never runs although *parent* does."""
        if isinstance(parent, (ast.If, ast.While, ast.IfExp)) and node is not parent.test:
            positive = node is parent.body if isinstance(parent, ast.IfExp) else node in parent.body
            if self.truth(parent.test) is (not positive):
                return f"the version test on line {parent.lineno} excludes it on Python 3.12+"
        elif isinstance(parent, ast.BoolOp):
            stop = isinstance(parent.op, ast.Or)
            before = parent.values[: parent.values.index(node)] if node in parent.values else []
            if any(self.truth(value) is stop for value in before):
                return f"the version test on line {parent.lineno} excludes it on Python 3.12+"
        elif isinstance(parent, ast.ExceptHandler):
            attempt = self.tree.parents[parent]
            if isinstance(attempt, ast.Try) and node is not parent.type:
                if self.cannot_fail(attempt, parent):
                    return f"what line {attempt.lineno} tries works on Python 3.12+"
        if isinstance(node, ast.stmt):
            return self._after_exit(node)
        return ""

    def _after_exit(self, statement: ast.stmt) -> str:
        """Why the statements before *statement* in its block never let it run."""
        for earlier in self.tree.block(statement):
            if earlier is statement:
                return ""
            if isinstance(earlier, ast.If):
                truth = self.truth(earlier.test)
                taken = {True: earlier.body, False: earlier.orelse, None: []}[truth]
                if taken and isinstance(taken[-1], (ast.Return, ast.Raise, ast.Continue)):
                    return f"line {earlier.lineno} leaves the block first on Python 3.12+"
            parent = self.tree.parents[statement]
            if isinstance(parent, ast.Try) and statement in parent.body and fails(earlier):
                return f"the import on line {earlier.lineno} fails first on Python 3.12+"
        return ""

    def cannot_fail(self, attempt: ast.Try, handler: ast.ExceptHandler) -> bool:
        """Say whether nothing in the body of *attempt* raises what *handler* waits for."""
        names = caught(handler)
        if not names & {"ImportError", "ModuleNotFoundError", "NameError", "AttributeError"}:
            return False
        return all(self._succeeds(statement) for statement in attempt.body)

    def always_fails(self, attempt: ast.Try) -> bool:
        """Say whether *attempt* does nothing but ask for a builtin that Python 3 has not."""
        if len(attempt.body) != 1:
            return False
        asked = attempt.body[0]
        value = asked.value if isinstance(asked, ast.Expr) else None
        if not (isinstance(value, ast.Name) and value.id in _GONE_BUILTINS):
            return False
        scope = self.tree.resolve(value.id, self.tree.scope_of(value), value)
        bindings = scope.bindings[value.id] if scope is not None else []
        # Bound nowhere but in the handlers, that is, not yet.
        return all(attempt in self.tree.ancestors(b.node) for b in bindings)

    def _succeeds(self, statement: ast.stmt) -> bool:
        """Say whether *statement* certainly raises no import, name or attribute error on 3.12+."""
        if isinstance(statement, ast.Import):
            return all(_modern_module(alias.name) for alias in statement.names)
        if isinstance(statement, ast.ImportFrom):
            module = statement.module or ""
            if statement.level or not _modern_module(module):
                return False
            known = MODERN_NAMES.get(module)
            return known is None or all(a.name in known or a.name == "*" for a in statement.names)
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return not statement.decorator_list
        if isinstance(statement, ast.Pass):
            return True
        if isinstance(statement, ast.If):
            truth = self.truth(statement.test)
            taken = {True: statement.body, False: statement.orelse}.get(truth is True)
            return truth is not None and all(map(self._succeeds, taken or []))
        if isinstance(statement, (ast.Assign, ast.Expr)):
            value = statement.value
            if isinstance(value, (ast.Constant, ast.Lambda)):
                return True
            dotted = self.dotted(value)
            if dotted is None:
                return False
            module, _, name = dotted.rpartition(".")
            return name in MODERN_NAMES.get(module, ())
        return False


def caught(handler: ast.ExceptHandler) -> set[str]:
    """The names of the exceptions *handler* catches; `Exception` for a bare `except`."""
    if handler.type is None:
        return {"Exception", "ImportError"}
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {t.id if isinstance(t, ast.Name) else getattr(t, "attr", "?") for t in types}
    if names & {"Exception", "BaseException"}:
        names |= {"ImportError"}
    return names


def catches_import_error(handler: ast.ExceptHandler) -> bool:
    """Say whether an ImportError raised in the `try` ends up in *handler*."""
    return bool(caught(handler) & {"ImportError", "ModuleNotFoundError"})


def tries_around(tree: ScopeTree, node: ast.AST) -> Iterator[tuple[ast.Try, str]]:
    """The `try` statements around *node* in its function, with the part that holds it."""
    child = node
    for parent in tree.ancestors(node):
        if isinstance(parent, ast.Try):
            for part in ("body", "orelse", "finalbody"):
                if child in getattr(parent, part):
                    yield parent, part
        elif isinstance(parent, ast.ExceptHandler):
            attempt = tree.parents[parent]
            assert isinstance(attempt, ast.stmt)
            if isinstance(attempt, ast.Try):
                yield attempt, "handler"
            child = attempt
            continue
        elif isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            pass
        child = parent


def offers_alternative(handler: ast.ExceptHandler, body: Iterable[ast.stmt]) -> bool:
    """Say whether *handler* does the job of *body* another way, without `imp`.

    It imports something, or defines a function or class that *body* defines.
    Only setting a flag is no alternative: a body that asks `imp` a question
    would silently get the answer "no" on 3.12.
    """
    defined = {getattr(s, "name", None) for s in body} - {None}
    for statement in handler.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return True
        if getattr(statement, "name", None) in defined and defined:
            return True
    return False


def _modern_module(name: str) -> bool:
    return name in MODERN_NAMES or name in _MODERN_MODULES


def fails(statement: ast.stmt) -> bool:
    """Say whether *statement* imports something that 3.12 no longer has (`imp` aside)."""
    gone = _GONE_MODULES - {"imp"}
    if isinstance(statement, ast.Import):
        return any(alias.name.partition(".")[0] in gone for alias in statement.names)
    if isinstance(statement, ast.ImportFrom) and not statement.level:
        module = statement.module or ""
        if module.partition(".")[0] in gone:
            return True
        known = MODERN_NAMES.get(module)
        return known is not None and any(a.name not in known | {"*"} for a in statement.names)
    return False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_zero(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value == 0)


_OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


def _compare(left: object, op: ast.cmpop, right: object) -> bool:
    if type(op) not in _OPERATORS:
        raise Unknown
    return _OPERATORS[type(op)](left, right)
