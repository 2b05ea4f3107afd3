"""What the real command reports, in every format, and what it says about its options."""

from __future__ import annotations

import json
import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from imp_migrate.arguments import parse_arguments, unknown_option
from imp_migrate.report.formats import FOR_PEOPLE, SHOWS_EDITS

from .command import run

RELOAD = b"import imp\nimp.reload(m)\n"
MANUAL = b"import imp\nimp.acquire_lock\n"  # not called: nothing can be said for it
MIXED = b"import imp\nimp.reload(m)\nimp.acquire_lock\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """An empty folder."""
    tree = tmp_path / "tree"
    tree.mkdir()
    return tree


def places(output_format: str, out: str) -> set[tuple[str, int, str]]:
    """File, line and code of all that a report tells."""
    match output_format:
        case "json":
            return {
                (Path(e["filename"]).name, e["location"]["row"], e["code"]) for e in json.loads(out)
            }
        case "sarif":
            results = json.loads(out)["runs"][0]["results"]
            spots = [(r["locations"][0]["physicalLocation"], r["ruleId"]) for r in results]
            return {
                (spot["artifactLocation"]["uri"], spot["region"]["startLine"], code)
                for spot, code in spots
            }
        case "gitlab":
            return {
                (
                    e["location"]["path"],
                    e["location"]["positions"]["begin"]["line"],
                    e["check_name"],
                )
                for e in json.loads(out)
            }
        case "rdjson":
            return {
                (e["location"]["path"], e["location"]["range"]["start"]["line"], e["code"]["value"])
                for e in json.loads(out)["diagnostics"]
            }
        case "junit":
            cases = ET.fromstring(out).iter("testcase")
            words = [(case.attrib["classname"], case.attrib["name"]) for case in cases]
            return {
                (file, int(name.split()[2].split(":")[0]), name.split()[0]) for file, name in words
            }
        case "grouped":
            found, file = set(), ""
            for line in out.splitlines():
                if spot := re.match(r"  (\d+):\d+ +(IMP\d+) ", line):
                    found.add((file, int(spot[1]), spot[2]))
                elif line.endswith(".py:"):
                    file = line[:-1]
            return found
        case _:
            lines = re.findall(r"([a-z]+\.py):(\d+):\d+:? (IMP\d+) ", out)
            return {(file, int(line), code) for file, line, code in lines}


class TestFormats:
    def test_all_tell_the_same(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        (tree / "b.py").write_bytes(MANUAL)
        told = {
            output_format: places(
                output_format, run(f"--output-format={output_format}", cwd=tree).stdout.decode()
            )
            for output_format in SHOWS_EDITS
        }
        expected = {
            ("a.py", 1, "IMP401"),
            ("a.py", 2, "IMP101"),
            ("b.py", 1, "IMP401"),
            ("b.py", 2, "IMP301"),
        }
        assert told == dict.fromkeys(SHOWS_EDITS, expected)

    @pytest.mark.parametrize("output_format", [f for f in SHOWS_EDITS if f not in FOR_PEOPLE])
    def test_nothing_else_on_stdout_whatever_happens(self, tree: Path, output_format: str) -> None:
        (tree / "a.py").write_bytes(b"import os\n")
        done = run("gone.py", "a.py", f"--output-format={output_format}", "-v", cwd=tree)
        assert done.returncode == 2
        assert b"error: gone.py: no such file or directory" in done.stderr
        if output_format == "junit":
            assert ET.fromstring(done.stdout).attrib["errors"] == "1"
        elif output_format == "github":
            assert done.stdout == b""
        else:
            json.loads(done.stdout)

    def test_in_the_configuration(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        (tree / "pyproject.toml").write_text('[tool.imp-migrate]\noutput-format = "concise"\n')
        lines = run("-q", cwd=tree).stdout.decode().splitlines()
        assert [line.split()[:2] for line in lines] == [
            ["a.py:1:1:", "IMP401"],
            ["a.py:2:1:", "IMP101"],
        ]

    def test_statistics_by_folder(self, tree: Path) -> None:
        (tree / "pkg").mkdir()
        (tree / "pkg" / "a.py").write_bytes(RELOAD)
        (tree / "b.py").write_bytes(MANUAL)
        done = run("--statistics", "--output-format=concise", cwd=tree)
        rows = [line.split() for line in done.stdout.decode().splitlines()]
        assert ["pkg", "2", "2", "0"] in rows
        assert [".", "2", "0", "2"] in rows
        assert done.stderr == b""
        done = run("--statistics", "--output-format=gitlab", cwd=tree)
        json.loads(done.stdout)
        assert b"\nfolder" in done.stderr


def test_help_names_the_options() -> None:
    out = run("--help").stdout.decode()
    for option in ("--report", "--baseline", "--write-baseline", "--add-noqa", *SHOWS_EDITS):
        assert option in out
    assert "--fix" not in out.replace("--fixes", "")


class TestDiff:
    def test_ends_with_the_spots_that_stay(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(MIXED)
        done = run("--diff", cwd=tree)
        lines = done.stderr.decode().splitlines()
        assert lines[0].startswith("a.py:1:1: IMP401 ")
        assert lines[1].startswith("a.py:3:1: IMP301 ")  # its line now, above which an import comes
        assert lines[2] == "Would rewrite 1 spot in 1 file; 2 left."
        assert done.stdout.startswith(b"--- a.py\n")
        assert b"IMP" not in done.stdout

    def test_says_so_when_quiet(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(MANUAL)
        done = run("--diff", "-q", cwd=tree)
        assert [line.split()[1] for line in done.stderr.decode().splitlines()] == [
            "IMP401",
            "IMP301",
        ]


class TestPage:
    @pytest.mark.parametrize("name", ["r.html", "r.md"])
    def test_beside_the_usual_report(self, tree: Path, name: str) -> None:
        text = b"import imp\n\n\ndef load(name, path):\n    return imp.load_source(name, path)\n"
        (tree / "a.py").write_bytes(text)
        usual = run("--output-format=json", cwd=tree)
        done = run("--output-format=json", f"--report={name}", cwd=tree)
        assert (done.returncode, done.stdout, done.stderr) == (1, usual.stdout, b"")
        page = (tree / name).read_text()
        assert "_load_source(" in page  # what the fix would add
        assert (tree / "a.py").read_bytes() == text

    def test_shows_fixes_whatever_the_format(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        run("--output-format=concise", "--report=r.md", cwd=tree)
        assert "\n-imp.reload(m)\n+importlib.reload(m)\n" in (tree / "r.md").read_text()

    def test_shows_what_has_been_rewritten(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        assert run("--write", "--report=r.md", cwd=tree).returncode == 0
        page = (tree / "r.md").read_text()
        assert "- **2** rewritten" in page
        assert "\n-imp.reload(m)\n+importlib.reload(m)\n" in page

    def test_of_standard_input(self, tree: Path) -> None:
        done = run("-", "--report=r.md", "-q", cwd=tree, stdin=RELOAD)
        assert done.returncode == 1
        assert "+importlib.reload(m)" in (tree / "r.md").read_text()

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--report=r.txt"], "argument --report: 'r.txt' must end with .html or .md"),
            (["--report=none/r.md"], "none/r.md: cannot write the report: no such file"),
            (["--report=r.md", "--diff"], "--report shows what --diff would"),
        ],
    )
    def test_faults(self, tree: Path, options: list[str], said: str) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        done = run(*options, cwd=tree)
        assert done.returncode == 2
        assert said in done.stderr.decode()
        assert b"Traceback" not in done.stderr


class TestLittleByLittle:
    def test_baseline(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        (tree / "b.py").write_bytes(MANUAL)
        written = run("--write-baseline=known.json", cwd=tree)
        assert (written.returncode, written.stderr) == (0, b"")
        assert written.stdout.decode().splitlines() == [
            "No other use of imp needs migrating.",
            "4 spots known from the baseline.",
        ]
        (tree / "a.py").write_bytes(b"# new\n" + RELOAD + b"imp.get_tag()\n")
        done = run("--baseline=known.json", "--output-format=concise", cwd=tree)
        assert done.returncode == 1
        first, *rest = done.stdout.decode().splitlines()
        assert first.startswith("a.py:4:1: IMP104 ")
        assert rest[:2] == ["Found 1 spot in 1 file.", "4 spots known from the baseline."]
        as_json = run("--baseline=known.json", "--output-format=json", cwd=tree)
        assert [entry["code"] for entry in json.loads(as_json.stdout)] == ["IMP104"]

    def test_what_is_gone_is_told(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        run("--write-baseline=known.json", cwd=tree)
        (tree / "a.py").write_bytes(b"import os\n")
        done = run("--baseline=known.json", cwd=tree)
        assert done.returncode == 0
        assert done.stderr.decode().splitlines() == [
            "note: 2 spots are in known.json but no longer there;"
            " --write-baseline known.json forgets them"
        ]

    def test_writing_goes_on(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(MIXED)
        run("--write-baseline=known.json", cwd=tree)
        done = run("--write", "--baseline=known.json", cwd=tree)
        assert done.returncode == 0
        assert b"importlib.reload(m)" in (tree / "a.py").read_bytes()
        assert done.stdout.decode().splitlines()[0] == "Rewrote 1 spot in 1 file; 0 left."

    def test_of_standard_input(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        run("--write-baseline=known.json", cwd=tree)
        options = ("-", "--stdin-filename=a.py", "--baseline=known.json")
        assert run(*options, cwd=tree, stdin=RELOAD).returncode == 0
        assert run(*options, cwd=tree, stdin=RELOAD + b"imp.get_tag()\n").returncode == 1

    def test_add_noqa(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        (tree / "b.py").write_bytes(MANUAL)
        done = run("--add-noqa", cwd=tree)
        assert done.returncode == 0
        assert done.stdout.decode().splitlines() == [
            "No other use of imp needs migrating.",
            "4 spots silenced with a new noqa comment.",
        ]
        assert (tree / "a.py").read_bytes() == (
            b"import imp  # noqa: IMP401\nimp.reload(m)  # noqa: IMP101\n"
        )
        assert run(cwd=tree).returncode == 0

    def test_add_noqa_to_what_is_new(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        run("--write-baseline=known.json", cwd=tree)
        (tree / "a.py").write_bytes(RELOAD + b"imp.get_tag()\n")
        assert run("--add-noqa", "--baseline=known.json", cwd=tree).returncode == 0
        assert (tree / "a.py").read_bytes() == RELOAD + b"imp.get_tag()  # noqa: IMP104\n"

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--baseline=none.json"], "error: none.json: no such baseline"),
            (["--baseline=a.py"], "error: a.py: not a baseline"),
            (["--write-baseline=none/k.json"], "none/k.json: cannot write the baseline"),
            (["--write-baseline=k.json", "--diff"], "which --diff does not change"),
            (["--write-baseline=k.json", "--baseline=k.json"], "not allowed with argument"),
            (["--add-noqa", "--write"], "not allowed with argument --add-noqa"),
        ],
    )
    def test_faults(self, tree: Path, options: list[str], said: str) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        done = run("a.py", *options, cwd=tree)
        assert done.returncode == 2
        assert said in done.stderr.decode()
        assert b"Traceback" not in done.stderr
        assert (tree / "a.py").read_bytes() == RELOAD

    @pytest.mark.parametrize("option", ["--add-noqa", "--write-baseline=k.json"])
    def test_not_for_standard_input(self, option: str) -> None:
        done = run("-", option, stdin=RELOAD)
        assert done.returncode == 2
        assert b"need files, not standard input" in done.stderr


class TestWhatOtherToolsCallThem:
    def said(self, done: subprocess.CompletedProcess[bytes]) -> list[str]:
        return done.stderr.decode().splitlines()

    def test_fix(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        done = run("--fix", cwd=tree)
        assert done.returncode == 0
        assert self.said(done) == ["note: --fix is --write here"]
        assert (tree / "a.py").read_bytes() == b"import importlib\nimportlib.reload(m)\n"

    def test_check(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        done = run("--check", cwd=tree)
        assert done.returncode == 1
        assert self.said(done) == ["note: --check is the default here"]
        assert (tree / "a.py").read_bytes() == RELOAD
        assert run("--check", "-q", cwd=tree).stderr == b""

    @pytest.mark.parametrize("other", ["--write", "--diff", "--fix"])
    def test_not_both(self, tree: Path, other: str) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        done = run("--check", other, cwd=tree)
        assert done.returncode == 2
        assert "not allowed with argument --check" in self.said(done)[0]
        assert (tree / "a.py").read_bytes() == RELOAD

    @pytest.mark.parametrize(
        ("mistyped", "meant"),
        [
            ("--wirte", "--write"),
            ("--staistics", "--statistics"),
            ("--outputformat=json", "--output-format"),
            ("--format=json", "--output-format"),
            ("--fromat", "--output-format"),
            ("--sel", "--select"),
            ("--dry-run", "--diff"),
            ("--in-place", "--write"),
        ],
    )
    def test_suggestions(
        self, mistyped: str, meant: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as raised:
            parse_arguments(["a.py", mistyped])
        assert raised.value.code == 2
        name = mistyped.partition("=")[0]
        (line, _) = capsys.readouterr().err.splitlines()
        assert line == f"imp-migrate: error: unknown option {name}; did you mean {meant}?"

    def test_none_where_nothing_is_close(self) -> None:
        assert unknown_option("--zzz=1", ["--write", "--diff"]) == "unknown option --zzz"

    def test_options_between_paths(self) -> None:
        arguments = parse_arguments(["a.py", "--diff", "b.py", "-q", "--", "-c.py"])
        assert arguments.paths == ["a.py", "b.py", "-c.py"]
        assert arguments.diff
        assert arguments.quiet
