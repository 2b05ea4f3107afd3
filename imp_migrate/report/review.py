"""What whoever plans or reviews a migration wants to see: data for `--report`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..model import Applicability
from ..run.results import FileResult, Finding, Run, place_of
from ..text.source import Source
from .changes import Change, Others, split
from .style import valid
from .summary import KINDS, kind

#: What can become of a spot, and what that is called. A silence is a spot that works already,
#: or that a comment silences.
WORKS, SILENCED = "works", "silenced"
LABELS = dict(
    zip(
        (*KINDS, SILENCED, WORKS),
        (
            "rewritten",
            "automatic",
            "automatic but unsafe",
            "for a person",
            "silenced by a comment",
            "working already",
        ),
        strict=True,
    )
)

#: How far a fix can be trusted.
TRUST = {
    Applicability.SAFE: "Fix, safe",
    Applicability.UNSAFE: "Fix, unsafe: it may change behaviour",
    Applicability.DISPLAY: "Fix for this spot alone, which --write leaves",
}

_CONTEXT = 2  # lines before and after those that change


@dataclass(frozen=True)
class Line:
    """A line as it is shown; *changed* if it goes or comes."""

    number: int
    text: str
    changed: bool = False


@dataclass(frozen=True)
class Hunk:
    """Some lines and what becomes of them, if a line among them changes."""

    before: tuple[Line, ...]
    after: tuple[Line, ...] = ()

    @property
    def changes(self) -> bool:
        """Say whether something becomes of them; all that there is may go."""
        return any(line.changed for line in (*self.before, *self.after))


@dataclass(frozen=True)
class Spot:
    """A finding, or a silence, as it is shown.

    place: where in the file, in words; `line` and `column` only give the order.
    kind: one of LABELS.
    fix: what its fix does, in words; empty if there is none.
    trust: how far that can be trusted.
    here: the lines of the spot.
    elsewhere: what else its fix changes, such as imports and helper functions.
    beside: how many lines its fix also changes that are shown with other spots.
    """

    path: str
    line: int
    column: int
    place: str
    code: str
    kind: str
    message: str
    fix: str = ""
    trust: str = ""
    here: tuple[Hunk, ...] = ()
    elsewhere: tuple[Hunk, ...] = ()
    beside: int = 0

    @property
    def folder(self) -> str:
        """The folder of its file."""
        return os.path.dirname(self.path) or "."

    @property
    def changes(self) -> bool:
        """Say whether its fix changes the lines of the spot, not only others."""
        return any(hunk.changes for hunk in self.here)

    @property
    def lines_elsewhere(self) -> int:
        """How many lines its fix takes away or adds elsewhere."""
        return sum(line.changed for hunk in self.elsewhere for line in (*hunk.before, *hunk.after))


def spots_of(run: Run) -> list[Spot]:
    """All that was found, by file and line; what works already is part of it."""
    return [spot for result in run.results for spot in _in_order(result)]


def tally(spots: Iterable[Spot]) -> Counter[str]:
    """How many spots of each kind there are."""
    return Counter(spot.kind for spot in spots)


def by_folder(spots: Iterable[Spot]) -> dict[str, list[Spot]]:
    """The spots of every folder; those first where most is left to do."""
    folders: dict[str, list[Spot]] = {}
    for spot in spots:
        folders.setdefault(spot.folder, []).append(spot)

    def work(folder: str) -> tuple[int, str]:
        done = (WORKS, SILENCED)
        return -sum(spot.kind not in done for spot in folders[folder]), folder

    return {folder: folders[folder] for folder in sorted(folders, key=work)}


def failures(run: Run) -> Iterator[tuple[str, str]]:
    """Files that could not be dealt with, and why."""
    return ((valid(path), valid(reason)) for path, reason in run.failures)


def _in_order(result: FileResult) -> list[Spot]:
    others = Others(result.findings)
    spots = [_spot(finding, others) for finding in result.findings]
    for source, silence in result.silences:
        line, column = source.line_of(silence.start), source.position(silence.start)[1]
        last = source.line_of(max(silence.start, silence.end - 1))
        hunk = Hunk(_lines(source, range(line, last + 1), 0))
        message = f"{silence.what}: {silence.reason}"
        kind = SILENCED if silence.code else WORKS
        place = (valid(result.path), line, column, place_of(source, silence.start))
        spots.append(Spot(*place, silence.code, kind, valid(message), here=(hunk,)))
    return sorted(spots, key=lambda spot: (spot.line, spot.column))


def _spot(finding: Finding, others: Others) -> Spot:
    diagnostic = finding.diagnostic
    here, there = split(finding, others)
    own: list[Hunk] = []
    rest: list[Hunk] = []
    for group in _groups(here):
        at_the_spot = any(change.concerns(finding) for change in group)
        (own if at_the_spot else rest).append(_hunk(finding.source, group))
    first, last = finding.lines
    as_it_is = Hunk(_lines(finding.source, range(first, last + 1), 0))
    return Spot(
        valid(finding.filename),
        first,
        finding.start[1],
        finding.place,
        diagnostic.code,
        kind(finding),
        valid(diagnostic.message),
        valid(diagnostic.fix.title) if diagnostic.fix else "",
        TRUST[diagnostic.fix.applicability] if diagnostic.fix else "",
        tuple(own) or (as_it_is,),
        tuple(rest),
        sum(map(len, there)),
    )


def _groups(changes: Iterable[Change]) -> list[list[Change]]:
    """*changes*, those that are close together in one group."""
    groups: list[list[Change]] = []
    for change in changes:
        near = bool(groups) and change.old - _end(groups[-1][-1]) <= 2 * _CONTEXT
        if near and change.cell == groups[-1][-1].cell:
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _hunk(source: Source, changes: Sequence[Change]) -> Hunk:
    """*changes* with the lines around them."""
    before: list[Line] = []
    after: list[Line] = []
    first, last = source.lines_around(changes[0].old)
    origin = changes[0].origin
    at = max(first, changes[0].old - _CONTEXT)
    shift = changes[0].new - changes[0].old
    for change in changes:
        between = range(at, change.old)
        before += (
            *_lines(source, between, 0),
            *_changed(change.removed, change.old - origin),
        )
        after += (
            *_lines(source, between, shift),
            *_changed(change.added, change.new - origin),
        )
        at = _end(change)
        shift = change.new + len(change.added) - at
    count = len(source.line_starts) - source.text.endswith(("\n", "\r"))
    behind = range(at, min(at + _CONTEXT, last + 1, count + 1))
    before += _lines(source, behind, 0)
    after += _lines(source, behind, shift)
    return Hunk(tuple(before), tuple(after))


def _end(change: Change) -> int:
    """The number of the line behind those that it removes."""
    return change.old + len(change.removed)


def _lines(source: Source, numbers: Iterable[int], shift: int) -> tuple[Line, ...]:
    return tuple(Line(source.row(n) + shift, valid(source.shown(n))) for n in numbers)


def _changed(lines: Iterable[str], first: int) -> Iterator[Line]:
    return (Line(number, valid(text), True) for number, text in enumerate(lines, first))
