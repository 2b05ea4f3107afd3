"""The programs notice when a line of an emitted helper is wrong."""

from __future__ import annotations

import pytest

from tests.differential.harness import STRICT, Laboratory
from tests.differential.migration import Migrated, migrate
from tests.differential.programs import Program, all_programs

MUTATIONS = [
    ("sys.modules.setdefault(name, fresh)", "fresh"),
    ("sys.modules.setdefault(name, fresh)", "sys.modules[name] = fresh"),
    ("vars(module).update(vars(fresh), __doc__=module.__doc__)", "pass"),
    (", __doc__=module.__doc__", ""),
    ("except BaseException:", "except ZeroDivisionError:"),
    ("except BaseException:", "except Exception:"),
    ("        if module is fresh:\n", "        if True:\n"),
    ("        raise\n", "        pass\n"),
    ("return sys.modules[name]", "return module"),
    (", loader=loader", ""),
    ("SourceFileLoader(name, path)", "SourceFileLoader(name, './' + path)"),
    ("import importlib.util\n", ""),
]


@pytest.fixture(scope="module")
def results() -> dict[Program, Migrated]:
    programs = [p for p in all_programs() if p.name.startswith("load_source/") and not p.header]
    return {program: migrate(program) for program in programs}


@pytest.mark.parametrize(("right", "wrong"), MUTATIONS)
def test_wrong_line_is_noticed(
    right: str, wrong: str, results: dict[Program, Migrated], laboratory: Laboratory
) -> None:
    changed = 0
    for program, migrated in results.items():
        text = migrated.files["main.py"].decode("latin-1")
        if right not in text:
            continue
        changed += 1
        files = {**migrated.files, "main.py": text.replace(right, wrong).encode("latin-1")}
        before = laboratory.run(program, ["3.12"], STRICT, migrated.files)
        if laboratory.run(program, ["3.12"], STRICT, files) != before:
            return
    pytest.fail(f"none of {changed} programs with it noticed: {right!r} -> {wrong!r}")
