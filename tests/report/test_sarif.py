"""SARIF 2.1.0, checked against the schema that OASIS publishes (sarif-schema-2.1.0.json)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from imp_migrate.registry import rules
from imp_migrate.report.sarif import sarif_report
from imp_migrate.run.files import FileError
from imp_migrate.run.results import FileResult, Run

from .samples import DISPLAY, UNSAFE, finding, run_of

SCHEMA = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text())


def log(run: Run) -> dict[str, Any]:
    """The report on *run*, which is valid."""
    document = json.loads(sarif_report(run, "1.2.3", "https://example.org/"))
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    assert document["version"] == "2.1.0"
    (found,) = document["runs"]
    assert isinstance(found, dict)
    return found


def test_the_schema_is_strict() -> None:
    document = json.loads(sarif_report(run_of(finding("imp\n", "imp")), "1", "https://e.org/"))
    document["runs"][0]["results"][0]["colour"] = "red"
    with pytest.raises(jsonschema.ValidationError, match="colour"):
        jsonschema.Draft4Validator(SCHEMA).validate(document)


def test_nothing() -> None:
    found = log(run_of())
    assert found["results"] == []
    driver = found["tool"]["driver"]
    assert (driver["name"], driver["version"], driver["rules"]) == ("imp-migrate", "1.2.3", [])
    assert found["invocations"][0]["executionSuccessful"] is True


def test_result() -> None:
    change = ("imp.y", "z\n")
    found = log(run_of(finding("é\n'漢', imp.y\n", "imp.y", change, filename="sub/a b.py")))
    assert found["columnKind"] == "unicodeCodePoints"
    assert found["originalUriBaseIds"]["SRCROOT"]["uri"] == Path.cwd().as_uri() + "/"
    artifact = {"uri": "sub/a%20b.py", "uriBaseId": "SRCROOT"}
    region = {"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 11}
    (result,) = found["results"]
    assert result == {
        "ruleId": "IMP101",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "imp.reload is gone"},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "properties": {"member": "reload", "status": "rewritable"},
        "fixes": [
            {
                "description": {"text": "Do it"},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [
                            {"deletedRegion": region, "insertedContent": {"text": "z\n"}}
                        ],
                    }
                ],
            }
        ],
    }


def test_rules_with_help() -> None:
    found = log(
        run_of(
            finding("imp\n", "imp", code="IMP304"),
            finding("imp\n", "imp", code="IMP101", filename="b.py"),
            finding("imp\n", "imp", code="IMP101", filename="c.py"),
        )
    )
    listed = found["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in listed] == ["IMP101", "IMP304"]
    assert listed[0]["name"] == "imp-reload"
    assert listed[0]["help"]["markdown"] == rules()["IMP101"].documentation
    assert listed[0]["helpUri"] == rules()["IMP101"].url
    for result in found["results"]:
        assert listed[result["ruleIndex"]]["id"] == result["ruleId"]


def test_every_rule_is_valid() -> None:
    findings = [finding("imp\n", "imp", code=code) for code in rules()]
    assert len(log(run_of(*findings))["tool"]["driver"]["rules"]) == len(rules())


def test_unknown_code() -> None:
    found = log(run_of(finding("imp\n", "imp", code="IMP999")))
    assert found["tool"]["driver"]["rules"] == [{"id": "IMP999"}]


def test_unsafe_fixes_say_so_and_hints_are_none() -> None:
    unsafe, hint = log(
        run_of(
            finding("imp\n", "imp", ("imp", "y"), trust=UNSAFE),
            finding("imp\n", "imp", ("imp", "y"), trust=DISPLAY),
        )
    )["results"]
    assert "unsafe" in unsafe["fixes"][0]["description"]["text"]
    assert "fixes" not in hint


def test_only_what_is_left() -> None:
    assert log(run_of(finding("imp\n", "imp", ("imp", "y"), rewritten=True)))["results"] == []


def test_files_elsewhere(tmp_path: Path) -> None:
    path = str(tmp_path / "a.py")
    (result,) = log(run_of(finding("imp\n", "imp", filename=path)))["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": Path(path).as_uri()}


def test_standard_input_and_names_that_are_not_text() -> None:
    for name in ("-", os.fsdecode(b"caf\xe9.py"), "a%b#c?.py"):
        assert len(log(run_of(finding("imp\n", "imp", filename=name)))["results"]) == 1


def test_failures_are_told() -> None:
    run = Run(
        errors=[FileError("gone.py", "no such file")],
        results=[
            FileResult("a.py", error=FileError("a.py", "permission denied")),
            FileResult("b.py", internal_error=("a bug", "traceback")),
        ],
    )
    (invocation,) = log(run)["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert told == ["no such file", "permission denied", "internal error: a bug"]
