"""Run the test suite of a package in an environment of its own, and read what came of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.interpreters import find
from tests.packages.data import Package

SUITE_TIMEOUT = 600  # seconds
TEST_TIMEOUT = 60
RUNNER = ("pytest==8.3.5", "pytest-timeout==2.3.1")


class SetupError(Exception):
    """An environment cannot be made, so nothing can be said about the package there."""


@dataclass(frozen=True)
class Result:
    """How a test ended ("passed", "failed", "error", "skipped"), and why."""

    outcome: str
    reason: str = ""


def environment(package: Package, version: str, folder: Path) -> Path:
    """Make a virtual environment with what the tests need; return its Python.

    Raises SetupError without such a Python or when the index does not have a requirement.
    """
    executable = find(version)
    if executable is None:
        raise SetupError(f"Python {version} is not installed")
    python = folder / "bin" / "python"
    done = folder / ".complete"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        _must([executable, "-m", "venv", str(folder)])
        _must([str(python), "-m", "pip", "install", "-q", *RUNNER, *package.requirements])
        done.touch()
    return python


def run_suite(
    package: Package, python: Path, project: Path, extra_path: Path | None = None
) -> Mapping[str, Result]:
    """Run the tests of *project* and return what came of each, by its name.

    *extra_path* comes last on the path of the modules.  A suite that takes too long is
    ended; then what it did not get to is missing.
    """
    report = project.parent / "junit.xml"
    report.unlink(missing_ok=True)
    path = [str(project / package.path), *([str(extra_path)] if extra_path else [])]
    variables = {
        **{name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ},
        "HOME": str(project.parent),
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONDONTWRITEBYTECODE": "1",
        **dict(setting.split("=", 1) for setting in package.settings),
    }
    command = [
        *(str(python), "-W", "ignore", "-m", "pytest", "-q", "--continue-on-collection-errors"),
        *("-p", "no:cacheprovider", "-o", "junit_family=xunit1", "-o", "addopts="),
        *("-o", f"python_files={package.pattern}", f"--timeout={TEST_TIMEOUT}"),
        *(f"--junitxml={report}", package.tests),
    ]
    with (project.parent / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=project,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(SUITE_TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if not report.exists():
        raise SetupError(f"the tests did not come to an end: see {project.parent / 'output.txt'}")
    return _read(report, project.parent.parent)


def _read(report: Path, root: Path) -> dict[str, Result]:
    results: dict[str, Result] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        result = Result("passed")
        for child in case:
            if child.tag in {"failure", "error", "skipped"}:
                outcome = {"failure": "failed"}.get(child.tag, child.tag)
                lines = [child.get("message") or "", *(child.text or "").splitlines()]
                raised = [line[2:].strip() for line in lines if line.startswith("E  ")]
                reason = raised[-1] if raised else lines[0]
                result = Result(outcome, reason.replace(str(root), ""))
        if (
            name not in results or results[name].outcome == "passed"
        ):  # the same name again: the worst counts
            results[name] = result
    return results


def _must(command: list[str]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        last = (ended.stderr.strip() or ended.stdout.strip()).rpartition("\n")[2]
        raise SetupError(f"{' '.join(command[1:4])} ...: {last}")
