"""The functions that a migrated module may receive, cut to what it needs.

Each does what the function of `imp` after which it is named did, with public
and current API only, on Python 3.8 and later: a module is entered in
`sys.modules` before its body runs, a module that is loaded already runs again
in place (compiled code cannot: it is loaded anew), and one whose first run
fails is removed again.  A search looks at files, never at `sys.modules`, at
import hooks or at cached directory listings.

`emitter` relies on these rules, and the tests check them:

* modules are imported as a whole and called by their full dotted names;
* `facts` are tested by `if`, alone or with `not`, `and`, `or`, and by nothing
  else; what they decide is decided before the function is emitted;
* `x = helper(...)` and `return helper(...)` may be replaced by the body of that
  helper, so arguments are called as its parameters, and it returns at its end;
* `assert`, annotated assignments and `vars(x)["name"]` are there for type checkers
  only: untyped code has no assertions and no annotations, and says `x.name`;
* signatures are plain: no decorators, no keyword-only or variadic parameters;
* comments end a line, and no string holds a number sign;
* nothing newer than Python 3.8 outside annotations, and plain ASCII.
"""

# ruff: noqa: SIM115  (who gets an open file closes it)

import importlib.machinery
import importlib.util
import os
import sys
import tokenize
import types
import typing

from .facts import (
    ABSOLUTE,
    FATAL,
    FILES,
    FIRST,
    FOUND,
    IDENTIFIER,
    LISTED,
    NO_FILE,
    PATHLESS,
    PURE,
    UNCHECKED,
    WITH_AS,
    WITH_PATH,
    WITH_SPEC,
)


def _load_spec(spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
    """Load a module into sys.modules, as imp.load_module did before 3.12."""
    assert spec.loader is not None
    if FIRST:
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    else:
        fresh = importlib.util.module_from_spec(spec)
        if not PURE and FILES:
            if isinstance(spec.loader, importlib.machinery.ExtensionFileLoader):
                sys.modules[spec.name] = fresh  # compiled code: always anew
        elif not PURE:
            extension = importlib.machinery.ExtensionFileLoader
            if spec.origin == "built-in" or isinstance(spec.loader, extension):
                sys.modules[spec.name] = fresh  # compiled code: always anew
        module = sys.modules.setdefault(spec.name, fresh)
        if module is not fresh:  # loaded already: runs again, with a new __spec__
            vars(module).update(vars(fresh), __doc__=module.__doc__)
    if FATAL:
        spec.loader.exec_module(module)
    else:
        try:
            spec.loader.exec_module(module)
        except BaseException:
            if FIRST or module is fresh:
                sys.modules.pop(spec.name, None)
            raise
    return sys.modules[spec.name]  # it may have replaced itself


def _load_source(
    name: str, pathname: str, file: typing.IO[typing.Any] | None = None
) -> types.ModuleType:
    """Load a source file into sys.modules, as imp.load_source did."""
    loader = importlib.machinery.SourceFileLoader(name, pathname)
    if not NO_FILE:
        if file is not None and not file.closed and "b" in file.mode:
            code, get = file.read(), loader.get_data  # it holds the source
            vars(loader)["get_data"] = lambda p: code if p == pathname else get(p)
        if file is not None:
            file.close()
    spec = importlib.util.spec_from_file_location(name, pathname, loader=loader)
    assert spec is not None
    return _load_spec(spec)


def _load_as(name: str, found: importlib.machinery.ModuleSpec) -> types.ModuleType | typing.Any:
    """Load what was found by another name, as imp.load_module did."""
    if FILES or found.has_location:
        pathname = vars(found.loader)["path"]  # may be relative
        spec = importlib.util.spec_from_file_location(name, found.origin)
        assert spec is not None
        vars(spec.loader)["path"] = pathname
    else:  # built in: there is one under that name, or none
        spec = importlib.machinery.BuiltinImporter.find_spec(name)
        spec = spec or importlib.machinery.FrozenImporter.find_spec(name)
        if spec is None:
            return None
    return _load_spec(spec)


def _load_compiled(
    name: str, pathname: str, file: typing.IO[bytes] | None = None
) -> types.ModuleType:
    """Load bytecode into sys.modules, as imp.load_compiled did before 3.12."""
    loader = importlib.machinery.SourcelessFileLoader(name, pathname)
    if not NO_FILE:
        if file is not None and not file.closed and "b" in file.mode:
            code = file.read()  # it holds the code
            vars(loader)["get_data"] = lambda p: code
        if file is not None:
            file.close()
    spec = importlib.util.spec_from_file_location(name, pathname, loader=loader)
    assert spec is not None
    return _load_spec(spec)


def _load_package(name: str, path: str) -> types.ModuleType:
    """Load a package into sys.modules, as imp.load_package did before 3.12."""
    filename = path  # or of its __init__
    if os.path.isdir(path):
        files = (os.path.join(path, init) for init in ("__init__.py", "__init__.pyc"))
        filename = next(filter(os.path.exists, files), "")
        if not filename:
            raise ValueError(f"{path!r} is not a package")
    spec = importlib.util.spec_from_file_location(name, filename, submodule_search_locations=[])
    assert spec and spec.loader
    return _load_spec(spec)


def _load_from(name: str, pathname: str | None) -> types.ModuleType | typing.Any:
    """Load what was found into sys.modules, as imp.load_module did."""
    if not FILES and pathname is None:  # built in: one of that name, or none
        spec = importlib.machinery.BuiltinImporter.find_spec(name)
        spec = spec or importlib.machinery.FrozenImporter.find_spec(name)
        if spec is None:
            return None
    else:
        assert pathname is not None
        spec = _spec_of_found(name, pathname)
    return _load_spec(spec)


def _load_dynamic(
    name: str, path: str, file: typing.IO[typing.Any] | None = None
) -> types.ModuleType:
    """Load an extension anew, as imp.load_dynamic did before Python 3.12."""
    loader = importlib.machinery.ExtensionFileLoader(name, path)
    spec = importlib.machinery.ModuleSpec(name, loader, origin=path)
    return _load_spec(spec)


def _load_module(
    name: str,
    file: typing.IO[typing.Any] | None,
    filename: str | None,
    details: tuple[str, str, int],
) -> types.ModuleType | typing.Any:
    """Load what was found, of any kind, as imp.load_module did before 3.12."""
    if FOUND:
        if details[2] in (1, 2):
            assert file is not None
            file.close()
        return _load_from(name, filename)
    _, _, kind = details
    if kind in (1, 2):
        if file is None:
            raise ValueError(f"file object required for import (type code {kind})")
        file.close()
    kinds = {1: "SourceFileLoader", 2: "SourcelessFileLoader", 3: "ExtensionFileLoader"}
    if kind in kinds:
        assert filename is not None
        loader = getattr(importlib.machinery, kinds[kind])(name, filename)
        spec = importlib.util.spec_from_file_location(name, filename, loader=loader)
        assert spec is not None
    elif kind == 5:
        assert filename is not None
        if os.path.isdir(filename):
            filename = os.path.join(filename, "__init__.py")
            if not os.path.exists(filename):
                filename += "c"
                if not os.path.exists(filename):
                    raise ValueError(f"{name!r} is not a package")
        spec = importlib.util.spec_from_file_location(name, filename, submodule_search_locations=[])
        assert spec is not None
    elif kind in (6, 7):  # built in, frozen: there is one of that name, or none
        spec = importlib.machinery.BuiltinImporter.find_spec(name)
        spec = spec or importlib.machinery.FrozenImporter.find_spec(name)
        if spec is None:
            return None
    else:
        message = f"Don't know how to import {name} (type code {kind})"
        raise ImportError(message, name=name)
    return _load_spec(spec)


def _find_spec(name: str, path: list[str] | None = None) -> importlib.machinery.ModuleSpec:
    """Find a module by its file alone, as imp.find_module did before 3.12."""
    if WITH_PATH:
        if PATHLESS:
            pathname = _find_module_path(name)
        else:
            pathname = _find_module_path(name, path)
        if not FILES and pathname is None:  # built in
            spec = importlib.machinery.BuiltinImporter.find_spec(name)
            spec = spec or importlib.machinery.FrozenImporter.find_spec(name)
            assert spec is not None
        else:
            spec = _spec_of_found(name, pathname)
    elif LISTED and ABSOLUTE and IDENTIFIER:
        assert path is not None
        for entry in path:
            sys.path_importer_cache.pop(entry, None)  # to list the directory anew
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or not hasattr(spec.loader, "path"):  # no file
            raise ImportError(f"No module named {name!r}", name=name)
    else:
        ends = _file_ends()
        if not LISTED:
            if not PATHLESS and not FILES:
                spec = None
            if PATHLESS or path is None:
                if not FILES:
                    spec = importlib.machinery.BuiltinImporter.find_spec(name)
                    spec = spec or importlib.machinery.FrozenImporter.find_spec(name)
                path = sys.path
            elif not UNCHECKED and not isinstance(path, list):
                raise RuntimeError(f"'path' must be None or a list, not {type(path)}")
        if FILES or spec is None:
            assert path is not None
            pathname = _find_file(name, path, ends)
            spec = _spec_of_file(name, pathname)
    return spec


def _find_and_load(name: str, path: list[str] | None = None) -> types.ModuleType:
    """Find a module and load it into sys.modules, as imp did before 3.12."""
    if WITH_AS:
        if PATHLESS:
            return _find_and_load_as(name, name)
        return _find_and_load_as(name, name, path)
    if PATHLESS:
        spec = _find_spec(name)
    else:
        spec = _find_spec(name, path)
    return _load_spec(spec)


def _find_and_load_as(
    name: str, fullname: str, path: list[str] | None = None
) -> types.ModuleType | typing.Any:
    """Find a module and load it by another name, as imp did before 3.12."""
    if WITH_SPEC:
        if PATHLESS:
            found = _find_spec(name)
        else:
            found = _find_spec(name, path)
        return _load_as(fullname, found)
    if WITH_PATH:
        if PATHLESS:
            pathname = _find_module_path(name)
        else:
            pathname = _find_module_path(name, path)
        if not FILES and pathname is None:  # built in: one of that name, or none
            spec = importlib.machinery.BuiltinImporter.find_spec(fullname)
            spec = spec or importlib.machinery.FrozenImporter.find_spec(fullname)
            if spec is None:
                return None
        else:
            spec = _spec_of_found(fullname, pathname)
    elif LISTED and ABSOLUTE and IDENTIFIER:
        spec = _find_spec(name, path)
        spec = importlib.util.spec_from_file_location(fullname, spec.origin)
        assert spec is not None
    else:
        ends = _file_ends()
        if not LISTED and not PATHLESS and not FILES:
            spec = None
        if PATHLESS or (not LISTED and path is None):
            if not FILES:
                spec = importlib.machinery.BuiltinImporter.find_spec(name)
                spec = spec or importlib.machinery.FrozenImporter.find_spec(name)
            path = sys.path
        elif not LISTED and not UNCHECKED and not isinstance(path, list):
            raise RuntimeError(f"'path' must be None or a list, not {type(path)}")
        if FILES or spec is None:
            assert path is not None
            pathname = _find_file(name, path, ends)
            spec = _spec_of_file(fullname, pathname)
        else:  # built in: there is one under that name, or none
            spec = importlib.machinery.BuiltinImporter.find_spec(fullname)
            spec = spec or importlib.machinery.FrozenImporter.find_spec(fullname)
            if spec is None:
                return None
    return _load_spec(spec)


def _find_module_path(name: str, path: list[str] | None = None) -> str | typing.Any:
    """Find a module's path by its files alone, as imp.find_module did."""
    if not LISTED:
        if PATHLESS or path is None:
            if not FILES:
                frozen = importlib.machinery.FrozenImporter.find_spec(name)
                if name in sys.builtin_module_names or frozen is not None:
                    return None
            path = sys.path
        elif not UNCHECKED and not isinstance(path, list):
            raise RuntimeError(f"'path' must be None or a list, not {type(path)}")
    assert path is not None
    ends = _file_ends()
    for entry in path:
        pathname = os.path.join(entry, name)
        for end in ends:
            if os.path.isfile(pathname + end):
                return pathname if end.startswith("/") else pathname + end
    raise ImportError(f"No module named {name!r}", name=name)


def _require_module(name: str, path: list[str] | None = None) -> None:
    """Raise ImportError if no file is the module, as imp.find_module did."""
    if WITH_PATH:
        if PATHLESS:
            _find_module_path(name)
        else:
            _find_module_path(name, path)
    else:
        if PATHLESS or (not LISTED and path is None):
            if not FILES:
                spec = importlib.machinery.BuiltinImporter.find_spec(name)
                if spec or importlib.machinery.FrozenImporter.find_spec(name):
                    return
            path = sys.path
        elif not LISTED and not UNCHECKED and not isinstance(path, list):
            raise RuntimeError(f"'path' must be None or a list, not {type(path)}")
        assert path is not None
        ends = _file_ends()
        files = (os.path.join(d, name) + end for d in path for end in ends)
        if not any(map(os.path.isfile, files)):
            raise ImportError(f"No module named {name!r}", name=name)


def _has_module(name: str, path: list[str] | None = None) -> bool:
    """Say whether a module is there, searching as imp.find_module did."""
    if WITH_PATH:
        try:
            if PATHLESS:
                _find_module_path(name)
            else:
                _find_module_path(name, path)
        except ImportError:
            return False
        return True
    if PATHLESS or (not LISTED and path is None):
        if not FILES:
            spec = importlib.machinery.BuiltinImporter.find_spec(name)
            if spec or importlib.machinery.FrozenImporter.find_spec(name):
                return True
        path = sys.path
    elif not LISTED and not UNCHECKED and not isinstance(path, list):
        raise RuntimeError(f"'path' must be None or a list, not {type(path)}")
    assert path is not None
    ends = _file_ends()
    files = (os.path.join(d, name) + end for d in path for end in ends)
    return any(map(os.path.isfile, files))


def _find_module(
    name: str, path: list[str] | None = None
) -> tuple[typing.Any, str | typing.Any, tuple[str, str, int]]:
    """Find a module's open file, path and kind, as imp.find_module did."""
    if WITH_PATH:
        if PATHLESS:
            pathname = _find_module_path(name)
        else:
            pathname = _find_module_path(name, path)
        if not FILES:
            if pathname is None:
                kind = 6 if name in sys.builtin_module_names else 7
                return None, None, ("", "", kind)
        if not os.path.isfile(pathname):
            return None, pathname, ("", "", 5)
        suffixes = importlib.machinery.all_suffixes()
        suffix = next(end for end in suffixes if pathname.endswith(name + end))
        if suffix in importlib.machinery.SOURCE_SUFFIXES:
            return tokenize.open(pathname), pathname, (suffix, "r", 1)
        kind = 2 if suffix in importlib.machinery.BYTECODE_SUFFIXES else 3
        return open(pathname, "rb"), pathname, (suffix, "rb", kind)
    if not LISTED:
        if PATHLESS or path is None:
            if not FILES:
                if name in sys.builtin_module_names:
                    return None, None, ("", "", 6)
                if importlib.machinery.FrozenImporter.find_spec(name) is not None:
                    return None, None, ("", "", 7)
            path = sys.path
        elif not UNCHECKED and not isinstance(path, list):
            raise RuntimeError(f"'path' must be None or a list, not {type(path)}")
    assert path is not None
    ends = [(end, "rb", 3) for end in importlib.machinery.EXTENSION_SUFFIXES]
    ends += [(end, "r", 1) for end in importlib.machinery.SOURCE_SUFFIXES]
    ends += [(end, "rb", 2) for end in importlib.machinery.BYTECODE_SUFFIXES]
    for entry in path:
        base = os.path.join(entry, name)
        if any(os.path.isfile(base + "/__init__.py" + c) for c in ("", "c")):
            return None, base, ("", "", 5)
        for end, mode, kind in ends:
            if os.path.isfile(found := base + end):
                file = tokenize.open(found) if kind == 1 else open(found, "rb")
                return file, found, (end, mode, kind)
    raise ImportError(f"No module named {name!r}", name=name)


# What follows is no helper: it becomes part of those above.


def _file_ends() -> list[str]:
    """List how files of modules end, in the order in which `imp` looked for them."""
    ends = ["/__init__.py", "/__init__.pyc", *importlib.machinery.EXTENSION_SUFFIXES]
    ends += importlib.machinery.SOURCE_SUFFIXES + importlib.machinery.BYTECODE_SUFFIXES
    return ends


def _find_file(name: str, path: list[str], ends: list[str]) -> str:
    """Find the file of a module, or the __init__ of a package."""
    files = (os.path.join(d, name) + end for d in path for end in ends)
    pathname = next(filter(os.path.isfile, files), None)
    if pathname is None:
        raise ImportError(f"No module named {name!r}", name=name)
    return pathname


def _spec_of_file(name: str, pathname: str) -> importlib.machinery.ModuleSpec:
    """Describe the module in a file, whose name its code objects keep if it is relative."""
    spec = importlib.util.spec_from_file_location(name, pathname)
    assert spec and spec.loader
    if not ABSOLUTE:
        if not spec.submodule_search_locations:
            vars(spec.loader)["path"] = pathname  # may be relative, for tracebacks
    return spec


def _spec_of_found(name: str, pathname: str) -> importlib.machinery.ModuleSpec:
    """Describe the module in a file, or the package in a directory."""
    if os.path.isdir(pathname):
        pathname = os.path.join(pathname, "__init__.py")
        if not os.path.exists(pathname):
            pathname += "c"
    return _spec_of_file(name, pathname)
