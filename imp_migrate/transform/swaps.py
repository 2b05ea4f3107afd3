"""Successors that can be bound under the very name that `from imp import` bound.

Then the import changes and no use of the name has to: the safest rewrite
there is, right even where the name is also bound by another branch of a guard.
"""

from __future__ import annotations

from ..meaning.catalogue import MEMBERS, Kind
from ..model import Need

_FUNCTIONS = {
    "reload": ("importlib", "reload"),
    "cache_from_source": ("importlib.util", "cache_from_source"),
    "source_from_cache": ("importlib.util", "source_from_cache"),
    "new_module": ("types", "ModuleType"),
    "SourcelessFileLoader": ("importlib.machinery", "SourcelessFileLoader"),
    "util": ("importlib", "util"),
    "machinery": ("importlib", "machinery"),
}


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
