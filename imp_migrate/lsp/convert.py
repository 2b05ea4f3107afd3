"""Diagnostics and edits in the terms of the protocol: pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ..model import Applicability, Diagnostic, Edit, Fix
from ..registry import rules
from .positions import Positions

if TYPE_CHECKING:
    from .cells import CellPositions

SOURCE = "imp-migrate"


def to_protocol(
    diagnostic: Diagnostic,
    fix: Fix | None,
    positions: Positions | CellPositions,
    version: int,
    number: int,
) -> types.Diagnostic:
    """*diagnostic* as the editor gets it.

    Its data hold what a code action needs: the version of the text and, if there is
    a *fix* to offer, its title, whether it is unsafe, and the *number* of the diagnostic.
    """
    rule = rules().get(diagnostic.code)
    data: dict[str, Any] = {"version": version}
    if fix is not None:
        data["title"] = fix.title
        data["unsafe"] = fix.applicability is Applicability.UNSAFE
        data["number"] = number
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


def _severity(diagnostic: Diagnostic) -> types.DiagnosticSeverity:
    if diagnostic.code.startswith("IMP9"):  # the editor's own Python support says more about it
        return types.DiagnosticSeverity.Information
    return types.DiagnosticSeverity.Warning


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
