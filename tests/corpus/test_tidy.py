"""What was tidy stays tidy; and what says so sees it when it does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from . import data
from .fetch import DEFAULT_DATA
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


def test_every_exception_is_about_a_release_and_has_a_reason() -> None:
    known = data.releases()
    for untidy, reason in exceptions().items():
        assert untidy.release in known
        assert len(reason) > 20


@pytest.mark.corpus
def test_the_subset_stays_tidy() -> None:
    root = Path(os.environ.get("IMP_MIGRATE_CORPUS") or DEFAULT_DATA).expanduser()
    root.mkdir(parents=True, exist_ok=True)
    there = []
    for release in data.subset().values():
        if reason := unreachable(release, root):
            if os.environ.get("CI") == "true":
                pytest.fail(reason, pytrace=False)
            continue
        there.append(release)
    if not there:
        pytest.skip("no release is there")
    _, found = examine(changed(root, there))
    assert [str(untidy) for untidy in found if untidy not in exceptions()] == []
