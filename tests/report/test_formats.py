"""The short formats for people, and those for GitLab, Jenkins and reviewdog.

Their schemas are written down here, stricter than their owners have them: nothing may
be in a report that its readers do not know.
"""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from imp_migrate.registry import rules
from imp_migrate.report.formats import FOR_PEOPLE, SHOWS_EDITS, render
from imp_migrate.report.gitlab import gitlab_report
from imp_migrate.report.junit import junit_report
from imp_migrate.report.rdjson import rdjson_report
from imp_migrate.report.style import Style
from imp_migrate.report.text import concise_findings, grouped_findings
from imp_migrate.run.files import FileError
from imp_migrate.run.results import FileResult, Run
from imp_migrate.text.source import Source

from .samples import DISPLAY, UNSAFE, finding, run_of

FIX = ("imp", "y")
ONE = finding("imp\n", "imp", FIX)
OTHER = finding("\n\n  imp\n", "imp", filename="pkg/b.py", code="IMP304", message="no way")
DONE = finding("imp\n", "imp", FIX, rewritten=True)
EVIL = finding(
    "imp\n", "imp", filename=os.fsdecode(b"\xe9<&>\n.py"), message="\x00\x1b]]>\ud800\uffff\"'"
)


def exactly(**properties: Any) -> dict[str, Any]:
    """The schema of an object with these properties, all of them, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


POSITION = exactly(line={"type": "integer", "minimum": 1}, column={"type": "integer", "minimum": 1})
TEXT = {"type": "string", "minLength": 1}

#: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
GITLAB = {
    "type": "array",
    "items": exactly(
        description=TEXT,
        check_name=TEXT,
        fingerprint=TEXT,
        severity={"enum": ["info", "minor", "major", "critical", "blocker"]},
        location=exactly(path=TEXT, positions=exactly(begin=POSITION, end=POSITION)),
    ),
}

#: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
_RANGE = exactly(start=POSITION, end=POSITION)
_DIAGNOSTIC = exactly(
    message=TEXT,
    location=exactly(path=TEXT, range=_RANGE),
    severity={"enum": ["ERROR", "WARNING", "INFO"]},
    code={**exactly(value=TEXT, url=TEXT), "required": ["value"]},
    suggestions={"type": "array", "items": exactly(range=_RANGE, text={"type": "string"})},
)
_DIAGNOSTIC["required"].remove("suggestions")
RDJSON = exactly(
    source=exactly(name=TEXT, url=TEXT),
    severity={"enum": ["ERROR"]},
    diagnostics={"type": "array", "items": _DIAGNOSTIC},
)

#: Elements of JUnit's XML as Jenkins has them: attributes (all of which we give), and children.
JUNIT = {
    "testsuites": ({"name", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors"}, {"testcase"}),
    "testcase": ({"name", "classname"}, {"failure", "error"}),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
}


class TestTable:
    @pytest.mark.parametrize("output_format", SHOWS_EDITS)
    def test_every_format_reports(self, output_format: str) -> None:
        out = "\n".join(render(run_of(ONE, OTHER, EVIL), output_format))
        assert "IMP101" in out
        assert "IMP304" in out
        assert "\x1b" not in out or output_format not in FOR_PEOPLE

    @pytest.mark.parametrize("output_format", [f for f, shows in SHOWS_EDITS.items() if not shows])
    def test_formats_that_need_no_edits_report_without_them(self, output_format: str) -> None:
        bare = run_of(replace(ONE, edits=()), OTHER)
        assert "IMP101" in "\n".join(render(bare, output_format))

    @pytest.mark.parametrize("output_format", [f for f in SHOWS_EDITS if f != "text"])
    def test_which_formats_show_edits(self, output_format: str) -> None:
        full, bare = run_of(ONE), run_of(replace(ONE, edits=()))
        reports = [[*render(run, output_format)] for run in (full, bare)]
        assert (reports[0] != reports[1]) == SHOWS_EDITS[output_format]

    @pytest.mark.parametrize("output_format", FOR_PEOPLE)
    def test_those_for_people_end_with_the_summary(self, output_format: str) -> None:
        lines = [*render(run_of(ONE), output_format)]
        assert lines[-2:] == ["Found 1 spot in 1 file.", "1 rewritable with --write."]
        quiet = [*render(run_of(ONE), output_format, quiet=True)]
        assert not any("Found" in line for line in quiet)


class TestConcise:
    def test_lines(self) -> None:
        assert [*concise_findings(run_of(ONE, DONE, OTHER), Style())] == [
            "a.py:1:1: IMP101 imp.reload is gone",
            "pkg/b.py:3:3: IMP304 no way",
        ]

    def test_one_line_whatever_the_names(self) -> None:
        (line,) = concise_findings(run_of(EVIL), Style())
        assert not set(line) & set("\n\x00\x1b")


class TestGrouped:
    def test_lines(self) -> None:
        tenth = finding("\n" * 9 + "imp\n", "imp")
        assert [*grouped_findings(run_of(ONE, tenth, DONE, OTHER), Style())] == [
            "a.py:",
            "  1:1   IMP101 imp.reload is gone",
            "  10:1  IMP101 imp.reload is gone",
            "",
            "pkg/b.py:",
            "  3:3  IMP304 no way",
            "",
        ]


class TestGitlab:
    def issues(self, run: Run) -> list[dict[str, Any]]:
        found = json.loads(gitlab_report(run))
        jsonschema.validate(found, GITLAB)
        assert isinstance(found, list)
        return found

    def test_nothing(self) -> None:
        assert self.issues(run_of(DONE)) == []

    def test_issue(self) -> None:
        (issue,) = self.issues(run_of(OTHER))
        assert len(issue.pop("fingerprint")) == 32
        assert issue == {
            "description": "IMP304: no way",
            "check_name": "IMP304",
            "severity": "major",
            "location": {
                "path": "pkg/b.py",
                "positions": {"begin": {"line": 3, "column": 3}, "end": {"line": 3, "column": 6}},
            },
        }

    def test_fingerprints_differ_and_stay_when_lines_move(self) -> None:
        text = "imp.x\nimp.x\nimp.y\n"
        spots = [finding(text, "imp.x"), finding(text, "x\nimp.y"), finding(text, "imp.y")]
        prints = [issue["fingerprint"] for issue in self.issues(run_of(*spots))]
        assert len(set(prints)) == 3
        moved = finding("# new\n\n" + text, "imp.y")
        (issue,) = self.issues(run_of(moved))
        assert issue["fingerprint"] == prints[2]
        (issue,) = self.issues(run_of(finding(text, "imp.y", filename="b.py")))
        assert issue["fingerprint"] not in prints

    def test_paths_start_from_the_project(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "pkg").mkdir()
        monkeypatch.chdir(tmp_path / "pkg")
        monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
        assert self.issues(run_of(ONE))[0]["location"]["path"] == "pkg/a.py"
        outside = finding("imp\n", "imp", filename="../../a.py")
        assert self.issues(run_of(outside))[0]["location"]["path"] == "../../a.py"

    def test_names_that_are_not_text(self) -> None:
        (issue,) = self.issues(run_of(EVIL))
        assert issue["location"]["path"] == "\\udce9<&>\n.py"


class TestJunit:
    def document(self, run: Run) -> ET.Element:
        text = junit_report(run)
        root = ET.fromstring(text.encode())
        assert root.tag == "testsuites"
        for element in root.iter():
            attributes, children = JUNIT[element.tag]
            assert {child.tag for child in element} <= children
            assert set(element.attrib) <= attributes
            assert attributes - set(element.attrib) <= {"classname"}
        for element in (root, *root):
            assert int(element.attrib["tests"]) == len([*element.iter("testcase")]) > 0
            assert int(element.attrib["failures"]) == len([*element.iter("failure")])
            assert int(element.attrib["errors"]) == len([*element.iter("error")])
        return root

    def test_nothing_is_a_test_that_passes(self) -> None:
        root = self.document(run_of(DONE))
        assert (root.attrib["tests"], root.attrib["failures"]) == ("1", "0")
        assert root.find(".//testcase/*") is None

    def test_failures(self) -> None:
        root = self.document(run_of(ONE, OTHER, finding("\nimp\n", "imp")))
        assert [(suite.attrib["name"], suite.attrib["failures"]) for suite in root] == [
            ("a.py", "2"),
            ("pkg/b.py", "1"),
        ]
        case = root[1][0]
        assert case.attrib == {"name": "IMP304 at 3:3", "classname": "pkg/b.py"}
        assert case[0].attrib == {"type": "IMP304", "message": "no way"}
        assert case[0].text == "pkg/b.py:3:3: IMP304 no way"

    def test_what_could_not_be_done(self) -> None:
        run = Run(
            errors=[FileError("gone.py", "no such file")],
            results=[
                FileResult("a.py", error=FileError("a.py", "permission denied")),
                FileResult("b.py", internal_error=("a bug", "traceback")),
            ],
        )
        told = [error.attrib["message"] for error in self.document(run).iter("error")]
        assert told == ["no such file", "permission denied", "internal error: a bug"]

    def test_any_characters(self) -> None:
        (failure,) = self.document(run_of(EVIL)).iter("failure")
        assert failure.attrib["message"] == "␀␛]]>\\ud800\ufffd\"'"


class TestRdjson:
    def diagnostics(self, run: Run) -> list[dict[str, Any]]:
        found = json.loads(rdjson_report(run, "https://example.org/"))
        jsonschema.validate(found, RDJSON)
        diagnostics = found["diagnostics"]
        assert isinstance(diagnostics, list)
        return diagnostics

    def test_the_schema_is_strict(self) -> None:
        document = json.loads(rdjson_report(run_of(ONE), "x:"))
        document["diagnostics"][0]["colour"] = "red"
        with pytest.raises(jsonschema.ValidationError, match="colour"):
            jsonschema.validate(document, RDJSON)

    def test_nothing(self) -> None:
        assert self.diagnostics(run_of(DONE)) == []

    def test_diagnostic(self) -> None:
        (entry,) = self.diagnostics(run_of(ONE))
        spot = {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 4}}
        assert entry == {
            "message": "imp.reload is gone",
            "location": {"path": "a.py", "range": spot},
            "severity": "ERROR",
            "code": {"value": "IMP101", "url": rules()["IMP101"].url},
            "suggestions": [{"range": spot, "text": "y"}],
        }

    def test_columns_are_bytes(self) -> None:
        (entry,) = self.diagnostics(run_of(finding("é\n'漢', imp\n", "imp")))
        assert entry["location"]["range"]["start"] == {"line": 2, "column": 8}

    def test_a_fix_is_one_suggestion(self) -> None:
        text = "é = imp\nkeep\nx = imp.y\n"
        (entry,) = self.diagnostics(
            run_of(finding(text, "imp.y", ("é = imp", "import z\n"), ("imp.y", "z")))
        )
        (suggestion,) = entry["suggestions"]
        assert suggestion["text"] == "import z\n\nkeep\nx = z"
        assert suggestion["range"] == {
            "start": {"line": 1, "column": 1},
            "end": {"line": 3, "column": 10},
        }

    @pytest.mark.parametrize("long", [("imp", "y\n" * 20), ("end", "z")])
    def test_none_that_no_reviewer_would_want_to_see(self, long: tuple[str, str]) -> None:
        text = "imp\n" + "keep\n" * 20 + "end\n"
        changes = {("imp", "y"), long} if long[0] == "end" else {long}
        (entry,) = self.diagnostics(run_of(finding(text, "imp", *changes)))
        assert "suggestions" not in entry

    def test_hints_are_no_suggestions(self) -> None:
        unsafe, hint = self.diagnostics(
            run_of(
                finding("imp\n", "imp", FIX, trust=UNSAFE),
                finding("imp\n", "imp", FIX, trust=DISPLAY),
            )
        )
        assert len(unsafe["suggestions"]) == 1
        assert "suggestions" not in hint

    def test_unknown_code_and_names_that_are_not_text(self) -> None:
        (entry,) = self.diagnostics(run_of(replace(EVIL, source=Source("imp\n", "é"))))
        assert entry["location"]["path"] == "é"
        (entry,) = self.diagnostics(run_of(finding("imp\n", "imp", code="IMP999")))
        assert entry["code"] == {"value": "IMP999"}
