"""Break lines where `black` and `ruff format` break them."""

from __future__ import annotations

import io
import itertools
import re
import tokenize
from dataclasses import dataclass

_OPENING = {"(": ")", "[": "]", "{": "}"}

_F_STRING_START = getattr(tokenize, "FSTRING_START", None)
_F_STRING_END = getattr(tokenize, "FSTRING_END", None)


@dataclass(frozen=True)
class Style:
    """How the lines of a module look.

    line_length: the longest line wanted; a comment that does not fit is left out.
    """

    indent: str = "    "
    newline: str = "\n"
    line_length: int = 88


PLAIN = Style()


def laid_out(text: str, style: Style) -> str:
    """Return *text*, a statement or a header a line, indented and broken as is usual."""
    lines: list[str] = []
    in_docstring = False
    for line in text.splitlines():
        code = line.lstrip(" ")
        depth = (len(line) - len(code)) // 4
        is_text = in_docstring or code.startswith('"""')
        if is_text:
            in_docstring = not code.endswith('"""')
            lines.append(style.indent * depth + code if code else "")
        else:
            lines += _broken(code, depth, style)
    return "".join(line + style.newline for line in lines)


def is_long(line: str, style: Style) -> bool:
    """Say whether *line*, indented by four blanks a step, is too long without its comment."""
    code = line.partition("  #")[0].lstrip(" ")
    depth = (len(line) - len(line.lstrip(" "))) // 4
    return len(style.indent) * depth + len(code) > style.line_length


def _broken(code: str, depth: int, style: Style) -> list[str]:
    """Return the lines that a statement takes, or an item in brackets."""
    white, limit = style.indent * depth, style.line_length
    if len(white) + len(code) <= limit or not code:
        return [white + code]
    without_comment = code.partition("  #")[0]
    if without_comment != code:
        return _broken(without_comment, depth, style)
    parts = _parts(code)
    if parts is None:
        return [white + code]
    head, body, tail = parts
    inner = white + style.indent
    if len(inner) + len(body) <= limit and not head.endswith(("[", "{")):
        middle = [inner + body]
    else:
        middle = []
        for item in _items(body):
            middle += _broken(item, depth + 1, style)
    return [white + head, *middle, white + tail]


def _parts(code: str) -> tuple[str, str, str] | None:
    """Return what comes before the inside of the brackets to break at, the inside, and the rest."""
    tokens = _tokens(code)
    stack: list[int] = []
    pairs: list[tuple[int, int]] = []
    for start, text in tokens:
        if text in _OPENING:
            stack.append(start)
        elif text in _OPENING.values():
            pairs.append((stack.pop(), start))
    outer = [p for p in pairs if not any(a < p[0] and p[1] < b for a, b in pairs)]
    if code.startswith("def "):
        start, end = min(outer)
        body = code[start + 1 : end]
        # One parameter alone gets a comma, so that it stays on its line.
        return code[: start + 1], body if "," in body else f"{body},", code[end:]
    colon = ":" if code.endswith(":") else ""
    keyword, _, rest = code.partition(" ")
    operators = [text for _, text in _outside(tokens) if text in ("and", "or", "if", "else", "+")]
    if len(operators) - (keyword == "if") < 2 and outer:
        start, end = max(outer)
        if code[end + 1 :] == colon:
            return code[: start + 1], code[start + 1 : end], code[end:]
    # No bracket ends the line: put some around what is on the right.
    if keyword in ("return", "if", "elif"):
        return f"{keyword} (", rest.removesuffix(":"), f"){colon}"
    assignment = re.match(r"""[\w.()\["'\]]+ \+?= """, code)
    return (f"{assignment[0]}(", code[assignment.end() :], ")") if assignment else None


def _items(body: str) -> list[str]:
    """Return the lines of what stands in brackets: its items, or its operands."""
    tokens = _outside(_tokens(body))
    commas = [start for start, text in tokens if text == ","]
    if commas:
        bounds = [0, *(comma + 1 for comma in commas), len(body)]
        items = [body[a:b].strip() for a, b in itertools.pairwise(bounds)]
        return [item if item.endswith(",") else f"{item}," for item in items if item]
    loops = any(text == "for" for _, text in tokens)
    words = ("for",) if loops else ("or", "and", "if", "else", "+")
    bounds = [0, *(start for start, text in tokens if text in words), len(body)]
    return [body[a:b].strip() for a, b in itertools.pairwise(bounds) if body[a:b].strip()]


def _outside(tokens: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the tokens that are in no brackets."""
    depth, found = 0, []
    for start, text in tokens:
        depth -= text in _OPENING.values()
        if not depth:
            found.append((start, text))
        depth += text in _OPENING
    return found


def _tokens(code: str) -> list[tuple[int, str]]:
    """Return where each token of one line begins, and its text; an f-string is one of them."""
    found: list[tuple[int, str]] = []
    begun: list[int] = []  #: f-strings that are not at their end (Python 3.12 shows their parts)
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == _F_STRING_START:
                begun.append(token.start[1])
            elif token.type == _F_STRING_END:
                start = begun.pop()
                if not begun:
                    found.append((start, code[start : token.end[1]]))
            elif token.string.strip() and token.start[0] == 1 and not begun:
                found.append((token.start[1], token.string))
    except tokenize.TokenError:
        pass  # an item, or a header alone
    return found
