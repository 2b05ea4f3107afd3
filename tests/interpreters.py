"""The Python interpreters of this machine, by version."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

import pytest


@functools.cache
def find(version: str) -> str | None:
    """Return the path of the real executable of Python *version* ("3.11"), or None."""
    candidates = [shutil.which(f"python{version}")]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates += sorted(map(str, pyenv.glob(f"versions/{version}.*/bin/python")))
    # Python 2 knows no -I, which is -E, -s and no script's folder on sys.path (-c has none).
    isolated = ["-E", "-s"] if version.startswith("2.") else ["-I"]
    question = "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"
    for candidate in filter(None, candidates):
        answer = subprocess.run(
            [candidate, *isolated, "-c", question], capture_output=True, text=True
        )
        if answer.returncode == 0 and answer.stdout.startswith(version + "\n"):
            return answer.stdout.splitlines()[1]
    return None


def require(version: str) -> str:
    """Return the path of Python *version*; without it skip the test, or fail it when CI=true."""
    executable = find(version)
    if executable is None:
        message = f"Python {version} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return executable
