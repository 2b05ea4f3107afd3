"""Statements: where they stand, what runs in them."""

from __future__ import annotations

import ast

import pytest

from imp_migrate.text.source import Source
from imp_migrate.transform.statements import (
    after_header,
    blank_lines,
    header_length,
    is_crowded,
    only_imports,
)


@pytest.mark.parametrize(
    ("source", "header"),
    [
        ("import a\n", ""),
        ("#!/bin/sh\n# comment\n\n# later\nimport a\n", "#!/bin/sh\n# comment\n"),
        ("# comment\n'''doc\n'''\n# later\nimport a\n", "# comment\n'''doc\n'''\n"),
        ("from __future__ import x\nimport a\n", "from __future__ import x\n"),
        ("b'no doc'\nimport a\n", ""),
    ],
)
def test_after_header(source: str, header: str) -> None:
    assert source[: after_header(Source.from_text(source), ast.parse(source))] == header


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
    ],
)
def test_header(source: str, length: int, crowded: bool) -> None:
    module = ast.parse(source)
    assert header_length(module) == length
    assert is_crowded(module) is crowded


@pytest.mark.parametrize(
    ("text", "expected"), [("a\n", (0, 0)), ("\n \t\r\n\x0c\na\n", (3, 7)), ("", (0, 0))]
)
def test_blank_lines(text: str, expected: tuple[int, int]) -> None:
    assert blank_lines(Source.from_text(text), 0) == expected


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
