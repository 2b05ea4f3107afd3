"""The analysis of one module, step by step."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from functools import cached_property
from itertools import count

from ..lint import LintRule, Spot
from ..meaning.contents import takes_what_is_not_there
from ..meaning.importlib_uses import ImportlibUses
from ..meaning.reach import Reach
from ..meaning.resolve import Resolver
from ..meaning.scopes import ScopeTree
from ..meaning.uses import Form, ImpImport, Use
from ..model import Applicability, Diagnostic, Fix, Need, Request
from ..options import Options
from ..plan import Plan
from ..registry import load_lint_rules, load_module_rules, load_rules
from ..rule import Context, Manual, Rewrite, Rule
from ..text.source import Source
from ..transform.changes import Code, ReplaceStatement
from ..transform.helper_place import HelperPlace
from ..transform.names import Namer
from ..transform.obsolete import obsolete_guards
from ..transform.sites import Sites, leans
from ..transform.swaps import swap_of
from .findings import Findings
from .imports import ImportStatements
from .obstacles import Obstacles
from .others import (
    add_taken,
    doubt_what_is_sent,
    doubt_what_others_replace,
    leave_guarded_elsewhere,
)
from .selection import select


def misuses(uses: ImportlibUses) -> Iterator[tuple[LintRule, Spot]]:
    """What is wrong with code that uses what replaced `imp`."""
    for rule in load_lint_rules():
        for spot in rule.check(uses):
            yield rule, spot


class ModuleAnalysis:
    """The analysis of one module, step by step."""

    def __init__(self, source: Source, options: Options, module: ast.Module) -> None:
        self.source = source
        self.options = options
        self.tree = ScopeTree(module, source.place)
        around = source.vicinity
        lacking = [s for s in self.tree.imports if takes_what_is_not_there(s, around.contents)]
        self.reach = Reach(self.tree, failing=lacking, distrusted=around.misleading)
        self.resolution = Resolver(self.tree, self.reach, source.vicinity).resolve()
        self.helper_place = HelperPlace(source, self.tree, self.resolution)
        place = self.helper_place
        self.sites = Sites(source, self.tree, self.resolution, place.index, place.home[0])
        own = place.own_names()
        self.namer = Namer(
            self.tree,
            self.reach,
            self.sites.top,
            own,
            self._kept(own),
            self.sites.provided,
        )
        self.namer.hidden = around.submodules
        if source.neighbours.clashes and self.tree.exports_all:
            # What begins with an underscore is not part of a star import.
            self.namer.rebinding_star = True
            self.tree.names |= source.neighbours.clashes
        self.context = Context(source, options, self.tree, self.resolution.uses, self.namer)
        self.findings = Findings(self.context)
        self.obstacles = Obstacles(self.findings, self.helper_place)
        self._numbers = count(-2, -1)  #: for what is no use of imp

    def plan(self) -> Plan:
        """Find everything; the imports come last, when the fate of all uses is known."""
        doubt_what_others_replace(self.source.neighbours, self.tree, self.resolution)
        doubt_what_is_sent(self.tree, self.resolution)
        leave_guarded_elsewhere(self.source.neighbours, self.tree, self.resolution)
        add_taken(self.source.neighbours, self.reach, self.resolution, self.findings)
        self._add_of_module()
        self._add_misuses()
        found = self.findings
        if not (self.resolution.imports or self.resolution.uses or found.diagnostics):
            return Plan(self.source, scopes=self.tree)
        for use in self.resolution.uses:
            if use.silent:
                found.silence(use.member, use.node, use.silent)
        for use in self.resolution.uses:
            if not self._is_where_it_seems(use):
                use.doubt = "it stands in an f-string that this Python does not locate exactly; run imp-migrate with Python 3.12"
        for use, rule, answer in self._answers():
            self._add(use, rule, answer)
        imports = ImportStatements(self.context, self.resolution, self.sites, found, self.obstacles)
        imports.add_deletions()
        self._check_all_answered()
        imports.add_all()
        if self.options.drop_guards:
            self._add_obsolete_guards()
        plan = Plan(
            self.source,
            tuple(sorted(found.diagnostics, key=lambda d: (d.start, d.end, d.code))),
            tuple(sorted(found.silences, key=lambda s: (s.start, s.end))),
            self.sites.described(imports.keepers(), imports.pins, found.swaps),
            self.helper_place.block(self.namer, self.options),
            self.sites.top,
            leans(self.tree) | {Need(module) for module in self.source.neighbours.leaned},
            tuple(sorted(found.fixes.items(), key=lambda item: item[0])),
            self.tree,
        )
        return select(plan, self.options)

    def _is_where_it_seems(self, use: Use) -> bool:
        """Check the position of *use*: before 3.12, those in f-strings can be wrong."""
        wanted = use.node.attr if isinstance(use.node, ast.Attribute) else ""
        wanted = use.node.id if isinstance(use.node, ast.Name) else wanted
        return self.context.text(use.node).endswith(wanted)

    def _answers(self) -> list[tuple[Use, Rule, Rewrite | Manual]]:
        """What the rules say: each use once, from the first rule that claims it."""
        answers: list[tuple[Use, Rule, Rewrite | Manual]] = []
        for rule in load_rules():
            for use in self.resolution.uses:
                if use.silent or use.index in self.context.claimed or not rule.wants(use):
                    continue
                answer = rule.check(use, self.context)
                if answer is None:
                    continue
                for claimed in answer.uses:
                    if claimed.index in self.context.claimed:
                        raise AssertionError(f"{rule.code} claims a use twice")
                    self.context.claimed.add(claimed.index)
                    answers.append((claimed, rule, answer))
        return answers

    def _add(self, use: Use, rule: Rule, answer: Rewrite | Manual) -> None:
        fix, message = None, answer.message
        if isinstance(answer, Rewrite):
            fix, objection = self.obstacles.judged(answer)
            message += objection
        for place in fix.swaps if fix is not None else ():
            self.findings.swap(self._imports[place])
        self.findings.add(rule.code, message, use.member, use.node, fix, use.index)

    def _kept(self, own: Container[str]) -> dict[str, ImpImport]:
        """The imports that helpers, unless they are there already, can take the place of."""
        swaps = [(swap_of(self.tree, found), found) for found in self.resolution.imports]
        return {s.name: i for s, i in swaps if isinstance(s, Request) and s.name not in own}

    @cached_property
    def _imports(self) -> dict[tuple[int, int], ImpImport]:
        """The imports of `imp`, by their place."""
        return {(found.site, found.position): found for found in self.resolution.imports}

    def _check_all_answered(self) -> None:
        left = [u for u in self.resolution.uses if not u.silent]
        missing = [u for u in left if u.index not in self.context.claimed]
        if missing:
            raise AssertionError(f"no rule answers for imp.{missing[0].member}")

    def _add_of_module(self) -> None:
        """Add what the rules say that look at whole modules."""
        for rule in load_module_rules():
            for remark in rule.check(self.context, self.reach):
                fix, use = remark.fix, -1
                if fix is not None:
                    use = next(self._numbers)
                    self.findings.fixes[use] = fix
                self.findings.diagnostics.append(
                    Diagnostic(
                        rule.code, remark.message, rule.member, remark.start, remark.end, fix, use
                    )
                )

    def _add_misuses(self) -> None:
        """Point out what is wrong with code that uses what replaced `imp`."""
        live = any(found.live for found in self.resolution.imports)
        uses = ImportlibUses(self.tree, self.reach, self.source.filename, has_imp=live)
        for rule, spot in misuses(uses):
            fix = None
            if spot.module:
                need = (self.sites.top, Need(spot.module))
                title, group = f"Import {spot.module}", self.context.new_group()
                fix = Fix(title, Applicability.SAFE, group, needs=frozenset({need}))
                if spot.statement is not None:
                    at, code = self.context.span(spot.statement), Code(f"import {spot.module}")
                    fix = Fix(title, Applicability.SAFE, group, (ReplaceStatement(at, code),))
            number, message = next(self._numbers), spot.message
            if spot.rewrite is not None and isinstance(spot.node, ast.expr):
                scope = self.tree.scope_of(spot.node)
                use = Use(number, spot.member, Form.ATTRIBUTE, spot.node, scope)
                answer = spot.rewrite(use, self.context)
                if answer is not None:
                    fix, objection = self.obstacles.judged(answer)
                    message = answer.message + objection
            self.findings.add(rule.code, message, spot.member, spot.node, fix, number)

    def _add_obsolete_guards(self) -> None:
        """Offer to take away each guard whose imp branch no supported Python runs."""
        reach = Reach(
            self.tree,
            self.options.target_version,
            self.reach.failing,
            self.source.vicinity.misleading,
        )
        guards = obsolete_guards(self.source, self.tree, reach, self.resolution.imports)
        number = len(self.resolution.uses) + len(self.resolution.imports)
        oldest = ".".join(map(str, self.options.target_version))
        message = f"no Python from {oldest} on takes the imp branch of this guard"
        for use, guard in enumerate(guards, number):
            title, group = "Drop the guard", self.context.new_group()
            fix = Fix(title, Applicability.SAFE, group, guard.changes)
            self.findings.fixes[use] = fix
            for statement in guard.statements:
                start, _ = self.context.span(statement)
                end = self.source.line_span(statement.lineno)[1]
                text = self.source.text[start:end].rstrip()
                self.findings.diagnostics.append(
                    Diagnostic("IMP411", message, "<guard>", start, start + len(text), fix, use)
                )
