"""The project as people install it: wheel, zip import, editable, plain checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.packaging

_PROGRAM = (
    "import imp_migrate, sys; from imp_migrate.registry import rules;"
    "print(imp_migrate.migrate('import imp\\nimp.reload(m)\\n').text, len(rules()) > 20,"
    " 'rules' in sys.modules, end='')"
)
_EXPECTED = "import importlib\nimportlib.reload(m)\n True False"


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["pip", "wheel", "-v", "--no-deps", "-w", folder]
    said = run(sys.executable, "-m", *build, ROOT, cwd=folder)
    assert "Deprecat" not in said, "the metadata says something in an old way"
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_the_package_and_nothing_beside_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {"imp_migrate/rules/reload.py", "imp_migrate/py.typed"} <= set(names)
    assert "imp_migrate/helpers/functions.py" in names
    assert {"imp_migrate/report/page.css", "imp_migrate/report/page.js"} <= set(names)
    rules = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("rules/**/*.py")}
    assert {f"imp_migrate/{name}" for name in rules} <= set(names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"imp_migrate"}


def test_wheel_works_from_the_zip(wheel: Path, tmp_path: Path) -> None:
    assert run(sys.executable, "-c", _PROGRAM, cwd=tmp_path, PYTHONPATH=str(wheel)) == _EXPECTED


def test_checkout_works_uninstalled(tmp_path: Path) -> None:
    path = os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")])  # there is LibCST
    output = run(sys.executable, "-S", "-c", _PROGRAM, cwd=tmp_path, PYTHONPATH=path)
    assert output == _EXPECTED


@pytest.mark.parametrize("editable", [True, False])
def test_install(editable: bool, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    what = ["-e", ROOT] if editable else [ROOT]
    run(python, "-m", "pip", "install", "-q", *what, cwd=tmp_path)
    assert run(python, "-c", _PROGRAM, cwd=tmp_path, PYTHONPATH="") == _EXPECTED
    version = run(tmp_path / "env" / "bin" / "imp-migrate", "--version", cwd=tmp_path)
    assert version.strip().endswith("0.1.0")
    (tmp_path / "user.py").write_text("import imp_migrate\nreveal_type(imp_migrate.migrate(''))\n")
    checked = run(
        *(sys.executable, "-m", "mypy", "--strict", "--python-executable", python, "user.py"),
        cwd=tmp_path,
        PYTHONPATH="",
    )
    assert "imp_migrate.migration.Migration" in checked
