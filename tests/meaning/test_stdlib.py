"""What the standard library has, compared with the real ones."""

from __future__ import annotations

import ast
import json
import subprocess

import pytest

from imp_migrate.meaning.stdlib import (
    GONE_BUILTINS,
    GONE_MODULES,
    INNER_NAMES,
    MODERN_MODULES,
    MODERN_NAMES,
    fails,
    works,
)
from tests import interpreters

CHECK = """
import builtins, importlib.util, json, sys
tables = json.load(sys.stdin)
for name in [*tables["names"], *tables["modules"]]:
    __import__(name)
for module, names in tables["names"].items():
    for name in names:
        exec(f"from {module} import {name}")
    public = {name for name in dir(sys.modules[module]) if not name.startswith("_")}
    assert public <= {*names, *tables["inner"]}, module
for name in tables["gone"]:
    assert importlib.util.find_spec(name) is None, name
for name in tables["builtins"]:
    assert not hasattr(builtins, name), name
"""


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_tables_agree_with_the_interpreters(version: str) -> None:
    tables = {
        "names": {module: sorted(names) for module, names in MODERN_NAMES.items()},
        "modules": sorted(MODERN_MODULES),
        "inner": sorted(INNER_NAMES),
        "gone": sorted(GONE_MODULES),
        "builtins": sorted(GONE_BUILTINS),
    }
    answer = subprocess.run(
        [interpreters.require(version), "-I", "-S", "-c", CHECK],
        input=json.dumps(tables),
        capture_output=True,
        text=True,
    )
    assert answer.stderr == ""


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("import importlib.util", (True, False)),
        ("import os, sys", (True, False)),
        ("import os, unknown", (False, False)),
        ("import unknown", (False, False)),
        ("import __builtin__", (False, True)),
        ("import os, distutils.core", (False, True)),
        ("import imp", (False, False)),
        ("from importlib import reload", (True, False)),
        ("from importlib import *", (True, False)),
        ("from importlib import load_source", (False, True)),
        ("from importlib import reload, load_source", (False, True)),
        ("from os import anything", (False, False)),
        ("from os import *", (True, False)),
        ("from importlib.util import Loader", (False, False)),
        ("from importlib.machinery import AppleFrameworkLoader", (False, False)),
        ("from importlib import _bootstrap", (False, False)),
        ("from Queue import Queue", (False, True)),
        ("from .importlib import reload", (False, False)),
        ("from . import reload", (False, False)),
    ],
)
def test_works_and_fails(statement: str, expected: tuple[bool, bool]) -> None:
    (found,) = ast.parse(statement).body
    assert isinstance(found, (ast.Import, ast.ImportFrom))
    assert (works(found), fails(found)) == expected
