"""Cut a function of `functions` to what is known of its calls."""

from __future__ import annotations

import ast
import functools
import importlib.util
import pkgutil
import re
from collections.abc import Iterator

from . import facts as _facts

#: All facts, by their names in `facts`, in lower case.
FACTS: frozenset[str] = frozenset(name.lower() for name in vars(_facts) if name.isupper())

#: Facts about other helpers in the same module: the emitter finds them.
COMPANY: frozenset[str] = frozenset({"with_as", "with_path", "with_spec"})

# Parameters that a fact makes superfluous, and those that it says are not None.
_DROPPED = {"path": "pathless", "file": "no_file"}
_NOT_NONE = {"path": "listed", "pathname": "files", "filename": "files"}
_BY_PARAMETER = (_DROPPED, _NOT_NONE)

#: What the name of a helper says about what it loads.
IMPLIED: dict[str, frozenset[str]] = {
    "_load_source": frozenset({"pure", "files"}),
    "_load_compiled": frozenset({"pure", "files"}),
    "_load_package": frozenset({"pure", "files"}),
    "_load_dynamic": frozenset({"files"}),
}

# Those with a parameter whose name is longer than need be, unless an argument is given by it.
_DOCUMENTED = frozenset({"_load_source", "_load_compiled"})

#: What may become part of other helpers, if nothing else needs it.
PARTS = frozenset({"_load_spec", "_load_as", "_load_from", "_find_spec"})

# What is no helper of its own.
TEMPLATES = frozenset({"_file_ends", "_find_file", "_spec_of_file", "_spec_of_found"})


@functools.cache
def source() -> tuple[dict[str, ast.FunctionDef], tuple[str, ...], frozenset[str]]:
    """Return the functions in `functions`, the lines of that file, and the modules it imports."""
    # Through the loader, since the package may lie in a zip file.
    data = pkgutil.get_data(__package__, "functions.py")
    assert data is not None, "the loader of this package cannot read files"
    text = importlib.util.decode_source(data)
    body = ast.parse(text).body
    imports = [node for node in body if isinstance(node, ast.Import)]
    modules = frozenset(alias.name for node in imports for alias in node.names)
    functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    return functions, tuple(text.splitlines()), modules


@functools.cache
def cut(name: str, facts: frozenset[str], inline: frozenset[str] = frozenset()) -> str:
    """Return the text of the function *name*, one line for each logical line.

    facts: what is known of its calls; *inline*: the helpers that become part of it.
    """
    function = source()[0][name]
    if name == "_load_dynamic" and "_load_spec" in inline:
        facts |= {"first"}  # for it is always anew
    facts |= IMPLIED.get(name, frozenset())
    cutter = _Cutter(facts, inline | TEMPLATES, _given(function, facts))
    head = f"def {name}({', '.join(_parameters(function, facts))})"
    assert function.returns is not None
    docstring, *body = function.body
    lines = [f"{head} -> {_text(function.returns)}:"]
    lines += source()[1][docstring.lineno - 1 : docstring.end_lineno]
    cutter.block(body, 1, {}, "", lines)
    text = "".join(f"{line}\n" for line in lines)
    if name in _DOCUMENTED and "positional" in facts:
        text = re.sub(r"\bpathname\b", "path", text)
    return text


@functools.cache
def relevant(name: str) -> frozenset[str]:
    """Return the facts that matter for the helper *name*, apart from those in COMPANY."""
    found: set[str] = set()
    seen: set[str] = set()
    pending = {name}
    while pending:
        function = source()[0][pending.pop()]
        seen.add(function.name)
        names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        found |= {fact for fact in FACTS if fact.upper() in names}
        found |= {fact for table in _BY_PARAMETER for _, fact in _facts_of(function, table)}
        pending |= names & (TEMPLATES | PARTS) - seen
    if name in _DOCUMENTED:
        found.add("positional")
    if name != "_load_spec":
        found.discard("pure")  # nobody knows, unless the name of the helper says so
    return frozenset(found - COMPANY - IMPLIED.get(name, frozenset()))


def _facts_of(function: ast.FunctionDef, table: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the parameters of a function that a fact of *table* is about, and that fact."""
    optional = len(function.args.args) - len(function.args.defaults)
    for position, parameter in enumerate(function.args.args):
        name = parameter.arg
        if name in table and (position >= optional or name in ("pathname", "filename")):
            yield name, table[name]


def _parameters(function: ast.FunctionDef, facts: frozenset[str]) -> Iterator[str]:
    """Yield the parameters of a function that are left, as they are declared."""
    optional = len(function.args.args) - len(function.args.defaults)
    dropped = {name for name, fact in _facts_of(function, _DROPPED) if fact in facts}
    not_none = {name for name, fact in _facts_of(function, _NOT_NONE) if fact in facts}
    for position, parameter in enumerate(function.args.args):
        assert parameter.annotation is not None
        annotation = _text(parameter.annotation)
        default = " = None" if position >= optional else ""
        if parameter.arg in not_none:
            annotation, default = annotation.removesuffix(" | None"), ""
        if parameter.arg not in dropped:
            yield f"{parameter.arg}: {annotation}{default}"


def _given(function: ast.FunctionDef, facts: frozenset[str]) -> frozenset[str]:
    """Return the parameters that cannot be None, or are variables now that cannot."""
    known = (pair for table in _BY_PARAMETER for pair in _facts_of(function, table))
    return frozenset(name for name, fact in known if fact in facts)


class _Cutter:
    """Writes statements, leaving out what *facts* decide."""

    def __init__(
        self, facts: frozenset[str], inline: frozenset[str], given: frozenset[str]
    ) -> None:
        self.facts = facts
        self.inline = inline
        self.given = given

    def block(
        self,
        body: list[ast.stmt],
        depth: int,
        names: dict[str, str],
        target: str,
        lines: list[str],
    ) -> bool:
        """Append *body* to *lines*; say whether it certainly ends the function.

        names: what dotted names are replaced by; *target*: if not empty, the variable
        that gets what is returned, at the end.
        """
        for statement in body:
            if self._statement(statement, depth, names, target, lines):
                return True
        return False

    def _statement(
        self, node: ast.stmt, depth: int, names: dict[str, str], target: str, lines: list[str]
    ) -> bool:
        def add(code: str, comment: str = "") -> None:
            code = _renamed(code, names)
            lines.append("    " * depth + code + (f"  {comment}" if comment else ""))

        def inner(body: list[ast.stmt]) -> None:
            self.block(body, depth + 1, names, target, lines)

        if isinstance(node, ast.If):
            return self._if(node, "if", depth, names, target, lines)
        if isinstance(node, ast.For):
            add(f"for {_text(node.target)} in {_text(node.iter)}:", _comment(node))
            inner(node.body)
            if node.orelse:
                add("else:")
                inner(node.orelse)
            return False
        if isinstance(node, ast.Try):
            add("try:")
            inner(node.body)
            for handler in node.handlers:
                assert handler.type is not None
                add(f"except {_text(handler.type)}:")
                inner(handler.body)
            return False
        if "pathless" in self.facts and _text(node) == "path = sys.path":
            names["path"] = "sys.path"  # it is no parameter, and needs no variable
            return False
        if isinstance(node, ast.Assert) and self._is_known(node, names):
            return False
        call, to = _call(node, target)
        if call is not None and call.func.id in self.inline:  # type: ignore[attr-defined]
            return self._inlined(call, to, depth, names, lines)
        if isinstance(node, ast.Return) and target:
            assert node.value is not None
            value = _renamed(_text(node.value), names)
            if value != target:
                add(f"{target} = {value}", _comment(node))
            return False
        add(_text(node), _comment(node))
        return isinstance(node, (ast.Return, ast.Raise))

    def _if(
        self,
        node: ast.If,
        keyword: str,
        depth: int,
        names: dict[str, str],
        target: str,
        lines: list[str],
    ) -> bool:
        """Append an `if` statement, or what is left of it, or of an `elif`."""
        test = self._fold(node.test)
        if isinstance(test, bool):
            taken = node.body if test else node.orelse
            if keyword == "if":
                return self.block(taken, depth, names, target, lines)
            if taken and not test and _is_elif(taken):
                assert isinstance(taken[0], ast.If)
                return self._if(taken[0], keyword, depth, names, target, lines)
            if taken:
                lines.append("    " * depth + "else:")
                self.block(taken, depth + 1, names, target, lines)
            return False
        comment = _comment(node)
        header = _renamed(f"{keyword} {test}:", names) + (f"  {comment}" if comment else "")
        lines.append("    " * depth + header)
        self.block(node.body, depth + 1, names, target, lines)
        if _is_elif(node.orelse):
            assert isinstance(node.orelse[0], ast.If)
            self._if(node.orelse[0], "elif", depth, names, target, lines)
        elif node.orelse:
            before = len(lines)
            lines.append("    " * depth + "else:")
            self.block(node.orelse, depth + 1, names, target, lines)
            if len(lines) == before + 1:
                lines.pop()
        return False

    def _inlined(
        self, call: ast.Call, target: str, depth: int, names: dict[str, str], lines: list[str]
    ) -> bool:
        """Append the body of the helper that is called; *target* gets what it returns."""
        assert isinstance(call.func, ast.Name)
        function = source()[0][call.func.id]
        given = [_renamed(_text(argument), names) for argument in call.args]
        parameters = [parameter.arg for parameter in function.args.args]
        inner = {p: a for p, a in zip(parameters, given, strict=False) if p != a}
        if function.name == "_load_spec":
            inner |= _parts_of_spec(lines)
        return self.block(function.body[1:], depth, inner, target, lines)

    def _is_known(self, node: ast.Assert, names: dict[str, str]) -> bool:
        known = {f"{name} is not None" for name in (*self.given, "loader")}
        return _renamed(_text(node.test), names) in known

    def _fold(self, node: ast.expr) -> bool | str:
        """Evaluate a test as far as facts decide it: return what it is, or what is left."""
        if isinstance(node, ast.Name) and node.id.isupper():
            return node.id.lower() in self.facts
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            operand = self._fold(node.operand)
            return not operand if isinstance(operand, bool) else _text(node)
        if not isinstance(node, ast.BoolOp):
            return _text(node)
        decisive = isinstance(node.op, ast.Or)
        left: list[str] = []
        for value in node.values:
            folded = self._fold(value)
            if folded is decisive:
                return decisive
            if isinstance(folded, str):
                left.append(folded)
        if len(left) < 2:
            return left[0] if left else not decisive
        return (" or " if decisive else " and ").join(
            f"({t})" if isinstance(ast.parse(t, mode="eval").body, ast.BoolOp) else t for t in left
        )


def _parts_of_spec(lines: list[str]) -> dict[str, str]:
    """What the parts of a spec are called in the function that begins with *lines*."""
    name = "fullname" if re.search(r"\bfullname\b", lines[0]) else "name"
    has_loader = any(line.startswith("    loader = ") for line in lines)
    return {"spec.name": name} | ({"spec.loader": "loader"} if has_loader else {})


def _call(node: ast.stmt, target: str) -> tuple[ast.Call | None, str]:
    """Return the call that a statement consists of, and the variable that gets its value."""
    value: ast.expr | None = None
    if isinstance(node, ast.Return):
        value = node.value
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        value, target = node.value, node.targets[0].id
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value, target
    return None, ""


def _is_elif(body: list[ast.stmt]) -> bool:
    if len(body) != 1 or not isinstance(body[0], ast.If):
        return False
    return source()[1][body[0].lineno - 1].lstrip().startswith("elif ")


def _renamed(code: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        code = re.sub(rf"(?<![\w.]){re.escape(old)}(?!\w)", new, code)
    return code


def _text(node: ast.AST) -> str:
    """Return the source of a node on one line."""
    _, lines, _ = source()
    assert isinstance(node, (ast.expr, ast.stmt))
    assert node.end_lineno is not None
    parts = [line.partition("  #")[0] for line in lines[node.lineno - 1 : node.end_lineno]]
    parts[-1] = parts[-1][: node.end_col_offset]
    parts[0] = parts[0][node.col_offset :]
    text = ""
    for part in map(str.strip, parts):
        if text and not text.endswith(("(", "[", "{")) and not part.startswith((")", "]", "}")):
            text += " "
        elif part.startswith((")", "]", "}")):
            text = text.removesuffix(",")
        text += part
    return text


def _comment(node: ast.stmt) -> str:
    """Return the comment at the end of a statement, or of the header of a compound one."""
    end = node.body[0].lineno - 1 if isinstance(node, (ast.If, ast.For)) else node.end_lineno
    comments = (line.partition("  #")[2] for line in source()[1][node.lineno - 1 : end])
    return next((f"#{comment}" for comment in comments if comment), "")
