"""The LibCST command does what the command line does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import libcst
import pytest
from libcst.codemod import CodemodContext, SkipFile

import imp_migrate
from imp_migrate.codemod import MigrateImp

SOURCE = "import imp  # old\n\n\ndef f(m):\n\timp.reload(m)\n\treturn imp.get_magic()\n"


def test_libcst_tool_runs_it(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCE)
    (tmp_path / "b.py").write_text("x = 1\n")
    command = [sys.executable, "-m", "libcst.tool", "codemod", "--no-format"]
    command += ["-x", "imp_migrate.codemod.MigrateImp", "--jobs", "1", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "a.py").read_text() == imp_migrate.migrate(SOURCE).text
    assert (tmp_path / "b.py").read_text() == "x = 1\n"


def test_what_is_left_becomes_a_warning() -> None:
    context = CodemodContext(filename="a.py")
    module = libcst.parse_module("import imp\nimp.reload(m)\nimp._load(m)\n")
    changed = MigrateImp(context).transform_module(module)
    assert "importlib.reload(m)" in changed.code
    assert [warning.split()[1] for warning in context.warnings] == ["IMP401", "IMP304"]


def test_files_around_count(tmp_path: Path) -> None:
    """As on the command line: who takes what is imported here, and a module called `imp`."""
    (tmp_path / "setup.py").write_text("")
    (tmp_path / "app.py").write_text("import imp\nimp.reload(m)\n")
    module = libcst.parse_module("import imp\nimp.reload(m)\n")
    command = MigrateImp(CodemodContext(filename=str(tmp_path / "app.py")))
    (tmp_path / "t.py").write_text("from app import imp\n")
    assert "import imp\n" in command.transform_module(module).code
    (tmp_path / "imp.py").write_text("def reload(m): pass\n")
    with pytest.raises(SkipFile):
        command.transform_module(module)
