"""GitLab's Code Quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
import os

from ..run.results import Finding, Run
from ..run.spots import Spots


def gitlab_report(run: Run) -> str:
    """An array with an object per finding that is left."""
    # A runner checks the project out there, and paths start from its root.
    root = os.environ.get("CI_PROJECT_DIR") or os.getcwd()
    spots = Spots(root)
    return json.dumps([_issue(finding, spots) for finding in run.remaining], indent=2)


def _issue(finding: Finding, spots: Spots) -> dict[str, object]:
    diagnostic = finding.diagnostic
    (line, column), (end_line, end_column) = finding.in_file
    return {
        "description": f"{diagnostic.code}: {finding.message}",
        "check_name": diagnostic.code,
        "fingerprint": spots.fingerprint(finding),
        "severity": "major",
        "location": {
            "path": spots.path(finding.filename),
            "positions": {
                "begin": {"line": line, "column": column},
                "end": {"line": end_line, "column": end_column},
            },
        },
    }
