"""The edits that replace a search of which little is needed, and take out what goes with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from imp_migrate.meaning.resolve import Use
from imp_migrate.model import Edit
from imp_migrate.rule import Context, FixBuilder
from imp_migrate.transform.blocks import Entangled
from imp_migrate.transform.edits import Overlap, arrange
from imp_migrate.transform.statements import own_lines

from .demand import Demand
from .search import PATH, Search, Way

_EQUALS = re.compile(r"[ \t)]*=[ \t]*(?:\\\r?\n[ \t]*)?")


def replace_search(fix: FixBuilder, demand: Demand) -> None:
    """Let a search return the path, or only raise ImportError if there is nothing."""
    search, ctx = demand.search, fix.context
    if not demand.path:
        drop_targets(fix, search)
    elif search.way is Way.UNPACKED:
        keep_variable(fix, search, ctx.text(search.parts[PATH].target))
    elif search.way is Way.INDEXED:
        item = ctx.parent(search.call)
        assert isinstance(item, ast.Subscript)
        drop_index(fix, item)
    for item in demand.items:
        drop_index(fix, item)
    for literal in demand.literals:
        fix.replace(literal, ctx.text(literal.elts[PATH]))
    rename(fix, search.use, "_find_module_path" if demand.path else "_find_spec")


def rename(fix: FixBuilder, use: Use, helper: str) -> None:
    """Call *helper* instead, and keep aligned what is aligned with the first argument."""
    ctx = fix.context
    fix.replace(use.node, fix.helper(helper))
    call = ctx.call_of(use)
    if call is None:
        return
    line = ctx.source.line_span(ctx.source.line_of(ctx.span(use.node)[1]))
    before = [e for e in fix.edits if line[0] <= e.start and e.end <= ctx.span(use.node)[1]]
    shift = sum(len(e.text) - (e.end - e.start) for e in before if "\n" not in e.text)
    fix.edits += _realigned(ctx, call, shift)


def _realigned(ctx: Context, call: ast.Call, shift: int) -> list[Edit]:
    """The edits that move the lines aligned with the first argument of *call*."""
    source = ctx.source
    arguments = [*call.args, *(k.value for k in call.keywords)]
    if not arguments or call.end_lineno is None or call.lineno == call.end_lineno:
        return []
    if any(isinstance(n, ast.Constant) and n.end_lineno != n.lineno for n in ast.walk(call)):
        return []  # a string over several lines
    start = ctx.span(call.args[0] if call.args else call.keywords[0])[0]
    first = source.line_of(start)
    column = start - source.line_span(first)[0]
    lines = range(first + 1, call.end_lineno + 1)
    white = [len(t) - len(t.lstrip(" ")) for t in map(source.line_text, lines)]
    if first != source.line_of(ctx.span(call.func)[1]) or any(w < column for w in white):
        return []
    # At the end of the white space: its beginning may go when a block moves to the left.
    ends = [source.line_span(line)[0] + w for line, w in zip(lines, white, strict=True)]
    if shift > 0:
        return [Edit(end, end, " " * shift) for end in ends]
    return [Edit(end + shift, end, "") for end in ends]


def keep_variable(fix: FixBuilder, search: Search, variable: str) -> None:
    """Assign what is found to *variable* alone, instead of unpacking it."""
    assert isinstance(search.statement, ast.Assign)
    start, end = fix.context.span(search.statement.targets[0])
    fix.replace_span(start, end, variable)


def clear(fix: FixBuilder, found: Iterable[Demand], inside: tuple[int, int] = (0, 0)) -> bool:
    """Take out what closes the files; False if the layout of the code does not allow it.

    What lies *inside* that span is left to the caller.
    """
    gone: list[ast.stmt] = []
    for demand in found:
        for statement in (*demand.closings, *demand.resets):
            start, end = fix.context.span(statement)
            if statement not in gone and not inside[0] <= start < end <= inside[1]:
                gone.append(statement)
    try:
        take_away(fix, gone)
    except Entangled:
        return False
    return True


def take_away(fix: FixBuilder, gone: list[ast.stmt]) -> None:
    """Take out the statements *gone*; what *fix* puts into lines that move moves with them.

    Raises Entangled where the layout of the code does not allow it.
    """
    if gone:
        fix.take_out(gone)
        fix.edits = [_moved(fix, edit) for edit in fix.edits]


def check_free(ctx: Context, statement: ast.stmt) -> None:
    """Make sure that no import of `imp` stands on a line that moves if *statement* goes.

    Raises Entangled.
    """
    block, parent = ctx.tree.block(statement), ctx.parent(statement)
    if block is getattr(parent, "finalbody", None):
        assert isinstance(parent, ast.stmt)
        statement = parent
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    imports = [found.statement for use in ctx.uses for found in use.all_imports]
    if any(first <= found.lineno <= last for found in imports):
        raise Entangled("the import moves as well")


def add_after(fix: FixBuilder, statement: ast.stmt, texts: Iterable[str]) -> None:
    """Put the statements *texts* after *statement*, on lines of their own if that has one."""
    source = fix.context.source
    start, end = fix.context.span(statement)
    lines = own_lines(source, statement)
    if lines is None:
        fix.replace_span(end, end, "".join(f"; {text}" for text in texts))
        return
    indent = source.text[lines[0] : start]
    line_end = lines[0] + len(source.text[lines[0] : lines[1]].rstrip("\r\n"))
    lines_added = "".join(f"{source.newline}{indent}{text}" for text in texts)
    fix.replace_span(line_end, line_end, lines_added)


def _moved(fix: FixBuilder, edit: Edit) -> Edit:
    """*edit*, its further lines moved to the left as far as the line in which it begins."""
    source = fix.context.source
    line = source.line_span(source.line_of(edit.start))[0]
    for other in fix.edits:
        if other.start == line < other.end <= edit.start and not other.text:
            white = source.text[line : other.end]
            return Edit(edit.start, edit.end, edit.text.replace("\n" + white, "\n"))
    return edit


def drop_targets(fix: FixBuilder, search: Search) -> None:
    """Leave of `file, path, description = find_module(…)` only the call."""
    statement = search.statement
    if search.way not in (Way.UNPACKED, Way.NAMED, Way.INDEXED):
        return
    assert isinstance(statement, ast.Assign)
    ctx = fix.context
    start, _ = ctx.span(statement)
    _, end = ctx.span(statement.targets[-1])
    equals = _EQUALS.match(ctx.source.text, end)
    assert equals is not None, "an assignment has an equals sign after its target"
    fix.replace_span(start, equals.end(), "")
    if isinstance(statement.value, ast.Subscript):
        drop_index(fix, statement.value)


def drop_index(fix: FixBuilder, item: ast.Subscript) -> None:
    """Leave of `value[…]` only the value."""
    end = fix.context.span(item.value)[1]
    closed = fix.context.source.text.index("[", end)
    fix.replace_span(closed, fix.context.span(item)[1], "")


def is_sound(fix: FixBuilder) -> bool:
    """Say whether the edits of *fix* can be made together."""
    try:
        arrange(fix.edits)
    except Overlap:
        return False
    return True
