"""Files of one run that take `imp` from each other."""

from __future__ import annotations

import contextlib
import io
import json
import time
from pathlib import Path
from typing import Any

import pytest

from imp_migrate.cli import main
from imp_migrate.meaning.neighbours import with_neighbours
from imp_migrate.run.discovery import Found
from imp_migrate.text.source import Neighbours

from ..command import run

GIVER = "import imp\nimp.reload(m)\n"


def write(folder: Path, texts: dict[str, str]) -> list[Found]:
    """Write the files; return them as they would be discovered."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [Found(name, str(folder / name)) for name in texts]


@pytest.mark.parametrize(
    "taker",
    [
        "from pkg.util import imp\n",
        "from pkg.util import (  # what there is\n    sys,\n    imp as other,\n)\n",
        "from pkg.util import sys, \\\n    imp\n",
        "from .util import imp\n",
        "from.util import imp\n",
        "from .util import *\nimp.reload(m)\n",
        "from .util import *\nprint(imp)\nimport imp\n",
        "imp = None\nfrom .util import *\nprint(imp)\n",
        "from . import util\nutil.imp.reload(m)\n",
        "import pkg.util as u\nu.imp.reload(m)\n",
        "def f():\n    import pkg.util\n    return pkg.util.imp\n",
        "from pkg import util\nv = getattr(util, 'imp')\n",
        "import pkg.util\nm = pkg.util\nm.imp.reload(x)\n",
        "from pkg import util\nvars(util)['imp'].reload(x)\n",
        "import sys\nsys.modules['pkg.util'].imp.reload(x)\n",
        "import importlib\nimportlib.import_module('pkg.util').imp.reload(x)\n",
        "import pkg.util\nassert 'imp' in vars(pkg.util)\n",
        "from pkg import util as u\neval('u.imp')\n",
        "from pkg import util\nfor name in ['imp']:\n    getattr(util, name)\n",
        "import functools\nfrom pkg import util\nask = functools.partial(getattr, util)\nask('imp')\n",
    ],
)
def test_taken(tmp_path: Path, taker: str) -> None:
    texts = {"pkg/util.py": GIVER, "pkg/taker.py": taker, "util.py": GIVER}
    util, other, alone = with_neighbours(write(tmp_path, texts))
    assert util.neighbours.takers == {"imp": "pkg/taker.py"}
    assert {*other.neighbours.givers.values()} == {"pkg/util.py"}
    assert alone.neighbours == Neighbours()


@pytest.mark.parametrize(
    ("taker", "giver"),
    [
        ("import pkg.util\nimport imp\n", GIVER),
        ("from other.util import imp\n", GIVER),
        ("from ..util import imp\n", GIVER),
        ("from .util import sys as imp\n", GIVER),
        ("from .util import *\n", GIVER),
        ("from .util import *\nimport imp\nprint(imp)\n", GIVER),
        ("from .util import *\nimp = None\nprint(imp)\n", GIVER),
        ("import imp\nfrom .util import *\nprint(imp)\n", GIVER),
        ("from .util import imp\n", "def f():\n    import imp\n"),
        ("from .util import imp\n", "import importlib as imp\n"),
        ("from .util import imp\n", "import imp\nprint 1\n"),
        ("from .util import imp\nprint 1\n", GIVER),
    ],
)
def test_not_taken(tmp_path: Path, taker: str, giver: str) -> None:
    texts = {"pkg/util.py": giver, "pkg/taker.py": taker}
    for file in with_neighbours(write(tmp_path, texts)):
        assert file.neighbours == Neighbours()


@pytest.mark.parametrize(
    ("handler", "instead"),
    [("imp = None", "None"), ("import importlib as imp", "importlib"), ("HAVE = False", "")],
)
def test_taken_from_under_a_guard(tmp_path: Path, handler: str, instead: str) -> None:
    texts = {
        "pkg/util.py": f"try:\n    import imp\n    HAVE = True\nexcept ImportError:\n    {handler}\n",
        "pkg/taker.py": "from .util import imp\n",
    }
    giver, taker = with_neighbours(write(tmp_path, texts))
    if instead:  # without, the handler offers nothing, and the import needs migrating
        assert giver.neighbours == Neighbours()
        assert taker.neighbours.instead == {(".util", "imp"): instead}
    assert taker.neighbours.givers == {(".util", "imp"): "pkg/util.py"}


NONE_INSTEAD = "try:\n    import imp\nexcept ImportError:\n    imp = None\n"
OTHER_INSTEAD = "try:\n    import imp\nexcept ImportError:\n    import importlib as imp\n"
NAME_INSTEAD = (
    "try:\n    from imp import load_source\nexcept ImportError:\n    load_source = None\n"
)


@pytest.mark.parametrize(
    ("giver", "taker", "line"),
    [
        (NONE_INSTEAD, "from lib import imp\nimp.reload(m)\n", 2),
        (NONE_INSTEAD, "from lib import *\nimp.reload(m)\n", 2),
        (NONE_INSTEAD, "import lib\nimp = lib.imp\nimp.reload(m)\n", 3),
        (NONE_INSTEAD, "from lib import imp\nif imp:\n    imp.reload(m)\n", 0),
        (NONE_INSTEAD, "from lib import imp\nimp and imp.reload(m)\n", 0),
        (NONE_INSTEAD, "from lib import imp, FLAG\nif FLAG:\n    imp.reload(m)\n", 0),
        (
            NONE_INSTEAD,
            "from lib import imp\ndef f():\n    if imp is None:\n        return\n    imp.reload(m)\n",
            0,
        ),
        (
            NONE_INSTEAD,
            "from lib import imp\ntry:\n    imp.reload(m)\nexcept AttributeError:\n    pass\n",
            0,
        ),
        (OTHER_INSTEAD, "from lib import imp\nimp.reload(m)\n", 0),
        (OTHER_INSTEAD, "from lib import imp\nimp.load_source('a', 'b')\n", 2),
        (NAME_INSTEAD, "from lib import load_source\nload_source('a', 'b')\n", 2),
    ],
)
def test_use_that_the_guard_elsewhere_does_not_cover(
    tmp_path: Path, giver: str, taker: str, line: int
) -> None:
    left = migrated(tmp_path, {"lib.py": giver, "taker.py": taker})
    assert left == ([("taker.py", "IMP409", line)] if line else [])
    assert (tmp_path / "lib.py").read_text() == giver
    assert (tmp_path / "taker.py").read_text() == taker


def test_member_replaced_through_an_alias_elsewhere(tmp_path: Path) -> None:
    user = "from imp import PY_SOURCE\nimport compat\nprint(PY_SOURCE)\n"
    texts = {
        "compat.py": "import imp as _imp\n",
        "user.py": user,
        "t.py": "import compat, user\ncompat._imp.PY_SOURCE = 7\n",
    }
    left = migrated(tmp_path, texts)
    assert ("user.py", "IMP410", 3) in left
    assert (tmp_path / "user.py").read_text() == user


def test_name_that_others_take_stays(tmp_path: Path) -> None:
    """`new_module` becomes `types.ModuleType` in the import, not where it is used."""
    texts = {
        "lib.py": "from imp import new_module\nm = new_module('m')\n",
        "taker.py": "from lib import new_module\n",
    }
    assert migrated(tmp_path, texts) == []
    expected = "from types import ModuleType as new_module\nm = new_module('m')\n"
    assert (tmp_path / "lib.py").read_text() == expected


def test_package(tmp_path: Path) -> None:
    files = write(
        tmp_path,
        {
            "pkg/__init__.py": GIVER,
            "pkg/a.py": "from .import imp\n",
            "b.py": "import pkg\npkg.imp.x\n",
        },
    )
    package, inside, outside = with_neighbours(files)
    assert package.neighbours.takers == {"imp": "b.py"}
    assert inside.neighbours.givers == {(".", "imp"): "pkg/__init__.py"}
    assert outside.neighbours.givers == {("pkg", "imp"): "pkg/__init__.py"}


PATCHES = [
    "mock.patch('app.imp')",
    "mock.patch.object(app, 'imp')",
    "mock.patch.multiple('app', imp=fake)",
    "mock.patch.multiple(app, imp=fake)",
    "monkeypatch.setattr(app, 'imp', fake)",
    "monkeypatch.setattr('app.imp', fake)",
    "setattr(app, 'imp', fake)",
    "app.imp = fake",
    "vars(app)['imp'] = fake",
    "app.__dict__['imp'] = fake",
    "mock.patch('%s.imp' % app.__name__)",
    "mock.patch(app.__name__ + '.imp')",
    "mock.patch(f'{app.__name__}.imp')",
    "mock.patch.object(target=app, attribute='imp')",
    "mock.patch(target='app.imp')",
    "mock.patch.dict(app.__dict__, {'imp': fake})",
    "mock.patch.dict('app.__dict__', {'imp': fake})",
    "monkeypatch.setitem(vars(app), 'imp', fake)",
    "mock.patch.object(sys.modules['app'], 'imp')",
    "@mock.patch('app.imp')\ndef test(): pass",
    "for m in [app]: m.imp = fake",
    "for m in [app]: setattr(m, 'imp', fake)",
    "def patch(m): m.imp = fake",
    "for name in ['imp']: setattr(app, name, fake)",
    "vars(app).update(imp=fake)",
    "vars(app).update({'imp': fake})",
    "mock.patch.dict(vars(app), imp=fake)",
]


@pytest.mark.parametrize("patch", PATCHES)
def test_patched(tmp_path: Path, patch: str) -> None:
    """What another file patches stays, with what uses it."""
    app = "import imp\nimport os\nimp.reload(m)\n"
    left = migrated(tmp_path, {"app.py": app, "t.py": f"import app, sys\n{patch}\n"})
    assert left == [("app.py", "IMP401", 1), ("app.py", "IMP410", 3), ("t.py", "IMP407", 2)]
    assert (tmp_path / "app.py").read_text() == app


@pytest.mark.parametrize(
    "patch",
    [
        "mock.patch.multiple(m, imp=fake)",
        "vars(m).update(imp=fake)",
        "vars(m).update({'imp': fake})",
        "vars(m).pop('imp')",
        "m.__dict__.update(imp=fake)",
    ],
)
def test_patched_under_a_name_for_two_modules(tmp_path: Path, patch: str) -> None:
    """`m` is one module first and another one later: it may be either."""
    app = "import imp\nimport os\nimp.reload(m)\n"
    test = f"import app as m\n{patch}\nimport other as m\n"
    left = migrated(tmp_path, {"app.py": app, "other.py": "", "t.py": test})
    assert ("app.py", "IMP410", 3) in left
    assert (tmp_path / "app.py").read_text() == app


@pytest.mark.parametrize(
    "asks",
    ["print('imp' in vars(m))", "exec(code, {**vars(m)})", "eval('m.imp')"],
)
def test_asked_under_a_name_for_two_modules(tmp_path: Path, asks: str) -> None:
    test = f"import app as m\n{asks}\nimp\nimport other as m\n"
    app = "import imp\nimp.reload(m)\n"
    migrated(tmp_path, {"app.py": app, "other.py": "", "t.py": test})
    assert "import imp\n" in (tmp_path / "app.py").read_text()


def test_patched_by_a_name_in_a_variable(tmp_path: Path) -> None:
    app = "import imp\nimp.reload(m)\n"
    test = "APP = 'pkg.app'\nTARGET = APP + '.imp'\nmock.patch(f'{TARGET}')\n"
    left = migrated(tmp_path, {"pkg/app.py": app, "t.py": test})
    assert {name for name, _, _ in left} == {"app.py", "t.py"}
    assert (tmp_path / "pkg/app.py").read_text() == app


FUNCTION_PATCHES = [
    "mock.patch('app.{name}')",
    "mock.patch.object(app, '{name}')",
    "app.{name} = fake",
]


@pytest.mark.parametrize("patch", FUNCTION_PATCHES)
@pytest.mark.parametrize(
    ("giver", "name"),
    [("from imp import find_module", "find_module"), ("from imp import *", "load_source")],
)
def test_patched_function(tmp_path: Path, giver: str, name: str, patch: str) -> None:
    """The file that patches need not mention `imp` itself."""
    app = f"{giver}\nprint({name}('a', 'b'))\n"
    left = migrated(tmp_path, {"app.py": app, "t.py": f"import app\n{patch.format(name=name)}\n"})
    assert [(name, line) for name, _, line in left] == [("app.py", 1), ("app.py", 2), ("t.py", 2)]
    assert (tmp_path / "app.py").read_text() == app


@pytest.mark.parametrize("patch", FUNCTION_PATCHES)
def test_patched_function_that_keeps_its_name(tmp_path: Path, patch: str) -> None:
    app = "from imp import load_source\nload_source('a', 'b')\n"
    test = f"import app\n{patch.format(name='load_source')}\n"
    assert migrated(tmp_path, {"app.py": app, "t.py": test}) == []
    assert "\ndef load_source(name, pathname, file=None):\n" in (tmp_path / "app.py").read_text()


@pytest.mark.parametrize(
    "app",
    [
        "from imp import load_source\nif x:\n    load_source = y\nload_source('a', 'b')\n",
        "from imp import load_source\ndef f(load_source): ...\nload_source('a', 'b')\n",
        "from imp import load_source\nfrom other import *\nload_source('a', 'b')\n",
        "if x:\n    from imp import load_source\nload_source('a', 'b')\n",
        "from imp import load_source as find\nfind('a', 'b')\n",
    ],
)
def test_names_that_mean_something_else_besides(tmp_path: Path, app: str) -> None:
    migrated(tmp_path, {"app.py": app})
    assert "def load_source(name" not in (tmp_path / "app.py").read_text()


MEMBER_PATCHES = [
    "mock.patch('imp.load_source')",
    "mock.patch('app.imp.load_source')",
    "mock.patch.object(app.imp, 'load_source')",
    "mock.patch.multiple('imp', load_source=fake)",
    "imp.load_source = fake",
    "app.imp.load_source = fake",
    "mock.patch.dict(sys.modules, {'imp': fake})",
    "mock.patch.dict('sys.modules', imp=fake)",
    "monkeypatch.setitem(sys.modules, 'imp', fake)",
]


@pytest.mark.parametrize("patch", MEMBER_PATCHES)
def test_patched_member(tmp_path: Path, patch: str) -> None:
    app = "import imp\nimp.load_source('a', 'b')\n"
    texts = {"app.py": app, "t.py": f"import app, imp, sys\n{patch}\n"}
    left = migrated(tmp_path, texts)
    assert ("app.py", "IMP410", 2) in left
    assert (tmp_path / "app.py").read_text() == app


@pytest.mark.parametrize(
    "patch",
    [
        "mock.patch('imp.reload')",
        "if not hasattr(imp, 'load_source'):\n    imp.load_source = fake",
        "text.replace('imp.load_source', 'importlib.load_source')",
        "mock.patch('pkg.load_source')",
        "imp.load_source('a', 'b')",
    ],
)
def test_not_patched(tmp_path: Path, patch: str) -> None:
    texts = {"app.py": "import imp\nimp.load_source('a', 'b')\n", "t.py": f"import imp\n{patch}\n"}
    assert all(name == "t.py" for name, _, _ in migrated(tmp_path, texts))


def test_patched_in_a_program_of_its_own(tmp_path: Path) -> None:
    """A patch of `imp` itself means what the file that patches imports, also through others."""
    app = "import imp\nimp.load_source('a', 'b')\n"
    test = "import pkg.between\nmock.patch('imp.load_source')\n"
    texts = {"app.py": app, "pkg/between.py": "from pkg import (\n    other,\n)\n"}
    left = migrated(tmp_path, texts | {"pkg/other.py": app, "t.py": test})
    assert {name for name, _, _ in left} == {"other.py", "t.py"}


CHAINS = {
    "stars": {
        "a.py": "import imp\n",
        "b.py": "from a import *\n",
        "c.py": "from b import *\nimp.reload(m)\n",
    },
    "package": {
        "a/base.py": "import imp\n",
        "a/__init__.py": "from .base import *\n",
        "c.py": "import a\na.imp.reload(m)\n",
    },
    "names": {
        "a.py": "import imp as _imp\n",
        "b.py": "from a import (  # what is there\n    _imp as mine,\n)\n",
        "c.py": "import b\nb.mine.reload(m)\n",
    },
    "function": {
        "a.py": "from imp import load_source as load\n",
        "b.py": "import a\n",
        "c.py": "from a import load\nload('a', 'b')\n",
    },
    "star of imp": {
        "a.py": "from imp import *\n",
        "b.py": "from a import *\n",
        "c.py": "from b import *\nload_source('a', 'b')\n",
    },
    "cycle": {
        "a.py": "from c import *\nimport imp\n",
        "b.py": "from a import *\nfrom c import *\n",
        "c.py": "from b import imp\n",
    },
}


TOLD = [("a.py", "IMP401"), ("c.py", "IMP408")]
AMONG = {
    "package": [("base.py", "IMP401"), ("c.py", "IMP408")],
    "names": [("a.py", "IMP401"), ("b.py", "IMP408"), ("c.py", "IMP408")],
    "star of imp": [("a.py", "IMP402"), ("c.py", "IMP408")],
}


@pytest.mark.parametrize(
    ("texts", "told"), [(t, AMONG.get(name, TOLD)) for name, t in CHAINS.items()], ids=CHAINS
)
def test_chain(tmp_path: Path, texts: dict[str, str], told: list[tuple[str, str]]) -> None:
    left = migrated(tmp_path, texts)
    assert [(name, code) for name, code, _ in left] == told
    for name, text in texts.items():
        assert (tmp_path / name).read_text() == text


def test_name_that_stays_bound(tmp_path: Path) -> None:
    """Where the import goes on binding the name, nobody has to be told."""
    texts = {"a.py": "from imp import reload\n", "b.py": "from a import reload\n"}
    assert migrated(tmp_path, texts) == []
    assert (tmp_path / "a.py").read_text() == "from importlib import reload\n"


@pytest.mark.parametrize("mark", ["pyproject.toml", "pkg/__init__.py"])
def test_run_of_one_file(tmp_path: Path, mark: str) -> None:
    """Files that are not part of the run are looked at, but not reported."""
    texts = {"pkg/app.py": "import imp\n", "pkg/t.py": "from pkg.app import imp\n", mark: ""}
    write(tmp_path, texts)
    for name in ("app", "t"):
        done = run("--output-format=json", f"pkg/{name}.py", cwd=tmp_path)
        (one,) = json.loads(done.stdout)
        assert one["status"] == "manual"
        assert Path(one["filename"]).name == f"{name}.py"
        assert ("t.py" if name == "app" else "app.py") in one["message"]


def test_hostile(tmp_path: Path) -> None:
    """The time is that of reading: these took a minute and gigabytes."""
    many = "import imp\n" + "from a import (\n" * 20_000
    long = f"import imp\nfrom {'a.' * 50_000}b import (c, imp)\n"
    spaces = "import imp\nfrom a import" + " " * 200_000 + "\n" + "imp as" * 30_000
    begin = time.process_time()
    files = write(tmp_path, {"a.py": many, "b.py": long, "c.py": spaces, "d.py": GIVER})
    assert all(f.neighbours == Neighbours() for f in with_neighbours(files))
    assert time.process_time() - begin < 5


def migrated(folder: Path, texts: dict[str, str]) -> list[tuple[str, str, int]]:
    """Write and migrate the files; return what is left: file, code, line."""
    write(folder, texts)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        assert main(["--write", "--output-format=json", str(folder)]) < 2
    return [
        (Path(e["filename"]).name, e["code"], e["location"]["row"])
        for e in json.loads(output.getvalue())
        if e["status"] == "manual"
    ]


def test_run(tmp_path: Path) -> None:
    """What is taken stays, all else is migrated, and both sides are told."""
    taker = "from compat import imp\nprint(imp)\n"
    write(tmp_path, {"compat.py": GIVER, "taker.py": taker, "other.py": GIVER})
    done = run("--write", "--output-format=json", ".", cwd=tmp_path)
    left: list[dict[str, Any]] = [e for e in json.loads(done.stdout) if e["status"] == "manual"]
    assert [(Path(e["filename"]).name, e["code"], e["location"]["row"]) for e in left] == [
        ("compat.py", "IMP401", 1),
        ("taker.py", "IMP408", 1),
    ]
    assert "taker.py takes it from here" in left[0]["message"]
    assert "compat.py has `imp`" in left[1]["message"]
    assert (
        tmp_path / "compat.py"
    ).read_text() == "import imp\nimport importlib\nimportlib.reload(m)\n"
    assert (tmp_path / "other.py").read_text() == "import importlib\nimportlib.reload(m)\n"
    assert done.returncode == 1


def test_noqa(tmp_path: Path) -> None:
    taker = "from compat import imp  # noqa: IMP\n"
    write(tmp_path, {"compat.py": "import imp  # noqa: IMP\n", "taker.py": taker})
    assert run(".", cwd=tmp_path).returncode == 0


def test_one_file_by_two_paths(tmp_path: Path) -> None:
    (found,) = write(tmp_path, {"util.py": GIVER})
    assert with_neighbours([found, Found("other.py", found.target)])[1].path == "other.py"


@pytest.mark.parametrize(
    ("importer", "private"),
    [
        ("import mytypes as types\nfrom app import *\n", True),
        ("def types(): pass\nfrom app import *\n", True),
        ("import types\nfrom app import *\n", False),
        ("import mytypes as types\nfrom app import make\n", False),
    ],
)
def test_names_that_a_star_import_would_bring(tmp_path: Path, importer: str, private: bool) -> None:
    """New imports do not come over what a file has that takes everything from here."""
    texts = {"app.py": "import imp\nm = imp.new_module('m')\n", "main.py": importer}
    assert migrated(tmp_path, texts) == []
    name = "types as _types" if private else "types"
    assert (tmp_path / "app.py").read_text().startswith(f"import {name}\n")


def test_constants_that_a_star_import_would_bring(tmp_path: Path) -> None:
    texts = {
        "app.py": "import imp\nkind = imp.PY_SOURCE\n",
        "between.py": "from app import *\n",
        "main.py": "PY_SOURCE = 'mine'\nfrom between import *\n",
    }
    assert migrated(tmp_path, texts) == []
    assert "\nPY_SOURCE =" not in (tmp_path / "app.py").read_text()
    listed = {"app.py": "__all__ = ['kind']\n" + texts["app.py"], "main.py": importer_of("app")}
    (tmp_path / "between.py").unlink()
    assert migrated(tmp_path, listed) == []
    assert "\nPY_SOURCE =" in (tmp_path / "app.py").read_text()


def importer_of(module: str) -> str:
    """A file with names of its own that takes everything from *module*."""
    return f"PY_SOURCE = 'mine'\nfrom {module} import *\n"


def test_standard_input(tmp_path: Path) -> None:
    """What is edited counts for the file of that name, the rest is as it lies there."""
    write(tmp_path, {"app.py": "", "t.py": "import app\napp.imp.reload(m)\n"})
    done = run("--write", "--stdin-filename=app.py", "-", cwd=tmp_path, stdin=b"import imp\n")
    assert done.stdout == b"import imp\n"
    assert b"t.py takes it from here" in done.stderr


@pytest.mark.parametrize(
    ("importer", "added"),
    [
        ("import importlib\nimport app\nimportlib.util.find_spec('m')\n", "util"),
        ("import importlib as il, app\nil.machinery.PathFinder\n", "machinery"),
        ("import importlib\nimport between\nimportlib.util.find_spec('m')\n", "util"),
        ("import importlib.util\nimport app\nimportlib.util.find_spec('m')\n", ""),
        ("import importlib, app\nimportlib.import_module('m')\n", ""),
        ("import app\nfrom importlib import util\nimport importlib\nimportlib.util\n", ""),
    ],
)
def test_parts_of_importlib_that_imp_has_imported(
    tmp_path: Path, importer: str, added: str
) -> None:
    texts = {"app.py": GIVER, "between.py": "import app\n", "main.py": importer}
    assert migrated(tmp_path, texts) == []
    lines = (tmp_path / "app.py").read_text().splitlines()
    assert lines == [f"import importlib{'.' if added else ''}{added}", "importlib.reload(m)"]


def test_what_to_do_first_about_a_patched_name(tmp_path: Path) -> None:
    """Both files say the same, and when that is done nothing is left to do."""
    app = "from imp import find_module\n\n\ndef load(p):\n    return find_module('x', p)\n"
    test = "from unittest import mock\nimport app\n\nmock.patch('app.find_module').start()\n"
    write(tmp_path, {"app.py": app, "t.py": test, "setup.py": ""})
    lines = run("--output-format=concise", ".", cwd=tmp_path).stdout.decode().splitlines()
    said = {line.partition(":")[0]: line for line in lines if "by hand" in line}
    assert "define `find_module` here by hand" in said["app.py"]
    assert "define `find_module` in app.py by hand" in said["t.py"]
    assert said["t.py"].endswith("and leave this as it is")
    by_hand = app.replace("from imp import find_module", "def find_module(name, path): ...")
    assert migrated(tmp_path, {"app.py": by_hand, "t.py": test}) == []
