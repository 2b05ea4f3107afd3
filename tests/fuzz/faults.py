"""Runs that are killed, and files that somebody else writes just then: what is lost?

    python -m tests.fuzz.faults [--kills N] [--writers N] [--seed N]

A killed run: `--write` over a folder gets a SIGKILL at a random moment, soon after its
workers are there or a temporary file is.  Then every file is old or new, no worker lives
on, and a second run does what is left and leaves nothing else behind.

A writer: while `--write` runs, somebody adds a line to the file whose turn it is, as soon as
its new text lies beside it: in place, or by putting another file in its place, as editors
do.  Every such line must still be there at the end, in the file or in one that was
saved beside it.  Exit status 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from imp_migrate.run.temporary import PREFIX

from ..command import arguments, environment

OLD = b"import imp\n\nimp.reload(x)\n"
NEW = b"import importlib\n\nimportlib.reload(x)\n"
FILES = 40  # so many that workers are started
PATIENCE = 300  # seconds for a run, which may have to share its machine with many
ENDING = 15  # seconds for workers whose parent is gone


def main() -> int:
    """Run the trials and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=240)
    parser.add_argument("--writers", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = 0
    for name, trials, trial in (
        ("killed runs", options.kills, killed),
        ("runs with a writer", options.writers, written),
    ):
        counts: Counter[str] = Counter()
        for number in range(trials):
            rng = random.Random(f"{options.seed}:{name}:{number}")
            with tempfile.TemporaryDirectory() as folder:
                counts += trial(Path(folder), rng)
        if trials:
            said = ", ".join(f"{count} {what.strip('!')}" for what, count in sorted(counts.items()))
            bad = sum(count for what, count in counts.items() if what.startswith("!"))
            print(f"{trials} {name}: {said or 'nothing'}; {bad} wrong", flush=True)
            wrong += bad
    return int(bool(wrong))


# What is counted; what begins with "!" must not be.


def killed(folder: Path, rng: random.Random) -> Counter[str]:
    """What came of a run over *folder* that was killed, and of the next one."""
    paths = _filled(folder)
    counts: Counter[str] = Counter()
    with _running(folder, "-j2") as process:
        at_workers, until = rng.random() < 0.5, time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < until:
            if (len(_children(process.pid)) >= 2) if at_workers else _temporary(folder):
                break
        time.sleep(rng.random() * 0.02)
        workers = _children(process.pid)
        process.kill()
    counts["with temporary files left"] += bool(_temporary(folder))
    counts["with work left"] += any(path.read_bytes() == OLD for path in paths)
    counts["!with a torn file"] += any(path.read_bytes() not in (OLD, NEW) for path in paths)
    until = time.monotonic() + ENDING
    while any(map(_lives, workers)) and time.monotonic() < until:
        time.sleep(0.02)
    counts["!with a worker that lives on"] += any(map(_lives, workers))
    with _running(folder, "-j1") as process:
        process.wait(PATIENCE)
    counts["!not finished by a second run"] += any(path.read_bytes() != NEW for path in paths)
    counts["!with something left for good"] += sorted(folder.iterdir()) != paths
    return counts


def written(folder: Path, rng: random.Random) -> Counter[str]:
    """What came of the lines that somebody added to the files of *folder* during a run."""
    paths = _filled(folder)
    todo = dict.fromkeys(paths)
    counts: Counter[str] = Counter()
    lines: dict[Path, list[bytes]] = {path: [] for path in paths}
    with _running(folder, "-j1") as process:
        while process.poll() is None:
            if not _temporary(folder):
                continue
            while todo and (path := next(iter(todo))).read_bytes().startswith(NEW[:16]):
                del todo[path]
            if todo:
                time.sleep(rng.random() * 0.002)
                line = b"# %d\n" % rng.getrandbits(64)
                lines[path].append(line)
                (_append if rng.random() < 0.5 else _put_in_place)(path, line)
                if rng.random() < 0.5:
                    del todo[path]
    for path in paths:
        content = path.read_bytes()
        saved = b"".join(other.read_bytes() for other in folder.glob("*.saved"))
        counts["lines"] += len(lines[path])
        counts["lines in what was saved beside"] += sum(
            line not in content and line in saved for line in lines[path]
        )
        counts["!lines lost"] += sum(line not in content + saved for line in lines[path])
        code = b"".join(line for line in content.splitlines(True) if line not in lines[path])
        counts["!torn files"] += code not in (OLD, NEW)
    counts["!temporary files left"] += len(_temporary(folder))
    return counts


def _append(path: Path, line: bytes) -> None:
    with open(path, "ab", buffering=0) as stream:
        stream.write(line)


def _put_in_place(path: Path, line: bytes) -> None:
    other = path.with_suffix(".editor")
    other.write_bytes(path.read_bytes() + line)
    os.replace(other, path)


def _filled(folder: Path) -> list[Path]:
    paths = sorted(folder / f"m{number}.py" for number in range(FILES))
    for path in paths:
        path.write_bytes(OLD)
    return paths


@contextlib.contextmanager
def _running(folder: Path, jobs: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        arguments("--write", "-q", jobs, "."),
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        yield process


def _temporary(folder: Path) -> list[str]:
    return [
        name for name in os.listdir(folder) if name.startswith(PREFIX) and name.endswith(".tmp")
    ]


def _children(process: int) -> list[int]:
    try:
        return [*map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split())]
    except OSError:
        return []


def _lives(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


if __name__ == "__main__":
    sys.exit(main())
