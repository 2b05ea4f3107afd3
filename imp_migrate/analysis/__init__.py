"""The one analysis that all front ends share: a source in, a plan out."""

from __future__ import annotations

import ast
import warnings

from ..meaning.importlib_uses import ImportlibUses
from ..meaning.reach import Reach
from ..meaning.scopes import ScopeTree
from ..options import Options
from ..plan import Plan
from ..text.scan import is_endlessly_dotted, is_relevant, may_hold_pickle, mentions_imp
from ..text.source import Source
from ..unreadable import MOST_CHARACTERS, explain, too_large
from .module import ModuleAnalysis, misuses
from .selection import select


def analyse(source: Source, options: Options, tree: ast.Module | None = None) -> Plan:
    """Find every use of `imp`, and misuse of what replaced it, and say what becomes of it.

    *tree*, if given, is the syntax tree of *source*, which is then not parsed again.
    Never raises for what a file contains: one that cannot be parsed gives a
    plan with one diagnostic that says why.
    """
    data = source.text.encode("utf-8", "replace")
    if not (is_relevant(data) or source.neighbours.givers):
        return Plan(source)
    if len(source.text) > MOST_CHARACTERS and mentions_imp(data):
        return select(Plan(source, (too_large(source),)), options)
    if tree is None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes are none of our business
                if is_endlessly_dotted(source.text):
                    raise RecursionError
                source.check()
                tree = ast.parse(source.text)
                source.check(tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if not mentions_imp(data):
                return Plan(source)
            found = explain(source, error)
            return select(Plan(source, (found,)), options)
    if not mentions_imp(data):
        scopes = ScopeTree(tree, source.place)
        concerns = b"find_module" in data or may_hold_pickle(data) or source.neighbours.givers
        if not concerns and not any(misuses(ImportlibUses(scopes, Reach(scopes), source.filename))):
            return Plan(source, scopes=scopes)
    return ModuleAnalysis(source, options, tree).plan()
