"""What the editor shows about a diagnostic, or about a code in a `noqa` comment: its rule."""

from __future__ import annotations

import re

from lsprotocol import types

from ..model import Diagnostic
from ..registry import RuleInfo, rules
from .snapshot import Snapshot

_NOQA_CODES = re.compile(r"#\s*noqa:.*", re.IGNORECASE)
_CODE = re.compile(r"IMP[0-9]{3}", re.IGNORECASE)


def hover(
    snapshot: Snapshot, position: types.Position, markdown: bool, uri: str = ""
) -> types.Hover | None:
    """The documentation of what stands at *position*, if that is any of our business.

    uri: of the cell, in a notebook.
    """
    offset = snapshot.positions.offset(position, uri)
    found = [d for d in snapshot.shown if d.start <= offset < max(d.end, d.start + 1)]
    if found:
        diagnostic = min(found, key=lambda d: d.end - d.start)
        text = _about(rules().get(diagnostic.code), diagnostic)
        span = diagnostic.start, diagnostic.end
    else:
        code = _code_in_comment(snapshot, offset)
        if code is None:
            return None
        text = _about(rules().get(code[0].upper()))
        span = code.span()
        start = snapshot.source.line_span(snapshot.source.line_of(offset))[0]
        span = start + span[0], start + span[1]
    if not text:
        return None
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, text), snapshot.positions.range(*span))


def _code_in_comment(snapshot: Snapshot, offset: int) -> re.Match[str] | None:
    line = snapshot.source.line_of(offset)
    text = snapshot.source.line_text(line)
    column = offset - snapshot.source.line_span(line)[0]
    comment = _NOQA_CODES.search(text)
    if comment is None:
        return None
    codes = _CODE.finditer(text, comment.start())
    return next((code for code in codes if code.start() <= column < code.end()), None)


def _about(rule: RuleInfo | None, diagnostic: Diagnostic | None = None) -> str:
    parts = [] if diagnostic is None else [diagnostic.message]
    if rule is not None:
        parts += [f"**[{rule.code}]({rule.url})** {rule.name}", rule.documentation]
    return "\n\n".join(parts)
