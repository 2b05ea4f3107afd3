"""`# noqa` silences a line, and what it stands for there is left alone."""

from __future__ import annotations

import pytest

import imp_migrate
from imp_migrate.text.noqa import suppressed
from imp_migrate.text.source import Source


@pytest.mark.parametrize(
    ("comment", "silenced"),
    [
        ("# noqa", True),
        ("# NOQA", True),
        ("# noqa: IMP101", True),
        ("# noqa: IMP", True),
        ("# noqa:IMP101", True),
        ("# noqa: E501,IMP1", True),
        ("# noqa: E501 IMP101", True),
        ("# type: ignore # noqa: IMP", True),
        ("# noqa: E501", False),
        ("# noqa: IMP102", False),
        ("# no qa", False),
        ("#noqa", False),
        ("", False),
    ],
)
def test_suppressed(comment: str, silenced: bool) -> None:
    source = Source.from_text(f"imp.reload(m)  {comment}\n")
    assert suppressed(source, 0, "IMP101") is silenced


def test_a_silenced_use_keeps_its_import() -> None:
    before = "import imp\nimp.reload(a)\nimp.reload(b)  # noqa: IMP101\n"
    migration = imp_migrate.migrate(before)
    assert migration.text == (
        "import imp\nimport importlib\nimportlib.reload(a)\nimp.reload(b)  # noqa: IMP101\n"
    )
    assert [s.reason for s in migration.silences] == ["a noqa comment suppresses it"]


def test_a_silenced_import_goes_when_nothing_uses_it_any_more() -> None:
    migration = imp_migrate.migrate("import imp  # noqa\nimp.reload(a)\n")
    assert migration.text == "import importlib  # noqa\nimportlib.reload(a)\n"
