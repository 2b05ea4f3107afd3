"""Run scenarios, each in a fork and a folder of its own, and print what they log.

Usage: python tests/helpers/scenarios EXTENSION_FILE

EXTENSION_FILE is the compiled `extension.c`.  Every line of standard input is a
task, in JSON: "imp" or the name of a file that holds the emitted helpers, and
the prefixes of the scenarios' names ("" for all).  The answer is the number of
the process that works at it, which may be killed; a line of JSON for each
scenario: its name, its log, why the sides differ, if they do, and which
specialised forms were called; and, after an empty line, "end".
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import sys
import tempfile
import traceback
from typing import Any, List

import extension_modules
import finding
import packages
import source_files
from world import DIFFERENT, SCENARIOS, USED, World, functions_of_helpers, functions_of_imp

assert extension_modules and finding and packages and source_files  # they register scenarios
sys.path.pop(0)  # this folder: searches are not to find it


def run(name: str, api: Any, extension: str) -> List[List[str]]:
    """Run one scenario in a child process; return its log, and the forms it called."""
    # realpath: the temporary folder may be a symbolic link
    folder = os.path.realpath(tempfile.mkdtemp())
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            os.chdir(folder)
            world = World(api, extension)
            try:
                SCENARIOS[name](world)
            except BaseException:
                world.log.append("BROKEN: " + traceback.format_exc())
            with os.fdopen(writer, "w") as pipe:
                json.dump([world.log, sorted(USED)], pipe)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    shutil.rmtree(folder)
    return list(json.loads(text)) if text else [["BROKEN: the process died"], []]


def work(side: str, extension: str, names: List[str]) -> None:
    """Print what was seen in the scenarios whose names start with one of *names*."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # the tasks are not for scenarios
    api = functions_of_imp() if side == "imp" else functions_of_helpers(side)
    gc.freeze()  # or each fork would copy what a collection touches
    for name in SCENARIOS:
        if name.startswith(tuple(names)):
            log, used = run(name, api, extension)
            print(json.dumps([name, log, DIFFERENT.get(name, ""), used]), flush=True)


def main(extension: str) -> None:
    """Do task after task, each in a fork, so that it finds what a new interpreter has."""
    for task in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                print(os.getpid(), flush=True)
                side, *names = json.loads(task)
                work(side, extension, names)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        print("\nend" if status == 0 else "\nfailed", flush=True)


main(*sys.argv[1:])
