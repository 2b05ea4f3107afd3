"""Where helpers can stand in a module, and which are there already."""

from __future__ import annotations

import ast

import pytest

import imp_migrate
from imp_migrate.meaning.reach import Reach
from imp_migrate.meaning.resolve import Resolver
from imp_migrate.meaning.scopes import ScopeTree
from imp_migrate.options import Options
from imp_migrate.text.source import Source
from imp_migrate.transform.emission import HelperBlock
from imp_migrate.transform.helper_place import HelperPlace
from imp_migrate.transform.names import Namer


def place_of(source: str) -> HelperPlace:
    tree = ScopeTree(ast.parse(source))
    return HelperPlace(Source.from_text(source), tree, Resolver(tree, Reach(tree)).resolve())


def block_of(source: str, options: Options | None = None) -> HelperBlock:
    place = place_of(source)
    namer = Namer(place.tree, Reach(place.tree), 0, place.own_names(), {}, lambda site: frozenset())
    return place.block(namer, options or Options())


@pytest.mark.parametrize(
    "source",
    [
        "import imp\n<import os>|\n\nimp.reload(os)\n",
        "import os\nx = call()\n<import imp>|\nimp.reload(os)\n",
        "import os\n<try:\n    import imp\nexcept ImportError:\n    imp = None>|\n\ncall()\n",
        "<import os>|\nimport imp; imp.reload(os)\n",
        "<import os>|\n\n\ndef f():\n    import imp\n    imp.reload(os)\n",
        "import os\n\ndef f():\n    pass\n\nimport imp\n<import sys>|\nimp.reload(os)\n",
        "# comment\n\n|<def f():\n    import imp\n    imp.reload(f)>\n",
        "import imp\nimport os\n\n__all__ = ['f']\n<log = call(os)>|\n\n\ndef f():\n    imp.reload(f)\n",
        "import imp\n<X = 1>|\n\n\n@call\nclass F:\n    pass\n\n\nimp.reload(F)\n",
        "<'doc'>|\n\ndef f():\n    import imp\n    imp.reload(f)\n",
    ],
)
def test_anchor(source: str) -> None:
    plain = source.replace("|", "")
    start, end = plain.index("<"), plain.index(">") - 1
    block = block_of(plain.replace("<", "").replace(">", ""))
    assert (block.at, block.after) == ((start, end), ">|" in source)


@pytest.mark.parametrize(
    ("source", "room"),
    [
        ("import imp\nimp.reload(x)\n", True),
        ("'doc'; import imp\nimp.reload(x)\n", True),
        ("'doc'; __import__('imp').reload(x)\n", False),
    ],
)
def test_room(source: str, room: bool) -> None:
    assert place_of(source).has_room is room


def test_style() -> None:
    block = block_of("import imp\n\n\ndef f(a: int):\n\treturn imp.reload(a)\n")
    assert (block.annotated, block.indent) == (True, "\t")
    block = block_of("import imp\n")
    assert (block.annotated, block.indent) == (False, "    ")
    block = block_of("import imp\ndef f \\\n\t(): return imp\n")  # no indentation
    assert block.indent == "    "
    block = block_of("import imp\ndef f(): \\\n   x; return imp\ndef g():\n return imp\n")
    assert block.indent == " "


def test_taken_names_of_modules() -> None:
    block = block_of("import imp\nsys = 1\nimp.load_source('a', 'b')\n")
    assert block.modules == (("sys", "_sys"),)


def test_options_reach_the_block() -> None:
    block = block_of("import imp\n", Options(helper_module="pkg.shared", target_version=(3, 10)))
    assert (block.module, block.target_version) == ("pkg.shared", (3, 10))


def test_own_helpers_are_recognised() -> None:
    source = "import imp\n\nPY_SOURCE = 1\n_imp_C_EXTENSION = 3\n\nimp.reload(imp)\n"
    assert place_of(source).own_names() == {
        "PY_SOURCE": "PY_SOURCE",
        "C_EXTENSION": "_imp_C_EXTENSION",
    }
    (source_kind, _) = block_of(source).existing
    name, at, facts = source_kind
    assert at is not None
    assert (name, source[slice(*at)], facts) == ("PY_SOURCE", "PY_SOURCE = 1", frozenset())


@pytest.mark.parametrize(
    "definition",
    [
        "PY_SOURCE = 2",  # not its value
        "PY_SOURCE = 1\nPY_SOURCE = 1",  # bound twice
        "def _load_source(name, path):\n    pass",  # not our function
        "imp.reload(imp)\ncall()\nPY_SOURCE = 1",  # later than it is needed
    ],
)
def test_others_are_not_ours(definition: str) -> None:
    assert place_of(f"import imp\n\n{definition}\n\nimp.reload(imp)\n").own_names() == {}


def test_a_helper_that_shares_its_line_has_no_lines_of_its_own() -> None:
    ((name, at, _),) = block_of("import imp\nPY_SOURCE = 1; x = 2\n").existing
    assert (name, at) == ("PY_SOURCE", None)


def test_a_helper_that_gives_way_leaves_no_comments() -> None:
    narrow = """
import imp
import os

here = os.path.dirname(os.path.abspath(__file__))


def first():
    try:
        file, path, description = imp.find_module("other", [here])
    except ImportError:
        return None
    return imp.load_module("other", file, path, description)
"""
    wide = """

def second(name, path):
    import imp
    file, path, description = imp.find_module(name, path)
    return imp.load_module(name, file, path, description)
"""
    comment = "# to list the directory anew"
    before = imp_migrate.migrate(narrow).text
    assert comment in before
    after = imp_migrate.migrate(before + wide).text
    assert comment not in after
    assert after.count("def _find_spec(") == 1


@pytest.mark.parametrize("more", ['a, pathname="b"', "*a, **b"])
def test_a_helper_that_gives_way_makes_room_for_another(more: str) -> None:
    """What stands below it may call it before what is added does."""
    before = imp_migrate.migrate("import imp\nimp.load_source('a', 'b')\n").text
    assert "def _load_source(name, path):" in before
    after = imp_migrate.migrate(f"{before}import imp\nimp.load_source({more})\n").text
    assert after.index("def _load_source(name, pathname") < after.index("_load_source('a', 'b')")
    assert after.count("def _load_source(") == 1
