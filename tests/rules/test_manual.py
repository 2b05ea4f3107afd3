"""What is left to a person says why, and what to do."""

from __future__ import annotations

import pytest

import imp_migrate
from imp_migrate.meaning.catalogue import MEMBERS, Kind
from tests.rules.code import left, migrated

CASES = [
    ("imp._fix_co_filename(code, path)", "IMP304", "write `code = code.replace(co_filename=path)`"),
    ("imp._load(spec)", "IMP304", "`spec.loader.exec_module(module)`"),
    ("imp._ERR_MSG", "IMP304", "do without it: it was a detail of the implementation"),
    ("imp.extension_suffixes()", "IMP304", "use importlib.machinery.EXTENSION_SUFFIXES"),
    ("imp.get_loader(n)", "IMP304", "has never had get_loader itself; delete this"),
    ("imp.__dict__", "IMP304", "do without its __dict__"),
    ("register(imp)", "IMP404", "pass the functions that are needed instead"),
    ("register(what=imp)", "IMP404", "pass the functions that are needed instead"),
    ("modules = {'imp': imp}", "IMP404", "store the functions that are needed instead"),
    ("lambda: (yield imp)", "IMP404", "store the functions that are needed instead"),
    ("def f(): return imp", "IMP404", "return the functions that are needed instead"),
    ("if imp: pass", "IMP404", "delete the test `imp`, which is always true"),
    ("if not imp: pass", "IMP404", "delete the test `not imp`, which is always false"),
    ("imp is None", "IMP404", "delete the test `imp is None`, which is always false"),
    ("imp is not None", "IMP404", "delete the test `imp is not None`, which is always true"),
    ("m is imp", "IMP404", "delete the comparison"),
    ("getattr(imp, name)", "IMP404", '`{"reload": importlib.reload}[name]`'),
    ("vars(imp)", "IMP404", '`{"reload": importlib.reload}`'),
    ("reload(imp)", "IMP404", "delete this call"),
    ("imp", "IMP404", "delete this statement"),
    ("imp.reload = reload", "IMP407", "delete this assignment"),
    ("imp.reload = reload", "IMP407", "assign to `importlib.reload`"),
    ("imp.mine = reload", "IMP407", "call what it assigns where that is meant"),
    ("del imp.reload", "IMP407", "delete this statement"),
    ("setattr(imp, 'reload', f)", "IMP407", "patch `importlib.reload`"),
    ("mock.patch('imp.find_module')", "IMP407", "patch `importlib.util.find_spec`"),
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
    assert "first settle line 3, which may put something in its place" in use.message


def test_patch_that_never_runs() -> None:
    code = "if not hasattr(imp, 'reload'):\n    imp.reload = reload\nimp.reload(m)\n"
    assert migrated(code) == "importlib.reload(m)\n"
    after = "if not hasattr(importlib, 'reload'):\n    importlib.reload = reload\n"
    assert (
        migrated(f"if x:\n    pass\nel{code}") == f"if x:\n    pass\nel{after}importlib.reload(m)\n"
    )
    other = code.replace("imp, 'reload'", "imp, 'get_tag'")
    assert migrated(other) == "importlib.reload(m)\n"


@pytest.mark.parametrize(
    "test", ["hasattr(imp, 'reload')", "not hasattr(imp, '_odd')", "not hasattr(x, 'reload')"]
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


def test_nothing_reloads_imp() -> None:
    """The call stays as it is, as one finding for a person: nobody is told to undo a rewrite."""
    code = "imp.reload(imp)\nimp.reload(m)\n"
    assert migrated(code) == "imp.reload(imp)\nimportlib.reload(m)\n"
    assert {(d.code, d.message.partition("; ")[2]) for d in left(code)} == {
        ("IMP101", "delete this call: it reloads imp itself")
    }
