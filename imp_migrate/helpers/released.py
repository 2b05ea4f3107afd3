"""The helpers as version 0.1.0 emitted them, to know them again."""

# fmt: off

import importlib.machinery
import importlib.util
import os
import sys
import tokenize
import types
import typing


def _load_source(name: str, pathname: str) -> types.ModuleType:
    """Load the source file *pathname* as module *name*."""
    loader = importlib.machinery.SourceFileLoader(name, pathname)
    spec = importlib.util.spec_from_file_location(
        name, pathname, loader=loader
    )
    assert spec is not None
    fresh = importlib.util.module_from_spec(spec)
    module = sys.modules.setdefault(name, fresh)
    if module is not fresh:  # loaded already: run it again in place
        del fresh.__doc__
        vars(module).update(vars(fresh))
    try:
        loader.exec_module(module)
    except BaseException:
        if module is fresh:
            sys.modules.pop(name, None)
        raise
    return sys.modules[name]


def _load_spec(spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
    """Load the module that *spec* describes."""
    assert spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    if spec.origin == "built-in" or isinstance(
        spec.loader, importlib.machinery.ExtensionFileLoader
    ):
        sys.modules[spec.name] = fresh  # compiled code: always anew
    module = sys.modules.setdefault(spec.name, fresh)
    if module is not fresh:  # loaded already: run it again in place
        del fresh.__doc__
        vars(module).update(vars(fresh))
    try:
        spec.loader.exec_module(module)
    except BaseException:
        if module is fresh:
            sys.modules.pop(spec.name, None)
        raise
    return sys.modules[spec.name]


def _load_as(
    name: str, spec: importlib.machinery.ModuleSpec
) -> types.ModuleType | typing.Any:
    """Load what *spec* describes as module *name*."""
    if spec.has_location:
        renamed = importlib.util.spec_from_file_location(name, spec.origin)
    else:  # built in: there is one under that name, or none
        renamed = importlib.machinery.BuiltinImporter.find_spec(name)
        renamed = renamed or importlib.machinery.FrozenImporter.find_spec(name)
    return None if renamed is None else _load_spec(renamed)


def _load_compiled(name: str, pathname: str) -> types.ModuleType:
    """Load the bytecode file *pathname* as module *name*."""
    loader = importlib.machinery.SourcelessFileLoader(name, pathname)
    spec = importlib.util.spec_from_file_location(
        name, pathname, loader=loader
    )
    assert spec is not None
    return _load_spec(spec)


def _load_package(name: str, path: str) -> types.ModuleType:
    """Load the package in the directory *path* as package *name*."""
    suffixes = [
        *importlib.machinery.SOURCE_SUFFIXES,
        *importlib.machinery.BYTECODE_SUFFIXES,
    ]
    for suffix in suffixes:
        filename = os.path.join(path, "__init__" + suffix)
        if os.path.exists(filename):
            spec = importlib.util.spec_from_file_location(name, filename)
            assert spec is not None
            return _load_spec(spec)
    raise ValueError(f"{path!r} is not a package")


def _load_from(
    name: str, pathname: str | None
) -> types.ModuleType | typing.Any:
    """Load module *name*, which was found at *pathname*."""
    if pathname is None:  # built in: there is one under that name, or none
        spec = importlib.machinery.BuiltinImporter.find_spec(name)
        spec = spec or importlib.machinery.FrozenImporter.find_spec(name)
        return None if spec is None else _load_spec(spec)
    if os.path.isdir(pathname):
        return _load_package(name, pathname)
    spec = importlib.util.spec_from_file_location(name, pathname)
    assert spec is not None
    return _load_spec(spec)


def _load_dynamic(name: str, path: str) -> types.ModuleType:
    """Load the extension module *path* as module *name*, always anew."""
    loader = importlib.machinery.ExtensionFileLoader(name, path)
    spec = importlib.machinery.ModuleSpec(name, loader, origin=path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return sys.modules[name]


def _load_module(
    name: str,
    file: typing.IO[typing.Any] | None,
    filename: str | None,
    details: tuple[str, str, int],
) -> types.ModuleType | typing.Any:
    """Load module *name*; the rest is what finding it returned."""
    kind = details[2]
    if file is not None:
        file.close()
    elif kind in (1, 2):
        raise ValueError(
            f"file object required for import (type code {kind})"
        )
    if kind in (6, 7):  # built in, frozen: there is one of that name, or none
        spec = importlib.machinery.BuiltinImporter.find_spec(name)
        spec = spec or importlib.machinery.FrozenImporter.find_spec(name)
        return None if spec is None else _load_spec(spec)
    loaders = {
        1: _load_source,
        2: _load_compiled,
        3: _load_dynamic,
        5: _load_package,
    }
    if kind not in loaders:
        raise ImportError(
            f"Don't know how to import {name} (type code {kind})", name=name
        )
    assert filename is not None
    return loaders[kind](name, filename)


def _find_spec(
    name: str, path: list[str] | None = None
) -> importlib.machinery.ModuleSpec:
    """Find module *name*, in the directories *path* if given."""
    if path is None:
        spec = importlib.machinery.BuiltinImporter.find_spec(name)
        spec = spec or importlib.machinery.FrozenImporter.find_spec(name)
        if spec is not None:
            return spec
        path = sys.path
    elif not isinstance(path, list):
        raise RuntimeError(f"'path' must be None or a list, not {type(path)}")
    endings = [
        os.sep + "__init__.py",
        os.sep + "__init__.pyc",
        *importlib.machinery.EXTENSION_SUFFIXES,
        *importlib.machinery.SOURCE_SUFFIXES,
        *importlib.machinery.BYTECODE_SUFFIXES,
    ]
    for entry in path:
        for ending in endings:
            filename = os.path.join(entry, name + ending)
            if os.path.isfile(filename):
                spec = importlib.util.spec_from_file_location(name, filename)
                assert spec is not None
                return spec
    raise ImportError(f"No module named {name!r}", name=name)


def _find_module_path(
    name: str, path: list[str] | None = None
) -> str | typing.Any:
    """Find the file, or package directory, of *name*; None if built in."""
    if path is None:
        frozen = importlib.machinery.FrozenImporter.find_spec(name)
        if name in sys.builtin_module_names or frozen is not None:
            return None
        path = sys.path
    elif not isinstance(path, list):
        raise RuntimeError(f"'path' must be None or a list, not {type(path)}")
    suffixes = [
        *importlib.machinery.EXTENSION_SUFFIXES,
        *importlib.machinery.SOURCE_SUFFIXES,
        *importlib.machinery.BYTECODE_SUFFIXES,
    ]
    for entry in path:
        pathname = os.path.join(entry, name)
        for init in ("__init__.py", "__init__.pyc"):
            if os.path.isfile(os.path.join(pathname, init)):
                return pathname
        for suffix in suffixes:
            if os.path.isfile(pathname + suffix):
                return pathname + suffix
    raise ImportError(f"No module named {name!r}", name=name)


def _open_module(pathname: str | None) -> typing.IO[typing.Any] | typing.Any:
    """Open the file of the module at *pathname*; None if there is none."""
    if pathname is None or not os.path.isfile(pathname):
        return None  # built in, or a package
    if pathname.endswith(tuple(importlib.machinery.SOURCE_SUFFIXES)):
        return tokenize.open(pathname)
    return open(pathname, "rb")


def _find_module(
    name: str, path: list[str] | None = None
) -> tuple[typing.Any, str | typing.Any, tuple[str, str, int]]:
    """Find a module: its open file, its path and (suffix, mode, type code)."""
    pathname = _find_module_path(name, path)
    if pathname is None:
        kind = 6 if name in sys.builtin_module_names else 7
        return None, None, ("", "", kind)
    if not os.path.isfile(pathname):
        return None, pathname, ("", "", 5)
    suffix = next(
        suffix
        for suffix in importlib.machinery.all_suffixes()
        if pathname.endswith(name + suffix)
    )
    if suffix in importlib.machinery.SOURCE_SUFFIXES:
        return tokenize.open(pathname), pathname, (suffix, "r", 1)
    kind = 2 if suffix in importlib.machinery.BYTECODE_SUFFIXES else 3
    return open(pathname, "rb"), pathname, (suffix, "rb", kind)
