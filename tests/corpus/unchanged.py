"""Nothing but the sites changes: compare a file before and after, by statement and by line.

The program is flattened into units: simple statements, and the clauses and ends of compound
ones.  A unit may change or go only if it holds a site, if it works on what a site produced
(`if f: f.close()` after `f, p, d = imp.find_module(n)`), or if it is the frame of a `try`,
`if` or `with` around such units.  New units may appear only in their place, or as an import
or an emitted helper.  Every other line must stay the same bytes.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

#: A comment that may go with the closing of a file.
_CLOSING = re.compile(rb"\bclos(?:e|es|ed|ing)\b", re.IGNORECASE)
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_FRAMES: tuple[type[ast.stmt], ...] = (ast.If, ast.Try, ast.With, ast.AsyncWith)
if hasattr(ast, "TryStar"):
    _FRAMES += (ast.TryStar,)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")

#: Members whose result the rewrite may give another shape.
_RESHAPED = {"find_module", "get_suffixes"}

_CONSTANTS = {
    "C_BUILTIN",
    "C_EXTENSION",
    "IMP_HOOK",
    "PKG_DIRECTORY",
    "PY_CODERESOURCE",
    "PY_COMPILED",
    "PY_FROZEN",
    "PY_RESOURCE",
    "PY_SOURCE",
    "SEARCH_ERROR",
}

_PLAIN = ast.dump(ast.parse("import importlib").body[0])

#: Modules that rewritten code may import.
_ADDED = {
    "importlib",
    "importlib.machinery",
    "importlib.util",
    "os",
    "os.path",
    "sys",
    "threading",
    "tokenize",
    "types",
    "typing",
}


@dataclass(frozen=True)
class Change:
    """Something that should have stayed as it was; `line` is in the text before or `after`."""

    line: int
    what: str
    after: bool = False


@dataclass(eq=False)
class Unit:
    """A simple statement, or (with an `owner`) a clause or the end of a compound one.

    `nodes` are its own parts, `parents` the compound statements around it, `text` what it is
    compared by.
    """

    text: str
    nodes: tuple[ast.AST, ...]
    first: int
    last: int
    scope: str
    parents: tuple[ast.stmt, ...]
    owner: ast.stmt | None = None
    allowed: bool = False

    def names(self, *contexts: type[ast.expr_context]) -> set[str]:
        """The variables that it mentions, of any context or those given."""
        wanted = contexts or (ast.expr_context,)
        return {
            node.id
            for part in self.nodes
            for node in _walk(part)
            if isinstance(node, ast.Name) and isinstance(node.ctx, wanted)
        }

    def places(self, *contexts: type[ast.expr_context]) -> set[tuple[str, str]]:
        """Its variables and the attributes of its objects, each with the scope that has it.

        An attribute, as in `self.info`, is taken to belong to the class around.
        """
        wanted = contexts or (ast.expr_context,)
        home = re.sub(r"[^.]*\.$", "", self.scope)
        attributes = {
            (home, f".{node.attr}")
            for part in self.nodes
            for node in _walk(part)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and isinstance(node.ctx, wanted)
        }
        return attributes | {(self.scope, name) for name in self.names(*contexts)}

    def frames(self) -> Iterator[ast.stmt]:
        """The `try`, `if` and `with` statements around it, or that it is a part of."""
        for statement in reversed((*self.parents, *([self.owner] if self.owner else []))):
            if isinstance(statement, _SCOPES):
                return
            if isinstance(statement, _FRAMES):
                yield statement


def lines_of(data: bytes) -> list[bytes]:
    """Split like Python does, line breaks kept; line n is at index n - 1."""
    return _LINE.findall(data)


def unexpected_changes(
    before: bytes,
    after: bytes,
    sites: Mapping[int, Collection[str]],
    helpers: Collection[str] = (),
    moved: Collection[str] = (),
) -> list[Change]:
    """Return the changes from *before* to *after* that are not accounted for.

    sites: the members used on each line of *before*.
    helpers: names of the functions that the rewrite says it added.
    moved: the modules of which it says that it moved the imports.
    """
    if before == after:
        return []
    old, new = units(before), units(after)
    _allow(old, sites)
    changes: list[Change] = []
    come: list[Unit] = []
    reported: set[ast.stmt | None] = set()
    for i1, i2, j1, j2 in _differences([unit.text for unit in old], [unit.text for unit in new]):
        changes += [
            Change(unit.first, f"statement changed or gone: {_show(before, unit.first)}")
            for unit in old[i1:i2]
            if not unit.allowed
        ]
        in_place = any(unit.allowed for unit in old[max(0, i1 - 1) : i2 + 1])
        split = {name for unit in old[i1:i2] for name in _imported(unit)}
        for unit in new[j1:j2]:
            if (
                _in_helper(unit, helpers)
                or _is_constant(unit)
                or _is_lock(unit)
                or (
                    in_place
                    if not _imported(unit)
                    else _imported(unit) <= split | _ADDED | {*moved}
                )
            ):
                come.append(unit)
            elif reported.isdisjoint({*unit.parents, unit.owner} - {None}):
                what = f"statement appeared: {_show(after, unit.first)}"
                changes.append(Change(unit.first, what, after=True))
                reported.add(unit.owner)
    return changes or _changed_lines(before, after, old, come)


def units(data: bytes) -> list[Unit]:
    """Flatten the program in *data*; raises SyntaxError if it is none."""
    return list(_flatten(parse(data).body, "", ()))


def parse(data: bytes) -> ast.Module:
    """`ast.parse` without the warnings that old code gives rise to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(data)


def _flatten(body: Sequence[ast.stmt], scope: str, parents: tuple[ast.stmt, ...]) -> Iterator[Unit]:
    for statement in body:
        first, last = _first_line(statement), statement.end_lineno or statement.lineno
        clauses = list(_clauses(statement))
        if not clauses:
            text = scope + ast.dump(statement)
            yield Unit(text, (statement,), first, last, scope, parents)
            continue
        inner = f"{scope}{statement.name}." if isinstance(statement, _SCOPES) else scope
        for text, nodes, block in clauses:
            head_end = max(first, _first_line(block[0]) - 1)
            yield Unit(scope + text, nodes, first, head_end, scope, parents, statement)
            yield from _flatten(block, inner, (*parents, statement))
            first = (block[-1].end_lineno or block[-1].lineno) + 1
        end = f"{scope}end of {clauses[0][0]}"
        yield Unit(end, (), last + 1, last, scope, parents, statement)


def _clauses(
    statement: ast.stmt,
) -> Iterator[tuple[str, tuple[ast.AST, ...], list[ast.stmt]]]:
    """Yield description, own nodes and body of each clause of a compound statement."""
    kind = type(statement).__name__
    for name in _BLOCKS:
        for number, part in enumerate(getattr(statement, name, ())):
            if not isinstance(part, ast.stmt):  # an except clause or a case
                head = _head(part) if name == "handlers" else (*_head(statement), *_head(part))
                yield f"{kind} {name} {_dump(head)}", head, part.body
            elif number == 0:
                head = _head(statement) if name == "body" else ()
                yield f"{kind} {name} {_dump(head)}", head, getattr(statement, name)


def _head(node: ast.AST) -> tuple[ast.AST, ...]:
    """*node* without the blocks in it."""
    fields = {name: value for name, value in ast.iter_fields(node) if name not in _BLOCKS}
    return (type(node)(**fields),)


def _dump(nodes: Iterable[ast.AST]) -> str:
    return " ".join(map(ast.dump, nodes))


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _walk(child)


def _first_line(statement: ast.stmt) -> int:
    decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", ())
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _imported(unit: Unit) -> set[str]:
    """The modules that an import statement names, relative ones with their dots."""
    node = unit.nodes[0] if unit.nodes else None
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    return {"." * node.level + (node.module or "")} if isinstance(node, ast.ImportFrom) else set()


def _is_constant(unit: Unit) -> bool:
    """`_PKG_DIRECTORY = 5`: the value that a constant of imp had."""
    node = unit.nodes[0] if unit.nodes else None
    return (
        not unit.scope
        and isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, int)
        and unit.names() <= {*_CONSTANTS, *(f"_{name}" for name in _CONSTANTS)}
    )


def _is_lock(unit: Unit) -> bool:
    """`_import_lock = threading.RLock()`: what takes the place of the import lock."""
    node = unit.nodes[0] if unit.nodes else None
    return (
        not unit.scope
        and isinstance(node, ast.Assign)
        and ast.unparse(node.value) in ("threading.RLock()", "_threading.RLock()")
        and unit.names(ast.Store) <= {"_import_lock", "_imp_import_lock"}
    )


def _in_helper(unit: Unit, helpers: Collection[str]) -> bool:
    return any(
        isinstance(statement, ast.FunctionDef) and statement.name in helpers
        for statement in (*unit.parents, unit.owner)
    )


def _allow(found: Sequence[Unit], sites: Mapping[int, Collection[str]]) -> None:
    """Mark the units that a rewrite of the sites may touch.

    `import importlib` is one of them: it may become the import of a submodule.
    """
    produced: set[tuple[str, str]] = set()
    for unit in found:
        members = {m for line in range(unit.first, unit.last + 1) for m in sites.get(line, ())}
        if members:
            unit.allowed = True
            produced |= _products(unit, members)
    for unit in found:
        if not produced.isdisjoint(unit.places()):
            unit.allowed = True
            if _renames(unit):
                produced |= unit.places(ast.Store)
    frames = {frame for unit in found if unit.allowed for frame in unit.frames()}
    frames |= {unit.owner for unit in found if unit.allowed and unit.owner}
    for unit in found:
        if unit.text == _PLAIN:
            unit.allowed = True
        if unit.owner in frames or (_is_flag(unit) and not frames.isdisjoint(unit.parents)):
            unit.allowed = True


def _products(unit: Unit, members: Collection[str]) -> set[tuple[str, str]]:
    """What holds what a site returned (the triple, say) or what it is handed to load."""
    found = set() if _RESHAPED.isdisjoint(members) else unit.places(ast.Store)
    loads = {member for member in members if member.startswith("load_")}
    for node in [node for part in unit.nodes if loads for node in _walk(part)]:
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in loads:
            found |= {(unit.scope, arg.id) for arg in node.args[1:] if isinstance(arg, ast.Name)}
    return found


def _renames(unit: Unit) -> bool:
    """`f, p, d = info`, `kind = info[2]`: the same things under other names."""
    node = unit.nodes[0] if unit.nodes else None
    return isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Subscript))


def _is_flag(unit: Unit) -> bool:
    """`found = True`, `return False`, `pass`, `break`: what a check folds into one expression."""
    node = unit.nodes[0] if unit.nodes else None
    if isinstance(node, (ast.Assign, ast.Return)):
        return node.value is None or isinstance(node.value, ast.Constant)
    return isinstance(node, (ast.Pass, ast.Break))


def _changed_lines(
    before: bytes, after: bytes, old: Sequence[Unit], come: Sequence[Unit]
) -> list[Change]:
    """Compare what lies between the units that may change: layout, comments, line breaks."""
    old_lines, new_lines = lines_of(before), lines_of(after)
    may_go, may_come = _covered(unit for unit in old if unit.allowed), _covered(come)
    frames = {unit.owner for unit in old if unit.allowed and unit.owner}
    indented = {n for frame in frames for n in range(frame.lineno, (frame.end_lineno or 0) + 1)}
    texts = Counter(line.strip() for line in new_lines)
    breaks = {_line_break(line) for line in old_lines} - {b""} or {b"\n"}
    changes = []
    for i1, i2, j1, j2 in _differences(old_lines, new_lines):
        near = not may_go.isdisjoint(range(i1, i2 + 2))
        for number in range(i1 + 1, i2 + 1):
            text = old_lines[number - 1].strip()
            blank = not text and (near or j2 > j1)
            outlived = near and text.startswith(b"#") and _CLOSING.search(text)
            if not (number in may_go or blank or outlived or (number in indented and texts[text])):
                changes.append(Change(number, f"line changed or gone: {_show(before, number)}"))
        for number in range(j1 + 1, j2 + 1):
            line = new_lines[number - 1]
            if number < len(new_lines) and _line_break(line) not in breaks:
                what = f"another kind of line break: {_show(after, number)}"
                changes.append(Change(number, what, after=True))
            if not (number in may_come or near or not line.strip()):
                changes.append(Change(number, f"line appeared: {_show(after, number)}", after=True))
    return changes


def _covered(found: Iterable[Unit]) -> set[int]:
    return {number for unit in found for number in range(unit.first, unit.last + 1)}


def _differences(
    old: Sequence[object], new: Sequence[object]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the ranges that differ.  The common ends are cut off first: difflib is quadratic."""
    start, shortest = 0, min(len(old), len(new))
    while start < shortest and old[start] == new[start]:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle = (old[start : len(old) - end], new[start : len(new) - end])
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *middle, autojunk=False).get_opcodes():
        if tag != "equal":
            yield start + i1, start + i2, start + j1, start + j2


def _line_break(line: bytes) -> bytes:
    return line[len(line.rstrip(b"\r\n")) :]


def _show(data: bytes, line: int) -> str:
    lines = lines_of(data)
    return (
        repr(lines[line - 1].decode("utf-8", "replace").strip())[:90] if line <= len(lines) else ""
    )
