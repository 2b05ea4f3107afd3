"""What the fuzzer has found, made small: once wrong, each with what was to be seen to."""

from __future__ import annotations

import pytest

import imp_migrate
from imp_migrate.options import Options

from .check import problem

FOUND = {
    "a semicolon behind a backslash, on the next line": (
        "import imp ; table = {imp.PY_SOURCE: 1} \\\n\t;\nprint(imp.PKG_DIRECTORY, table);\n"
    ),
    "parentheses that hold lines together": (
        "import imp\nimport os; PATH = (os  # c1\n    .path.\n  join(imp.find_module('pack')[1], 'x'))\n"
        "with open(PATH) as file: print(file.read())\n"
    ),
    "an async comprehension that LibCST stumbles over": (
        "import imp\nasync def make(names, factory=imp.new_module):\n"
        "    return [factory(name) async\n        for name in walk(names)]\n"
    ),
    "a name that only a branch binds that never runs": (
        "import imp\nif hasattr(imp, 'get_tag'):\n    T = imp.get_tag()\nelse:\n    TAG = 'old'\n"
        "print(TAG)\n"
    ),
    "a yield in a branch that never runs": (
        "import imp\ndef names():\n    if hasattr(imp, 'get_tag'):\n        return\n    else:\n"
        "        yield 1\nprint(list(names()))\n"
    ),
    "a comment to linters alone on its line": (
        "from imp import (  # all\n    # noqa: IMP101\n    PY_SOURCE, PKG_DIRECTORY,\n)\n"
        "print(PY_SOURCE)\n"
    ),
    "a word right behind a bracket": (
        "import imp\nprint(imp.load_module('sys', None, None, ('', '', imp.C_BUILTIN))is None)\n"
    ),
    "global behind the use": (
        "import imp\ndef main():\n    module = imp.load_source('name', 'path')\n    global sys\n"
    ),
    "an apostrophe in the name of a module": (
        "import imp\nwith open(imp.find_module('top')[1]) as file:\n    print(file.read())\n"
        """source = open(imp.find_module("al'p\\\\ha\\n", ["plugins"])[1]).read()\n"""
    ),
    "a variable that nonlocal names": (
        "import sys\ndef outer():\n    import imp\n    def inner():\n        nonlocal imp\n"
        "        imp.reload(sys)\n    inner()\n"
        "def other():\n    def inner():\n        nonlocal imp\n    import imp\n"
    ),
    "a name of imp that is ambiguous, reloaded": (
        "if x:\n    print(reload(imp))\nwith open(imp) as imp:\n    import imp\n"
        "    from imp import *\n"
    ),
    "a bare carriage return in a string": (
        '"""first\rsecond"""\nfrom sys import path_hooks\nclass Entry:\n'
        "    def __init__(self, entry):\n            raise ImportError\n\n"
        "    def find_module(self, name):\n        return None\n"
    ),
}
ORDERED = {
    "an indented comment behind an import": (
        "import imp\n\n      # imp c2\ndef sort(names):\n     return imp.C_EXTENSION\n"
        "def source_only(name):\n"
        '    _, path, description = imp.find_module(name, ["."])\n'
        "    return description[2] != imp.PY_SOURCE\n"
    ),
    "helpers above a crowded line": (
        'import imp; f, p, d = imp.find_module("alpha", ["plugins"])\n'
        'try: first = f.readline().strip(); module = imp.load_module("alpha", f,\np, d)\n'
        "finally:\n    f.close()\nprint(first, module.FILE, d[0], p)\n"
    ),
    "a comment between a block and the next that belongs to neither": (
        'import imp\ntry:\n imp.find_module("nothing")  # c2\n import nothing\n'
        "except ImportError: nothing = None\n\n # c3\ntry:\n imp.find_module('top')\n"
        " def use():\n  return top.__name__\nexcept ImportError: use = None\n"
    ),
    "a constant beside a statement that goes": (
        "del imp\nimport imp; import sys; print(imp.PY_SOURCE)\n"
    ),
    "a sole argument that gets a line of its own": (
        "import imp\n"
        'print(imp.cache_from_source("mod.py", None) == imp.cache_from_source("mod.py"))\n'
        'print(imp.cache_from_source(path="mod.py") == imp.cache_from_source("mod.py"))\n'
    ),
}


@pytest.mark.parametrize("what", FOUND)
@pytest.mark.parametrize(
    "options",
    [Options(), Options(helpers=False), Options((3, 13), unsafe_fixes=True, helpers=False)],
    ids=["", "no helpers", "unsafe"],
)
def test_found_before(what: str, options: Options) -> None:
    for end in ("\n", "\r\n"):
        assert problem(FOUND[what].replace("\n", end), options) is None


@pytest.mark.parametrize("what", {**FOUND, **ORDERED})
@pytest.mark.parametrize("order", range(6))
def test_one_by_one(what: str, order: int) -> None:
    assert problem({**FOUND, **ORDERED}[what], Options(), order) is None


def test_what_never_runs_stays_where_it_is_missed() -> None:
    """As a branch that says so: what it binds, or makes of its function, counts."""
    for what in ("a name that only a branch binds that never runs", "a yield in a branch"):
        text = next(text for name, text in FOUND.items() if name.startswith(what))
        assert "    if True:" in imp_migrate.migrate(text).text.replace("\nif", "\n    if")
