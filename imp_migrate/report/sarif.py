"""The report as SARIF 2.1.0, with the rules' help and the fixes.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..model import Applicability
from ..run.results import Finding, Run

if TYPE_CHECKING:
    from ..registry import RuleInfo

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_BASE = "SRCROOT"


def sarif_report(run: Run, version: str, information: str) -> str:
    """A SARIF log of what is left to do.

    version: of this tool.
    information: where to read about it.
    """
    here = PurePath(os.getcwd()).as_uri()
    codes = sorted({finding.diagnostic.code for finding in run.remaining})
    document = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "imp-migrate",
                        "version": version,
                        "informationUri": information,
                        "rules": [_rule(code, _known(code)) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_BASE: {"uri": here.rstrip("/") + "/"}},
                "invocations": [_invocation(run)],
                "results": [_result(finding, codes) for finding in run.remaining],
            }
        ],
    }
    return json.dumps(document, indent=2)


def _known(code: str) -> RuleInfo | None:
    from ..registry import rules

    return rules().get(code)


def _rule(code: str, info: RuleInfo | None) -> dict[str, Any]:
    if info is None:
        return {"id": code}
    return {
        "id": code,
        "name": info.name,
        "shortDescription": {"text": info.summary},
        "fullDescription": {"text": info.summary},
        "help": {"text": info.documentation, "markdown": info.documentation},
        "helpUri": info.url,
        "defaultConfiguration": {"level": "error"},
    }


def _invocation(run: Run) -> dict[str, Any]:
    return {
        "executionSuccessful": not run.failed,
        "toolExecutionNotifications": [
            {
                "level": "error",
                "message": {"text": reason},
                "locations": [{"physicalLocation": {"artifactLocation": _artifact(path)}}],
            }
            for path, reason in run.failures
        ],
    }


def _result(finding: Finding, codes: list[str]) -> dict[str, Any]:
    diagnostic = finding.diagnostic
    place = {
        "artifactLocation": _artifact(finding.filename),
        "region": _region(*finding.in_file),
    }
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": "error",
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": place}],
        "properties": {"member": diagnostic.member, "status": finding.status.value},
    }
    # A viewer offers every fix at a click, so mere hints are no fixes here.
    # What would change in a notebook is the text in its JSON.
    if (
        finding.cell is None
        and finding.edits
        and finding.applicability in (Applicability.SAFE, Applicability.UNSAFE)
    ):
        result["fixes"] = [_fix(finding)]
    return result


def _fix(finding: Finding) -> dict[str, Any]:
    assert finding.diagnostic.fix is not None
    title = finding.diagnostic.fix.title
    if finding.applicability is Applicability.UNSAFE:
        title += " (unsafe: it may change behaviour)"
    position = finding.source.position
    replacements = [
        {
            "deletedRegion": _region(position(edit.start), position(edit.end)),
            "insertedContent": {"text": edit.text},
        }
        for edit in finding.edits
    ]
    change = {"artifactLocation": _artifact(finding.filename), "replacements": replacements}
    return {"description": {"text": title}, "artifactChanges": [change]}


def _region(start: tuple[int, int], end: tuple[int, int]) -> Mapping[str, int]:
    return {
        "startLine": start[0],
        "startColumn": start[1],
        "endLine": end[0],
        "endColumn": end[1],
    }


def _artifact(path: str) -> dict[str, str]:
    """Where *path* is: relative to the current folder if below it, as code hosts want it."""
    relative = os.path.relpath(path) if path != "-" else path
    if os.path.isabs(relative) or relative.split(os.sep)[0] == os.pardir:
        return {"uri": PurePath(os.path.abspath(path)).as_uri()}
    return {"uri": quote(os.fsencode(PurePath(relative).as_posix())), "uriBaseId": _BASE}
