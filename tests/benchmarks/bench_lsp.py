"""The language server: how long after a change the diagnostics come, and what it keeps.

    python -m tests.benchmarks.bench_lsp [--changes 200] [--edits 5000]

On a file of 1,000 lines with ten uses of imp.  The first part types, one change
after the other, and waits for the diagnostics of each, the server's pause
included.  The second part is a long session: changes that parse and that do not,
fixes applied and taken back, a second document opened and closed; what to read
is the memory at its end against that after the first tenth.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from pathlib import Path

from imp_migrate.lsp.desk import PAUSE
from tests.lsp.editor import Buffer, Editor, editor

_FUNCTION = '''
def function_{n}(name, path, strict=False):
    """Return something."""
    module = imp.{member}
    names = [str(part) for part in (name, path) if part]
    if strict and not names:
        raise ValueError(f"{{name}} in {{path}}")
'''
_LINE = '    names.append("{n}" + (name or path))  # line {n}\n'


def text_of_1000_lines() -> str:
    """A module that uses imp in ten places."""
    members = ["reload(name)", "load_source(name, path)", "new_module(name)", "find_module(name)"]
    parts = ["import imp\nimport os\n"]
    for n in range(10):
        parts.append(_FUNCTION.format(n=n, member=members[n % 4]))
        parts += [_LINE.format(n=line) for line in range(92)]
        parts.append("    return module, names, os.sep\n")
    return "".join(parts)


def seconds_to_diagnostics(session: Editor, buffer: Buffer, changes: int) -> list[float]:
    """How long every one of *changes* took."""
    taken = []
    for n in range(changes):
        text = buffer.text.replace("# line 40\n", f"# line 40{'x' * (n % 7)}\n", 1)
        start = time.perf_counter()
        session.change(buffer, text)
        session.diagnostics(buffer)
        taken.append(time.perf_counter() - start)
        buffer.published.clear()
    return taken


def long_session(session: Editor, buffer: Buffer, edits: int) -> list[tuple[int, int]]:
    """Make *edits* changes; return the memory of the server, in KiB, ten times on the way."""
    text = buffer.text
    memory = []
    for n in range(1, edits + 1):
        session.change(buffer, _changed(session, buffer, text, n))
        session.save(buffer)  # so that the pause need not be waited for
        session.diagnostics(buffer)
        buffer.published.clear()
        if n % 50 == 0:
            other = session.open(text)
            session.diagnostics(other)
            session.close(other)
            session.wait_until(lambda other=other: other.published[-1].version is None)
            del session.buffers[other.uri]
        if n % (edits // 10) == 0:
            memory.append((n, resident(session.process.pid)))
    return memory


def _changed(session: Editor, buffer: Buffer, text: str, n: int) -> str:
    if n % 10 == 0:  # half typed
        return text.replace("    return module", f"    return (module{n % 7}", 1)
    if n % 25 == 1:  # a fix applied, which the next change takes back
        session.change(buffer, text)
        found = session.diagnostics(buffer)
        session.apply(session.actions(buffer, found[1:2], only=["quickfix"])[0])
        return buffer.text
    return text.replace("# line 50\n", f"# line 50 {n}\n", n % 3)


def resident(process: int) -> int:
    """The memory of a process, in KiB (on Linux)."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0])


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--edits", type=int, default=5000)
    options = parser.parse_args()
    text = text_of_1000_lines()
    with editor() as session:
        start = time.perf_counter()
        buffer = session.open(text)
        found = session.diagnostics(buffer)
        first = time.perf_counter() - start
        print(f"{len(text.splitlines())} lines, {len(found)} diagnostics")
        print(f"opened, with everything yet to be imported: {first * 1000:.0f} ms")
        taken = seconds_to_diagnostics(session, buffer, options.changes)
        p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
        print(
            f"from a change to its diagnostics, {options.changes} times: "
            f"p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms "
            f"({PAUSE * 1000:.0f} ms of it are the pause)"
        )
        start = time.perf_counter()
        for n, memory in long_session(session, buffer, options.edits):
            print(f"after {n:5} edits: {memory / 1024:.1f} MiB")
        print(f"{options.edits} edits in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
