"""The plan: what was found in one file and how each fix would change its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from .model import Applicability, Diagnostic, Edit, Fix, Need, Silence
from .text.source import Source
from .transform.edits import Overlap, apply_edits, arrange
from .transform.emission import HelperBlock
from .transform.imports import ImportSite, site_edits, sites_of


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

    def edits(self, selected: Iterable[Diagnostic]) -> tuple[Edit, ...]:
        """The edits that apply the fixes of *selected*, with the imports and helpers they need.

        A fix that overlaps one before it is left out as a whole; the next
        analysis of the changed text offers it again.
        """
        fixes = self._closure(d.fix for d in selected if d.fix is not None)
        kept: list[Fix] = []
        taken: list[Edit] = []
        for fix in fixes:
            try:
                taken = list(arrange([*taken, *fix.edits]))
            except Overlap:
                continue
            kept.append(fix)
        return arrange([*taken, *self._shared_edits(kept)])

    def compatible(self, selected: Iterable[Diagnostic]) -> bool:
        """Say whether the fixes of *selected* can all be applied together."""
        fixes = self._closure(d.fix for d in selected if d.fix is not None)
        try:
            arrange(edit for fix in fixes for edit in fix.edits)
        except Overlap:
            return False
        return True

    def applicable(self, unsafe: bool = False) -> tuple[Diagnostic, ...]:
        """The diagnostics whose fix may be applied without a person looking at it."""
        allowed = {Applicability.SAFE} | ({Applicability.UNSAFE} if unsafe else set())
        return tuple(d for d in self.diagnostics if d.fix and d.fix.applicability in allowed)

    def _closure(self, fixes: Iterable[Fix]) -> list[Fix]:
        """*fixes* and those that come with them, each once, in order of group.

        These are the fixes that they include, and, where an import is to bind a name
        to the successor, those of the uses of this name that change something else, too.
        """
        by_group = {fix.group: fix for _, fix in self.fixes}
        chosen: dict[int, Fix] = {}
        for fix in fixes:
            chosen[fix.group] = fix
            for group in fix.includes:
                chosen[group] = by_group[group]
        swaps = {swap for fix in chosen.values() for swap in fix.swaps}
        for group, fix in by_group.items():
            if fix.edits and not swaps.isdisjoint(fix.swaps):
                chosen[group] = fix
        return [chosen[group] for group in sorted(chosen)]

    def _shared_edits(self, fixes: list[Fix]) -> Iterator[Edit]:
        groups = {fix.group for fix in fixes}
        fixed = frozenset(use for use, fix in self.fixes if fix.group in groups)
        swaps = frozenset(swap for fix in fixes for swap in fix.swaps)
        helpers = frozenset(name for fix in fixes for name in fix.helpers)
        needs = [need for fix in fixes for need in fix.needs]
        block = self.helper_block.emit(helpers, self.source.newline) if helpers else None
        if block is not None:
            needs += [(self.top, need) for need in block.needs]
        if any(
            name.goes(fixed, (at, position) in swaps)
            for at, site in enumerate(self.sites)
            for position, name in enumerate(site.names)
        ):
            needs += [(self.top, need) for need in self.leans]
        wanted = sites_of(needs)
        edits: list[Edit] = []
        for index, site in enumerate(self.sites):
            bound = frozenset(n for i in site.preceding for n in wanted.get(i, ()))
            site = replace(site, provided=site.provided | bound)
            edits += site_edits(
                self.source.text,
                self.source.newline,
                site,
                wanted.get(index, ()),
                fixed,
                frozenset(name for at, name in swaps if at == index),
            )
        yield from edits
        if block is not None:
            for edit in block.edits:
                yield self._without_leading_blanks(edit, edits)

    def _without_leading_blanks(self, block: Edit, edits: list[Edit]) -> Edit:
        """*block* without the blank lines before it, if it comes to stand first in the file."""
        before = arrange(edit for edit in edits if edit.end <= block.start)
        if apply_edits(self.source.text[: block.start], before).strip():
            return block
        return Edit(block.start, block.end, block.text.lstrip("\r\n"))
