"""Options: target versions and the selection of codes."""

from __future__ import annotations

from typing import Any

import pytest

from imp_migrate.options import Options, parse_target_version


@pytest.mark.parametrize(
    ("select", "ignore", "wanted", "unwanted"),
    [
        ((), (), ["IMP101", "IMP901"], []),
        (("IMP1",), (), ["IMP101"], ["IMP201"]),
        ((), ("IMP1",), ["IMP201"], ["IMP101"]),
        (("IMP1",), ("IMP101",), ["IMP102"], ["IMP101", "IMP201"]),
        (("IMP101",), ("IMP1",), ["IMP101"], ["IMP102"]),
        (("IMP101",), ("IMP101",), [], ["IMP101"]),
        (("IMP101", "IMP2"), (), ["IMP101", "IMP203"], ["IMP102"]),
    ],
)
def test_selection(
    select: tuple[str, ...], ignore: tuple[str, ...], wanted: list[str], unwanted: list[str]
) -> None:
    options = Options(select=select, ignore=ignore)
    assert [code for code in wanted + unwanted if options.selects(code)] == wanted


def test_target_versions() -> None:
    assert parse_target_version("py38") == (3, 8)
    assert parse_target_version("py314") == (3, 14)


@pytest.mark.parametrize("text", ["py27", "py37", "3.8", "py3", "py399", ""])
def test_other_target_versions_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a target version"):
        parse_target_version(text)


@pytest.mark.parametrize("version", ["py39", "3.9", (3, 7), (2, 7), (3,), None])
def test_the_target_version_is_checked(version: Any) -> None:
    with pytest.raises(ValueError, match=r"target_version is .*not one of"):
        Options(target_version=version)


@pytest.mark.parametrize("code", ["IMPX", "E501", "", "imp1", "IMP1011", "IMP1,IMP2", "ALL"])
@pytest.mark.parametrize("name", ["select", "ignore"])
def test_what_no_code_begins_with_is_refused(name: str, code: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: '{code}' is not a code"):
        Options(**{name: ("IMP1", code)})  # type: ignore[arg-type]


def test_codes_are_several() -> None:
    with pytest.raises(ValueError, match="select is a string"):
        Options(select="IMP1")  # type: ignore[arg-type]
