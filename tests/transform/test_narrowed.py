"""Where fixes touch very many places of one statement, each is carried out in a part of it."""

from __future__ import annotations

import ast

import pytest

import imp_migrate
from imp_migrate.analysis import analyse
from imp_migrate.options import Options
from imp_migrate.text.source import Source
from imp_migrate.transform import rewriter
from imp_migrate.transform.edits import apply_edits

_PIECE = '''
    # about {n}
    if imp.get_tag() == name:  # c{n}
        imp.reload(name); name = imp.get_tag()

        # the end of a block
    try:
        imp.find_module("m{n}")
        there = True
    except ImportError:
        there = False
    @imp.reload
    def inner():
        """Docs."""
        import imp
        return imp.new_module("x")
    x = {n}; name = """
imp.reload"""; imp.reload(x)

    imp.acquire_lock()
    one = 1
    print(one)
'''


def text_of(header: str, pieces: int) -> str:
    lines = "".join(_PIECE.replace("{n}", str(n)) for n in range(pieces))
    return f"import imp\nimport os\n\n{header}{lines}    # the last\n\n\nimp.reload(os)\n"


def results(text: str) -> list[str]:
    """What comes of *text* by the fix of each diagnostic alone."""
    plan = analyse(Source.from_text(text), Options()).printable()
    return [apply_edits(text, plan.edits_of(diagnostic)) for diagnostic in plan.diagnostics]


@pytest.mark.parametrize(
    "header",
    [
        "def outer(name):\n",
        "class Outer:\n    name = 1\n",
        "async def outer(name=imp.get_tag()):\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_same_comes_out(header: str, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = text_of(header, 4).replace("\n", end)
    sizes = []
    parsed = rewriter.Rewriter._parsed

    def noted(self, region, pieces):  # type: ignore[no-untyped-def]
        sizes.append(sum(stop - start for start, stop in pieces))
        return parsed(self, region, pieces)

    monkeypatch.setattr(rewriter, "_MANY", 10**9)
    whole = results(text)
    monkeypatch.setattr(rewriter.Rewriter, "_parsed", noted)
    for long in (1, 2):
        monkeypatch.setattr(rewriter, "_MANY", 0)
        monkeypatch.setattr(rewriter, "_FEW", 0)
        monkeypatch.setattr(rewriter, "_LONG", long)
        sizes.clear()
        assert results(text) == whole
        assert sum(size < len(text) / 3 for size in sizes) > len(whole) / 2
    assert len(whole) > 25
    for result in whole:
        ast.parse(result.replace(end, "\n"))


def test_the_word_that_stands_for_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    text = text_of("def outer(name):\n", 6).replace("one", "_omitted")
    narrow = results(text)
    monkeypatch.setattr(rewriter, "_MANY", 10**9)
    assert narrow == results(text)


@pytest.mark.parametrize("header", ["def outer(name):\n", "class Outer:\n  def one(self, name):\n"])
def test_of_a_long_function_little_is_parsed(header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the same comes out as if it were parsed as a whole."""
    calm = "".join(f"    x = {n}  # c{n}\n    # and {n}\n" for n in range(60))
    text = f"import imp\n\n\n{header}{calm}    imp.reload(name)  # use\n{calm}    # end\nx = 1\n"
    sizes = []
    parse = rewriter._read

    def noted(text, config):  # type: ignore[no-untyped-def]
        sizes.append(len(text))
        return parse(text, config)

    monkeypatch.setattr(rewriter, "_read", noted)
    result = imp_migrate.migrate(text).text
    assert result == text.replace("imp.reload", "importlib.reload").replace(
        " imp\n", " importlib\n"
    )
    assert sizes and max(sizes) < 500
    sizes.clear()
    monkeypatch.setattr(rewriter, "_LONG", 10**9)
    assert imp_migrate.migrate(text).text == result
    assert max(sizes) > 3000
