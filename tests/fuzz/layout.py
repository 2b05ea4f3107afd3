"""The same program in another layout: its tree stays, how it is written is drawn at random.

Statements joined by `;`, clauses on one line, continuations, comments wherever one
may stand, parentheses, tabs, and the line ends of other systems.
"""

from __future__ import annotations

import ast
import io
import itertools
import random
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

_COMPOUND = frozenset(
    [
        "if",
        "elif",
        "else",
        "for",
        "while",
        "try",
        "except",
        "finally",
        "with",
        "def",
        "class",
        "async",
        "match",
        "case",
        "@",
    ]
)
_DEPTHS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_UNITS = ("    ", "    ", "  ", "\t", " ", "        ")
_NEWLINES = ("\n", "\n", "\n", "\r\n", "\r\n", "\r")


@dataclass
class _Line:
    """A logical line; without words, a comment on its own.

    gaps: what stands before each of the words (comments in brackets are words, too).
    """

    depth: int
    words: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    comment: str = ""

    @property
    def is_simple(self) -> bool:
        return bool(self.words) and self.words[0] not in _COMPOUND and self.words[-1] != ":"

    def add(self, gap: str, word: str) -> None:
        self.gaps.append(gap)
        self.words.append(word)


def laid_out(text: str, rng: random.Random) -> str | None:
    """*text*, which must parse, in another layout; None if that did not keep its tree."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "")
    before = _tree(text)
    if before is None:
        return None
    how_often = rng.choice((0.0, 0.03, 0.1))
    new = _parenthesised(text, rng, how_often) if how_often else text
    new = _written(_rearranged(_lines(new), rng), rng)
    if rng.random() < 0.2:
        new = new.rstrip("\n")
    new = new.replace("\n", rng.choice(_NEWLINES))
    return new if _tree(new) == before else None


def _tree(text: str) -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.dump(ast.parse(text))
        except (SyntaxError, ValueError, RecursionError):
            return None


# -- parentheses -----------------------------------------------------------


def _parenthesised(text: str, rng: random.Random, how_often: float) -> str:
    starts = list(itertools.accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    lines = [line.encode() for line in text.split("\n")]

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1][:column].decode())

    inserts: list[tuple[int, str]] = []
    for node in _expressions(ast.parse(text)):
        if rng.random() < how_often:
            assert node.end_lineno and node.end_col_offset is not None
            inserts.append((offset(node.lineno, node.col_offset), "("))
            inserts.append((offset(node.end_lineno, node.end_col_offset), ")"))
    for at, bracket in sorted(inserts, reverse=True):
        text = text[:at] + bracket + text[at:]
    return text


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """Every expression that parentheses may stand around."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.JoinedStr):
            continue
        if isinstance(child, ast.expr) and isinstance(getattr(child, "ctx", ast.Load()), ast.Load):
            if not isinstance(child, (ast.Starred, ast.Slice)):
                yield child
        yield from _expressions(child)


# -- logical lines ---------------------------------------------------------


def _lines(text: str) -> list[_Line]:
    rows = text.split("\n")
    starts = list(itertools.accumulate((len(row) + 1 for row in rows), initial=0))
    lines: list[_Line] = []
    depth, end, line = 0, 0, _Line(0)
    for token in _merged(tokenize.generate_tokens(io.StringIO(text).readline)):
        begin = starts[token.start[0] - 1] + token.start[1]
        if token.type == tokenize.INDENT:
            depth += 1
        elif token.type == tokenize.DEDENT:
            depth -= 1
        elif token.type == tokenize.NEWLINE:
            if line.words and line.words[-1].startswith("#"):
                line.comment = line.words.pop()
                line.gaps.pop()
            lines.append(line)
            line = _Line(depth)
        elif token.type == tokenize.COMMENT and not line.words:
            lines.append(_Line(depth, comment=token.string))
        elif token.type not in (tokenize.NL, tokenize.ENDMARKER):
            line.depth = depth
            stop = starts[token.end[0] - 1] + token.end[1]
            line.add(text[end:begin] if line.words else "", text[begin:stop])
        end = starts[token.end[0] - 1] + token.end[1]
        if token.type == tokenize.NL:
            end -= 1  # so that it belongs to the gap
    return lines


def _merged(tokens: Iterator[tokenize.TokenInfo]) -> Iterator[tokenize.TokenInfo]:
    """*tokens* with each f-string as one, as they were up to Python 3.11."""
    begin = getattr(tokenize, "FSTRING_START", None)
    stop = getattr(tokenize, "FSTRING_END", None)
    nested: list[tokenize.TokenInfo] = []
    for token in tokens:
        if begin is not None and token.type == begin:
            nested.append(token)
        elif nested and token.type == stop:
            first = nested.pop()
            if not nested:
                yield tokenize.TokenInfo(tokenize.STRING, "", first.start, token.end, "")
        elif not nested:
            yield token


def _rearranged(lines: list[_Line], rng: random.Random) -> list[_Line]:
    for how in (_clauses_on_one_line, _joined):
        how_often = rng.choice((0.0, 0.2, 0.7))
        if how_often:
            lines = how(lines, rng, how_often)
    for line in lines:
        if line.words[:1] == ["from"] and "(" not in line.words and line.words[-1] != "*":
            if rng.random() < 0.3 and "import" in line.words and ";" not in line.words:
                at = line.words.index("import") + 1
                line.words[at:at], line.gaps[at:at] = ["("], [" "]
                if rng.random() < 0.5:
                    line.add("", ",")
                line.add("", ")")
    return lines


def _clauses_on_one_line(lines: list[_Line], rng: random.Random, how_often: float) -> list[_Line]:
    done: list[_Line] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        done.append(line)
        if not line.words or line.words[-1] != ":" or line.comment or rng.random() > how_often:
            continue
        body = list(itertools.takewhile(lambda x: x.depth > line.depth, lines[at:]))  # noqa: B023
        flat = all(x.is_simple and x.depth == line.depth + 1 for x in body)
        if not body or not flat or any(x.comment for x in body[:-1]):
            continue
        at += len(body)
        for number, statement in enumerate(body):
            if number:
                line.add("", ";")
            line.words += statement.words
            line.gaps += [" ", *statement.gaps[1:]]
        line.comment = body[-1].comment
    return done


def _joined(lines: list[_Line], rng: random.Random, how_often: float) -> list[_Line]:
    done: list[_Line] = []
    for line in lines:
        last = done[-1] if done else None
        fits = last is not None and last.is_simple and line.is_simple and not last.comment
        if last is not None and fits and last.depth == line.depth and rng.random() < how_often:
            last.add(rng.choice(("", " ")), ";")
            last.words += line.words
            last.gaps += [rng.choice(("", " ")), *line.gaps[1:]]
            last.comment = line.comment
        else:
            done.append(line)
    for line in done:
        if line.is_simple and rng.random() < how_often / 5:
            line.add("", ";")
    return done


# -- writing ---------------------------------------------------------------


def _written(lines: list[_Line], rng: random.Random) -> str:
    deepest = max((line.depth for line in lines), default=0)
    uniform = rng.choice(_UNITS)
    mixed = rng.random() < 0.2
    units = [rng.choice(_UNITS) if mixed else uniform for _ in range(deepest)]
    breaks, remarks = rng.choice((0.0, 0.02, 0.15)), rng.choice((0.0, 0.1, 0.5))
    numbers = itertools.count(1)

    def remark() -> str:
        return f"{rng.choice(('# ', '#', '# imp '))}c{next(numbers)}"

    text: list[str] = []
    for line in lines:
        indentation = "".join(units[: line.depth])
        while rng.random() < remarks / 2:
            somewhere = "".join(units[: rng.randint(0, deepest)]) if rng.random() < 0.3 else None
            blank = rng.random() < 0.4
            text.append("\n" if blank else (somewhere or indentation) + remark() + "\n")
        if not line.words:
            text.append(f"{indentation}{line.comment}\n")
            continue
        text += [indentation, *_words(line, rng, breaks, remark)]
        if line.comment:
            text.append("  " + line.comment)
        elif rng.random() < remarks:
            text.append(rng.choice(("  ", " ", "", "\t")) + remark())
        elif rng.random() < 0.02:
            text.append("  ")
        text.append("\n")
    return "".join(text)


def _words(line: _Line, rng: random.Random, breaks: float, remark) -> Iterator[str]:  # type: ignore[no-untyped-def]
    depth = 0
    for number, (gap, word) in enumerate(zip(line.gaps, line.words, strict=True)):
        after_comment = number and line.words[number - 1].startswith("#")
        if number and not after_comment and rng.random() < breaks:
            if not depth:
                gap = rng.choice((" \\\n", " \\\n    ", " \\\n\t"))
            elif rng.random() < 0.6:
                gap = f"  {remark()}\n{rng.choice(('', '    ', '        '))}"
            else:
                gap = "\n" + rng.choice(("", "    ", "\n  "))
        elif gap and not gap.strip(" ") and rng.random() < breaks / 2:
            gap = rng.choice(("  ", "\t", "   "))
        yield gap
        yield word
        depth += _DEPTHS.get(word, 0)
