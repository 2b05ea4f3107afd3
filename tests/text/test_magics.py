"""What in a cell is no Python: found where IPython finds it, and nowhere else."""

from __future__ import annotations

import ast

import pytest

from imp_migrate.text.magics import Incomplete, magics


def found(cell: str) -> list[str]:
    return [cell[magic.start : magic.end] for magic in magics(cell)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%matplotlib inline\nx = 1", ["%matplotlib inline"]),
        ("x = 1\n  !ls\n", ["!ls"]),
        ("!ls \\\n  -l\nx", ["!ls \\\n  -l"]),
        ("files = !ls *.py\nfiles", ["!ls *.py"]),
        ("a, d['x'] = %who_ls int", ["%who_ls int"]),
        ("imp.reload?", ["imp.reload?"]),
        ("?imp.reload", ["?imp.reload"]),
        ("x??\ny", ["x??"]),
        ("/print 1\n,print a\n;print b", ["/print 1", ",print a", ";print b"]),
        ("if x:\n    %cd y\nelse:\n\t!rm z", ["%cd y", "!rm z"]),
        ("%%bash\necho %x\n!y", ["%%bash\necho %x\n!y"]),
        ("\n\n%%bash\necho", ["%%bash\necho"]),
        ("%%time\nimport imp\n%cd x", ["%%time", "%cd x"]),
        ("%%capture out\nx", ["%%capture out"]),
        ("%time f(x)  # y", ["%time "]),
        ("x\r%time\tf(x)\ny", ["%time\t"]),
        ("if x:\n  %time f(x)", ["%time f(x)"]),
        ("%time -p f(x)", ["%time -p f(x)"]),
        ("%time f(\n  x)", ["%time f("]),
        ("%time await f(x)", ["%time await f(x)"]),
        ("%time f(x); f(y)", ["%time f(x); f(y)"]),
        # Python, each of it.
        ("x = (a\n  % b)", []),
        ("x = a \\\n  % b", []),
        ("'''\n%magic\n!shell\n'''", []),
        ('x = "a=%s" % b\nassert x != y', []),
        ("x = f(a=1)  # = !ls\n# why?\n", []),
        ("x %= 3; y = 4 if a != b else 5", []),
        ("'it''s'; \"what?\"", []),
        ("x = {'a':\n  1}\n", []),
        ("", []),
        ("x = '\\''  # '\n%cd y", ["%cd y"]),
        ("@decorated\ndef f(a, b=1):\n    return a", []),
    ],
)
def test_what_is_no_python(cell: str, expected: list[str]) -> None:
    assert found(cell) == expected


@pytest.mark.parametrize(
    ("cell", "offset"),
    [("x = '''a\nb", 4), ("f(\n  (1)", 1), ("x = 1 \\\n", 6), ('a = 1\n"""', 6)],
)
def test_cells_that_are_not_complete(cell: str, offset: int) -> None:
    with pytest.raises(Incomplete) as caught:
        found(cell)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%time x = imp.reload(y)", "exec('x = imp.reload(y)', m())"),
        ("%timeit -n1 f()", "exec('-n1 f()', m())"),
        ("%matplotlib", "m()"),
        (
            "!echo {imp.get_tag()} $x",
            "exec('imp.get_tag(); x', m().run('echo {imp.get_tag()} $x'))",
        ),
        ("!ls", "m().run('ls')"),
        ("%pip install imp", "m().run('install imp')"),
        ("imp.reload??", "exec('imp.reload', m())"),
        ("%reset -f", "globals().clear(m())"),
        ("%pylab inline", "from pylab.m import *"),
        ("%%python3\nimport imp", "m().run('import imp'\n)"),
        ("%%timeit\nimport imp", "exec('import imp', m()\n)"),
    ],
)
def test_what_stands_for_it(cell: str, expected: str) -> None:
    (magic,) = magics(cell)
    standing = magic.standing("m", 1 + cell.count("\n"))
    assert standing == expected
    assert standing.count("\n") == cell.count("\n")
    ast.parse(standing)
