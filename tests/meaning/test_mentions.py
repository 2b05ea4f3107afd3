"""What reaches a variable without its name standing there, and what that does to its uses."""

from __future__ import annotations

import ast

import pytest

from imp_migrate.meaning.mentions import Access, Mentions
from imp_migrate.meaning.scopes import ScopeTree


def mentions(source: str) -> Mentions:
    return Mentions(ScopeTree(ast.parse(source)))


def count(source: str) -> int:
    found = mentions(source)
    return len(list(found.of("imp", found.tree.root)))


@pytest.mark.parametrize(
    "source",
    [
        "globals()['imp']",
        "exec('imp.reload(m)')",
        "code = 'imp.reload(m)'\nexec(code)",
        "timeit.timeit('imp.get_tag()', globals=globals())",
        "def get(name):\n    return globals()[name]\nget('imp')",
        "ns = globals()\nfor name in ('os', 'imp'):\n    ns.get(name)",
        "getattr(sys.modules[__name__], name)\nNAMES = ['imp']",
    ],
)
def test_named_in_a_string(source: str) -> None:
    assert count(source) == 1


@pytest.mark.parametrize(
    "source",
    [
        "print('imp')",
        "print('imp.reload(m)')",
        "globals()['os']\nprint('imp')",
        "code = 'imp.reload(m)'\nprint(code)",
        "config[name]\nprint('imp')",
    ],
)
def test_only_a_string(source: str) -> None:
    assert count(source) == 0


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("for n in list(globals()):\n    del globals()[n]", 2),
        ("ns = globals()\nfor n in list(ns):\n    del ns[n]", 3),
        ("ns = vars()\nns.pop(n)", 2),
        ("globals().clear()", 1),
        ("delattr(sys.modules[__name__], n)", 1),
        ("del globals()['x']", None),
        ("ns = sys._getframe(1).f_globals\nns.clear()", None),
        ("data.clear()\ndata.pop(n)\ndel data[n]", None),
    ],
)
def test_names_that_are_swept_away(source: str, line: int | None) -> None:
    assert getattr(mentions(source).sweep(), "lineno", None) == line


@pytest.mark.parametrize(
    ("source", "writes"),
    [
        ("globals().update(imp=x)", True),
        ("globals().update({'imp': x})", True),
        ("vars().update(dict(imp=x))", True),
        ("globals()['imp'] = x", True),
        ("setattr(sys.modules[__name__], 'imp', x)", True),
        ("sys.modules[__name__].imp = x", True),
        ("globals().update(os=x)", False),
        ("config.update(imp=x)", False),
        ("print(globals()['imp'])", False),
    ],
)
def test_writes(source: str, writes: bool) -> None:
    assert bool(list(mentions(source).writes({"imp"}))) is writes


@pytest.mark.parametrize(
    ("source", "access"),
    [
        ("sys.modules['imp']", Access.READ),
        ("sys.modules.get('imp')", Access.READ),
        ("'imp' in sys.modules", Access.ASK),
        ("sys.modules['imp'] = x", Access.WRITE),
        ("del sys.modules['imp']", Access.WRITE),
        ("sys.modules.setdefault('imp', x)", Access.WRITE),
        ("sys.modules.update({'imp': x})", Access.WRITE),
        ("mock.patch.dict('sys.modules', {'imp': x})", Access.WRITE),
        ("monkeypatch.setitem(sys.modules, 'imp', x)", Access.WRITE),
        ("from sys import modules\nmodules['imp']", Access.READ),
        ("m = sys.modules\nm['imp']", Access.READ),
        ("self.modules['imp']", None),
        ("'imp' in names", None),
    ],
)
def test_the_table_of_modules(source: str, access: Access | None) -> None:
    found = mentions(source)
    (string,) = [s for s in found.tree.strings if s.value == "imp"]
    entry = found.in_table(string)
    assert (entry and entry[1]) == access
