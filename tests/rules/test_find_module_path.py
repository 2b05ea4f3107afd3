"""Searches for the path of a module, for its kind, and for everything."""

from __future__ import annotations

import pytest

from tests.rules.code import case, left, migrated

PATHS = [
    case(
        "indexed",
        "print(imp.find_module(name, [d])[1])\n",
        "print(_find_module_path(name, [d]))\n",
    ),
    case(
        "indexed from the end, in parentheses",
        "print((imp.find_module(name))[-2])\n",
        "print(_find_module_path(name))\n",
    ),
    case(
        "unpacked",
        """\
        def f(name):
            _, path, _ = imp.find_module(name)
            return path
        """,
        """\
        def f(name):
            path = _find_module_path(name)
            return path
        """,
    ),
    case(
        "unpacked and closed",
        """\
        def f(name):
            (file, path, (suffix, mode, kind)) = imp.find_module(name)
            if file is not None:
                file.close()
            return path
        """,
        """\
        def f(name):
            path = _find_module_path(name)
            return path
        """,
    ),
    case(
        "closed in finally",
        """\
        def f(name):
            file, path, description = imp.find_module(name)
            try:
                # where it is
                return path
            finally:
                if file:
                    file.close()
        """,
        """\
        def f(name):
            path = _find_module_path(name)
            # where it is
            return path
        """,
    ),
    case(
        "an attribute",
        "_, self.path, _ = imp.find_module(name)\n",
        "self.path = _find_module_path(name)\n",
    ),
    case(
        "a variable for the triple",
        """\
        def f(name):
            info = imp.find_module(name)
            if info[0]:
                info[0].close()
            return info[1], info[1].upper()
        """,
        """\
        def f(name):
            info = _find_module_path(name)
            return info, info.upper()
        """,
    ),
    case(
        "another triple beforehand",
        """\
        def f(name):
            info = ('', 'none', ())
            info = (0, 'none', 0)
            try:
                info = imp.find_module(name)
            except ImportError:
                info = imp.find_module('x' + name)
            return info[1]
        """,
        """\
        def f(name):
            info = ('', 'none', ())
            info = (0, 'none', 0)
            try:
                info = _find_module_path(name)
            except ImportError:
                info = _find_module_path('x' + name)
            return info
        """,
    ),
    case(
        "constants beforehand",
        """\
        def f(name):
            info = ('', None, '')
            try:
                info = imp.find_module(name)
            except ImportError:
                info = imp.find_module('x' + name)
            return info[1]
        """,
        """\
        def f(name):
            info = None
            try:
                info = _find_module_path(name)
            except ImportError:
                info = _find_module_path('x' + name)
            return info
        """,
    ),
    case(
        "a walk",
        """\
        def f(name):
            path = None
            for part in name.split('.'):
                f, path, d = imp.find_module(part, path and [path])
                if f:
                    f.close()
            return path
        """,
        """\
        def f(name):
            path = None
            for part in name.split('.'):
                path = _find_module_path(part, path and [path])
            return path
        """,
    ),
    case(
        "deleted variables",
        """\
        f, p, d = imp.find_module(name)
        del f, d
        print(p)
        """,
        """\
        p = _find_module_path(name)
        print(p)
        """,
    ),
    case(
        "two searches, closed in one finally",
        """\
        def f(name):
            f = g = None
            try:
                f, p, d = imp.find_module(name)
                g, q, d = imp.find_module('x' + name)
            finally:
                if f:
                    f.close()
                if g:
                    g.close()
            return p, q
        """,
        """\
        def f(name):
            f = g = None
            p = _find_module_path(name)
            q = _find_module_path('x' + name)
            return p, q
        """,
    ),
    case(
        "a variable of the module that another may import",
        "_, WHERE, _ = imp.find_module(n)\n_, _where, _ = imp.find_module(n)\n",
        "WHERE = _find_module_path(n)\n_find_module_path(n)\n",
    ),
    case(
        "aligned arguments",
        """\
        def f(name, where):
            f, p, _ = imp.find_module(name,
                                      where)
            return p
        """,
        """\
        def f(name, where):
            p = _find_module_path(name,
                                  where)
            return p
        """,
    ),
]


@pytest.mark.parametrize(("before", "after"), PATHS)
def test_path(before: str, after: str) -> None:
    assert migrated(before) == after


KINDS = [
    case(
        "package or not",
        """\
        def f(name):
            f, _, d = imp.find_module(name)
            if f:
                f.close()
            return d[2] == imp.PKG_DIRECTORY
        """,
        """\
        def f(name):
            spec = _find_spec(name)
            return spec.has_location and spec.submodule_search_locations is not None
        """,
    ),
    case(
        "package in given directories, or not",
        """\
        def f(name):
            f, _, (_, _, kind) = imp.find_module(name, ['plugins'])
            if kind != imp.PKG_DIRECTORY:
                return 1
        """,
        """\
        def f(name):
            spec = _find_spec(name, ['plugins'])
            if spec.submodule_search_locations is None:
                return 1
        """,
    ),
    case(
        "kinds, and a number",
        """\
        def f(name):
            f, _, d = imp.find_module(name)
            extension = d[-1] is imp.C_EXTENSION
            return extension, 6 == d[2]
        """,
        """\
        def f(name):
            spec = _find_spec(name)
            extension = isinstance(spec.loader, importlib.machinery.ExtensionFileLoader)
            return extension, spec.loader is importlib.machinery.BuiltinImporter
        """,
    ),
    case(
        "the path is needed, too",
        """\
        def f(name):
            f, path, d = imp.find_module(name)
            if d[2] == imp.PKG_DIRECTORY:
                path += '/__init__.py'
            return path
        """,
        """\
        def f(name):
            path = _find_module_path(name)
            if path is not None and os.path.isdir(path):
                path += '/__init__.py'
            return path
        """,
    ),
    case(
        "the path of a walk",
        """\
        def f(name):
            f, path, d = imp.find_module(name, [1])
            if f:
                f.close()
            if d[2] == imp.PKG_DIRECTORY:
                f, path, d2 = imp.find_module('__init__', [path])
                if f:
                    f.close()
            return path
        """,
        """\
        def f(name):
            path = _find_module_path(name, [1])
            if os.path.isdir(path):
                path = _find_module_path('__init__', [path])
            return path
        """,
    ),
    case(
        "the path says what kind of file it is",
        """\
        def f(name, where):
            f, path, (_, _, kind) = imp.find_module(name, where)
            if f: f.close()
            if kind != imp.C_EXTENSION:
                return path
        """,
        """\
        def f(name, where):
            path = _find_module_path(name, where)
            if path is None or not path.endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES)):
                return path
        """,
    ),
    case(
        "the path has changed",
        """\
        def f(name):
            _, path, d = imp.find_module(name)
            path = path[1:]
            return path, d[2] == imp.PKG_DIRECTORY
        """,
        """\
        def f(name):
            _, path, d = _find_module(name)
            path = path[1:]
            return path, d[2] == PKG_DIRECTORY
        """,
    ),
    case(
        "another constant",
        """\
        def f(name):
            _, _, d = imp.find_module(name)
            return d[2] == imp.PY_RESOURCE
        """,
        """\
        def f(name):
            _, _, d = _find_module(name)
            return d[2] == PY_RESOURCE
        """,
    ),
]


@pytest.mark.parametrize(("before", "after"), KINDS)
def test_kind(before: str, after: str) -> None:
    assert migrated(before, "import imp\nimport os\n") == after


TRIPLES = [
    case(
        "returned",
        "def f(n): return imp.find_module(n)\n",
        "def f(n): return _find_module(n)\n",
    ),
    case(
        "a value",
        "find = partial(imp.find_module, path=p), imp.find_module\n",
        "find = partial(_find_module, path=p), _find_module\n",
    ),
    case(
        "arguments that nobody knows",
        "x = imp.find_module(*args, **options)\n",
        "x = _find_module(*args, **options)\n",
    ),
    case(
        "seen by locals()",
        """\
        def f(n):
            f, p, d = imp.find_module(n)
            print('%(d)s' % locals())
        """,
        """\
        def f(n):
            f, p, d = _find_module(n)
            print('%(d)s' % locals())
        """,
    ),
    case(
        "exported",
        """\
        __all__ = ['d']
        f, p, d = imp.find_module('x')
        """,
        """\
        __all__ = ['d']
        f, p, d = _find_module('x')
        """,
    ),
    case(
        "closed in another way",
        """\
        def f(n, f):
            f.close()
            f, p, d = imp.find_module(n)
            f.close()
        """,
        """\
        def f(n, f):
            f.close()
            f, p, d = _find_module(n)
            f.close()
        """,
    ),
    case(
        "errors of opening are handled",
        """\
        try:
            imp.find_module(n)
        except (ImportError, SyntaxError):
            print()
        """,
        """\
        try:
            _find_module(n)
        except (ImportError, SyntaxError):
            print()
        """,
    ),
    case(
        "annotated",
        """\
        def f(n):
            info: tuple = imp.find_module(n)
            return info[1]
        """,
        """\
        def f(n):
            info: tuple = _find_module(n)
            return info[1]
        """,
    ),
    case(
        "a variable of the module that another may import",
        "info = imp.find_module(n)\n",
        "info = _find_module(n)\n",
    ),
    case(
        "both",
        """\
        def f(n):
            f, p, d = t = imp.find_module(n)
            return t
        """,
        """\
        def f(n):
            f, p, d = t = _find_module(n)
            return t
        """,
    ),
]


@pytest.mark.parametrize(("before", "after"), TRIPLES)
def test_triple(before: str, after: str) -> None:
    assert migrated(before) == after


@pytest.mark.parametrize(
    ("code", "number", "reason"),
    [
        ("print(x, imp.find_module(n)[1])\n", "IMP202", "submodule_search_locations"),
        ("print(imp.find_module(n)[1])\n", "IMP202", "--unsafe-fixes"),
        ("print(imp.find_module(n))\n", "IMP204", "take a module spec"),
        ("print(imp.find_module)\n", "IMP204", "take a module spec"),
    ],
)
def test_without_helpers(code: str, number: str, reason: str) -> None:
    (diagnostic,) = left(code, helpers=False)
    assert diagnostic.code == number
    assert reason in diagnostic.message


@pytest.mark.parametrize(
    "code", ["print(imp.find_module('a.b')[1])\n", "x = imp.find_module('a.b')\n"]
)
def test_dotted_name(code: str) -> None:
    (diagnostic,) = left(code)
    assert "never finds dotted names" in diagnostic.message


FOUND = """\
_spec = importlib.machinery.PathFinder.find_spec('x')
if _spec is None or _spec.loader is None:
    raise ImportError("No module named 'x'", name='x')
"""
PATH = "(_spec.submodule_search_locations or [_spec.origin])[0]"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("p = imp.find_module('x')[1]\n", f"{FOUND}p = {PATH}\n"),
        ("f, p, d = imp.find_module('x')\nf.close()\n", f"{FOUND}p = {PATH}\n"),
        ("a = b = load(imp.find_module('x')[1] + 'y')\n", f"{FOUND}a = b = load({PATH} + 'y')\n"),
        ("os.stat(imp.find_module('x')[1]).st_size\n", f"{FOUND}os.stat({PATH}).st_size\n"),
    ],
)
def test_one_literal_name(before: str, after: str) -> None:
    assert migrated(before) == after


@pytest.mark.parametrize(
    "code",
    [
        "p = imp.find_module(x)[1]\n",
        "p = imp.find_module('readline')[1]\n",
        "p = imp.find_module('x', ['.'])[1]\n",
        "p = f(), imp.find_module('x')[1]\n",
        "p = f()(imp.find_module('x')[1])\n",
        "p = f(y(), imp.find_module('x')[1])\n",
        "p = y if y else imp.find_module('x')[1]\n",
        "class A:\n    p = imp.find_module('x')[1]\n",
        "def f():\n    p = imp.find_module('x')[1]\n    return locals()\n",
        "p = imp.find_module('x')[1]\nq = imp.find_module('y')[1]\n",
    ],
)
def test_other_paths_need_the_helper(code: str) -> None:
    assert "_find_module_path(" in migrated(code)
