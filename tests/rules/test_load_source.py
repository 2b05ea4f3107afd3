"""load_source and load_compiled, and what becomes of their file."""

from __future__ import annotations

import pytest

import imp_migrate
from imp_migrate.model import Applicability
from tests.rules.code import left, migrated


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("m = imp.load_source(n, p)\n", "m = _load_source(n, p)\n"),
        ("m = imp.load_compiled(n, p)\n", "m = _load_compiled(n, p)\n"),
        ("m = imp.load_source(n, p, None)\n", "m = _load_source(n, p)\n"),
        ("m = imp.load_source(n, p, open(p))\n", "m = _load_source(n, p)\n"),
        ("m = imp.load_source(n, p, file=open(p, 'rb'))\n", "m = _load_source(n, p)\n"),
        ("with open(p) as f:\n    m = imp.load_source(n, p, f)\n", "m = _load_source(n, p)\n"),
        (
            "with open(p) as f:\n    m = imp.load_source(n, p, f)\n    f.seek(0)\n",
            "with open(p) as f:\n    m = _load_source(n, p)\n    f.seek(0)\n",
        ),
        (
            "f = None\ntry:\n    f = open(p)\n    m = imp.load_source(n, p, f)\n"
            "finally:\n    if f:\n        f.close()\n",
            "m = _load_source(n, p)\n",
        ),
        (
            "f = open(p, 'rb')\nm = imp.load_compiled(n, p, f)\nf.close()\n",
            "m = _load_compiled(n, p)\n",
        ),
        (
            "f = open(p)\nprepare()\nimp.load_source(n, p, f)\n",
            "open(p).close()\nprepare()\n_load_source(n, p)\n",
        ),
        ("pair = n, p\nimp.load_source(*pair)\n", "pair = n, p\n_load_source(*pair)\n"),
        ("load = imp.load_source\n", "load = _load_source\n"),
    ],
)
def test_rewritten(before: str, after: str) -> None:
    assert migrated(before) == after
    assert not left(before)


@pytest.mark.parametrize(
    "code",
    [
        "imp.load_source(n, p, f)\n",
        "imp.load_source(*(n, p, f))\n",
        "imp.load_source(*arguments)\n",
        "imp.load_source(**arguments)\n",
        "f = open(p, 'rb')\nf.read(3)\nimp.load_source(n, p, f)\n",
        "imp.load_source(n, p, open(q, 'rb'))\n",
        "def open(p):\n    return p\nimp.load_source(n, p, open(p))\n",
        "from codecs import open\nwith open(p) as f:\n    imp.load_source(n, p, f)\n",
    ],
)
def test_a_file_that_may_matter_stays(code: str) -> None:
    after = imp_migrate.migrate("import imp\n" + code)
    call = code.splitlines()[-1].strip()
    assert after.text.splitlines()[-1].strip() == call.replace("imp.", "_")
    path = "pathname" if "**" in code else "path"
    assert f"def _load_source(name, {path}, file=None):" in after.text
    assert not after.remaining


def test_open_of_io() -> None:
    code = "imp.load_source(n, p, io.open(p))\nio.x\n"
    assert migrated(code, "import imp\nimport io\n") == "_load_source(n, p)\nio.x\n"


def test_without_helpers() -> None:
    (found,) = left("x = [imp.load_source(n, p)]\n", helpers=False)
    assert found.fix is None
    assert "helper functions" in found.message
    (found,) = left("imp.load_source(n, p)\n", helpers=False)
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE
    assert "is replaced, where imp ran it again" in found.message
