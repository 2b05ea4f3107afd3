"""Runs the scenarios with `imp`, and with helpers in its place."""

from __future__ import annotations

import difflib
import functools
import json
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from imp_migrate.helpers import NAMES, emit
from tests.interpreters import find, require

SCENARIOS = Path(__file__).with_name("scenarios")
ORACLE = "3.11"
#: Always tested; the others are where they are installed.
REQUIRED = (ORACLE, "3.12", "3.13")
VERSIONS = ("3.8", "3.9", "3.10", *REQUIRED, "3.14")


def interpreter(version: str) -> str:
    """Return the path of Python *version*; skip the test, or fail it, if it is missing."""
    if version in REQUIRED:
        return require(version)
    return find(version) or pytest.skip(f"Python {version} is not installed")


def reference(version: str) -> str:
    """The version whose `imp` says what is right on Python *version*: its own, or the last."""
    return version if int(version.partition(".")[2]) <= 11 else ORACLE


def helper_module(annotated: bool = False) -> str:
    """Return a module of all helpers, for Python 3.8."""
    emitted = emit(NAMES, annotated=annotated)
    imports = "".join(f"import {name}\n" for name in sorted(emitted.imports))
    return f"{imports}\n\n{emitted.code}"


@dataclass(frozen=True)
class Observation:
    """What scenarios saw, by name, and why the sides differ in some of them."""

    logs: dict[str, list[str]]
    different: dict[str, str]

    def broken(self) -> list[str]:
        """The errors in the scenarios themselves."""
        return [line for log in self.logs.values() for line in log if line.startswith("BROKEN")]

    def differences(self, reference: Observation) -> dict[str, str]:
        """What is not as in *reference*, by scenario."""
        found = {}
        for name, log in self.logs.items():
            expected = reference.logs[name]
            if log != expected:
                lines = difflib.unified_diff(expected, log, "imp", "helper", lineterm="", n=0)
                found[name] = "\n".join([name, *lines])
        return found


class Laboratory:
    """A folder for what is compiled and emitted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.extension = build_extension(folder)

    @functools.cache  # noqa: B019 - lives as long as the tests
    def imp(self, version: str) -> Observation:
        """Run all scenarios with the `imp` of *version*."""
        return self._run(version, "imp", ("-W", "ignore"), ())

    def helpers(self, version: str, text: str, prefixes: tuple[str, ...] = ()) -> Observation:
        """Run scenarios with the helpers in *text*; every warning is an error."""
        path = self.folder / "helpers.py"
        path.write_text(text, "ascii")
        return self._run(version, str(path), ("-W", "error"), prefixes)

    def _run(
        self, version: str, side: str, options: tuple[str, ...], prefixes: tuple[str, ...]
    ) -> Observation:
        command = [interpreter(version), "-I", "-S", *options, str(SCENARIOS)]
        command += [side, self.extension, *prefixes]
        # A limit, since a helper that is broken on purpose may never end.
        result = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert result.returncode == 0, result.stderr
        assert not result.stderr
        return Observation(**json.loads(result.stdout))


def build_extension(folder: Path) -> str:
    """Compile `extension.c`, which uses the limited API, for all versions."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    assert compiler, "these tests need a C compiler"
    target = folder / "extension.abi3.so"
    include = sysconfig.get_path("include")
    source = SCENARIOS / "extension.c"
    command = [compiler, "-shared", "-fPIC", "-I", include, str(source), "-o", str(target)]
    subprocess.run(command, check=True)
    return str(target)
