"""What a rule is, and what the analysis hands to it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from .meaning.resolve import Form, Use
from .meaning.scopes import Scope, ScopeTree
from .model import Applicability, Edit, Fix, Need
from .options import Options
from .text.source import Source
from .transform.blocks import Wrapper, take_out
from .transform.names import Namer
from .transform.statements import removal, span
from .transform.tokens import comments


@dataclass(frozen=True, eq=False)
class Rewrite:
    """A rule's answer: these uses, this fix, and what to tell about each."""

    uses: tuple[Use, ...]
    message: str
    fix: Fix


@dataclass(frozen=True, eq=False)
class Manual:
    """A rule's answer: a person has to decide; *message* says why and what to do."""

    uses: tuple[Use, ...]
    message: str


Outcome = Rewrite | Manual | None
Check = Callable[[Use, "Context"], Outcome]


@dataclass(frozen=True)
class Rule:
    """One diagnostic code and the logic behind it.

    code: `IMP101`; stable, never reused.
    name: how people call it, `imp-reload`.
    summary: one line for tables.
    members: the members of `imp` it looks at; empty for all.
    forms: the forms of use it looks at.
    stage: rules are asked in order of stage, then code: idioms that span several
        uses come before single uses, the explanation of what is left comes last.
    fix: whether there is a fix "always", "sometimes" or "never".
    check: gets a use that no earlier rule claimed; None leaves it to later rules.
    """

    code: str
    name: str
    summary: str
    check: Check
    members: frozenset[str] = frozenset()
    forms: frozenset[Form] = frozenset({Form.ATTRIBUTE, Form.NAME})
    stage: int = 1
    fix: str = "sometimes"

    def wants(self, use: Use) -> bool:
        """Say whether *use* is one this rule looks at."""
        return use.form in self.forms and (not self.members or use.member in self.members)


class Context:
    """What rules may ask about the module a use stands in."""

    def __init__(
        self, source: Source, options: Options, tree: ScopeTree, uses: list[Use], namer: Namer
    ) -> None:
        self.source = source
        self.options = options
        self.tree = tree
        self.uses = uses
        self.namer = namer
        self.claimed: set[int] = set()
        self._groups = 0
        self._variables: set[tuple[int, str]] = set()
        self._scratch: dict[tuple[int, str], str] = {}
        self.removed: list[ast.stmt] = []  #: statements that fixes so far remove
        self._by_node = {id(use.node): use for use in uses}

    # -- the text ----------------------------------------------------------

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Offsets of *node* in the text, without parentheses around it."""
        return span(self.source, node)

    def text(self, node: ast.AST) -> str:
        """The source of *node*, as it stands there."""
        start, end = self.span(node)
        return self.source.text[start:end]

    # -- the tree ----------------------------------------------------------

    def parent(self, node: ast.AST) -> ast.AST:
        """The node around *node*."""
        return self.tree.parents[node]

    def call_of(self, use: Use) -> ast.Call | None:
        """The call of the member, if the use is one."""
        parent = self.tree.parents[use.node]
        if isinstance(parent, ast.Call) and parent.func is use.node:
            return parent
        return None

    def use_at(self, node: ast.AST) -> Use | None:
        """The use whose expression is *node*."""
        return self._by_node.get(id(node))

    def member_at(self, node: ast.AST) -> str:
        """The member of `imp` that *node* certainly stands for; "" if it is none."""
        use = self.use_at(node)
        if use is None or use.doubt or use.broken or use.form not in (Form.ATTRIBUTE, Form.NAME):
            return ""
        return use.member

    # -- fixes -------------------------------------------------------------

    def new_variable(self, wanted: str, scope: Scope) -> str:
        """A name like *wanted* that means nothing yet in *scope* or inside it, for new code."""
        # `ast.walk` also sees what is declared global, and every nested function.
        taken = {n.id for n in ast.walk(scope.node) if isinstance(n, ast.Name)}
        taken |= {n.arg for n in ast.walk(scope.node) if isinstance(n, ast.arg)}
        taken |= set(scope.bindings) | {n for home, n in self._variables if home == id(scope)}
        name, number = wanted, 1
        while name in taken:
            number += 1
            name = f"{wanted}_{number}"
        self._variables.add((id(scope), name))
        return name

    def scratch_variable(self, wanted: str, scope: Scope) -> str:
        """A new variable for a value that is used up at once: all who ask in *scope* share it."""
        key = id(scope), wanted
        if key not in self._scratch:
            self._scratch[key] = self.new_variable(wanted, scope)
        return self._scratch[key]

    def fix(self, uses: Use | Iterable[Use], title: str) -> FixBuilder:
        """Start a fix for *uses*."""
        several = (uses,) if isinstance(uses, Use) else tuple(uses)
        return FixBuilder(self, several, title, self.new_group())

    def new_group(self) -> int:
        """A number that no other fix of this module has."""
        self._groups += 1
        return self._groups

    def manual(self, use: Use | Iterable[Use], message: str) -> Manual:
        """Say that a person has to look at *use*."""
        return Manual((use,) if isinstance(use, Use) else tuple(use), message)


@dataclass
class FixBuilder:
    """Collects the edits of one fix, and what they ask of the rest of the file."""

    context: Context
    uses: tuple[Use, ...]
    title: str
    group: int
    edits: list[Edit] = field(default_factory=list)
    needs: set[tuple[int, Need]] = field(default_factory=set)
    swaps: set[tuple[int, int]] = field(default_factory=set)
    helpers: set[str] = field(default_factory=set)
    removed: list[ast.stmt] = field(default_factory=list)

    def name(self, dotted: str, use: Use | None = None) -> str:
        """The expression for *dotted*, such as `importlib.util.find_spec`, at *use*.

        Whatever must be imported for it becomes part of the fix.
        """
        text, needs = self.context.namer.name(dotted, use or self.uses[0])
        self.needs |= needs
        return text

    def helper(self, name: str, use: Use | None = None) -> str:
        """The name of the emitted helper or constant *name*, which becomes part of the fix."""
        self.helpers.add(name)
        return self.context.namer.helper(name)

    def swap(self, use: Use) -> None:
        """Let the import bind the same local name to the successor; the use stays as it is."""
        self.swaps |= {(i.site, i.position) for i in use.imports}

    def replace(self, node: ast.expr, text: str) -> None:
        """Put *text* where the expression *node* stands; comments inside it survive."""
        start, end = self.context.span(node)
        lost = comments(self.context.source.text[start:end])
        if lost:
            newline = self.context.source.newline
            text = f"({text}  {newline.join(lost)}{newline})"
        self.edits.append(Edit(start, end, text))

    def replace_span(self, start: int, end: int, text: str) -> None:
        """Put *text* where the characters from *start* to *end* stand."""
        self.edits.append(Edit(start, end, text))

    def drop_argument(self, call: ast.Call, argument: ast.expr | ast.keyword) -> None:
        """Remove *argument*, which is not the first one, from *call*."""
        everything: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        everything.sort(key=lambda node: (node.lineno, node.col_offset))
        before = everything[everything.index(argument) - 1]
        start, end = self.context.span(before)[1], self.context.span(argument)[1]
        lost = comments(self.context.source.text[start:end])
        newline = self.context.source.newline
        kept = "".join(f"  {comment}{newline}" for comment in lost)
        self.replace_span(start, end, kept)

    def remove(self, statement: ast.stmt) -> None:
        """Remove a whole statement; a comment after it stays on its own line."""
        self.edits.append(removal(self.context.source, self.context.tree, statement))
        self.removed.append(statement)

    def take_out(self, statements: Iterable[ast.stmt], unwrapped: Iterable[Wrapper] = ()) -> None:
        """Remove *statements* and the clauses that this empties; comments stay.

        *unwrapped* are `with`, `try` and `if` statements to take away from around their bodies.
        Raises blocks.Entangled where that cannot be done by lines.
        """
        source, tree = self.context.source, self.context.tree
        gone = list(statements)
        for edit in take_out(source, tree, gone, unwrapped):
            # Lines inside something that is replaced as a whole need no new indentation.
            if not any(e.start < edit.start and edit.end <= e.end for e in self.edits):
                self.edits.append(edit)
        self.removed += gone
        for statement in gone:
            self._wait_for_others(tree.block(statement), gone)

    def _wait_for_others(self, block: list[ast.stmt], gone: list[ast.stmt]) -> None:
        """If fixes before this one remove the rest of *block*, overlap with them.

        Together they would leave it empty; so this fix waits until they were applied.
        """
        others = [s for s in block if s in self.context.removed and s not in gone]
        if others and all(s in gone or s in others for s in block):
            start, end = span(self.context.source, others[0])
            self.edits.append(Edit(start, end, self.context.source.text[start:end]))

    def rewrite(self, message: str, applicability: Applicability = Applicability.SAFE) -> Rewrite:
        """Finish: the fix, and *message* for the diagnostics of its uses."""
        self.context.removed += self.removed
        fix = Fix(
            self.title,
            applicability,
            self.group,
            tuple(sorted(self.edits)),
            frozenset(self.needs),
            frozenset(self.swaps),
            frozenset(self.helpers),
        )
        return Rewrite(self.uses, message, fix)


@dataclass(frozen=True)
class Example:
    """A small example of a rule: *after* is what it becomes, None where nothing changes."""

    before: str
    after: str | None = None
