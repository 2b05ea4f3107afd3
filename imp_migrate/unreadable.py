"""Why a file cannot be analysed, as a diagnostic that says what to do about it."""

from __future__ import annotations

import re
import sys

from .model import Diagnostic
from .text.source import Source

#: What a file costs grows with its size; nobody is to wait for hours for what was generated.
MOST_CHARACTERS = 4_000_000

_SPLIT = "split this expression, or move what uses imp to another file"

# Shapes that only Python 2 has; a hint, so a guess is good enough.
_PYTHON_2 = re.compile(
    r"^\s*(?:print\s+[^\s(=.,)\]]|print\s*$|exec\s+['\"\w]|raise\s+\w[\w.]*\s*,|except\s+[\w.()\s,]+,\s*\w+\s*:)"
    r"|<>|`[^`\n]+`|\b0[0-7]+\b|\b\d+[lL]\b|\bur['\"]",
    re.MULTILINE,
)
# Shapes that a Python older than the newest may not know yet.
_NEWER = re.compile(
    r"^\s*(?:match\s.+:|type\s+\w+.*=|except\s*\*|lazy\s+(?:import|from)\b|def\s+\w+\s*\[|class\s+\w+\s*\[)"
    r"|\bt['\"]|f['\"]",
    re.MULTILINE,
)


def explain(source: Source, error: BaseException) -> Diagnostic:
    """Turn what `ast.parse` raised on *source* into a diagnostic."""
    if isinstance(error, (RecursionError, MemoryError)):
        return _diagnostic(source, "IMP904", f"nested too deeply for Python's parser; {_SPLIT}", 1)
    line = getattr(error, "lineno", None) or 1
    reason = getattr(error, "msg", None) or str(error)
    line = min(line, len(source.line_starts))
    if "too many nested" in reason or "too many levels" in reason:
        return _diagnostic(
            source, "IMP904", f"nested too deeply for Python's parser ({reason}); {_SPLIT}", line
        )
    near = source.line_text(line)
    if _PYTHON_2.search(near) or "Missing parentheses" in reason or _looks_like_python_2(source):
        hint = "convert it to Python 3 first: it looks like Python 2"
    elif _NEWER.search(near) and sys.version_info < (3, 14):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        message = f"Python {version}, which runs imp-migrate, cannot read it: {reason}; run it with a newer one"
        return _diagnostic(source, "IMP903", message, line)
    else:
        return _diagnostic(
            source, "IMP901", f"not valid Python: {reason}; correct this line first", line
        )
    return _diagnostic(source, "IMP901", f"not valid Python 3: {reason}; {hint}", line)


def too_large(source: Source) -> Diagnostic:
    """The diagnostic for a file of more than MOST_CHARACTERS, at its first word `imp`."""
    first = re.search(r"\bimp\b", source.text, re.ASCII)
    size = f"{len(source.text):,} characters, more than the {MOST_CHARACTERS:,} that are analysed"
    message = f"the file has {size}; move what uses imp to another file"
    return _diagnostic(source, "IMP904", message, source.line_of(first.start() if first else 0))


def _looks_like_python_2(source: Source) -> bool:
    return re.search(r"^\s*print\s+['\"\w%]", source.text, re.MULTILINE) is not None


def _diagnostic(source: Source, code: str, message: str, line: int) -> Diagnostic:
    start = source.line_starts[line - 1]
    end = start + len(source.line_text(line))
    return Diagnostic(code, message, "", start, end)
