"""What is known from a baseline, and what is new."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from imp_migrate.run.baseline import read_baseline, without_known, write_baseline
from imp_migrate.run.config import ConfigError
from imp_migrate.run.files import FileError
from imp_migrate.run.results import Finding, Mode, Run

from ..report.samples import finding, run_of

TEXT = "imp.a\nimp.b\nimp.b\n"


def spots(text: str, *words: str, name: str = "a.py") -> list[Finding]:
    """A finding at each of *words*, in order, from the place of the one before on."""
    found, at = [], 0
    for word in words:
        at = text.index(word, at)
        # `finding` looks for the first one: what comes before must not match.
        masked = finding("." * at + text[at:], word, filename=name)
        one = finding(text, word, filename=name)
        found.append(
            type(one)(masked.diagnostic, one.source, one.status),
        )
        at += len(word)
    return found


@pytest.fixture
def baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where a baseline is to be, in the current folder."""
    monkeypatch.chdir(tmp_path)
    return "known.json"


def new(baseline: str, findings: Sequence[Finding], *looked_at: str) -> tuple[list[str], int, int]:
    """Lines of the new ones of *findings*, how many are known, and how many gone."""
    known = read_baseline(baseline)
    run, gone = without_known(run_of(*findings), known, baseline, looked_at or ["a.py"])
    left = [finding.source.line_text(finding.start[0]) for finding in run.remaining]
    return left, run.known, gone


def test_spots_of_a_file_that_is_deleted_are_gone(baseline: str) -> None:
    write_baseline(run_of(*spots(TEXT, "imp.a", name="old.py")), baseline)
    assert new(baseline, [], "a.py") == ([], 0, 1)
    Path("old.py").touch()
    assert new(baseline, [], "a.py") == ([], 0, 0)
    assert new(baseline, [], "a.py", "old.py") == ([], 0, 1)


def test_nothing_is_new_at_once(baseline: str) -> None:
    findings = spots(TEXT, "imp.a", "imp.b", "imp.b")
    write_baseline(run_of(*findings), baseline)
    assert new(baseline, findings) == ([], 3, 0)
    assert json.loads(Path(baseline).read_text()) == {
        "version": 1,
        "spots": {"a.py": ["IMP101 imp.a", "IMP101 imp.b", "IMP101 imp.b"]},
    }


def test_lines_may_move_and_be_indented(baseline: str) -> None:
    write_baseline(run_of(*spots(TEXT, "imp.a")), baseline)
    assert new(baseline, spots("# x\nif y:\n    imp.a\n", "imp.a")) == ([], 1, 0)


@pytest.mark.parametrize(
    "other",
    [
        finding("imp.c\n", "imp.c"),
        finding("imp.a\n", "imp.a", code="IMP304"),
        finding("imp.a\n", "imp.a", filename="b.py"),
    ],
)
def test_what_is_new(baseline: str, other: Finding) -> None:
    write_baseline(run_of(*spots(TEXT, "imp.a")), baseline)
    left, known, _ = new(baseline, [other])
    assert (len(left), known) == (1, 0)


def test_more_of_the_same_are_new(baseline: str) -> None:
    write_baseline(run_of(*spots(TEXT, "imp.b")), baseline)
    assert new(baseline, spots(TEXT, "imp.b", "imp.b")) == (["imp.b"], 1, 0)


def test_what_is_gone(baseline: str) -> None:
    write_baseline(run_of(*spots(TEXT, "imp.a", "imp.b", "imp.b")), baseline)
    assert new(baseline, spots(TEXT, "imp.b")) == ([], 1, 2)
    Path("a.py").touch()
    assert new(baseline, [], "b.py") == ([], 0, 0)  # a.py has not been looked at


def test_paths_start_from_the_baseline(baseline: str, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkdir("pkg")
    write_baseline(run_of(*spots(TEXT, "imp.a", name="pkg/a.py")), baseline)
    monkeypatch.chdir("pkg")
    assert new("../known.json", spots(TEXT, "imp.a")) == ([], 1, 0)


def test_what_is_rewritten_is_neither_known_nor_new(baseline: str) -> None:
    done = finding("imp.a\n", "imp.a", ("imp.a", "y"), rewritten=True)
    left = finding("imp.b\n", "imp.b")
    run = run_of(done, left, mode=Mode.WRITE)
    write_baseline(run, baseline)
    assert json.loads(Path(baseline).read_text())["spots"] == {"a.py": ["IMP101 imp.b"]}
    filtered, _ = without_known(run, read_baseline(baseline), baseline, ["a.py"])
    assert (filtered.rewritten, filtered.remaining, filtered.known) == ([done], [], 1)


def test_names_and_lines_that_are_not_text(baseline: str) -> None:
    odd = finding("imp.a  # \ud800\n", "imp.a", filename=os.fsdecode(b"\xe9.py"))
    write_baseline(run_of(odd), baseline)
    assert new(baseline, [odd]) == ([], 1, 0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("imp", "not a baseline: Expecting value"),
        ("[]", "not a baseline of this version"),
        ('{"version": 2, "spots": {}}', "not a baseline of this version"),
        ('{"version": 1}', "its spots cannot be read"),
        ('{"version": 1, "spots": []}', "its spots cannot be read"),
        ('{"version": 1, "spots": {"a.py": 1}}', "its spots cannot be read"),
        ("\ud800", "not a baseline: 'utf-8' codec"),
    ],
)
def test_what_is_no_baseline(baseline: str, content: str, said: str) -> None:
    Path(baseline).write_bytes(content.encode(errors="surrogatepass"))
    with pytest.raises(ConfigError, match=said):
        read_baseline(baseline)


def test_none_there(baseline: str) -> None:
    with pytest.raises(ConfigError, match="--write-baseline known"):
        read_baseline(baseline)
    with pytest.raises(ConfigError, match="Is a directory"):
        read_baseline(".")


def test_that_cannot_be_written(baseline: str) -> None:
    with pytest.raises(FileError, match="cannot write the baseline: no such file or directory"):
        write_baseline(Run(), f"none/{baseline}")
