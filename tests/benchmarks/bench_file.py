"""One file that does use imp: an analysis and a migration, against LibCST and `ast`.

    python -m tests.benchmarks.bench_file [--rounds 7] [FILE ...]
    python -m tests.benchmarks.bench_file --corpus [--every 8]

Without FILE: modules of the standard library with a few uses of imp put in.  With
--corpus: all files of the corpus that change, or those of every n-th release, once, in
turns, and the sum.  What to read are the ratios to parsing and printing the files with LibCST.
"""

from __future__ import annotations

import argparse
import ast
import functools
import inspect
import subprocess
import textwrap
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import libcst

from imp_migrate import Options
from imp_migrate.analysis import analyse
from imp_migrate.migration import migrate_source
from imp_migrate.text.source import Source

from ..corpus import data, fetch

_USES = """

import imp

def use(name, path):
    imp.reload(name)
    return imp.load_source(name, path), imp.new_module(name), imp.find_module(name)
"""


def main() -> None:
    """Measure every file, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--corpus", action="store_true")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    if options.corpus:
        measure_corpus(options.every)
        return
    for name, source in sources(options.files):
        print(f"{name}: {len(source.line_starts)} lines")
        works: dict[str, Callable[[], object]] = {
            "libcst, parse and print": functools.partial(parse_and_print, source.text),
            "ast.parse": functools.partial(ast.parse, source.text),
            "analyse": functools.partial(analyse, source, Options()),
            "migrate": functools.partial(migrate_source, source, Options()),
        }
        best: dict[str, float] = {}
        for _ in range(options.rounds):
            for what, work in works.items():
                start = time.perf_counter()
                work()
                best[what] = min(best.get(what, 1e9), time.perf_counter() - start)
        reference = best["libcst, parse and print"]
        for what, took in best.items():
            print(f"  {what:25} {took * 1000:7.1f} ms   x {took / reference:.2f}")


def measure_corpus(every: int) -> None:
    """Print what migrating the files that change costs, of each *every*-th release, against LibCST."""
    known, root = data.sites(), fetch.DEFAULT_DATA.expanduser()
    took: Counter[str] = Counter()
    for release in list(data.releases().values())[::every]:
        for file in data.files(root, release, known.get(release.key, ())):
            if b"imp" not in file.data or not file.python3:
                continue
            start = time.process_time()
            source = Source.from_bytes(file.data, file.path)
            changed = migrate_source(source, Options()).changed
            mine = time.process_time() - start
            if changed:
                start = time.process_time()
                parse_and_print(source.text)
                took["libcst, parse and print"] += time.process_time() - start
                took["migrate"] += mine
                took["files"] += 1
    count = took.pop("files")
    print(f"{count:.0f} files of the corpus that change; seconds of CPU")
    for what, seconds in took.items():
        print(f"  {what:25} {seconds:7.1f} s   x {seconds / took['libcst, parse and print']:.2f}")


def parse_and_print(text: str) -> str:
    """What every LibCST codemod costs at least."""
    return libcst.parse_module(text).code


def sources(paths: list[Path]) -> list[tuple[str, Source]]:
    """The files to measure."""
    if paths:
        return [(str(path), Source.from_bytes(path.read_bytes(), str(path))) for path in paths]
    modules = (textwrap, argparse, subprocess)
    return [
        (f"{module.__name__} with imp", Source.from_text(inspect.getsource(module) + _USES))
        for module in modules
    ]


if __name__ == "__main__":
    main()
