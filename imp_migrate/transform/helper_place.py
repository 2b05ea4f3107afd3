"""Where in a module helpers can stand, and which an earlier run put there."""

from __future__ import annotations

import ast
import functools

from ..meaning.scopes import ScopeTree, place_of
from ..meaning.uses import MODULE, Resolution
from ..options import Options
from ..text.source import Source
from .emission import HelperBlock, helper_called, is_constant, value_of
from .names import Namer
from .statements import (
    binds,
    follows,
    header_length,
    imports_any,
    is_alone,
    is_crowded,
    only_imports,
)

#: How long the lines of helpers get: what black and ruff format take if nobody says otherwise.
_WIDTH = 88


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class HelperPlace:
    """The place for helpers in one module."""

    def __init__(self, source: Source, tree: ScopeTree, resolution: Resolution) -> None:
        self.source = source
        self.tree = tree
        self.resolution = resolution
        self._facts: dict[str, frozenset[str]] = {}  #: what the helpers rely on that are there

    def block(self, namer: Namer, options: Options) -> HelperBlock:
        """Where helpers go in this module, and how they are spelt."""
        from ..helpers import NAMES

        for helper in NAMES:  # a helper may bring others
            namer.helper(helper)
        modules = (
            "importlib",
            "importlib.machinery",
            "importlib.util",
            "os",
            "sys",
            "threading",
            "tokenize",
            "types",
            "typing",
        )
        spelled = {m: namer.module_alias(m) for m in modules}
        existing = [
            (name, self._place_of(node), self._facts[name]) for name, node in self._own.items()
        ]
        at, after = self._anchor()
        return HelperBlock(
            at=at,
            after=after,
            annotated=self._annotated(),
            names=tuple(sorted((k, v) for k, v in namer.names.items() if k != v)),
            modules=tuple(sorted((k, v) for k, v in spelled.items() if k != v)),
            existing=tuple(existing),
            module=options.helper_module or "",
            target_version=options.target_version,
            indent=self._indent(),
            width=min(self.source.width, _WIDTH),
            provided=frozenset(n for s in self._before for n in binds(s)),
        )

    def own_names(self) -> dict[str, str]:
        """What the helpers and constants are called that an earlier run added to this module."""
        return {name: _bound_name(node) for name, node in self._own.items()}

    # -- the place ---------------------------------------------------------

    @functools.cached_property
    def index(self) -> int:
        """How many statements of the module come before the helpers.

        Helpers must be there before anything can call a migrated use.  Nothing
        can, successfully, before the module has imported imp.  They stand on lines
        of their own, so before a line on which more follows: `import imp; use(imp)`.
        """
        body = self.tree.module.body
        index = self._import_end()
        while 0 < index < len(body) and follows(self.source, body[index]):
            index -= 1
        return index

    def _import_end(self) -> int:
        """How many statements of the module there are up to the end of its imports."""
        body = self.tree.module.body
        start, stop = self.home
        limit = self._first_run(body, start)
        imports = [found for found in self.resolution.imports if found.live]
        if imports and all(found.scope is self.tree.root for found in imports):
            around = {
                id(node)
                for found in imports
                for node in (found.statement, *self.tree.ancestors(found.statement))
            }
            first = next(i for i, statement in enumerate(body) if id(statement) in around)
            # Only `__import__("imp").reload` and the like can be used before that.
            loose = (use for use in self.resolution.uses if not use.all_imports)
            late = any(place_of(use.node) < place_of(body[first]) for use in loose)
            if first >= limit and not late and only_imports(body[first]):
                first += 1
                while first < len(body) and isinstance(body[first], (ast.Import, ast.ImportFrom)):
                    if self._leads_back(body[first]):
                        break
                    first += 1
                return first
        if start < limit < stop and isinstance(body[limit], _DEFINITIONS):
            # What had the name of a member may be looked up by it before, in any call.
            if all(found.member == MODULE for found in self.resolution.imports):
                return limit
        index = start
        for position, statement in enumerate(body[start : min(limit, stop)], start):
            blocks = isinstance(statement, (ast.If, ast.Try)) and only_imports(statement)
            if isinstance(statement, (ast.Import, ast.ImportFrom)) or blocks:
                index = position + 1
        return index

    def _leads_back(self, statement: ast.stmt) -> bool:
        """Say whether *statement* imports what may take something from this module meanwhile."""
        return imports_any(statement, self.source.vicinity.circular)

    @functools.cached_property
    def home(self) -> tuple[int, int]:
        """From which statement of the module to which helpers belong: all, but in a notebook.

        There, it is the cell with the first import of imp, or else with the first use: who
        runs a cell alone has run that one.
        """
        body = self.tree.module.body
        nodes: list[ast.stmt | ast.expr] = [i.statement for i in self.resolution.imports if i.live]
        nodes = nodes or [use.node for use in self.resolution.uses]
        if not nodes:
            return 0, len(body)
        first, last = self.source.lines_around(min(node.lineno for node in nodes))
        inside = [i for i, s in enumerate(body) if first <= s.lineno <= last]
        return inside[0], inside[-1] + 1

    def _first_run(self, body: list[ast.stmt], start: int) -> int:
        """The first of *body*, from *start* on, that defines or may call a migrated use.

        Once imp is imported, that may be a module which imports this one in turn.
        """
        uses = {id(use.node) for use in self.resolution.uses}
        imports = {id(found.statement) for found in self.resolution.imports if found.live}
        imported = False
        for position, statement in enumerate(body[start:], start):
            if isinstance(statement, _DEFINITIONS):
                return position
            if imported and self._leads_back(statement):
                return position
            inside = {id(node) for node in ast.walk(statement)}
            if not inside.isdisjoint(uses):
                return position
            imported = imported or not inside.isdisjoint(imports)
        return len(body)

    @property
    def _before(self) -> list[ast.stmt]:
        """The statements that have run when helpers are defined, in a notebook those of their cell."""
        return self.tree.module.body[self.home[0] : self.index]

    @property
    def has_room(self) -> bool:
        """Whether there are lines for helpers that come neither too early nor too late."""
        module = self.tree.module
        return not is_crowded(self.source, module) or self.index >= header_length(module)

    def _anchor(self) -> tuple[tuple[int, int], bool]:
        """The statement beside which helpers stand, and whether they come after it."""
        body = self.tree.module.body
        if 0 < self.index == self.home[0]:
            return self.source.span(body[self.index]), False
        index = self.index or header_length(self.tree.module)
        return self.source.span(body[max(index - 1, 0)]), index > 0

    # -- the style ---------------------------------------------------------

    def _annotated(self) -> bool:
        """Say whether the functions of this module have annotations."""
        return any(
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and (node.returns is not None or any(a.annotation for a in node.args.args))
            for node in self.tree.owners()
        )

    def _indent(self) -> str:
        """The indentation of the first indented statement."""
        for statement in self.tree.module.body:
            for _, value in ast.iter_fields(statement):
                if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                    inner = value[0]
                    line = self.source.line_text(inner.lineno)
                    white = line[: len(line) - len(line.lstrip(" \t"))]
                    if white and not follows(self.source, inner):
                        return white
        return "    "

    # -- those that are there ----------------------------------------------

    @functools.cached_property
    def _own(self) -> dict[str, ast.FunctionDef | ast.Assign]:
        """The definitions of helpers and constants that an earlier run added, by helper."""
        found: dict[str, ast.FunctionDef | ast.Assign] = {}
        body = self.tree.module.body
        first = min((use.node.lineno for use in self.resolution.uses), default=0)
        used = (i for i, s in enumerate(body) if (s.end_lineno or s.lineno) >= first)
        # What comes later may not be there yet when it is needed.
        last = max(self.index, next(used, 0))
        for position, node in enumerate(body):
            name = helper_called(_bound_name(node))
            if not name or not self._is_helper(node, name):
                if position >= last:
                    break
            elif len(self.tree.root.bindings[_bound_name(node)]) == 1:
                assert isinstance(node, (ast.FunctionDef, ast.Assign))
                found.setdefault(name, node)
        return found

    def _is_helper(self, node: ast.stmt, name: str) -> bool:
        """Say whether *node* is just what would be emitted for the helper or constant *name*."""
        from ..helpers import recognise

        if isinstance(node, ast.Assign):
            values = {value_of(name), value_of(name, "_threading")} if is_constant(name) else set()
            self._facts.setdefault(name, frozenset())
            return ast.unparse(node.value) in values
        if is_constant(name) or not isinstance(node, ast.FunctionDef):
            return False
        found = recognise(node, rename={**self._called, name: node.name})
        if found is None or found.name != name:
            return False
        self._facts.setdefault(name, found.facts)
        return True

    @functools.cached_property
    def _called(self) -> dict[str, str]:
        """What the functions are called that may be helpers."""
        return {
            known: other.name
            for other in self.tree.module.body
            if isinstance(other, ast.FunctionDef) and (known := helper_called(other.name))
        }

    def _place_of(self, node: ast.stmt) -> tuple[int, int] | None:
        """The span of *node*; None if it shares its lines."""
        return self.source.span(node) if is_alone(self.source, node) else None


def _bound_name(node: ast.stmt) -> str:
    """The name of the function that *node* defines, or the one name that it assigns; else ""."""
    if isinstance(node, ast.FunctionDef):
        return node.name
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        return target.id if isinstance(target, ast.Name) else ""
    return ""
