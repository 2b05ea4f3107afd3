"""Change an expression or a statement with LibCST, as edits of the original text.

Only the segment of text that a fix touches is parsed, so that everything else
in the file cannot change; and only what differs afterwards becomes an edit,
so that two fixes in one statement do not get into each other's way.  Comments,
layout and quoting inside the segment survive because LibCST keeps them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from .model import Edit

if TYPE_CHECKING:
    import libcst as cst

_TOKEN = re.compile(r"\w+|\r\n|\s|[^\w\s]")


def transform_expression(
    text: str, newline: str, change: Callable[[cst.BaseExpression], cst.BaseExpression]
) -> str:
    """Parse *text*, a whole expression, and return the source of what *change* makes of it."""
    import libcst as cst  # 0.4 s: only when there is something to rewrite

    # In parentheses an expression may span lines, as it could where it came from.
    wrapped = cst.parse_expression(f"({text})")
    node = wrapped.with_changes(lpar=wrapped.lpar[1:], rpar=wrapped.rpar[:-1])
    return _code(change(node), newline)


def transform_statement(
    text: str,
    newline: str,
    change: Callable[[cst.BaseStatement], cst.BaseStatement | list[cst.BaseStatement]],
) -> str:
    """Parse *text*, one statement without indentation in front of its first line."""
    import libcst as cst

    module = cst.parse_module(text)
    changed = change(module.body[0])
    body = changed if isinstance(changed, list) else [changed]
    return module.with_changes(body=body).code


def minimal_edits(old: str, new: str, offset: int) -> tuple[Edit, ...]:
    """The edits that turn *old*, which stands at *offset*, into *new*, token by token."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    starts = [0]
    for token in before:
        starts.append(starts[-1] + len(token))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        Edit(offset + starts[i], offset + starts[j], "".join(after[k:m]))
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    )


def _code(node: cst.CSTNode, newline: str) -> str:
    import libcst as cst

    return cst.Module([], default_newline=newline).code_for_node(node)
