"""The real command, in a process of its own."""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import imp_migrate
from imp_migrate import Options, cli
from imp_migrate.registry import rules
from imp_migrate.run import runner
from imp_migrate.run.results import Mode

from . import command
from .command import run
from .privileges import public_folder, unprivileged

LOST = b"1 file no longer runs on Python 2; what is written needs Python 3.8 or later.\n"
RELOAD = b"import imp\nimp.reload(m)\n"
RELOADED = b"import importlib\nimportlib.reload(m)\n"
MANUAL = b"import imp\nimp.acquire_lock\n"  # not called: nothing can be said for it
CLEAN = b"import os\n"
PYTHON_2 = b"import imp\nprint 'x'\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """An empty folder."""
    tree = tmp_path / "tree"
    tree.mkdir()
    return tree


@pytest.fixture(scope="module")
def unsafe() -> bytes:
    """A program with a use that only `--unsafe-fixes` rewrites."""
    program = b"import imp\nprint(f'{imp.reload(m)=}')\n"
    (_, found) = runner.process_bytes(program, "a.py", Options(), Mode.CHECK).findings
    assert found.applicability is not None
    assert found.applicability.value == "unsafe"
    return program


def entries(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    """What the JSON report says; that is all there is on stdout."""
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


class TestExitStatus:
    @pytest.mark.parametrize(
        ("content", "options", "status"),
        [
            (CLEAN, [], 0),
            (RELOAD, [], 1),
            (RELOAD, ["--diff"], 1),
            (RELOAD, ["--write"], 0),
            (MANUAL, ["--write"], 1),
            (MANUAL, ["--diff"], 1),
            (CLEAN, ["--write"], 0),
            (CLEAN, ["--diff"], 0),
            (RELOAD, ["--exit-zero"], 0),
            (RELOAD, ["--diff", "--exit-zero"], 0),
            (MANUAL, ["--write", "--exit-zero"], 0),
            (PYTHON_2, [], 1),
            (PYTHON_2, ["--write"], 1),
            (RELOAD, ["--ignore=IMP"], 0),
            (RELOAD, ["--select=IMP6"], 2),
            (RELOAD, ["gone.py"], 2),
            (RELOAD, ["gone.py", "--exit-zero"], 2),
            (RELOAD, ["--nonsense"], 2),
        ],
    )
    def test_status(self, tree: Path, content: bytes, options: list[str], status: int) -> None:
        (tree / "a.py").write_bytes(content)
        assert run("a.py", *options, cwd=tree).returncode == status

    @pytest.mark.parametrize(
        ("promise", "options", "warned"),
        [
            (">=2.7", ["--write"], True),
            (">=3.6", ["--diff"], True),
            (">=3.6", [], False),  # nothing is rewritten
            (">=3.6", ["--write", "--quiet"], False),
            (">=3.6", ["--write", "--target-version=py38"], False),
            (">=3.8", ["--write"], False),
        ],
    )
    def test_a_promise_that_cannot_be_kept(
        self, tree: Path, promise: str, options: list[str], warned: bool
    ) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        (tree / "pyproject.toml").write_text(f"[project]\nrequires-python = '{promise}'\n")
        said = run("a.py", *options, cwd=tree).stderr.decode()
        version = promise.removeprefix(">=")
        warning = (
            f"warning: requires-python admits Python {version}, but what is rewritten needs"
            " Python 3.8 or newer"
        )
        assert (warning in said) is warned

    def test_nothing_there(self, tree: Path) -> None:
        done = run(cwd=tree)
        assert done.returncode == 0
        assert b"warning: no Python files found" in done.stderr

    def test_broken_configuration(self, tree: Path) -> None:
        (tree / "pyproject.toml").write_text("[tool.imp-migrate]\ncolour = 'red'\n")
        done = run(cwd=tree)
        assert done.returncode == 2
        assert b"tool.imp-migrate.colour: unknown setting" in done.stderr
        assert b"Traceback" not in done.stderr

    def test_broken_configuration_of_another_folder(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        (tree / "setup.cfg").touch()  # the root of a project
        (tree / "other").mkdir()
        (tree / "other" / "pyproject.toml").write_text("[tool.imp-migrate]\ncolour = 'red'\n")
        done = run("a.py", cwd=tree)
        assert done.returncode == 1 and done.stderr == b""


class TestModes:
    def test_check_changes_nothing(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        done = run(cwd=tree)
        assert (tree / "a.py").read_bytes() == RELOAD
        assert done.stderr == b""
        lines = done.stdout.decode().splitlines()
        assert lines[0].startswith("a.py:1:1 IMP401 ")
        assert any(line.startswith("a.py:2:1 IMP101 ") for line in lines)
        assert lines[-2:] == ["Found 2 spots in 1 file.", "2 rewritable with --write."]

    def test_write(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        (tree / "b.py").write_bytes(MANUAL)
        (tree / "c.py").write_bytes(CLEAN)
        done = run("--write", cwd=tree)
        assert (tree / "a.py").read_bytes() == RELOADED
        assert (tree / "b.py").read_bytes() == MANUAL
        assert b"a.py" not in done.stdout
        assert b"b.py:2:1 " in done.stdout
        assert b"Rewrote 2 spots in 1 file; 2 left." in done.stdout
        assert sorted(os.listdir(tree)) == ["a.py", "b.py", "c.py"]

    def test_write_twice(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        run("--write", cwd=tree)
        before = (tree / "a.py").stat()
        done = run("--write", cwd=tree)
        assert done.stdout == b"No use of imp needs migrating.\n"
        after = (tree / "a.py").stat()
        assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)

    def test_positions_of_what_is_left_are_those_in_the_new_text(self, tree: Path) -> None:
        text = b"import imp\n\n\nimp.reload(a)\nimp.acquire_lock\n"
        (tree / "a.py").write_bytes(text)
        done = run("--write", "--output-format=json", cwd=tree)
        lines = (tree / "a.py").read_text().splitlines()
        left = [e for e in entries(done) if e["status"] == "manual" and "lock" in e["message"]]
        assert len(left) == 1
        row = left[0]["location"]["row"]
        assert row > 5
        assert lines[row - 1] == "imp.acquire_lock"

    def test_diff(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        done = run("--diff", cwd=tree)
        assert (tree / "a.py").read_bytes() == RELOAD
        assert done.stdout == (
            b"--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n-import imp\n-imp.reload(m)\n"
            b"+import importlib\n+importlib.reload(m)\n"
        )
        assert done.stderr == b"Would rewrite 2 spots in 1 file; 0 left.\n" + LOST

    def test_diff_is_what_write_does(self, tree: Path) -> None:
        if shutil.which("patch") is None:
            pytest.skip("needs patch")
        crlf = RELOAD.replace(b"\n", b"\r\n")
        latin = b"# coding: latin-1\n# \xe9\n" + RELOAD
        for name, content in {"a.py": RELOAD, "sub/b c.py": crlf, "d.py": latin}.items():
            path = tree / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        other = tree.parent / "other"
        shutil.copytree(tree, other)
        diff = run("--diff", cwd=tree).stdout
        subprocess.run(["patch", "-p0", "--binary", "-s"], input=diff, cwd=other, check=True)
        run("--write", cwd=tree)
        for path in tree.rglob("*.py"):
            assert (other / path.relative_to(tree)).read_bytes() == path.read_bytes()

    def test_unsafe_fixes(self, tree: Path, unsafe: bytes) -> None:
        (tree / "a.py").write_bytes(unsafe)
        done = run("--write", cwd=tree)
        assert done.returncode == 1
        assert b"2 more with --unsafe-fixes." in done.stdout
        assert (tree / "a.py").read_bytes() == unsafe
        assert run("--write", "--unsafe-fixes", cwd=tree).returncode == 0
        assert b"importlib.reload(m)=" in (tree / "a.py").read_bytes()

    def test_no_helpers(self, tree: Path) -> None:
        text = b"import imp\nimp.load_source('a', 'b')\n"
        (tree / "a.py").write_bytes(text)
        done = run("--write", "--no-helpers", cwd=tree)
        assert done.returncode == 1
        assert b"def " not in (tree / "a.py").read_bytes()

    def test_ignored_helper_takes_no_import(self, tmp_path: Path) -> None:
        """The import may be replaced under its name only if that brings nothing ignored."""
        text = "from imp import load_source, reload\nreload(load_source('a', 'b'))\n"
        (tmp_path / "a.py").write_text(text)
        done = run("--write", "--ignore=IMP207", "a.py", cwd=tmp_path)
        assert done.returncode == 1
        left = (tmp_path / "a.py").read_text()
        assert "from imp import load_source\n" in left
        assert "def load_source" not in left

    def test_select_and_ignore(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        for options in (["--select=IMP1"], ["--ignore", "IMP4"], ["--select", "ALL,IMP1"]):
            done = run(*options, "--output-format=json", cwd=tree)
            codes = {entry["code"] for entry in entries(done)}
            assert "IMP101" in codes
            assert ("IMP401" in codes) == ("ALL" in options[-1])

    def test_nothing_is_said_about_rules_that_were_not_asked(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(b"import imp\n")
        done = run("--select=IMP101", cwd=tree)
        assert done.stdout.decode() == "No use of imp needs migrating, by the rules selected.\n"

    def test_noqa(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(b"import imp  # noqa: IMP4\nimp.reload(m)  # noqa: IMP101\n")
        done = run("--write", cwd=tree)
        assert done.returncode == 0
        assert done.stdout.decode().splitlines() == [
            "No other use of imp needs migrating.",
            "2 spots silenced by a noqa comment.",
        ]
        assert b"imp.reload(m)  # noqa: IMP101" in (tree / "a.py").read_bytes()

    def test_noqa_for_other_linters(self, tree: Path) -> None:
        text = b"# flake8: noqa\nimport imp  # noqa\nx = imp.reload(m)  # NOQA\n"
        (tree / "a.py").write_bytes(text)
        assert run("--write", cwd=tree).returncode == 0
        assert b"x = importlib.reload(m)  # NOQA\n" in (tree / "a.py").read_bytes()

    def test_target_version(self, tree: Path) -> None:
        (tree / "pyproject.toml").write_text("[project]\nrequires-python = '>=3.11'\n")
        (tree / "a.py").write_bytes(RELOAD)
        assert b"target version: py311" in run("-v", cwd=tree).stderr
        done = run("-v", "--target-version=py39", cwd=tree)
        assert b"target version: py39" in done.stderr


class TestStandardInput:
    def test_check(self, tree: Path) -> None:
        done = run("-", "--stdin-filename=some/name.py", stdin=RELOAD, cwd=tree)
        assert done.returncode == 1
        assert done.stdout.startswith(b"some/name.py:1:1 IMP401 ")

    def test_without_a_name(self) -> None:
        assert run("-", stdin=RELOAD).stdout.startswith(b"-:1:1 IMP401 ")
        (entry, *_) = entries(run("-", "--output-format=json", stdin=RELOAD))
        assert entry["filename"] == "-"

    @pytest.mark.parametrize("content", [RELOAD, RELOAD.replace(b"\n", b"\r\n") + b"# \xc3\xa9"])
    def test_write(self, content: bytes) -> None:
        done = run("-", "--write", stdin=content)
        changed = content.replace(b"import imp", b"import importlib")
        assert done.stdout == changed.replace(b"imp.reload", b"importlib.reload")
        assert done.returncode == 0
        assert done.stderr == b"Rewrote 2 spots in 1 file; 0 left.\n" + LOST

    @pytest.mark.parametrize(
        ("content", "status"),
        [(b"", 0), (CLEAN, 0), (MANUAL, 1), (PYTHON_2, 1), (b"import imp # \xff\r\n\0", 1)],
    )
    def test_write_passes_on_what_it_leaves_alone(self, content: bytes, status: int) -> None:
        done = run("-", "--write", "-q", stdin=content)
        assert done.stdout == content
        assert done.returncode == status

    def test_write_reports_on_stderr(self) -> None:
        done = run("-", "--write", "--output-format=json", stdin=MANUAL)
        assert done.stdout == MANUAL
        assert {entry["status"] for entry in json.loads(done.stderr)} == {"manual"}

    def test_diff(self, tree: Path) -> None:
        done = run("-", "--diff", "--stdin-filename=a.py", stdin=RELOAD, cwd=tree)
        assert done.stdout.startswith(b"--- a.py\n+++ a.py\n")

    def test_configuration_of_the_named_file(self, tree: Path) -> None:
        (tree / "pyproject.toml").write_text("[tool.imp-migrate]\nignore = ['IMP']\n")
        assert run("-", f"--stdin-filename={tree}/a.py", stdin=RELOAD).returncode == 0


class TestReports:
    def test_json(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        done = run("a.py", "--output-format=json", cwd=tree)
        assert done.stderr == b""
        imported, reload = entries(done)
        assert reload["filename"] == str(tree / "a.py")
        assert (reload["code"], reload["member"], reload["status"]) == (
            "IMP101",
            "reload",
            "rewritable",
        )
        assert reload["location"] == {"row": 2, "column": 1}
        assert reload["end_location"] == {"row": 2, "column": 11}
        assert reload["fix"]["applicability"] == "safe"
        assert reload["url"] == rules()["IMP101"].url
        assert imported["code"] == "IMP401"

    def test_json_edits_make_the_migrated_text(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        (imported, _) = entries(run("--output-format=json", cwd=tree))
        lines = RELOAD.decode().splitlines(keepends=True)
        starts = [0, len(lines[0])]
        text = RELOAD.decode()

        def offset(place: dict[str, int]) -> int:
            return starts[place["row"] - 1] + place["column"] - 1

        for edit in reversed(imported["fix"]["edits"]):
            start, end = offset(edit["location"]), offset(edit["end_location"])
            text = text[:start] + edit["content"] + text[end:]
        assert text.encode() == RELOADED

    def test_json_tells_what_was_rewritten(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        done = run("--write", "--output-format=json", cwd=tree)
        assert done.returncode == 0
        assert [(e["code"], e["status"]) for e in entries(done)] == [
            ("IMP401", "rewritten"),
            ("IMP101", "rewritten"),
        ]
        assert all(entry["fix"]["edits"] for entry in entries(done))

    def test_json_of_what_could_not_be_written_is_that_of_a_report(self, tree: Path) -> None:
        """A file that stays as it is is reported as it is, with what lies around it."""
        (tree / "a.py").write_bytes(b"from imp import reload\n\n\ndef again(m):\n    reload(m)\n")
        (tree / "b.py").write_bytes(b"from a import reload\n\nreload(m)\n")
        (tree / "a.py").chmod(0o444)
        written = run("--write", "--output-format=json", ".", cwd=tree)
        assert b"read-only" in written.stderr
        reported = [
            {**entry, "edits": (entry["fix"] or {}).get("edits")}
            for entry in entries(run("--output-format=json", ".", cwd=tree))
            if Path(entry["filename"]).name == "a.py"
        ]
        assert reported == [
            {**entry, "edits": (entry["fix"] or {}).get("edits")}
            for entry in entries(written)
            if Path(entry["filename"]).name == "a.py"
        ]
        assert any(entry["edits"] for entry in reported)

    @pytest.mark.parametrize("output_format", ["json", "sarif"])
    def test_machines_get_a_document_whatever_happens(self, tree: Path, output_format: str) -> None:
        (tree / "a.py").write_bytes(CLEAN)
        done = run("gone.py", "a.py", f"--output-format={output_format}", "-v", cwd=tree)
        assert done.returncode == 2
        json.loads(done.stdout)
        assert b"error: gone.py: no such file or directory" in done.stderr

    def test_github(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        lines = run("--output-format=github", cwd=tree).stdout.decode().splitlines()
        assert len(lines) == 2
        assert all(line.startswith("::error title=imp-migrate (IMP") for line in lines)

    def test_all_formats_say_the_same(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD + MANUAL + b"def f(imp): imp.x\n")
        (tree / "b.py").write_bytes(PYTHON_2)
        told = {}
        for output_format in ("json", "sarif", "text", "github"):
            out = run(f"--output-format={output_format}", cwd=tree).stdout.decode()
            if output_format == "json":
                places = [
                    (e["filename"], *e["location"].values(), e["code"], e["message"])
                    for e in json.loads(out)
                ]
                told["json"] = {
                    f"{Path(name).name}:{row}:{column} {code} {message}"
                    for name, column, row, code, message in places
                }
            elif output_format == "sarif":
                told["sarif"] = set()
                for result in json.loads(out)["runs"][0]["results"]:
                    place = result["locations"][0]["physicalLocation"]
                    region = place["region"]
                    told["sarif"].add(
                        f"{place['artifactLocation']['uri']}:{region['startLine']}"
                        f":{region['startColumn']} {result['ruleId']} {result['message']['text']}"
                    )
            elif output_format == "text":
                told["text"] = {line for line in out.splitlines() if ".py:" in line}
            else:
                told["github"] = {
                    line.split("::", 2)[2].split("%0A")[0].replace(": IMP", " IMP", 1)
                    for line in out.splitlines()
                }
        assert told["json"]
        assert told["json"] == told["sarif"] == told["text"] == told["github"]

    def test_statistics(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        assert b"code    total  rewritable  rule\n" in run("--statistics", cwd=tree).stdout
        done = run("--statistics", "--output-format=json", cwd=tree)
        json.loads(done.stdout)
        assert b"code    total" in done.stderr

    def test_quiet(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        done = run("-q", cwd=tree)
        assert b"IMP101" in done.stdout
        assert b"Found" not in done.stdout
        (tree / "a.py").write_bytes(CLEAN)
        assert run("-q", cwd=tree).stdout == b""

    def test_verbose_tells_of_silences_and_of_what_was_rewritten(self, tree: Path) -> None:
        guarded = b"import sys\nif sys.version_info < (3, 4):\n    import imp\n    imp.reload\n"
        (tree / "a.py").write_bytes(guarded)
        (tree / "b.py").write_bytes(RELOAD)
        os.symlink("../outside.py", tree / "link.py")
        (tree.parent / "outside.py").touch()
        done = run("--write", "-v", cwd=tree)
        said = done.stderr.decode()
        assert "a.py:3:5 " in said
        assert "a.py:4:5 reload: " in said
        assert "b.py:2:1 IMP101 " in said
        assert "(rewritten)" in said
        assert "link.py: skipped, a link to a file outside the given paths" in said
        assert "configuration: none" in said
        assert b"a.py" not in done.stdout

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
    def test_any_encoding_of_the_terminal(self, tree: Path, encoding: str) -> None:
        name = os.fsdecode("漢".encode() + b"\xe9.py")
        (tree / name).write_bytes("x = '漢'; import imp\n".encode())
        for options in ([], ["--output-format=github"], ["--output-format=json"], ["--diff"]):
            done = run(*options, cwd=tree, PYTHONIOENCODING=encoding)
            assert done.returncode == 1
            assert b"Traceback" not in done.stderr

    def test_no_colors_without_a_terminal(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        for options in ([], ["--diff"]):
            done = run(*options, cwd=tree, TERM="xterm")
            assert b"\x1b" not in done.stdout + done.stderr

    @pytest.mark.parametrize(
        ("options", "environ", "colored"),
        [
            ([], {"FORCE_COLOR": "1"}, True),
            ([], {"FORCE_COLOR": ""}, False),
            ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
            (["--color=always"], {"NO_COLOR": "1"}, True),
            (["--color=never"], {"FORCE_COLOR": "1"}, False),
            (["--color=auto"], {}, False),
        ],
    )
    @pytest.mark.parametrize("mode", [[], ["--diff"]])
    def test_colors_where_they_are_asked_for(
        self,
        tree: Path,
        options: list[str],
        environ: dict[str, str],
        colored: bool,
        mode: list[str],
    ) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        done = run(*options, *mode, cwd=tree, **environ)
        assert (b"\x1b[" in done.stdout) is colored
        plain = run(*mode, cwd=tree).stdout
        assert re.sub(rb"\x1b\[\d*m", b"", done.stdout) == plain

    def test_no_colors_for_machines(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        assert b"\x1b" not in run("--color=always", "--output-format=json", cwd=tree).stdout

    @pytest.mark.parametrize("no_color", ["", "1"])
    def test_colors_on_a_terminal(self, tree: Path, no_color: str) -> None:
        pty = pytest.importorskip("pty")
        (tree / "a.py").write_bytes(RELOAD)
        parent, child = pty.openpty()
        environment = command.environment(NO_COLOR=no_color, TERM="xterm")
        with subprocess.Popen(
            command.arguments(), stdout=child, stderr=child, cwd=tree, env=environment
        ) as process:
            os.close(child)
            out = b""
            with contextlib.suppress(OSError):  # how Linux says that nothing more comes
                while chunk := os.read(parent, 4096):
                    out += chunk
        os.close(parent)
        assert process.returncode == 1
        assert b"IMP101" in out
        assert (b"\x1b[" in out) == (not no_color)


class TestInformation:
    def test_version(self) -> None:
        assert run("--version").stdout.decode() == f"imp-migrate {imp_migrate.__version__}\n"

    def test_list_rules(self) -> None:
        lines = run("--list-rules").stdout.decode().splitlines()
        assert [line.split()[0] for line in lines] == list(rules())

    @pytest.mark.parametrize("code", ["IMP101", "imp101"])
    def test_explain(self, code: str) -> None:
        out = run("--explain", code).stdout.decode()
        assert out.startswith("# imp-reload (IMP101)\n")
        assert rules()["IMP101"].documentation in out

    @pytest.mark.parametrize("name", ["imp-reload", "Imp-Reload"])
    def test_explain_by_name(self, name: str) -> None:
        assert run("--explain", name).stdout == run("--explain", "IMP101").stdout

    def test_explain_every_rule(self, capsys: pytest.CaptureFixture[str]) -> None:
        for code in rules():
            assert cli.main(["--explain", code]) == 0
            assert code in capsys.readouterr().out

    def test_explain_what_there_is_not(self) -> None:
        done = run("--explain", "IMP999")
        assert done.returncode == 2
        assert done.stderr == b"error: there is no rule 'IMP999' (see --list-rules)\n"

    def test_help_names_every_option_of_the_contract(self) -> None:
        out = run("--help").stdout.decode()
        for option in [
            "--write",
            "--diff",
            "--unsafe-fixes",
            "--no-helpers",
            "--target-version",
            "--select",
            "--ignore",
            "--output-format",
            "--stdin-filename",
            "--exclude",
            "--extend-exclude",
            "--no-respect-gitignore",
            "-j",
            "--statistics",
            "-q",
            "-v",
            "--exit-zero",
            "--version",
            "--explain",
            "--list-rules",
        ]:
            assert option in out

    def test_unknown_codes_are_refused(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        for option in ("--select=IMP6", "--ignore=IMP199"):
            done = run(option, cwd=tree)
            assert done.returncode == 2
            assert b"no rule has a code that begins with IMP" in done.stderr


class TestBadInput:
    def test_the_run_goes_on(self, tree: Path) -> None:
        """Everything that can be wrong with a file, and one that is right, in one run."""
        (tree / "a.py").write_bytes(RELOAD)
        (tree / "python2.py").write_bytes(PYTHON_2)
        (tree / "nul.py").write_bytes(b"import imp\0\n")
        (tree / "cookie.py").write_bytes(b"# coding: klingon\nimport imp\n")
        (tree / "bytes.py").write_bytes(b"import imp\n# \xff\n")
        (tree / "deep.py").write_bytes(b"import imp\n" + b"(" * 3000 + b")" * 3000)
        (tree / "empty.py").touch()
        (tree / "long.py").write_bytes(RELOAD + b"x = 1\n" * 20_000)
        os.symlink("nowhere.py", tree / "broken.py")
        os.symlink("loop.py", tree / "loop.py")
        os.mkfifo(tree / "pipe.py")
        done = run("--write", "--output-format=json", cwd=tree)
        assert done.returncode == 1
        assert done.stderr.decode().splitlines() == [
            "warning: broken.py: broken symbolic link",
            "warning: loop.py: symbolic link loop",
        ]
        assert (tree / "a.py").read_bytes() == RELOADED
        codes = {Path(e["filename"]).name: e["code"] for e in entries(done)}
        assert {name: codes[name] for name in codes if codes[name].startswith("IMP9")} == {
            "python2.py": "IMP901",
            "nul.py": "IMP901",
            "cookie.py": "IMP902",
            "bytes.py": "IMP902",
            "deep.py": "IMP904",
        }

    def test_python_2_is_named(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(PYTHON_2)
        done = run(cwd=tree)
        assert done.returncode == 1
        assert b"a.py:2:1 IMP901" in done.stdout
        assert b"Python 2" in done.stdout

    def test_read_only_file(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        (tree / "a.py").chmod(0o444)
        (tree / "b.py").write_bytes(RELOAD)
        done = run("--write", "--output-format=json", cwd=tree)
        assert done.returncode == 2
        assert done.stderr == b"error: a.py: cannot write: the file is read-only\n"
        assert (tree / "a.py").read_bytes() == RELOAD
        assert (tree / "b.py").read_bytes() == RELOADED
        # What could not be written is reported as it still stands.
        assert [(Path(e["filename"]).name, e["status"]) for e in entries(done)] == [
            ("a.py", "rewritable"),
            ("a.py", "rewritable"),
            ("b.py", "rewritten"),
            ("b.py", "rewritten"),
        ]

    def test_link_out_of_the_given_paths(self, tree: Path) -> None:
        outside = tree.parent / "outside.py"
        outside.write_bytes(RELOAD)
        os.symlink(outside, tree / "a.py")
        assert run("--write", cwd=tree).returncode == 0
        assert outside.read_bytes() == RELOAD

    def test_link_inside(self, tree: Path) -> None:
        (tree / "real.txt").write_bytes(RELOAD)
        os.symlink("real.txt", tree / "a.py")
        assert run("--write", cwd=tree).returncode == 0
        assert (tree / "real.txt").read_bytes() == RELOADED
        assert (tree / "a.py").is_symlink()

    def test_hard_link(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        os.link(tree / "a.py", tree.parent / "other")
        done = run("--write", cwd=tree)
        assert b"note: a.py: its other hard links keep the old text" in done.stderr
        assert (tree.parent / "other").read_bytes() == RELOAD

    def test_unreadable(self, capsys: pytest.CaptureFixture[str]) -> None:
        with public_folder() as folder:
            (folder / "a.py").write_bytes(RELOAD)
            cli.main([str(folder)])  # loads the modules, which nobody could not read, perhaps
            capsys.readouterr()
            (folder / "secret.py").write_bytes(RELOAD)
            (folder / "secret.py").chmod(0)
            (folder / "closed").mkdir(mode=0)
            with unprivileged():
                status = cli.main([str(folder)])
            said = capsys.readouterr()
        assert status == 2
        assert sorted(said.err.splitlines()) == [
            f"error: {folder}/closed: permission denied",
            f"error: {folder}/secret.py: permission denied",
        ]
        assert f"{folder}/a.py:1:1 IMP401" in said.out

    @pytest.mark.parametrize(
        ("event", "said"), [("change", "changed while"), ("delete", "no such file or directory")]
    )
    def test_changed_while_running(
        self,
        tree: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        event: str,
        said: str,
    ) -> None:
        for name in ("a.py", "b.py"):
            (tree / name).write_bytes(RELOAD)
        process = runner.process

        def meanwhile(found: Any, **kwargs: Any) -> Any:
            result = process(found, **kwargs)
            if found.target.endswith("a.py"):
                (tree / "a.py").unlink()
                if event == "change":
                    (tree / "a.py").write_bytes(MANUAL)
            return result

        monkeypatch.setattr(runner, "process", meanwhile)
        assert cli.main(["--write", str(tree)]) == 2
        assert said in capsys.readouterr().err
        assert (tree / "b.py").read_bytes() == RELOADED
        assert event == "delete" or (tree / "a.py").read_bytes() == MANUAL

    def test_internal_error(
        self, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        from imp_migrate import migration

        (tree / "a.py").write_bytes(RELOAD + b"# trouble\n")
        (tree / "b.py").write_bytes(RELOAD)
        real = migration.migrate_source

        def sometimes(source: Any, options: Any) -> Any:
            if "trouble" in source.text:
                raise RuntimeError("a bug")
            return real(source, options)

        monkeypatch.setattr(migration, "migrate_source", sometimes)
        monkeypatch.chdir(tree)
        assert cli.main(["--write", "-v"]) == 2
        said = capsys.readouterr().err
        assert "error: a.py: internal error, the file is left alone: RuntimeError: a bug" in said
        assert "Traceback" in said, "-v shows where it comes from"
        assert (tree / "a.py").read_bytes().endswith(b"# trouble\n")
        assert (tree / "b.py").read_bytes() == RELOADED

    def test_full_disk(self, tree: Path) -> None:
        disk = tree / "disk"
        disk.mkdir()
        try:
            mount = ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(disk)]
            subprocess.run(mount, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("cannot mount a small disk here")
        try:
            content = RELOAD + b"# " + b"x" * 20_000
            (disk / "a.py").write_bytes(content)
            (tree / "b.py").write_bytes(RELOAD)
            done = run("--write", cwd=tree)
            assert done.returncode == 2
            assert b"disk/a.py: cannot write: no space left on device" in done.stderr
            assert (disk / "a.py").read_bytes() == content
            assert os.listdir(disk) == ["a.py"]
            assert (tree / "b.py").read_bytes() == RELOADED
        finally:
            subprocess.run(["umount", str(disk)], check=True)

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
    @pytest.mark.parametrize("options", [[], ["--diff"], ["--list-rules"], ["-", "--write"]])
    def test_output_that_cannot_be_written(self, tree: Path, options: list[str]) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                command.arguments(*options),
                stdin=subprocess.DEVNULL,
                stdout=full,
                stderr=subprocess.PIPE,
                cwd=tree,
                env=command.environment(),
                check=False,
            )
        assert done.returncode == 2
        assert b"cannot write the output: No space left on device" in done.stderr
        assert b"Traceback" not in done.stderr

    def test_reader_that_leaves(self, tree: Path) -> None:
        for number in range(40):
            (tree / f"m{number}.py").write_bytes(RELOAD + b"imp.reload(m)\n" * 20)
        with subprocess.Popen(
            command.arguments(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tree,
            env=command.environment(),
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.readline()
            process.stdout.close()
            said = process.stderr.read()
        assert process.returncode == 1
        assert said == b""


class TestManyFiles:
    @pytest.fixture
    def many(self, tree: Path) -> Path:
        for number in range(60):
            (tree / f"m{number:02}.py").write_bytes(RELOAD)
        return tree

    def test_processes_make_no_difference(self, many: Path) -> None:
        (many / "m30.py").write_bytes(PYTHON_2)
        one = run("-j1", "--output-format=json", cwd=many)
        two = run("-j2", "--output-format=json", cwd=many)
        assert one.stdout == two.stdout
        assert len(entries(one)) == 59 * 2 + 1

    def test_write_with_processes(self, many: Path) -> None:
        assert run("-j2", "--write", cwd=many).returncode == 0
        assert {path.read_bytes() for path in many.iterdir()} == {RELOADED}

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    @pytest.mark.parametrize("jobs", ["1", "2"])
    @pytest.mark.parametrize("delay", [0, 0.1, 0.3])
    def test_interrupted(self, many: Path, number: signal.Signals, jobs: str, delay: float) -> None:
        # Enough work that it cannot be done before the signal comes.
        for path in many.iterdir():
            path.write_bytes(RELOAD + b"def f(x): return [x, {x: (x, x)}]\n" * 3_000)
        with subprocess.Popen(
            command.arguments("--write", "-v", "-j", jobs),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=many,
            env=command.environment(),
            start_new_session=True,
            # A shell lets what it starts in the background ignore SIGINT, nohup SIGHUP.
            preexec_fn=functools.partial(signal.signal, number, signal.SIG_DFL),
        ) as process:
            assert process.stderr is not None
            process.stderr.readline()  # it has started
            time.sleep(delay)
            os.killpg(process.pid, number)  # as a terminal does: its workers, too
            said = process.stderr.read()
        # Python itself ends as if by the signal when that came within an `exec` (of dataclasses).
        assert process.returncode in (128 + number, -number)
        assert b"interrupted; every file is either as it was or completely migrated" in said
        assert b"Traceback" not in said
        assert len(os.listdir(many)) == 60
        starts = {path.read_bytes()[:15] for path in many.iterdir()}
        assert starts <= {RELOAD[:15], RELOADED[:15]}

    def test_interrupted_while_writing(
        self, many: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fsync, calls = os.fsync, []

        def interrupted(descriptor: int) -> None:
            calls.append(descriptor)
            if len(calls) == 21:
                signal.raise_signal(signal.SIGTERM)
            fsync(descriptor)

        monkeypatch.setattr(os, "fsync", interrupted)
        assert cli.main(["--write", "-j1", str(many)]) == 128 + signal.SIGTERM
        assert "interrupted" in capsys.readouterr().err
        assert len(os.listdir(many)) == 60
        contents = [path.read_bytes() for path in sorted(many.iterdir())]
        assert set(contents) == {RELOAD, RELOADED}


#: All of ours that a run may import that finds nothing to do.
CLEAN_RUN = {
    "imp_migrate",
    "imp_migrate.arguments",
    "imp_migrate.cli",
    "imp_migrate.report",
    "imp_migrate.report.formats",
    "imp_migrate.run",
    "imp_migrate.run.config",
    "imp_migrate.run.cores",
    "imp_migrate.run.discovery",
    "imp_migrate.run.files",
    "imp_migrate.run.gitignore",
    "imp_migrate.run.mode",
    "imp_migrate.run.sieve",
    "imp_migrate.run.streams",
    "imp_migrate.settings",
    "imp_migrate.targets",
    "imp_migrate.text",
    "imp_migrate.text.reading",
    "imp_migrate.text.scan",
}
#: What it must do without: each takes a millisecond or more.
SLOW_TO_IMPORT = {
    *("ast", "concurrent.futures", "dataclasses", "difflib", "inspect", "json", "multiprocessing"),
    *("shutil", "subprocess", "tempfile", "threading", "tokenize", "tomli", "tomllib"),
    "typing",
}


class TestCost:
    def loaded(self, tree: Path, *options: str) -> set[str]:
        """The modules that a run in *tree* loads."""
        program = (
            "import sys; from imp_migrate.cli import main; status = main(sys.argv[1:]);"
            "print(*sys.modules, file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, *options],
            cwd=tree,
            env=command.environment(),
            capture_output=True,
            check=True,
        )
        return set(done.stderr.decode().split())

    def test_a_clean_tree_never_pays_for_the_engine(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(CLEAN)
        (tree / ".git").mkdir()
        (tree / ".gitignore").write_text("*.pyc\n")
        (tree / "pyproject.toml").write_text("[project]\nname = 'x'\n")
        loaded = self.loaded(tree)
        ours = {name for name in loaded if name.split(".")[0] in ("imp_migrate", "libcst")}
        assert ours == CLEAN_RUN | {"imp_migrate.run.gitpatterns"}
        assert not loaded & SLOW_TO_IMPORT

    def test_a_clean_folder_pays_for_no_patterns(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(CLEAN)
        loaded = self.loaded(tree)
        assert {name for name in loaded if name.startswith("imp_migrate")} == CLEAN_RUN
        assert not loaded & (SLOW_TO_IMPORT | {"fnmatch", "string"})

    def test_a_tree_with_uses_does(self, tree: Path) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        assert {"imp_migrate.analysis", "imp_migrate.registry"} <= self.loaded(tree)

    @pytest.mark.parametrize("form", ["text", "concise", "grouped", "github"])
    def test_a_report_does_not_pay_for_the_rewriting(self, tree: Path, form: str) -> None:
        (tree / "a.py").write_bytes(RELOAD)
        options = ["--exit-zero", "--output-format", form]
        assert "libcst" not in self.loaded(tree, *options)
        assert "libcst" in self.loaded(tree, "--diff", *options[:1])

    def test_flake8_does_not_pay_for_the_rewriting(self, tree: Path) -> None:
        program = (
            "import ast, sys; from imp_migrate.flake8_plugin import Plugin;"
            "text = open('a.py').read(); lines = text.splitlines(True);"
            "found = list(Plugin(ast.parse(text), lines, 'a.py').run());"
            "print(len(found), 'libcst' in sys.modules)"
        )
        (tree / "a.py").write_bytes(RELOAD)
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tree,
            env=command.environment(),
            capture_output=True,
            check=True,
        )
        assert done.stdout.split() == [b"2", b"False"]


def test_signals_are_left_alone_elsewhere(tree: Path) -> None:
    """The command can be called from a thread, where no signal can be caught."""
    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(cli.main(["-q", str(tree)])))
    thread.start()
    thread.join()
    assert statuses == [0]


@pytest.mark.parametrize(("usual", "then"), [(700, 50_000), (90_000, 90_000), (0, 0)])
def test_circles_are_looked_for_less_often_during_a_run(
    usual: int, then: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And afterwards as before, for whoever calls us in a process of his own."""
    (tmp_path / "a.py").write_bytes(b"import imp\nimp.reload(x)\n")
    during, process = [], runner.process

    def noted(*arguments: Any, **named: Any) -> Any:
        during.append(gc.get_threshold()[0])
        return process(*arguments, **named)

    monkeypatch.setattr(runner, "process", noted)
    before = gc.get_threshold()
    gc.set_threshold(usual)
    try:
        assert command.inside(cwd=tmp_path)[0] == 1
        assert (during, gc.get_threshold()[0]) == ([then], usual)
    finally:
        gc.set_threshold(*before)
