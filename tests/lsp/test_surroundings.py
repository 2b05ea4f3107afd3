"""The server knows of the files around a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from imp_migrate.lsp import surroundings
from imp_migrate.lsp.snapshot import Document, take
from imp_migrate.text.source import Neighbours, Source

TEXT = "import imp\nimp.reload(m)\n"


def neighbours_of(path: str | None, text: str) -> Neighbours:
    return surroundings.placed(Source.from_text(text), path).neighbours


def messages(path: Path, text: str) -> list[str]:
    shown = take(Document(path.as_uri(), 1, text, str(path))).shown
    return [diagnostic.message for diagnostic in shown]


def test_import_that_another_file_takes(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("")
    (tmp_path / "t.py").write_text("from app import imp\n")
    first, _ = messages(tmp_path / "app.py", TEXT)  # not saved yet
    assert "t.py takes it from here" in first
    (tmp_path / "app.py").write_text(TEXT)
    (one,) = messages(tmp_path / "t.py", "from app import imp\n")
    assert "app.py has `imp` from it" in one


def test_answers_hold_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "app.py"
    assert neighbours_of(str(path), TEXT) == Neighbours()
    (tmp_path / "t.py").write_text("from app import imp\n")
    assert neighbours_of(str(path), TEXT + "x = 1\n") == Neighbours()
    assert neighbours_of(str(path), TEXT + "import sys\n") != Neighbours()
    monkeypatch.setattr(surroundings, "PATIENCE", 0)
    assert neighbours_of(str(path), TEXT) != Neighbours()


def test_no_file(tmp_path: Path) -> None:
    assert neighbours_of(None, TEXT) == Neighbours()
    assert neighbours_of(str(tmp_path / "none" / "app.py"), TEXT) == Neighbours()
    assert neighbours_of(str(tmp_path / "app.py"), "x = 1\n") == Neighbours()


def test_faults_of_ours_cost_no_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: Source, path: str) -> Source:
        raise AssertionError

    monkeypatch.setattr("imp_migrate.run.surroundings.placed", fail)
    assert neighbours_of(str(tmp_path / "a.py"), TEXT) == Neighbours()


def test_what_lies_beside_the_document(tmp_path: Path) -> None:
    """A module of the project's own called `imp` is meant; so it is on the command line."""
    assert len(messages(tmp_path / "app.py", TEXT)) == 2
    (tmp_path / "imp.py").write_text("def reload(m): pass\n")
    assert messages(tmp_path / "other.py", TEXT) == []
