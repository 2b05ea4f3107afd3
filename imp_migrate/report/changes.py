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


def split(finding: Finding, others: Iterable[Finding]) -> tuple[list[Change], list[Change]]:
    """What the fix changes, and what of that is told with one of *others*.

    That is what it does to the spot of another, and what the smaller fix of another
    does, too: the fix of an import holds those of all that use it.
    """
    fix = finding.diagnostic.fix
    foreign = [
        other
        for other in others
        if other.source is finding.source
        # What the same fix answers is told with it.
        and (fix is None or other.diagnostic.fix is None or other.diagnostic.fix.group != fix.group)
    ]
    smaller = [set(other.edits) for other in foreign if len(other.edits) < len(finding.edits)]
    here: list[Change] = []
    there: list[Change] = []
    for change in changes(finding.source, finding.edits):
        told = not change.concerns(finding) and (
            any(map(change.concerns, foreign)) or any(map(change.edits.issubset, smaller))
        )
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
                removed, added = tuple(old_lines[i1:i2]), tuple(new_lines[j1:j2])
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
