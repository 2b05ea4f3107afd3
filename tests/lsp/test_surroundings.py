"""The server knows of the files around a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from imp_migrate.lsp import surroundings
from imp_migrate.lsp.snapshot import Document, take
from imp_migrate.text.source import Neighbours

TEXT = "import imp\nimp.reload(m)\n"


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
    assert surroundings.neighbours_of(str(path), TEXT) == Neighbours()
    (tmp_path / "t.py").write_text("from app import imp\n")
    assert surroundings.neighbours_of(str(path), TEXT + "x = 1\n") == Neighbours()
    assert surroundings.neighbours_of(str(path), TEXT + "import sys\n") != Neighbours()
    monkeypatch.setattr(surroundings, "PATIENCE", 0)
    assert surroundings.neighbours_of(str(path), TEXT) != Neighbours()


def test_no_file(tmp_path: Path) -> None:
    assert surroundings.neighbours_of(None, TEXT) == Neighbours()
    assert surroundings.neighbours_of(str(tmp_path / "none" / "app.py"), TEXT) == Neighbours()
    assert surroundings.neighbours_of(str(tmp_path / "app.py"), "x = 1\n") == Neighbours()


def test_faults_of_ours_cost_no_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: str, data: bytes) -> Neighbours:
        raise AssertionError

    monkeypatch.setattr(surroundings, "_asked", fail)
    assert surroundings.neighbours_of(str(tmp_path / "a.py"), TEXT) == Neighbours()
