"""`--drop-guards`: a guard gives way to the branch that every supported Python takes."""

from __future__ import annotations

import pytest

import imp_migrate
from imp_migrate.options import Options

CASES = {
    "importlib, else imp": (
        "try:\n    from importlib import reload\nexcept ImportError:\n    from imp import reload\n"
        "reload(m)\n",
        "from importlib import reload\nreload(m)\n",
    ),
    "builtin, else imp": (
        "try:\n    reload\nexcept NameError:\n    from imp import reload\nreload(m)\n",
        "from importlib import reload\nreload(m)\n",
    ),
    "three steps": (
        "try:\n    reload  # 2\nexcept NameError:\n    # 3\n    try:\n"
        "        from importlib import reload  # 3.4+\n"
        "    except ImportError:\n        from imp import reload  # 3.0\n",
        "# 3\nfrom importlib import reload  # 3.4+\n",
    ),
    "version test": (
        "import sys\nif sys.version_info < (3, 4):\n    import imp\n    reload = imp.reload\n"
        "else:\n    from importlib import (\n        reload,\n    )\n\nreload(m)\n",
        "import sys\nfrom importlib import (\n    reload,\n)\n\nreload(m)\n",
    ),
    "an elif becomes an if": (
        "if PY2:\n    import imp\nelif quick:\n    run()\nelse:\n    walk()\n",
        "if quick:\n    run()\nelse:\n    walk()\n",
    ),
    "an elif with a comment becomes an if": (
        "if PY2:\n    import imp\n# quick\nelif quick:  # no\n    run()\n",
        "# quick\nif quick:  # no\n    run()\n",
    ),
    "what uses the import goes, too": (
        "if PY2:\n    import imp  # old\n    from StringIO import StringIO\nelse:\n"
        "    import importlib  # new\n    from io import StringIO\n\n\ndef load(m):\n    # again\n"
        "    if PY2:\n        return imp.reload(m)\n    else:\n        return importlib.reload(m)\n",
        "import importlib  # new\nfrom io import StringIO\n\n\ndef load(m):\n    # again\n"
        "    return importlib.reload(m)\n",
    ),
    "what nothing comes to any more goes, too": (
        "try:\n    from importlib import reload\n    NEW = True\nexcept ImportError:\n"
        "    import imp\n    NEW = False\ndef f(m):\n    if NEW:\n        return reload(m)\n"
        "    m = imp.reload(m)\n    return m\n",
        "from importlib import reload\nNEW = True\ndef f(m):\n    return reload(m)\n",
    ),
    "what follows in the same function goes, too": (
        "def f():\n    if PY3:\n        return 1\n    else:\n        import imp\n"
        "    return imp.get_tag()\n",
        "def f():\n    return 1\n",
    ),
    "a branch alone": (
        "import os\nif PY2:\n    import imp\ndef f(m):\n    if PY2:\n        imp.reload(m)\n    os.x()\n",
        "import os\ndef f(m):\n    os.x()\n",
    ),
    "in a function": (
        "def f(m):\n\tif PY2:\n\t\timport imp\n\t\timp.reload(m)\n\telse:\n\t\timportlib.reload(m)\n",
        "def f(m):\n\timportlib.reload(m)\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES.keys())
def test_dropped(before: str, after: str) -> None:
    assert imp_migrate.migrate(before, options=Options(drop_guards=True)).text == after


@pytest.mark.parametrize(
    "source",
    [
        "if PY2:\n    import imp\ndef f():\n    if PY3:\n        return [1]\n    yield imp.x\n",
        "if PY2:\n    import imp\ndef f():\n    if PY3:\n        pass\n    else:\n"
        "        global x\n        imp.reload(x)\n    x = 1\n",
        "try:\n    from six.moves import reload_module as r\nexcept ImportError:\n"
        "    from importlib import reload as r\n",
        "if sys.version_info < (3, 10):\n    import imp\nelse:\n    import importlib\n",
        "if x: pass\nelif PY2: import imp\nelse: pass\n",
        "if PY2:\n    import imp\nelse:\n    import importlib\n"
        "f = imp.reload if PY2 else importlib.reload\n",
        "if PY2:\n    import imp, cPickle\nelse:\n    import importlib\n"
        "def f(m):\n    if x: pass\n    elif PY2: cPickle.load(m)\n",
    ],
    ids=[
        "what makes a generator",
        "what makes a name global",
        "third-party",
        "version within the supported ones",
        "elif",
        "a conditional expression needs it",
        "an elif needs another name of the branch",
    ],
)
def test_kept(source: str) -> None:
    assert imp_migrate.migrate(source, options=Options(drop_guards=True)).text == source


def test_newer_target_drops_more() -> None:
    source = (
        "import sys\nif sys.version_info < (3, 10):\n    import imp\nelse:\n    import importlib\n"
    )
    options = Options(drop_guards=True, target_version=(3, 10))
    assert imp_migrate.migrate(source, options=options).text == "import sys\nimport importlib\n"


def test_kept_without_being_asked() -> None:
    for before, _ in CASES.values():
        assert "try:" in imp_migrate.migrate(before).text or "if " in before
