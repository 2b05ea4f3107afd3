"""Real editors, set up as docs/editors.md says, open a file, fix it and save it.

An editor that is not installed is passed over; the program that plays the person
is the file beside this one that is named after the editor.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from imp_migrate.analysis import analyse
from imp_migrate.migration import migrate_source
from imp_migrate.options import Options
from imp_migrate.text.source import Source
from tests.differential.programs import ROOT as PROGRAMS

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[2]
CASES = [
    "reload/in_f_string",
    "load_source/file_closed_in_finally",
    "find_module_exists/flag_in_try",
    "constants/compared",
    "reach/form_feed_and_blank_lines",
    "reach/windows_line_ends",
    "reach/text_beyond_ascii_before",
]


def recipe(name: str) -> str:
    """The set-up that docs/editors.md gives for the editor *name*."""
    page = (CHECKOUT / "docs" / "editors.md").read_text(encoding="utf-8")
    found = re.search(rf"<!-- recipe: {name} -->\n```\w+\n(.*?)```", page, re.DOTALL)
    assert found, f"docs/editors.md has a recipe for {name}"
    return found[1]


def program_of(editor: str) -> str:
    """The program of *editor*; skips the test if it is not there."""
    path = shutil.which(editor)
    if path is None:
        pytest.skip(f"{editor} is not installed")
    return path


def neovim(file: Path, folder: Path) -> list[str]:
    program = program_of("nvim")
    (folder / "init.lua").write_text(recipe("neovim"))
    driver = str(HERE / "neovim.lua")
    return [program, "--headless", "-n", "-u", str(folder / "init.lua"), str(file), "-S", driver]


def vim(file: Path, folder: Path) -> list[str]:
    program = program_of("vim")
    settings = "set nocompatible\nlet g:ale_linters_explicit = 1\n"
    settings += "let g:ale_linters = {'python': ['imp_migrate']}\nfiletype plugin on\n"
    (folder / "vimrc").write_text(settings + recipe("ale"))
    probe = [program, "-N", "-u", "NONE", "-i", "NONE", "-es", "-c", "packadd ale", "-c", "qall!"]
    if subprocess.run(probe, stdin=subprocess.DEVNULL).returncode:
        pytest.skip("the plugin ALE is not installed")
    options = ["-N", "-n", "-i", "NONE", "-es", "-u", str(folder / "vimrc")]
    return [program, *options, str(file), "-S", str(HERE / "vim.vim")]


def emacs(client: str, file: Path, folder: Path) -> list[str]:
    program = program_of("emacs")
    (folder / "init.el").write_text(recipe(client))
    command = [program, "--batch", "--eval", "(package-initialize)"]
    probe = [*command, "--eval", f"(require '{client})"]
    if subprocess.run(probe, capture_output=True).returncode:
        pytest.skip(f"{client} is not installed")
    return [*command, "-l", str(folder / "init.el"), "-l", str(HERE / "emacs.el")]


def eglot(file: Path, folder: Path) -> list[str]:
    return emacs("eglot", file, folder)


def lsp_mode(file: Path, folder: Path) -> list[str]:
    return emacs("lsp-mode", file, folder)


#: What docs/editors.md says about versions that are tested here.
MISCOUNTS = {
    "vim-ale": "ALE 3.3 takes columns for bytes",
    "emacs-lsp-mode": "lsp-mode 8.0.0 counts characters, not UTF-16 units",
}
EDITORS = {"neovim": neovim, "vim-ale": vim, "emacs-eglot": eglot, "emacs-lsp-mode": lsp_mode}


def play(editor: str, file: Path, folder: Path, all_at_once: bool) -> list[dict[str, Any]]:
    """Let *editor* fix *file* and save it; return what a person would have seen."""
    folder.mkdir()
    server = folder / "imp-migrate-lsp"
    server.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m imp_migrate.lsp.server "$@"\n'
    )
    server.chmod(0o755)
    log = folder / "log"
    environment = {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(CHECKOUT),
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
        "XDG_STATE_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "FILE": str(file),
        "LOG": str(log),
        "CLIENT": editor.partition("-")[2],
    }
    environment |= {"ALL": "1"} if all_at_once else {}
    run = subprocess.run(
        EDITORS[editor](file, folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment,
        cwd=file.parent,
        timeout=120,
    )
    entries = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}\n{entries}"
    return entries


@pytest.mark.parametrize(
    ("case", "all_at_once"),
    [*((case, False) for case in CASES), *((case, True) for case in CASES[:3])],
    ids=lambda value: value if isinstance(value, str) else "all at once" if value else "one by one",
)
@pytest.mark.parametrize("editor", EDITORS)
def test_editor(editor: str, case: str, all_at_once: bool, tmp_path: Path) -> None:
    data = (PROGRAMS / f"{case}.py").read_bytes()
    source = Source.from_bytes(data)
    expected = source.encode(migrate_source(source).text)
    if editor in MISCOUNTS and not source.text.isascii():
        pytest.skip(MISCOUNTS[editor])
    file = tmp_path / "main.py"
    file.write_bytes(data)
    seen = play(editor, file, tmp_path / "set-up", all_at_once)
    shown = analyse(source, Options()).diagnostics
    places = sorted([source.line_of(d.start), d.code] for d in shown)
    assert sorted(seen[0]["diagnostics"]) == places
    titles = {title for entry in seen[1:] for title in entry["offered"]}
    assert any(title.startswith("imp-migrate: ") for title in titles)
    assert file.read_bytes() == expected
    assert expected != data
