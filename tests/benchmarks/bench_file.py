"""What one file that uses `imp` costs, as ratios of parsing and printing it with LibCST.

    python -m tests.benchmarks.bench_file

Each figure is the median of several runs in one process, LibCST's in the same.
"""

from __future__ import annotations

import ast
import statistics
import time
from collections.abc import Callable

import libcst

from imp_migrate.analysis import analyse
from imp_migrate.migration import migrate_source
from imp_migrate.options import Options
from imp_migrate.source import Source

_SITES = """
def use_{n}(name, path):
    imp.reload(sys.modules[name])
    module = imp.new_module(name)
    return imp.load_source(name, path), module, imp.get_magic(), imp.cache_from_source(path, True)
"""
_OTHER = '''
def other_{n}(self, values, *, flag=False):
    """Something that has nothing to do with it."""
    total = 0
    for index, value in enumerate(values):  # a comment
        if value is None or (flag and index % 2):
            continue
        total += {{"a": 1, "b": [value, index]}}["a"] * value
    return [item for item in sorted(values, key=lambda v: v or 0) if item], total
'''


def program(lines: int) -> str:
    """A program of about *lines* lines with 10 functions that use `imp`."""
    parts = ["import imp\nimport sys\n"]
    fillers = max(0, lines - 70) // 9
    for number in range(10):
        parts.append(_SITES.format(n=number))
        parts += [_OTHER.format(n=f"{number}_{k}") for k in range(fillers // 10)]
    return "\n".join(parts)


def median(function: Callable[[], object], runs: int = 7) -> float:
    """The median time of *function*, in seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the ratios for some sizes."""
    print("lines  libcst round trip   ast.parse   analyse   migrate   (multiples of the round trip)")
    for lines in (200, 1000, 5000):
        text = program(lines)
        source = Source.from_text(text)
        base = median(lambda text=text: libcst.parse_module(text).code)
        parse = median(lambda text=text: ast.parse(text))
        plan = median(lambda source=source: analyse(source, Options()))
        whole = median(lambda source=source: migrate_source(source, Options()), 3)
        count = text.count("\n")
        print(
            f"{count:5}  {base * 1000:14.1f} ms   {parse / base:9.2f}   {plan / base:7.2f}"
            f"   {whole / base:7.2f}"
        )


if __name__ == "__main__":
    main()
