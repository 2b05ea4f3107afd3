"""The report for people."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from imp_migrate.report.style import Style, printable, wants_color, width
from imp_migrate.report.text import headline, text_report
from imp_migrate.run.results import Finding
from imp_migrate.text.source import Source

from .samples import DISPLAY, UNSAFE, finding, run_of

PLAIN = Style()
HELP = (
    "help: imp-migrate --explain IMP101, or"
    " https://github.com/imp-migrate/imp-migrate/blob/main/docs/rules.md#imp101"
)


def report(*args: object, **kwargs: object) -> str:
    """The report on one finding, made of these arguments."""
    found = finding(*args, **kwargs)  # type: ignore[arg-type]
    return "\n".join(text_report(run_of(found), PLAIN, quiet=True))


class TestFinding:
    def test_excerpt_help_and_suggestion(self) -> None:
        text = "import imp\n\nx = 1\nimp.reload(m)\n"
        changes = (("import imp", "import importlib"), ("imp.reload", "importlib.reload"))
        assert report(text, "imp.reload", *changes).splitlines() == [
            "a.py:4:1 IMP101 imp.reload is gone",
            "  |",
            "4 | imp.reload(m)",
            "  | ^^^^^^^^^^",
            "help: Do it",
            "  |",
            "1 - import imp",
            "1 + import importlib",
            "4 - imp.reload(m)",
            "4 + importlib.reload(m)",
        ]

    def test_without_fix(self) -> None:
        assert report("imp.x\n", "imp.x").splitlines() == [
            "a.py:1:1 IMP101 imp.reload is gone",
            "  |",
            "1 | imp.x",
            "  | ^^^^^",
            HELP,
        ]

    @pytest.mark.parametrize(
        ("trust", "said"),
        [(UNSAFE, "unsafe: it may change behaviour"), (DISPLAY, "--write leaves it")],
    )
    def test_how_far_a_fix_can_be_trusted(self, trust: object, said: str) -> None:
        assert said in report("imp.x\n", "imp.x", ("imp", "y"), trust=trust)

    def test_hint_without_edits(self) -> None:
        assert report("imp.x\n", "imp.x", trust=DISPLAY).splitlines()[-1].startswith("help: Do it")

    def test_end_of_file_without_line_end(self) -> None:
        lines = report("imp.x", "imp.x", ("imp.x", "y")).splitlines()
        assert lines[2:4] == ["1 | imp.x", "  | ^^^^^"]
        assert lines[-2:] == ["1 - imp.x", "1 + y"]

    def test_several_lines(self) -> None:
        lines = report("a = imp.f(\n    1,\n)  # c\n", "imp.f(\n    1,\n)").splitlines()
        assert lines[2:] == [
            "1 | a = imp.f(",
            "  |     ^^^^^^",
            "2 |     1,",
            "  |     ^^",
            "3 | )  # c",
            "  | ^",
            HELP,
        ]

    def test_many_lines_are_cut(self) -> None:
        text = "imp.f(\n" + "    1,\n" * 20 + ")\n"
        lines = report(text, text.strip()).splitlines()
        assert len(lines) == 2 + 2 * 4 + 2
        assert lines[-2:] == ["  | ...", HELP]

    @pytest.mark.parametrize("end", ["\r\n", "\r"])
    def test_line_ends(self, end: str) -> None:
        text = f"a{end}imp.x{end}b{end}"
        assert report(text, "imp.x", ("imp.x", f"y{end}z")).splitlines() == [
            "a.py:2:1 IMP101 imp.reload is gone",
            "  |",
            "2 | imp.x",
            "  | ^^^^^",
            "help: Do it",
            "  |",
            "2 - imp.x",
            "2 + y",
            "3 + z",
        ]

    def test_tabs_and_wide_characters(self) -> None:
        lines = report("\té = '漢字', imp.x\n", "imp.x").splitlines()
        assert lines[0].startswith("a.py:1:12 ")
        assert lines[2] == "1 |     é = '漢字', imp.x"
        assert lines[3] == "  |     " + " " * 12 + "^^^^^"

    def test_long_lines_are_cropped(self) -> None:
        lines = report(
            "x = '" + "a" * 1000 + "', imp.y, '" + "b" * 1000 + "'", "imp.y"
        ).splitlines()
        assert len(lines[2]) < 200
        start = lines[3].index("^")
        assert lines[2][start : start + 5] == "imp.y"

    def test_removed_line(self) -> None:
        lines = report("a\nimport imp\nb\n", "import imp", ("import imp\n", "")).splitlines()
        assert lines[-1] == "2 - import imp"

    def test_line_numbers_count_what_was_added_before(self) -> None:
        lines = report(
            "a\nb\nc\nimp.x\n", "imp.x", ("a\n", "a\nnew\n"), ("imp.x", "y")
        ).splitlines()
        assert lines[-3:] == ["2 + new", "4 - imp.x", "5 + y"]

    def test_long_changes_are_counted(self) -> None:
        helper = "".join(f"line {n}\n" for n in range(20))
        lines = report("imp.x\nb\nc\n", "imp.x", ("imp.x", "y"), ("c\n", helper)).splitlines()
        assert lines[-3:] == ["1 - imp.x", "1 + y", "  | ... and 21 more lines, which --diff shows"]

    def test_what_happens_to_the_spot_is_shown_however_long_it_is(self) -> None:
        helper = "".join(f"line {n}\n" for n in range(20))
        lines = report("imp.x\n", "imp.x", ("imp.x\n", helper)).splitlines()
        shown = [f"{n + 1:>2} + line {n}" for n in range(15)]
        assert lines[4:] == [
            "help: Do it",
            "   |",
            " 1 - imp.x",
            *shown,
            "   | ... and 5 more lines, which --diff shows",
        ]

    def test_a_long_spot_keeps_its_new_text(self) -> None:
        spot = "imp.f(\n" + "    1,\n" * 30 + ")\n"
        lines = report(spot, spot.strip(), (spot.strip(), "new(1)")).splitlines()
        assert "1 + new(1)" in [line.strip() for line in lines]
        assert lines[-1].endswith("... and 17 more lines, which --diff shows")

    def test_without_edits_the_help_is_the_title(self) -> None:
        found = replace(finding("imp.x\n", "imp.x", ("imp.x", "y")), edits=())
        lines = list(text_report(run_of(found), PLAIN, quiet=True))
        assert lines[-2:] == ["help: Do it", ""]


class TestSeveral:
    """What one spot tells, another need not."""

    TEXT = "import imp\nimp.reload(m)\nimp.f(\n    1)\nx\ny\n"
    IMPORT = ("import imp", "import importlib")
    RELOAD = ("imp.reload(m)", "importlib.reload(m)")
    CALL = ("imp.f(\n    1)", "f(1)")
    BESIDE = ("y", "z")  # what the fix of the call does elsewhere

    def findings(self) -> list[Finding]:
        source = Source(self.TEXT, "a.py")

        def one(spot: str, group: int, *changes: tuple[str, str]) -> Finding:
            return finding(self.TEXT, spot, *changes, group=group, source=source)

        return [
            one("import imp", 1, self.IMPORT, self.RELOAD, self.CALL, self.BESIDE),
            one("imp.reload", 2, self.IMPORT, self.RELOAD),
            one("imp.f", 3, self.IMPORT, self.CALL, self.BESIDE),
        ]

    def told(self, findings: list[Finding]) -> list[list[str]]:
        """For each of *findings*, the lines of its suggestion."""
        out = "\n".join(text_report(run_of(*findings), PLAIN, quiet=True))
        return [block.split("help: Do it\n")[1].splitlines()[1:] for block in out.split("\n\n")]

    def test_an_import_does_not_repeat_the_fixes_of_its_uses(self) -> None:
        assert self.told(self.findings()) == [
            [
                "1 - import imp",
                "1 + import importlib",
                "  | ... and 7 more lines, which --diff shows",
            ],
            [
                "2 - imp.reload(m)",
                "2 + importlib.reload(m)",
                "  | ... and 2 more lines, which --diff shows",
            ],
            [
                "3 - imp.f(",
                "4 -     1)",
                "3 + f(1)",
                "6 - y",
                "5 + z",
                "  | ... and 2 more lines, which --diff shows",
            ],
        ]

    def test_alone_it_tells_all(self) -> None:
        ((*lines,),) = self.told(self.findings()[:1])
        assert len(lines) == 9
        assert not any("more lines" in line for line in lines)


class TestTerminal:
    def test_nothing_that_a_terminal_obeys(self) -> None:
        text = "imp.x  # \x1b[2J\x07\x7f\x9b31m\u202ecod\u2066\x0c\n"
        name = "a\x1b[31m\n.py"
        out = report(text, "imp.x", ("imp", "\x1b[0m"), filename=name, message="m\x1b\n")
        assert not set(out.replace("\n", "")) & {chr(c) for c in (*range(32), 0x7F, 0x9B, 0x202E)}
        assert "␛[2J␇" in out

    def test_printable_keeps_the_rest(self) -> None:
        assert printable("a é 漢\t|") == "a é 漢    |"

    @pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("é", 1), ("e\u0301", 1), ("漢", 2)])
    def test_width(self, text: str, columns: int) -> None:
        assert width(text) == columns

    def test_colors(self) -> None:
        found = finding("imp.x\n", "imp.x", ("imp.x", "y"))
        plain = "\n".join(text_report(run_of(found), PLAIN))
        colored = "\n".join(text_report(run_of(found), Style(True)))
        assert "\x1b[31mIMP101\x1b[0m" in colored
        assert "\x1b" not in plain
        import re

        assert re.sub(r"\x1b\[\d+m", "", colored) == plain

    @pytest.mark.parametrize(
        ("terminal", "environment", "wanted"),
        [
            (True, {}, True),
            (False, {}, False),
            (True, {"NO_COLOR": "1"}, False),
            (True, {"NO_COLOR": ""}, True),
            (True, {"TERM": "dumb"}, False),
            (False, {"FORCE_COLOR": "1"}, True),
            (True, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ],
    )
    def test_when_colors_are_wanted(
        self,
        monkeypatch: pytest.MonkeyPatch,
        terminal: bool,
        environment: dict[str, str],
        wanted: bool,
    ) -> None:
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.delenv("FORCE_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        stream = io.StringIO()
        monkeypatch.setattr(stream, "isatty", lambda: terminal)
        assert wants_color(stream) is wanted
        assert wants_color(stream, "always") and not wants_color(stream, "never")


def test_headline() -> None:
    assert headline(finding("x\n  imp.x\n", "imp.x"), PLAIN) == "a.py:2:3 IMP101 imp.reload is gone"
