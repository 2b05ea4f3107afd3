"""Figures over many checked files: recall, precision, what was rewritten, how, and what is left."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .checks import Defect
from .data import IMPORT, REACHABLE, CorpusFile, Disagreement, Site
from .run import Finding, Outcome
from .unchanged import parse

#: Helpers that carry imp's own data along: its triple, or a description from anywhere.
LAST_RESORT = {"_find_module", "_load_module"}

#: Rules about what breaks without being a use of `imp`, which is all that the ground truth lists.
BEYOND = ("IMP412", "IMP413", "IMP414", "IMP5")

#: The status of an import that the ground truth calls reachable by mistake.
GUARDED = "guarded, on review"

#: What can become of a site, best first.
REWRITTEN, SILENT, SUPPRESSED, UNSAFE, HELD, MANUAL, MISSED = FATES = (
    "rewritten",
    "silent: works without imp",
    "suppressed by noqa",
    "only with --unsafe-fixes",
    "held back: the file keeps imp for another site",
    "manual",
    "not reported",
)
#: The ways of answering a site, best first.
INLINE, IDIOM, HELPER, RESORT, BY_HAND = WAYS = (
    "inline, as documented",
    "idiom rewritten",
    "helper",
    "last-resort helper",
    "left to a person",
)


@dataclass(frozen=True)
class SiteResult:
    """One row of the ground truth and what became of it."""

    site: Site
    path: str
    status: str  # of the import that binds it
    fate: str
    way: str
    finding: Finding | None


@dataclass(frozen=True)
class FileResult:
    """One file, its sites, and the defects of the run over it, by setting.

    extra: what the tool names and the ground truth does not; beyond: how often that is
    for a rule about other things than uses of `imp`; remaining: the codes that are left.
    """

    release: str
    path: str
    known: bool
    reachable: bool
    sites: tuple[SiteResult, ...]
    extra: tuple[Finding, ...]
    beyond: int
    remaining: tuple[str, ...]
    remaining_unsafe: tuple[str, ...]
    defects: tuple[tuple[str, Defect], ...]


def file_result(
    file: CorpusFile,
    outcomes: dict[str, Outcome],
    defects: Sequence[tuple[str, Defect]],
    reviewed: Iterable[Disagreement] = (),
) -> FileResult:
    """Join what the tool did to *file* under each setting with what is known about it."""
    status = _statuses(file)
    for case in reviewed:
        if case.kind == "status" and (case.release, case.path) == (file.release, file.path):
            for site in file.sites:
                if (site.line, site.member) == (case.line, case.member):
                    status[site] = GUARDED
    default = outcomes["default"]
    unsafe = outcomes.get("unsafe", default)
    known = {(site.line, site.member) for site in file.sites}
    return FileResult(
        release=file.release,
        path=file.path,
        known=bool(file.sites),
        reachable=file.python3 and REACHABLE in [status[s] for s in file.sites if s.status],
        sites=tuple(_site_results(file, default, unsafe, status)) if file.python3 else (),
        extra=tuple(
            f
            for f in default.findings
            if (f.line, f.member) not in known and not f.code.startswith(("IMP9", *BEYOND))
        ),
        beyond=sum(f.code.startswith(BEYOND) for f in default.findings),
        remaining=tuple(f.code for f in default.remaining),
        remaining_unsafe=tuple(f.code for f in unsafe.remaining),
        defects=tuple(defects),
    )


def _site_results(
    file: CorpusFile, default: Outcome, unsafe: Outcome, status: Mapping[Site, str]
) -> Iterator[SiteResult]:
    said = _by_place(default.findings)
    fixed, fixed_unsafely = _by_place(default.fixed), _by_place(unsafe.fixed)
    helpers = _group_helpers(default.findings)
    for site in file.sites:
        place = site.line, site.member
        finding = fixed.get(place) or said.get(place)
        if place in fixed:
            fate, way = REWRITTEN, _way(fixed[place], helpers)
        elif place in fixed_unsafely:
            fate, way = UNSAFE, BY_HAND
        elif finding is None:
            fate, way = (SUPPRESSED if _noqa(file, site.line) else MISSED), BY_HAND
        elif finding.applicability == "display":
            fate, way = HELD, BY_HAND
        else:
            fate, way = (SILENT if finding.silent else MANUAL), BY_HAND
        yield SiteResult(site, file.path, status[site], fate, way, finding)


def _by_place(findings: Iterable[Finding]) -> dict[tuple[int, str], Finding]:
    """By line and member; a diagnostic goes before a silence, the worse before the better."""
    rank = {"safe": 1, "unsafe": 2, "display": 3}
    found: dict[tuple[int, str], Finding] = {}
    for f in sorted(findings, key=lambda f: (not f.silent, rank.get(f.applicability, 4))):
        found[f.line, f.member] = f
    return found


def _group_helpers(findings: Iterable[Finding]) -> dict[int, set[str]]:
    helpers: dict[int, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.group:
            helpers[finding.group].update(finding.helpers)
    return helpers


def _way(finding: Finding, by_group: dict[int, set[str]]) -> str:
    helpers = set(finding.helpers) | by_group.get(finding.group, set())
    if helpers & LAST_RESORT:
        return RESORT
    if any(not name.isupper() for name in helpers):  # a constant is no helper
        return HELPER
    return IDIOM if finding.code.startswith(("IMP2", "IMP3")) else INLINE


def _noqa(file: CorpusFile, line: int) -> bool:
    return b"noqa: imp" in file.data.splitlines()[line - 1].lower()


def _statuses(file: CorpusFile) -> dict[Site, str]:
    """The status of every site: that of the import that binds it, else the file's.

    Imports count in the innermost scope around the site that has one; of several there,
    those that bind what the site needs; if these differ, the nearest one before it.
    """
    imports = [site for site in file.sites if site.member == IMPORT]
    overall = _overall(imports)
    try:
        tree = parse(file.data)
    except (SyntaxError, ValueError, RecursionError):
        return {site: site.status or overall for site in file.sites}
    scopes = list(_scopes(tree))

    def around(line: int) -> list[tuple[int, int]]:
        return [s for s in scopes if s[0] <= line <= s[1]]  # outermost first

    found = {}
    for site in file.sites:
        statuses: list[Site] = []
        if not site.status:
            for scope in reversed(around(site.line)):
                here = [i for i in imports if around(i.line)[-1:] == [scope]]
                statuses = [i for i in here if _binds(i, site)] or statuses
                if statuses:
                    break
            statuses.sort(key=lambda i: (i.line > site.line, -i.line))
        found[site] = site.status or (statuses[0].status if statuses else overall)
    return found


def _binds(imported: Site, site: Site) -> bool:
    if imported.idiom.startswith("import imp"):
        return site.via != "from"
    names = imported.idiom.removeprefix("from imp import ").removeprefix("as ")
    return site.via == "from" and names == site.member


def _overall(imports: Sequence[Site]) -> str:
    statuses = [site.status for site in imports]
    return REACHABLE if REACHABLE in statuses else (statuses[0] if statuses else REACHABLE)


def _scopes(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """First and last line of the module and of every function and class, outermost first."""
    yield 1, 10**9
    for node in ast.walk(tree):  # breadth first
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.lineno, node.end_lineno or node.lineno


@dataclass(frozen=True)
class Share:
    """Part of a whole; an empty whole is complete."""

    part: int
    whole: int

    def __str__(self) -> str:
        percent = 100 * self.part / self.whole if self.whole else 100.0
        return f"{self.part} of {self.whole} ({percent:.1f} %)"


@dataclass
class Figures:
    """Everything the report shows, counted from the results of all files."""

    results: Sequence[FileResult]

    def sites(self, *, reachable: bool = False) -> list[SiteResult]:
        """Results of all uses (imports left out), or of those that break on 3.12."""
        return [
            s
            for result in self.results
            for s in result.sites
            if s.site.member != IMPORT and (not reachable or s.status == REACHABLE)
        ]

    def recall(self, key: str) -> dict[str, Share]:
        """Share of rows that the tool reports or is silent about knowingly, by idiom or family."""
        rows = [s for result in self.results for s in result.sites]
        seen = Counter(getattr(s.site, key) for s in rows if s.fate != MISSED)
        return {
            name: Share(seen[name], count)
            for name, count in Counter(getattr(s.site, key) for s in rows).most_common()
        }

    def precision(self) -> Share:
        """Share of the places named that the ground truth knows."""
        rows = [s for result in self.results for s in result.sites]
        right = sum(s.fate not in (MISSED, SUPPRESSED) for s in rows)
        return Share(right, right + sum(len(result.extra) for result in self.results))

    def precision_by_member(self) -> dict[str, Share]:
        rows = [s for result in self.results for s in result.sites]
        right = Counter(s.site.member for s in rows if s.fate not in (MISSED, SUPPRESSED))
        wrong = Counter(f.member for result in self.results for f in result.extra)
        return {m: Share(right[m], right[m] + wrong[m]) for m in right | wrong if wrong[m]}

    def rewritten(self) -> Share:
        """Share of reachable, unguarded sites that are rewritten safely."""
        sites = self.sites(reachable=True)
        return Share(sum(s.fate == REWRITTEN for s in sites), len(sites))

    def held_back(self) -> int:
        """How many reachable sites have a fix, but their file keeps `imp` for another one."""
        return sum(s.fate == HELD for s in self.sites(reachable=True))

    def files_done(self, *, unsafe: bool = False, only_imp: bool = False) -> Share:
        """Share of the files that break on 3.12 in which nothing is left for a person.

        With *only_imp*, no use of `imp`: import hooks, code in strings and the like aside.
        """
        files = [result for result in self.results if result.reachable]
        codes = [(r.remaining_unsafe if unsafe else r.remaining) for r in files]
        left = [[c for c in cs if not (only_imp and c.startswith(BEYOND))] for cs in codes]
        missed = [any(s.fate == MISSED for s in r.sites) for r in files]
        return Share(sum(not n and not m for n, m in zip(left, missed, strict=True)), len(files))

    def fates(self) -> dict[str, Counter[str]]:
        """How often each fate befell the sites, by status of their import."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for s in self.sites():
            found[s.status][s.fate] += 1
        return found

    def ways(self) -> dict[str, Counter[str]]:
        """How the reachable sites were answered, by member."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for s in self.sites(reachable=True):
            found[s.site.member][s.way] += 1
        return dict(sorted(found.items(), key=lambda item: -item[1].total()))

    def last_resort(self) -> Share:
        """Share of reachable find_module and load_module sites on a last-resort helper."""
        ways = self.ways()
        both = ways.get("find_module", Counter()) + ways.get("load_module", Counter())
        return Share(both[RESORT], both.total())

    def left(self) -> list[tuple[int, str, str, str, list[SiteResult]]]:
        """What remains of the reachable sites: count, fate, code, reason, and the sites."""
        found: dict[tuple[str, str, str], list[SiteResult]] = defaultdict(list)
        for s in self.sites(reachable=True):
            if s.fate != REWRITTEN:
                code, message = (s.finding.code, s.finding.message) if s.finding else ("", "")
                message = re.sub(r"\b(line )?\d+\b", r"\1N", message)
                found[s.fate, code, message].append(s)
        rows = [(len(sites), *key, sites) for key, sites in found.items()]
        return sorted(rows, key=lambda row: (-row[0], row[1:4]))

    def unique(self) -> Figures:
        """The same without known files that repeat the content of one before."""
        seen: set[str] = set()
        kept = []
        for result in self.results:
            content = {s.site.sha256 for s in result.sites}
            if not content & seen:
                kept.append(result)
            seen |= content
        return Figures(kept)
