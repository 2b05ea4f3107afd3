"""Pairs of find_module and load_module, in the shapes in which they are written."""

from __future__ import annotations

import pytest

import imp_migrate
from imp_migrate.model import Applicability
from imp_migrate.options import Options
from tests.rules.code import case, left, migrated

SHAPES = [
    case(
        "one line",
        "m = imp.load_module(n, *imp.find_module(n, [d]))\n",
        "m = _find_and_load(n, [d])\n",
    ),
    case(
        "one line, another name",
        "m = imp.load_module('x_' + n, *imp.find_module(n))\n",
        "m = _find_and_load_as(n, 'x_' + n)\n",
    ),
    case(
        "over several lines",
        """\
        imp.load_module('a', *imp.find_module('a',
            [d]))  # why
        """,
        """\
        _find_and_load('a', [d])  # why
        """,
    ),
    case(
        "never closed",
        """\
        f, p, d = imp.find_module(n)
        m = imp.load_module(n, f, p, d)
        """,
        "m = _find_and_load(n)\n",
    ),
    case(
        "closed in finally",
        """\
        f, p, d = imp.find_module(n, path)
        try:
            # a comment
            m = imp.load_module(n, f, p, d)
            use(m)
        finally:
            # why it is done
            if f:
                f.close()
        """,
        """\
        # a comment
        m = _find_and_load(n, path)
        use(m)
        # why it is done
        """,
    ),
    case(
        "both in one try, file set to None beforehand",
        """\
        def load(n):
            f = None

            try:
                f, p, d = imp.find_module(n)
                return imp.load_module(n, f, p, d)
            finally:
                if f is not None:
                    f.close()
        """,
        """\
        def load(n):
            return _find_and_load(n)
        """,
    ),
    case(
        "handlers stay",
        """\
        def load(n):
            f, p, d = imp.find_module(n)
            try:
                return imp.load_module(n, f, p, d)
            except ValueError:
                return None
            finally:
                f.close()
        """,
        """\
        def load(n):
            spec = _find_spec(n)
            try:
                return _load_spec(spec)
            except ValueError:
                return None
        """,
    ),
    case(
        "the rest of finally stays",
        """\
        f, p, d = imp.find_module(n)
        try:
            m = imp.load_module(n, f, p, d)
        finally:
            if f: f.close()
            done()
        """,
        """\
        spec = _find_spec(n)
        try:
            m = _load_spec(spec)
        finally:
            done()
        """,
    ),
    case(
        "search handled apart",
        """\
        for n in names:
            try:
                f, p, d = imp.find_module(n, path)
            except ImportError:
                continue
            try:
                found[n] = imp.load_module(n, f, p, d)
            finally:
                f and f.close()
        """,
        """\
        for n in names:
            try:
                spec = _find_spec(n, path)
            except ImportError:
                continue
            found[n] = _load_spec(spec)
        """,
    ),
    case(
        "what SWIG writes",
        """\
        def helper():
            fp = None
            try:
                fp, p, d = imp.find_module('_x', [here])
            except ImportError:
                import _x
                return _x
            if fp is not None:
                try:
                    _mod = imp.load_module('_x', fp, p, d)
                finally:
                    fp.close()
                return _mod
        """,
        """\
        def helper():
            try:
                spec = _find_spec('_x', [here])
            except ImportError:
                import _x
                return _x
            if spec.submodule_search_locations is None:
                _mod = _load_spec(spec)
                return _mod
        """,
    ),
    case(
        "searched again at the end of the round",
        """\
        def load(names, n):
            f, p, d = imp.find_module(n)
            for part in names:
                m = imp.load_module(n, f, p, d)
                n = n + "." + part
                f, p, d = imp.find_module(part, m.__path__)
            return m
        """,
        """\
        def load(names, n):
            spec = _find_spec(n)
            for part in names:
                m = _load_as(n, spec)
                n = n + "." + part
                spec = _find_spec(part, m.__path__)
            return m
        """,
    ),
    case(
        "the name changes from round to round",
        """\
        f, p, d = imp.find_module(n)
        while more():
            m = imp.load_module(n, f, p, d)
            n = "x"
        """,
        """\
        spec = _find_spec(n)
        while more():
            m = _load_as(n, spec)
            n = "x"
        """,
    ),
    case(
        "found or not, in a loop",
        """\
        for n in names:
            try:
                f, p, d = imp.find_module(n)
            except ImportError:
                pass
            m = imp.load_module(n, f, p, d)
        """,
        """\
        for n in names:
            try:
                spec = _find_spec(n)
            except ImportError:
                pass
            m = _load_as(n, spec)
        """,
    ),
    case(
        "is there a file, or a built-in module",
        """\
        f, p, d = imp.find_module(n, path)
        if f is None:
            raise ImportError
        m = imp.load_module(n, f, p, d)
        """,
        """\
        spec = _find_spec(n, path)
        if not spec.has_location or spec.submodule_search_locations is not None:
            raise ImportError
        m = _load_spec(spec)
        """,
    ),
    case(
        "is there a file, among other questions",
        """\
        f, p, d = imp.find_module(n, path)
        if not f and wanted or f:
            m = imp.load_module(n, f, p, d)
        """,
        """\
        spec = _find_spec(n, path)
        if (
            (not spec.has_location or spec.submodule_search_locations is not None)
            and wanted
            or spec.has_location
            and spec.submodule_search_locations is None
        ):
            m = _load_spec(spec)
        """,
    ),
    case(
        "info tuple",
        """\
        info = imp.find_module(n)
        try:
            log(n)
            m = imp.load_module(n, *info)
        finally:
            if info[0]:
                info[0].close()
        """,
        """\
        info = _find_spec(n)
        log(n)
        m = _load_spec(info)
        """,
    ),
    case(
        "info unpacked later",
        """\
        info = imp.find_module(n)
        log(n)
        f, p, d = info
        m = imp.load_module(n, f, p, d)
        """,
        """\
        info = _find_spec(n)
        log(n)
        m = _load_spec(info)
        """,
    ),
    case(
        "dotted walk",
        """\
        def load(name):
            path = None
            for i, part in enumerate(name.split('.')):
                f, p, d = imp.find_module(part, path)
                m = imp.load_module(name_of(i), f, p, d)
                if f:
                    f.close()
                path = m.__path__
            return m
        """,
        """\
        def load(name):
            path = None
            for i, part in enumerate(name.split('.')):
                spec = _find_spec(part, path)
                m = _load_as(name_of(i), spec)
                path = m.__path__
            return m
        """,
    ),
    case(
        "either search",
        """\
        def load(name):
            if '.' in name:
                f, p, d = imp.find_module(name[1:], path)
            else:
                f, p, d = imp.find_module(name)
            return imp.load_module(name, f, p, d)
        """,
        """\
        def load(name):
            if '.' in name:
                spec = _find_spec(name[1:], path)
            else:
                spec = _find_spec(name)
            return _load_as(name, spec)
        """,
    ),
    case(
        "one after the other",
        """\
        f, p, d = imp.find_module('a')
        a = imp.load_module('a', f, p, d)
        f, p, d = imp.find_module('b', a.__path__)
        b = imp.load_module('a.b', f, p, d)
        """,
        """\
        a = _find_and_load('a')
        b = _find_and_load_as('b', 'a.b', a.__path__)
        """,
    ),
    case(
        "the name changes in between",
        """\
        f, p, d = imp.find_module(n)
        n = 'x' + n
        m = imp.load_module(n, f, p, d)
        """,
        """\
        spec = _find_spec(n)
        n = 'x' + n
        m = _load_as(n, spec)
        """,
    ),
    case(
        "the variable had another meaning before",
        """\
        def load(path):
            name = basename(path)
            f, path, d = imp.find_module(name, [dirname(path)])
            return imp.load_module(name, f, path, d)
        """,
        """\
        def load(path):
            name = basename(path)
            return _find_and_load(name, [dirname(path)])
        """,
    ),
    case(
        "attribute of the module",
        """\
        f, p, d = imp.find_module(n)
        try:
            version = imp.load_module(n, f, p, d).__version__
        finally:
            f.close()
        """,
        "version = _find_and_load(n).__version__\n",
    ),
    case(
        "path needed as well",
        """\
        f, p, d = imp.find_module(n, [parent])
        try:
            m = imp.load_module(n, f, p, d)
        finally:
            f.close()
        print(p)
        """,
        """\
        p = _find_module_path(n, [parent])
        m = _load_from(n, p)
        print(p)
        """,
    ),
    case(
        "path is where to search next",
        """\
        def load(name):
            f, p, d = imp.find_module('top')
            for part in name.split('.'):
                f, p, d = imp.find_module(part, [p])
            return imp.load_module(name, f, p, d)
        """,
        """\
        def load(name):
            p = _find_module_path('top')
            for part in name.split('.'):
                p = _find_module_path(part, [p])
            return _load_from(name, p)
        """,
    ),
    case(
        "with",
        """\
        f, p, d = imp.find_module(n)
        with f:
            m = imp.load_module(n, f, p, d)
        """,
        "m = _find_and_load(n)\n",
    ),
    case(
        "a variable called spec",
        """\
        def load(n, spec):
            try:
                f, p, d = imp.find_module(n)
            except ImportError:
                return spec
            return imp.load_module(n, f, p, d)
        """,
        """\
        def load(n, spec):
            try:
                spec_2 = _find_spec(n)
            except ImportError:
                return spec
            return _load_spec(spec_2)
        """,
    ),
    case(
        "strings over several lines in the block",
        '''\
        def load(n):
            f, p, d = imp.find_module(n)
            try:
                m = imp.load_module(n, f, p, d)
                m.text = """
                one
            two
                """
                return (m,
                        n)
            finally:
                f.close()
        ''',
        '''\
        def load(n):
            m = _find_and_load(n)
            m.text = """
                one
            two
                """
            return (m,
                    n)
        ''',
    ),
    case(
        "arguments over several lines",
        """\
        f, p, d = imp.find_module(
            n,
            ["( ", (d1,)],
        )
        m = imp.load_module(
            n, f, p, d
        )
        """,
        'm = _find_and_load(n, ["( ", (d1,)])\n',
    ),
    case(
        "comments in the calls",
        """\
        f, p, d = imp.find_module(n)  # first
        m = imp.load_module(n, f, p, d)  # second
        """,
        """\
        # first
        m = _find_and_load(n)  # second
        """,
    ),
]


@pytest.mark.parametrize(("before", "after"), SHAPES)
def test_shape(before: str, after: str) -> None:
    assert migrated(before) == after
    assert not left(before)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_breaks_stay(newline: str) -> None:
    before = "f, p, d = imp.find_module(n)\ntry:\n\tm = imp.load_module(n, f, p, d)\nfinally:\n\tf.close()\n"
    text = imp_migrate.migrate(("import imp\n" + before).replace("\n", newline)).text
    assert text.endswith(newline * 3 + "m = _find_and_load(n)" + newline)
    assert text.count(newline) == len(text.splitlines())
    if newline == "\r":
        assert "\n" not in text


def test_imported_functions() -> None:
    before = "f, p, d = find_module(n)\nm = load_module(n, f, p, d)\n"
    after = "m = _find_and_load(n)\n"
    assert migrated(before, "from imp import find_module, load_module\n") == after


#: Something else happens to the three: the helpers that return and take them are right.
ENTANGLED = [
    pytest.param(
        "f, p, d = imp.find_module(n)\nlog(d)\nimp.load_module(n, f, p, d)\n", id="logged"
    ),
    pytest.param(
        "f, p, d = imp.find_module(n)\nimp.load_module(n, f, p, d)\nprint(f.closed)\n", id="file"
    ),
    pytest.param("f, p, d = imp.find_module(n)\nimp.load_module(n, f, p, (s, m, k))\n", id="mixed"),
    pytest.param("f, p, d = imp.find_module(n)\nimp.load_module(n, None, p, d)\n", id="no file"),
    pytest.param(
        "def g():\n    f, p, d = imp.find_module(n)\n    def h():\n"
        "        return imp.load_module(n, f, p, d)\n    return h\n",
        id="nested function",
    ),
    pytest.param(
        "def g():\n    f, p, d = imp.find_module(n)\n    print(locals())\n"
        "    return imp.load_module(n, f, p, d)\n",
        id="locals",
    ),
    pytest.param(
        "def g(f, p, d):\n    if not f:\n        f, p, d = imp.find_module(n)\n"
        "    return imp.load_module(n, f, p, d)\n",
        id="parameters",
    ),
    pytest.param(
        "class C:\n    f, p, d = imp.find_module(n)\n    m = imp.load_module(n, f, p, d)\n",
        id="class",
    ),
    pytest.param(
        "f = None\ntry:\n    f, p, d = imp.find_module(n)\nexcept ImportError:\n    pass\n"
        "if f:\n    m = imp.load_module(n, f, p, d)\n",
        id="found or not",
    ),
]


@pytest.mark.parametrize("before", ENTANGLED)
def test_something_else_happens(before: str) -> None:
    after = migrated(before)
    assert "_find_module(" in after
    assert "_load_module(" in after
    assert "spec" not in after
    assert not left(before)


EMULATIONS = [
    pytest.param(
        """\
def load(name):
    # Fast path.
    try:
        return sys.modules[name]
    except KeyError:
        pass

    # If this fails, so be it.

    f, p, d = imp.find_module(name)

    try:
        return imp.load_module(name, f, p, d)
    finally:
        # Close it.
        if f:
            f.close()
""",
        """\
def load(name):
    # Fast path.
    try:
        return sys.modules[name]
    except KeyError:
        pass

    # If this fails, so be it.

    if "." in name or not getattr(importlib.util.find_spec(name), "loader", None):
        raise ImportError(f"No module named {name!r}", name=name)
    return importlib.import_module(name)
""",
        id="as in the documentation",
    ),
    pytest.param(
        """\
def load(name):
    if name in sys.modules:
        return sys.modules[name]
    return imp.load_module(name, *imp.find_module(name))
""",
        """\
def load(name):
    if name in sys.modules:
        return sys.modules[name]
    if "." in name or not getattr(importlib.util.find_spec(name), "loader", None):
        raise ImportError(f"No module named {name!r}", name=name)
    return importlib.import_module(name)
""",
        id="in one line",
    ),
]


@pytest.mark.parametrize(("before", "after"), EMULATIONS)
def test_emulated_import(before: str, after: str) -> None:
    assert migrated(before, "import imp\nimport sys\n") == after


@pytest.mark.parametrize(
    "code",
    [
        "def load(name):\n    return imp.load_module(name, *imp.find_module(name))\n",
        "def load(name):\n    if other in sys.modules:\n        return sys.modules[other]\n"
        "    return imp.load_module(name, *imp.find_module(name))\n",
        "def load(name):\n    if name in sys.modules:\n        return sys.modules[name]\n"
        "    return imp.load_module(name, *imp.find_module(name, path))\n",
        "class Hook:\n    def load_module(self, name):\n        if name in sys.modules:\n"
        "            return sys.modules[name]\n"
        "        return imp.load_module(name, *imp.find_module(name))\n",
    ],
    ids=["no look-up", "another name", "path", "import hook"],
)
def test_no_plain_import(code: str) -> None:
    assert "_find_and_load(name" in migrated(code, "import imp\nimport sys\n")


def test_literal_name_without_a_path() -> None:
    code = "def f():\n    return imp.load_module('a', *imp.find_module('a'))\n"
    assert migrated(code).endswith("    else importlib.import_module('a')\n    )\n")
    for other in (
        code.replace("'a'", "'json'"),
        code.replace("'a'", "'__main__'"),
        "sys.meta_path.append(h)\n" + code,
        "os.mkdir(d)\n" + code,
    ):
        assert "_find_and_load(" in migrated(other)


def test_without_helpers() -> None:
    before = "m = imp.load_module('a', *imp.find_module('a'))\n"
    after = (
        "m = (\n"
        "    importlib.reload(sys.modules['a'])\n"
        "    if 'a' in sys.modules\n"
        "    else importlib.import_module('a')\n"
        ")\n"
    )
    assert migrated(before, helpers=False) == after
    apart = "f, p, d = imp.find_module(n)\ntry:\n    imp.load_module(n, f, p, d)\nfinally:\n    f.close()\n"
    assert migrated(apart, helpers=False).startswith("importlib.reload(sys.modules[n]) if n in ")


@pytest.mark.parametrize(
    "code",
    [
        "m = [imp.load_module(n, *imp.find_module(n, path))]\n",
        "m = imp.load_module(n, *imp.find_module(o))\n",
        "m = imp.load_module('a.b', *imp.find_module('a.b'))\n",
        "m = imp.load_module(g(), *imp.find_module(g()))\n",
    ],
)
def test_without_helpers_and_without_a_way(code: str) -> None:
    assert migrated(code, helpers=False) == code
    found = left(code, helpers=False)
    assert [d.code for d in found] == ["IMP203", "IMP203"]
    assert all("helper functions" in d.message and d.fix is None for d in found)


def test_without_helpers_into_the_name_itself() -> None:
    """What is assigned is the key, too: first the one, then the other."""
    code = "import imp\nn = imp.load_source(n, path)\n"
    options = Options(helpers=False, unsafe_fixes=True)
    after = imp_migrate.migrate(code, options=options).text
    assert "_module = sys.modules[n] = importlib.util.module_from_spec(_spec)\n" in after
    assert after.endswith("_spec.loader.exec_module(_module)\nn = _module\n")


def test_without_helpers_by_a_path() -> None:
    code = "m = imp.load_module(n, *imp.find_module(n, path))\n"
    assert migrated(code, helpers=False) == code
    found = left(code, helpers=False)
    assert all(d.fix is not None and d.fix.applicability is Applicability.UNSAFE for d in found)
    assert all("is replaced, where imp ran it again" in d.message for d in found)
    options = Options(helpers=False, unsafe_fixes=True)
    after = imp_migrate.migrate("import imp\nimport sys\n" + code, options=options).text
    assert after.endswith(
        "_spec = importlib.machinery.PathFinder.find_spec(n, path)\n"
        "if _spec is None or _spec.loader is None:\n"
        '    raise ImportError(f"No module named {n!r}", name=n)\n'
        "m = sys.modules[n] = importlib.util.module_from_spec(_spec)\n"
        "_spec.loader.exec_module(m)\n"
    )


def test_name_taken_for_a_helper() -> None:
    before = "def _find_and_load():\n    pass\n\n\nm = imp.load_module(n, *imp.find_module(n))\n"
    assert migrated(before).endswith("m = _imp_find_and_load(n)\n")


@pytest.mark.parametrize(
    ("path", "absolute"),
    [
        ("[os.path.abspath(d)]", True),
        ("[os.path.dirname(__file__), os.path.realpath(d)]", True),
        ("[os.path.join(HERE, d), HERE + '/more']", True),
        ("PATHS", True),
        ("[os.path.abspath(d)] + [HERE]", True),
        ("MORE", False),  # something is appended
        ("['.', HERE]", False),
        ("[os.path.join(d, HERE)]", False),
        ("[d + HERE]", False),
        ("sys.path", False),
    ],
)
def test_absolute_directories_are_searched_by_importlib(path: str, absolute: bool) -> None:
    imports = "import imp\nimport os\nimport sys\n"
    before = """\
HERE = os.path.dirname(os.path.abspath(__file__))
PATHS = [HERE]
MORE = [HERE]
MORE.append(d)
"""
    call = f"m = imp.load_module('m', *imp.find_module('m', {path}))\n"
    text = imp_migrate.migrate(imports + before + call).text
    assert ("PathFinder.find_spec(name, path)" in text) is absolute
    assert ("EXTENSION_SUFFIXES" in text) is not absolute
    other = imp_migrate.migrate(imports + before + call.replace("('m', *", "('p.m', *")).text
    assert "_find_and_load_as('m', 'p.m', " in other
    assert ("PathFinder.find_spec(name, path)" in other) is absolute


def test_a_pair_is_one_helper_beside_another_search() -> None:
    code = "a = imp.load_module('x.a', *imp.find_module('a', [d]))\n"
    more = "b = imp.load_module('b', *imp.find_module('b', [d]))\n"
    text = imp_migrate.migrate("import imp\nimport sys\n" + code + more).text
    assert text.count("exec_module(") == 1
    assert text.count("EXTENSION_SUFFIXES") == 1
    assert text.endswith("a = _find_and_load_as('a', 'x.a', [d])\nb = _find_and_load('b', [d])\n")


def test_the_import_of_imp_moves_as_well() -> None:
    before = """\
def load(n):
    try:
        import imp
        f, p, d = imp.find_module(n)
        return imp.load_module(n, f, p, d)
    finally:
        f.close()
"""
    after = migrated(before, "")
    assert after.endswith("def load(n):\n    return _find_and_load(n)\n")
