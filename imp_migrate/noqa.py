"""`# noqa` comments, with the meaning that flake8 gives them."""

from __future__ import annotations

import re

from .source import Source

# As flake8 has it: `# noqa`, or `# noqa: CODE, CODE`; a code silences those that begin with it.
_NOQA = re.compile(
    r"# noqa(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE
)


def suppressed(source: Source, offset: int, code: str) -> bool:
    """Say whether the line that holds *offset* asks not to be told about *code*."""
    match = _NOQA.search(source.line_text(source.line_of(offset)))
    if match is None:
        return False
    if match["codes"] is None:
        return True
    codes = re.split(r"[,\s]+", match["codes"].upper())
    return any(code.startswith(listed) for listed in codes if listed)
