"""When importlib's own search finds exactly what `imp.find_module` found.

`imp` looked for files and nothing else.  `importlib.machinery.PathFinder` looks
in the same places, but it takes the part after the last dot for the name,
leaves out entries that are not strings, knows no built-in modules, remembers
the contents of directories, and finds directories without `__init__.py`.
Here it is decided whether any of this can matter.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Collection

from imp_migrate.meaning.scopes import last_name
from imp_migrate.meaning.steadiness import (
    ENTRIES,
    FOLDERS,
    MODULES,
    PACKAGES,
    PATH,
    is_lasting,
    unsteady,
)
from imp_migrate.rule import Context, FixBuilder, Part, once
from imp_migrate.text import glance

from .kind import stays
from .search import Search, awaits_wrong_path, known_name
from .values import all_values

_MAKES_FILES = re.compile(
    r"copy(?:2|file|tree)?|move|renames?|replace|link|symlink(?:_to)?|mkdir|makedirs|mkdtemp|mkstemp"
    r"|touch|write_(?:bytes|text)|extract(?:all)?|unpack_archive|compile(?:_dir|_file|_path)?"
    r"|NamedTemporaryFile|Temporary(?:File|Directory)"
)
_ENDS = (".py", ".pyc", ".pyd", ".pyw", ".so")
_COMMON_WORDS = frozenset(["compile", "copy", "extract", "link", "move", "replace"])
_FILE_MODULES = frozenset(
    ["compileall", "os", "pathlib", "py_compile", "shutil", "tempfile", "zipfile"]
)
_GIVES_STR = re.compile(
    r"os\.getcwd|os\.path\.(?:abspath|basename|commonprefix|dirname|expanduser|expandvars|join|norm"
    r"case|normpath|realpath|relpath)"
)
_RUN = frozenset(
    ["asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"]
    + ["os.popen", "os.system", "pip.main"]
)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_LOOPS = (ast.For, ast.While)
#: What `documented_call` changes.
FOUND = (
    "find_spec also takes what is loaded or an import hook finds, and of a dotted name imports"
    " the parent"
)
_DEPTH = 8  # how far variables are followed


def exact_search(search: Search, ctx: Context) -> str:
    """The function of importlib that does what this search did; "" if none surely does.

    It returns a spec, whose loader is None for a directory without
    `__init__.py`, or None.
    """
    if makes_files(ctx, search.call) or awaits_wrong_path(search, ctx):
        return ""
    return prepared_search(search, ctx)


def prepared_search(search: Search, ctx: Context) -> str:
    """What `exact_search` returns, after the statements of `preparation`."""
    name = known_name(search, ctx)
    if name is None or not name.isidentifier() or not stays(ctx):
        return ""
    stirred = _stirred(ctx)
    if search.path is not None:
        if not (_is_strings(search.path, ctx, _DEPTH) and _stays_there(search.path, ctx)):
            return ""
    elif name in sys.stdlib_module_names and not _is_file(name):
        steady = MODULES not in stirred and not registers_modules(ctx)
        return "importlib.util.find_spec" if steady else ""
    elif PATH in stirred or (ENTRIES in stirred and (FOLDERS in stirred or _makes_folders(ctx))):
        return ""  # to ask for an entry that is not there yet is to hide it from later imports
    return "importlib.machinery.PathFinder.find_spec"


def preparation(search: Search, ctx: Context, fix: FixBuilder) -> str | None:
    """What has to be done before `prepared_search`: a template of statements, often none.

    None if it cannot be done: the path, which they look at, must not be evaluated twice.
    """
    code = ""
    if search.path is not None and awaits_wrong_path(search, ctx):
        known = ("RuntimeError", "isinstance", "list", "type")
        if not isinstance(search.path, ast.Name) or any(
            ctx.tree.resolve(name, search.use.scope) for name in known
        ):
            return None
        path = search.path.id
        code = (
            f"if not isinstance({path}, list):\n"
            f"    raise RuntimeError(f\"'path' must be None or a list, not {{type({path})}}\")\n"
        )
    if makes_files(ctx, search.call):
        code += f"{fix.name('importlib.invalidate_caches', search.use)}()\n"
    return code


@once
def _stirred(ctx: Context) -> Collection[str]:
    """What the program changes of what the import system looks at; FOLDERS in other files."""
    known = ctx.source.neighbours.unsteady
    return unsteady(ctx.tree) if known is None else known


@once
def _makes_folders(ctx: Context) -> bool:
    return glance.may_make_folders(ctx.source.text.encode("utf-8", "replace"))


def _stays_there(path: ast.expr, ctx: Context) -> bool:
    """Say whether *path* holds directories that are there from the start, by their full names.

    What this module itself makes is another question: `makes_files`.
    """
    if isinstance(path, ast.Attribute) and path.attr == "__path__":
        return PACKAGES not in _stirred(ctx)
    if ctx.tree.dotted(path) == "sys.path":
        return PATH not in _stirred(ctx)
    return FOLDERS not in _stirred(ctx) or is_lasting(ctx.tree, path)


def _is_file(name: str) -> bool:
    """Say whether the module *name* of the standard library is a file, or a package, everywhere.

    Then what other files of a program put into `sys.modules` need not be looked at.
    """
    path = os.path.join(os.path.dirname(os.__file__), name)
    return os.path.exists(path + ".py") or os.path.exists(os.path.join(path, "__init__.py"))


def exact_call(search: Search, ctx: Context, fix: FixBuilder) -> tuple[str, dict[str, Part]]:
    """The call that `prepared_search` stands for: a template, and what its holes stand for."""
    return call_of(fix.name(prepared_search(search, ctx), search.use), search)


def documented_call(search: Search, ctx: Context, fix: FixBuilder) -> tuple[str, dict[str, Part]]:
    """The call that What's New In Python 3.12 names, though it finds more than `imp`: `FOUND`.

    With a path, that of the finder which takes one.
    """
    finder = "util" if search.path is None else "machinery.PathFinder"
    return call_of(fix.name(f"importlib.{finder}.find_spec", search.use), search)


def call_of(function: str, search: Search) -> tuple[str, dict[str, Part]]:
    """The call of *function* with the arguments of *search*: a template, and its parts."""
    if search.path is None:
        return f"{function}({{name}})", {"name": search.name}
    return f"{function}({{name}}, {{path}})", {"name": search.name, "path": search.path}


def gives_string(node: ast.AST, ctx: Context) -> bool:
    """Say whether *node* is a call of `str` or of a function of `os.path` that returns a string."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name) and node.func.id == "str":
        return True
    return _GIVES_STR.fullmatch(ctx.tree.dotted(node.func) or "") is not None


def makes_files(ctx: Context, node: ast.AST) -> bool:
    """Say whether this module may create a module, or a directory, before *node* runs.

    importlib remembers what was in a directory; `imp` looked each time.
    """
    return _hands_on_makers(ctx) or any(
        not _is_later(call, node, ctx) for call in _making_files(ctx)
    )


@once
def _hands_on_makers(ctx: Context) -> bool:
    """Whether the module hands on, or gives another name to, a function that creates something."""
    names = (n for name in ctx.tree.references.values() for n in name)
    return any(
        _is_maker(node, ctx) and last_name(node).islower()
        for node in (*ctx.tree.attributes, *names)
        if not isinstance(ctx.parent(node), ast.Attribute) and ctx.tree.call_of(node) is None
    )


@once
def _making_files(ctx: Context) -> list[ast.Call]:
    """The calls that may create a module or a directory."""
    return [call for call in ctx.tree.calls if _makes_file(call, ctx)]


def _is_later(call: ast.Call, node: ast.AST, ctx: Context) -> bool:
    """Say whether *call* certainly does not run before *node*, which runs at the top level."""
    if any(isinstance(around, (*_SCOPES, *_LOOPS)) for around in ctx.tree.ancestors(node)):
        return False
    here = ctx.place(node)
    owners = [around for around in ctx.tree.ancestors(call) if isinstance(around, _SCOPES)]
    if not owners:
        return ctx.place(call) > here
    owner = owners[-1]
    if ctx.place(owner) > here:
        return True
    if isinstance(owner, ast.Lambda) or owner.decorator_list:
        return False
    if isinstance(owner, ast.ClassDef) and len(owners) == 1:
        return False  # it runs with the body of the class
    reads = ctx.tree.references.get(owner.name, ())
    return all(ctx.place(read) > here for read in reads)


@once
def registers_modules(ctx: Context) -> bool:
    """Say whether this module puts modules of its own into `sys.modules`, or blocks some."""
    for attribute in ctx.tree.attributes:
        if attribute.attr == "modules":
            around = ctx.parent(attribute)
            if isinstance(around, ast.Attribute) and around.attr in ("setdefault", "update"):
                return True
            if isinstance(around, ast.Subscript) and isinstance(around.ctx, ast.Store):
                return True
            if isinstance(around, (ast.Call, ast.keyword, ast.Assign)):
                return True  # `patch.dict(sys.modules, …)`, `modules = sys.modules`
    return any(isinstance(s, ast.ImportFrom) and s.module == "sys" for s in ctx.tree.imports)


def _makes_file(call: ast.Call, ctx: Context) -> bool:
    function = call.func
    if isinstance(function, ast.Attribute):
        if function.attr == "open":
            if ctx.tree.dotted(function) in ("codecs.open", "io.open"):
                return _writes(call, 1) and not any(_is_no_module(a, ctx) for a in call.args[:1])
            return _writes(call, 0 if len(call.args) == 1 else 1)
        if function.attr == "replace" and len(call.args) == 1 and _has_pathlib(ctx):
            return True  # that of a string takes two
        makes = _MAKES_FILES.fullmatch(function.attr) and function.attr not in _COMMON_WORDS
        return bool(makes) or _is_maker(function, ctx)
    if isinstance(function, ast.Name):
        if function.id == "open":
            return _writes(call, 1) and not any(_is_no_module(a, ctx) for a in call.args[:1])
        return _is_maker(function, ctx)
    return False


def _is_maker(function: ast.expr, ctx: Context) -> bool:
    """Say whether *function* is one of the standard library that may create a file or a folder."""
    origin = ctx.tree.dotted(function) or ""
    module, _, name = origin.rpartition(".")
    if module.partition(".")[0] == "subprocess" or origin in _RUN:
        return True
    return module.partition(".")[0] in _FILE_MODULES and bool(_MAKES_FILES.fullmatch(name))


@once
def _has_pathlib(ctx: Context) -> bool:
    return any(
        name.partition(".")[0] == "pathlib"
        for statement in ctx.tree.imports
        for name in (getattr(statement, "module", None) or "", *(a.name for a in statement.names))
    )


def _writes(call: ast.Call, position: int) -> bool:
    """Say whether a call of `open` may create a file."""
    mode = call.args[position] if len(call.args) > position else None
    mode = next((k.value for k in call.keywords if k.arg == "mode"), mode)
    if mode is None:
        return False
    if isinstance(mode, ast.Constant) and isinstance(mode.value, str):
        return any(letter in mode.value for letter in "wax+")
    return True


def _is_no_module(name: ast.expr, ctx: Context, depth: int = 4) -> bool:
    """Say whether the file *name* certainly is none of a module, by how it ends."""
    if isinstance(name, ast.Constant):
        end = name.value if isinstance(name.value, str) else ""
        return bool(end) and not any(end.endswith(s) or s.endswith(end) for s in _ENDS)
    if isinstance(name, ast.JoinedStr):
        return bool(name.values) and _is_no_module(name.values[-1], ctx, depth)
    if isinstance(name, ast.BinOp) and isinstance(name.op, (ast.Add, ast.Div)):
        return _is_no_module(name.right, ctx, depth)
    if isinstance(name, ast.Call):
        joined = ctx.tree.dotted(name.func) == "os.path.join" and bool(name.args)
        return joined and _is_no_module(name.args[-1], ctx, depth)
    if isinstance(name, ast.Name) and depth:
        values = all_values(ctx, name)
        return bool(values) and all(_is_no_module(value, ctx, depth - 1) for value in values)
    return False


# -- lists of strings ------------------------------------------------------


def _is_strings(node: ast.expr, ctx: Context, depth: int) -> bool:
    """Say whether *node* is surely a list of strings (or the `__path__` of a package)."""
    if depth == 0:
        return False
    if isinstance(node, ast.Attribute):
        return node.attr == "__path__" or ctx.tree.dotted(node) == "sys.path"
    if isinstance(node, ast.List):
        return all(
            _is_strings(item.value, ctx, depth - 1)
            if isinstance(item, ast.Starred)
            else _is_string(item, ctx, depth - 1)
            for item in node.elts
        )
    if isinstance(node, ast.ListComp):
        return _is_string(node.elt, ctx, depth - 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return all(_is_strings(side, ctx, depth - 1) for side in (node.left, node.right))
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return _is_strings(node.value, ctx, depth - 1)
    if isinstance(node, ast.Call):
        copied = isinstance(node.func, ast.Name) and node.func.id == "list"
        return copied and len(node.args) == 1 and _is_strings(node.args[0], ctx, depth - 1)
    if isinstance(node, ast.Name):
        values = all_values(ctx, node)
        return bool(values) and all(_is_strings(value, ctx, depth - 1) for value in values)
    return False


def _is_string(node: ast.expr, ctx: Context, depth: int) -> bool:
    """Say whether *node* is surely a string (or an error)."""
    if depth == 0:
        return False
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Add):
            return any(_is_string(side, ctx, depth - 1) for side in (node.left, node.right))
        return isinstance(node.op, ast.Mod) and _is_string(node.left, ctx, depth - 1)
    if isinstance(node, ast.Attribute):
        return ctx.tree.dotted(node) in ("os.curdir", "os.pardir", "os.sep", "sys.prefix")
    if isinstance(node, ast.Name):
        if node.id == "__file__":
            return True
        values = all_values(ctx, node)
        return bool(values) and all(_is_string(value, ctx, depth - 1) for value in values)
    return gives_string(node, ctx)
