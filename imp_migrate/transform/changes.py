"""What fixes say: which nodes become what.

A fix is a set of these changes.  Nodes are addressed by the spans that the syntax
tree gives them, in the text that was analysed; new code is a template with holes
for the nodes that are kept, which take with them whatever other changes make of
them.  How it is laid out, and what becomes of comments, is up to the transformer.

The vocabulary is closed: `ReplaceExpression`, `ReplaceArgument`, `Retarget`,
`ReplaceStatement`, `RemoveStatement`, `Unwrap`, `InsertStatements`,
`RewriteImport`.  All are frozen and picklable.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]  #: offsets of the first character and behind the last


@dataclass(frozen=True, order=True)
class Block:
    """One of the blocks of a compound statement, or of a handler, as a thing to keep.

    owner: the statement, or the handler.
    field: which of its blocks: `body`, `orelse` or `finalbody`.
    span: from the first to the last statement of the block.
    """

    owner: Span
    field: str
    span: Span


Hole: TypeAlias = Span | Block


@dataclass(frozen=True, order=True)
class Code:
    """New code: a template in which `{name}` stands for what is kept.

    Besides these holes it is plain Python, its strings without braces.  A block is
    kept where a hole is the only statement of a suite.
    """

    template: str
    holes: tuple[tuple[str, Hole], ...] = ()

    @property
    def kept(self) -> Iterator[Span]:
        """The spans of what is kept."""
        return (hole.span if isinstance(hole, Block) else hole for _, hole in self.holes)


@dataclass(frozen=True, order=True)
class _Change:
    """A change to the node at *at*."""

    at: Span

    @property
    def claims(self) -> Iterator[Span]:
        """What of the old text is not kept."""
        yield self.at


@dataclass(frozen=True, order=True)
class _Replacement(_Change):
    code: Code

    @property
    def claims(self) -> Iterator[Span]:
        """What of the old text is not kept."""
        return _without(self.at, self.code.kept)


class ReplaceExpression(_Replacement):
    """Let *code*, an expression, take the place of the expression at *at*."""


@dataclass(frozen=True, order=True)
class ReplaceArgument(_Change):
    """Let *code*, given by position or as *keyword*, take the place of a whole argument.

    Without *code*, the argument goes.
    """

    code: Code | None = None
    keyword: str = ""

    @property
    def claims(self) -> Iterator[Span]:
        """What of the old text is not kept."""
        return _without(self.at, self.code.kept if self.code is not None else ())


@dataclass(frozen=True, order=True)
class Retarget(_Change):
    """Let the assignment at *at* assign to *targets* instead; to none: leave its value.

    old: from its first to its last target.
    """

    old: Span
    targets: tuple[str, ...] = ()

    @property
    def claims(self) -> Iterator[Span]:
        """What of the old text is not kept."""
        yield self.old


class ReplaceStatement(_Replacement):
    """Let *code*, one or more statements, take the place of the statement at *at*."""


@dataclass(frozen=True, order=True)
class RemoveStatement(_Change):
    """Remove the statement at *at*, and what that leaves without a purpose.

    A `finally` or `else` that it was alone in goes, too, and a `try` of which
    nothing but its body is left; another block gets a `pass`.  Its comments are kept,
    but in the body of a statement that is *ours*: a helper that an earlier run added.
    """

    ours: bool = False


@dataclass(frozen=True, order=True)
class Unwrap(_Change):
    """Let *block*, one of its own, take the place of the compound statement at *at*.

    `orelse` of an `if` may be its `elif`, which becomes an `if`.
    """

    block: Block

    @property
    def claims(self) -> Iterator[Span]:
        """What of the old text is not kept."""
        return _without(self.at, [self.block.span])


@dataclass(frozen=True, order=True)
class InsertStatements(_Change):
    """Put *statements* before (or *after*) the statement at *at*, on lines of their own.

    apart: by how many blank lines they are to be set off, on either side and from each other.
    """

    statements: tuple[str, ...]
    after: bool = False
    apart: int = 0

    @property
    def claims(self) -> Iterator[Span]:
        """Nothing of the old text."""
        return iter(())


@dataclass(frozen=True, order=True)
class RewriteImport(_Change):
    """Let the import statement at *at* lose the names *gone*, and gain others.

    gone: spans of the names to lose; of a star, or of an assignment, the only one there is.
    names: what a plain import that keeps other names gains among them (`a.b`, `a as b`).
    statements: statements that come to stand where it does, or after it where it stays.
    module: what a `from` import that keeps all its names takes them from instead.
    """

    gone: tuple[Span, ...] = ()
    names: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    module: str = ""


Change: TypeAlias = (
    ReplaceExpression
    | ReplaceArgument
    | Retarget
    | ReplaceStatement
    | RemoveStatement
    | Unwrap
    | InsertStatements
    | RewriteImport
)


def holes(change: Change) -> Iterator[Hole]:
    """What *change* keeps of other nodes than the one it is about."""
    if isinstance(change, Unwrap) and change.block.owner != change.at:
        yield change.block
    code = getattr(change, "code", None)
    if isinstance(code, Code):
        for _, hole in code.holes:
            yield hole


def places(change: Change) -> Iterator[int]:
    """Where the nodes begin that *change* speaks of."""
    yield change.at[0]
    for hole in holes(change):
        yield (hole.owner if isinstance(hole, Block) else hole)[0]


def _without(whole: Span, kept: Iterator[Span] | list[Span] | tuple[()]) -> Iterator[Span]:
    """What of *whole* lies outside the spans in *kept*."""
    start, end = whole
    for first, last in sorted(kept):
        if start <= first and last <= end:
            yield start, first
            start = last
    yield start, end
