"""Runs the scenarios with `imp`, and with helpers in its place."""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import shutil
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


def form_of(name: str, facts: frozenset[str], *others: str, given: str = "") -> Form:
    """Cut a helper to those of *facts* that matter for it, in the company of *others*.

    given: the optional parameter without which it is not to be called.
    """
    requests = [Request(each, facts & relevant(each)) for each in (name, *others)]
    code = compose(requests, annotated=False).code
    return Form(name, facts & relevant(name) | ({given} if given else set()), code)


#: The forms of those that may be given an open file as third argument.
WITH_FILE = [
    form_of(name, frozenset(), given="file")
    for name in ("_load_source", "_load_compiled", "_load_dynamic")
]


def helper_module(*forms: Form, annotated: bool = False) -> str:
    """Return a module of all helpers, and of *forms* for the calls that fit them."""
    emitted = emit(NAMES, annotated=annotated)
    imports = "".join(f"import {name}\n" for name in sorted(emitted.imports))
    listed = [(form.name, sorted(form.facts), form.text) for form in [*WITH_FILE, *forms]]
    return f"{imports}\n\n{emitted.code}\nFORMS = {listed!r}\n"


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
        command = [interpreter(version), "-I", "-S", "-W", warnings, str(SCENARIOS)]
        command += [side, self.extension, *prefixes]
        environment = {**os.environ, "TMPDIR": str(self.folder)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert process.stdout is not None
        try:
            for line in process.stdout:
                yield Observation(*json.loads(line))
            assert process.wait() == 0
        finally:  # possibly before the end
            process.kill()
            process.communicate()


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
