"""Runs the command again and again, each time in a fork of this process, which has imported it.

Started as `python forks.py`, by `tests.command`.  Every line of standard input is a task, in
JSON: `arguments`; `folder`, where it runs; `environment`; `files`, which become its standard
input, output and error.  The answer is the wait status.  What Python does once, when it
starts, is the same for all; what it does in the end, each fork does for itself (`leave`).
"""

import atexit
import importlib
import io
import json
import os
import pkgutil
import runpy
import signal
import sys
import threading

SECONDS = 120  # a command that needs longer hangs


def import_all() -> None:
    """Import whatever the command may need, and let it read its rules and helpers."""
    import imp_migrate

    for module in pkgutil.walk_packages(imp_migrate.__path__, "imp_migrate."):
        if not module.name.endswith("__main__") and ".lsp" not in module.name:
            importlib.import_module(module.name)
    imp_migrate.migrate("import imp\nx = imp.load_source('a', 'a.py')\n")


def next_arguments() -> "list[str]":
    """Return the arguments of the next command, in the child process that shall run it."""
    while True:
        line = sys.stdin.readline()
        if not line:
            os._exit(0)
        child = os.fork()
        if child == 0:
            break
        _, status = os.waitpid(child, 0)
        print(status, flush=True)
    task = json.loads(line)
    signal.alarm(SECONDS)
    os.chdir(task["folder"])
    os.environ.clear()
    os.environ.update(task["environment"])
    for number, path in enumerate(task["files"]):
        opened = os.open(path, os.O_WRONLY if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)
    # Made anew, as Python makes them when it starts.
    sys.stdin = sys.__stdin__ = stream(0, "rb")
    sys.stdout = sys.__stdout__ = stream(1, "wb")
    sys.stderr = sys.__stderr__ = stream(2, "wb", "backslashreplace", line_buffering=True)
    return task["arguments"]


def stream(
    number: int, mode: str, errors: str = "strict", *, line_buffering: bool = False
) -> io.TextIOWrapper:
    """Return the file that is open under *number*, as text."""
    return io.TextIOWrapper(os.fdopen(number, mode), "utf-8", errors, line_buffering=line_buffering)


def leave(status: object) -> None:
    """End as Python ends, but for taking all modules apart: those are shared with the parent."""
    if not isinstance(status, int | None):
        print(status, file=sys.stderr)
        status = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit((status or 0) & 0xFF)


if __name__ == "__main__":
    del sys.path[0]  # the folder of this file
    import_all()
    sys.argv[1:] = next_arguments()
    try:
        runpy.run_module("imp_migrate", run_name="__main__", alter_sys=True)
    except SystemExit as end:  # anything else is for Python to report
        leave(end.code)
