"""The prefilter: exactly the files that hold the word `imp`."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imp_migrate.text.scan import is_candidate, is_endlessly_dotted, is_relevant, mentions_imp

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


PARTS = [b"imp", b"m", b"_", b" ", b",", b"from pkgutil import", b"import", b"lib", b"pkgutil"]
PARTS += [b"find_module", b"importlib", b".machinery", b"import_module", b"(", b"\n", b"Imp"]


@given(st.lists(st.sampled_from(PARTS)))
def test_one_look_finds_what_three_would(parts: list[bytes]) -> None:
    data = b"".join(parts)
    assert is_relevant(data) is (b"find_module" in data or is_candidate(data))


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


@pytest.mark.parametrize(
    ("data", "candidate"),
    [
        (b"import imp", True),
        (b"import importlib\nimport imp", True),
        (b"import importlib\nspec = importlib.util.find_spec(n)", True),
        (b"import importlib\nfound = importlib.util.find_spec('a') is None", True),
        (b"import importlib.util\nspec = importlib.util.find_spec(n)", True),
        (b"import importlib.util\nspec = importlib.util.find_spec('a.b') is None", True),
        (b"import importlib.util\nimportlib.machinery.SourceFileLoader", True),
        (b"import importlib as imp", True),
        (rb"pickle.loads(b'\x80\x02cimp\nreload\n.')", True),
        (rb"pickle.loads(b'\x8c\x03imp\x8c\x06reload')", True),
        (b'scimp, 3imp, "cimp"', False),
        (b"from importlib import load_source", True),
        (b"import pkgutil\nimporter = pkgutil.ImpImporter(d)", True),
        (b"import os, sys, pkgutil\nloader = pkgutil.find_loader(n)", True),
        (b"from pkgutil import get_loader", True),
        (b"import importlib\nm = importlib.import_module(n, path)", True),
        (b"import importlib\nm = importlib.import_module(\n    n, path)", True),
        (b"requires = ['zombie-imp']", True),
        (b"import importlib.util\nif importlib.util.find_spec('a') is None:\n    pass", False),
        (b"import importlib\nm = importlib.import_module(n)\nimportlib.reload(m)", False),
        (b"import importlib.metadata\nversion = importlib.metadata.version(n)", False),
        (b"import pkgutil\n__path__ = pkgutil.extend_path(__path__, __name__)", False),
        (b"import os\nloader.load_module(n)", False),
        (b"from imports import importable, find_spec", False),
        (b"", False),
    ],
)
def test_candidates(data: bytes, candidate: bool) -> None:
    assert is_candidate(data) is candidate


@given(st.lists(st.sampled_from([b"imp", b"i", b"ort", b"lib", b"pkgutil", b" ", b"\n", b"."])))
def test_whatever_mentions_imp_is_a_candidate(parts: list[bytes]) -> None:
    data = b"".join(parts)
    assert is_candidate(data) or not mentions_imp(data)
