"""`# noqa` silences a line, and what it stands for there is left alone."""

from __future__ import annotations

import pytest

import imp_migrate
from imp_migrate.analysis import analyse
from imp_migrate.options import Options
from imp_migrate.text.noqa import suppressed
from imp_migrate.text.source import Source


@pytest.mark.parametrize(
    ("comment", "silenced"),
    [
        ("# noqa", False),  # for another linter
        ("# NOQA", False),
        ("# noqa because", False),
        ("# noqa  # noqa: IMP101", True),
        ("# noqa: IMP101", True),
        ("# NoQA: imp101", True),
        ("# noqa: E501, IMP", True),
        ("# noqa: IMP is kept", True),
        ("# noqa: IMPORTANT", False),
        ("# noqa: E501 IMPORTANT", False),
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
    migration = imp_migrate.migrate("import imp  # noqa: IMP401\nimp.reload(a)\n")
    assert migration.text == "import importlib  # noqa: IMP401\nimportlib.reload(a)\n"


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("# flake8: noqa", ["IMP401", "IMP101"]),  # for other linters: flake8 itself obeys it
        ("# flake8: noqa: E501", ["IMP401", "IMP101"]),
        ("# flake8: noqa: IMP", []),
        ("# flake8: noqa: IMP1,E501", ["IMP401"]),
        ("x = 1  # flake8: noqa: IMP", ["IMP401", "IMP101"]),
    ],
)
def test_whole_files(comment: str, found: list[str]) -> None:
    plan = analyse(Source.from_text(f"{comment}\nimport imp\nimp.reload(a)\n"), Options())
    assert [d.code for d in plan.diagnostics] == found
    assert [s.code for s in plan.silences] == [c for c in ("IMP401", "IMP101") if c not in found]


def test_a_comment_for_us_stays_with_the_import_that_stays() -> None:
    code = "import imp  # {}\nimp.get_magic()\nimp.foo\n"
    silenced = imp_migrate.migrate(code.format("noqa: IMP401")).text
    assert silenced.startswith("import imp  # noqa: IMP401\nimport importlib.util\n")
    other = imp_migrate.migrate(code.format("why")).text
    assert other.startswith("import imp\nimport importlib.util  # why\n")
