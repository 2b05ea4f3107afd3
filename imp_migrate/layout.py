"""Reads off a module where its imports stand and where new code may be put."""

from __future__ import annotations

import ast
import functools
import re

from .emission import HelperBlock, helper_called, is_constant, value_of
from .handlers import tries_around
from .imports import ImportedName, ImportSite, TailLine
from .model import Need
from .names import Namer
from .options import Options
from .resolve import ImpImport, Resolution
from .scopes import ScopeTree
from .source import Source
from .statements import own_lines, span

_BLANK = re.compile(r"[ \t\f]*(?:\r\n|\n|\r)")
_SUBMODULES = ("util", "machinery")


class Layout:
    """The import sites of one module and the place for helpers."""

    def __init__(self, source: Source, tree: ScopeTree, resolution: Resolution) -> None:
        self.source = source
        self.tree = tree
        self.resolution = resolution
        self._provisions: dict[int, frozenset[Need]] = {}
        self.statements = list(dict.fromkeys(found.statement for found in resolution.imports))
        for found in resolution.imports:
            found.site = self.statements.index(found.statement)
            siblings = [i for i in resolution.imports if i.statement is found.statement]
            found.position = siblings.index(found)

    @functools.cached_property
    def top(self) -> int:
        """The number of the site for imports that belong to no use in particular.

        It is an `import imp` among the first imports, or the one that helpers
        follow, if there is one, else the top of the module.
        """
        body = self.tree.module.body[: self._helper_index]
        live = {id(found.statement) for found in self.resolution.imports if found.live}
        for index, statement in enumerate(self.statements):
            if id(statement) in live and any(s is statement for s in body):
                return index
        return len(self.statements)

    def own_helpers(self) -> dict[str, str]:
        """What the helpers and constants are called that an earlier run added to this module."""
        return {name: _bound_name(node) for name, node in self._own_helpers.items()}

    @functools.cached_property
    def _own_helpers(self) -> dict[str, ast.FunctionDef | ast.Assign]:
        """The definitions of helpers and constants that an earlier run added, by helper."""
        found: dict[str, ast.FunctionDef | ast.Assign] = {}
        body = self.tree.module.body
        uses = {id(use.node) for use in self.resolution.uses}
        used = (i for i, s in enumerate(body) if any(id(node) in uses for node in ast.walk(s)))
        # What comes later may not be there yet when it is needed.
        last = max(self._helper_index, next(used, 0))
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
        from .helpers import emit

        if isinstance(node, ast.Assign):
            values = {value_of(name), value_of(name, "_threading")} if is_constant(name) else set()
            return ast.unparse(node.value) in values
        if is_constant(name) or not isinstance(node, ast.FunctionDef):
            return False
        start, end = self._span(node)
        text = self.source.text[start:end].replace("\r\n", "\n").strip()
        called = {
            known: other.name
            for other in self.tree.module.body
            if isinstance(other, ast.FunctionDef) and (known := helper_called(other.name))
        }
        return any(
            text
            == emit(
                [name],
                annotated=annotated,
                target_version=version,
                indent=self._indent(),
                rename={**called, name: node.name},
                dependencies=False,
            ).code.strip()
            for annotated, version in ((True, (3, 8)), (True, (3, 10)), (False, (3, 8)))
        )

    def _lines_of(self, node: ast.stmt) -> tuple[int, int]:
        """The span of the lines of *node* without the last line break; (-1, -1) if it shares them."""
        lines = own_lines(self.source, node)
        if lines is None:
            return -1, -1
        start, end, _ = lines
        return start, start + len(self.source.text[start:end].rstrip("\r\n"))

    def sites(
        self,
        keepers: dict[int, frozenset[int]],
        pins: dict[int, str],
        swaps: dict[int, Need],
    ) -> tuple[ImportSite, ...]:
        """All sites, the top of the module last.

        keepers, pins, swaps: by the identity of an import, the uses that keep it,
        why it stays in any case, and what can replace it under its own name.
        """
        sites = []
        for statement in self.statements:
            group = [i for i in self.resolution.imports if i.statement is statement]
            names = []
            for found in group:
                start, end = self._span(found.node)
                names.append(
                    ImportedName(
                        start,
                        end,
                        keepers[id(found)],
                        pins.get(id(found), ""),
                        swaps.get(id(found)),
                    )
                )
            sites.append(self._site(statement, group, tuple(names)))
        return (*sites, self._top_site())

    def helper_block(self, namer: Namer, options: Options) -> HelperBlock:
        """Where helpers go in this module, and how they are spelt."""
        offset = self._helper_offset()
        before = 0
        for line in range(self.source.line_of(offset) - 1, 0, -1):
            if self.source.line_text(line).strip():
                break
            before += 1
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
        existing = [(name, *self._lines_of(node)) for name, node in self._own_helpers.items()]
        return HelperBlock(
            offset=offset,
            blank_before=before if offset else 2,
            at_end=not self.source.text[offset:].strip(),
            annotated=self._annotated(),
            names=tuple(sorted((k, v) for k, v in namer.names.items() if k != v)),
            modules=tuple(sorted((k, v) for k, v in spelled.items() if k != v)),
            existing=tuple(existing),
            module=options.helper_module or "",
            target_version=options.target_version,
            indent=self._indent(),
        )

    # -- sites -------------------------------------------------------------

    def _span(self, node: ast.AST) -> tuple[int, int]:
        return span(self.source, node)

    def _site(
        self, statement: ast.stmt, group: list[ImpImport], names: tuple[ImportedName, ...]
    ) -> ImportSite:
        text = self.source.text
        start, end = self._span(statement)
        first = self.source.line_span(self.source.line_of(start))[0]
        last = self.source.line_span(self.source.line_of(end))[1]
        lines = own_lines(self.source, statement)
        line_start, line_end, comment = lines or (first, last, "")
        nodes = {id(found.node) for found in group}
        others = []
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            for alias in statement.names:
                if id(alias) not in nodes:
                    others.append((*self._span(alias), alias.name))
        return ImportSite(
            start,
            end,
            indent=text[line_start:start] if lines else "",
            names=names,
            others=tuple(others),
            is_from=isinstance(statement, ast.ImportFrom),
            own_line=lines is not None,
            line_start=line_start,
            line_end=line_end,
            comment=comment,
            inner_comments=self._comments_within(start, end),
            sole=len(self.tree.block(statement)) == 1,
            provided=self.provided(self.statements.index(statement)),
            preceding=self._preceding(statement),
            tail=self._tail(statement) if lines else (),
            blank_before=self._blank_before(line_start),
            blank_after=self._blank_lines(line_end),
        )

    def _comments_within(self, start: int, end: int) -> tuple[str, ...]:
        # Inside an import statement there are no strings that could hold a "#".
        return tuple(re.findall(r"#[^\r\n]*", self.source.text[start:end]))

    def _blank_before(self, line_start: int) -> bool:
        line = self.source.line_of(line_start) - 1
        return line < 1 or not self.source.line_text(line).strip()

    def _blank_lines(self, offset: int) -> int:
        count = 0
        while match := _BLANK.match(self.source.text, offset):
            count, offset = count + 1, match.end()
        return count

    def _tail(self, statement: ast.stmt) -> tuple[TailLine, ...]:
        """The one-line imports on the lines right after *statement*, in its block.

        In the body of a `try` there are none: an import there may fail, and what
        comes after it would not be run.
        """
        if any(part == "body" for _, part in tries_around(self.tree, statement)):
            return ()
        block = self.tree.block(statement)
        tail: list[TailLine] = []
        line = statement.end_lineno or statement.lineno
        for following in block[block.index(statement) + 1 :]:
            found = self._tail_line(following)
            if found is None or following.lineno != line + 1:
                break
            line += 1
            tail.append(found)
        return tuple(tail)

    def _tail_line(self, statement: ast.stmt) -> TailLine | None:
        """*statement* as a line of imports, if it is one import, alone on one line."""
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            return None
        if statement.lineno != statement.end_lineno or len(statement.names) != 1:
            return None
        if statement in self.statements:
            return None
        start, end = self.source.line_span(statement.lineno)
        line = self.source.text[start:end].rstrip("\r\n")
        if ";" in line:
            return None
        alias = statement.names[0]
        if isinstance(statement, ast.ImportFrom):
            if statement.level or statement.module == "__future__":
                return None
            return TailLine(start, start + len(line), (1, statement.module or "", alias.name))
        bare = alias.name if not alias.asname and line.strip() == f"import {alias.name}" else ""
        return TailLine(start, start + len(line), (0, alias.name, ""), bare)

    def provided(self, site: int) -> frozenset[Need]:
        """What is imported already wherever the imports of *site* are visible."""
        if site not in self._provisions:
            self._provisions[site] = self._provided(site)
        return self._provisions[site]

    def _provided(self, site: int) -> frozenset[Need]:
        body = self.tree.module.body
        statement = self.statements[site] if site < len(self.statements) else None
        provided: set[Need] = set()
        local = statement is not None and self.tree.scope_of(statement) is not self.tree.root
        if statement is None or local:
            reach = max(self._quiet_end(0), self._helper_index)
        else:
            reach = self._quiet_end(self._index_of(statement) + 1)
        for position, earlier in enumerate(body):
            if position >= reach and not (
                local and statement and earlier.lineno < statement.lineno
            ):
                break
            provided |= _binds(earlier)
        if statement is not None and self.tree.parents[statement] is not self.tree.module:
            for earlier in self.tree.block(statement):
                if earlier is statement:
                    break
                provided |= _binds(earlier)
        if isinstance(statement, ast.Import):
            provided |= _binds(statement)
        return frozenset(provided)

    def _preceding(self, statement: ast.stmt) -> frozenset[int]:
        """The sites of the same scope that have certainly run when *statement* does."""
        scope = self.tree.scope_of(statement)
        around = {id(statement), *(id(a) for a in self.tree.ancestors(statement))}
        found: set[int] = set()
        for site, other in enumerate(self.statements):
            block = self.tree.block(other)
            later = block[block.index(other) + 1 :]
            if self.tree.scope_of(other) is scope and any(id(s) in around for s in later):
                found.add(site)
        return frozenset(found)

    def _index_of(self, statement: ast.stmt) -> int:
        """Which statement of the module *statement* is, or stands in."""
        around = {id(statement), *(id(a) for a in self.tree.ancestors(statement))}
        return next(i for i, s in enumerate(self.tree.module.body) if id(s) in around)

    def _quiet_end(self, position: int) -> int:
        """How far, from *position* on, nothing runs that could use what is imported on the way."""
        body = self.tree.module.body
        while position < len(body) and self._is_quiet(body[position]):
            position += 1
        return position

    def _is_quiet(self, statement: ast.stmt) -> bool:
        """Say whether *statement* only imports or defines: no use of imp, no call runs in it."""
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return not statement.decorator_list and not any(
                isinstance(node, ast.Call) or id(node) in self._use_nodes
                for node in ast.walk(statement.args)
            )
        if isinstance(statement, ast.ClassDef):
            headers = statement.decorator_list or statement.bases or statement.keywords
            return not headers and all(map(self._is_quiet, statement.body))
        if self._only_imports(statement):
            return not any(id(node) in self._use_nodes for node in ast.walk(statement))
        return False

    @functools.cached_property
    def _use_nodes(self) -> frozenset[int]:
        return frozenset(id(use.node) for use in self.resolution.uses)

    # -- the top of the module ---------------------------------------------

    def _leading_end(self) -> int:
        """How many statements the module starts with that only import (or say nothing)."""
        for position, statement in enumerate(self.tree.module.body):
            if not self._only_imports(statement):
                return position
        return len(self.tree.module.body)

    def _only_imports(self, statement: ast.stmt) -> bool:
        if isinstance(statement, (ast.Import, ast.ImportFrom, ast.Pass)):
            return True
        if isinstance(statement, ast.Expr):
            return isinstance(statement.value, ast.Constant)
        if isinstance(statement, ast.If):
            return all(map(self._only_imports, (*statement.body, *statement.orelse)))
        if isinstance(statement, ast.Try):
            handlers = [s for handler in statement.handlers for s in handler.body]
            parts = (*statement.body, *handlers, *statement.orelse, *statement.finalbody)
            return all(self._only_imports(s) or _is_plain_assignment(s) for s in parts)
        return _is_plain_assignment(statement)

    def _top_site(self) -> ImportSite:
        # Before the helpers there is neither a use nor a function that could hold one.
        body = self.tree.module.body[: max(self._leading_end(), self._helper_index)]
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
            return ImportSite(lines[0].start, lines[0].start, provided=provided, tail=lines)
        if self._is_crowded:
            start = self._span(self.tree.module.body[self._header - 1])[1]
            return ImportSite(start, start, provided=provided, own_line=False)
        if imports:
            start = self.source.line_span(imports[0].lineno)[0]
            return ImportSite(start, start, provided=provided, blank_after=1)
        offset = self._after_header()
        blank = self._blank_before(offset)
        return ImportSite(
            offset,
            offset,
            provided=provided,
            blank_before=not blank,
            blank_after=self._blank_lines(offset),
        )

    @functools.cached_property
    def _header(self) -> int:
        """How many statements must stay first: the docstring and `from __future__ import`."""
        for position, statement in enumerate(self.tree.module.body):
            docstring = (
                position == 0
                and isinstance(statement, ast.Expr)
                and isinstance(statement.value, ast.Constant)
                and isinstance(statement.value.value, str)
            )
            if not docstring and getattr(statement, "module", None) != "__future__":
                return position
        return len(self.tree.module.body)

    @property
    def _is_crowded(self) -> bool:
        """Whether other statements follow these on the same line."""
        body, end = self.tree.module.body, self._header
        return 0 < end < len(body) and body[end].lineno == body[end - 1].end_lineno

    def _after_header(self) -> int:
        """The offset after the shebang, the leading comments, the docstring and `__future__`."""
        if self._header:
            last = self.tree.module.body[self._header - 1]
            return self.source.line_span(last.end_lineno or last.lineno)[1]
        line = 1
        lines = len(self.source.line_starts)
        while line < lines and self.source.line_text(line).startswith("#"):
            line += 1
        return self.source.line_span(line)[0]

    # -- helpers -----------------------------------------------------------

    @property
    def has_room(self) -> bool:
        """Whether there are lines for helpers that come neither too early nor too late."""
        return not self._is_crowded or self._helper_index >= self._header

    def _helper_offset(self) -> int:
        """The start of the line before which helpers can stand: after the imports."""
        index = self._helper_index
        if index == 0:
            offset = self._after_header()
        else:
            last = self.tree.module.body[index - 1]
            offset = self.source.line_span(last.end_lineno or last.lineno)[1]
        while match := _BLANK.match(self.source.text, offset):
            offset = match.end()
        return offset

    @functools.cached_property
    def _helper_index(self) -> int:
        """How many statements of the module come before the helpers.

        Helpers must be there before anything can call a migrated use.  Nothing
        can, successfully, before the module has imported imp.  They stand on lines
        of their own, so before a line on which more follows: `import imp; use(imp)`.
        """
        body = self.tree.module.body
        index = self._import_end()
        while 0 < index < len(body) and body[index].lineno == body[index - 1].end_lineno:
            index -= 1
        return index

    def _import_end(self) -> int:
        """How many statements of the module there are up to the end of its imports."""
        body = self.tree.module.body
        limit = self._first_run(body)
        imports = [found for found in self.resolution.imports if found.live]
        if imports and all(found.scope is self.tree.root for found in imports):
            around = {
                id(node)
                for found in imports
                for node in (found.statement, *self.tree.ancestors(found.statement))
            }
            first = next(i for i, statement in enumerate(body) if id(statement) in around)
            # Only `__import__("imp").reload` and the like can be used before that.
            line = body[first].lineno
            loose = (use for use in self.resolution.uses if not use.all_imports)
            late = any(use.node.lineno < line for use in loose)
            if first >= limit and not late and self._only_imports(body[first]):
                first += 1
                while first < len(body) and isinstance(body[first], (ast.Import, ast.ImportFrom)):
                    first += 1
                return first
        index = 0
        for position, statement in enumerate(body[:limit]):
            blocks = isinstance(statement, (ast.If, ast.Try)) and self._only_imports(statement)
            if isinstance(statement, (ast.Import, ast.ImportFrom)) or blocks:
                index = position + 1
        return index

    def _first_run(self, body: list[ast.stmt]) -> int:
        """The first statement of *body* that defines something or may call a migrated use."""
        uses = {id(use.node) for use in self.resolution.uses}
        for position, statement in enumerate(body):
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                return position
            if any(id(node) in uses for node in ast.walk(statement)):
                return position
        return len(body)

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
                    if white and inner.lineno != statement.lineno:
                        return white
        return "    "

    def leans(self) -> frozenset[Need]:
        """The submodules of importlib that this file uses but only `import imp` imports."""
        imported = {
            alias.name
            for statement in self.tree.imports
            if isinstance(statement, ast.Import)
            for alias in statement.names
        }
        imported |= {
            f"{statement.module}.{alias.name}"
            for statement in self.tree.imports
            if isinstance(statement, ast.ImportFrom)
            for alias in statement.names
        }
        imported |= {
            statement.module or ""
            for statement in self.tree.imports
            if isinstance(statement, ast.ImportFrom)
        }
        used = {
            f"importlib.{attribute.attr}"
            for attribute in self.tree.attributes
            if attribute.attr in _SUBMODULES
            and isinstance(attribute.value, ast.Name)
            and attribute.value.id == "importlib"
        }
        return frozenset(Need(module) for module in used - imported)


def _bound_name(node: ast.stmt) -> str:
    """The name of the function that *node* defines, or the one name that it assigns; else ""."""
    if isinstance(node, ast.FunctionDef):
        return node.name
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        return target.id if isinstance(target, ast.Name) else ""
    return ""


def _is_plain_assignment(statement: ast.stmt) -> bool:
    """Say whether *statement* assigns a constant or a name: nothing runs that could need us."""
    return isinstance(statement, ast.Assign) and isinstance(
        statement.value, (ast.Constant, ast.Name, ast.Lambda)
    )


def _binds(statement: ast.stmt) -> set[Need]:
    """What *statement* binds, if it is an import."""
    if isinstance(statement, ast.Import):
        return {Need(alias.name, alias=alias.asname or "") for alias in statement.names}
    if isinstance(statement, ast.ImportFrom) and not statement.level:
        module = statement.module or ""
        found = {Need(module, alias.name, alias.asname or "") for alias in statement.names}
        # `from package import module` may bind a module, just as `import package.module as …`.
        return found | {
            Need(f"{module}.{a.name}", alias=a.asname or a.name) for a in statement.names
        }
    return set()
