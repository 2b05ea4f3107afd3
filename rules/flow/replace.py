"""What becomes of a search of which little is needed, and of what goes with it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from imp_migrate.rule import Context, FixBuilder, Part

from .demand import Demand
from .search import PATH, Search, Way, awaits_wrong_path, facts_of, has_list
from .spec import call_of


def replace_search(fix: FixBuilder, demand: Demand, raising: str = "_require_module") -> None:
    """Let a search return the path, or a spec, which is true; or only raise ImportError.

    raising: the helper for the latter.
    """
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
    if demand.path:
        rename(fix, search, "_find_module_path")
    elif search.way is Way.TESTED:
        rename(fix, search, "_find_spec")
    else:
        rename(fix, search, raising, *_list_of(search, fix.context))


def _list_of(search: Search, ctx: Context) -> set[str]:
    """The fact that *search* gets a list: a `__path__` that is none may be searched, too.

    Not where somebody may wait for the RuntimeError of `imp`.
    """
    listed = has_list(search, ctx) and not awaits_wrong_path(search, ctx)
    return {"listed", "files"} if listed else set()


def rename(fix: FixBuilder, search: Search, helper: str, *known: str) -> None:
    """Let *search* call *helper* instead, of whose calls these facts are *known*, too."""
    facts = facts_of(search, fix.context) | {*known}
    fix.call_helper(search.use, helper, *facts)


def helper_call(helper: str, search: Search, fix: FixBuilder) -> tuple[str, dict[str, Part]]:
    """The call of *helper* that asks what *search* did: a template, and what its holes stand for."""
    facts = facts_of(search, fix.context) | _list_of(search, fix.context)
    return call_of(fix.helper(helper, *facts), search)


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
