"""The report for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..model import Applicability, Status
from ..run.results import Finding, Run
from .changes import Others
from .excerpt import excerpt, suggestion
from .style import Style, printable
from .summary import statistics, summary


def text_report(
    run: Run,
    style: Style,
    findings: Callable[[Run, Style], Iterator[str]] | None = None,
    *,
    quiet: bool = False,
    counts: bool = False,
) -> Iterator[str]:
    """The lines of the report: every remaining finding, then the summary.

    findings: shows the findings; by default `text_findings`.
    quiet: leave the summary out.
    counts: add the tables of codes and folders.
    """
    yield from (findings or text_findings)(run, style)
    if counts:
        table = list(statistics(run))
        if table:
            yield from (*table, "")
    if not quiet:
        yield from summary(run)


def text_findings(run: Run, style: Style) -> Iterator[str]:
    """Every remaining finding with its lines, its fix and what the fix makes of them."""
    for result in run.results:
        left = result.remaining
        others = Others(left)
        for finding in left:
            yield from _finding(finding, style, others)
            yield ""


def concise_findings(run: Run, style: Style) -> Iterator[str]:
    """A line per remaining finding, in the form that editors and other tools read."""
    for finding in run.remaining:
        yield headline(finding, style, ":")


def grouped_findings(run: Run, style: Style) -> Iterator[str]:
    """A line per remaining finding below the name of its file."""
    for result in run.results:
        left = result.remaining
        if not left:
            continue
        yield f"{style.bold(printable(result.path))}:"
        places = [finding.place for finding in left]
        wide = max(map(len, places))
        for finding, place in zip(left, places, strict=True):
            yield f"  {place:<{wide}}  {_said(finding, style)}"
        yield ""


def headline(finding: Finding, style: Style, end: str = "") -> str:
    """`path:line:column CODE message`; *end* comes behind the column."""
    name = printable(finding.filename)
    if name.startswith("::"):  # GitHub, whose log this may be, would take it for a command
        name = f"./{name}"
    return f"{style.bold(name)}:{finding.place}{end} {_said(finding, style)}"


def _said(finding: Finding, style: Style) -> str:
    diagnostic = finding.diagnostic
    return f"{style.error(diagnostic.code)} {printable(diagnostic.message)}"


def _finding(finding: Finding, style: Style, others: Others) -> Iterator[str]:
    yield headline(finding, style)
    yield from excerpt(finding, style)
    if finding.status is Status.MANUAL:
        # Imported here: without findings no rule need be loaded.
        from ..registry import documentation

        code = finding.diagnostic.code
        yield f"{style.faint('help:')} imp-migrate --explain {code}, or {documentation(code)}"
    fix = finding.diagnostic.fix
    if fix is None:
        return
    yield f"{style.faint('help:')} {printable(fix.title)}{_TRUST[fix.applicability]}"
    yield from suggestion(finding, style, others)


_TRUST = {
    Applicability.SAFE: "",
    Applicability.UNSAFE: " (unsafe: it may change behaviour)",
    Applicability.DISPLAY: " (for this spot alone: --write leaves it)",
}
