"""Runs the real command, in a process of its own or in this one."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import imp_migrate
from imp_migrate import cli

_ROOT = str(Path(imp_migrate.__file__).parent.parent)


def environment(**changes: str) -> dict[str, str]:
    """The environment of the command: that of the tests, without what changes its output."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "GITHUB_WORKSPACE")
    }
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH")))),
        "PYTHONIOENCODING": "utf-8",
        **changes,
    }


def arguments(*options: str | os.PathLike[str]) -> list[str]:
    """The command with *options*, for `subprocess`."""
    return [sys.executable, "-m", "imp_migrate", *(os.fspath(option) for option in options)]


def run(
    *options: str | os.PathLike[str],
    cwd: Path | None = None,
    stdin: bytes = b"",
    **environ: str,
) -> subprocess.CompletedProcess[bytes]:
    """Run `imp-migrate` with *options*; what it says is bytes."""
    return subprocess.run(
        arguments(*options),
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env=environment(**environ),
        timeout=120,
        check=False,
    )


def inside(*options: str | os.PathLike[str], cwd: Path) -> tuple[int, str, str]:
    """Run `imp-migrate` with *options* in this process: exit status, standard output and error.

    For the many tests that are about files and not about the command itself: to start a
    process and import everything takes forty times as long.
    """
    out, err, here = io.StringIO(), io.StringIO(), os.getcwd()
    os.chdir(cwd)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = cli.main(["--jobs=1", *map(os.fspath, options)])
    finally:
        os.chdir(here)
    return status, out.getvalue(), err.getvalue()
