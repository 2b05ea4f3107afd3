"""`hasattr` and `getattr` on the module imp, and the names that leaked through it."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
import types

import pytest

from imp_migrate.meaning.catalogue import MEMBERS, Kind
from tests.rules.code import left, migrated

ASKED = [
    ("hasattr(imp, 'reload')", "hasattr(importlib, 'reload')"),
    ('hasattr(imp, "get_tag")', 'hasattr(sys.implementation, "cache_tag")'),
    ("hasattr(imp,\n    'get_magic')", "hasattr(importlib.util,\n    'MAGIC_NUMBER')"),
    ("hasattr(imp, 'PY_RESOURCE')", "True"),
    ("hasattr(imp, 'load_source')", "True"),
    ("hasattr(imp, 'os')", "True"),
    ("hasattr(imp, 'util')", "hasattr(importlib, 'util')"),
    ("hasattr(imp, 'extension_suffixes')", "False"),
    ("hasattr(imp, 'get_filename')", "False"),
]

TAKEN = [
    ("getattr(imp, 'reload')", "importlib.reload"),
    ("getattr(imp, 'reload')(m)", "importlib.reload(m)"),
    ("getattr(imp, 'new_module', None)", "types.ModuleType"),
    ("getattr(imp, 'get_tag', None)", "lambda: sys.implementation.cache_tag"),
    ("getattr(imp, 'get_tag', None) or x", "(lambda: sys.implementation.cache_tag) or x"),
    ("getattr(imp, 'PKG_DIRECTORY', 5)", "PKG_DIRECTORY"),
    ("getattr(imp, 'load_source')", "_load_source"),
    ("getattr(imp, 'is_frozen_package')", "importlib.machinery.FrozenImporter.is_package"),
    ("getattr(imp, 'machinery')", "importlib.machinery"),
    ("getattr(imp, 'get_filename', x.y)", "x.y"),
    ("getattr(imp, 'get_filename', lambda: 1)", "lambda: 1"),
]

LEAKED = [
    ("imp.os.sep", "os.sep"),
    ("imp.importlib.import_module(n)", "importlib.import_module(n)"),
    ("imp.util.find_spec(n)", "importlib.util.find_spec(n)"),
    ("imp.SourcelessFileLoader", "importlib.machinery.SourcelessFileLoader"),
    ("imp.warnings.warn", "warnings.warn"),
]


@pytest.mark.parametrize(("before", "after"), [*ASKED, *TAKEN, *LEAKED])
def test_rewritten(before: str, after: str) -> None:
    assert migrated(f"x = {before}\n") == f"x = {after}\n"


UNWRAPPED = [
    ("if hasattr(imp, 'PY_RESOURCE'):\n    use(imp.PY_RESOURCE)\n", "use(PY_RESOURCE)\n"),
    ("if hasattr(imp, 'os'): use(1)\nuse(2)\n", "use(1)\nuse(2)\n"),
    (
        "def f():\n    if (hasattr(imp, 'os')):  # why\n        # what\n        use(1)\n",
        "def f():\n    # why\n    # what\n    use(1)\n",
    ),
    ("if x:\n    pass\nelif hasattr(imp, 'os'):\n    use(1)\n", None),
    ("if hasattr(imp, 'os'):\n    use(1)\nelse:\n    use(2)\n", "use(1)\n"),
    ("if not hasattr(imp, 'os'):\n    use(1)\nuse(2)\n", "use(2)\n"),
    ("while hasattr(imp, 'os'):\n    use(1)\n", None),
    (
        "if hasattr(imp, 'get_tag'):\n    TAG = imp.get_tag()\nelse:\n    TAG = ''\n",
        "TAG = sys.implementation.cache_tag\n",
    ),
    ("if not hasattr(imp, 'reload'):\n    imp.reload = reload\nuse(2)\n", "use(2)\n"),
    (
        "f = imp.reload if hasattr(imp, 'reload') else reload\n",
        "f = importlib.reload\n",
    ),
    (
        "if x:\n    pass\nelif hasattr(imp, 'reload'):\n    use(1)\n",
        "if x:\n    pass\nelif hasattr(importlib, 'reload'):\n    use(1)\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), UNWRAPPED)
def test_if_that_is_always_true(before: str, after: str | None) -> None:
    assert migrated(before) == (after or before.replace("hasattr(imp, 'os')", "True"))


LEFT = [
    "hasattr(imp, '_load')",
    "getattr(imp, '_load', None)",
    "getattr(imp, 'get_filename')",
    "getattr(imp, 'get_filename', f())",
    "getattr(imp, 'acquire_lock')",
    "getattr(imp, 'lock_held', None)",
    "getattr(imp, 'NullImporter')",
    "getattr(imp, 'reload', None, 1)",
    "hasattr(imp, 'reload', **x)",
]


@pytest.mark.parametrize("code", LEFT)
def test_left_to_a_person(code: str) -> None:
    assert [d.code for d in left(f"x = {code}\n")] == ["IMP406"]


@pytest.mark.parametrize(
    "name", sorted(m.name for m in MEMBERS.values() if m.kind is not Kind.PRIVATE)
)
def test_every_member_is_there_or_is_not(name: str) -> None:
    """What `hasattr` becomes is true for every member on this Python, too."""
    after = migrated(f"hasattr(imp, '{name}')\n")
    found = eval(after, {"importlib": importlib, "sys": sys, "types": types})
    assert found is (MEMBERS[name].kind is not Kind.ABSENT)


def test_no_helper_where_none_is_wanted() -> None:
    assert [d.code for d in left("x = getattr(imp, 'load_source')\n", helpers=False)] == ["IMP406"]


def test_member_that_the_file_puts_there() -> None:
    codes = [d.code for d in left("imp.extra = 1\nx = hasattr(imp, 'extra')\n")]
    assert codes == ["IMP407", "IMP407"]


def test_leaked_name_from_a_from_import() -> None:
    assert (
        migrated("x = util.find_spec(n)\n", "from imp import util\n") == "x = util.find_spec(n)\n"
    )
    assert not left("x = util.find_spec(n)\n", "from imp import util\n")
