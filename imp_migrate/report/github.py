"""Annotations for GitHub Actions: workflow commands, one line per finding.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator

from ..run.results import Finding, Run
from .json import absolute
from .style import printable


def github_report(run: Run) -> Iterator[str]:
    """The lines to print: what is left to do."""
    return map(_annotation, run.remaining)


def _annotation(finding: Finding) -> str:
    (line, column), (end_line, end_column) = finding.in_file
    diagnostic = finding.diagnostic
    properties = {
        "title": f"imp-migrate ({diagnostic.code})",
        "file": absolute(finding.filename),
        "line": str(line),
        "endLine": str(end_line),
    }
    if line == end_line:  # columns count only within a line
        properties |= {"col": str(column), "endColumn": str(end_column)}
    message = f"{finding.filename}:{finding.place}: {diagnostic.code} {diagnostic.message}"
    if diagnostic.fix:
        message += f"\n  help: {diagnostic.fix.title}"
    listed = ",".join(f"{key}={_escape(value, ':,')}" for key, value in properties.items())
    return f"::error {listed}::{_escape(message)}"


def _escape(text: str, special: str = "") -> str:
    """*text* with the characters that end a message, or a property, percent-encoded.

    What else a terminal would obey, and what cannot be encoded, is shown as what it is.
    """
    for character in "%\r\n" + special:
        text = text.replace(character, f"%{ord(character):02X}")
    return printable(text)
