"""What comes of one file, whatever it holds."""

from __future__ import annotations

import pickle
import sys
import warnings
from pathlib import Path

import pytest

from imp_migrate.model import Status
from imp_migrate.options import Options
from imp_migrate.run import runner
from imp_migrate.run.results import FileResult, Mode
from imp_migrate.run.sieve import concerns_or_fails
from imp_migrate.run.task import Task
from imp_migrate.transform.edits import apply_edits
from imp_migrate.transform.verify import InternalError

RELOAD = b"import imp\nimp.reload(m)\n"


def check(data: bytes, mode: Mode = Mode.CHECK, **options: object) -> FileResult:
    return runner.process_bytes(data, "a.py", Options(**options), mode)  # type: ignore[arg-type]


def codes(result: FileResult) -> list[str]:
    assert result.error is None
    assert result.internal_error is None
    return [finding.diagnostic.code for finding in result.findings]


class TestCheck:
    def test_findings_carry_their_whole_fix(self) -> None:
        result = runner.process_bytes(RELOAD, "a.py", Options(), Mode.CHECK, all_edits=True)
        assert codes(result) == ["IMP401", "IMP101"]
        assert not result.changed
        reload = result.findings[1]
        assert reload.status is Status.REWRITABLE
        assert (reload.start, reload.end) == ((2, 1), (2, 11))
        assert apply_edits(RELOAD.decode(), reload.edits) == (
            "import importlib\nimportlib.reload(m)\n"
        )

    def test_edits_are_worked_out_only_where_they_are_asked_for(self) -> None:
        assert all(finding.edits == () for finding in check(RELOAD).findings)

    def test_nothing_to_do(self) -> None:
        assert check(b"x = 1\n") == FileResult("a.py", before=b"x = 1\n", after=b"x = 1\n")

    def test_silences(self) -> None:
        result = check(b"import sys\nif sys.version_info < (3, 4):\n    import imp\n")
        assert codes(result) == []
        ((source, silence),) = result.silences
        assert source.position(silence.start)[0] == 3
        assert silence.reason

    def test_selection(self) -> None:
        assert codes(check(RELOAD, select=("IMP1",))) == ["IMP101"]
        assert codes(check(RELOAD, ignore=("IMP1",))) == ["IMP401"]

    def test_results_cross_processes(self) -> None:
        for mode in Mode:
            result = check(RELOAD, mode)
            assert pickle.loads(pickle.dumps(result)) == result


class TestMigrate:
    @pytest.mark.parametrize("mode", [Mode.WRITE, Mode.DIFF])
    def test_change(self, mode: Mode) -> None:
        result = check(RELOAD, mode)
        assert result.after == b"import importlib\nimportlib.reload(m)\n"
        assert result.changed
        assert [f.status for f in result.findings] == [Status.REWRITTEN] * 2
        assert result.findings[1].start == (2, 1)
        assert not result.findings[1].edits

    def test_edits_of_what_was_rewritten_are_made_for_those_who_ask(self) -> None:
        result = runner.process_bytes(RELOAD, "a.py", Options(), Mode.WRITE, all_edits=True)
        assert all(finding.edits for finding in result.findings)

    def test_what_is_left_stands_in_the_new_text(self) -> None:
        result = check(b"import imp\n\nx = imp.new_module('x')\nimp.acquire_lock\n", Mode.WRITE)
        left = [f for f in result.findings if f.status is not Status.REWRITTEN]
        assert left
        for finding in left:
            assert finding.source.text.encode() == result.after

    def test_no_change(self) -> None:
        data = b"import imp\nimp.acquire_lock\n"
        result = check(data, Mode.WRITE)
        assert not result.changed
        assert result.after == data

    @pytest.mark.parametrize(
        "data",
        [
            b"\xef\xbb\xbfimport imp\r\nimp.reload(m)\r\n# end",
            b"# -*- coding: latin-1 -*-\nimport imp\nx = '\xe9'\nimp.reload(m)",
            b"import imp\rimp.reload(m)\rx = 1",
            b"import imp\n\x0c\nimp.reload(m)\r\n\tx = 1\n".replace(b"\tx", b"x"),
        ],
        ids=["bom and crlf", "latin-1", "cr", "form feed and mixed"],
    )
    def test_bytes_outside_the_fix_stay(self, data: bytes) -> None:
        expected = data.replace(b"import imp", b"import importlib").replace(
            b"imp.reload", b"importlib.reload"
        )
        assert check(data, Mode.WRITE).after == expected


class TestBadInput:
    @pytest.mark.parametrize("mode", list(Mode))
    @pytest.mark.parametrize(
        ("data", "code", "line", "said"),
        [
            (b"x = 1\nimport imp\nprint 'x'\n", "IMP901", 3, "Python 2"),
            (b"import imp\nx = (\n", "IMP901", 2, "not valid Python"),
            (b"import imp\n\0\n", "IMP901", None, "null"),
            (b"# coding: utf-8\nimport imp\nx = '\xff'\n", "IMP902", 3, "utf-8"),
            (b"# coding: klingon\nimport imp\n", "IMP902", None, "klingon"),
            (b"# coding: rot13\nimport imp\n", "IMP902", None, "rot13"),
            (b"\xef\xbb\xbf# coding: latin-1\nimport imp\n", "IMP902", None, ""),
            (b"import imp\nx = '" + b"\xe9" * 3 + b"'\n", "IMP902", 2, "utf-8"),
            (b"import imp\nx = " + b"(" * 5000 + b")" * 5000 + b"\n", "IMP904", None, "nested"),
            (b"x = 1\n" * 700_000 + b"import imp\n", "IMP904", 700_001, "more than the 4,000,000"),
        ],
        ids=[
            "Python 2",
            "unfinished",
            "NUL",
            "bytes",
            "unknown cookie",
            "no text encoding",
            "BOM and cookie",
            "no cookie",
            "deep",
            "large",
        ],
    )
    def test_is_a_diagnostic(
        self, mode: Mode, data: bytes, code: str, line: int | None, said: str
    ) -> None:
        result = check(data, mode)
        assert codes(result) == [code]
        (finding,) = result.findings
        assert finding.status is Status.MANUAL
        assert said in finding.diagnostic.message
        assert line is None or finding.start[0] == line
        assert not result.changed

    @pytest.mark.parametrize("code", ["IMP901", "IMP902"])
    def test_can_be_ignored(self, code: str) -> None:
        data = b"import imp\nprint 'x'\n" if code == "IMP901" else b"import imp # \xff\n"
        assert codes(check(data)) == [code]
        assert codes(check(data, ignore=("IMP9",))) == []

    @pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b"# imp", b"imp", b"\xff imp"])
    def test_tiny(self, data: bytes) -> None:
        for mode in Mode:
            result = check(data, mode)
            assert result.internal_error is None
            assert not result.changed

    def test_long_file(self) -> None:
        data = b"import imp\n" + b"x = 1\n" * 20_000 + b"imp.reload(m)\n"
        result = check(data, Mode.WRITE)
        assert result.after == data.replace(b"imp.r", b"importlib.r").replace(
            b"imp\n", b"importlib\n"
        )

    def test_warnings_of_the_compiler_are_not_shown(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = check(b"import imp\nx = '\\d'\nassert (imp.reload, 1)\n", Mode.WRITE)
        assert codes(result)
        assert capfd.readouterr() == ("", "")


class TestFailures:
    @pytest.mark.parametrize(
        ("error", "message"),
        [
            (InternalError("it would not parse"), "it would not parse"),
            (KeyError("x"), "KeyError: 'x'"),
            (RecursionError(), "RecursionError"),
            (AssertionError("no rule"), "AssertionError: no rule"),
        ],
    )
    def test_internal_error(
        self, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
    ) -> None:
        def fail(*_: object) -> None:
            raise error

        monkeypatch.setattr("imp_migrate.migration.migrate_source", fail)
        result = check(RELOAD, Mode.WRITE)
        assert result.internal_error is not None
        assert result.internal_error[0] == message
        assert "Traceback" in result.internal_error[1]
        assert (result.findings, result.before, result.after) == ((), RELOAD, RELOAD)

    def test_unreadable(self, tmp_path: Path) -> None:
        path = str(tmp_path / "gone.py")
        assert concerns_or_fails("shown.py", path)
        result = runner.process(Task("shown.py", path), Mode.CHECK)
        assert str(result.error) == "shown.py: no such file or directory"

    def test_crash(self) -> None:
        result = runner.crashed(Task("a.py", "a.py"))
        assert result.internal_error is not None
        assert not result.changed


class TestScan:
    @pytest.mark.parametrize(
        ("data", "mentioned"), [(RELOAD, True), (b"import os\n", False), (b"", False)]
    )
    def test_mentions(self, tmp_path: Path, data: bytes, mentioned: bool) -> None:
        path = tmp_path / "a.py"
        path.write_bytes(data)
        assert concerns_or_fails("a.py", str(path)) is mentioned

    def test_newer_syntax(self) -> None:
        if sys.version_info >= (3, 12):
            pytest.skip("this Python reads it")
        assert codes(check(b"import imp\ntype X = int\n")) == ["IMP903"]
