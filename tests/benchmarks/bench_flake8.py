"""What the plugin costs flake8 on files that do not use `imp`.

    python -m tests.benchmarks.bench_flake8 [FILES]

Makes two virtual environments, flake8 alone and flake8 with this project, and
runs each over the same tree, in turns; prints the times and their ratio.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_TEXT = '''"""Module {n}."""
import os
import sys


def function_{n}(path, *, strict=False):
    """Return something."""
    names = [name for name in os.listdir(path) if name.isidentifier()]
    if strict and not names:
        raise ValueError(path)
    return {{name: len(name) for name in names}}, sys.argv


class Class{n}:
    attribute = {n}

    def method(self):
        return self.attribute * 2
'''


def environment(folder: Path, *requirements: str) -> Path:
    """Make a virtual environment in *folder*; return its Python."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", *requirements], check=True)
    return python


def seconds(python: Path, tree: Path, jobs: str) -> float:
    """How long flake8 takes for *tree*."""
    start = time.perf_counter()
    subprocess.run([python, "-m", "flake8", "-j", jobs, tree], stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tree = folder / "tree"
        tree.mkdir()
        for n in range(count):
            (tree / f"module_{n}.py").write_text(_TEXT.format(n=n))
        alone = environment(folder / "alone", "flake8")
        plugin = environment(folder / "plugin", "flake8", str(ROOT))
        for jobs in ("1", "2"):
            times: dict[Path, list[float]] = {alone: [], plugin: []}
            for _ in range(5):
                for python, taken in times.items():
                    taken.append(seconds(python, tree, jobs))
            without, with_plugin = (statistics.median(taken) for taken in times.values())
            print(
                f"{count} files, -j {jobs}: {without:.2f} s without, {with_plugin:.2f} s with"
                f" the plugin, ratio {with_plugin / without:.3f}"
            )


if __name__ == "__main__":
    main()
