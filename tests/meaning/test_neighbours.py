"""Files of one run that take `imp` from each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from imp_migrate.meaning.neighbours import with_neighbours
from imp_migrate.run.discovery import Found
from imp_migrate.text.source import Neighbours

from ..command import run

GIVER = "import imp\nimp.reload(m)\n"


def write(folder: Path, texts: dict[str, str]) -> list[Found]:
    """Write the files; return them as they would be discovered."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
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
        "from . import util\nutil.imp.reload(m)\n",
        "import pkg.util as u\nu.imp.reload(m)\n",
        "def f():\n    import pkg.util\n    return pkg.util.imp\n",
    ],
)
def test_taken(tmp_path: Path, taker: str) -> None:
    texts = {"pkg/util.py": GIVER, "pkg/taker.py": taker, "util.py": GIVER}
    util, other, alone = with_neighbours(write(tmp_path, texts))
    assert util.neighbours.taker == "pkg/taker.py"
    assert [*other.neighbours.givers.values()] == ["pkg/util.py"]
    assert alone.neighbours == Neighbours()


@pytest.mark.parametrize(
    ("taker", "giver"),
    [
        ("import pkg.util\nimport imp\n", GIVER),
        ("from other.util import imp\n", GIVER),
        ("from ..util import imp\n", GIVER),
        ("from .util import sys as imp\n", GIVER),
        ("from .util import *\n", GIVER),
        ("from .util import imp\n", "def f():\n    import imp\n"),
        ("from .util import imp\n", "import importlib as imp\n"),
        ("from .util import imp\n", "try:\n    import imp\nexcept ImportError:\n    imp = None\n"),
        ("from .util import imp\n", "import imp\nprint 1\n"),
        ("from .util import imp\nprint 1\n", GIVER),
    ],
)
def test_not_taken(tmp_path: Path, taker: str, giver: str) -> None:
    texts = {"pkg/util.py": giver, "pkg/taker.py": taker}
    for file in with_neighbours(write(tmp_path, texts)):
        assert file.neighbours == Neighbours()


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
    assert package.neighbours.taker == "pkg/a.py"
    assert inside.neighbours.givers == {".": "pkg/__init__.py"}
    assert outside.neighbours.givers == {"pkg": "pkg/__init__.py"}


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
    assert "compat.py has it" in left[1]["message"]
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
