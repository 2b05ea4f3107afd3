"""Rules that look at a whole module: at what breaks without being a use of `imp`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .meaning.reach import Reach
from .model import Fix
from .rule import Context


@dataclass(frozen=True)
class Remark:
    """What is said about the text from *start* to *end*, and what is to be done, if anything is.

    Several remarks may have the same fix, which is applied once.
    """

    start: int
    end: int
    message: str
    fix: Fix | None = None


@dataclass(frozen=True)
class ModuleRule:
    """One diagnostic code that stands for no use of `imp`, and the logic behind it.

    code, name, summary, fix: as of a `Rule`.
    member: what its diagnostics are about, `<hook>`.
    check: yields the places; *reach* tells what does not run on Python 3.12+.
    """

    code: str
    name: str
    summary: str
    member: str
    check: Callable[[Context, Reach], Iterator[Remark]]
    fix: str = "never"
