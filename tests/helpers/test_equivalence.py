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
    after = laboratory.helpers(version, helper_module())
    assert after.logs.keys() == before.logs.keys()
    assert not before.broken() + after.broken()
    found = after.differences(before)
    assert not [text for name, text in found.items() if name not in after.different]
    if reference(version) == ORACLE:
        assert set(after.different) <= found.keys(), "these do not differ any more"


def test_every_scenario_sees_something(laboratory: Laboratory) -> None:
    logs = laboratory.imp(ORACLE).logs
    assert len(logs) > 80
    assert [name for name, log in logs.items() if not log] == []


@pytest.mark.parametrize("version", [VERSIONS[0], REQUIRED[-1]])
def test_typed_helpers_do_what_untyped_ones_do(version: str, laboratory: Laboratory) -> None:
    untyped = laboratory.helpers(version, helper_module())
    assert laboratory.helpers(version, helper_module(annotated=True)).differences(untyped) == {}
