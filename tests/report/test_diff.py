"""Unified diffs, which the real `patch` and `git apply` must take."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from imp_migrate.report.diff import diff_report, file_diff, staying
from imp_migrate.report.style import Style
from imp_migrate.run.results import FileResult, Finding, Mode, Run

from .samples import finding


def diff(before: bytes, after: bytes, path: str = "a.py") -> bytes:
    return b"".join(file_diff(FileResult(path, before=before, after=after)))


def test_form() -> None:
    assert diff(b"a\nb\n", b"a\nc\n") == b"--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"


def test_no_line_end_at_the_end() -> None:
    end = b"\\ No newline at end of file\n"
    assert diff(b"a", b"b") == b"--- a.py\n+++ a.py\n@@ -1 +1 @@\n-a\n" + end + b"+b\n" + end


def test_only_what_changed() -> None:
    same = FileResult("same.py", before=b"a", after=b"a")
    changed = FileResult("changed.py", before=b"a\n", after=b"b\n")
    out = b"".join(diff_report(Run(results=[same, changed])))
    assert b"same.py" not in out
    assert out.startswith(b"--- changed.py\n")


def test_new_file() -> None:
    assert diff(b"", b"a\n").startswith(b"--- /dev/null\n+++ a.py\n@@ -0,0 +1 @@\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\nb\nc\n", b"a\nB\nc\n"),
        (b"a\r\nb\r\n", b"a\r\nB\r\n"),
        (b"a\rb\rc", b"a\rB\rc"),
        (b"a\n\x0cb\x0b\x85c\n", b"a\n\x0cB\x0b\x85c\n"),
        (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n"),
        (b"# caf\xe9\nb", b"# caf\xe9\nB"),
        (b"a", b"a\n"),
        (b"a\n", b"a"),
        (b"a\n" * 100 + b"b\n" + b"c\n" * 100, b"x\n" + b"a\n" * 99 + b"c\n" * 101 + b"d"),
    ],
)
@pytest.mark.parametrize("name", ["a.py", "sub/with space.py"])
@pytest.mark.parametrize("command", [["patch", "-p0", "--binary"], ["git", "apply", "-p0"]])
def test_the_real_tools_take_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    name: str,
    before: bytes,
    after: bytes,
) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    monkeypatch.chdir(tmp_path)
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(before)
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    subprocess.run(
        command, input=diff(before, after, name), check=True, capture_output=True, env=environment
    )
    assert path.read_bytes() == after


class TestStaying:
    """What the diff leaves is told where it is in the files as they are."""

    BEFORE = "import imp\nimp.reload(m); imp.x\nkeep\nimp.y\n"
    AFTER = (
        "import importlib\n\ndef helper():\n    pass\n\nimportlib.reload(m); imp.x\nkeep\nimp.y\n"
    )

    def told(self, *left: Finding, before: str = BEFORE, after: str = AFTER) -> list[str]:
        done = finding(before, "import imp", ("import imp", "import importlib"), rewritten=True)
        result = FileResult("a.py", (done, *left), (), before.encode(), after.encode())
        return list(staying(Run(Mode.DIFF, results=[result]), Style()))

    def test_where_it_is(self) -> None:
        assert self.told(finding(self.AFTER, "imp.y")) == [
            "a.py:4:1: IMP101 imp.reload is gone",
        ]

    def test_on_a_line_that_changes(self) -> None:
        assert self.told(finding(self.AFTER, "imp.x")) == [
            "a.py:2:16: IMP101 imp.reload is gone",
        ]

    def test_a_word_within_another_is_not_it(self) -> None:
        before, after = "import imp, sys\nimp.y\n", "import imp, importlib, sys\nimp.y\n"
        (left,) = self.told(finding(after, "imp,"), before=before, after=after)
        assert left.startswith("a.py:1:8: ")

    def test_where_the_spot_is_no_more(self) -> None:
        assert self.told(finding(self.AFTER, "helper")) == [
            "a.py:1:1: IMP101 imp.reload is gone",
        ]

    def test_lines_that_its_message_names(self) -> None:
        left = finding(self.AFTER, "imp.y")
        message = "settle line 8, lines 6 and 7; b.py, line 8, takes it; line 1 of cell 8; line 99"
        left = replace(left, diagnostic=replace(left.diagnostic, message=message))
        assert self.told(left) == [
            "a.py:4:1: IMP101 settle line 4, lines 2 and 3;"
            " b.py, line 8, takes it; line 1 of cell 8; line 99",
        ]

    def test_in_a_file_that_stays(self) -> None:
        left = finding("\nimp.x\n", "imp.x", filename="b.py")
        result = FileResult("b.py", (left,), (), b"\nimp.x\n", b"\nimp.x\n")
        assert list(staying(Run(Mode.DIFF, results=[result]), Style())) == [
            "b.py:2:1: IMP101 imp.reload is gone"
        ]
