"""Rules that look at a whole module: at what breaks without being a use of `imp`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .meaning.reach import Reach
from .rule import Context

#: Where something is, as offsets in the text, and what to say about it.
Remark = tuple[int, int, str]


@dataclass(frozen=True)
class ModuleRule:
    """One diagnostic code that stands for no use of `imp`, and the logic behind it.

    code, name, summary: as of a `Rule`; there is never a fix.
    member: what its diagnostics are about, `<hook>`.
    check: yields the places; *reach* tells what does not run on Python 3.12+.
    """

    code: str
    name: str
    summary: str
    member: str
    check: Callable[[Context, Reach], Iterator[Remark]]
    fix: str = "never"
