"""Which guards work on Python 3.12 and later: what becomes of the uses behind them."""

from __future__ import annotations

import textwrap

import pytest

from imp_migrate.analysis import analyse
from imp_migrate.options import Options
from imp_migrate.plan import Plan
from imp_migrate.text.source import Source


def plan(source: str) -> Plan:
    return analyse(Source.from_text(textwrap.dedent(source)), Options(ignore=("IMP5",)))


WORKING = {
    "importlib first": """
        try:
            from importlib import reload
        except ImportError:
            from imp import reload
        reload(m)
    """,
    "tests that are skipped without it": """
        imp = pytest.importorskip("imp")
        imp.reload(m)
    """,
    "three steps": """
        try:
            from importlib import reload
        except ImportError:
            try:
                reload
            except NameError:
                from imp import reload
        reload(m)
    """,
    "version test": """
        import sys
        if sys.version_info >= (3, 4):
            import importlib
            reload = importlib.reload
        else:
            import imp
            reload = imp.reload
    """,
    "version test the other way": """
        import sys
        if sys.version_info < (3, 4):
            from imp import reload
        else:
            from importlib import reload
        reload(m)
    """,
    "leaves first": """
        def load(n, p):
            if sys.version_info >= (3, 5):
                return modern(n, p)
            import imp
            return imp.load_source(n, p)
    """,
    "imp, or another way": """
        try:
            import imp
            def load(n, p):
                return imp.load_source(n, p)
        except ImportError:
            from importlib.machinery import SourceFileLoader
            def load(n, p):
                return SourceFileLoader(n, p).load_module()
    """,
    "None, and asked before use": """
        try:
            import imp
        except ImportError:
            imp = None
        if imp is not None:
            imp.reload(m)
        value = imp.get_tag() if imp else None
        def f():
            if imp is None:
                return None
            return imp.get_magic()
    """,
    "importlib.util, else imp": """
        try:
            import importlib.util
            imp = None
        except ImportError:
            import imp
        if imp is None:
            pass
        else:
            imp.find_module("x")
    """,
    "py2 module first": """
        try:
            import __builtin__
            import imp
            imp.reload(m)
        except ImportError:
            import builtins
    """,
    "a flag that only the handler sets": """
        try:
            from importlib.util import find_spec
        except ImportError:
            from imp import find_module
            find_spec = None
        if find_spec is not None:
            find_spec("x")
        else:
            find_module("x")
    """,
    "raises if importlib is too old": """
        def reload_module(module):
            try:
                import importlib
                if not hasattr(importlib, "reload"):
                    raise ImportError
            except ImportError:
                import imp
                return imp.reload(module)
            else:
                return importlib.reload(module)
    """,
    "what sys has had since 3.3": """
        import sys
        if not hasattr(sys, "implementation"):
            import imp
            imp.NullImporter("x")
    """,
    "a version in a set": """
        import sys
        if sys.version_info.major not in {3, 4}:
            import imp
            imp.NullImporter("x")
    """,
    "a class of tests that is skipped": """
        import sys, unittest
        @unittest.skipIf(sys.version_info >= (3, 4), "old")
        class Test(unittest.TestCase):
            def test(self):
                import imp
                imp.NullImporter("x")
    """,
    "a test that skips itself": """
        import sys, unittest
        class Test(unittest.TestCase):
            def test(self):
                if sys.version_info >= (3, 4):
                    self.skipTest("old")
                import imp
                imp.NullImporter("x")
    """,
    "a test that is skipped": """
        import pytest, sys
        @pytest.mark.skipif(sys.version_info >= (3, 4), reason="old")
        def test():
            import imp
            imp.NullImporter("x")
    """,
    "a string asks importlib for what it has": """
        try:
            import imp
        except ImportError:
            import importlib as imp
        eval("imp.reload(m)")
    """,
    "a string asks whether it is there": """
        try:
            import imp
        except ImportError:
            import importlib as imp
        eval("imp.find_module('x') if hasattr(imp, 'find_module') else None")
    """,
    "six.PY2": "import six\nif six.PY2:\n    import imp\n    imp.reload(m)\n",
}


@pytest.mark.parametrize("source", WORKING.values(), ids=WORKING.keys())
def test_working_guard_is_left_alone(source: str) -> None:
    found = plan(source)
    assert found.diagnostics == ()
    assert found.silences


BROKEN = {
    "None is used": (
        """
        try:
            import imp
        except ImportError:
            imp = None
        imp.reload(m)
        """,
        {"IMP409"},
    ),
    "use outside its branch": (
        """
        import sys
        if sys.version_info[0] == 2:
            import imp
        imp.reload(m)
        """,
        {"IMP409"},
    ),
    "importlib as imp has no load_source": (
        """
        try:
            import imp
        except ImportError:
            import importlib as imp
        imp.load_source("a", "b")
        """,
        {"IMP409"},
    ),
    "the body of a class of tests runs though they are skipped": (
        """
        import sys, unittest
        @unittest.skipIf(sys.version_info >= (3, 4), "old")
        class Test(unittest.TestCase):
            import imp
            value = imp.NullImporter("x")
        """,
        {"IMP303", "IMP401"},
    ),
    "a string asks importlib for find_module": (
        """
        try:
            import imp
        except ImportError:
            import importlib as imp
        eval("imp.find_module('x')", globals())
        """,
        {"IMP409"},
    ),
    "a look-up asks importlib for find_module": (
        """
        try:
            import imp
        except ImportError:
            import importlib as imp
        globals()["imp"].find_module("x")
        """,
        {"IMP409"},
    ),
    "a string calls what is no find_module": (
        """
        try:
            from imp import find_module
        except ImportError:
            from importlib import import_module as find_module
        eval("find_module('x')")
        """,
        {"IMP409"},
    ),
    "a string asks a class of the guard": (
        """
        try:
            import imp
        except ImportError:
            class imp:
                reload = None
        eval("imp.find_module('x')")
        """,
        {"IMP409"},
    ),
}


@pytest.mark.parametrize(("source", "codes"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_guard_is_reported(source: str, codes: set[str]) -> None:
    assert {d.code for d in plan(source).diagnostics} == codes


REACHED = {
    "builtin reload is gone": """
        try:
            reload
        except NameError:
            from imp import reload
        reload(m)
    """,
    "imp in the Python 3 branch": """
        import sys
        if sys.version_info[0] == 2:
            pass
        else:
            from imp import reload
        reload(m)
    """,
    "imp before importlib": """
        try:
            from imp import reload
        except ImportError:
            pass
        reload(m)
    """,
    "a question to imp is no guard": """
        try:
            import imp
            imp.get_magic()
            HAVE = True
        except ImportError:
            HAVE = False
    """,
    "no such function in importlib": """
        try:
            from importlib import load_source
        except ImportError:
            from imp import load_source
        load_source("a", "b")
    """,
    "third-party module first": """
        try:
            from six.moves import reload_module as reload
        except ImportError:
            from imp import reload
        reload(m)
    """,
}


@pytest.mark.parametrize("source", REACHED.values(), ids=REACHED.keys())
def test_reachable_code_is_rewritten(source: str) -> None:
    found = plan(source)
    assert found.diagnostics
    assert all(d.fix is not None for d in found.diagnostics)


NAMED = {
    "an argument": "def f(*names): return [import_module(n) for n in names]\nf('json', 'imp')",
    "an argument by its name": "def f(why, name): import_module(name)\nf(1, name='imp')",
    "a default": "def f(name='imp'): import_module(name)",
    "an attribute of a class": "class A:\n    name = 'imp'\n    def f(self): import_module(self.name)",
    "an attribute": "def f(self):\n    self.name = 'imp'\n    import_module(self.name)",
    "an item": "NAMES = {'a': 'imp'}\nimport_module(NAMES['a'])",
    "a choice": "name = 'imp' if old else 'json'\nimport_module(name)",
    "a choice in place": "import_module('imp' if old else 'json')",
    "a member in a table": "TABLE = {'a': 'imp:reload'}\nimport_module(TABLE[x].split(':')[0])",
    "a member that is entered": "TABLE['a'] = 'imp.reload'\nimport_module(name)",
    "a factory": "dictConfig({'filters': {'f': {'()': 'imp.new_module', 'name': 'x'}}})",
    "on demand": "class Lazy:\n    def __getattr__(self, name): return import_module(name)\nLazy().imp",
}


@pytest.mark.parametrize("source", NAMED.values(), ids=NAMED)
def test_module_named_by_a_string(source: str) -> None:
    found = plan(f"from importlib import import_module\n{source}\n").diagnostics
    assert [diagnostic.code for diagnostic in found] == ["IMP410"]


NOT_NAMED = {
    "a key": "TABLE = {'imp': 1}\nimport_module(name)",
    "of something else": "title = 'imp'\nimport_module(name)",
    "looked for": "try:\n    import_module(NAMES['a'])\nexcept ImportError: pass\nNAMES = {'a': 'imp'}",
    "no import": "NAMES = {'a': 'imp.reload'}\nimport_module('json')",
    "another's attribute": "class Lazy:\n    def __getattr__(self, name): return name\nLazy().imp",
}


@pytest.mark.parametrize("source", NOT_NAMED.values(), ids=NOT_NAMED)
def test_string_that_names_no_module(source: str) -> None:
    assert not plan(f"from importlib import import_module\n{source}\n").diagnostics
