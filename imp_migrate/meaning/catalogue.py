"""Every member of `imp`, from Python 2.7 to 3.11, and what the documentation offers for it.

The 43 public names are the same from 3.6 to 3.11 (`dir(imp)`; Lib/imp.py).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Kind(enum.Enum):
    """What sort of thing a member is."""

    FUNCTION = "function"
    CONSTANT = "constant"
    CLASS = "class"
    LEAKED = "leaked"  #: a name that `imp` merely imported for itself
    PRIVATE = "private"
    ABSENT = "absent"  #: never a member, though people write it


@dataclass(frozen=True)
class Member:
    """One name of the module `imp`.

    replacement: the documented successor as a dotted expression, or "" if none.
    value: the integer of a constant.
    """

    name: str
    kind: Kind
    replacement: str = ""
    value: int | None = None


def _table() -> dict[str, Member]:
    functions = {
        "reload": "importlib.reload",
        "new_module": "types.ModuleType",
        "get_magic": "importlib.util.MAGIC_NUMBER",
        "get_tag": "sys.implementation.cache_tag",
        "cache_from_source": "importlib.util.cache_from_source",
        "source_from_cache": "importlib.util.source_from_cache",
        "get_suffixes": "importlib.machinery.all_suffixes",
        "find_module": "importlib.util.find_spec",
        "load_module": "importlib.import_module",
        "load_source": "",
        "load_compiled": "",
        "load_package": "",
        "load_dynamic": "",
        "create_dynamic": "",
        "init_builtin": "",
        "init_frozen": "",
        "is_builtin": "sys.builtin_module_names",
        "is_frozen": "importlib.machinery.FrozenImporter.find_spec",
        "is_frozen_package": "importlib.machinery.FrozenImporter.is_package",
        "get_frozen_object": "importlib.machinery.FrozenImporter.get_code",
        "acquire_lock": "",
        "release_lock": "",
        "lock_held": "",
    }
    constants = (
        "SEARCH_ERROR",
        "PY_SOURCE",
        "PY_COMPILED",
        "C_EXTENSION",
        "PY_RESOURCE",
        "PKG_DIRECTORY",
        "C_BUILTIN",
        "PY_FROZEN",
        "PY_CODERESOURCE",
        "IMP_HOOK",
    )
    leaked = {
        "SourcelessFileLoader": "importlib.machinery.SourcelessFileLoader",
        "importlib": "importlib",
        "machinery": "importlib.machinery",
        "os": "os",
        "sys": "sys",
        "tokenize": "tokenize",
        "types": "types",
        "util": "importlib.util",
        "warnings": "warnings",
    }
    private = (
        "_ERR_MSG",
        "_HackedGetData",
        "_LoadCompiledCompatibility",
        "_LoadSourceCompatibility",
        "_builtin_from_name",
        "_exec",
        "_fix_co_filename",
        "_frozen_module_names",
        "_load",
    )
    rows = [Member(name, Kind.FUNCTION, new) for name, new in functions.items()]
    rows += [Member(name, Kind.CONSTANT, "", value) for value, name in enumerate(constants)]
    rows += [Member("NullImporter", Kind.CLASS)]
    rows += [Member(name, Kind.LEAKED, new) for name, new in leaked.items()]
    rows += [Member(name, Kind.PRIVATE) for name in private]
    rows += [Member("extension_suffixes", Kind.ABSENT, "importlib.machinery.EXTENSION_SUFFIXES")]
    return {row.name: row for row in rows}


#: Every member by name.
MEMBERS: dict[str, Member] = _table()

#: The members that others look up when they are called (Lib/imp.py): who puts something in the
#: place of one of these changes what the others do.
RELIES_ON: dict[str, frozenset[str]] = {
    "get_suffixes": frozenset({"C_EXTENSION", "PY_SOURCE", "PY_COMPILED"}),
    "find_module": frozenset({
        "get_suffixes", "is_builtin", "is_frozen", "C_EXTENSION", "PY_SOURCE", "PY_COMPILED",
        "PKG_DIRECTORY", "C_BUILTIN", "PY_FROZEN", "os", "sys", "machinery", "tokenize",
    }),
    "load_module": frozenset({
        "load_source", "load_compiled", "load_dynamic", "load_package", "init_builtin",
        "init_frozen", "C_EXTENSION", "PY_SOURCE", "PY_COMPILED", "PKG_DIRECTORY", "C_BUILTIN",
        "PY_FROZEN",
    }),
}  # fmt: skip

#: Names that `from imp import *` binds (the module has no `__all__`).
STAR_NAMES: frozenset[str] = frozenset(
    m.name for m in MEMBERS.values() if m.kind not in (Kind.PRIVATE, Kind.ABSENT)
)
