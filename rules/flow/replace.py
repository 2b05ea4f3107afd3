"""What becomes of a search of which little is needed, and of what goes with it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from imp_migrate.rule import FixBuilder

from .demand import Demand
from .search import PATH, Search, Way, facts_of


def replace_search(fix: FixBuilder, demand: Demand) -> None:
    """Let a search return the path, or only raise ImportError if there is nothing."""
    search = demand.search
    if not demand.path:
        drop_targets(fix, search)
    elif search.way is Way.UNPACKED:
        keep_variable(fix, search, search.parts[PATH].target)
    elif search.way is Way.INDEXED:
        item = fix.context.parent(search.call)
        assert isinstance(item, ast.Subscript)
        drop_index(fix, item)
    for item in demand.items:
        drop_index(fix, item)
    for literal in demand.literals:
        fix.replace(literal, "{path}", path=literal.elts[PATH])
    rename(fix, search, "_find_module_path" if demand.path else "_find_spec")


def rename(fix: FixBuilder, search: Search, helper: str) -> None:
    """Let *search* call *helper* instead."""
    facts = facts_of(search, fix.context)
    fix.replace(search.use.node, fix.helper(helper, *facts))


def keep_variable(fix: FixBuilder, search: Search, variable: str | ast.expr) -> None:
    """Assign what is found to *variable* alone, instead of unpacking it."""
    assert isinstance(search.statement, ast.Assign)
    fix.retarget(search.statement, variable)


def clear(fix: FixBuilder, found: Iterable[Demand]) -> None:
    """Take out what closes the files."""
    fix.remove(*dict.fromkeys(s for d in found for s in (*d.closings, *d.resets)))


def drop_targets(fix: FixBuilder, search: Search) -> None:
    """Leave of `file, path, description = find_module(…)` only the call."""
    if search.way not in (Way.UNPACKED, Way.NAMED, Way.INDEXED):
        return
    assert isinstance(search.statement, ast.Assign)
    fix.retarget(search.statement)
    if isinstance(search.statement.value, ast.Subscript):
        drop_index(fix, search.statement.value)


def drop_index(fix: FixBuilder, item: ast.Subscript) -> None:
    """Leave of `value[…]` only the value."""
    fix.replace(item, "{value}", value=item.value)
