"""The plan: what was found in one file, and what each fix would change in it."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .model import Applicability, Diagnostic, Edit, Fix, Need, Request, Silence
from .text.source import Source, Unmappable
from .transform.changes import Change, InsertStatements, Span, places
from .transform.edits import Overlap, apply_edits, arrange
from .transform.emission import HelperBlock
from .transform.imports import ImportSite, site_changes, sites_of

if TYPE_CHECKING:
    from .meaning.scopes import ScopeTree
    from .transform.rewriter import Rewriter

HINT = " (imp-migrate "  #: what begins the word on how a diagnostic is dealt with


@dataclass(frozen=True)
class Plan:
    """Everything an analysis has to say about one file; picklable.

    diagnostics: sorted by position.
    silences: the uses of `imp` that work on 3.12+ as they are.
    sites: the statements that import `imp`; the last one is the top of the module.
    """

    source: Source
    diagnostics: tuple[Diagnostic, ...] = ()
    silences: tuple[Silence, ...] = ()
    sites: tuple[ImportSite, ...] = ()
    helper_block: HelperBlock = field(default_factory=HelperBlock)
    top: int = 0  #: the site for the imports that helpers need
    leans: frozenset[Need] = frozenset()  #: what only `import imp` has imported so far
    fixes: tuple[tuple[int, Fix], ...] = ()  #: (use, fix): also those that no diagnostic shows
    scopes: ScopeTree | None = field(default=None, compare=False, repr=False)  #: not pickled

    def edits(self, selected: Iterable[Diagnostic]) -> tuple[Edit, ...]:
        """The edits that apply the fixes of *selected*, with the imports and helpers they need.

        A fix that overlaps one before it is left out as a whole; the next
        analysis of the changed text offers it again.  Raises Overlap if the changes
        contradict each other all the same, which is a bug.
        """
        return self._edits(self.changes(selected))

    def _edits(self, changes: Sequence[Change]) -> tuple[Edit, ...]:
        if not changes:
            return ()
        from .transform.ground import NotCarriedOut
        from .transform.rewriter import Unprintable

        try:
            return self.source.arranged(arrange(self.rewriter.edits(changes)))
        except (NotCarriedOut, Unprintable) as error:
            raise Overlap(str(error)) from error

    def edits_of(self, diagnostic: Diagnostic) -> tuple[Edit, ...]:
        """The edits that apply the fix of *diagnostic*, if it has one, as `edits` does."""
        if diagnostic.fix is None:
            return ()
        group = diagnostic.fix.group
        if group not in self._known:
            self._known[group] = self.edits([diagnostic])
        return self._known[group]

    @cached_property
    def _known(self) -> dict[int, tuple[Edit, ...]]:
        return {}

    def changes(self, selected: Iterable[Diagnostic]) -> list[Change]:
        """The changes that apply the fixes of *selected*, as `edits` does."""
        return self._changes(d.fix for d in selected if d.fix is not None)

    def _changes(self, wanted: Iterable[Fix]) -> list[Change]:
        chosen = self._closure(wanted)
        fixes, claims = self._together(chosen)
        own = [change for fix in fixes for change in fix.changes]
        shared = [c for c in self._shared_changes(fixes) if not claims.hides(c)]
        return list(dict.fromkeys([*own, *shared]))

    def compatible(self, selected: Iterable[Diagnostic]) -> bool:
        """Say whether the fixes of *selected* can all be applied together."""
        chosen = self._closure(d.fix for d in selected if d.fix is not None)
        return len(self._together(chosen)[0]) == len(chosen)

    def applicable(self, unsafe: bool = False) -> tuple[Diagnostic, ...]:
        """The diagnostics whose fix may be applied without a person looking at it."""
        allowed = {Applicability.SAFE} | ({Applicability.UNSAFE} if unsafe else set())
        return tuple(d for d in self.diagnostics if d.fix and d.fix.applicability in allowed)

    def printable(self) -> Plan:
        """This plan without the fixes for code that LibCST cannot read, or not print as it was.

        Their diagnostics say so.
        """
        if not self._by_group:
            return self  # perhaps of a file that cannot be parsed
        if self.source.cell_of(1) is None and not self._objection(*self._by_group.values()):
            return self  # as almost always
        lost = {
            group: why for group, fix in self._by_group.items() if (why := self._objection(fix))
        }
        if not lost:
            return self
        for group, fix in self._by_group.items():
            if not fix.includes.isdisjoint(lost):
                lost.setdefault(group, "another fix is missing")
        diagnostics = tuple(
            replace(d, fix=None, message=f"{d.message.partition(HINT)[0]}; left alone: {why}")
            if d.fix is not None and (why := lost.get(d.fix.group, ""))
            else d
            for d in self.diagnostics
        )
        fixes = tuple((use, fix) for use, fix in self.fixes if fix.group not in lost)
        return replace(self, diagnostics=diagnostics, fixes=fixes)

    def _objection(self, *fixes: Fix) -> str:
        """Why not all of *fixes* can be carried out; "" if they can.

        LibCST cannot deal with the statements that they touch, or, in a notebook, it would
        not leave the cells apart.
        """
        from .transform.rewriter import Unprintable

        places = {site for fix in fixes for site, _ in (*fix.needs, *fix.swaps)}
        for use in (use for fix in fixes for use in self._uses_of.get(fix.group, ())):
            places.update(self._sites_of_use.get(use, ()))
        anchors = [InsertStatements(self.sites[site].at, ()) for site in places]
        if any(fix.helpers for fix in fixes):
            anchors.append(InsertStatements(self.helper_block.at, ()))
        try:
            self.rewriter.check([*(change for fix in fixes for change in fix.changes), *anchors])
            if self.source.cell_of(1) is not None:
                edits = self._edits(self._changes(fixes))
                self.source.with_text(apply_edits(self.source.text, edits))
        except (Unprintable, Unmappable, Overlap) as error:
            return str(error)
        return ""

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the data, and nothing that was worked out from it."""
        fields = self.__dataclass_fields__
        return {name: self.__dict__[name] for name in fields if name != "scopes"}

    # -- which fixes, together ---------------------------------------------

    @cached_property
    def _by_group(self) -> dict[int, Fix]:
        return {fix.group: fix for _, fix in self.fixes}

    @cached_property
    def _uses_of(self) -> dict[int, list[int]]:
        """The uses that the fix of each group answers."""
        uses: dict[int, list[int]] = {}
        for use, fix in self.fixes:
            uses.setdefault(fix.group, []).append(use)
        return uses

    @cached_property
    def _changing_swaps(self) -> dict[tuple[int, int], list[int]]:
        """The groups of the fixes that replace a name, and change something else, too."""
        groups: dict[tuple[int, int], list[int]] = {}
        for group, fix in self._by_group.items():
            for swap in fix.swaps if fix.changes else ():
                groups.setdefault(swap, []).append(group)
        return groups

    @cached_property
    def _sites_of_use(self) -> dict[int, list[int]]:
        """The sites with names that each use keeps."""
        sites: dict[int, list[int]] = {}
        for at, site in enumerate(self.sites):
            for use in {use for name in site.names for use in name.uses}:
                sites.setdefault(use, []).append(at)
        return sites

    def _closure(self, fixes: Iterable[Fix]) -> list[Fix]:
        """*fixes* and those that come with them, each once, in order of group.

        These are the fixes that they include, and, where an import is to bind a name
        to the successor, those of the uses of this name that change something else, too.
        """
        chosen: dict[int, Fix] = {}
        for fix in fixes:
            chosen[fix.group] = fix
            for group in fix.includes:
                chosen[group] = self._by_group[group]
        for swap in {swap for fix in chosen.values() for swap in fix.swaps}:
            for group in self._changing_swaps.get(swap, ()):
                chosen[group] = self._by_group[group]
        return [chosen[group] for group in sorted(chosen)]

    def _together(self, fixes: Iterable[Fix]) -> tuple[list[Fix], _Claims]:
        """Those of *fixes* that can be applied together, the earlier before the later."""
        claims = _Claims()
        return [fix for fix in fixes if claims.add(fix.changes)], claims

    # -- imports and helpers -----------------------------------------------

    def _shared_changes(self, fixes: list[Fix]) -> Iterator[Change]:
        """What *fixes* ask of imports and helpers."""
        fixed = frozenset(use for fix in fixes for use in self._uses_of.get(fix.group, ()))
        swaps = frozenset(swap for fix in fixes for swap in fix.swaps)
        helpers = {request for fix in fixes for request in fix.helpers}
        helpers.update(*(self._defined.get(swap, ()) for swap in swaps))
        needs = [need for fix in fixes for need in fix.needs]
        block = self.helper_block.emit(helpers, self.sites[self.top].at) if helpers else None
        if block is not None:
            needs += [(self.top, need) for need in block.needs]
        concerned = {at for use in fixed for at in self._sites_of_use.get(use, ())}
        concerned |= {at for at, _ in swaps}
        if any(
            name.goes(fixed, (at, position) in swaps)
            for at in concerned
            for position, name in enumerate(self.sites[at].names)
        ):
            needs += [(self.top, need) for need in self.leans]
        wanted = sites_of(needs)
        for at in sorted(concerned | wanted.keys()):
            site = self.sites[at]
            if block is not None and at == self.top:
                site = replace(site, provided=site.provided - block.late | block.early)
            bound = self._bound_before(site, wanted)
            site = replace(site, provided=site.provided | bound) if bound else site
            swapped = frozenset(name for place, name in swaps if place == at)
            yield from site_changes(site, wanted.get(at, ()), fixed, swapped)
        if block is not None:
            yield from block.changes

    @cached_property
    def _defined(self) -> dict[tuple[int, int], frozenset[Request]]:
        """What is asked of helpers that take the place of names: by all uses, fixed or not."""
        fixes = dict(self.fixes)
        found: dict[tuple[int, int], frozenset[Request]] = {}
        for at, site in enumerate(self.sites):
            for position, name in enumerate(site.names):
                if isinstance(name.swap, Request):
                    asked = (_request(fixes.get(use), name.swap) for use in name.uses)
                    found[at, position] = frozenset(asked)
        return found

    def _bound_before(self, site: ImportSite, wanted: Mapping[int, set[Need]]) -> set[Need]:
        """What the sites that come before *site* are to bind, as *wanted*."""
        bound: set[Need] = set()
        while site.preceding is not None:
            bound |= wanted.get(site.preceding, set())
            site = self.sites[site.preceding]
        return bound

    # -- the tree ----------------------------------------------------------

    @cached_property
    def rewriter(self) -> Rewriter:
        """What carries out changes in the text, with LibCST."""
        import ast
        import warnings

        from .transform.rewriter import Rewriter

        if self.scopes is not None:
            tree = self.scopes.module
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(self.source.text)
        return Rewriter(self.source, tree, self.helper_block.indent, self._touched)

    @cached_property
    def _touched(self) -> set[int]:
        """Where everything begins that changes can be about."""
        block = self.helper_block
        spans = [site.at for site in self.sites]
        spans += [block.at, *(span for _, span, _ in block.existing if span is not None)]
        changes = (change for fix in self._by_group.values() for change in fix.changes)
        return {start for start, _ in spans} | {at for change in changes for at in places(change)}


def _request(fix: Fix | None, helper: Request) -> Request:
    """What *fix* asks of *helper*; nothing is known of it where there is none."""
    asked = {request.name: request for request in fix.helpers} if fix is not None else {}
    return asked.get(helper.name, helper)


class _Claims:
    """Which spans of a text some changes do away with, and which nodes they change."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []  #: of spans that do not overlap, in order
        self.changed: dict[tuple[type, Span], Change] = {}

    def add(self, changes: Sequence[Change]) -> bool:
        """Take in *changes*, if nothing that was taken in before is in their way."""
        fresh: list[Change] = []
        for change in changes:
            if isinstance(change, InsertStatements):
                continue
            other = self.changed.get((type(change), change.at))
            if other is None:
                fresh.append(change)
            elif other != change:
                return False
        claims = [claim for change in fresh for claim in change.claims if claim[0] < claim[1]]
        if not all(self._is_free(claim) for claim in claims):
            return False
        for change in fresh:
            self.changed[type(change), change.at] = change
        for claim in claims:
            self._insert(claim)
        return True

    def hides(self, change: Change) -> bool:
        """Say whether the node that *change* is about is in what goes as a whole.

        Beside a statement that goes itself, others can still be inserted.
        """
        start, end = change.at
        position = bisect.bisect_right(self.starts, start) - 1
        if position < 0 or self.ends[position] < end:
            return False
        itself = (self.starts[position], self.ends[position]) == change.at
        return not (itself and isinstance(change, InsertStatements))

    def _is_free(self, claim: Span) -> bool:
        return self._overlapping(claim)[0] == self._overlapping(claim)[1]

    def _overlapping(self, claim: Span) -> tuple[int, int]:
        """From which to which of the spans overlap *claim*."""
        return bisect.bisect_right(self.ends, claim[0]), bisect.bisect_left(self.starts, claim[1])

    def _insert(self, claim: Span) -> None:
        first, last = self._overlapping(claim)
        start, end = claim
        if first < last:
            start, end = min(start, self.starts[first]), max(end, self.ends[last - 1])
        self.starts[first:last] = [start]
        self.ends[first:last] = [end]
