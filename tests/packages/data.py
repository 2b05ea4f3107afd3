"""The releases whose own tests reach imp, and where everything of theirs is kept."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.data import Release
from tests.corpus.fetch import archive, unpack

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Package:
    """A release with a test suite.

    members: what of imp the tests reach; requirements: what they need from the index;
    path: the folder with the importable code; tests: the folder with the tests, and
    pattern: what their files are called; settings: environment variables (`NAME=value`).
    """

    release: Release
    members: str
    requirements: tuple[str, ...]
    path: str
    tests: str
    pattern: str
    settings: tuple[str, ...]

    @property
    def name(self) -> str:
        """`<package>-<version>`."""
        return self.release.key

    def unpack(self, data: Path, target: Path) -> Path:
        """Write a fresh copy of all files below *target* and return the folder of the project.

        The archive comes from the index, or from *data* where that has it.
        """
        shutil.rmtree(target, ignore_errors=True)
        for path, content in unpack(archive(self.release, data), everything=True):
            file = target / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        (project,) = target.iterdir()
        return project


def packages() -> list[Package]:
    """Read `releases.tsv`."""
    with (HERE / "releases.tsv").open(newline="") as file:
        return [
            Package(
                Release(row["package"], row["version"], row["file"], row["sha256"]),
                row["members"],
                tuple(row["requirements"].split()),
                row["path"],
                row["tests"],
                row["pattern"],
                tuple(row["settings"].split()),
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]
