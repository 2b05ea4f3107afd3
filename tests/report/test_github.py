"""Annotations for GitHub Actions."""

from __future__ import annotations

import os

from imp_migrate.report.github import github_report

from .samples import finding, run_of


def only(*args: object, **kwargs: object) -> str:
    (line,) = github_report(run_of(finding(*args, **kwargs)))  # type: ignore[arg-type]
    return line


def test_annotation() -> None:
    assert only("x\n  imp.x\n", "imp.x") == (
        f"::error title=imp-migrate (IMP101),file={os.path.abspath('a.py')},"
        "line=2,endLine=2,col=3,endColumn=8"
        "::a.py:2:3: IMP101 imp.reload is gone"
    )


def test_help() -> None:
    assert only("imp\n", "imp", ("imp", "y")).endswith("is gone%0A  help: Do it")


def test_columns_count_only_within_a_line() -> None:
    assert ",line=1,endLine=2::" in only("imp.f(\n)\n", "imp.f(\n)")


def test_escapes() -> None:
    line = only("imp\n", "imp", message="50% of\r\nall, or: none", filename="a,b:%\n.py")
    head, _, message = line.removeprefix("::error ").partition("::")
    assert "a%2Cb%3A%25%0A.py,line=" in head
    assert message == "a,b:%25%0A.py:1:1: IMP101 50%25 of%0D%0Aall, or: none"
    assert "\n" not in line


def test_only_what_is_left() -> None:
    assert list(github_report(run_of(finding("imp\n", "imp", ("imp", "y"), rewritten=True)))) == []
