"""A file that goes on importing imp gets no helper, but for who asks for a single fix."""

from __future__ import annotations

import pytest

from imp_migrate.analysis import analyse
from imp_migrate.migration import migrate_source
from imp_migrate.model import Applicability, Status
from imp_migrate.options import Options
from imp_migrate.text.source import Source
from imp_migrate.transform.edits import apply_edits

LOAD = "import imp\n\nm = imp.load_source(n, p)\nimp.reload(m)\n"
PARTLY = LOAD + "print(imp)\n"


def test_the_rest_is_rewritten_all_the_same() -> None:
    migration = migrate_source(Source.from_text(PARTLY))
    assert migration.text == PARTLY.replace("imp.reload", "importlib.reload").replace(
        "import imp\n", "import imp\nimport importlib\n"
    )
    assert not migration.helpers
    load = next(d for d in migration.remaining if d.member == "load_source")
    assert load.status is Status.MANUAL
    assert "adds no helper while this file needs imp" in load.message


def test_a_single_fix_may_add_a_helper() -> None:
    plan = analyse(Source.from_text(PARTLY), Options())
    load = next(d for d in plan.diagnostics if d.member == "load_source")
    assert load.fix is not None
    assert load.fix.applicability is Applicability.DISPLAY
    assert "def _load_source(" in apply_edits(PARTLY, plan.edits([load]))


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (LOAD, Options()),
        (PARTLY, Options(select=("IMP2",))),
        (LOAD.replace("imp.reload(m)", "f'{imp.get_tag()=}'"), Options(unsafe_fixes=True)),
        ("try:\n    import imp\nexcept ImportError:\n    imp = None\n" + LOAD, Options()),
    ],
)
def test_a_helper_that_helps_is_added(text: str, options: Options) -> None:
    assert "def _load_source(" in migrate_source(Source.from_text(text), options).text


@pytest.mark.parametrize(
    "more",
    ["f'{imp.get_tag()=}'\n", "__all__ = ['imp']\n", "imp.find_module('a.b')\n", "imp.lock_held\n"],
)
def test_a_helper_that_does_not_help_is_not(more: str) -> None:
    assert "def _load_source(" not in migrate_source(Source.from_text(LOAD + more)).text


def test_so_with_constants() -> None:
    text = (
        "import imp\nfrom imp import C_EXTENSION, PyLoader\n\nprint(imp.PY_SOURCE, C_EXTENSION)\n"
    )
    migration = migrate_source(Source.from_text(text))
    assert migration.text == text
    known = next(d for d in migration.remaining if d.member == "PY_SOURCE")
    assert "adds no constant while this file needs imp" in known.message


def test_an_import_stays_whose_uses_need_a_helper() -> None:
    text = f"{LOAD.replace('imp.reload(m)', '')}from imp import PyLoader\nprint(PyLoader)\n"
    assert migrate_source(Source.from_text(text)).text == text
