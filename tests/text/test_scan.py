"""The prefilter: exactly the files that hold the word `imp`."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imp_migrate.text.scan import is_candidate, may_misuse_importlib, mentions_imp

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


@pytest.mark.parametrize(
    ("data", "suspicious"),
    [
        (b"import importlib\nspec = importlib.util.find_spec(n)", True),
        (b"import importlib\nloader = importlib . machinery.SourceFileLoader(n, p)", True),
        (b"import importlib as imp", True),
        (b"from importlib import load_source", True),
        (b"import pkgutil\nimporter = pkgutil.ImpImporter(d)", True),
        (b"import importlib\nm = importlib.import_module(n, path)", True),
        (b"import importlib\nm = importlib.import_module(\n    n, path)", True),
        (b"import importlib\nm = importlib.import_module(n)\nimportlib.reload(m)", False),
        (b"import importlib.metadata\nversion = importlib.metadata.version(n)", False),
        (b"import pkgutil\n__path__ = pkgutil.extend_path(__path__, __name__)", False),
        (b"loader.load_module(n)", False),
        (b"from imports import utilities", False),
        (b"", False),
    ],
)
def test_suspicions(data: bytes, suspicious: bool) -> None:
    assert may_misuse_importlib(data) is suspicious


@pytest.mark.parametrize(
    ("data", "candidate"),
    [
        (b"import imp", True),
        (b"from importlib.util import find_spec", True),
        (b"import importlib", False),
    ],
)
def test_candidates(data: bytes, candidate: bool) -> None:
    assert is_candidate(data) is candidate
