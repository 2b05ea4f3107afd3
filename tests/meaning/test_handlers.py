"""`try` statements: what their handlers catch, and which of them stand around a node."""

from __future__ import annotations

import ast

import pytest

from imp_migrate.meaning.handlers import (
    catches_import_error,
    caught,
    offers_alternative,
    tries_around,
)
from imp_migrate.meaning.scopes import ScopeTree
from imp_migrate.meaning.stdlib import fails


def attempt(source: str) -> ast.Try:
    (statement,) = ast.parse(source).body
    assert isinstance(statement, ast.Try)
    return statement


def handler(clause: str) -> ast.ExceptHandler:
    return attempt(f"try:\n    pass\n{clause}:\n    pass").handlers[0]


@pytest.mark.parametrize(
    ("clause", "names", "imports"),
    [
        ("except", {"Exception", "ImportError"}, True),
        ("except Exception", {"Exception", "ImportError"}, True),
        ("except BaseException as e", {"BaseException", "ImportError"}, True),
        ("except ImportError", {"ImportError"}, True),
        ("except ModuleNotFoundError", {"ModuleNotFoundError"}, True),
        ("except (NameError, errors.Missing)", {"NameError", "Missing"}, False),
        ("except kinds[0]", {"?"}, False),
    ],
)
def test_caught(clause: str, names: set[str], imports: bool) -> None:
    assert caught(handler(clause)) == names
    assert catches_import_error(handler(clause)) is imports


@pytest.mark.parametrize(
    ("answer", "alternative"),
    [
        ("import importlib", True),
        ("from importlib import reload", True),
        ("from elsewhere import imp", True),
        ("import imp2 as imp", True),
        ("load = importlib.machinery.SourceFileLoader(n, p)", True),
        ("return_ = __import__(name)", True),
        ("def load(): return other()", True),
        ("import elsewhere", False),
        ("import traceback; traceback.print_exc()", False),
        ("import importlib; raise", False),
        ("import importlib, sys; sys.exit(1)", False),
        ("import new as imp", False),
        ("def load(): pass", False),
        ("def load(): return False", False),
        ("def other(): import importlib", False),
        ("HAVE_IMP = False", False),
        ("imp = None", False),
    ],
)
def test_offers_alternative(answer: str, alternative: bool) -> None:
    body = "try:\n    import imp\n    def load(): pass\n"
    module = ast.parse(f"import sys\n{body}except ImportError:\n    {answer}")
    found = module.body[1]
    assert isinstance(found, ast.Try)
    assert offers_alternative(ScopeTree(module), found, found.handlers[0], fails) is alternative


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("here", []),
        ("try:\n    here\nfinally:\n    pass", ["body"]),
        ("try:\n    pass\nexcept E:\n    here", ["handler"]),
        ("try:\n    pass\nexcept E:\n    pass\nelse:\n    here", ["orelse"]),
        ("try:\n    pass\nfinally:\n    here", ["finalbody"]),
        (
            "try:\n    try:\n        pass\n    except E:\n        here\nfinally:\n    pass",
            ["handler", "body"],
        ),
    ],
)
def test_tries_around(source: str, parts: list[str]) -> None:
    tree = ScopeTree(ast.parse(source))
    (name,) = tree.references["here"]
    assert [part for _, part in tries_around(tree, name)] == parts


def test_tries_around_a_function() -> None:
    source = "try:\n    class A:\n        def f(self):\n            here\nfinally:\n    pass"
    tree = ScopeTree(ast.parse(source))
    (name,) = tree.references["here"]
    assert list(tries_around(tree, name)) == []
    assert [part for _, part in tries_around(tree, name, across=True)] == ["body"]
