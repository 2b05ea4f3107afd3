"""What a migration would change, as a unified diff that `patch -p0` and `git apply -p0` take."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..model import Status
from ..run.results import FileResult, Finding, Run
from ..text.matching import LineMatcher
from ..text.source import Source
from .style import Style
from .text import headline


def diff_report(run: Run, style: Style | None = None) -> Iterator[bytes]:
    """The diff, in bytes, because every file keeps its own encoding and line ends."""
    style = style or Style()
    for result in run.results:
        if result.changed:
            for number, line in enumerate(file_diff(result)):
                yield _marked_up(line, style, head=number < 2)


def file_diff(result: FileResult) -> Iterator[bytes]:
    """The lines of the diff of one file."""
    name = _quoted(os.fsencode(result.path))
    if b" " in name:
        name += b"\t"  # where a name with spaces ends, as git and GNU diff write it
    old_name = name if result.before or os.path.lexists(result.path) else b"/dev/null"
    for line in _unified(_lines(result.before), _lines(result.after), old_name, name):
        # Without a line end at the end of the file, one must be added and confessed.
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _unified(
    before: list[bytes], after: list[bytes], old_name: bytes, name: bytes
) -> Iterator[bytes]:
    """The lines of a unified diff, as `difflib.unified_diff` has them."""
    yield b"--- %s\n" % old_name
    yield b"+++ %s\n" % name
    for group in LineMatcher(before, after, junk=True).get_grouped_opcodes():
        spans = _span(group[0][1], group[-1][2]), _span(group[0][3], group[-1][4])
        yield b"@@ -%s +%s @@\n" % spans
        for tag, i, j, k, m in group:
            if tag == "equal":
                yield from (b" " + line for line in before[i:j])
                continue
            yield from (b"-" + line for line in before[i:j])
            yield from (b"+" + line for line in after[k:m])


def _span(start: int, stop: int) -> bytes:
    """Where lines stand, as a diff says it: the first one and how many."""
    if stop - start == 1:
        return b"%d" % (start + 1)
    # An empty span is named by the line before it.
    return b"%d,%d" % (start + (stop > start), stop - start)


def _quoted(name: bytes) -> bytes:
    """*name* as git and GNU patch read and write it if it holds what would end or hide it."""
    if not any(byte < 0x20 or byte in b'\x7f"\\' for byte in name):
        return name
    quoted = (
        b"\\" + bytes([byte])
        if byte in b'"\\'
        else b"\\%03o" % byte
        if byte < 0x20 or byte == 0x7F
        else bytes([byte])
        for byte in name
    )
    return b'"' + b"".join(quoted) + b'"'


def _lines(data: bytes) -> list[bytes]:
    """*data* cut where `patch` cuts it: behind every line feed, and nowhere else."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def staying(run: Run, style: Style) -> Iterator[str]:
    """A line for every spot that the diff leaves, where it is in the files as they are."""
    for result in run.results:
        left = result.remaining
        if left and result.changed:
            left = _where_they_are(result, left)
        for finding in left:
            yield headline(finding, style, ":")


def _where_they_are(result: FileResult, findings: list[Finding]) -> list[Finding]:
    """*findings*, which refer to the text after the migration, in the text before."""
    before = next((f.source for f in result.findings if f.status is Status.REWRITTEN), None)
    if before is None:
        return findings
    after = findings[0].source
    opcodes = LineMatcher(_texts(before), _texts(after), junk=True).get_opcodes()
    return [_moved(finding, before, opcodes) for finding in findings]


#: How a message names lines of its own file, which is no notebook: "line 3, line 12", "lines 3
#: and 12"; in other files it is "other.py, line 3".
_NAMED = re.compile(r"(?<![^\d], )\blines? \d+(?:(?:, | and )\d+)*\b(?! of cell)")


def _moved(
    finding: Finding, before: Source, opcodes: Sequence[tuple[str, int, int, int, int]]
) -> Finding:
    diagnostic, line = finding.diagnostic, finding.lines[0]
    column = diagnostic.start - finding.source.line_span(line)[0]
    tag, i1, i2, j1, _ = _opcode(line, opcodes)
    if tag == "equal":
        start = before.line_span(i1 + line - j1)[0] + column
    else:  # its line has been changed around it
        begin, end = before.line_span(i1 + 1)[0], before.line_span(max(i1 + 1, i2))[1]
        spot = re.escape(finding.source.text[diagnostic.start : diagnostic.end])
        found = re.compile(rf"(?<!\w){spot}(?!\w)").search(before.text, begin, end)
        start = found.start() if found else begin
    end = start + diagnostic.end - diagnostic.start
    message = _NAMED.sub(lambda named: _renumbered(named[0], opcodes), diagnostic.message)
    moved = replace(diagnostic, start=start, end=end, message=message)
    return replace(finding, diagnostic=moved, source=before)


def _opcode(
    line: int, opcodes: Sequence[tuple[str, int, int, int, int]]
) -> tuple[str, int, int, int, int]:
    """What became of *line*, a number in the text after."""
    return next(code for code in opcodes if code[3] < line <= code[4])


def _renumbered(named: str, opcodes: Sequence[tuple[str, int, int, int, int]]) -> str:
    """*named*, lines of the text after, as lines of the text before."""

    def before(number: re.Match[str]) -> str:
        line = int(number[0])
        if line > opcodes[-1][4]:
            return number[0]
        _, i1, i2, _, j2 = _opcode(line, opcodes)
        return str(max(i1 + 1, i2 - (j2 - line)))  # what is new stands mostly above

    return re.sub(r"\d+", before, named)


def _texts(source: Source) -> list[str]:
    return [source.line_text(line + 1) for line in range(len(source.line_starts))]


def _marked_up(line: bytes, style: Style, head: bool) -> bytes:
    """*line* in its colour; a file's first two lines are its *head*."""
    if not style.color:
        return line
    text = line.decode("latin-1")  # one character per byte
    body = text.rstrip("\r\n")
    marks = {"+": style.good, "-": style.error, "@": style.faint}
    mark = style.bold if head else marks.get(body[:1])
    return (mark(body) + text[len(body) :] if mark else text).encode("latin-1")
