"""Programs see the same with the helpers as with `imp`.

Each scenario runs with the `imp` of the same Python, or with that of 3.11 where
it is gone, and with the helpers; what they log must be equal.
"""

from __future__ import annotations

import pytest

from tests.helpers.laboratory import (
    ORACLE,
    REQUIRED,
    VERSIONS,
    Laboratory,
    helper_module,
    reference,
)


@pytest.mark.parametrize("version", VERSIONS)
def test_helpers_do_what_imp_did(version: str, laboratory: Laboratory) -> None:
    before = laboratory.imp(reference(version))
    scenarios = set()
    for seen in laboratory.helpers(version, helper_module()):
        difference = seen.difference(before[seen.scenario])
        if not seen.different:
            assert not difference
        elif reference(version) == ORACLE:
            assert difference, f"{seen.scenario} does not differ any more"
        scenarios.add(seen.scenario)
    assert scenarios == before.keys()


@pytest.mark.parametrize("version", [VERSIONS[0], REQUIRED[-1]])
def test_typed_helpers_do_what_untyped_ones_do(version: str, laboratory: Laboratory) -> None:
    untyped = [*laboratory.helpers(version, helper_module())]  # one process runs both, in turn
    typed = [*laboratory.helpers(version, helper_module(annotated=True))]
    for one, other in zip(untyped, typed, strict=True):
        assert not one.difference(other)


def test_every_scenario_works(laboratory: Laboratory) -> None:
    logs = {name: seen.log for name, seen in laboratory.imp(ORACLE).items()}
    assert len(logs) > 90
    assert [name for name, log in logs.items() if not log] == []
    assert [line for log in logs.values() for line in log if line.startswith("BROKEN")] == []
