"""Scopes and bindings: the rules of the language, and the compiler's own opinion."""

from __future__ import annotations

import ast
import symtable
import sys
import sysconfig
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from imp_migrate.meaning.scopes import Scope, ScopeKind, ScopeTree, attribute_path


def tree_of(source: str) -> ScopeTree:
    return ScopeTree(ast.parse(textwrap.dedent(source)))


def owner(source: str, name: str = "imp") -> list[str]:
    """The kind of scope that binds each read of *name*, in order; "-" if none does."""
    tree = tree_of(source)
    found = []
    for read in tree.references.get(name, []):
        scope = tree.resolve(name, tree.scope_of(read), read)
        found.append("-" if scope is None else scope.kind.value)
    return found


@pytest.mark.parametrize(
    ("source", "owners"),
    [
        ("import imp\nimp.x", ["module"]),
        ("imp.x", ["-"]),
        ("import imp\ndef f(imp): imp.x", ["function"]),
        ("import imp\ndef f(a=imp): a", ["module"]),
        ("import imp\ndef f():\n  imp.x\n  imp = 1", ["function"]),
        ("import imp\ndef f():\n  global imp\n  imp.x\n  imp = 1", ["module"]),
        (
            "def f():\n  import imp\n  def g():\n    nonlocal imp\n    imp.x\n    imp = 1",
            ["function"],
        ),
        ("def f():\n  nonlocal imp\n  imp = 1\n  imp.x", ["function"]),  # the parser lets it pass
        ("import imp\n[imp.x for imp in y]", ["comprehension"]),
        ("import imp\n[i for i in imp.x]", ["module"]),
        ("import imp\n[j for i in y for j in imp.x]", ["module"]),
        ("import imp\n[(imp := i) for i in y]\nimp", ["module"]),
        ("def f():\n  [(imp := i) for i in y]\n  imp", ["function"]),
        ("import imp\nlambda imp: imp", ["function"]),
        ("import imp\nlambda: imp", ["module"]),
        ("import imp\nclass A:\n  imp = 1\n  def f(self): imp.x", ["module"]),
        ("import imp\nclass A:\n  imp = 1\n  imp.x", ["class"]),
        ("import imp\nclass A:\n  imp = imp.x", ["module"]),
        ("import imp\nclass A(imp.x): pass", ["module"]),
        ("import imp\n@imp.x\ndef f(): pass", ["module"]),
        ("import imp\ndef f(x: imp.y) -> imp.z: pass", ["module", "module"]),
        ("import imp\ndef f():\n  for imp in y: pass\n  imp.x", ["function"]),
        ("import imp\ndef f():\n  with y as imp: pass\n  imp.x", ["function"]),
        ("import imp\ndef f():\n  try: pass\n  except E as imp: pass\n  imp.x", ["function"]),
        ("import imp\ndef f():\n  del imp\n  imp.x", ["function"]),
        ("import imp\ndef f(v):\n  match v:\n    case imp: imp.x", ["function"]),
        ("import imp\ndef f(v):\n  match v:\n    case [*imp]: imp.x", ["function"]),
        ("import imp\ndef f(v):\n  match v:\n    case {**imp}: imp.x", ["function"]),
        ("import imp\ndef f(v):\n  match v:\n    case int() as imp: imp.x", ["function"]),
        ("import imp\nf'{imp.x}'", ["module"]),
        ("import imp as i\nimp.x", ["-"]),
        ("import imp.sub\nimp.x", ["module"]),
    ],
)
def test_owner(source: str, owners: list[str]) -> None:
    assert owner(source) == owners


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of 3.12")
def test_type_parameters_are_a_scope() -> None:
    assert owner("import imp\ndef f[imp](x: imp): imp") == ["type parameters"] * 2
    assert owner("import imp\nclass A[T: imp.x]: y: imp") == ["module"] * 2


def test_statement_block_and_ancestors() -> None:
    tree = tree_of("def f():\n    if x:\n        a = imp.y\n    else:\n        b\n")
    (read,) = tree.references["imp"]
    statement = tree.statement(read)
    assert isinstance(statement, ast.Assign)
    assert tree.slot(statement) == ([statement], 0)
    kinds = [type(node).__name__ for node in tree.ancestors(statement)]
    assert kinds == ["If", "FunctionDef", "Module"]


def test_long_chains_do_not_exhaust_the_stack() -> None:
    module = ast.parse("import imp\nx = " + " + ".join(["imp.y"] * 900) + "\n")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(500)
    try:
        tree = ScopeTree(module)
    finally:
        sys.setrecursionlimit(limit)
    assert len(tree.references["imp"]) == 900


def test_scope_of_nodes_without_a_name() -> None:
    tree = tree_of(
        "def f(a=call(1)):\n    (x, y) = call(2)\n    return [call(3) for _ in call(4)]\n"
    )
    kinds = {}
    for call in tree.calls:
        assert isinstance(call.args[0], ast.Constant)
        kinds[call.args[0].value] = tree.scope_of(call.args[0]).kind.value
    assert kinds == {1: "module", 2: "function", 3: "comprehension", 4: "function"}


@pytest.mark.parametrize(
    ("source", "meaning"),
    [
        ("import os\nos.path.join", "os.path.join"),
        ("import os.path\nos.path.join", "os.path.join"),
        ("import os.path as p\np.join", "os.path.join"),
        ("from os import path as p\np.join", "os.path.join"),
        ("from . import compat\ncompat.PY2", ".compat.PY2"),
        ("from .compat import flags\nflags.PY2", ".compat.flags.PY2"),
        ("os.path.join", "os.path.join"),
        ("import posixpath as p\nimport ntpath as p\np.join", "p.join"),
        ("import os as p\np = 1\np.join", "p.join"),
        ("call().join", None),
    ],
)
def test_dotted(source: str, meaning: str | None) -> None:
    module = ast.parse(source)
    expression = module.body[-1]
    assert isinstance(expression, ast.Expr)
    assert ScopeTree(module).dotted(expression.value) == meaning


def test_qualified() -> None:
    imports = "import os.path\nfrom sys import path as p, modules\nmodules = 1\n"
    tree = tree_of(imports + "os, p, modules, x")
    meanings = {name: tree.qualified(tree.references[name][-1]) for name in tree.references}
    assert meanings == {"os": "os", "p": "sys.path", "modules": None, "x": None}


def test_import_of() -> None:
    tree = tree_of("import os.path\nimport os.path as p\nfrom .a import b as c\nd = 1")
    meanings = {name: tree.import_of(*found) for name, found in tree.root.bindings.items()}
    assert meanings == {"os": "os", "p": "os.path", "c": ".a.b", "d": None}


def test_attribute_path() -> None:
    for source, path in {"a.b.c": ".b.c", "a": "", "a().b": ".b"}.items():
        assert attribute_path(ast.parse(source, mode="eval").body) == path


# -- the compiler's opinion ------------------------------------------------

_TYPES = {"module": ScopeKind.MODULE, "class": ScopeKind.CLASS, "function": ScopeKind.FUNCTION}
_COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}


def _key(kind: ScopeKind, node_line: int, name: str) -> tuple[str, int, str]:
    return kind.value, node_line, name


def _tables(
    table: symtable.SymbolTable, path: tuple[object, ...] = ()
) -> Iterator[tuple[object, ...]]:
    kind = _TYPES[str(table.get_type())]
    if table.get_name() in _COMPREHENSIONS:
        kind = ScopeKind.COMPREHENSION
    name = "" if kind in (ScopeKind.MODULE, ScopeKind.COMPREHENSION) else table.get_name()
    line = 0 if kind is ScopeKind.MODULE else table.get_lineno()
    here = (*path, _key(kind, line, name.replace("lambda", "")))
    yield here, table
    for child in table.get_children():
        yield from _tables(child, here)


def _scope_path(scope: Scope) -> tuple[object, ...]:
    path = []
    for current in scope.chain():
        name = getattr(current.node, "name", "")
        line = 0 if current.kind is ScopeKind.MODULE else current.node.lineno  # type: ignore[attr-defined]
        path.append(_key(current.kind, line, name))
    return tuple(reversed(path))


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="symtable no longer has comprehensions")
def test_agrees_with_the_compiler_on_the_standard_library() -> None:
    library = Path(sysconfig.get_paths()["stdlib"])
    compared = 0
    for file in sorted(library.glob("*.py"))[::3]:
        source = file.read_text(encoding="utf-8", errors="surrogateescape")
        tree = ScopeTree(ast.parse(source))
        tables = defaultdict(list)
        for path, table in _tables(symtable.symtable(source, str(file), "exec")):
            tables[path].append(table)
        for name, reads in tree.references.items():
            for read in reads:
                scope = tree.scope_of(read)
                candidates = tables[_scope_path(scope)]
                if len(candidates) != 1 or name.startswith("__"):
                    continue  # two lambdas on one line; mangled names
                symbol = candidates[0].lookup(name)
                mine = tree.resolve(name, scope)
                where = f"{file.name}:{read.lineno} {name}"
                if symbol.is_free():
                    assert mine is not None and mine.kind is not ScopeKind.MODULE, where
                elif symbol.is_local():
                    assert mine is scope, where
                elif symbol.is_global():
                    assert mine is None or mine is tree.root, where
                compared += 1
    assert compared > 20_000


@pytest.mark.parametrize(
    "code",
    [
        "__all__ = ['imp']",
        "__all__ = other.__all__ + ['imp']",
        "__all__: list[str] = ['imp']",
        "__all__ = []\n__all__.append('imp')",
        "__all__ = []\nif version:\n  __all__ += ['imp']",
    ],
)
def test_exported(code: str) -> None:
    assert ScopeTree(ast.parse(code)).exported == {"imp"}


def test_nothing_exported() -> None:
    assert ScopeTree(ast.parse("all = ['imp']\nprint('imp')")).exported == set()


@pytest.mark.parametrize(
    "text",
    [
        "__all__ = ['a', 'b']\n",
        "__all__ = 'a b'.split()\n",
        "__all__ = '''\n    a\n    b\n'''.split()\n",
        "NAMES = ('a', 'b')\n__all__ = NAMES\n",
        "NAMES = ['a']\nMORE = NAMES + ['b']\n__all__ = list(MORE)\n",
        "__all__ = ['a']\n__all__ += ['b']\n",
        "__all__ = []\n__all__.extend(('a', 'b'))\n",
        "__all__ = [f.__name__ for f in (a, b)]\n",
        "__all__ = NAMES = ['a']\n__all__ += __all__ + ['b']\n",
    ],
)
def test_exported_by_computation(text: str) -> None:
    exported = ScopeTree(ast.parse(text)).exported
    assert {"a", "b"} <= exported
    assert "c" not in exported


def test_exported_is_not_what_functions_hold() -> None:
    text = "def f():\n    return 'x'\n__all__ = [f.__name__]\nother = ['y']\n"
    assert ScopeTree(ast.parse(text)).exported == {"f"}
