"""Runs the scenarios with `imp`, and with helpers in its place."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import functools
import json
import os
import shutil
import signal
import subprocess
import sysconfig
import zlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from imp_migrate.helpers import NAMES, Request, compose, emit
from imp_migrate.helpers.cut import relevant
from tests.differential.memory import Memory, default_folder, key_of
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


@dataclass(frozen=True)
class Form:
    """A helper, cut to facts, with what it calls."""

    name: str
    facts: frozenset[str]
    text: str


def form_of(name: str, facts: frozenset[str], *others: str) -> Form:
    """Cut a helper to those of *facts* that matter for it, in the company of *others*."""
    requests = [Request(each, facts & relevant(each)) for each in (name, *others)]
    code = compose(requests, annotated=False).code
    return Form(name, facts & relevant(name), code)


def helper_module(*forms: Form, annotated: bool = False) -> str:
    """Return a module of all helpers, and of *forms* for the calls that fit them."""
    listed = [(form.name, sorted(form.facts), form.text) for form in forms]
    return f"{_all_helpers(annotated)}\nFORMS = {listed!r}\n"


@functools.cache
def _all_helpers(annotated: bool) -> str:
    emitted = emit(NAMES, annotated=annotated)
    imports = "".join(f"import {name}\n" for name in sorted(emitted.imports))
    return f"{imports}\n\n{emitted.code}"


@dataclass(frozen=True)
class Observation:
    """What was seen in a scenario, and why that differs with the helpers, if it does.

    used: the specialised forms that were called.
    """

    scenario: str
    log: list[str]
    different: str
    used: list[str]

    def difference(self, reference: Observation) -> str:
        """Describe what is not as in *reference*; empty if nothing is."""
        lines = difflib.unified_diff(reference.log, self.log, "imp", "helper", lineterm="", n=0)
        return "\n".join([self.scenario, *lines]) if reference.log != self.log else ""


Observations = dict[str, Observation]


class Laboratory:
    """A folder for what is compiled, emitted and left behind by scenarios."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.extension = build_extension(folder)
        self._imp: dict[str, Observations] = {}
        self._servers: dict[tuple[str, str], subprocess.Popen[str]] = {}
        self._memory = Memory(default_folder())
        sources = sorted(p for p in SCENARIOS.iterdir() if p.is_file())
        self._scenarios = {path.name: path.read_bytes() for path in sources}

    def imp(self, version: str) -> Observations:
        """Run all scenarios with the `imp` of *version*."""
        if version not in self._imp:
            seen = self._recall(version, "imp", "ignore", (), b"")
            self._imp[version] = {each.scenario: each for each in seen}
        return self._imp[version]

    def helpers(
        self, version: str, text: str, *prefixes: str
    ) -> Generator[Observation, None, None]:
        """Run the scenarios with the helpers in *text*, in which every warning is an error."""
        path = self.folder / f"helpers_{zlib.crc32(text.encode('ascii'))}.py"
        path.write_text(text, "ascii")
        return self._recall(version, str(path), "error", prefixes, text.encode("ascii"))

    def _recall(
        self, version: str, side: str, warnings: str, prefixes: tuple[str, ...], text: bytes
    ) -> Generator[Observation, None, None]:
        """What `_run` sees; what has been seen before, with the same contents, is not run again."""
        contents = {**self._scenarios, "helpers": text}
        key = key_of(contents, interpreter(version), warnings, f"scenarios {prefixes}")
        complete, seen = self._memory.get(key) or (False, [])
        yield from (Observation(*entry) for entry in seen)
        if complete:
            return
        known = len(seen)
        try:
            for number, observation in enumerate(self._run(version, side, warnings, prefixes)):
                if number >= known:
                    seen = [*seen, dataclasses.astuple(observation)]
                    yield observation
            complete = True
        finally:  # possibly before the end
            if str(self.folder) not in str(seen):
                self._memory.put(key, [complete, seen])

    def _run(
        self, version: str, side: str, warnings: str, prefixes: tuple[str, ...]
    ) -> Generator[Observation, None, None]:
        server = self._server(version, warnings)
        assert server.stdin is not None and server.stdout is not None
        server.stdin.write(json.dumps([side, *(prefixes or ("",))]) + "\n")
        server.stdin.flush()
        worker = int(server.stdout.readline())
        answer = ""
        try:
            while (answer := server.stdout.readline()) != "\n":
                yield Observation(*json.loads(answer))
            answer = server.stdout.readline()
            assert answer == "end\n", "the scenarios could not be run"
        finally:  # possibly before the end
            if answer not in ("end\n", "failed\n"):
                with contextlib.suppress(ProcessLookupError):  # it has just come to its end
                    os.kill(worker, signal.SIGKILL)
                while server.stdout.readline() not in ("end\n", "failed\n", ""):
                    pass

    def _server(self, version: str, warnings: str) -> subprocess.Popen[str]:
        """The process that runs scenarios on *version*, started when it is first needed."""
        if (version, warnings) not in self._servers:
            command = [interpreter(version), "-I", "-S", "-W", warnings]
            self._servers[version, warnings] = subprocess.Popen(
                [*command, str(SCENARIOS), self.extension],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "TMPDIR": str(self.folder)},
            )
        return self._servers[version, warnings]

    def close(self) -> None:
        """End all processes."""
        for server in self._servers.values():
            server.terminate()
            server.communicate()


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
