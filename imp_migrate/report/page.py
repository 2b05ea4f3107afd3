"""`--report FILE`: the report for whoever plans or reviews a migration, as a file."""

from __future__ import annotations

import os
from collections.abc import Callable

from ..run.files import FileError
from ..run.results import Run

SUFFIXES = (".html", ".md")


def write_page(run: Run, path: str, version: str, information: str) -> None:
    """Write the report on *run* to *path*, whose suffix, one of SUFFIXES, says how.

    Raises FileError if that fails.
    """
    make: Callable[[Run, str, str], str]
    if path.lower().endswith(".html"):
        from .html import html_report as make
    else:
        from .markdown import markdown_report as make
    text = make(run, version, information)
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise FileError.of(path, error, "cannot write the report") from None


def is_page(path: str) -> bool:
    """Say whether a report can be written to *path*, by its name."""
    return os.path.splitext(path)[1].lower() in SUFFIXES
