"""The scenarios notice it when a helper is wrong."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from imp_migrate.helpers import NAMES
from tests.helpers.laboratory import ORACLE, Form, Laboratory, form_of, helper_module

VERSION = "3.12"

#: The scenarios that are about a helper.
PREFIXES = {
    "_load_source": ("source_",),
    "_load_spec": ("spec_", "compiled_", "package_"),
    "_load_as": ("spec_",),
    "_load_compiled": ("compiled_",),
    "_load_package": ("package_",),
    "_load_from": ("path_",),
    "_load_dynamic": ("extension_",),
    "_load_module": ("module_",),
    "_find_spec": ("search_", "spec_"),
    "_find_and_load": ("pair_",),
    "_has_module": ("search_",),
    "_require_module": ("search_",),
    "_find_and_load_as": ("as_",),
    "_find_module_path": ("search_",),
    "_find_module": ("search_",),
}

REPLACEMENTS = [
    ("_load_source", "sys.modules.setdefault(name, fresh)", "fresh"),
    ("_load_source", "sys.modules.setdefault(name, fresh)", "sys.modules[name] = fresh"),
    ("_load_source", ", __doc__=module.__doc__", ""),
    ("_load_source", "except BaseException", "except Exception"),
    ("_load_source", "if module is fresh", "if True"),
    ("_load_source", "sys.modules.pop(name, None)", "del sys.modules[name]"),
    ("_load_source", "return sys.modules[name]", "return module"),
    ("_load_source", "name, pathname, loader=loader", "name, pathname"),
    ("_load_source", "SourceFileLoader(name, pathname)", "SourceFileLoader(name, __file__)"),
    ("_load_spec", "sys.modules.setdefault(spec.name, fresh)", "fresh"),
    ("_load_spec", "except BaseException", "except Exception"),
    ("_load_spec", "if module is fresh", "if True"),
    ("_load_spec", "return sys.modules[spec.name]", "return module"),
    ("_load_spec", 'spec.origin == "built-in" or', ""),
    ("_load_spec", 'spec.origin == "built-in" or', "True or"),
    ("_load_as", "name, found.origin", "found.name, found.origin"),
    ("_load_compiled", "Sourceless", "Source"),
    ("_load_compiled", "name, pathname, loader=loader", "name, pathname"),
    ("_load_package", ', "__init__.pyc"', ","),
    ("_load_package", '"__init__.py", ', ""),
    ("_load_from", "os.path.isdir", "os.path.isfile"),
    ("_load_from", "pathname is None", "not pathname or name in sys.builtin_module_names"),
    ("_load_package", ", submodule_search_locations=[]", ""),
    ("_load_module", ", submodule_search_locations=[]", ""),
    ("_load_from", "if not spec.submodule_search_locations", "if True"),
    ("_load_from", "spec.loader.path = pathname", "pass"),
    ("_load_dynamic", "module = sys.modules[name] =", "module ="),
    ("_load_dynamic", ", origin=path", ""),
    ("_load_module", '1: "SourceFileLoader", ', ""),
    ("_load_module", '2: "SourcelessFileLoader", ', ""),
    ("_load_module", ', 3: "ExtensionFileLoader"', ""),
    ("_load_module", "elif kind == 5", "elif kind == 4"),
    ("_load_module", "elif kind in (6, 7)", "elif kind == 7"),
    ("_load_module", "_, _, kind = details", "kind = details[2] or 1"),
    ("_load_module", "if kind in (1, 2)", "if kind == 1"),
    ("_load_module", "if kind in (1, 2)", "if kind in (1, 2) or file"),
    ("_load_module", "if os.path.isdir(filename)", "if True"),
    ("_find_spec", "if path is None", "if True"),
    ("_find_spec", '"/__init__.py", ', ""),
    ("_find_spec", ', "/__init__.pyc"', ""),
    ("_find_spec", ", *importlib.machinery.EXTENSION_SUFFIXES", ""),
    ("_find_spec", "os.path.isfile", "os.path.lexists"),
    ("_find_spec", "os.path.join(d, name) + end", "os.path.join(d, name + end)"),
    ("_find_spec", "ImportError", "ModuleNotFoundError"),
    ("_find_spec", ", name=name", ""),
    ("_find_spec", "if not spec.submodule_search_locations", "if True"),
    ("_find_spec", "spec.loader.path = pathname", "pass"),
    ("_find_and_load", "sys.modules.setdefault(name, fresh)", "fresh"),
    ("_find_and_load", 'spec.origin == "built-in" or', ""),
    ("_find_and_load", "except BaseException", "except Exception"),
    ("_find_and_load_as", "(fullname, pathname)", "(name, pathname)"),
    ("_find_and_load_as", "sys.modules.setdefault(fullname, fresh)", "fresh"),
    ("_find_and_load_as", "sys.modules.pop(fullname, None)", "sys.modules.pop(name, None)"),
    ("_find_module_path", "if path is None", "if True"),
    ("_find_module_path", "or frozen is not None", ""),
    ("_find_module_path", "name in sys.builtin_module_names or", ""),
    ("_find_module_path", '"/__init__.py", ', ""),
    ("_find_module_path", '"/__init__.pyc", ', ""),
    ("_find_module_path", "os.path.isfile(pathname +", "os.path.lexists(pathname +"),
    ("_find_module_path", 'if end.startswith("/")', 'if end == "/__init__.py"'),
    ("_find_module_path", "ImportError", "ModuleNotFoundError"),
    ("_has_module", "if path is None", "if True"),
    ("_has_module", "if spec or", "if"),
    ("_has_module", "return True", "return False"),
    ("_has_module", '"/__init__.py", ', ""),
    ("_has_module", " + importlib.machinery.BYTECODE_SUFFIXES", ""),
    ("_has_module", "os.path.isfile", "os.path.lexists"),
    ("_require_module", "if path is None", "if True"),
    ("_require_module", "if spec or", "if"),
    ("_require_module", "or importlib.machinery.FrozenImporter.find_spec(name)", ""),
    ("_require_module", '"/__init__.py", ', ""),
    ("_require_module", '"/__init__.pyc", ', ""),
    ("_require_module", ", *importlib.machinery.EXTENSION_SUFFIXES", ""),
    ("_require_module", " + importlib.machinery.BYTECODE_SUFFIXES", ""),
    ("_require_module", "os.path.isfile", "os.path.lexists"),
    ("_require_module", "os.path.join(d, name) + end", "os.path.join(d, name + end)"),
    ("_require_module", "raise ImportError", "raise ModuleNotFoundError"),
    ("_require_module", ", name=name", ""),
    ("_find_module", "os.path.isfile(found :=", "os.path.lexists(found :="),
    ("_find_module", "tokenize.open(found)", "open(found, encoding='utf-8')"),
    ("_find_module", '(end, "r", 1)', '(end, "rU", 1)'),
    ("_find_module", '(end, "rb", 2)', '(end, "rb", 3)'),
    ("_find_module", '("", "c")', '("c",)'),
    ("_find_module", '("", "c")', '("",)'),
]

#: Forms that hold statements of their own.
FORMS = [
    form_of("_load_source", frozenset()),
    form_of("_load_compiled", frozenset()),
    form_of("_load_source", frozenset({"first", "no_file"})),
    form_of("_load_dynamic", frozenset({"no_file"}), "_load_as"),
    form_of("_load_module", frozenset({"found"})),
    form_of("_load_module", frozenset({"found"}), "_load_from"),
    form_of("_find_and_load", frozenset(), "_find_and_load_as"),
    form_of("_find_and_load", frozenset({"listed"})),
    form_of("_find_and_load", frozenset({"listed", "first"})),
    form_of("_find_and_load", frozenset({"listed", "absolute", "identifier"})),
    form_of("_find_and_load", frozenset({"pathless"})),
    form_of("_find_and_load_as", frozenset({"listed"})),
    form_of("_find_and_load_as", frozenset({"pathless"})),
    form_of("_find_and_load_as", frozenset({"listed", "absolute", "identifier"})),
    form_of("_find_and_load_as", frozenset(), "_find_spec"),
    form_of("_find_and_load_as", frozenset(), "_find_module_path"),
    form_of("_find_spec", frozenset(), "_find_module_path"),
    form_of("_find_module", frozenset(), "_find_module_path"),
    form_of("_find_module_path", frozenset({"listed"})),
    form_of("_has_module", frozenset(), "_find_module_path"),
    form_of("_has_module", frozenset({"listed"})),
    form_of("_has_module", frozenset({"pathless"})),
    form_of("_require_module", frozenset(), "_find_module_path"),
    form_of("_require_module", frozenset({"listed"})),
    form_of("_require_module", frozenset({"pathless"})),
]


def survives(name: str, text: str, laboratory: Laboratory) -> bool:
    """Say whether no scenario notices that *text* replaces the text of the helpers."""
    before = laboratory.imp(ORACLE)
    seen = laboratory.helpers(VERSION, text, *PREFIXES[name])
    with contextlib.closing(seen):
        return all(s.different or not s.difference(before[s.scenario]) for s in seen)


def helper(text: str, name: str) -> ast.FunctionDef:
    """Return the definition of the helper *name* in *text*."""
    (found,) = (
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.name == name
    )
    return found


def without_a_statement(text: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield each statement of a helper, and the text of all helpers with `pass` in its place."""
    lines = text.splitlines(keepends=True)
    for node in ast.walk(helper(text, name)):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef | ast.Pass):
            if is_docstring:
                continue
            instead = " " * node.col_offset + "pass\n"
            changed = [*lines[: node.lineno - 1], instead, *lines[node.end_lineno :]]
            yield ast.unparse(node), "".join(changed)


def test_every_helper_has_scenarios() -> None:
    assert set(PREFIXES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_matters(name: str, laboratory: Laboratory) -> None:
    text = helper_module()
    assert survives(name, text, laboratory), "the helper is wrong, or its scenarios are"
    unnoticed = [
        statement
        for statement, changed in without_a_statement(text, name)
        if survives(name, changed, laboratory)
    ]
    assert unnoticed == []


@pytest.mark.parametrize(("name", "right", "wrong"), REPLACEMENTS)
def test_wrong_code_is_noticed(name: str, right: str, wrong: str, laboratory: Laboratory) -> None:
    text = helper_module()
    node = helper(text, name)
    lines = text.splitlines(keepends=True)
    body = "".join(lines[node.lineno - 1 : node.end_lineno])
    assert body.count(right) == 1
    changed = text.replace(body, body.replace(right, wrong))
    assert not survives(name, changed, laboratory)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: " ".join([form.name, *sorted(form.facts)]))
def test_every_statement_of_a_form_matters(form: Form, laboratory: Laboratory) -> None:
    unnoticed = [
        statement
        for statement, changed in without_a_statement(form.text, form.name)
        if survives(form.name, helper_module(replace(form, text=changed)), laboratory)
    ]
    assert unnoticed == []
