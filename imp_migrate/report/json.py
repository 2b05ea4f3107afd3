"""The report in the shape of ruff's JSON, plus `member` and `status`, and the `cell` of an edit."""

from __future__ import annotations

import json
import os

from ..model import Edit
from ..run.results import Finding, Run
from ..text.source import Source


def json_report(run: Run) -> str:
    """An array with an object per finding, those that were rewritten among them."""
    return json.dumps([_finding(finding) for finding in run.findings], indent=2)


def absolute(filename: str) -> str:
    """*filename* as machines want it; standard input has no place."""
    return filename if filename == "-" else os.path.abspath(filename)


def _finding(finding: Finding) -> dict[str, object]:
    # Imported here: without findings no rule need be loaded.
    from ..registry import rules

    diagnostic, fix = finding.diagnostic, finding.diagnostic.fix
    rule = rules().get(diagnostic.code)
    return {
        "cell": finding.cell,
        "code": diagnostic.code,
        "end_location": _location(finding.end),
        "filename": absolute(finding.filename),
        "fix": fix
        and {
            "applicability": fix.applicability.value,
            "edits": [_edit(finding.source, edit) for edit in finding.edits],
            "message": fix.title,
        },
        "location": _location(finding.start),
        "member": diagnostic.member,
        "message": diagnostic.message,
        "name": rule.name if rule else None,
        "noqa_row": finding.start[0],
        "severity": "error",
        "status": finding.status.value,
        "url": rule.url if rule else None,
    }


def _edit(source: Source, edit: Edit) -> dict[str, object]:
    return {
        "cell": source.cell_of(source.line_of(edit.start)),
        "content": edit.text,
        "end_location": _location(source.position(edit.end)),
        "location": _location(source.position(edit.start)),
    }


def _location(position: tuple[int, int]) -> dict[str, int]:
    row, column = position
    return {"column": column, "row": row}
