"""What is loaded once in a program that ends when that fails is loaded in place."""

from __future__ import annotations

import pytest

from imp_migrate.migration import migrate_source
from imp_migrate.options import Options
from imp_migrate.text.source import Source

SPEC = "_spec = importlib.util.spec_from_file_location"
LOAD = "version = imp.load_source('version', 'pkg/version.py')\n"
PAIR = (
    "f, p, d = imp.find_module('meta', ['.'])\n"
    "try:\n    meta = imp.load_module('meta', f, p, d)\nfinally:\n    f.close()\n"
)


def migrated(code: str, filename: str = "setup.py", *, helpers: bool = True) -> str:
    """Migrate a whole file; a second run must not change it again."""
    options = Options(helpers=helpers)
    text = migrate_source(Source.from_text(code, filename), options).text
    assert migrate_source(Source.from_text(text, filename), options).text == text
    return text


def test_source_file() -> None:
    assert migrated("import imp\nimport sys\n" + LOAD) == (
        "import importlib.util\nimport sys\n"
        "_spec = importlib.util.spec_from_file_location('version', 'pkg/version.py')\n"
        "version = sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)\n"
        "_spec.loader.exec_module(version)\n"
    )


def test_arguments_on_several_lines() -> None:
    arguments = "(\n    'version',  # of the package\n    os.path.join(here,\n                 'version.py'))\n"
    before = f"import imp\nimport sys\nversion = imp.load_source{arguments}"
    assert migrated(before) == (
        "import importlib.util\nimport sys\n"
        f"_spec = importlib.util.spec_from_file_location{arguments}"
        "version = sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)\n"
        "_spec.loader.exec_module(version)\n"
    )


@pytest.mark.parametrize("helpers", [True, False])
@pytest.mark.parametrize(
    ("code", "last"),
    [
        (
            "a = b.c = imp.load_source('v', 'v.py').x.strip()\n",
            "a = b.c = _module.x.strip()\n",
        ),
        ("imp.load_source('v', 'v.py').main()\n", "_module.main()\n"),
        ("imp.load_source('v', 'v.py')\n", "_spec.loader.exec_module(_module)\n"),
        ("N = 'v'\nv = imp.load_source(N, 'v.py')\n", "_spec.loader.exec_module(v)\n"),
        ("v = 1\nv = imp.load_source('v', 'v.py')\n", "v = _module\n"),
        (
            "def f():\n    return imp.load_source('v', 'v.py').x\n\n\nsetup(version=f())\n",
            "    return module.x\n\n\nsetup(version=f())\n",
        ),
        (
            "try:\n    v = imp.load_source('v', 'v.py')\nexcept IOError:\n    v = None\n",
            "    v = _module\nexcept IOError:\n    v = None\n",
        ),
    ],
)
def test_the_statement_goes_on_with_the_module(code: str, last: str, helpers: bool) -> None:
    text = migrated("import imp\n" + code, helpers=helpers)
    assert "def _load" not in text
    assert text.endswith(last)


def test_other_suffixes_need_the_loader() -> None:
    text = migrated("import imp\nv = imp.load_source('v', where)\n")
    assert "_loader = importlib.machinery.SourceFileLoader('v', where)\n" in text
    assert "_spec = importlib.util.spec_from_file_location('v', where, loader=_loader)\n" in text


def test_name_and_path_are_computed_once() -> None:
    text = migrated("import imp\nN = 'v'\nv = imp.load_source(N, where())\n")
    assert "_loader = importlib.machinery.SourceFileLoader(N, where())\n" in text
    assert "spec_from_file_location(N, _loader.path, loader=_loader)\n" in text


def test_main_of_any_program() -> None:
    code = "import imp\nif __name__ == '__main__':\n    v = imp.load_source('v', 'v.py')\n"
    assert SPEC in migrated(code, "tool.py")
    assert SPEC not in migrated(code.replace("==", "!="), "tool.py")


@pytest.mark.parametrize(
    "code",
    [
        "for _ in 1, 2:\n    imp.load_source('v', 'v.py')\n",
        "def f():\n    imp.load_source('v', 'v.py')\n\n\nf()\nf()\n",
        "def f():\n    imp.load_source('v', 'v.py')\n\n\nfor _ in 1, 2:\n    f()\n",
        "@twice\ndef f():\n    imp.load_source('v', 'v.py')\n\n\nf()\n",
        "class A:\n    def f(self):\n        imp.load_source('v', 'v.py')\n",
        "imp.load_source(name, 'v.py')\n",
        "imp.load_source('json', 'v.py')\n",
        "imp.load_source('__main__', 'v.py')\n",
        "import v\nimp.load_source('v', 'v.py')\n",
        "from v.w import x\nimp.load_source('v.y', 'v.py')\n",
        "__import__(n)\nimp.load_source('v', 'v.py')\n",
        "sys.modules['v'] = v\nimp.load_source('v', 'v.py')\n",
        "imp.load_source('v', 'v.py')\nimp.load_source('v', 'w.py')\n",
        "imp.load_source('v', 'v.py')\nimp.load_source(w, 'w.py')\n",
        "imp.load_source('v', 'v.py')\nload = imp.load_source\n",
        "try:\n    imp.load_source('p.v', 'v.py')\nexcept IOError:\n    pass\n",
        "try:\n    imp.load_source('v', 'v.py')\nexcept IOError:\n    print(sys.modules)\n",
        "x = before(), imp.load_source('v', 'v.py')\n",
    ],
)
def test_a_helper_is_needed(code: str) -> None:
    text = migrated("import imp\nimport sys\n" + code)
    assert "def _load_source(" in text
    assert "_spec" not in text.partition("def _load_source(")[2].partition("return")[2]


def test_conf_of_sphinx() -> None:
    assert SPEC in migrated("import imp\n" + LOAD + "html_theme = 'alabaster'\n", "docs/conf.py")
    assert SPEC not in migrated("import imp\n" + LOAD, "docs/conf.py")


def test_aligned_arguments_stay_aligned() -> None:
    code = "import imp\nv = imp.load_source('v',\n                    'v.py')\n"
    assert "_spec = importlib.util.spec_from_file_location('v',\n" + " " * 47 + "'v.py')\n" in (
        migrated(code)
    )


def test_elsewhere_somebody_may_look() -> None:
    assert "def _load_source(" in migrated("import imp\n" + LOAD, "version.py")


def test_helper_for_many_is_short() -> None:
    code = "import imp\n" + "".join(f"imp.load_source('{n}', '{n}.py')\n" for n in "abc")
    text = migrated(code)
    assert "setdefault" not in text
    assert "BaseException" not in text


def test_pair() -> None:
    text = migrated("import imp\nimport sys\n" + PAIR)
    assert text.endswith(
        "_spec = importlib.machinery.PathFinder.find_spec('meta', ['.'])\n"
        "if _spec is None or not hasattr(_spec.loader, 'path'):\n"
        "    raise ImportError(\"No module named 'meta'\", name='meta')\n"
        "_module = sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)\n"
        "_spec.loader.exec_module(_module)\n"
        "meta = _module\n"
    )
    assert "def _find_and_load(" in migrated("import imp\nimport sys\n" + PAIR, "meta.py")


def test_pair_without_a_path() -> None:
    code = "import imp\nm = imp.load_module('meta', *imp.find_module('meta'))\n"
    assert migrated(code) == "import importlib\nm = importlib.import_module('meta')\n"


def test_what_swig_writes() -> None:
    code = "import imp\ndef helper():\n    " + PAIR.replace("\n", "\n    ") + "return meta\n"
    swig = "# This file was automatically generated by SWIG (http://www.swig.org).\n"
    assert "def _find_and_load(" in migrated(code, "x.py")
    assert "def _" not in migrated(swig + code, "x.py")


def test_extensions_of_swig_are_no_packages() -> None:
    code = """\
# This file was automatically generated by SWIG (http://www.swig.org).
def helper():
    from os.path import dirname
    import imp
    fp = None
    try:
        fp, path, description = imp.find_module('NAME', [dirname(__file__)])
    except ImportError:
        return None
    if fp is not None:
        try:
            _mod = imp.load_module('NAME', fp, path, description)
        finally:
            fp.close()
        return _mod
"""
    loaded = """\
    _mod = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(_mod)
    return _mod
"""
    tested = "if spec.submodule_search_locations is None:"
    extension, other = (migrated(code.replace("NAME", n), "x.py") for n in ("_osr", "osr"))
    assert loaded in extension and tested not in extension
    assert loaded not in other and tested in other
    by_hand = code.partition("\n")[2].replace("NAME", "_osr")
    assert loaded not in migrated(by_hand, "x.py")
    assert loaded in migrated(by_hand.replace("helper", "swig_import_helper"), "x.py")
