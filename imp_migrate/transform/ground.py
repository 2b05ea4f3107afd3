"""The tree that changes are carried out in, and which of its nodes they mean."""

from __future__ import annotations

import bisect
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import libcst as cst
from libcst.metadata import CodeRange

from .changes import (
    Block,
    Change,
    Hole,
    ReplaceArgument,
    ReplaceExpression,
    RewriteImport,
    Span,
    holes,
)
from .nodes import suite_of

_Address: TypeAlias = tuple[str, Span]

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


class Addressees:
    """The nodes of *ground* that *changes* and their holes mean, by their spans.

    changes, holes: by the identity of a node.
    names: the spans of names in import statements, likewise.

    Raises NotCarriedOut for a hole where there is no node.
    """

    def __init__(self, ground: Ground, changes: Sequence[Change]) -> None:
        self.ground = ground
        self.changes: dict[int, list[Change]] = {}
        self.holes: dict[int, list[Hole]] = {}
        kept = [hole for change in changes for hole in holes(change)]
        spans = {(kind_of(change), change.at) for change in changes}
        spans |= {("name", s) for c in changes if isinstance(c, RewriteImport) for s in c.gone}
        spans |= {_place_of(hole) for hole in kept}
        blocks = {hole.span for hole in kept if isinstance(hole, Block)}
        wanted = {_address(*place): place[1][1] for place in spans}
        index = {address: node for address, node in self._nodes(wanted) if address in wanted}
        found = {self._span(self.ground.positions[node]) for node in index.values()}
        places = {span for _, span in spans}
        self._starts = sorted(start for start, _ in places | blocks | found)
        for change in changes:
            node = index.get(_address(kind_of(change), change.at))
            if node is not None:
                self.changes.setdefault(id(node), []).append(change)
        for hole in kept:
            node = index.get(_address(*_place_of(hole)))
            if node is not None and isinstance(hole, Block):
                node = suite_of(node, hole.field)
            if node is None:
                raise NotCarriedOut(f"nothing to keep at {hole}")
            self.holes.setdefault(id(node), []).append(hole)
        self.names: dict[int, Span] = {
            id(n): span for (kind, span), n in index.items() if kind == "name"
        }

    def _nodes(self, wanted: Mapping[_Address, int]) -> Iterator[tuple[_Address, cst.CSTNode]]:
        """The nodes at the addresses *wanted*, each with its address.

        wanted: with where the node ends at the latest.
        """
        # Backwards, so that of nodes with one span the outermost comes last, and counts.
        for node, place in self.ground.positions.items():
            kind = _kind_of_nodes(type(node))
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

    def touches(self, node: cst.CSTNode) -> bool:
        """Say whether there is anything to do in *node*."""
        if type(node) in _WIDER:
            return True
        place = self.ground.positions.get(node)
        if place is None:
            return True
        start, end = self._span(place)
        at = bisect.bisect_left(self._starts, start)
        return at < len(self._starts) and self._starts[at] <= end


def kind_of(change: Change) -> str:
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
def _kind_of_nodes(kind: type[cst.CSTNode]) -> str:
    """What changes call nodes of the type *kind*; "" if they never speak of one."""
    if issubclass(kind, cst.BaseExpression):
        return "expression"
    if issubclass(kind, (cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.ExceptHandler)):
        return "statement"
    if issubclass(kind, cst.Arg):
        return "argument"
    return "name" if issubclass(kind, cst.ImportAlias) else ""
