"""How long lines are broken, and aligned ones stay aligned."""

from __future__ import annotations

import pytest

from imp_migrate.transform.changes import (
    Change,
    Code,
    InsertStatements,
    ReplaceArgument,
    ReplaceExpression,
    ReplaceStatement,
)
from tests.transform.carrying import Text, carried_out

A, B, C = "a" * 30, "b" * 30, "c" * 30
D = "d" * 50


def replaced(before: str, new: str) -> str:
    text = Text(before)
    return carried_out(text, [ReplaceExpression(text["old"], Code(new))])


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("x = old\n", f"f({A}, {B})", f"x = f({A}, {B})\n"),
        ("x = old\n", f"f({A}, {B}, {C})", f"x = f(\n    {A},\n    {B},\n    {C},\n)\n"),
        ("x = old\n", f"f({A}, {B}, *{C})", f"x = f(\n    {A},\n    {B},\n    *{C}\n)\n"),
        ("x = old\n", f"f({D}, {B})", f"x = f(\n    {D}, {B}\n)\n"),
        ("if x:\n    y = old\n", f"f({D}, {B})",
         f"if x:\n    y = f(\n        {D},\n        {B},\n    )\n"),
        ("x = old\n", f"{A} or {B} or {C}", f"x = (\n    {A}\n    or {B}\n    or {C}\n)\n"),
        ("x = old\n", f"{A} if {B} else {C}", f"x = (\n    {A}\n    if {B}\n    else {C}\n)\n"),
        ("value = old\n", f"{D} < {B}b", f"value = (\n    {D} < {B}b\n)\n"),
        ("x = old\n", f"{D} < {D}", f"x = (\n    {D}\n    < {D}\n)\n"),
        ("x = old\n", f"{D} is not {D}", f"x = (\n    {D}\n    is not {D}\n)\n"),
        ("if old:\n    pass\n", f"{A} or {B} or {C}",
         f"if (\n    {A}\n    or {B}\n    or {C}\n):\n    pass\n"),
        ("while old: pass\n", f"{A} and {D}", f"while (\n    {A}\n    and {D}\n): pass\n"),
        ("if not old: pass\n", f"f({A}, {D})", f"if not f(\n    {A}, {D}\n): pass\n"),
        ("if not old: return\n", f"f({A}, {A}, 'xxxxx')",
         f"if not f({A}, {A}, 'xxxxx'):\n    return\n"),
        ("if old: a; b  # c\nelse: d\n", f"f({A}, {A}, 'xxxxxxx')",
         f"if f({A}, {A}, 'xxxxxxx'):\n    a; b  # c\nelse: d\n"),
        ("return_(old)\n", f"f({D}, {B[2:]})", f"return_(\n    f({D}, {B[2:]})\n)\n"),
        ("raise old\n", f"E({D}, {B})", f"raise E(\n    {D}, {B}\n)\n"),
        ("def f():\n\treturn old\n", f"f({D}, {B})", f"def f():\n\treturn f(\n\t\t{D}, {B}\n\t)\n"),
    ],
)  # fmt: skip
def test_long_lines(before: str, new: str, after: str) -> None:
    text = Text(before)
    indent = "\t" if "\t" in before else "    "
    assert carried_out(text, [ReplaceExpression(text["old"], Code(new))], indent) == after


@pytest.mark.parametrize("length", [88, 89])
def test_the_limit(length: int) -> None:
    name = "n" * (length - len("x = f()"))
    one = f"x = f({name})\n"
    assert replaced("x = old\n", f"f({name})") == (
        one if length <= 88 else f"x = f(\n    {name}\n)\n"
    )


@pytest.mark.parametrize(("longest", "width"), [(80, 88), (95, 95), (100, 100), (120, 100)])
def test_the_limit_is_that_of_the_file(longest: int, width: int) -> None:
    other = "#" + "o" * (longest - 1) + "\n"
    fits = "n" * (width - len("x = f()"))
    assert replaced(f"{other}\nx = old\n", f"f({fits})") == f"{other}\nx = f({fits})\n"
    assert f"x = f(\n    {fits}n\n)" in replaced(f"{other}\nx = old\n", f"f({fits}n)")


def test_a_line_that_was_too_long_stays_as_it_is() -> None:
    name = "n" * 110
    assert replaced(f"x = {name}(old)\n", "new") == f"x = {name}(new)\n"


def test_a_clause_of_several_lines_stays_as_it_is() -> None:
    before = f"if x: f(\n    {A},\n    {B},\n    {C}\n)\n"
    assert replaced(f"if y:\n    {before.replace(chr(10), chr(10) + '    ')}old\n", "new") == (
        f"if y:\n    {before.replace(chr(10), chr(10) + '    ')}new\n"
    )


def test_a_comment_at_the_end_does_not_count() -> None:
    comment = "  # " + "c" * 90
    assert replaced(f"x = f(old){comment}\n", "new") == f"x = f(new){comment}\n"


def test_sum_as_the_only_argument() -> None:
    after = replaced("x = tuple(old)\n", f"{A} + {B} + {C}")
    assert after == f"x = tuple(\n    {A}\n    + {B}\n    + {C}\n)\n"


def test_statements_of_a_template_are_broken() -> None:
    text = Text("if x:\n    old\n")
    template = f"if f({A}, {B}, {C}):\n    y = g({A}, {B}, {C})"
    after = carried_out(text, [ReplaceStatement(text["old"], Code(template))])
    assert all(len(line) <= 88 for line in after.splitlines())


# -- alignment -------------------------------------------------------------

ALIGNED = "value = old(first,\n            second,  # why\n            third)\n"


@pytest.mark.parametrize(
    ("piece", "new", "after"),
    [
        ("old", "longer",
         "value = longer(first,\n               second,  # why\n               third)\n"),
        ("old", "f", "value = f(first,\n          second,  # why\n          third)\n"),
        ("first", "1", "value = old(1,\n            second,  # why\n            third)\n"),
    ],
)  # fmt: skip
def test_arguments_stay_aligned(piece: str, new: str, after: str) -> None:
    text = Text(ALIGNED)
    assert carried_out(text, [ReplaceExpression(text[piece], Code(new))]) == after


def test_aligned_in_a_block() -> None:
    text = Text("if x:\n    y = old(a,\n            b)\n")
    after = carried_out(text, [ReplaceExpression(text["old"], Code("longer"))])
    assert after == "if x:\n    y = longer(a,\n               b)\n"


def test_each_of_several_calls_stays_aligned() -> None:
    text = Text(
        "if x:\n    one()\n    y = old(a,\n            b)\n    z = new(a,\n            b)\n"
    )
    after = carried_out(
        text,
        [
            ReplaceExpression(text["one"], Code("two")),
            ReplaceExpression(text["old"], Code("longer")),
            ReplaceExpression(text["new"], Code("longest")),
        ],
    )
    assert after == (
        "if x:\n    two()\n    y = longer(a,\n               b)\n"
        "    z = longest(a,\n                b)\n"
    )


def test_strings_over_several_lines_are_not_moved() -> None:
    text = Text("x = old(a, '''\n        b''',\n        c)\n")
    after = carried_out(text, [ReplaceExpression(text["old"], Code("longer"))])
    assert after == "x = longer(a, '''\n        b''',\n        c)\n"


def test_hanging_indents_stay() -> None:
    text = Text("x = old(\n    a,\n    b,\n)\n")
    after = carried_out(text, [ReplaceExpression(text["old"], Code("longer"))])
    assert after == "x = longer(\n    a,\n    b,\n)\n"


def test_dropped_argument_of_an_aligned_call() -> None:
    text = Text("x = f(a,\n      b,\n      c)\n")
    changes: list[Change] = [ReplaceArgument(text["b"])]
    assert carried_out(text, changes) == "x = f(a,\n      c)\n"


def test_inserted_statements_stay_as_they_are_written() -> None:
    """Helpers come with their lines broken already."""
    text = Text("a\n")
    line = f"x = f({A}, {B}, {C})"
    assert carried_out(text, [InsertStatements((0, 1), (line,), after=True)]) == f"a\n{line}\n"


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("x = old     # c\n", "longer", "x = longer  # c\n"),
        ("x = old     # c\n", "y", "x = y       # c\n"),
        ("x = old   # c\n", "longer", "x = longer  # c\n"),
        ("if x:\n\tx = old     # c\n", "longer", "if x:\n\tx = longer  # c\n"),
        ("if x:\r\n  x = old     # c\r\n", "longer", "if x:\r\n  x = longer  # c\r\n"),
        # It follows the code.
        ("x = old  # c\n", "longer", "x = longer  # c\n"),
        ("x = old # c\n", "y", "x = y # c\n"),
        ("x = old\t\t\t# c\n", "longer", "x = longer\t\t\t# c\n"),
        ("x = [     # b\n  old ]   # c\n", "longer", "x = [     # b\n  longer ]   # c\n"),
    ],
)  # fmt: skip
def test_comments_stay_in_line(before: str, new: str, after: str) -> None:
    assert replaced(before, new) == after
