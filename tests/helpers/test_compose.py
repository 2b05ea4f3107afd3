"""What a module gets for what it needs, and that it is known again."""

from __future__ import annotations

import ast
import functools
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import black
import pytest

from imp_migrate.helpers import NAMES, Request, Style, compose, emit, recognise
from imp_migrate.helpers.cut import relevant

#: Modules by other names, as in a module that has no `__all__`.
PRIVATE = {
    "importlib.machinery": "_importlib_machinery",
    "importlib.util": "_importlib_util",
    "os": "_os",
    "sys": "_sys",
}


def request(name: str, facts: str = "") -> Request:
    return Request(name, frozenset(facts.split()))


def emitted(*requests: Request) -> tuple[str, ...]:
    return compose(requests, annotated=False).names


@functools.cache
def length(*requests: Request) -> int:
    """How many lines the module gets."""
    return len(compose(requests, annotated=False).code.splitlines())


@functools.cache
def all_requests() -> list[list[Request]]:
    """All facts for each helper alone, each pair of helpers, and all helpers."""
    alone = [[Request(name, facts)] for name in NAMES for facts in possible(relevant(name))]
    pairs = [[Request(a), Request(b)] for a, b in itertools.combinations(NAMES, 2)]
    return [*alone, *pairs, [Request(name) for name in NAMES]]


def possible(facts: frozenset[str]) -> Iterator[frozenset[str]]:
    for size in range(len(facts) + 1):
        for chosen in map(frozenset, itertools.combinations(sorted(facts), size)):
            if not {"listed", "pathless"} <= chosen:
                yield chosen


def write_modules(folder: Path, annotated: bool) -> None:
    """Write a module for each answer to `all_requests`: many ask for the same."""
    texts: dict[str, int] = {}
    for requests in all_requests():
        result = compose(requests, annotated=annotated, target_version=(3, 10))
        needs = sorted(result.needs, key=lambda need: need.sort_key)
        imports = "".join(f"{need.statement}\n" for need in needs)
        texts.setdefault(f"{imports}\n\n{result.code}", len(texts))
    assert len(texts) > 300
    for text, number in texts.items():
        (folder / f"module_{number}.py").write_text(text)


# ---------------------------------------------------------------- what there is


@pytest.mark.parametrize(
    ("most", "requests"),
    [
        (12, [request("_load_source", "first no_file")]),
        (15, [request("_load_source", "no_file")]),
        (17, [request("_load_spec")]),
        (15, [request("_load_spec", "files")]),
        (12, [request("_load_dynamic", "no_file")]),
        (8, [request("_load_source", "first fatal no_file")]),
        (20, [request("_find_and_load", "listed first")]),
        (20, [request("_find_and_load", "listed absolute identifier")]),
        (15, [request("_find_and_load", "listed absolute identifier first")]),
        (25, [request("_find_and_load", "listed")]),
        (25, [request("_find_and_load_as", "listed")]),
        (21, [request("_find_and_load_as", "listed absolute identifier")]),
        (11, [request("_find_module_path", "listed")]),
        (7, [request("_has_module", "listed")]),
        (11, [request("_has_module", "pathless")]),
        (26, [request("_find_module_path"), request("_has_module", "listed")]),
        (8, [request("_require_module", "listed")]),
        (12, [request("_require_module", "pathless")]),
        (59, [request("_find_module", "listed"), request("_load_module")]),
        (40, [request("_find_module", "listed"), request("_load_module", "found files")]),
        (43, [request("_find_and_load"), request("_find_and_load_as", "unchecked")]),
        (22, [request("_find_module_path"), request("_require_module", "listed")]),
        (39, [request(n, "no_file") for n in ("_load_source", "_load_compiled", "_load_dynamic")]),
    ],
    ids=lambda value: "" if isinstance(value, int) else "+".join(r.name for r in value),
)
def test_no_more_lines_than_that(most: int, requests: list[Request]) -> None:
    assert length(*requests) <= most


def test_a_fact_never_makes_code_longer() -> None:
    for name in NAMES:
        for facts in possible(relevant(name)):
            for fact in facts:
                if fact not in ("absolute", "identifier"):
                    fewer = Request(name, facts - {fact})
                    assert length(Request(name, facts)) <= length(fewer)


def test_one_loader_holds_the_code_and_two_share_it() -> None:
    assert emitted(request("_load_source")) == ("_load_source",)
    assert emitted(request("_load_source"), request("_load_compiled")) == (
        "_load_source",
        "_load_spec",
        "_load_compiled",
    )
    code = compose([request("_load_source"), request("_load_spec")], annotated=False).code
    assert code.count("exec_module") == 1


def test_searches_share_one_search() -> None:
    for size in (2, 3, 4):
        searchers = (
            *("_find_spec", "_find_and_load", "_find_and_load_as"),
            *("_find_module_path", "_find_module"),
        )
        for names in itertools.combinations(searchers, size):
            code = compose(map(request, names), annotated=False).code
            assert code.count("EXTENSION_SUFFIXES") == 1, names


def test_what_is_known_of_one_call_only_is_not_known_of_the_helper() -> None:
    both = [request("_find_spec", "listed"), request("_find_spec", "pathless")]
    assert compose(both, annotated=False) == compose([request("_find_spec")], annotated=False)
    shared = [request("_load_source", "first"), request("_load_compiled")]
    assert "setdefault" in compose(shared, annotated=False).code


def test_dependencies_come_with_what_needs_them() -> None:
    other_name = request("_find_and_load_as", "pathless")
    assert emitted(other_name) == ("_find_and_load_as",)
    assert emitted(other_name, request("_find_spec")) == ("_find_spec", "_find_and_load_as")
    pairs = (request("_find_and_load"), other_name)
    assert emitted(*pairs) == ("_find_and_load", "_find_and_load_as")
    assert emitted(*pairs, request("_find_spec")) == (
        *("_load_spec", "_find_spec"),
        *("_find_and_load", "_find_and_load_as"),
    )
    for requests in all_requests():
        result = compose(requests, annotated=False)
        assert {request.name for request in requests} <= set(result.names)
        defined = [node.name for node in ast.parse(result.code).body]  # type: ignore[attr-defined]
        assert tuple(defined) == result.names
        tree = ast.parse(result.code)
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert names & set(NAMES) <= set(result.names)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (request("_find_file"), "_find_file"),
        (request("_load_source", "quick"), "quick"),
        (request("_find_spec", "with_path"), "with_path"),
        (request("_find_spec", "listed pathless"), "always, or never"),
    ],
)
def test_what_nobody_can_ask_for(wrong: Request, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compose([wrong], annotated=False)


# --------------------------------------------------------------------- its style


@pytest.mark.parametrize("line_length", [79, 88, 100])
@pytest.mark.parametrize("modules", [{}, PRIVATE], ids=["plain", "private"])
@pytest.mark.parametrize("annotated", [False, True])
def test_black_and_ruff_leave_it_as_it_is(
    annotated: bool, modules: dict[str, str], line_length: int
) -> None:
    seen: set[str] = set()
    texts: list[str] = []
    for requests in all_requests():
        result = compose(
            requests,
            annotated=annotated,
            modules=modules,
            style=Style(line_length=line_length),
            target_version=(3, 10),
        )
        for text in result.functions:
            if not seen.issuperset(text.splitlines()):  # no need to format a line often
                texts.append(text)
                seen.update(text.splitlines())
    code = "\n\n".join(texts)
    assert black.format_str(code, mode=black.Mode(line_length=line_length)) == code
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    command += ["--line-length", str(line_length)]
    result = subprocess.run(command, input=code, capture_output=True, text=True, check=True)
    assert result.stdout == code


@pytest.mark.parametrize("annotated", [False, True])
def test_ruff_finds_nothing(annotated: bool, tmp_path: Path) -> None:
    write_modules(tmp_path, annotated)
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
    command += ["--select", "E,F,W,I", "--line-length", "88", str(tmp_path)]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def test_typed_forms_pass_mypy(tmp_path: Path, mypy_cache: Path) -> None:
    write_modules(tmp_path, annotated=True)
    command = [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.10"]
    command += ["--config-file", "", "--cache-dir", str(mypy_cache), str(tmp_path)]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.stdout.startswith("Success"), found.stdout


# ------------------------------------------------------------------- known again


@pytest.mark.parametrize("annotated", [False, True])
def test_every_form_is_recognised(annotated: bool) -> None:
    rename = {"_load_spec": "_imp_load_spec", "_find_module_path": "_find_module_path_2"}
    for requests in all_requests():
        result = compose(requests, annotated=annotated, rename=rename, modules=PRIVATE)
        for name, text in zip(result.names, result.functions, strict=True):
            found = recognise(text, rename=rename, modules=PRIVATE)
            assert found is not None, text
            assert found.name == name
            # What it relies on is enough for the same text.
            for wanted in requests:
                if len(result.names) == 1 and wanted.name == name:
                    again = compose([Request(name, found.facts)], annotated=annotated)
                    assert again.code == compose(requests, annotated=annotated).code


def test_narrow_lines_are_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that gives a module a short name is layout: the facts are the same."""
    narrow, shortened = Style(line_length=79), 0
    for requests in all_requests()[::7]:
        wide = compose(requests, annotated=False)
        result = compose(requests, annotated=False, style=narrow)
        monkeypatch.setattr("imp_migrate.helpers.recognition.just_emitted", {})
        for text, before in zip(result.functions, wide.functions, strict=True):
            shortened += "    machinery = importlib.machinery\n" in text
            found, other = recognise(text), recognise(before)
            assert found is not None, text
            assert other is not None
            assert (found.name, found.facts) == (other.name, other.facts)
    assert shortened > 50


def test_a_module_that_has_the_short_name_gets_no_shorter_one() -> None:
    style = Style(line_length=40)
    text = emit(["_find_spec"], annotated=False, style=style).code
    assert "    machinery = importlib.machinery\n" in text
    modules = {"importlib.machinery": "machinery"}
    text = emit(["_find_spec"], annotated=False, style=style, modules=modules).code
    assert "machinery = " not in text


def test_an_argument_that_is_given_by_its_name_keeps_it() -> None:
    (short,) = compose([request("_load_source", "no_file positional")], annotated=False).functions
    (long,) = compose([request("_load_source", "no_file")], annotated=False).functions
    assert short == re.sub(r"\bpathname\b", "path", long)
    assert short.startswith("def _load_source(name, path):\n")
    assert long.startswith("def _load_source(name, pathname):\n")


def test_other_functions_are_not_recognised() -> None:
    for name in NAMES:
        code = emit([name], annotated=False, dependencies=False).code
        assert recognise(code) is not None
        assert recognise(code.replace(name, "load_it", 1)) is None
        assert recognise(code.replace("importlib", "other")) is None
        assert recognise(code + "    return None\n") is None
        assert recognise("@cache\n" + code) is None
    assert recognise("_load_source = None") is None
    assert recognise("def _load_source(") is None
    assert recognise("def _load_source(name, pathname):\n    return '\xe4'") is None


def test_what_does_not_matter_is_not_compared() -> None:
    code = emit(["_load_source"], annotated=False).code
    for other in (
        code.replace('"""', "'''"),
        code.replace(" did.", " did up to 3.11."),
        code.replace("    ", "\t"),
        code.replace("  # loaded already: runs again, with a new __spec__", ""),
    ):
        assert other != code
        assert recognise(other) == recognise(code)
