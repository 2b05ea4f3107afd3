"""Where the imports of `imp` stand, and where new imports may be put."""

from __future__ import annotations

import ast

import pytest

from imp_migrate.meaning.reach import Reach
from imp_migrate.meaning.resolve import Resolver
from imp_migrate.meaning.scopes import ScopeTree
from imp_migrate.model import Need
from imp_migrate.text.source import Source
from imp_migrate.transform.imports import ImportSite
from imp_migrate.transform.sites import Sites, leans


def sites_of(source: str, before_helpers: int = 0) -> Sites:
    tree = ScopeTree(ast.parse(source))
    resolution = Resolver(tree, Reach(tree)).resolve()
    return Sites(Source.from_text(source), tree, resolution, before_helpers)


def described(source: str, before_helpers: int = 0) -> tuple[ImportSite, ...]:
    sites = sites_of(source, before_helpers)
    keepers = {id(found): frozenset({0}) for found in sites.resolution.imports}
    return sites.described(keepers, {}, {})


def test_each_import_knows_its_site_and_its_place_in_it() -> None:
    sites = sites_of("from imp import reload, find_module\nimport imp\n")
    places = [(i.member, i.site, i.position) for i in sites.resolution.imports]
    assert places == [("reload", 0, 0), ("find_module", 0, 1), ("<module>", 1, 0)]


@pytest.mark.parametrize(
    ("source", "before_helpers", "top"),
    [
        ("import os\nimport imp\n", 2, 0),
        ("def f():\n    import imp\nimport imp\n", 2, 1),
        ("def f():\n    import imp\n", 0, 1),
        ("import os\nimport imp\n", 1, 1),
    ],
)
def test_top(source: str, before_helpers: int, top: int) -> None:
    assert sites_of(source, before_helpers).top == top


def test_a_site() -> None:
    source = "import os\n\nif os:\n    import re, imp  # why\n\n"
    site, _ = described(source)
    (name,) = site.names
    assert source[slice(*site.at)] == "import re, imp"
    assert source[slice(*name.at)] == "imp"
    assert (site.others, site.is_from, site.tail) == (("re",), False, ())


def test_a_site_that_takes_names() -> None:
    source = "from imp import (\n    reload as r,\n    find_module,\n)\n"
    site, _ = described(source)
    assert site.is_from
    assert [source[slice(*name.at)] for name in site.names] == ["reload as r", "find_module"]


def test_tail() -> None:
    site, _ = described("import imp\nimport os\nfrom sys import path\nimport a, b\nimport c\n")
    assert [line.key for line in site.tail] == [(0, "os", ""), (1, "sys", "path")]
    attempt = "try:\n    import imp\n    import os\nexcept ImportError:\n    pass\n"
    assert described(attempt)[0].tail == ()


@pytest.mark.parametrize(
    ("source", "provided"),
    [
        ("import os\nimport imp\n", {"imp", "os"}),
        ("import imp\nx = 1\nimport os\n", {"imp", "os"}),
        ("import imp\ncall()\nimport os\n", {"imp"}),
        ("import imp\nimp.reload(x)\nimport os\n", {"imp"}),
        ("import imp\n@call\ndef f(): pass\nimport os\n", {"imp"}),
    ],
)
def test_provided(source: str, provided: set[str]) -> None:
    assert described(source)[0].provided == {Need(module) for module in provided}


@pytest.mark.parametrize(
    ("source", "preceding"),
    [
        ("import imp\nimport imp\n", [None, 0]),
        ("import imp\nimport imp\nimport imp\n", [None, 0, 1]),
        ("import imp\nif call():\n    import imp\n", [None, 0]),
        ("import imp\nif call():\n    import imp\n    import imp\n", [None, 0, 1]),
        ("if call():\n    import imp\nimport imp\n", [None, None]),
        ("import os\nx = call()\nif x:\n    import imp\n", [1]),
        ("import os\nx = call()\nclass A:\n    import imp\n", [None]),
        ("import imp\ndef f():\n    import imp\n", [None, None]),
        ("def f():\n    import imp\n    import imp\nimport imp\n", [None, 0, 3]),
    ],
)
def test_preceding(source: str, preceding: list[int | None]) -> None:
    *sites, _ = described(source)
    assert [site.preceding for site in sites] == preceding


@pytest.mark.parametrize(
    ("source", "apart"),
    [
        ("# comment\n|<def f():\n    import imp>\n", 1),
        ("# comment\n|<import os>\ndef f():\n    import imp\n", 0),
        ("|<import os, sys>\ndef f():\n    import imp\n", 0),
        ("<from __future__ import x>|\ndef f():\n    import imp\n", 1),
        ("<'doc'>|; import os; import re\nimport imp\n", 0),
        ("<'doc'>|\n\ndef f():\n    import imp\n", 1),
    ],
)
def test_the_last_site_is_the_top_of_the_module(source: str, apart: int) -> None:
    plain = source.replace("|", "")
    start, end = plain.index("<"), plain.index(">") - 1
    *_, top = described(plain.replace("<", "").replace(">", ""))
    assert (top.at, top.names) == ((start, end), ())
    assert (top.after, top.apart) == (">|" in source, apart)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import imp, importlib\nimportlib.util.find_spec", {"importlib.util"}),
        ("import imp, importlib.util\nimportlib.util.find_spec", set()),
        ("from importlib import machinery\nimportlib.machinery", set()),
        ("import imp, importlib\nimportlib.abc", set()),
    ],
)
def test_leans(source: str, expected: set[str]) -> None:
    assert leans(ScopeTree(ast.parse(source))) == {Need(module) for module in expected}
