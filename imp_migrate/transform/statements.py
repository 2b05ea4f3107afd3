"""Statements at the top level of a module, as far as new code has to find its place there."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from ..model import Need
from ..text.source import Source

_CONTINUED = ("\\\n", "\\\r", "\\\r\n")
_WHITE = r"(?:[ \t\f]|\\\r?\n|\\\r)*"
_LINE_END = re.compile(rf"{_WHITE}(?:;{_WHITE})?(?:#|[\r\n]|\Z)")


def header_length(module: ast.Module) -> int:
    """How many statements must stay first: the docstring and `from __future__ import`."""
    for position, statement in enumerate(module.body):
        docstring = (
            position == 0
            and isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Constant)
            and isinstance(statement.value.value, str)
        )
        if not docstring and getattr(statement, "module", None) != "__future__":
            return position
    return len(module.body)


def is_crowded(source: Source, module: ast.Module) -> bool:
    """Say whether other statements follow the header of *module* on the same line."""
    body, end = module.body, header_length(module)
    return 0 < end < len(body) and follows(source, body[end])


def only_imports(statement: ast.stmt) -> bool:
    """Say whether *statement* does nothing but import, choose what to import, or set a name."""
    asked = [statement]
    while asked:  # an `if` with very many branches nests deeply
        one = asked.pop()
        if isinstance(one, ast.If):
            asked += (*one.body, *one.orelse)
        elif isinstance(one, ast.Try):
            handled = (s for handler in one.handlers for s in handler.body)
            asked += (*one.body, *handled, *one.orelse, *one.finalbody)
        elif not _is_quiet(one):
            return False
    return True


def _is_quiet(statement: ast.stmt) -> bool:
    """Say whether nothing runs in *statement*, no compound one, that could need us."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    plain = (ast.Constant, ast.Name, ast.Lambda)
    assigned = isinstance(statement, ast.Assign) and isinstance(statement.value, plain)
    return assigned or isinstance(statement, (ast.Import, ast.ImportFrom, ast.Pass))


def follows(source: Source, statement: ast.stmt) -> bool:
    """Say whether something comes before *statement* on its line, `\\` and all."""
    text, at = source.text, source.span(statement)[0]
    while at:
        if text[at - 1] in " \t\f":
            at -= 1
        elif text.endswith(_CONTINUED, 0, at):
            at = text.rindex("\\", 0, at)
        else:
            break
    return text.endswith((";", ":"), 0, at)


def is_alone(source: Source, statement: ast.stmt) -> bool:
    """Say whether nothing but a comment shares the line of *statement*, `\\` and all."""
    last = _LINE_END.match(source.text, source.span(statement)[1]) is not None
    return last and not follows(source, statement)


def binds(statement: ast.stmt) -> set[Need]:
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


def modules_of(node: ast.AST) -> set[str]:
    """The modules that *node*, if it is an import, may import, as it names them."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if not isinstance(node, ast.ImportFrom):
        return set()
    module = "." * node.level + (node.module or "")
    dot = "" if module.endswith(".") else "."
    return {module, *(f"{module}{dot}{alias.name}" for alias in node.names)}


def imports_any(part: ast.AST, modules: Collection[str]) -> bool:
    """Say whether *part* imports one of *modules*, or from it."""
    return bool(modules) and any(
        not modules_of(node).isdisjoint(modules) for node in ast.walk(part)
    )
