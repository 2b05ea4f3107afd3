"""The harness finds what a migration gets wrong: hand-made results, right and wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.differential.harness import Laboratory
from tests.differential.programs import Program, all_programs

LOAD_TWICE = """\
import imp
first = imp.load_source("job", "job.cfg")
first.kept = 1
second = imp.load_source("job", "job.cfg")
print(first is second, getattr(second, "kept", 0))
try:
    imp.load_source("bad", "bad.cfg")
except ZeroDivisionError as error:
    print(error)
import sys
print("job" in sys.modules, "bad" in sys.modules)
"""

RIGHT = """\
import importlib.machinery
import importlib.util
import sys

def load(name, path):
    loader = importlib.machinery.SourceFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    fresh = importlib.util.module_from_spec(spec)
    module = sys.modules.setdefault(name, fresh)
    try:
        loader.exec_module(module)
    except BaseException:
        if module is fresh:
            del sys.modules[name]
        raise
    return module

"""


def migrated(helper: str) -> str:
    return helper + LOAD_TWICE.replace("import imp\n", "").replace("imp.load_source", "load")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    folder = tmp_path / "topic" / "case"
    folder.mkdir(parents=True)
    (folder / "main.py").write_text(LOAD_TWICE)
    (folder / "job.cfg").write_text("x = 1\n")
    (folder / "bad.cfg").write_text("1 / 0\n")
    return Program(folder)


def differences(program: Program, laboratory: Laboratory, text: str) -> str:
    originals = laboratory.originals(program)
    return "\n".join(laboratory.differences(program, {"main.py": text.encode()}, originals))


def test_right_result_has_no_difference(program: Program, laboratory: Laboratory) -> None:
    assert differences(program, laboratory, migrated(RIGHT)) == ""


@pytest.mark.parametrize(
    ("right", "wrong", "symptom"),
    [
        ("sys.modules.setdefault(name, fresh)", "fresh", "after:  False 0"),
        ("del sys.modules[name]", "pass", "True True"),
        (", loader=loader", "", "AttributeError"),
        ("import importlib.util\n", "", "has no attribute 'util'"),
        ("import sys\n", "", "name 'sys' is not defined"),
        ("loader.exec_module(module)", "module = loader.load_module()", "DeprecationWarning"),
        ("raise\n", "return\n", "after:  True 1\nTrue False"),
        ("return module", "sys.exit(3)", "[exit status 3]"),
        ("return module", "import os; os.abort()", "[exit status -6]"),
    ],
)
def test_wrong_result_is_found(
    program: Program, laboratory: Laboratory, right: str, wrong: str, symptom: str
) -> None:
    assert RIGHT.count(right) == 1
    found = differences(program, laboratory, migrated(RIGHT.replace(right, wrong)))
    assert "Python 3.12" in found and "Python 3.13" in found
    assert symptom in found


def test_code_that_still_needs_imp_runs_where_imp_is(
    program: Program, laboratory: Laboratory
) -> None:
    assert differences(program, laboratory, LOAD_TWICE) == ""
    found = differences(program, laboratory, LOAD_TWICE + "print('more')\n")
    assert "Python 3.11" in found and "Python 3.12" not in found


def test_programs_do_not_see_each_other(tmp_path: Path, laboratory: Laboratory) -> None:
    """Neither modules, nor files, nor the harness itself are visible to the next program."""
    case = tmp_path / "topic" / "case.py"
    case.parent.mkdir()
    case.write_text(
        "import sys, os, imp\n"
        "print(sorted(os.listdir('.')), len(sys.argv), sorted(n for n in dir() if n[0] != '_'))\n"
        "print([n for n in ('json', 'left', 'importlib.metadata') if n in sys.modules])\n"
        "import json; sys.modules['left'] = json; open('left.txt', 'w').close(); sys.exit('end')\n"
    )
    program = Program(case)
    first, second = (laboratory.originals(program, fresh=True)["3.11"] for _ in range(2))
    assert first == second
    assert first.stdout == "['main.py'] 1 ['imp', 'os', 'sys']\n[]\n"
    assert (first.status, first.error) == (1, "")


def test_unknown_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "case.py"
    path.write_text("# imp-migrate: unsave\n")
    with pytest.raises(ValueError, match="unknown header unsave"):
        Program(path).header  # noqa: B018


def test_there_are_programs() -> None:
    programs = list(all_programs())
    assert len(programs) > 300
    assert len({program.name for program in programs}) == len(programs)
    for program in programs:
        assert b"imp" in program.main.read_bytes() or len(program.sources()) > 1
