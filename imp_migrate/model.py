"""The data that flows through the pipeline: plain, frozen, picklable.

Offsets are character offsets into `Source.text`; nothing here refers to a
syntax tree, so a `Plan` can cross a process boundary or sit in an editor.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field


class Applicability(str, enum.Enum):
    """How far a fix can be trusted; the words mean what they mean in ruff."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


class Status(str, enum.Enum):
    """What became, or can become, of a diagnostic."""

    REWRITABLE = "rewritable"
    REWRITTEN = "rewritten"
    MANUAL = "manual"


@dataclass(frozen=True, order=True)
class Edit:
    """Replace the characters from `start` up to `end` by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, order=True)
class Need:
    """A name that a fix relies on, which one of the file's imports must bind.

    `module` is what gets imported; with `name`, it is `from module import
    name`; `alias` is the name bound when it is not the obvious one.  `site`
    is the `ImportSite` that must provide it, or None for the top of the module.
    """

    module: str
    name: str = ""
    alias: str = ""
    site: int = -1


@dataclass(frozen=True)
class Fix:
    """A whole fix: applied completely or not at all.

    `edits` are the places the fix itself changes.  What it asks of the rest of
    the file stays symbolic until it is known which fixes are applied together:
    `needs` are imports, `helpers` the names of emitted helper functions.
    `group` is shared by diagnostics that one fix answers together.
    """

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...] = ()
    needs: tuple[Need, ...] = ()
    helpers: tuple[str, ...] = ()
    group: int = 0


@dataclass(frozen=True)
class Diagnostic:
    """One use of `imp` (or one reason why a file could not be analysed)."""

    code: str
    message: str
    member: str
    start: int
    end: int
    fix: Fix | None = None

    @property
    def status(self) -> Status:
        """`rewritable` when `--write`, possibly with `--unsafe-fixes`, deals with it."""
        if self.fix is None or self.fix.applicability is Applicability.DISPLAY:
            return Status.MANUAL
        return Status.REWRITABLE


@dataclass(frozen=True)
class Silence:
    """A use of `imp` that needs no diagnostic, and why: it works without `imp`."""

    member: str
    start: int
    end: int
    reason: str
