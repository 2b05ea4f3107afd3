"""Helpers cut to facts do what `imp` did, wherever the facts are true.

Calls of which they are not true go to the general helpers, so every scenario is
compared as a whole.
"""

from __future__ import annotations

import pytest

from imp_migrate.helpers import NAMES
from tests.helpers.laboratory import VERSIONS, Form, Laboratory, form_of, helper_module, reference

#: What may be known, so that each form occurs; "with" what else the module gets.
KNOWN = {
    "nothing": "",
    "nothing, with the others": "with",
    "no file, of what was found": "no_file found",
    "a list": "listed",
    "a list, with the others": "listed found with",
    "a list, not loaded": "listed first",
    "a list, fatal, with the others": "listed fatal with",
    "a list of absolute names": "listed absolute first no_file",
    "a list of absolute names for identifiers": "listed absolute identifier",
    "a list for identifiers": "listed identifier fatal",
    "no path": "pathless first fatal no_file",
    "no path, with the others": "pathless with",
    "no path, no built-in module": "pathless files identifier found",
    "no path, no built-in module, pure": "pathless files pure",
    "perhaps a path, no built-in module": "files identifier first pure no_file",
}

#: Where importlib finds more than `imp` did, if it may be asked.
FINDER = "a list of absolute names for identifiers"
FOUND_BY_IMPORTLIB = {"search_for_a_package_of_an_extension"}

#: The helpers that search, and those that load, apart from `name`.
SEARCHERS = ("_find_spec", "_find_module_path")
LOADERS = ("_load_spec", "_load_source")


def forms(known: str) -> list[Form]:
    """Cut all helpers to what is known of their calls, each for itself or with others."""
    words = known.split()
    facts = frozenset(words) - {"with"}
    company = (*SEARCHERS, *LOADERS) if "with" in words else ()
    return [form_of(name, facts, *(other for other in company if other != name)) for name in NAMES]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("known", KNOWN)
def test_forms_do_what_imp_did(known: str, version: str, laboratory: Laboratory) -> None:
    before = laboratory.imp(reference(version))
    used: set[str] = set()
    for seen in laboratory.helpers(version, helper_module(*forms(KNOWN[known]))):
        used.update(seen.used)
        if known == FINDER and seen.scenario in FOUND_BY_IMPORTLIB:
            assert seen.difference(before[seen.scenario])
        elif not seen.different:
            assert not seen.difference(before[seen.scenario])
    assert used == set(NAMES)
