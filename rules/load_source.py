"""Uses of `imp.load_source`.

## What it does
Replaces `imp.load_source` by `_load_source`, a short function that is added to
the module after its imports and does what `imp` did.  Where the module takes the function by
its name, `from imp import load_source`, the new one is called `load_source`, too: its calls
stay as they are, and so does what other files take from this one, or replace in it.

A `setup.py` that reads its version, or another program (`if __name__ == "__main__":`), that
loads a module of a literal name once and nowhere else, gets three statements in place
instead: they make a spec, enter the module in `sys.modules` and execute it.

## Why is this a problem
The module `imp` was removed in Python 3.12, and nothing in importlib does the
same.  The recipe in What's New In Python 3.12 (`module_from_spec` and
`exec_module`) does not enter the module in `sys.modules`, so that dataclasses,
pickle, relative imports and `importlib.reload` fail in it; it does not run a
module that is loaded already again in place; and with the commented line
enabled it leaves half a module behind when the body fails.

## Example
```python
import imp

settings = imp.load_source("settings", path)
```

## Use instead
```python
import importlib.machinery
import importlib.util
import sys


def _load_source(name, path):
    ...


settings = _load_source("settings", path)
```

## Fix safety
Safe.  The differences that remain: a module that replaces itself in
`sys.modules` by an object without `__spec__` is returned, where `imp` raised
AttributeError; and a second thread that imports the same name while the body
runs sees the half-initialised module, where `imp` made it wait.

In place, a module that fails stays in `sys.modules`: nobody looks there, as the program ends,
or, if a `setup.py` handles the exception, does not mention that name again.  Code
objects of a file `….py` with a relative name know its absolute one.  What a module puts in its
own place in `sys.modules`, `__spec__` and all, is not what the program goes on with.

`--no-helpers --unsafe-fixes` writes the same statements elsewhere: a module that is loaded
already is replaced then, where `imp` ran it again, and one that fails stays.

The third argument, an open file, is dropped where `imp` did not read from it
(it was opened in text mode, or from the same path), together with the `with`
or `try` that only opened and closed it.  Where it may be a binary file of other
content, it stays, and the function reads it, as `imp` did; so it does where the
function is used as a value.  It closes the file in any case, which `imp` left open
if it found up-to-date bytecode.  While the body runs, the module's `__loader__` is
the usual one, where `imp` had one of its own, and a circular import is not called
"partially initialized" in messages.

## References
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
- [Importing a source file directly](https://docs.python.org/3/library/importlib.html#importing-a-source-file-directly)
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.uses import Use
from imp_migrate.model import Applicability
from imp_migrate.rule import Context, Example, Outcome, Rewrite, Rule

from .flow.file_argument import FileArgument, forget_file, judge_file
from .flow.once import begins_statement, facts_of_load, load_in_place, loads_once
from .flow.shared import (
    ANEW,
    bound_argument,
    gone,
    is_plain_call,
    is_simple,
    loader_variable,
    spec_variable,
)
from .flow.values import argument_names, ends_in_py, unused_without

EXAMPLES = (Example("m = load_source('m', 'm.py')\n"),)

_ADVICE = (
    "build a spec with importlib.util.spec_from_file_location, enter the module in sys.modules"
    " before spec.loader.exec_module"
)


def check(use: Use, ctx: Context) -> Outcome:
    answer = _in_place(use, ctx) if use.member == "load_source" else None
    if answer is not None:
        return answer
    if not ctx.options.helpers:
        return ctx.manual(use, gone(use, f"{_ADVICE}, or allow helper functions"))
    helper = {"load_source": "_load_source", "load_compiled": "_load_compiled"}[use.member]
    fix = ctx.fix(use, ctx.title_of_helper(helper))
    call = ctx.call_of(use)
    given = {"file"} if call is None else argument_names(ctx, call, ["name", "pathname", "file"])
    has_file = given is None or "file" in given
    file = bound_argument(call, 2, "file") if call is not None and is_plain_call(call) else None
    if call is not None and file is not None:
        path = bound_argument(call, 1, "pathname")
        if judge_file(ctx, call, file, path) is FileArgument.IGNORED:
            has_file = False
            fix.drop_argument(file)
            if path is not None:
                dropped = forget_file(fix, call, file, path)
                fix.remove(*unused_without(ctx, dropped))
    facts = set() if has_file else {"no_file"}
    if call is not None and all(k.arg not in ("path", "pathname", None) for k in call.keywords):
        facts.add("positional")
    if call is not None and call.args:
        facts |= facts_of_load(call, call.args[0], ctx)
    fix.call_helper(use, helper, *facts)
    return fix.rewrite(gone(use, "use a helper function that does the same"))


def _in_place(use: Use, ctx: Context) -> Rewrite | None:
    """The statements that load a module for the first and only time, or end the program."""
    call = ctx.call_of(use)
    if call is None or not is_plain_call(call) or len(call.args) != 2 or call.keywords:
        return None
    name, path = call.args
    if not begins_statement(call, ctx) or ctx.is_for_others(use):
        return None
    sole = loads_once(call, name, ctx)
    if ctx.options.helpers:
        if len(ctx.uses_of("load_source")) > 2 or not sole:
            return None  # a helper is shorter, or needed
    fix = ctx.fix(use, "Load the module in place")
    spec = spec_variable(ctx, use.scope)
    spec_of = fix.name("importlib.util.spec_from_file_location")
    in_py = ends_in_py(path, ctx)
    function = spec_of if in_py else fix.name("importlib.machinery.SourceFileLoader")
    parts = {"name": name, "path": path}
    made = f"{function}({{name}}, {{path}})"
    if isinstance(ctx.parent(call), (ast.Assign, ast.Return, ast.Expr)):
        made = "{made}"  # its arguments stay on their lines
        parts["made"] = call
        fix.replace(call.func, function)
    if in_py:
        before = [f"{spec} = {made}"]
    else:
        # Its path is given to both: of a loader alone, the spec would keep a relative one.
        loader = loader_variable(ctx, use.scope)
        known = "{name}" if is_simple(name) else f"{loader}.name"
        place = "{path}" if is_simple(path) else f"{loader}.path"
        before = [
            f"{loader} = {made}",
            f"{spec} = {spec_of}({known}, {place}, loader={loader})",
        ]
    load_in_place(fix, use, call, spec, before, **parts)
    if sole:
        return fix.rewrite(gone(use, "enter the module in sys.modules and execute it"))
    return fix.rewrite(gone(use, f"execute it anew: {ANEW}"), Applicability.UNSAFE)


RULES = (
    Rule(
        "IMP207",
        "imp-load-source",
        "imp.load_source: use a helper that keeps what it did",
        check,
        members=frozenset({"load_source"}),
    ),
    Rule(
        "IMP208",
        "imp-load-compiled",
        "imp.load_compiled: use a helper that keeps what it did",
        check,
        members=frozenset({"load_compiled"}),
    ),
)
