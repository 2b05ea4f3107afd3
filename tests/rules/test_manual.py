"""What is left to a person says why, and what to do."""

from __future__ import annotations

import pytest

import imp_migrate
from imp_migrate.meaning.catalogue import MEMBERS, Kind
from tests.rules.code import left, migrated

CASES = [
    ("imp._fix_co_filename(code, path)", "IMP304", "code.replace(co_filename=path)"),
    ("imp._load(spec)", "IMP304", "spec.loader.exec_module"),
    ("imp._ERR_MSG", "IMP304", "detail of the implementation"),
    ("imp.extension_suffixes()", "IMP304", "importlib.machinery.EXTENSION_SUFFIXES"),
    ("imp.get_loader(n)", "IMP304", "has never had get_loader"),
    ("imp.__dict__", "IMP304", "nothing has its __dict__"),
    ("register(imp)", "IMP404", "functions that are needed"),
    ("modules = {'imp': imp}", "IMP404", "functions that are needed"),
    ("if imp: pass", "IMP404", "drop the test"),
    ("imp is None", "IMP404", "drop the test"),
    ("getattr(imp, name)", "IMP404", "known at run time"),
    ("vars(imp)", "IMP404", "known at run time"),
    ("reload(imp)", "IMP404", "nothing left to reload"),
    ("imp", "IMP404", "does nothing"),
    ("imp.reload = reload", "IMP407", "patch what the migrated code calls"),
    ("del imp.reload", "IMP407", "patch what the migrated code calls"),
    ("setattr(imp, 'reload', f)", "IMP407", "use importlib.reload"),
    ("mock.patch('imp.find_module')", "IMP407", "importlib.util.find_spec"),
    ("monkeypatch.setattr(imp, 'load_source', f)", "IMP407", "spec_from_file_location"),
]


@pytest.mark.parametrize(("code", "rule", "words"), CASES)
def test_message(code: str, rule: str, words: str) -> None:
    remaining = imp_migrate.migrate(f"import imp\n{code}\n").remaining
    (one,) = (d for d in remaining if d.member != "<import>")
    assert one.code == rule
    assert words in one.message
    assert one.fix is None


def test_message_about_another_module() -> None:
    (one,) = left("compat.imp.reload(m)\n", "import compat\nimport imp\n")
    assert one.code == "IMP408"
    assert "importlib.reload" in one.message


@pytest.mark.parametrize(
    "name", sorted(m.name for m in MEMBERS.values() if m.kind is Kind.FUNCTION)
)
def test_every_function_has_advice(name: str) -> None:
    (one,) = left(f"compat.imp.{name}\n", "import compat\nimport imp\n")
    assert "by hand" not in one.message
    assert "; " in one.message


PATCHED = [
    "imp.reload = f\nimp.reload(m)\n",
    "with mock.patch('imp.reload'):\n    imp.reload(m)\n",
    "imp.reload = f\nx = getattr(imp, 'reload')\n",
]


@pytest.mark.parametrize("code", PATCHED)
def test_uses_of_what_the_file_patches_stay(code: str) -> None:
    """They may mean what was put there: the replacement would not be patched."""
    assert migrated(code) == code
    patch, use = left(code)
    assert patch.code == use.code == "IMP407"
    assert "this may be what line" in use.message


def test_patch_that_never_runs() -> None:
    code = "if not hasattr(imp, 'reload'):\n    imp.reload = reload\nimp.reload(m)\n"
    after = "if not hasattr(importlib, 'reload'):\n    importlib.reload = reload\n"
    assert migrated(code) == after + "importlib.reload(m)\n"


@pytest.mark.parametrize(
    "test", ["hasattr(imp, 'reload')", "not hasattr(imp, 'get_tag')", "not hasattr(x, 'reload')"]
)
def test_patch_that_may_run(test: str) -> None:
    code = f"if {test}:\n    imp.reload = reload\nimp.reload(m)\n"
    assert "imp.reload = reload\nimp.reload(m)\n" in migrated(code)


def test_patched_pairs_stay() -> None:
    code = "mock.patch('imp.find_module')\nm = imp.load_module(n, *imp.find_module(n))\n"
    assert "imp.find_module(n)" in migrated(code)


def test_other_members_are_not_concerned() -> None:
    code = "imp.reload = f\nx = imp.get_tag()\n"
    assert migrated(code) == "imp.reload = f\nx = sys.implementation.cache_tag\n"
    imported = "mock.patch('imp.reload')\nreload(m)\n"
    assert migrated(imported, "from imp import reload\n") == imported
    assert [d.code for d in left(imported, "from imp import reload\n")] == ["IMP407"]
