"""load_dynamic and create_dynamic."""

from __future__ import annotations

import pytest

import imp_migrate
from tests.rules.code import left, migrated


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("m = imp.load_dynamic(n, p)\n", "m = _load_dynamic(n, p)\n"),
        ("imp.load_dynamic(n, p, None)\n", "_load_dynamic(n, p)\n"),
        ("imp.load_dynamic(n, p, open(p, 'rb'))\n", "_load_dynamic(n, p)\n"),
        ("imp.load_dynamic(name=n, path=p, file=f)\n", "_load_dynamic(name=n, path=p)\n"),
        (
            "with open(p, 'rb') as f:\n    m = imp.load_dynamic(n, p, f)\n",
            "m = _load_dynamic(n, p)\n",
        ),
        ("load = imp.load_dynamic\n", "load = _load_dynamic\n"),
        ("pair = n, p\nimp.load_dynamic(*pair)\n", "pair = n, p\n_load_dynamic(*pair)\n"),
        ("m = imp.create_dynamic(spec)\n", "m = spec.loader.create_module(spec)\n"),
        (
            "m = imp.create_dynamic(self.spec, f)\n",
            "m = self.spec.loader.create_module(self.spec)\n",
        ),
        (
            "make = imp.create_dynamic\n",
            "make = lambda spec, file=None: spec.loader.create_module(spec)\n",
        ),
    ],
)
def test_rewritten(before: str, after: str) -> None:
    assert migrated(before) == after
    assert not left(before)


@pytest.mark.parametrize(
    "code",
    ["imp.create_dynamic(find(n))\n", "imp.create_dynamic(*a)\n"],
)
def test_left_to_a_person(code: str) -> None:
    assert migrated(code) == code
    (found,) = left(code)
    assert found.fix is None


@pytest.mark.parametrize("arguments", ["*arguments", "*(n, p, f)", "**arguments"])
def test_unknown_arguments_may_have_a_file(arguments: str) -> None:
    changed = imp_migrate.migrate(f"import imp\nimp.load_dynamic({arguments})\n")
    assert changed.text.endswith(f"\n_load_dynamic({arguments})\n")
    assert "def _load_dynamic(name, path, file=None):" in changed.text
    assert not changed.remaining


STUB = """\
def __bootstrap__():
    global __bootstrap__, __loader__, __file__
    import sys, pkg_resources, imp
    __file__ = pkg_resources.resource_filename(__name__, "fast.so")
    __loader__ = None; del __bootstrap__, __loader__
    imp.load_dynamic(__name__, __file__)
__bootstrap__()
"""


@pytest.mark.parametrize("helpers", [True, False])
def test_stub_of_an_egg(helpers: bool) -> None:
    assert migrated(STUB, "", helpers=helpers) == (
        STUB.replace(", imp\n", ", importlib.machinery, importlib.util\n").replace(
            "    imp.load_dynamic(__name__, __file__)\n",
            "    loader = importlib.machinery.ExtensionFileLoader(__name__, __file__)\n"
            "    spec = importlib.machinery.ModuleSpec(__name__, loader, origin=__file__)\n"
            "    module = sys.modules[__name__] = importlib.util.module_from_spec(spec)\n"
            "    spec.loader.exec_module(module)\n",
        )
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("(__name__, __file__)", "('fast', __file__)"),
        ("(__name__, __file__)", "(__name__, find(__file__))"),
        ("\n__bootstrap__()", "\ntry:\n    __bootstrap__()\nexcept ImportError:\n    pass"),
        ("\n__bootstrap__()", "\nfor _ in '12':\n    __bootstrap__()"),
        ("\n__bootstrap__()", "\n__bootstrap__()\n__bootstrap__()"),
        ("\n__bootstrap__()", "\nrun(__bootstrap__)"),
    ],
)
def test_other_stubs_get_the_helper(before: str, after: str) -> None:
    assert before in STUB
    text = imp_migrate.migrate(STUB.replace(before, after)).text
    assert "    _load_dynamic(" in text


def test_without_helpers() -> None:
    (found,) = left("imp.load_dynamic(n, p)\n", helpers=False)
    assert found.code == "IMP210"
    assert "helper functions" in found.message
    assert not left("imp.create_dynamic(spec)\n", helpers=False)
