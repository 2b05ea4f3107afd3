"""What becomes of the import lock."""

from __future__ import annotations

import pytest

import imp_migrate
from imp_migrate.model import Applicability
from imp_migrate.options import Options
from tests.rules.code import case, left, migrated


def unsafe(code: str, imports: str = "import imp\n") -> str:
    """The whole text, migrated with --unsafe-fixes."""
    options = Options(unsafe_fixes=True)
    text = imp_migrate.migrate(imports + code, options=options).text
    assert imp_migrate.migrate(text, options=options).text == text
    return text


ONLY_IMPORTS = [
    case(
        "try and finally",
        """\
        imp.acquire_lock()
        try:
            import job  # what for
            from a import b
        finally:
            imp.release_lock()
        """,
        """\
        import job  # what for
        from a import b
        """,
    ),
    case(
        "inside try",
        """\
        def load(name):
            try:
                imp.acquire_lock()
                # the comment stays
                return __import__('a.' + name)
            finally:
                imp.release_lock()
        """,
        """\
        def load(name):
            # the comment stays
            return __import__('a.' + name)
        """,
    ),
    case(
        "module taken from sys.modules",
        """\
        def load(name):
            imp.acquire_lock()
            try:
                importlib.import_module(name)
                return sys.modules[name]
            finally:
                imp.release_lock()
        """,
        """\
        def load(name):
            importlib.import_module(name)
            return sys.modules[name]
        """,
    ),
    case(
        "handler",
        """\
        imp.acquire_lock()
        try:
            import job
        except ImportError:
            import spare_job
        finally:
            imp.release_lock()
        """,
        """\
        try:
            import job
        except ImportError:
            import spare_job
        """,
    ),
    case(
        "plain statements",
        """\
        def load(name):
            imp.acquire_lock()
            module = importlib.import_module(name)
            imp.release_lock()
            return module
        """,
        """\
        def load(name):
            module = importlib.import_module(name)
            return module
        """,
    ),
    case("on one line", "imp.acquire_lock(); import job; imp.release_lock()\n", "import job\n"),
]


@pytest.mark.parametrize(("before", "after"), ONLY_IMPORTS)
def test_no_lock_around_imports(before: str, after: str) -> None:
    assert migrated(before, "import imp\nimport importlib\nimport sys\n") == after


#: More than imports, or not certainly one section.
STATE = [
    "hooks[name] = hook",
    "if name not in sys.modules:\n        importlib.import_module(name)",
    "importlib.reload(name)",
    "imp.reload(name)",
    "return sys.modules[name]",
    "global found\n    found = importlib.import_module(name)",
    "job.found = importlib.import_module(name)",
    "importlib.import_module(name())",
    "importlib.import_module(name).run()",
    "other.import_module(name)",
    "yield importlib.import_module(name)",
    "for n in name: importlib.import_module(n)",
    "with name: import job",
    "pass",
]


@pytest.mark.parametrize("body", STATE)
def test_own_lock_around_anything_else(body: str) -> None:
    before = f"def f(name):\n    imp.acquire_lock()\n    {body}\n    imp.release_lock()\n"
    imports = "import imp\nimport importlib\nimport sys\n"
    assert "imp.acquire_lock()" in migrated(before, imports)
    after = unsafe(before, imports)
    assert "import threading\n" in after
    assert after.count("\n_import_lock = threading.RLock()\n") == 1
    assert "    _import_lock.acquire()\n" in after
    assert "    _import_lock.release()\n" in after


UNCERTAIN = [
    "if x:\n    imp.acquire_lock()\nimport job\nif x:\n    imp.release_lock()\n",
    "acquire, release = imp.acquire_lock, imp.release_lock\n",
    "imp.acquire_lock(); imp.release_lock()\n",
    "imp.acquire_lock()\ntry:\n    import job\nfinally:\n    log()\n    imp.release_lock()\n",
    "imp.acquire_lock()\ntry:\n    import job\nexcept ImportError:\n    log()\nfinally:\n"
    "    imp.release_lock()\n",
    "imp.acquire_lock()\ntry:\n    import job\nfinally:\n    log()\nimp.release_lock()\n",
    "imp.acquire_lock()\nimport a\nimp.release_lock()\nimp.acquire_lock()\nrun()\n"
    "imp.release_lock()\n",
    "imp.acquire_lock()\nimport a\nimp.release_lock()\nimp.release_lock()\n",
    "x = imp.acquire_lock()\nimport a\nimp.release_lock()\n",
    "class Lock:\n    def __enter__(self):\n        imp.acquire_lock()\n"
    "    def __exit__(self, *args):\n        imp.release_lock()\n",
]


@pytest.mark.parametrize("before", UNCERTAIN)
def test_own_lock_where_sections_are_not_certain(before: str) -> None:
    assert migrated(before) == before
    after = unsafe(before)
    body = after.partition("RLock()\n")[2].strip()
    expected = before.replace("imp.acquire_lock", "_import_lock.acquire")
    assert body == expected.replace("imp.release_lock", "_import_lock.release").strip()


def test_own_lock_is_unsafe_and_says_why() -> None:
    found = left("imp.acquire_lock()\nrun()\nimp.release_lock()\n")
    assert [d.code for d in found] == ["IMP301", "IMP301"]
    for diagnostic in found:
        assert diagnostic.fix is not None
        assert diagnostic.fix.applicability is Applicability.UNSAFE
        assert "define `_import_lock = threading.RLock()` and use that" in diagnostic.message
    assert found[0].fix == found[1].fix


def test_all_or_nothing() -> None:
    """A use that needs a person keeps the others: two locks would exclude nobody."""
    section = "imp.acquire_lock()\nrun()\nimp.release_lock()\n"
    assert unsafe(section + "f = getattr(imp, 'acquire_lock')\n").count("imp.") == 2
    assert "_import_lock" not in unsafe(section + "imp.release_lock()  # noqa: IMP301\n")
    guarded = "if x:\n    imp = y\nimp.acquire_lock()\n"
    assert "_import_lock" not in unsafe(section + guarded)


@pytest.mark.parametrize(
    ("code", "word"), [("imp.acquire_lock()\n", "releases"), ("imp.release_lock()\n", "acquires")]
)
def test_half_of_a_pair_is_left_to_a_person(code: str, word: str) -> None:
    (one,) = left(code)
    assert one.fix is None
    assert word in one.message


def test_name_that_is_taken() -> None:
    after = unsafe("_import_lock = 1\nimp.acquire_lock()\nrun(_import_lock)\nimp.release_lock()\n")
    assert "_imp_import_lock = threading.RLock()\n" in after
    assert "_imp_import_lock.acquire()\nrun(_import_lock)\n" in after


def test_threading_that_is_taken() -> None:
    after = unsafe("threading = 1\nimp.acquire_lock()\nrun(threading)\nimp.release_lock()\n")
    assert "import threading as _threading\n" in after
    assert "_import_lock = _threading.RLock()\n" in after


def test_lock_of_an_earlier_run_is_used_again() -> None:
    section = "imp.acquire_lock()\nrun()\nimp.release_lock()\n"
    once = unsafe(section)
    again = unsafe(once + section.replace("run", "walk"))
    assert again.count("RLock()") == 1
    assert again.count("_import_lock.acquire()") == 2


def test_lock_of_the_project() -> None:
    options = Options(unsafe_fixes=True, helper_module="pkg._importing")
    before = "import imp\nimp.acquire_lock()\nrun()\nimp.release_lock()\n"
    migration = imp_migrate.migrate(before, options=options)
    after = "from pkg._importing import _import_lock\n_import_lock.acquire()\nrun()\n"
    assert migration.text == after + "_import_lock.release()\n"
    assert migration.helpers == {"_import_lock"}


def test_constants_and_helpers_beside_the_lock() -> None:
    before = "x = imp.PY_SOURCE\nimp.acquire_lock()\nimp.load_source(x, y)\nimp.release_lock()\n"
    after = unsafe(before)
    block = "\n\nPY_SOURCE = 1\n_import_lock = threading.RLock()\n\n\ndef _load_source("
    assert block in after


HELD = [
    ("if imp.lock_held():\n    wait()\nrun()\n", "run()\n"),
    ("if imp.lock_held():\n    wait()\nelse:\n    run()\n", "run()\n"),
    ("if not imp.lock_held():\n    wait()\n", "wait()\n"),
    ("if not imp.lock_held() and x:\n    wait()\n", "if x:\n    wait()\n"),
    ("if x and not imp.lock_held():\n    wait()\n", "if x:\n    wait()\n"),
    ("if x and imp.lock_held():\n    wait()\nrun()\n", "run()\n"),
    ("if f() and imp.lock_held():\n    wait()\n", "if f() and False:\n    wait()\n"),
    ("if f() or imp.lock_held():\n    wait()\n", "if f():\n    wait()\n"),
    ("x = 1 if imp.lock_held() else 2\n", "x = 2\n"),
    ("while x and imp.lock_held():\n    wait()\n", "while False:\n    wait()\n"),
]


@pytest.mark.parametrize(("before", "after"), HELD)
def test_lock_held_in_a_test(before: str, after: str) -> None:
    assert migrated(before) == before
    assert unsafe(before) == after


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("x = imp.lock_held()\n", "; write `False`:"),
        ("x = imp.lock_held\n", "; write `lambda: False`:"),
        ("x = imp.lock_held() or y\n", "; write `False`:"),
        ("if imp.lock_held(1): pass\n", "; write `False`:"),
        ("imp.lock_held()\n", "; delete this statement"),
    ],
)
def test_lock_held_elsewhere(code: str, advice: str) -> None:
    (one,) = left(code)
    assert (one.code, one.fix) == ("IMP302", None)
    assert advice in one.message


def test_what_has_to_be_settled_first() -> None:
    code = "lock = imp.acquire_lock if x else None\nsetattr(imp, 'release_lock', f)\n"
    assert any("first settle line 4" in d.message for d in left(code) if d.code == "IMP301")


@pytest.mark.parametrize("member", ["acquire_lock", "release_lock"])
def test_half_of_the_lock(member: str) -> None:
    (one,) = left(f"imp.{member}()\n")
    assert "delete this, if it is only held for imports" in one.message


def test_lock_held_beside_the_lock() -> None:
    """Whoever takes the lock itself may well find it held."""
    code = "imp.acquire_lock()\nif imp.lock_held(): run()\nimp.release_lock()\n"
    (one,) = (d for d in left(code) if d.code == "IMP302")
    assert one.fix is None
    assert "set a variable where this file acquires the lock" in one.message
