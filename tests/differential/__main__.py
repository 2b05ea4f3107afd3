"""Try programs by hand: `python -m tests.differential [--oracle] [--show] [NAME ...]`.

NAME is a part of the names of the programs wanted.  With --oracle the originals
are run twice and their output is printed; otherwise every program is
migrated, run everywhere and compared.  --show prints what was
migrated also when nothing is wrong.
Exit status 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from pathlib import Path

from tests.differential.harness import Laboratory
from tests.differential.programs import Program, all_programs


def main() -> int:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.differential")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--oracle", action="store_true")
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    wanted = arguments.names or [""]
    programs = [p for p in all_programs() if any(name in p.name for name in wanted)]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        laboratory = Laboratory(Path(folder).resolve())
        for program in programs:
            if arguments.oracle:
                problems = try_original(program, laboratory)
            else:
                problems = try_migration(program, laboratory, show=arguments.show)
            wrong += bool(problems)
            for problem in problems:
                print(f"{program.name}: {problem}")
        laboratory.close()
    print(f"{len(programs)} programs, {wrong} with problems")
    return 1 if wrong else 0


def try_original(program: Program, laboratory: Laboratory) -> list[str]:
    """Print what *program* does on the last Python that has imp."""
    once, again = (list(laboratory.originals(program, fresh=True).values())[-1] for _ in range(2))
    print(f"=== {program.name}\n{once}")
    problems = []
    if once != again:
        problems.append(f"another output the second time: {again}")
    if not once.stdout:
        problems.append("no output")
    return problems


def try_migration(program: Program, laboratory: Laboratory, *, show: bool) -> list[str]:
    """Migrate *program* and say what is wrong with the result."""
    from tests.differential.migration import changed_text, migrate, objections

    originals = laboratory.originals(program)
    try:
        migrated = migrate(program)
        problems = objections(program, migrated)
    except Exception:
        return [traceback.format_exc()]
    problems += laboratory.differences(program, migrated.files, originals)
    if show or problems:
        print(changed_text(program, migrated))
    return problems


if __name__ == "__main__":
    sys.exit(main())
