"""Which files can concern us at all: answered from bytes, before any parser is imported."""

from __future__ import annotations

import re

#: What most files hold none of, found in one pass: the word `imp` (or where a pickle may name
#: it), `importlib`, an import of `pkgutil`, `find_module`.  Beginning with a letter that is none
#: of the most frequent ones, it is searched several times faster than with these words in a row.
HINT = re.compile(
    rb"m(?:p(?:ort(?:lib|(?<=from pkgutil import)|[ \t]+(?:[\w.]+,[ \t]*)*pkgutil\b)"
    rb"|\b(?:(?<=\bimp)|(?<=cimp)|(?<=3imp)))"
    rb"|odule(?<=find_module))"
)

# The others are compiled when they are needed (`re` remembers them): compiling one takes as
# long as looking through many files.
_WORD = rb"mp\b(?<=\bimp)"

_WORD_BYTES = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")

# `imp`, `importlib` and imports of `pkgutil`.
_MENTION = (
    rb"imp(?:ort(?:lib|(?<=from pkgutil import)|[ \t]+(?:[\w.]+,[ \t]*)*pkgutil\b)"
    rb"|(?![0-9A-Za-z_]))"
)


def mentions_imp(data: bytes) -> bool:
    """Say whether *data* holds the word `imp`.

    Never a false negative: Python source is in an encoding that extends ASCII,
    so an identifier is spelt with these bytes.  (The compatibility forms of the
    letters, which Python also reads as `imp`, are not followed: nobody writes
    them.)
    """
    return re.search(_WORD, data) is not None


def is_relevant(data: bytes) -> bool:
    """Say whether *data* mentions `imp`, or may be wrong without it.

    It may define an import hook of the old protocol (one that was moved off `imp` has no
    need to mention it any more, and is not done yet), or misuse what took imp's place.
    """
    return HINT.search(data) is not None and (b"find_module" in data or is_candidate(data))


# In JSON, what looks like a letter before the word may end an escape.
_ESCAPED = rb"mp\b(?<=\\[nrtf]imp)"


def may_be_relevant(notebook: bytes) -> bool:
    """Say the same of the JSON of a *notebook*: too much rather than too little."""
    return is_relevant(notebook) or re.search(_ESCAPED, notebook) is not None


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


def is_candidate(data: bytes) -> bool:
    """Say whether the analysis may have something to say about *data*.

    It mentions `imp`, or may do something wrong with what took its place.
    """
    others = False
    for match in re.finditer(_MENTION, data):
        start, end = match.span()
        if end - start > 3:
            others = True
        elif start == 0 or data[start - 1] not in _WORD_BYTES or _is_pickled(data, start):
            return True
    return others and _is_suspicious(data)


def may_hold_pickle(data: bytes) -> bool:
    """Say whether a pickle in *data*, the text of a module, may name `imp`."""
    return any(_is_pickled(data, match.start()) for match in re.finditer(rb"imp", data))


def _is_pickled(data: bytes, start: int) -> bool:
    """Say whether the `imp` at *start* is the name of a module in a pickle, written as bytes are."""
    if data[start - 1 : start] == b"c":
        return (
            data[start + 3 : start + 5] in (rb"\n", b"\r\n") or data[start + 3 : start + 4] == b"\n"
        )
    return data[start - 4 : start] == rb"\x03"


# -- what code can get wrong that uses importlib; most files that mention it have none of it --

_NAMES = (
    rb"_(?:"
    rb"module\b(?:(?<=load_module)|(?<=find_module)|(?<=exec_module))"
    rb"|from_(?:spec\b(?<=module_from_spec)|file_location\b)"
    rb"|loader\b(?:(?<=find_loader)|(?<=get_loader)|(?<=for_loader)|(?<=set_loader))"
    rb"|(?:source\b(?<=load_source)|dynamic\b(?<=load_dynamic)|package\b(?<=set_package))"
    # A package for a name that is not relative, if the call is not over by then.
    rb"|module\b(?<=import_module)\s*\((?!\s*f?[\"']\.)(?:[^\n]*,|\s*\n)"
    # Anything but the mere question whether there is a module.
    rb"|spec\b(?<=find_spec)(?<!def find_spec)(?:\s+as\b|\("
    rb"(?!\s*(?:[\"'][\w-]+[\"']|[\w.]+)\s*\)(?:\s*\)|\s+is\b|\s*:|\s+and\b|\s+or\b)))"
    rb")"
)
_PKGUTIL = rb"Imp(?:Importer|Loader)\b"
_IMPORTLIB = (
    rb"importlib(?:\.(util|machinery|abc)\b|\s+as\b|(?<=imp2importlib)"
    # What is in other places, or was in imp.
    rb"|(?:\.|\s+import\s+\(?)(?:(?:cache|source|new|get|load|find|module|spec)_|Sou|Path))"
)


def _is_suspicious(data: bytes) -> bool:
    imported: set[bytes] = set()
    used: set[bytes] = set()
    for match in re.finditer(_IMPORTLIB, data):
        is_import = data[max(match.start() - 7, 0) : match.start()].endswith((b"import ", b"from "))
        (imported if match[1] and is_import else used).add(match[1])
    if not used <= imported or re.search(_NAMES, data) or re.search(_PKGUTIL, data):
        return True
    return b"AttributeError" in data and b"find_spec" in data  # an error of find_spec is foreseen
