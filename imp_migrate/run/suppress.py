"""`--add-noqa`: every spot that is left gets a comment that silences it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..text.noqa import silence, suppressed
from ..transform.edits import apply_edits
from . import files
from .results import FileResult, Finding, Run

_UNREADABLE = "IMP9"  #: a file that cannot be analysed: nobody reads its comments


def add_noqa(run: Run, targets: Mapping[str, str]) -> Run:
    """Write the comments; what is left are the spots that no comment can silence.

    A file that cannot be written keeps its spots, and its result the error.

    targets: where the bytes of a path are, if not there.
    """
    results: list[FileResult] = []
    commented = 0
    for result in run.results:
        after, left = _silenced(result)
        if left != result.findings:
            try:
                target = targets.get(result.path, result.path)
                files.replace(target, result.before, after)
            except files.FileError as error:
                result = replace(result, error=files.FileError(result.path, error.reason))
            else:
                commented += len(result.findings) - len(left)
                result = replace(result, findings=left, before=after, after=after)
        results.append(result)
    return replace(run, results=results, commented=commented)


def _silenced(result: FileResult) -> tuple[bytes, tuple[Finding, ...]]:
    """The bytes of the file with comments, and the findings that stay."""
    if not result.findings:
        return result.before, ()
    source = first = result.findings[0].source
    left: list[Finding] = []
    for finding in sorted(result.findings, key=lambda finding: finding.diagnostic.start):
        # Comments stand at the ends of lines: what comes before moves no line and no column.
        line, code = finding.lines[0], finding.diagnostic.code
        column = finding.diagnostic.start - first.line_span(line)[0]
        at = source.line_span(line)[0] + column
        if not code.startswith(_UNREADABLE) and suppressed(source, at, code):
            continue  # by the comment for another spot
        edit = None if code.startswith(_UNREADABLE) else silence(source, at, code)
        if edit is None:
            left.append(finding)
        else:
            source = source.with_text(apply_edits(source.text, [edit]))
    if source is first:
        return result.before, tuple(left)
    return source.encode(source.text), tuple(left)
