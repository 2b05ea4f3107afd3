"""The lines of source around a diagnostic, underlined, and what its fix makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model import Edit
from ..run.results import Finding
from ..text.source import Source
from ..transform.edits import apply_edits
from .style import Style, printable, width

#: Longer spots are cut after so many lines; suggestions in one place, and in all, can be as long.
MAX_LINES = 4
MAX_CHANGE = 6
MAX_SUGGESTED = 16
_MAX_WIDTH = 160


def excerpt(finding: Finding, style: Style) -> Iterator[str]:
    """The lines that *finding* is about, each with its part underlined."""
    source = finding.source
    first, last = finding.start[0], source.line_of(max(finding.diagnostic.start, _last(finding)))
    margin = _Margin(min(last, first + MAX_LINES - 1), style)
    yield margin.empty()
    for line in range(first, last + 1):
        if line - first == MAX_LINES:
            yield margin.empty("...")
            break
        text = source.line_text(line)
        begin, _ = source.line_span(line)
        start = max(finding.diagnostic.start - begin, len(text) - len(text.lstrip()))
        end = min(finding.diagnostic.end - begin, len(text))
        shown, lead, span = _cropped(text, start, end)
        yield margin.line(line, style.faint("|"), shown)
        yield margin.empty(" " * lead + style.error("^" * max(span, 1)))


def suggestion(finding: Finding, style: Style) -> Iterator[str]:
    """The lines that the fix of *finding* takes away and adds.

    Changes of many lines, such as a new helper function, are only counted.
    """
    changes = list(_changes(finding.source, finding.edits))
    shown = [change for change in changes if len(change) <= MAX_CHANGE]
    lines = [line for change in shown for line in change]
    if not lines or len(lines) > MAX_SUGGESTED:
        return
    margin = _Margin(max(number for number, _, _ in lines), style)
    yield margin.empty()
    for number, sign, text in lines:
        mark = style.error if sign == "-" else style.good
        yield margin.line(number, mark(sign), mark(printable(text)))
    hidden = sum(map(len, changes)) - len(lines)
    if hidden:
        yield margin.empty(f"... and {hidden} more lines, which --diff shows")


def _last(finding: Finding) -> int:
    return finding.diagnostic.end - 1


def _cropped(text: str, start: int, end: int) -> tuple[str, int, int]:
    """*text* fit for a terminal, and column and width of its part from *start* to *end*."""
    if len(text) > _MAX_WIDTH:
        begin = max(0, start - _MAX_WIDTH // 4)
        text, start, end = text[begin : begin + _MAX_WIDTH], start - begin, end - begin
    lead = width(printable(text[:start]))
    return printable(text), lead, width(printable(text[start:end]))


def _changes(source: Source, edits: Sequence[Edit]) -> Iterator[list[tuple[int, str, str]]]:
    """What *edits* do, place by place: (line number, "-" or "+", text) of the lines concerned."""
    if not edits:
        return
    import difflib

    shift = 0
    for cluster in _clusters(source, edits):
        first = source.line_of(cluster[0].start)
        begin, _ = source.line_span(first)
        _, end = source.line_span(source.line_of(cluster[-1].end))
        moved = [Edit(e.start - begin, e.end - begin, e.text) for e in cluster]
        old = Source(source.text[begin:end])
        new = Source(apply_edits(old.text, moved))
        old_lines, new_lines = _lines(old), _lines(new)
        matcher = difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            if tag != "equal":
                yield [
                    *((first + i, "-", old_lines[i]) for i in range(i1, i2)),
                    *((first + shift + j, "+", new_lines[j]) for j in range(j1, j2)),
                ]
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
