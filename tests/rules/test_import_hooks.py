"""Import hooks that Python 3.12 no longer asks."""

from __future__ import annotations

import ast
from textwrap import indent

import pytest

import imp_migrate

METHOD = "    def find_module(self, name, path=None):\n        return None\n"
LOADER = "    def load_module(self, name):\n        return None\n"
SPEC = "    def find_spec(self, name, path=None, target=None):\n        return None\n"
ON_PATH = "import sys\nsys.meta_path.append(F())\n"


def lines(code: str) -> list[int]:
    """Where hooks are found in *code*, which follows an import of `imp`."""
    migration = imp_migrate.migrate(f"import imp\nimp.lock_held()\n{code}")
    found = (*migration.fixed, *migration.remaining)
    return [f.start for f in found if f.code == "IMP412"]


def left(code: str) -> str:
    """What is left to do about the only hook in *code*, after the last semicolon."""
    migration = imp_migrate.migrate(code)
    (one,) = (d for d in migration.remaining if d.code == "IMP412")
    assert "def find_spec" not in migration.text
    return one.message.rpartition("; ")[2]


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
    text = f"import imp\nimport sys\nclass F(B):\n{METHOD}sys.%s.append(F)\n"
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
    text = f"class F(B):\n{METHOD}{LOADER}"
    assert [d.code for d in imp_migrate.migrate(text).remaining] == ["IMP412"]
    assert imp_migrate.migrate(f"{text}print 1\n").remaining == ()


def test_stubs() -> None:
    text = f"class F:\n{METHOD}{LOADER}"
    assert not imp_migrate.migrate(text, filename="imp.pyi").changed
    assert imp_migrate.migrate(text, filename="imp.py").changed


def test_noqa() -> None:
    text = f"import imp\nclass F:\n{METHOD}{LOADER}".replace("None):\n", "None):  # noqa: IMP412\n")
    migration = imp_migrate.migrate(text)
    assert all(f.code != "IMP412" for f in (*migration.fixed, *migration.remaining))


def test_no_helper_in_a_hook_that_is_not_asked() -> None:
    """Nothing is gained by it, until somebody has rewritten the hook."""
    use = "        return imp.load_source(name, name)\n"
    text = (
        "import imp\n\n\nclass F(Base):\n"
        f"{METHOD}{LOADER.replace('        return None' + chr(10), use)}"
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


# -- find_spec ---------------------------------------------------------------


def added(code: str) -> list[str]:
    """The lines of each `find_spec` that *code* gains, but for the comment."""
    text = imp_migrate.migrate(code).text
    functions = [f for f in ast.walk(ast.parse(text)) if getattr(f, "name", "") == "find_spec"]
    return [ast.unparse(f) for f in functions]


@pytest.mark.parametrize(
    ("code", "header", "search"),
    [
        (
            f"class F:\n{METHOD}{ON_PATH}",
            "self, fullname, path=None, target=None",
            "fullname, path",
        ),
        (f"class F:\n{METHOD}{LOADER}", "self, fullname, path=None, target=None", "fullname, path"),
        (
            f"class F:\n{METHOD}import sys\nsys.path_hooks.append(F)\n",
            "self, fullname, target=None",
            "fullname",
        ),
        (
            f"class F:\n{METHOD}import sys\nsys.path_hooks.append(F)\nsys.meta_path.clear()\n",
            "self, fullname, target=None",
            "fullname",
        ),
        (
            f"class F:\n    def find_module(self, name):\n        return None\n{LOADER}",
            "self, fullname, target=None",
            "fullname",
        ),
        (
            f"class F:\n    def __init__(self):\n        raise ImportError\n{METHOD}{ON_PATH}",
            "self, fullname, path=None, target=None",
            "fullname, path",
        ),
        (
            "class F:\n    def find_module(self, *names):\n        return None\n" + ON_PATH,
            "self, fullname, path=None, target=None",
            "fullname, path",
        ),
    ],
)
def test_find_spec(code: str, header: str, search: str) -> None:
    assert added(code) == [
        f"def find_spec({header}):\n    loader = self.find_module({search})\n"
        "    if loader is None:\n        return None\n"
        "    return importlib.util.spec_from_loader(fullname, loader)"
    ]


def test_find_spec_of_a_class() -> None:
    code = (
        f"class F:\n    @staticmethod\n{METHOD.replace('self, ', '')}{ON_PATH.replace('()', '', 1)}"
    )
    (one,) = added(code)
    assert one.startswith("@classmethod\ndef find_spec(cls, fullname, path=None, target=None):")
    assert "cls.find_module(fullname, path)" in one


def test_derived_classes_share_it() -> None:
    code = f"class F:\n{METHOD}{LOADER}class G(F):\n{METHOD}class H(G):\n{METHOD}{ON_PATH}"
    assert len(added(code)) == 1
    assert added(code.replace("class F:", "class F(B):")) == []
    migration = imp_migrate.migrate(code)
    assert [d.code for d in migration.fixed] == ["IMP412"] * 3
    assert migration.remaining == ()
    entry = "class G(F):\n    def find_module(self, name):\n        pass\n"
    both = f"class F:\n    def find_module(self, name, path):\n        pass\n{entry}"
    assert (
        len(added(f"{both}import sys\nsys.meta_path.append(F())\nsys.path_hooks.append(G)\n")) == 2
    )


def test_base_class_that_may_be_another() -> None:
    code = f"if a:\n    class F:\n{indent(METHOD, '    ')}else:\n    class F:\n        pass\n"
    assert len(added(f"{code}class G(F):\n{METHOD}{ON_PATH.replace('F', 'G')}")) == 2


def test_its_names() -> None:
    """They mean what they mean outside the class, and capture nothing."""
    code = f"import sys\nimportlib = None\nclass F:\n    import importlib.util\n{METHOD}"
    text = imp_migrate.migrate(f"{code}sys.meta_path.append(F())\n").text
    assert "import importlib.util as _importlib_util\n" in text
    assert "return _importlib_util.spec_from_loader(fullname, loader)" in text


def test_asked_for_is_enough() -> None:
    """Whoever only wants other rules has no `find_spec` added."""
    code = f"import imp\nclass F:\n{METHOD}{LOADER}imp.reload(F)\n"
    migration = imp_migrate.migrate(code, options=imp_migrate.Options(ignore=("IMP412",)))
    assert "importlib.reload(F)" in migration.text
    assert "find_spec" not in migration.text


@pytest.mark.parametrize(
    ("code", "doubt"),
    [
        (f"class F(B):\n{METHOD}{ON_PATH}", "whether B has a find_spec"),
        (
            f"from b import B\nclass C(B):\n    pass\nclass F(C):\n{METHOD}{ON_PATH}",
            "whether B has",
        ),
        (f"import importlib.abc\nclass F(importlib.abc.PathEntryFinder):\n{METHOD}", "has a find_"),
        (f"class F:\n{METHOD}class G(F, B):\n    pass\n{ON_PATH}", "whether B has a find_spec"),
        (f"class F(metaclass=M):\n{METHOD}{ON_PATH}", "what the metaclass of F does"),
        (f"@enter\nclass F:\n{METHOD}{ON_PATH}", "what the decorator of F does"),
        (
            f"class F:\n{METHOD}    def __getattr__(self, name):\n        pass\n{ON_PATH}",
            "what __getattr__ of F says",
        ),
        (
            "class F:\n    async def find_module(self, n, p):\n        pass\n" + ON_PATH,
            "always the",
        ),
        ("class F:\n    if a:\n" + indent(METHOD, "    ") + ON_PATH, "is not always the same"),
        (f"class F:\n{METHOD}{METHOD}{ON_PATH}", "is not always the same"),
        (f"class F:\n{METHOD.replace('self', 'this')}{ON_PATH}", "asked itself, not an instance"),
        (f"class F:\n{METHOD}{ON_PATH.replace('F()', 'F')}", "asked itself, not an instance"),
        (
            "import imp\nimp.lock_held()\nclass F:\n    def find_loader(self, n):\n        return g(n)\n",
            "locations",
        ),
        (
            f"class F:\n{METHOD}import sys\nsys.meta_path, sys.path_hooks = a, b\n",
            "whether sys.meta_path or sys.path_hooks leads to it",
        ),
        (
            f"class F:\n    def find_module(self, n):\n        pass\n{ON_PATH}",
            "whether sys.meta_path or sys.path_hooks leads to it",
        ),
        (
            "class F:\n    def find_module(self, n, p):\n        pass\n"
            "import sys\nsys.path_hooks.append(F)\n",
            "whether sys.meta_path or sys.path_hooks leads to it",
        ),
        (
            f"class F:\n    def __init__(self, p):\n        raise ImportError\n{METHOD}{LOADER}",
            "whether sys.meta_path or sys.path_hooks leads to it",
        ),
        (
            f"class F:\n{METHOD}    def find_loader(self, name):\n        pass\n{ON_PATH}",
            "what comes after the loader belongs in",
        ),
        (
            f"class F:\n{METHOD}{LOADER}import sys\nsys.path_importer_cache['a'] = F()\n",
            "whether sys.meta_path or sys.path_hooks leads to it",
        ),
        (f"class F:\n{METHOD}{ON_PATH}f.find_spec = None\n", "what assigns find_spec"),
        (f"class F:\n{METHOD}{ON_PATH}hasattr(f, 'find_spec')\n", "by the name find_spec"),
        (f"class F:\n{METHOD}{ON_PATH}hasattr(f, 'find_module')\n", "by the name find_module"),
        (f"class F:\n{METHOD}{ON_PATH}[f.find_module(n) for f in o]\n", "replace f.find_module in"),
        (
            f"class F(G):\n{METHOD}class G:\n    pass\n{ON_PATH}super(F).find_module()\n",
            "super(F).",
        ),
        (f"from importlib import find_loader\nclass F:\n{METHOD}{ON_PATH}", "replace find_loader"),
        (f"import pkgutil\nclass F:\n{METHOD}{ON_PATH}pkgutil.ImpLoader\n", "pkgutil.ImpLoader in"),
    ],
)
def test_left_to_people(code: str, doubt: str) -> None:
    assert doubt in left(code)


@pytest.mark.parametrize(
    "code",
    [
        "import imp\nimp.find_module('a')\n",
        "f = F()\nf.find_module('a')\nF().load_module('a')\nF.find_module\n",
        "try:\n    g.find_spec('a')\nexcept AttributeError:\n    g.find_module('a')\n",
        "import sys\nif sys.version_info < (3, 4):\n    g.find_module('a')\n",
    ],
)
def test_what_may_be_asked(code: str) -> None:
    assert len(added(f"class F:\n{METHOD}{ON_PATH}{code}")) == 1
