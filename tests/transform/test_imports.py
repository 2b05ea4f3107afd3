"""What is changed about one import site, as data."""

from __future__ import annotations

import pytest

from imp_migrate.model import Need
from imp_migrate.transform.changes import InsertStatements, RewriteImport
from imp_migrate.transform.imports import ImportedName, ImportSite, TailLine, site_changes, sites_of

AT = (0, 10)
NAME = (7, 10)
USED = frozenset({0})
UTIL, SYS = Need("importlib.util"), Need("sys")
RELOAD = Need("importlib", "reload")


def imp(swap: Need | None = None, pinned: str = "") -> ImportedName:
    return ImportedName(NAME, USED, pinned, swap)


def changes(
    site: ImportSite, *needs: Need, fixed: frozenset[int] = USED, swapped: int = -1
) -> object:
    return list(site_changes(site, needs, fixed, frozenset({swapped} if swapped >= 0 else ())))


def test_the_import_goes() -> None:
    assert changes(ImportSite(AT, (imp(),))) == [RewriteImport(AT, (NAME,))]


def test_it_stays_while_it_is_used() -> None:
    site = ImportSite(AT, (imp(),))
    assert changes(site, fixed=frozenset()) == []
    assert changes(site, UTIL, fixed=frozenset({1})) == [
        RewriteImport(AT, (), (), ("import importlib.util",))
    ]


def test_it_stays_where_it_is_pinned() -> None:
    assert changes(ImportSite(AT, (imp(pinned="exported"),))) == []


def test_others_take_its_place_in_order() -> None:
    site = ImportSite(AT, (imp(),))
    wanted = ("import importlib.util", "import sys", "from importlib import reload", "A = 1")
    assert changes(site, RELOAD, SYS, Need("", "A", value="1"), UTIL) == [
        RewriteImport(AT, (NAME,), (), wanted)
    ]


def test_what_is_there_is_not_imported_again() -> None:
    site = ImportSite(AT, (imp(),), provided=frozenset({SYS}))
    assert changes(site, SYS) == [RewriteImport(AT, (NAME,))]


def test_a_package_comes_with_its_module() -> None:
    site = ImportSite(AT, (imp(),))
    assert changes(site, Need("importlib"), UTIL) == [
        RewriteImport(AT, (NAME,), (), ("import importlib.util",))
    ]
    site = ImportSite(AT, (imp(),), provided=frozenset({UTIL}))
    assert changes(site, Need("importlib")) == [RewriteImport(AT, (NAME,))]


def test_among_others_of_the_statement() -> None:
    site = ImportSite(AT, (imp(),), others=("os", "sys"))
    assert changes(site, UTIL, SYS, RELOAD) == [
        RewriteImport(AT, (NAME,), ("importlib.util",), ("from importlib import reload",))
    ]
    assert changes(site, Need("os", alias="o")) == [RewriteImport(AT, (NAME,), ("os as o",))]


def test_a_swap() -> None:
    site = ImportSite(AT, (imp(RELOAD),), is_from=True)
    assert changes(site, fixed=frozenset(), swapped=0) == [RewriteImport(AT, module="importlib")]
    alone = ImportSite(AT, (imp(Need("types", "ModuleType", "new_module")),), is_from=True)
    assert changes(alone, fixed=frozenset(), swapped=0) == [
        RewriteImport(AT, (NAME,), (), ("from types import ModuleType as new_module",))
    ]


def test_a_swap_beside_a_name_that_stays() -> None:
    other = ImportedName((12, 15), frozenset({1}))
    site = ImportSite((0, 15), (imp(RELOAD), other), is_from=True)
    assert changes(site, fixed=frozenset(), swapped=0) == [
        RewriteImport((0, 15), (NAME,), (), ("from importlib import reload",))
    ]


OS = TailLine((11, 20), (0, "os", ""), (18, 20))
RE = TailLine((21, 30), (0, "re", ""), (28, 30))
IMPORTLIB = TailLine((21, 37), (0, "importlib", ""), (28, 37))


@pytest.mark.parametrize(
    ("need", "change"),
    [
        (Need("abc"), RewriteImport(AT, (NAME,), (), ("import abc",))),
        (Need("pkgutil"), InsertStatements(RE.at, ("import pkgutil",))),
        (Need("types"), InsertStatements(RE.at, ("import types",), after=True)),
        (Need("os.path"), RewriteImport(OS.at, ((18, 20),), (), ("import os.path",))),
        (RELOAD, InsertStatements(RE.at, ("from importlib import reload",), after=True)),
    ],
)
def test_sorted_into_the_imports_below(need: Need, change: object) -> None:
    found = changes(ImportSite(AT, (imp(),), tail=(OS, RE)), need)
    assert isinstance(found, list)
    assert change in found
    gone = RewriteImport(AT, (NAME,))
    assert found == ([change] if change.at == AT else [gone, change])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("need", "before"), [(SYS, 4), (Need("json"), 3), (Need("email.utils"), 2), (Need("abc"), 0)]
)
def test_sorted_by_modules_alone(need: Need, before: int) -> None:
    keys = [(0, "base64", ""), (1, "email", "x"), (0, "hashlib", ""), (1, "os", "path")]
    places = [(10 * n + 11, 10 * n + 20) for n in range(5)]
    tail = tuple(TailLine(at, key) for at, key in zip(places, keys, strict=False))
    after = before == len(tail)
    here = InsertStatements(tail[before - after].at, (need.statement,), after=after)
    assert changes(ImportSite(AT, (), tail=tail), need) == [here]


def test_in_the_place_of_imp_where_the_lines_are_in_no_order() -> None:
    ast_, json = TailLine((11, 21), (0, "ast", "")), TailLine((11, 22), (0, "json", ""))
    assert changes(ImportSite(AT, (imp(),), tail=(ast_, RE)), SYS) == [
        RewriteImport(AT, (NAME,), (), ("import sys",))
    ]
    assert changes(ImportSite(AT, (imp(),), tail=(json, ast_)), SYS) == [
        RewriteImport(AT, (NAME,)),
        InsertStatements(ast_.at, ("import sys",)),
    ]
    by_type = TailLine((11, 22), (1, "ast", "x"))
    text = "from importlib import reload"
    assert changes(ImportSite(AT, (imp(),), tail=(by_type,)), RELOAD) == [
        RewriteImport(AT, (NAME,)),
        InsertStatements(by_type.at, (text,), after=True),
    ]


HEAD = (TailLine((11, 21), (0, "ast", ""), (18, 21)), RE, TailLine((31, 40), (1, "abc", "ABC")))


@pytest.mark.parametrize(
    ("need", "change"),
    [
        (Need("importlib.util"), InsertStatements(RE.at, ("import importlib.util",))),
        (Need("types"), InsertStatements(RE.at, ("import types",), after=True)),
        (Need("ast.x"), RewriteImport((11, 21), ((18, 21),), (), ("import ast.x",))),
        (RELOAD, None),
    ],
)
def test_plain_imports_go_among_those_above_a_from(need: Need, change: object) -> None:
    site = ImportSite(AT, (imp(),), is_from=True, head=HEAD)
    gone = RewriteImport(AT, (NAME,))
    here = RewriteImport(AT, (NAME,), (), (need.statement,))
    assert changes(site, need) == ([change, gone] if change is not None else [here])


def test_not_among_lines_in_no_order() -> None:
    for head in ((RE, HEAD[0]), HEAD[2:]):
        site = ImportSite(AT, (imp(),), is_from=True, head=head)
        assert changes(site, SYS) == [RewriteImport(AT, (NAME,), (), ("import sys",))]


def test_only_one_line_is_upgraded() -> None:
    site = ImportSite(AT, (imp(),), tail=(IMPORTLIB,))
    assert changes(site, UTIL, Need("importlib.machinery")) == [
        RewriteImport(AT, (NAME,)),
        RewriteImport(IMPORTLIB.at, ((28, 37),), (), ("import importlib.machinery",)),
        InsertStatements(IMPORTLIB.at, ("import importlib.util",), after=True),
    ]


def test_the_top_of_the_module() -> None:
    top = ImportSite(AT, after=True, apart=1)
    assert changes(top, UTIL, SYS) == [
        InsertStatements(AT, ("import importlib.util\nimport sys",), after=True, apart=1)
    ]
    assert changes(top) == []
    assert changes(ImportSite(AT, provided=frozenset({SYS})), SYS) == []


def test_sites_of() -> None:
    assert sites_of([(0, UTIL), (1, SYS), (0, SYS), (0, UTIL)]) == {0: {UTIL, SYS}, 1: {SYS}}
