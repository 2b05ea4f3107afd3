"""Run a program before and after its migration and say what differs."""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.differential.memory import Memory, default_folder, key_of
from tests.differential.programs import Program
from tests.interpreters import find

#: The last Python with imp and the first ones without; older ones where present.
REQUIRED = ("3.11", "3.12", "3.13")
VERSIONS = ("3.8", "3.9", "3.10", *REQUIRED)
LENIENT = "ignore::DeprecationWarning"  # `import imp` itself warns
STRICT = "error::DeprecationWarning"  # for what was migrated
RUNNER = Path(__file__).with_name("runner.py")
_LONG_AGO = 1_500_000_000


@dataclass(frozen=True)
class Outcome:
    """What can be observed of a run: output, exit status, the last line of an uncaught error."""

    stdout: str
    status: int
    error: str

    def __str__(self) -> str:
        return f"{self.stdout}[exit status {self.status}] {self.error}".rstrip()


class Interpreter:
    """A process that runs programs, each in a fork of its own."""

    def __init__(self, executable: str, warnings: str) -> None:
        command = [executable, "-I", "-S", "-W", warnings, str(RUNNER)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def start(self, folder: Path) -> None:
        """Begin to run `main.py` in *folder*; `outcome` must be called before the next start."""
        assert self._process.stdin is not None
        self._process.stdin.write(os.fsencode(folder) + b"\n")
        self._process.stdin.flush()

    def outcome(self, folder: Path) -> Outcome:
        """Wait for the program started in *folder*."""
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        status = os.waitstatus_to_exitcode(int(answer))
        stdout, stderr = (
            Path(f"{folder}{suffix}")
            .read_text("utf-8", "backslashreplace")
            .replace(str(folder), "<folder>")
            for suffix in (".out", ".err")
        )
        failed = status == 1 and "Traceback (most recent call last)" in stderr
        return Outcome(stdout, status, stderr.rstrip().rpartition("\n")[2] if failed else "")

    def close(self) -> None:
        """End the process.

        That its standard input ends is not enough: a process that was forked in the
        meantime may still hold the other end.
        """
        self._process.terminate()
        self._process.communicate()


class Laboratory:
    """All interpreters of this machine, started when first needed.

    What came of a run is remembered by content.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._memory = Memory(default_folder())
        self._runs = 0
        self._interpreters: dict[tuple[str, str], Interpreter] = {}

    @cached_property
    def versions(self) -> tuple[str, ...]:
        """The versions of Python that are present."""
        return tuple(version for version in VERSIONS if find(version))

    def run(
        self,
        program: Program,
        versions: Iterable[str],
        warnings: str,
        files: Mapping[str, bytes] | None = None,
        *,
        fresh: bool = False,
        again: bool = False,
    ) -> dict[str, Outcome]:
        """Run *program*, with other contents for some *files*, on all *versions* at a time.

        fresh: run it even if it is known what comes of it.
        again: that is a second run, of which something else may come.
        """
        contents = {**program.contents(), **(files or {})}
        running = []
        outcomes = dict.fromkeys(versions, Outcome("", 0, ""))
        for version in outcomes:
            executable = find(version)
            assert executable is not None
            key = key_of(contents, executable, warnings, "again" if again else "")
            known = None if fresh else self._memory.get(key)
            if known is not None:
                outcomes[version] = Outcome(*known)
                continue
            self._runs += 1
            # Always of the same length, so that no line breaks elsewhere in the output.
            folder = self._folder / f"{self._runs:06}" / "program"
            lay_out(folder, contents)
            interpreter = self._interpreter(version, warnings)
            interpreter.start(folder)
            running.append((version, key, interpreter, folder))
        for version, key, interpreter, folder in running:
            outcome = outcomes[version] = interpreter.outcome(folder)
            if outcome.status >= 0:  # one that was killed may have been too slow
                self._memory.put(key, [outcome.stdout, outcome.status, outcome.error])
        return outcomes

    def _interpreter(self, version: str, warnings: str) -> Interpreter:
        key = version, warnings
        if key not in self._interpreters:
            executable = find(version)
            assert executable is not None
            self._interpreters[key] = Interpreter(executable, warnings)
        return self._interpreters[key]

    def close(self) -> None:
        """End all processes."""
        with ExitStack() as stack:
            for interpreter in self._interpreters.values():
                stack.callback(interpreter.close)
        self._memory.forget_the_old()

    # ------------------------------------------------------------------ comparison

    def originals(self, program: Program, *, fresh: bool = False) -> dict[str, Outcome]:
        """Run *program* as it is on every Python that has imp, the oldest first."""
        versions = [v for v in self.versions if has_imp(v) and program.runs_on(v)]
        return self.run(program, versions, LENIENT, fresh=fresh)

    def is_deterministic(self, program: Program, originals: Mapping[str, Outcome]) -> bool:
        """Say whether several runs of *program*, as it is, all saw the same.

        *originals* are such runs; only if they do not agree, it runs again on the last.
        """
        if len(originals) > 1 and len(set(originals.values())) == 1:
            return True
        version, original = list(originals.items())[-1]
        return self.run(program, [version], LENIENT, again=True)[version] == original

    def differences(
        self,
        program: Program,
        files: Mapping[str, bytes],
        originals: Mapping[str, Outcome],
    ) -> list[str]:
        """Run *program* with its migrated *files* and describe what is not as before.

        The reference is the same Python where that has imp, else the last that has.
        Files that still need imp run only where it exists.
        """
        latest = list(originals.values())[-1]
        versions = [v for v in self.versions if program.runs_on(v)]
        guarded = "guarded" in program.header
        imp_stays = any(map(imports_of_imp, files.values()))
        if imp_stays and not guarded:
            versions = [v for v in versions if has_imp(v)]
        warnings = LENIENT if imp_stays or "warns" in program.header else STRICT
        outcomes = self.run(program, versions, warnings, files)
        found = []
        for version, after in outcomes.items():
            before = originals.get(version, latest)
            if after != before and self._memory.hits:  # make sure that it is still so
                after = self.run(program, [version], warnings, files, fresh=True)[version]
                originals = self.originals(program, fresh=True)
                latest = list(originals.values())[-1]
                before = originals.get(version, latest)
            if after != before:
                found.append(f"Python {version}\nbefore: {before}\nafter:  {after}")
        return found


def lay_out(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write *contents* into the new *folder*, as files older than any that the program writes."""
    folder.mkdir(parents=True)
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (_LONG_AGO, _LONG_AGO))


def imports_of_imp(source: bytes) -> list[int]:
    """Lines of the statements that import imp, and of calls that do so with a literal name."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Import) and any(name.name == "imp" for name in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "imp" and not node.level)
        or (isinstance(node, ast.Call) and _names_imp(node))
    ]


def _names_imp(call: ast.Call) -> bool:
    function = call.func
    name = getattr(function, "attr", getattr(function, "id", ""))
    if name not in {"__import__", "import_module"} or not call.args:
        return False
    argument = call.args[0]
    return isinstance(argument, ast.Constant) and argument.value == "imp"


def has_imp(version: str) -> bool:
    """Say whether Python *version* ("3.11") still has the module imp."""
    return int(version.partition(".")[2]) < 12
