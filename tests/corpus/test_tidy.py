"""The check that tidy code stays tidy sees it when it does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from . import data
from .test_corpus import unreachable
from .tidy import Changed, changed, examine, exceptions

TIDY = b'"""Doc."""\n\nimport os\n\nprint(os)\n'


CASES = {
    "same": (TIDY, set()),
    "imports": (
        TIDY.replace(b"import os", b"import sys\nimport os"),
        {"F401", "I001", "isort", "isort (black)"},
    ),
    "late import": (TIDY + b"import sys\n\nprint(sys)\n", {"E402"}),
    "layout": (TIDY + b"\n\ndef f(): pass\n", {"black"}),
    "long line": (TIDY + b"print(" + b"1 + " * 30 + b"1)\n", {"E501", "black"}),
}


def test_what_is_seen() -> None:
    """All at once: it takes long to start the tools."""
    files = [
        Changed(data.CorpusFile("a-1", name, TIDY), after) for name, (after, _) in CASES.items()
    ]
    clean, found = examine(files)
    assert clean == dict.fromkeys(("black", "ruff", "isort", "isort (black)"), len(CASES))
    for name, (_, what) in CASES.items():
        assert {untidy.what for untidy in found if untidy.path == name} == what, name


@pytest.mark.corpus
def test_the_subset_stays_tidy(corpus: Path) -> None:
    """What became untidy in the subset is listed, and what is listed became so."""
    releases = data.subset().values()
    if reasons := [reason for release in releases if (reason := unreachable(release, corpus))]:
        if os.environ.get("CI") == "true":
            pytest.fail("\n".join(reasons), pytrace=False)
        pytest.skip(reasons[0])
    files = changed(corpus, releases)
    assert len(files) > 30
    listed = {untidy for untidy in exceptions() if untidy.release in data.subset()}
    assert set(examine(files)[1]) == listed


def test_exceptions_have_reasons() -> None:
    known = data.releases()
    for untidy, reason in exceptions().items():
        assert untidy.release in known, untidy
        assert len(reason) > 20, untidy
