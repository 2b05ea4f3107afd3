"""Which files can concern us at all: answered from bytes, before any parser is imported."""

from __future__ import annotations

import re

# Beginning with a rare literal, it is searched several times faster than `\bimp\b`.
_WORD = re.compile(rb"mp\b(?<=\bimp)")


def mentions_imp(data: bytes) -> bool:
    """Say whether *data* holds the word `imp`.

    Never a false negative: Python source is in an encoding that extends ASCII,
    so an identifier is spelt with these bytes.  (The compatibility forms of the
    letters, which Python also reads as `imp`, are not followed: nobody writes
    them.)
    """
    return _WORD.search(data) is not None


def is_relevant(data: bytes) -> bool:
    """Say whether *data* mentions `imp`, or may define an import hook of the old protocol.

    A hook that was moved off `imp` has no need to mention it any more, and is not done yet.
    """
    return mentions_imp(data) or b"find_module" in data


#: A dotted name of more parts takes Python's parser time and memory by the square of them.
_MOST_PARTS = 5_000


def is_endlessly_dotted(text: str) -> bool:
    """Say whether *text* holds a dotted name of so many parts that nobody should parse it."""
    if text.count(".") <= _MOST_PARTS:
        return False
    run = 0
    for part in text.split("."):
        run = run + 1 if part.strip(" \t\\\r\n").isidentifier() else 0
        if run > _MOST_PARTS:
            return True
    return False
