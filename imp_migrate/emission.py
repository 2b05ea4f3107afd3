"""Where in a module the emitted helpers and constants go, and what they are called there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .catalogue import MEMBERS, Kind
from .model import Edit, Need


@dataclass(frozen=True)
class Emission:
    """The edits that add helpers to a module, and the imports that these need."""

    edits: tuple[Edit, ...]
    needs: frozenset[Need]


@dataclass(frozen=True)
class HelperBlock:
    """The layout of one module, as far as helpers are concerned.

    offset: where the block goes: at the start of a line, after the imports.
    blank_before: how many blank lines precede that offset.
    at_end: nothing follows.
    annotated: the module annotates its functions, so the helpers do, too.
    names: what helpers and constants are called here, where that is not their own name.
    modules: what modules are called here, where their own name is taken.
    existing: helpers that the module has already, with their end offsets, in order.
    module: dotted name of the module that holds the helpers instead, or "".
    target_version: the oldest Python that the helpers must run on.
    indent: how the module indents.
    """

    offset: int = 0
    blank_before: int = 2
    at_end: bool = False
    annotated: bool = False
    names: tuple[tuple[str, str], ...] = ()
    modules: tuple[tuple[str, str], ...] = ()
    existing: tuple[tuple[str, int, int], ...] = ()
    module: str = ""
    target_version: tuple[int, int] = (3, 8)
    indent: str = "    "

    def emit(self, wanted: Iterable[str], newline: str) -> Emission:
        """Add the helpers and constants in *wanted*, and what they depend on."""
        from .helpers import closure, emit

        names = dict(self.names)
        have = {name for name, _, _ in self.existing}
        missing = set(wanted) - have
        constants = sorted(
            (n for n in missing if is_constant(n)), key=lambda n: MEMBERS[n].value or 0
        )
        functions = sorted(missing - set(constants))
        if self.module:
            needs = {Need(self.module, n, names.get(n, "")) for n in functions}
            functions = []
        else:
            needs = set()
        parts: list[str] = []
        if constants:
            lines = [f"{names.get(n, n)} = {MEMBERS[n].value}{newline}" for n in constants]
            parts.append("".join(lines))
        if functions:
            emitted = emit(
                [name for name in closure(functions) if name not in have],
                annotated=self.annotated,
                target_version=self.target_version,
                newline=newline,
                indent=self.indent,
                rename={k: v for k, v in names.items() if not is_constant(k)},
                modules=dict(self.modules),
                dependencies=False,
            )
            parts.append(emitted.code)
            needs |= emitted.needs
        return Emission(self._place(parts, newline), frozenset(needs))

    def _place(self, parts: list[str], newline: str) -> tuple[Edit, ...]:
        if not parts:
            return ()
        gap = newline * 2
        block = (gap).join(parts)
        before = newline * max(0, 2 - self.blank_before)
        after = "" if self.at_end else gap
        return (Edit(self.offset, self.offset, before + block + after),)


def is_constant(name: str) -> bool:
    """Say whether *name* is one of imp's integer constants."""
    return name in MEMBERS and MEMBERS[name].kind is Kind.CONSTANT
