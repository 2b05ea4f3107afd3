"""From changes to edits: the statements that are touched, parsed, transformed, compared.

Nothing but those top-level statements is ever parsed by LibCST, or printed, of classes
nothing but the methods that are touched, and of long functions nothing but the statements
around; the rest of the file stays as it is, byte for byte.
"""

from __future__ import annotations

import ast
import bisect
import contextlib
import difflib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import libcst as cst
from libcst import BatchableCSTVisitor
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from ..model import Edit
from ..text.source import Source
from .changes import Change, Span, places
from .edits import changed_lines
from .ground import Ground, NotCarriedOut
from .templates import with_header
from .transformer import transform

# Blank lines, and comments that are part of a block.
_BLANK = re.compile(r"[ \t\f]*(?:\r\n|\n|\r)")
_REST = re.compile(r"(?:[ \t\f]*|[ \t]+#[^\r\n]*)(?:\r\n|\n|\r)")
_CONTINUED = re.compile(r"\\(?:\r\n|\n|\r)")  # a backslash at the end of its line
_TAIL = re.compile(r"(?:[ \t\f;]|\\(?:\r\n|\n|\r))*")  # what may stand behind a statement
_FEED = re.compile(r"(?:^|(?<=[\r\n]))\f")
_INDENT = re.compile(r"\f?([ \t]*)")
_OMITTED = "_omitted"  #: stands for methods, or statements, that no change touches
_OMITTED_LINE = re.compile(rf"[ \t\f]*{_OMITTED}(?:\r\n|\n|\r)")
_MANY = 50  #: places that fixes touch in one statement; from there on each gets a smaller tree
_FEW = 4  #: how many times more these must be than what a fix itself speaks of
_LONG = 8  #: statements in a row that it pays to leave out
_DEEPEST = 200  #: how deep syntax may be nested before the parser of LibCST runs out of stack


class Unprintable(Exception):
    """LibCST does not read some statements, or does not print them as they were."""


class Rewriter:
    """Carries out changes in one text, whose syntax tree is *tree*.

    What it parses it keeps, for the next changes to the same statements.
    """

    def __init__(
        self, source: Source, tree: ast.Module, indent: str, touched: Iterable[int] = ()
    ) -> None:
        """*touched*: where all that changes will ever be about begins; () leaves nothing out."""
        self.source = source
        self.tree = tree
        self.indent = indent
        self._touched = sorted(touched)
        self._grounds: dict[Span, Ground | Unprintable] = {}
        self._known_pieces: dict[Span, list[Span]] = {}
        self._known: dict[tuple[Span, tuple[Change, ...]], list[Edit]] = {}

    def edits(self, changes: Iterable[Change]) -> list[Edit]:
        """The edits that carry out *changes*, as small as they can be, in order.

        Raises NotCarriedOut where changes contradict each other, Unprintable where
        LibCST cannot deal with the statements around them.
        """
        found: list[Edit] = []
        for region, some in self._by_region(changes):
            key = region, tuple(some)
            if key not in self._known:  # what many fixes ask of the imports is the same
                self._known[key] = [*self._edits_in(self._readable(region), some)]
            found += self._known[key]
        return found

    def _readable(self, region: Span) -> Span:
        """*region*, or the whole text where LibCST prints only that as it was.

        So it is where a comment after a block is indented less than the block.
        Raises Unprintable.
        """
        whole = 0, len(self.source.text)
        try:
            self.ground(region)
        except Unprintable:
            with contextlib.suppress(Unprintable):
                self.ground(whole)
                return whole
            raise
        return region

    def _edits_in(self, region: Span, changes: Sequence[Change]) -> Iterator[Edit]:
        """The edits that carry out *changes*, all of them in *region*."""
        ground, pieces = self._around(region, changes)
        result = transform(ground, changes)
        # A module without anything in it is printed as a line break.
        new = result.code if result.body or result.header or result.footer else ""
        if self._is_macintosh:
            new = new.replace("\n", "\r")
        parts = _OMITTED_LINE.split(new) if len(pieces) > 1 else [new]
        if len(parts) != len(pieces):
            raise NotCarriedOut("a class went")
        for (start, end), part in zip(pieces, parts, strict=True):
            old, feeds = _without_feeds(self.source.text[start:end])
            for edit in _difference(old, part):
                first = start + edit.start + bisect.bisect_right(feeds, edit.start)
                before = bisect.bisect_left(feeds, max(edit.end, edit.start + 1))
                yield Edit(first, max(first, start + edit.end + before), edit.text)

    def check(self, changes: Iterable[Change]) -> None:
        """Raise Unprintable if LibCST cannot deal with the statements around *changes*."""
        for region, _ in self._by_region(changes):
            self._readable(region)

    # -- regions -----------------------------------------------------------

    @cached_property
    def _lines(self) -> list[tuple[int, int, int, int]]:
        """Groups of top-level statements that share lines: first and last statement, span.

        The span of a group has the lines before it, from the one after the group
        before, and the blank lines after it only where that group is the last.
        """
        groups: list[list[int]] = []
        body = self.tree.body
        for position, statement in enumerate(body):
            if position and self._is_joined(body[position - 1], statement):
                groups[-1][1] = position
            else:
                groups.append([position, position])
        found: list[tuple[int, int, int, int]] = []
        start = 0
        for first, last in groups:
            end = self._line_end(body[last])
            found.append((first, last, start, end))
            start = end
        return found

    def _line_end(self, statement: ast.stmt) -> int:
        """Where the last line of *statement* ends, which goes on behind a backslash."""
        lines = self.source
        end = lines.offset(statement.end_lineno or statement.lineno, statement.end_col_offset or 0)
        tail = _TAIL.match(lines.text, end)
        return lines.line_span(lines.line_of(tail.end() if tail else end))[1]

    def _is_joined(self, one: ast.stmt, other: ast.stmt) -> bool:
        """Say whether *other* stands on the line of *one*, a backslash counted as none."""
        end = self.source.offset(one.end_lineno or one.lineno, one.end_col_offset or 0)
        start = self.source.offset(_first_line(other), other.col_offset)
        if start < end:
            return True
        between = _CONTINUED.sub("", self.source.text[end:start]).lstrip(" \t\f")
        return between.startswith(";") and not re.match(r";[ \t]*(?:#|\r|\n)", between)

    @cached_property
    def _ends(self) -> list[int]:
        return [end for _, _, _, end in self._lines]

    def _by_region(self, changes: Iterable[Change]) -> Iterator[tuple[Span, list[Change]]]:
        """*changes* by the stretches of text that they are carried out in."""
        groups: dict[int, list[Change]] = {}
        for change in changes:
            at = bisect.bisect_right(self._ends, change.at[0])
            groups.setdefault(min(at, len(self._lines) - 1), []).append(change)
        run: list[int] = []
        for group in [*sorted(groups), -1]:
            if run and group != run[-1] + 1:
                start = self._lines[run[0]][2]
                end = self._end(run[-1])
                yield (start, end), [change for one in run for change in groups[one]]
                run = []
            run.append(group)

    def _end(self, group: int) -> int:
        """Where the region of *group* ends: with the blank lines after it."""
        end = self._lines[group][3]
        if group + 1 == len(self._lines):
            return len(self.source.text)
        last = self.tree.body[self._lines[group][1]]
        rest = _REST if hasattr(last, "body") or hasattr(last, "cases") else _BLANK
        while match := rest.match(self.source.text, end):
            end = match.end()
        return end

    def _statements(self, region: Span) -> list[ast.stmt]:
        """The top-level statements in *region*."""
        first = self.source.line_of(region[0])
        last = self.source.line_of(max(region[1] - 1, region[0]))
        begin = bisect.bisect_left(self.tree.body, first, key=_line)
        end = bisect.bisect_right(self.tree.body, last, key=_line)
        return self.tree.body[begin:end]

    def _around(self, region: Span, changes: Sequence[Change]) -> tuple[Ground, list[Span]]:
        """The tree that *changes*, in *region*, are carried out in, and the pieces of its text.

        It is that of the region, or, where all fixes touch far more of it than these changes
        do, one of just the statements around them: else each fix would take time by all others.
        """
        ground, pieces = self.ground(region), self._pieces(region)
        starts = sorted({at for change in changes for at in places(change)})
        first, last = (bisect.bisect_left(self._touched, edge) for edge in region)
        if self._has_omitted or last - first < max(_MANY, _FEW * len(starts)):
            return ground, pieces
        holes = [hole for s in self._statements(region) for hole in self._idle(s, starts)]
        if not holes:
            return ground, pieces
        pieces = _between(region, holes)
        return self._parsed(region, pieces), pieces

    def _idle(self, outer: ast.stmt, touched: Sequence[int]) -> Iterator[Span]:
        """The lines of long runs of statements in *outer* that are not beside one *touched*.

        Only of functions and classes that are not touched as a whole.
        """
        if not isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return
        start, end = self.source.span(outer)
        inside = touched[bisect.bisect_left(touched, start) : bisect.bisect_left(touched, end)]
        if not inside or inside[0] == start:
            return
        block, line_of = outer.body, self.source.line_of
        busy = {bisect.bisect_right(block, line_of(at), key=_line) - 1 for at in inside}
        free = 0
        for at in [*sorted(busy), len(block) + 1]:
            if at - 1 - free >= _LONG and (hole := self._hole(block, free, at - 1)) is not None:
                yield hole
            if 0 <= at < len(block):
                yield from self._idle(block[at], inside)
            free = at + 2

    def _hole(self, block: Sequence[ast.stmt], first: int, end: int) -> Span | None:
        """The lines of *block* from *first* on to *end*; None if others share them."""
        text, begins = self.source.text, self.source.span(block[first])[0]
        start, stop = self._lines_of(block[first])[0], self._lines_of(block[end - 1])[1]
        before = text[start:begins].lstrip()
        shared = bool(before) and not before.startswith("@")
        if end < len(block) and self._lines_of(block[end])[0] < stop:
            shared = True
        return None if shared or text[stop - 1] not in "\r\n" else (start, stop)

    def _pieces(self, region: Span) -> list[Span]:
        """What is left of *region* without what no change touches.

        That is methods of classes, and long runs of statements in functions.
        """
        if region not in self._known_pieces:
            holes = [hole for s in self._statements(region) for hole in self._left_out(s)]
            self._known_pieces[region] = _between(region, holes)
        return self._known_pieces[region]

    def _left_out(self, statement: ast.stmt) -> Iterator[Span]:
        """The lines of *statement*, at the top level, that no change touches or is beside."""
        if not self._touched or self._has_omitted:
            return
        if not isinstance(statement, ast.ClassDef):
            yield from self._idle(statement, self._touched)
            return
        for member in statement.body:
            if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
                first, last = self._lines_of(member)
                if self._is_idle(first, last):
                    yield first, last
                else:
                    yield from self._idle(member, self._touched)

    def _lines_of(self, statement: ast.stmt) -> Span:
        """The lines of *statement* with its decorators, and the comments at the end of its block."""
        end = self._line_end(statement)
        own = _deeper(statement.col_offset).match(self.source.text, end)
        return self.source.line_span(_first_line(statement))[0], own.end() if own else end

    def _is_idle(self, start: int, end: int) -> bool:
        """Say whether the lines from *start* to *end* are a method that no change touches."""
        text = self.source.text
        if text[end - 1] not in "\r\n":
            return False
        whole = text[start:end].lstrip().startswith(("@", "def", "async"))
        return whole and bisect.bisect_left(self._touched, start) == bisect.bisect_left(
            self._touched, end
        )

    @cached_property
    def _has_omitted(self) -> bool:
        """Whether the text itself has the word that stands for what is left out."""
        return _OMITTED in self.source.text

    def _excerpt(self, pieces: Sequence[Span]) -> tuple[str, list[int]]:
        """The text of *pieces*, a line for what is left out between two, and where lines begin."""
        parts: list[str] = []
        starts: list[int] = []
        (begin, at), *others = pieces
        for start, end in [(begin, at), *others]:
            if start > at:
                indent = _INDENT.match(self.source.text, at)[1]  # type: ignore[index]
                parts.append(f"{indent}{_OMITTED}{self.source.newline}")
                starts.append(at)
            parts.append(_without_feeds(self.source.text[start:end])[0])
            first, last = (bisect.bisect_left(self._starts, edge) for edge in (start, end))
            starts += self._starts[first:last]
            at = end
        return "".join(parts), [*starts, pieces[-1][1]]

    # -- trees -------------------------------------------------------------

    def ground(self, region: Span) -> Ground:
        """The tree for the text of *region*; raises Unprintable."""
        if region not in self._grounds:
            try:
                if self._is_deep(region):
                    raise Unprintable("its syntax is nested too deeply for LibCST")
                self._grounds[region] = self._parsed(region, self._pieces(region))
            except Unprintable as error:
                self._grounds[region] = error
        found = self._grounds[region]
        if isinstance(found, Unprintable):
            raise found
        return found

    def _parsed(self, region: Span, pieces: Sequence[Span]) -> Ground:
        """The tree of *pieces*, which is what is not left out of *region*."""
        start, end = region
        text, starts = self._excerpt(pieces)
        if self._is_macintosh:
            text = text.replace("\r", "\n")
        config = cst.PartialParserConfig(
            default_newline="\n" if self._is_macintosh else self.source.newline
        )
        try:
            module = _read(text, config)
            if module.code != text:
                raise Unprintable("LibCST does not print it as it was")
            if start:
                module = with_header(module)
            if not any(hasattr(s, "body") or hasattr(s, "cases") for s in self._statements(region)):
                # Where LibCST sees no block, it would indent new ones by four spaces.
                module = module.with_changes(default_indent=self.indent)
            positions = _positions(module)
        except cst.ParserSyntaxError as error:
            reason = error.message.split("\n")[0]
            raise Unprintable(f"LibCST does not read it ({reason})") from None
        except RecursionError:
            raise Unprintable("its syntax is nested too deeply for LibCST") from None
        at_end = end == len(self.source.text)
        return self._ground(module, text, starts, positions, at_end)

    def whole(self, module: cst.Module) -> Ground:
        """*module*, the tree of the whole text, as what changes are carried out in."""
        return self._ground(module, module.code, self._starts, _positions(module), True)

    def _ground(
        self,
        module: cst.Module,
        code: str,
        starts: Sequence[int],
        positions: Mapping[cst.CSTNode, CodeRange],
        at_end: bool,
    ) -> Ground:
        """*module*, whose lines begin at *starts*, as what changes are carried out in."""
        if module.default_indent.strip(" \t"):  # LibCST finds such, and does not accept them
            raise Unprintable("a form feed is part of its indentation")

        def offset_of(row: int, column: int) -> int:
            offset = starts[min(row, len(starts)) - 1]
            return offset + column + (self.source.text.startswith("\f", offset))

        return Ground(module, code, positions, offset_of, self.source.width, self.quote, at_end)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Where lines begin, and where the text ends."""
        return (*self.source.line_starts, len(self.source.text))

    @cached_property
    def quote(self) -> str:
        """The quotation mark of new strings: single only where those are far more."""
        text = self.source.text
        double = text.count('"') - 3 * text.count('"""')
        return "'" if text.count("'") > 2 * double else '"'

    @cached_property
    def _is_macintosh(self) -> bool:
        """Whether lines end with a bare carriage return, which LibCST does not read."""
        return "\n" not in self.source.text and "\r" in self.source.text

    def _is_deep(self, region: Span) -> bool:
        """Say whether syntax in *region* is nested deeper than LibCST can read."""
        level: list[ast.AST] = [*self._statements(region)]
        for _ in range(_DEEPEST):
            level = [child for node in level for child in ast.iter_child_nodes(node)]
            if not level:
                return False
        return True


def _between(region: Span, holes: Sequence[Span]) -> list[Span]:
    """What is left of *region* without *holes*, which are in order."""
    starts, ends = [region[0], *(end for _, end in holes)], [*(at for at, _ in holes), region[1]]
    return [*zip(starts, ends, strict=True)]


def _line(statement: ast.stmt) -> int:
    return statement.lineno


@functools.lru_cache(maxsize=64)
def _deeper(column: int) -> re.Pattern[str]:
    """What matches blank lines and comments up to the last one that begins behind *column*."""
    blank, end = r"(?:[ \t\f]*(?:\r\n|\n|\r))*", r"(?:\r\n|\n|\r)"
    return re.compile(rf"(?:{blank}[ \t]{{{column + 1},}}#[^\r\n]*{end})+")


def _read(text: str, config: cst.PartialParserConfig) -> cst.Module:
    """The tree of *text*; raises Unprintable where LibCST itself makes a mistake over it.

    It does over a line break behind the `async` of a comprehension.
    """
    try:
        return cst.parse_module(text, config)
    except (AttributeError, cst.CSTValidationError):
        raise Unprintable("LibCST does not read it") from None


def _positions(module: cst.Module) -> Mapping[cst.CSTNode, CodeRange]:
    return _Wrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)


class _Wrapper(MetadataWrapper):
    """Does not go through the tree once more for providers that there are none of."""

    def visit_batched(self, visitors: Iterable[BatchableCSTVisitor], *args: Any) -> cst.CSTNode:
        """What the tree becomes: visited by *visitors*, if any."""
        visitors = [*visitors]
        return super().visit_batched(visitors, *args) if visitors else self.module


def _first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    lines: list[int] = [node.lineno for node in decorators]
    return min([statement.lineno, *lines])


def _without_feeds(text: str) -> tuple[str, list[int]]:
    """*text* without form feeds at the start of lines, which LibCST does not print back.

    And where they were, as offsets in what is returned.
    """
    if "\f" not in text:
        return text, []
    feeds = [match.start() - number for number, match in enumerate(_FEED.finditer(text))]
    return _FEED.sub("", text), feeds


# -- edits -----------------------------------------------------------------

_WORD_OR_BREAK = re.compile(r"[\w\r\n]")
_TOKENS = re.compile(r"\w+|[ \t]+|\r\n|[^\w]")


def _difference(old: str, new: str) -> Iterator[Edit]:
    """The edits that turn *old* into *new*, within the lines that differ."""
    for edit in changed_lines(old, new):
        yield from _inner(old[edit.start : edit.end], edit.text, edit.start)


def _inner(old: str, new: str, offset: int) -> Iterator[Edit]:
    """The edits within a few lines, word by word."""
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if len(before) * len(after) > 40_000:
        yield Edit(offset, offset + len(old), new)
        return
    starts = [offset]
    for token in before:
        starts.append(starts[-1] + len(token))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    pending: Edit | None = None
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            # What two changes have in common by accident is no reason to part them.
            same = "".join(before[i:j])
            near = j - i < 3 and m < len(after) and not _WORD_OR_BREAK.search(same)
            if pending is not None and near:
                pending = Edit(pending.start, starts[j], pending.text + same)
            elif pending is not None:
                yield pending
                pending = None
            continue
        text = "".join(after[k:m])
        if pending is None:
            pending = Edit(starts[i], starts[j], text)
        else:
            pending = Edit(pending.start, starts[j], pending.text + text)
    if pending is not None:
        yield pending
