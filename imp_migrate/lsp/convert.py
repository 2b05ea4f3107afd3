"""Diagnostics and edits in the terms of the protocol: pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lsprotocol import types

from ..model import Applicability, Diagnostic, Edit, Fix
from ..registry import rules
from .positions import Positions

SOURCE = "imp-migrate"


def to_protocol(
    diagnostic: Diagnostic, offer: tuple[Fix, list[Edit]] | None, positions: Positions, version: int
) -> types.Diagnostic:
    """*diagnostic* as the editor gets it.

    Its data hold what a code action needs: the version of the text and, if there is
    a fix to offer, its title, whether it is unsafe, and the edits of the whole fix.
    """
    rule = rules().get(diagnostic.code)
    data: dict[str, Any] = {"version": version}
    if offer is not None:
        fix, edits = offer
        data["title"] = fix.title
        data["unsafe"] = fix.applicability is Applicability.UNSAFE
        data["edits"] = [_as_json(edit) for edit in text_edits(edits, positions)]
    return types.Diagnostic(
        range=positions.range(diagnostic.start, diagnostic.end),
        message=diagnostic.message,
        severity=_severity(diagnostic),
        code=diagnostic.code,
        code_description=types.CodeDescription(rule.url) if rule else None,
        source=SOURCE,
        data=data,
    )


def text_edits(edits: Iterable[Edit], positions: Positions) -> list[types.TextEdit]:
    """Arranged *edits*; those that touch each other become one, which no client can misorder."""
    return [
        types.TextEdit(positions.range(edit.start, edit.end), edit.text) for edit in _joined(edits)
    ]


def to_edits(data: Iterable[dict[str, Any]], positions: Positions) -> list[Edit]:
    """The edits in the data of a diagnostic, as offsets again."""

    def offset(place: dict[str, int]) -> int:
        return positions.offset(types.Position(place["line"], place["character"]))

    return [
        Edit(offset(e["range"]["start"]), offset(e["range"]["end"]), e["newText"]) for e in data
    ]


def _severity(diagnostic: Diagnostic) -> types.DiagnosticSeverity:
    if diagnostic.code.startswith("IMP9"):  # the editor's own Python support says more about it
        return types.DiagnosticSeverity.Information
    return types.DiagnosticSeverity.Warning


def _as_json(edit: types.TextEdit) -> dict[str, Any]:
    def place(position: types.Position) -> dict[str, int]:
        return {"line": position.line, "character": position.character}

    return {
        "range": {"start": place(edit.range.start), "end": place(edit.range.end)},
        "newText": edit.new_text,
    }


def _joined(edits: Iterable[Edit]) -> Iterator[Edit]:
    last: Edit | None = None
    for edit in edits:
        if last is None:
            last = edit
        elif edit.start == last.end:
            last = Edit(last.start, edit.end, last.text + edit.text)
        else:
            yield last
            last = edit
    if last is not None:
        yield last
