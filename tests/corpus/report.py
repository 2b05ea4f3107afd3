"""The figures as a Markdown page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from .checks import Defect
from .data import Disagreement
from .metrics import FATES, WAYS, Figures, FileResult, Share, SiteResult


def summary(figures: Figures) -> list[str]:
    """The figures that matter most, one a line."""
    results = figures.results
    known = [result for result in results if result.known]
    once = figures.unique()
    return [
        f"files checked: {len(results)}, of which {len(known)} hold known sites",
        f"defects: {sum(len(r.defects) for r in results)}",
        f"recall: {_total(figures.recall('family'))}",
        f"precision: {figures.precision()}",
        f"named besides, for what is no use of imp: {sum(r.beyond for r in results)}",
        f"reachable, unguarded sites rewritten safely: {figures.rewritten()}",
        f"… of the others, with a fix that waits for a person to settle the file: {figures.held_back()}",
        f"files with such an import and nothing left for a person: {figures.files_done()}",
        f"… and no use of imp, whatever other rules say: {figures.files_done(only_imp=True)}",
        f"… with --unsafe-fixes: {figures.files_done(unsafe=True)}",
        f"… files of equal content counted once: sites {once.rewritten()}, files {once.files_done()}",
        f"find_module/load_module sites on a last-resort helper: {figures.last_resort()}",
    ]


def markdown(figures: Figures, exceptions: Iterable[Disagreement], title: str) -> str:
    """The whole report."""
    return "\n".join(_lines(figures, exceptions, title)) + "\n"


def _lines(figures: Figures, exceptions: Iterable[Disagreement], title: str) -> Iterator[str]:
    yield f"# {title}\n"
    yield from (f"- {line}" for line in summary(figures))

    yield "\n## Defects\n"
    yield from _defects(figures.results)

    yield "\n## Recall by family\n"
    yield from _table(["family", "found"], figures.recall("family").items())
    yield "\n## Recall by idiom\n"
    yield from _table(["idiom", "found"], figures.recall("idiom").items())
    yield "\n## Precision by member, where it is not complete\n"
    yield from _table(["member", "right"], figures.precision_by_member().items())
    yield "\n## Reviewed disagreements with the ground truth\n"
    rows = [[e.release, f"{e.path}:{e.line}", e.member, e.kind, e.reason] for e in exceptions]
    yield from _table(["release", "place", "member", "kind", "reason"], rows)

    yield "\n## What became of the sites, by reach of their import on 3.12\n"
    fates = figures.fates().items()
    yield from _table(["import", *FATES], [[s, *(n[f] for f in FATES)] for s, n in fates])

    yield "\n## How reachable, unguarded sites were answered\n"
    ways = figures.ways()
    total = sum(ways.values(), Counter())
    counts = [[m, *(str(n[w]) for w in WAYS)] for m, n in [*ways.items(), ("all", total)]]
    counts.append(["share", *(f"{100 * total[w] / max(1, total.total()):.1f} %" for w in WAYS)])
    yield from _table(["member", *WAYS], counts)

    yield "\n## What is left of them\n"
    left = [
        [count, fate, code, message, "<br>".join(_place(s) for s in sites[:3])]
        for count, fate, code, message, sites in figures.left()
    ]
    yield from _table(["sites", "fate", "code", "reason", "for example"], left)


def _defects(results: Iterable[FileResult]) -> Iterator[str]:
    kinds: dict[tuple[str, str], list[Defect]] = defaultdict(list)
    for result in results:
        for mode, defect in result.defects:
            kinds[defect.kind, mode].append(defect)
    if not kinds:
        yield "None."
    for (kind, mode), found in sorted(kinds.items()):
        yield f"\n### {kind} ({mode}): {len(found)}\n"
        yield from (f"- {d.release}/{d.path}:{d.line}: `{_plain(d.what)}`" for d in found)


def _place(result: SiteResult) -> str:
    return f"{result.site.release}/{result.path}:{result.site.line} ({result.site.idiom})"


def _total(shares: dict[str, Share]) -> Share:
    return Share(sum(s.part for s in shares.values()), sum(s.whole for s in shares.values()))


def _table(heads: list[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(_plain(str(cell)) for cell in row)} |"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
