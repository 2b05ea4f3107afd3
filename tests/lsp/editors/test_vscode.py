"""The VS Code extension, with VS Code's own client library, in a stand-in for the editor."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from imp_migrate import __version__, migrate
from tests.lsp.editor import ROOT, applied

EXTENSION = ROOT / "editors" / "vscode"
TEXT = 'import imp\nimport settings\n\nx = "😀"; imp.reload(settings)\n'


def test_manifest() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    assert manifest["version"] == __version__
    assert manifest["activationEvents"] == ["onLanguage:python"]
    settings = manifest["contributes"]["configuration"]["properties"]
    assert settings["imp-migrate.path"]["default"] == "imp-migrate-lsp"


def test_extension(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    if not (EXTENSION / "dist" / "extension.js").exists():
        pytest.skip("the extension has not been built: npm install && npm run build")
    file, server = tmp_path / "main.py", tmp_path / "imp-migrate-lsp"
    file.write_text(TEXT, encoding="utf-8")
    server.write_text(
        f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} "
        f'exec {shlex.quote(sys.executable)} -m imp_migrate.lsp.server "$@"\n'
    )
    server.chmod(0o755)
    host = str(Path(__file__).parent / "vscode_host.js")
    run = subprocess.run(
        [node, host, str(server), str(file)], capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stdout + run.stderr
    first, *rest = map(json.loads, run.stdout.splitlines())
    assert first == {"diagnostics": [[1, "IMP401"], [4, "IMP101"]]}
    assert len(rest) == 2
    for entry in rest:
        assert len(entry["offered"]) == 3
        edits = [types.TextEdit(_range(place), text) for place, text in entry["edits"]]
        assert applied(TEXT, edits) == migrate(TEXT).text


def _range(place: dict[str, dict[str, int]]) -> types.Range:
    return types.Range(types.Position(**place["start"]), types.Position(**place["end"]))
