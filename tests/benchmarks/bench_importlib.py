"""What files cost that mention importlib and not imp, as ratios.

    python -m tests.benchmarks.bench_importlib [FOLDER] [--rounds 5]

Without FOLDER, modules of the standard library.  The scan is compared with the search
for the word imp alone, the analysis of what the scan lets through with `ast.parse`.
"""

from __future__ import annotations

import argparse
import ast
import sysconfig
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from imp_migrate import Options
from imp_migrate.analysis import analyse
from imp_migrate.text.scan import is_candidate, mentions_imp
from imp_migrate.text.source import Source

Item = TypeVar("Item")


def main() -> None:
    """Read the files, take the least time of some rounds, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", default=sysconfig.get_path("stdlib"), type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    everything = [path.read_bytes() for path in Path(options.folder).rglob("*.py")]
    others = [data for data in everything if not mentions_imp(data)]
    using = [data for data in others if b"importlib" in data or b"pkgutil" in data]
    passed = [data for data in using if is_candidate(data)]
    neither = [data for data in others if b"importlib" not in data and b"pkgutil" not in data]
    print(f"{len(others)} files without imp, {len(using)} with importlib, {len(passed)} to parse")
    for name, files in (("neither", neither), ("with importlib", using)):
        word, scan = (least(f, files, options.rounds) for f in (mentions_imp, is_candidate))
        print(f"scan, {name:15} {scan * 1000:7.1f} ms   x {scan / word:.2f} of the word alone")
    warnings.simplefilter("ignore")
    sources = [source for data in passed if (source := readable(data)) is not None]
    parse = least(lambda source: ast.parse(source.text), sources, options.rounds)
    whole = least(lambda source: analyse(source, Options()), sources, options.rounds)
    print(f"analysis                {whole * 1000:9.1f} ms   x {whole / parse:.2f} of ast.parse")


def readable(data: bytes) -> Source | None:
    """*data* as a source, if it is one of Python 3."""
    try:
        source = Source.from_bytes(data, "module.py")
        ast.parse(source.text)
    except (ValueError, SyntaxError):
        return None
    return source


def least(function: Callable[[Item], object], items: Sequence[Item], rounds: int) -> float:
    """The least time that *function* took for all *items*."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for item in items:
            function(item)
        best = min(best, time.perf_counter() - start)
    return best


if __name__ == "__main__":
    main()
