"""Run every scenario in a process and a folder of its own, and print what it logs.

A line of JSON for each: its name, its log, why the sides differ, if they do, and
which specialised forms were called.

Usage: python tests/helpers/scenarios (imp | HELPERS_FILE) EXTENSION_FILE [PREFIX ...]

HELPERS_FILE holds the emitted helpers, EXTENSION_FILE the compiled `extension.c`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import traceback
from typing import List

import extension_modules
import finding
import packages
import source_files
from world import DIFFERENT, SCENARIOS, USED, World, functions_of_helpers, functions_of_imp

assert extension_modules and finding and packages and source_files  # they register scenarios
sys.path.pop(0)  # this folder: searches are not to find it


def run(name: str, side: str, extension: str) -> List[List[str]]:
    """Run one scenario in a child process; return its log, and the forms it called."""
    # realpath: the temporary folder may be a symbolic link
    folder = os.path.realpath(tempfile.mkdtemp())
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            os.chdir(folder)
            api = functions_of_imp() if side == "imp" else functions_of_helpers(side)
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


def main(side: str, extension: str, *names: str) -> None:
    """Print what was seen in the scenarios whose names start so (all, if none are given)."""
    for name in SCENARIOS:
        if name.startswith(names or ""):
            log, used = run(name, side, extension)
            print(json.dumps([name, log, DIFFERENT.get(name, ""), used]), flush=True)


main(*sys.argv[1:])
