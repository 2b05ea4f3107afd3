"""What the analysis of one module has found so far."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ..meaning.uses import ImpImport
from ..model import Diagnostic, Fix, Need, Request, Silence
from ..rule import Context
from ..transform.swaps import swap_of


@dataclass
class Findings:
    """Diagnostics, silences, and fixes, as they come.

    context: knows where the nodes are.
    fixes: by use.
    swaps: what an import binds its name to, by the identity of the import.
    """

    context: Context
    diagnostics: list[Diagnostic] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    fixes: dict[int, Fix] = field(default_factory=dict)
    swaps: dict[int, Need | Request] = field(default_factory=dict)

    def add(
        self,
        code: str,
        message: str,
        member: str,
        node: ast.AST,
        fix: Fix | None = None,
        use: int = -1,
    ) -> None:
        """Add a diagnostic on *node*, with the *fix* of the use that has the number *use*."""
        start, end = self.context.span(node)
        if fix is not None:
            self.fixes[use] = fix
        self.diagnostics.append(Diagnostic(code, message, member, start, end, fix, use))

    def silence(self, member: str, node: ast.AST, reason: str) -> None:
        """Add that nothing needs to be done about *node*, and why."""
        start, end = self.context.span(node)
        self.silences.append(Silence(member, start, end, reason))

    def swap(self, found: ImpImport) -> None:
        """Let what replaces the member take the place of the import *found*, under its name."""
        if id(found) in self.swaps:
            return  # for one of its other uses
        swap = swap_of(self.context.tree, found)
        if swap is None:
            raise AssertionError(f"nothing can be swapped for imp.{found.member}")
        self.swaps[id(found)] = swap
