"""Finds the rules, checks them, and keeps them for the rest of the process."""

from __future__ import annotations

import functools
import importlib
import importlib.machinery
import importlib.util
import inspect
import pkgutil
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .lint import LintRule
from .module_rule import ModuleRule
from .rule import Rule

PACKAGE = "imp_migrate.rules"
DOCUMENTATION = "https://github.com/imp-migrate/imp-migrate/blob/main/docs/rules.md"
_PAGE = "https://github.com/imp-migrate/imp-migrate/blob/main/docs/what-changes.md"
HEADINGS = (
    "What it does",
    "Why is this a problem",
    "Example",
    "Use instead",
    "Fix safety",
    "References",
)


@dataclass(frozen=True)
class RuleInfo:
    """A rule as people see it; picklable."""

    code: str
    name: str
    summary: str
    documentation: str
    fix: str

    @property
    def url(self) -> str:
        """Where its documentation can be read."""
        return documentation(self.code)


def documentation(code: str) -> str:
    """Where the documentation of the rule *code* can be read."""
    return f"{DOCUMENTATION}#{code.lower()}"


def rules_package() -> types.ModuleType:
    """The package that holds the rules, installed or in a checkout.

    In a checkout that is not installed, the folder `rules` beside the package
    `imp_migrate` takes the place that it has in the wheel.
    """
    try:
        return importlib.import_module(PACKAGE)
    except ModuleNotFoundError as error:
        if error.name != PACKAGE:
            raise
    folder = Path(__file__).resolve().parent.parent / "rules"
    spec = importlib.util.spec_from_file_location(
        PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    spec.loader.exec_module(module)
    return module


@functools.cache
def load_rules() -> tuple[Rule, ...]:
    """All rules, in the order in which they are asked.

    Raises ValueError when a code is used twice: that is a bug in a rule file.
    """
    found = (rule for rule in _all_rules() if isinstance(rule, Rule))
    return tuple(sorted(found, key=lambda rule: (rule.stage, rule.code)))


@functools.cache
def load_lint_rules() -> tuple[LintRule, ...]:
    """The rules for code that was migrated already, in order of code.

    Raises ValueError when a code is used twice.
    """
    found = (rule for rule in _all_rules() if isinstance(rule, LintRule))
    return tuple(sorted(found, key=lambda rule: rule.code))


@functools.cache
def _all_rules() -> tuple[Rule | LintRule, ...]:
    package = rules_package()
    found: dict[str, Rule | LintRule] = {}
    for info in pkgutil.iter_modules(package.__path__):
        if info.ispkg:
            continue
        module = importlib.import_module(f"{PACKAGE}.{info.name}")
        for rule in getattr(module, "RULES", ()):
            if rule.code in found:
                raise ValueError(f"two rules have the code {rule.code}")
            found[rule.code] = rule
    return tuple(found.values())


@functools.cache
def load_module_rules() -> tuple[ModuleRule, ...]:
    """All rules that look at whole modules, in order of code."""
    package = rules_package()
    found: list[ModuleRule] = []
    for info in pkgutil.iter_modules(package.__path__):
        if not info.ispkg:
            module = importlib.import_module(f"{PACKAGE}.{info.name}")
            found += getattr(module, "MODULE_RULES", ())
    return tuple(sorted(found, key=lambda rule: rule.code))


@functools.cache
def rules() -> Mapping[str, RuleInfo]:
    """What there is to read about every rule, by code, in order of code."""
    package = rules_package()
    infos: dict[str, RuleInfo] = {}
    for info in pkgutil.iter_modules(package.__path__):
        if info.ispkg:
            continue
        module = importlib.import_module(f"{PACKAGE}.{info.name}")
        text = inspect.cleandoc(module.__doc__ or "")
        if any(rule.fix != "never" for rule in getattr(module, "RULES", ())):
            text = _with_exceptions(text)
        for rule in (*getattr(module, "RULES", ()), *getattr(module, "MODULE_RULES", ())):
            infos[rule.code] = RuleInfo(rule.code, rule.name, rule.summary, text, rule.fix)
        for code, name, summary, fix in getattr(module, "DESCRIBED", ()):
            infos[code] = RuleInfo(code, name, summary, text, fix)
    return dict(sorted(infos.items()))


def _with_exceptions(documentation: str) -> str:
    """*documentation*, its section on safety ending with where all exceptions are named."""
    safety, heading, references = documentation.partition("\n## References")
    return f"{safety}\n[What no rewrite keeps]({_PAGE}).\n{heading}{references}"
