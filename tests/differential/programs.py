"""The runnable programs in `fixtures/programs`, and what their headers say.

A program is a file `<topic>/<case>.py` or a folder `<topic>/<case>/` with a
`main.py`.  Files in `<topic>/_shared/` are put beside every program of the topic.

Comment lines of the form `# imp-migrate: <word> ...` in the main file say what
is special about it:

    unsafe              the migration needs --unsafe-fixes
    helpers no          migrate with --no-helpers
    target py310        migrate with --target-version py310
    python >=3.10       run the program on these versions only; also `<3.11`
    keeps a, b          uses of these members stay, and are reported; so the
                        result runs only where imp exists
    reports a, b        these are reported as well, though the result runs everywhere
    guarded             an import of imp stays in code that runs without it
    unchanged           the migration changes nothing
    warns               the result may cause a DeprecationWarning
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2] / "fixtures" / "programs"
SHARED = "_shared"
_HEADER = re.compile(rb"^# imp-migrate: (\w+) *(.*?)\r?$", re.MULTILINE)
_WORDS = {
    "unsafe",
    "helpers",
    "target",
    "python",
    "keeps",
    "reports",
    "guarded",
    "unchanged",
    "warns",
}


@dataclass(frozen=True)
class Program:
    """One runnable program."""

    path: Path

    @property
    def name(self) -> str:
        """Topic and case, as in `reload/keeps_old_names`."""
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def main(self) -> Path:
        """The file that is run."""
        return self.path / "main.py" if self.path.is_dir() else self.path

    @cached_property
    def header(self) -> dict[str, str]:
        """The words of the header with what follows them; raises ValueError for an unknown one."""
        found = _HEADER.findall(self.main.read_bytes())
        header = {word.decode(): rest.decode() for word, rest in found}
        if unknown := header.keys() - _WORDS:
            raise ValueError(f"{self.name}: unknown header {', '.join(sorted(unknown))}")
        return header

    @property
    def kept(self) -> set[str]:
        """Members whose uses are reported and stay."""
        return set(self.header.get("keeps", "").replace(",", " ").split())

    @property
    def reported(self) -> set[str]:
        """What else is left to a person, which is no use of `imp`."""
        return set(self.header.get("reports", "").replace(",", " ").split())

    def runs_on(self, version: str) -> bool:
        """Say whether the migrated program is meant to run on *version* ("3.12")."""
        relation = self.header.get("python", ">=3.8")
        if relation.startswith("<"):
            return _number(version) < _number(relation[1:])
        return _number(version) >= _number(relation.removeprefix(">="))

    def sources(self) -> dict[str, bytes]:
        """Every Python file, by its path in the folder in which the program runs."""
        sources = {}
        for folder in (self.path.parent / SHARED, self.path):
            for path in sorted(folder.rglob("*.py")):
                sources[path.relative_to(folder).as_posix()] = path.read_bytes()
        sources["main.py"] = self.main.read_bytes()
        return sources

    def contents(self) -> dict[str, bytes]:
        """Every file, by its path in the folder in which the program runs."""
        found = {}
        for folder in (self.path.parent / SHARED, self.path):
            for place, folders, names in os.walk(folder):
                folders[:] = [name for name in folders if name != "__pycache__"]
                for name in names:
                    path = Path(place, name)
                    found[path.relative_to(folder).as_posix()] = path.read_bytes()
        found["main.py"] = self.main.read_bytes()
        return found


def all_programs() -> Iterator[Program]:
    """Find every program, sorted by name."""
    for path in sorted(ROOT.glob("*/*")):
        if path.suffix == ".py" or (path / "main.py").exists():
            yield Program(path)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
