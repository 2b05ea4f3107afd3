"""New code as nodes: templates, parsed in the style of the file, with what is kept in the holes."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

import libcst as cst
from libcst.helpers import parse_template_expression, parse_template_module

from .precedence import in_parentheses, precedence, required

_HOLE = "_imp_migrate_hole_"
_NEVER_BARE = (cst.Tuple, cst.GeneratorExp, cst.Yield, cst.NamedExpr)
_BRACKETS = (
    cst.Arg, cst.SubscriptElement, cst.List, cst.Set, cst.Dict, cst.BaseComp,
)  # fmt: skip
_STRING = re.compile(r'"""[\s\S]*?"""|"((?:[^"\\]|\\.)*)"')
_INDENT = re.compile(r"^(?: {4})+", re.MULTILINE)


def expression(
    template: str, parts: Mapping[str, cst.CSTNode], config: cst.PartialParserConfig
) -> cst.BaseExpression:
    """The expression that *template* stands for, with *parts* in its holes."""
    if not parts:
        return _plain(template, config)
    return parse_template_expression(template, config, **_fitting(template, parts, True))


@functools.lru_cache(maxsize=256)  # hundreds of uses become the same name
def _plain(template: str, config: cst.PartialParserConfig) -> cst.BaseExpression:
    return parse_template_expression(template, config)


def statements(
    template: str, parts: Mapping[str, cst.CSTNode], config: cst.PartialParserConfig
) -> list[cst.SimpleStatementLine | cst.BaseCompoundStatement]:
    """The statements that *template* stands for, with *parts* in its holes."""
    template = _INDENT.sub(lambda found: _indent(config) * (len(found[0]) // 4), template)
    module = parse_template_module(template + "\n", config, **_fitting(template, parts))
    return [*with_header(module).body]


def quoted(template: str, quote: str) -> str:
    """*template* with *quote* around its strings, where there is none inside.

    Docstrings keep theirs.
    """
    if quote == '"':
        return template

    def requoted(found: re.Match[str]) -> str:
        inside = found[1]
        keeps = inside is None or quote in inside or "\\" in inside
        return found[0] if keeps else f"{quote}{inside}{quote}"

    return _STRING.sub(requoted, template)


@functools.lru_cache(maxsize=64)  # helpers are the same in many files
def written(
    code: str, config: cst.PartialParserConfig
) -> tuple[cst.SimpleStatementLine | cst.BaseCompoundStatement, ...]:
    """The statements of *code*, which is indented as the file is."""
    code += "\n"
    if isinstance(config.default_newline, str):  # strings have line breaks of their own
        code = code.replace("\n", config.default_newline)
    return tuple(with_header(cst.parse_module(code, config)).body)


def _indent(config: cst.PartialParserConfig) -> str:
    return config.default_indent if isinstance(config.default_indent, str) else "    "


def with_header(module: cst.Module) -> cst.Module:
    """*module* with the lines before its first statement as lines of that statement."""
    if not module.header or not module.body:
        return module
    first = module.body[0]
    lines = [*module.header, *first.leading_lines]
    return module.with_changes(
        header=[], body=[first.with_changes(leading_lines=lines), *module.body[1:]]
    )


def _fitting(
    template: str, parts: Mapping[str, cst.CSTNode], expression: bool = False
) -> dict[str, Any]:
    """*parts*, in parentheses where their holes need these.

    Not for the sake of lines in an *expression*: the whole gets brackets if it has none.
    """
    holes = _holes(template, frozenset(parts))
    fitting: dict[str, Any] = dict(parts)
    for name, part in parts.items():
        if isinstance(part, cst.BaseExpression):
            if len(part.lpar) == 1 and not isinstance(part, _NEVER_BARE):
                part = fitting[name] = part.with_changes(lpar=[], rpar=[])
            loose = precedence(part) < holes.demands.get(name, -1)
            bare = not expression and name in holes.open
            if not part.lpar and (loose or (bare and is_torn(part))):
                fitting[name] = in_parentheses(part)
    return fitting


def is_torn(node: cst.BaseExpression) -> bool:
    """Say whether *node* breaks off at the end of a line unless there are brackets around it."""
    code = cst.Module([]).code_for_node(node)
    if "\n" not in code and "\r" not in code:
        return False
    try:
        cst.parse_expression(code)
    except cst.ParserSyntaxError:
        return True
    return False


@functools.lru_cache(maxsize=256)
def _holes(template: str, names: frozenset[str]) -> _Holes:
    """What the holes of *template* need."""
    for name in names:
        template = template.replace(f"{{{name}}}", _HOLE + name)
    finder = _Holes()
    cst.parse_module(template + "\n").visit(finder)
    return finder


class _Holes(cst.CSTVisitor):
    """Finds how tightly what is put into each hole must bind, and the holes without brackets."""

    def __init__(self) -> None:
        self.demands: dict[str, int] = {}
        self.open: set[str] = set()
        self._around: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Name) and node.value.startswith(_HOLE):
            name = node.value[len(_HOLE) :]
            needed = required(self._around[-1], node)
            self.demands[name] = max(needed, self.demands.get(name, -1))
            if not any(isinstance(n, _BRACKETS) or getattr(n, "lpar", ()) for n in self._around):
                self.open.add(name)
        self._around.append(node)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self._around.pop()
