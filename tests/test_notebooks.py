"""Notebooks on the command line, and what the analysis makes of cells."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from imp_migrate import Options
from imp_migrate.report.formats import render
from imp_migrate.run.results import FileResult, Finding, Mode, Run
from imp_migrate.run.runner import process_bytes
from imp_migrate.run.suppress import add_noqa
from imp_migrate.transform.edits import apply_edits

from .command import environment, run
from .notebooks import notebook, sources

SIMPLE = notebook(("markdown", "imp"), "%cd x", "import imp", "import m\nimp.reload(m)")
MIGRATED = notebook(
    ("markdown", "imp"), "%cd x", "import importlib", "import m\nimportlib.reload(m)"
)


PLAYED = Path(__file__).parent.parent / "fixtures" / "notebooks"


def checked(*cells: str | tuple[str, str], **options: object) -> FileResult:
    """What a check says about a notebook with these cells."""
    data = notebook(*cells)
    settings = Options(**options)  # type: ignore[arg-type]
    return process_bytes(data, "nb.ipynb", settings, Mode.CHECK, all_edits=True)


def migrated(*cells: str | tuple[str, str], **options: object) -> list[str]:
    """The cells after a migration."""
    settings = Options(**options)  # type: ignore[arg-type]
    result = process_bytes(notebook(*cells), "nb.ipynb", settings, Mode.WRITE)
    assert not result.internal_error, result.internal_error
    return sources(result.after)


def said(result: FileResult) -> list[str]:
    assert not result.internal_error, result.internal_error
    return [f"{f.place} {f.diagnostic.code} {f.diagnostic.message}" for f in result.findings]


# -- the command -----------------------------------------------------------


def test_report_and_write(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "nb.ipynb"
    path.parent.mkdir()
    path.write_bytes(SIMPLE)
    done = run("--output-format=concise", cwd=tmp_path)
    assert done.returncode == 1
    lines = done.stdout.decode().splitlines()
    assert lines[0].startswith("sub/nb.ipynb:cell 3:1:1: IMP401 imp was removed")
    assert lines[1].startswith("sub/nb.ipynb:cell 4:2:1: IMP101 imp.reload was removed")
    done = run("--write", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"Rewrote 2 spots in 1 file; 0 left.\n")
    assert path.read_bytes() == MIGRATED
    assert run(cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("cells", "language"),
    [
        ((("markdown", "import imp"),), "python"),
        ((("raw", "import imp"),), "python"),
        (("",), "python"),
        (("library(imp)",), "R"),
    ],
)
def test_without_python_nothing_changes(
    cells: tuple[str | tuple[str, str], ...], language: str, tmp_path: Path
) -> None:
    path = tmp_path / "nb.ipynb"
    data = notebook(("markdown", "imp"), *cells, language=language)
    path.write_bytes(data)
    done = run("--write", str(path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert path.read_bytes() == data


def test_the_diff_is_one_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "nb.ipynb").write_bytes(SIMPLE)
    done = run("--diff", cwd=tmp_path)
    changed = [line for line in done.stdout.decode().splitlines() if line[0] in "+-"]
    assert changed == [
        "--- nb.ipynb",
        "+++ nb.ipynb",
        '-    "import imp"',
        '+    "import importlib"',
        '-    "imp.reload(m)"',
        '+    "importlib.reload(m)"',
    ]


def test_standard_input(tmp_path: Path) -> None:
    done = run("-", "--write", "--stdin-filename=a.ipynb", stdin=SIMPLE, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, MIGRATED)
    done = run(
        "-", "--output-format=concise", "--stdin-filename=a.ipynb", stdin=SIMPLE, cwd=tmp_path
    )
    assert done.stdout.startswith(b"a.ipynb:cell 3:1:1: IMP401")


def test_without_nbformat(tmp_path: Path) -> None:
    (tmp_path / "nbformat.py").write_text("raise ModuleNotFoundError")
    (tmp_path / "a.ipynb").write_bytes(SIMPLE)
    (tmp_path / "b.ipynb").write_bytes(notebook("import os"))
    (tmp_path / "c.py").write_bytes(b"import imp\n")
    path = f"{tmp_path}:{Path(__file__).parent.parent}"
    done = run("-q", "--output-format=concise", "--write", "a.ipynb", cwd=tmp_path, PYTHONPATH=path)
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "error: a.ipynb: to read a notebook that mentions imp:"
        ' pip install "imp-migrate[notebooks]"\n'
    )
    assert (tmp_path / "a.ipynb").read_bytes() == SIMPLE
    assert run("b.ipynb", cwd=tmp_path, PYTHONPATH=path).returncode == 0
    assert run("c.py", "--write", cwd=tmp_path, PYTHONPATH=path).returncode == 0


def test_a_notebook_of_no_concern_costs_nothing_but_the_scan() -> None:
    script = """
import sys
from imp_migrate.options import Options
from imp_migrate.run import runner
from imp_migrate.run.results import Mode
runner.process_bytes(sys.stdin.buffer.read(), "a.ipynb", Options(), Mode.WRITE)
print([m for m in ("json", "nbformat", "imp_migrate.text.notebook") if m in sys.modules])
"""
    for cell, expected in (("import os", b"[]\n"), ("import imp", b"")):
        done = subprocess.run(
            [sys.executable, "-c", script],
            input=notebook(cell),
            capture_output=True,
            check=True,
            env=environment(),
        )
        assert done.stdout.startswith(expected)
        assert (b"nbformat" in done.stdout) is (cell == "import imp")


def test_broken_notebooks_are_left_alone(tmp_path: Path) -> None:
    broken = b'{"cells": [\n"import imp"'
    (tmp_path / "a.ipynb").write_bytes(broken)
    done = run("--write", "--output-format=concise", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith(b"a.ipynb:2:1: IMP901 not a notebook: ")
    assert (tmp_path / "a.ipynb").read_bytes() == broken


def test_other_files_know_what_a_notebook_takes(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "tools.py").write_text(
        "from imp import find_module\nprint(find_module('a', 'b'))\n"
    )
    (tmp_path / "nb.ipynb").write_bytes(notebook("x = 1\nfrom tools import find_module"))
    done = run("--output-format=concise", cwd=tmp_path)
    lines = done.stdout.decode().splitlines()
    assert lines[0].startswith("nb.ipynb:cell 1:2:1: IMP408")
    assert "because nb.ipynb takes it from here" in lines[1]


def test_a_notebook_that_patches(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "tools.py").write_text(
        "from imp import find_module\nprint(find_module('a', 'b'))\n"
    )
    cells = ("import tools", "x = 1\ntools.find_module = print")
    (tmp_path / "nb.ipynb").write_bytes(notebook(*cells))
    done = run("--output-format=concise", "tools.py", cwd=tmp_path)
    assert "nb.ipynb, line 2 of cell 2, puts something else in its place" in done.stdout.decode()


@pytest.mark.parametrize("cell", ["from tools import load_source", "tools.load_source = print"])
def test_a_function_that_keeps_its_name_for_a_notebook(tmp_path: Path, cell: str) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "tools.py").write_text("from imp import load_source\nload_source('a', 'b')\n")
    (tmp_path / "nb.ipynb").write_bytes(notebook("import tools", cell))
    assert run("--write", cwd=tmp_path).returncode == 0
    assert "\ndef load_source(name, pathname, file=None):\n" in (tmp_path / "tools.py").read_text()


@pytest.mark.parametrize("path", sorted(PLAYED.glob("*.ipynb")), ids=lambda path: path.stem)
def test_only_sources_change(path: Path) -> None:
    """The notebooks that `python -m tests.kernel` runs."""
    data = path.read_bytes()
    result = process_bytes(data, str(path), Options(), Mode.WRITE)
    assert not result.remaining
    before, after = json.loads(data), json.loads(result.after)
    changed = [
        number
        for number, (old, new) in enumerate(zip(before["cells"], after["cells"], strict=True), 1)
        if old != new
    ]
    for old, new in zip(before["cells"], after["cells"], strict=True):
        old.pop("source"), new.pop("source")
    assert before == after
    assert set(changed) >= {f.cell for f in result.findings}


# -- cells -----------------------------------------------------------------


def test_a_helper_goes_into_the_cell_with_the_import() -> None:
    first, second, third, fourth = migrated(
        "import os\nprint(1)", "x = 1\nimport imp", "import numpy", "m = imp.load_source('a', 'b')"
    )
    assert (first, third) == ("import os\nprint(1)", "import numpy")
    assert second.startswith(
        "x = 1\nimport importlib.machinery\nimport importlib.util\nimport sys\n"
    )
    assert "\n\n\ndef _load_source(name, path):\n" in second
    assert second.endswith("return sys.modules[name]  # it may have replaced itself")
    assert fourth == "m = _load_source('a', 'b')"


def test_a_helper_for_an_import_in_a_function() -> None:
    _, second, third = migrated(
        "import os\ndef g(): pass",
        "def f():\n    import imp\n    return imp.load_source('a', 'b')\n",
        "f()",
    )
    assert second.startswith("import importlib.machinery\nimport importlib.util\nimport sys\n\n\n")
    assert second.endswith("\n\n\ndef f():\n    return _load_source('a', 'b')\n")
    assert third == "f()"


def test_every_cell_brings_its_imports() -> None:
    cells = ("import imp", "imp.reload(a)", "import imp\nimp.reload(b)")
    assert migrated(*cells) == [
        "import importlib",
        "importlib.reload(a)",
        "import importlib\nimportlib.reload(b)",
    ]


def test_the_value_that_a_cell_shows() -> None:
    _, shown, hidden, suppressed = migrated(
        "import imp", "imp.find_module('x')", "imp.find_module('x')\ny = 1", "imp.find_module('x');"
    )
    assert shown == "_find_module('x')"
    assert "find_spec" in hidden
    assert "find_spec" in suppressed


def test_magics_stay() -> None:
    cells = (
        "%pylab inline\nimport imp",
        "%%time\n!ls \\\n  -l\nimp.reload(a)\nfiles = !ls",
        "%%bash\nimp --version",
        "for a in b:\n    %cd {a}\n    imp.reload(a)\na?",
    )
    assert migrated(*cells) == [
        "%pylab inline\nimport importlib",
        "%%time\n!ls \\\n  -l\nimportlib.reload(a)\nfiles = !ls",
        "%%bash\nimp --version",
        "for a in b:\n    %cd {a}\n    importlib.reload(a)\na?",
    ]


@pytest.mark.parametrize(
    ("magic", "code"),
    [
        ("%time --no-raise-error imp.reload(m)", "IMP410"),
        ("%time x = imp.reload(m)", "IMP410"),
        ("%time f(x := imp.get_tag())", "IMP410"),
        ("%time f({imp.get_tag()})", "IMP410"),
        ("%time imp.reload( \\\n  m)", "IMP410"),
        ("def f(m):\n    %time imp.reload(m)", "IMP410"),
        ("x = %time imp.reload(m)", "IMP410"),
        ("%timeit -n 1 imp.reload(m)", "IMP410"),
        ("!echo {imp.get_tag()}", "IMP410"),
        ("x = !echo {imp.get_tag()}", "IMP410"),
        ("imp.reload?", "IMP410"),
        ("%%timeit\nimp.reload(m)", "IMP410"),
        ("%%timeit\nimport imp\nimp.reload(m)", "IMP413"),
        ("%%python3\nimport imp\nimp.reload(m)", "IMP413"),
        ("!python -c 'import imp'", "IMP413"),
    ],
)
def test_what_magics_use_is_reported(magic: str, code: str) -> None:
    codes = [line.split()[2] for line in said(checked("import imp", magic))]
    assert code in codes
    if code == "IMP410":
        (cell, _) = migrated("import imp", magic)
        assert cell == "import imp"


def test_names_that_magics_use_stay_what_they_are() -> None:
    cells = (
        "from imp import load_source as load, reload",
        "%timeit load('a', 'b')\n%time reload(m)",
    )
    first, second = migrated(*cells)
    assert first.splitlines() == [
        "from imp import load_source as load",
        "from importlib import reload",
    ]
    assert second == cells[1]


def test_an_expression_that_is_timed_is_rewritten() -> None:
    assert migrated("import imp\n%time imp.reload(a); # why", "x = 1\n%time  y, imp.get_tag()") == [
        "import importlib\nimport sys\n%time importlib.reload(a); # why",
        "x = 1\n%time  y, sys.implementation.cache_tag",
    ]
    told = checked("import imp", "x\n%time f(y, imp.reload(a))")
    (_, found) = told.findings
    assert found.place == "cell 2:2:12"
    _, edit = json.loads(render_one(told, "json"))[1]["fix"]["edits"]
    assert (edit["cell"], edit["content"]) == (2, "importlib")
    assert edit["location"] == {"row": 2, "column": 12}
    assert edit["end_location"] == {"row": 2, "column": 15}
    report = render_one(told, "text")
    assert "2 + %time f(y, importlib.reload(a))\n" in report
    assert "_notebook" not in report
    assert "2 | %time f(y, imp.reload(a))\n  |            ^^^^^^^^^^\n" in report


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("%time imp.find_module('a')\nx", "`%time` in cell 2 would not stay"),
        (f"%time f(imp.get_suffixes(), {'x' * 60})", "IPython would read cell 2 otherwise"),
    ],
)
def test_what_is_timed_stays_one_line(cell: str, reason: str) -> None:
    assert migrated("import imp", cell, "imp.reload(m)")[1:] == [cell, "importlib.reload(m)"]
    assert f"left alone: {reason}" in said(checked("import imp", cell))[1]


def test_names_that_a_magic_deletes() -> None:
    (found,) = said(checked("import imp", "%reset -f", "imp.reload(m)"))[1:]
    assert "line 1 of cell 2 deletes names of this module" in found
    assert migrated("import imp", "%reset -f", "import imp\nimp.reload(m)")[0] == "import imp"


def test_lines_in_messages_are_those_of_cells() -> None:
    result = checked("x = 1", "y = 1\ntry:\n    import imp\nexcept ImportError:\n    imp = None")
    (silence,) = (silence for _, silence in result.silences)
    assert silence.reason == "the except branch on line 4 of cell 2 does without it"


def test_code_that_does_not_parse() -> None:
    assert said(checked("import imp", ("markdown", "x"), "y\nprint 'x'"))[0].startswith(
        "cell 3:2:1 IMP901 not valid Python 3: "
    )
    (line,) = said(checked("import imp", "x = '''a", "y = '''\nimp.reload(y)"))
    assert line.startswith("cell 2:1:1 IMP901 not valid Python: the cell ends within a string")


def test_what_notebooks_may_do() -> None:
    assert migrated("import imp\nawait f()\nimp.reload(m)") == [
        "import importlib\nawait f()\nimportlib.reload(m)"
    ]


def test_a_cell_that_would_not_compile_is_left_alone() -> None:
    cells = ("x = 1", "from __future__ import annotations\ndef f():\n    import imp\n    {}")
    use = "return imp.load_source('a', 'b')"
    found = said(checked(cells[0], cells[1].format(use)))
    assert "left alone: cell 2 would not compile: from __future__ imports must" in str(found)
    use = "return imp.reload(f)"
    assert migrated(cells[0], cells[1].format(use))[1].count("importlib") == 2


def test_code_that_calls_magics_itself() -> None:
    for call in ("run_line_magic('time', 'imp.reload(m)')", "run_cell_magic('time', '', 'imp.x')"):
        codes = [line.split()[2] for line in said(checked("import imp", f"get_ipython().{call}"))]
        assert codes == ["IMP401", "IMP410"]


def test_helpers_are_never_looked_for_elsewhere() -> None:
    cell = migrated("import imp\nm = imp.load_source('a', 'b')", helper_module="pkg.helpers")[0]
    assert "def _load_source" in cell


def test_a_fix_that_would_cross_cells_says_so() -> None:
    (text, found) = said(
        checked("%%time\nprint(1)\ndef f():\n    import imp\n    imp.load_source('a', 'b')")
    )
    assert "left alone: `%%time` must stay first in cell 1" in found
    assert "1 use needs a person" in text or "left alone" in text


# -- edits, reports, comments ----------------------------------------------


def test_edits_stay_in_their_cells() -> None:
    result = checked("import os", "import imp", "x = 1", "m = imp.load_source('a', 'b')")
    finding = result.findings[-1]
    source = finding.source
    assert [source.cell_of(source.line_of(edit.start)) for edit in finding.edits] == [2, 4]
    after = apply_edits(source.text, finding.edits)
    assert "\n\n_notebook" not in after
    (listed,) = (
        entry for entry in json.loads(render_one(result, "json")) if entry["code"] == "IMP207"
    )
    assert listed["cell"] == 4
    assert listed["location"] == {"row": 1, "column": 5}
    assert [edit["cell"] for edit in listed["fix"]["edits"]] == [2, 4]


def render_one(result: FileResult, output_format: str) -> str:
    return "\n".join(render(Run(results=[result]), output_format, quiet=True))


def test_text_names_the_cells() -> None:
    report = render_one(checked("x", "import imp", "y = 1\nimp.reload(y)"), "text")
    assert (
        report.split("\n\n")[1]
        == (
            "nb.ipynb:cell 3:2:1 IMP101 imp.reload was removed in Python 3.12;"
            " use importlib.reload (imp-migrate --write rewrites this)\n"
            "  |\n"
            "2 | imp.reload(y)\n"
            "  | ^^^^^^^^^^\n"
            "help: Use importlib.reload\n"
            "  |\n"
            "  | in cell 2:\n"
            "1 - import imp\n"
            "1 + import importlib\n"
            "  | in cell 3:\n"
            "2 - imp.reload(y)\n"
            "2 + importlib.reload(y)"
        )
        or "in cell" not in report
    )


def test_formats_that_only_know_files_point_into_the_json() -> None:
    data = SIMPLE.decode().split("\n")
    result = process_bytes(SIMPLE, "nb.ipynb", Options(), Mode.CHECK, all_edits=True)
    for output_format in ("github", "gitlab", "sarif", "rdjson"):
        report = render_one(result, output_format)
        line = next(n for n, text in enumerate(data, 1) if '"imp.reload(m)"' in text)
        wanted = {
            "github": f"line={line},endLine={line},col=6,endColumn=16",
            "gitlab": f'"line": {line},',
            "sarif": f'"startLine": {line},',
            "rdjson": f'"line": {line},',
        }
        assert wanted[output_format] in report
        assert "cell 4" in report
    assert "nb.ipynb:cell 4:2:1" in render_one(result, "junit")
    assert '"fixes":' not in render_one(result, "sarif")


def test_comments_that_silence() -> None:
    assert [line.split()[2] for line in said(checked("import imp  # noqa: IMP", "imp.x"))] == [
        "IMP304"
    ]
    assert checked("import imp  # noqa: IMP\n%time imp.reload(x)  # noqa: IMP").findings == ()


def test_new_comments(tmp_path: Path) -> None:
    path = tmp_path / "nb.ipynb"
    path.write_bytes(notebook("%cd x\nimport imp", "imp.reload(m)\n%timeit imp.reload(m)", "y"))
    result = process_bytes(path.read_bytes(), str(path), Options(), Mode.CHECK)
    done = add_noqa(Run(results=[result]), {})
    left: list[Finding] = done.remaining
    assert [f.place for f in left] == ["cell 2:2:1"]
    assert path.read_bytes() == notebook(
        "%cd x\nimport imp  # noqa: IMP401",
        "imp.reload(m)  # noqa: IMP101\n%timeit imp.reload(m)",
        "y",
    )
