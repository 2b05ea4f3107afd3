"""What becomes of `imp.is_builtin`, `imp.is_frozen` and the functions around them."""

from __future__ import annotations

import sys

import pytest

from imp_migrate.migration import migrate_source
from imp_migrate.text.source import Source
from tests.rules.code import left, migrated

NAMES = "sys.builtin_module_names"
FROZEN = "importlib.machinery.FrozenImporter"
BUILTIN = "importlib.machinery.BuiltinImporter"
LOAD = "(lambda spec: spec and _load_spec(spec))"


def number(name: str) -> str:
    return f'-1 if {name} in ("builtins", "sys") else 1 if {name} in {NAMES} else 0'


TRUTH = [
    ("if imp.is_builtin(n): pass", f"if n in {NAMES}: pass"),
    ("while imp.is_builtin(n): pass", f"while n in {NAMES}: pass"),
    ("assert imp.is_builtin(n)", f"assert n in {NAMES}"),
    ("x = 1 if imp.is_builtin(n) else 2", f"x = 1 if n in {NAMES} else 2"),
    ("x = bool(imp.is_builtin(n))", f"x = bool(n in {NAMES})"),
    ("x = not imp.is_builtin(n)", f"x = n not in {NAMES}"),
    ("x = (not imp.is_builtin(n)) == y", f"x = (n not in {NAMES}) == y"),
    ("x = [n for n in y if imp.is_builtin(n)]", f"x = [n for n in y if n in {NAMES}]"),
    ("if a and (b or imp.is_builtin(n)): pass", f"if a and (b or n in {NAMES}): pass"),
    ("x = imp.is_builtin(n) != 0", f"x = n in {NAMES}"),
    ("x = 0 == imp.is_builtin(n)", f"x = n not in {NAMES}"),
    ("if imp.is_builtin(n + '.x'): pass", f"if n + '.x' in {NAMES}: pass"),
    ("if imp.is_builtin(a or b): pass", f"if (a or b) in {NAMES}: pass"),
    ("if imp.is_builtin((n)): pass", f"if n in {NAMES}: pass"),
    ("if imp.is_builtin('a'\n    'b'): pass", f"if ('a'\n    'b' in {NAMES}): pass"),
    (
        "if imp.is_builtin(  # why\n    n): pass",
        f"# why\nif n in {NAMES}: pass",
    ),
]

NUMBER = [
    ("x = imp.is_builtin(n)", f"x = {number('n')}"),
    ("x = imp.is_builtin(n) == 1", f"x = ({number('n')}) == 1"),
    ("x = imp.is_builtin(n) == False", f"x = (\n    {number('n')}\n) == False"),
    ("x = imp.is_builtin(n) and y", f"x = (\n    {number('n')}\n) and y"),
    ("x = [a for a in f(imp.is_builtin(n))]", f"x = [a for a in f({number('n')})]"),
    ("x = y if z else imp.is_builtin(n)", f"x = (\n    y\n    if z\n    else {number('n')}\n)"),
    ("x = (imp.is_builtin(n))", f"x = ({number('n')})"),
    ("x = -imp.is_builtin(n)", f"x = -({number('n')})"),
    (
        "x = imp.is_builtin(f(n))",
        f"x = (lambda name: {number('name')})(\n    f(n)\n)",
    ),
    ("x = imp.is_builtin", f"x = lambda name: {number('name')}"),
]

FUNCTIONS = [
    ("x = imp.is_frozen(n)", f"x = {FROZEN}.find_spec(n) is not None"),
    ("x = not imp.is_frozen(n)", f"x = {FROZEN}.find_spec(n) is None"),
    ("x = y or imp.is_frozen(n) or z", f"x = y or {FROZEN}.find_spec(n) is not None or z"),
    ("x = imp.is_frozen(n) == y", f"x = ({FROZEN}.find_spec(n) is not None) == y"),
    ("x = imp.is_frozen(a or b)", f"x = {FROZEN}.find_spec(a or b) is not None"),
    ("x = imp.is_frozen", f"x = lambda name: {FROZEN}.find_spec(name) is not None"),
    ("x = imp.is_frozen_package(n)", f"x = {FROZEN}.is_package(n)"),
    ("x = imp.get_frozen_object(n)", f"x = {FROZEN}.get_code(n)"),
    ("x = imp.get_frozen_object", f"x = {FROZEN}.get_code"),
    ("x = imp.init_builtin(n)", f"x = {LOAD}(\n    {BUILTIN}.find_spec(n)\n)"),
    ("x = imp.init_builtin(name=f(n))", f"x = {LOAD}(\n    {BUILTIN}.find_spec(f(n))\n)"),
    ("x = imp.init_frozen(n)", f"x = {LOAD}(\n    {FROZEN}.find_spec(n)\n)"),
    ("x = imp.init_frozen", f"x = lambda name: {LOAD}({FROZEN}.find_spec(name))"),
]


@pytest.mark.parametrize(("before", "after"), [*TRUTH, *NUMBER, *FUNCTIONS])
def test_rewritten(before: str, after: str) -> None:
    assert migrated(before + "\n") == after + "\n"


def test_the_number_is_right_for_every_module() -> None:
    for name in {*sys.builtin_module_names, *list(sys.modules)[:50]}:
        value = eval(number("name"), {"sys": sys, "name": name})
        assert bool(value) is (name in sys.builtin_module_names)
        assert (value == -1) is (name in ("sys", "builtins"))


def test_arguments_keep_their_own_fixes() -> None:
    before = "x = imp.is_frozen(imp.get_tag())\n"
    after = f"x = (\n    {FROZEN}.find_spec(sys.implementation.cache_tag)\n    is not None\n)\n"
    assert migrated(before) == after


def test_imported_functions() -> None:
    imports = "from imp import is_builtin as inside, is_frozen\n"
    before = "x = [n for n in y if inside(n) or is_frozen(n)]\n"
    after = f"x = [n for n in y if n in {NAMES} or {FROZEN}.find_spec(n) is not None]\n"
    assert migrated(before, imports) == after


LEFT = [
    ("imp.is_builtin(name=n)", "IMP109"),
    ("imp.is_builtin(*n)", "IMP109"),
    ("imp.is_builtin()", "IMP109"),
    ("imp.is_frozen(*n)", "IMP110"),
    ("imp.get_frozen_object(n, data)", "IMP110"),
    ("imp.is_frozen_package(**n)", "IMP110"),
    ("imp.init_builtin(*n)", "IMP111"),
]


@pytest.mark.parametrize(("code", "rule"), LEFT)
def test_odd_arguments_are_left_to_a_person(code: str, rule: str) -> None:
    assert [d.code for d in left(code + "\n")] == [rule]


def test_without_helpers() -> None:
    (one,) = left("x = imp.init_frozen(n)\n", helpers=False)
    assert "FrozenImporter.find_spec" in one.message
    assert migrated("x = imp.is_frozen(n)\n", helpers=False) == FUNCTIONS[0][1] + "\n"


def test_a_lambda_does_not_see_what_its_class_imports() -> None:
    code = "class Checks:\n    import imp\n    check = imp.is_builtin\n    again = imp.reload\n"
    result = migrate_source(Source.from_text(code))
    assert result.text == code.replace("imp.reload", "importlib.reload").replace(
        "import imp\n", "import imp\n    import importlib\n"
    )
    (found,) = (d for d in result.remaining if d.member == "is_builtin")
    assert found.fix is None and "out of the class" in found.message
