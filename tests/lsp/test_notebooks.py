"""Notebooks in an editor: all cells are analysed as one, and edited one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from lsprotocol import types

from imp_migrate import Options
from imp_migrate.run.results import Mode
from imp_migrate.run.runner import process_bytes
from tests.lsp.editor import Buffer, Editor, applied, editor, spot
from tests.notebooks import notebook, sources

FIX_ALL = "notebook.source.fixAll.impMigrate"
CAPABILITIES = types.ClientCapabilities(
    notebook_document=types.NotebookDocumentClientCapabilities(
        types.NotebookDocumentSyncClientCapabilities()
    )
)
CELLS = (
    "# imp",
    "%cd x\nimport imp",
    "x = '😀', imp.reload(m)",
    "m = imp.load_source('a', 'b')\nm",
)


@pytest.fixture(scope="module", params=["utf-16", "utf-8"])
def session(request: pytest.FixtureRequest) -> Iterator[Editor]:
    with editor(request.param, capabilities=CAPABILITIES) as started:
        yield started


class Notebook:
    """An open notebook, whose first cell is Markdown."""

    def __init__(self, session: Editor, cells: Sequence[str]) -> None:
        self.session = session
        self.uri = f"file:///tmp/notebook-{len(session.buffers)}.ipynb"
        self.version = 1
        self.seen: dict[str, int] = {}
        self.buffers = [self._buffer(n, text) for n, text in enumerate(cells)]
        session.client.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(
                types.NotebookDocument(
                    self.uri,
                    "jupyter-notebook",
                    self.version,
                    [self._cell(buffer, not n) for n, buffer in enumerate(self.buffers)],
                ),
                [self._item(buffer, not n) for n, buffer in enumerate(self.buffers)],
            )
        )

    def _buffer(self, number: int, text: str) -> Buffer:
        uri = f"vscode-notebook-cell:{self.uri.removeprefix('file:')}#W{number}"
        self.session.buffers[uri] = Buffer(uri, text)
        return self.session.buffers[uri]

    def _cell(self, buffer: Buffer, is_text: bool) -> types.NotebookCell:
        kind = types.NotebookCellKind.Markup if is_text else types.NotebookCellKind.Code
        return types.NotebookCell(kind, buffer.uri)

    def _item(self, buffer: Buffer, is_text: bool) -> types.TextDocumentItem:
        language = "markdown" if is_text else "python"
        return types.TextDocumentItem(buffer.uri, language, buffer.version, buffer.text)

    @property
    def code(self) -> list[str]:
        return [buffer.text for buffer in self.buffers[1:]]

    def diagnostics(self, cell: int) -> list[types.Diagnostic]:
        """Those of the present version of the notebook, which other cells may have changed."""
        buffer = self.buffers[cell]
        while True:
            found = self.session.diagnostics(buffer, self.seen.get(buffer.uri, 0))
            if all(d.data["version"] == self.version for d in found):
                return found
            self.seen[buffer.uri] = len(buffer.published)

    def _changed(self, change: types.NotebookDocumentCellChanges) -> None:
        self.version += 1
        self.seen = {buffer.uri: len(buffer.published) for buffer in self.buffers}
        self.session.client.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(
                types.VersionedNotebookDocumentIdentifier(self.version, self.uri),
                types.NotebookDocumentChangeEvent(cells=change),
            )
        )

    def change(self, cell: int, text: str) -> None:
        buffer = self.buffers[cell]
        buffer.text, buffer.version = text, buffer.version + 1
        content = types.NotebookDocumentCellContentChanges(
            types.VersionedTextDocumentIdentifier(buffer.version, buffer.uri),
            [types.TextDocumentContentChangeWholeDocument(text)],
        )
        self._changed(types.NotebookDocumentCellChanges(text_content=[content]))

    def remove(self, cell: int) -> Buffer:
        buffer = self.buffers.pop(cell)
        structure = types.NotebookDocumentCellChangeStructure(
            types.NotebookCellArrayChange(cell, 1, []), did_close=[buffer.identifier]
        )
        self._changed(types.NotebookDocumentCellChanges(structure=structure))
        return buffer

    def close(self) -> None:
        self.session.client.notebook_document_did_close(
            types.DidCloseNotebookDocumentParams(
                types.NotebookDocumentIdentifier(self.uri),
                [buffer.identifier for buffer in self.buffers],
            )
        )

    def apply(self, action: types.CodeAction) -> None:
        assert action.edit is not None
        assert action.edit.changes is not None
        for cell, buffer in enumerate(self.buffers):
            if buffer.uri in action.edit.changes:
                edits = action.edit.changes[buffer.uri]
                self.change(cell, applied(buffer.text, edits, self.session.encoding))


def migrated(cells: Sequence[str]) -> list[str]:
    data = notebook(("markdown", cells[0]), *cells[1:])
    return sources(process_bytes(data, "nb.ipynb", Options(), Mode.WRITE).after)[1:]


def test_cells_are_one_module(session: Editor) -> None:
    opened = Notebook(session, CELLS)
    (found,) = opened.diagnostics(2)
    assert found.code == "IMP101"
    assert found.range == spot(CELLS[2], "imp.reload", session.encoding)
    (found,) = opened.diagnostics(1)
    assert found.range == spot(CELLS[1], "import imp", session.encoding)
    (found,) = opened.diagnostics(3)
    assert found.code == "IMP207"


def test_a_quick_fix_edits_the_cells_that_it_concerns(session: Editor) -> None:
    opened = Notebook(session, CELLS)
    actions = session.actions(opened.buffers[2], opened.diagnostics(2), only=["quickfix"])
    assert [action.title.partition(": ")[2] for action in actions] == [
        "Use importlib.reload",
        "Ignore IMP101 on this line",
    ]
    opened.apply(actions[0])
    # The import stays: another cell uses it.
    assert opened.code[:2] == [
        "%cd x\nimport imp\nimport importlib",
        "x = '😀', importlib.reload(m)",
    ]
    assert opened.code[2] == CELLS[3]


def test_an_expression_that_is_timed(session: Editor) -> None:
    cells = ("# imp", "import imp", "x = 1\n%time '😀', imp.reload(m)")
    opened = Notebook(session, cells)
    (found,) = opened.diagnostics(2)
    assert found.range == spot(cells[2], "imp.reload", session.encoding)
    (fix, *_) = session.actions(opened.buffers[2], [found], only=["quickfix"])
    opened.apply(fix)
    assert opened.code[1] == "x = 1\n%time '😀', importlib.reload(m)"


def test_quick_fixes_one_by_one_give_what_write_gives(session: Editor) -> None:
    opened = Notebook(session, CELLS)
    for cell in (2, 3):
        (fix, *_) = session.actions(opened.buffers[cell], opened.diagnostics(cell), ["quickfix"])
        opened.apply(fix)
    assert opened.code == migrated(CELLS)
    assert opened.diagnostics(1) == opened.diagnostics(2) == opened.diagnostics(3) == []


def test_all_fixes_of_a_notebook(session: Editor) -> None:
    opened = Notebook(session, CELLS)
    # Asked of each cell, it would be applied as often.
    assert session.actions(opened.buffers[2], only=["source.fixAll"]) == []
    (fix,) = session.actions(opened.buffers[2], only=[FIX_ALL])
    opened.apply(fix)
    assert opened.code == migrated(CELLS)


def test_comments_and_words_about_a_rule(session: Editor) -> None:
    opened = Notebook(session, CELLS)
    found = opened.diagnostics(2)
    ignore = session.actions(opened.buffers[2], found, only=["quickfix"])[1]
    opened.apply(ignore)
    assert opened.code[1] == "x = '😀', imp.reload(m)  # noqa: IMP101"
    assert opened.diagnostics(2) == []
    place = spot(opened.code[1], "IMP101", session.encoding).start
    about = session.hover(opened.buffers[2], place.line, place.character)
    assert about is not None
    assert "imp-reload" in str(about.contents)
    place = spot(CELLS[3], "imp.load", session.encoding).start
    about = session.hover(opened.buffers[3], place.line, place.character)
    assert about is not None
    assert "IMP207" in str(about.contents)


def test_cells_come_change_and_go(session: Editor) -> None:
    opened = Notebook(session, CELLS)
    assert len(opened.diagnostics(3)) == 1
    opened.change(3, "m = 1")
    assert opened.diagnostics(3) == []
    opened.change(2, "x = imp.reload(m")
    assert [d.code for d in opened.diagnostics(2)] == []  # somebody types
    opened.change(2, "x = imp.reload(m)")
    assert [d.code for d in opened.diagnostics(2)] == ["IMP101"]
    gone = opened.remove(1)
    session.wait_until(lambda: gone.published[-1].diagnostics == ())
    # Without the import it is somebody else's.
    session.wait_until(lambda: opened.buffers[1].published[-1].diagnostics == ())
    opened.close()
    session.wait_until(lambda: opened.buffers[1].published[-1].version is None)


def test_a_cell_is_never_analysed_alone(session: Editor) -> None:
    uri = "vscode-notebook-cell:/tmp/unknown.ipynb#W1"
    item = types.TextDocumentItem(uri, "python", 1, "import imp\n")
    session.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(uri),
        types.Range(types.Position(0, 0), types.Position(0, 0)),
        types.CodeActionContext([]),
    )
    assert session.run(session.client.text_document_code_action_async(params)) == ()
