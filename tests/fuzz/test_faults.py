"""The trials of `python -m tests.fuzz.faults`, a few of them."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from . import faults

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks at /proc")


@pytest.mark.parametrize("trial", [faults.killed, faults.written])
@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_lost(trial, seed: int, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    counts = trial(tmp_path, random.Random(seed))
    assert not [what for what, count in counts.items() if count and what.startswith("!")]


def test_what_is_lost_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody whose lines do not last loses them."""
    monkeypatch.setattr(faults, "_append", lambda path, line: None)
    monkeypatch.setattr(faults, "_put_in_place", lambda path, line: None)
    counts = faults.written(tmp_path, random.Random(0))
    assert counts["!lines lost"] == counts["lines"] > 0


def test_what_is_left_undone_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "arguments", lambda *options: ["sleep", "0.1"])
    counts = faults.killed(tmp_path, random.Random(0))
    assert counts["!not finished by a second run"] == 1
