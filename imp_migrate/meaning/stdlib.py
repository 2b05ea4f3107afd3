"""What the standard library has on Python 3.12 and later, and what is gone from it."""

from __future__ import annotations

import ast

Python = tuple[int, int]

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
    "_imp": frozenset(
        [
            "acquire_lock",
            "check_hash_based_pycs",
            "create_builtin",
            "create_dynamic",
            "exec_builtin",
            "exec_dynamic",
            "extension_suffixes",
            "find_frozen",
            "get_frozen_object",
            "init_frozen",
            "is_builtin",
            "is_frozen",
            "is_frozen_package",
            "lock_held",
            "release_lock",
            "source_hash",
        ]
    ),
}
#: Which of them Python 3.8 does not have yet: the version that first has them.
_SINCE: dict[str, Python] = {
    "_imp.find_frozen": (3, 11),
    "importlib.machinery.NamespaceLoader": (3, 11),
    "importlib.simple": (3, 11),
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
#: Modules that 3.12 removed, `imp` aside; setuptools brings `distutils` back.
GONE_IN_3_12 = frozenset(["asynchat", "asyncore", "smtpd"])
#: Modules of Python 2: importing them fails.
GONE_MODULES = frozenset(
    [
        "__builtin__",
        "ConfigParser",
        "HTMLParser",
        "Queue",
        "StringIO",
        "cPickle",
        "cStringIO",
        "commands",
        "copy_reg",
        "exceptions",
        "ihooks",
        "imputil",
        "md5",
        "new",
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


#: Attributes that Python 3 has not, by their owner.
GONE_ATTRIBUTES: dict[str, frozenset[str]] = {
    "bytes": frozenset(["encode"]),
    "dict": frozenset(["has_key", "iteritems", "iterkeys", "itervalues", "viewitems"]),
    "itertools": frozenset(["ifilter", "imap", "izip", "izip_longest"]),
    "os": frozenset(["getcwdu"]),
    "str": frozenset(["decode"]),
    "string": frozenset(["letters", "lowercase", "maketrans", "uppercase"]),
    "sys": frozenset(["exc_clear", "exc_type", "maxint", "setdefaultencoding", "subversion"]),
    "types": frozenset(["ClassType", "ListType", "StringType", "StringTypes", "UnicodeType"]),
}


#: What version tests ask `sys` for: it came with Python 3.1 to 3.3, and stays.
_IN_SYS = frozenset(["base_prefix", "getswitchinterval", "implementation", "setswitchinterval"])


def has_name(module: str, name: str, oldest: Python = (3, 12)) -> bool | None:
    """Say whether *module* has *name* from Python *oldest* on; None if it is not listed."""
    if module == "sys" and name in _IN_SYS:
        return True
    if module not in MODERN_NAMES:
        return None
    there = name in MODERN_NAMES[module]
    return None if there and oldest < _SINCE.get(f"{module}.{name}", oldest) else there


def works(statement: ast.Import | ast.ImportFrom, oldest: Python = (3, 12)) -> bool:
    """Say whether *statement* certainly raises no ImportError from Python *oldest* on."""
    if isinstance(statement, ast.Import):
        return all(_modern_module(alias.name, oldest) for alias in statement.names)
    module = statement.module or ""
    if statement.level or not _modern_module(module, oldest):
        return False
    return all(a.name == "*" or has_name(module, a.name, oldest) for a in statement.names)


def fails(statement: ast.stmt, oldest: Python = (3, 12)) -> bool:
    """Say whether *statement* imports what no Python from *oldest* on has (`imp` aside)."""
    gone = GONE_MODULES | (GONE_IN_3_12 if oldest >= (3, 12) else frozenset())
    if isinstance(statement, ast.Import):
        return any(alias.name.partition(".")[0] in gone for alias in statement.names)
    if isinstance(statement, ast.ImportFrom) and not statement.level:
        module = statement.module or ""
        if module.partition(".")[0] in gone:
            return True
        # An older Python may still have had what is gone from these modules.
        known = MODERN_NAMES.get(module) if oldest >= (3, 12) else None
        return known is not None and any(
            alias.name not in known | INNER_NAMES | {"*"} and not alias.name.startswith("_")
            for alias in statement.names
        )
    return False


def _modern_module(name: str, oldest: Python) -> bool:
    return name in MODERN_MODULES or (name in MODERN_NAMES and oldest >= _SINCE.get(name, oldest))
