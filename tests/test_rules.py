"""What holds for every rule: its documentation, its examples, its codes."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import types
from pathlib import Path

import pytest

import imp_migrate
from imp_migrate import rule_docs
from imp_migrate.meaning.catalogue import MEMBERS
from imp_migrate.registry import HEADINGS, PACKAGE, load_rules, rules, rules_package
from imp_migrate.rule import Example

ROOT = Path(__file__).resolve().parent.parent


def rule_modules() -> list[types.ModuleType]:
    package = rules_package()
    names = [m.name for m in pkgutil.iter_modules(package.__path__) if not m.ispkg]
    return [importlib.import_module(f"{PACKAGE}.{name}") for name in names]


MODULES = rule_modules()
EXAMPLES = [
    pytest.param(example, id=f"{module.__name__.rpartition('.')[2]}-{number}")
    for module in MODULES
    for number, example in enumerate(module.EXAMPLES)
]


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_documentation_has_its_headings_in_order(module: types.ModuleType) -> None:
    assert module.__doc__ is not None
    assert tuple(re.findall(r"^## (.+)$", module.__doc__, re.MULTILINE)) == HEADINGS


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_code_in_the_documentation_is_python(module: types.ModuleType) -> None:
    for block in re.findall(r"```python\n(.*?)```", module.__doc__ or "", re.DOTALL):
        if 'print "Python 2"' not in block:
            ast.parse(block)


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(example: Example) -> None:
    migration = imp_migrate.migrate(example.before)
    assert migration.text == (example.before if example.after is None else example.after)


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_is_stable(example: Example) -> None:
    once = imp_migrate.migrate(example.before).text
    assert imp_migrate.migrate(once).text == once


def test_codes_are_of_the_documented_families() -> None:
    assert all(re.fullmatch(r"IMP[1-59]\d\d", code) for code in rules())


def test_every_code_is_described_once() -> None:
    names = [info.name for info in rules().values()]
    assert len(set(names)) == len(names)
    assert all(
        info.summary and info.fix in ("always", "sometimes", "never") for info in rules().values()
    )


@pytest.mark.parametrize("member", sorted(MEMBERS))
def test_every_member_is_answered(member: str) -> None:
    migration = imp_migrate.migrate(f"import imp\nvalue = imp.{member}\n")
    left = {d.member for d in migration.remaining}
    assert (f"value = imp.{member}" not in migration.text) != (member in left)


def test_rules_are_asked_in_order_of_stage() -> None:
    order = [(rule.stage, rule.code) for rule in load_rules()]
    assert order == sorted(order)


def test_rules_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == rule_docs.rules_page(), "run python -m imp_migrate.rule_docs"


def test_table_in_the_readme_is_up_to_date() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme == rule_docs.with_table(readme), "run python -m imp_migrate.rule_docs"
