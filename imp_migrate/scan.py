"""Which files can use `imp` at all: answered from bytes, before any parser is imported."""

from __future__ import annotations

import re

_WORD = re.compile(rb"(?<![0-9A-Za-z_])imp(?![0-9A-Za-z_])")


def mentions_imp(data: bytes) -> bool:
    """Say whether *data* holds the word `imp`.

    Never a false negative: Python source is in an encoding that extends ASCII,
    so an identifier is spelt with these bytes.  (The compatibility forms of the
    letters, which Python also reads as `imp`, are not followed: nobody writes
    them.)  A substring test first, because it settles nearly every file.
    """
    return b"imp" in data and _WORD.search(data) is not None
