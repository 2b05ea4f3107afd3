"""Programs of several files, composed at random, behave after their migration as before: a few."""

from __future__ import annotations

import random

import pytest

from imp_migrate import work
from imp_migrate.run.task import Task
from tests.differential.harness import Laboratory
from tests.differential.worlds import Judge, World, compose, explore

COUNT = 16
SEED = 7

PATCHED = World(
    {
        "app.py": ("import imp", "def tag():\n    return imp.get_tag()[:7]"),
        "main.py": (
            "from shown import step\nimport app",
            "class Fake:\n    get_tag = staticmethod(lambda: 'fake')",
            "step('before', app.tag)",
            "app.imp = Fake",
            "step('after', app.tag)",
        ),
    }
)


@pytest.fixture(scope="module")
def judge(laboratory: Laboratory, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge(laboratory, tmp_path_factory.mktemp("worlds"))


def test_no_difference(judge: Judge) -> None:
    reports = []
    tally = explore(
        judge,
        SEED,
        COUNT,
        lambda number, world, verdict: reports.append(f"##### {number}\n{world}\n{verdict}"),
        smaller=False,
    )
    if reports:
        pytest.fail("\n".join(reports), pytrace=False)
    assert tally.changed > COUNT // 3
    assert tally.clean > 0
    assert tally.nonsense.total() < COUNT // 3


def test_worlds_are_the_same_every_time_and_differ_from_each_other() -> None:
    random.seed(0)
    worlds = [str(compose(1, number)) for number in range(50)]
    random.seed(1)
    assert worlds == [str(compose(1, number)) for number in range(50)]
    assert len(set(worlds)) == 50


def test_what_is_wrong_is_found(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that sees every file alone makes the patch idle."""
    assert judge(PATCHED).signature == ""
    assert "IMP407" in judge(PATCHED).codes
    monkeypatch.setattr(
        work, "_with_neighbours", lambda found, *_: [Task(f.path, f.target) for f in found]
    )
    blind = Judge(judge.laboratory, judge.folder)
    verdict = blind(PATCHED)
    assert verdict.signature.startswith("3.11, nothing reported")
