"""Import statements: which of `imp`'s go, and where the new ones stand.

A new import takes the place of the `import imp` it succeeds, in the same block,
so that guards, function-local imports and code that must run before an import
keep their order.  Everything here is plain data: the statements are decided
last, when it is known which fixes are applied together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..model import Need, Request
from .changes import Change, InsertStatements, RewriteImport, Span


@dataclass(frozen=True)
class ImportedName:
    """One name that an import statement takes from `imp`.

    at: span of the name and its alias.
    uses: numbers of the uses that keep the name, never none; it can go when all are
        fixed.  (An unused import counts as its own use.)
    pinned: why the name stays whatever happens to its uses; "" if it does not.
    swap: what binds the same local name to the successor, if there is one: an import, or
        a helper of that name.
    """

    at: Span
    uses: frozenset[int]
    pinned: str = ""
    swap: Need | Request | None = None

    def goes(self, fixed: frozenset[int], swapped: bool) -> bool:
        """Say whether the name goes when the uses *fixed* no longer need it."""
        return (swapped and self.swap is not None) or (not self.pinned and self.uses <= fixed)


@dataclass(frozen=True)
class TailLine:
    """An import, or a constant of imp, that follows a site directly: new ones are sorted in there.

    key: `Need.sort_key` of what it binds.
    bare: span of the module's name, when it is just `import module`.
    """

    at: Span
    key: tuple[int, str, str]
    bare: Span | None = None

    @property
    def is_constant(self) -> bool:
        return self.key[0] == 2


@dataclass(frozen=True)
class ImportSite:
    """A statement that imports from `imp`, or the top of the module (`names` empty).

    at: span of the statement; for the top, of the one beside which new imports go:
        *after* it, or before it, *apart* so many blank lines.
    others: the modules of the names in the statement that are not `imp`.
    provided: what is bound already, wherever this site's imports are visible.
    preceding: the last site that has bound what it is to bind when this one runs, if there is one.
    tail: the imports on the lines right after it.
    head: for `from imp import …`, those on the lines right before it.
    """

    at: Span
    names: tuple[ImportedName, ...] = ()
    others: tuple[str, ...] = ()
    is_from: bool = False
    provided: frozenset[Need] = frozenset()
    preceding: int | None = None
    tail: tuple[TailLine, ...] = ()
    head: tuple[TailLine, ...] = ()
    after: bool = False
    apart: int = 0


def site_changes(
    site: ImportSite, needs: Iterable[Need], fixed: frozenset[int], swapped: frozenset[int]
) -> Iterator[Change]:
    """What makes *site* bind *needs* and let go of what is no longer used.

    fixed: numbers of the uses whose fixes are applied.
    swapped: positions of names in the site that are replaced under their own name.
    """
    wanted = set(needs)
    gone = {i for i, name in enumerate(site.names) if name.goes(fixed, i in swapped)}
    for position in gone & swapped:
        swap = site.names[position].swap
        wanted |= {swap} if isinstance(swap, Need) else set()
    wanted -= site.provided
    wanted = _without_covered(wanted, site.provided)
    if not wanted and not gone:
        return
    lost = tuple(sorted(site.names[i].at for i in gone))
    above = {need for need in wanted if _is_above(site, need)}
    yield from _among_head(site, sorted(above, key=_key))
    wanted -= above
    if not site.names:
        yield from _beside(site, sorted(wanted, key=_key))
    elif len(gone) < len(site.names) or site.others:
        yield from _thinned_out(site, lost, wanted)
    elif site.is_from and _only_module_changes(site, wanted):
        yield RewriteImport(site.at, module=next(iter(wanted)).module)
    else:
        here, later = _split_by_tail(site, sorted(wanted, key=_key))
        yield RewriteImport(site.at, lost, (), tuple(need.statement for need in here))
        yield from _among_tail(site, later)


def _key(need: Need) -> tuple[tuple[int, str, str], str]:
    return need.sort_key, need.alias


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


def _thinned_out(site: ImportSite, lost: tuple[Span, ...], wanted: set[Need]) -> Iterator[Change]:
    """Change the names of a statement that stays: `import os, imp, sys`, or part of a `from`."""
    names: tuple[str, ...] = ()
    if site.others:  # plain imports can stand beside the others
        plain = {n for n in wanted if not n.name and not n.value}
        wanted = wanted - plain
        new = sorted((n for n in plain if n.module not in site.others or n.alias), key=_key)
        names = tuple(n.module + (f" as {n.alias}" if n.alias else "") for n in new)
    rest = sorted(wanted, key=_key)
    statements = () if site.tail else tuple(need.statement for need in rest)
    if lost or names or statements:
        yield RewriteImport(site.at, lost, names, statements)
    if site.tail:
        yield from _among_tail(site, rest)


def _is_above(site: ImportSite, need: Need) -> bool:
    """Say whether *need*, a plain import, belongs among those that stand above `from imp import …`."""
    keys = [line.key for line in site.head]
    in_order = keys == sorted(keys) and any(kind == 0 for kind, _, _ in keys)
    return in_order and not (need.name or need.value)


def _among_head(site: ImportSite, lines: list[Need]) -> Iterator[Change]:
    """Sort *lines* into the plain imports above *site*, which are in order."""
    plain = [line for line in site.head if line.key[0] == 0]
    upgraded: set[TailLine] = set()
    for need in lines:
        line = _upgrade(plain, need)
        if line is not None and line.bare and line not in upgraded:
            upgraded.add(line)
            yield RewriteImport(line.at, (line.bare,), (), (need.statement,))
            continue
        following = next((line for line in plain if line.key > need.sort_key), None)
        at = following or plain[-1]
        yield InsertStatements(at.at, (need.statement,), after=following is None)


def _only_module_changes(site: ImportSite, wanted: set[Need]) -> bool:
    """Say whether `from imp import …` becomes `from other import …` with the same names."""
    swaps = {name.swap for name in site.names}
    modules = {swap.module for swap in wanted}
    return (
        wanted == swaps
        and all(need.name and not need.value for need in wanted)
        and len(modules) == 1
        and modules <= {"importlib", "importlib.util"}
    )


def _split_by_tail(site: ImportSite, lines: list[Need]) -> tuple[list[Need], list[Need]]:
    """Part *lines* into those that stand at the site itself and those sorted in further down."""
    if not site.tail:
        return lines, []
    here = [n for n in lines if _slot(site, n) == 0 and not _upgrade(site.tail, n)]
    return here, [n for n in lines if n not in here]


def _slot(site: ImportSite, need: Need) -> int:
    """How many lines of the tail come before *need*.

    It stands among the lines of its own package, if there are any, else before
    the first line that sorts after it, or that itself is not where it sorts.  Where
    it comes to stand does not depend on which other imports are added, before it or
    with it.
    """
    package = need.module.partition(".")[0]
    kin = [
        position
        for position, line in enumerate(site.tail)
        if line.key[0] == need.sort_key[0]
        and (line.is_constant or line.key[1].partition(".")[0] == package)
    ]
    in_order = _in_order(site)
    # Of some files, the modules alone are in order, whether they are imported or from.
    key = _module_of if not kin and _by_module(site.tail[:in_order]) else tuple
    for position in kin or range(in_order):
        if key(site.tail[position].key) > key(need.sort_key):
            return position
    return kin[-1] + 1 if kin else in_order


def _module_of(key: tuple[int, str, str]) -> tuple[object, ...]:
    return (key[1].lower(),)


def _by_module(lines: Sequence[TailLine]) -> bool:
    """Say whether *lines* are in the order of their modules, and in no other."""
    keys = [line.key for line in lines]
    return keys == sorted(keys, key=_module_of) != sorted(keys)


def _in_order(site: ImportSite) -> int:
    """How many lines of the tail are in order, the import of `imp` before them included.

    Both orders count: of statements, as isort has it, and of modules alone.
    """
    if not site.names:
        return len(site.tail)
    last = (int(site.is_from), "imp")
    for position, line in enumerate(site.tail):
        this = (line.key[0], line.key[1].lower())
        if this < last and this[1] < last[1]:
            return position
        last = this
    return len(site.tail)


def _upgrade(lines: Iterable[TailLine], need: Need) -> TailLine | None:
    """The line `import a` that can become the wanted `import a.b`."""
    if need.name or need.alias:
        return None
    parent = need.module.rpartition(".")[0]
    return next((line for line in lines if parent and line.bare and line.key[1] == parent), None)


def _among_tail(site: ImportSite, lines: list[Need]) -> Iterator[Change]:
    """Sort *lines* into the imports that follow the site."""
    upgraded: set[TailLine] = set()
    at: dict[int, list[str]] = {}
    for need in lines:
        line = _upgrade(site.tail, need)
        if line is not None and line.bare and line not in upgraded:
            upgraded.add(line)
            yield RewriteImport(line.at, (line.bare,), (), (need.statement,))
        else:
            at.setdefault(_slot(site, need), []).append(need.statement)
    for slot, statements in at.items():
        if slot < len(site.tail):
            yield InsertStatements(site.tail[slot].at, tuple(statements))
        else:
            yield InsertStatements(site.tail[-1].at, tuple(statements), after=True)


def _beside(site: ImportSite, lines: list[Need]) -> Iterator[Change]:
    """Add *lines* at the top of the module."""
    if site.tail:
        yield from _among_tail(site, lines)
    elif lines:
        text = "\n".join(need.statement for need in lines)
        yield InsertStatements(site.at, (text,), site.after, site.apart)


def sites_of(needs: Iterable[tuple[int, Need]]) -> Mapping[int, set[Need]]:
    """Group pairs of a site and a need by site."""
    grouped: dict[int, set[Need]] = {}
    for site, need in needs:
        grouped.setdefault(site, set()).add(need)
    return grouped
