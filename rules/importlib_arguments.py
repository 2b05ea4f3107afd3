"""Arguments of `importlib` that are not what they were in `imp`.

## What it does
Reports a path passed as second argument to `importlib.import_module` or
`importlib.util.find_spec` (IMP509; not the path of the package with whose name the name
begins, nor what a finder passes on, which change nothing), and a string passed as
`submodule_search_locations`, or as the path of `PathFinder.find_spec` (IMP510).

## Why is this a problem
`imp.find_module(name, path)` searched in a list of directories.  What
`import_module` and `find_spec` take is a package, for relative names only: with an
absolute name the path is ignored, and another module of that name may be loaded.

`submodule_search_locations` is the `__path__` of a package, a list: the
characters of a string are taken for directories, and no submodule is found.  The
same holds for the path that `PathFinder.find_spec` searches.

## Example
```python
import importlib.util

spec = importlib.util.find_spec(name, [directory])
package = importlib.util.spec_from_file_location(
    "p", directory + "/__init__.py", submodule_search_locations=directory
)
```

## Use instead
```python
import importlib.machinery
import importlib.util

spec = importlib.machinery.PathFinder.find_spec(name, [directory])
package = importlib.util.spec_from_file_location(
    "p", directory + "/__init__.py", submodule_search_locations=[directory]
)
```

## Fix safety
There is no fix: the code has never done what it says, and what depends on that is
not known.

## References
- [importlib.import_module](https://docs.python.org/3/library/importlib.html#importlib.import_module)
- [importlib.machinery.PathFinder](https://docs.python.org/3/library/importlib.html#importlib.machinery.PathFinder)
- [importlib.util.spec_from_file_location](https://docs.python.org/3/library/importlib.html#importlib.util.spec_from_file_location)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from imp_migrate.lint import LintRule, Spot
from imp_migrate.meaning.importlib_uses import ImportlibUses
from imp_migrate.rule import Example

EXAMPLES = (
    Example("import importlib.util\nspec = importlib.util.find_spec('m', ['plugins'])\n"),
    Example("import importlib, sys\nm = importlib.import_module('m', sys.path)\n"),
    Example(
        "import importlib.util\n"
        "spec = importlib.util.spec_from_file_location("
        "'p', 'p/__init__.py', submodule_search_locations='p')\n"
    ),
    Example("import importlib\nm = importlib.import_module('.m', package)\n"),
)

_PATH_NAME = re.compile(
    r"(?:search_?|sys_?|plugins?_?|file_?|dir_?|full_?|abs_?)?paths?|(?:\w+_)?(?:dirs?|folders?|director(?:y|ies))"
)
_PATH_CALLS = re.compile(
    r"os\.path\.\w+|os\.getcwd|(?:pathlib\.)?Path|(?:\w+\.)?(?:abspath|realpath)"
)
_STRING_CALLS = re.compile(
    r"os\.path\.(?:\w*path|join|dirname|basename)|os\.(?:getcwd|fspath|fsdecode)|str|os\.sep\.join"
)


# -- IMP509 ----------------------------------------------------------------


def check_package(uses: ImportlibUses) -> Iterator[Spot]:
    advice = {
        "importlib.util.find_spec": "search with"
        " `importlib.machinery.PathFinder.find_spec(name, [directory])`",
        "importlib.import_module": "load the file with importlib.util.spec_from_file_location",
    }
    for call, function in uses.calls:
        package = uses.argument(call, 1, "package") if function in advice else None
        if package is None or not uses.is_run(call) or _is_relative(uses, call):
            continue
        if _is_handed_on(uses, call, package) or _is_qualified(uses, call, package):
            continue
        if _is_path(uses, package):
            name = function.rpartition(".")[2]
            message = f"the second argument of {name}() is a package, no path; {advice[function]}"
            yield Spot(package, function, message)


def _is_relative(uses: ImportlibUses, call: ast.Call) -> bool:
    """Say whether the name that *call* asks for is relative: then it needs a package."""
    name = uses.argument(call, 0, "name")
    first: ast.expr | None = name
    while isinstance(first, (ast.BinOp, ast.JoinedStr)):
        first = first.left if isinstance(first, ast.BinOp) else next(iter(first.values), None)
    return isinstance(first, ast.Constant) and str(first.value).startswith(".")


def _is_handed_on(uses: ImportlibUses, call: ast.Call, package: ast.expr) -> bool:
    """Say whether a finder asks for what it was asked for: a whole name, whose path nobody needs."""
    function = uses.tree.parents.get(call)
    while function is not None and not isinstance(function, ast.FunctionDef):
        function = uses.tree.parents.get(function)
    if function is None or function.name not in ("find_spec", "find_module"):
        return False
    parameters = [argument.arg for argument in function.args.args if argument.arg != "self"]
    given = [uses.argument(call, 0, "name"), package]
    return [each.id for each in given if isinstance(each, ast.Name)] == parameters[:2]


def _is_qualified(uses: ImportlibUses, call: ast.Call, path: ast.expr) -> bool:
    """Say whether *path* is that of the package whose name the name begins with: it is searched."""
    name = uses.argument(call, 0, "name")
    paths = uses.values(path)
    if name is None or len(paths) != 1:
        return False
    (owner,) = paths
    if not isinstance(owner, ast.Attribute) or owner.attr != "__path__":
        return False
    wanted = f"{ast.unparse(owner.value)}.__name__"
    values = uses.values(name)
    return bool(values) and all(_begins_with(uses, value, wanted) for value in values)


def _begins_with(uses: ImportlibUses, value: ast.expr, wanted: str) -> bool:
    """Say whether the string *value* is put together of *wanted*, a dot and something else."""
    if isinstance(value, ast.JoinedStr) and len(value.values) > 1:
        first, dot = value.values[:2]
        first = first.value if isinstance(first, ast.FormattedValue) else first
    elif isinstance(value, ast.BinOp) and isinstance(value.left, ast.BinOp):
        first, dot = value.left.left, value.left.right
    else:
        return False
    if not isinstance(dot, ast.Constant) or not str(dot.value).startswith("."):
        return False
    return [ast.unparse(each) for each in uses.values(first)] == [wanted]


def _is_path(uses: ImportlibUses, node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return True
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and "/" in node.value
    if isinstance(node, ast.Attribute) and node.attr == "__path__":
        return True
    if uses.tree.dotted(node) == "sys.path":
        return True
    if isinstance(node, ast.Call):
        return _PATH_CALLS.fullmatch(uses.tree.dotted(node.func) or "") is not None
    if isinstance(node, ast.Name):
        if node.id == "__file__":
            return True
        values = uses.values(node)
        if values:
            return not any(v is node or isinstance(v, ast.Name) for v in values) and all(
                _is_path(uses, value) for value in values
            )
        return _PATH_NAME.fullmatch(node.id) is not None
    return False


# -- IMP510 ----------------------------------------------------------------


def check_locations(uses: ImportlibUses) -> Iterator[Spot]:
    names = ("importlib.util.spec_from_file_location", "importlib.machinery.ModuleSpec")
    for call in uses.called(*names):
        locations = uses.argument(call, 99, "submodule_search_locations")
        if locations is None or not uses.is_run(call):
            continue
        if _is_string(uses, locations) or _is_location(uses, call, locations):
            text = ast.unparse(locations)
            message = f"this must be a list; write `submodule_search_locations=[{text}]`"
            yield Spot(locations, "submodule_search_locations", message)

    for call in uses.called("importlib.machinery.PathFinder.find_spec"):
        path = uses.argument(call, 1, "path")
        if path is not None and uses.is_run(call) and _is_string(uses, path):
            message = f"this must be a list, else nothing is found; write `[{ast.unparse(path)}]`"
            yield Spot(path, "importlib.machinery.PathFinder.find_spec", message)


def _is_string(uses: ImportlibUses, node: ast.expr) -> bool:
    """Say whether *node* certainly is a string."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp):
        return _is_string(uses, node.left) or _is_string(uses, node.right)
    if isinstance(node, ast.Call):
        return _STRING_CALLS.fullmatch(uses.tree.dotted(node.func) or "") is not None
    if isinstance(node, ast.Name):
        values = uses.values(node)
        return bool(values) and all(
            not isinstance(value, ast.Name) and _is_string(uses, value) for value in values
        )
    return False


def _is_location(uses: ImportlibUses, call: ast.Call, node: ast.expr) -> bool:
    """Say whether *node* is joined, as one directory, to the path that *call* gives as well."""
    path = uses.argument(call, 1, "location")
    if not isinstance(node, (ast.Name, ast.Attribute)) or path is None:
        return False
    text = ast.unparse(node)
    for value in uses.values(path):
        if isinstance(value, ast.Call) and uses.tree.dotted(value.func) == "os.path.join":
            if value.args and ast.unparse(value.args[0]) == text:
                return True
        if isinstance(value, ast.BinOp) and ast.unparse(value.left) == text:
            end = value.right.value if isinstance(value.right, ast.Constant) else ""
            if isinstance(value.op, ast.Add) and str(end).startswith(("/", "\\")):
                return True
    return False


RULES = (
    LintRule("IMP509", "path-for-package", "a path passed as a package", check_package),
    LintRule("IMP510", "locations-not-a-list", "search locations in a string", check_locations),
)
