"""Standard streams that are closed, or full: a line and exit status 2, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .command import arguments, environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
LSP = (sys.executable, "-m", "imp_migrate.lsp.server")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text("import imp\nimp.reload(x)\n")
    return tmp_path


def shell(tree: Path, redirections: str, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirections}', "sh", *command],
        cwd=tree,
        env=environment(),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "options", [["."], ["--diff", "."], ["--version"], ["--help"], ["--list-rules"]]
)
def test_no_output(tree: Path, options: list[str]) -> None:
    done = shell(tree, ">&-", *arguments(*options))
    assert done.stderr.splitlines() == ["error: cannot write the output: Bad file descriptor"]
    assert done.returncode == 2


@pytest.mark.parametrize("options", [["-"], ["-", "--write"], ["-", "--diff"]])
@pytest.mark.parametrize("closed", ["<&-", "<&- >&-"])
def test_no_input(tree: Path, options: list[str], closed: str) -> None:
    done = shell(tree, closed, *arguments(*options))
    assert done.stderr.splitlines() == ["error: cannot read standard input: Bad file descriptor"]
    assert done.returncode == 2


@pytest.mark.parametrize("redirection", ["2>&-", "<&- 2>&-", "2>/dev/full"])
def test_nowhere_to_complain(tree: Path, redirection: str) -> None:
    """What goes to stdout is the report, and nothing else."""
    done = shell(tree, redirection, *arguments("--output-format", "json", ".", "nowhere"))
    assert [entry["code"] for entry in json.loads(done.stdout)] == ["IMP401", "IMP101"]
    assert (done.returncode, done.stderr) == (2, "")


def test_nothing_is_open(tree: Path) -> None:
    """The files that are written do not get the numbers of the streams."""
    done = shell(tree, "<&- >&- 2>&-", *arguments("--write", "."))
    assert done.returncode == 2
    assert (tree / "a.py").read_text() == "import importlib\nimportlib.reload(x)\n"
    assert os.listdir(tree) == ["a.py"]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&-"])
def test_language_server(tree: Path, closed: str) -> None:
    done = shell(tree, closed, *LSP)
    assert done.stderr.splitlines() == ["imp-migrate-lsp: standard input or output is closed"]
    assert done.returncode == 2


def test_language_server_without_stderr(tree: Path) -> None:
    done = shell(tree, "2>&-", *LSP)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_current_folder_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = ["sh", "-c", 'rmdir "$PWD"; "$@"', "sh", *arguments(".")]
    done = subprocess.run(command, cwd=gone, env=environment(), capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    assert done.stderr.startswith(b"error: ")
    assert done.returncode == 2
