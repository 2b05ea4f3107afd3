"""What becomes of the statements that import `imp`, decided after all uses are."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from functools import cached_property

from ..meaning.doctests import Examples
from ..meaning.handlers import awaits_import_error
from ..meaning.mentions import Mentions
from ..meaning.scopes import Scope, ScopeKind
from ..meaning.uses import IMPORT, MODULE, Form, ImpImport, Resolution, Use
from ..model import Applicability, Fix, Need, Request
from ..rule import Context, Rewrite
from ..transform.changes import Change, Code, RemoveStatement, ReplaceStatement
from ..transform.sites import Sites
from ..transform.swaps import swap_need, swap_of
from .findings import Findings
from .obstacles import Obstacles

# How many lines a message names at most.
_MOST_LINES = 8

# Names of modules whose unused imports are there for others.
_REEXPORTER = re.compile(r"^__init__\.py$|compat|shim|six|py3k|imports?\.py$", re.IGNORECASE)


class ImportStatements:
    """Decides on the imports of `imp` in one module, and on what deletes their names."""

    def __init__(
        self,
        context: Context,
        resolution: Resolution,
        sites: Sites,
        findings: Findings,
        obstacles: Obstacles,
    ) -> None:
        self.context = context
        self.obstacles = obstacles
        self.source = context.source
        self.tree = context.tree
        self.resolution = resolution
        self.sites = sites
        self.findings = findings

    def add_deletions(self) -> None:
        """Add what becomes of each `del imp`."""
        for use in self.resolution.uses:
            if use.form is Form.DELETE and not use.silent and use.index not in self.context.claimed:
                self.context.claimed.add(use.index)
                message, fix = self._deletion(use)
                said = f"imp was removed in Python 3.12; {message}"
                self.findings.add("IMP401", said, use.member, use.node, fix, use.index)

    def _deletion(self, use: Use) -> tuple[str, Fix | None]:
        """What to say about *use*, a `del`: it goes when all else that uses the import goes."""
        swaps = [swap_need(i.member, i.local) for i in use.imports]
        if swaps and None not in swaps:
            return "the name comes from elsewhere now", self._keep_name(use)
        others = {u for i in use.all_imports for u in self._all_users[id(i)] if not u.silent}
        ordered = sorted(others, key=lambda u: u.index)
        fixes = [self.findings.fixes.get(u.index) for u in ordered if u.form is not Form.DELETE]
        known = [fix for fix in fixes if fix is not None]
        statement = self.tree.statement(use.node)
        pinned = any(id(found) in self.pins for found in use.imports)
        stays = len(known) < len(fixes) or use.doubt or use.broken or pinned
        if stays or not isinstance(statement, ast.Delete):
            return "this del stays as long as its import", None
        return "nothing is left to delete", Fix(
            "Remove the del of imp",
            _least(known),
            self.context.new_group(),
            changes=(self._without_target(statement, use.node),),
            includes=frozenset(fix.group for fix in known),
        )

    def _keep_name(self, use: Use) -> Fix:
        """A fix that leaves *use*, of a name that its import can go on binding, as it is."""
        for found in use.imports:
            self.findings.swap(found)
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

    def keepers(self) -> dict[int, frozenset[int]]:
        """Return the uses for which each import stays, by its identity; its own without any."""
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

    @cached_property
    def _nonlocal(self) -> set[tuple[Scope, str]]:
        """The variables that `nonlocal` names, which does not compile without them."""
        return {
            (outer, name)
            for scope in map(self.tree.owned, self.tree.owners())
            for name in scope.nonlocal_names
            for outer in scope.chain()
            if name in outer.bindings
        }

    @cached_property
    def pins(self) -> dict[int, str]:
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
            elif (found.scope, found.local) in self._nonlocal:
                pins[id(found)] = f"`nonlocal {found.local}` needs it: delete both"
            elif self.source.vicinity.rival:
                pins[id(found)] = f"it may import {self.source.vicinity.rival}: if so, import that"
            elif self._hides_text(found):
                pins[id(found)] = (
                    "without it the text after it would become a docstring: delete both"
                )
            elif not self._users[id(found)] and (who := self._replaced(found)):
                pins[id(found)] = f"{who} puts something else in its place: settle that first"
            elif found.local in takers and found.scope is self.tree.root:
                if not self._may_stay(found):
                    patcher = self.source.neighbours.patches.get(found.local)
                    pins[id(found)] = (
                        f"{patcher} puts something else in its place: settle first what uses it"
                        if patcher
                        else f"{takers[found.local]} takes it from here: rewrite that file first"
                    )
            elif found.local in examples and found.scope is self.tree.root:
                pins[id(found)] = (
                    f"the example on {self.tree.place(examples[found.local])} uses it: rewrite that first"
                )
        return pins

    def _replaced(self, found: ImpImport) -> str:
        """Who puts something else in the place of what *found* imports; "" if nobody.

        Of the module itself that matters only where somebody asks whether there is one.
        """
        replaced = self.source.neighbours.replaced
        if found.member == MODULE and not awaits_import_error(self.tree, found.statement):
            return ""
        return replaced.get(found.member, replaced.get("*", ""))

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

    def add_all(self) -> None:
        """Add what becomes of each statement; uses and deletions must be there."""
        for statement, group in self.sites.groups.items():
            live = [i for i in group if i.live]
            if not live:
                reason = group[0].silent
                self.findings.silence(IMPORT, self._import_node(statement, group), reason)
                continue
            self._add_import(statement, live)

    def _import_node(self, statement: ast.stmt, group: list[ImpImport]) -> ast.AST:
        """What to point at: the name among others, or the whole statement."""
        if isinstance(statement, ast.Import) and len(statement.names) > 1:
            return group[0].node
        return statement

    def _add_import(self, statement: ast.stmt, live: list[ImpImport]) -> None:
        unused = [found for found in live if not self._users[id(found)]]
        kept = [found for found in unused if self._is_kept_unused(found)]
        for found in kept:
            self.findings.swap(found)
        removed = len(kept) < len(unused)
        users = [use for found in live for use in self._users[id(found)]]
        message, applicability = self._fate(live, users, removed)
        fix = None
        if applicability is not Applicability.DISPLAY:
            fix = Fix(
                "Replace the import of imp" if users or not removed else "Remove the import of imp",
                applicability,
                self.context.new_group(),
                swaps=frozenset(
                    (i.site, i.position) for i in unused if id(i) in self.findings.swaps
                ),
                helpers=frozenset(
                    swap
                    for i in unused
                    if isinstance(swap := self.findings.swaps.get(id(i)), Request)
                ),
                includes=frozenset(self.findings.fixes[use.index].group for use in users),
            )
            fix, objection = self.obstacles.judged(Rewrite((), message, fix))
            message += objection
        if fix is not None:
            for found in unused:
                self.findings.fixes[self._own_numbers[id(found)]] = fix
        own = self._own_numbers[id(live[0])]
        node = self._import_node(statement, live)
        code = "IMP402" if live[0].member == "*" else "IMP403" if live[0].dynamic else "IMP401"
        self.findings.add(code, message, IMPORT, node, fix, own)

    def _is_kept_unused(self, found: ImpImport) -> bool:
        """Say whether something else is to be called what *found* binds, though nothing uses it."""
        defined = isinstance(swap_of(self.tree, found), Request)
        return self._may_stay(found) and (not defined or found.local in self.context.for_others)

    def _may_stay(self, found: ImpImport) -> bool:
        """Say whether something else that does the same can be called what *found* binds."""
        if self._replaced(found):
            return False
        swap = swap_of(self.tree, found)
        return isinstance(swap, Need) or (swap is not None and self.context.options.helpers)

    def _fate(
        self, live: list[ImpImport], users: list[Use], removed: bool
    ) -> tuple[str, Applicability]:
        """What to say about an import, and how safely it can go (DISPLAY: it cannot)."""
        gone = "imp was removed in Python 3.12"
        for found in live:
            if id(found) in self.pins and id(found) not in self.findings.swaps:
                why = self.pins[id(found)]
                return f"{gone}; this import stays, because {why}", Applicability.DISPLAY
        ways = [self._applicability(use) for use in users]
        if Applicability.DISPLAY in ways:
            left = [u for u, way in zip(users, ways, strict=True) if way is Applicability.DISPLAY]
            lines = sorted({self.source.line_of(self.context.span(use.node)[0]) for use in left})
            places = [self.tree.place(line) for line in lines[:_MOST_LINES]]
            if len(lines) > _MOST_LINES:
                places.append("...")
            elif len(places) > 1:
                places[-2:] = [" and ".join(places[-2:])]
            todo = f"settle {', '.join(places)} by hand; until then this import stays"
            return f"{gone}; {todo}", Applicability.DISPLAY
        if removed and not users and self._may_reexport(live):
            return (
                f"{gone}; delete it, unless other modules, or code that is run here, use it: this"
                " file does not",
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
        if Mentions(self.tree).runs_unknown:
            return True
        name = re.split(r"[/\\]", self.source.filename)[-1]
        comment = self.source.line_text(live[0].statement.lineno)
        return bool(_REEXPORTER.search(name)) or "noqa" in comment.lower()

    def _applicability(self, use: Use) -> Applicability:
        fix = self.findings.fixes.get(use.index)
        return fix.applicability if fix is not None else Applicability.DISPLAY


def _least(fixes: list[Fix]) -> Applicability:
    """How safe it is to apply all of *fixes*."""
    ways = {fix.applicability for fix in fixes}
    doubtful = (Applicability.DISPLAY, Applicability.UNSAFE)
    return next((way for way in doubtful if way in ways), Applicability.SAFE)
