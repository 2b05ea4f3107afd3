"""How much a migration adds: `python -m tests.corpus.size [--data DIR] [--jobs N] [--list]`.

For every file of the corpus that changes: the lines that the diff adds, and how many of
them are helper functions.  A line that is moved counts as removed and added.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import statistics
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from imp_migrate.helpers import NAMES

from . import data, fetch
from .run import run_tool

_HELPERS = {*NAMES, *(f"_imp{name}" for name in NAMES), *(name[1:] for name in NAMES)}


def main() -> None:
    """Print the figures: median, 90th percentile, most; the share of helper lines."""
    parser = argparse.ArgumentParser(prog="tests.corpus.size", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=fetch.DEFAULT_DATA, metavar="DIR")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--list", action="store_true", help="every file, the largest first")
    args = parser.parse_args()
    root, known = args.data.expanduser(), data.sites()
    work = [
        file
        for release in data.releases().values()
        for file in data.files(root, release, known.get(release.key, ()))
        if b"imp" in file.data
    ]
    with ProcessPoolExecutor(args.jobs) as pool:
        found = [size for size in pool.map(added, work, chunksize=8) if size is not None]
    found.sort(reverse=True)
    if args.list:
        for lines, helper, removed, path in found:
            print(f"{lines:4} {helper:4} {removed:4} {path}")
    counts = sorted(lines for lines, _, _, _ in found)
    total, helpers = sum(counts), sum(helper for _, helper, _, _ in found)
    print(
        f"files changed: {len(counts)}; lines added {total}, removed {sum(r for _, _, r, _ in found)}"
    )
    print(
        f"lines added per file: median {statistics.median(counts)},"
        f" 90th percentile {counts[int(len(counts) * 0.9)]}, most {counts[-1]}"
    )
    print(f"helper lines: {helpers} ({helpers / total:.1%} of the added)")


def added(file: data.CorpusFile) -> tuple[int, int, int, str] | None:
    """The lines that *file* gains, those of helpers among them, those it loses; None if none."""
    outcome = run_tool(file.data, file.path)
    if outcome.after == file.data:
        return None
    own = {node.name for node in _functions(file.data)}
    marks = _diff(file.data.splitlines(), outcome.after.splitlines())
    helper = sum(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in _functions(outcome.after)
        if node.name in _HELPERS - own
    )
    return marks.count("+"), helper, marks.count("-"), f"{file.release} {file.path}"


def _functions(code: bytes) -> list[ast.FunctionDef]:
    """The functions that *code*, of a module, defines at its top level."""
    return [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]


def _diff(old: list[bytes], new: list[bytes]) -> list[str]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    marks: list[str] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            marks += ["-"] * (j - i) + ["+"] * (m - k)
    return marks


if __name__ == "__main__":
    main()
