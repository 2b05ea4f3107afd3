"""Imports of imp for branches that Python 3.12 does not take."""

from __future__ import annotations

import pytest

import imp_migrate

OLD = "sys.version_info[0] == 2"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"import imp as i\nif {OLD}:\n    i.reload(m)\n",
            f"if {OLD}:\n    import imp as i\n    i.reload(m)\n",
        ),
        (
            f"from imp import reload\nif {OLD}:\n    a()\n    reload(m)\n    reload(n)\n",
            f"if {OLD}:\n    from imp import reload\n    a()\n    reload(m)\n    reload(n)\n",
        ),
        (
            f"import imp\nif {OLD}:\n    def f():\n        for m in ms:\n            imp.reload(m)\n",
            f"if {OLD}:\n    import imp\n    def f():\n        for m in ms:\n            imp.reload(m)\n",
        ),
        (
            f"import imp\ndef f():\n\tif {OLD}:\n\t\timp.reload(m)\ndef g():\n\tif {OLD}:\n\t\timp.x\n",
            f"def f():\n\tif {OLD}:\n\t\timport imp\n\t\timp.reload(m)\n"
            f"def g():\n\tif {OLD}:\n\t\timport imp\n\t\timp.x\n",
        ),
    ],
)
def test_it_moves(before: str, after: str) -> None:
    migration = imp_migrate.migrate(f"import sys\n{before}")
    assert migration.text == f"import sys\n{after}"
    assert not migration.remaining
    assert imp_migrate.migrate(migration.text).text == migration.text


@pytest.mark.parametrize(
    "code",
    [
        f"if {OLD}:\n    imp.reload(m)\nimp.reload(n)\n",
        f"if {OLD}: imp.reload(m)\n",
        "DEBUG = False\nif DEBUG:\n    imp.reload(m)\n",
        f"x = imp.reload(m) if {OLD} else None\n",
        f"class A:\n    if {OLD}:\n        imp.reload(m)\n",
        f"if {OLD}:\n    imp.reload(m)\n    del imp\n",
        f"if x:\n    pass\nelif {OLD}:\n    pass\nelif sys.version_info < (3, 0):\n    pass\n"
        "else:\n    imp.reload(m)\n",
    ],
)
def test_all_is_rewritten_where_it_may_not_move(code: str) -> None:
    text = imp_migrate.migrate(f"import imp\nimport sys\n{code}").text
    assert "importlib.reload(m)" in text


def test_what_others_take_stays() -> None:
    code = f"import sys\nfrom imp import reload\n__all__ = ['reload']\nif {OLD}:\n    reload(m)\n"
    assert "from importlib import reload" in imp_migrate.migrate(code).text
