"""Helpers that live in one module of the project, as the configuration asks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..command import run

USE = "import imp\n\n\ndef load(path):\n    return imp.load_source('plugin', path)\n"
COMPILED = USE.replace("load_source", "load_compiled")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A package `pkg` whose helpers belong into `pkg._importing`."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.imp-migrate]\nhelper-module = "pkg._importing"\n'
    )
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/__init__.py").touch()
    (tmp_path / "pkg/a.py").write_text(USE)
    return tmp_path


def defined(path: Path) -> list[str]:
    """The functions defined in the file *path*."""
    lines = path.read_text().splitlines()
    return [line.split("(")[0][4:] for line in lines if line.startswith("def ")]


def test_module_hidden_by_a_package(project: Path) -> None:
    """Nobody could import `pkg.py` beside the folder `pkg`."""
    (project / "pyproject.toml").write_text('[tool.imp-migrate]\nhelper-module = "pkg"\n')
    done = run("--write", cwd=project)
    assert done.returncode == 2
    assert b"hidden by the package: name a module in it (pkg._imp)" in done.stderr
    assert (project / "pkg/a.py").read_text() == USE
    assert not (project / "pkg.py").exists()


def test_written_once_for_all(project: Path) -> None:
    (project / "pkg/b.py").write_text(USE)
    done = run("--write", cwd=project)
    assert (done.returncode, done.stderr) == (0, b"")
    for name in ("a.py", "b.py"):
        text = (project / "pkg" / name).read_text()
        assert "from pkg._importing import _load_source\n" in text
        assert "def _load_source" not in text
    assert defined(project / "pkg/_importing.py") == ["_load_source"]


def test_the_result_runs(project: Path) -> None:
    run("--write", cwd=project)
    (project / "plugin.txt").write_text("answer = 42\n")
    program = "from pkg import a; print(a.load('plugin.txt').answer)"
    out = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, check=True
    ).stdout
    assert out.split() == [b"42"]


def test_every_way_of_calling_works(project: Path) -> None:
    """Also that of a file that takes the function from another one, with an open file."""
    (project / "pkg/compat.py").write_text("from imp import load_source  # noqa: F401\n")
    taker = "from pkg.compat import load_source\n\nload = load_source\n"
    (project / "pkg/b.py").write_text(taker)
    run("--write", cwd=project)
    (project / "plugin.txt").write_text("answer = 42\n")
    (project / "other.txt").write_text("answer = 43\n")
    (project / "empty.txt").touch()
    program = (
        "from pkg import a, b\n"
        "print(a.load('plugin.txt').answer)\n"
        "with open('other.txt', 'rb') as file:\n"
        "    print(b.load('other', 'empty.txt', file).answer)\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, check=True
    ).stdout
    assert out.split() == [b"42", b"43"]


def test_in_src(project: Path) -> None:
    (project / "src").mkdir()
    (project / "pkg").rename(project / "src/pkg")
    run("--write", cwd=project)
    assert defined(project / "src/pkg/_importing.py") == ["_load_source"]


def test_diff_shows_it(project: Path) -> None:
    done = run("--diff", cwd=project)
    assert done.stdout.startswith(b"--- /dev/null\n+++ pkg/_importing.py\n")
    assert b"+def _load_source(" in done.stdout
    assert not (project / "pkg/_importing.py").exists()


def test_grows_with_what_is_needed(project: Path) -> None:
    run("--write", cwd=project)
    (project / "pkg/b.py").write_text(COMPILED)
    run("--write", cwd=project)
    assert {"_load_source", "_load_compiled"} <= set(defined(project / "pkg/_importing.py"))


def test_grows_whatever_version_it_was_written_for(project: Path) -> None:
    run("--write", "--target-version=py38", cwd=project)
    (project / "pkg/b.py").write_text(COMPILED)
    run("--write", "--target-version=py314", cwd=project)
    assert "_load_compiled" in defined(project / "pkg/_importing.py")


def test_enough_already(project: Path) -> None:
    own = "def _load_source(name, path): ...\n\nMINE = 1\n"
    (project / "pkg/_importing.py").write_text(own)
    assert run("--write", cwd=project).returncode == 0
    assert (project / "pkg/_importing.py").read_text() == own
    assert "from pkg._importing import _load_source\n" in (project / "pkg/a.py").read_text()


@pytest.mark.parametrize("content", [b"MINE = 1\n", b"this is (not Python\n"])
def test_never_overwritten(project: Path, content: bytes) -> None:
    path = project / "pkg/_importing.py"
    path.write_bytes(content)
    done = run("--write", cwd=project)
    assert done.returncode == 2
    assert b"pkg/_importing.py: lacks _load_source" in done.stderr
    assert b"pkg/a.py: left alone" in done.stderr
    assert path.read_bytes() == content
    assert (project / "pkg/a.py").read_text() == USE
    assert b"pkg/a.py:5:12 IMP207" in done.stdout


def test_not_writable(project: Path) -> None:
    path = project / "pkg/_importing.py"
    path.write_bytes(b"")
    path.chmod(0o444)
    done = run("--write", cwd=project)
    assert done.returncode == 2
    assert b"pkg/_importing.py: cannot write: the file is read-only" in done.stderr
    assert (project / "pkg/a.py").read_text() == USE


def test_no_folder_for_it(project: Path) -> None:
    config = project / "pyproject.toml"
    config.write_text(config.read_text().replace("pkg._importing", "gone.deep.module"))
    done = run("--write", cwd=project)
    assert done.returncode == 2
    assert os.path.join("gone", "deep", "module.py").encode() in done.stderr
    assert (project / "pkg/a.py").read_text() == USE


def test_files_without_helpers_go_on(project: Path) -> None:
    (project / "pkg/_importing.py").write_text("MINE = 1\n")
    (project / "pkg/b.py").write_text("import imp\nimp.reload(pkg)\n")
    run("--write", cwd=project)
    assert (project / "pkg/b.py").read_text() == "import importlib\nimportlib.reload(pkg)\n"


def test_standard_input(project: Path) -> None:
    done = run("--write", "-", cwd=project, stdin=USE.encode())
    assert b"from pkg._importing import _load_source\n" in done.stdout
    assert b"note: pkg._importing must define _load_source\n" in done.stderr
    assert not (project / "pkg/_importing.py").exists()
