"""Programs in other layouts do after their migration what they did before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imp_migrate.text.source import Source
from tests.differential.harness import LENIENT, Laboratory
from tests.differential.migration import Migrated
from tests.differential.programs import ROOT, Program
from tests.fuzz import running
from tests.fuzz.running import LaidOut, differences, program


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    laboratory = Laboratory(tmp_path_factory.mktemp("running"))
    yield laboratory
    laboratory.close()


@pytest.mark.parametrize("number", range(24))
def test_kept(laboratory: Laboratory, number: int) -> None:
    tries = (program(1, other) for other in range(number, 240, 24))
    laid = next(filter(None, tries))  # not every one can be laid out
    assert not differences(laid, laboratory)


def test_another_layout_of_the_same_program(laboratory: Laboratory) -> None:
    """Most of the programs can be told by two layouts, and do the same in both."""
    laid = [found for number in range(24) if (found := program(1, number)) is not None]
    outcomes = [laboratory.run(one, ["3.11"], LENIENT) for one in laid]
    before = [laboratory.run(Program(one.path), ["3.11"], LENIENT) for one in laid]
    assert sum(one == other for one, other in zip(outcomes, before, strict=True)) > len(laid) // 2


def test_what_differs_is_said(laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ROOT / "reload" / "body_fails.py"
    text = Source.from_bytes(path.read_bytes(), "main.py").text
    laid = LaidOut(path, text.encode())

    def broken(program: Program) -> Migrated:
        return Migrated({**program.sources(), "main.py": b"print('something else')\n"}, ())

    assert not differences(laid, laboratory)
    monkeypatch.setattr(running, "migrate", broken)
    assert differences(laid, laboratory)
