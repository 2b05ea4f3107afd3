"""Where in a module the emitted helpers and constants go, and what they are called there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..meaning.catalogue import MEMBERS, Kind
from ..model import Need, Request
from .changes import InsertStatements, RemoveStatement, Span
from .swaps import DEFINED

if TYPE_CHECKING:
    from ..helpers import Emitted

#: The constant that takes the place of the lock that `imp` offered.
LOCK = "_import_lock"


@dataclass(frozen=True)
class Emission:
    """The changes that add helpers to a module, and the imports that these need.

    early: those of the needs that the changes satisfy.
    late: what helpers cannot be defined without, and the module may import only after them.
    """

    changes: tuple[InsertStatements | RemoveStatement, ...]
    needs: frozenset[Need]
    early: frozenset[Need] = frozenset()
    late: frozenset[Need] = frozenset()


@dataclass(frozen=True)
class HelperBlock:
    """The layout of one module, as far as helpers are concerned.

    at: span of the statement *after* which helpers go, or before which.
    annotated: the module annotates its functions, so the helpers do, too.
    names: what helpers and constants are called here, where that is not their own name.
    modules: what modules are called here, where their own name is taken.
    existing: helpers and constants that the module has already, with their spans (None
        where something else is on their lines) and the facts that they rely on.
    module: dotted name of the module that holds the helpers instead, or "".
    target_version: the oldest Python that the helpers must run on.
    indent: how the module indents.
    width: how long its lines may be.
    provided: what is imported before them.
    """

    at: Span = (0, 0)
    after: bool = True
    annotated: bool = False
    names: tuple[tuple[str, str], ...] = ()
    modules: tuple[tuple[str, str], ...] = ()
    existing: tuple[tuple[str, Span | None, frozenset[str]], ...] = ()
    module: str = ""
    target_version: tuple[int, int] = (3, 8)
    indent: str = "    "
    width: int = 88
    provided: frozenset[Need] = frozenset()

    def emit(self, requests: Iterable[Request], top: Span) -> Emission:
        """Add the helpers and constants that *requests* ask for, and what they depend on.

        top: the place of the imports that they ask for.

        A helper that is there already and relies on more than is true of the new calls
        gives way to one that does not.
        """
        names, have = dict(self.names), {name: facts for name, _, facts in self.existing}
        missing = [r for r in requests if r.name not in have or not have[r.name] <= r.facts]
        needs: set[Need] = set()
        if self.module:
            shared = {r.name for r in missing if is_shared(r.name)}
            needs = {Need(self.module, n, names.get(n, "")) for n in shared}
            missing = [r for r in missing if r.name not in shared]
        constants = sorted({r.name for r in missing if is_constant(r.name)}, key=_rank)
        functions = [r for r in missing if not is_constant(r.name)]
        threading = dict(self.modules).get("threading", "threading")
        if LOCK in constants:
            needs.add(Need("threading", alias="" if threading == "threading" else threading))
        texts = {n: f"{names.get(n, n)} = {value_of(n, threading)}" for n in constants}
        changes: list[RemoveStatement] = []
        if functions:
            known = [Request(n, facts) for n, facts in have.items() if not is_constant(n)]
            before = self._composed(known) if known else None
            after = self._composed([*known, *functions])
            old = dict(zip(before.names, before.functions, strict=True)) if before else {}
            places = {name: at for name, at, _ in self.existing}
            for name, text in zip(after.names, after.functions, strict=True):
                at = places.get(name)
                if name in have and (old.get(name) == text or at is None):
                    continue
                if at is not None:
                    changes.append(RemoveStatement(at, ours=True))
                texts[name] = text.rstrip()
            needs |= after.needs
        read = {name for text in texts.values() for name in read_at_once(text)}
        late = frozenset(n for n in needs if _bound(n) in read and n not in self.provided)
        early = frozenset() if top < self.at or (top == self.at and self.after) else late
        imports = [InsertStatements(self.at, (n.statement,), self.after, 1) for n in sorted(early)]
        return Emission(
            (*changes, *imports, *self._place(texts)), frozenset(needs), early, late - early
        )

    def _composed(self, requests: Iterable[Request]) -> Emitted:
        from ..helpers import Style, compose

        return compose(
            requests,
            annotated=self.annotated,
            target_version=self.target_version,
            style=Style(indent=self.indent, line_length=self.width),
            rename={k: v for k, v in self.names if not is_constant(k)},
            modules=dict(self.modules),
        )

    def _place(self, texts: dict[str, str]) -> Iterator[InsertStatements]:
        """Put *texts*, which are in order, where they would stand had all helpers come at once."""
        constants: list[str] = []
        fresh: list[str] = []
        places = {name: at for name, at, _ in self.existing}
        for name, text in texts.items():
            following, preceding = self._neighbours(name)
            gap = 0 if is_constant(name) else 2
            following = places.get(name) or following  # what calls it may stand right below
            if following is not None:
                yield InsertStatements(following, (text,), apart=gap)
            elif preceding is not None:
                yield InsertStatements(preceding, (text,), after=True, apart=gap)
            else:
                (constants if is_constant(name) else fresh).append(text)
        if constants:
            yield InsertStatements(self.at, ("\n".join(constants),), self.after, apart=1)
        if fresh:
            yield InsertStatements(self.at, tuple(fresh), self.after, apart=2)

    def _neighbours(self, name: str) -> tuple[Span | None, Span | None]:
        """The helper after *name* that is there already, and the one before it."""
        kind = is_constant(name)
        peers = sorted(
            (_rank(other), at)
            for other, at, _ in self.existing
            if is_constant(other) is kind and at is not None
        )
        following = next((at for rank, at in peers if rank > _rank(name)), None)
        preceding = next((at for rank, at in reversed(peers) if rank < _rank(name)), None)
        if not peers and not kind:
            constants = [
                at for other, at, _ in self.existing if is_constant(other) and at is not None
            ]
            preceding = max(constants, default=None)
        return following, preceding


def _rank(name: str) -> int:
    """The place of a helper among the helpers, of a constant among the constants."""
    from ..helpers import NAMES

    if name == LOCK:
        return len(MEMBERS)
    return MEMBERS[name].value or 0 if is_constant(name) else NAMES.index(name)


def is_constant(name: str) -> bool:
    """Say whether *name* is one of imp's integer constants, or LOCK."""
    return name == LOCK or (name in MEMBERS and MEMBERS[name].kind is Kind.CONSTANT)


def is_shared(name: str) -> bool:
    """Say whether the modules of a project can take *name* from the one that holds the helpers."""
    return name == LOCK or not is_constant(name)


def value_of(constant: str, threading: str = "threading") -> str:
    """The source of the value of *constant*, in a module that calls threading so."""
    return f"{threading}.RLock()" if constant == LOCK else str(MEMBERS[constant].value)


def name_if_taken(name: str) -> str:
    """What to call the helper or constant *name* in a module where its name is taken."""
    return "_imp_" + name.lstrip("_")


def helper_called(name: str) -> str:
    """The helper or constant that may be called *name*; "" if it is none."""
    from ..helpers import NAMES

    plain = re.sub(r"_\d+$", "", name)
    helpers = (*NAMES, LOCK, *filter(is_constant, MEMBERS))
    known = {name_if_taken(helper): helper for helper in helpers}
    known |= dict(zip(known.values(), known.values(), strict=True))
    known |= {member: f"_{member}" for member in DEFINED}  # in the place of its import
    return known.get(name) or known.get(plain, "")


def read_at_once(text: str) -> set[str]:
    """The variables that *text*, a function or a constant, reads where it stands."""
    (statement,) = ast.parse(text).body
    parts: list[ast.AST] = [statement]
    if isinstance(statement, ast.FunctionDef):
        parts = [statement.args, *filter(None, [statement.returns])]
    return {n.id for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)}


def _bound(need: Need) -> str:
    """The variable that *need* is for."""
    return need.alias or need.name or need.module.partition(".")[0]
