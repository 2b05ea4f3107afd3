"""What is wrong with code that was migrated by hand, and what is not."""

from __future__ import annotations

import ast
import subprocess
import textwrap
from pathlib import Path

import pytest

import imp_migrate
from imp_migrate import Options
from imp_migrate.analysis import analyse
from imp_migrate.meaning.stdlib import SUBMODULES_LOADED
from imp_migrate.model import Diagnostic
from imp_migrate.text.source import Source
from tests import interpreters


def said(code: str, filename: str = "module.py") -> list[Diagnostic]:
    """What there is to say about *code*."""
    return list(analyse(Source.from_text(textwrap.dedent(code), filename), Options()).diagnostics)


def spots(code: str, filename: str = "module.py") -> list[tuple[str, int]]:
    """The codes and lines of what there is to say about *code*."""
    source = Source.from_text(textwrap.dedent(code).lstrip(), filename)
    found = analyse(source, Options()).diagnostics
    return [(d.code, source.position(d.start)[0]) for d in found]


# -- the releases of PITFALLS, rebuilt: what was wrong, and as it was put right ---------------

RELEASES = {
    "spelling: a word may be anything": (
        "IMP511",
        """
        import importlib.util
        def is_module(word):
            try:
                found = importlib.util.find_spec(word)
            except (AttributeError, ImportError):
                return False
            return found is not None
        """,
        """
        import importlib.util
        def is_module(word):
            try:
                found = importlib.util.find_spec(word)
            except BaseException:
                return False
            return found is not None
        """,
    ),
    "invoke: a package that is not registered": (
        "IMP508",
        """
        import os
        from importlib.util import module_from_spec, spec_from_file_location
        def find(name, folder):
            return spec_from_file_location(
                name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
            )
        def load(name, folder):
            spec = find(name, folder)
            tasks = module_from_spec(spec)
            spec.loader.exec_module(tasks)
            return tasks
        """,
        """
        import os, sys
        from importlib.util import module_from_spec, spec_from_file_location
        def find(name, folder):
            return spec_from_file_location(
                name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
            )
        def load(name, folder):
            spec = find(name, folder)
            tasks = module_from_spec(spec)
            sys.modules[spec.name] = tasks
            spec.loader.exec_module(tasks)
            return tasks
        """,
    ),
    "hdfs: a name that importlib never had, hidden by its guard": (
        "IMP502",
        """
        try:
            from importlib import load_source
        except ImportError:
            from imp import load_source
        """,
        """
        import importlib.machinery
        import importlib.util
        def load_source(name, path):
            loader = importlib.machinery.SourceFileLoader(name, path)
            spec = importlib.util.spec_from_file_location(name, path, loader=loader)
            module = importlib.util.module_from_spec(spec)
            loader.exec_module(module)
            return module
        """,
    ),
    "pip-check-reqs: namespace packages have no origin": (
        "IMP512",
        """
        import importlib.util
        from pathlib import Path
        def place(name):
            spec = importlib.util.find_spec(name=name.split(".")[0])
            if spec is None:
                return None
            origin = spec.origin
            assert origin is not None
            return Path(origin)
        """,
        """
        import importlib.util
        from pathlib import Path
        def place(name):
            spec = importlib.util.find_spec(name=name.split(".")[0])
            if spec is None:
                return None
            if spec.origin is None:
                return None
            return Path(spec.origin)
        """,
    ),
    "sopel: search locations in a string": (
        "IMP510",
        """
        import importlib.util, os
        class Plugin:
            def __init__(self, filename):
                self.spec = importlib.util.spec_from_file_location(
                    os.path.basename(filename),
                    os.path.join(filename, "__init__.py"),
                    submodule_search_locations=filename,
                )
        """,
        """
        import importlib.util, os
        class Plugin:
            def __init__(self, filename):
                self.spec = importlib.util.spec_from_file_location(
                    os.path.basename(filename),
                    os.path.join(filename, "__init__.py"),
                    submodule_search_locations=[filename],
                )
        """,
    ),
}


@pytest.mark.parametrize("release", RELEASES)
def test_release(release: str) -> None:
    code, wrong, right = RELEASES[release]
    assert code in {d.code for d in said(wrong)}
    assert said(right) == []


# -- each mistake: the code, and the line that is reported ------------------------------------

WRONG = {
    "submodule": ("IMP501", 2, "import importlib\nimportlib.util.find_spec('a')"),
    "submodule of an alias": ("IMP501", 2, "import importlib as il\nil.machinery.all_suffixes()"),
    "submodule, another one is imported": (
        "IMP501",
        2,
        "import importlib.util\nimportlib.machinery.SourceFileLoader(n, p)",
    ),
    "members of imp by another name": (
        "IMP502",
        2,
        "import importlib as imp\nm = imp.load_source(n, p)",
    ),
    "never a function of importlib": ("IMP502", 2, "import importlib\nimportlib.find_spec(n)"),
    "never in importlib.util": ("IMP502", 1, "from importlib.util import load_module"),
    "no handler helps": (
        "IMP502",
        3,
        "import importlib\ntry:\n    m = importlib.load_source(n, p)\nexcept OSError:\n    m = 0",
    ),
    "find_loader": ("IMP503", 2, "import importlib\nfound = importlib.find_loader(n)"),
    "ImpImporter": ("IMP503", 2, "import pkgutil\nimporter = pkgutil.ImpImporter(d)"),
    "get_loader": ("IMP503", 1, "from pkgutil import get_loader"),
    "find_module of PathFinder": (
        "IMP503",
        2,
        "from importlib.machinery import PathFinder\nPathFinder.find_module(n)",
    ),
    "load_module of a loader": (
        "IMP504",
        2,
        "from importlib.machinery import SourceFileLoader\nm = SourceFileLoader(n, p).load_module()",
    ),
    "load_module of the loader of a spec": (
        "IMP504",
        3,
        "import importlib.util\nspec = importlib.util.find_spec(n)\nspec and spec.loader.load_module(n)",
    ),
    "find_module in a walk": (
        "IMP504",
        3,
        "import pkgutil\nfor finder, n, _ in pkgutil.walk_packages(d):\n    x = finder.find_module(n)",
    ),
    "find_module in a sorted walk": (
        "IMP504",
        3,
        "import pkgutil\nfor finder, n, _ in sorted(pkgutil.iter_modules(d), key=k):\n"
        "    x = finder.find_module(n)",
    ),
    "find_module in a walk that is kept": (
        "IMP504",
        5,
        "import pkgutil\nwalk = list(pkgutil.iter_modules(d))\nwalk = sorted(walk)\n"
        "for m in walk:\n    x = m[0].find_module(n)",
    ),
    "find_module of module_finder": (
        "IMP504",
        4,
        "import pkgutil\nfor m in pkgutil.iter_modules(d):\n    finder = m.module_finder\n"
        "    x = finder.find_module(n)",
    ),
    "find_module of the finders of Python": (
        "IMP504",
        3,
        "import sys\nfor finder in sys.meta_path[1:]:\n    x = finder.find_module(n)",
    ),
    "find_module of what somebody hands on": (
        "IMP504",
        2,
        "import pkgutil\ndef load(finder, n): return finder.find_module(n).load_module(n)",
    ),
    "find_module in an archive": (
        "IMP504",
        2,
        "import zipimport\nx = zipimport.zipimporter(path).find_module(n)",
    ),
    "result of exec_module": (
        "IMP505",
        4,
        """
        from importlib.util import *
        import importlib.util as u
        s = u.spec_from_loader(n, x); m = u.module_from_spec(s)
        m = s.loader.exec_module(m)
        """,
    ),
    "exec_module of nothing": (
        "IMP505",
        3,
        """
        import importlib.util as u
        s = u.spec_from_loader(n, x)
        s.loader.exec_module()
        """,
    ),
    "not executed": (
        "IMP505",
        3,
        """
        import importlib.util as u
        s = u.spec_from_loader(n, x)
        m = u.module_from_spec(s)
        m.main()
        """,
    ),
    "a handler that never runs": (
        "IMP506",
        3,
        """
        import importlib.util
        try:
            importlib.util.find_spec("numpy")
            found = True
        except ImportError:
            found = False
        """,
    ),
    "an attribute of None": (
        "IMP506",
        3,
        """
        from importlib.util import find_spec
        def where(name):
            spec = find_spec(name)
            return spec.origin
        """,
    ),
    "a file that is no module": (
        "IMP506",
        3,
        """
        import importlib.util, os
        path = os.path.join(folder, "settings.cfg")
        spec = importlib.util.spec_from_file_location("settings", path)
        """,
    ),
    "registered late": (
        "IMP507",
        5,
        """
        import importlib.util, sys
        s = importlib.util.spec_from_file_location(n, p)
        m = importlib.util.module_from_spec(s)
        s.loader.exec_module(m)
        sys.modules[n] = m
        """,
    ),
    "source text that needs its package": (
        "IMP508",
        6,
        '''
        import importlib.util
        TEXT = """
        from . import other
        """
        m = importlib.util.module_from_spec(s)
        s.loader.exec_module(m)
        ''',
    ),
    "a pickle of what is loaded": (
        "IMP508",
        4,
        """
        import pickle
        import importlib.util
        m = importlib.util.module_from_spec(s)
        s.loader.exec_module(m)
        pickle.dumps([m.Record(1)])
        """,
    ),
    "find_spec with a list": (
        "IMP509",
        2,
        "from importlib.util import find_spec\nfind_spec(n, [d])",
    ),
    "find_spec with the path of a package that is not in the name": (
        "IMP509",
        2,
        "from importlib.util import find_spec\nfind_spec(f'{p.__name__}.m', q.__path__)",
    ),
    "find_spec with the path of a package": (
        "IMP509",
        2,
        "from importlib.util import find_spec\nfind_spec(n, p.__path__)",
    ),
    "find_spec with a path that only looks like what a finder was asked for": (
        "IMP509",
        3,
        "from importlib.util import find_spec as find\ndef find_module(name, path):\n"
        "    find(name, [path])",
    ),
    "import_module with a path": (
        "IMP509",
        2,
        "import importlib, os\nimportlib.import_module(n, os.path.dirname(f))",
    ),
    "PathFinder with a string": (
        "IMP510",
        2,
        "from importlib.machinery import PathFinder\nPathFinder.find_spec('m', 'plugins')",
    ),
    "a dotted name without parent": (
        "IMP511",
        2,
        "import importlib.util\nfound = importlib.util.find_spec('google.cloud') is not None",
    ),
    "what installs a copy": ("IMP513", 1, "install_requires = ['zombie-imp>=0.0.2']"),
    "unpacked": (
        "IMP514",
        2,
        "from importlib.util import find_spec as find_module\nf, path, d = find_module('m')",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong(name: str) -> None:
    code, line, text = WRONG[name]
    assert spots(text) == [(code, line)]


def test_a_copy_of_imp() -> None:
    library = Path(interpreters.require("3.11")).parent.parent / "lib" / "python3.11"
    text = (library / "imp.py").read_text(encoding="utf-8")
    (found,) = said(text)
    assert found.code == "IMP513"
    assert text[found.start : found.end] == "lock_held"  # and not the many lines of its docstring


# -- what only looks like one of them -----------------------------------------------------

RIGHT = {
    "pickles of what needs no module": """
        import pickle
        import importlib.util
        m = importlib.util.module_from_spec(s)
        s.loader.exec_module(m)
        pickle.dumps(m.data), pickle.dumps(m.compute()), pickle.dumps(n.Record())
        """,
    "a main module for others (pydevd)": """
        import sys
        from importlib.util import module_from_spec, spec_from_file_location
        def save(name, file):
            m = sys.modules[name] = sys.modules["__main__"]
            loader = m.__loader__ if hasattr(m, "__loader__") else None
            m = module_from_spec(spec_from_file_location("__main__", file, loader=loader))
            sys.modules["__main__"] = m
            return m
    """,
    "imported in another function": """
        import importlib
        def prepare():
            import importlib.util
        def find(n):
            return importlib.util.find_spec(n)
    """,
    "imported by from": "import importlib\nfrom importlib import util\nimportlib.util.find_spec(n)",
    "comes with another module": "import importlib, pkgutil\nimportlib.util.find_spec(n)",
    "never evaluated": """
        from __future__ import annotations
        import importlib
        def run(spec: importlib.machinery.ModuleSpec) -> importlib.abc.Loader: ...
    """,
    "asked for": "import importlib\nif hasattr(importlib, 'util'):\n    importlib.util.find_spec(n)",
    "another importlib": "from compat import importlib\nimportlib.util.find_spec(n)",
    "the path of the package that the name begins with": """
        from importlib.util import find_spec
        def has(package, name):
            try:
                package_name = package.__name__
                package_path = package.__path__
            except AttributeError:
                return False
            full = package_name + "." + name
            return find_spec(full, package_path)
        def has_too(package, name):
            return find_spec(f"{package.__name__}.{name}", package.__path__)
    """,
    "what a finder was asked for": """
        class Finder:
            def find_spec(self, fullname, path, target=None):
                from importlib.util import find_spec
                with self.lock:
                    return find_spec(fullname, path)
    """,
    "a parameter": "def find(importlib):\n    return importlib.load_source(n, p)",
    "an alias with members of its own": "import importlib as imp\nimp.reload(m)",
    "another fallback": """
        try:
            from importlib import load_source
        except ImportError:
            from compat import load_source
    """,
    "older Pythons": """
        import sys, pkgutil
        if sys.version_info < (3, 12):
            importer = pkgutil.ImpImporter(d)
    """,
    "Pythons before 3.14": """
        import sys, pkgutil
        if sys.version_info < (3, 14):
            loader = pkgutil.get_loader(n)
    """,
    "gone, and caught": """
        import pkgutil
        try:
            loader = pkgutil.get_loader(n)
        except AttributeError:
            loader = None
    """,
    "gone, and asked for": """
        import pkgutil
        if hasattr(pkgutil, "ImpImporter"):
            register(pkgutil.ImpImporter)
    """,
    "the modern way first": """
        import pkgutil
        finder = pkgutil.get_importer(d)
        try:
            loader = finder.find_spec(n).loader
        except AttributeError:
            loader = finder.find_module(n)
    """,
    "load_module of one's own": "import importlib\nm = self.loader.load_module(n)",
    "a loader passes the call on": """
        import importlib.util
        class Loader:
            def exec_module(self, module):
                return self.spec.loader.exec_module(module)
    """,
    "executed elsewhere": """
        import importlib.util as u
        m = u.module_from_spec(s)
        run(m)
    """,
    "executed as code": """
        import importlib.util as u
        m = u.module_from_spec(s)
        exec(code, m.__dict__)
        m.main()
    """,
    "a handler for the parents of a dotted name": """
        import importlib.util
        try:
            found = importlib.util.find_spec("a.b") is not None
        except ModuleNotFoundError:
            found = False
    """,
    "the handler is for the import": """
        import importlib.util
        try:
            spec = importlib.util.find_spec(name)
            module = importlib.import_module(name)
        except ImportError:
            module = None
    """,
    "tested": """
        import importlib.util
        def where(name):
            spec = importlib.util.find_spec(name)
            return spec.origin if spec is not None else None
    """,
    "known to be there": "import importlib.util\np = importlib.util.find_spec(m.__name__).origin",
    "a loader for any file": """
        import importlib.util
        importlib.util.spec_from_file_location("m", "m.conf", loader=loader)
    """,
    "a module of Python": "import importlib.util as u\nu.spec_from_file_location('m', 'm.py')",
    "registered in both branches": """
        import importlib.util, sys
        m = importlib.util.module_from_spec(s)
        if early:
            sys.modules[n] = m
            s.loader.exec_module(m)
        else:
            s.loader.exec_module(m)
            sys.modules[n] = m
    """,
    "a second copy of a known module": """
        import importlib.util, sys
        s = importlib.util.find_spec("html.parser")
        m = importlib.util.module_from_spec(s)
        s.loader.exec_module(m)
        sys.modules["htmlparser"] = m
    """,
    "never registered, and no package": """
        import importlib.util
        s = importlib.util.spec_from_file_location(n, p)
        m = importlib.util.module_from_spec(s)
        s.loader.exec_module(m)
    """,
    "a package for a relative name": "import importlib\nimportlib.import_module('.m', path)",
    "a dotted path": "import importlib\nimportlib.import_module(n, package='a.b')",
    "a list of one": """
        import importlib.util
        importlib.util.spec_from_file_location("p", p, submodule_search_locations=[folder])
    """,
    "a dotted name after its parent": """
        import importlib.util
        def has(): return importlib.util.find_spec("google") and has_cloud()
        def has_cloud(): return importlib.util.find_spec("google.cloud") is not None
    """,
    "a dotted name of the standard library": """
        import importlib.util
        found = importlib.util.find_spec("xml.etree") is not None
    """,
    "only some of the errors of a package": """
        import importlib.util
        def available(name):
            try:
                return importlib.util.find_spec(name) is not None
            except ModuleNotFoundError:
                return False
    """,
    "a finder with both": """
        import importlib.util, sys
        class Finder:
            def find_module(self, fullname, path=None): ...
            def find_spec(self, fullname, path=None, target=None): ...
        sys.meta_path.append(Finder())
    """,
    "a finder for Python 2": """
        import importlib.util, sys
        class Finder:
            def find_module(self, fullname, path=None): ...
        if sys.version_info[0] == 2:
            sys.meta_path.append(Finder())
    """,
    "other functions of these names": """
        import importlib.util
        def load_source(n): ...
        def find_module(n): ...
    """,
    "does not parse": "import importlib.util\nprint 'importlib.util'",
}


@pytest.mark.parametrize("name", RIGHT)
def test_right(name: str) -> None:
    assert spots(RIGHT[name]) == []


def test_the_package_itself_is_there() -> None:
    code = "import importlib.util\nfound = importlib.util.find_spec('sopel.builtins') is None"
    assert spots(code) == [("IMP511", 2)]
    assert spots(code, "src/sopel/plugins.py") == []


# -- the fix ----------------------------------------------------------------------------


def test_missing_import_is_added() -> None:
    code = "import importlib\nimport os\n\nimportlib.reload(os)\nimportlib.util.find_spec('a')\n"
    migration = imp_migrate.migrate(code)
    assert [d.code for d in migration.fixed] == ["IMP501"]
    assert not migration.remaining
    imports = [n for n in ast.parse(migration.text).body if isinstance(n, ast.Import)]
    assert "importlib.util" in {alias.name for n in imports for alias in n.names}
    assert migration.text.endswith(code.partition("\n\n")[2])
    assert imp_migrate.migrate(migration.text).text == migration.text


def test_one_fix_for_two_submodules() -> None:
    code = "import importlib\nimportlib.util.find_spec('a')\nimportlib.machinery.all_suffixes()\n"
    text = imp_migrate.migrate(code).text
    assert "import importlib.util\n" in text
    assert "import importlib.machinery\n" in text


def test_only_where_the_name_is_free() -> None:
    code = """
        import importlib as il
        from compat import importlib
        il.util.find_spec("a")
    """
    (found,) = said(code)
    assert found.code == "IMP501"
    assert found.fix is None


def test_works_in_a_clean_interpreter(tmp_path: Path) -> None:
    code = "import importlib\nprint(importlib.util.find_spec('sys') is not None)\n"
    python = interpreters.require("3.12")
    before, after = tmp_path / "before.py", tmp_path / "after.py"
    before.write_text(code)
    after.write_text(imp_migrate.migrate(code).text)
    command = [python, "-I", "-S"]
    failed = subprocess.run([*command, before], capture_output=True, text=True)
    assert "has no attribute 'util'" in failed.stderr
    done = subprocess.run([*command, after], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_imp_imports_them_as_long_as_it_stays() -> None:
    code = "import imp\nimport importlib\nimportlib.util.find_spec('a')\nregister(imp)\n"
    assert "IMP501" not in {d.code for d in said(code)}
    after = imp_migrate.migrate(
        "import imp\nimport importlib\nimportlib.util.find_spec('a')\nimp.reload(m)\n"
    )
    assert "import importlib.util" in after.text
    assert not after.remaining


# -- facts ------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13"])
def test_submodules_that_come_with_other_modules(version: str) -> None:
    program = """
        import ast, os, sys
        for module, submodules in ast.literal_eval(sys.argv[1]).items():
            child = os.fork()
            if not child:
                __import__(module)
                os._exit(any(submodule not in sys.modules for submodule in submodules))
            if os.waitpid(child, 0)[1]:
                print(module)
    """
    table = {module: sorted(loaded) for module, loaded in SUBMODULES_LOADED.items()}
    command = [interpreters.require(version), "-I", "-S", "-c", textwrap.dedent(program)]
    done = subprocess.run([*command, repr(table)], capture_output=True, text=True, check=True)
    assert done.stdout == ""


# -- settings ---------------------------------------------------------------------------

LATE = """\
import importlib.util, sys
s = importlib.util.spec_from_file_location(n, p)
m = importlib.util.module_from_spec(s)
s.loader.exec_module(m)
sys.modules[n] = m{comment}
"""


@pytest.mark.parametrize(
    ("comment", "options", "shown"),
    [
        ("", Options(), True),
        ("  # noqa: IMP507", Options(), False),
        ("  # noqa: IMP401", Options(), True),
        ("  # noqa: IMP507", Options(noqa=False), True),
        ("", Options(select=("IMP5",)), True),
        ("", Options(select=("IMP1",)), False),
        ("", Options(ignore=("IMP507",)), False),
    ],
)
def test_settings(comment: str, options: Options, shown: bool) -> None:
    plan = analyse(Source.from_text(LATE.format(comment=comment)), options)
    assert [d.code for d in plan.diagnostics] == ["IMP507"] * shown


def test_messages_say_what_to_do() -> None:
    for code, _, text in WRONG.values():
        (found,) = said(text)
        assert len(found.message) < 220, code
        assert ";" in found.message or ":" in found.message, (code, found.message)


# -- front ends ---------------------------------------------------------------------------


def test_all_front_ends_say_so() -> None:
    pytest.importorskip("lsprotocol")
    from imp_migrate.flake8_plugin import Plugin
    from imp_migrate.lsp.snapshot import Document, take
    from imp_migrate.run.results import Mode
    from imp_migrate.run.runner import process_bytes

    text = LATE.format(comment="")
    result = process_bytes(text.encode(), "a.py", Options(), Mode.CHECK)
    assert [(f.diagnostic.code, f.start) for f in result.findings] == [("IMP507", (5, 1))]
    plugin = Plugin(ast.parse(text), text.splitlines(keepends=True), "a.py")
    assert [(line, column, said[:6]) for line, column, said, _ in plugin.run()] == [
        (5, 0, "IMP507")
    ]
    (published,) = take(Document("file:///a.py", 1, text, None)).published
    assert (published.code, published.range.start.line) == ("IMP507", 4)


def test_what_cannot_be_read_is_for_others_to_say() -> None:
    from imp_migrate.run.results import Mode
    from imp_migrate.run.runner import process_bytes

    for data in (b"import importlib.util\nprint 'x'\n", b"import importlib.util\n# \xff\n"):
        result = process_bytes(data, "a.py", Options(), Mode.CHECK)
        assert not result.findings and not result.internal_error
    for data in (b"import imp\nprint 'x'\n", b"import imp\n# \xff\n"):
        (finding,) = process_bytes(data, "a.py", Options(), Mode.CHECK).findings
        assert finding.diagnostic.code in ("IMP901", "IMP902")
