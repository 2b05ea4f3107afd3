"""New code from templates, in the style of the file."""

from __future__ import annotations

import libcst as cst
import pytest

from imp_migrate.transform import templates

PLAIN = cst.PartialParserConfig(default_indent="    ", default_newline="\n")
TABS = cst.PartialParserConfig(default_indent="\t", default_newline="\r\n")


def code(node: cst.CSTNode, config: cst.PartialParserConfig = PLAIN) -> str:
    module = cst.Module(
        [],
        default_indent=_text(config.default_indent),
        default_newline=_text(config.default_newline),
    )
    return module.code_for_node(node)


def _text(value: object) -> str:
    assert isinstance(value, str)
    return value


def expression(template: str, **parts: str) -> str:
    nodes = {name: cst.parse_expression(text) for name, text in parts.items()}
    return code(templates.expression(template, nodes, PLAIN))


@pytest.mark.parametrize(
    ("template", "part", "after"),
    [
        ("f({a})", "x", "f(x)"),
        ("f({a})", "x + y", "f(x + y)"),
        ("f({a})", "(x)", "f(x)"),
        ("f({a})", "((x))", "f(((x)))"),
        ("f({a})", "(x, y)", "f((x, y))"),
        ("f({a})", "(x for x in y)", "f((x for x in y))"),
        ("f({a})", "(x := y)", "f((x := y))"),
        ("f({a})", "(yield)", "f((yield))"),
        ("{a}.b", "x + y", "(x + y).b"),
        ("{a}.b", "(x + y)", "(x + y).b"),
        ("{a} in b", "x or y", "(x or y) in b"),
        ("{a} in b", "x + y", "x + y in b"),
        ("{a} is not {a}", "x or y", "(x or y) is not (x or y)"),
        ("not {a}", "x and y", "not (x and y)"),
        ("[{a} for a in b if {a}]", "x if y else z", "[(x if y else z) for a in b if (x if y else z)]"),
        ("f({a}, *c)", "'a' 'b'", "f('a' 'b', *c)"),
    ],
)  # fmt: skip
def test_expression(template: str, part: str, after: str) -> None:
    assert expression(template, a=part) == after


def test_several_holes() -> None:
    assert expression("{f}({a}, {b})", f="x.y", a="b", b="a") == "x.y(b, a)"


def test_statements_are_indented_as_the_file_is() -> None:
    template = "if a:\n    if b:\n        c\n    d"
    for config, after in (
        (PLAIN, "if a:\n    if b:\n        c\n    d\n"),
        (TABS, "if a:\r\n\tif b:\r\n\t\tc\r\n\td\r\n"),
    ):
        found = templates.statements(template, {}, config)
        assert "".join(code(statement, config) for statement in found) == after


def test_block_in_a_hole() -> None:
    (owner,) = cst.parse_module("try:\n  a\n  b\n  # end\nfinally:\n  c\n").body
    assert isinstance(owner, cst.Try)
    (new,) = templates.statements("if x:\n    {body}", {"body": owner.body}, PLAIN)
    assert isinstance(new, cst.If)
    assert new.body.deep_equals(owner.body)


@pytest.mark.parametrize(
    ("template", "quote", "after"),
    [
        ('f("a", "b")', '"', 'f("a", "b")'),
        ('f("a", "b")', "'", "f('a', 'b')"),
        ('f("it\'s")', "'", 'f("it\'s")'),
        (r'f("a\n")', "'", r'f("a\n")'),
        (r'f("a\"\n", "b")', "'", r"""f("a\"\n", 'b')"""),
        ('f("it\'s", "b") + "c"', "'", "f(\"it's\", 'b') + 'c'"),
        ('f("")', "'", "f('')"),
        ('"""A "doc"."""\nf("a")', "'", '"""A "doc"."""\nf(\'a\')'),
    ],
)
def test_quoted(template: str, quote: str, after: str) -> None:
    assert templates.quoted(template, quote) == after


def test_written() -> None:
    first, second = templates.written("# why\na\nb", PLAIN)
    assert code(first) == "# why\na\n"
    assert code(second) == "b\n"
    assert not templates.written("", PLAIN)
