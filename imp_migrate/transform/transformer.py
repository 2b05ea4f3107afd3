"""The transformer: one pass over a tree of LibCST that carries out any set of changes.

It works bottom-up: what a change keeps has been changed already when the change
around it comes, so that changes inside one another compose.  What no change
touches it does not even visit.  A comment in what goes moves above the statement,
unless it only spoke to a tool.
"""

from __future__ import annotations

import bisect
import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import libcst as cst
from libcst.metadata import CodeRange

from . import settled, templates
from .changes import (
    Block,
    Change,
    Code,
    Hole,
    InsertStatements,
    RemoveStatement,
    ReplaceArgument,
    ReplaceExpression,
    ReplaceStatement,
    RewriteImport,
    Span,
    Unwrap,
    holes,
)
from .comments import Comments, comment_lines, comments_of
from .layout import Layout
from .precedence import in_parentheses, needs_parentheses, precedence

_Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
_Written: TypeAlias = tuple[_Statement, int, int]  #: with blank lines to come before and after it
_Address: TypeAlias = tuple[str, Span]
_Part: TypeAlias = cst.BaseSmallStatement | _Statement


#: Nodes whose span does not have all that is in them: decorators stand before it, defaults behind.
_WIDER = {
    cst.ClassDef, cst.FunctionDef, cst.IndentedBlock, cst.Param, cst.Parameters,
    cst.SimpleStatementSuite,
}  # fmt: skip


class NotCarriedOut(Exception):
    """A change names a node that is not there, or that another change did away with."""


@dataclass(frozen=True)
class Ground:
    """What changes are carried out in.

    module: the tree: a whole module, or some of its top-level statements.
    code: the text of it.
    positions: of its nodes, from LibCST's PositionProvider.
    offset_of: the offset, as the changes count, of a line and a column of *positions*.
    width: how long lines of new code may get.
    quote: the quotation mark of new strings.
    at_end: nothing follows in the file.
    """

    module: cst.Module
    code: str
    positions: Mapping[cst.CSTNode, CodeRange]
    offset_of: Callable[[int, int], int]
    width: int
    quote: str
    at_end: bool


def transform(ground: Ground, changes: Iterable[Change]) -> cst.Module:
    """The module of *ground* with *changes* carried out; raises NotCarriedOut."""
    transformer = _Transformer(ground, list(changes))
    try:
        result = ground.module.visit(transformer)
    except cst.CSTValidationError as error:
        raise NotCarriedOut(str(error)) from error
    if transformer.left:
        names = sorted({type(change).__name__ for change in transformer.left})
        raise NotCarriedOut(f"no place for {', '.join(names)}")
    assert isinstance(result, cst.Module)
    return result


@dataclass
class _Outcome:
    """What becomes of a statement: what comes before it, in its place, and after it.

    own: None where it stays; comments: those that come to stand after it; gone: those of
    branches that nobody takes, which go with these.
    """

    before: list[InsertStatements] = field(default_factory=list)
    own: list[_Part] | None = None
    after: list[InsertStatements] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


class _Transformer(cst.CSTTransformer):
    def __init__(self, ground: Ground, changes: list[Change]) -> None:
        super().__init__()
        self.ground = ground
        self.config = ground.module.config_for_parsing
        self.layout = Layout(ground.module, ground.code, ground.positions, ground.width)
        self.left = set(changes)
        self.around: list[cst.CSTNode] = []
        self.kept: dict[Hole, cst.CSTNode] = {}
        self.outcomes: dict[int, _Outcome] = {}
        self.emptied: set[int] = set()  #: suites of which nothing is left
        self.changes: dict[int, list[Change]] = {}
        self.holes: dict[int, list[Hole]] = {}
        self.names: dict[int, Span] = {}  #: names in import statements
        self.comments = Comments()
        self._find(changes)

    # -- finding the nodes -------------------------------------------------

    def _find(self, changes: list[Change]) -> None:
        """Tell which nodes the changes and their holes mean."""
        kept = [hole for change in changes for hole in holes(change)]
        spans = {(_kind(change), change.at) for change in changes}
        spans |= {("name", s) for c in changes if isinstance(c, RewriteImport) for s in c.gone}
        spans |= {_place_of(hole) for hole in kept}
        blocks = {hole.span for hole in kept if isinstance(hole, Block)}
        index = dict(self._nodes({_address(*place): place[1][1] for place in spans}))
        found = {self._span(self.ground.positions[node]) for node in index.values()}
        places = {span for _, span in spans}
        self.starts = sorted(start for start, _ in places | blocks | found)
        for change in changes:
            node = index.get(_address(_kind(change), change.at))
            if node is not None:
                self.changes.setdefault(id(node), []).append(change)
        for hole in kept:
            node = index.get(_address(*_place_of(hole)))
            if node is not None and isinstance(hole, Block):
                node = _suite(node, hole.field)
            if node is None:
                raise NotCarriedOut(f"nothing to keep at {hole}")
            self.holes.setdefault(id(node), []).append(hole)
        self.names = {id(n): span for (kind, span), n in index.items() if kind == "name"}

    def _nodes(self, wanted: Mapping[_Address, int]) -> Iterator[tuple[_Address, cst.CSTNode]]:
        """The nodes at the addresses *wanted*, each with its address.

        wanted: with where the node ends at the latest.
        """
        # Backwards, so that of nodes with one span the outermost comes last, and counts.
        for node, place in self.ground.positions.items():
            kind = _kind_of(type(node))
            if not kind:
                continue
            span = self._span(place)
            address = _address(kind, span)
            if span[1] <= wanted.get(address, -1):
                yield address, node
            if isinstance(node, cst.Arg) and not node.star and node.keyword is None:
                yield (kind, self._span(self.ground.positions[node.value])), node
                if (parenthesised := self._parenthesised(node.value)) is not None:
                    yield (kind, parenthesised), node
            elif (parenthesised := self._parenthesised(node)) is not None:
                yield (kind, parenthesised), node
            elif isinstance(node, cst.Call) and len(node.args) == 1:
                value = node.args[0].value
                if isinstance(value, cst.GeneratorExp) and not value.lpar:
                    # The syntax tree counts the parentheses of the call as those of its argument.
                    space = self.ground.module.code_for_node(node.whitespace_after_func)
                    start = self._end_of(node.func)
                    yield ("expression", (start + len(space), span[1])), value

    def _parenthesised(self, node: cst.CSTNode) -> Span | None:
        """The span of *node* with its innermost parentheses, if these are part of it."""
        if not isinstance(node, (cst.Tuple, cst.GeneratorExp)) or not node.lpar:
            return None
        left, right = self.ground.positions[node.lpar[-1]], self.ground.positions[node.rpar[0]]
        return self._span(CodeRange(left.start, right.end))

    def _end_of(self, node: cst.BaseExpression) -> int:
        """The offset behind *node* and the parentheses around it."""
        last: cst.CSTNode = node.rpar[-1] if node.rpar else node
        return self._span(self.ground.positions[last])[1]

    def _span(self, place: CodeRange) -> Span:
        offset_of = self.ground.offset_of
        start, end = place.start, place.end
        return offset_of(start.line, start.column), offset_of(end.line, end.column)

    def _is_touched(self, node: cst.CSTNode) -> bool:
        """Say whether there is anything to do in *node*."""
        if type(node) in _WIDER:
            return True
        place = self.ground.positions.get(node)
        if place is None:
            return True
        start, end = self._span(place)
        at = bisect.bisect_left(self.starts, start)
        return at < len(self.starts) and self.starts[at] <= end

    # -- the pass ----------------------------------------------------------

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.around.append(node)
        return self._is_touched(node)

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        old, new = original_node, updated_node
        self.around.pop()
        if new is old:
            pass  # nothing in it has changed
        elif isinstance(old, (cst.Module, cst.IndentedBlock)):
            assert isinstance(new, (cst.Module, cst.IndentedBlock))
            new = self._with_body(old, new)
        elif isinstance(old, cst.SimpleStatementSuite):
            assert isinstance(new, cst.SimpleStatementSuite)
            new = self._suite(old, new)
        elif isinstance(old, (cst.Try, cst.TryStar, cst.If, cst.For, cst.While)):
            new = self._without_idle_clauses(old, new)
            self._settle(old, new)
        elif isinstance(old, cst.Call):
            assert isinstance(new, cst.Call)
            new = self.layout.spread(_with_last_comma(old, new))
            self.layout.note(old, new)
        self._keep(old, new)
        for change in self.changes.get(id(old), ()):
            new = self._carry_out(change, old, new)
            self._keep(old, new)
        return new

    def _keep(self, old: cst.CSTNode, new: cst.CSTNode) -> None:
        for hole in self.holes.get(id(old), ()):
            self.kept[hole] = new

    def _carry_out(self, change: Change, old: cst.CSTNode, new: cst.CSTNode) -> Any:
        if isinstance(change, ReplaceExpression):
            self.left.discard(change)
            assert isinstance(old, cst.BaseExpression)
            return self._replaced(old, self._expression(change.code))
        if isinstance(change, ReplaceArgument):
            self.left.discard(change)
            assert isinstance(new, cst.Arg)
            return self._argument(change, new)
        outcome = self.outcomes.setdefault(id(old), _Outcome())
        if isinstance(change, InsertStatements):
            (outcome.after if change.after else outcome.before).append(change)
        elif isinstance(change, RemoveStatement):
            outcome.own = []
        elif isinstance(change, Unwrap):
            outcome.own = self._unwrapped(change, new, outcome)
        elif isinstance(change, ReplaceStatement):
            outcome.own = [*self._parts(change.code, old)]
        elif isinstance(change, RewriteImport):
            outcome.own = self._imports(change, old)
        else:
            assert isinstance(new, cst.Assign)
            outcome.own = [_retargeted(new, change.targets)]
        return new

    # -- expressions -------------------------------------------------------

    def _expression(self, code: Code) -> cst.BaseExpression:
        parts = {name: self._part(hole) for name, hole in code.holes}
        template = templates.quoted(code.template, self.ground.quote)
        return templates.expression(template, parts, self.config)

    def _part(self, hole: Hole) -> cst.CSTNode:
        if hole not in self.kept:
            raise NotCarriedOut("what was to be kept is gone")
        return self.kept[hole]

    def _replaced(self, old: cst.BaseExpression, new: cst.BaseExpression) -> cst.BaseExpression:
        """*new* in the place of *old*, in parentheses if it was, or must be."""
        around = self.around[-1]
        left, right = [*old.lpar], [*old.rpar]
        if left and isinstance(old, (cst.Tuple, cst.GeneratorExp)):
            if self._stands_free(old) or needs_parentheses(around, old, new):
                left, right = left[:-1], right[1:]
        if isinstance(old, cst.GeneratorExp) and isinstance(new, cst.GeneratorExp) and not old.lpar:
            return new.with_changes(lpar=[], rpar=[])
        if left:
            return new.with_changes(lpar=[*left, *new.lpar], rpar=[*new.rpar, *right])
        is_sole = isinstance(around, cst.Arg) and _is_sole(around, self.around[-2])
        statement = next(
            node
            for node in reversed(self.around)
            if isinstance(node, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
        )
        new = self.layout.placed(old, new, is_sole, statement)
        if needs_parentheses(around, old, new) or (not new.lpar and self.layout.is_torn(new)):
            new = in_parentheses(new)
        return new

    def _stands_free(self, node: cst.BaseExpression) -> bool:
        """Say whether *node* without its parentheses would not run into what is beside it."""
        start, end = (
            self.ground.positions[node.lpar[0]].start,
            self.ground.positions[node.rpar[-1]].end,
        )
        lines = self.layout.lines
        before, after = lines[start.line - 1][: start.column], lines[end.line - 1][end.column :]
        return not (before[-1:].isalnum() or after[:1].isalnum())

    def _argument(self, change: ReplaceArgument, new: cst.Arg) -> cst.Arg | cst.RemovalSentinel:
        if change.code is None:
            return cst.RemoveFromParent()
        value = self._expression(change.code)
        if precedence(value) < 0 and not value.lpar:  # a tuple, say
            value = in_parentheses(value)
        keyword = cst.Name(change.keyword) if change.keyword else None
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        return new.with_changes(
            value=value,
            star="",
            keyword=keyword,
            equal=equal if keyword else cst.MaybeSentinel.DEFAULT,
        )

    # -- statements --------------------------------------------------------

    def _parts(self, code: Code, old: cst.CSTNode) -> Iterator[_Part]:
        """The statements of *code*, to stand where *old* does."""
        parts = {name: self._part(hole) for name, hole in code.holes}
        kept = [part for part in parts.values() if isinstance(part, cst.BaseSuite)]
        column = self.layout.column(old)
        template = templates.quoted(code.template, self.ground.quote)
        for statement in templates.statements(template, parts, self.config):
            yield self.layout.fitted(statement, column, kept)

    def _unwrapped(self, change: Unwrap, new: cst.CSTNode, outcome: _Outcome) -> list[_Part]:
        """The statements of the block of *new* that is to be left."""
        otherwise = getattr(new, "orelse", None)
        if change.block.field == "orelse" and isinstance(otherwise, cst.If):
            outcome.gone += comments_of([new.body])  # type: ignore[attr-defined]
            return [otherwise]  # an elif
        if change.block.owner == change.at:
            suite = _suite(new, change.block.field)
        else:  # of a handler
            suite = self.kept.get(change.block)  # type: ignore[assignment]
        if not isinstance(suite, cst.BaseSuite):
            raise NotCarriedOut("no such block")
        clauses = [getattr(new, name, None) for name in ("body", "orelse", "finalbody")]
        clauses += getattr(new, "handlers", ())
        outcome.gone += comments_of(
            c for c in clauses if c and c is not suite and getattr(c, "body", None) is not suite
        )
        outcome.comments += comments_of(getattr(suite, "footer", ()))
        return _body(suite)

    def _imports(self, change: RewriteImport, old: cst.CSTNode) -> list[_Part]:
        """What takes the place of *old*, an import statement or `imp = __import__("imp")`."""
        added: list[_Part] = []
        for text in change.statements:
            added += _flat(templates.written(text, self.config))
        if isinstance(old, cst.ImportFrom) and change.module:
            return [old.with_changes(module=_dotted(change.module)), *added]
        if not isinstance(old, (cst.Import, cst.ImportFrom)) or isinstance(
            old.names, cst.ImportStar
        ):
            return added if change.gone else [old, *added]  # type: ignore[list-item]
        names = list(old.names)
        gone = [self.names.get(id(alias)) in change.gone for alias in names]
        if sum(gone) < len(change.gone):
            raise NotCarriedOut("no such name in the import")
        first = gone.index(True) if True in gone else len(names)
        new = [_alias(text) for text in change.names]
        left = [alias for alias, goes in zip(names, gone, strict=True) if not goes]
        if not left:
            return added
        at = sum(not goes for goes in gone[:first])
        return [
            old.with_changes(names=_comma_separated([*left[:at], *new, *left[at:]], names[-1])),
            *added,
        ]

    # -- bodies ------------------------------------------------------------

    def _with_body(
        self, old: cst.Module | cst.IndentedBlock, new: cst.Module | cst.IndentedBlock
    ) -> cst.Module | cst.IndentedBlock:
        """*new* with what becomes of the statements in it."""
        if all(
            a is b and not self._is_answered(a) for a, b in zip(old.body, new.body, strict=True)
        ):
            return new
        body: list[_Statement] = []
        left: list[cst.EmptyLine] = []  #: the lines before statements that are gone
        apart = 0  #: how many blank lines must come next
        for before, after in zip(old.body, new.body, strict=True):
            assert isinstance(before, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
            assert isinstance(after, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
            written, lines = self._written(before, after)
            for statement, gap_before, gap_after in written:
                begins = not body and self._begins(new)
                if begins and before is not old.body[0]:
                    rest = _parted(statement.leading_lines)[1]
                    statement = _with_lines(statement, [*left, *rest])
                else:
                    statement = _with_lines(statement, _merged(left, statement.leading_lines))
                left = []
                gap = max(gap_before, apart)
                if gap and (body or not self._is_start(new)):
                    statement = _with_lines(statement, _set_apart(statement.leading_lines, gap))
                apart = gap_after
                body.append(statement)
            if written or before is old.body[0]:
                left = [*left, *lines]
            elif body or not self._begins(new):
                left = _merged(left, lines)
            else:
                left += _parted(lines)[1]
        if isinstance(new, cst.Module):
            return self._module(new, body, left, apart)
        if body:
            return new.with_changes(body=body, footer=[*_without_blank_end(left), *new.footer])
        block = new.with_changes(body=[_with_lines(_pass(), _without_blank_end(left))])
        self.emptied.add(id(block))
        self.layout.keep(block)
        return block

    def _begins(self, body: cst.CSTNode) -> bool:
        """Say whether nothing stands before the first statement of *body* but its header."""
        return isinstance(body, cst.IndentedBlock) or self._is_start(body)

    def _is_start(self, body: cst.CSTNode) -> bool:
        """Say whether *body* begins where the file begins."""
        return isinstance(body, cst.Module) and not body.header and self.ground.offset_of(1, 0) == 0

    def _module(
        self,
        new: cst.Module,
        body: list[_Statement],
        left: list[cst.EmptyLine],
        apart: int,
    ) -> cst.Module:
        """*new* with *body*, and with what is left of lines before what follows it."""
        footer = [*new.footer]
        if left:
            footer = _merged(left, footer)
            if self.ground.at_end:
                footer = _without_blank_end(footer)
        if not body and self._is_start(new):
            footer = _parted(footer)[1]
        if apart and not self.ground.at_end:
            footer = _set_apart(footer, apart)
        return new.with_changes(body=body, footer=footer)

    def _is_answered(self, statement: cst.CSTNode) -> bool:
        """Say whether a change says what becomes of *statement*, or of one on its line."""
        if isinstance(statement, cst.SimpleStatementLine):
            return any(id(small) in self.outcomes for small in statement.body)
        return id(statement) in self.outcomes

    def _written(
        self, before: _Statement, after: _Statement
    ) -> tuple[list[_Written], list[cst.EmptyLine]]:
        """What stands where *before* did, and the lines of its own that are left over.

        Each statement comes with how many blank lines set it apart.
        """
        if before is after and not self._is_answered(before):
            return [(after, 0, 0)], []
        if not self._is_answered(before):
            line = self.layout.line(before, after)
            # Whatever became of a block, its comments are still there.
            return [(self._rescued(before, [line], in_blocks=False)[0], 0, 0)], []
        parts: list[_Part] = []
        above: list[InsertStatements] = []
        below: list[InsertStatements] = []
        comments: list[str] = []
        gone: list[str] = []
        olds = before.body if isinstance(before, cst.SimpleStatementLine) else [before]
        news = after.body if isinstance(after, cst.SimpleStatementLine) else [after]
        crowded = len(olds) > 1
        for old, new in zip(olds, news, strict=True):
            outcome = self.outcomes.get(id(old), _Outcome())
            self.left -= {c for c in self.changes.get(id(old), ()) if _kind(c) == "statement"}
            for insertion, place in [(i, above) for i in outcome.before]:
                if crowded and not insertion.apart:
                    parts += self._inserted(insertion)
                else:
                    place.append(insertion)
            parts += [new] if outcome.own is None else outcome.own  # type: ignore[list-item]
            for insertion, place in [(i, below) for i in outcome.after]:
                if crowded and not insertion.apart:
                    parts += self._inserted(insertion)
                else:
                    place.append(insertion)
            comments += outcome.comments
            gone += outcome.gone
        own = self._lines(before, after, parts, crowded)
        return self._put_together(before, after, own, above, below, comments, gone)

    def _inserted(self, insertion: InsertStatements) -> list[_Part]:
        texts = insertion.statements
        return [p for t in texts for p in _flat(templates.written(t, self.config))]

    def _lines(
        self,
        before: _Statement,
        after: _Statement,
        parts: list[_Part],
        crowded: bool,
    ) -> list[_Statement]:
        """*parts* on lines: those of a crowded line together, others each on its own."""
        lines: list[_Statement] = []
        smalls: list[cst.BaseSmallStatement] = []

        def close() -> None:
            if smalls:
                lines.append(cst.SimpleStatementLine(body=_semicolons(smalls)))
                smalls.clear()

        for part in parts:
            if isinstance(part, cst.BaseSmallStatement):
                if not crowded:
                    close()
                smalls.append(part)
            else:
                close()
                lines.append(part)
        close()
        trailing = getattr(after, "trailing_whitespace", None)
        if lines and trailing is not None and isinstance(lines[-1], cst.SimpleStatementLine):
            lines[-1] = lines[-1].with_changes(trailing_whitespace=trailing)
        return [
            self.layout.line(before, line) if isinstance(line, cst.SimpleStatementLine) else line
            for line in lines
        ]

    def _put_together(
        self,
        before: _Statement,
        after: _Statement,
        own: list[_Statement],
        above: list[InsertStatements],
        below: list[InsertStatements],
        comments: list[str],
        gone: list[str],
    ) -> tuple[list[_Written], list[cst.EmptyLine]]:
        leading = [*after.leading_lines]
        blanks, rest = _parted(leading)
        over: list[_Written] = []
        for insertion in above:
            over += self._chunks(insertion)
        if over and not above[0].apart:
            over[0] = _with_lines(over[0][0], blanks), 0, 0
            leading = rest
        under = [line for insertion in below for line in self._chunks(insertion)]
        if own:
            inner = [] if own[0] is after else [*own[0].leading_lines]
            own[0] = _with_lines(own[0], [*leading, *inner])
            own = self._rescued(before, own, [*comments, *gone], len(leading))
            leading = []
        else:
            lost = self.comments.lost(before, [], [*comments, *comments_of(leading)])
            leading = [*leading, *comment_lines(lost)]
        written = [*over, *((statement, 0, 0) for statement in own), *under]
        if under and not own:
            first, *gaps = under[0]
            under[0] = _with_lines(first, [*leading, *first.leading_lines]), gaps[0], gaps[1]
            written, leading = [*over, *under], []
        return written, [*leading, *comment_lines(comments)]

    def _chunks(self, insertion: InsertStatements) -> list[_Written]:
        """The statements of *insertion*, each with how many blank lines set it apart."""
        found: list[_Written] = []
        for text in insertion.statements:
            statements = templates.written(text, self.config)
            last = len(statements) - 1
            for position, statement in enumerate(statements):
                before = 0 if position else insertion.apart
                found.append((statement, before, 0 if position < last else insertion.apart))
        return found

    def _rescued(
        self,
        before: _Statement,
        own: list[_Statement],
        elsewhere: Iterable[str] = (),
        at: int | None = None,
        in_blocks: bool = True,
    ) -> list[_Statement]:
        """*own* with the comments of *before* that are not in it above it: its lines *at* there."""
        lost = self.comments.lost(before, own, elsewhere, in_blocks)
        if lost:
            lines = [*own[0].leading_lines]
            at = len(lines) if at is None else at
            lines[at:at] = comment_lines(lost)
            own = [_with_lines(own[0], lines), *own[1:]]
        return own

    def _suite(self, old: cst.SimpleStatementSuite, new: cst.SimpleStatementSuite) -> cst.BaseSuite:
        """*new*, the rest of a line such as `if x: a; b`, with what becomes of it."""
        if not any(id(small) in self.outcomes for small in old.body):
            return new
        line = cst.SimpleStatementLine(body=old.body, trailing_whitespace=new.trailing_whitespace)
        changed = cst.SimpleStatementLine(
            body=new.body, trailing_whitespace=new.trailing_whitespace
        )
        written, left = self._written(line, changed)
        body = [statement for statement, _, _ in written]
        if not body:
            suite = new.with_changes(body=_semicolons([cst.Pass()]))
            self.emptied.add(id(suite))
            self.layout.keep(suite)
            return suite
        if (
            len(body) == 1
            and isinstance(body[0], cst.SimpleStatementLine)
            and not body[0].leading_lines
        ):
            return new.with_changes(body=body[0].body)
        return cst.IndentedBlock(body=body, footer=left)

    def _without_idle_clauses(self, old: cst.CSTNode, new: cst.CSTNode) -> cst.CSTNode:
        """*new* without the `else` and `finally` that nothing is left of."""
        idle = {
            name: clause
            for name in ("orelse", "finalbody")
            if isinstance(clause := getattr(new, name, None), (cst.Else, cst.Finally))
            and id(clause.body) in self.emptied
        }
        if not idle:
            return new
        outcome = self.outcomes.setdefault(id(old), _Outcome())
        vanishes = "finalbody" in idle and isinstance(new, cst.Try) and not new.handlers
        if vanishes:
            assert isinstance(new, cst.Try)
            outcome.comments += comments_of(getattr(new.body, "footer", ()))
        outcome.comments += comments_of(idle.values())
        if vanishes:
            assert isinstance(new, cst.Try)
            outcome.own = [*new.body.body]
            return new
        return new.with_changes(**dict.fromkeys(idle))

    def _settle(self, old: cst.CSTNode, new: cst.CSTNode) -> None:
        """Let what an `if` or a `try` always does take its place, if changes have settled that."""
        if isinstance(self.around[-1], cst.If):
            return  # an elif
        outcome = self.outcomes.get(id(old), _Outcome())
        left = settled.what_is_left(old, new) if outcome.own is None else None
        if left is not None:
            outcome.own = [statement for suite in left for statement in _body(suite)]
            outcome.comments += comments_of(f for s in left for f in getattr(s, "footer", ()))
            whole = Counter(comments_of([new]))
            outcome.gone += (whole - Counter(comments_of(left))).elements()
            self.outcomes[id(old)] = outcome


# -- statements and their lines --------------------------------------------


def _suite(owner: cst.CSTNode, name: str) -> cst.BaseSuite | None:
    """The block of *owner* that the syntax tree calls *name*; None if it has none."""
    if name == "body":
        found = getattr(owner, "body", None)
    else:
        found = getattr(getattr(owner, name, None), "body", None)
    return found if isinstance(found, cst.BaseSuite) else None


def _body(suite: cst.BaseSuite) -> list[_Part]:
    return [*suite.body]


def _flat(statements: Iterable[_Statement]) -> Iterator[_Part]:
    """The statements themselves, those of a line one by one."""
    for statement in statements:
        if isinstance(statement, cst.SimpleStatementLine):
            yield from statement.body
        else:
            yield statement


def _retargeted(statement: cst.Assign, targets: Sequence[str]) -> cst.BaseSmallStatement:
    """*statement* assigning to *targets* instead."""
    if not targets:
        return cst.Expr(statement.value)
    new = [cst.AssignTarget(_target(text)) for text in targets]
    last = statement.targets[-1]
    new[-1] = new[-1].with_changes(whitespace_after_equal=last.whitespace_after_equal)
    return statement.with_changes(targets=new)


def _is_sole(argument: cst.Arg, call: cst.CSTNode) -> bool:
    """Say whether there is nothing but *argument* between the parentheses of *call*."""
    bare = not argument.star and argument.keyword is None
    return bare and isinstance(call, cst.Call) and len(call.args) == 1


def _uncommented(
    space: cst.BaseParenthesizableWhitespace,
) -> cst.BaseParenthesizableWhitespace:
    """*space* without the comments in it."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    lines = [line for line in space.empty_lines if line.comment is None]
    first = space.first_line.with_changes(whitespace=cst.SimpleWhitespace(""), comment=None)
    return space.with_changes(first_line=first, empty_lines=lines)


def _with_last_comma(old: cst.Call, new: cst.Call) -> cst.Call:
    """*new*, which may have lost arguments of *old*, with its last argument ended as before."""
    if len(new.args) == len(old.args) or not new.args:
        return new
    last = old.args[-1]
    comma = last.comma
    if isinstance(comma, cst.Comma):
        comma = comma.with_changes(whitespace_after=_uncommented(comma.whitespace_after))
    ended = new.args[-1].with_changes(
        comma=comma, whitespace_after_arg=_uncommented(last.whitespace_after_arg)
    )
    return new.with_changes(args=[*new.args[:-1], ended])


def _target(text: str) -> cst.BaseAssignTargetExpression:
    node = cst.parse_expression(text)
    assert isinstance(node, cst.BaseAssignTargetExpression)
    return node


def _pass() -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine(body=[cst.Pass()])


def _semicolons(smalls: Sequence[cst.BaseSmallStatement]) -> list[cst.BaseSmallStatement]:
    """*smalls*, to stand on one line."""
    ended = [
        small
        if isinstance(small.semicolon, cst.Semicolon)
        else small.with_changes(semicolon=cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" ")))
        for small in smalls[:-1]
    ]
    return [*ended, smalls[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)]


def _with_lines(statement: _Statement, lines: Sequence[cst.EmptyLine]) -> _Statement:
    return statement.with_changes(leading_lines=lines)


def _is_blank(line: cst.EmptyLine) -> bool:
    return line.comment is None


def _parted(lines: Sequence[cst.EmptyLine]) -> tuple[list[cst.EmptyLine], list[cst.EmptyLine]]:
    """The blank lines that *lines* begin with, and the rest."""
    count = next((i for i, line in enumerate(lines) if not _is_blank(line)), len(lines))
    return [*lines[:count]], [*lines[count:]]


def _without_blank_end(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    blanks, _ = _parted(lines[::-1])
    return [*lines[: len(lines) - len(blanks)]]


def _merged(one: Sequence[cst.EmptyLine], other: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """*one* and *other*, with as many blank lines between as either had."""
    kept = _without_blank_end(one)
    before, (after, rest) = [*one[len(kept) :]], _parted(other)
    return [*kept, *max(before, after, key=len), *rest]


def _set_apart(lines: Sequence[cst.EmptyLine], gap: int) -> list[cst.EmptyLine]:
    """*lines* that begin with at least *gap* blank ones."""
    blanks, rest = _parted(lines)
    return [*blanks, *(cst.EmptyLine(indent=False) for _ in range(gap - len(blanks))), *rest]


# -- names in imports ------------------------------------------------------


def _dotted(name: str) -> cst.Name | cst.Attribute:
    node = cst.parse_expression(name)
    assert isinstance(node, (cst.Name, cst.Attribute))
    return node


def _alias(text: str) -> cst.ImportAlias:
    """The alias that *text* spells: `a.b` or `a.b as c`."""
    name, _, local = text.partition(" as ")
    asname = cst.AsName(name=cst.Name(local)) if local else None
    return cst.ImportAlias(name=_dotted(name), asname=asname)


def _comma_separated(
    aliases: Sequence[cst.ImportAlias], last: cst.ImportAlias
) -> list[cst.ImportAlias]:
    """*aliases* with commas between them, the last one ended as *last* was."""
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    return [
        *(
            a if isinstance(a.comma, cst.Comma) else a.with_changes(comma=comma)
            for a in aliases[:-1]
        ),
        aliases[-1].with_changes(comma=last.comma),
    ]


# -- what changes speak of -------------------------------------------------


def _kind(change: Change) -> str:
    """The kind of node that *change* is about."""
    if isinstance(change, ReplaceExpression):
        return "expression"
    return "argument" if isinstance(change, ReplaceArgument) else "statement"


def _address(kind: str, span: Span) -> _Address:
    """What tells a node from the others; a statement begins where no other does.

    Where it ends is not the same to everybody: a semicolon after it may belong to it.
    """
    return kind, (span[0], span[0]) if kind == "statement" else span


def _place_of(hole: Hole) -> tuple[str, Span]:
    return ("statement", hole.owner) if isinstance(hole, Block) else ("expression", hole)


@functools.cache  # to ask LibCST's classes takes long
def _kind_of(kind: type[cst.CSTNode]) -> str:
    """What changes call nodes of the type *kind*; "" if they never speak of one."""
    if issubclass(kind, cst.BaseExpression):
        return "expression"
    if issubclass(kind, (cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.ExceptHandler)):
        return "statement"
    if issubclass(kind, cst.Arg):
        return "argument"
    return "name" if issubclass(kind, cst.ImportAlias) else ""
