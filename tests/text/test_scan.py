"""The prefilter: exactly the files that hold the word `imp`."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imp_migrate.text.scan import is_endlessly_dotted, is_relevant, mentions_imp

WORD = re.compile(rb"(?<![0-9A-Za-z_])imp(?![0-9A-Za-z_])")


@pytest.mark.parametrize(
    ("data", "mentioned"),
    [
        (b"import imp", True),
        (b"imp", True),
        (b"from imp import reload", True),
        (b'__import__("imp")', True),
        (b"import os, simp, imp\r", True),
        (b"\xe9imp\xe9", True),
        (b"import important", False),
        (b"simp imp_ imp2 _imp", False),
        (b"import", False),
        (b"", False),
    ],
)
def test_word(data: bytes, mentioned: bool) -> None:
    assert mentions_imp(data) is mentioned


@given(st.lists(st.sampled_from([b"imp", b"i", b"m", b"p", b"_", b" ", b".", b"9", b"\xff"])))
def test_is_a_word_search(parts: list[bytes]) -> None:
    data = b"".join(parts)
    assert mentions_imp(data) is (WORD.search(data) is not None)


def test_import_hooks_are_relevant() -> None:
    assert is_relevant(b"class F:\n    def find_module(self, name, path=None): pass\n")
    assert not is_relevant(b"import os\n")


@pytest.mark.parametrize(
    ("text", "endless"),
    [
        ("from " + "a." * 6000 + "b import c", True),
        ("from " + "a .\\\n" * 6000 + "b import c", True),
        ("from " + "a." * 4000 + "b import c", False),
        ("a.b = 1.5\n" * 6000, False),
        ("." * 6000, False),
    ],
)
def test_endlessly_dotted(text: str, endless: bool) -> None:
    assert is_endlessly_dotted(text) is endless
