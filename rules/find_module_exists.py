"""Uses of `imp.find_module` that only ask whether a module exists.

## What it does
Where the name is a literal, asks `importlib.machinery.PathFinder.find_spec` and
tests whether its answer has a loader; a `try` whose only purpose was to catch the ImportError
becomes an `if`.  For a module of the standard library it is
`importlib.util.find_spec`, which also knows the modules that are built in.
Elsewhere it asks `_has_module`, a function that is added to the module after its imports and
searches as `imp` did.  Where one of the searches has to raise ImportError, as `imp` did, they
all call `_require_module`, which does (`_find_spec`, if what it returns is tested;
`_find_module_path`, if that is there for other searches).  What only closed the file that `imp`
had opened goes.

## Why is this a problem
The module `imp` was removed in Python 3.12.  `find_spec` returns None where
`imp` raised ImportError, so that an `except ImportError` around it is dead
code; and it finds a directory without `__init__.py`, for which its answer is
not None, but has no loader.

`importlib.util.find_spec` also looks at what is loaded already (and raises
ValueError for a module without `__spec__`), at import hooks, and imports the
parent of a dotted name.  `imp` did none of this, and neither does `PathFinder`.

## Example
```python
import imp

try:
    imp.find_module("numpy")
    HAS_NUMPY = True
except ImportError:
    HAS_NUMPY = False
```

## Use instead
```python
import importlib.machinery

HAS_NUMPY = bool(
    getattr(importlib.machinery.PathFinder.find_spec("numpy"), "loader", None)
)
```

## Fix safety
Safe.  `PathFinder` takes the place of `imp` only where the name is known and has no dot, and
the path certainly consists of strings.  Where the module may create modules or
directories before, `importlib.invalidate_caches()` comes first (importlib remembers what it
saw in a directory).  It does not where a file of the project puts into `sys.path` what may
be no string, or a folder that another one may make; nor, for a built-in module, where one
changes `sys.modules` or `sys.meta_path`.  The differences that remain:
it also finds modules in zip files, and packages whose `__init__` is an
extension module; a path may be any sequence, where `imp` raised RuntimeError
for all but lists (not where that may be handled); an exception raised while handling the
ImportError no longer has it as its context; and `file.close()` without a test, which failed
for packages, is gone (not where its failure is handled).

`--no-helpers --unsafe-fixes` tests what `importlib.util.find_spec` returns, which also takes
what is loaded already or an import hook finds, and bare directories.

A name with a dot, which `imp` never found, is left alone: `find_spec` would
import the parent and find it.

## References
- [importlib.machinery.PathFinder](https://docs.python.org/3/library/importlib.html#importlib.machinery.PathFinder)
- [importlib.util.find_spec](https://docs.python.org/3/library/importlib.html#importlib.util.find_spec)
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

import enum

from imp_migrate.meaning.uses import Use
from imp_migrate.model import Applicability
from imp_migrate.rule import Context, Example, FixBuilder, Outcome, Part, Rewrite, Rule, once

from .flow.attempt import (
    Found,
    at_once,
    attempt_of,
    giving_up,
    in_variable,
    is_mere_question,
    make_test,
)
from .flow.demand import Demand, demands, takes_variable
from .flow.order import is_pure
from .flow.pairs import pair_of
from .flow.replace import clear, helper_call, replace_search
from .flow.search import Search, Way, awaits_wrong_path, objection, remark, search_of
from .flow.shared import gone, spec_variable
from .flow.spec import FOUND, documented_call, exact_call, preparation, prepared_search

EXAMPLES = (
    Example(
        'import imp\ntry:\n    imp.find_module("numpy")\n    HAS_NUMPY = True\n'
        "except ImportError:\n    HAS_NUMPY = False\n",
        "import importlib.machinery\n"
        "HAS_NUMPY = bool(\n"
        '    getattr(importlib.machinery.PathFinder.find_spec("numpy"), "loader", None)\n)\n',
    ),
    Example(
        "import imp\n\n\ndef discover(apps):\n    for app in apps:\n        try:\n"
        "            imp.find_module('admin', app.__path__)\n"
        "        except ImportError:\n            continue\n        load(app)\n",
        "import importlib.machinery\n\n\ndef discover(apps):\n    for app in apps:\n"
        "        spec = importlib.machinery.PathFinder.find_spec('admin', app.__path__)\n"
        "        if spec is None or spec.loader is None:\n            continue\n        load(app)\n",
    ),
    Example(
        "import imp\ntry:\n    imp.find_module('a.b')\nexcept ImportError:\n    print('no')\n",
    ),
)


def check(use: Use, ctx: Context) -> Outcome:
    search = search_of(use, ctx)
    found = demands(search, ctx) if search is not None else None
    if search is None or found is None or any(d.path or d.tests for d in found):
        return None
    reason = next((r for r in (objection(d.search, ctx) for d in found) if r), "")
    if reason:
        return ctx.manual([d.search.use for d in found], reason)
    if len(found) == 1 and prepared_search(search, ctx) and not _needs_helper(ctx):
        answer = _tested(found[0], ctx)
        if answer is None and (not _are_many(ctx) or not ctx.options.helpers):
            answer = _raised(found[0], ctx)
        if answer is not None:
            return answer
    return _with_helper(found, ctx)


def _tested(demand: Demand, ctx: Context) -> Rewrite | None:
    """`if spec is None …` in place of `try` and `except`."""
    search = demand.search
    attempt = attempt_of(search, ctx, demand.closings)
    if attempt is None or awaits_wrong_path(search, ctx) or not _may_test(search, ctx):
        return None
    fix = ctx.fix(search.use, "Test what find_spec returns")
    asked = _search(search, ctx, fix)
    if asked is None:
        return None
    before, found, parts = asked
    make_test(fix, attempt, found, before, **parts)
    clear(fix, [demand])
    return fix.rewrite(gone(search.use, "test what importlib's find_spec returns"))


def _raised(demand: Demand, ctx: Context) -> Rewrite | None:
    """Search and raise ImportError in place: too little for a helper function."""
    search = demand.search
    if search.way is Way.TESTED or not _may_test(search, ctx):
        return None
    fix = ctx.fix(search.use, "Raise ImportError if find_spec returns None")
    asked = _search(search, ctx, fix)
    if asked is None:
        return None
    before, found, parts = asked
    leave, more = giving_up(search, ctx)
    code = f"{before}if {found.absent}:\n    {leave}"
    fix.replace_statement(search.statement, code, **{**parts, **more})
    clear(fix, [demand])
    advice = "importlib's find_spec returns None where imp raised ImportError"
    return fix.rewrite(gone(search.use, advice) + remark(search, ctx))


def _documented(demand: Demand, ctx: Context) -> Rewrite | None:
    """What importlib's find_spec returns, tested for None: it finds more than `imp` did."""
    search = demand.search
    fix = ctx.fix(search.use, "Use find_spec")
    call, parts = documented_call(search, ctx, fix)
    found = Found(f"{call} is not None", f"{call} is None", f"{call} is not None")
    attempt = attempt_of(search, ctx, demand.closings)
    if attempt is not None:
        make_test(fix, attempt, found, "", **parts)
    elif search.way is not Way.TESTED and is_pure(search.name):
        leave, more = giving_up(search, ctx)
        code = f"if {found.absent}:\n    {leave}"
        fix.replace_statement(search.statement, code, **{**parts, **more})
    else:
        return None
    clear(fix, [demand])
    advice = f"test what importlib's find_spec returns: {FOUND}; so is a bare directory found"
    return fix.rewrite(gone(search.use, advice) + remark(search, ctx), Applicability.UNSAFE)


def _with_helper(found: list[Demand], ctx: Context) -> Outcome:
    """`_has_module(…)`, or what raises as `imp` did, such as `_require_module(…)`."""
    uses = [demand.search.use for demand in found]
    if not ctx.options.helpers:
        answer = _documented(found[0], ctx) if len(found) == 1 else None
        return answer or ctx.manual(uses, gone(uses[0], _advice(found[0].search)))
    company = _company(ctx)
    if len(found) == 1 and not company & (_Company.PATH | _Company.RAISING):
        answer = _asked(found[0], ctx)
        if answer is not None:
            return answer
    raising = "_find_module_path" if company & _Company.PATH else "_require_module"
    helper = "_find_spec" if found[0].search.way is Way.TESTED else raising
    fix = ctx.fix(uses, f"Use the helper {helper}")
    for demand in found:
        replace_search(fix, demand, raising)
    clear(fix, found)
    advice = "use a helper that searches as imp did and raises ImportError"
    return fix.rewrite(gone(uses[0], advice) + remark(found[0].search, ctx))


def _asked(demand: Demand, ctx: Context) -> Rewrite | None:
    """`if _has_module(…)` in place of `try` and `except`."""
    search = demand.search
    attempt = attempt_of(search, ctx, demand.closings)
    if attempt is None or not is_mere_question(attempt, ctx):
        return None
    fix = ctx.fix(search.use, "Use the helper _has_module")
    found, parts = helper_call("_has_module", search, fix)
    make_test(fix, attempt, Found(found, f"not {found}", found), "", **parts)
    clear(fix, [demand])
    return fix.rewrite(gone(search.use, "ask a helper that searches as imp did"))


class _Company(enum.Flag):
    """What the searches of a module are for, as far as they share a helper."""

    NONE = 0
    PATH = enum.auto()  #: one returns a path: it raises ImportError, too
    RAISING = enum.auto()  #: one has to raise ImportError
    UNKNOWN = enum.auto()  #: one cannot do without a helper


@once
def _company(ctx: Context) -> _Company:
    company = _Company.NONE
    other: set[bool] = set()  # whether they are pairs
    for use in ctx.uses_of("find_module"):
        search = search_of(use, ctx)
        if search is None:
            continue
        found = demands(search, ctx)
        if found is None:
            pair = pair_of(search, ctx)
            other.add(pair is not None)
            if pair is not None and pair.path:
                company |= _Company.PATH
        for demand in found or ():
            if demand.path:
                company |= _Company.PATH
            elif not demand.tests and demand.search.way is not Way.TESTED:
                attempt = attempt_of(demand.search, ctx, demand.closings)
                if attempt is None or not is_mere_question(attempt, ctx):
                    company |= _Company.RAISING
                if not objection(demand.search, ctx) and not prepared_search(demand.search, ctx):
                    company |= _Company.UNKNOWN
    return company | _Company.PATH if len(other) > 1 else company  # for they share a search


def _needs_helper(ctx: Context) -> bool:
    """Say whether a helper asks for some module: then it asks for all, in the same words."""
    return ctx.options.helpers and bool(_company(ctx) & (_Company.PATH | _Company.UNKNOWN))


def _advice(search: Search) -> str:
    """What to say when no helper functions are wanted."""
    if search.path is None:
        find = "importlib.util.find_spec (which imports the parent of a dotted name)"
    else:
        find = "importlib.machinery.PathFinder.find_spec"
    return f"test what {find} returns, and its loader, for None; or allow helper functions"


@once
def _are_many(ctx: Context) -> bool:
    """Say whether a helper that raises would be shorter than to raise at every search."""
    searches = [search_of(use, ctx) for use in ctx.uses_of("find_module")]
    return sum(s is None or attempt_of(s, ctx) is None for s in searches) > 3


def _may_test(search: Search, ctx: Context) -> bool:
    """Say whether what the test of *search* needs means there what it means everywhere.

    A new variable may appear where nobody looks at all of them.
    """
    scope = search.use.scope
    if search.path is None:
        return ctx.tree.resolve("getattr", scope) is ctx.tree.resolve("bool", scope) is None
    return takes_variable(ctx, scope)


def _search(
    search: Search, ctx: Context, fix: FixBuilder
) -> tuple[str, Found, dict[str, Part]] | None:
    """What comes before the tests of what *search* finds, the tests, and what is in their holes.

    One expression, unless the path would make that too long to read.  None if the search cannot
    be prepared.
    """
    before = preparation(search, ctx, fix)
    if before is None:
        return None
    call, parts = exact_call(search, ctx, fix)
    if search.path is None:
        return before, at_once(call), parts
    spec = spec_variable(ctx, search.use.scope)
    return f"{before}{spec} = {call}\n", in_variable(spec), parts


RULES = (
    Rule(
        "IMP201",
        "imp-find-module-exists",
        "imp.find_module to see whether a module exists: use find_spec",
        check,
        members=frozenset({"find_module"}),
    ),
)
