"""The report for people."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Applicability
from ..run.results import Finding, Run
from .excerpt import excerpt, suggestion
from .style import Style, printable
from .summary import statistics, summary


def text_report(
    run: Run, style: Style, *, quiet: bool = False, counts: bool = False
) -> Iterator[str]:
    """The lines of the report: every remaining finding, then the summary.

    quiet: leave the summary out.
    counts: add the table of codes.
    """
    for finding in run.remaining:
        yield from _finding(finding, style)
        yield ""
    if counts:
        table = list(statistics(run))
        if table:
            yield from (*table, "")
    if not quiet:
        yield from summary(run)


def headline(finding: Finding, style: Style) -> str:
    """`path:line:column CODE message`."""
    line, column = finding.start
    name = printable(finding.filename)
    if name.startswith("::"):  # GitHub, whose log this may be, would take it for a command
        name = f"./{name}"
    place = f"{style.bold(name)}:{line}:{column}"
    diagnostic = finding.diagnostic
    return f"{place} {style.error(diagnostic.code)} {printable(diagnostic.message)}"


def _finding(finding: Finding, style: Style) -> Iterator[str]:
    yield headline(finding, style)
    yield from excerpt(finding, style)
    fix = finding.diagnostic.fix
    if fix is None:
        return
    yield f"{style.faint('help:')} {printable(fix.title)}{_TRUST[fix.applicability]}"
    yield from suggestion(finding, style)


_TRUST = {
    Applicability.SAFE: "",
    Applicability.UNSAFE: " (unsafe: it may change behaviour)",
    Applicability.DISPLAY: " (a hint: it is never applied)",
}
