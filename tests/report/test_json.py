"""The report in the shape of ruff's JSON."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from imp_migrate.registry import rules
from imp_migrate.report.json import json_report

from .samples import DISPLAY, UNSAFE, finding, run_of


def only(*args: object, **kwargs: object) -> dict[str, Any]:
    """The only entry of the report on one finding, made of these arguments."""
    (entry,) = json.loads(json_report(run_of(finding(*args, **kwargs))))  # type: ignore[arg-type]
    assert isinstance(entry, dict)
    return entry


def test_nothing() -> None:
    assert json_report(run_of()) == "[]"


def test_entry() -> None:
    entry = only("é = 1\nx = imp.y\n", "imp.y", ("imp.y", "z"), ("é", "e"))
    assert entry == {
        "cell": None,
        "code": "IMP101",
        "end_location": {"row": 2, "column": 10},
        "filename": os.path.abspath("a.py"),
        "fix": {
            "applicability": "safe",
            "message": "Do it",
            "edits": [
                {
                    "cell": None,
                    "content": "e",
                    "location": {"row": 1, "column": 1},
                    "end_location": {"row": 1, "column": 2},
                },
                {
                    "cell": None,
                    "content": "z",
                    "location": {"row": 2, "column": 5},
                    "end_location": {"row": 2, "column": 10},
                },
            ],
        },
        "location": {"row": 2, "column": 5},
        "member": "reload",
        "message": "imp.reload is gone",
        "name": "imp-reload",
        "noqa_row": 2,
        "severity": "error",
        "status": "rewritable",
        "url": rules()["IMP101"].url,
    }


@pytest.mark.parametrize(
    ("trust", "status"), [(UNSAFE, "rewritable"), (DISPLAY, "manual"), (None, "manual")]
)
def test_status(trust: object, status: str) -> None:
    entry = only("imp\n", "imp", trust=trust)
    assert entry["status"] == status
    assert (entry["fix"] and entry["fix"]["applicability"]) == (trust and trust.value)  # type: ignore[attr-defined]


def test_rewritten_ones_are_told_too() -> None:
    assert only("imp\n", "imp", ("imp", "y"), rewritten=True)["status"] == "rewritten"


def test_unknown_code() -> None:
    entry = only("imp\n", "imp", code="IMP999")
    assert (entry["name"], entry["url"]) == (None, None)


def test_standard_input_has_no_place() -> None:
    assert only("imp\n", "imp", filename="-")["filename"] == "-"


def test_names_that_are_not_text() -> None:
    name = os.fsdecode(b"caf\xe9.py")
    assert only("imp\n", "imp", filename=name)["filename"].endswith(name)
