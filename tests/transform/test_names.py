"""How new code spells a module that is, or is not, imported already."""

from __future__ import annotations

import textwrap

import pytest

import imp_migrate


def case(name: str, before: str, after: str) -> object:
    return pytest.param(textwrap.dedent(before), textwrap.dedent(after), id=name)


CASES = [
    case(
        "a module that imports privately",
        """\
        import imp
        import sys as _sys
        def f(m):
            return imp.reload(m)
        """,
        """\
        import importlib as _importlib
        import sys as _sys
        def f(m):
            return _importlib.reload(m)
        """,
    ),
    case(
        "private, but what is local or known already",
        """\
        import importlib
        import imp as _imp
        import sys as _sys
        def f(m):
            import imp
            return imp.reload(m), imp.new_module("m"), _imp.get_tag(), _imp.get_magic()
        """,
        """\
        import importlib
        import importlib.util
        import sys as _sys
        def f(m):
            import types
            return importlib.reload(m), types.ModuleType("m"), _sys.implementation.cache_tag, importlib.util.MAGIC_NUMBER
        """,
    ),
    case(
        "another name for the module",
        """\
        import imp
        import types as t
        m = imp.new_module("m")
        """,
        """\
        import types as t
        m = t.ModuleType("m")
        """,
    ),
    case(
        "the name that new code would choose",
        """\
        import imp as types
        import types as _types
        m = types.new_module("m")
        """,
        """\
        import types as _types
        m = _types.ModuleType("m")
        """,
    ),
    case(
        "a module taken from its package",
        """\
        from importlib import util
        import imp
        magic = imp.get_magic()
        """,
        """\
        from importlib import util
        magic = util.MAGIC_NUMBER
        """,
    ),
    case(
        "its own name comes first",
        """\
        import types
        import types as t
        import imp
        m = imp.new_module("m")
        """,
        """\
        import types
        import types as t
        m = types.ModuleType("m")
        """,
    ),
    case(
        "hidden by a parameter",
        """\
        import imp
        import types as t
        def make(t): return imp.new_module(t)
        """,
        """\
        import types as t
        import types
        def make(t): return types.ModuleType(t)
        """,
    ),
    case(
        "bound to something else as well",
        """\
        import types as t
        import imp
        m = imp.new_module("m")
        t = 1
        """,
        """\
        import types as t
        import types
        m = types.ModuleType("m")
        t = 1
        """,
    ),
    case(
        "imported later",
        """\
        import imp
        m = imp.new_module("m")
        import types as t
        """,
        """\
        import types
        m = types.ModuleType("m")
        import types as t
        """,
    ),
    case(
        "two imports of imp, one of what replaces it",
        """\
        import imp
        if print():
            import imp as other
            other.new_module("m")
        m = imp.new_module("m")
        """,
        """\
        import types
        if print():
            types.ModuleType("m")
        m = types.ModuleType("m")
        """,
    ),
    case(
        "two branches, an import in each",
        """\
        if print():
            import imp
        else:
            import imp as other
            other.new_module("m")
        """,
        """\
        if print():
            pass
        else:
            import types
            types.ModuleType("m")
        """,
    ),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_module(before: str, after: str) -> None:
    migration = imp_migrate.migrate(before)
    assert migration.text == after
    assert imp_migrate.migrate(after).text == after
