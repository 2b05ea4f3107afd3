"""Searches for modules that do not answer as those of `imp` did.

## What it does
Reports, about `importlib.util.find_spec` and its kin:

- a spec that nobody tests for None: of a module whose name is only known at run
  time, in a `try` that waits for ImportError, or of a file that does not end as one
  of Python (IMP506);
- errors that nobody is prepared for: ValueError, where a handler lists the others
  that arbitrary names lead to, AttributeError and ImportError, and ModuleNotFoundError for a
  dotted name whose parent is not there (IMP511);
- the `origin` of a spec used as a path, which namespace packages do not have
  (IMP512);
- a spec unpacked as the triple that `imp.find_module` returned (IMP514).

## Why is this a problem
`imp.find_module` raised ImportError for whatever it did not find.  `find_spec`
returns None, imports the parents of a dotted name, and raises ValueError for a
module in `sys.modules` that has no `__spec__`, as `__main__` has not.  The handler
that waits for ImportError never runs, and the program fails otherwise, or not at all.

## Example
```python
import importlib.util

try:
    importlib.util.find_spec("numpy")
    HAVE_NUMPY = True
except ImportError:
    HAVE_NUMPY = False
```

## Use instead
```python
import importlib.util

HAVE_NUMPY = importlib.util.find_spec("numpy") is not None
```

## Fix safety
There is no fix: what is to happen without the module is for the author to say.

## References
- [importlib.util.find_spec](https://docs.python.org/3/library/importlib.html#importlib.util.find_spec)
- [importlib.machinery.ModuleSpec.origin](https://docs.python.org/3/library/importlib.html#importlib.machinery.ModuleSpec.origin)
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from imp_migrate.lint import LintRule, Spot
from imp_migrate.meaning.handlers import tries_around
from imp_migrate.meaning.importlib_uses import ImportlibUses
from imp_migrate.rule import Example

EXAMPLES = (
    Example(
        "import importlib.util\n"
        "try:\n    importlib.util.find_spec('a')\nexcept ImportError:\n    missing = True\n"
    ),
    Example(
        "import importlib.util\n"
        "spec = importlib.util.spec_from_file_location('settings', 'settings.conf')\n"
        "module = importlib.util.module_from_spec(spec)\n"
    ),
    Example(
        "import importlib.util\n"
        "def exists(name):\n"
        "    try:\n        return importlib.util.find_spec(name) is not None\n"
        "    except (AttributeError, ImportError):\n        return False\n"
    ),
    Example(
        "import importlib.util, os\n"
        "def folder(name):\n"
        "    spec = importlib.util.find_spec(name)\n"
        "    return os.path.dirname(spec.origin) if spec else None\n"
    ),
    Example("import importlib.util\nfile, path, kind = importlib.util.find_spec('a')\n"),
    Example("import importlib.util\nfound = importlib.util.find_spec('a') is not None\n"),
)

_FIND = "importlib.util.find_spec"
_SEARCHES = (_FIND, "importlib.machinery.PathFinder.find_spec")
_LOCATE = "importlib.util.spec_from_file_location"
_IMPORT_ERRORS = frozenset(["ImportError", "ModuleNotFoundError"])
_OTHER_SUFFIX = re.compile(r"\.(?:conf|cfg|ini|txt|json|ya?ml|toml|in|example|template|tmpl|rc)$")
_TESTS = (ast.Compare, ast.BoolOp, ast.If, ast.IfExp, ast.UnaryOp, ast.While)


# -- IMP506 ----------------------------------------------------------------


def check_none(uses: ImportlibUses) -> Iterator[Spot]:
    for call in uses.called(*_SEARCHES):
        if not uses.is_run(call):
            continue
        awaited, use = _is_awaited(uses, call), _use_without_test(uses, call)
        if awaited and use == "nothing":
            message = (
                "find_spec() returns None where imp raised ImportError; test for it:"
                f" `{ast.unparse(call)} is not None`"
            )
            yield Spot(call, _FIND, message)
        elif use not in ("", "nothing") and (awaited or _may_find_nothing(uses, call)):
            spec = use.rpartition(".")[0]
            message = (
                f"find_spec() returns None where imp raised ImportError; before {use}, write"
                f" `if {spec or 'spec'} is None: raise ImportError(name)`"
            )
            yield Spot(call, _FIND, message)
    for call in uses.called(_LOCATE):
        path = uses.argument(call, 1, "location")
        if path is None or not uses.is_run(call) or uses.argument(call, 2, "loader") is not None:
            continue
        values = uses.values(path)
        if values and all(_OTHER_SUFFIX.search(_end(value)) for value in values):
            message = (
                "this is None: the name of the file does not end as one of Python; pass"
                " `loader=importlib.machinery.SourceFileLoader(name, path)`"
            )
            yield Spot(call, _LOCATE, message)


def _is_awaited(uses: ImportlibUses, call: ast.Call) -> bool:
    """Say whether a handler around *call* is there for an ImportError that only it could raise."""
    for attempt, part in tries_around(uses.tree, call):
        if part != "body" or uses.function(attempt) is not uses.function(call):
            continue
        caught = uses.caught_around(call)
        if not caught & _IMPORT_ERRORS or caught & {"AttributeError", "Exception", "BaseException"}:
            return False
        return not any(_may_import(node, call) for s in attempt.body for node in ast.walk(s))
    return False


def _may_find_nothing(uses: ImportlibUses, call: ast.Call) -> bool:
    """Say whether only the run tells what *call* searches, and nobody waits for its failure."""
    if _is_known(call) or uses.handled(call, "AttributeError", "TypeError"):
        return False
    return bool(call.args or call.keywords)


def _may_import(node: ast.AST, call: ast.Call) -> bool:
    """Say whether *node*, beside *call* in a `try`, may raise an ImportError itself."""
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Raise)):
        return True
    return isinstance(node, ast.Call) and node is not call


def _use_without_test(uses: ImportlibUses, call: ast.Call) -> str:
    """What is done with the result of *call* although it may be None; "" if it is tested."""
    parent = uses.tree.parents[call]
    if isinstance(parent, ast.Expr):
        argument = uses.argument(call, 0, "name")
        # Of a dotted name, the import of the parents may fail.
        dotted = not isinstance(argument, ast.Constant) or "." in str(argument.value)
        return "" if dotted else "nothing"
    if isinstance(parent, ast.Attribute):
        return f".{parent.attr}"
    target = parent.targets[0] if isinstance(parent, ast.Assign) else None
    if not isinstance(target, ast.Name) or not uses.is_found_spec(target):
        return ""
    around = [(read, uses.tree.parents[read]) for read in uses.tree.reads_of(target)]
    asked = [above for _, above in around if isinstance(above, ast.Attribute)]
    passed = [above for _, above in around if isinstance(above, ast.Call)]
    if not asked or len(asked) + len(passed) < len(around):
        return ""
    return f"{target.id}.{asked[0].attr}"


def _end(path: ast.expr) -> str:
    """The last characters of *path*, as far as they are written out."""
    if isinstance(path, ast.Call) and path.args and ast.unparse(path.func).endswith("join"):
        return _end(path.args[-1])
    if isinstance(path, ast.BinOp) and isinstance(path.op, (ast.Add, ast.Div)):
        return _end(path.right)
    if isinstance(path, ast.JoinedStr) and path.values:
        return _end(path.values[-1])
    return path.value if isinstance(path, ast.Constant) and isinstance(path.value, str) else ""


# -- IMP514 ----------------------------------------------------------------


def check_triple(uses: ImportlibUses) -> Iterator[Spot]:
    """`file, path, description = find_spec(name)`, as of `imp.find_module`."""
    for call in uses.called(*_SEARCHES):
        parent = uses.tree.parents[call]
        unpacked = isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Tuple)
        item = isinstance(parent, ast.Subscript) and parent.value is call
        if (unpacked or item) and uses.is_run(call):
            message = (
                "find_spec() returns a spec, no triple; ask for `spec.origin`, the path, or"
                " `spec.submodule_search_locations`, the directories of a package"
            )
            yield Spot(call, _FIND, message)


# -- IMP511 ----------------------------------------------------------------


def check_errors(uses: ImportlibUses) -> Iterator[Spot]:
    for call in uses.called(_FIND):
        name = uses.argument(call, 0, "name")
        if name is None or not uses.is_run(call):
            continue
        caught = uses.caught_around(call)
        if caught & {"ValueError", "Exception", "BaseException"}:
            continue
        if caught & _IMPORT_ERRORS and "AttributeError" in caught and not _is_literal(name):
            message = (
                "find_spec() raises ValueError, too, as for `__main__`; catch it:"
                " `except (AttributeError, ImportError, ValueError):`"
            )
            yield Spot(call, _FIND, message)
        elif not caught & _IMPORT_ERRORS and _is_question(uses, call):
            parent = _orphan(uses, name)
            if not parent:
                continue
            message = (
                f"find_spec() raises ModuleNotFoundError where there is no {parent}; ask in a"
                " `try` with `except ModuleNotFoundError:`"
            )
            yield Spot(call, _FIND, message)


def _is_literal(name: ast.expr) -> bool:
    return isinstance(name, ast.Constant) or (
        isinstance(name, ast.JoinedStr) and bool(name.values) and _is_literal(name.values[0])
    )


def _orphan(uses: ImportlibUses, name: ast.expr) -> str:
    """The parent of the dotted *name*, if nothing in the file says that it exists; else ""."""
    if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
        return ""
    root, _, _ = name.value.partition(".")
    if not root or root in sys.stdlib_module_names or root in uses.tree.names:
        return ""
    if root in re.split(r"[/\\.]", uses.filename) or any(text == root for _, text in uses.texts):
        return ""
    return name.value.rpartition(".")[0]


def _is_question(uses: ImportlibUses, call: ast.Call) -> bool:
    """Say whether *call* only asks whether there is such a module."""
    parent = uses.tree.parents[call]
    if isinstance(parent, ast.Compare):
        return True
    if isinstance(parent, (ast.If, ast.IfExp)):
        return call is parent.test
    return isinstance(parent, ast.UnaryOp) or (
        isinstance(parent, ast.Call) and ast.unparse(parent.func) == "bool"
    )


# -- IMP512 ----------------------------------------------------------------


def check_origin(uses: ImportlibUses) -> Iterator[Spot]:
    for attribute in uses.tree.attributes:
        if attribute.attr != "origin" or not isinstance(attribute.ctx, ast.Load):
            continue
        spec = attribute.value
        if not uses.is_found_spec(spec) or not uses.is_run(attribute):
            continue
        if any(map(_is_known, _searches(uses, spec))) or not _may_be_missing(uses, spec):
            continue
        if _looks_closer(uses, attribute):
            continue
        if uses.handled(attribute, "TypeError", "AttributeError", "AssertionError"):
            continue
        if not _is_path(uses, attribute):
            continue
        message = (
            "origin is None for a namespace package; test for it, or take the directory of a"
            " package from `spec.submodule_search_locations`"
        )
        yield Spot(attribute, "origin", message)


def _may_be_missing(uses: ImportlibUses, spec: ast.expr) -> bool:
    """Say whether the author expects that nothing is found: else he knows what there is."""
    reads = uses.tree.reads_of(spec) if isinstance(spec, ast.Name) else []
    return any(isinstance(uses.tree.parents[read], _TESTS) for read in reads)


def _searches(uses: ImportlibUses, spec: ast.expr) -> Iterator[ast.Call]:
    return (value for value in uses.values(spec) if isinstance(value, ast.Call))


def _is_known(search: ast.Call) -> bool:
    """Say whether its name, written out or a `__name__`, tells that the author knows the module."""
    names = [*search.args[:1], *(k.value for k in search.keywords if k.arg in ("name", "fullname"))]
    return any(
        _is_literal(name) or ast.unparse(name).rpartition(".")[2].startswith("__") for name in names
    )


def _looks_closer(uses: ImportlibUses, attribute: ast.Attribute) -> bool:
    """Say whether the function asks more of the spec than where it comes from."""
    home = uses.function(attribute)
    for node in ast.walk(home):
        if isinstance(node, ast.Attribute):
            if node.attr in ("submodule_search_locations", "has_location", "loader"):
                return True
            parent = uses.tree.parents.get(node)
            if node.attr == "origin" and isinstance(parent, _TESTS):
                return True
    return False


def _is_path(uses: ImportlibUses, node: ast.expr) -> bool:
    """Say whether *node*, or the variable it is assigned to, is used as a path without a test."""
    parent = uses.tree.parents[node]
    if isinstance(parent, ast.Call) and node in parent.args:
        return _takes_path(parent)
    target = parent.targets[0] if isinstance(parent, ast.Assign) else None
    if not isinstance(target, ast.Name):
        return False
    reads = uses.tree.reads_of(target)
    for read in reads:
        above = uses.tree.parents[read]
        if isinstance(above, _TESTS):
            if not isinstance(uses.tree.parents[above], ast.Assert):
                return False
    return any(
        isinstance(above := uses.tree.parents[read], ast.Call)
        and read in above.args
        and _takes_path(above)
        for read in reads
    )


def _takes_path(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    return name.startswith("os.path.") or name in ("open", "Path", "pathlib.Path")


RULES = (
    LintRule("IMP506", "spec-not-tested", "a spec that may be None", check_none),
    LintRule("IMP514", "spec-as-triple", "a spec used as what find_module returned", check_triple),
    LintRule("IMP511", "find-spec-raises", "an error of find_spec", check_errors),
    LintRule("IMP512", "origin-may-be-none", "the origin of a spec as a path", check_origin),
)
