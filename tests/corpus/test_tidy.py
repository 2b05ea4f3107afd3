"""The check that tidy code stays tidy sees it when it does not."""

from __future__ import annotations

from . import data
from .tidy import Changed, examine

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
