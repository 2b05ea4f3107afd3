"""Uses of the import lock: `imp.acquire_lock`, `imp.release_lock`, `imp.lock_held`.

## What it does
A section between `acquire_lock` and `release_lock` that does nothing but import
loses the lock, and the `try`/`finally` that only served it.

Every other section gets a lock of the module's own: `imp.acquire_lock` becomes
`_import_lock.acquire`, `imp.release_lock` becomes `_import_lock.release`, and the
module defines `_import_lock = threading.RLock()`.  All uses in a file are
rewritten together, or none is (IMP301).

`imp.lock_held()` has no replacement (IMP302); a test of it is decided as if it
said `False`, and goes with the branch that this rules out.

## Why is this a problem
The module `imp` was removed in Python 3.12, and nothing public gives access to
the lock.  Since 3.3 it has not done what it once did: modules have locks of
their own, and the import lock is held only while Python looks for a module,
not while a module executes.

## Example
```python
import imp

def register(name, hook):
    imp.acquire_lock()
    try:
        hooks.setdefault(name, []).append(hook)
    finally:
        imp.release_lock()
```

## Use instead
```python
import threading

_import_lock = threading.RLock()


def register(name, hook):
    _import_lock.acquire()
    try:
        hooks.setdefault(name, []).append(hook)
    finally:
        _import_lock.release()
```

## Fix safety
To remove the lock around imports is safe: they are safe in threads by themselves.
What counts as importing: `import` statements, `__import__`, `importlib.import_module`,
`importlib.util.find_spec`, and `sys.modules[name]` or an attribute of the module after
them; also in a loop over names that are written out, under a condition or in a `try`;
not a test whether a module is in `sys.modules`, which may see it half-initialised, and
not `reload`, which a second thread skips while the first is at it.
Two threads may now be in the section at once, and `os.fork` in another thread no longer
waits for its end.

A lock of the module's own is unsafe.  The import lock kept three sorts of code
out of the section: other sections with the lock, imports in other threads that
had to look for a module, and `os.fork`.  The new lock keeps out the sections of
this module only: not those of other modules (let them share one lock, with
`helper-module`), not imports, not `fork`, after which a child process finds
the lock held if another thread had it.  It can deadlock where the import lock
could not: when a finder or a module body, run by an import in another thread, waits
for the lock while the section imports.

`False` for `lock_held()` is unsafe: the function told whether any thread was
just looking for a module.  It was meant to tell whether the code runs because it
is being imported, which it has not done since 3.3.

A file that only acquires the lock or only releases it is left to a person, and so
are names that stand for the lock only some of the time.

## References
- [imp.acquire_lock, in the documentation of 3.11](https://docs.python.org/3.11/library/imp.html#imp.acquire_lock)
- [What's New In Python 3.3: the import lock](https://docs.python.org/3/whatsnew/3.3.html#a-finer-grained-import-lock)
- [threading.RLock](https://docs.python.org/3/library/threading.html#rlock-objects)
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass

from imp_migrate.meaning.scopes import ScopeKind
from imp_migrate.meaning.uses import Form, Use
from imp_migrate.model import Applicability
from imp_migrate.rule import Context, Example, Outcome, Rule
from imp_migrate.transform.emission import LOCK

from .flow.shared import gone, is_bare_call, is_tested, put_truth

EXAMPLES = (
    Example(
        "import imp\n\nimp.acquire_lock()\ntry:\n    import job  # first\nfinally:\n"
        "    imp.release_lock()\n",
        "import job  # first\n",
    ),
    Example(
        "import imp\ndef f(n):\n    imp.acquire_lock()\n    m = __import__(n)\n"
        "    imp.release_lock()\n    return m\n",
        "def f(n):\n    m = __import__(n)\n    return m\n",
    ),
    Example("import imp\nimp.acquire_lock()\nrun()\nimp.release_lock()\n"),
    Example("import imp\nif imp.lock_held():\n    wait()\n"),
)

_MEMBERS = {"acquire_lock": "acquire", "release_lock": "release"}
_LOCK = "`_import_lock = threading.RLock()`"
# Attributes that nothing but a value is behind.
_PLAIN = frozenset({"sys.version_info", "sys.platform", "os.name"})
_IMPORTING = frozenset({"__import__", "importlib.import_module", "importlib.util.find_spec"})


@dataclass(frozen=True, eq=False)
class _Section:
    """What runs between two statements that do nothing but acquire and release the lock."""

    acquire: ast.stmt
    release: ast.stmt
    body: list[ast.stmt]


def check(use: Use, ctx: Context) -> Outcome:
    every = [u for u in ctx.uses if u.member in _MEMBERS and not u.silent and not _is_test(u)]
    group = [
        u for u in every if u.index not in ctx.claimed and u.form in (Form.ATTRIBUTE, Form.NAME)
    ]
    taken = {u.index for u in group}
    unclear = [u for u in every if u.index not in taken or u.doubt or u.broken]
    if unclear:
        lines = sorted({u.node.lineno for u in unclear})
        places = ", ".join(map(ctx.tree.place, lines))
        advice = f"first settle {places}, which uses it, too; then run imp-migrate again"
        return ctx.manual(group, _message(advice))
    if {u.member for u in group} != set(_MEMBERS):
        missing = "releases" if use.member == "acquire_lock" else "acquires"
        advice = (
            f"delete this, if it is only held for imports; else define {_LOCK} where this file"
            f" and the one that {missing} the lock can both take it"
        )
        return ctx.manual(group, _message(advice))
    return _without_lock(group, ctx) or _with_own_lock(group, ctx)


def _without_lock(group: list[Use], ctx: Context) -> Outcome:
    """Remove the lock, if it is only held around imports."""
    sections = _sections(group, ctx)
    if sections is None or not all(_only_imports(section.body, ctx) for section in sections):
        return None
    fix = ctx.fix(group, "Remove the import lock")
    fix.remove(*(s for section in sections for s in (section.acquire, section.release)))
    return fix.rewrite(_message("imports need no lock"))


def _with_own_lock(group: list[Use], ctx: Context) -> Outcome:
    fix = ctx.fix(group, "Use a lock of this module")
    lock = fix.helper(LOCK)
    for use in group:
        fix.replace(use.node, f"{lock}.{_MEMBERS[use.member]}")
    message = _message(
        f"define {_LOCK} and use that, if what it guards is used in this module only; share one"
        " lock with the other modules that use it, if not"
    )
    return fix.rewrite(message, Applicability.UNSAFE)


def _message(advice: str) -> str:
    return f"the import lock of imp was removed in Python 3.12; {advice}"


def _is_test(use: Use) -> bool:
    """Say whether *use* only asks whether there is such a function."""
    call = use.node
    return (
        use.form is Form.LOOKUP
        and isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "hasattr"
    )


# -- sections --------------------------------------------------------------


def _sections(group: list[Use], ctx: Context) -> list[_Section] | None:
    """The sections that *group* begins and ends; None if it does anything else as well."""
    statements: dict[str, list[ast.stmt]] = {member: [] for member in _MEMBERS}
    for use in group:
        call = ctx.call_of(use)
        statement = ctx.parent(call) if call is not None and is_bare_call(call) else None
        if not isinstance(statement, ast.Expr):
            return None
        statements[use.member].append(statement)
    releases = set(statements["release_lock"])
    sections = [_section(s, releases, ctx) for s in statements["acquire_lock"]]
    found = [section for section in sections if section is not None]
    ends = {id(section.release) for section in found}
    if len(found) < len(sections) or len(ends) < len(statements["release_lock"]):
        return None
    return found


def _section(acquire: ast.stmt, releases: Collection[ast.stmt], ctx: Context) -> _Section | None:
    """The section that *acquire* begins; None if its end is not certain."""
    block, at = ctx.tree.slot(acquire)
    after = block[at + 1] if at + 1 < len(block) else None
    around = ctx.parent(acquire)
    if isinstance(after, ast.Try) and not after.orelse:
        attempt, body = after, after.body
    elif isinstance(around, ast.Try) and block is around.body and at == 0:
        attempt, body = around, block[1:]
    else:
        ends = (end for end in range(at + 1, len(block)) if block[end] in releases)
        end = next(ends, None)
        return None if end is None else _Section(acquire, block[end], block[at + 1 : end])
    if len(attempt.finalbody) != 1 or attempt.finalbody[0] not in releases or not body:
        return None
    handled = [s for handler in attempt.handlers for s in handler.body]
    return _Section(acquire, attempt.finalbody[0], [*body, *handled])


def _only_imports(body: list[ast.stmt], ctx: Context) -> bool:
    """Say whether *body* does nothing but import."""
    section = _Importing(ctx)
    # Holding the lock for nothing is to wait for those who have it.
    return section.allows(body) and section.imports(body)


class _Importing:
    """Looks at the statements of a section, in order."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._imported = False  #: at the top of the section, so that it is certain
        self._modules: set[str] = set()  #: variables that hold what was imported

    def imports(self, body: list[ast.stmt]) -> bool:
        """Say whether *body* imports something, whichever way it takes."""
        return any(map(self._certainly_imports, body))

    def _certainly_imports(self, statement: ast.stmt) -> bool:
        if isinstance(statement, ast.If):
            return self.imports(statement.body) and self.imports(statement.orelse)
        if isinstance(statement, (ast.For, ast.Try)):
            return self.imports(statement.body)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return True
        value = getattr(statement, "value", None)
        return value is not None and any(
            isinstance(node, ast.Call) and _imports(node, self.ctx) for node in ast.walk(value)
        )

    def allows(self, body: list[ast.stmt], *, inside: bool = False) -> bool:
        """Say whether nothing in *body* is more than importing; inside: it may not run."""
        return all(self._allows(statement, inside) for statement in body)

    def _allows(self, statement: ast.stmt, inside: bool) -> bool:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            self._imported = self._imported or not inside
            for alias in statement.names:
                self._modules.add(alias.asname or alias.name.partition(".")[0])
            return True
        if isinstance(statement, ast.If):
            parts = (*statement.body, *statement.orelse)
            return _is_plain(statement.test) and self.allows([*parts], inside=True)
        if isinstance(statement, ast.For):
            plain = isinstance(statement.target, ast.Name) and self._is_hidden(statement.target)
            listed = isinstance(statement.iter, (ast.List, ast.Tuple)) and _is_plain(statement.iter)
            return (
                plain
                and listed
                and not statement.orelse
                and self.allows(statement.body, inside=True)
            )
        if isinstance(statement, ast.Try):
            handled = [s for handler in statement.handlers for s in handler.body]
            named = all(h.type is None or _is_plain(h.type) for h in statement.handlers)
            parts = (*statement.body, *handled, *statement.orelse, *statement.finalbody)
            return named and self.allows([*parts], inside=True)
        if isinstance(statement, (ast.Pass, ast.Continue, ast.Break)):
            return True
        if isinstance(statement, (ast.Return, ast.Expr)):
            return statement.value is None or self._is_value(statement.value, inside)
        if isinstance(statement, ast.Assign):
            return self._assigns(statement, inside)
        return isinstance(statement, ast.Raise) and statement.exc is None

    def _assigns(self, statement: ast.Assign, inside: bool) -> bool:
        if not self._is_value(statement.value, inside):
            return False
        for target in statement.targets:
            if not isinstance(target, ast.Name) or not self._is_hidden(target):
                return False
            if isinstance(statement.value, ast.Call):
                self._modules.add(target.id)
        return True

    def _is_value(self, value: ast.expr, inside: bool) -> bool:
        """Say whether *value* is what an import gives, or takes nothing to work out."""
        if isinstance(value, ast.Attribute):
            return self._is_module(value.value)
        if isinstance(value, ast.Call):
            if getattr(value.func, "id", "") == "getattr" and 1 < len(value.args) < 4:
                return self._is_module(value.args[0]) and all(map(_is_plain, value.args[1:]))
            self._imported = self._imported or not inside
            return _imports(value, self.ctx)
        certain = self._imported and not inside
        return _is_plain(value) or (certain and _is_module(value, self.ctx))

    def _is_module(self, node: ast.expr) -> bool:
        """Say whether *node* is a module: what this section has imported."""
        if isinstance(node, ast.Call):
            return _imports(node, self.ctx)
        return isinstance(node, ast.Name) and node.id in self._modules

    def _is_hidden(self, target: ast.Name) -> bool:
        """Say whether nobody else can see the variable *target* meanwhile.

        That is one of a function, or of a module whose body is just running.
        """
        tree = self.ctx.tree
        scope = tree.scope_of(target)
        if scope is tree.root:
            return True
        if scope.kind is not ScopeKind.FUNCTION or tree.resolve(target.id, scope) is not scope:
            return False
        return all(tree.scope_of(read) is scope for read in tree.reads(target.id, scope))


def _imports(call: ast.Call, ctx: Context) -> bool:
    """Say whether *call* calls an importing function of the standard library."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    return ctx.tree.dotted(call.func) in _IMPORTING and all(map(_is_plain, arguments))


def _is_module(value: ast.expr, ctx: Context) -> bool:
    """Say whether *value* is `sys.modules[name]`."""
    return (
        isinstance(value, ast.Subscript)
        and ctx.tree.dotted(value.value) == "sys.modules"
        and _is_plain(value.slice)
    )


def _is_plain(node: ast.expr) -> bool:
    """Say whether *node* is made of names, literals and operators on them."""
    if isinstance(node, (ast.Constant, ast.Name)):
        return True
    if isinstance(node, ast.BinOp):
        return _is_plain(node.left) and _is_plain(node.right)
    if isinstance(node, (ast.Tuple, ast.List)):
        return all(_is_plain(element) for element in node.elts)
    if isinstance(node, ast.Dict):
        return not (node.keys or node.values)
    if isinstance(node, ast.UnaryOp):
        return _is_plain(node.operand)
    if isinstance(node, ast.BoolOp):
        return all(map(_is_plain, node.values))
    if isinstance(node, ast.Compare):
        return all(map(_is_plain, (node.left, *node.comparators)))
    return isinstance(node, ast.Attribute) and ast.unparse(node) in _PLAIN


# -- lock_held -------------------------------------------------------------

_NOT_HELD = "since 3.3 the import lock is not held while modules execute"


def check_held(use: Use, ctx: Context) -> Outcome:
    call = ctx.call_of(use)
    if any(u.member == "acquire_lock" for u in ctx.uses):
        advice = "set a variable where this file acquires the lock, and test that"
        return ctx.manual(use, gone(use, advice))
    if call is None:
        return ctx.manual(use, gone(use, f"write `lambda: False`: {_NOT_HELD}"))
    if isinstance(ctx.parent(call), ast.Expr):
        return ctx.manual(use, gone(use, "delete this statement, which does nothing"))
    if not is_bare_call(call) or not is_tested(ctx, call):
        return ctx.manual(use, gone(use, f"write `False`: {_NOT_HELD}"))
    message = gone(use, f"delete the test: {_NOT_HELD}")
    fix = ctx.fix(use, "Take it as False")
    if put_truth(fix, call, truth=False):
        return ctx.manual(use, message)
    return fix.rewrite(message, Applicability.UNSAFE)


RULES = (
    Rule(
        "IMP301",
        "imp-lock",
        "imp.acquire_lock and imp.release_lock: no lock around imports, else one of your own",
        check,
        members=frozenset(_MEMBERS),
    ),
    Rule(
        "IMP302",
        "imp-lock-held",
        "imp.lock_held: delete the test",
        check_held,
        members=frozenset({"lock_held"}),
    ),
)
