"""Looking through many files, in several processes where that pays."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from imp_migrate.run import sieve
from imp_migrate.run.discovery import Found
from imp_migrate.run.sieve import concerns_or_fails, sift


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Found]:
    """Files of which each third may concern us, and one is gone."""
    monkeypatch.setattr(sieve, "_MANY", 5)
    for number in range(20):
        content = b"import imp\n" if number % 3 == 0 else b"x = 1\n"
        (tmp_path / f"m{number}.py").write_bytes(content)
    (tmp_path / "m7.py").unlink()
    return [Found(f"m{number}.py", str(tmp_path / f"m{number}.py")) for number in range(20)]


WANTED = [f"m{number}.py" for number in range(20) if number % 3 == 0 or number == 7]


@pytest.mark.parametrize("jobs", [1, 2, 3, 4, 100])
def test_processes_make_no_difference(found: list[Found], jobs: int) -> None:
    assert [file.path for file in sift(found, jobs)] == WANTED


def test_nothing() -> None:
    assert sift([], 2) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_process_that_was_ended(found: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()
    look = sieve._look

    def die(files: list[Found]) -> bytes:
        if os.getpid() != here:
            os.kill(os.getpid(), 9)
        return look(files)

    monkeypatch.setattr(sieve, "_look", die)
    assert [file.path for file in sift(found, 2)] == WANTED


def test_no_process_to_be_had(found: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fail)
    before = os.listdir("/proc/self/fd")
    assert [file.path for file in sift(found, 2)] == WANTED
    assert os.listdir("/proc/self/fd") == before


def test_other_threads_are_not_cut_off(found: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden() -> int:
        raise AssertionError

    monkeypatch.setattr(os, "fork", forbidden)
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert [file.path for file in sift(found, 2)] == WANTED
    finally:
        end.set()
        thread.join()


@pytest.mark.parametrize("size", [sieve._MOST - 11, sieve._MOST - 10, sieve._MOST + 5])
def test_large_files(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b" " * size + b"import imp\n")
    assert concerns_or_fails("a.py", str(path))
    path.write_bytes(b" " * size + b"import os\n")
    assert not concerns_or_fails("a.py", str(path))


def test_what_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "pipe.py"
    os.mkfifo(path)
    assert concerns_or_fails("pipe.py", str(path))
    assert concerns_or_fails("folder.py", str(tmp_path))
    (tmp_path / "empty.py").touch()
    assert not concerns_or_fails("empty.py", str(tmp_path / "empty.py"))
