"""Every finding that needs a person says what to do, in the imperative."""

from __future__ import annotations

import re

import pytest

import imp_migrate
from imp_migrate.meaning.advice import advice_for
from imp_migrate.meaning.catalogue import MEMBERS
from imp_migrate.model import Diagnostic, Status
from tests.rules.code import left
from tests.test_rules import MODULES

from .test_manual import CASES

VERBS = frozenset({
    "add", "allow", "ask", "build", "call", "catch", "compare", "convert", "correct", "define",
    "delete", "do", "find", "give", "import", "keep", "let", "list", "load", "look", "make",
    "migrate", "move", "name", "pass", "patch", "put", "rename", "return", "rewrite", "run",
    "save", "search", "set", "settle", "share", "split", "store", "take", "test", "use",
    "write",
})  # fmt: skip

MORE = [
    "import imp\nif x:\n    imp = y\nimp.reload(m)\n",
    "import imp\nnames = globals()\nnames['imp'].reload(m)\n",
    "import imp\nfinder: 'imp.NullImporter'\n",
    "import sys\nsys.modules['imp'].reload(m)\n",
    "import sys\nsys.modules['imp'] = shim\nimport imp\nimp.reload(m)\n",
    "from imp import *\nfrom other import *\nreload(m)\n",
    "try:\n    import imp\nexcept ImportError:\n    imp = None\nimp.reload(m)\n",
    "import imp\nimp.find_module('a.b')\n",
    "import imp\nimp.find_module('a', 'b')\n",
    "import imp\nimp.get_tag(*a)\n",
    "import imp\nimp.load_module(n, None, p, ('', '', 99))\n",
    "import imp\n__all__ = ['imp']\n",
    "import imp\nclass Nothing(imp.NullImporter): pass\n",
    "import imp\nimp.acquire_lock()\n",
    "import imp\nx = imp.lock_held()\n",
    "open = 1\nimport imp\nx = imp.find_module(n, p)\nuse(x)\n",
    "from __future__ import annotations; imp = __import__('imp'); imp.load_source(n, p)\n",
    "import imp\nprint 'imp'\n",
    "import imp\nx = = 1\n",
    "import imp\nx = " + "(" * 300 + ")" * 300 + "\n",
]
EXAMPLES = [e.before for module in MODULES for e in module.EXAMPLES]


def clauses(message: str) -> list[str]:
    """The first word of every part of *message*."""
    return [
        part.split()[0]
        for part in re.split(r"(?:^|[;:,] (?:and |or |but |first |else )?)", message)
        if part.split()
    ]


def by_hand(text: str) -> list[Diagnostic]:
    found = imp_migrate.migrate(text).remaining
    return [d for d in found if d.status is Status.MANUAL]


@pytest.mark.parametrize("text", [*EXAMPLES, *MORE, *(f"import imp\n{c}\n" for c, _, _ in CASES)])
def test_imperative(text: str) -> None:
    for diagnostic in by_hand(text):
        assert VERBS & set(clauses(diagnostic.message)), diagnostic.message


@pytest.mark.parametrize("text", MORE)
def test_these_need_a_person(text: str) -> None:
    assert by_hand(text)


@pytest.mark.parametrize("member", sorted(MEMBERS))
def test_advice_on_every_member(member: str) -> None:
    assert advice_for(member).split()[0] in VERBS


def test_a_name_that_hides_a_builtin() -> None:
    """The line to change is named, and what it is in the way of."""
    found = left("x = imp.find_module(n, p)\nuse(x)\n", "import imp\ndef open(): pass\n")
    assert [d.message.rpartition("; ")[2] for d in found] == [
        "first rename `open` of line 2, which the helper needs as the builtin"
    ]


def test_a_star_import_that_may_hide_a_builtin() -> None:
    imports = "import imp\nfrom numpy import *\n"
    found = left("x = imp.find_module(n, p)\nuse(x)\n", imports)
    assert all("import by name what `import *` is for" in d.message for d in found)


def test_the_lines_that_keep_an_import() -> None:
    """Where there are many, it is enough to begin."""
    uses = "".join(f"register(imp, {number})\n" for number in range(12))
    text = f"import imp\n{uses}"
    message = by_hand(text)[0].message
    lines = ", ".join(f"line {number}" for number in range(2, 10))
    assert message.endswith(f"settle {lines}, ... by hand; until then this import stays")
    assert "settle line 2 by hand" in by_hand("import imp\nregister(imp)\n")[0].message
    assert "settle line 2 and line 3 by hand" in by_hand(f"import imp\n{uses[:34]}\n")[0].message
    message = by_hand(f"import imp\n{uses[:51]}\n")[0].message
    assert "settle line 2, line 3 and line 4 by hand" in message
