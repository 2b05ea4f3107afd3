"""Other uses of `imp.load_module`.

## What it does
Where the description is written out, or looked for by its suffix `.py` in a loop
over `imp.get_suffixes()`, `imp.load_module` becomes what it did for that kind of
module (IMP205): `_load_source` for `PY_SOURCE`, `_load_compiled`
for `PY_COMPILED`, `_load_dynamic` for `C_EXTENSION`, `_load_package` for
`PKG_DIRECTORY`, short functions that are added to the module after its
imports; `importlib.import_module` for `C_BUILTIN` and `PY_FROZEN`.  The open
file goes, with the `with` or `try` that only served it.

Where the description comes from elsewhere (a parameter, an attribute, a
variable), or the function is used as a value, `_load_module` takes its place
(IMP206), a function with the same parameters; a shorter one if all that this module
loads is what its own searches returned, untouched on the way.  Calls that only pass on
what `imp.find_module` returned are rewritten together with it, see IMP203.

## Why is this a problem
The module `imp` was removed in Python 3.12.  `importlib.import_module`, which
the documentation names, loads a module by name, not from a given file.

## Example
```python
import imp

with open(path) as file:
    settings = imp.load_module("settings", file, path, (".py", "r", imp.PY_SOURCE))
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
Safe.  The differences that remain:

- the mode `"U"`, which Python 3.11 refuses, is not looked at any more;
- a missing extension module is ImportError in any case, where it was
  FileNotFoundError if no file was passed;
- `importlib.import_module` returns a module that is loaded already as it is (in the
  methods of import hooks, which it would call again, `_load_from` takes its place);
- `_load_module` closes the file, and reads what is at the path.

Where the file may have been a binary file of other content than the one at the
path, or None, for which `imp` raised ValueError, the fix of IMP205 is unsafe.  A
call that always raised an exception, because of its type code or because no file
is passed, is left to a person.

## References
- [imp.load_module, in the documentation of 3.11](https://docs.python.org/3.11/library/imp.html#imp.load_module)
- [Importing a source file directly](https://docs.python.org/3/library/importlib.html#importing-a-source-file-directly)
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from imp_migrate.meaning.catalogue import MEMBERS, Kind
from imp_migrate.meaning.presence import is_none
from imp_migrate.meaning.scopes import ScopeKind
from imp_migrate.meaning.uses import Use
from imp_migrate.model import Applicability
from imp_migrate.rule import Context, Example, FixBuilder, Outcome, Rule

from .flow.emulation import in_import_hook
from .flow.file_argument import FileArgument, forget_file, judge_file
from .flow.found import facts_of_load
from .flow.shared import bound_argument, gone, is_plain_call, is_simple, value_of
from .flow.values import only_value, unused_without

EXAMPLES = (
    Example("m = load_module('m', f, p, d)\n"),
    Example(
        """\
import imp
import sys

gc = imp.load_module("gc", None, None, ("", "", imp.C_BUILTIN))
""",
        """\
import importlib
import sys

gc = importlib.import_module("gc") if "gc" in sys.builtin_module_names else None
""",
    ),
    Example('import imp\n\nimp.load_module("m", None, "m.py", (".py", "r", 1))\n'),
)

_SOURCE, _COMPILED, _EXTENSION, _PACKAGE, _BUILTIN, _FROZEN = 1, 2, 3, 5, 6, 7
_HELPERS = {
    _SOURCE: "_load_source",
    _COMPILED: "_load_compiled",
    _EXTENSION: "_load_dynamic",
    _PACKAGE: "_load_package",
}
_ADVICE = (
    "build a spec with importlib.util.spec_from_file_location, enter the module in sys.modules"
    " before spec.loader.exec_module, or allow helper functions"
)


@dataclass(eq=False)
class _Description:
    """A description that is written out.

    kind: the type code.
    mode: the mode, None if it is computed.
    constants: the constants of `imp` in it.
    holder: the assignment to a variable that is used for nothing but descriptions, or
        the loop that looks for one.
    calls: all calls that are passed that variable (or the one call).
    """

    kind: int
    mode: str | None
    constants: list[Use] = field(default_factory=list)
    holder: ast.Assign | ast.For | None = None
    calls: list[ast.Call] = field(default_factory=list)


def check_described(use: Use, ctx: Context) -> Outcome:
    call = ctx.call_of(use)
    if call is None or ctx.member_at(use.node) != "load_module" or _arguments(call) is None:
        return None
    description = _describe(ctx, call)
    if description is None:
        return None
    reason = _always_fails(ctx, description, call)
    if reason:
        return ctx.manual(use, gone(use, f"delete this call, which always failed: {reason}"))
    if any(_always_fails(ctx, description, other) for other in description.calls):
        return None
    if description.kind in (_BUILTIN, _FROZEN):
        return _import(use, ctx, call, description)
    if not ctx.options.helpers:
        return ctx.manual(use, gone(use, _ADVICE))
    return _load(use, ctx, description)


def _load(use: Use, ctx: Context, description: _Description) -> Outcome:
    """Let every call with *description* load that kind of module."""
    uses = [u for u in (ctx.use_at(c.func) for c in description.calls) if u is not None]
    helper = _HELPERS[description.kind]
    fix = ctx.fix([*uses, *description.constants], f"Use the helper {helper}")
    unsure = False
    dropped: list[ast.AST] = [description.holder] if description.holder is not None else []
    for call in description.calls:
        unsure = _rewrite_call(fix, call, description, dropped) or unsure
    holders = [s for s in dropped if isinstance(s, ast.stmt)]
    fix.remove(*holders, *unused_without(ctx, dropped))
    advice = "use a helper function that does the same"
    if description.mode is not None and description.mode == "U":
        advice += " (and, unlike imp on Python 3.11, takes no offence at the mode 'U')"
    if unsure:
        advice += "; the file argument may be None, or hold other code than the file at filename"
    return fix.rewrite(gone(use, advice), Applicability.UNSAFE if unsure else Applicability.SAFE)


def _rewrite_call(
    fix: FixBuilder, call: ast.Call, description: _Description, dropped: list[ast.AST]
) -> bool:
    """Rewrite one call; say whether its file may hold something else than its path.

    What is not evaluated any more is added to *dropped*.
    """
    ctx = fix.context
    arguments = _arguments(call)
    assert arguments is not None
    name, file, path, details = arguments
    facts = () if description.kind == _PACKAGE else ("no_file",)
    helper = fix.helper(_HELPERS[description.kind], *facts)
    source = description.kind in (_SOURCE, _COMPILED)
    unsure = source and judge_file(ctx, call, file, path) is FileArgument.UNKNOWN
    if call.keywords:
        # Position by position is how everybody reads them.
        fix.replace(call, f"{helper}({{name}}, {{path}})", name=value_of(name), path=value_of(path))
    else:
        fix.replace(call.func, helper)
        fix.drop_argument(file)
        fix.drop_argument(details)
    others = [description.holder] if description.holder is not None else []
    dropped += [details, *forget_file(fix, call, file, path, others)]
    return unsure


def _import(use: Use, ctx: Context, call: ast.Call, description: _Description) -> Outcome:
    """Built-in and frozen modules are found by their names."""
    arguments = _arguments(call)
    assert arguments is not None
    name = value_of(arguments[0])
    if not is_simple(name) or description.holder is not None:
        return None
    if in_import_hook(ctx, call):  # which import_module would call again
        if not ctx.options.helpers:
            return ctx.manual(use, gone(use, _ADVICE))
        fix = ctx.fix([use, *description.constants], "Use the helper _load_from")
        fix.replace(call, "{load}({name}, None)", load=fix.helper("_load_from"), name=name)
        return fix.rewrite(gone(use, "use a helper function that does the same"))
    fix = ctx.fix([use, *description.constants], "Use importlib.import_module")
    if description.kind == _BUILTIN:
        test = f"{{name}} in {fix.name('sys.builtin_module_names', use)}"
    else:
        finder = fix.name("importlib.machinery.FrozenImporter.find_spec", use)
        test = f"{finder}({{name}}) is not None"
    function = fix.name("importlib.import_module", use)
    fix.replace(call, f"{function}({{name}}) if {test} else None", name=name)
    return fix.rewrite(gone(use, "use importlib.import_module"))


def _always_fails(ctx: Context, description: _Description, call: ast.Call) -> str:
    """Why *call* cannot have worked, or ""."""
    arguments = _arguments(call)
    assert arguments is not None
    known = {*_HELPERS, _BUILTIN, _FROZEN}
    if description.kind not in known:
        return f"no kind of module has the type code {description.kind}"
    file = value_of(arguments[1])
    if isinstance(file, ast.Name):
        file = only_value(ctx, file) or file
    if is_none(file) and description.kind in (_SOURCE, _COMPILED):
        return "it needs an open file; did you mean imp.load_source?"
    mode = description.mode
    if mode and mode != "U" and (not mode.startswith("r") or "+" in mode):
        return f"the mode {mode!r} is invalid"
    return ""


_Argument = ast.expr | ast.keyword


def _arguments(call: ast.Call) -> tuple[_Argument, _Argument, _Argument, _Argument] | None:
    """Name, file, path and description; None if they cannot be told apart."""
    if not is_plain_call(call) or len(call.args) + len(call.keywords) != 4:
        return None
    name = bound_argument(call, 0, "name")
    file = bound_argument(call, 1, "file")
    path = bound_argument(call, 2, "filename")
    details = bound_argument(call, 3, "details")
    if name is None or file is None or path is None or details is None:
        return None
    return name, file, path, details


def _describe(ctx: Context, call: ast.Call) -> _Description | None:
    """The description passed to *call*, if it is written out somewhere."""
    arguments = _arguments(call)
    assert arguments is not None
    node = value_of(arguments[3])
    if not isinstance(node, ast.Name):
        description = _read(ctx, node)
        if description is not None:
            description.calls = [call]
        return description
    scope = ctx.tree.home(node)
    bindings = scope.bindings[node.id] if scope is not None else []
    if scope is None or scope.kind is ScopeKind.CLASS or len(bindings) != 1:
        return None
    holder, target = ctx.parent(bindings[0].node), bindings[0].node
    reads = ctx.tree.reads(node.id, scope)
    if isinstance(holder, ast.For) and holder.target is target:
        description = _looked_for(ctx, holder, node.id)
        reads = [read for read in reads if holder not in ctx.tree.ancestors(read)]
    elif isinstance(holder, ast.Assign):
        description = _read(ctx, holder.value)
    else:
        return None
    if description is None:
        return None
    calls = [_described_call(ctx, read) for read in reads]
    known = [c for c in calls if c is not None]
    if isinstance(holder, ast.For) and len(known) < len(calls):
        return None  # the loop stays, and its own fix does not wait for this one
    if len(known) < len(calls) or (isinstance(holder, ast.Assign) and holder.targets != [target]):
        description.constants, description.calls = [], [call]  # the variable stays
        return description
    description.holder, description.calls = holder, known
    return description


def _looked_for(ctx: Context, loop: ast.For, name: str) -> _Description | None:
    """What the variable *name* holds after *loop*, if it looks for the entry of source files.

    That is `for name in imp.get_suffixes(): if name[0] == ".py": break`.
    """
    call, body = loop.iter, loop.body
    use = ctx.use_at(call.func) if isinstance(call, ast.Call) else None
    if use is None or ctx.member_at(use.node) != "get_suffixes" or loop.orelse:
        return None
    if use.silent or use.index in ctx.claimed or not isinstance(body[0], ast.If):
        return None
    shape = ast.parse(f"if {name}[0] == '.py': break").body
    if [ast.dump(statement) for statement in body] != [ast.dump(statement) for statement in shape]:
        return None
    return _Description(_SOURCE, "r", [use])


def _described_call(ctx: Context, read: ast.Name) -> ast.Call | None:
    """The call of `load_module` that is passed *read* as its description."""
    parent = ctx.parent(read)
    call = ctx.parent(parent) if isinstance(parent, ast.keyword) else parent
    if not isinstance(call, ast.Call) or ctx.member_at(call.func) != "load_module":
        return None
    use, arguments = ctx.use_at(call.func), _arguments(call)
    if use is None or use.silent or use.index in ctx.claimed or arguments is None:
        return None
    return call if value_of(arguments[3]) is read else None


def _read(ctx: Context, node: ast.expr) -> _Description | None:
    """*node* as a description, if it is a literal triple with a known type code."""
    if not isinstance(node, (ast.Tuple, ast.List)) or len(node.elts) != 3:
        return None
    if any(isinstance(part, ast.Starred) for part in node.elts):
        return None
    kind = _code(ctx, node.elts[2])
    if kind is None:
        return None
    mode = node.elts[1].value if isinstance(node.elts[1], ast.Constant) else None
    constants = [
        use
        for part in ast.walk(node)
        if (use := ctx.use_at(part)) is not None and _is_free_constant(ctx, use)
    ]
    return _Description(kind, mode if isinstance(mode, str) else None, constants)


def _code(ctx: Context, node: ast.expr) -> int | None:
    """The type code that *node* stands for."""
    if isinstance(node, ast.Name):
        node = only_value(ctx, node) or node
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    member = MEMBERS.get(ctx.member_at(node))
    return member.value if member is not None and member.kind is Kind.CONSTANT else None


def _is_free_constant(ctx: Context, use: Use) -> bool:
    return _code(ctx, use.node) is not None and not use.silent and use.index not in ctx.claimed


def check_other(use: Use, ctx: Context) -> Outcome:
    if not ctx.options.helpers:
        return ctx.manual(use, gone(use, _ADVICE))
    fix = ctx.fix(use, "Use the helper _load_module")
    fix.call_helper(use, "_load_module", *facts_of_load(use, ctx))
    return fix.rewrite(gone(use, "use a helper function that does the same"))


RULES = (
    Rule(
        "IMP205",
        "imp-load-described-module",
        "load_module with a description that is written out: load that kind of module",
        check_described,
        members=frozenset({"load_module"}),
        stage=0,
    ),
    Rule(
        "IMP206",
        "imp-load-module",
        "any other use of imp.load_module",
        check_other,
        members=frozenset({"load_module"}),
    ),
)
