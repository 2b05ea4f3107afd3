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
