"""One version of a document, and everything that the analysis says about it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from lsprotocol import types

from ..analysis import analyse
from ..migration import Migration, migrate_source
from ..model import Diagnostic, Edit, Fix, Status
from ..plan import Plan
from ..text.cells import CellSource
from ..text.scan import is_relevant
from ..text.source import Source
from ..transform.edits import Overlap
from .cells import CellDocument, CellPositions, cells_of
from .configuration import Settings, settings_for
from .convert import to_protocol
from .course import Course, agreement
from .positions import Positions
from .surroundings import placed

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Document:
    """What the editor sent: one version of one document.

    path: None if the document is no file (yet).
    encoding: the position encoding that client and server agreed on.
    folders: the workspace folders.
    cells: those of a notebook, which make up the text.
    """

    uri: str
    version: int
    text: str
    path: str | None
    encoding: str = types.PositionEncodingKind.Utf16.value
    folders: tuple[str, ...] = ()
    cells: tuple[CellDocument, ...] = ()

    def source(self) -> Source:
        """The text with what is needed to analyse it."""
        name = self.path or self.uri.rpartition("/")[2].rpartition(":")[2] or self.uri
        if self.cells:
            return CellSource(self.text, name, cells=cells_of(self.cells))
        return Source.from_text(self.text, name)


@dataclass(frozen=True)
class Snapshot:
    """The analysis of one version of a document.

    shown: the diagnostics to show; not those of the plan while the text does not parse.
    published: the same as the editor gets them.
    courses: the course of quick-fixes that led here, if one did, and the one that begins here.
    """

    document: Document
    source: Source
    settings: Settings = field(default_factory=Settings)
    plan: Plan = field(default_factory=lambda: Plan(Source("")))
    shown: tuple[Diagnostic, ...] = ()
    published: tuple[types.Diagnostic, ...] = ()
    courses: tuple[Course, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether the text could be analysed."""
        return not any(d.code.startswith("IMP9") for d in self.plan.diagnostics)

    @cached_property
    def positions(self) -> Positions | CellPositions:
        """Converts between offsets in the text and the editor's positions."""
        if isinstance(self.source, CellSource):
            return CellPositions(self.source, self.document.cells, self.document.encoding)
        return Positions(self.source, self.document.encoding)

    @property
    def by_document(self) -> dict[str, list[types.Diagnostic]]:
        """What is published, by document: in a notebook each cell is one."""
        found: dict[str, list[types.Diagnostic]] = {}
        for diagnostic, shown in zip(self.shown, self.published, strict=True):
            uri = self.document.uri
            if isinstance(self.positions, CellPositions):
                uri = self.positions.uri(diagnostic.start)
            found.setdefault(uri, []).append(shown)
        return found

    def edits(self, number: int) -> list[Edit] | None:
        """The edits of the fix that the published diagnostic *number* offers.

        Worked out when first asked for: of a file with hundreds of fixes an editor shows
        one or two at a time.  None if there is no such fix, or it cannot be carried out.
        """
        if number not in self._edits:
            shown = self.shown[number : number + 1] if number >= 0 else ()
            self._edits[number] = next(
                (edits for d in shown if (edits := _edits(d, self.courses)) is not None), None
            )
        return self._edits[number]

    @cached_property
    def _edits(self) -> dict[int, list[Edit] | None]:
        return {}

    @cached_property
    def migration(self) -> Migration | None:
        """What `--write` makes of the text; None where that fails, or nothing can be read."""
        if self.settings.excluded or not self.readable:
            return None
        try:
            return migrate_source(self.source, self.settings.options)
        except Exception:  # InternalError, or a bug that it did not foresee
            _log.exception("%s could not be migrated", self.document.uri)
            return None


def take(document: Document, good: Snapshot | None = None) -> Snapshot:
    """Analyse *document*; *good* is its latest snapshot that was readable.

    While somebody types, the text often does not parse.  Then the diagnostics of
    *good* that stand in what has not changed since stay, without fixes; only a
    document that could not be read from the start is told why.  Never raises.
    """
    source = document.source()
    before = good.settings if good else Settings()
    snapshot = Snapshot(document, source, before)
    if not is_relevant(document.text.encode("utf-8", "replace")):
        return replace(snapshot, plan=Plan(source))
    settings = settings_for(document.path, document.folders, before)
    if document.cells:  # as on the command line: helpers belong to the notebook
        settings = replace(settings, options=replace(settings.options, helper_module=None))
    snapshot = replace(snapshot, settings=settings, plan=Plan(source))
    if settings.excluded:
        return snapshot
    source = placed(source, document.path)
    snapshot = replace(snapshot, source=source, plan=_plan(source, settings))
    shown: Sequence[Diagnostic] = snapshot.plan.diagnostics
    if good is not None and not snapshot.readable:
        shown = carried_over(good, source.text)
    courses = [Course(snapshot.plan)]
    if good is not None and good.settings.options == settings.options:
        courses[:0] = [c for course in good.courses if (c := course.at(source.text))][:1]
    published = [
        to_protocol(d, _fix(d, courses), snapshot.positions, document.version, number)
        for number, d in enumerate(shown)
    ]
    return replace(snapshot, shown=tuple(shown), published=tuple(published), courses=tuple(courses))


def carried_over(good: Snapshot, text: str) -> list[Diagnostic]:
    """The diagnostics of *good* whose places *text*, a later version, has left as they were."""
    old = good.source.text
    head = agreement(old, text)
    tail = agreement(old[head:][::-1], text[head:][::-1])
    moved = len(text) - len(old)
    kept: list[Diagnostic] = []
    for diagnostic in good.shown:
        start, end = diagnostic.start, diagnostic.end
        if end <= head:
            kept.append(replace(diagnostic, fix=None))
        elif start >= len(old) - tail:
            kept.append(replace(diagnostic, fix=None, start=start + moved, end=end + moved))
    return kept


def _offers(
    diagnostic: Diagnostic, courses: Iterable[Course]
) -> Iterator[tuple[Course, Diagnostic, Fix]]:
    """The courses that have a fix for *diagnostic*, with what it was in their plan, and the fix."""
    if diagnostic.status is Status.REWRITABLE:
        for course in courses:
            original = course.original(diagnostic)
            if original is not None and original.fix is not None:
                yield course, original, original.fix


def _fix(diagnostic: Diagnostic, courses: Iterable[Course]) -> Fix | None:
    return next((fix for _, _, fix in _offers(diagnostic, courses)), None)


def _edits(diagnostic: Diagnostic, courses: Iterable[Course]) -> list[Edit] | None:
    for course, original, _ in _offers(diagnostic, courses):
        try:
            return course.offer(original)
        except Overlap:  # a bug of ours: then this course has nothing to offer
            continue
    return None


def _plan(source: Source, settings: Settings) -> Plan:
    try:
        return analyse(source, settings.options).printable()
    except Exception as error:  # a bug of ours must not cost the user the editor session
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        found = Diagnostic("IMP904", f"could not be analysed: {reason}", "", 0, 0)
        return Plan(source, (found,))
