"""A baseline: spots that are known and left for later, so that only new ones are reported.

The file lists, for every path (from its own folder), the code and the line of each
spot.  Line numbers are not in it: a spot stays known when it moves.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ..model import Status
from .config import ConfigError
from .files import FileError
from .results import FileResult, Finding, Run
from .spots import Spots, look

_VERSION = 1

Known = dict[str, Counter[str]]


def write_baseline(run: Run, path: str) -> None:
    """Make the spots that *run* leaves the known ones; raises FileError."""
    spots = Spots(os.path.dirname(path) or ".")
    listed: dict[str, list[str]] = {}
    for finding in run.remaining:
        listed.setdefault(spots.path(finding.filename), []).append(look(finding))
    document = {
        "version": _VERSION,
        "spots": {name: sorted(listed[name]) for name in sorted(listed)},
    }
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(json.dumps(document, indent=1) + "\n")
    except OSError as error:
        raise FileError.of(path, error, "cannot write the baseline") from None


def read_baseline(path: str) -> Known:
    """The spots that *path* lists; raises ConfigError if it is no baseline."""
    try:
        with open(path, encoding="utf-8") as stream:
            document = json.load(stream)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such baseline (--write-baseline {path} makes it)") from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise ConfigError(f"{path}: not a baseline: {error}") from None
    version = document.get("version") if isinstance(document, dict) else None
    if version != _VERSION:
        raise ConfigError(f"{path}: not a baseline of this version")
    try:
        return {
            name: Counter(str(spot) for spot in listed)
            for name, listed in document["spots"].items()
        }
    except (KeyError, AttributeError, TypeError):
        raise ConfigError(f"{path}: not a baseline: its spots cannot be read") from None


def without_known(run: Run, known: Known, path: str, looked_at: Iterable[str]) -> tuple[Run, int]:
    """*run* without the spots that are *known*, and how many of these are no more.

    path: the baseline's.
    looked_at: the files in which a spot that is not found is gone; so it is with a file
        that is no longer there.
    """
    folder = os.path.dirname(path) or "."
    spots = Spots(folder)
    left = {name: Counter(listed) for name, listed in known.items()}

    def new(finding: Finding) -> bool:
        counts = left.get(spots.path(finding.filename), Counter())
        if finding.status is Status.REWRITTEN or not counts[look(finding)]:
            return True
        counts[look(finding)] -= 1
        return False

    results: list[FileResult] = []
    for result in run.results:
        findings = tuple(filter(new, result.findings))
        results.append(replace(result, findings=findings))
    found = len(list(run.findings)) - sum(len(result.findings) for result in results)
    names = {spots.path(name) for name in looked_at}
    gone = sum(
        listed.total()
        for name, listed in left.items()
        if name in names or not _is_there(name, folder)
    )
    return replace(run, results=results, known=run.known + found), gone


def _is_there(name: str, folder: str) -> bool:
    """Say whether there is a file *name*; one not below *folder* is named as it was given."""
    return name == "-" or os.path.lexists(os.path.join(folder, name)) or os.path.lexists(name)
