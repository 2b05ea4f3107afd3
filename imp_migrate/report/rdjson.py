"""Reviewdog's Diagnostic Format, which puts findings and suggestions into a review.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
"""

from __future__ import annotations

import json

from ..model import Applicability
from ..run.results import Finding, Run
from ..run.spots import Spots
from ..text.source import Source

#: A reviewer sees a suggestion as one block; a fix that reaches further is left to the tool.
MAX_LINES = 12


def rdjson_report(run: Run, information: str) -> str:
    """One object with an entry per finding that is left."""
    spots = Spots(".")
    document = {
        "source": {"name": "imp-migrate", "url": information},
        "severity": "ERROR",
        "diagnostics": [_diagnostic(finding, spots) for finding in run.remaining],
    }
    return json.dumps(document, indent=2)


def _diagnostic(finding: Finding, spots: Spots) -> dict[str, object]:
    from ..registry import rules

    diagnostic = finding.diagnostic
    rule = rules().get(diagnostic.code)
    entry: dict[str, object] = {
        "message": finding.message,
        "location": {
            "path": spots.path(finding.filename),
            "range": _place(finding),
        },
        "severity": "ERROR",
        "code": {"value": diagnostic.code, **({"url": rule.url} if rule else {})},
    }
    suggestion = _suggestion(finding)
    return {**entry, "suggestions": [suggestion]} if suggestion else entry


def _suggestion(finding: Finding) -> dict[str, object] | None:
    """The whole fix as one replacement: several would be offered, and taken, one by one."""
    source, edits = finding.source, finding.edits
    if (
        not edits
        or finding.cell is not None
        or finding.applicability not in (Applicability.SAFE, Applicability.UNSAFE)
    ):
        return None
    start, end = edits[0].start, edits[-1].end
    text, at = "", start
    for edit in edits:
        text += source.text[at : edit.start] + edit.text
        at = edit.end
    if max(source.text.count("\n", start, end), text.count("\n")) >= MAX_LINES:
        return None
    return {"range": _range(source, start, end), "text": text}


def _place(finding: Finding) -> dict[str, object]:
    if finding.cell is None:
        return _range(finding.source, finding.diagnostic.start, finding.diagnostic.end)
    start, end = finding.in_file
    return {
        "start": {"line": start[0], "column": start[1]},
        "end": {"line": end[0], "column": end[1]},
    }


def _range(source: Source, start: int, end: int) -> dict[str, object]:
    return {"start": _position(source, start), "end": _position(source, end)}


def _position(source: Source, offset: int) -> dict[str, int]:
    """1-based line and column, which counts bytes of UTF-8 here."""
    line = source.line_of(offset)
    before = source.text[source.line_span(line)[0] : offset]
    return {"line": line, "column": len(before.encode(errors="surrogatepass")) + 1}
