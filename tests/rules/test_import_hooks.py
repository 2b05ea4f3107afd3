"""Import hooks that Python 3.12 no longer asks."""

from __future__ import annotations

from textwrap import indent

import pytest

import imp_migrate

METHOD = "    def find_module(self, name, path=None):\n        return None\n"
LOADER = "    def load_module(self, name):\n        return None\n"
SPEC = "    def find_spec(self, name, path=None, target=None):\n        return None\n"
ON_PATH = "import sys\nsys.meta_path.append(F())\n"


def lines(code: str) -> list[int]:
    """Where hooks are reported in *code*, which follows an import of `imp`."""
    found = imp_migrate.migrate(f"import imp\nimp.lock_held()\n{code}").remaining
    return [f.start for f in found if f.code == "IMP412"]


@pytest.mark.parametrize(
    "code",
    [
        f"class F:\n{METHOD}{ON_PATH}",
        f"class F:\n{METHOD}from sys import meta_path\nmeta_path[:] = [F()]\n",
        f"class F:\n{METHOD}import sys\ngetattr(sys, 'path_hooks').append(F)\n",
        f"class F:\n{METHOD}{LOADER}",
        f"class F(B):\n{METHOD}class B:\n{LOADER}",
        f"import importlib.abc\nclass F(importlib.abc.MetaPathFinder):\n{METHOD}",
        "class F:\n    def find_module(self, fullname, path=None):\n        return L()\n",
        "class F:\n    def find_loader(self, fullname):\n        return None, []\n",
        "class F:\n    @classmethod\n    def find_module(cls, name, path=None):\n        pass\n"
        + LOADER,
        "import sys\nif sys.version_info > (3, 4):\n"
        + indent(f"class F:\n{METHOD}{LOADER}", "    "),
        "def f():\n" + indent(f"class F:\n{METHOD}", "    ") + ON_PATH,
    ],
)
def test_reported(code: str) -> None:
    assert len(lines(code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        f"class F:\n{METHOD}{SPEC}{ON_PATH}",
        f"class B:\n{SPEC}class F(B):\n{METHOD}{ON_PATH}",
        f"class F:\n{METHOD}    find_spec = find\n{ON_PATH}",
        f"class F:\n{METHOD}{ON_PATH}F.find_spec = find\n",
        f"class F:\n{METHOD}",
        "class F:\n    def find_module(self, name):\n        return imp.find_module(name)\n",
        f"import modulefinder\nclass F:\n{METHOD}    def load_module(self, n, f, p, d):\n        pass\n",
        "import sys\nif sys.version_info < (3, 4):\n"
        + indent(f"class F:\n{METHOD}{LOADER}", "    "),
        "import sys\nclass F:\n    if sys.version_info < (3, 4):\n"
        + indent(METHOD, "    ")
        + ON_PATH,
        f"class L:\n{LOADER}{ON_PATH.replace('F()', 'f()')}",
        "def find_module(self, fullname, path=None):\n    pass\n" + ON_PATH,
        "class F:\n    def find_module(self):\n        pass\n" + ON_PATH,
    ],
)
def test_not_reported(code: str) -> None:
    assert lines(code) == []


def test_message() -> None:
    """A finder on the path gets other arguments, and fails otherwise."""
    text = f"import imp\nimport sys\nclass F:\n{METHOD}sys.%s.append(F)\n"
    migration = imp_migrate.migrate(text % "meta_path")
    (one,) = migration.remaining
    (other,) = imp_migrate.migrate(text % "path_hooks").remaining
    assert "is not asked" in one.message
    assert "find_spec(self, fullname, path=None, target=None)` to F" in one.message
    assert "AttributeError" in other.message
    assert "find_spec(self, fullname, target=None)` to F" in other.message
    assert migration.text[one.start : one.end] == "def find_module"


def test_without_imp() -> None:
    """A hook that no longer uses `imp` is not done yet; a file that cannot be read is not ours."""
    text = f"class F:\n{METHOD}{LOADER}"
    assert [d.code for d in imp_migrate.migrate(text).remaining] == ["IMP412"]
    assert imp_migrate.migrate(f"{text}print 1\n").remaining == ()


def test_stubs() -> None:
    text = f"class F:\n{METHOD}{LOADER}"
    assert imp_migrate.migrate(text, filename="imp.pyi").remaining == ()
    assert imp_migrate.migrate(text, filename="imp.py").remaining != ()


def test_noqa() -> None:
    text = f"import imp\nclass F:\n{METHOD}{LOADER}".replace("None):\n", "None):  # noqa: IMP412\n")
    assert all(f.code != "IMP412" for f in imp_migrate.migrate(text).remaining)


def test_no_helper_in_a_hook_that_is_not_asked() -> None:
    """Nothing is gained by it, until somebody has rewritten the hook."""
    use = "        return imp.load_source(name, name)\n"
    text = (
        f"import imp\n\n\nclass F:\n{METHOD}{LOADER.replace('        return None' + chr(10), use)}"
    )
    assert use in text
    migration = imp_migrate.migrate(text)
    assert migration.text == text
    load = next(d for d in migration.remaining if d.member == "load_source")
    assert "first rewrite the import hook around it" in load.message
    hidden = text.replace("None):\n", "None):  # noqa: IMP412\n")
    assert "def _load_source(" in imp_migrate.migrate(hidden).text
    ignoring = imp_migrate.Options(ignore=("IMP412",))
    assert "def _load_source(" in imp_migrate.migrate(text, options=ignoring).text
