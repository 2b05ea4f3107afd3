"""No report stumbles over a text, wherever the findings and edits are."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from imp_migrate.model import Diagnostic, Edit, Fix
from imp_migrate.report.github import github_report
from imp_migrate.report.gitlab import gitlab_report
from imp_migrate.report.json import json_report
from imp_migrate.report.junit import junit_report
from imp_migrate.report.rdjson import rdjson_report
from imp_migrate.report.sarif import sarif_report
from imp_migrate.report.style import Style
from imp_migrate.report.text import concise_findings, grouped_findings, text_report
from imp_migrate.run.results import Finding
from imp_migrate.text.source import Source
from imp_migrate.transform.edits import apply_edits

from .samples import SAFE, run_of
from .test_formats import GITLAB, RDJSON
from .test_sarif import SCHEMA

TEXTS = st.text(st.sampled_from("ab \t\n\r\x0c\x1b\u2028é漢😀\u0301"), max_size=40)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """A finding anywhere in any text, with edits anywhere."""
    text = draw(TEXTS)
    place = st.integers(0, len(text))
    start, end = sorted((draw(place), draw(place)))
    bounds = sorted(draw(st.lists(place, max_size=8)))
    edits = tuple(Edit(a, b, draw(TEXTS)) for a, b in zip(bounds[::2], bounds[1::2], strict=False))
    diagnostic = Diagnostic("IMP101", draw(TEXTS), "reload", start, end, Fix("t", SAFE, 1, edits))
    return Finding(diagnostic, Source(text, "a.py"), diagnostic.status, edits)


@settings(deadline=None)  # the first one loads the rules
@given(findings())
def test_text(finding: Finding) -> None:
    lines = list(text_report(run_of(finding), Style()))
    line, column = finding.start
    assert lines[0].startswith(f"a.py:{line}:{column} IMP101 ")
    assert not any(set(line) & set("\n\r\x0c\x1b\u2028\t") for line in lines)
    assert any("^" in line for line in lines)


@settings(deadline=None)  # the first one loads the rules
@given(findings())
def test_json_edits_lead_to_the_new_text(finding: Finding) -> None:
    (entry,) = json.loads(json_report(run_of(finding)))
    source = finding.source

    def offset(location: dict[str, int]) -> int:
        return source.line_starts[location["row"] - 1] + location["column"] - 1

    edits = [
        Edit(offset(edit["location"]), offset(edit["end_location"]), edit["content"])
        for edit in entry["fix"]["edits"]
    ]
    assert apply_edits(source.text, edits) == apply_edits(source.text, finding.edits)
    assert offset(entry["location"]) == finding.diagnostic.start
    assert offset(entry["end_location"]) == finding.diagnostic.end


@settings(deadline=None)  # the first one loads the rules
@given(findings())
def test_sarif(finding: Finding) -> None:
    jsonschema.Draft4Validator(SCHEMA).validate(
        json.loads(sarif_report(run_of(finding), "1", "x:"))
    )


@settings(deadline=None)  # the first one loads the rules
@given(findings())
def test_github(finding: Finding) -> None:
    (line,) = github_report(run_of(finding))
    assert "\n" not in line
    assert "\r" not in line


@settings(deadline=None)  # the first one loads the rules
@given(findings())
def test_one_line(finding: Finding) -> None:
    (line,) = concise_findings(run_of(finding), Style())
    _, grouped, _ = grouped_findings(run_of(finding), Style())
    assert not set(line + grouped) & set("\n\r\x0c\x1b\u2028\t")


@settings(deadline=None)  # the first one loads the rules
@given(findings().filter(lambda finding: finding.diagnostic.message))
def test_gitlab(finding: Finding) -> None:
    jsonschema.validate(json.loads(gitlab_report(run_of(finding))), GITLAB)


@settings(deadline=None)  # the first one loads the rules
@given(findings())
def test_junit(finding: Finding) -> None:
    (failure,) = ET.fromstring(junit_report(run_of(finding)).encode()).iter("failure")
    assert failure.attrib["type"] == "IMP101"


@settings(deadline=None)  # the first one loads the rules
@given(findings().filter(lambda finding: finding.diagnostic.message))
def test_rdjson_suggestions_lead_to_the_new_text(finding: Finding) -> None:
    document = json.loads(rdjson_report(run_of(finding), "x:"))
    jsonschema.validate(document, RDJSON)
    source = finding.source
    lines = [source.text[slice(*source.line_span(n + 1))] for n in range(len(source.line_starts))]
    for suggestion in document["diagnostics"][0].get("suggestions", ()):
        offsets = []
        for end in ("start", "end"):
            place = suggestion["range"][end]
            before = "".join(lines[: place["line"] - 1]).encode()
            offsets.append(len(before) + place["column"] - 1)
        text = source.text.encode()
        after = text[: offsets[0]] + suggestion["text"].encode() + text[offsets[1] :]
        assert after.decode() == apply_edits(source.text, finding.edits)
