"""load_package."""

from __future__ import annotations

import pytest

from tests.rules.code import left, migrated


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("m = imp.load_package(n, d)\n", "m = _load_package(n, d)\n"),
        ("m = imp.load_package(path=d, name=n)\n", "m = _load_package(path=d, name=n)\n"),
        ("load = imp.load_package\n", "load = _load_package\n"),
    ],
)
def test_rewritten(before: str, after: str) -> None:
    assert migrated(before) == after
    assert not left(before)


def test_imported_under_another_name() -> None:
    imports = "from imp import load_package as load\n"
    assert migrated("m = load(n, d)\n", imports) == "m = _load_package(n, d)\n"


def test_without_helpers() -> None:
    code = "m = imp.load_package(n, d)\n"
    assert migrated(code, helpers=False) == code
    (found,) = left(code, helpers=False)
    assert found.code == "IMP209"
    assert "helper functions" in found.message
