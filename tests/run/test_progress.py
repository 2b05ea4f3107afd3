"""The progress bar."""

from __future__ import annotations

import io
import time

import pytest

from imp_migrate.run.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, by which the clock moves on at every look, is its only item."""
    step, now = [1.0], [0.0]

    def monotonic() -> float:
        now[0] += step[0]
        return now[0]

    monkeypatch.setattr(time, "monotonic", monotonic)
    return step


def test_shows_and_wipes(clock: list[float]) -> None:
    stream = Terminal()
    assert list(progress("abcd", 4, stream)) == list("abcd")
    shown = stream.getvalue().split("\r")
    assert shown[1] == "[#######.......................] 1/4 files"
    assert shown[4] == "[" + "#" * 30 + "] 4/4 files"
    assert shown[5:] == [" " * len(shown[4]), ""]
    assert "\x1b" not in stream.getvalue()


def test_wiped_when_interrupted(clock: list[float]) -> None:
    stream = Terminal()
    items = progress("abcd", 4, stream)
    next(items), next(items), next(items)
    items.close()  # type: ignore[attr-defined]
    assert stream.getvalue().endswith("/4 files\r" + " " * 42 + "\r")


def test_short_runs_show_nothing(clock: list[float]) -> None:
    clock[0] = 0.01
    stream = Terminal()
    assert len(list(progress("abcd", 4, stream))) == 4
    assert stream.getvalue() == ""


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_only_on_a_terminal(clock: list[float], stream: io.StringIO | None) -> None:
    assert list(progress("ab", 2, stream)) == ["a", "b"]
    assert stream is None or stream.getvalue() == ""
