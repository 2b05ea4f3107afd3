"""The transformer: one pass over a tree of LibCST that carries out any set of changes.

It works bottom-up: what a change keeps has been changed already when the change
around it comes, so that changes inside one another compose.  What no change
touches it does not even visit.  A comment in what goes moves above the statement,
unless it only spoke to a tool.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import libcst as cst

from ..text.noqa import OURS
from . import settled, templates
from .changes import (
    Change,
    Code,
    Hole,
    InsertStatements,
    RemoveStatement,
    ReplaceArgument,
    ReplaceExpression,
    ReplaceStatement,
    RewriteImport,
    Unwrap,
)
from .comments import Comments, comment_lines, comments_of, outlived
from .ground import Addressees, Ground, NotCarriedOut, kind_of
from .layout import Layout
from .nodes import (
    Part,
    Statement,
    alias_of,
    body_of,
    comma_separated,
    dotted,
    flat,
    is_blank,
    is_sole,
    merged,
    parted,
    pass_statement,
    retargeted,
    semicolons,
    set_apart,
    strings_in,
    suite_of,
    with_last_comma,
    with_lines,
    without_blank_end,
)
from .precedence import in_parentheses, needs_parentheses, precedence

#: After these, nothing runs that stands in the same block.
_LEAVING = (cst.Return, cst.Raise, cst.Continue, cst.Break)
#: Operators that the bracket before them may touch, as in `f()is None`; a name may not.
_WORDS = (cst.Is, cst.IsNot, cst.In, cst.NotIn, cst.And, cst.Or)
_Written: TypeAlias = tuple[Statement, int, int]  #: with blank lines to come before and after it


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
    branches that nobody takes, and of helpers that give way, which go with these.
    """

    before: list[InsertStatements] = field(default_factory=list)
    own: list[Part] | None = None
    after: list[InsertStatements] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


class _Transformer(cst.CSTTransformer):
    def __init__(self, ground: Ground, changes: list[Change]) -> None:
        super().__init__()
        self.ground = ground
        self.config = ground.module.config_for_parsing
        self.layout = Layout(ground)
        self.left = set(changes)
        self.around: list[cst.CSTNode] = []
        self.kept: dict[Hole, cst.CSTNode] = {}
        self.outcomes: dict[int, _Outcome] = {}
        self.emptied: set[int] = set()  #: suites of which nothing is left
        self.staying: list[cst.CSTNode] = []  #: imports that others come to stand below
        self.outlived: list[str] = []  #: comments that went with what they spoke of
        self.addressees = Addressees(ground, changes)
        self.comments = Comments(ground.code)

    # -- the pass ----------------------------------------------------------

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.around.append(node)
        return self.addressees.touches(node)

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        old, new = original_node, updated_node
        self.around.pop()
        if isinstance(old, _WORDS):
            new = _set_apart(old)
        elif isinstance(old, cst.ComparisonTarget) and isinstance(old.operator, _WORDS):
            assert isinstance(new, cst.ComparisonTarget)
            operator = _set_apart(new.operator)
            new = new if operator is new.operator else new.with_changes(operator=operator)
        elif new is old:
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
            new = self.layout.spread(with_last_comma(old, new))
            self.layout.note(old, new)
        self._keep(old, new)
        for change in self.addressees.changes.get(id(old), ()):
            new = self._carry_out(change, old, new)
            self._keep(old, new)
        return new

    def _keep(self, old: cst.CSTNode, new: cst.CSTNode) -> None:
        for hole in self.addressees.holes.get(id(old), ()):
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
            if change.ours:
                outcome.gone += comments_of([getattr(new, "body", new)])
        elif isinstance(change, Unwrap):
            outcome.own = self._unwrapped(change, new, outcome)
        elif isinstance(change, ReplaceStatement):
            outcome.own = [*self._parts(change.code, old)]
        elif isinstance(change, RewriteImport):
            outcome.own = self._imports(change, old)
        else:
            assert isinstance(new, cst.Assign)
            outcome.own = [retargeted(new, change.targets)]
        return new

    # -- expressions -------------------------------------------------------

    def _expression(self, code: Code) -> cst.BaseExpression:
        parts = {name: self._part(hole) for name, hole in code.holes}
        template = templates.quoted(code.template, self._quote(code.template, parts))
        return templates.expression(template, parts, self.config)

    def _quote(self, template: str, parts: Mapping[str, cst.CSTNode]) -> str:
        """The quotation mark for *template*: that of *parts*, if they agree, or of the module."""
        if '"' not in template:
            return self.ground.quote
        kept = (part for part in parts.values() if isinstance(part, cst.BaseExpression))
        marks = {string.quote for part in kept for string in strings_in(part)}
        return marks.pop() if marks in ({"'"}, {'"'}) else self.ground.quote

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
        sole = isinstance(around, cst.Arg) and is_sole(around, self.around[-2])
        statement = next(
            node
            for node in reversed(self.around)
            if isinstance(node, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
        )
        new = self.layout.placed(old, new, sole, statement)
        if needs_parentheses(around, old, new) or (
            not new.lpar and (self.layout.is_torn(new) or self._runs_into(old, new))
        ):
            new = in_parentheses(new)
        return new

    def _runs_into(self, old: cst.BaseExpression, new: cst.BaseExpression) -> bool:
        """Say whether *new* in the place of *old* would be one word with what is beside it."""
        before, after = self._beside(old)
        if not (before.isalnum() or after.isalnum()):
            return False
        code = self.ground.module.code_for_node(new)
        ends = code[-1:].isalnum() or code.endswith("_")
        return (before.isalnum() and code[:1].isidentifier()) or (after.isalnum() and ends)

    def _stands_free(self, node: cst.BaseExpression) -> bool:
        """Say whether *node* without its parentheses would not run into what is beside it."""
        before, after = self._beside(node)
        return not (before.isalnum() or after.isalnum())

    def _beside(self, node: cst.BaseExpression) -> tuple[str, str]:
        """The characters right before and after *node* with its parentheses."""
        first, last = (*node.lpar, node)[0], (*node.rpar[::-1], node)[0]
        start, end = self.ground.positions[first].start, self.ground.positions[last].end
        lines = self.layout.lines
        before, after = lines[start.line - 1], lines[end.line - 1]
        return before[: start.column][-1:], after[end.column : end.column + 1]

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

    def _parts(self, code: Code, old: cst.CSTNode) -> Iterator[Part]:
        """The statements of *code*, to stand where *old* does."""
        parts = {name: self._part(hole) for name, hole in code.holes}
        kept = [part for part in parts.values() if isinstance(part, cst.BaseSuite)]
        column = self.layout.column(old)
        template = templates.quoted(code.template, self._quote(code.template, parts))
        for statement in templates.statements(template, parts, self.config):
            yield self.layout.fitted(self.layout.realigned(old, statement), column, kept)

    def _unwrapped(self, change: Unwrap, new: cst.CSTNode, outcome: _Outcome) -> list[Part]:
        """The statements of the block of *new* that is to be left."""
        otherwise = getattr(new, "orelse", None)
        if change.block.field == "orelse" and isinstance(otherwise, cst.If):
            outcome.gone += comments_of([new.body])  # type: ignore[attr-defined]
            return [otherwise]  # an elif
        if change.block.owner == change.at:
            suite = suite_of(new, change.block.field)
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
        return body_of(suite)

    def _imports(self, change: RewriteImport, old: cst.CSTNode) -> list[Part]:
        """What takes the place of *old*, an import statement or `imp = __import__("imp")`."""
        added: list[Part] = []
        for text in change.statements:
            added += flat(templates.written(text, self.config))
        if isinstance(old, cst.ImportFrom) and change.module:
            return [old.with_changes(module=dotted(change.module)), *added]
        if not isinstance(old, (cst.Import, cst.ImportFrom)) or isinstance(
            old.names, cst.ImportStar
        ):
            self.staying.append(old)
            return added if change.gone else [old, *added]  # type: ignore[list-item]
        names = list(old.names)
        gone = [self.addressees.names.get(id(alias)) in change.gone for alias in names]
        if sum(gone) < len(change.gone):
            raise NotCarriedOut("no such name in the import")
        first = gone.index(True) if True in gone else len(names)
        new = [alias_of(text) for text in change.names]
        left = [alias for alias, goes in zip(names, gone, strict=True) if not goes]
        if not left:
            return added
        at = sum(not goes for goes in gone[:first])
        mixed = [*left[:at], *new, *left[at:]]
        stays = old.with_changes(names=comma_separated(mixed, names[-1]))
        self.staying.append(stays)
        return [stays, *added]

    # -- bodies ------------------------------------------------------------

    def _with_body(
        self, old: cst.Module | cst.IndentedBlock, new: cst.Module | cst.IndentedBlock
    ) -> cst.Module | cst.IndentedBlock:
        """*new* with what becomes of the statements in it."""
        if all(
            a is b and not self._is_answered(a) for a, b in zip(old.body, new.body, strict=True)
        ):
            return new
        body: list[Statement] = []
        left: list[cst.EmptyLine] = []  #: the lines before statements that are gone
        apart = 0  #: how many blank lines must come next
        for before, after in zip(old.body, new.body, strict=True):
            assert isinstance(before, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
            assert isinstance(after, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
            written, lines = self._written(before, after)
            for statement, gap_before, gap_after in written:
                begins = not body and self._begins(new)
                if begins and before is not old.body[0]:
                    rest = parted(statement.leading_lines)[1]
                    statement = with_lines(statement, [*left, *rest])
                else:
                    statement = with_lines(statement, merged(left, statement.leading_lines))
                left = []
                gap = max(gap_before, apart)
                if gap and (body or not self._is_start(new)):
                    statement = with_lines(statement, set_apart(statement.leading_lines, gap))
                apart = gap_after
                body.append(statement)
            if written or before is old.body[0]:
                left = [*left, *lines]
            elif body or not self._begins(new):
                left = merged(left, lines)
            else:
                left += parted(lines)[1]
        if isinstance(new, cst.Module):
            return self._module(new, body, left, apart)
        if body:
            return new.with_changes(body=body, footer=[*without_blank_end(left), *new.footer])
        block = new.with_changes(body=[with_lines(pass_statement(), without_blank_end(left))])
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
        body: list[Statement],
        left: list[cst.EmptyLine],
        apart: int,
    ) -> cst.Module:
        """*new* with *body*, and with what is left of lines before what follows it."""
        footer = [*new.footer]
        if left:
            footer = merged(left, footer)
            if self.ground.at_end:
                footer = without_blank_end(footer)
        if not body and self._is_start(new):
            footer = parted(footer)[1]
        if apart and not self.ground.at_end:
            footer = set_apart(footer, apart)
        return new.with_changes(body=body, footer=footer)

    def _is_answered(self, statement: cst.CSTNode) -> bool:
        """Say whether a change says what becomes of *statement*, or of one on its line."""
        if isinstance(statement, cst.SimpleStatementLine):
            return any(id(small) in self.outcomes for small in statement.body)
        return id(statement) in self.outcomes

    def _written(
        self, before: Statement, after: Statement
    ) -> tuple[list[_Written], list[cst.EmptyLine]]:
        """What stands where *before* did, and the lines of its own that are left over.

        Each statement comes with how many blank lines set it apart.
        """
        if before is after and not self._is_answered(before):
            return [(after, 0, 0)], []
        if not self._is_answered(before):
            line = self.layout.line(before, after)
            # Whatever became of an indented block, its comments are still there.
            return [(self._rescued(before, [line], in_blocks=False)[0], 0, 0)], []
        parts: list[Part] = []
        whole = _Outcome()
        olds = before.body if isinstance(before, cst.SimpleStatementLine) else [before]
        news = after.body if isinstance(after, cst.SimpleStatementLine) else [after]
        crowded = len(olds) > 1
        for old, new in zip(olds, news, strict=True):
            outcome = self.outcomes.get(id(old), _Outcome())
            self.left -= {
                c for c in self.addressees.changes.get(id(old), ()) if kind_of(c) == "statement"
            }
            parts += self._inserted(outcome.before, whole.before, crowded)
            parts += [new] if outcome.own is None else outcome.own  # type: ignore[list-item]
            parts += self._inserted(outcome.after, whole.after, crowded)
            whole.comments += outcome.comments
            whole.gone += outcome.gone
        return self._put_together(before, after, self._lines(before, after, parts, crowded), whole)

    def _inserted(
        self, insertions: list[InsertStatements], apart: list[InsertStatements], crowded: bool
    ) -> Iterator[Part]:
        """What of *insertions* comes to stand on a crowded line; the others join *apart*."""
        for insertion in insertions:
            if crowded and not insertion.apart:
                for text in insertion.statements:
                    yield from flat(self._statements_of(text))
            else:
                apart.append(insertion)

    def _statements_of(self, text: str) -> tuple[Statement, ...]:
        """The statements of *text*, with the quotation marks of the module."""
        return templates.written(templates.quoted(text, self.ground.quote), self.config)

    def _lines(
        self,
        before: Statement,
        after: Statement,
        parts: list[Part],
        crowded: bool,
    ) -> list[Statement]:
        """*parts* on lines: those of a crowded line together, others each on its own."""
        lines: list[Statement] = []
        smalls: list[cst.BaseSmallStatement] = []

        def close() -> None:
            if smalls:
                lines.append(cst.SimpleStatementLine(body=semicolons(smalls)))
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
        staying = {id(statement) for statement in self.staying}
        stays = not crowded and any(id(part) in staying for part in parts[:1])
        comment = getattr(trailing, "comment", None)
        commented = 0 if stays and comment and OURS.search(comment.value) else -1
        if lines and trailing is not None:
            line = lines[commented]
            if isinstance(line, cst.SimpleStatementLine):
                lines[commented] = line.with_changes(trailing_whitespace=trailing)
        return [
            self.layout.line(before, line) if isinstance(line, cst.SimpleStatementLine) else line
            for line in lines
        ]

    def _put_together(
        self,
        before: Statement,
        after: Statement,
        own: list[Statement],
        outcome: _Outcome,
    ) -> tuple[list[_Written], list[cst.EmptyLine]]:
        """*own*, the lines in the place of *before*, with what else *outcome* has for them."""
        comments, gone = outcome.comments, outcome.gone
        leading = [*after.leading_lines]
        blanks, rest = parted(leading)
        over = [line for insertion in outcome.before for line in self._chunks(insertion)]
        if over and not outcome.before[0].apart:
            over[0] = with_lines(over[0][0], blanks), 0, 0
            leading = rest
        under = [line for insertion in outcome.after for line in self._chunks(insertion)]
        if own:
            inner = [] if own[0] is after else [*own[0].leading_lines]
            own[0] = with_lines(own[0], [*leading, *inner])
            own = self._rescued(before, own, [*comments, *gone], len(leading))
            leading = []
        else:
            lost = self.comments.lost(before, [], [*comments, *gone, *comments_of(leading)])
            if outlived([*comments_of(leading), *lost], [before]):
                self.outlived += [*comments_of(leading), *lost]
                leading, lost = [*filter(is_blank, leading)], []
            leading = [*leading, *comment_lines(lost)]
        written = [*over, *((statement, 0, 0) for statement in own), *under]
        if under and not own:
            first, *gaps = under[0]
            under[0] = with_lines(first, [*leading, *first.leading_lines]), gaps[0], gaps[1]
            written, leading = [*over, *under], []
        return written, [*leading, *comment_lines(comments)]

    def _chunks(self, insertion: InsertStatements) -> list[_Written]:
        """The statements of *insertion*, each with how many blank lines set it apart."""
        found: list[_Written] = []
        for text in insertion.statements:
            statements = self._statements_of(text)
            last = len(statements) - 1
            for position, statement in enumerate(statements):
                before = 0 if position else insertion.apart
                found.append((statement, before, 0 if position < last else insertion.apart))
        return found

    def _rescued(
        self,
        before: Statement,
        own: list[Statement],
        elsewhere: Iterable[str] = (),
        at: int | None = None,
        in_blocks: bool = True,
    ) -> list[Statement]:
        """*own* with the comments of *before* that are not in it above it: its lines *at* there."""
        lost = self.comments.lost(before, own, [*elsewhere, *self.outlived], in_blocks)
        if lost:
            lines = [*own[0].leading_lines]
            at = len(lines) if at is None else at
            lines[at:at] = comment_lines(lost)
            own = [with_lines(own[0], lines), *own[1:]]
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
            suite = new.with_changes(body=semicolons([cst.Pass()]))
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
        left = comments_of(idle.values())
        if outlived(left, [getattr(old, name) for name in idle]):
            self.outlived += left
            left = []
        vanishes = "finalbody" in idle and isinstance(new, cst.Try) and not new.handlers
        if vanishes:
            assert isinstance(new, cst.Try)
            *others, last = body_of(new.body)
            left = [*comments_of(getattr(new.body, "footer", ())), *left]
            if isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[-1], _LEAVING):
                last = with_lines(last, [*last.leading_lines, *comment_lines(left)])
            else:
                outcome.comments += left
            outcome.own = [*others, last]
            return new
        outcome.comments += left
        return new.with_changes(**dict.fromkeys(idle))

    def _settle(self, old: cst.CSTNode, new: cst.CSTNode) -> None:
        """Let what an `if` or a `try` always does take its place, if changes have settled that."""
        if isinstance(self.around[-1], cst.If):
            return  # an elif
        outcome = self.outcomes.get(id(old), _Outcome())
        left = settled.what_is_left(old, new) if outcome.own is None else None
        if left is not None:
            outcome.own = [statement for suite in left for statement in body_of(suite)]
            outcome.comments += comments_of(f for s in left for f in getattr(s, "footer", ()))
            whole = Counter(comments_of([new]))
            outcome.gone += (whole - Counter(comments_of(left))).elements()
            self.outcomes[id(old)] = outcome


def _set_apart(operator: cst.CSTNode) -> cst.CSTNode:
    """*operator*, a word, with a blank before it if there is nothing."""
    before = getattr(operator, "whitespace_before", None)
    if not isinstance(before, cst.SimpleWhitespace) or before.value:
        return operator
    return operator.with_changes(whitespace_before=cst.SimpleWhitespace(" "))
