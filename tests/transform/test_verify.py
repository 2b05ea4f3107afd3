"""The checks on a migrated text."""

from __future__ import annotations

import pytest

from imp_migrate.transform.verify import InternalError, check_result


@pytest.mark.parametrize(
    ("after", "message"),
    [
        ("elif x: pass\n", "would not parse"),
        ("import sys\nfrom __future__ import annotations\n", "would not compile"),
        ("def f():\n    def g():\n        nonlocal x\n", "would not compile"),
        ("print(sys.path)\n", "unbound names: sys"),
    ],
)
def test_damage(after: str, message: str) -> None:
    with pytest.raises(InternalError, match=message):
        check_result("import imp\n", after)


def test_what_never_compiled() -> None:
    check_result("import imp\nreturn imp\n", "return None\n")
