"""What the standard library has, compared with the real ones."""

from __future__ import annotations

import ast
import json
import subprocess

import pytest

from imp_migrate.meaning.stdlib import (
    GONE_ATTRIBUTES,
    GONE_BUILTINS,
    GONE_IN_3_12,
    GONE_MODULES,
    INNER_NAMES,
    MODERN_MODULES,
    MODERN_NAMES,
    fails,
    has_name,
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
for owner, names in tables["attributes"].items():
    owner = getattr(builtins, owner, None) or __import__(owner)
    for name in names:
        assert not hasattr(owner, name), name
"""


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_tables_agree_with_the_interpreters(version: str) -> None:
    tables = {
        "names": {module: sorted(names) for module, names in MODERN_NAMES.items()},
        "modules": sorted(MODERN_MODULES),
        "inner": sorted(INNER_NAMES),
        "gone": sorted(GONE_MODULES | GONE_IN_3_12),
        "attributes": {owner: sorted(names) for owner, names in GONE_ATTRIBUTES.items()},
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
        ("import os, asyncore", (False, True)),
        ("import distutils.core", (False, False)),
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


@pytest.mark.parametrize(
    ("statement", "oldest", "expected"),
    [
        ("import asyncore", (3, 11), (False, False)),
        ("import __builtin__", (3, 8), (False, True)),
        ("from importlib import find_loader", (3, 11), (False, False)),
        ("import importlib.simple", (3, 8), (False, False)),
        ("from importlib import simple", (3, 8), (False, False)),
        ("from importlib.machinery import NamespaceLoader", (3, 11), (True, False)),
        ("from importlib.machinery import NamespaceLoader", (3, 10), (False, False)),
        ("from importlib import util", (3, 8), (True, False)),
    ],
)
def test_the_oldest_python_counts(
    statement: str, oldest: tuple[int, int], expected: tuple[bool, bool]
) -> None:
    (found,) = ast.parse(statement).body
    assert isinstance(found, (ast.Import, ast.ImportFrom))
    assert (works(found, oldest), fails(found, oldest)) == expected


def test_has_name() -> None:
    assert has_name("importlib", "reload") is True
    assert has_name("importlib", "load_source") is False
    assert has_name("importlib.machinery", "NamespaceLoader", (3, 8)) is None
    assert has_name("unknown", "reload") is None
