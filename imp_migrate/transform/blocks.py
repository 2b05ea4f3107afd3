"""Take statements out of their blocks, and blocks out of the `try` or `with` around them.

Every edit is small: lines that go as a whole, or white space at the start of a
line.  What is nested inside stays as it is, so that other fixes there do not
overlap with this one.  Comments are never lost: they move to lines of their own.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from ..meaning.scopes import ScopeTree
from ..model import Edit
from ..text.source import Source
from .statements import cut_from_line, own_lines, span
from .tokens import comments, tokens

Wrapper = ast.Try | ast.With | ast.If


class Entangled(ValueError):
    """The layout of the code does not allow the change by lines."""


def take_out(
    source: Source,
    tree: ScopeTree,
    statements: Collection[ast.stmt],
    unwrapped: Iterable[Wrapper] = (),
) -> list[Edit]:
    """The edits that remove *statements* and what they leave behind without a purpose.

    An emptied `finally` or `else` goes, a `try` with nothing but its body left
    is taken away from around it, an emptied body gets a `pass`.  *unwrapped*
    are statements, without other branches, to take away from around their bodies as well.

    Raises Entangled where statements share lines in a way that is not worth following.
    """
    surgery = _Surgery(source, tree)
    surgery.remove(list(statements))
    for wrapper in unwrapped:
        surgery.unwrap(wrapper)
    return surgery.edits()


def replace_by_block(
    source: Source, tree: ScopeTree, statement: ast.stmt, block: list[ast.stmt]
) -> list[Edit]:
    """The edits that put *block*, one of the blocks of *statement*, in its place.

    Comments before and inside the block stay; the other blocks go with theirs.
    Raises Entangled where they share lines.
    """
    surgery = _Surgery(source, tree)
    surgery.keep_only(statement, block)
    return surgery.edits()


@dataclass
class _Cut:
    """Lines to remove, and comments to put in their place, indented like line *like*."""

    first: int
    last: int
    comments: list[str]
    like: int
    instead: str = ""


@dataclass
class _Surgery:
    source: Source
    tree: ScopeTree
    cuts: list[_Cut] = field(default_factory=list)
    spans: list[Edit] = field(default_factory=list)
    dedents: dict[int, int] = field(default_factory=dict)  #: by line: how many characters

    # -- what to do --------------------------------------------------------

    def remove(self, statements: list[ast.stmt]) -> None:
        """Remove *statements*, block by block."""
        blocks: dict[int, list[ast.stmt]] = {}
        for statement in statements:
            blocks.setdefault(id(self.tree.block(statement)), []).append(statement)
        for gone in blocks.values():
            block = self.tree.block(gone[0])
            if len(gone) < len(block):
                for statement in gone:
                    self._remove_one(statement, block)
            else:
                self._remove_all(block)

    def _remove_all(self, block: list[ast.stmt]) -> None:
        parent = self.tree.parents[block[0]]
        if block is getattr(parent, "finalbody", None):
            assert isinstance(parent, ast.stmt)
            self._drop_clause(parent, "finally", block)
            if isinstance(parent, ast.Try) and not parent.handlers:
                self.unwrap(parent)
        elif block is getattr(parent, "orelse", None):
            assert isinstance(parent, ast.stmt)
            self._drop_clause(parent, "else", block)
        else:
            for statement in block[1:]:
                self._remove_one(statement, block)
            self._remove_one(block[0], block, instead="pass")

    def _remove_one(self, statement: ast.stmt, block: list[ast.stmt], instead: str = "") -> None:
        start, end = span(self.source, statement)
        if own_lines(self.source, statement) is None:
            if instead:
                self.spans.append(Edit(start, end, instead))
            else:
                self.spans.append(cut_from_line(self.source.text, start, end))
            return
        first, last = self._lines(statement)
        cut = self._cut(first, last, first, instead)
        if instead or cut.comments:
            return
        if statement is block[-1]:
            while self._is_blank(cut.first - 1):
                cut.first -= 1
        elif statement is block[0] or self._is_blank(first - 1):
            while self._is_blank(cut.last + 1):
                cut.last += 1

    def _drop_clause(self, parent: ast.stmt, keyword: str, block: list[ast.stmt]) -> None:
        """Remove `finally:` or `else:` with its block, which is the last of *parent*."""
        word = re.compile(rf"[ \t]*{keyword}[ \t]*:")
        first, last = block[0].lineno, self._lines(block[-1])[1]
        while not word.match(self.source.line_text(first)):
            first -= 1
            if first <= parent.lineno:
                raise Entangled(f"no {keyword} at the start of a line")
        if own_lines(self.source, block[-1]) is None and block[0].lineno != first:
            raise Entangled("the block shares its last line")
        while self._is_blank(first - 1):
            first -= 1
        self._cut(first, last, parent.lineno)

    def unwrap(self, wrapper: Wrapper) -> None:
        """Take the header of *wrapper* away and move its body to the left."""
        body = wrapper.body
        start, _ = span(self.source, wrapper)
        first, _ = span(self.source, body[0])
        if body[0].lineno == self._header_end(wrapper):
            self.spans.append(Edit(start, first, ""))
            return
        outer, inner = self._indentation(wrapper), self._indentation(body[0])
        if not inner.startswith(outer):
            raise Entangled("tabs and spaces are mixed")
        head = self._header_end(wrapper)
        self._cut(wrapper.lineno, head, wrapper.lineno)
        last = self._lines(body[-1])[1]
        inside = self._inside_strings(head + 1, last)
        while self._is_blank(last + 1) or self._is_comment(last + 1, len(inner)):
            last += 1
        for line in range(head + 1, last + 1):
            if line not in inside:
                self.dedents[line] = self.dedents.get(line, 0) + len(inner) - len(outer)

    def keep_only(self, statement: ast.stmt, block: list[ast.stmt]) -> None:
        """Put *block*, one of the blocks of *statement*, in its place."""
        first, last = self._lines(statement)
        begin, end = block[0].lineno, self._lines(block[-1])[1]
        outer, inner = self._indentation(statement), self._indentation(block[0])
        if None in (own_lines(self.source, block[-1]), own_lines(self.source, statement)):
            raise Entangled("statements share lines")
        if begin == first or not inner.startswith(outer):
            raise Entangled("the block stands on the line of its header")
        while begin - 1 > first and self._is_comment(begin - 1, len(inner)):
            begin -= 1
        self.cuts.append(_Cut(first, begin - 1, [], first))
        if end < last:
            self.cuts.append(_Cut(end + 1, last, [], first))
        inside = self._inside_strings(begin, end)
        for line in range(begin, end + 1):
            if line not in inside:
                self.dedents[line] = len(inner) - len(outer)

    def _is_comment(self, line: int, indentation: int) -> bool:
        """Say whether *line* is a comment that belongs to a block with *indentation*."""
        if line > len(self.source.line_starts):
            return False
        text = self.source.line_text(line)
        return text.lstrip().startswith("#") and len(text) - len(text.lstrip()) >= indentation

    # -- lines -------------------------------------------------------------

    def _cut(self, first: int, last: int, like: int, instead: str = "") -> _Cut:
        text = self.source.text
        start, end = self.source.line_span(first)[0], self.source.line_span(last)[1]
        cut = _Cut(first, last, comments(text[start:end]), like, instead)
        self.cuts.append(cut)
        return cut

    def _lines(self, statement: ast.stmt) -> tuple[int, int]:
        return statement.lineno, statement.end_lineno or statement.lineno

    def _is_blank(self, line: int) -> bool:
        return 0 < line <= len(self.source.line_starts) and not self.source.line_text(line).strip()

    def _indentation(self, statement: ast.stmt) -> str:
        line = self.source.line_text(statement.lineno)
        start, _ = span(self.source, statement)
        indent = line[: start - self.source.line_span(statement.lineno)[0]]
        if indent.strip():
            raise Entangled("a statement is not at the start of its line")
        return indent

    def _header_end(self, wrapper: Wrapper) -> int:
        """The line on which the header of *wrapper* ends."""
        if isinstance(wrapper, ast.Try):
            return wrapper.lineno
        if isinstance(wrapper, ast.If):
            last = wrapper.test
        else:
            last = wrapper.items[-1].optional_vars or wrapper.items[-1].context_expr
        _, end = span(self.source, last)
        return self.source.line_of(self.source.text.index(":", end))

    def _inside_strings(self, first: int, last: int) -> set[int]:
        """The lines from *first* to *last* that begin inside a string."""
        begin, end = self.source.line_span(first)[0], self.source.line_span(last)[1]
        text = self.source.text[begin:end]
        found: set[int] = set()
        opened: list[int] = []
        for token in tokens(text):
            name = tokenize.tok_name[token.type]
            if name == "STRING":
                found.update(range(token.start[0] + 1, token.end[0] + 1))
            elif name in ("FSTRING_START", "TSTRING_START"):
                opened.append(token.start[0])
            elif name in ("FSTRING_END", "TSTRING_END"):
                found.update(range(opened.pop() + 1, token.end[0] + 1))
        # The piece was tokenised in parentheses, its first line being line 1 of it.
        return {line + first - 1 for line in found}

    # -- the edits ---------------------------------------------------------

    def edits(self) -> list[Edit]:
        """Everything that was asked for, as edits that do not overlap."""
        gone = {line for cut in self.cuts for line in range(cut.first, cut.last + 1)}
        edits = list(self.spans)
        for cut in _merged(self.cuts):
            start = self.source.line_span(cut.first)[0]
            end = self.source.line_span(cut.last)[1]
            lines = [*cut.comments, *([cut.instead] if cut.instead else [])]
            indent = self._new_indentation(cut.like)
            kept = "".join(indent + line + self.source.newline for line in lines)
            if lines and not self.source.text[start:end].endswith(("\n", "\r")):
                kept = kept[: -len(self.source.newline)]
            edits.append(Edit(start, end, kept))
        for line, count in self.dedents.items():
            if line in gone:
                continue
            start = self.source.line_span(line)[0]
            edits.append(Edit(start, start + self._white(line, count), ""))
        return edits

    def _new_indentation(self, line: int) -> str:
        text = self.source.line_text(line)
        white = text[: len(text) - len(text.lstrip(" \t"))]
        return white[min(self.dedents.get(line, 0), len(white)) :]

    def _white(self, line: int, count: int) -> int:
        text = self.source.line_text(line)
        return min(count, len(text) - len(text.lstrip(" \t")))


def _merged(cuts: list[_Cut]) -> list[_Cut]:
    """*cuts* in order, those inside others left out."""
    merged: list[_Cut] = []
    for cut in sorted(cuts, key=lambda c: (c.first, -c.last)):
        if merged and cut.first <= merged[-1].last:
            if cut.last > merged[-1].last:
                raise Entangled("two removals share a line")
            continue
        merged.append(cut)
    return merged
