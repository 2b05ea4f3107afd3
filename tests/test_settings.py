"""All front ends take the same settings for the same file."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from imp_migrate.flake8_plugin import Plugin
from imp_migrate.lsp.configuration import Settings, settings_for
from imp_migrate.run.config import ConfigError
from imp_migrate.settings import SettingsFinder

from .command import run

# One spot that needs a helper, one that does not.
SOURCE = "import imp\nimp.load_source('a', 'b')\nimp.reload(m)\n"
HELPER, RELOAD = "IMP207", "IMP101"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without helpers, and in it one that only wants IMP101 and leaves `gen` out."""
    root = (tmp_path / "project").resolve()
    for name in ("a.py", "b/c.py", "b/gen/d.py", "b/deep/e.py", "other/venv/f.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(SOURCE)
    (root / ".git").mkdir()
    configure(root, "no-helpers = true")
    configure(root / "b", 'select = ["IMP101"]\nextend-exclude = ["gen"]')
    monkeypatch.chdir(root)
    Plugin._finder = None
    return root


def configure(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.imp-migrate]\n{text}\n")


#: What is found in every file, and whether it has a safe fix.
FOUND = {
    "a.py": {"IMP401": False, HELPER: False, RELOAD: True},
    "b/c.py": {RELOAD: True},
    "b/gen/d.py": {},
    "b/deep/e.py": {RELOAD: True},
    "other/venv/f.py": {},
}


def is_safe(fix: dict[str, object] | None) -> bool:
    return fix is not None and fix["applicability"] == "safe"


def by_command_line(*paths: str) -> dict[str, dict[str, bool]]:
    done = run("--output-format=json", "--force-exclude", *paths)
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, dict[str, bool]] = {}
    for entry in json.loads(done.stdout):
        name, safe = os.path.relpath(entry["filename"]), is_safe(entry["fix"])
        found.setdefault(name, {})[entry["code"]] = safe
    return found


@pytest.mark.parametrize("paths", [["."], ["b", "a.py"], list(FOUND), ["b/c.py", "a.py", "b/deep"]])
def test_command_line(project: Path, paths: list[str]) -> None:
    found = by_command_line(*paths)
    assert found == {name: FOUND[name] for name in found}
    assert {"a.py", "b/deep/e.py"} <= found.keys()
    assert not {"b/gen/d.py", "other/venv/f.py"} & found.keys()


@pytest.mark.parametrize("name", FOUND)
def test_standard_input(project: Path, name: str) -> None:
    options = ["--output-format=json", "--force-exclude", f"--stdin-filename={name}", "-"]
    entries = json.loads(run(*options, stdin=SOURCE.encode()).stdout)
    assert {entry["code"]: is_safe(entry["fix"]) for entry in entries} == FOUND[name]


def test_standard_input_that_is_left_out_comes_out_again(project: Path) -> None:
    options = ["--write", "--stdin-filename=b/gen/d.py", "-"]
    done = run(*options, "--force-exclude", stdin=SOURCE.encode())
    assert (done.returncode, done.stdout) == (0, SOURCE.encode())
    assert run(*options, stdin=SOURCE.encode()).stdout != SOURCE.encode()


@pytest.mark.parametrize("name", FOUND)
def test_flake8_plugin(project: Path, name: str) -> None:
    plugin = Plugin(ast.parse(SOURCE), SOURCE.splitlines(keepends=True), name)
    said = {text.split()[0]: "--write rewrites this" in text for _, _, text, _ in plugin.run()}
    assert said == FOUND[name]


def test_manual_only_hides_what_is_rewritten_with_these_settings(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Plugin, "manual_only", True)
    plugin = Plugin(ast.parse(SOURCE), SOURCE.splitlines(keepends=True), "a.py")
    assert [text.split()[0] for _, _, text, _ in plugin.run()] == ["IMP401", HELPER]


@pytest.mark.parametrize("name", FOUND)
def test_language_server(project: Path, name: str) -> None:
    for folders in ([], [str(project)], [str(project / "b"), str(project)]):
        found = settings_for(str(project / name), folders, Settings())
        if name == "other/venv/f.py" or FOUND[name]:
            assert found.options == SettingsFinder().of_file(name).options
        assert found.excluded is not bool(FOUND[name])


def test_codemod_command(project: Path) -> None:
    command = [sys.executable, "-m", "libcst.tool", "codemod", "--no-format", "--jobs=1"]
    command += ["-x", "imp_migrate.codemod.MigrateImp", "."]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    by_codemod = {name: Path(name).read_text() for name in FOUND}
    for name in FOUND:
        Path(name).write_text(SOURCE)
    assert run("--write").returncode == 1
    assert by_codemod == {name: Path(name).read_text() for name in FOUND}
    assert "_load_source" not in by_codemod["a.py"] and "importlib.reload" in by_codemod["a.py"]


def test_nobody_shows_a_traceback_for_a_mistake(project: Path) -> None:
    configure(project / "b", "colour = 1")
    done = run(".")
    assert done.returncode == 2
    assert done.stderr.decode().startswith("error: " + str(project / "b" / "pyproject.toml"))
    plugin = Plugin(ast.parse(SOURCE), SOURCE.splitlines(keepends=True), "b/c.py")
    [(_, _, text, _)] = plugin.run()
    assert text.startswith("IMP904 could not be analysed: ") and "colour: unknown setting" in text
    assert "colour: unknown setting" in settings_for("b/c.py", [], Settings()).problem
    command = [sys.executable, "-m", "libcst.tool", "codemod", "--no-format", "--jobs=1"]
    command += ["-x", "imp_migrate.codemod.MigrateImp", "b/c.py"]
    said = subprocess.run(command, capture_output=True, text=True)
    assert "colour: unknown setting" in said.stdout + said.stderr
    assert "Traceback" not in said.stdout + said.stderr
    with pytest.raises(ConfigError, match="colour"):
        SettingsFinder().of_file("b/c.py")


def test_each_project_has_its_helper_module(project: Path) -> None:
    configure(project, 'helper-module = "one"')
    configure(project / "b", 'helper-module = "two"\nextend-exclude = ["gen"]')
    assert run("--write", "-q").returncode == 0
    assert "from one import _load_source" in Path("a.py").read_text()
    assert "from two import _load_source" in Path("b/deep/e.py").read_text()
    for module in ("one.py", "b/two.py"):
        assert "def _load_source" in Path(module).read_text()


def test_hooks_leave_out_what_is_excluded(project: Path) -> None:
    hooks = (Path(__file__).resolve().parent.parent / ".pre-commit-hooks.yaml").read_text()
    entries = re.findall(r"^  entry: imp-migrate(.*)$", hooks, re.MULTILINE)
    assert len(entries) == 2
    for entry in entries:
        run(*entry.split(), "a.py", "b/gen/d.py", "other/venv/f.py")
        assert Path("b/gen/d.py").read_text() == Path("other/venv/f.py").read_text() == SOURCE
    assert Path("a.py").read_text() != SOURCE


def test_flake8_itself(project: Path) -> None:
    command = [sys.executable, "-m", "flake8", "--select=IMP", "-j2", "--format=%(path)s %(code)s"]
    said = subprocess.run([*command, "."], capture_output=True, text=True).stdout.split("\n")
    expected = [f"./{name} {code}" for name, codes in FOUND.items() for code in codes]
    assert sorted(filter(None, said)) == sorted(expected)


def test_what_is_above_the_repository_does_not_count(project: Path) -> None:
    configure(project.parent, "colour = 1")
    for options in ([], ["--force-exclude"]):
        assert run(*options, ".").returncode == 1
        assert run(*options, "a.py").returncode == 1
    os.mkdir("other/venv/.git")
    assert "other/venv/f.py" in by_command_line("other/venv/f.py")


def test_a_repository_inside_has_settings_of_its_own(project: Path) -> None:
    os.mkdir("b/deep/.git")
    assert by_command_line(".")["b/deep/e.py"] == {"IMP401": True, HELPER: True, RELOAD: True}


def test_verbose_names_every_configuration_and_pattern(project: Path) -> None:
    said = run("-v", ".").stderr.decode()
    for config in (project / "pyproject.toml", project / "b" / "pyproject.toml"):
        assert f"configuration: {config}; " in said
    assert "b/gen: skipped, excluded by gen\n" in said
    assert "other/venv: skipped, excluded by venv (by default)\n" in said


def test_when_everything_named_is_left_out(project: Path) -> None:
    done = run("--force-exclude", "b/gen/d.py", "other/venv/f.py")
    assert (done.returncode, done.stdout.decode()) == (0, "No use of imp needs migrating.\n")
    assert "every Python file under the given paths is passed over" in done.stderr.decode()
    configure(project / "b", 'extend-exclude = ["gen"]\nforce-exclude = true')
    assert run("b/gen/d.py").returncode == 0
    configure(project / "b", 'extend-exclude = ["gen"]')
    assert run("b/gen/d.py").returncode == 1
