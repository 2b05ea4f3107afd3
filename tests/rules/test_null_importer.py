"""What becomes of `imp.NullImporter`."""

from __future__ import annotations

import pytest

import imp_migrate
from imp_migrate.model import Applicability
from imp_migrate.options import Options
from tests.rules.code import left, migrated

IMPORTS = "import imp\nimport sys\n"

SAFE = [
    ("sys.path_importer_cache[p] = imp.NullImporter(p)", "sys.path_importer_cache[p] = None"),
    ("path_importer_cache['x'] = imp.NullImporter(path='x')", "path_importer_cache['x'] = None"),
    ("x = isinstance(f, (type(None), imp.NullImporter))", "x = isinstance(f, type(None))"),
    (
        "x = isinstance(f, (imp.NullImporter, Finder, type(None)))",
        "x = isinstance(f, (Finder, type(None)))",
    ),
    ("x = isinstance(None, imp.NullImporter)", "x = False"),
    ("f = None\nx = not isinstance(f, imp.NullImporter)", "f = None\nx = not False"),
]


@pytest.mark.parametrize(("before", "after"), SAFE)
def test_safe(before: str, after: str) -> None:
    assert migrated(before + "\n", IMPORTS) == after + "\n"


UNSAFE = [
    ("x = isinstance(f, imp.NullImporter)", "x = f is None"),
    ("x = not isinstance(f, imp.NullImporter)", "x = f is not None"),
    ("x = isinstance(a or b, imp.NullImporter) == y", "x = ((a or b) is None) == y"),
]


@pytest.mark.parametrize(("before", "after"), UNSAFE)
def test_unsafe(before: str, after: str) -> None:
    text = f"import imp\n{before}\n"
    assert imp_migrate.migrate(text).text == text
    assert imp_migrate.migrate(text, options=Options(unsafe_fixes=True)).text == after + "\n"
    (one,) = (d for d in imp_migrate.migrate(text).remaining if d.code == "IMP303")
    assert one.fix is not None and one.fix.applicability is Applicability.UNSAFE


LEFT = [
    "class Nothing(imp.NullImporter): pass",
    "finder = imp.NullImporter(p)",
    "sys.path_importer_cache[p] = imp.NullImporter(f(p))",
    "other[p] = imp.NullImporter(p)",
    "kept = sys.path_importer_cache[p] = imp.NullImporter(p)",
    "x = isinstance(f, (imp.NullImporter, Finder))",
    "x = issubclass(f, imp.NullImporter)",
    "x = imp.NullImporter",
    "try:\n    sys.path_importer_cache[p] = imp.NullImporter(p)\nexcept ImportError:\n    pass",
]


@pytest.mark.parametrize("code", LEFT)
def test_left_to_a_person(code: str) -> None:
    assert [d.code for d in left(code + "\n", IMPORTS)] == ["IMP303"]
    assert all(d.fix is None for d in left(code + "\n", IMPORTS))
