"""What becomes of a piece of code, without the imports and helpers above it."""

from __future__ import annotations

import textwrap

import pytest

import imp_migrate
from imp_migrate.model import Diagnostic
from imp_migrate.options import Options

_MARK = "# code below\n"


def case(name: str, before: str, after: str) -> object:
    """One case of a test with the parameters *before* and *after*, which are dedented."""
    return pytest.param(textwrap.dedent(before), textwrap.dedent(after), id=name)


def migrated(code: str, imports: str = "import imp\n", *, helpers: bool = True) -> str:
    """Migrate *code*, which follows *imports*; return what it is now, without what is above."""
    options = Options(helpers=helpers)
    migration = imp_migrate.migrate(imports + _MARK + code, options=options)
    again = imp_migrate.migrate(migration.text, options=options)
    assert again.text == migration.text, "a second run changes the result"
    return migration.text.partition(_MARK)[2]


def left(code: str, imports: str = "import imp\n", *, helpers: bool = True) -> list[Diagnostic]:
    """The diagnostics that are left after *code* was migrated, imports aside."""
    options = Options(helpers=helpers)
    migration = imp_migrate.migrate(imports + _MARK + code, options=options)
    return [d for d in migration.remaining if not d.member.startswith("<")]
