"""Migrate inputs that nobody wrote, and say what goes wrong.

    python -m tests.fuzz [--seed N] [--count N] [--kind programs|layouts|broken] [-j N]
    python -m tests.fuzz --seed N --case K       # one input: shown, and what is wrong with it

The inputs are made from `fixtures/programs`: mutated programs, the same programs in
other layouts, and broken texts, in turns.  For each: no internal error, a result that
parses, no comment lost, nothing left to do for a second run; for layouts also: the
quick-fixes, applied one by one in a random order, give what `--write` gives.  What
fails is made smaller and shown, one for each cause; --save FOLDER keeps them all.
Exit status 1 if anything failed.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from imp_migrate.options import Options
from imp_migrate.text.source import Source
from tests.differential.programs import ROOT

from .check import Problem, drawn_options, problem
from .layout import laid_out
from .mutate import broken, mutated

KINDS = ("programs", "layouts", "broken")


@dataclass(frozen=True)
class Case:
    """One input: everything about it follows from the seed and its number."""

    seed: int
    number: int
    kind: str
    text: str
    options: Options
    order: int | None

    @property
    def problem(self) -> Problem | None:
        """What is wrong with it."""
        return problem(self.text, self.options, self.order)


@cache
def programs() -> tuple[str, ...]:
    """The texts that inputs are made from."""
    paths = sorted(ROOT.rglob("*.py"))
    texts = (Source.from_bytes(p.read_bytes(), p.name).text for p in paths if decodes(p))
    return tuple(text for text in texts if "imp" in text and len(text) < 20_000)


def decodes(path: Path) -> bool:
    """Say whether *path* is text in the encoding that it declares."""
    try:
        Source.from_bytes(path.read_bytes(), path.name)
    except ValueError:
        return False
    return True


def case(seed: int, number: int, kinds: tuple[str, ...] = KINDS) -> Case:
    """Make the input *number* of the run with *seed*."""
    rng = random.Random(f"{seed}:{number}")
    kind = kinds[number % len(kinds)]
    text, other = rng.choice(programs()), rng.choice(programs())
    if kind == "layouts":
        options = Options() if rng.random() < 0.8 else drawn_options(rng)
        text = next((new for _ in range(5) if (new := laid_out(text, rng)) is not None), text)
        return Case(seed, number, kind, text, options, rng.getrandbits(32))
    text = (mutated if kind == "programs" else broken)(text, other, rng)
    return Case(seed, number, kind, text, drawn_options(rng), None)


def tried(number: int, seed: int, kinds: tuple[str, ...]) -> Problem | None:
    """What is wrong with the input *number*."""
    return case(seed, number, kinds).problem


def run(
    seed: int, count: int, kinds: tuple[str, ...], jobs: int
) -> Iterator[tuple[int, Problem | None]]:
    """Try *count* inputs; yield the number of each, and what is wrong with it."""
    work = partial(tried, seed=seed, kinds=kinds)
    started = shown = time.monotonic()
    with ProcessPoolExecutor(jobs) as executor:
        results = executor.map(work, range(count), chunksize=20) if jobs > 1 else None
        for number, found in enumerate(results or map(work, range(count))):
            yield number, found
            if sys.stderr.isatty() and time.monotonic() - shown > 5:
                shown = time.monotonic()
                print(f"{number + 1} of {count}, {shown - started:.0f} s", file=sys.stderr)


def smaller(text: str, holds: Callable[[str], bool], seconds: float = 60) -> str:
    """*text* without the lines that it need not have for *holds* to hold."""
    lines = text.splitlines(keepends=True)
    until = time.monotonic() + seconds
    size = max(len(lines) // 2, 1)
    while True:
        at, less = 0, False
        while at < len(lines) and time.monotonic() < until:
            fewer = lines[:at] + lines[at + size :]
            if holds("".join(fewer)):
                lines, less = fewer, True
            else:
                at += size
        if (size == 1 and not less) or time.monotonic() > until:
            return "".join(lines)
        size = max(size // 2, 1)


def shrunk(failed: Case, kind: str, seconds: float = 60) -> str:
    """The text of *failed* without what has nothing to do with its problem."""

    def holds(text: str) -> bool:
        found = problem(text, failed.options, failed.order)
        return found is not None and found.kind == kind

    return smaller(failed.text, holds, seconds)


def visible(text: str) -> str:
    """*text* with carriage returns and what else a terminal would act on spelt out."""
    text = text.replace("\r\n", "\\r\n").replace("\r", "\\r\n")
    return "".join(c if c.isprintable() or c in "\n\t" else repr(c)[1:-1] for c in text)


def main() -> int:
    """Run; print what failed and the totals."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--case", type=int, help="only this one, shown as it is")
    parser.add_argument("--save", type=Path, help="a folder for the inputs that failed")
    parser.add_argument("--show", type=int, default=10, help="how many causes to show in full")
    parser.add_argument("-j", "--jobs", type=int, default=1)
    arguments = parser.parse_args()
    kinds = tuple(arguments.kind or KINDS)
    if arguments.case is not None:
        return _one(case(arguments.seed, arguments.case, kinds))
    totals: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    tried = 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):  # what has been found by then is told
        for number, found in run(arguments.seed, arguments.count, kinds, arguments.jobs):
            tried = number + 1
            if found is None:
                continue
            totals[f"{kinds[number % len(kinds)]}: {found.kind}"] += 1
            causes[found.signature] += 1
            failed = case(arguments.seed, number, kinds)
            if arguments.save:
                arguments.save.mkdir(parents=True, exist_ok=True)
                name = f"{arguments.seed}-{number}-{found.kind.replace(' ', '-')}.py"
                (arguments.save / name).write_bytes(failed.text.encode("utf-8", "replace"))
            if causes[found.signature] == 1 and len(causes) <= arguments.show:
                print(f"######## case {number} ({failed.kind}), {failed.options}")
                text = visible(shrunk(failed, found.kind))
                print(f"######## {found.signature}\n{text}", flush=True)
    print(f"seed {arguments.seed}: {tried} inputs ({', '.join(kinds)})")
    for what, times in sorted(totals.items()):
        print(f"{times:7} {what}")
    print(f"{sum(totals.values()):7} problems in all")
    return int(bool(totals))


def _one(only: Case) -> int:
    print(visible(only.text))
    found = only.problem
    print(f"######## {only.kind}, {only.options}")
    if found is None:
        print("######## nothing is wrong")
        return 0
    print(f"######## {found.kind}: {found.detail}\n######## without what does not matter")
    print(visible(shrunk(only, found.kind)))
    return 1


if __name__ == "__main__":
    sys.exit(main())
