"""Searches that only ask whether there is a module, in the shapes in which they are written."""

from __future__ import annotations

import textwrap

import pytest

import imp_migrate
from imp_migrate.analysis import analyse
from imp_migrate.model import Applicability
from imp_migrate.options import Options
from imp_migrate.text.source import Source
from tests.rules.code import left, migrated

FIND = "importlib.machinery.PathFinder.find_spec"


def case(name: str, before: str, after: str) -> object:
    after = after.replace("FIND(", f"{FIND}(")
    return pytest.param(textwrap.dedent(before), textwrap.dedent(after), id=name)


TESTS = [
    case(
        "flag in the try",
        """\
        try:
            imp.find_module('h5py')
            HAS = True
        except ImportError:
            HAS = False
        """,
        """\
        HAS = bool(getattr(FIND('h5py'), 'loader', None))
        """,
    ),
    case(
        "flag the other way round",
        """\
        try:
            imp.find_module('h5py')
        except ImportError:
            missing = True
        else:
            missing = False
        """,
        """\
        missing = not getattr(FIND('h5py'), 'loader', None)
        """,
    ),
    case(
        "returned",
        """\
        def has():
            try:
                imp.find_module('h5py')
                return True
            except ImportError:
                return False
        """,
        """\
        def has():
            return bool(
                getattr(FIND('h5py'), 'loader', None)
            )
        """,
    ),
    case(
        "returned at the end",
        """\
        def has():
            try:
                imp.find_module('h5py')
            except ImportError:
                return False
            return True
        """,
        """\
        def has():
            if not getattr(FIND('h5py'), 'loader', None):
                return False
            return True
        """,
    ),
    case(
        "autodiscover",
        """\
        for app in apps:
            try:
                imp.find_module('admin', app.__path__)
            except ImportError:
                continue
            load(app)
        """,
        """\
        for app in apps:
            _spec = FIND('admin', app.__path__)
            if _spec is None or _spec.loader is None:
                continue
            load(app)
        """,
    ),
    case(
        "two values",
        """\
        try:
            imp.find_module('new')
            name = 'new'
        except ImportError:
            name = 'old'
        """,
        """\
        if getattr(FIND('new'), 'loader', None):
            name = 'new'
        else:
            name = 'old'
        """,
    ),
    case(
        "nothing happens without",
        """\
        try:
            imp.find_module('new')
        except ImportError:
            pass
        else:
            import new
            use(new)
        done()
        """,
        """\
        if getattr(FIND('new'), 'loader', None):
            import new
            use(new)
        done()
        """,
    ),
    case(
        "a flag and nothing without",
        """\
        found = False
        try:
            imp.find_module('new')
            found = True
        except ImportError:
            pass
        done()
        """,
        """\
        found = False
        if getattr(FIND('new'), 'loader', None):
            found = True
        done()
        """,
    ),
    case(
        "comment behind the search",
        """\
        try:
            imp.find_module('settings') # here
        except ImportError:
            stop()
        """,
        """\
        # here
        if not getattr(FIND('settings'), 'loader', None):
            stop()
        """,
    ),
    case(
        "comments everywhere",
        """\
        try:  # a
            # b
            imp.find_module('settings')
            # c
        except ImportError:  # d
            # e
            stop()  # f
        else:  # g
            go()
        """,
        """\
        # a
        # b
        # c
        if not getattr(FIND('settings'), 'loader', None):  # d
            # e
            stop()  # f
        else:  # g
            go()
        """,
    ),
    case(
        "clauses of one line",
        """\
        def f():
            try: imp.find_module("x")
            except ImportError: return 1
            return 2
        """,
        """\
        def f():
            if not getattr(FIND("x"), "loader", None):
                return 1
            return 2
        """,
    ),
    case(
        "two statements on one line",
        """\
        def f():
            try: imp.find_module("x"); y = 1
            except ImportError: y = 2
        """,
        """\
        def f():
            if getattr(FIND("x"), "loader", None): y = 1
            else: y = 2
        """,
    ),
    case(
        "nested handlers",
        """\
        try:
            imp.find_module('a')
            kind = 1
        except ImportError:
            try:
                imp.find_module('b')
                kind = 2
            except ImportError:
                kind = None
        """,
        """\
        if getattr(FIND('a'), 'loader', None):
            kind = 1
        else:
            if getattr(FIND('b'), 'loader', None):
                kind = 2
            else:
                kind = None
        """,
    ),
    case(
        "result closed and not used",
        """\
        def f():
            file = None
            try:
                file, _, _ = imp.find_module('a', ['b'])
                if file:
                    file.close()
                return True
            except ImportError:
                return False
        """,
        """\
        def f():
            spec = FIND('a', ['b'])
            return spec is not None and spec.loader is not None
        """,
    ),
    case(
        "closed afterwards",
        """\
        def f():
            try:
                file, path, description = imp.find_module('a')
            except ImportError:
                return None
            if file:
                file.close()
            return __import__('a')
        """,
        """\
        def f():
            if not getattr(FIND('a'), 'loader', None):
                return None
            return __import__('a')
        """,
    ),
    case(
        "truth as a flag",
        """\
        try:
            has = bool(imp.find_module('numpy'))
        except ImportError:
            has = False
        """,
        """\
        has = bool(getattr(FIND('numpy'), 'loader', None))
        """,
    ),
    case(
        "attribute as a flag",
        """\
        class A:
            def f(self):
                try:
                    imp.find_module('a')
                    self.has = True
                except Exception:
                    self.has = False
        """,
        """\
        class A:
            def f(self):
                self.has = bool(
                    getattr(FIND('a'), 'loader', None)
                )
        """,
    ),
    case(
        "constant for a name, strings for a path",
        """\
        NAME = 'urls'


        def f(package):
            where = [os.path.dirname(__file__), *package.__path__]
            try:
                imp.find_module(NAME, where)
            except ImportError:
                return
            load()
        """,
        """\
        NAME = 'urls'


        def f(package):
            where = [os.path.dirname(__file__), *package.__path__]
            spec = FIND(NAME, where)
            if spec is None or spec.loader is None:
                return
            load()
        """,
    ),
    case(
        "keywords",
        """\
        try:
            imp.find_module(name='a', path=None)
        except ImportError:
            stop()
        """,
        """\
        if not getattr(FIND('a'), 'loader', None):
            stop()
        """,
    ),
    case(
        "uncaught",
        "imp.find_module('z3')  # needed\n",
        """\
        # needed
        if not getattr(FIND('z3'), 'loader', None):
            raise ImportError("No module named 'z3'", name='z3')
        """,
    ),
    case(
        "more in the try",
        """\
        try:
            prepare()
            imp.find_module('z3')
            import z3
        except ImportError:
            z3 = None
        """,
        """\
        try:
            prepare()
            if not getattr(FIND('z3'), 'loader', None):
                raise ImportError("No module named 'z3'")
            import z3
        except ImportError:
            z3 = None
        """,
    ),
    case(
        "the exception is used",
        """\
        try:
            imp.find_module('z3')
        except ImportError as error:
            print(error)
        """,
        """\
        try:
            if not getattr(FIND('z3'), 'loader', None):
                raise ImportError("No module named 'z3'", name='z3')
        except ImportError as error:
            print(error)
        """,
    ),
    case(
        "closed in a finally around it",
        """\
        def f():
            f = None
            try:
                try:
                    f, p, d = imp.find_module('x')
                except ImportError:
                    return False
                return True
            finally:
                if f:
                    f.close()
        """,
        """\
        def f():
            if not getattr(FIND('x'), 'loader', None):
                return False
            return True
        """,
    ),
    case(
        "uncaught, closed in finally",
        """\
        def f():
            try:
                f, p, d = imp.find_module('x')
            finally:
                if f:
                    f.close()
        """,
        """\
        def f():
            if not getattr(FIND('x'), 'loader', None):
                raise ImportError("No module named 'x'", name='x')
        """,
    ),
    case(
        "raised again",
        """\
        try:
            imp.find_module('z3')
        except ImportError:
            log()
            raise
        """,
        """\
        try:
            if not getattr(FIND('z3'), 'loader', None):
                raise ImportError("No module named 'z3'", name='z3')
        except ImportError:
            log()
            raise
        """,
    ),
    case(
        "in a class, without a variable",
        """\
        class A:
            try:
                imp.find_module('a')
            except ImportError:
                has_a = False
        """,
        """\
        class A:
            if not getattr(FIND('a'), 'loader', None):
                has_a = False
        """,
    ),
    case(
        "two in one try",
        """\
        try:
            imp.find_module('a', m.__path__)
            imp.find_module('b', m.__path__)
        except ImportError:
            m = None
        """,
        """\
        try:
            _spec = FIND('a', m.__path__)
            if _spec is None or _spec.loader is None:
                raise ImportError("No module named 'a'")
            _spec = FIND('b', m.__path__)
            if _spec is None or _spec.loader is None:
                raise ImportError("No module named 'b'")
        except ImportError:
            m = None
        """,
    ),
]


@pytest.mark.parametrize(("before", "after"), TESTS)
def test_find_spec_is_tested(before: str, after: str) -> None:
    assert migrated(before) == after


HELPER = [
    case(
        "computed name",
        """\
        def has(name):
            try:
                imp.find_module(name)
                return True
            except ImportError:
                return False
        """,
        """\
        def has(name):
            return _has_module(name)
        """,
    ),
    case(
        "entries of the path may be no strings",
        """\
        def has(where):
            try:
                imp.find_module('a', [where])
            except ImportError:
                return False
        """,
        """\
        def has(where):
            if not _has_module('a', [where]):
                return False
        """,
    ),
    case(
        "the module creates files",
        """\
        os.mkdir(place)
        try:
            imp.find_module('a')
        except ImportError:
            a = None
        """,
        """\
        os.mkdir(place)
        importlib.invalidate_caches()
        if not getattr(importlib.machinery.PathFinder.find_spec('a'), 'loader', None):
            a = None
        """,
    ),
    case(
        "an argument may raise what is caught",
        """\
        try:
            imp.find_module(NAME, load('a').__path__)
        except ImportError:
            a = None
        """,
        """\
        try:
            _require_module(NAME, load('a').__path__)
        except ImportError:
            a = None
        """,
    ),
    case(
        "results dropped",
        """\
        def has(name):
            try:
                f, _, (suffix, mode, kind) = imp.find_module(name)
                f and f.close()
            except ImportError:
                return False
            return True
        """,
        """\
        def has(name):
            if not _has_module(name):
                return False
            return True
        """,
    ),
    case(
        "two searches, one file",
        """\
        def has(name, other):
            f = None
            try:
                if name:
                    f, p, d = imp.find_module(name)
                else:
                    f, p, d = imp.find_module(other)
            finally:
                if f is not None:
                    f.close()
        """,
        """\
        def has(name, other):
            if name:
                _require_module(name)
            else:
                _require_module(other)
        """,
    ),
    case(
        "among the names of a class",
        """\
        class A:
            try:
                imp.find_module('a', m.__path__)
            except ImportError:
                has_a = False
        """,
        """\
        class A:
            if not _has_module('a', m.__path__):
                has_a = False
        """,
    ),
    case(
        "truth",
        "x = [1] if imp.find_module('a') else [], not imp.find_module('b')\n",
        "x = [1] if _find_spec('a') else [], not _find_spec('b')\n",
    ),
    case(
        "four in one try",
        """\
        try:
            imp.find_module('a', m.__path__)
            imp.find_module('b', m.__path__)
            imp.find_module('c', m.__path__)
            imp.find_module('d', m.__path__)
        except ImportError:
            m = None
        """,
        """\
        try:
            _require_module('a', m.__path__)
            _require_module('b', m.__path__)
            _require_module('c', m.__path__)
            _require_module('d', m.__path__)
        except ImportError:
            m = None
        """,
    ),
    case(
        "an assignment over two lines",
        """\
        def f(name):
            a, b, c = \\
                imp.find_module(name)
            d, e, f = (
                imp.find_module(name)
            )
        """,
        """\
        def f(name):
            _require_module(name)
            (
                _require_module(name)
            )
        """,
    ),
]


@pytest.mark.parametrize(("before", "after"), HELPER)
def test_helper_raises(before: str, after: str) -> None:
    assert migrated(before, "import imp\nimport os\n") == after


def test_own_getattr() -> None:
    before = "def getattr(): ...\n\n\nimp.find_module('numpy')\n"
    assert "_require_module('numpy')" in migrated(before)


def test_standard_library_may_be_built_in() -> None:
    before = "try:\n    imp.find_module('readline')\nexcept ImportError:\n    print()\n"
    assert "importlib.util.find_spec('readline')" in migrated(before)


def test_stand_in_for_a_module_of_the_standard_library() -> None:
    before = (
        "sys.modules['readline'] = fake\n"
        "try:\n    imp.find_module('readline')\nexcept ImportError:\n    print()\n"
    )
    assert "_has_module('readline')" in migrated(before, "import imp\nimport sys\n")


def test_variable_is_new() -> None:
    before = "def f(spec):\n    try:\n        imp.find_module('a', [])\n    except ImportError:\n        pass\n    else:\n        use(spec)\n"
    assert f"spec_2 = {FIND}('a', [])\n" in migrated(before)


def test_tabs_and_windows_lines() -> None:
    before = "import imp\r\ndef f():\r\n\ttry:\r\n\t\timp.find_module('a')\r\n\texcept ImportError:\r\n\t\treturn 1\r\n"
    assert imp_migrate.migrate(before).text == (
        "import importlib.machinery\r\ndef f():\r\n"
        f"\tif not getattr({FIND}('a'), 'loader', None):\r\n\t\treturn 1\r\n"
    )


def test_long_lines_are_broken() -> None:
    before = (
        "def f(package):\n    try:\n"
        "        imp.find_module('a_module_with_a_long_name', package.__path__)\n"
        "    except ImportError:\n        return 1\n"
    )
    assert migrated(before) == (
        f"def f(package):\n    spec = {FIND}(\n"
        "        'a_module_with_a_long_name', package.__path__\n    )\n"
        "    if spec is None or spec.loader is None:\n        return 1\n"
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("imp.find_module('a.b')\n", "never finds dotted names"),
        ("imp.find_module('a', 'b')\n", "a path that is not a list"),
        ("imp.find_module('a', ('b',))\n", "a path that is not a list"),
    ],
)
def test_left_to_a_person(code: str, reason: str) -> None:
    (diagnostic,) = left(code)
    assert diagnostic.code == "IMP201"
    assert reason in diagnostic.message


def test_without_helpers() -> None:
    (diagnostic,) = left("imp.find_module(name)\n", helpers=False)
    assert diagnostic.fix is not None
    assert diagnostic.fix.applicability is Applicability.UNSAFE
    assert "imports the parent" in diagnostic.message
    (diagnostic,) = left("x = imp.find_module(name), 1\n", helpers=False)
    assert diagnostic.fix is None
    assert "find_spec('a')" in migrated("imp.find_module('a')\n", helpers=False)


def test_handler_that_never_ran() -> None:
    code = "import imp\ntry:\n    imp.find_module(n)\nexcept ModuleNotFoundError:\n    print()\n"
    plan = analyse(Source.from_text(code), Options())
    assert ["never ran" in d.message for d in plan.diagnostics] == [False, True]


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    open('x.json', 'w')\n\n\ndef g():\n    imp.find_module('a')\n",
        "def f(x):\n    open(os.path.join(x, 'y.txt'), 'w')\n    imp.find_module('a')\n",
        "LOG = f'{os.getpid()}.log'\nio.open(LOG, mode='a')\nimp.find_module('a')\n",
        "def f():\n    os.mkdir('x')\n\n\nimp.find_module('a')\nf()\n",
        "class A:\n    def f(self):\n        os.mkdir('x')\n\n\nimp.find_module('a')\nA().f()\n",
        "imp.find_module('a')\nos.mkdir('x')\n",
    ],
)
def test_no_module_is_made_before(code: str) -> None:
    after = migrated(code, "import imp\nimport io\nimport os\n")
    assert "getattr(" in after
    assert "invalidate_caches" not in after


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    open('x.py', 'w')\n\n\ndef g():\n    imp.find_module('a')\n",
        "def f(x):\n    open(x + 'y', 'w')\n    imp.find_module('a')\n",
        "def f(x):\n    open(x, 'w')\n    imp.find_module('a')\n",
        "def f(x):\n    open(file='x.txt', mode='w')\n    imp.find_module('a')\n",
        "def f(x):\n    x.open('w', 1)\n    imp.find_module('a')\n",
        "def f():\n    os.mkdir('x')\n\n\nf()\nimp.find_module('a')\n",
        "@now\ndef f():\n    os.mkdir('x')\n\n\nimp.find_module('a')\n",
        "class A:\n    os.mkdir('x')\n\n\nimp.find_module('a')\n",
        "for _ in 1, 2:\n    imp.find_module('a')\n    os.mkdir('x')\n",
        "def g():\n    imp.find_module('a')\n\n\ndef f():\n    os.mkdir('x')\n",
    ],
)
def test_a_module_may_be_made_before(code: str) -> None:
    assert "importlib.invalidate_caches()\n" in migrated(code, "import imp\nimport io\nimport os\n")


@pytest.mark.parametrize(
    ("handler", "leave"),
    [
        ("continue", "continue"),
        ("break", "break"),
        ("continue  # none", "continue"),
        ("log()\n            continue", "raise ImportError(\"No module named 'x'\")"),
        ("return 'none'", "raise ImportError(\"No module named 'x'\")"),
    ],
)
def test_what_the_handler_does_is_done_at_once(handler: str, leave: str) -> None:
    code = (
        "def f(apps):\n    for app in apps:\n        try:\n            path = app.__path__\n"
        f"            imp.find_module('x', path)\n        except ImportError:\n            {handler}\n"
    )
    assert f"loader is None:\n                {leave}\n" in migrated(code)


def test_a_handler_that_binds_a_name_is_reached() -> None:
    """Its variable is gone afterwards."""
    code = (
        "def f(apps):\n    for app in apps:\n        try:\n            path = app.__path__\n"
        "            imp.find_module('x', path)\n        except ImportError as e:\n            continue\n"
    )
    assert "raise ImportError(" in migrated(code)


@pytest.mark.parametrize("goes", [True, False])
def test_the_name_of_a_handler_that_is_read_elsewhere(goes: bool) -> None:
    """Without the handler nothing would bind it; another handler binds its own."""
    code = "try:\n    imp.find_module('x')\nexcept ImportError as e:\n    x = 1\n"
    other = "try:\n    run()\nexcept ValueError as e:\n    print(e)\n"
    text = migrated(code + (other if goes else "def f():\n    print(e)\n"))
    assert ("except ImportError as e:" in text) is not goes


def test_strings_have_the_quotes_of_those_beside_them() -> None:
    before = (
        'x = "text", "more"\n'
        "try:\n    imp.find_module('a')\nexcept ImportError:\n    pass\nelse:\n    use('a')\n"
    )
    assert "find_spec('a'), 'loader', None" in migrated(before)


def test_one_way_to_ask_in_one_module() -> None:
    before = (
        "def f(name):\n    imp.find_module(name)\n\n\n"
        "def g():\n    try:\n        imp.find_module('a')\n    except ImportError:\n        return\n"
    )
    after = migrated(before)
    assert after.count("_require_module(") == 2 and "find_spec" not in after
    assert "_find_module_path('a')" in migrated(before + "\n\nWHERE = imp.find_module(other)[1]\n")
    assert migrated(before.replace("imp.find_module(name)", "pass")).count("PathFinder") == 1


def test_comments_of_a_body_that_does_nothing_stay() -> None:
    before = (
        "def has(name):\n    try:\n        imp.find_module(name)\n        pass  # one\n"
        "    # two\n    except ImportError:\n        return False\n"
    )
    after = migrated(before)
    assert after.count("# one") == after.count("# two") == 1
    assert "    if not _has_module(name):\n        return False\n" in after


def test_question_without_an_answer_stays_as_it_is() -> None:
    before = "def f(name):\n    try:\n        imp.find_module(name)\n    except ImportError:\n        pass\n"
    assert "_require_module(name)" in migrated(before)
