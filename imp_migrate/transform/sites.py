"""Reads off a module where its imports of `imp` stand and where new imports may be put."""

from __future__ import annotations

import ast
import bisect
import functools
import sys

from ..meaning.catalogue import MEMBERS
from ..meaning.handlers import tries_around
from ..meaning.scopes import ScopeTree
from ..meaning.uses import ImpImport, Resolution
from ..model import Need, Request
from ..text.source import Source
from .imports import ImportedName, ImportSite, TailLine
from .statements import binds, header_length, imports_any, is_alone, is_crowded, only_imports

_SUBMODULES = ("util", "machinery")


class Sites:
    """The import sites of one module.

    before_helpers: how many of its statements come before the place for helpers.
    home: which statement is the first of the cell that this place is in.
    """

    def __init__(
        self,
        source: Source,
        tree: ScopeTree,
        resolution: Resolution,
        before_helpers: int,
        home: int = 0,
    ) -> None:
        self.source = source
        self.tree = tree
        self.resolution = resolution
        self.before_helpers = before_helpers
        self.home = home
        self._provisions: dict[int, frozenset[Need]] = {}
        self._quiet_ends: dict[int, int] = {}
        self.groups: dict[ast.stmt, list[ImpImport]] = {}  #: the imports of each statement
        for found in resolution.imports:
            group = self.groups.setdefault(found.statement, [])
            found.position = len(group)
            group.append(found)
        self.statements = list(self.groups)
        self.numbers = {statement: site for site, statement in enumerate(self.statements)}
        for found in resolution.imports:
            found.site = self.numbers[found.statement]

    @functools.cached_property
    def top(self) -> int:
        """The number of the site for imports that belong to no use in particular.

        It is an `import imp` among the first imports, or the one that helpers
        follow, if there is one, else the top of the module.
        """
        body = self.tree.module.body
        end = self.before_helpers
        while end < len(body) and only_imports(body[end]) and not self._is_alone(body[end]):
            end += 1  # on a line that helpers cannot part
        live = {found.statement for found in self.resolution.imports if found.live}
        live &= set(body[:end])
        for index, statement in enumerate(self.statements):
            if statement in live:
                return index
        return len(self.statements)

    def described(
        self,
        keepers: dict[int, frozenset[int]],
        pins: dict[int, str],
        swaps: dict[int, Need | Request],
    ) -> tuple[ImportSite, ...]:
        """All sites, the top of the module last.

        keepers, pins, swaps: by the identity of an import, the uses that keep it,
        why it stays in any case, and what can replace it under its own name.
        """
        sites = []
        for statement, group in self.groups.items():
            names = tuple(
                ImportedName(
                    self.source.span(found.node),
                    keepers[id(found)],
                    pins.get(id(found), ""),
                    swaps.get(id(found)),
                )
                for found in group
            )
            sites.append(self._site(statement, group, names))
        return (*sites, self._top_site())

    # -- sites -------------------------------------------------------------

    def _site(
        self, statement: ast.stmt, group: list[ImpImport], names: tuple[ImportedName, ...]
    ) -> ImportSite:
        nodes = {id(found.node) for found in group}
        others: list[str] = []
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            others = [alias.name for alias in statement.names if id(alias) not in nodes]
        return ImportSite(
            self.source.span(statement),
            names=names,
            others=tuple(others),
            is_from=isinstance(statement, ast.ImportFrom),
            provided=self.provided(self.numbers[statement]),
            preceding=self._preceding(statement),
            tail=self._tail(statement),
            head=self._head(statement) if isinstance(statement, ast.ImportFrom) else (),
        )

    def _is_alone(self, statement: ast.stmt) -> bool:
        return is_alone(self.source, statement)

    def _tail(self, statement: ast.stmt) -> tuple[TailLine, ...]:
        """The one-line imports, and constants of imp, right after *statement*, in its block.

        Or those right after it on its own line, if it is not alone there.  Only those of
        the standard library, among which new imports belong.  In the body of a `try` there
        are none: an import there may fail, and what comes after it would not be run.
        """
        if any(part == "body" for _, part in tries_around(self.tree, statement)):
            return ()
        block, place = self.tree.slot(statement)
        tail: list[TailLine] = []
        line, alone = statement.end_lineno or statement.lineno, self._is_alone(statement)
        for at in range(place + 1, len(block)):
            following = block[at]
            found = self._tail_line(following, alone)
            if found is None or following.lineno != line + alone:
                break
            package = found.key[1].partition(".")[0]
            if not (found.is_constant or package in sys.stdlib_module_names):
                break
            line += alone
            tail.append(found)
        return tuple(tail)

    def _head(self, statement: ast.stmt) -> tuple[TailLine, ...]:
        """The one-line imports of the standard library right before *statement*, in its block."""
        if not self._is_alone(statement) or any(tries_around(self.tree, statement)):
            return ()
        block, place = self.tree.slot(statement)
        head: list[TailLine] = []
        line = statement.lineno
        for preceding in reversed(block[:place]):
            found = self._tail_line(preceding)
            if found is None or found.is_constant or preceding.lineno != line - 1:
                break
            if found.key[1].partition(".")[0] not in sys.stdlib_module_names:
                break
            line -= 1
            head.append(found)
        return tuple(reversed(head))

    def _tail_line(self, statement: ast.stmt, alone: bool = True) -> TailLine | None:
        """*statement* as a line of imports, if it is one import on one line, *alone* there.

        Or a constant of imp that an earlier fix has put there.
        """
        if isinstance(statement, ast.Assign) and self._is_alone(statement) is alone:
            return self._constant_line(statement)
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            return None
        if statement.lineno != statement.end_lineno or len(statement.names) != 1:
            return None
        if statement in self.numbers:
            return None
        if self._is_alone(statement) is not alone:
            return None
        at, alias = self.source.span(statement), statement.names[0]
        if isinstance(statement, ast.ImportFrom):
            if statement.level or statement.module == "__future__":
                return None
            return TailLine(at, (1, statement.module or "", alias.name))
        bare = None if alias.asname else self.source.span(alias)
        return TailLine(at, (0, alias.name, ""), bare)

    def _constant_line(self, statement: ast.Assign) -> TailLine | None:
        name, value = getattr(statement.targets[0], "id", ""), statement.value
        member = MEMBERS.get(name)
        if member is None or member.value is None or len(statement.targets) > 1:
            return None
        if not isinstance(value, ast.Constant) or value.value != member.value:
            return None
        need = Need("", name, value=str(member.value))
        return TailLine(self.source.span(statement), need.sort_key)

    def provided(self, site: int) -> frozenset[Need]:
        """What is imported already wherever the imports of *site* are visible."""
        if site not in self._provisions:
            self._provisions[site] = self._provided(site)
        return self._provisions[site]

    def _provided(self, site: int) -> frozenset[Need]:
        body = self.tree.module.body
        statement = self.statements[site] if site < len(self.statements) else None
        # A cell of a notebook may be run without those before it: it is to bring what it needs.
        first, last = self.source.lines_around((statement or body[self.home]).lineno)
        provided: set[Need] = set()
        local = statement is not None and self.tree.scope_of(statement) is not self.tree.root
        if statement is None or local:
            reach = max(self._quiet_end(0), self.before_helpers)
        else:
            reach = self._quiet_end(self._index_of(statement) + 1)
        for position in self._imports:
            earlier = body[position]
            if position >= reach and not (
                local and statement and earlier.lineno < statement.lineno
            ):
                break
            if first <= earlier.lineno <= last:
                provided |= binds(earlier)
        if local and statement is not None:
            scope = self.tree.scope_of(statement)
            # A name that a function binds anywhere hides that of the module everywhere in it.
            provided = {
                n
                for n in provided
                if self.tree.resolve(n.alias or n.name or n.module.partition(".")[0], scope)
                is self.tree.root
            }
        if statement is not None and self.tree.parents[statement] is not self.tree.module:
            for earlier in self.tree.before(statement):
                provided |= binds(earlier)
        if isinstance(statement, ast.Import):
            provided |= binds(statement)
        return frozenset(provided)

    @functools.cached_property
    def _imports(self) -> list[int]:
        """Where in the module statements stand that bind something by an import."""
        return [at for at, statement in enumerate(self.tree.module.body) if binds(statement)]

    def _preceding(self, statement: ast.stmt) -> int | None:
        """The last site of the same scope that has certainly run when *statement* does.

        It may be the top of the module.
        """
        for node in (statement, *self.tree.ancestors(statement)):
            if self.tree.opens_scope(node):
                break
            if isinstance(node, ast.stmt):
                block, place = self.tree.slot(node)
                places, sites = self._sites_in.get(id(block), ((), ()))
                before = bisect.bisect_left(places, place)
                if before:
                    last = sites[before - 1]
                    # Cells of a notebook may be run in any order.
                    first, _ = self.source.lines_around(statement.lineno)
                    return last if self.statements[last].lineno >= first else None
        top = len(self.statements)
        late = (
            self.top == top
            and self.tree.scope_of(statement) is self.tree.root
            and self._index_of(statement) >= self._leading_end()
            and self.source.cell_of(statement.lineno) is None
        )
        return top if late else None

    @functools.cached_property
    def _sites_in(self) -> dict[int, tuple[list[int], list[int]]]:
        """By identity of a block, where in it sites stand, in order, and which they are."""
        found: dict[int, list[tuple[int, int]]] = {}
        for statement, site in self.numbers.items():
            block, place = self.tree.slot(statement)
            found.setdefault(id(block), []).append((place, site))
        return {
            block: ([place for place, _ in pairs], [site for _, site in pairs])
            for block, pairs in ((block, sorted(pairs)) for block, pairs in found.items())
        }

    def _index_of(self, statement: ast.stmt) -> int:
        """Which statement of the module *statement* is, or stands in."""
        around: list[ast.AST] = [statement, *self.tree.ancestors(statement)]
        top = around[-2]  # the last one is the module
        assert isinstance(top, ast.stmt)
        return self.tree.slot(top)[1]

    def _quiet_end(self, position: int) -> int:
        """How far, from *position* on, nothing runs that could use what is imported on the way."""
        body = self.tree.module.body
        known = position
        while known < len(body) and known not in self._quiet_ends and self._is_quiet(body[known]):
            known += 1
        end = self._quiet_ends.get(known, known)
        self._quiet_ends.update(dict.fromkeys(range(position, known), end))
        return end

    def _is_quiet(self, statement: ast.stmt) -> bool:
        """Say whether *statement* only imports or defines: no use of imp, no call runs in it."""
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            signature = [statement.args, *([statement.returns] if statement.returns else [])]
            return not statement.decorator_list and not any(map(self._calls_out, signature))
        if isinstance(statement, ast.ClassDef):
            headers = statement.decorator_list or statement.bases or statement.keywords
            return not headers and all(map(self._is_quiet, statement.body))
        return only_imports(statement) and not self._calls_out(statement)

    def _calls_out(self, part: ast.AST) -> bool:
        """Say whether *part* uses imp, calls something, or imports what imports this module."""
        return imports_any(part, self.source.vicinity.circular) or any(
            isinstance(node, ast.Call) or id(node) in self._use_nodes for node in ast.walk(part)
        )

    @functools.cached_property
    def _use_nodes(self) -> frozenset[int]:
        return frozenset(id(use.node) for use in self.resolution.uses)

    # -- the top of the module ---------------------------------------------

    def _leading_end(self) -> int:
        """How many statements the module starts with that only import (or say nothing)."""
        for position, statement in enumerate(self.tree.module.body):
            if position >= self.home and not only_imports(statement):
                return position
        return len(self.tree.module.body)

    def _top_site(self) -> ImportSite:
        # Before the helpers there is neither a use nor a function that could hold one.
        body = self.tree.module.body[self.home : max(self._leading_end(), self.before_helpers)]
        imports = [
            s
            for s in body
            if isinstance(s, (ast.Import, ast.ImportFrom))
            and getattr(s, "module", None) != "__future__"
        ]
        plain = [s for s in imports if s not in self.statements and self._tail_line(s)]
        provided = self.provided(len(self.statements))
        if plain:
            tail = [self._tail_line(plain[0])]
            tail += self._tail(plain[0])
            lines = tuple(line for line in tail if line is not None)
            return ImportSite(lines[0].at, provided=provided, tail=lines)
        module = self.tree.module
        header = header_length(module) if not self.home else 0
        crowded = is_crowded(self.source, module)
        if not crowded:
            if imports:
                return ImportSite(self.source.span(imports[0]), provided=provided)
            if not header:
                first = module.body[self.home]
                return ImportSite(self.source.span(first), provided=provided, apart=1)
        at = self.source.span(module.body[header - 1])
        return ImportSite(at, provided=provided, after=True, apart=not crowded)


def leans(tree: ScopeTree) -> frozenset[Need]:
    """The submodules of importlib that this file uses but only `import imp` imports."""
    imported: set[str] = set()
    for statement in tree.imports:
        names = [alias.name for alias in statement.names]
        if isinstance(statement, ast.ImportFrom):
            names = [statement.module or "", *(f"{statement.module}.{name}" for name in names)]
        imported.update(names)
    used = {
        f"importlib.{attribute.attr}"
        for attribute in tree.attributes
        if attribute.attr in _SUBMODULES
        and isinstance(attribute.value, ast.Name)
        and attribute.value.id == "importlib"
    }
    return frozenset(Need(module) for module in used - imported)
