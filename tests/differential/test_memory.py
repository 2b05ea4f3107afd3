"""A run that is known by its content is not run again; whatever may change its result counts."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.differential import memory
from tests.differential.harness import LENIENT, STRICT, Laboratory, Outcome
from tests.differential.memory import Memory, default_folder, key_of
from tests.differential.programs import Program

SELF = os.path.realpath(sys.executable)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    path = tmp_path / "topic" / "case.py"
    path.parent.mkdir()
    path.write_text("import imp\nprint(imp.new_module('m').__name__)\n")
    return Program(path)


def kept(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_known_programs_do_not_run_again(
    program: Program, laboratory: Laboratory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laboratory, "_memory", Memory(tmp_path / "cache"))
    before = laboratory._runs
    first = laboratory.run(program, ["3.11"], LENIENT)
    assert first == {"3.11": Outcome("m\n", 0, "")}
    assert (laboratory._runs - before, kept(tmp_path / "cache")) == (1, 1)
    assert laboratory.run(program, ["3.11"], LENIENT) == first
    # Another process finds it, too.
    monkeypatch.setattr(laboratory, "_memory", Memory(tmp_path / "cache"))
    assert laboratory.run(program, ["3.11"], LENIENT) == first
    assert laboratory._runs - before == 1
    for change in ({"fresh": True}, {"again": True}, {"files": {"other.txt": b""}}):
        before = laboratory._runs
        assert laboratory.run(program, ["3.11"], LENIENT, **change) == first  # type: ignore[arg-type]
        assert laboratory._runs - before == 1, change


def test_a_program_that_is_killed_is_not_remembered(
    program: Program, laboratory: Laboratory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laboratory, "_memory", Memory(tmp_path / "cache"))
    program.path.write_text("import os; os.abort()\n")
    assert laboratory.run(program, ["3.12"], STRICT)["3.12"].status == -6
    assert kept(tmp_path / "cache") == 0


def test_a_difference_is_never_only_remembered(
    program: Program, laboratory: Laboratory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laboratory, "_memory", Memory(tmp_path / "cache"))
    originals = laboratory.originals(program)
    files = {"main.py": b"print('m')\n"}
    assert laboratory.differences(program, files, originals) == []
    for path in (tmp_path / "cache").rglob("*"):  # as if each had failed once, by chance
        if path.is_file():
            path.write_text('["n", 0, ""]')
    monkeypatch.setattr(laboratory, "_memory", Memory(tmp_path / "cache"))
    assert laboratory.differences(program, files, originals) == []


def test_what_a_key_depends_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "python"
    other.write_bytes(b"")
    contents = {"a": b"xy", "b": b""}
    keys = [
        key_of(contents, SELF, STRICT, ""),
        key_of({"a": b"x", "b": b"y"}, SELF, STRICT, ""),
        key_of({"a": b"xy", "c": b""}, SELF, STRICT, ""),
        key_of(contents, str(other), STRICT, ""),
        key_of(contents, SELF, LENIENT, ""),
        key_of(contents, SELF, STRICT, "again"),
    ]
    monkeypatch.setattr(memory, "HARNESS", other)
    memory._surroundings.cache_clear()
    keys.append(key_of(contents, SELF, STRICT, ""))
    memory._surroundings.cache_clear()
    assert len(set(keys)) == len(keys)


def test_a_broken_or_old_file_is_no_memory(tmp_path: Path) -> None:
    Memory(tmp_path).put("abc", ["x", 0, ""])
    [path] = (p for p in tmp_path.rglob("*") if p.is_file())
    path.write_text('["x", ')
    assert Memory(tmp_path).get("abc") is None
    Memory(tmp_path).forget_the_old()
    assert path.exists()
    os.utime(path, (0, 0))
    Memory(tmp_path).forget_the_old()
    assert not path.exists()


def test_nothing_is_kept_in_continuous_integration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert default_folder() is None
    monkeypatch.setenv("CI", "")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert str(default_folder()).startswith("/somewhere/")
