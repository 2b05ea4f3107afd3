"""Turn the functions of `functions` into text for another module."""

from __future__ import annotations

import ast
import builtins
import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..model import Need, Request
from .cut import COMPANY, PARTS, cut, relevant, source
from .layout import PLAIN, Style, is_long, laid_out
from .planning import plan

#: The helpers there are, in the order in which they are emitted.
NAMES: tuple[str, ...] = (
    "_load_source",
    "_load_spec",
    "_load_as",
    "_load_compiled",
    "_load_package",
    "_load_from",
    "_load_dynamic",
    "_load_module",
    "_has_module",
    "_require_module",
    "_find_module_path",
    "_find_spec",
    "_find_and_load",
    "_find_and_load_as",
    "_find_module",
)

# These do not call other helpers then.
_ALONE = frozenset({"_load_source", "_load_dynamic", "_find_and_load", "_find_and_load_as"})

# The only calls among those that are not (said here, since to read it in them takes longer than
# the rest of an analysis; the tests do).
_CALL_LOAD_SPEC = frozenset(
    {"_load_as", "_load_compiled", "_load_package", "_load_from", "_load_module"}
)

_MACHINERY = "importlib.machinery"

# Of so many functions is remembered what was worked out: an editor asks at every keystroke.
_MOST_TEXTS = 512

#: What this process has composed, with its name and the facts that it relies on: the
#: analysis of a result need not work out what it is.
just_emitted: dict[str, tuple[str, frozenset[str]]] = {}


@dataclass(frozen=True)
class Emitted:
    """Helpers as text.

    code: their definitions, two blank lines apart, ending in a newline.
    functions: the same, one by one.
    names: what they are, by their names in `NAMES`, in the order of the text.
    imports: the modules that the text refers to (`importlib.util`, `sys`, ...).
    needs: the imports that bind what the text calls these modules, apart from
        dotted spellings, which must be bound already.
    builtins: the built-in functions and exceptions that the text refers to; they
        must mean the same in the module that receives it.
    """

    code: str
    functions: tuple[str, ...]
    names: tuple[str, ...]
    imports: frozenset[str]
    needs: frozenset[Need]
    builtins: frozenset[str]


def closure(names: Iterable[str]) -> tuple[str, ...]:
    """Return *names* and the helpers that these call, in the order of `NAMES`.

    Raises ValueError for an unknown helper.
    """
    found = set(names)
    for name in found - set(NAMES):
        raise ValueError(f"no helper is called {name!r}")
    if found & _CALL_LOAD_SPEC:
        found.add("_load_spec")
    return tuple(name for name in NAMES if name in found)


def emit(
    names: Iterable[str],
    *,
    annotated: bool,
    target_version: tuple[int, int] = (3, 8),
    style: Style = PLAIN,
    rename: Mapping[str, str] | None = None,
    modules: Mapping[str, str] | None = None,
    dependencies: bool = True,
) -> Emitted:
    """Return the text of the helpers *names*, for calls of which nothing is known.

    annotated: keep the annotations, and the assertions that type checkers want.
    target_version: the oldest Python that the text must run on; below 3.10,
        annotations in newer syntax are quoted.  (Under `from __future__ import
        annotations` nothing evaluates them: ask for 3.10 then.)
    style: how the lines of the receiving module look.
    rename: other names for helpers, where theirs are taken.
    modules: how the receiving module spells a module, if not by its full name:
        with `{"importlib.util": "util"}` the text says `util.find_spec`.
    dependencies: add the helpers that *names* call.

    Raises ValueError for an unknown helper, for a spelling that is no (dotted)
    name, and for one that a local variable of a helper would hide.
    """
    wanted = closure(names)
    if not dependencies:
        asked = set(names)
        wanted = tuple(name for name in wanted if name in asked)
    return _emitted(
        {name: _general(name) for name in wanted},
        annotated=annotated,
        target_version=target_version,
        style=style,
        spelling={**(rename or {}), **(modules or {})},
    )


def compose(
    requests: Iterable[Request],
    *,
    annotated: bool,
    target_version: tuple[int, int] = (3, 8),
    style: Style = PLAIN,
    rename: Mapping[str, str] | None = None,
    modules: Mapping[str, str] | None = None,
) -> Emitted:
    """Return the least text that answers *requests*: all that one module needs.

    The helpers are cut to the facts that the requests state, one is put on top of
    another where both share code, and one that only another calls becomes part of
    it; so ask for all at once.  The rest is as in `emit`.

    Raises ValueError for an unknown helper or fact, for facts that exclude each
    other, and for spellings as `emit` does.
    """
    forms = plan(requests)
    emitted = _emitted(
        {name: cut(name, *forms[name]) for name in NAMES if name in forms},
        annotated=annotated,
        target_version=target_version,
        style=style,
        spelling={**(rename or {}), **(modules or {})},
    )
    if len(just_emitted) > 1000:
        just_emitted.clear()
    for name, text in zip(emitted.names, emitted.functions, strict=True):
        facts = (forms[name][0] - COMPANY) & relevant(name)
        just_emitted[_unparsed(text)] = name, facts
    return emitted


@functools.lru_cache(_MOST_TEXTS)
def _unparsed(text: str) -> str:
    return ast.unparse(ast.parse(text))


def _general(name: str) -> str:
    """Return the text of a helper for calls of which nothing is known."""
    return cut(name, frozenset(), PARTS if name in _ALONE else frozenset())


def _emitted(
    functions: Mapping[str, str],
    *,
    annotated: bool,
    target_version: tuple[int, int],
    style: Style,
    spelling: Mapping[str, str],
) -> Emitted:
    known_modules = source()[2]
    texts: list[str] = []
    mentioned: set[str] = set()
    for text in functions.values():
        if not annotated:
            text = without_types(text)
        mentioned.update(dotted for *_, dotted in _references(text, known_modules)[0])
        text = respelled(text, known_modules, spelling)
        if annotated and target_version < (3, 10):
            text = _with_quoted_annotations(text)
        text = with_short_names(text, spelling.get(_MACHINERY, _MACHINERY), style)
        texts.append(laid_out(text, style))
    imports = frozenset(mentioned & known_modules)
    return Emitted(
        code=(style.newline * 2).join(texts),
        functions=tuple(texts),
        names=tuple(functions),
        imports=imports,
        needs=frozenset(_needs(imports, spelling)),
        builtins=frozenset(mentioned & set(dir(builtins))),
    )


def _needs(modules: Iterable[str], spelling: Mapping[str, str]) -> Iterator[Need]:
    for module in modules:
        alias = spelling.get(module, module)
        if alias == module:
            yield Need(module)
        elif "." not in alias:
            yield Need(module, alias=alias)


def _parsed(text: str) -> ast.FunctionDef:
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    return function


def _local_names(function: ast.FunctionDef) -> set[str]:
    nodes = list(ast.walk(function))
    bound = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return bound | {node.arg for node in nodes if isinstance(node, ast.arg)}


@functools.lru_cache(_MOST_TEXTS)
def _references(
    text: str, modules: frozenset[str]
) -> tuple[tuple[tuple[int, int, str], ...], frozenset[str]]:
    """Where a function refers to one of *modules* or another global, and its local variables.

    Each place is where it starts and ends, and the name.
    """
    function = _parsed(text)
    local = _local_names(function)

    def visit(node: ast.AST) -> Iterator[tuple[int, int, str]]:
        if isinstance(node, (ast.Attribute, ast.Name)):
            dotted = ast.unparse(node)
            if dotted in modules or (isinstance(node, ast.Name) and dotted not in local):
                yield (*_span(text, node), dotted)
                return
        for child in ast.iter_child_nodes(node):
            yield from visit(child)

    return tuple(visit(function)), frozenset(local)


@functools.lru_cache(_MOST_TEXTS)
def without_types(text: str) -> str:
    """Return a function without what is there for type checkers only."""
    function = _parsed(text)
    edits: list[tuple[int, int, str]] = []
    for node in ast.walk(function):
        if isinstance(node, ast.AnnAssign):
            edits.append((_span(text, node.target)[1], _span(text, node.annotation)[1], ""))
        if isinstance(node, ast.Subscript) and (plain := _attribute(node)):
            edits.append((*_span(text, node), plain))
    lines = _replaced(text, edits).splitlines(keepends=True)
    assertions = [node for node in ast.walk(function) if isinstance(node, ast.Assert)]
    for node in sorted(assertions, key=lambda node: -node.lineno):
        del lines[node.lineno - 1 : node.end_lineno]
    for parameter in function.args.args:
        parameter.annotation = None
    header = f"def {function.name}({ast.unparse(function.args)}):\n"
    return header + "".join(lines[function.body[0].lineno - 1 :])


def _attribute(node: ast.Subscript) -> str:
    """Return `x.name` for `vars(x)["name"]`; "" for anything else."""
    table, key = node.value, node.slice
    if not isinstance(table, ast.Call) or ast.unparse(table.func) != "vars":
        return ""
    name = key.value if isinstance(key, ast.Constant) else ""
    return f"{ast.unparse(table.args[0])}.{name}" if isinstance(name, str) and name else ""


def respelled(text: str, modules: frozenset[str], spelling: Mapping[str, str]) -> str:
    """Return a function in which modules and helpers, itself too, are called as *spelling* says."""
    references, local = _references(text, modules)
    at = len("def ")
    own = text[at : text.index("(")]
    edits: list[tuple[int, int, str]] = []
    for start, end, name in [(at, at + len(own), own), *references]:
        new = spelling.get(name, name)
        parts = new.split(".")
        if not all(part.isidentifier() for part in parts):
            raise ValueError(f"{new!r} is not a dotted name")
        if parts[0] in local:
            raise ValueError(f"{parts[0]!r} is a local variable of {own}")
        edits.append((start, end, new))
    return _replaced(text, edits)


def with_short_names(text: str, machinery: str, style: Style) -> str:
    """Return a function that calls *machinery* by a short name where its lines get too long."""
    head, *body = text.splitlines(keepends=True)
    long = [line for line in body if f"{machinery}." in line and is_long(line.rstrip(), style)]
    if len(long) < 2 or machinery == "machinery":
        return text
    start = _parsed(text).body[0].end_lineno or 1  # the docstring's
    short = (re.sub(rf"(?<![\w.]){re.escape(machinery)}\.", "machinery.", line) for line in body)
    lines = [head, *short]
    return "".join([*lines[:start], f"    machinery = {machinery}\n", *lines[start:]])


def without_short_names(text: str) -> str:
    """Return a function, in the style of `ast.unparse`, that has no short name of a module."""
    found = re.search(r"^    machinery = (.+)\n", text, re.MULTILINE)
    if found is None:
        return text
    text = text[: found.start()] + text[found.end() :]
    return re.sub(r"(?<![\w.])machinery\.", f"{found[1]}.", text)


def _with_quoted_annotations(text: str) -> str:
    """Return a function whose annotations can be evaluated before Python 3.10."""
    function = _parsed(text)
    annotations = [parameter.annotation for parameter in function.args.args]
    edits: list[tuple[int, int, str]] = []
    for annotation in [*annotations, function.returns]:
        if annotation and any(map(_is_newer_syntax, ast.walk(annotation))):
            start, end = _span(text, annotation)
            edits.append((start, end, f'"{text[start:end]}"'))
    return _replaced(text, edits)


def _is_newer_syntax(node: ast.AST) -> bool:
    """Say whether *node* is a union (3.10) or a generic built-in type (3.9)."""
    return isinstance(node, ast.BitOr) or (
        isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
    )


def _span(text: str, node: ast.expr) -> tuple[int, int]:
    """Return where *node* starts and ends in *text*, which is ASCII."""
    lengths = (len(line) for line in text.splitlines(keepends=True))
    starts = [0, *itertools.accumulate(lengths)]
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    start = starts[node.lineno - 1] + node.col_offset
    return start, starts[node.end_lineno - 1] + node.end_col_offset


def _replaced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text
