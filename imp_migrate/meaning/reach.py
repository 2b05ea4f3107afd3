"""Which code of a module runs on Python 3.12 and later.

A guard is code that already chooses between `imp` and something else: a version
test, or a `try` around an import.  Where the choice works on 3.12+ there is
nothing to migrate; where it only looks as if it did, that is worse than no guard,
because nobody looks there again.
"""

from __future__ import annotations

import ast
import builtins
import itertools
import re
from collections import ChainMap
from collections.abc import Collection
from dataclasses import dataclass

from .handlers import catches_import_error, caught, leaves
from .presence import is_none, skipped
from .scopes import Binding, ScopeKind, ScopeTree
from .stdlib import GONE_BUILTINS, Python, fails, has_name, works
from .submodules import is_there
from .versions import VersionTests

_FOR_PYTHON_2 = re.compile(r"(?<![^\W\d_])(?:py|python)_?2(?![^\W\d_])[^3]*$", re.IGNORECASE)
#: What looks a function up by other means than its name.
_NAMESPACES = frozenset({"dir", "eval", "exec", "globals", "locals", "vars"})


@dataclass
class _Exit:
    """How far the statements of one block were looked at, and which of them leaves it, and why."""

    seen: int = 0
    at: int | None = None
    reason: str = ""


class Reach:
    """Answers, for one module, which code runs on Python 3.12 (or *oldest*) and later.

    failing: statements besides those of `stdlib.fails` whose import fails there.
    distrusted: flags of other files that are not what their names say, as `compat.PY2`.
    """

    def __init__(
        self,
        tree: ScopeTree,
        oldest: Python = (3, 12),
        failing: Collection[ast.stmt] = (),
        distrusted: Collection[str] = (),
    ) -> None:
        self.tree = tree
        self.distrusted = distrusted
        self.oldest = oldest
        self.failing = frozenset(failing)
        self._versions = VersionTests(tree, oldest, self._never, self.truth, distrusted)
        self._dead: ChainMap[ast.AST, str] = ChainMap()
        self._asking: set[str] = set()
        self._truths: dict[ast.expr, bool | None] = {}
        self._exits: dict[int, _Exit] = {}  #: by identity of a block
        self._idle: set[ast.FunctionDef] = set()  #: those that are being asked about

    # -- tests -------------------------------------------------------------

    def truth(self, test: ast.expr) -> bool | None:
        """What *test* comes to on every Python from the oldest on; None if that varies."""
        if self._is_coloured:
            return self._truth(test)
        if test not in self._truths:
            answer = self._truth(test)
            self._truths[test] = None if self._versions.is_lost else answer
            self._versions.finish()
        return self._truths[test]

    @property
    def _is_coloured(self) -> bool:
        """Whether a question in progress may colour the answers, which are not to be kept then."""
        return len(self._dead.maps) > 1 or bool(self._asking) or self._versions.is_asking

    def _truth(self, test: ast.expr) -> bool | None:
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
        return self._versions.truth(test)

    def _presence(self, test: ast.expr) -> bool | None:
        """What `name`, `name is None` or `name is not None` comes to, for an imported name.

        True for a name that, on these Pythons, nothing binds but a working import, or one of
        importlib's functions.
        """
        name, negated = test, False
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and is_none(test.comparators[0]):
            if not isinstance(test.ops[0], (ast.Is, ast.IsNot)):
                return None
            name, negated = test.left, isinstance(test.ops[0], ast.Is)
        if not isinstance(name, ast.Name) or name.id in self._asking:
            return None
        bindings = self.tree.bindings_of(name)
        # Without another value there would be nothing to ask, had not somebody set one elsewhere.
        if len({self._takes(b) for b in bindings}) < 2:
            return None
        self._asking.add(name.id)  # whether a binding is dead may depend on this very test
        try:
            live = [b for b in bindings if not self._never(b.node)]
        finally:
            self._asking.discard(name.id)
        imported = all(self._takes(b) and self._succeeds(self.tree.statement(b.node)) for b in live)
        return (not negated) if live and imported else None

    def _takes(self, binding: Binding) -> bool:
        """Say whether *binding* is an import, or an assignment of what importlib has."""
        if binding.is_import:
            return True
        statement = self.tree.parents.get(binding.node)
        value = statement.value if isinstance(statement, ast.Assign) else None
        dotted = self.tree.dotted(value) if isinstance(value, ast.Attribute) else ""
        return (dotted or "").startswith("importlib.")

    def _never(self, node: ast.AST) -> bool:
        """Say whether what *node* binds is never bound: it does not run, or its import fails.

        Remembers nothing, since a question in progress may colour the answer.
        """
        if isinstance(node, ast.alias) and self.fails(self.tree.statement(node)):
            return True
        if self._versions.is_lost:
            return False
        self._dead = self._dead.new_child()
        try:
            return bool(self.dead(node))
        finally:
            self._dead = self._dead.parents

    def fails(self, statement: ast.stmt) -> bool:
        """Say whether *statement* raises for want of an import or a builtin on these Pythons."""
        if statement in self.failing or fails(statement, self.oldest):
            return True
        asked = _gone_builtin(statement)
        return asked is not None and self.tree.home(asked) is None

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
            positive = (
                node is parent.body
                if isinstance(parent, ast.IfExp)
                else self.tree.is_in(node, parent.body)
            )
            if self.truth(parent.test) is (not positive):
                return f"the version test on {self.tree.place(parent.lineno)} excludes it on Python 3.12+"
        elif isinstance(parent, ast.BoolOp):
            stop = isinstance(parent.op, ast.Or)
            before = itertools.takewhile(lambda value: value is not node, parent.values)
            if any(self.truth(value) is stop for value in before):
                return f"the version test on {self.tree.place(parent.lineno)} excludes it on Python 3.12+"
        elif isinstance(parent, ast.ExceptHandler):
            attempt = self.tree.parents[parent]
            if isinstance(attempt, ast.Try) and node is not parent.type:
                if self.cannot_fail(attempt, parent):
                    return f"what {self.tree.place(attempt.lineno)} tries works on Python 3.12+"
        if isinstance(parent, ast.FunctionDef) and node in parent.body and self._is_idle(parent):
            return f"nothing calls {parent.name} on Python 3.12+"
        if isinstance(node, ast.stmt):
            return self._skipped(node, parent) or self._after_exit(node)
        return ""

    def _is_idle(self, function: ast.FunctionDef) -> bool:
        """Say whether *function*, which is for Python 2 as its name says, is used on that alone."""
        if not _FOR_PYTHON_2.search(function.name) or function.decorator_list:
            return False
        if function in self._idle or self._is_used_otherwise(function):
            return False
        uses = self.tree.references.get(function.name, [])
        self._idle.add(function)  # one that calls itself is not
        try:
            return bool(uses) and all(map(self.dead, uses))
        finally:
            self._idle.discard(function)

    def _is_used_otherwise(self, function: ast.FunctionDef) -> bool:
        """Say whether *function* may be called in another way than by its name."""
        tree, name = self.tree, function.name
        looks = (node for other in _NAMESPACES for node in tree.references.get(other, ()))
        return (
            tree.scope_of(function).kind is ScopeKind.CLASS
            or name in tree.attribute_names
            or name in tree.imported_names
            or any(name in str(string.value) for string in (*tree.strings, *tree.bytes))
            or "__main__" in tree.imported_names
            or any(tree.home(node) is None for node in looks)
            or len(tree.scope_of(function).bindings.get(name, ())) > 1
        )

    def _skipped(self, node: ast.stmt, parent: ast.AST) -> str:
        """Why *node* is not run as a part of a test, which *parent* is, or a class of tests."""
        if not isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return ""
        test = node if isinstance(parent, ast.ClassDef) else parent
        if not getattr(test, "name", "").startswith("test") or node not in parent.body:
            return ""
        for condition, runs in skipped(parent.decorator_list):
            if self.truth(condition) is (not runs):
                return f"the test on {self.tree.place(parent.lineno)} is skipped on Python 3.12+"
        return ""

    def _after_exit(self, statement: ast.stmt) -> str:
        """Why the statements before *statement* in its block never let it run."""
        block, place = self.tree.slot(statement)
        found = _Exit() if self._is_coloured else self._exits.setdefault(id(block), _Exit())
        while found.at is None and found.seen < place and not self._versions.is_lost:
            found.reason = self._exit(block[found.seen], block)
            if found.reason:
                found.at = found.seen
            found.seen += 1
        return found.reason if found.at is not None and found.at < place else ""

    def _exit(self, statement: ast.stmt, block: list[ast.stmt]) -> str:
        """Why what comes after *statement* in *block* does not run."""
        if isinstance(statement, ast.If):
            truth = self.truth(statement.test)
            taken = {True: statement.body, False: statement.orelse, None: []}[truth]
            if taken and leaves(taken[-1], self.tree):
                return f"{self.tree.place(statement.lineno)} leaves the block first on Python 3.12+"
        if isinstance(statement, ast.Try) and self.fails(statement.body[0]):
            handler = next(filter(catches_import_error, statement.handlers), None)
            if handler is not None and leaves(handler.body[-1], self.tree):
                return f"{self.tree.place(handler.lineno)} leaves the block first on Python 3.12+"
        parent = self.tree.parents[statement]
        if isinstance(parent, ast.Try) and block is parent.body and self.fails(statement):
            return f"the import on {self.tree.place(statement.lineno)} fails first on Python 3.12+"
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
        asked = _gone_builtin(attempt.body[0])
        # Bound nowhere but in the handlers, that is, not yet.
        return asked is not None and all(
            attempt in self.tree.ancestors(b.node) for b in self.tree.bindings_of(asked)
        )

    def _succeeds(self, statement: ast.stmt) -> bool:
        """Say whether *statement* certainly raises no import, name or attribute error on 3.12+."""
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return works(statement, self.oldest)
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return not statement.decorator_list and _is_plain(statement.args, statement.returns)
        if isinstance(statement, ast.ClassDef):
            plain = all(
                isinstance(b, ast.Name) and hasattr(builtins, b.id) for b in statement.bases
            )
            plain = plain and not (statement.decorator_list or statement.keywords)
            return plain and all(map(self._succeeds, statement.body))
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
            dotted = self.tree.dotted(value)
            if dotted is None:
                return False
            module, _, name = dotted.rpartition(".")
            owner = value.value if isinstance(value, ast.Attribute) else None
            there = bool(has_name(module, name, self.oldest))
            return there and (owner is None or is_there(self.tree, owner, name))
        return False


def _gone_builtin(statement: ast.stmt) -> ast.Name | None:
    """The builtin that Python 3 has not, if *statement* does nothing but ask for it."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    return value if isinstance(value, ast.Name) and value.id in GONE_BUILTINS else None


def _is_plain(arguments: ast.arguments, returns: ast.expr | None) -> bool:
    """Say whether defining a function with this signature evaluates nothing but constants."""
    everything = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    everything += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    evaluated = [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]
    evaluated += [a.annotation for a in everything if a.annotation is not None]
    evaluated += [returns] if returns is not None else []
    return all(isinstance(node, ast.Constant) for node in evaluated)
