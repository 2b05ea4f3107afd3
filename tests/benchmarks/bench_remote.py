"""When another machine pays: one process, two, and a Dask cluster of two workers here.

    python -m tests.benchmarks.bench_remote [--files 400] [--rounds 3]

On programs of `fixtures/programs`, with `--diff`.  The workers share this
machine's cores; what to read is what the way there and back costs for a file.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from tests.differential.programs import ROOT
from tests.run.test_remote import cluster

from ..command import arguments
from .__main__ import Cost, process


def main() -> None:
    """Take turns, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "tree"
        tree.mkdir()
        programs = sorted(ROOT.rglob("*.py"))
        for number in range(options.files):
            shutil.copy(programs[number % len(programs)], tree / f"m{number}.py")
        with cluster(Path(name)) as made:
            ways = {
                "-j1": arguments("-q", "--diff", "-j1"),
                "-j2": arguments("-q", "--diff", "-j2"),
                "dask, 2 workers": arguments("-q", "--diff", "--executor", made.address),
            }
            best = dict.fromkeys(ways, Cost(1e9, 1e9))
            for _ in range(options.rounds):
                for way, command in ways.items():
                    best[way] = best[way].least(process(command, tree))
    one = best["-j1"]
    print(f"{options.files} files")
    for way, cost in best.items():
        each = cost.cpu / options.files * 1000
        print(
            f"{way:16} {cost.wall:6.2f} s   x {cost.wall / one.wall:.2f}   "
            f"CPU here {cost.cpu:6.2f} s, {each:.1f} ms a file"
        )


if __name__ == "__main__":
    main()
