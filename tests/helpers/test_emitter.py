"""The text of the helpers."""

from __future__ import annotations

import ast
import builtins
import dis
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import pytest

import imp_migrate
from imp_migrate.helpers import NAMES, Emitted, Style, closure, compose, emit
from imp_migrate.model import Need
from tests.helpers.laboratory import VERSIONS, helper_module, interpreter

#: What each helper needs, itself included.
CLOSURES = {
    "_load_source": {"_load_source"},
    "_load_spec": {"_load_spec"},
    "_load_as": {"_load_spec", "_load_as"},
    "_load_compiled": {"_load_spec", "_load_compiled"},
    "_load_package": {"_load_spec", "_load_package"},
    "_load_from": {"_load_spec", "_load_from"},
    "_load_dynamic": {"_load_dynamic"},
    "_load_module": {"_load_spec", "_load_module"},
    "_find_spec": {"_find_spec"},
    "_find_and_load": {"_find_and_load"},
    "_has_module": {"_has_module"},
    "_require_module": {"_require_module"},
    "_find_and_load_as": {"_find_and_load_as"},
    "_find_module_path": {"_find_module_path"},
    "_find_module": {"_find_module"},
}


def defined(code: str) -> list[str]:
    """Return the names of the functions in *code*, which holds nothing else."""
    functions = [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]
    assert len(functions) == len(ast.parse(code).body)
    return [node.name for node in functions]


def globals_of(code: types.CodeType) -> set[str]:
    """Return the global names that the functions in *code* read, according to the compiler."""
    names = {i.argval for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL"}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= globals_of(constant)
    return names


# ------------------------------------------------------------------ which helpers


@pytest.mark.parametrize("name", NAMES)
def test_closure(name: str) -> None:
    assert set(closure([name])) == CLOSURES[name]


@pytest.mark.parametrize("name", NAMES)
def test_closure_is_what_the_text_calls(name: str) -> None:
    code = compile(emit([name], annotated=False, dependencies=False).code, "helper", "exec")
    assert {name} | (globals_of(code) & set(NAMES)) == set(closure([name]))


def test_closure_keeps_the_order_of_names() -> None:
    assert closure(["_load_package", "_find_spec", "_load_as"]) == (
        "_load_spec",
        "_load_as",
        "_load_package",
        "_find_spec",
    )
    assert closure(reversed(NAMES)) == NAMES
    assert closure([]) == ()


def test_helpers_come_after_those_they_call() -> None:
    for name in NAMES:
        assert closure([name])[-1] == name


@pytest.mark.parametrize("name", NAMES)
def test_dependencies_are_emitted_first(name: str) -> None:
    emitted = emit([name], annotated=False)
    assert defined(emitted.code) == list(emitted.names) == list(closure([name]))


@pytest.mark.parametrize("name", NAMES)
def test_dependencies_can_be_left_out(name: str) -> None:
    emitted = emit([name], annotated=False, dependencies=False)
    assert defined(emitted.code) == [name]
    assert emitted.names == (name,)


def test_nothing_is_emitted_for_nothing() -> None:
    nothing = Emitted("", (), (), frozenset(), frozenset(), frozenset())
    assert emit([], annotated=True) == compose([], annotated=True) == nothing


def test_unknown_helper() -> None:
    with pytest.raises(ValueError, match="_load_nothing"):
        emit(["_load_nothing"], annotated=False)


# ----------------------------------------------------------------------- the text


def test_a_helper_in_full() -> None:
    assert (
        emit(["_load_as"], annotated=False, dependencies=False).code
        == '''\
def _load_as(name, found):
    """Load what was found by another name, as imp.load_module did."""
    if found.has_location:
        pathname = found.loader.path  # may be relative
        spec = importlib.util.spec_from_file_location(name, found.origin)
        spec.loader.path = pathname
    else:
        spec = importlib.machinery.BuiltinImporter.find_spec(name)
        spec = spec or importlib.machinery.FrozenImporter.find_spec(name)
        if spec is None:
            return None
    return _load_spec(spec)
'''
    )


def test_the_same_with_everything_changed() -> None:
    emitted = emit(
        ["_load_as"],
        annotated=True,
        dependencies=False,
        style=Style(indent="\t", newline="\r\n"),
        rename={"_load_as": "_load_as_2", "_load_spec": "_ls"},
        modules={"importlib.util": "util", "types": "_types", "importlib.machinery": "il.m"},
    )
    expected = '''\
def _load_as_2(name: str, found: il.m.ModuleSpec) -> "_types.ModuleType | typing.Any":
\t"""Load what was found by another name, as imp.load_module did."""
\tif found.has_location:
\t\tpathname = vars(found.loader)["path"]  # may be relative
\t\tspec = util.spec_from_file_location(name, found.origin)
\t\tassert spec is not None
\t\tvars(spec.loader)["path"] = pathname
\telse:
\t\tspec = il.m.BuiltinImporter.find_spec(name)
\t\tspec = spec or il.m.FrozenImporter.find_spec(name)
\t\tif spec is None:
\t\t\treturn None
\treturn _ls(spec)
'''
    assert emitted.code == expected.replace("\n", "\r\n")
    assert emitted.needs == {
        Need("importlib.util", alias="util"),
        Need("types", alias="_types"),
        Need("typing"),
    }
    assert emitted.imports == {"importlib.util", "importlib.machinery", "types", "typing"}


def test_two_blank_lines_between_helpers() -> None:
    code = emit(NAMES, annotated=False).code
    assert code.count("\n\n\ndef ") == len(NAMES) - 1
    assert "\n\n\n\n" not in code
    assert code.endswith("name=name)\n")


def test_untyped_code_has_no_trace_of_types() -> None:
    emitted = emit(NAMES, annotated=False)
    for node in ast.walk(ast.parse(emitted.code)):
        assert not isinstance(node, ast.Assert | ast.AnnAssign)
        if isinstance(node, ast.arg):
            assert node.annotation is None
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None
    assert not {"types", "typing"} & emitted.imports


def test_annotations_in_newer_syntax_are_quoted_where_they_must_be() -> None:
    old, new = (
        emit(
            ["_find_module_path"],
            annotated=True,
            target_version=version,
            style=Style(line_length=99),
        ).code
        for version in [(3, 9), (3, 10)]
    )
    assert 'path: "list[str] | None" = None) -> "str | typing.Any":' in old
    unquoted = old.replace('"list[str] | None"', "list[str] | None")
    assert unquoted.replace('"str | typing.Any"', "str | typing.Any") == new


def test_all_names_are_exchanged() -> None:
    rename = {name: f"renamed{name}" for name in NAMES}
    modules = {
        name: f"the_{name.replace('.', '_')}" for name in emit(NAMES, annotated=True).imports
    }
    emitted = emit(
        NAMES, annotated=True, rename=rename, modules=modules, style=Style(line_length=999)
    )
    assert defined(emitted.code) == [rename[name] for name in NAMES]
    names = {node.id for node in ast.walk(ast.parse(emitted.code)) if isinstance(node, ast.Name)}
    assert not names & {*NAMES, "importlib", "os", "sys", "tokenize", "types", "typing"}
    assert {need.alias for need in emitted.needs} == set(modules.values())
    # Exchanging them back gives the original: nothing else has changed.
    code = emitted.code
    spelling = {**rename, **modules}
    for name in sorted(spelling, key=len, reverse=True):
        code = code.replace(spelling[name], name)
    assert code == emit(NAMES, annotated=True, style=Style(line_length=999)).code


def test_one_module_is_exchanged_without_the_others() -> None:
    code = emit(["_load_module"], annotated=False, modules={"importlib.util": "util"}).code
    assert " = util.module_from_spec" in code
    assert "importlib.machinery.ExtensionFileLoader" in code


def test_spellings_of_other_things_are_ignored() -> None:
    plain = emit(["_load_source"], annotated=False)
    assert emit(["_load_source"], annotated=False, rename={"PY_SOURCE": "P", "name": "n"}) == plain


@pytest.mark.parametrize("new", ["module", "name", "fresh.x"])
def test_spelling_that_a_local_variable_hides(new: str) -> None:
    with pytest.raises(ValueError, match="local variable of _load_source"):
        emit(["_load_source"], annotated=False, modules={"sys": new})


@pytest.mark.parametrize("new", ["", "a b", "a..b", "1a", "f()"])
def test_spelling_that_is_no_name(new: str) -> None:
    with pytest.raises(ValueError, match="is not a dotted name"):
        emit(["_load_source"], annotated=False, rename={"_load_source": new})


@pytest.mark.parametrize("name", NAMES)
def test_built_in_names_are_known(name: str) -> None:
    emitted = emit([name], annotated=False)
    used = globals_of(compile(emitted.code, "helpers", "exec"))
    assert emitted.builtins == used & set(dir(builtins))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_unbound_or_imported_for_nothing(name: str) -> None:
    emitted = emit([name], annotated=True, target_version=(3, 10))
    used = {node.id for node in ast.walk(ast.parse(emitted.code)) if isinstance(node, ast.Name)}
    local = {
        node.id if isinstance(node, ast.Name) else node.arg
        for node in ast.walk(ast.parse(emitted.code))
        if isinstance(node, ast.arg)
        or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    }
    roots = {module.partition(".")[0] for module in emitted.imports}
    assert used - local - set(dir(builtins)) - set(emitted.names) == roots
    for module in emitted.imports:
        assert f"{module}." in emitted.code
    assert {need.statement for need in emitted.needs} == {f"import {m}" for m in emitted.imports}


# ------------------------------------------------------------------ where it works


def test_emitting_from_a_zip_file(tmp_path: Path) -> None:
    folder = Path(imp_migrate.__file__).parent
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in folder.rglob("*.py"):
            file.write(path, Path("imp_migrate", path.relative_to(folder)))
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from imp_migrate.helpers import NAMES, emit\n"
        "import imp_migrate; assert imp_migrate.__file__.startswith(sys.argv[1])\n"
        "print(end=emit(NAMES, annotated=True).code)\n"
    )
    command = [sys.executable, "-I", "-c", program, str(archive)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == emit(NAMES, annotated=True).code


@pytest.mark.parametrize("version", VERSIONS)
def test_typed_text_is_imported_without_a_warning(version: str, tmp_path: Path) -> None:
    (tmp_path / "typed.py").write_text(helper_module(annotated=True))
    program = "import sys; sys.path[:0] = sys.argv[1:]; import typed; print(typed._load_source)"
    command = [interpreter(version), "-I", "-S", "-B", "-W", "error", "-c", program, str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.stdout.startswith("<function _load_source")
    assert not result.stderr


@pytest.mark.parametrize("target", ["3.10", "3.14"])
def test_typed_text_passes_mypy(target: str, tmp_path: Path, mypy_cache: Path) -> None:
    for version in [(3, 8), (3, 10)]:
        emitted = emit(NAMES, annotated=True, target_version=version)
        imports = "".join(f"{need.statement}\n" for need in emitted.needs)
        (tmp_path / f"for_{version[1]}.py").write_text(f"{imports}\n\n{emitted.code}")
    command = [sys.executable, "-m", "mypy", "--strict", "--python-version", target]
    command += ["--config-file", "", "--cache-dir", str(mypy_cache), "."]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert result.stdout.startswith("Success: no issues found in 2 source files"), result.stdout
