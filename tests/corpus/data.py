"""The corpus: which releases it has, which sites are known in them, and their files on disk.

`manifest.tsv` pins the releases (one archive each, with its hash); `sites.tsv` is the ground
truth, one row per use of a member of `imp` or per imported name.  The files themselves are
never part of this repository: `fetch.py` gets them.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

HERE = Path(__file__).parent

#: Values of `Site.member` that are not members of `imp`.
IMPORT, MODULE = "<import>", "<module>"
REACHABLE = "reachable, unguarded"


@dataclass(frozen=True)
class Release:
    """One pinned archive of the package index."""

    package: str
    version: str
    file: str
    sha256: str

    @property
    def key(self) -> str:
        """How `sites.tsv` and the folders on disk call the release."""
        return f"{self.package}-{self.version}"


@dataclass(frozen=True)
class Site:
    """One row of the ground truth: *member* is used on *line* of the file at *path*.

    `<import>` stands for an import of `imp`, `<module>` for the bare module object.
    `status` says, for imports only, whether the statement is reached on Python 3.12.
    """

    release: str
    path: str
    line: int
    member: str
    via: str
    idiom: str
    family: str
    python3: bool
    status: str
    sha256: str


@dataclass(frozen=True)
class CorpusFile:
    """A file of a release, and what is known about it (nothing, if it has no `sites`)."""

    release: str
    path: str
    data: bytes
    sites: tuple[Site, ...] = ()

    @property
    def python3(self) -> bool:
        """Whether the ground truth calls it Python 3; unknown files count as such."""
        return all(site.python3 for site in self.sites)


@dataclass(frozen=True)
class Disagreement:
    """Where the ground truth is wrong, or a defect was reviewed and accepted; with the reason.

    `kind` is that of the defect: `missing` (the tool does not report the row) and `extra`
    (there is no such row) are disagreements with the ground truth.  `member` is what the
    defect's text starts with; a `line` of 0 is any line.  Kind `status` is no defect: the row
    calls an import reachable and unguarded, and it is not.
    """

    release: str
    path: str
    line: int
    member: str
    kind: str
    reason: str


class IncompleteError(Exception):
    """A release on disk lacks a file that the ground truth speaks of."""


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def releases() -> dict[str, Release]:
    """Every release of the manifest by its key."""
    found = (
        Release(r["package"], r["version"], r["file"], r["sha256"]) for r in _rows("manifest.tsv")
    )
    return {release.key: release for release in found}


def subset() -> dict[str, Release]:
    """The releases of `subset.txt`: small archives that show many idioms."""
    lines = (HERE / "subset.txt").read_text("utf-8").splitlines()
    everything = releases()
    return {key: everything[key] for line in lines if (key := line.partition("#")[0].strip())}


def sites() -> dict[str, list[Site]]:
    """The ground truth by release key."""
    found: dict[str, list[Site]] = defaultdict(list)
    for row in _rows("sites.tsv"):
        found[row["package"]].append(
            Site(
                release=row["package"],
                path=row["path"],
                line=int(row["line"]),
                member=row["member"],
                via=row["via"],
                idiom=row["idiom"],
                family=row["family"] or "imports",
                python3=row["parses_py3"] == "True",
                status=row["status_on_312"],
                sha256=row["file_sha256"],
            )
        )
    return dict(found)


def disagreements() -> list[Disagreement]:
    """The reviewed exceptions of `exceptions.tsv`."""
    return [
        Disagreement(r["release"], r["path"], int(r["line"]), r["member"], r["kind"], r["reason"])
        for r in _rows("exceptions.tsv")
    ]


def fingerprint(data: bytes) -> str:
    """The hash by which the ground truth names a file: SHA-256 after CRLF became LF."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def is_python(path: PurePosixPath, data: bytes) -> bool:
    """Say whether a file is Python by its suffix or its first line."""
    return path.suffix in (".py", ".pyi") or (
        not path.suffix and data.startswith(b"#!") and b"python" in data.split(b"\n", 1)[0]
    )


def files(root: Path, release: Release, known: Iterable[Site]) -> list[CorpusFile]:
    """Read the Python files of *release* below *root* and join them with their *known* sites.

    The path of a row is only a hint where several files of an archive share it; the hash
    decides.  Files that repeat the content of a known one are left out.  Raises
    IncompleteError if a known file is not there.
    """
    folder = root / release.key
    contents = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    by_hash: dict[str, list[str]] = defaultdict(list)
    for name, data in contents.items():
        by_hash[fingerprint(data)].append(name)

    rows: dict[tuple[str, str], list[Site]] = defaultdict(list)
    for site in known:
        rows[site.path, site.sha256].append(site)

    found = []
    for (path, sha256), of_file in rows.items():
        candidates = by_hash.get(sha256)
        if not candidates:
            raise IncompleteError(f"{release.key}: no file with the content of {path}")
        name = path if path in candidates else candidates[0]
        found.append(CorpusFile(release.key, name, contents[name], tuple(of_file)))
    hashes = {sha256 for _, sha256 in rows}
    for name, data in contents.items():
        if fingerprint(data) not in hashes and is_python(PurePosixPath(name), data):
            found.append(CorpusFile(release.key, name, data))
    return found
