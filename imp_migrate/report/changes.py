"""What a fix does to the lines of a file, place by place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..model import Edit
from ..run.results import Finding
from ..text.source import Source


@dataclass(frozen=True)
class Change:
    """Lines that give way to others.

    old, new: the numbers of the first line before and after; `old` is where lines
        are added if there are none before.
    edits: those that make it, perhaps together with a change close by.
    cell: the cell of the notebook that it is in; no change is in several.
    origin: how many lines are not counted by the user, since they come before that cell.
    """

    old: int
    removed: tuple[str, ...]
    new: int
    added: tuple[str, ...]
    edits: frozenset[Edit]
    cell: int | None = None
    origin: int = 0

    def __len__(self) -> int:
        return len(self.removed) + len(self.added)

    def concerns(self, finding: Finding) -> bool:
        """Say whether it changes a line of the spot."""
        first, last = finding.lines
        return self.old <= last and first < self.old + len(self.removed)


class Others:
    """The findings of a run in which a change may be told, by line and by edit."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._by_line: dict[tuple[int, int], list[Finding]] = {}
        self._by_edit: dict[tuple[int, Edit], list[Finding]] = {}
        for finding in findings:
            source = id(finding.source)
            first, last = finding.lines
            for line in range(first, last + 1):
                self._by_line.setdefault((source, line), []).append(finding)
            for edit in finding.edits:
                self._by_edit.setdefault((source, edit), []).append(finding)

    def tell(self, change: Change, finding: Finding) -> bool:
        """Say whether *change*, of the fix of *finding*, is told with another finding.

        That is what it does to the spot of another, and what the smaller fix of another
        does, too: the fix of an import holds those of all that use it.  What the same
        fix answers is told with it.
        """
        source, most = id(finding.source), len(finding.edits)
        for line in range(change.old, change.old + max(len(change.removed), 1)):
            for other in self._by_line.get((source, line), ()):
                if change.concerns(other) and not _is_same_fix(finding, other):
                    return True
        edit = next(iter(change.edits))
        return any(
            len(other.edits) < most
            and not _is_same_fix(finding, other)
            and change.edits.issubset(other.edits)
            for other in self._by_edit.get((source, edit), ())
        )


def _is_same_fix(one: Finding, other: Finding) -> bool:
    fixes = one.diagnostic.fix, other.diagnostic.fix
    return fixes[0] is not None and fixes[1] is not None and fixes[0].group == fixes[1].group


def split(finding: Finding, others: Others) -> tuple[list[Change], list[Change]]:
    """What the fix changes, and what of that is told with one of *others*."""
    here: list[Change] = []
    there: list[Change] = []
    for change in changes(finding.source, finding.edits):
        told = not change.concerns(finding) and others.tell(change, finding)
        (there if told else here).append(change)
    return here, there


def changes(source: Source, edits: Sequence[Edit]) -> Iterator[Change]:
    """What *edits*, in order, do to the lines of *source*."""
    if not edits:
        return
    # Imported here: most reports have no edits to show.
    import difflib

    from ..transform.edits import apply_edits

    shift, last_cell = 0, None
    for cluster in _clusters(source, edits):
        first = source.line_of(cluster[0].start)
        cell, origin = source.cell_of(first), first - source.row(first)
        shift, last_cell = shift if cell == last_cell else 0, cell
        begin, _ = source.line_span(first)
        _, end = source.line_span(source.line_of(cluster[-1].end))
        moved = [Edit(e.start - begin, e.end - begin, e.text) for e in cluster]
        old = Source(source.text[begin:end])
        new = Source(apply_edits(old.text, moved))
        old_lines, new_lines = _lines(old), _lines(new)
        matcher = difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            if tag != "equal":
                removed = tuple(map(source.written, old_lines[i1:i2]))
                added = tuple(map(source.written, new_lines[j1:j2]))
                yield Change(
                    first + i1,
                    removed,
                    first + shift + j1,
                    added,
                    frozenset(cluster),
                    cell,
                    origin,
                )
        shift += len(new_lines) - len(old_lines)


def _clusters(source: Source, edits: Sequence[Edit]) -> list[list[Edit]]:
    """*edits*, those that touch the same lines together."""
    clusters: list[list[Edit]] = []
    for edit in edits:
        if clusters and source.line_of(edit.start) <= source.line_of(clusters[-1][-1].end):
            clusters[-1].append(edit)
        else:
            clusters.append([edit])
    return clusters


def _lines(source: Source) -> list[str]:
    lines = [source.line_text(number + 1) for number in range(len(source.line_starts))]
    return lines[:-1] if lines[-1] == "" else lines
