"""What two sequences of lines have in common."""

from __future__ import annotations

import difflib
import random

import pytest

from imp_migrate.text import matching
from imp_migrate.text.matching import LineMatcher


def changed(lines: list[str], chance: random.Random) -> list[str]:
    """*lines*, some of them replaced, gone, or moved to the end."""
    kept = [line if chance.random() < 0.8 else f"new {chance.randrange(40)}" for line in lines]
    found = [line for line in kept if chance.random() < 0.9]
    return found + found[:2]


def test_short_texts_are_compared_as_difflib_does() -> None:
    chance = random.Random(1)
    for _ in range(100):
        before = [str(chance.randrange(20)) for _ in range(40)]
        after = changed(before, chance)
        theirs = difflib.SequenceMatcher(None, before, after, autojunk=False)
        assert LineMatcher(before, after, junk=False).get_opcodes() == theirs.get_opcodes()


@pytest.mark.parametrize("different", [3, 30, 3000])
def test_long_texts_are_aligned_by_their_unique_lines(
    different: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "_MOST", 0)
    chance = random.Random(different)
    for _ in range(100):
        before = [str(chance.randrange(different)) for _ in range(60)]
        after = changed(before, chance)
        matcher = LineMatcher(before, after, junk=False)
        made: list[str] = []
        for tag, i, j, k, m in matcher.get_opcodes():
            assert tag != "equal" or before[i:j] == after[k:m]
            made += before[i:j] if tag == "equal" else after[k:m]
        assert made == after
        assert [b for b in matcher.get_matching_blocks()[:-1] if not b.size] == []


def test_unique_lines_in_one_order_are_all_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_MOST", 0)
    before = [line for n in range(50) for line in (f"def f{n}", "old", "")]
    after = [line for n in range(50) for line in (f"def f{n}", "new", "")]
    opcodes = LineMatcher(before, after, junk=False).get_opcodes()
    assert [tag for tag, *_ in opcodes] == ["equal", "replace"] * 50 + ["equal"]


def test_many_equal_lines_take_no_square_of_time() -> None:
    before = [line for n in range(20_000) for line in (f"def f{n}", "old", "", "")]
    after = [line for n in range(20_000) for line in (f"def f{n}", "new", "", "")]
    blocks = LineMatcher(before, after, junk=True).get_matching_blocks()
    assert sum(block.size for block in blocks) == 60_000
