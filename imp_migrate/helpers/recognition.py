"""Tell the helpers that an earlier run emitted from other functions."""

from __future__ import annotations

import ast
import functools
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .cut import COMPANY, PARTS, cut, relevant, source
from .emitter import NAMES, just_emitted, respelled, without_short_names, without_types
from .planning import Facts

_PAIRS = frozenset({"_find_and_load", "_find_and_load_as"})


@dataclass(frozen=True)
class Recognised:
    """A helper that is there already.

    name: its name in `NAMES`, whatever it is called here.
    facts: what it relies on: it serves all calls of which these facts, or more, are known.
    text: what it is like, one line for each logical line.
    """

    name: str
    facts: frozenset[str]
    text: str


def recognise(
    function: ast.FunctionDef | str,
    *,
    rename: Mapping[str, str] | None = None,
    modules: Mapping[str, str] | None = None,
) -> Recognised | None:
    """Say which helper *function* is; None if it differs in more than layout and types.

    rename: what helpers are called in that module, where that is not their own name.
    modules: what modules are called there, where that is not their own name.
    """
    spelling = {here: name for name, here in {**(rename or {}), **(modules or {})}.items()}
    try:
        text = function if isinstance(function, str) else ast.unparse(function)
        if text in just_emitted:
            return Recognised(*just_emitted[text], text)
        node = ast.parse(text).body[0]
        if not text.isascii() or not isinstance(node, ast.FunctionDef):
            return None
        name = spelling.get(node.name) or _plain(node.name)
        if name not in NAMES or not _is_simple(node):
            return None
        known = frozenset(source()[2] | spelling.keys())
        text = without_short_names(ast.unparse(node))
        text = respelled(without_types(text), known, {**spelling, node.name: name})
        forms = _forms(name).get(_key(text), [])
        return next((form for form in forms if _normal(form.text) == _normal(text)), None)
    except (SyntaxError, ValueError):
        return None


def _plain(name: str) -> str:
    """Return the helper that is called *name* where its own name is taken."""
    plain = re.sub(r"_\d+$", "", name)
    return "_" + plain.removeprefix("_imp_") if plain.startswith("_imp_") else plain


def _is_simple(function: ast.FunctionDef) -> bool:
    arguments = function.args
    others = arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg or arguments.kwarg
    return not function.decorator_list and not others


@functools.lru_cache(maxsize=512)  # of which most are the forms, again and again
def _normal(text: str) -> str:
    """Return what matters of a function: neither layout nor annotations nor its docstring."""
    (function,) = ast.parse(without_types(ast.unparse(ast.parse(text)))).body
    assert isinstance(function, ast.FunctionDef)
    if ast.get_docstring(function) is not None:
        del function.body[0]
    return ast.dump(function)


def _key(text: str) -> str:
    """Return what two texts of one function certainly have in common; quick to tell."""
    lines = [line.partition("  #")[0].strip() for line in text.splitlines()[1:]]
    if lines[0].startswith('"""'):
        end = next(i for i, line in enumerate(lines) if line.endswith('"""'))
        del lines[: end + 1]
    code = "\n".join(line for line in lines if not line.startswith("assert "))
    code = re.sub(r'vars\(([\w.]+)\)\["(\w+)"\]', r"\1.\2", code)
    return re.sub(r"""[()'"\s]|: [^=\n]+(?= = \{)""", "", code)


@functools.cache
def _forms(name: str) -> dict[str, list[Recognised]]:
    """Return all forms of a helper that are emitted, by their keys."""
    texts: dict[str, Recognised] = {}
    inlines = [frozenset(chosen) for chosen in _subsets(PARTS & _mentioned(name, str))]
    for facts in _subsets(relevant(name)):
        for company in _subsets(COMPANY & _mentioned(name, str.lower)):
            for inline in inlines:
                if not _is_planned(name, facts, company, inline):
                    continue
                text = cut(name, facts | company, inline)
                texts.setdefault(text, Recognised(name, facts, text))
    forms: dict[str, list[Recognised]] = {}
    for text, form in texts.items():
        forms.setdefault(_key(text), []).append(form)
    return forms


def _is_planned(name: str, facts: Facts, company: Facts, inline: Facts) -> bool:
    """Say whether `planning` ever asks for that form."""
    if name not in _PAIRS or "with_as" in company:
        return True
    if name == "_find_and_load_as" and ("with_spec" in company) is ("_find_spec" in inline):
        return False
    if "_find_spec" in inline:
        return name == "_find_and_load" or "_load_as" in inline
    return not facts & {"absolute", "identifier"}  # they matter in _find_spec alone


def _mentioned(name: str, spelled: Callable[[str], str]) -> frozenset[str]:
    """Return the names in a function, and in the one that may become part of it."""
    functions = source()[0]
    nodes = list(ast.walk(functions[name]))
    if name in _PAIRS:
        nodes += ast.walk(functions["_find_spec"])
    return frozenset(spelled(node.id) for node in nodes if isinstance(node, ast.Name))


def _subsets(facts: frozenset[str]) -> Iterator[frozenset[str]]:
    """Yield the possible sets of *facts*, small ones first."""
    for size in range(len(facts) + 1):
        for chosen in map(frozenset, itertools.combinations(sorted(facts), size)):
            if "listed" in chosen and "files" not in chosen:
                chosen |= {"files"}
            if not {"listed", "pathless"} <= chosen:
                yield chosen
