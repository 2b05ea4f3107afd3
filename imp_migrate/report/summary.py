"""The closing words of a run."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from ..model import Applicability, Status
from ..run.mode import Mode
from ..run.results import Finding, Run
from .formats import nothing_to_migrate
from .style import number_of, printable

#: How many places the last line of a summary names.
_MOST_PLACES = 10


def summary(run: Run) -> Iterator[str]:
    """One line on what was done and found, and lines on what the user can do next."""
    remaining, rewritten = run.remaining, run.rewritten
    if run.mode is not Mode.CHECK and rewritten:
        verb = "Rewrote" if run.mode is Mode.WRITE else "Would rewrite"
        yield f"{verb} {_spots(rewritten)}; {len(remaining)} left."
    elif remaining:
        yield f"Found {_spots(remaining)}."
    elif not run.failed:
        other = bool(run.silenced or run.known or run.commented)
        yield nothing_to_migrate(other, run.narrowed)
    if run.silenced:
        yield f"{number_of(run.silenced, 'spot')} silenced by a noqa comment."
    if run.commented:
        yield f"{number_of(run.commented, 'spot')} silenced with a new noqa comment."
    if run.known:
        yield f"{number_of(run.known, 'spot')} known from the baseline."
    by_hand = [f for f in remaining if f.status is Status.MANUAL]
    unsafe = [f for f in remaining if f.applicability is Applicability.UNSAFE]
    safe = len(remaining) - len(by_hand) - len(unsafe)
    hidden = 0 if run.unsafe_fixes else len(unsafe)
    if run.mode is Mode.CHECK:
        rewritable = safe + len(unsafe) - hidden
        if rewritable:
            yield f"{rewritable} rewritable with --write."
    if hidden:
        yield f"{hidden} more with --unsafe-fixes."
    # What has a fix that is only shown waits for the others of its file.
    waiting = sum(f.applicability is Applicability.DISPLAY for f in by_hand)
    decided = len(by_hand) - waiting
    wait = f"{number_of(waiting, 'spot')} {'waits' if waiting == 1 else 'wait'} for"
    if decided:
        then = f"; {wait} that" if waiting else ""
        yield f"{decided} {'needs' if decided == 1 else 'need'} a person{then}."
    elif waiting:
        yield f"{wait} others."
    yield from _aftermath(run)


def _aftermath(run: Run) -> Iterator[str]:
    """What those who merge the changes should know, and no rewrite can spare them."""
    changed = [result for result in run.results if result.changed]
    if not changed:
        return
    # Imported here: a report that changes nothing has no need of it.
    from .aftermath import aftermath

    found = [(result, *aftermath(result)) for result in changed]
    lost = sum(is_lost for _, is_lost, _ in found)
    if lost:
        files = "1 file no longer runs" if lost == 1 else f"{lost} files no longer run"
        yield f"{files} on Python 2; what is written needs Python 3.8 or later."
    places = [f"{printable(r.path)}:{line}" for r, _, lines in found for line in lines]
    if places:
        shown = ", ".join(places[:_MOST_PLACES])
        more = ", ..." if len(places) > _MOST_PLACES else ""
        verb = "speaks" if len(places) == 1 else "speak"
        yield f"{number_of(len(places), 'comment or docstring line')} still {verb} of imp: {shown}{more}"


def statistics(run: Run) -> Iterator[str]:
    """Two tables: for every code, and for every folder, how many spots there are of each kind."""
    from ..registry import rules

    findings = list(run.findings)
    if not findings:
        return
    known = rules()
    codes = counted(findings, lambda finding: finding.diagnostic.code)
    yield from _counts("code", codes, {code: rule.name for code, rule in known.items()})
    yield ""
    yield from _counts("folder", counted(findings, folder), {})


def counted(
    findings: Iterable[Finding], by: Callable[[Finding], str]
) -> list[tuple[str, Counter[str]]]:
    """How many of each kind *findings* are, by what *by* says of them; the most first."""
    counts: dict[str, Counter[str]] = {}
    for finding in findings:
        counts.setdefault(by(finding), Counter())[kind(finding)] += 1
    return sorted(counts.items(), key=lambda item: (-item[1].total(), item[0]))


def folder(finding: Finding) -> str:
    """The folder of the file, as the user knows it."""
    return os.path.dirname(finding.filename) or "."


def _counts(
    what: str, counts: list[tuple[str, Counter[str]]], names: Mapping[str, str]
) -> Iterator[str]:
    kinds = [k for k in KINDS if any(count[k] for _, count in counts)]
    rows = [[what, "total", *kinds, "rule" if names else ""]]
    for key, count in counts:
        numbers = (str(count[k]) for k in kinds)
        rows.append([printable(key), str(count.total()), *numbers, names.get(key, "")])
    yield from _table(rows)


#: What can become of a spot, in the order of the columns.
KINDS = ("rewritten", "rewritable", "unsafe", "manual")


def kind(finding: Finding) -> str:
    """Which of KINDS *finding* is."""
    if finding.status is Status.REWRITABLE and finding.applicability is Applicability.UNSAFE:
        return "unsafe"
    return finding.status.value


def _spots(findings: Iterable[Finding]) -> str:
    places = [finding.filename for finding in findings]
    return f"{number_of(len(places), 'spot')} in {number_of(len(set(places)), 'file')}"


def _table(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        yield "  ".join([*cells, row[-1]]).rstrip()
