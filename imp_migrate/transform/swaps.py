"""Successors that can be bound under the very name that `from imp import` bound.

Then the import changes and no use of the name has to: the safest rewrite
there is, right even where the name is also bound by another branch of a guard.
"""

from __future__ import annotations

from ..meaning.catalogue import MEMBERS, Kind
from ..meaning.scopes import ScopeTree, place_of
from ..meaning.uses import ImpImport
from ..model import Need, Request

_FUNCTIONS = {
    "reload": ("importlib", "reload"),
    "cache_from_source": ("importlib.util", "cache_from_source"),
    "source_from_cache": ("importlib.util", "source_from_cache"),
    "new_module": ("types", "ModuleType"),
    "SourcelessFileLoader": ("importlib.machinery", "SourcelessFileLoader"),
    "util": ("importlib", "util"),
    "machinery": ("importlib", "machinery"),
}

#: What a helper does with the same arguments: it can be called what an import binds.
DEFINED = frozenset({"load_source", "load_compiled", "load_package", "load_dynamic"})


def swap_of(tree: ScopeTree, found: ImpImport) -> Need | Request | None:
    """What can take the place of *found* under its name: another import, or a helper."""
    return swap_need(found.member, found.local) or _helper_of(tree, found)


def _helper_of(tree: ScopeTree, found: ImpImport) -> Request | None:
    """The helper that can be called what *found* binds, since nothing else is called that."""
    name = found.local
    if found.member not in DEFINED or name != found.member or found.silent:
        return None
    if tree.parents[found.statement] is not tree.module or len(tree.root.bindings[name]) > 1:
        return None
    hidden = any(name in tree.owned(owner).bindings for owner in tree.owners())
    starred = any(place_of(star) > place_of(found.statement) for star in tree.star_imports)
    return None if hidden or starred else Request(f"_{name}")


def swap_need(member: str, local: str) -> Need | None:
    """What to bind to *local* instead of *member* of `imp`; None if nothing is the same."""
    entry = MEMBERS.get(member)
    if entry is not None and entry.kind is Kind.CONSTANT:
        return Need("", member, "" if local == member else local, str(entry.value))
    if entry is not None and entry.kind is Kind.LEAKED and "." not in entry.replacement:
        return Need(member, alias="" if local == member else local)
    module, name = _FUNCTIONS.get(member, ("", ""))
    if not module:
        return None
    return Need(module, name, "" if local == name else local)
