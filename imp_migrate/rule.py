"""What a rule is, and what the analysis hands to it."""

from __future__ import annotations

import ast
import bisect
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from .meaning.scopes import Scope, ScopeTree
from .meaning.uses import Form, Use
from .model import Applicability, Fix, Need, Request
from .options import Options
from .text.source import Source
from .transform.changes import (
    Block,
    Change,
    Code,
    Hole,
    InsertStatements,
    RemoveStatement,
    ReplaceArgument,
    ReplaceExpression,
    ReplaceStatement,
    Retarget,
    Span,
    Unwrap,
)
from .transform.names import Namer

Node = TypeVar("Node", bound=ast.AST)
Answer = TypeVar("Answer")


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


class InOrder(Generic[Node]):
    """Nodes of a module in the order in which they begin."""

    def __init__(self, nodes: Iterable[Node], place: Callable[[Node], int]) -> None:
        self._nodes = sorted(nodes, key=place)
        self._places = [place(node) for node in self._nodes]

    def between(self, first: int, last: int) -> Iterator[Node]:
        """Those that begin at the place *first* or later, and before *last*."""
        start = bisect.bisect_left(self._places, first)
        return itertools.islice(self._nodes, start, bisect.bisect_left(self._places, last))


def once(question: Callable[[Context], Answer]) -> Callable[[Context], Answer]:
    """Let *question*, which is about a whole module, be answered only once for each."""

    @functools.wraps(question)
    def answer(ctx: Context) -> Answer:
        if question not in ctx.answers:
            ctx.answers[question] = question(ctx)
        found: Answer = ctx.answers[question]
        return found

    return answer


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
        self.answers: dict[object, Any] = {}  #: what `once` keeps
        self._taken: dict[int, set[str]] = {}  #: by identity of a scope
        self._numbers: dict[tuple[int, str], int] = {}
        self._scratch: dict[tuple[int, str], str] = {}
        self._by_node = {id(use.node): use for use in uses}

    def uses_of(self, member: str) -> Sequence[Use]:
        """The uses of *member* that something is to be done about."""
        return self._by_member.get(member, ())

    @functools.cached_property
    def _by_member(self) -> dict[str, list[Use]]:
        found: dict[str, list[Use]] = {}
        for use in self.uses:
            if not use.silent:
                found.setdefault(use.member, []).append(use)
        return found

    # -- the text ----------------------------------------------------------

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Offsets of *node* in the text, without parentheses around it."""
        return self.source.span(node)

    def text(self, node: ast.AST) -> str:
        """The source of *node*, as it stands there."""
        start, end = self.span(node)
        return self.source.text[start:end]

    def place(self, node: ast.AST) -> int:
        """A number that is the greater the later *node* begins."""
        return self.span(node)[0]

    def end(self, node: ast.AST) -> int:
        """The number, as `place` counts, of where *node* ends."""
        return self.span(node)[1]

    @functools.cached_property
    def calls(self) -> InOrder[ast.Call]:
        """The calls of the module."""
        return InOrder(self.tree.calls, self.place)

    def stores(self, attribute: str) -> InOrder[ast.Attribute]:
        """Where the module sets or deletes *attribute* of something."""
        return _stores(self).get(attribute, InOrder((), self.place))

    def is_elif(self, statement: ast.If) -> bool:
        """Say whether *statement* is the `elif` of another one."""
        return self.text(statement).startswith("elif")

    # -- the tree ----------------------------------------------------------

    def parent(self, node: ast.AST) -> ast.AST:
        """The node around *node*."""
        return self.tree.parents[node]

    def displays(self, statement: ast.Expr) -> bool:
        """Say whether somebody sees the value of *statement*: the last one of a notebook's cell."""
        module = self.tree.module
        return self.tree.parents[statement] is module and self.source.displays(
            *self.span(statement)
        )

    def call_of(self, use: Use) -> ast.Call | None:
        """The call of the member, if the use is one."""
        return self.tree.call_of(use.node)

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

    def is_for_others(self, use: Use) -> bool:
        """Say whether other files take, or may take, the name that *use* is from this module."""
        names = {found.local for found in use.imports if found.scope is self.tree.root}
        return not names.isdisjoint(self.for_others)

    @functools.cached_property
    def for_others(self) -> frozenset[str]:
        """The names of this module that other files take, or may take."""
        return frozenset(self.source.neighbours.takers.keys() | self.tree.exported)

    def new_variable(self, wanted: str, scope: Scope) -> str:
        """A name like *wanted* that means nothing yet in *scope* or inside it, for new code."""
        if id(scope) not in self._taken:
            # `ast.walk` also sees what is declared global, and every nested function.
            inside = list(ast.walk(scope.node))
            taken = {n.id for n in inside if isinstance(n, ast.Name)}
            taken |= {n.arg for n in inside if isinstance(n, ast.arg)}
            self._taken[id(scope)] = taken | set(scope.bindings)
        taken = self._taken[id(scope)]
        number = self._numbers.get((id(scope), wanted), 1)
        name = wanted if number == 1 else f"{wanted}_{number}"
        while name in taken:
            number += 1
            name = f"{wanted}_{number}"
        self._numbers[id(scope), wanted] = number
        taken.add(name)
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

    def title_of_helper(self, name: str) -> str:
        """The title of a fix that lets a use say the helper *name*."""
        if name in self.namer.kept:
            return f"Define {self.namer.helper(name)} in this module"
        return f"Use the helper {name}"

    def new_group(self) -> int:
        """A number that no other fix of this module has."""
        self._groups += 1
        return self._groups

    def manual(self, use: Use | Iterable[Use], message: str) -> Manual:
        """Say that a person has to look at *use*."""
        return Manual((use,) if isinstance(use, Use) else tuple(use), message)


@once
def _stores(ctx: Context) -> dict[str, InOrder[ast.Attribute]]:
    found: dict[str, list[ast.Attribute]] = {}
    for attribute in ctx.tree.attributes:
        if not isinstance(attribute.ctx, ast.Load):
            found.setdefault(attribute.attr, []).append(attribute)
    return {name: InOrder(nodes, ctx.place) for name, nodes in found.items()}


#: What stands for a hole of a template: code, or an expression or a block that is kept.
Part = str | ast.expr | list[ast.stmt]


@dataclass
class FixBuilder:
    """Collects the changes of one fix, and what they ask of the rest of the file.

    New code is a template: `fix.replace(call, "{load}({name})", load=…, name=call.args[0])`.
    What stands for a hole is the name of something as a string, a node that is kept
    as it is (with what other fixes change in it), or one of the blocks of a statement.
    """

    context: Context
    uses: tuple[Use, ...]
    title: str
    group: int
    changes: list[Change] = field(default_factory=list)
    needs: set[tuple[int, Need]] = field(default_factory=set)
    swaps: set[tuple[int, int]] = field(default_factory=set)
    helpers: set[Request] = field(default_factory=set)

    def name(self, dotted: str, use: Use | None = None) -> str:
        """The expression for *dotted*, such as `importlib.util.find_spec`, at *use*.

        Whatever must be imported for it becomes part of the fix.
        """
        text, needs = self.context.namer.name(dotted, use or self.uses[0])
        self.needs |= needs
        return text

    def helper(self, name: str, *facts: str) -> str:
        """The name of the emitted helper or constant *name*, which becomes part of the fix.

        facts: what is known of this call, by their names in `helpers.facts`; what is true
            of all calls in a module makes the helper shorter.
        """
        found = self.context.namer.kept.get(name)
        if found is not None:
            self.swaps.add((found.site, found.position))
            if found.local in self.context.for_others:
                facts = ()  # who knows how these call it
            facts = tuple(fact for fact in facts if fact != "positional")
        self.helpers.add(Request(name, frozenset(facts)))
        return self.context.namer.helper(name)

    def call_helper(self, use: Use, name: str, *facts: str) -> None:
        """Let *use* say the helper *name* instead, as `helper` does."""
        called = self.helper(name, *facts)
        if not (isinstance(use.node, ast.Name) and use.node.id == called):
            self.replace(use.node, called)

    def swap(self, use: Use) -> None:
        """Let the import bind the same local name to the successor; the use stays as it is."""
        self.swaps |= {(i.site, i.position) for i in use.imports}

    def replace(self, node: ast.expr, template: str, **parts: Part) -> None:
        """Let the expression that *template* stands for take the place of *node*."""
        self.changes.append(ReplaceExpression(self._at(node), self._code(template, parts)))

    def replace_argument(
        self, argument: ast.expr | ast.keyword, template: str, keyword: str = "", **parts: Part
    ) -> None:
        """Let what *template* stands for, as *keyword* if given, take the place of *argument*."""
        code = self._code(template, parts)
        self.changes.append(ReplaceArgument(self._at(argument), code, keyword))

    def drop_argument(self, argument: ast.expr | ast.keyword) -> None:
        """Remove *argument* from its call."""
        self.changes.append(ReplaceArgument(self._at(argument)))

    def retarget(self, statement: ast.Assign, *targets: Part) -> None:
        """Let *statement* assign to *targets* instead; to none: leave what it assigns."""
        ctx = self.context
        old = ctx.span(statement.targets[0])[0], ctx.span(statement.targets[-1])[1]
        texts = tuple(t if isinstance(t, str) else ctx.text(t) for t in targets)  # type: ignore[arg-type]
        self.changes.append(Retarget(self._at(statement), old, texts))

    def replace_statement(self, statement: ast.stmt, template: str, **parts: Part) -> None:
        """Let the statements that *template* stands for take the place of *statement*."""
        self.changes.append(ReplaceStatement(self._at(statement), self._code(template, parts)))

    def remove(self, *statements: ast.stmt) -> None:
        """Remove *statements* and the clauses that this empties."""
        self.changes += [RemoveStatement(self._at(statement)) for statement in statements]

    def unwrap(self, statement: ast.stmt, block: str = "body") -> None:
        """Take *statement*, a `with`, `try` or `if`, away from around one *block* of it."""
        kept = getattr(statement, block)
        self.changes.append(Unwrap(self._at(statement), self._block(kept)))

    def insert_after(self, statement: ast.stmt, *templates: str, apart: int = 0) -> None:
        """Put the statements *templates* after *statement*, set off by *apart* blank lines."""
        self.changes.append(
            InsertStatements(self._at(statement), templates, after=True, apart=apart)
        )

    def _at(self, node: ast.AST) -> Span:
        return self.context.span(node)

    def _code(self, template: str, parts: Mapping[str, Part]) -> Code:
        for name, part in parts.items():
            if isinstance(part, str):
                template = template.replace(f"{{{name}}}", part)
        holes = [(name, self._hole(p)) for name, p in parts.items() if not isinstance(p, str)]
        return Code(template, tuple(holes))

    def _hole(self, part: ast.expr | list[ast.stmt]) -> Hole:
        return self._block(part) if isinstance(part, list) else self._at(part)

    def _block(self, block: list[ast.stmt]) -> Block:
        """*block*, which is one of those of the statement, or the handler, around it."""
        owner = self.context.parent(block[0])
        name = next(n for n in ("body", "orelse", "finalbody") if getattr(owner, n, None) is block)
        span = self._at(block[0])[0], self._at(block[-1])[1]
        return Block(self._at(owner), name, span)

    def rewrite(self, message: str, applicability: Applicability = Applicability.SAFE) -> Rewrite:
        """Finish: the fix, and *message* for the diagnostics of its uses."""
        fix = Fix(
            self.title,
            applicability,
            self.group,
            tuple(self.changes),
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
