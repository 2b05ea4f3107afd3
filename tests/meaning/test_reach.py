"""What runs on Python 3.12 and later."""

from __future__ import annotations

import ast
import textwrap

import pytest

from imp_migrate.meaning.reach import Reach
from imp_migrate.meaning.scopes import ScopeTree


def truth(test: str, before: str = "") -> bool | None:
    module = ast.parse(f"{before}\n{test}\n")
    statement = module.body[-1]
    assert isinstance(statement, ast.Expr)
    return Reach(ScopeTree(module)).truth(statement.value)


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("PY3", True),
        ("not (PY2 or anything)", None),
        ("not (PY3 or anything)", False),
        ("PY27 or PY3", True),
        ("PY2 and anything", False),
        ("anything and PY3", None),
    ],
)
def test_truth(test: str, expected: bool | None) -> None:
    assert truth(test) is expected


def test_truth_of_what_a_test_unpacked() -> None:
    unpacked = "import sys\nmajor, minor = sys.version_info[0:2]"
    assert truth("major == 2 or major == 3 and minor < 4", unpacked) is False


@pytest.mark.parametrize(
    ("test", "expected"), [("util", True), ("util is None", False), ("util is not None", True)]
)
def test_truth_of_an_imported_name(test: str, expected: bool) -> None:
    attempt = "try:\n    from importlib import util\nexcept ImportError:\n    util = None"
    assert truth(test, attempt) is expected
    assert truth(test, attempt.replace("importlib", "unknown")) is None


def dead(source: str) -> str:
    """Why the one call of `here` in *source* never runs."""
    tree = ScopeTree(ast.parse(textwrap.dedent(source)))
    (name,) = tree.references["here"]
    return Reach(tree).dead(name)


DEAD = {
    "if PY2:\n    here()": "version test on line 1",
    "if PY3:\n    pass\nelse:\n    here()": "version test on line 1",
    "a = here() if PY2 else 1": "version test on line 1",
    "a = PY3 or here()": "version test on line 1",
    "while PY2:\n    here()": "version test on line 1",
    "if PY2:\n    def f():\n        here()": "version test on line 1",
    "def f():\n    if PY3:\n        return\n    here()": "line 2 leaves the block first",
    "try:\n    import importlib\nexcept ImportError:\n    here()": "what line 1 tries works",
    "try:\n    import os\n    class A(Exception):\n        def f(self, a=1): return b\n"
    "except NameError:\n    here()": "what line 1 tries works",
    "try:\n    import __builtin__\n    here()\nexcept ImportError:\n    pass": (
        "the import on line 2 fails first"
    ),
}


@pytest.mark.parametrize(("source", "reason"), DEAD.items())
def test_dead(source: str, reason: str) -> None:
    assert reason in dead(source)


@pytest.mark.parametrize(
    "source",
    [
        "if PY3:\n    here()",
        "if PY2:\n    pass\nelse:\n    here()",
        "a = 1 if PY2 else here()",
        "a = PY2 or here()",
        "if here() and PY2:\n    pass",
        "def f():\n    if anything:\n        return\n    here()",
        "try:\n    import unknown\nexcept ImportError:\n    here()",
        "try:\n    import importlib\nexcept ValueError:\n    here()",
        "try:\n    import __builtin__\nexcept ImportError:\n    here()",
        "try:\n    from os import getcwdu\nexcept ImportError:\n    here()",
        "try:\n    class A(gone.B): pass\nexcept NameError:\n    here()",
        "try:\n    class A: b = gone.B\nexcept NameError:\n    here()",
        "try:\n    class A(metaclass=gone): pass\nexcept NameError:\n    here()",
        "try:\n    def f(a=gone.B): pass\nexcept NameError:\n    here()",
        "try:\n    def f(*, a: gone.B): pass\nexcept NameError:\n    here()",
        "try:\n    def f() -> gone.B: pass\nexcept NameError:\n    here()",
    ],
)
def test_alive(source: str) -> None:
    assert dead(source) == ""


@pytest.mark.parametrize(
    ("source", "fails"),
    [
        ("try:\n    reload\nexcept NameError:\n    from imp import reload", True),
        ("try:\n    reload\nexcept NameError:\n    pass\nreload = 1", False),
        ("try:\n    print\nexcept NameError:\n    pass", False),
        ("try:\n    import __builtin__\nexcept ImportError:\n    pass", False),
    ],
)
def test_always_fails(source: str, fails: bool) -> None:
    module = ast.parse(source)
    attempt = module.body[0]
    assert isinstance(attempt, ast.Try)
    assert Reach(ScopeTree(module)).always_fails(attempt) is fails


_CHOICE = """
def {name}():
    here()

if {test}:
    {name}()
else:
    other()
"""


@pytest.mark.parametrize(
    ("name", "test", "more", "is_dead"),
    [
        ("load_py2", "PY2", "", True),
        ("_load_python_2", "PY2", "", True),
        ("py2_load", "PY2", "", True),
        ("load_py27", "PY2", "", True),
        ("load_py2", "PY3", "", False),
        ("load_py2", "whatever", "", False),
        ("load_py2", "PY2", "load_py2()", False),
        ("load_py2", "PY2", "table = [load_py2]", False),
        ("load_py2", "PY2", "import app\napp.load_py2()", False),
        ("load_py2", "PY2", "getattr(app, 'load_py2')()", False),
        ("load_py2", "PY2", "for name in dir(): pass", False),
        ("load_py2", "PY2", "globals()[name]()", False),
        ("load_py2", "PY2", "from app import load_py2 as load", False),
        ("load_py2", "PY2", "if other:\n    def load_py2(): pass", False),
        ("load_old", "PY2", "", False),
        ("load_py23", "PY2", "", False),
        ("py2or3", "PY2", "", False),
        ("happy2", "PY2", "", False),
    ],
)
def test_functions_for_python_2(name: str, test: str, more: str, is_dead: bool) -> None:
    reason = dead(_CHOICE.format(name=name, test=test) + more)
    assert reason == (f"nothing calls {name} on Python 3.12+" if is_dead else "")


def test_functions_that_nobody_calls() -> None:
    code = _CHOICE.format(name="load_py2", test="PY2")
    assert not dead(code.replace("    load_py2()", "    pass"))
    assert not dead(code.replace("def", "@decorated\ndef"))
    assert not dead(code.replace("    here()", "    here()\n    load_py2()"))
    within = textwrap.indent(code.replace("def", "if x:\n    def", 1).replace("here", " here"), " ")
    assert not dead(f"class A:\n{within}")
