"""What is known of a document from one version to the next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from imp_migrate import migrate
from imp_migrate.lsp import snapshot as module
from imp_migrate.lsp.actions import code_actions
from imp_migrate.lsp.course import Course
from imp_migrate.lsp.snapshot import Document, Snapshot, carried_over, take
from imp_migrate.model import Diagnostic, Edit
from imp_migrate.transform.edits import apply_edits
from imp_migrate.transform.verify import InternalError

TEXT = (
    "import imp\nimport os\n\n\n"
    "def one(name, path):\n    return imp.load_source(name, path)\n\n\n"
    "def two(name):\n    return imp.new_module(name), imp.reload(os)\n"
)


def version(number: int, text: str, good: Snapshot | None = None) -> Snapshot:
    return take(Document("untitled:x", number, text, None), good)


def fixed(snapshot: Snapshot, title: str) -> str:
    """The text after the first fix called *title*."""
    number = next(n for n, d in enumerate(snapshot.published) if d.data["title"] == title)
    edits = snapshot.edits(number)
    assert edits, title
    return apply_edits(snapshot.source.text, edits)


def test_a_fix_that_is_taken_back_is_offered_again() -> None:
    first = version(1, TEXT)
    text = fixed(first, "Use importlib.reload")
    second = version(2, text, first)
    third = version(3, TEXT, second)
    assert [d.data | {"version": 1} for d in third.published] == [d.data for d in first.published]
    assert fixed(third, "Use importlib.reload") == text


def test_fixes_go_on_after_a_change_of_another_place() -> None:
    first = version(1, TEXT)
    second = version(2, fixed(first, "Use importlib.reload") + "\nprint(1)\n", first)
    third = version(3, fixed(second, "Use types.ModuleType"), second)
    last = fixed(third, "Use the helper _load_source")
    assert version(4, last, third).published == ()
    assert "import imp\n" not in last
    assert migrate(last).text == last


def test_a_course_goes_on_over_text_that_does_not_parse() -> None:
    first = version(1, TEXT)
    text = fixed(first, "Use importlib.reload")
    second = version(2, text, first)
    broken = version(3, text + "def (", second)
    assert not broken.readable
    assert [d.code for d in broken.published] == [d.code for d in second.published]
    fourth = version(4, text, second)
    assert len(fourth.courses) == 2, "the one that led here, and a new one"


@given(st.integers(0, len(TEXT)), st.integers(0, 30), st.text('(\n"ab', max_size=20))
def test_carried_over_diagnostics_stand_where_they_stood(start: int, length: int, new: str) -> None:
    good = version(1, TEXT)
    text = TEXT[:start] + new + TEXT[start + length :]
    before = [(d.code, TEXT[d.start : d.end]) for d in good.shown]
    for diagnostic in carried_over(good, text):
        assert (diagnostic.code, text[diagnostic.start : diagnostic.end]) in before
        assert diagnostic.fix is None


def test_a_bug_in_the_analysis_is_told_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("no rule\nanswers")

    monkeypatch.setattr(module, "analyse", fail)
    [found] = version(1, TEXT).published
    assert found.code == "IMP904"
    assert found.message == "could not be analysed: AssertionError: no rule answers"


def test_a_bug_in_the_migration_costs_its_action_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise InternalError("the result would not parse")

    monkeypatch.setattr(module, "migrate_source", fail)
    snapshot = version(1, TEXT)
    everything = types.Range(types.Position(0, 0), types.Position(99, 0))
    context = types.CodeActionContext(snapshot.published)
    found = code_actions(snapshot, everything, context, versioned=False)
    assert {action.kind for action in found} == {"quickfix"}
    assert "could not be migrated" in caplog.text


def test_a_fix_that_would_do_damage_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = version(1, TEXT)
    reload = next(d for d in snapshot.published if d.code == "IMP101")
    start = TEXT.index("imp.reload")
    damage = [Edit(start, start + len("imp.reload"), "unheard_of.reload")]
    monkeypatch.setattr(Course, "offer", lambda *_: damage)
    nowhere = types.Range(types.Position(99, 0), types.Position(99, 0))
    context = types.CodeActionContext([reload])
    titles = [a.title for a in code_actions(snapshot, nowhere, context, versioned=False)]
    assert titles == [
        "imp-migrate: Ignore IMP101 on this line",
        "imp-migrate: Apply all safe fixes",
    ]


def test_only_the_fix_that_is_asked_for_is_carried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    offer = Course.offer

    def watched(self: Course, diagnostic: Diagnostic) -> list[Edit]:
        asked.append(diagnostic.code)
        return offer(self, diagnostic)

    monkeypatch.setattr(Course, "offer", watched)
    snapshot = version(1, TEXT)
    assert asked == []
    reload = next(d for d in snapshot.published if d.code == "IMP101")
    context = types.CodeActionContext([reload])
    for _ in range(2):
        code_actions(snapshot, reload.range, context, versioned=False)
    assert asked == ["IMP101"]


@pytest.mark.parametrize("number", [99, -1, "0", None])
def test_a_number_that_no_diagnostic_has(number: object) -> None:
    snapshot = version(1, TEXT)
    reload = next(d for d in snapshot.published if d.code == "IMP101")
    reload.data["number"] = number
    context = types.CodeActionContext([reload], only=["quickfix"])
    found = code_actions(snapshot, reload.range, context, versioned=False)
    assert [action.title for action in found] == ["imp-migrate: Ignore IMP101 on this line"]
