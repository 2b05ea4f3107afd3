"""Programs cut into the cells of a notebook: they do what they did, cell after cell.

The cells are run by `exec`, as a kernel does it; `python -m tests.kernel` has real ones.
"""

from __future__ import annotations

import ast
import random
import subprocess
from pathlib import Path

import pytest

from imp_migrate import Options
from imp_migrate.run.results import Mode
from imp_migrate.run.runner import process_bytes
from tests import interpreters
from tests.notebooks import notebook

PROGRAMS = Path(__file__).parents[2] / "fixtures" / "programs"


def is_readable(path: Path) -> bool:
    """Say whether the Python that runs the tests reads the program: some are older or newer."""
    try:
        return bool(ast.parse(path.read_text("utf-8")).body)
    except (SyntaxError, ValueError):
        return False


SAMPLE = random.Random(12).sample(sorted(PROGRAMS.glob("*/*.py")), 70)
CHOSEN = [path for path in SAMPLE if is_readable(path)][:60]

RUN = """
import json, sys, types, warnings
warnings.simplefilter("ignore")
with open("nb.ipynb", encoding="utf-8") as stream:
    cells = json.load(stream)["cells"]
sys.argv = ["kernel"]
module = sys.modules["__main__"] = types.ModuleType("__main__")
for cell in cells:
    exec(compile("".join(cell["source"]), "<cell>", "exec", dont_inherit=True), vars(module))
"""


def cut(text: str, seed: str) -> list[str]:
    """*text* as cells, each of some of its statements."""
    chance = random.Random(seed)
    lines = text.split("\n")
    starts = {
        min([s.lineno, *(d.lineno for d in getattr(s, "decorator_list", ()))]) - 1
        for s in ast.parse(text).body[1:]
        if chance.random() < 0.5
    }
    ends = [*sorted(starts), len(lines)]
    return ["\n".join(lines[a:b]) for a, b in zip([0, *ends], ends, strict=False)]


def played(version: str, data: bytes, folder: Path) -> tuple[int, bytes]:
    """The exit status of the notebook *data* on Python *version*, and what it prints."""
    folder.mkdir()
    (folder / "nb.ipynb").write_bytes(data)
    done = subprocess.run(
        [interpreters.require(version), "-W", "ignore", "-c", RUN],
        cwd=folder,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout.replace(bytes(folder), b"FOLDER")


@pytest.mark.parametrize("part", range(4))
def test_programs_in_cells(part: int, tmp_path: Path) -> None:
    compared = 0
    for number, path in enumerate(CHOSEN[part::4]):
        data = notebook(*cut(path.read_text("utf-8"), path.name))
        result = process_bytes(data, "nb.ipynb", Options(), Mode.WRITE)
        assert not result.internal_error, path
        again = process_bytes(result.after, "nb.ipynb", Options(), Mode.WRITE)
        assert not again.changed, path
        if result.remaining or not result.changed:
            continue
        before = played("3.11", data, tmp_path / f"{number}-before")
        if before[0]:
            continue  # it needs what only its own harness gives it
        assert played("3.12", result.after, tmp_path / f"{number}-after") == before, path
        compared += 1
    assert compared >= 3
