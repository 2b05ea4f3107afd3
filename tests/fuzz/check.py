"""What must hold for every text whatever: asked of one text, answered with what does not."""

from __future__ import annotations

import io
import random
import re
import signal
import tempfile
import tokenize
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import imp_migrate
from imp_migrate.options import TARGET_VERSIONS, Options
from imp_migrate.text.source import Source
from imp_migrate.transform import transformer
from imp_migrate.transform.comments import PRAGMA, comments_of
from imp_migrate.transform.verify import InternalError

#: How long one text may keep us, in seconds of CPU time: the machine may have other things to do.
SECONDS = 60


@dataclass(frozen=True)
class Problem:
    """Something that must not be; *detail* says what, in a line or more."""

    kind: str
    detail: str

    @property
    def signature(self) -> str:
        """The same for what is likely to have the same cause."""
        if self.kind == "comment lost":
            return self.kind
        return f"{self.kind}: {re.sub('[0-9]+', 'N', self.detail.partition(chr(10))[0])[:100]}"


def drawn_options(rng: random.Random) -> Options:
    """The defaults, mostly."""
    if rng.random() < 0.5:
        return Options()
    return Options(rng.choice(TARGET_VERSIONS), rng.random() < 0.7, rng.random() < 0.7)


def problem(text: str, options: Options, order: int | None = None) -> Problem | None:
    """What is wrong with how *text* is migrated, if anything.

    order: also apply the quick-fixes one by one, in the order that this seed draws.
    """
    try:
        with _limited(SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return next(_problems(text, options, order), None)
    except _TooSlow:
        return Problem("too slow", f"not done after {SECONDS} seconds")


def _problems(text: str, options: Options, order: int | None) -> Iterator[Problem]:
    text = Source.from_text(text).text
    dead: Counter[str] = Counter()
    try:
        with patch.object(transformer._Transformer, "_put_together", _watched(dead)):
            migration = imp_migrate.migrate(text, filename="fuzz.py", options=options)
    except InternalError as error:
        kind = "unparsable" if "would not" in str(error) else "internal error"
        yield Problem(kind, str(error))
        return
    except Exception as error:
        yield Problem("internal error", _where(error))
        return
    for comment, count in (_comments(text) - _comments(migration.text) - dead).items():
        yield Problem("comment lost", f"{comment}\n{count} times")
    try:
        again = imp_migrate.migrate(migration.text, filename="fuzz.py", options=options)
    except Exception as error:
        yield Problem("unstable", f"second run: {_where(error)}")
        return
    if again.text != migration.text:
        yield Problem("unstable", f"\n{migration.text}\n#### second run\n{again.text}")
    if order is not None and options == Options():
        yield from _one_by_one(text, migration.text, order)


def _one_by_one(text: str, expected: str, order: int) -> Iterator[Problem]:
    from lsprotocol.types import Diagnostic

    from tests.lsp.test_one_by_one import BY_ORDER_CODE, one_by_one

    rng = random.Random(order)
    codes: set[str | int | None] = set()

    def choose(diagnostics: list[Diagnostic]) -> Diagnostic:
        chosen = rng.choice(diagnostics)
        codes.add(chosen.code)
        return chosen

    try:
        found = one_by_one(text, _folder() / "fuzz.py", False, choose, {})
    except Exception as error:
        yield Problem("one by one", _where(error))
        return
    if BY_ORDER_CODE in codes and imp_migrate.migrate(found, filename="fuzz.py").text == found:
        return
    if found != expected:
        yield Problem("one by one", f"\n{found}\n#### --write\n{expected}")


@cache
def _folder() -> Path:
    """A folder whose configuration is none."""
    folder = Path(tempfile.gettempdir(), "imp-migrate-fuzz")
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    return folder


def _comments(text: str) -> Counter[str]:
    """The comments of *text*; those before the first error if it is no Python."""
    found: Counter[str] = Counter()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found[token.string.rstrip()] += 1
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass
    return found


def _watched(dead: Counter[str]) -> Callable[..., object]:
    """What puts a statement together, adding to *dead* the comments that go with their code.

    Those are the comments in branches that never run, what a statement of which nothing
    is left tells linters, and what is said of the closing of a file.
    """
    original = transformer._Transformer._put_together
    counted: dict[transformer._Transformer, int] = {}

    def put_together(self: transformer._Transformer, *parts: Any) -> object:
        before, _, own, outcome = parts
        dead.update(comment.rstrip() for comment in outcome.gone)
        if not own:
            dead.update(filter(PRAGMA.match, map(str.rstrip, comments_of([before]))))
        result = original(self, *parts)
        dead.update(comment.rstrip() for comment in self.outlived[counted.get(self, 0) :])
        counted[self] = len(self.outlived)
        return result

    return put_together


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        code = trace.tb_frame.f_code
        place = f" ({Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name})"
    return f"{type(error).__name__}{place}: {str(error).splitlines()[0] if str(error) else ''}"


class _TooSlow(BaseException):
    """No `except Exception` catches it."""


@contextmanager
def _limited(seconds: int) -> Iterator[None]:
    """Raise _TooSlow after some time, where the system has such an alarm clock."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: object) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
