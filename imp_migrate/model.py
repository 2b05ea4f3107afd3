"""The data that flows through the pipeline: plain, frozen, picklable.

Offsets are character offsets into `Source.text`; nothing here refers to a
syntax tree, so a `Plan` can cross a process boundary or sit in an editor.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a clean tree has no changes to make
    from .transform.changes import Change


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
    """A name that a fix relies on and that an import must bind.

    `import module`, or with *name* `from module import name`; *alias* is the
    name to bind when it is not the obvious one.  *value*, instead, asks for
    the assignment `name = value`: a constant that `imp` used to hold.
    """

    module: str
    name: str = ""
    alias: str = ""
    value: str = ""

    @property
    def statement(self) -> str:
        """The statement that satisfies this need."""
        suffix = f" as {self.alias}" if self.alias else ""
        if self.value:
            return f"{self.alias or self.name} = {self.value}"
        if self.name:
            return f"from {self.module} import {self.name}{suffix}"
        return f"import {self.module}{suffix}"

    @property
    def sort_key(self) -> tuple[int, str, str]:
        """Plain imports first, then `from` imports, then constants, each by name."""
        kind = 2 if self.value else 1 if self.name else 0
        return kind, self.value or self.module, self.name


@dataclass(frozen=True)
class Request:
    """A helper that a module calls.

    name: its name, one of `helpers.NAMES`; or that of a constant.
    facts: what is known of all its calls in this module, by the names in
        `helpers.facts`, in lower case.  The fewer, the longer the helper; none is always
        right.
    """

    name: str
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fix:
    """A whole fix: applied completely or not at all.

    `changes` are what the fix itself does to the code.  What it asks of the
    rest of the file stays symbolic until it is known which fixes are applied
    together: `needs` are pairs of an import site and a name to bind there,
    `swaps` the imported names (site, position) that it replaces under the same
    local name, `helpers` the helper functions and constants to emit.
    Diagnostics that one fix answers together share its `group`; `includes`
    are the groups that it consists of (the fix of an import statement is the
    fixes of all that use it).
    """

    title: str
    applicability: Applicability
    group: int
    changes: tuple[Change, ...] = ()
    needs: frozenset[tuple[int, Need]] = frozenset()
    swaps: frozenset[tuple[int, int]] = frozenset()
    helpers: frozenset[Request] = frozenset()
    includes: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Diagnostic:
    """One use of `imp` (or one reason why a file could not be analysed).

    `use` numbers the use within its file; fixes and imports refer to it.
    """

    code: str
    message: str
    member: str
    start: int
    end: int
    fix: Fix | None = None
    use: int = -1

    @property
    def status(self) -> Status:
        """`rewritable` when `--write`, possibly with `--unsafe-fixes`, deals with it."""
        if self.fix is None or self.fix.applicability is Applicability.DISPLAY:
            return Status.MANUAL
        return Status.REWRITABLE


@dataclass(frozen=True)
class Silence:
    """A use of `imp` that gets no diagnostic, and why: it works without `imp`.

    Or a `noqa` comment names *code*, that of its diagnostic.
    """

    member: str
    start: int
    end: int
    reason: str
    code: str = ""

    @property
    def what(self) -> str:
        """What is used, for people: a member of `imp`, or `imp` itself."""
        return self.member if self.member.isidentifier() else "imp"
