"""`# noqa` comments, with the meaning that flake8 gives them."""

from __future__ import annotations

import ast
import re
import warnings

from .edits import apply_edits
from .model import Edit
from .source import Source

# As flake8 has it: `# noqa`, or `# noqa: CODE, CODE`; a code silences those that begin with it.
_NOQA = re.compile(r"# noqa(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE)


def suppressed(source: Source, offset: int, code: str) -> bool:
    """Say whether the line that holds *offset* asks not to be told about *code*."""
    match = _NOQA.search(source.line_text(source.line_of(offset)))
    if match is None:
        return False
    if match["codes"] is None:
        return True
    codes = re.split(r"[,\s]+", match["codes"].upper())
    return any(code.startswith(listed) for listed in codes if listed)


def silence(source: Source, offset: int, code: str) -> Edit | None:
    """The edit after which the line that holds *offset* asks not to be told about *code*.

    None where a comment cannot stand: the line ends in a backslash or inside a string.
    """
    line = source.line_of(offset)
    start, text = source.line_span(line)[0], source.line_text(line)
    match = _NOQA.search(text)
    if match is None:
        end = start + len(text.rstrip())
        edit = Edit(end, end, f"  # noqa: {code}")
    elif match["codes"] is None:
        return None
    else:
        end = start + match.start("codes") + len(match["codes"].rstrip(", \t"))
        edit = Edit(end, end, f", {code}")
    return edit if _same_code(source.text, apply_edits(source.text, [edit])) else None


def _same_code(before: str, after: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(before)) == ast.dump(ast.parse(after))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
