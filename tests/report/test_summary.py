"""The closing words, and the table by kind."""

from __future__ import annotations

from dataclasses import replace

from imp_migrate.registry import rules
from imp_migrate.report.style import Style
from imp_migrate.report.summary import statistics, summary
from imp_migrate.report.text import text_report
from imp_migrate.run.files import FileError
from imp_migrate.run.results import FileResult, Finding, Mode, Run

from .samples import DISPLAY, UNSAFE, finding, run_of

CHANGE = ("imp", "y")
SAFE_ONE = finding("imp\n", "imp", CHANGE)
UNSAFE_ONE = finding("imp\n", "imp", CHANGE, trust=UNSAFE, filename="b.py", code="IMP105")
MANUAL_ONE = finding("imp\n", "imp", filename="c.py", code="IMP304")
WAITING = finding("imp\n", "imp", CHANGE, trust=DISPLAY, filename="c.py")
DONE = finding("imp\n", "imp", CHANGE, rewritten=True)


def words(run: Run) -> list[str]:
    return list(summary(run))


class TestSummary:
    def test_nothing(self) -> None:
        assert words(run_of()) == ["No use of imp needs migrating."]

    def test_nothing_but_errors(self) -> None:
        assert words(Run(errors=[FileError("a.py", "gone")])) == []
        assert words(Run(results=[FileResult("a.py", internal_error=("bug", ""))])) == []

    def test_check(self) -> None:
        assert words(run_of(SAFE_ONE, UNSAFE_ONE, MANUAL_ONE)) == [
            "Found 3 spots in 3 files.",
            "1 rewritable with --write.",
            "1 more with --unsafe-fixes.",
            "1 needs a person.",
        ]

    def test_check_with_unsafe_fixes(self) -> None:
        assert words(run_of(SAFE_ONE, UNSAFE_ONE, unsafe_fixes=True)) == [
            "Found 2 spots in 2 files.",
            "2 rewritable with --write.",
        ]

    def test_write(self) -> None:
        assert words(run_of(DONE, UNSAFE_ONE, MANUAL_ONE, MANUAL_ONE, mode=Mode.WRITE)) == [
            "Rewrote 1 spot in 1 file; 3 left.",
            "1 more with --unsafe-fixes.",
            "2 need a person.",
        ]

    def test_write_of_everything(self) -> None:
        assert words(run_of(DONE, mode=Mode.WRITE)) == ["Rewrote 1 spot in 1 file; 0 left."]

    def test_write_of_nothing(self) -> None:
        assert words(run_of(MANUAL_ONE, mode=Mode.WRITE)) == [
            "Found 1 spot in 1 file.",
            "1 needs a person.",
        ]

    def test_what_waits_for_others(self) -> None:
        assert words(run_of(MANUAL_ONE, WAITING, WAITING, mode=Mode.WRITE)) == [
            "Found 3 spots in 1 file.",
            "1 needs a person; 2 spots wait for that.",
        ]
        assert words(run_of(MANUAL_ONE, WAITING))[-1] == "1 needs a person; 1 spot waits for that."
        assert words(run_of(UNSAFE_ONE, WAITING)) == [
            "Found 2 spots in 2 files.",
            "1 more with --unsafe-fixes.",
            "1 spot waits for others.",
        ]

    def test_diff(self) -> None:
        assert words(run_of(DONE, mode=Mode.DIFF)) == ["Would rewrite 1 spot in 1 file; 0 left."]


class TestStatistics:
    def test_tables(self) -> None:
        deep = finding("imp\n", "imp", CHANGE, filename="pkg/sub/a.py", code="IMP105")
        findings = (SAFE_ONE, SAFE_ONE, UNSAFE_ONE, MANUAL_ONE, DONE, deep)
        assert list(statistics(run_of(*findings))) == [
            "code    total  rewritten  rewritable  unsafe  manual  rule",
            f"IMP101      3          1           2       0       0  {rules()['IMP101'].name}",
            f"IMP105      2          0           1       1       0  {rules()['IMP105'].name}",
            f"IMP304      1          0           0       0       1  {rules()['IMP304'].name}",
            "",
            "folder   total  rewritten  rewritable  unsafe  manual",
            ".            5          1           2       1       1",
            "pkg/sub      1          0           1       0       0",
        ]

    def test_only_what_occurs(self) -> None:
        header, row, _, folders, folder = statistics(run_of(MANUAL_ONE))
        assert header.split() == ["code", "total", "manual", "rule"]
        assert row.split() == ["IMP304", "1", "1", rules()["IMP304"].name]
        assert (folders.split(), folder.split()) == (["folder", "total", "manual"], [".", "1", "1"])

    def test_unknown_code(self) -> None:
        _, row, *_ = statistics(run_of(finding("imp\n", "imp", code="IMP999")))
        assert row.split() == ["IMP999", "1", "1"]

    def test_none(self) -> None:
        assert list(statistics(run_of())) == []

    def test_in_the_report(self) -> None:
        lines = list(text_report(run_of(MANUAL_ONE), Style(), counts=True))
        assert lines[-8:] == [
            "code    total  manual  rule",
            f"IMP304      1       1  {rules()['IMP304'].name}",
            "",
            "folder  total  manual",
            ".           1       1",
            "",
            "Found 1 spot in 1 file.",
            "1 needs a person.",
        ]


class TestStatus:
    def test_check(self) -> None:
        assert run_of().status == 0
        assert run_of(SAFE_ONE).status == 1

    def test_write(self) -> None:
        assert run_of(DONE, mode=Mode.WRITE).status == 0
        assert run_of(DONE, MANUAL_ONE, mode=Mode.WRITE).status == 1

    def test_diff_has_something_to_migrate(self) -> None:
        assert run_of(DONE, mode=Mode.DIFF).status == 1

    def test_errors_come_first(self) -> None:
        error = FileError("a.py", "gone")
        assert Run(errors=[error]).status == 2
        assert Run(results=[FileResult("a.py", error=error)]).status == 2
        assert Run(results=[FileResult("a.py", (MANUAL_ONE,), internal_error=("", ""))]).status == 2


def after(before: str, text: str, path: str = "a.py", done: Finding = DONE) -> list[str]:
    """What the summary says of a file that was *before* and is *text*, but for the counts."""
    result = FileResult(path, (done,), before=before.encode(), after=text.encode())
    return words(Run(Mode.WRITE, results=[result]))[1:]


class TestAftermath:
    LOST = ["1 file no longer runs on Python 2; what is written needs Python 3.8 or later."]

    def test_python_2_is_lost(self) -> None:
        assert (
            after("import imp\nimp.reload(m)\n", "import importlib\nimportlib.reload(m)\n")
            == self.LOST
        )
        assert after("import imp\n", "import importlib.util\n") == self.LOST
        assert after("import imp\n", "from importlib import reload\n") == self.LOST
        assert after("import imp\n", "x = f'{y}'\n") == self.LOST

    def test_python_2_is_still_there(self) -> None:
        assert after("import imp\nimp.new_module(n)\n", "import types\ntypes.ModuleType(n)\n") == []
        assert after("import imp\n", "import importlib\nimportlib.import_module(n)\n") == []

    def test_python_2_does_not_get_there(self) -> None:
        old = "try:\n    reload\nexcept NameError:\n    from imp import reload\n"
        assert after(old, old.replace("imp ", "importlib ")) == []
        old = "if PY3:\n    from imp import reload\n"
        assert after(old, old.replace("imp ", "importlib ")) == []
        assert after(old, old.replace("imp ", "importlib ") + "x = f'{y}'\n") == self.LOST
        assert after(old, old.replace("imp ", "importlib ").replace("PY3", "x")) == self.LOST

    def test_python_2_was_not_there(self) -> None:
        for old in (
            "f'{x}'",
            "class A(B, metaclass=C): pass",
            "def f(a: int): pass",
            "raise A from b",
        ):
            assert after(f"import imp\n{old}\n", f"import importlib.util\n{old}\n") == []
        both = "try:\n    import importlib.util\nexcept ImportError:\n    pass\n"
        assert after(f"import imp\n{both}", both) == []
        assert after("print 1\n", "import importlib.util\n") == []
        old = "import importlib\nimportlib.util.find_spec(n)\n"
        new = old.replace("importlib\n", "importlib.util\n", 1)
        assert after(old, new) == self.LOST
        submodule = replace(DONE, diagnostic=replace(DONE.diagnostic, code="IMP501"))
        assert after(old, new, done=submodule) == []

    def test_words(self) -> None:
        text = (
            "def f():\n    '''One.\n\n    It raises what imp.find_module raised.\n    '''\n"
            '    x = 1  # see imp.load_source\n    s = "imp.reload"\n'
        )
        assert after("import imp\n", text) == [
            "2 comment or docstring lines still speak of imp: a.py:4, a.py:6"
        ]

    def test_helpers_may_speak(self) -> None:
        text = 'def _load_source():\n    """Like imp.load_source, gone in 3.12."""\n'
        assert after("import imp\n", text) == []

    def test_only_so_many_places(self) -> None:
        (line,) = after("import imp\n", "# imp.reload\n" * 12)
        assert line.startswith("12 comment or docstring lines")
        assert line.endswith("a.py:9, a.py:10, ...")
