"""What version tests come to on Python 3.12 and later."""

from __future__ import annotations

import ast

import pytest

from imp_migrate.meaning.reach import Reach
from imp_migrate.meaning.scopes import ScopeTree
from imp_migrate.meaning.versions import VersionTests


def truth(test: str, before: str = "", oldest: tuple[int, int] = (3, 12)) -> bool | None:
    module = ast.parse(f"{before}\n{test}\n")
    statement = module.body[-1]
    assert isinstance(statement, ast.Expr)
    return VersionTests(ScopeTree(module), oldest).truth(statement.value)


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("sys.version_info >= (3, 4)", True),
        ("sys.version_info < (3,)", False),
        ("sys.version_info[0] == 2", False),
        ("sys.version_info[0] >= 3", True),
        ("sys.version_info[:2] > (3, 11)", True),
        ("sys.version_info.major == 3", True),
        ("sys.version_info.minor < 4", False),
        ("sys.version_info >= (3, 13)", None),
        ("sys.hexversion < 0x03000000", False),
        ("sys.version < '3'", False),
        ("sys.version[0] == '2'", False),
        ("sys.version.startswith('2')", False),
        ("int(sys.version[0]) < 3", False),
        ("six.PY2", False),
        ("six.PY3", True),
        ("not six.PY2", True),
        ("PY2", False),
        ("IS_PY3", True),
        ("compat.PY34", True),
        ("hasattr(importlib, 'reload')", True),
        ("hasattr(importlib.util, 'no_such_thing')", False),
        ("sys.platform == 'win32'", None),
        ("sys.version_info >= unknown", None),
        ("sys.version_info[0] == '3'", False),
    ],
)
def test_truth(test: str, expected: bool | None) -> None:
    assert truth(test) is expected


def test_flags_are_followed_to_their_assignment() -> None:
    assert truth("PY3", "import sys\nPY3 = sys.version_info[0] == 2") is False
    assert truth("NEW", "from sys import version_info as v\nNEW = v >= (3, 3)") is True
    assert truth("NEW", "NEW = maybe()") is None
    unpacked = "import sys\nmajor, minor = sys.version_info[0:2]"
    assert truth("major == 2", unpacked) is False
    assert truth("minor < 4", unpacked) is False
    assert truth("new", "import sys\npy = sys.version_info\nnew = py.major > 2") is True


@pytest.mark.parametrize(
    ("before", "flag"),
    [
        ("def f(PY2):\n    pass", "PY2"),  # a flag, and nothing else has that name here
        ("from compat import flags", "flags.PY2"),
    ],
)
def test_flags_of_modules(before: str, flag: str) -> None:
    assert truth(flag, before) is False


@pytest.mark.parametrize(
    ("before", "flag"),
    [
        ("for PY2 in versions:\n    pass", "PY2"),
        ("options = parse()", "options.PY2"),
    ],
)
def test_a_variable_may_be_anything(before: str, flag: str) -> None:
    assert truth(flag, before) is None


def test_the_oldest_python_decides() -> None:
    assert truth("sys.version_info >= (3, 10)", oldest=(3, 8)) is None
    assert truth("sys.version_info >= (3, 10)", oldest=(3, 10)) is True


def test_flags_that_depend_on_each_other_are_given_up() -> None:
    # To follow each way in which these may have been set takes longer than anybody waits.
    flags = [f"a{n}" for n in range(12)]
    lines = [f"    {flag} = False" for flag in flags]
    for flag in flags:
        others = " and ".join(f"not {other}" for other in flags if other != flag)
        lines += [f"    if {others}:", f"        {flag} = True"]
    source = "\n".join(["def run():", *lines, "    if a0:", "        import imp"])
    tree = ScopeTree(ast.parse(source))
    assert Reach(tree).dead(tree.imports[0]) == ""


def test_every_module_has_a_spec_since_3_4() -> None:
    asked = "hasattr(module, '__spec__')"
    assert truth(asked, "module = find()\nspec = module.__spec__") is True
    assert truth(asked, "module = find()\nname = module.__name__.split('.')") is True
    assert truth(asked, "module = find()\nprint(module)") is None
    assert truth("hasattr(find(), '__spec__')", "find().__spec__") is None
