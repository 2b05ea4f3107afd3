"""The one analysis that all front ends share: a source in, a plan out."""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from .helpers import NAMES, Request, emit
from .lint import LintRule, Spot
from .meaning.advice import advice_for
from .meaning.catalogue import MEMBERS, Kind
from .meaning.doctests import Examples
from .meaning.exchange import takings
from .meaning.fallbacks import failing
from .meaning.importlib_uses import ImportlibUses
from .meaning.reach import Reach
from .meaning.resolve import Resolver
from .meaning.scopes import ScopeKind, ScopeTree
from .meaning.sent import sent_functions
from .meaning.uses import IMPORT, MODULE, Form, ImpImport, Resolution, Use
from .model import Applicability, Diagnostic, Fix, Need, Silence
from .options import Options
from .plan import HINT, Plan
from .registry import load_lint_rules, load_module_rules, load_rules
from .rule import Context, Manual, Rewrite, Rule
from .text.noqa import Suppressions
from .text.scan import is_endlessly_dotted, is_relevant, mentions_imp
from .text.source import Source
from .transform.changes import (
    Change,
    Code,
    RemoveStatement,
    ReplaceArgument,
    ReplaceExpression,
    ReplaceStatement,
)
from .transform.helper_place import HelperPlace
from .transform.names import Namer
from .transform.obsolete import obsolete_guards
from .transform.sites import Sites, leans
from .transform.swaps import swap_need
from .unreadable import explain

# What to do with a name that another module has from imp, and that is no member of it.
_UNGUARDED = "ask for it here, too, or use what takes its place"
_ELSEWHERE = "import what replaces it from where that is"

# What to do first with what only a helper replaces.
_IN_HOOK = "but first rewrite the import hook around it, which Python 3.12 does not ask (IMP412)"

# How many lines a message names at most.
_MOST_LINES = 8

# Names of modules whose unused imports are there for others.
_REEXPORTER = re.compile(r"^__init__\.py$|compat|shim|six|py3k|imports?\.py$", re.IGNORECASE)

# What follows an expression in an f-string if its text is to be part of the result.
_EQUALS = re.compile(r"[\s)]*=")


def analyse(source: Source, options: Options, tree: ast.Module | None = None) -> Plan:
    """Find every use of `imp`, and misuse of what replaced it, and say what becomes of it.

    *tree*, if given, is the syntax tree of *source*, which is then not parsed again.
    Never raises for what a file contains: one that cannot be parsed gives a
    plan with one diagnostic that says why.
    """
    data = source.text.encode("utf-8", "replace")
    if not (is_relevant(data) or source.neighbours.givers):
        return Plan(source)
    if tree is None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes are none of our business
                if is_endlessly_dotted(source.text):
                    raise RecursionError
                source.check()
                tree = ast.parse(source.text)
                source.check(tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if not mentions_imp(data):
                return Plan(source)
            found = explain(source, error)
            return _filtered(Plan(source, (found,)), options)
    if not mentions_imp(data):
        scopes = ScopeTree(tree, source.place)
        concerns = b"find_module" in data or source.neighbours.givers
        if not concerns and not any(
            _misuses(ImportlibUses(scopes, Reach(scopes), source.filename))
        ):
            return Plan(source)
    return _Analysis(source, options, tree).plan()


def _misuses(uses: ImportlibUses) -> Iterator[tuple[LintRule, Spot]]:
    """What is wrong with code that uses what replaced `imp`."""
    for rule in load_lint_rules():
        for spot in rule.check(uses):
            yield rule, spot


class _Analysis:
    """The analysis of one module, step by step."""

    def __init__(self, source: Source, options: Options, module: ast.Module) -> None:
        self.source = source
        self.options = options
        self.tree = ScopeTree(module, source.place)
        self.reach = Reach(self.tree)
        self.resolution: Resolution = Resolver(self.tree, self.reach, source.vicinity).resolve()
        self.helper_place = HelperPlace(source, self.tree, self.resolution)
        place = self.helper_place
        self.sites = Sites(source, self.tree, self.resolution, place.index, place.home[0])
        self.namer = Namer(
            self.tree,
            self.reach,
            self.sites.top,
            self.helper_place.own_names(),
            self.sites.provided,
        )
        if source.neighbours.clashes and "__all__" not in self.tree.root.bindings:
            # What begins with an underscore is not part of a star import.
            self.namer.rebinding_star = True
            self.tree.names |= source.neighbours.clashes
        self.context = Context(source, options, self.tree, self.resolution.uses, self.namer)
        self.diagnostics: list[Diagnostic] = []
        self.silences: list[Silence] = []
        self.fixes: dict[int, Fix] = {}  #: by use
        self.swaps: dict[int, Need] = {}  #: by identity of an import
        self._judged: dict[int, tuple[Fix | None, str]] = {}  #: by group of a fix

    def plan(self) -> Plan:
        self._doubt_what_others_replace()
        self._doubt_what_is_sent()
        self._add_taken()
        self._add_of_module()
        self._add_misuses()
        if not (self.resolution.imports or self.resolution.uses or self.diagnostics):
            return Plan(self.source)
        for use in self.resolution.uses:
            if use.silent:
                self._silence(use.member, use.node, use.silent)
        for use in self.resolution.uses:
            if not self._is_where_it_seems(use):
                use.doubt = "it stands in an f-string that this Python does not locate exactly; run imp-migrate with Python 3.12"
        for use, rule, answer in self._answers():
            self._add(use, rule, answer)
        self._add_deletions()
        self._check_all_answered()
        self._add_imports()
        if self.options.drop_guards:
            self._add_obsolete_guards()
        plan = Plan(
            self.source,
            tuple(sorted(self.diagnostics, key=lambda d: (d.start, d.end, d.code))),
            tuple(sorted(self.silences, key=lambda s: (s.start, s.end))),
            self.sites.described(self._keepers(), self._pins(), self.swaps),
            self.helper_place.block(self.namer, self.options),
            self.sites.top,
            leans(self.tree) | {Need(module) for module in self.source.neighbours.leaned},
            tuple(sorted(self.fixes.items(), key=lambda item: item[0])),
        )
        return _filtered(plan, self.options)

    def _is_where_it_seems(self, use: Use) -> bool:
        """Check the position of *use*: before 3.12, those in f-strings can be wrong."""
        wanted = use.node.attr if isinstance(use.node, ast.Attribute) else ""
        wanted = use.node.id if isinstance(use.node, ast.Name) else wanted
        return self.context.text(use.node).endswith(wanted)

    # -- uses --------------------------------------------------------------

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
        start, end = self.context.span(use.node)
        fix, message = None, answer.message
        if isinstance(answer, Rewrite):
            group = answer.fix.group
            if group not in self._judged:
                self._judged[group] = self._judge(answer)
            fix, objection = self._judged[group]
            message += objection
        if fix is not None:
            self.fixes[use.index] = fix
            if fix.swaps:
                self._note_swaps(use)
        self.diagnostics.append(
            Diagnostic(rule.code, message, use.member, start, end, fix, use.index)
        )

    def _judge(self, answer: Rewrite) -> tuple[Fix | None, str]:
        """The fix of *answer* as it can be had in this module, and why it cannot be had."""
        fix = answer.fix
        if fix.helpers and any(self._is_in_old_hook(use) for use in answer.uses):
            return replace(fix, applicability=Applicability.DISPLAY), f"; {_IN_HOOK}"
        if taken := self._builtins_taken(fix.helpers):
            return None, f"; first {taken}"
        if fix.helpers and not self.helper_place.has_room:
            way = "put what follows the docstring or `from __future__` on a line of its own"
            return None, f"; first {way}"
        if any(self._breaks_string(fix, use) for use in answer.uses):
            return None, "; first take this out of the f-string, into a variable"
        if self._changes_printed_text(fix):
            fix = replace(fix, applicability=Applicability.UNSAFE)
        return fix, ""

    def _is_in_old_hook(self, use: Use) -> bool:
        """Say whether *use* stands in a class that is reported as an import hook of the old kind.

        Nobody asks that class any more; what it becomes, helpers for what it was do not tell.
        """
        return any(node in self._old_hooks for node in self.tree.ancestors(use.node))

    @cached_property
    def _old_hooks(self) -> set[ast.AST]:
        """The classes that this run reports as import hooks of the old protocol."""
        said = [d for d in self.diagnostics if d.code == "IMP412" and self.options.selects(d.code)]
        comments = Suppressions(self.source) if said and self.options.noqa else None
        starts = {d.start for d in said if comments is None or not comments.covers(d.start, d.code)}
        methods = self.tree.owners() if starts else ()
        return {self.tree.parents[m] for m in methods if self.context.place(m) in starts}

    def _builtins_taken(self, helpers: frozenset[Request]) -> str:
        """What to do about the builtins that *helpers* need and that mean something else here."""
        functions = [request.name for request in helpers if request.name in NAMES]
        if not functions or not any(self._redefined):
            return ""
        own, starred = self._redefined
        needed = emit(functions, annotated=False).builtins
        ways = []
        for name in sorted(needed & own):
            line = getattr(self.tree.root.bindings[name][0].node, "lineno", 0)
            place = self.tree.place(line)
            ways.append(f"rename `{name}` of {place}, which the helper needs as the builtin")
        if found := sorted(needed & starred):
            names = ", ".join(f"`{name}`" for name in found)
            ways.append(f"import by name what `import *` is for, which may hide {names}")
        return "; ".join(ways)

    @cached_property
    def _redefined(self) -> tuple[set[str], set[str]]:
        """The builtins that this module binds to something else, and those that a star may."""
        own = self.tree.root.bindings.keys() & set(dir(builtins))
        starred = set(self.source.vicinity.starred & set(dir(builtins))) - own
        stars = self.tree.star_imports
        if any((s.module or "").partition(".")[0] in ("numpy", "pylab", "scipy") for s in stars):
            starred |= {"all", "any", "max", "min", "sum"}
        return own, starred

    def _breaks_string(self, fix: Fix, use: Use) -> bool:
        """Say whether *fix* writes what no f-string around *use* can hold before Python 3.12."""
        strings = [a for a in self.tree.ancestors(use.node) if isinstance(a, ast.JoinedStr)]
        if not strings:
            return False
        start, end = self.context.span(strings[-1])
        quotes = {quote for quote in "\"'" if quote in self.source.text[start:end]}
        return any(
            start <= change.at[0] < end and (quotes | {"\n", "\\", "#"}) & set(_code_of(change))
            for change in fix.changes
        )

    def _changes_printed_text(self, fix: Fix) -> bool:
        """Say whether *fix* changes code that the program prints: `f"{imp.x=}"`."""
        return bool(self._printed_spans) and any(
            start <= change.at[0] < end
            for change in fix.changes
            for start, end in self._printed_spans
        )

    @cached_property
    def _printed_spans(self) -> list[tuple[int, int]]:
        """Where the expressions are whose text, before an `=`, is part of an f-string."""
        values = [n.value for n in self.tree.parents if isinstance(n, ast.FormattedValue)]
        spans = [self.context.span(value) for value in values]
        return [span for span in spans if _EQUALS.match(self.source.text, span[1])]

    def _note_swaps(self, use: Use) -> None:
        for found in use.imports:
            need = swap_need(found.member, found.local)
            if need is None:
                raise AssertionError(f"nothing can be swapped for imp.{found.member}")
            self.swaps[id(found)] = need

    def _add_deletions(self) -> None:
        """`del imp` goes when everything else that uses the import goes."""
        for use in self.resolution.uses:
            if use.form is not Form.DELETE or use.silent or use.index in self.context.claimed:
                continue
            self.context.claimed.add(use.index)
            others = {u for i in use.all_imports for u in self._all_users[id(i)] if not u.silent}
            ordered = sorted(others, key=lambda u: u.index)
            fixes = [self.fixes.get(u.index) for u in ordered if u.form is not Form.DELETE]
            swaps = [swap_need(i.member, i.local) for i in use.imports]
            statement = self.tree.statement(use.node)
            start, end = self.context.span(use.node)
            message = "imp was removed in Python 3.12; nothing is left to delete"
            if swaps and None not in swaps:
                fix = self._keep_name(use)
                self.fixes[use.index] = fix
                message = "imp was removed in Python 3.12; the name comes from elsewhere now"
                self.diagnostics.append(
                    Diagnostic("IMP401", message, use.member, start, end, fix, use.index)
                )
                continue
            if None in fixes or not isinstance(statement, ast.Delete) or use.doubt or use.broken:
                message = "imp was removed in Python 3.12; this del stays as long as its import"
                self.diagnostics.append(
                    Diagnostic("IMP401", message, use.member, start, end, None, use.index)
                )
                continue
            known = [fix for fix in fixes if fix is not None]
            fix = Fix(
                "Remove the del of imp",
                _least(known),
                self.context.new_group(),
                changes=(self._without_target(statement, use.node),),
                includes=frozenset(fix.group for fix in known),
            )
            self.fixes[use.index] = fix
            self.diagnostics.append(
                Diagnostic("IMP401", message, use.member, start, end, fix, use.index)
            )

    def _keep_name(self, use: Use) -> Fix:
        """A fix that leaves *use*, of a name that its import can go on binding, as it is."""
        self._note_swaps(use)
        return Fix(
            "Import the name from elsewhere",
            Applicability.SAFE,
            self.context.new_group(),
            swaps=frozenset((i.site, i.position) for i in use.imports),
        )

    def _without_target(self, statement: ast.Delete, target: ast.expr) -> Change:
        """The change that takes *target* out of `del a, b`."""
        at = self.context.span(statement)
        left = [self.context.span(other) for other in statement.targets if other is not target]
        if not left:
            return RemoveStatement(at)
        holes = tuple((f"target{number}", span) for number, span in enumerate(left))
        return ReplaceStatement(at, Code("del " + ", ".join(f"{{{n}}}" for n, _ in holes), holes))

    def _check_all_answered(self) -> None:
        left = [u for u in self.resolution.uses if not u.silent]
        missing = [u for u in left if u.index not in self.context.claimed]
        if missing:
            raise AssertionError(f"no rule answers for imp.{missing[0].member}")

    def _silence(self, member: str, node: ast.AST, reason: str) -> None:
        start, end = self.context.span(node)
        self.silences.append(Silence(member, start, end, reason))

    # -- imports -----------------------------------------------------------

    @cached_property
    def _users(self) -> dict[int, list[Use]]:
        """The uses of each import, by its identity."""
        return self._by_import(lambda use: use.imports)

    @cached_property
    def _all_users(self) -> dict[int, list[Use]]:
        """The same, with those that use it only where it cannot be imported."""
        return self._by_import(lambda use: use.all_imports)

    def _by_import(self, imports_of: Callable[[Use], Iterable[ImpImport]]) -> dict[int, list[Use]]:
        users: dict[int, list[Use]] = {id(found): [] for found in self.resolution.imports}
        for use in self.resolution.uses:
            for found in imports_of(use):
                users[id(found)].append(use)
        return users

    def _keepers(self) -> dict[int, frozenset[int]]:
        keepers: dict[int, frozenset[int]] = {}
        for found in self.resolution.imports:
            users = [u.index for u in self._users[id(found)]]
            # Uses that were silenced keep the import that they might still see.
            users += [u.index for u in self._all_users[id(found)] if u.broken]
            keepers[id(found)] = frozenset(users or [self._own_numbers[id(found)]])
        return keepers

    @cached_property
    def _own_numbers(self) -> dict[int, int]:
        """The number of each import, if nobody uses it, as a use of itself."""
        return {id(i): n for n, i in enumerate(self.resolution.imports, len(self.resolution.uses))}

    def _pins(self) -> dict[int, str]:
        """Why an import stays even when nothing in this file uses it any more."""
        exported = self.tree.exported
        takers = self.source.neighbours.takers
        examples = Examples(self.tree).names()
        pins: dict[int, str] = {}
        for found in self.resolution.imports:
            if found.silent:
                pins[id(found)] = found.silent
            elif found.local in exported and found.scope is self.tree.root:
                pins[id(found)] = f"`{found.local}` is listed in __all__: take it off there"
            elif self.source.vicinity.rival:
                pins[id(found)] = f"it may import {self.source.vicinity.rival}: if so, import that"
            elif self._hides_text(found):
                pins[id(found)] = (
                    "without it the text after it would become a docstring: delete both"
                )
            elif found.local in takers and found.scope is self.tree.root:
                if swap_need(found.member, found.local) is None:  # else the name stays
                    pins[id(found)] = (
                        f"{takers[found.local]} takes it from here: rewrite that file first"
                    )
            elif found.local in examples and found.scope is self.tree.root:
                pins[id(found)] = (
                    f"the example on {self.tree.place(examples[found.local])} uses it: rewrite that first"
                )
        return pins

    def _hides_text(self, found: ImpImport) -> bool:
        """Say whether *found* stands between the start of a block and a text that is no docstring.

        Whether what takes its place will stand there is not known yet.
        """
        owner = self.tree.parents[found.statement]
        if not isinstance(owner, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        after = owner.body[1] if found.statement is owner.body[0] and len(owner.body) > 1 else None
        text = after.value if isinstance(after, ast.Expr) else None
        return isinstance(text, ast.Constant) and isinstance(text.value, str)

    def _add_imports(self) -> None:
        pins = self._pins()
        for statement, group in self.sites.groups.items():
            live = [i for i in group if i.live]
            if not live:
                reason = group[0].silent
                self._silence(IMPORT, self._import_node(statement, group), reason)
                continue
            self._add_import(statement, live, pins)

    def _import_node(self, statement: ast.stmt, group: list[ImpImport]) -> ast.AST:
        """What to point at: the name among others, or the whole statement."""
        if isinstance(statement, ast.Import) and len(statement.names) > 1:
            return group[0].node
        return statement

    def _add_import(self, statement: ast.stmt, live: list[ImpImport], pins: dict[int, str]) -> None:
        unused = [found for found in live if not self._users[id(found)]]
        removed = False
        for found in unused:
            swap = swap_need(found.member, found.local)
            if swap is not None:
                self.swaps[id(found)] = swap
            else:
                removed = True
        users = [use for found in live for use in self._users[id(found)]]
        message, applicability = self._fate(live, users, removed, pins)
        fix = None
        if applicability is not Applicability.DISPLAY:
            fix = Fix(
                "Replace the import of imp" if users or not removed else "Remove the import of imp",
                applicability,
                self.context.new_group(),
                swaps=frozenset((i.site, i.position) for i in unused if id(i) in self.swaps),
                includes=frozenset(self.fixes[use.index].group for use in users),
            )
            for found in unused:
                self.fixes[self._own_numbers[id(found)]] = fix
        own = self._own_numbers[id(live[0])]
        if fix is not None:
            self.fixes[own] = fix
        start, end = self.context.span(self._import_node(statement, live))
        code = "IMP402" if live[0].member == "*" else "IMP403" if live[0].dynamic else "IMP401"
        self.diagnostics.append(Diagnostic(code, message, IMPORT, start, end, fix, own))

    def _doubt_what_is_sent(self) -> None:
        """Leave alone what a function uses that is run elsewhere, where no helper of ours is."""
        local = [use for use in self.resolution.uses if use.scope is not self.tree.root]
        sent = sent_functions(self.tree) if local else {}
        for use in local if sent else ():
            for owner in self.tree.ancestors(use.node):
                if owner in sent and any(owner in self.tree.ancestors(i.node) for i in use.imports):
                    reason = f"{self.tree.place(sent[owner])} takes the code of {getattr(owner, 'name', '')}"
                    use.doubt = use.doubt or f"{reason}; import in it what replaces imp"

    def _add_taken(self) -> None:
        """Point out where this module takes from another one what that has from `imp`."""
        givers = self.source.neighbours.givers
        known = {id(node) for use in self.resolution.uses for node in ast.walk(use.node)}
        said: set[tuple[ast.AST, str]] = set()
        for taking in takings(self.tree, {name for _, name in givers}) if givers else ():
            giver = givers.get((taking.module, taking.name))
            if not giver or id(taking.node) in known or self.reach.dead(taking.node):
                continue
            if (taking.node, taking.name) in said:  # a loop may bring several modules
                continue
            said.add((taking.node, taking.name))
            what = MODULE if taking.name == "imp" else taking.name
            instead = self.source.neighbours.instead.get((taking.module, taking.name))
            if instead is not None:
                for node, reason in failing(self.tree, self.reach, taking, instead):
                    start, end = self.context.span(node)
                    message = (
                        f"this use of imp fails on Python 3.12: {reason} ({giver}); {_UNGUARDED}"
                    )
                    self.diagnostics.append(Diagnostic("IMP409", message, what, start, end))
                continue
            start, end = self.context.span(taking.node)
            way = advice_for(taking.name) if taking.name in MEMBERS else _ELSEWHERE
            if taking.replaces:
                way = f"rewrite {giver}, which is left as it is for this, and patch what that calls"
            message = f"imp was removed in Python 3.12; {giver} has `{taking.name}` from it; {way}"
            code = "IMP407" if taking.replaces else "IMP408"
            self.diagnostics.append(Diagnostic(code, message, what, start, end))

    def _doubt_what_others_replace(self) -> None:
        """Leave alone what other files patch: after a rewrite that would have no effect."""
        patches, replaced = self.source.neighbours.patches, self.source.neighbours.replaced
        for use in self.resolution.uses if patches or replaced else ():
            if use.form is Form.PATCH:
                continue
            names = {i.local for i in use.imports if i.scope is self.tree.root}
            names |= {use.member} if "*" in names else set()
            who = [patches[name] for name in sorted(names & patches.keys())]
            inside = [replaced[member] for member in (use.member, "*") if member in replaced]
            who += inside
            if who and not use.silent:
                use.foreign = use.foreign or bool(inside)  # no other import can take its place
                use.doubt = (
                    use.doubt or f"{who[0]} puts something else in its place; settle that first"
                )

    def _add_of_module(self) -> None:
        """Add what the rules say that look at whole modules."""
        for rule in load_module_rules():
            for start, end, message in rule.check(self.context, self.reach):
                self.diagnostics.append(Diagnostic(rule.code, message, rule.member, start, end))

    def _add_misuses(self) -> None:
        """Point out what is wrong with code that uses what replaced `imp`."""
        live = any(found.live for found in self.resolution.imports)
        uses = ImportlibUses(self.tree, self.reach, self.source.filename, has_imp=live)
        # They are numbered from -2 down, since they are no uses of imp.
        for number, (rule, spot) in enumerate(_misuses(uses), 2):
            fix = None
            if spot.module:
                need = (self.sites.top, Need(spot.module))
                title, group = f"Import {spot.module}", self.context.new_group()
                fix = Fix(title, Applicability.SAFE, group, needs=frozenset({need}))
                self.fixes[-number] = fix
            start, end = self.context.span(spot.node)
            self.diagnostics.append(
                Diagnostic(rule.code, spot.message, spot.member, start, end, fix, -number)
            )

    def _add_obsolete_guards(self) -> None:
        """Offer to take away each guard whose imp branch no supported Python runs."""
        reach = Reach(self.tree, self.options.target_version)
        guards = obsolete_guards(self.source, self.tree, reach, self.resolution.imports)
        number = len(self.resolution.uses) + len(self.resolution.imports)
        for use, guard in enumerate(guards, number):
            fix = Fix(
                "Drop the guard", Applicability.SAFE, self.context.new_group(), (guard.change,)
            )
            self.fixes[use] = fix
            start, _ = self.context.span(guard.statement)
            end = self.source.line_span(guard.statement.lineno)[1]
            oldest = ".".join(map(str, self.options.target_version))
            message = f"no Python from {oldest} on takes the imp branch of this guard"
            text = self.source.text[start:end].rstrip()
            self.diagnostics.append(
                Diagnostic("IMP411", message, "<guard>", start, start + len(text), fix, use)
            )

    def _fate(
        self, live: list[ImpImport], users: list[Use], removed: bool, pins: dict[int, str]
    ) -> tuple[str, Applicability]:
        """What to say about an import, and how safely it can go (DISPLAY: it cannot)."""
        gone = "imp was removed in Python 3.12"
        pinned = next((pins[id(i)] for i in live if id(i) in pins and id(i) not in self.swaps), "")
        if pinned:
            return f"{gone}; this import stays, because {pinned}", Applicability.DISPLAY
        ways = [self._applicability(use) for use in users]
        if Applicability.DISPLAY in ways:
            left = [u for u, way in zip(users, ways, strict=True) if way is Applicability.DISPLAY]
            lines = sorted({self.source.line_of(self.context.span(use.node)[0]) for use in left})
            shown = ", ".join(map(self.tree.place, lines[:_MOST_LINES]))
            more = ", ..." if len(lines) > _MOST_LINES else ""
            todo = f"settle {shown}{more} by hand; until then this import stays"
            return f"{gone}; {todo}", Applicability.DISPLAY
        if removed and not users and self._may_reexport(live):
            return (
                f"{gone}; delete it, unless other modules take it from this one: it is unused here",
                Applicability.UNSAFE,
            )
        unsafe = Applicability.UNSAFE in ways
        return gone, Applicability.UNSAFE if unsafe else Applicability.SAFE

    def _may_reexport(self, live: list[ImpImport]) -> bool:
        """Say whether an unused import looks as if it were there for other modules."""
        if any(i.scope.kind is ScopeKind.CLASS for i in live):
            return True  # `self.imp`, also in a subclass elsewhere
        if all(i.scope is not self.tree.root for i in live):
            return False
        if any(i.member not in (MODULE, "*") for i in live):
            return True  # who imports one function and does not call it, passes it on
        name = re.split(r"[/\\]", self.source.filename)[-1]
        comment = self.source.line_text(live[0].statement.lineno)
        return bool(_REEXPORTER.search(name)) or "noqa" in comment.lower()

    def _applicability(self, use: Use) -> Applicability:
        fix = self.fixes.get(use.index)
        return fix.applicability if fix is not None else Applicability.DISPLAY


def _least(fixes: list[Fix]) -> Applicability:
    """How safe it is to apply all of *fixes*."""
    ways = {fix.applicability for fix in fixes}
    for applicability in (Applicability.DISPLAY, Applicability.UNSAFE):
        if applicability in ways:
            return applicability
    return Applicability.SAFE


def _code_of(change: Change) -> str:
    """The new code that *change* puts into an expression."""
    code = change.code if isinstance(change, (ReplaceExpression, ReplaceArgument)) else None
    return code.template if code is not None else ""


def _filtered(plan: Plan, options: Options) -> Plan:
    """Leave out what `noqa`, --select and --ignore exclude; a fix is applied whole or not at all."""
    wanted = [d for d in plan.diagnostics if options.selects(d.code)]
    comments = Suppressions(plan.source)
    covered = [options.noqa and comments.covers(d.start, d.code) for d in wanted]
    kept = [d for d, hidden in zip(wanted, covered, strict=True) if not hidden]
    silences = [
        Silence(d.member, d.start, d.end, "a noqa comment suppresses it", d.code)
        for d, hidden in zip(wanted, covered, strict=True)
        if hidden
    ]
    shown = {d.use for d in kept}
    imports = {d.use for d in plan.diagnostics if d.member == IMPORT}
    lost = {
        fix.group
        for use, fix in plan.fixes
        if use not in shown and use not in imports and not fix.swaps
    }
    lost |= {fix.group for _, fix in plan.fixes if fix.includes & lost}
    kept = [replace(d, fix=None) if d.fix and d.fix.group in lost else d for d in kept]
    return replace(
        plan,
        diagnostics=tuple(map(_told, _without_vain_helpers(kept, options))),
        silences=tuple(sorted([*plan.silences, *silences], key=lambda s: (s.start, s.end))),
        fixes=tuple((use, fix) for use, fix in plan.fixes if fix.group not in lost),
    )


def _without_vain_helpers(diagnostics: list[Diagnostic], options: Options) -> list[Diagnostic]:
    """*diagnostics*, whose helpers nobody gets as long as the module goes on importing `imp`.

    All those lines, and the file would be as broken as before; so with constants.  The fix of
    a single spot is still there for whoever asks for it.
    """
    allowed = {Applicability.SAFE, *([Applicability.UNSAFE] if options.unsafe_fixes else [])}
    imports = [d for d in diagnostics if d.member == IMPORT]
    if all(d.fix is not None and d.fix.applicability in allowed for d in imports):
        return diagnostics
    vain = {d.fix.group: what for d in diagnostics if d.fix and (what := _added_for(d))}
    for import_ in imports:  # its fix is those of all that use it
        if import_.fix is not None:
            inside = sorted(import_.fix.includes & vain.keys())
            if inside:
                vain[import_.fix.group] = vain[inside[0]]
    return [
        replace(
            d,
            fix=replace(d.fix, applicability=Applicability.DISPLAY),
            message=f"{d.message}{HINT}adds no {vain[d.fix.group]} while this file needs imp"
            " for something else)",
        )
        if d.fix is not None and d.fix.applicability in allowed and d.fix.group in vain
        else d
        for d in diagnostics
    ]


def _added_for(diagnostic: Diagnostic) -> str:
    """What the fix of *diagnostic* adds to the module beside imports; "" if nothing."""
    member = MEMBERS.get(diagnostic.member)
    if member is not None and member.kind is Kind.CONSTANT:
        return "constant"
    return "helper" if diagnostic.fix is not None and diagnostic.fix.helpers else ""


def _told(diagnostic: Diagnostic) -> Diagnostic:
    """*diagnostic*, with a word on who rewrites it."""
    fix = diagnostic.fix
    if fix is None or fix.applicability is Applicability.DISPLAY:
        return diagnostic
    unsafe = " --unsafe-fixes" if fix.applicability is Applicability.UNSAFE else ""
    return replace(diagnostic, message=f"{diagnostic.message}{HINT}--write{unsafe} rewrites this)")
