"""The flake8 plugin, run by the real flake8."""

from __future__ import annotations

import ast
import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from imp_migrate.flake8_plugin import Plugin
from imp_migrate.meaning.neighbours import with_neighbours
from imp_migrate.run.discovery import Found
from imp_migrate.text.source import Neighbours

from .corpus import data
from .corpus.fetch import DEFAULT_DATA
from .corpus.test_corpus import unreachable

PROGRAMS = Path(__file__).resolve().parent.parent / "fixtures" / "programs"


def flake8(*arguments: str, cwd: Path, stdin: str | None = None) -> tuple[int, list[str]]:
    """Run flake8, on our codes only unless told otherwise; return its status and its lines."""
    if not any(a.startswith("--select") for a in arguments):
        arguments = ("--select=IMP", *arguments)
    command = [sys.executable, "-m", "flake8", *arguments]
    # flake8 lets the compiler's warnings about the code through.
    env = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, env=env)
    assert "Traceback" not in done.stderr and not done.stderr.strip(), done.stderr
    return done.returncode, done.stdout.splitlines()


def command_line(*arguments: str, cwd: Path) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "imp_migrate", "--output-format=json", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def assert_same_reports(tree: Path) -> int:
    """Compare flake8's report on *tree* with the command line's; return its length."""
    # A project's own configuration is not ours.
    _, lines = flake8(
        "--isolated", "--format=%(path)s\t%(row)d\t%(col)d\t%(code)s\t%(text)s", ".", cwd=tree
    )
    ours = []
    for found in command_line("--no-respect-gitignore", "--exclude=.git", ".", cwd=tree):
        location = found["location"]
        assert isinstance(location, dict) and isinstance(found["filename"], str)
        path = Path(found["filename"])
        if path.suffix == ".py":  # flake8 looks at no scripts and stubs
            place = (f"./{path.relative_to(tree)}", location["row"], location["column"])
            ours.append("\t".join(map(str, (*place, found["code"], found["message"]))))
    # flake8 knows of one file at a time.
    files = [Found(f"./{path.relative_to(tree)}", str(path)) for path in tree.rglob("*.py")]
    related = {
        file.path
        for file in with_neighbours(files)
        if replace(file.neighbours, unsteady=None, imported=frozenset()) != Neighbours()
    }
    lines = [line for line in lines if line.split("\t")[0] not in related]
    ours = [line for line in ours if line.split("\t")[0] not in related]
    # How a search is replaced depends on what other files do to the path that it goes through.
    lines, ours = (
        [line.rpartition("\t")[0] if "\tIMP20" in line else line for line in some]
        for some in (lines, ours)
    )
    # flake8 reports a file that does not parse itself, as E999.
    assert sorted(lines) == sorted(line for line in ours if "\tIMP9" not in line)
    return len(ours)


def test_reports_what_the_command_line_reports(tmp_path: Path) -> None:
    shutil.copytree(PROGRAMS, tmp_path / "tree")
    assert assert_same_reports(tmp_path / "tree") > 200


@pytest.mark.corpus
def test_reports_the_same_on_real_code(tmp_path: Path) -> None:
    root = Path(os.environ.get("IMP_MIGRATE_CORPUS") or DEFAULT_DATA).expanduser()
    root.mkdir(parents=True, exist_ok=True)
    for release in data.subset().values():
        if reason := unreachable(release, root):
            if os.environ.get("CI") == "true":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)
        shutil.copytree(root / release.key, tmp_path / "tree" / release.key)
    assert assert_same_reports(tmp_path / "tree") > 100


def test_spots_that_need_a_person_only(tmp_path: Path) -> None:
    text = "import imp\nimp.reload(m)\nimp.lock_held()\n"
    (tmp_path / "a.py").write_text(text)
    _, everything = flake8("a.py", cwd=tmp_path)
    _, manual = flake8("--imp-manual-only", "a.py", cwd=tmp_path)
    assert [line.split()[1] for line in everything] == ["IMP401", "IMP101", "IMP302"]
    assert [line.split()[1] for line in manual] == ["IMP401", "IMP302"]
    (tmp_path / "setup.cfg").write_text("[flake8]\nimp-manual-only = true\n")
    assert flake8("a.py", cwd=tmp_path)[1] == manual


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("import imp  # noqa: IMP4\nimp.reload(m)\n", [2]),
        ("import imp\nimp.reload(m)  # noqa: IMP101\n", [1]),
        ("import imp\nimp.reload(m)  # noqa: E501\n", [1, 2]),
        ("import imp\nimp.reload(  # noqa: IMP101\n    m,\n)\n", [1]),
        ("import imp\nimp.reload(\n    m,\n)  # noqa: IMP101\n", [1, 2]),
        ("import imp\nf(\n    imp.reload,  # noqa: IMP\n)\n", [1]),
        ("import imp\nimp.reload(m, '''\n  x\n''')  # noqa: IMP101\n", [1]),
        ("import imp\nimp \\\n    .reload(m)  # noqa: IMP101\n", [1]),
        ("x = 1  # flake8: noqa\nimport imp\nimp.reload(m)\n", [2, 3]),
    ],
)
def test_noqa(text: str, lines: list[int], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(text)
    found = [int(line.split(":")[1]) for line in flake8("a.py", cwd=tmp_path)[1]]
    assert found == lines
    ours = [d["location"]["row"] for d in command_line("a.py", cwd=tmp_path)]  # type: ignore[index]
    assert ours == lines


@pytest.mark.parametrize(
    ("text", "by_flake8", "ours"),
    [
        ("import imp  # noqa\nimp.reload(m)\n", [2], [1, 2]),
        ("# flake8: noqa\nimport imp\n", [], [2]),
    ],
)
def test_only_flake8_obeys_comments_for_other_linters(
    text: str, by_flake8: list[int], ours: list[int], tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text(text)
    found = [int(line.split(":")[1]) for line in flake8("a.py", cwd=tmp_path)[1]]
    assert found == by_flake8
    rows = [d["location"]["row"] for d in command_line("a.py", cwd=tmp_path)]  # type: ignore[index]
    assert rows == ours


def test_options_of_flake8(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import imp\nimp.reload(m)  # noqa\n")
    assert flake8("--disable-noqa", "a.py", cwd=tmp_path)[1] != flake8("a.py", cwd=tmp_path)[1]
    assert flake8("--per-file-ignores=a.py:IMP", "a.py", cwd=tmp_path) == (0, [])
    text = (tmp_path / "a.py").read_text()
    _, lines = flake8("--stdin-display-name=b.py", "-", cwd=tmp_path, stdin=text)
    assert [line.partition(":")[0] for line in lines] == ["b.py"]


def test_several_processes_and_a_file_that_does_not_parse(tmp_path: Path) -> None:
    for number in range(8):
        (tmp_path / f"m{number}.py").write_text("import imp\nimp.reload(m)\n")
    (tmp_path / "broken.py").write_text("import imp\nprint 'x'\n")
    _, lines = flake8("--select=IMP,E9", "-j", "2", ".", cwd=tmp_path)
    assert sum("broken.py" in line and "E999" in line for line in lines) == 1
    assert sum("IMP" in line for line in lines) == 16


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfimport imp\r\nimp.reload(m)\r\n",
        b"# coding: latin-1\nimport imp\nx = '\xe9'; imp.reload(m)\n",
        b"import imp\rimp.reload(m)\r",
        b"\x0cimport imp\n\x0cimp.reload(m)\n",
    ],
    ids=["bom and crlf", "latin-1", "cr", "form feed"],
)
def test_odd_files(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(data)
    lines = flake8("a.py", cwd=tmp_path)[1]
    codes = [line.split()[1] for line in lines]
    assert codes == ["IMP401", "IMP101"]


def test_never_raises() -> None:
    """flake8 would stop, so whatever still parses must come through: here, mutilated programs."""
    chance = random.Random(2026)
    programs = sorted(PROGRAMS.rglob("*.py"))
    tried = 0
    while tried < 400:
        lines = chance.choice(programs).read_text(encoding="utf-8", errors="replace").split("\n")
        for _ in range(chance.randint(1, 4)):
            other = (
                chance.choice(programs).read_text(encoding="utf-8", errors="replace").split("\n")
            )
            place = chance.randrange(len(lines) + 1)
            lines[place : place + chance.randint(0, 2)] = [chance.choice(other)]
        text = "\n".join(lines) + "\n"
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        tried += 1
        for line, column, message, _ in Plugin(tree, text.splitlines(keepends=True)).run():
            assert line >= 1 and column >= 0
            assert "could not be analysed" not in message, f"{message}\n{text}"
