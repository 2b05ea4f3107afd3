"""Triples whose path or type code is used, whose file is not read, and triples that attributes hold."""

from __future__ import annotations

import pytest

from tests.rules.code import case, migrated

FILES = {
    "the file alone": "print(imp.find_module(name)[0])\n",
    "the file and the path": """\
def f(name):
    file, path, description = imp.find_module(name)  # both
    with file:
        return path, file.read()
""",
    "None beforehand": """\
def f(name):
    path = file = description = None
    try:
        file, path, description = imp.find_module(name)
        return file.read()
    finally:
        if file: file.close()
        print(path)
""",
    "the type code as well": """\
def f(name, file):
    info = imp.find_module(name)
    if info[2][2] == imp.PKG_DIRECTORY:
        return info[1]
    return info[0].read()
""",
    "in one line": """\
def f(name):
    if name: file, path, _ = imp.find_module(name); print(path, file.read())
""",
    "loaded and read": """\
def f(name):
    file, path, info = imp.find_module(name, ['.'])
    first = file.readline()
    return first, imp.load_module(name, file, path, info)
""",
    "in an attribute": """\
class _Hook:
    def __init__(self):
        self.info = None
    def find(self, name):
        self.info = imp.find_module(name)
    def load(self, name):
        return self.info[0].readline(), imp.load_module(name, *self.info)
""",
}


@pytest.mark.parametrize("code", FILES.values(), ids=FILES)
def test_where_the_file_is_read_all_of_it_stays(code: str) -> None:
    after = code.replace("imp.find", "_find").replace("imp.load", "_load").replace("imp.", "")
    assert migrated(code) == after


KINDS = [
    case(
        "several kinds, without a file",
        """\
        def f(name):
            _, path, (_, _, kind) = imp.find_module(name, ['.'])
            assert kind in (imp.PY_SOURCE, imp.PKG_DIRECTORY) and path
            return imp.load_module(name, *imp.find_module(name))
        """,
        """\
        def f(name):
            path = _find_module_path(name, ['.'])
            assert (os.path.isdir(path) or path.endswith(tuple(importlib.machinery.SOURCE_SUFFIXES))) and path
            return _find_and_load(name)
        """,
    ),
    case(
        "tested, then loaded",
        """\
        def f(name):
            file, path, info = imp.find_module(name)
            if info[2] not in (imp.C_BUILTIN, imp.PY_FROZEN) and not file:
                print("package", path)
            return imp.load_module(name, file, path, info)
        """,
        """\
        def f(name):
            path = _find_module_path(name)
            if path is not None and (path is None or not os.path.isfile(path)):
                print("package", path)
            return _load_from(name, path)
        """,
    ),
    case(
        "only one of the two kinds without a path",
        """\
        def f(name):
            file, path, info = imp.find_module(name)
            return file, path, info[2] == imp.C_BUILTIN
        """,
        """\
        def f(name):
            file, path, info = _find_module(name)
            return file, path, info[2] == C_BUILTIN
        """,
    ),
    case(
        "a long test",
        """\
        def f(a_module_of_that_name):
            file, path_of_the_module, info = imp.find_module(a_module_of_that_name)
            while info[2] == imp.PY_SOURCE:
                return path_of_the_module
        """,
        """\
        def f(a_module_of_that_name):
            path_of_the_module = _find_module_path(a_module_of_that_name)
            while (
                path_of_the_module is not None
                and path_of_the_module.endswith(tuple(importlib.machinery.SOURCE_SUFFIXES))
            ):
                return path_of_the_module
        """,
    ),
]


@pytest.mark.parametrize(("before", "after"), KINDS)
def test_kind(before: str, after: str) -> None:
    assert migrated(before) == after


ATTRIBUTES = [
    case(
        "from one method to another",
        """\
        class Hook:
            def find_module(self, name):
                self.info = imp.find_module(name)
                return self
            def load(hook, name):
                return imp.load_module(name, *hook.info)
        """,
        """\
        class Hook:
            def find_module(self, name):
                self.info_path = _find_module_path(name)
                return self
            def load(hook, name):
                return _load_from(name, hook.info_path)
        """,
    ),
    case(
        "None beforehand",
        """\
        class Hook:
            def __init__(self):
                self.info = None
            def find_module(self, name):
                self.info = imp.find_module(name)
            def text(self):
                return self.info[1]
        """,
        """\
        class Hook:
            def __init__(self):
                pass
            def find_module(self, name):
                self.info_path = _find_module_path(name)
            def text(self):
                return self.info_path
        """,
    ),
    case(
        "asked for None",
        """\
        class Hook:
            def __init__(self):
                self.info = None
            def find_module(self, name):
                self.info = imp.find_module(name, ['.'])
            def close(self):
                if self.info is not None:
                    self.info[0].close()
                    self.info = None
            def text(self):
                if self.info is None:
                    return ""
                return self.info[1]
        """,
        """\
        class Hook:
            def __init__(self):
                self.info_path = None
            def find_module(self, name):
                self.info_path = _find_module_path(name, ['.'])
            def close(self):
                if self.info_path is not None:
                    self.info_path = None
            def text(self):
                if self.info_path is None:
                    return ""
                return self.info_path
        """,
    ),
]


@pytest.mark.parametrize(("before", "after"), ATTRIBUTES)
def test_attribute(before: str, after: str) -> None:
    assert migrated(before) == after


def test_a_public_attribute_of_another_class_stays() -> None:
    code = HOOK.replace("find_module(self", "find(self")
    assert "self.info = _find_module(name)" in migrated(code)
    assert "self._info_path = " in migrated(code.replace("info", "_info"))
    assert "self.info_path = " in migrated(code.replace("Hook", "_Hook"))


def test_a_package_is_a_path_without_a_file() -> None:
    before = """\
def f(name):
    file, path, info = imp.find_module(name)
    package = file is None and path is not None
    other = path is not None and not file and name
    return package, other, imp.load_module(name, file, path, info)
"""
    after = migrated(before)
    assert "package = path is not None and os.path.isdir(path)\n" in after
    assert "other = path is not None and (path is None or not os.path.isfile(path)) and" in after


HOOK = """\
class Hook:
    def find_module(self, name):
        self.info = imp.find_module(name)
    def where(self):
        return self.info[1]
"""


def test_the_attribute_has_a_new_name() -> None:
    assert "self.info_path = _find_module_path(name)" in migrated(HOOK)


def test_the_variables_of_another_module_are_no_attributes() -> None:
    code = HOOK + "    def run(self):\n        module = new()\n        exec('', module.__dict__)\n"
    assert "self.info_path = _find_module_path(name)" in migrated(code)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class Hook:", "class Hook(Base):"),
        ("class Hook:", "class Hook(metaclass=Meta):"),
        ("class Hook:", "class Hook:\n    info = None"),
        ("class Hook:", "class Hook:\n    __slots__ = ['info']"),
        ("class Hook:", "class Hook:\n    def __getattr__(self, name): return name"),
        ("class Hook:", "class Hook:\n    def info_path(self): pass"),
        ("class Hook:", "class Hook:\n    def f(self): self.info_path()"),
        ("class Hook:", "class Hook:\n    if name:\n        def info(self): pass"),
        ("class Hook:", "class Sub(Hook):\n    info = 1\nclass Hook:"),
        ("class Hook:", "print(vars(hook))\nclass Hook:"),
        ("class Hook:", "print(hook.__dict__)\nclass Hook:"),
        ("class Hook:", "def show(hook): print(hook.__dict__)\nclass Hook:"),
        ("class Hook:", "print('{0.info}')\nclass Hook:"),
        ("class Hook:", "class Hook:\n    def close(self): self.info = None"),
        ("class Hook:", "print(hook.info)\nclass Hook:"),
        ("class Hook:", "class Other:\n    def f(self): self.info = 1\nclass Hook:"),
        ("    def where(self):", "    @classmethod\n    def where(self):"),
        ("    def where(self):", "    def where(self):\n        self = Hook()"),
        ("return self.info[1]", "return self.info"),
        ("return self.info[1]", "return self.info[2]"),
        ("return self.info[1]", "return self.info[1], vars(self)"),
        ("return self.info[1]", "return self.info[1], self.__dict__"),
        ("return self.info[1]", "return self.info[1], getattr(self, name)"),
        ("return self.info[1]", "return self.info[1], getattr(self, 'info')"),
        ("return self.info[1]", "del self.info; return self.info[1]"),
        ("return self.info[1]", "self.info += 1; return self.info[1]"),
        ("return self.info[1]", "self.info = find(); return self.info[1]"),
    ],
)
def test_an_attribute_that_may_mean_more_stays(old: str, new: str) -> None:
    assert HOOK.count(old) == 1
    assert "self.info = _find_module(name)" in migrated(HOOK.replace(old, new))


GUARDED = """\
def f(n):
    i = None
    try:
        i = imp.find_module(n, [''])
    except ImportError:
        pass
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    return i is not None and i[1]\n", "    return i is not None and i\n"),
        ("    return i is None or i[1]\n", "    return i is None or i\n"),
        ("    return i[1] if i is not None else n\n", "    return i if i is not None else n\n"),
        ("    if n or i is None: return\n    return i[1]\n", None),
        ("    if n and i is not None:\n        return i[1]\n", None),
        ("    if i is None:\n        return\n    else:\n        return i[1]\n", None),
    ],
)
def test_it_is_used_where_a_test_saw_it(before: str, after: str | None) -> None:
    code = migrated(GUARDED + before)
    assert "i = _find_module_path(n, [''])" in code
    assert code.endswith(after or before.replace("i[1]", "i"))


@pytest.mark.parametrize(
    "code",
    [
        "    return i is None and i[1]\n",
        "    return i is not None or i[1]\n",
        "    return i[1] if i is None else n\n",
        "    if n and i is None: return\n    return i[1]\n",
        "    if n or i is not None:\n        return i[1]\n",
        "    if i is None:\n        print(n)\n    return i[1]\n",
        "    if i is not None:\n        i = None\n        return i[1]\n",
        "    if i is None: return\n    return lambda: i[1]\n",
    ],
)
def test_it_stays_where_it_may_be_none(code: str) -> None:
    assert "i = _find_module(n, [''])" in migrated(GUARDED + code)


@pytest.mark.parametrize(
    "code",
    [
        "def f(n):\n    f, p, d = imp.find_module(n)\n    return f, p, d[0]\n",
        "def f(n):\n    f, p, d = imp.find_module(n)\n    return f, p, lambda: d[2] == 5\n",
        "def f(n):\n    f, p, d = imp.find_module(n)\n    return f, p, locals()\n",
        "def f(n):\n    i = imp.find_module(n)\n    return i[0], i is None\n",
        "def f(n):\n    i = imp.find_module(n)\n    return i[0], i[n]\n",
        "def f(n):\n    f, p, d = i = imp.find_module(n)\n    return f, p, i[1]\n",
        "def f(n):\n    i = imp.find_module(n)\n    i = None\n    return i[0], i[1]\n",
        "def f(n):\n    global i\n    i = imp.find_module(n)\nf(n)\nprint(i[0], i[1])\n",
        "f, p, d = imp.find_module(n)\nprint(f, p)\n__all__ = ['d']\n",
        "def f(n):\n    f, p, d = imp.find_module(n)\n    p += n\n    return f, d[2] == 5\n",
        "def f(n):\n    f, p, d = imp.find_module(n)\n    d = g(d)\n    return f, d[2] == 5\n",
    ],
)
def test_what_needs_all_of_it_stays(code: str) -> None:
    assert "_find_module(n)" in migrated(code)
