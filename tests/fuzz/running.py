"""Programs in another layout, run before and after their migration.

    python -m tests.fuzz.running [--seed N] [--count N] [--case K]

Each of the programs of `fixtures/programs`, laid out anew at random, must do after its
migration what it did before.  Programs that say how long their lines are, or where they
stand, are told by two layouts as they are: what differs there already is not counted.
Exit status 1 if anything differs.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from imp_migrate.text.source import DecodeError, Source
from imp_migrate.transform.verify import InternalError
from tests.differential.harness import LENIENT, Laboratory
from tests.differential.migration import migrate
from tests.differential.programs import Program, all_programs
from tests.fuzz.__main__ import decodes
from tests.fuzz.layout import laid_out

_BEFORE = "3.11"


@dataclass(frozen=True)
class LaidOut(Program):
    """A program whose main file is laid out in another way."""

    text: bytes

    def sources(self) -> dict[str, bytes]:
        return {**super().sources(), "main.py": self.text}

    def contents(self) -> dict[str, bytes]:
        return {**super().contents(), "main.py": self.text}


@cache
def _programs() -> tuple[Program, ...]:
    return tuple(p for p in all_programs() if p.runs_on("3.12") and decodes(p.main))


def program(seed: int, number: int) -> LaidOut | None:
    """Lay out one of the programs; None if it cannot be, or cannot be read then."""
    rng = random.Random(f"{seed}:{number}")
    chosen = rng.choice(_programs())
    source = Source.from_bytes(chosen.main.read_bytes(), "main.py")
    text = laid_out(source.text, rng)
    if text is None:
        return None
    data = source.encode(text)
    with contextlib.suppress(DecodeError):  # its first lines may not say its encoding any more
        if Source.from_bytes(data, "main.py").text == text:
            return LaidOut(chosen.path, data)
    return None


def differences(laid: LaidOut, laboratory: Laboratory) -> list[str]:
    """Say what *laid* does differently once it is migrated."""
    before = laboratory.run(laid, [_BEFORE], LENIENT)
    if before != laboratory.run(Program(laid.path), [_BEFORE], LENIENT):
        return []  # it speaks of its own lines
    try:
        migrated = migrate(laid)
    except InternalError as error:
        return [f"internal error: {error}"]
    return laboratory.differences(laid, migrated.files, before)


def run(seed: int, numbers: range) -> Iterator[tuple[int, LaidOut, list[str]]]:
    """Try the programs *numbers*; yield those that could be laid out, and what differs."""
    with tempfile.TemporaryDirectory() as folder:
        laboratory = Laboratory(Path(folder))
        try:
            for number in numbers:
                laid = program(seed, number)
                if laid is not None:
                    yield number, laid, differences(laid, laboratory)
        finally:
            laboratory.close()


def main() -> int:
    """Run; print what differs, and how many were tried."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--case", type=int, help="only this one, shown as it is")
    arguments = parser.parse_args()
    tried = wrong = 0
    first = arguments.case or 0
    count = arguments.count if arguments.case is None else 1
    for number, laid, found in run(arguments.seed, range(first, first + count)):
        tried += 1
        wrong += bool(found)
        if found or arguments.case is not None:
            print(f"######## {number}: {laid.name}")
            print(laid.text.decode("utf-8", "replace").replace("\r", "\n"))
            print("\n".join(found), flush=True)
    print(f"seed {arguments.seed}: {tried} programs laid out anew; {wrong} differ")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
