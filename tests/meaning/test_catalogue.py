"""The catalogue lists what `imp` really has, on every interpreter that still has it."""

from __future__ import annotations

import json
import subprocess

import pytest

from imp_migrate.meaning.catalogue import MEMBERS, STAR_NAMES, Kind

from ..interpreters import find, require

_PRINT_MEMBERS = (
    "import imp, json; print(json.dumps([(n, repr(getattr(imp, n))) for n in dir(imp)]))"
)


def members(python: str) -> dict[str, str]:
    command = [str(python), "-W", "ignore", "-c", _PRINT_MEMBERS]
    output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return {name: value for name, value in json.loads(output) if not name.startswith("__")}


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.8", "3.9", "3.10", "3.11"])
def test_every_member_is_in_the_catalogue(version: str) -> None:
    python = require(version) if version == "3.11" else find(version)
    if python is None:
        pytest.skip(f"no Python {version}")
    found = members(str(python))
    assert found.keys() <= MEMBERS.keys()
    for name, value in found.items():
        if MEMBERS[name].kind is Kind.CONSTANT:
            assert int(value) == MEMBERS[name].value
    if version == "3.11":
        assert {name for name in found if not name.startswith("_")} == STAR_NAMES
        absent = {m.name for m in MEMBERS.values() if m.kind is Kind.ABSENT}
        assert found.keys() == MEMBERS.keys() - absent
