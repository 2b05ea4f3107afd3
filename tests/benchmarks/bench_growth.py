"""How the cost of one file grows with the sites in it: a table of CPU seconds and exponents.

    python -m tests.benchmarks.bench_growth [--sizes 500 ... 8000] [--kinds NAME ...]
        [--ways WAY ...] [--only WORDS] [--rounds N] [--limit S]

Each cell is a process of its own over one file.  The exponent is that of the power that
fits best, after what the same command costs for one site was taken off: 1 is linear, 2
square.  A cell that takes longer than the limit ends its row.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..command import arguments, environment

SIZES = (500, 1000, 2000, 4000, 8000)
TARGET = 1.2


@dataclass(frozen=True)
class Kind:
    """One way of having many sites in a file: *first*, *each* as often as there are sites, *last*."""

    name: str
    first: str
    each: str
    options: tuple[str, ...] = ()
    last: str = ""

    def text(self, sites: int) -> str:
        """A module with so many sites."""
        middle = "".join(self.each.replace("{n}", str(n)) for n in range(sites))
        return self.first + middle + self.last


def _function(*lines: str) -> str:
    return "\n\ndef function_{n}(name, path):\n" + "".join(f"    {line}\n" for line in lines)


_IMPORT = "import imp\nimport sys\n"

KINDS = (
    Kind("reload", _IMPORT, _function("return imp.reload(name)")),
    Kind("reload, at the top", _IMPORT, "imp.reload(sys.argv[{n}])\n"),
    Kind(
        "reload, in one function",
        f"{_IMPORT}\n\ndef function(name):\n",
        "    imp.reload(name[{n}])\n",
    ),
    Kind("reload, by its name", "from imp import reload\n", _function("return reload(name)")),
    Kind("constants", _IMPORT, _function("return name[imp.PY_SOURCE]")),
    Kind(
        "existence checks",
        _IMPORT,
        _function(
            "try:",
            "    imp.find_module(name)",
            "except ImportError:",
            "    return False",
            "return True",
        ),
    ),
    Kind(
        "pairs",
        _IMPORT,
        _function(
            "file, place, description = imp.find_module(name, path)",
            "try:",
            "    return imp.load_module(name, file, place, description)",
            "finally:",
            "    if file:",
            "        file.close()",
        ),
    ),
    Kind("load_source", _IMPORT, _function("return imp.load_source(name, path)")),
    Kind(
        "guards, by version",
        "import sys\n",
        "if sys.version_info >= (3, 4):\n"
        "    from importlib import reload as reload_{n}\n"
        "else:\n"
        "    from imp import reload as reload_{n}\n"
        "reload_{n}(sys)\n",
        ("--drop-guards",),
    ),
    Kind(
        "guards, by trying",
        "import sys\n",
        _function(
            "try:",
            "    from importlib import reload",
            "except ImportError:",
            "    from imp import reload",
            "return reload(name)",
        ),
        ("--drop-guards",),
    ),
    Kind(
        "locks",
        _IMPORT,
        _function("imp.acquire_lock()", "try:", "    path()", "finally:", "    imp.release_lock()"),
    ),
    Kind("manual", _IMPORT, _function("return imp._fix_co_filename(name, path)")),
    Kind("manual, the module", _IMPORT, _function("return name(imp)")),
    Kind(
        "manual, patched",
        f"{_IMPORT}imp.reload = print\n",
        _function("return imp.reload(name)"),
    ),
    Kind("patches", _IMPORT, _function("imp.reload = name")),
    Kind("import imp under functions", "", _function("import imp", "return imp.reload(name)")),
    Kind(
        "from imp import reload, likewise", "", _function("from imp import reload", "reload(name)")
    ),
    Kind(
        "from imp import load_source, likewise",
        "",
        _function("from imp import load_source", "return load_source(name, path)"),
    ),
    Kind("noqa", _IMPORT, _function("return imp.reload(name)  # noqa: IMP101")),
    # What nobody writes, but somebody may generate, or send to harm us.
    Kind(
        "hostile: strings",
        f"{_IMPORT}imp.reload(sys)\nx = [\n",
        "'import imp; x = {n}',\n",
        last="]",
    ),
    Kind("hostile: bindings", _IMPORT, "imp = imp\n", last="imp.reload(sys)\n"),
    Kind(
        "hostile: bases",
        f"{_IMPORT}class C: pass\n",
        "class C{n}(C):\n    x = imp.reload\nC = C{n}\n",
    ),
    Kind("hostile: open imports", f"{_IMPORT}imp.reload(sys)\n", "from a import (\n"),
    Kind("hostile: elif", f"{_IMPORT}if 0: pass\n", "elif {n} == sys.x:\n    imp.reload(sys)\n"),
    Kind("hostile: operators", f"{_IMPORT}x = (0\n", "+ imp.PY_SOURCE\n", last=")\n"),
    Kind("hostile: decorators", _IMPORT, "@imp.reload\n", last="def f(): pass\n"),
    Kind("hostile: dictionary", f"{_IMPORT}x = {{\n", "{n}: imp.reload,\n", last="}\n"),
    Kind("hostile: one line", _IMPORT, "imp.reload(sys); "),
)

WAYS = {
    f"{mode} {form}": (*options, *(("--output-format", "json") if form == "JSON" else ()))
    for mode, options in (("check", ()), ("diff", ("--diff",)), ("write", ("--write",)))
    for form in (("text",) if mode == "diff" else ("text", "JSON"))  # a diff has one form
}


_SHORT = 3.0  # seconds, of which a busy machine makes much more or less


def seconds(kind: Kind, way: str, sites: int, limit: float, rounds: int = 3) -> float | None:
    """The CPU time of the command over a file with *sites*; None past *limit*.

    The least of so many *rounds*, where one is short.
    """
    cost = _seconds(kind, way, sites, limit)
    if cost is None or cost > _SHORT:
        return cost
    again = (_seconds(kind, way, sites, limit) for _ in range(rounds - 1))
    return min([cost, *(other for other in again if other is not None)])


def _seconds(kind: Kind, way: str, sites: int, limit: float) -> float | None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "module.py"
        path.write_text(kind.text(sites))
        running = subprocess.Popen(
            arguments("-q", *WAYS[way], *kind.options, path.name),
            cwd=name,
            env=environment(PYTHONDONTWRITEBYTECODE=""),  # as with whoever installed it
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_CPU, (math.ceil(limit), math.ceil(limit) + 1)
            ),
        )
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode < 0:
        return None
    if running.returncode not in (0, 1):
        raise SystemExit(f"{kind.name}, {way}: exit status {running.returncode}")
    return usage.ru_utime + usage.ru_stime


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """The power of the size that *costs* grow with, by least squares."""
    if len(costs) < 2:
        return math.nan
    line = statistics.linear_regression(
        [math.log(size) for size in sizes[: len(costs)]], [math.log(cost) for cost in costs]
    )
    return line.slope


def main() -> None:
    """Measure, and print each row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", default="", help="only rows that hold all these words")
    parser.add_argument("--limit", type=float, default=60, help="CPU seconds for a cell")
    parser.add_argument("--kinds", nargs="+", help="only rows whose kind begins with one of these")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=[*WAYS])
    parser.add_argument("--rounds", type=int, default=3, help="of a short cell the least counts")
    options = parser.parse_args()
    kinds = [k for k in KINDS if k.name.startswith(tuple(options.kinds or [""]))]
    columns = " ".join(f"{size:7}" for size in options.sizes)
    print(f"{'sites':52} {columns}  exponent (target {TARGET})")
    worst = 0.0
    for kind in kinds:
        for way in options.ways:
            row = f"{kind.name}: {way}"
            if not all(word in row for word in options.only.split()):
                continue
            least = seconds(kind, way, 1, options.limit, options.rounds + 4) or 0.0
            costs: list[float] = []
            for size in options.sizes:
                cost = seconds(kind, way, size, options.limit, options.rounds)
                if cost is None:
                    break
                costs.append(cost)
            cells = [f"{cost:7.2f}" for cost in costs]
            cells += [f"> {options.limit:5.0f}"] * (len(options.sizes) > len(costs))
            slope = exponent(options.sizes, [max(cost - least, 0.001) for cost in costs])
            past = len(costs) < len(options.sizes)
            worst = max(worst, math.inf if past else slope)
            mark = "  !" if past or slope > TARGET else ""
            print(
                f"{row:52} {' '.join(f'{cell:7}' for cell in cells):{8 * len(options.sizes)}}"
                f" {slope:5.2f}{mark}",
                flush=True,
            )
    print(f"worst: {worst:.2f}")


if __name__ == "__main__":
    main()
