"""What the standard library has on Python 3.12 and later, and what is gone from it."""

from __future__ import annotations

import ast

#: Public names of the modules that shims import from, on 3.12 to 3.14.
MODERN_NAMES: dict[str, frozenset[str]] = {
    "importlib": frozenset(
        [
            "__import__",
            "import_module",
            "invalidate_caches",
            "reload",
            "abc",
            "machinery",
            "metadata",
            "resources",
            "simple",
            "util",
        ]
    ),
    "importlib.util": frozenset(
        [
            "LazyLoader",
            "MAGIC_NUMBER",
            "cache_from_source",
            "decode_source",
            "find_spec",
            "module_from_spec",
            "resolve_name",
            "source_from_cache",
            "source_hash",
            "spec_from_file_location",
            "spec_from_loader",
        ]
    ),
    "importlib.machinery": frozenset(
        [
            "BYTECODE_SUFFIXES",
            "BuiltinImporter",
            "DEBUG_BYTECODE_SUFFIXES",
            "EXTENSION_SUFFIXES",
            "ExtensionFileLoader",
            "FileFinder",
            "FrozenImporter",
            "ModuleSpec",
            "NamespaceLoader",
            "OPTIMIZED_BYTECODE_SUFFIXES",
            "PathFinder",
            "SOURCE_SUFFIXES",
            "SourceFileLoader",
            "SourcelessFileLoader",
            "WindowsRegistryFinder",
            "all_suffixes",
        ]
    ),
    "importlib.abc": frozenset(
        [
            "ExecutionLoader",
            "FileLoader",
            "InspectLoader",
            "Loader",
            "MetaPathFinder",
            "PathEntryFinder",
            "SourceLoader",
        ]
    ),
}
#: Other names in these modules that some of 3.12 to 3.14 have, which nobody promised.
INNER_NAMES = frozenset(
    [
        "AppleFrameworkLoader",
        "Loader",
        "ResourceLoader",
        "abc",
        "machinery",
        "sys",
        "types",
        "warnings",
    ]
)
#: More modules that 3.12 to 3.14 have; what is in them is not listed.
MODERN_MODULES = frozenset(
    [
        "_imp",
        "_thread",
        "abc",
        "ast",
        "builtins",
        "collections",
        "collections.abc",
        "configparser",
        "contextlib",
        "functools",
        "importlib.metadata",
        "importlib.resources",
        "inspect",
        "io",
        "itertools",
        "json",
        "logging",
        "operator",
        "os",
        "os.path",
        "pathlib",
        "pickle",
        "pkgutil",
        "queue",
        "re",
        "runpy",
        "shutil",
        "subprocess",
        "sys",
        "sysconfig",
        "tempfile",
        "threading",
        "tokenize",
        "traceback",
        "types",
        "typing",
        "unittest",
        "urllib",
        "urllib.parse",
        "urllib.request",
        "warnings",
        "zipfile",
        "zipimport",
    ]
)
#: Modules of Python 2 and modules removed by 3.12, `imp` aside: importing them fails.
GONE_MODULES = frozenset(
    [
        "__builtin__",
        "ConfigParser",
        "HTMLParser",
        "Queue",
        "StringIO",
        "asynchat",
        "asyncore",
        "cPickle",
        "cStringIO",
        "commands",
        "copy_reg",
        "distutils",
        "exceptions",
        "ihooks",
        "imputil",
        "md5",
        "new",
        "smtpd",
        "thread",
        "urllib2",
        "urlparse",
    ]
)
_UTIL, _MACHINERY, _ABC = "importlib.util", "importlib.machinery", "importlib.abc"
#: Which submodules of importlib come with other modules, on every Python from 3.8 to 3.13.
SUBMODULES_LOADED: dict[str, frozenset[str]] = {
    "importlib.metadata": frozenset([_UTIL, _MACHINERY, _ABC]),
    **dict.fromkeys(
        ["compileall", "pkgutil", "py_compile", "pydoc", "runpy"], frozenset([_UTIL, _MACHINERY])
    ),
    **dict.fromkeys(["pyclbr", "zipapp", "zipfile"], frozenset([_UTIL])),
    **dict.fromkeys(
        ["asyncio", "bdb", "dataclasses", "doctest", "importlib.abc", "inspect"]
        + ["modulefinder", "pdb", "trace", "unittest.mock"],
        frozenset([_MACHINERY]),
    ),
}
#: Builtins that Python 3 has not.
GONE_BUILTINS = frozenset(
    ["reload", "unicode", "basestring", "xrange", "unichr", "execfile", "raw_input"]
)


def works(statement: ast.Import | ast.ImportFrom) -> bool:
    """Say whether *statement* certainly raises no ImportError on 3.12+."""
    if isinstance(statement, ast.Import):
        return all(_modern_module(alias.name) for alias in statement.names)
    module = statement.module or ""
    if statement.level or not _modern_module(module):
        return False
    known = MODERN_NAMES.get(module, frozenset())
    return all(alias.name in known or alias.name == "*" for alias in statement.names)


def fails(statement: ast.stmt) -> bool:
    """Say whether *statement* imports something that 3.12 no longer has (`imp` aside)."""
    if isinstance(statement, ast.Import):
        return any(alias.name.partition(".")[0] in GONE_MODULES for alias in statement.names)
    if isinstance(statement, ast.ImportFrom) and not statement.level:
        module = statement.module or ""
        if module.partition(".")[0] in GONE_MODULES:
            return True
        known = MODERN_NAMES.get(module)
        return known is not None and any(
            alias.name not in known | INNER_NAMES | {"*"} and not alias.name.startswith("_")
            for alias in statement.names
        )
    return False


def _modern_module(name: str) -> bool:
    return name in MODERN_NAMES or name in MODERN_MODULES
