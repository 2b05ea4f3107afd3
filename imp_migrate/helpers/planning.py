"""Which helpers a module gets for what it asks, and what each is cut to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model import Request
from .cut import COMPANY, FACTS, IMPLIED, PARTS, TEMPLATES, source

# Those that search for files, and those that end by loading a spec.
_PAIRS = frozenset({"_find_and_load", "_find_and_load_as"})
_SEARCHERS = frozenset({"_find_spec", *_PAIRS, "_find_module_path", "_find_module"})
_LOADERS = frozenset(
    {
        "_load_source",
        "_load_as",
        "_load_compiled",
        "_load_package",
        "_load_from",
        "_load_dynamic",
        "_load_module",
        *_PAIRS,
    }
)


Facts = frozenset[str]


def plan(requests: Iterable[Request]) -> dict[str, tuple[Facts, Facts]]:
    """Return the helpers to emit, with the facts to cut each to, and what becomes part of it.

    Raises ValueError for an unknown helper or fact, and for facts that exclude each other.
    """
    wanted: dict[str, Facts] = {}
    for request in requests:
        _add(wanted, request.name, _checked(request))
    _add_searchers(wanted)
    if "_load_from" in wanted and "found" in wanted.get("_load_module", ()):
        _add(wanted, "_load_from", wanted["_load_module"])
    company = set()
    if wanted.keys() >= _PAIRS and "_find_spec" not in wanted:
        company.add("with_as")
    if "_find_module_path" in wanted:
        company.add("with_path")
    if "_find_spec" in wanted:
        company.add("with_spec")
    loaders = {name for name in wanted if _ends_in_load_spec(name, wanted)}
    if "_load_spec" in wanted or len(loaders) > 1:
        for name in loaders:
            _add(wanted, "_load_spec", wanted[name] | IMPLIED.get(name, frozenset()))
    inline = frozenset(PARTS - wanted.keys())
    return {name: (facts | company, inline) for name, facts in wanted.items()}


def _checked(request: Request) -> Facts:
    """Return the facts of a request, with those that follow from them."""
    if request.name not in source()[0].keys() - TEMPLATES:
        raise ValueError(f"no helper is called {request.name!r}")
    unknown = request.facts - (FACTS - COMPANY)
    if unknown:
        raise ValueError(f"no fact is called {min(unknown)!r}")
    if {"listed", "pathless"} <= request.facts:
        raise ValueError("a path is given always, or never")
    if request.name == "_load_module" and "found" not in request.facts:
        return request.facts - {"files"}  # who knows what it is passed
    return request.facts | {"files"} if "listed" in request.facts else request.facts


def _add(wanted: dict[str, Facts], name: str, facts: Facts) -> None:
    """Want a helper; of all its calls is known what is known of each."""
    wanted[name] = wanted.get(name, facts) & facts


def _add_searchers(wanted: dict[str, Facts]) -> None:
    """Add what lets all helpers that search share one search, and what they share fit them all."""
    searchers = wanted.keys() & _SEARCHERS
    if len(searchers) > 1 and searchers & {"_find_module_path", "_find_module"}:
        for name in searchers:
            _add(wanted, "_find_module_path", wanted[name])
    for name in wanted.keys() & {"_has_module", "_require_module"}:
        if "_find_module_path" in wanted:
            _add(wanted, "_find_module_path", wanted[name])
    pairs = wanted.keys() & _PAIRS
    if "_find_spec" in wanted:
        for name in pairs:
            _add(wanted, "_find_spec", wanted[name])
    elif len(pairs) > 1:
        _add(wanted, "_find_and_load_as", wanted["_find_and_load"])


def _ends_in_load_spec(name: str, wanted: Mapping[str, Facts]) -> bool:
    if name == "_find_and_load":
        calls_another = "_find_and_load_as" in wanted and "_find_spec" not in wanted
    elif name == "_find_and_load_as":
        calls_another = {"_find_spec", "_load_as"} <= wanted.keys()
    else:
        calls_another = "found" in wanted[name] and "_load_from" in wanted
    return name in _LOADERS and not calls_another
