"""Bytes to text and back, and positions in the text."""

from __future__ import annotations

import ast
import codecs

import pytest

from imp_migrate.text.source import DecodeError, Source


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"import imp",
        b"import imp\r\nx = 1\r\n",
        b"import imp\rx = 1\r",
        b"a\r\nb\nc\rd",
        codecs.BOM_UTF8 + b"import imp\n",
        codecs.BOM_UTF8 + b"# coding: utf-8\n",
        "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"),
        "# vim: set fileencoding=cp1252 :\nx = '€'\n".encode("cp1252"),
        "# coding: shift_jis\nx = '日本'\n".encode("shift_jis"),
        "x = '😀'\n\x0cimport imp\n".encode(),
        b"x = '\xe2\x80\xa8'\n",
    ],
)
def test_bytes_come_back(data: bytes) -> None:
    source = Source.from_bytes(data)
    assert source.encode(source.text) == data


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"x = 1\ny = '\xff'\n", 2),
        (b"# coding: no-such-codec\n", 1),
        (b"# coding: utf-8\n\n\n'\xe9'\n", 4),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", 1),
        (b"# coding: rot13\nx\n", 1),
    ],
)
def test_what_is_not_text_is_an_error_with_a_line(data: bytes, line: int) -> None:
    with pytest.raises(DecodeError) as caught:
        Source.from_bytes(data)
    assert caught.value.line == line


def test_text_with_a_byte_order_mark() -> None:
    source = Source.from_text("\ufeffimport imp\n")
    assert source.text == "import imp\n"
    assert source.encode(source.text) == codecs.BOM_UTF8 + b"import imp\n"


def test_lines_are_those_of_python() -> None:
    source = Source.from_text("a\x0cb\u2028c\x1d\r\nd\re\n\nf")
    assert [source.line_text(n) for n in range(1, 6)] == ["a\x0cb\u2028c\x1d", "d", "e", "", "f"]
    assert source.position(source.text.index("d")) == (2, 1)
    assert source.position(source.text.index("f")) == (5, 1)
    assert source.newline == "\r\n"


def test_positions_of_the_syntax_tree() -> None:
    text = "x = 'é😀'; y = imp\r\n\x0cimport imp\nz = '日'; imp.reload(m)\n"
    source = Source.from_text(text)
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name):
            start = source.offset(node.lineno, node.col_offset)
            assert source.text[start : start + len(node.id)] == node.id
            found.append(node.id)
    assert sorted(found) == ["imp", "imp", "m", "x", "y", "z"]


@pytest.mark.parametrize(
    ("text", "newline"),
    [
        ("a\r\nb\n", "\r\n"),
        ("a\nb\r\n", "\n"),
        ("a\rb\r", "\r"),
        ("a", "\n"),
        ('"""a\rb"""\nc\n', "\n"),
    ],
)
def test_a_bare_carriage_return_counts_where_there_is_no_other(text: str, newline: str) -> None:
    assert Source(text, "a.py").newline == newline


@pytest.mark.parametrize(
    ("lengths", "width"),
    [
        ([10, 20], 88),
        ([72] * 4, 88),
        ([72] * 5, 79),
        ([79] * 5, 79),
        ([79] * 19 + [80], 88),
        ([79] * 20 + [150], 79),
        ([71] * 9, 88),
        ([93], 93),
        ([150], 100),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_width_is_that_of_the_other_lines(lengths: list[int], width: int, newline: str) -> None:
    text = "".join("#" * length + newline for length in lengths)
    assert Source.from_bytes(text.encode()).width == width
