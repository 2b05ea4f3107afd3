"""Whether tidy code stays tidy: `python -m tests.corpus.tidy [--all] [--data DIR] [--only NAME ...]`.

Runs black (lines of 88), ruff (E, F, W, I) and isort, as it is and with its profile for
black, over every file that changes, before and after.  What was clean stays clean: for
ruff, of each code by itself, so that a file with long lines is still watched for the
order of its imports.  Exceptions stand in `untidy.tsv`, each with its reason.

Exit status: 0 all is well, 1 something became untidy, 2 releases could not be had.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import data, fetch
from .run import migrated

_ISORT = {"isort": (), "isort (black)": ("--profile", "black")}
_BATCH = 100


@dataclass(frozen=True)
class Untidy:
    """A file that was clean and is not any more: *what* is a code of ruff, or a tool."""

    release: str
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.release}\t{self.path}\t{self.what}"


@dataclass(frozen=True)
class Changed:
    """A file of the corpus, before and after."""

    file: data.CorpusFile
    after: bytes


def main() -> int:
    """Print what became untidy and is not listed, then the figures."""
    parser = argparse.ArgumentParser(prog="tests.corpus.tidy", description=__doc__.splitlines()[0])
    scope = parser.add_mutually_exclusive_group()
    scope.add_argument("--all", action="store_true", help="every release, not those of subset.txt")
    scope.add_argument("--only", nargs="+", metavar="NAME", help="<package>-<version>")
    parser.add_argument("--data", type=Path, default=fetch.DEFAULT_DATA, metavar="DIR")
    args = parser.parse_args()
    known, root = data.releases(), args.data.expanduser()
    chosen = known if args.all else {n: known[n] for n in args.only or ()} or data.subset()
    root.mkdir(parents=True, exist_ok=True)
    failures = fetch.fetch_all(chosen.values(), root)
    for key, error in failures.items():
        print(f"{key}: {error}", file=sys.stderr)
    files = changed(root, [r for key, r in chosen.items() if key not in failures])
    clean, found = examine(files)
    listed = exceptions()
    left = [untidy for untidy in found if untidy not in listed]
    for untidy in left:
        print(untidy)
    print(f"files changed: {len(files)}; became untidy: {len(found)}, {len(left)} not listed")
    print("clean before: " + ", ".join(f"{tool} {clean[tool]}" for tool in sorted(clean)))
    return 2 if failures else int(bool(left))


def exceptions() -> dict[Untidy, str]:
    """What may become untidy, and why."""
    with (data.HERE / "untidy.tsv").open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {Untidy(r["release"], r["path"], r["what"]): r["reason"] for r in rows}


def changed(root: Path, releases: Iterable[data.Release]) -> list[Changed]:
    """The files of *releases* below *root* that a run changes."""
    known = data.sites()
    found = []
    for release in releases:
        for file in data.files(root, release, known.get(release.key, ())):
            if b"imp" in file.data:
                after = migrated(file.data, file.path)
                if after != file.data:
                    found.append(Changed(file, after))
    return found


def examine(files: list[Changed]) -> tuple[Counter[str], list[Untidy]]:
    """How many of *files* each tool accepted before, and which of these it no longer does."""
    clean: Counter[str] = Counter()
    found: list[Untidy] = []
    for start in range(0, len(files), _BATCH):
        batch = dict(enumerate(files[start : start + _BATCH]))
        before = _complaints({number: change.file.data for number, change in batch.items()})
        after = _complaints({number: change.after for number, change in batch.items()}, before)
        for number, change in batch.items():
            clean.update(tool for tool in _TOOLS if not before[number] & _names(tool, before))
            found += [
                Untidy(change.file.release, change.file.path, what)
                for what in sorted(after[number] - before[number])
            ]
    return clean, found


_TOOLS = ("black", "ruff", *_ISORT)


def _names(tool: str, complaints: Mapping[int, set[str]]) -> set[str]:
    """What *tool* says among *complaints*."""
    said = {what for of_file in complaints.values() for what in of_file}
    return said - set(_TOOLS) if tool == "ruff" else {tool}


def _complaints(
    texts: Mapping[int, bytes], known: Mapping[int, set[str]] | None = None
) -> dict[int, set[str]]:
    """What the tools have to say about each of *texts*: tools, and for ruff its codes.

    A tool that had something to say before, as *known*, is not asked again about that file
    (ruff, which is quick, is).
    """
    said: dict[int, set[str]] = {number: set() for number in texts}
    with tempfile.TemporaryDirectory() as name:
        files = {number: Path(name, f"{number}.py") for number in texts}
        for number, text in texts.items():
            files[number].write_bytes(text)

        def files_for(tool: str) -> list[str]:
            asked = (n for n in texts if tool not in (known or {}).get(n, ()))
            return [str(files[number]) for number in asked]

        for path, what in _said(files_for):
            said[int(path.stem)].add(what)
    return said


def _said(files: Callable[[str], list[str]]) -> Iterator[tuple[Path, str]]:
    """What each tool has to say about the *files* for it."""
    ruff = ("ruff", "check", "--isolated", "--no-cache", "--exit-zero", "--output-format", "json")
    select = ("--select", "E,F,W,I", "--line-length", "88")
    for complaint in json.loads(_run(*ruff, *select, *files("ruff")).stdout):
        yield Path(complaint["filename"]), complaint["code"] or "syntax"
    if wanted := files("black"):  # --fast: nobody uses what it would write
        black = _run("black", "--check", "--fast", "-l", "88", "--workers", "1", *wanted).stderr
        for line in black.splitlines():
            word, _, path = line.partition("reformat ")
            if word == "would ":
                yield Path(path), "black"
            elif line.startswith("error: cannot format "):
                yield Path(line.removeprefix("error: cannot format ").partition(":")[0]), "black"
    for tool, profile in _ISORT.items():
        if wanted := files(tool):
            for line in _run("isort", "--check-only", *profile, *wanted).stderr.splitlines():
                if line.startswith("ERROR: "):
                    yield Path(line.removeprefix("ERROR: ").partition(" Imports are")[0]), tool


def _run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run *tool*, which is installed beside this Python; raises OSError if it is not."""
    command = [sys.executable, "-m", tool, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if f"No module named {tool}" in done.stderr:
        raise ModuleNotFoundError(f"{tool} is not installed")
    return done


if __name__ == "__main__":
    sys.exit(main())
