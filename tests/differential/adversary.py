"""Programs that attack what the tool assumes: `python -m tests.differential.adversary [NAME ...]`.

A program is a folder in `fixtures/adversary`: `prog.py` and what it needs, and `NOTE`,
what it attacks.  Beside them may stand

    OPTS      options of imp-migrate, one a line
    FLAGS     options of the interpreter, one a line
    SETUP.py  runs before `prog.py`, wherever that runs
    CLEAN     nothing may be reported in the program
    OPEN      why the program is expected to fail still

It runs on 3.11 as it is, and after `imp-migrate --write .` on 3.11 to 3.13.  It is
in order if output and exit status are the same; or if the tool reported what is
left, and 3.11 does as before; or if `docs/what-changes.md` names it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests import command
from tests.interpreters import find

_ROOT = Path(__file__).parents[2]
PROGRAMS = _ROOT / "fixtures" / "adversary"
PAGE = _ROOT / "docs" / "what-changes.md"
BEFORE, AFTER = "3.11", ("3.11", "3.12", "3.13")
_BESIDE = ("NOTE", "OPTS", "FLAGS", "CLEAN", "OPEN")


@dataclass(frozen=True)
class Adversary:
    """One program that attacks."""

    path: Path

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.path.name

    @property
    def is_open(self) -> bool:
        """Whether it is known to fail still."""
        return (self.path / "OPEN").exists()

    def lines(self, file: str) -> list[str]:
        """What *file* beside the program says; nothing if there is none."""
        path = self.path / file
        return path.read_text("utf-8").split("\n")[:-1] if path.exists() else []

    def copy(self, folder: Path) -> Path:
        """Put the program into the new *folder*, and return that."""
        return Path(
            shutil.copytree(
                self.path, folder, ignore=shutil.ignore_patterns(*_BESIDE, "__pycache__")
            )
        )


@dataclass(frozen=True)
class Verdict:
    """What came of a program.

    differences: what is not as before, by version of Python.
    left: what the tool reported as left to a person.
    failure: why the tool itself failed, or "".
    """

    differences: Mapping[str, str]
    left: str
    failure: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the program behaves as before everywhere."""
        return not (self.differences or self.failure)

    @property
    def is_right(self) -> bool:
        """Whether what is not as before is reported, and 3.11 does as before."""
        return self.is_kept or bool(
            self.left and BEFORE not in self.differences and not self.failure
        )

    def __str__(self) -> str:
        left = [f"left: {self.left}" if self.left else "nothing is reported"]
        return "\n".join([self.failure, *self.differences.values(), *left]).strip()


def adversaries() -> list[Adversary]:
    """Every program, sorted by name."""
    return [Adversary(path.parent) for path in sorted(PROGRAMS.glob("*/prog.py"))]


def documented() -> set[str]:
    """The programs that the page of differences names."""
    return set(re.findall(r"`([a-z]\d\d-[\w-]+)`", PAGE.read_text("utf-8")))


def judge(program: Adversary, scratch: Path) -> Verdict:
    """Run *program* before and after its migration, in new folders in *scratch*.

    Raises ValueError for a program that fails as it is.
    """
    # The folders' names are of one length, so that no line breaks elsewhere in the output.
    before = _run(program, BEFORE, program.copy(scratch / "as-is"))
    if before.status and not before.stdout:
        raise ValueError(f"{program.name} fails on {BEFORE}: {before.error}")
    migrated = program.copy(scratch / "moved")
    options = ("--write", *program.lines("OPTS"))
    status, *said_both = command.inside(*options, ".", cwd=migrated)
    said = "".join(said_both).strip()
    if status not in (0, 1):
        return Verdict({}, "", f"imp-migrate fails:\n{said}")
    differences = {}
    for version in AFTER:
        folder = shutil.copytree(migrated, scratch / f"py{version}")
        after = _run(program, version, Path(folder))
        if after[:2] != before[:2]:
            differences[version] = f"Python {version}\nbefore: {before}\nafter:  {after}"
    lost = _comments(program.path) - _comments(migrated)
    failure = f"lost comments: {', '.join(sorted(lost))}" if lost else ""
    if (program.path / "CLEAN").exists() and status:
        failure = "a false alarm"
    return Verdict(differences, said if status else "", failure)


def _comments(folder: Path) -> set[str]:
    """The comments in all files, but for those that are only meant for a tool."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        with contextlib.suppress(SyntaxError, tokenize.TokenError):  # some are broken on purpose
            for token in tokenize.tokenize(io.BytesIO(path.read_bytes()).readline):
                if token.type == tokenize.COMMENT:
                    found.add(token.string)
    return {comment for comment in found if not re.match(r"# *(noqa|type:)", comment)}


class _Run(NamedTuple):
    """What can be observed of a run, and, to tell people, its last words."""

    status: int
    stdout: str
    error: str

    def __str__(self) -> str:
        return f"{self.stdout}[exit status {self.status}] {self.error}".rstrip()


def _run(program: Adversary, version: str, folder: Path) -> _Run:
    interpreter = find(version)
    if interpreter is None:
        raise LookupError(f"Python {version} is not installed")
    start = [interpreter, *program.lines("FLAGS")]
    if (folder / "SETUP.py").exists():
        subprocess.run([*start, "SETUP.py"], cwd=folder, check=True, env=_environment())
    done = subprocess.run(
        [*start, "prog.py"],
        cwd=folder,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env={**_environment(), "PYTHONHASHSEED": "0"},
        timeout=60,
    )
    stdout, stderr = (
        output.decode("utf-8", "backslashreplace").replace(str(folder), "<folder>")
        for output in (done.stdout, done.stderr)
    )
    return _Run(done.returncode, stdout, stderr.rstrip().rpartition("\n")[2])


def _environment() -> dict[str, str]:
    """The environment without what points the interpreter to other code."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def main() -> int:
    """Judge the programs whose names contain one of the arguments; say what is wrong."""
    wanted = sys.argv[1:] or [""]
    named = documented()
    wrong = 0
    for program in adversaries():
        if not any(part in program.name for part in wanted):
            continue
        with tempfile.TemporaryDirectory() as folder:
            verdict = judge(program, Path(folder).resolve())
        right = verdict.is_right or program.name in named
        how = "kept" if verdict.is_kept else "reported" if verdict.is_right else "documented"
        wrong += not right
        print(f"{program.name}: {how if right else 'WRONG'}")
        if sys.argv[1:] or not right:
            print(f"{verdict}\n")
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
