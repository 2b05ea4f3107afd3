"""The harness: its inputs are varied and repeatable, and it notices what it is made for."""

from __future__ import annotations

import ast
import contextlib
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

import imp_migrate
from imp_migrate.migration import Migration
from imp_migrate.options import Options
from imp_migrate.transform.verify import InternalError

from .__main__ import case, programs, smaller
from .check import problem
from .layout import laid_out

TEXT = "import imp\nimp.reload(settings)  # c1\n"
Migrate = Callable[..., Migration]


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Migration], Migration]], None]:
    """Lets something be done to every migration."""
    right = imp_migrate.migrate

    def install(change: Callable[[Migration], Migration]) -> None:
        def migrate(source: str, **how: object) -> Migration:
            return change(right(source, **how))

        monkeypatch.setattr(imp_migrate, "migrate", migrate)

    return install


def found(text: str, order: int | None = None) -> str:
    wrong = problem(text, Options(), order)
    return wrong.kind if wrong else ""


def test_inputs_follow_from_the_seed() -> None:
    assert [case(3, n) for n in range(12)] == [case(3, n) for n in range(12)]
    assert len({case(3, n).text for n in range(30)}) == 30
    assert case(3, 1).text != case(4, 1).text


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_layouts_keep_the_program() -> None:
    """And nearly every one is another layout, with everything that makes one."""
    seen = {";": 0, "\\\n": 0, "\r\n": 0, "\t": 0, "# c": 0, "((": 0}
    done = 0
    for n in range(150):
        rng = random.Random(n)
        text = rng.choice(programs())
        new = laid_out(text, rng)
        if new is None:
            continue
        done += new != text
        assert ast.dump(ast.parse(new)) == ast.dump(ast.parse(text))
        for sign in seen:
            seen[sign] += sign in new and sign not in text
    assert done > 135
    assert min(seen.values()) >= 5, seen


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_programs_parse_often() -> None:
    parsed = 0
    for n in range(0, 300, 3):
        with contextlib.suppress(SyntaxError, ValueError):
            ast.parse(case(0, n).text)
            parsed += 1
    assert parsed > 80


def test_right() -> None:
    assert found(TEXT, order=1) == ""


def test_internal_error(wrong) -> None:
    def fail(migration: Migration) -> Migration:
        raise InternalError("the fixes do not come to an end")

    wrong(fail)
    assert found(TEXT) == "internal error"


def test_unparsable(wrong) -> None:
    def fail(migration: Migration) -> Migration:
        raise InternalError("the result would not parse: no")

    wrong(fail)
    assert found(TEXT) == "unparsable"


def test_any_exception(wrong) -> None:
    wrong(lambda migration: migration.nothing)
    assert found(TEXT) == "internal error"


def test_comment_lost(wrong) -> None:
    wrong(lambda migration: replace(migration, text=migration.text.replace("# c1", "")))
    assert found(TEXT) == "comment lost"


def test_unstable(wrong) -> None:
    wrong(lambda migration: replace(migration, text=migration.text + "# more\n"))
    assert found(TEXT) == "unstable"


def test_one_by_one(wrong) -> None:
    wrong(lambda migration: replace(migration, text=migration.text.replace("\n\n", "\n#\n")))
    text = "import imp\n\nimp.reload(settings)\n"
    assert found(text) == ""
    assert found(text, order=1) == "one by one"


def test_failures_are_made_smaller() -> None:
    text = "".join(f"line {n}\n" for n in range(40))
    assert smaller(text, lambda t: "line 17\n" in t and "line 31\n" in t) == "line 17\nline 31\n"


def test_comments_of_every_line_end() -> None:
    """A comment ends where its line does, with the line ends of any system."""
    for end in ("\n", "\r\n", "\r"):
        assert found(TEXT.replace("\n", end)) == "", repr(end)


@pytest.mark.parametrize("number", range(60))
def test_nothing_is_wrong(number: int) -> None:
    """The first of the programs and broken texts; the command tries more, and layouts."""
    assert case(312, number, ("programs", "broken")).problem is None
