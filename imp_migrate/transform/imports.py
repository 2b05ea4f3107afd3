"""Import statements: which of `imp`'s go, and where the new ones stand.

A new import takes the place of the `import imp` it succeeds, at the same
indentation and in the same block, so that guards, function-local imports and
code that must run before an import keep their order.  Everything here is
plain data: the statements are decided last, when it is known which fixes are
applied together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..model import Edit, Need
from .statements import cut_from_line, is_pragma
from .tokens import comments


@dataclass(frozen=True)
class ImportedName:
    """One name that an import statement takes from `imp`.

    start, end: span of the alias in the text.
    uses: numbers of the uses that keep the name, never none; it can go when all are
        fixed.  (An unused import counts as its own use.)
    pinned: why the name stays whatever happens to its uses; "" if it does not.
    swap: what binds the same local name to the successor, if there is one.
    """

    start: int
    end: int
    uses: frozenset[int]
    pinned: str = ""
    swap: Need | None = None

    def goes(self, fixed: frozenset[int], swapped: bool) -> bool:
        """Say whether the name goes when the uses *fixed* no longer need it."""
        return (swapped and self.swap is not None) or (not self.pinned and self.uses <= fixed)


@dataclass(frozen=True)
class TailLine:
    """A line of imports that follows a site directly: new imports are sorted in there."""

    start: int
    end: int
    key: tuple[int, str, str]
    bare: str = ""  #: the module, when the line is just `import module`


@dataclass(frozen=True)
class ImportSite:
    """A statement that imports from `imp`, or the top of the module (`names` empty).

    start, end: span of the statement; for the top, where new lines go.
    others: span and module of the names in the statement that are not `imp`.
    own_line: nothing but the statement, and perhaps a comment, is on its lines.
    line_start, line_end: span of these lines, the last line break included.
    sole: it is the only statement of its block.
    provided: what is bound already, wherever this site's imports are visible.
    preceding: numbers of the sites that have bound what they are to bind when this one runs.
    inner_comments: the comments inside the statement.
    blank_before, blank_after: whether a blank line precedes it, how many follow.
    """

    start: int
    end: int
    indent: str = ""
    names: tuple[ImportedName, ...] = ()
    others: tuple[tuple[int, int, str], ...] = ()
    is_from: bool = False
    own_line: bool = True
    line_start: int = 0
    line_end: int = 0
    comment: str = ""
    inner_comments: tuple[str, ...] = ()
    sole: bool = False
    provided: frozenset[Need] = frozenset()
    preceding: frozenset[int] = frozenset()
    tail: tuple[TailLine, ...] = ()
    blank_before: bool = False
    blank_after: int = 0


def site_edits(
    text: str,
    newline: str,
    site: ImportSite,
    needs: Iterable[Need],
    fixed: frozenset[int],
    swapped: frozenset[int],
) -> list[Edit]:
    """The edits that make *site* bind *needs* and let go of what is no longer used.

    fixed: numbers of the uses whose fixes are applied.
    swapped: positions of names in the site that are replaced under their own name.
    """
    wanted = set(needs)
    gone = {i for i, name in enumerate(site.names) if name.goes(fixed, i in swapped)}
    for position in gone & swapped:
        swap = site.names[position].swap
        wanted |= {swap} if swap is not None else set()
    wanted -= site.provided
    wanted = _without_covered(wanted, site.provided)
    if not wanted and not gone:
        return []
    if not site.names:
        return _insert_lines(text, newline, site, sorted(wanted, key=_key))
    if len(gone) == len(site.names) and not site.others:
        return _replace_statement(text, newline, site, wanted)
    return _thin_out(text, newline, site, gone, wanted)


def _key(need: Need) -> tuple[int, str, str]:
    return need.sort_key


def _without_covered(wanted: set[Need], provided: frozenset[Need]) -> set[Need]:
    """Leave out `import a` where `import a.b` is there or comes: it binds `a`, too."""
    bound = {n.module for n in wanted | provided if not n.name and not n.alias}
    return {
        need
        for need in wanted
        if need.name
        or need.alias
        or not any(module.startswith(need.module + ".") for module in bound)
    }


def _replace_statement(text: str, newline: str, site: ImportSite, wanted: set[Need]) -> list[Edit]:
    """Put *wanted* where the whole statement stood."""
    lines = sorted(wanted, key=_key)
    if site.is_from and _only_module_changes(site, wanted):
        return _rename_module(text, site, lines[0].module)
    if not site.own_line:
        replacement = "; ".join(need.statement for need in lines)
        if replacement or site.sole:
            return [Edit(site.start, site.end, replacement or "pass")]
        return [cut_from_line(text, site.start, site.end)]
    here, later = _split_by_tail(site, lines)
    edits = _tail_edits(text, newline, site, later)
    above = "".join(f"{site.indent}{c}{newline}" for c in site.inner_comments)
    if here or (site.sole and not later):
        body = f"{newline}{site.indent}".join(need.statement for need in here) or "pass"
        keep = [Edit(site.line_start, site.line_start, above)] if above else []
        return [*keep, Edit(site.start, site.end, body), *edits]
    return [*_remove_line(text, newline, site, above), *edits]


def _only_module_changes(site: ImportSite, wanted: set[Need]) -> bool:
    """Say whether `from imp import …` becomes `from other import …` with the same names."""
    swaps = {name.swap for name in site.names}
    modules = {swap.module for swap in swaps if swap is not None}
    same_names = all(swap is not None and swap.name and not swap.value for swap in swaps)
    kept = all(name.swap is not None and _original_name(name.swap) for name in site.names)
    return same_names and kept and len(modules) == 1 and wanted == swaps


def _original_name(swap: Need) -> bool:
    return swap.module in ("importlib", "importlib.util")


def _rename_module(text: str, site: ImportSite, module: str) -> list[Edit]:
    match = re.compile(r"from(?:\s|\\\r?\n)+(imp)\b").match(text, site.start)
    assert match is not None, "a from import starts with its module"
    return [Edit(match.start(1), match.end(1), module)]


def _split_by_tail(site: ImportSite, lines: list[Need]) -> tuple[list[Need], list[Need]]:
    """Part *lines* into those that stand at the site itself and those sorted in further down."""
    if not site.tail:
        return lines, []
    here = [n for n in lines if _slot(site, n) == 0 and not _upgrade(site, n)]
    return here, [n for n in lines if n not in here]


def _slot(site: ImportSite, need: Need) -> int:
    """How many lines of the tail come before *need*.

    It stands among the lines of its own package, if there are any, else before
    the first line that sorts after it.  Where it comes to stand does not
    depend on which other imports are added, before it or with it.
    """
    package = need.module.partition(".")[0]
    kin = [
        position
        for position, line in enumerate(site.tail)
        if line.key[0] == need.sort_key[0] and line.key[1].partition(".")[0] == package
    ]
    for position in kin or range(len(site.tail)):
        if site.tail[position].key > need.sort_key:
            return position
    return kin[-1] + 1 if kin else len(site.tail)


def _upgrade(site: ImportSite, need: Need) -> TailLine | None:
    """The line `import a` that can become the wanted `import a.b`."""
    if need.name or need.alias:
        return None
    parent = need.module.rpartition(".")[0]
    return next((line for line in site.tail if parent and line.bare == parent), None)


def _tail_edits(text: str, newline: str, site: ImportSite, lines: list[Need]) -> list[Edit]:
    """Sort *lines* into the import lines that follow the site."""
    edits: list[Edit] = []
    upgraded: set[TailLine] = set()
    at: dict[int, list[Need]] = {}
    for need in lines:
        line = _upgrade(site, need)
        if line is not None and line not in upgraded:
            upgraded.add(line)
            edits.append(Edit(line.start, line.end, f"{site.indent}{need.statement}"))
        else:
            at.setdefault(_slot(site, need), []).append(need)
    for slot, needs in at.items():
        block = [f"{site.indent}{need.statement}" for need in needs]
        if slot < len(site.tail):
            start = site.tail[slot].start
            edits.append(Edit(start, start, "".join(line + newline for line in block)))
        else:
            end = site.tail[-1].end if site.tail else _end_of_line(text, site.line_end)
            edits.append(Edit(end, end, "".join(newline + line for line in block)))
    return edits


def _insert_lines(text: str, newline: str, site: ImportSite, lines: list[Need]) -> list[Edit]:
    """Add *lines* after the site, or, for the top of a module without imports, at its place."""
    if site.names or site.tail:
        return _tail_edits(text, newline, site, lines)
    if not site.own_line:
        return [Edit(site.start, site.start, "".join(f"; {need.statement}" for need in lines))]
    block = "".join(f"{need.statement}{newline}" for need in lines)
    before = newline if site.blank_before else ""
    after = newline * (0 if site.blank_after else 1)
    return [Edit(site.start, site.start, before + block + after)]


def _end_of_line(text: str, line_end: int) -> int:
    """The offset before the line break that ends at *line_end*."""
    while line_end > 0 and text[line_end - 1] in "\r\n":
        line_end -= 1
    return line_end


def _remove_line(text: str, newline: str, site: ImportSite, above: str) -> list[Edit]:
    """Remove the lines of the site; a comment that says something stays, on its own line."""
    if site.comment and not is_pragma(site.comment):
        above += f"{site.indent}{site.comment}{newline}"
    end = site.line_end
    if not above and site.blank_before:
        # Do not leave two blank regions where there were two around the import.
        for _ in range(site.blank_after):
            match = re.compile(r"[ \t]*(?:\r\n|\n|\r)").match(text, end)
            end = match.end() if match else end
    return [Edit(site.line_start, end, above)]


def _thin_out(
    text: str, newline: str, site: ImportSite, gone: set[int], wanted: set[Need]
) -> list[Edit]:
    """Change the names of a statement that stays: `import os, imp, sys`, or part of a `from`."""
    edits: list[Edit] = []
    plain: list[Need] = []
    if site.others:  # plain imports can stand beside the others
        present = {module for _, _, module in site.others}
        plain = sorted((n for n in wanted if not n.name and not n.value), key=_key)
        wanted = wanted - set(plain)
        plain = [n for n in plain if n.module not in present or n.alias]
    spans = sorted(
        [(name.start, name.end, position) for position, name in enumerate(site.names)]
        + [(start, end, -1) for start, end, _ in site.others]
    )
    edits += _drop_aliases(text, spans, gone, plain)
    lost = [comment for edit in edits for comment in comments(text[edit.start : edit.end])]
    if lost and site.own_line:
        above = "".join(f"{site.indent}{comment}{newline}" for comment in lost)
        edits.append(Edit(site.line_start, site.line_start, above))
    rest = sorted(wanted, key=_key)
    if rest and site.own_line:
        edits += _tail_edits(text, newline, site, rest)
    elif rest:
        edits.append(Edit(site.end, site.end, "".join(f"; {need.statement}" for need in rest)))
    return edits


def _drop_aliases(
    text: str, spans: list[tuple[int, int, int]], gone: set[int], plain: list[Need]
) -> list[Edit]:
    """Remove the aliases in *gone* from a list of aliases and put *plain* in their place."""
    new = ", ".join(n.module + (f" as {n.alias}" if n.alias else "") for n in plain)
    edits: list[Edit] = []
    placed = False
    for index, (start, end, position) in enumerate(spans):
        if position < 0:
            continue
        if position not in gone:
            if new and not placed:
                edits.append(Edit(end, end, f", {new}"))
                placed = True
            continue
        if new and not placed:
            edits.append(Edit(start, end, new))
            placed = True
        elif index + 1 < len(spans):
            edits.append(Edit(start, spans[index + 1][0], ""))
        else:
            # The last alias: take the comma before it, unless that went already.
            left = [s for s in spans[:index] if s[2] not in gone or s[2] < 0]
            begin = left[-1][1] if left else start
            edits = [e for e in edits if e.end <= begin]
            edits.append(Edit(begin, end, ""))
    return edits


def sites_of(needs: Iterable[tuple[int, Need]]) -> Mapping[int, set[Need]]:
    """Group pairs of a site and a need by site."""
    grouped: dict[int, set[Need]] = {}
    for site, need in needs:
        grouped.setdefault(site, set()).add(need)
    return grouped
