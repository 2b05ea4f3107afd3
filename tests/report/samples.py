"""Findings made by hand, so that the reports are tested apart from the rules."""

from __future__ import annotations

from imp_migrate.model import Applicability, Diagnostic, Edit, Fix, Status
from imp_migrate.run.results import FileResult, Finding, Mode, Run
from imp_migrate.text.source import Source

SAFE, UNSAFE, DISPLAY = Applicability.SAFE, Applicability.UNSAFE, Applicability.DISPLAY


def finding(
    text: str,
    spot: str,
    *changes: tuple[str, str],
    trust: Applicability | None = None,
    code: str = "IMP101",
    message: str = "imp.reload is gone",
    filename: str = "a.py",
    rewritten: bool = False,
    group: int = 1,
    source: Source | None = None,
) -> Finding:
    """A finding at the first *spot* in *text*; its fix replaces the first of each in *changes*.

    source: if several findings are to share it.
    """
    edits = tuple(
        Edit(text.index(old), text.index(old) + len(old), new)
        for old, new in sorted(changes, key=lambda change: text.index(change[0]))
    )
    trust = trust or (SAFE if changes else None)
    fix = Fix("Do it", trust, group, edits) if trust else None
    start = text.index(spot)
    diagnostic = Diagnostic(code, message, "reload", start, start + len(spot), fix)
    status = Status.REWRITTEN if rewritten else diagnostic.status
    return Finding(diagnostic, source or Source(text, filename), status, edits)


def run_of(*findings: Finding, mode: Mode = Mode.CHECK, unsafe_fixes: bool = False) -> Run:
    """A run with these *findings*."""
    by_file: dict[str, list[Finding]] = {}
    for found in findings:
        by_file.setdefault(found.filename, []).append(found)
    results = [FileResult(name, tuple(found)) for name, found in by_file.items()]
    return Run(mode, unsafe_fixes, [], results)
