"""What guards come to: the forms that people write, and those that only look like one."""

from __future__ import annotations

import ast

import pytest

from imp_migrate.meaning.reach import Reach
from imp_migrate.meaning.scopes import ScopeTree


def truth(test: str, before: str) -> bool | None:
    module = ast.parse(f"{before}\n{test}\n")
    statement = module.body[-1]
    assert isinstance(statement, ast.Expr)
    return Reach(ScopeTree(module)).truth(statement.value)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("(3,) <= sys.version_info < (4,)", True),
        ("(2, 7) <= sys.version_info < (3, 12)", False),
        ("platform.python_version_tuple()[0] == '3'", True),
        ("int(platform.python_version_tuple()[0]) >= 3", True),
        ("platform.python_version().startswith('3')", True),
        ("platform.python_version() >= '3'", True),
        ("tuple(map(int, platform.python_version_tuple()[:2])) >= (3, 4)", True),
        ("sys.implementation.version >= (3, 4)", True),
        ("sys.implementation.version.major == 3", True),
        ("True if sys.version_info[0] == 3 else False", True),
        ("bytes is not str", True),
        ("str is bytes", False),
        ("bytes == str", False),
        ("importlib.util.find_spec('imp') is None", True),
        ("importlib.util.find_spec('imp')", False),
        ("hasattr(sys, 'maxint')", False),
        ("hasattr(dict, 'iteritems')", False),
        ("hasattr(str, 'decode')", False),
        ("hasattr(itertools, 'izip')", False),
        ("sys.version_info.major * 10 + sys.version_info.minor >= 34", True),
        ("float(sys.version[:3]) >= 3", True),
        ("sys.version.split('.')[0] == '3'", True),
        ("sys.version_info >= (3, 4) and True", True),
        ("sys.hexversion >> 24 == 3", True),
        ("sys.hexversion >= 0x30400f0", True),
        ("sys.version_info[0] in (3, 4)", True),
        ("sys.version_info[0] not in (2,)", True),
        ("tuple(sys.version_info) > (3, 3)", True),
        ("list(sys.version_info)[0] == 3", True),
        ("sys.version_info.__ge__((3, 4))", True),
        ("int(sys.version.split()[0].split('.')[1]) > 4", True),
        ("isinstance('', str) and not isinstance(b'', str)", True),
        ("type('') is not bytes", True),
        ("sys.version_info[:2] == (3, 4) or sys.version_info[:2] > (3, 4)", True),
        ("'imp' not in sys.stdlib_module_names", True),
        ("sys.version_info[0] is 3", True),
        ("six.PY3 is True", True),
        ("sys.version_info > (3, 3, 0, 'final', 0)", True),
        ("any([sys.version_info[0] == 3])", True),
        ("sys.version_info[0] - 2", True),
        ("str is str", True),
        ("sys.version[0] > '2'", True),
        ("sys.version_info[0:1] == (3,)", True),
        ("sys.api_version > 1012", True),
        ("not not (sys.version_info < (3,))", False),
        ("hasattr(sys.version_info, 'major') and sys.version_info.major == 3", True),
        ("getattr(sys.version_info, 'major', 2) == 3", True),
        ("'reload' not in dir(__builtins__)", True),
        ("'unicode' not in vars(__builtins__)", True),
        ("sys.version_info.major >= 3 > 2", True),
    ],
)
def test_forms(test: str, expected: bool) -> None:
    imports = "import sys, platform, importlib, importlib.util, six, itertools"
    assert truth(test, imports) is expected


@pytest.mark.parametrize(
    ("before", "test", "expected"),
    [
        ("from importlib.util import find_spec", "find_spec('imp') is None", True),
        (
            "import sys, platform, importlib, importlib.util, six, itertools\nif sys.version_info[0] == 3:\n    PY3 = True\nelse:\n    PY3 = False\n",
            "PY3",
            True,
        ),
        (
            "import sys, platform, importlib, importlib.util, six, itertools\nPY3 = False\nif sys.version_info[0] == 3:\n    PY3 = True\n",
            "PY3",
            True,
        ),
        ("try:\n    unicode\n    PY3 = False\nexcept NameError:\n    PY3 = True\n", "PY3", True),
        (
            "try:\n    import __builtin__\n    py3k = False\nexcept ImportError:\n    py3k = True\n",
            "py3k",
            True,
        ),
        (
            "py3k = True\ntry:\n    import __builtin__\n    py3k = False\nexcept ImportError:\n    pass\n",
            "py3k",
            True,
        ),
        (
            "import sys\ndef is_py3():\n    'doc'\n    return sys.version_info[0] == 3\n",
            "is_py3()",
            True,
        ),
        (
            "import sys\ndef new():\n    if sys.version_info < (3,):\n        return False\n    return True\n",
            "new()",
            True,
        ),
        ("import importlib, importlib.util", "hasattr(importlib, 'util')", True),
        ("import importlib\nfrom importlib import util", "hasattr(importlib, 'util')", True),
        ("import importlib", "hasattr(importlib, 'reload')", True),
        ("import importlib", "hasattr(importlib,'find_loader')", False),
        ("from importlib import util", "hasattr(util, 'find_spec')", True),
        (
            "try:\n    import importlib\nexcept ImportError:\n    importlib = None",
            "importlib is None",
            False,
        ),
        ("PY3 = True", "PY3 is True", True),
        ("from sys import version_info as V", "V >= (3, 4)", True),
        ("import sys\nMAJOR, MINOR, *_ = sys.version_info", "MAJOR == 3", True),
        ("import sys\nMIN = (3, 4)", "sys.version_info >= MIN", True),
    ],
)
def test_what_is_set_before(before: str, test: str, expected: bool) -> None:
    assert truth(test, before) is expected


@pytest.mark.parametrize(
    ("before", "test"),
    [
        ("PY2=False\ndef f(x):\n    global PY2\n    PY2 = x\n", "PY2"),
        ("PY2=False\ndef f():\n    global PY2\n    PY2 = True\n", "PY2"),
        ("import os\nPY2 = os.environ.get('PY2')", "PY2"),
        ("import shutil\npython3 = shutil.which('python3')", "python3"),
        ("import settings", "settings.PY2"),
        ("import compat\ncompat.PY2 = True", "compat.PY2"),
        ("args = parse()", "args.py2"),
        ("from config import PY2", "PY2"),
        ("PY2 = False\nglobals()['PY2'] = True", "PY2"),
        ("PY2 = False\nfor PY2 in x: pass", "PY2"),
        ("PY2 = False\nPY2 |= x", "PY2"),
        ("import importlib", "hasattr(importlib, 'util')"),
        ("import importlib\nif x:\n    import importlib.util", "hasattr(importlib, 'util')"),
        ("import importlib", "hasattr(importlib.util, 'find_spec')"),
        ("import importlib as il", "hasattr(il, 'util')"),
        ("import importlib", "importlib is None"),
        ("import sys\nsys = fake()", "sys.version_info[0] == 2"),
        ("if x:\n    PY2 = True\nelse:\n    PY2 = False", "PY2"),
        ("", "PY2 + 1 and x"),
        ("", "(1 << 99) ** 99"),
        (
            "import sys, platform, importlib, importlib.util, six, itertools\n",
            "sys.platform == 'x'",
        ),
        (
            "import sys, platform, importlib, importlib.util, six, itertools\n",
            "sys.version_info >= (3, 13)",
        ),
    ],
)
def test_nobody_knows(before: str, test: str) -> None:
    assert truth(test, before) is None
