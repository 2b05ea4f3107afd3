"""Notebooks: read as one text, written back cell by cell, everything else byte for byte."""

from __future__ import annotations

import json
import pickle
import sys

import pytest

from imp_migrate.text.notebook import Notebook, NotebookSource, code_of, read_notebook
from imp_migrate.text.reading import MissingLibraryError, NotebookError
from imp_migrate.text.scan import may_be_relevant as may_concern
from imp_migrate.text.source import DecodeError, Unmappable
from tests.notebooks import notebook, sources

CELLS = (
    ("markdown", "# imp"),
    "%matplotlib inline\nimport os",
    "import imp\n",
    "",
    "if x:\n    !ls \\\n      -l\nimp.reload(x)",
)


def read(*cells: str | tuple[str, str]) -> NotebookSource:
    return read_notebook(notebook(*cells), "nb.ipynb")


def test_lines_are_counted_in_each_cell() -> None:
    source = read(*CELLS)
    spot = source.text.index("imp.reload")
    assert source.position(spot) == (4, 1)
    assert source.cell_of(source.line_of(spot)) == 5
    assert source.place(source.line_of(spot)) == "line 4 of cell 5"
    assert source.position(source.text.index("import os")) == (2, 1)
    assert source.cell_of(1) == 2


def test_the_user_sees_what_they_wrote() -> None:
    source = read(*CELLS)
    shown = [source.shown(line) for line in range(1, len(source.line_starts))]
    cells = [cell for cell in CELLS if isinstance(cell, str)]
    wanted = [line for cell in cells for line in cell.split("\n")]
    assert [line for line in shown if "_notebook_cell" not in line] == wanted
    inside = source.text.index("run('ls")
    assert source.position(inside) == (2, 5)
    assert source.position(inside + 5, is_end=True) == (2, 10)


def test_unchanged_text_gives_the_same_bytes() -> None:
    data = notebook(*CELLS)
    source = read_notebook(data, "nb.ipynb")
    assert source.encode(source.text) == data


@pytest.mark.parametrize("indent", [None, 0, 1, 4])
@pytest.mark.parametrize("lines", [True, False])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_only_the_changed_cell_changes(
    indent: int | None, lines: bool, ascii_only: bool, end: str
) -> None:
    cells = ("x = 'é\\t'\n", "import imp\nimp.reload('é')\ny = '😀'", "z = 'ü'")
    changed = (cells[0], "import importlib\nimportlib.reload('é')\ny = '😀'", cells[2])
    before, after = (
        notebook(*some, indent=indent, lines=lines, ascii_only=ascii_only, end=end)
        for some in (cells, changed)
    )
    source = read_notebook(before, "nb.ipynb")
    text = source.text.replace("import imp\nimp.", "import importlib\nimportlib.")
    assert source.encode(text) == after


def test_what_is_odd_in_the_json_stays() -> None:
    raw = (
        b'{"nbformat":4,  "nbformat_minor": 2, "metadata": {}, "cells":\t[ {"source":'
        b' ["import imp\\u000a", "imp.re" , "load(x) # \\/"], "cell_type":"code",'
        b'"outputs":[{"output_type":"stream","name":"stdout","text":"imp\\n\\u00e9"}],'
        b' "execution_count":3, "metadata":{} } ] }\r\n\r\n'
    )
    source = read_notebook(raw, "nb.ipynb")
    assert source.text == "import imp\nimp.reload(x) # /\n"
    after = source.encode(source.text.replace("import imp\n", "import imp, os\n"))
    head, tail = raw.index(b"["), raw.index(b'"cell_type"')
    new = b'["import imp, os\\n", "imp.reload(x) # /"], '
    start = raw.index(b'["import')
    assert head < start
    assert after == raw[:start] + new + raw[tail:]


def test_a_cell_that_becomes_empty_or_grows() -> None:
    for lines, empty in ((True, []), (False, "")):
        data = notebook("import imp", "x = 1", lines=lines)
        source = read_notebook(data, "nb.ipynb")
        after = source.encode(source.text.replace("import imp\n", "", 1))
        assert json.loads(after)["cells"][0]["source"] == empty
        after = source.encode(source.text.replace("x = 1", "x = 1\ny = 2"))
        assert after == notebook("import imp", "x = 1\ny = 2", lines=lines)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("_notebook_cell_1()\n", "", "would cross the end of cell 2"),
        ("_notebook_cell_1()\n", "  _notebook_cell_1()\n", "would cross the end of cell 2"),
        ("_notebook_cell_1()\n", "_notebook_cell_1()\n_notebook_cell_1()\n", "would repeat a cell"),
        ("_notebook_part_0()", "pass", "`%matplotlib inline` in cell 2 would not stay"),
        ("import imp\n", "import imp\n!ls\n", "IPython would read cell 3 otherwise"),
        ("import imp\n", "import imp\nx = (\n", "IPython would read cell 3 otherwise"),
        ("import imp\n", "import imp\nx = )\n", "cell 3 would not compile: "),
        ("imp.reload(x)", "y = imp.reload(x)", "cell 5 would no longer end with what it ends with"),
    ],
)
def test_what_cannot_be_put_back(old: str, new: str, reason: str) -> None:
    source = read(*CELLS)
    if "part" in old:
        old = next(s.code for s in source.cells.stand_ins if s.text == "%matplotlib inline")
    with pytest.raises(Unmappable, match=reason):
        source.encode(source.text.replace(old, new))


def test_a_cell_magic_stays_first() -> None:
    source = read("%%time\nimport imp")
    with pytest.raises(Unmappable, match="must stay first in cell 1"):
        source.encode("import os\n" + source.text)


def test_positions_in_the_file() -> None:
    data = notebook(("markdown", "x"), "import imp\nx = '\té', imp.reload")
    lines = data.decode().split("\n")
    source = read_notebook(data, "nb.ipynb")
    start = source.text.index("imp.reload")
    line, column = source.in_file(start)
    assert lines[line - 1][column - 1 :].startswith('imp.reload"')
    assert source.in_file(start + 10, is_end=True) == (line, column + 10)
    line, column = source.in_file(0)
    assert lines[line - 1][column - 1 :].startswith("import imp\\n")


@pytest.mark.parametrize(
    "cell",
    ["import imp", "x\nimp.reload", "x\timp", "x = 1\nimport importlib.util as imp", "\fimp"],
)
def test_the_bytes_say_what_may_concern_us(cell: str) -> None:
    assert may_concern(notebook(cell, lines=False))


def test_other_notebooks_do_not_concern_us() -> None:
    assert not may_concern(notebook("import os\nsimp = 1\nimport imports"))
    assert read_notebook(notebook(("markdown", "imp"), "x"), "nb.ipynb").text == ""
    assert read_notebook(notebook("library(imp)", language="R"), "nb.ipynb").text == ""


def test_a_notebook_of_no_concern_imports_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nbformat", None)
    read_notebook(notebook(("markdown", "imp"), "x"), "nb.ipynb")
    with pytest.raises(MissingLibraryError, match=r'pip install "imp-migrate\[notebooks\]"'):
        read_notebook(notebook("import imp"), "nb.ipynb")


@pytest.mark.parametrize(
    ("data", "code", "line", "reason"),
    [
        (b'{"cells": [],\n imp', "IMP901", 2, "not a notebook: "),
        (b"[]", "IMP901", 1, "not a notebook: no JSON object"),
        (b'{"nbformat": 4}', "IMP901", 1, "it has no cells"),
        (b'{"nbformat": 3, "worksheets": []}', "IMP904", 1, "format 3"),
        (b"[" * 100_000, "IMP901", 1, "nested too deeply"),
        (
            notebook("import imp").replace(b": null", b': "first"'),
            "IMP904",
            1,
            "not a valid notebook: ",
        ),
        (
            notebook("import imp").replace(b'"import imp"', b"3"),
            "IMP901",
            1,
            "the source of cell 1 is no text",
        ),
    ],
)
def test_no_notebooks(data: bytes, code: str, line: int, reason: str) -> None:
    with pytest.raises(NotebookError, match=reason) as caught:
        read_notebook(data, "nb.ipynb")
    assert (caught.value.code, caught.value.line) == (code, line)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(DecodeError):
        read_notebook(b'{"cells": "\xff"}', "nb.ipynb")
    assert code_of(b"\xff") == b""


def test_the_last_of_several_keys_counts() -> None:
    data = notebook("import imp").replace(b'"source"', b'"source": ["no"],\n   "source"')
    source = read_notebook(data, "nb.ipynb")
    assert source.text == "import imp\n"
    assert sources(source.encode("import os\n")) == ["import os"]


def test_names_of_stand_ins_are_free() -> None:
    source = read("import imp\n_notebook_cell_1()", "_notebook_ = 1", "%cd x")
    assert source.cells.mark == "_notebook__"
    assert source.encode(source.text) == source.notebook.text.encode()


def test_sources_travel_to_other_processes() -> None:
    source = read(*CELLS)
    assert source.place(1) == "line 1 of cell 2"
    assert pickle.loads(pickle.dumps(source)).texts(source.text) == source.texts(source.text)


def test_languages_of_cells() -> None:
    document = json.loads(notebook("import imp", "imp <- 3"))
    document["cells"][1]["metadata"] = {"vscode": {"languageId": "r"}}
    data = json.dumps(document).encode()
    assert [is_python for _, _, is_python in Notebook.parse(data).cells] == [True, False]
    source = read_notebook(data, "nb.ipynb")
    assert source.shown(3) == "imp <- 3"
    assert source.encode(source.text) == data
