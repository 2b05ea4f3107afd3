"""The lines of source around a diagnostic, underlined, and what its fix makes of them."""

from __future__ import annotations

from collections.abc import Iterator

from ..run.results import Finding
from .changes import Change, Others, split
from .style import Style, number_of, printable, width

#: Longer spots are cut after so many lines; changes beside the spot, and all, can be as long.
MAX_LINES = 4
MAX_CHANGE = 6
MAX_SUGGESTED = 16
_MAX_WIDTH = 160


def excerpt(finding: Finding, style: Style) -> Iterator[str]:
    """The lines that *finding* is about, each with its part underlined."""
    source = finding.source
    first, last = finding.lines
    margin = _Margin(source.row(min(last, first + MAX_LINES - 1)), style)
    yield margin.empty()
    for line in range(first, last + 1):
        if line - first == MAX_LINES:
            yield margin.empty("...")
            break
        text = source.shown(line)
        start, end = len(text) - len(text.lstrip()), len(text)
        if line == first:
            start = max(source.column(line, finding.diagnostic.start), start)
        if line == last:
            end = min(source.column(line, finding.diagnostic.end, is_end=True), end)
        shown, lead, span = _cropped(text, start, end)
        yield margin.line(source.row(line), style.faint("|"), shown)
        yield margin.empty(" " * lead + style.error("^" * max(span, 1)))


def suggestion(finding: Finding, style: Style, others: Others) -> Iterator[str]:
    """The lines that the fix of *finding* takes away and adds; none if its edits are not known.

    What it changes at the spots of *others* is told there.  What it does to its
    own spot is always told; long changes elsewhere, such as a new helper
    function, are only counted.
    """
    here, there = split(finding, others)
    shown: dict[tuple[int, int], list[_Line]] = {}
    cells: dict[tuple[int, int], int | None] = {}
    room = MAX_SUGGESTED
    for change in sorted(here, key=lambda change: not change.concerns(finding)):
        at = change.old, change.new
        cells[at] = change.cell
        if change.concerns(finding):
            shown[at] = _shortened(change, max(room, MAX_LINES))
        elif len(change) <= min(room, MAX_CHANGE):
            shown[at] = _shortened(change, room)
        room -= len(shown.get(at, ()))
    lines = [line for at in sorted(shown) for line in shown[at]]
    if not lines:
        return
    margin = _Margin(max(number for number, _, _ in lines), style)
    yield margin.empty()
    cell = finding.cell
    for at in sorted(shown):
        if cells[at] != cell:
            cell = cells[at]
            yield margin.empty(style.faint(f"in cell {cell}:"))
        for number, sign, text in shown[at]:
            mark = style.error if sign == "-" else style.good
            yield margin.line(number, mark(sign), mark(printable(text)))
    hidden = sum(map(len, (*here, *there))) - len(lines)
    if hidden:
        yield margin.empty(f"... and {number_of(hidden, 'more line')}, which --diff shows")


_Line = tuple[int, str, str]  # number, "-" or "+", text


def _shortened(change: Change, most: int) -> list[_Line]:
    """The lines of *change*, at most so many: the new ones first, the old can be seen above."""
    removed = list(enumerate(change.removed, change.old - change.origin))
    added = list(enumerate(change.added, change.new - change.origin))
    if len(change) > most:
        added = added[: max(most - len(removed), most // 2)]
        removed = removed[: most - len(added)]
    return [*((n, "-", text) for n, text in removed), *((n, "+", text) for n, text in added)]


def _cropped(text: str, start: int, end: int) -> tuple[str, int, int]:
    """*text* fit for a terminal, and column and width of its part from *start* to *end*."""
    if len(text) > _MAX_WIDTH:
        begin = max(0, start - _MAX_WIDTH // 4)
        text, start, end = text[begin : begin + _MAX_WIDTH], start - begin, end - begin
    lead = width(printable(text[:start]))
    return printable(text), lead, width(printable(text[start:end]))


class _Margin:
    """The column of line numbers."""

    def __init__(self, highest: int, style: Style) -> None:
        self._width = len(str(highest))
        self._style = style

    def empty(self, text: str = "") -> str:
        bar = self._style.faint(" " * self._width + " |")
        return f"{bar} {text}" if text else bar

    def line(self, number: int, sign: str, text: str) -> str:
        return f"{self._style.faint(f'{number:>{self._width}}')} {sign} {text}".rstrip()
