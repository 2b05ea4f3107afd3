"""The documentation of the rules, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from .registry import rules
from .run.config import ConfigError


def explanation(wanted: str) -> Iterator[str]:
    """The documentation of the rule with the code or name *wanted*, as Markdown.

    Raises ConfigError if there is no such rule.
    """
    known = rules()
    named = {rule.name: rule for rule in known.values()}
    rule = known.get(wanted.upper()) or named.get(wanted.lower())
    if rule is None:
        raise ConfigError(f"there is no rule {wanted!r} (see --list-rules)")
    yield f"# {rule.name} ({rule.code})"
    yield ""
    yield rule.documentation


def rule_list() -> Iterator[str]:
    """A line for every rule: code, name, whether there is a fix, summary."""
    known = rules().values()
    width = max(len(rule.name) for rule in known)
    for rule in known:
        fix = f"fix: {rule.fix}"
        yield f"{rule.code}  {rule.name:<{width}}  {fix:<14}  {rule.summary}"
