"""What lies on the disk around a file."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from imp_migrate.meaning import flags
from imp_migrate.meaning.scopes import ScopeTree
from imp_migrate.run.vicinity import vicinity


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "own", "rival"),
    [
        ({"prog.py": "import imp"}, "", ""),
        ({"prog.py": "import imp", "imp.py": ""}, "imp.py", ""),
        ({"prog.py": "import imp", "imp/__init__.py": ""}, "imp/__init__.py", ""),
        ({"prog.py": "import imp", "imp/other.py": ""}, "", ""),
        ({"prog.py": "import imp", "lib/imp.py": ""}, "", ""),
        ({"prog.py": "sys.path.insert(0, 'lib')", "lib/imp.py": ""}, "", "lib/imp.py"),
        ({"prog.py": "sys.path.insert(0, 'other')", "lib/imp.py": ""}, "", ""),
    ],
)
def test_a_module_called_imp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], own: str, rival: str
) -> None:
    write(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    found = vicinity("prog.py", files["prog.py"].encode())
    assert (found.own, found.rival) == (own, rival)


def test_a_module_called_imp_and_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"pkg/__init__.py": "", "pkg/imp.py": "", "pkg/mod.py": "import imp"})
    monkeypatch.chdir(tmp_path)
    assert vicinity("pkg/mod.py", b"import imp").own == ""
    write(tmp_path, {"imp.py": ""})
    assert vicinity("pkg/mod.py", b"import imp").own == "imp.py"


def test_imports_that_lead_back(tmp_path: Path) -> None:
    text = "import b, c\nfrom . import d\nfrom .e import (\n    f,\n    g as h,\n)\nimport os\n"
    write(
        tmp_path,
        {
            "a.py": text,
            "b.py": "from c import x",
            "c.py": "from b import y",
            "d.py": "def f():\n    import a",
            "e/__init__.py": "",
            "e/f.py": "from ..a import x",
        },
    )
    found = vicinity(str(tmp_path / "a.py"), text.encode())
    assert found.circular == {".d", ".e.f"}


def test_whose_attribute_imp_is_not_the_librarys(tmp_path: Path) -> None:
    text = "import pkg, compat\nfrom app import thing\nimport unknown\nx.imp.reload(y)\n"
    write(
        tmp_path,
        {
            "prog.py": text,
            "pkg/__init__.py": "import os",
            "pkg/imp.py": "",
            "compat.py": "import imp",
            "app.py": "thing = 1",
        },
    )
    found = vicinity(str(tmp_path / "prog.py"), text.encode())
    assert found.foreign == {"pkg", "app", "app.thing"}


def test_what_star_imports_bring(tmp_path: Path) -> None:
    text = "from arr import *\nfrom unknown import *\n"
    write(
        tmp_path,
        {
            "prog.py": text,
            "arr.py": "def any(x): pass\nclass A: pass\nall = 1\n    inner = 2\nfrom more import *",
            "more.py": "import x as sum\nfrom y import (min, max)\nfrom arr import *",
        },
    )
    found = vicinity(str(tmp_path / "prog.py"), text.encode())
    assert found.starred >= {"any", "A", "all", "sum", "min", "max"}
    assert "inner" not in found.starred


def test_what_the_modules_have_that_a_guard_falls_back_to(tmp_path: Path) -> None:
    text = """\
try:
    import imp, os
    from imp import reload as again
except ImportError:
    import shim as imp
    from .pkg import again
    import other
"""
    write(
        tmp_path,
        {
            "prog.py": text,
            "shim.py": "from inner import *\nclass K:\n    def get_tag(self): pass\n",
            "inner.py": "def load_source(): pass\n",
            "other.py": "x = 1",
            "pkg/__init__.py": "globals().update(again=1)",
            "pkg/again.py": "y = 1",
        },
    )
    found = vicinity(str(tmp_path / "prog.py"), text.encode()).contents
    assert found["shim"] == {"load_source", "K"}
    assert "get_tag" in found["shim.K"]
    assert found[".pkg.again"] == {"y"}
    assert found.keys() == {"shim", "shim.K", ".pkg.again"}


def test_a_file_is_read_once_to_find_imports_that_lead_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"m{number}" for number in range(8)]
    text = f"import {', '.join(names)}\n"
    write(tmp_path, {f"{name}.py": text for name in ("main", *names)})
    read: list[str] = []

    def once(path: str) -> bytes:
        read.append(path)
        return Path(path).read_bytes()

    monkeypatch.setattr("imp_migrate.run.vicinity._read", once)
    assert not vicinity(str(tmp_path / "main.py"), text.encode()).circular
    assert sorted(read) == [str(tmp_path / f"{name}.py") for name in names]


class TestMisleadingFlags:
    def around(self, folder: Path, **files: str) -> frozenset[str]:
        write(folder, {f"{name}.py": text for name, text in files.items()})
        path = folder / "main.py"
        return vicinity(str(path), path.read_bytes()).misleading

    def test_set_to_something_else(self, tmp_path: Path) -> None:
        compat = "import sys\nPY2 = 'x' in sys.argv\nPY3 = sys.version_info[0] == 3\n"
        main = "import compat\ncompat.PY2, compat.PY3\n"
        assert self.around(tmp_path, main=main, compat=compat) == {"compat.PY2"}

    def test_handed_on(self, tmp_path: Path) -> None:
        found = self.around(
            tmp_path,
            main="import compat\nif compat.PY2: pass\n",
            compat="from base import PY2\n",
            base="PY2 = input()\n",
        )
        assert found == {"compat.PY2"}

    def test_only_spoken_of(self, tmp_path: Path) -> None:
        compat = "# PY2 = input()\nx = 'PY2'\ndef f():\n    PY2 = input()\n"
        assert not self.around(tmp_path, main="import compat\ncompat.PY2\n", compat=compat)

    def test_files_that_only_speak_of_it_lead_nowhere_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Else as many are read as there are ways through the imports of a project."""
        read: list[ast.Module] = []

        def build(tree: ast.Module) -> ScopeTree:
            read.append(tree)
            return ScopeTree(tree)

        monkeypatch.setattr(flags, "ScopeTree", build)
        names = [f"m{number}" for number in range(8)]
        text = f"import {', '.join(names)}\n# PY2\n"
        self.around(tmp_path, main=text, **dict.fromkeys(names, text))
        assert len(read) == len(names)
