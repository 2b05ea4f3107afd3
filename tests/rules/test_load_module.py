"""load_module with a description that is written out, and with any other."""

from __future__ import annotations

import pytest

import imp_migrate
from imp_migrate.model import Applicability
from imp_migrate.options import Options
from tests.rules.code import case, left, migrated

DESCRIBED = [
    case(
        "package",
        "m = imp.load_module(n, None, d, ('', '', imp.PKG_DIRECTORY))\n",
        "m = _load_package(n, d)\n",
    ),
    case(
        "package, layout kept",
        """\
        m = imp.load_module(
            n, None, join(a, b), ("", "", 5)  # why
        )
        """,
        """\
        # why
        m = _load_package(
            n, join(a, b)
        )
        """,
    ),
    case(
        "source, file opened inline",
        "m = imp.load_module(n, open(p), p, (ext, 'r', imp.PY_SOURCE))\n",
        "m = _load_source(n, p)\n",
    ),
    case(
        "source, binary file of the same path",
        "m = imp.load_module(n, open(p, 'rb'), p, (ext, 'rb', 1))\n",
        "m = _load_source(n, p)\n",
    ),
    case(
        "source, opened by with",
        """\
        with open(p) as f:  # why
            # what
            m = imp.load_module(n, f, p, ('.py', 'r', 1))
            use(m)
        """,
        """\
        # why
        # what
        m = _load_source(n, p)
        use(m)
        """,
    ),
    case(
        "something happens before the load",
        """\
        with open(p) as f:
            prepare()
            m = imp.load_module(n, f, p, ('.py', 'r', 1))
        """,
        """\
        with open(p) as f:
            prepare()
            m = _load_source(n, p)
        """,
    ),
    case(
        "file of another path",
        """\
        with open(p) as f:
            m = imp.load_module(n, f, abspath(p), ('.py', 'r', 1))
        """,
        """\
        with open(p) as f:
            m = _load_source(n, abspath(p))
        """,
    ),
    case(
        "opened and closed in finally",
        """\
        def load(n, p):
            f = open(p)
            try:
                return imp.load_module(n, f, p, ('.py', 'r', 1))
            finally:
                f.close()
        """,
        """\
        def load(n, p):
            return _load_source(n, p)
        """,
    ),
    case(
        "one variable for several files",
        """\
        with open(p) as f:
            text = f.read()
        with open(q) as f:
            m = imp.load_module(n, f, q, ('.py', 'r', 1))
        """,
        """\
        with open(p) as f:
            text = f.read()
        m = _load_source(n, q)
        """,
    ),
    case(
        "description in a variable",
        """\
        f = open(p, 'U')
        description = ('.py', 'U', imp.PY_SOURCE)
        m = imp.load_module(n, f, p, description)
        """,
        "m = _load_source(n, p)\n",
    ),
    case(
        "description of two calls",
        """\
        kind = ('', '', imp.PKG_DIRECTORY)
        a = imp.load_module('a', None, p, kind)
        b = imp.load_module('b', None, p, details=kind)
        """,
        """\
        a = _load_package('a', p)
        b = _load_package('b', p)
        """,
    ),
    case(
        "opening is also a test whether it is there",
        """\
        try:
            f = open(p, 'rb')
        except OSError:
            m = None
        else:
            m = imp.load_module(n, f, p, ('.so', 'rb', imp.C_EXTENSION))
        """,
        """\
        try:
            open(p, 'rb').close()
        except OSError:
            m = None
        else:
            m = _load_dynamic(n, p)
        """,
    ),
    case(
        "variables that nothing else looks at",
        """\
        def load(n, p):
            mode = 'U' if sys.version_info[0] < 3 else 'r'
            suffix = splitext(p)[1]
            with open(p, mode) as f:
                return imp.load_module(n, f, p, (suffix, mode, 1))
        """,
        """\
        def load(n, p):
            suffix = splitext(p)[1]
            return _load_source(n, p)
        """,
    ),
    case(
        "byte code",
        "m = imp.load_module(n, open(p, 'rb'), p, ('.pyc', 'rb', imp.PY_COMPILED))\n",
        "m = _load_compiled(n, p)\n",
    ),
    case(
        "keywords",
        "m = imp.load_module(details=('', '', 5), name=n, filename=d, file=None)\n",
        "m = _load_package(n, d)\n",
    ),
    case(
        "built in",
        "m = imp.load_module(n, None, None, ('', '', imp.C_BUILTIN))\n",
        "m = importlib.import_module(n) if n in sys.builtin_module_names else None\n",
    ),
    case(
        "frozen",
        "m = imp.load_module('z', None, None, ('', '', 7)).x\n",
        "m = (importlib.import_module('z') if importlib.machinery.FrozenImporter.find_spec('z')"
        " is not None else None).x\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), DESCRIBED)
def test_description(before: str, after: str) -> None:
    assert migrated(before) == after
    assert not left(before)


def test_imported_constants_go_as_well() -> None:
    before = "m = load_module(n, None, d, ('', '', PKG_DIRECTORY))\n"
    after = "m = _load_package(n, d)\n"
    assert migrated(before, "from imp import PKG_DIRECTORY, load_module\n") == after


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("imp.load_module(n, None, p, ('.py', 'r', imp.PY_SOURCE))", "open file"),
        ("imp.load_module(n, None, p, ('.pyc', 'rb', 2))", "open file"),
        ("imp.load_module(n, f, p, ('', '', 0))", "type code 0"),
        ("imp.load_module(n, f, p, ('', '', imp.IMP_HOOK))", "type code 9"),
        ("imp.load_module(n, f, p, ('.py', 'w', 1))", "mode 'w'"),
        ("imp.load_module(n, f, p, ('.py', 'r+', 1))", "mode 'r+'"),
    ],
)
def test_calls_that_always_failed(call: str, reason: str) -> None:
    assert migrated(call + "\n").startswith("imp.load_module(n, ")
    # A constant in the call waits until the call is settled.
    (found,) = (d for d in left(call + "\n") if d.fix is None)
    assert found.code == "IMP205"
    assert reason in found.message


def test_variable_that_is_no_file() -> None:
    code = "def load(n, p):\n    f = None\n    imp.load_module(n, f, p, ('.py', 'r', 1))\n"
    assert migrated(code) == code
    (found,) = left(code)
    assert "open file" in found.message
    assert found.fix is None


@pytest.mark.parametrize(
    "code",
    [
        "def load(n, f, p):\n    return imp.load_module(n, f, p, ('.py', 'r', 1))\n",
        "def load(n, p, f=None):\n    return imp.load_module(n, f, p, ('.py', 'r', 1))\n",
        "f = open(p, 'rb')\nf.readline()\nimp.load_module(n, f, p, ('.py', 'rb', 1))\n",
        "with open(q, 'rb') as f:\n    imp.load_module(n, f, p, ('.py', 'rb', 1))\n",
        "with open(p, 'rb') as f:\n    f.read(1)\n    imp.load_module(n, f, p, ('.py', 'rb', 1))\n",
        "f = wrapped(p)\nimp.load_module(n, f, p, ('.py', 'r', 1))\n",
    ],
)
def test_files_of_unknown_content(code: str) -> None:
    assert migrated(code) == code
    (found,) = left(code)
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE
    changed = imp_migrate.migrate("import imp\n" + code, options=Options(unsafe_fixes=True))
    assert "_load_source(n, p)" in changed.text
    assert not changed.remaining


OTHERS = [
    case("parameters", "m = imp.load_module(n, f, p, d)\n", "m = _load_module(n, f, p, d)\n"),
    case("star", "m = imp.load_module(n, *info)\n", "m = _load_module(n, *info)\n"),
    case("value", "def g(load=imp.load_module): pass\n", "def g(load=_load_module): pass\n"),
    case(
        "computed code",
        "m = imp.load_module(n, f, p, ('', '', kind()))\n",
        "m = _load_module(n, f, p, ('', '', kind()))\n",
    ),
    case(
        "built in, name computed",
        "m = imp.load_module(g(), None, '', ('', '', 6))\n",
        "m = _load_module(g(), None, '', ('', '', 6))\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), OTHERS)
def test_other_descriptions(before: str, after: str) -> None:
    assert migrated(before) == after
    assert not left(before)


@pytest.mark.parametrize(
    "code",
    [
        "m = imp.load_module(n, f, p, d)\n",
        "m = imp.load_module(n, None, d, ('', '', imp.PKG_DIRECTORY))\n",
        "load = imp.load_module\n",
    ],
)
def test_without_helpers(code: str) -> None:
    found = [d for d in left(code, helpers=False) if d.member == "load_module"]
    assert [d.fix for d in found] == [None]
    assert "helper functions" in found[0].message


FOUND = {
    "unpacked": """\
def load(name):
    f, path, info = imp.find_module(name)
    print(info)
    return imp.load_module(name, f, path, info)
""",
    "None beforehand": """\
def load(name):
    f = path = None
    f, path, info = imp.find_module(name)
    print(info)
    return imp.load_module(name, f, path, info)
""",
    "the parts of a dotted name": """\
def find(name, path=None):
    for part in name.split("."):
        if path is not None:
            path = [path]
        f, path, info = imp.find_module(part, path)
    return f, path, info
def load(name):
    found = find(name)
    return imp.load_module(name, *found)
""",
    "an attribute": """\
class _Loader:
    def __init__(self, name):
        self.found = None
        self.found = imp.find_module(name)
        print(self.found)
    def load(self, name):
        return imp.load_module(name, *self.found)
""",
}

#: Changes after which something else may be loaded.
NOT_FOUND = [
    ("unpacked", "imp.find_module(name)", "find(name)"),
    ("unpacked", "print(info)", "f = open(name)"),
    ("unpacked", "print(info)", "path = path or name"),
    ("unpacked", "print(info)", "info = (1, 2, 3)"),
    ("unpacked", "print(info)", "f, path, info = path, f, info"),
    ("unpacked", "print(info)", "f, path, info = get()"),
    ("unpacked", "print(info)", "del path; path = name"),
    ("unpacked", "f, path, info)\n", "f, path, path)\n"),
    ("unpacked", "f, path, info)\n", "f, path, info[:])\n"),
    ("unpacked", "def load(name):", "def load(name):\n    global f"),
    ("None beforehand", "    print(info)", "    f = path = None"),
    ("the parts of a dotted name", "[path]\n", "[path]\n            break\n"),
    (
        "the parts of a dotted name",
        "f, path, info = imp",
        "try: pass\n        finally: f, path, info = imp",
    ),
    ("the parts of a dotted name", "    return f", "    path = None\n    return f"),
    ("the parts of a dotted name", "return f, path, info", "return f, path, info\n    yield"),
    ("the parts of a dotted name", "return f, path, info", "return name, path, info"),
    ("the parts of a dotted name", "return f, path, info", "return get()"),
    ("the parts of a dotted name", "def find", "@wrapped\ndef find"),
    ("the parts of a dotted name", "def load", "if find: find = get\ndef load"),
    ("an attribute", "class _Loader:", "class _Loader(Base):"),
    ("an attribute", "self.found = None", "self.found = name"),
    ("an attribute", "self.found = None", "self.found, x = name"),
]


def text_with(code: str) -> str:
    return imp_migrate.migrate("import imp\n" + code).text


@pytest.mark.parametrize("code", FOUND.values(), ids=FOUND)
def test_what_was_found_has_a_known_kind(code: str) -> None:
    assert "    if details[2] in (1, 2):\n        file.close()\n" in text_with(code)
    assert "Don't know how" not in text_with(code)
    other = "def other(*info): return imp.load_module('x', *info)\n"
    assert "Don't know how" in text_with(code + other)


@pytest.mark.parametrize(("which", "old", "new"), NOT_FOUND)
def test_what_may_be_something_else(which: str, old: str, new: str) -> None:
    assert FOUND[which].count(old) == 1
    assert "Don't know how" in text_with(FOUND[which].replace(old, new))
