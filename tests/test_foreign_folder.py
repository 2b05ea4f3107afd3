"""A folder that is not ours: nothing in it is imported or run, and no name in it does harm."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from .command import arguments, environment, run

#: What the tool imports, some of it only when it needs it, and itself.
NAMES = (  # noqa: SIM905
    """
    argparse ast tomli tomllib libcst re json symtable tokenize difflib fnmatch dataclasses typing
    functools concurrent multiprocessing asyncio pygls lsprotocol logging unicodedata rules
    sitecustomize usercustomize flake8 ctypes contextlib warnings traceback
    """
).split()
TRAP = "import os\nos.mkdir('sprung-' + __name__)\nimport imp\nimp.reload(x)\n"
COMMANDS = {
    "python -m imp_migrate": arguments(),
    "imp-migrate": [str(Path(sys.executable).parent / "imp-migrate")],
}
#: A name that a terminal would obey, that a line ends in, and that GitHub would.
EVIL = "::error::\x1b]0;owned\x07\r\n\x9b31m.py"
TEXT = b"import imp\nx = imp.reload(y), '\x1b[31m \xc2\x9b1m'\n"


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    folder = tmp_path / "trap"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.py").write_text(TRAP)
    (folder / "pyproject.toml").write_text("[tool.imp-migrate]\nselect = ['IMP']\n")
    (folder / "setup.cfg").write_text("[flake8]\n")
    return folder


def sprung(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.startswith("sprung-")]


@pytest.mark.parametrize(
    "options", [["."], ["--diff", "-v", "."], ["--write", "-j2", "."], ["--list-rules"]]
)
@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_imported(trap: Path, command: str, options: list[str]) -> None:
    if not Path(COMMANDS[command][0]).exists():
        pytest.skip("not installed")
    _spare_what_comes_before_us(trap, COMMANDS[command])
    for n in range(40):  # enough for several processes
        (trap / f"module{n}.py").write_text("import imp\nimp.reload(x)\n")
    done = subprocess.run(
        [*COMMANDS[command], *options],
        cwd=trap,
        env=_without_path(),
        capture_output=True,
        check=False,
    )
    assert sprung(trap) == []
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 1)
    assert len(done.stdout) > 10


@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-m", "imp_migrate.lsp.server"],
        [str(Path(sys.executable).parent / "imp-migrate-lsp")],
    ],
)
def test_nothing_is_imported_by_the_language_server(trap: Path, command: list[str]) -> None:
    if not Path(command[0]).exists():
        pytest.skip("not installed")
    _spare_what_comes_before_us(trap, command)
    text = "import imp\\nimp.reload(x)\\n"
    bodies = [
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}',
        '{"jsonrpc":"2.0","method":"initialized","params":{}}',
        '{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":'
        f'{{"uri":"file://{trap}/m.py","languageId":"python","version":1,"text":"{text}"}}}}}}',
        '{"jsonrpc":"2.0","id":2,"method":"textDocument/codeAction","params":{"textDocument":'
        f'{{"uri":"file://{trap}/m.py"}},"range":{{"start":{{"line":1,"character":0}},'
        '"end":{"line":1,"character":0}},"context":{"diagnostics":[]}}}',
        '{"jsonrpc":"2.0","id":3,"method":"shutdown"}',
        '{"jsonrpc":"2.0","method":"exit"}',
    ]
    process = subprocess.Popen(
        command, cwd=trap, env=_without_path(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin and process.stdout
    for body in bodies:
        if '"shutdown"' in body:
            seen = b""
            while b'"id": 2' not in seen and b'"id":2' not in seen:
                part = process.stdout.read1()
                assert part, f"the server ended: {seen!r}"
                seen += part
        process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        process.stdin.flush()
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert sprung(trap) == []


def test_the_folder_of_another_program_stays(tmp_path: Path) -> None:
    """Only `-m imp_migrate` is ours: a program that imports us finds its own modules."""
    package = tmp_path / "program"
    package.mkdir()
    (package / "__init__.py").write_text("import imp_migrate")
    (package / "__main__.py").write_text("import beside")
    (tmp_path / "beside.py").write_text("print('found')")
    done = subprocess.run(
        [sys.executable, "-m", "program"], cwd=tmp_path, env=environment(), capture_output=True
    )
    assert done.stdout.strip() == b"found"


def _spare_what_comes_before_us(trap: Path, command: list[str]) -> None:
    """Take away what `python -m` itself imports, here, before the first line of its module."""
    if command[1:2] != ["-m"]:
        return
    package = trap.parent / "reference" / "package"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("import sys; print(*sys.modules)")
    (package / "__main__.py").touch()
    done = subprocess.run(
        [sys.executable, "-m", "package"],
        cwd=package.parent,
        env=_without_path(),
        capture_output=True,
        check=True,
    )
    before = set(done.stdout.decode().split())
    assert "runpy" in before and not before & {"ast", "argparse", "json", "tomllib"}
    for name in before & set(NAMES):
        (trap / f"{name}.py").unlink()


def _without_path() -> dict[str, str]:
    return {
        name: value for name, value in environment().items() if name != "PYTHONDONTWRITEBYTECODE"
    }


# -- names and sources that a terminal, or a machine, would obey ------------------------


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    (tmp_path / EVIL).write_bytes(TEXT)
    (tmp_path / ("un" + EVIL)).symlink_to("/nowhere\x1b[31m")
    return tmp_path


def harmless(output: bytes) -> bool:
    """Nothing but text, tabs and line feeds; no line that GitHub would take for a command."""
    text = output.decode()
    controls = {c for c in text if not c.isprintable()} - {"\n", "\t"}
    return not controls and not any(line.strip().startswith("::") for line in text.split("\n"))


@pytest.mark.parametrize("options", [[], ["-v"], ["--write", "-v"], ["--statistics"]])
def test_text(evil: Path, options: list[str]) -> None:
    done = run(*options, ".", cwd=evil)
    assert harmless(done.stderr)
    assert harmless(done.stdout)
    assert done.returncode == ("--write" not in options), "a link that leads nowhere is a warning"
    assert "broken symbolic link" in done.stderr.decode()


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_machines_get_ascii(evil: Path, form: str) -> None:
    done = run("--output-format", form, ".", cwd=evil)
    assert harmless(done.stdout) and done.stdout.isascii()
    name = json.dumps(EVIL)[1:-1] if form == "json" else quote(EVIL)
    assert name.removeprefix("::error::") in done.stdout.decode()
    json.loads(done.stdout)


def test_github(evil: Path) -> None:
    done = run("--output-format", "github", ".", cwd=evil)
    lines = done.stdout.decode().split("\n")[:-1]
    assert len(lines) == 2
    for line, code in zip(lines, ("IMP401", "IMP101"), strict=True):
        assert line.isprintable()
        assert line.startswith(f"::error title=imp-migrate ({code}),file=")
        properties, _, message = line.removeprefix("::").partition("::")
        assert "%3A%3Aerror%3A%3A" in properties
        assert f" {code} " in message and "%0A  help: " in message
    assert harmless(done.stderr)


def test_diff_for_programs(evil: Path) -> None:
    """`git apply` and `patch` take it, whatever the name."""
    diff = run("--diff", "-q", ".", cwd=evil).stdout
    assert b"\x1b[31m" in diff, "the source, as it is"
    assert b"\\033]0;owned\\007\\015\\012" in diff, "the name, quoted"
    apply = ["git", "apply", "-p0", "--unsafe-paths"]
    done = subprocess.run(apply, cwd=evil, input=diff, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (evil / EVIL).read_bytes().startswith(b"import importlib\n")


def test_diff_for_a_terminal(evil: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        arguments("--diff", "-q", "."), cwd=evil, env=environment(), stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    output = b""
    try:
        while chunk := os.read(ours, 4096):
            output += chunk
    except OSError:  # the other end is closed
        pass
    process.wait()
    os.close(ours)
    assert b"+import importlib" in output
    assert harmless(output.replace(b"\r\n", b"\n"))
