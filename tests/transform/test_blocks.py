"""Statements taken out of their blocks, by the text that is left."""

from __future__ import annotations

import ast
import textwrap

import pytest

from imp_migrate.meaning.scopes import ScopeTree
from imp_migrate.text.source import Source
from imp_migrate.transform.blocks import Entangled, take_out
from imp_migrate.transform.edits import apply_edits, arrange


def without_gone(text: str) -> str:
    """*text* without its statements `gone()` and without the `with gone:` around others."""
    source = Source.from_text(text)
    tree = ScopeTree(ast.parse(text))
    calls = [n for n in ast.walk(tree.module) if isinstance(n, ast.Expr) and is_gone(n.value)]
    wrappers = [
        n
        for n in ast.walk(tree.module)
        if isinstance(n, ast.With) and ast.unparse(n.items[0].context_expr) == "gone"
    ]
    after = apply_edits(text, arrange(take_out(source, tree, calls, wrappers)))
    ast.parse(after)
    return after


def is_gone(node: ast.expr) -> bool:
    return ast.unparse(node) == "gone()"


def case(name: str, before: str, after: str) -> object:
    return pytest.param(textwrap.dedent(before), textwrap.dedent(after), id=name)


CASES = [
    case("a line", "a()\ngone()\nb()\n", "a()\nb()\n"),
    case("last line, not ended", "a()\ngone()", "a()\n"),
    case("its comment stays", "a()\ngone()  # why\nb()\n", "a()\n# why\nb()\n"),
    case("last line with comment", "a()\ngone()  # why", "a()\n# why"),
    case("blank lines merge", "a()\n\ngone()\n\nb()\n", "a()\n\nb()\n"),
    case(
        "blank lines before the end of a block",
        "if a:\n    a()\n\n    gone()\n\n\nb()\n",
        "if a:\n    a()\n\n\nb()\n",
    ),
    case("the whole block", "if a:\n    gone()\n    gone()\n", "if a:\n    pass\n"),
    case(
        "else",
        "if a:\n    b()\nelse:  # not a\n    gone()\nc()\n",
        "if a:\n    b()\n# not a\nc()\n",
    ),
    case("semicolons", "a(); gone(); b()\ngone(); c()\nd(); gone()\n", "a(); b()\nc()\nd()\n"),
    case("on the line of the header", "if a: gone()\nb()\n", "if a: pass\nb()\n"),
    case(
        "finally, handlers left",
        """\
        try:
            a()
        except E:
            b()

        finally:
            gone()
        c()
        """,
        """\
        try:
            a()
        except E:
            b()
        c()
        """,
    ),
    case(
        "try and finally",
        """\
        try:  # one
            # two
            a(1,
              2)

            if b:
                c()
            # three
        finally:  # four
            # five
            gone()  # six
        d()
        """,
        """\
        # one
        # two
        a(1,
          2)

        if b:
            c()
        # three
        # four
        # five
        # six
        d()
        """,
    ),
    case(
        "one in the other",
        """\
        def f():
            try:
                try:
                    a()
                finally:
                    gone()
                b()
            finally:
                gone()
        """,
        """\
        def f():
            a()
            b()
        """,
    ),
    case(
        "in one line each",
        """\
        try: a()
        finally: gone()
        b()
        """,
        """\
        a()
        b()
        """,
    ),
    case(
        "strings keep their lines",
        """\
        try:
            a('''
            one
          two
            ''', f'''{x}
            three''')
        finally:
            gone()
        """,
        """\
        a('''
            one
          two
            ''', f'''{x}
            three''')
        """,
    ),
    case(
        "code to the left stays",
        """\
        if a:
            try:
                b([
          1,
            2])
        # outside
            finally:
                gone()
        """,
        """\
        if a:
            b([
        1,
        2])
        # outside
        """,
    ),
    case(
        "with",
        """\
        with gone:  # why
            a()
            with gone: b()
        c()
        """,
        """\
        # why
        a()
        b()
        c()
        """,
    ),
    case(
        "with over several lines",
        """\
        with (
            gone  # why
        ):
            a()
        """,
        """\
        # why
        a()
        """,
    ),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_what_is_left(before: str, after: str) -> None:
    assert without_gone(before) == after


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_tabs_and_line_breaks(newline: str) -> None:
    before = "def f():\n\ttry:\n\t\ta()\n\t\tif b:\n\t\t\tc()\n\tfinally:\n\t\tgone()  # why\n"
    after = "def f():\n\ta()\n\tif b:\n\t\tc()\n\t# why\n"
    assert without_gone(before.replace("\n", newline)) == after.replace("\n", newline)


def test_mixed_indentation_is_refused() -> None:
    text = "if a:\n\ttry:\n        \tb()\n\tfinally:\n        \tgone()\n"
    with pytest.raises(Entangled):
        without_gone(text)


def test_only_lines_and_their_indentation_change() -> None:
    text = "try:\n    a( 1 )\n    b ()\nfinally:\n    gone()\n"
    tree = ScopeTree(ast.parse(text))
    (statement,) = tree.module.body[0].finalbody  # type: ignore[attr-defined]
    edits = take_out(Source.from_text(text), tree, [statement])
    assert all(
        text[e.start : e.end].isspace()
        or e.end == text.index("\n", e.start) + 1
        or e.end == len(text)
        for e in edits
    )
    assert "".join(e.text for e in edits) == ""
