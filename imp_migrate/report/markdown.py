"""The report as Markdown, for a pull request or an issue."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from ..run.results import Run
from .review import LABELS, Hunk, Spot, by_folder, failures, spots_of, tally
from .style import number_of

#: GitHub takes 65,536 characters; what does not fit is only counted.
MAX_LENGTH = 60_000
MAX_FOLDERS = 100


def markdown_report(run: Run, version: str, information: str) -> str:
    """The text: totals, folders, and every spot with its lines before and after as a diff."""
    spots = spots_of(run)
    lines = ["# Migration off `imp`", ""]
    lines += [*_totals(run, spots), *_failed(run), *_folders(spots)]
    text = "\n".join(lines)
    closing = f"\nMade by [imp-migrate {version}]({information}).\n"
    left = len(spots)
    for folder in by_folder(spots).values():
        for path in dict.fromkeys(spot.path for spot in folder):
            found = [spot for spot in folder if spot.path == path]
            part = "\n".join(_file(path, found))
            if len(text) + len(part) + len(closing) > MAX_LENGTH:
                more = number_of(left, "more spot")
                return (
                    f"{text}\n{more}: too long for here, `--report FILE.html` shows all.\n{closing}"
                )
            text += part
            left -= len(found)
    return text + closing


def _totals(run: Run, spots: Sequence[Spot]) -> Iterator[str]:
    counts = tally(spots)
    if not spots:
        yield "No use of imp needs migrating."
    for kind, label in LABELS.items():
        if counts[kind]:
            yield f"- **{counts[kind]}** {label}"
    if run.known:
        yield f"- {run.known} more in the baseline"


def _failed(run: Run) -> Iterator[str]:
    failed = list(failures(run))
    if failed:
        yield from ("", "## What could not be dealt with", "")
        for path, reason in failed:
            yield f"- {_code(path)}: {_plain(reason)}"


def _folders(spots: Sequence[Spot]) -> Iterator[str]:
    if not spots:
        return
    counts = tally(spots)
    kinds = [kind for kind in LABELS if counts[kind]]
    yield from ("", "| folder | " + " | ".join(LABELS[kind] for kind in kinds) + " |")
    yield "| --- |" + " ---: |" * len(kinds)
    folders = by_folder(spots)
    for folder, found in list(folders.items())[:MAX_FOLDERS]:
        counts = tally(found)
        cells = (str(counts[kind]) for kind in kinds)
        yield f"| {_code(folder).replace('|', chr(92) + '|')} | " + " | ".join(cells) + " |"
    if len(folders) > MAX_FOLDERS:
        yield from ("", f"and {len(folders) - MAX_FOLDERS} folders more, with less to do.")
    yield ""


def _file(path: str, spots: Sequence[Spot]) -> Iterator[str]:
    count = number_of(len(spots), "spot")
    summary = f"<summary><code>{html.escape(path)}</code>: {count}</summary>"
    yield from ("", f"<details>{summary}", "")
    shown: dict[tuple[Hunk, ...], str] = {}
    for spot in spots:
        code = f"{spot.code}, " if spot.code else ""
        cell, _, line = spot.place.rpartition(":")[0].rpartition(":")
        where = f"{cell.capitalize()}, line {line}" if cell else f"Line {line}"
        said = f"**{where}** ({code}{LABELS[spot.kind]}): {_plain(spot.message)}"
        yield f"{said}\\\n{spot.trust}: {_plain(spot.fix)}" if spot.fix else said
        yield ""
        if spot.changes and spot.here in shown:
            yield from (f"The same change as for {shown[spot.here]}.", "")
            continue
        shown[spot.here] = where.lower()
        yield from _diff(spot.here)
        yield ""
        if spot.elsewhere and not spot.changes:
            yield from ("The fix changes", "", *_diff(spot.elsewhere), "")
        elif spot.elsewhere:  # helper functions, again and again: who wants them asks for the diff
            lines = number_of(spot.lines_elsewhere, "line")
            yield from (f"The fix also changes {lines} elsewhere.", "")
        elif spot.beside and not spot.changes:
            yield from ("What it changes is shown at other spots.", "")
    yield from ("</details>", "")


def _diff(hunks: Sequence[Hunk]) -> Iterator[str]:
    lines = [line for hunk in hunks for line in _hunk(hunk)]
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield fence + ("diff" if any(hunk.changes for hunk in hunks) else "python")
    yield from lines
    yield fence


def _hunk(hunk: Hunk) -> Iterator[str]:
    if not hunk.changes:
        yield from (line.text for line in hunk.before)
        return
    begin, end = (side[0].number if side else 0 for side in (hunk.before, hunk.after))
    yield f"@@ -{begin} +{end} @@"
    # Both sides hold the same lines that stay, in the same order.
    after = iter(hunk.after)
    coming = next(after, None)
    for line in hunk.before:
        while not line.changed and coming is not None and coming.changed:
            yield f"+{coming.text}"
            coming = next(after, None)
        yield ("-" if line.changed else " ") + line.text
        if not line.changed:
            coming = next(after, None)
    while coming is not None:
        yield f"+{coming.text}"
        coming = next(after, None)


def _plain(text: str) -> str:
    """*text* without a meaning for Markdown; nobody is called by their name, either."""
    escaped = re.sub(r"([\\`*_\[\]<>&~|$])", r"\\\1", text)
    return escaped.replace("@", "@\u200b")


def _code(text: str) -> str:
    """*text* as code."""
    runs: Iterable[str] = re.findall("`+", text)
    fence = "`" * (max(map(len, runs), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"
