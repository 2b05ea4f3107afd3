"""Statements: where they stand, what runs in them."""

from __future__ import annotations

import ast

import pytest

from imp_migrate.text.source import Source
from imp_migrate.transform.statements import (
    header_length,
    is_alone,
    is_crowded,
    modules_of,
    only_imports,
)


@pytest.mark.parametrize(
    ("source", "length", "crowded"),
    [
        ("import a", 0, False),
        ("'doc'", 1, False),
        ("'doc'\nimport a", 1, False),
        ("'doc'; import a", 1, True),
        ("'doc'; from __future__ import x\nimport a", 2, False),
        ("'doc'\nfrom __future__ import x; import a", 2, True),
        ("import a; import b", 0, False),
        ("'doc' \\\n; \\\r\nimport a", 1, True),
        ("'doc';\nimport a", 1, False),
    ],
)
def test_header(source: str, length: int, crowded: bool) -> None:
    module = ast.parse(source)
    assert header_length(module) == length
    assert is_crowded(Source(source, "x.py"), module) is crowded


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a", True),
        ("from a import b", True),
        ("pass", True),
        ("'a string'", True),
        ("a = None", True),
        ("a = lambda: call()", True),
        ("if test:\n    import a\nelse:\n    a = None", True),
        ("try:\n    import a\nexcept ImportError:\n    a = b", True),
        ("a = call()", False),
        ("a.b", False),
        ("if test:\n    call()", False),
        ("try:\n    import a\nfinally:\n    call()", False),
        ("def f(): pass", False),
    ],
)
def test_only_imports(source: str, expected: bool) -> None:
    (statement,) = ast.parse(source).body
    assert only_imports(statement) is expected


def test_only_imports_in_very_many_branches() -> None:
    (statement,) = ast.parse("if a: pass\n" + "elif b: import c\n" * 900).body
    assert only_imports(statement)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a\nb\nc\n", True),
        ("a; b\nc\n", False),
        ("a\nb; c\n", False),
        ("a\nb;\nc\n", True),
        ("a\nb\nif c: d\n", True),
        ("if a:\n    c\nb\n", True),
        ("f(\n); b\n", False),
        ("a; \\\n  b\n", False),
        ("a \\\r\n ;\\\r\nb\r\n", False),
        ("a\n\\\nb\n", True),
        ("a;\nb ; # c\n", True),
        ("a\nb \\\r ; \\\rc\r", False),
        ("a\nb \\\n ; \\\n\nc\n", True),
        ("a\nb", True),
    ],
)
def test_is_alone(source: str, expected: bool) -> None:
    module = ast.parse(source)
    assert is_alone(Source(source, "x.py"), module.body[1]) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [("if a: b\n", False), ("if a:\n    b\n", True), ("if a: \\\n    b\n", False)],
)
def test_is_alone_in_a_block(source: str, expected: bool) -> None:
    (parent,) = ast.parse(source).body
    assert isinstance(parent, ast.If)
    assert is_alone(Source(source, "x.py"), parent.body[0]) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a, b.c as d", {"a", "b.c"}),
        ("from a import b, c", {"a", "a.b", "a.c"}),
        ("from . import b", {".", ".b"}),
        ("from ..a import b", {"..a", "..a.b"}),
        ("a.b", set()),
    ],
)
def test_modules_of(source: str, expected: set[str]) -> None:
    (statement,) = ast.parse(source).body
    assert modules_of(statement) == expected
