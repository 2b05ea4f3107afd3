"""Work spread over processes."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from imp_migrate.run.cores import available_cores
from imp_migrate.run.parallel import spread

PARENT = os.getpid()


def where(item: int) -> tuple[int, int]:
    return item, os.getpid()


def die_over_13(item: int) -> int:
    if item == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return item * 2


def report_and_sleep(folder: str) -> str:
    time.sleep(0.2)
    Path(folder, str(time.monotonic_ns())).touch()
    return folder


def never(item: object) -> tuple[int, int]:
    raise AssertionError("nothing crashed")


def test_one_job_stays_in_this_process() -> None:
    assert list(spread(where, range(5), 1, never)) == [(n, PARENT) for n in range(5)]


def test_one_item_stays_in_this_process() -> None:
    assert list(spread(where, [7], 4, never)) == [(7, PARENT)]


def test_nothing() -> None:
    assert list(spread(where, [], 4, never)) == []


def test_several_jobs_keep_the_order() -> None:
    answers = list(spread(where, range(50), 2, never))
    assert [item for item, _ in answers] == list(range(50))
    assert PARENT not in {process for _, process in answers}


def test_a_process_that_dies_costs_one_item() -> None:
    answers = list(spread(die_over_13, range(20), 2, lambda item: -item))
    assert answers == [-n if n == 13 else n * 2 for n in range(20)]


def test_leaving_early_stops_the_work(tmp_path: Path) -> None:
    answers = spread(report_and_sleep, [str(tmp_path)] * 100, 2, lambda item: item)
    with contextlib.closing(answers):
        next(answers)
    started = len(list(tmp_path.iterdir()))
    time.sleep(0.5)
    assert len(list(tmp_path.iterdir())) == started < 100


def test_systems_without_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no semaphores")

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", fail)
    assert list(spread(where, [1, 2], 2, never)) == [(1, PARENT), (2, PARENT)]


def test_no_more_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system has no process left for us, at the first or at the second."""
    real, calls = os.fork, []
    others = set(multiprocessing.active_children())

    def fork() -> int:
        calls.append(1)
        if len(calls) > allowed:
            raise BlockingIOError("resource temporarily unavailable")
        return real()

    monkeypatch.setattr(os, "fork", fork)
    for allowed in (0, 1):
        calls.clear()
        answers = list(spread(where, list(range(20)), 2, never))
        assert [item for item, _ in answers] == list(range(20))
        assert len(calls) > allowed
        deadline = time.monotonic() + 20
        while set(multiprocessing.active_children()) - others:
            assert time.monotonic() < deadline, "a process is left over"
            time.sleep(0.01)


ORPHANS = """
import os, sys, time
from imp_migrate.run.parallel import spread
def work(n):
    os.write(1, f"{os.getpid()}{os.linesep}".encode())  # in one piece
    time.sleep(n)
    return n
list(spread(work, [float(n) for n in sys.argv[1:]], 3, None))
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="asks /proc who lives")
@pytest.mark.parametrize("work", [("60", "60", "60"), ("0.01", "0.01", "60")])
def test_workers_end_with_their_parent(work: tuple[str, ...]) -> None:
    """Busy or idle, when it is killed."""
    parent = subprocess.Popen([sys.executable, "-c", ORPHANS, *work], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    workers = {int(parent.stdout.readline()) for _ in work}
    time.sleep(0.2)
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
    workers |= set(map(int, children))
    parent.kill()
    parent.wait()
    until = time.monotonic() + 10
    while (alive := [n for n in workers if _lives(n)]) and time.monotonic() < until:
        time.sleep(0.05)
    parent.stdout.close()
    assert not alive
    assert len(workers) > 1


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_available_cores() -> None:
    assert 1 <= available_cores() <= (os.cpu_count() or 1)
