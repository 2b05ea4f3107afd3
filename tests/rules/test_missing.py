"""A helper does not run a module again where the code has made sure that it is not there."""

from __future__ import annotations

import pytest

import imp_migrate

LOAD = "    return imp.load_source(name, path)\n"
TAKEN = "    if name in sys.modules:\n        return sys.modules[name]\n"


def runs_again(body: str) -> bool:
    """Say whether the helper that a function of that *body* gets can run a module again."""
    code = f"import imp\nimport os\nimport sys\ndef load(name, path):\n{body}"
    text = imp_migrate.migrate(code).text
    assert "_load_source(" in text
    return "setdefault" in text


@pytest.mark.parametrize(
    "body",
    [
        TAKEN + LOAD,
        TAKEN + "    path = os.path.join(path, name + '.py')\n" + LOAD,
        TAKEN + "    with open(path) as f:\n        return imp.load_source(name, path, f)\n",
        TAKEN + "    try:\n        return imp.load_source(name, path)\n"
        "    except SyntaxError:\n        return None\n",
        "    if name not in sys.modules:\n    " + LOAD,
        "    if not name in sys.modules:\n    " + LOAD,
        "    if name in sys.modules:\n        m = 1\n    else:\n"
        "        m = imp.load_source(name, path)\n",
        "    if name in sys.modules:\n        del sys.modules[name]\n" + LOAD,
        "    sys.modules.pop(name, None)\n" + LOAD,
        TAKEN + "    table[name] = imp.load_source(name, path)\n",
    ],
)
def test_made_sure(body: str) -> None:
    assert not runs_again(body)


@pytest.mark.parametrize(
    "body",
    [
        LOAD,
        TAKEN + "    prepare(name)\n" + LOAD,
        TAKEN + "    import conf\n" + LOAD,
        TAKEN + "    name += '_'\n" + LOAD,
        TAKEN + "    return imp.load_source(name, find(path))\n",
        TAKEN.replace("name", "path") + LOAD,
        TAKEN + "    for path in path:\n        m = imp.load_source(name, path)\n",
        TAKEN + "    try:\n        prepare()\n    except E:\n    " + LOAD,
        "    if name in sys.modules:\n    " + LOAD,
        "    if name in sys.modules:\n        print(name)\n" + LOAD,
        "    if name not in sys.modules:\n        pass\n    else:\n    " + LOAD,
        "    def inner():\n        return imp.load_source(name, path)\n"
        + TAKEN
        + "    return inner\n",
        TAKEN + "    return lambda: imp.load_source(name, path)\n",
        "    if name not in sys.modules:\n        sys.modules[name] = api\n    " + LOAD,
        TAKEN + "    table[name] = api\n" + LOAD,
        TAKEN + "    with lock:\n        return imp.load_source(name, path)\n",
        TAKEN + "    path = self.find_module(name)\n" + LOAD,
        TAKEN + "    seen.append(name)\n" + LOAD,
        "    sys.modules.pop(*name)\n" + LOAD,
        "    sys.modules.pop()\n" + LOAD,
        "    if name in known:\n        return sys.modules[name]\n" + LOAD,
    ],
)
def test_not_made_sure(body: str) -> None:
    assert runs_again(body)


@pytest.mark.parametrize("name", ["open", "len", "join"])
def test_functions_of_the_file_may_load(name: str) -> None:
    call = f"path.{name}(name)" if name == "join" else f"{name}(path)"
    body = TAKEN + f"    text = {call}\n" + LOAD
    assert not runs_again(body)
    assert runs_again(body + f"def {name}(*given):\n    import conf\n")
