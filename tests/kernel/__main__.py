"""Runs the notebooks of fixtures/notebooks in real kernels: before on 3.11, after on 3.11 and 3.12.

Every cell must show the same.  As they are, they must fail on 3.12.  The kernels are
installed, once, into environments below ~/.cache/imp-migrate-tests.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from imp_migrate import Options
from imp_migrate.run.results import Mode
from imp_migrate.run.runner import process_bytes
from tests import interpreters

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "fixtures" / "notebooks"
CACHE = Path.home() / ".cache" / "imp-migrate-tests"
LIBRARIES = ("ipykernel>=6,<8", "nbclient>=0.10,<1", "nbformat>=5.1.3,<6")


def environment(version: str) -> Path:
    """The Python of an environment with a kernel; it is made if it is not there."""
    folder = CACHE / f"kernel-{version}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        base = interpreters.find(version)
        if base is None:
            raise SystemExit(f"Python {version} is not installed")
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([base, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *LIBRARIES], check=True)
        (folder / "complete").touch()
    return python


def play(version: str, data: bytes) -> list[Any]:
    """What the cells of the notebook *data* show on Python *version*."""
    python = environment(version)
    # The same folder each time: its name is in what some cells show.
    folder = Path(tempfile.gettempdir()) / "imp-migrate-kernel"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "notebook.ipynb").write_bytes(data)
    script = Path(__file__).with_name("play.py")
    done = subprocess.run(
        [python, "-W", "ignore", script, folder / "notebook.ipynb", folder],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise SystemExit(f"on Python {version}: {done.stderr}")
    answer: list[Any] = json.loads(done.stdout)
    return answer


def differences(before: list[Any], after: list[Any]) -> list[str]:
    """The cells that show something else, by number of code cell."""
    return [
        f"  code cell {number}: {old} became {new}"
        for number, (old, new) in enumerate(zip(before, after, strict=True), 1)
        if _without_warnings(old) != _without_warnings(new)
    ]


def _without_warnings(outputs: list[Any]) -> list[Any]:
    """*outputs* without the warning, a line with its line of code, that `imp` gives on import."""
    without = [[*output[:-1], _WARNING.sub("", output[-1])] for output in outputs]
    return [output for output in without if output[0] != "stderr" or output[-1]]


_WARNING = re.compile(r"^.*DeprecationWarning: the imp module.*\n(?:  .*\n)?", re.MULTILINE)


def main() -> int:
    """Run all notebooks; return how many differ."""
    failed = 0
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        data = path.read_bytes()
        result = process_bytes(data, str(path), Options(), Mode.WRITE)
        assert result.changed, result
        before = play("3.11", data)
        assert not any(output[0] == "error" for cell in before for output in cell), before
        found = ["  it does not need imp on Python 3.12"] if play("3.12", data) == before else []
        for version in ("3.11", "3.12"):
            found += differences(before, play(version, result.after))
        print(f"{path.name}: {len(before)} code cells, {'differs' if found else 'the same'}")
        print("\n".join(found), end="\n" if found else "")
        failed += bool(found)
    return failed


if __name__ == "__main__":
    sys.exit(main())
