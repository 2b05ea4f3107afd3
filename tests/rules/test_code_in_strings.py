"""Code in strings and in docstrings that needs `imp`."""

from __future__ import annotations

import pytest

import imp_migrate


def codes(text: str) -> list[str]:
    """The codes of what is left to do about *text*."""
    return [d.code for d in imp_migrate.migrate(text).remaining]


RUN = [
    "exec('import imp')",
    "exec(compile('import imp', 'f', 'exec'), {})",
    "eval('__import__(\"imp\").get_tag()')",
    "timeit.timeit('imp.get_tag()', setup='import imp')",
    "subprocess.run([sys.executable, '-c', 'import imp; print(imp.get_tag())'])",
    "subprocess.Popen((python, '-c', 'from imp import reload'))",
    "os.system('python -c \"import sys, imp; print(imp.get_tag())\"')",
    "f.write('import imp\\n')",
    "path.write_text('import imp as i\\n')",
    "code = 'import imp'\nexec(code)",
    "exec(f'import imp\\nimp.reload({name})')",
    "exec('import imp\\nimp.load_dynamic(%r)' % path)",
    "exec('import ' + 'os\\nimport imp')",
    "exec('if 1:\\n  import imp\\n  print imp.get_tag()')",
    "exec('\\n'.join(['import imp', 'imp.reload(m)']))",
    "f.writelines(['import imp\\n', 'imp.reload(m)\\n'])",
]
KEPT = [
    "T = '''\nimport imp\nimp.reload(m)\n'''",
    "T = '''\n    import os, imp\n    imp.load_dynamic(__name__, %(path)s)\n'''",
    "T = '''\nimport imp\nimp.load_source({name}, {{}})\n'''",
    "T = '''\n%(indent)simport imp\n%(indent)simp.reload(m)\n'''",
    "T = '''\nimport imp\nprint imp.get_tag()\n'''",
    "T = 'call run(\"from imp import reload; reload(m)\")'",
    "def f():\n    return 'import imp\\nm = imp.new_module(\"m\")\\n'",
    "T = '\\n'.join(['import sys, imp' + rest, 'imp.reload(m)', x])",
]


PUT_TOGETHER = [
    "code = ''\ncode += 'import imp\\n'\nexec(code)",
    "def emit(line): lines.append(line)\nemit('import imp')\nexec('\\n'.join(lines))",
    "class A:\n    setup = 'import imp'\n    def run(self): timeit.timeit(stmt, self.setup)",
    "CASES = [('a', 'import imp')]\nfor name, case in CASES: exec(case)",
    "def head(): return 'import imp\\n'\nexec(head() + body())",
    "add = lines.append\nadd('import imp')\nexec('\\n'.join(lines))",
    "def py(*a): run([python, '-c', '\\n'.join(a)])\npy('import imp', 'imp.get_tag()')",
    "exec('import %s as q' % 'imp')",
    "exec('import M'.replace('M', 'imp'))",
]


@pytest.mark.parametrize("code", RUN + KEPT + PUT_TOGETHER)
def test_reported(code: str) -> None:
    assert codes(code + "\n") == ["IMP413"]


@pytest.mark.parametrize(
    "code",
    [
        "print('import imp')",
        "T = 'import imp'",
        "raise ImportError('import imp fails: use importlib')",
        "assert text == 'import imp\\n'",
        "warn('''Do not\\nimport imp\\nany more.''')",
        "T = 'from imp import reload'",
        "f.write('import imp is gone')",
        "'''\nimport imp\nimp.reload(m)\n'''",
        "def f():\n    '''\n    import imp\n    imp.reload(m)\n    '''",
        "T = '''\ntry:\n    import imp\nexcept ImportError:\n    imp = None\n'''",
        "exec('import sys\\nif sys.version_info < (3, 4):\\n    import imp\\n')",
        "exec('from .imp import reload')",
        "exec('import simple, impl')",
        "T = '''\nimport pkg.imp\npkg.imp.run()\n'''",
        "x: 'imp.NullImporter' = None",
        "import sys\nif sys.version_info < (3, 4):\n    exec('import imp')",
    ],
)
def test_not_reported(code: str) -> None:
    assert codes(code + "\n") == []


@pytest.mark.parametrize(
    "code",
    [
        "if line == 'import imp': exec(line)",
        "print('import imp')\nexec(code)",
        "x = 'import imp'\nprint(x)",
        "raise E('import imp')\nexec(code)",
        "say('import imp')\nexec('1')",
    ],
)
def test_text_beside_code(code: str) -> None:
    assert not codes(code + "\n")


def test_reported_once_and_where_it_stands() -> None:
    text = "x = 1\nexec(f'import imp; imp.{a}; imp.{b}')\n"
    (one,) = imp_migrate.migrate(text).remaining
    assert text[one.start : one.end] == "f'import imp; imp.{a}; imp.{b}'"
    assert one.fix is None
    assert codes(text.replace("')\n", "')  # noqa: IMP413\n")) == []


def test_doctest_keeps_the_import() -> None:
    text = 'import imp\ndef f():\n    """\n    >>> imp.get_tag()\n    \'x\'\n    """\n'
    migration = imp_migrate.migrate(text + "imp.reload(m)\n")
    assert migration.text == text.replace("imp\n", "imp\nimport importlib\n", 1) + (
        "importlib.reload(m)\n"
    )
    first, second = migration.remaining
    assert (first.code, second.code) == ("IMP401", "IMP414")
    assert "the example on line 5 uses it" in first.message
    assert migration.text[second.start : second.end] == ">>> imp.get_tag()"


@pytest.mark.parametrize(
    "docstring",
    [
        ">>> import imp",
        ">>> from imp import reload",
        ">>> x = 1\n>>> def f():\n...     return imp.get_tag()",
        ">>> find(x)",
    ],
)
def test_doctest(docstring: str) -> None:
    text = f"import imp\nfrom imp import find_module as find\nimp.get_tag()\nclass C:\n    '''\n{docstring}\n'''\n"
    assert "IMP414" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "from imp import reload\n'''\n>>> reload(m)\n'''\n",
        "'''\n>>> reload(m)\n'''\nfrom imp import reload\n",
        "import imp\ndef f():\n    '''\n    >>> imp = 1\n    >>> imp + 1\n    '''\n",
        "import imp\ndef f():\n    'import imp; imp.reload(m)'\n",
        "import imp\ndef f(s='>>> imp'):\n    pass\n",
        "import imp\ndef f():\n    '''\n    >>>imp\n    '''\n",
        "import imp\ndef f():\n    '''\n    >>> print 'imp'\n    '''\n",
    ],
)
def test_no_doctest(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "send", ["inspect.getsource(remote)", "channel.remote_exec(remote)", "dumps(remote.__code__)"]
)
def test_code_that_is_sent(send: str) -> None:
    """A function that brings its imports along goes on doing so."""
    text = f"def remote():\n    import imp\n    return imp.load_source('a', 'b')\n{send}\n"
    migration = imp_migrate.migrate(text)
    assert migration.text == text
    assert [d.code for d in migration.remaining] == ["IMP401", "IMP410"]


def test_code_that_is_not_sent() -> None:
    text = "import imp\ndef f():\n    return imp.get_tag()\ninspect.getsource(f)\n"
    assert codes(text) == []
