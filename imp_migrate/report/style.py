"""Colours on a terminal, and text that cannot do harm to one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TextIO

_TAB = 4

#: Control characters (escape sequences start with one) are shown as pictures of themselves;
#: so are the characters that turn the direction of text around.
_HARMLESS = {
    **{code: chr(0x2400 + code) for code in range(32)},
    0x7F: "\u2421",
    **dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F)), "\ufffd"),
    **dict.fromkeys((0x2028, 0x2029, *range(0x2066, 0x206A)), "\ufffd"),
}
_TABS_STAY = {code: picture for code, picture in _HARMLESS.items() if code != ord("\t")}


def wants_color(stream: TextIO, choice: str = "auto") -> bool:
    """Say whether to write colours to *stream*.

    choice: `always`, `never`, or `auto`: if FORCE_COLOR is set or it is a terminal,
        unless NO_COLOR is set.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (
        os.environ.get("TERM") != "dumb"
        and stream.isatty()
        and (os.name != "nt" or "WT_SESSION" in os.environ)
    )


def number_of(number: int, noun: str) -> str:
    """*number* with *noun*, in the plural if that is meant."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def printable(text: str) -> str:
    """*text* without characters that a terminal would obey; tabs become spaces."""
    return text.replace("\t", " " * _TAB).translate(_HARMLESS)


def valid(text: str) -> str:
    """*text* that any document may hold: printable, and no halves of characters."""
    text = printable(text).translate({0xFFFE: "\ufffd", 0xFFFF: "\ufffd"})
    return text.encode(errors="backslashreplace").decode()


def visible(line: bytes) -> bytes:
    """A line of a diff, fit for a terminal; for programs it stays as it is."""
    text = line.decode("utf-8", "replace")
    end = "\n" if text.endswith("\n") else ""
    return (text.removesuffix("\n").removesuffix("\r").translate(_TABS_STAY) + end).encode()


def width(text: str) -> int:
    """How many columns of a terminal *text*, which is printable, takes."""
    if text.isascii():
        return len(text)
    import unicodedata  # few need it, and it is large

    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


@dataclass(frozen=True)
class Style:
    """Marks up text, or leaves it as it is."""

    color: bool = False

    def bold(self, text: str) -> str:
        """What everything else belongs to: file names."""
        return self._mark("1", text)

    def error(self, text: str) -> str:
        """What is wrong: codes, underlines, removed lines."""
        return self._mark("31", text)

    def good(self, text: str) -> str:
        """What is right: added lines."""
        return self._mark("32", text)

    def faint(self, text: str) -> str:
        """What only leads the eye: margins, separators."""
        return self._mark("36", text)

    def _mark(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text
