"""What people wait for: a run over files that never mention imp, against ripgrep or grep.

    python -m tests.benchmarks.bench_scan [--files 2000] [--rounds 7]

The tree is made of modules of the standard library.  The commands take turns, so
that a busy machine is equally busy for all; the least of their times counts, and
what to read are the ratios.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from imp_migrate.text.scan import is_relevant

from ..command import arguments, environment

_FILES_IN_A_FOLDER = 50


def main() -> None:
    """Make the tree, take turns, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        size = make_tree(Path(folder), options.files)
        print(f"{options.files} files, {size / 1e6:.1f} MB, none of which mentions imp")
        best: dict[str, float] = {}
        for _ in range(options.rounds + 1):  # the first brings the files into memory
            for name, command in commands().items():
                best[name] = min(best.get(name, 1e9), seconds(command, folder))
        search = best[next(name for name in ("rg", "grep") if name in best)]
        for name, took in best.items():
            print(f"{name:20} {took * 1000:7.1f} ms   x {took / search:.1f}")


def make_tree(folder: Path, files: int) -> int:
    """Fill *folder* with *files* modules without imp; return how many bytes they have."""
    size = 0
    for number, content in enumerate(contents(files)):
        place = folder / f"p{number // _FILES_IN_A_FOLDER}"
        place.mkdir(exist_ok=True)
        (place / f"m{number}.py").write_bytes(content)
        size += len(content)
    subprocess.run(["git", "init", "-q", folder], check=False)
    (folder / ".gitignore").write_text("__pycache__/\n*.py[cod]\n/build/\n*.egg-info/\n")
    return size


def contents(number: int) -> Iterator[bytes]:
    """The texts of *number* modules that nothing is to be said about, some more than once if need be."""
    library = sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py"))
    while number:
        for path in library:
            content = path.read_bytes()
            if number and not is_relevant(content):
                number -= 1
                yield content


def commands() -> dict[str, list[str]]:
    """What to compare: searching, starting Python, and us."""
    found = {
        "rg": ["rg", "-lw", "imp", "-g", "*.py"],
        "grep": ["grep", "-rlw", "--include=*.py", "imp", "."],
    }
    found = {name: command for name, command in found.items() if shutil.which(command[0])}
    found["python, doing nothing"] = [sys.executable, "-c", "pass"]
    found["imp-migrate"] = arguments("-q")
    found["imp-migrate -j1"] = arguments("-q", "-j1")
    return found


def seconds(command: list[str], folder: str) -> float:
    """How long *command* takes in *folder*."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=False)
    took = time.perf_counter() - start
    if done.stdout or done.stderr:
        raise SystemExit(os.fsdecode(b"unexpected: " + done.stdout + done.stderr))
    return took


if __name__ == "__main__":
    main()
