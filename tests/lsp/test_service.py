"""What can be seen of the server only from inside, and its command."""

from __future__ import annotations

import subprocess
import sys

import pytest
from lsprotocol import types

from imp_migrate import __version__
from imp_migrate.lsp import server as command
from imp_migrate.lsp.service import create_server
from tests.lsp.editor import ROOT


def test_nothing_is_kept_of_notifications() -> None:
    server = create_server()
    for _ in range(50):
        params = types.SetTraceParams(types.TraceValue.Off)
        server.protocol.handle_message(types.SetTraceNotification(params))
    assert len(server.protocol._request_futures) == 0


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit:
        command.main(["--version"])
    assert exit.value.code == 0
    assert capsys.readouterr().out == f"imp-migrate-lsp {__version__}\n"


def test_without_pygls() -> None:
    """The extra is not installed: say so, in one line."""
    code = (
        "import sys; sys.modules['pygls'] = None\n"
        "from imp_migrate.lsp.server import main; sys.exit(main([]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 2
    assert run.stdout == ""
    assert 'pip install "imp-migrate[lsp]"' in run.stderr
    assert "Traceback" not in run.stderr
