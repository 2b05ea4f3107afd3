"""Runs the real command, in a process of its own or in this one."""

from __future__ import annotations

import atexit
import contextlib
import functools
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
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
    """Run `imp-migrate` with *options*; what it says is bytes.

    Mostly that is a fork of a process that has imported it, for importing takes most of
    the time; a new one if something counts that Python reads when it starts.
    """
    folder, variables = cwd or Path.cwd(), environment(**environ)
    if hasattr(os, "fork") and _at_start(variables) == _at_start(environment()):
        if cwd is None or not any(map(_may_be_imported, os.listdir(folder))):
            return _forks().run(arguments(*options)[3:], folder, stdin, variables)
    return subprocess.run(
        arguments(*options),
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env=variables,
        timeout=120,
        check=False,
    )


def _at_start(variables: dict[str, str]) -> dict[str, str]:
    """What Python itself reads of an environment."""
    return {k: v for k, v in variables.items() if k.startswith(("PYTHON", "LC_", "LANG", "TZ"))}


def _may_be_imported(entry: str) -> bool:
    """Say whether *entry* of the current folder may be taken for a module that we import."""
    name = entry.partition(".")[0]
    return name in sys.stdlib_module_names or name in sys.modules


class _Forks:
    """A process that has imported the command, and runs it in forks of itself."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp())
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("forks.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            cwd=self._folder,
            text=True,
        )
        atexit.register(self._close)

    def run(
        self, options: list[str], folder: Path, stdin: bytes, variables: dict[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        files = [self._folder / name for name in ("in", "out", "err")]
        for file, content in zip(files, (stdin, b"", b""), strict=True):
            file.write_bytes(content)
        task = {
            "arguments": options,
            "folder": str(folder),
            "environment": variables,
            "files": list(map(str, files)),
        }
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        status = os.waitstatus_to_exitcode(int(self._process.stdout.readline()))
        _, out, err = (file.read_bytes() for file in files)
        return subprocess.CompletedProcess(arguments(*options), status, out, err)

    def _close(self) -> None:
        self._process.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)


@functools.cache
def _forks() -> _Forks:
    return _Forks()


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
