"""Every program in `fixtures/programs` behaves after its migration as it did before."""

from __future__ import annotations

import pytest

from tests.differential.harness import Laboratory
from tests.differential.migration import changed_text, migrate, objections
from tests.differential.programs import Program, all_programs


@pytest.mark.parametrize("program", list(all_programs()), ids=lambda program: program.name)
def test_same_behaviour(program: Program, laboratory: Laboratory) -> None:
    originals = laboratory.originals(program)
    if not originals:
        pytest.skip(f"needs Python {program.header['python']}")
    assert laboratory.is_deterministic(program, originals), "the program is not deterministic"
    assert list(originals.values())[-1].stdout, "the program shows nothing"

    migrated = migrate(program)
    problems = objections(program, migrated)
    problems += laboratory.differences(program, migrated.files, originals)
    if problems:
        text = changed_text(program, migrated)
        pytest.fail("\n".join([*problems, "", text]), pytrace=False)
