"""The work on a Dask cluster: a real scheduler and two worker processes."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from imp_migrate import cli, work
from imp_migrate.options import Options
from imp_migrate.run import remote, runner
from imp_migrate.run.discovery import Selection, discover
from imp_migrate.run.remote import Work
from imp_migrate.run.results import Mode, RemoteError
from imp_migrate.run.task import Task
from tests.differential.programs import ROOT

from ..command import environment, run

pytest.importorskip("distributed")
SECONDS = 60
OLD, NEW = b"import imp\nimp.reload(x)\n", b"import importlib\nimportlib.reload(x)\n"


@dataclass
class Cluster:
    """A scheduler and its workers, each a process."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


@contextlib.contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A cluster that knows nothing of the current folder."""
    file = folder / "scheduler.json"
    shared = ["--scheduler-file", os.fspath(file), "--no-dashboard"]
    place = folder / "elsewhere"
    place.mkdir()

    def start(what: str, *more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-W", "ignore", "-m", f"distributed.cli.dask_{what}"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([*command, *shared, *more], cwd=place, env=environment(), **quiet)

    started = [start("scheduler", "--host", "127.0.0.1", "--port", "0")]
    try:
        until = time.monotonic() + SECONDS
        while not file.exists() or not file.read_text():
            assert time.monotonic() < until, "no scheduler"
            time.sleep(0.05)
        started += [start("worker", "--nthreads", "1", "--no-nanny") for _ in range(workers)]
        address = json.loads(file.read_text())["address"]
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=SECONDS)
        yield Cluster(f"dask:{address}", started[0], started[1:])
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Sixty programs, and files that cannot be dealt with."""
    folder = tmp_path / "p"
    folder.mkdir()
    for n, path in enumerate(sorted(ROOT.glob("*/*.py"))[::10][:60]):
        (folder / f"m{n}.py").write_bytes(path.read_bytes())
    (folder / "broken.py").write_bytes(b"import imp\n(\n")
    (folder / "undecodable.py").write_bytes(b"import imp # \xff\n")
    (folder / "link.py").symlink_to("nowhere.py")
    return folder


def found_in(folder: Path) -> list[Task]:
    files = discover([str(folder)], lambda folder: Selection()).files
    return [Task(file.path, file.target) for file in files]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.py") if path.exists()}


@pytest.mark.parametrize(
    "options", [[], ["--diff"], ["--output-format", "json"], ["--write", "-v"]]
)
def test_same_output_as_one_process(shared: Cluster, tree: Path, options: list[str]) -> None:
    before = contents(tree)
    alone = run(*options, "-j1", ".", cwd=tree)
    written = contents(tree)
    for name, data in before.items():
        (tree / name).write_bytes(data)
    over = run(*options, "--executor", shared.address, ".", cwd=tree)
    assert (over.stdout, over.stderr, over.returncode) == (
        alone.stdout,
        alone.stderr,
        alone.returncode,
    )
    assert contents(tree) == written
    assert (written != before) == ("--write" in options)


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path, tree: Path) -> None:
    found = found_in(tree) * 3
    expected = [runner.process(file, Mode.WRITE) for file in found]
    with cluster(tmp_path) as own, remote.connected(own.address) as (executor, lives):
        results = remote.results(executor, found, Mode.WRITE, lives=lives)
        first = next(results)
        own.workers[0].kill()
        assert own.workers[0].wait() == -signal.SIGKILL
        assert [first, *results] == expected


def test_a_lost_scheduler(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    for n in range(300):
        (folder / f"m{n}.py").write_bytes(OLD)
    with cluster(tmp_path) as own:

        def lose(results: Iterable[Any], *_: object) -> Iterator[Any]:
            for n, result in enumerate(results):
                if n == 2:
                    own.scheduler.kill()
                yield result

        monkeypatch.setattr(work, "progress", lose)
        start = time.monotonic()
        status = cli.main(["--write", "--executor", own.address, str(folder)])
        took = time.monotonic() - start
    output = capfd.readouterr()
    place = own.address.removeprefix("dask:")
    assert output.err == f"error: the Dask scheduler at {place} was lost; nothing was written\n"
    assert (status, output.out) == (2, "")
    assert set(contents(folder).values()) == {OLD}
    assert took < SECONDS


def test_nobody_answers(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(OLD)
    done = run("--executor", "dask:tcp://127.0.0.1:9", ".", cwd=tmp_path)
    assert done.returncode == 2
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("error: cannot reach the Dask scheduler at tcp://127.0.0.1:9: ")


@pytest.mark.parametrize("address", ["nowhere", "dask:", "spark:x"])
def test_no_address(tmp_path: Path, address: str) -> None:
    done = run("--executor", address, ".", cwd=tmp_path)
    assert done.returncode == 2
    assert b"is not dask: and an address" in done.stderr


def test_without_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    connection = remote.connected("dask:tcp://127.0.0.1:9")
    with pytest.raises(RemoteError, match=r"pip install .imp-migrate\[dask\]"):
        connection.__enter__()


def test_a_clean_tree_asks_nobody(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x = 1\n")
    assert run("--executor", "dask:tcp://127.0.0.1:9", ".", cwd=tmp_path).returncode == 0


def test_the_unit_of_work() -> None:
    """It crosses processes, and gives what one process gives."""
    work = Work("a.py", OLD, Options(), Mode.WRITE)
    function, there = pickle.loads(pickle.dumps((remote.do, work)))
    result = pickle.loads(pickle.dumps(function(there)))
    assert result == runner.process_bytes(OLD, "a.py", Options(), Mode.WRITE)
    assert result.after == NEW


@pytest.mark.parametrize("version", [("0.0.9", *sys.version_info[:2]), ("0.1.0", 3, 7)])
def test_other_versions_are_refused(version: tuple[str, int, int]) -> None:
    work = replace(Work("a.py", OLD, Options(), Mode.WRITE), version=version)
    with pytest.raises(RemoteError, match="a worker has imp-migrate"):
        remote.do(work)


def test_any_executor_will_do(tree: Path) -> None:
    from concurrent.futures import ProcessPoolExecutor

    found = found_in(tree)
    with ProcessPoolExecutor(2) as executor:
        results = list(remote.results(executor, found, Mode.WRITE))
    assert results == [runner.process(file, Mode.WRITE) for file in found]
