"""What the tool costs, beside what people know: one table of ratios, measured in turns.

    python -m tests.benchmarks [--rounds N] [--files N] [--only WORDS]

Of each pair the two take turns, so that a busy machine is equally busy for both; the
least of their times counts.  Times of processes are of the whole process, CPU with that
of its children.  What to read are the ratios.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from imp_migrate.migration import migrate_source

from ..command import arguments, environment
from .bench_file import parse_and_print, sources
from .bench_flake8 import _TEXT
from .bench_scan import make_tree

_SITES = b"import imp\n\n\ndef again(module):\n    return imp.reload(module)\n"
_FLAKE8 = """
import importlib.metadata as metadata, sys
real, hidden = metadata.distributions, sys.argv.pop(1)
metadata.distributions = lambda **how: (d for d in real(**how) if d.metadata["Name"] != hidden)
from flake8.main.cli import main
main()
"""


@dataclass(frozen=True)
class Cost:
    """Seconds, and MiB at the most (0: not measured)."""

    wall: float
    cpu: float
    memory: float = 0

    def least(self, other: Cost) -> Cost:
        """The better of two measurements."""
        return Cost(*map(min, zip(*(vars(c).values() for c in (self, other)), strict=True)))


Work = Callable[[], Cost]


@dataclass(frozen=True)
class Comparison:
    """Ours and what it is compared with; *target*: what the ratios should not exceed."""

    name: str
    target: str
    ours: Work
    theirs: Work


def process(command: list[str], folder: Path) -> Cost:
    """What the process *command* costs in *folder*."""
    start = time.perf_counter()
    running = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(PYTHONDONTWRITEBYTECODE=""),  # as with whoever installed it
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode not in (0, 1):
        raise SystemExit(f"{command}: exit status {running.returncode}")
    wall = time.perf_counter() - start
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def inside(work: Callable[[], object]) -> Cost:
    """What a call in this process costs."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - start, time.process_time() - cpu)


def comparisons(folder: Path, files: int) -> Iterator[Comparison]:
    """Everything that is compared, made as it is asked for."""

    def pair(
        name: str, target: str, ours: list[str], theirs: list[str], where: Path
    ) -> Iterator[Comparison]:
        if shutil.which(theirs[0]):
            left, right = (functools.partial(process, c, where) for c in (ours, theirs))
            yield Comparison(name, target, left, right)

    python = sys.executable
    clean, few, small = (folder / name for name in ("clean", "few", "small"))
    for place in (clean, few, small):
        place.mkdir()
    make_tree(clean, files)
    tree = f"{files} files without imp"
    rg = ["rg", "-lw", "imp", "-g", "*.py"]
    yield from pair(f"{tree}: ripgrep", "2.0", arguments("-q"), rg, clean)
    grep = ["grep", "-rlw", "--include=*.py", "imp", "."]
    yield from pair(f"{tree}: grep", "", arguments("-q"), grep, clean)
    ruff = [str(Path(python).parent / "ruff"), "check", "-q", "--isolated", "--no-cache", "."]
    yield from pair(f"{tree}: ruff, uncached", "", arguments("-q"), ruff, clean)
    make_tree(few, files)
    for number, path in enumerate(sorted(few.rglob("*.py"))):
        if number % 100 == 0:
            path.write_bytes(_SITES)
    yield from pair(f"{files} files, 1 % use imp: ripgrep", "", arguments("-q"), rg, few)
    start = [python, "-c", "import argparse, re"]
    (small / "module.py").write_text("x = 1\n")
    yield from pair("start, one clean file: argparse, re", "1.5", arguments("-q"), start, small)
    for number in range(299):
        (small / f"module_{number}.py").write_text("x = 1\n")
    nothing = [python, "-c", "pass"]
    yield from pair("300 small files: python -c pass", "", arguments("-q"), nothing, small)
    for name, source in sources([]):
        yield Comparison(
            f"migrate {name}: LibCST parse, print",
            "1.0",
            functools.partial(inside, functools.partial(migrate_source, source)),
            functools.partial(inside, functools.partial(parse_and_print, source.text)),
        )
    flakes = folder / "flakes"
    flakes.mkdir()
    for number in range(300):
        (flakes / f"module_{number}.py").write_text(_TEXT.format(n=number))
    flake8 = [python, "-c", _FLAKE8]
    yield from pair(
        "flake8, 300 files: without the plugin",
        "1.05",
        [*flake8, "nothing", "-j1", "."],
        [*flake8, "imp-migrate", "-j1", "."],
        flakes,
    )


def server(changes: int) -> str:
    """How long after a change its diagnostics come."""
    from imp_migrate.lsp.desk import PAUSE
    from tests.lsp.editor import editor

    from .bench_lsp import seconds_to_diagnostics, text_of_1000_lines

    with editor() as session:
        buffer = session.open(text_of_1000_lines())
        session.diagnostics(buffer)
        taken = seconds_to_diagnostics(session, buffer, changes)
    median = statistics.median(taken)
    return (
        f"language server, 1,000 lines, a change: {median * 1000:.0f} ms until its diagnostics,"
        f" {PAUSE * 1000:.0f} ms of them a pause ({median / PAUSE:.2f})"
    )


def main() -> None:
    """Measure, and print a line of the table as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--only", default="", help="only lines that hold these words")
    options = parser.parse_args()
    print(f"{'against':52} {'wall':>6} {'CPU':>6} {'target':>6} {'ours':>9} {'memory':>8}")
    with tempfile.TemporaryDirectory() as name:
        for one in comparisons(Path(name), options.files):
            if options.only not in one.name:
                continue
            ours = theirs = Cost(1e9, 1e9, 1e9)
            for _ in range(options.rounds):
                ours, theirs = ours.least(one.ours()), theirs.least(one.theirs())
            wall, cpu = ours.wall / theirs.wall, ours.cpu / theirs.cpu
            memory = f"{ours.memory:4.0f} MiB" if ours.memory else ""
            print(
                f"{one.name:52} {wall:6.2f} {cpu:6.2f} {one.target:>6} "
                f"{ours.wall * 1000:6.0f} ms {memory:>8}",
                flush=True,
            )
    if options.only in "language server":
        print(server(50))


if __name__ == "__main__":
    main()
