"""Programs that attack: behaviour kept, or what is left reported, or the difference documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.differential.adversary import AFTER, Adversary, adversaries, documented, judge
from tests.interpreters import require


@pytest.mark.parametrize("program", adversaries(), ids=lambda program: program.name)
def test_kept_reported_or_documented(program: Adversary, tmp_path: Path) -> None:
    for version in AFTER:
        require(version)
    verdict = judge(program, tmp_path)
    expected = program.name in documented() or program.is_open
    if expected and verdict.is_right:
        pytest.fail("it is right: take it off the page, or remove its OPEN", pytrace=False)
    if not (expected or verdict.is_right):
        pytest.fail(str(verdict), pytrace=False)
    if program.is_open:
        pytest.xfail((program.path / "OPEN").read_text("utf-8"))


def test_the_page_names_programs_that_exist_and_few() -> None:
    names = {program.name for program in adversaries()}
    assert documented() <= names
    assert 0 < len(documented()) <= 12
