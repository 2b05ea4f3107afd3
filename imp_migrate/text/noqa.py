"""`# noqa: IMP...` comments.

They silence as in flake8, but for one thing: a comment without codes, or with others'
only, was written for other linters and says nothing about `imp`.  flake8 itself
applies those to the plugin, as to every other.
"""

from __future__ import annotations

import ast
import re
import tokenize
import warnings

from ..model import Edit
from ..transform.edits import apply_edits
from .source import Source

# `# noqa: CODE, CODE`; a code silences those that begin with it.
_CODES = r"(?P<codes>(?:[A-Z]+[0-9]+|IMP\b)(?:[,\s]+(?:[A-Z]+[0-9]+|IMP\b))*)"
_NOQA = re.compile(rf"# noqa:\s*{_CODES}", re.IGNORECASE)
OURS = re.compile(r"noqa:[\w,\s]*\bIMP", re.IGNORECASE)  #: what may silence us at all
_FILE = re.compile(rf"\s*# flake8[:=]\s*noqa:\s*{_CODES}", re.IGNORECASE)


class Suppressions:
    """What the comments of one file ask not to be told about."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._any = OURS.search(source.text) is not None
        self._whole_file: tuple[str, ...] = ()
        for line in range(len(source.line_starts)) if self._any else ():
            self._whole_file += _codes(_FILE.match(source.line_text(line + 1)))
        self._joined = _joined_lines(source) if self._any else {}

    def covers(self, offset: int, code: str) -> bool:
        """Say whether a diagnostic with *code* at *offset* is not wanted."""
        if not self._any or code.startswith(self._whole_file):
            return self._any
        line = self._source.line_of(offset)
        first, last = self._joined.get(line, (line, line))
        text = "\n".join(self._source.line_text(number) for number in range(first, last + 1))
        return code.startswith(_codes(_NOQA.search(text)))


def _codes(match: re.Match[str] | None) -> tuple[str, ...]:
    """The codes that a comment names."""
    return tuple(re.split(r"[,\s]+", match["codes"].upper())) if match else ()


def suppressed(source: Source, offset: int, code: str) -> bool:
    """Say whether the line that holds *offset* asks not to be told about *code*."""
    return Suppressions(source).covers(offset, code)


def _joined_lines(source: Source) -> dict[int, tuple[int, int]]:
    """The first and last line of what counts as one line: a string or backslashes may join some.

    Lines that only a bracket joins count one by one.
    """
    joined: dict[int, tuple[int, int]] = {}
    first, last = 0, 0
    lines = (source.line_text(n + 1) + "\n" for n in range(len(source.line_starts)))
    try:
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
                continue
            first = min(first, token.start[0]) if first else token.start[0]
            last = max(last, token.end[0])
            if token.type in (tokenize.NL, tokenize.NEWLINE):
                joined.update(dict.fromkeys(range(first, last + 1), (first, last)))
                first, last = 0, 0
    except (tokenize.TokenError, SyntaxError):
        return {}
    return joined


def silence(source: Source, offset: int, code: str) -> Edit | None:
    """The edit after which the line that holds *offset* asks not to be told about *code*.

    None where it does so already, and where no comment can say so.
    """
    if suppressed(source, offset, code):
        return None
    line = source.line_of(offset)
    if source.shown(line) != source.line_text(line):
        return None  # no Python: what follows is no comment there
    first, last = _joined_lines(source).get(line, (line, line))
    start = source.line_span(first)[0]
    end = source.line_span(last)[0] + len(source.line_text(last).rstrip())
    match = _NOQA.search(source.text, start, end)
    if match is not None:
        edit = Edit(match.end("codes"), match.end("codes"), f", {code}")
    else:
        edit = Edit(end, end, f"  # noqa: {code}")
    after = apply_edits(source.text, [edit])
    if edit.start <= offset:
        offset += len(edit.text)
    works = suppressed(source.with_text(after), offset, code) and _same_code(source.text, after)
    return edit if works else None


def _same_code(before: str, after: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(before)) == ast.dump(ast.parse(after))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
