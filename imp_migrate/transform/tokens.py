"""The tokens of a piece of source, whatever Python reads it and wherever it ends."""

from __future__ import annotations

import io
import tokenize


def tokens(text: str) -> list[tokenize.TokenInfo]:
    """The tokens of *text*; as many as there are when it ends inside something.

    Line 1 is the first line of *text*, after an opening parenthesis.
    """
    # In parentheses, indentation means nothing; since 3.12 a bare \r is no line break.
    lines = f"({text}\n)".replace("\r\n", "\n").replace("\r", "\n")
    found: list[tokenize.TokenInfo] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(lines).readline):
            found.append(token)
    except (tokenize.TokenError, IndentationError, SyntaxError):
        pass
    return found


def comments(text: str) -> list[str]:
    """The comments in *text*, a `#` in a string being none."""
    if "#" not in text:
        return []
    return [token.string for token in tokens(text) if token.type == tokenize.COMMENT]
