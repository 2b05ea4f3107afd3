"""The rules that `functions` follows, and what no comparison with `imp` shows."""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import inspect
import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from imp_migrate.helpers import NAMES, Request, Style, compose, emit, facts, functions
from imp_migrate.helpers.cut import FACTS, TEMPLATES, relevant

SOURCE = inspect.getsource(functions)
TREE = ast.parse(SOURCE)


def test_names_are_the_functions_apart_from_templates() -> None:
    functions = {node.name for node in TREE.body if isinstance(node, ast.FunctionDef)}
    assert functions == {*NAMES, *TEMPLATES}


def test_nothing_else_is_there() -> None:
    docstring, *others = TREE.body
    assert isinstance(docstring, ast.Expr)
    assert {type(node) for node in others} == {ast.Import, ast.ImportFrom, ast.FunctionDef}
    assert SOURCE.isascii()


def test_facts_are_false_where_nothing_is_known() -> None:
    assert {getattr(facts, fact.upper()) for fact in FACTS} == {False}
    tested = {node.id for node in ast.walk(TREE) if isinstance(node, ast.Name)}
    assert FACTS - {"no_file", "positional"} <= {name.lower() for name in tested}


def test_facts_are_decided_before_a_helper_is_emitted() -> None:
    for name in NAMES:
        for chosen in (
            frozenset[str](),
            relevant(name) - {"listed"},
            relevant(name) - {"pathless"},
        ):
            code = compose([Request(name, chosen)], annotated=True).code
            names = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
            assert not {fact.upper() for fact in FACTS} & names
            assert not TEMPLATES & names


@pytest.mark.parametrize("name", NAMES)
def test_signature_is_plain(name: str) -> None:
    (function,) = ast.parse(emit([name], annotated=True, dependencies=False).code).body
    assert isinstance(function, ast.FunctionDef)
    arguments = function.args
    assert not function.decorator_list
    assert not arguments.posonlyargs + arguments.kwonlyargs
    assert arguments.vararg is None
    assert arguments.kwarg is None
    for annotation in [function.returns, *(argument.annotation for argument in arguments.args)]:
        assert annotation is not None
        assert annotation.lineno == annotation.end_lineno


@pytest.mark.parametrize("name", NAMES)
def test_docstring_says_what_it_does_in_one_line(name: str) -> None:
    docstring = getattr(functions, name).__doc__
    assert docstring.endswith(".")
    assert "\n" not in docstring
    assert re.search(r"\bas imp\b", docstring)
    assert not any(other in docstring for other in NAMES)


@pytest.mark.parametrize("line_length", [79, 88])
@pytest.mark.parametrize("annotated", [False, True])
def test_code_is_for_python_3_8_and_fits(annotated: bool, line_length: int) -> None:
    code = emit(NAMES, annotated=annotated, style=Style(line_length=line_length)).code
    ast.parse(code, feature_version=(3, 8))
    assert max(map(len, code.splitlines())) <= line_length


@pytest.mark.parametrize("name", ["_load_source", "_load_spec"])
def test_threads_that_load_at_once_get_one_module(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "raced_for.py"
    path.write_text("")
    created = importlib.util.module_from_spec
    both = threading.Barrier(2, timeout=10)

    def create_together(spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = created(spec)
        both.wait()  # neither thread has registered its module yet
        return module

    load: Callable[[], ModuleType]
    if name == "_load_source":
        load = lambda: functions._load_source("raced_for", str(path))  # noqa: E731
    else:
        spec = importlib.util.spec_from_file_location("raced_for", path)
        assert spec is not None
        load = lambda: functions._load_spec(spec)  # noqa: E731
    found: list[ModuleType] = []
    monkeypatch.setattr(importlib.util, "module_from_spec", create_together)
    threads = [threading.Thread(target=lambda: found.append(load())) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 2
        assert found[0] is found[1] is sys.modules["raced_for"]
    finally:
        sys.modules.pop("raced_for", None)
