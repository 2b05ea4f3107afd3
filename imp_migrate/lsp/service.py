"""What the server does about each message of the protocol."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from .. import __version__
from ..text.reading import is_notebook
from .actions import KINDS, code_actions
from .cells import CellDocument, cells_of
from .desk import PAUSE, Desk
from .hover import hover
from .protocol import Protocol
from .snapshot import Document, Snapshot

_CONFIGURATION = "pyproject.toml"


class Server(LanguageServer):
    """The language server: what it knows of the client, and its desk."""

    protocol: Protocol

    def __init__(self) -> None:
        # Full texts: pygls 2 counts lines as str.splitlines does, so that after a form feed
        # it would apply the change of a part in the wrong place.
        super().__init__(
            "imp-migrate-lsp",
            __version__,
            types.TextDocumentSyncKind.Full,
            # All cells, also those of other languages: their numbers are those of the notebook.
            types.NotebookDocumentSyncOptions(
                [types.NotebookDocumentFilterWithNotebook(notebook="*")], save=True
            ),
            protocol_cls=Protocol,
        )
        self.desk = Desk(self.show)
        self.status = 0  #: the exit status
        self._told: set[str] = set()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Tell the client of *error*: as the answer to what held no JSON, else as a message."""
        if isinstance(error, ValueError | RecursionError) and source is JsonRpcException:
            self.protocol.refuse(None, types.ErrorCodes.ParseError.value, "not a message in JSON")
        else:
            super().report_server_error(error, source)

    def can(self, capability: Any) -> bool:
        """Say whether the client has *capability*, a dotted name of the protocol."""
        return bool(get_capability(self.client_capabilities, capability))

    def read(self, uri: str, pause: float = 0) -> None:
        """Have the present text of the document *uri*, if it is Python, analysed."""
        notebook = self.workspace.get_notebook_document(cell_uri=uri)
        if notebook is not None:
            self.read_notebook(notebook, pause)
        if notebook is not None or _is_cell(uri):
            return  # a cell is never analysed alone
        item = self.workspace.get_text_document(uri)
        if "python" not in (item.language_id or "python").lower():
            return
        text, version = item.source, item.version or 0
        self.desk.put(Document(uri, version, text, to_fs_path(uri), *self._session()), pause)

    def read_notebook(self, notebook: types.NotebookDocument, pause: float = 0) -> None:
        """Have the present text of *notebook* analysed, all its code cells as one."""
        cells: list[CellDocument] = []
        for number, cell in enumerate(notebook.cells, 1):
            item = self.workspace.get_text_document(cell.document)
            if cell.kind is types.NotebookCellKind.Code:
                is_python = "python" in (item.language_id or "python").lower()
                cells.append(
                    CellDocument(cell.document, item.version or 0, item.source, number, is_python)
                )
        text = cells_of(cells).joined
        place = notebook.uri, notebook.version, text, to_fs_path(notebook.uri)
        self.desk.put(Document(*place, *self._session(), tuple(cells)), pause)

    def document_of(self, uri: str) -> str:
        """The document to which *uri* belongs: its notebook if it is a cell."""
        notebook = self.workspace.get_notebook_document(cell_uri=uri)
        return uri if notebook is None else notebook.uri

    def _session(self) -> tuple[str, tuple[str, ...]]:
        """What was agreed on: the position encoding and the folders."""
        folders = (to_fs_path(folder.uri) for folder in self.workspace.folders.values())
        encoding = types.PositionEncodingKind(self.workspace.position_encoding).value
        return encoding, tuple(folder for folder in folders if folder)

    def read_again(self) -> None:
        """Have all open documents analysed: their settings may have changed."""
        self._told.clear()
        for document in self.desk.documents:
            notebook = self.workspace.get_notebook_document(notebook_uri=document.uri)
            if notebook is not None:
                self.read_notebook(notebook)
            else:
                self.read(document.uri)

    def show(self, snapshot: Snapshot) -> None:
        """Send the diagnostics of *snapshot* to the client."""
        document, found = snapshot.document, snapshot.by_document
        versions = {cell.uri: cell.version for cell in document.cells}
        for uri, version in versions.items() or ((document.uri, document.version),):
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(uri, found.get(uri, []), version)
            )
        problem = snapshot.settings.problem
        if problem and problem not in self._told:
            self._told.add(problem)
            self.window_show_message(
                types.ShowMessageParams(types.MessageType.Error, f"imp-migrate: {problem}")
            )

    def watch_configuration(self) -> None:
        """Ask the client to say when a pyproject.toml changes."""
        watcher = types.FileSystemWatcher(glob_pattern=f"**/{_CONFIGURATION}")
        options = types.DidChangeWatchedFilesRegistrationOptions([watcher])
        self.client_register_capability(
            types.RegistrationParams(
                [
                    types.Registration(
                        "configuration", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options
                    )
                ]
            )
        )


def _is_cell(uri: str) -> bool:
    """Say whether *uri* names a cell, though the client has told of no notebook."""
    path, fragment = uri.partition("#")[::2]
    return uri.startswith("vscode-notebook-cell:") or (is_notebook(path) and bool(fragment))


def create_server() -> Server:
    """A server that knows what to do about every message it may get."""
    server = Server()

    @server.feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        if server.can("workspace.did_change_watched_files.dynamic_registration"):
            server.watch_configuration()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.read(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.read(params.text_document.uri, PAUSE)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.read(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.desk.remove(uri)
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def notebook_opened(params: types.DidOpenNotebookDocumentParams) -> None:
        read_notebook(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def notebook_changed(params: types.DidChangeNotebookDocumentParams) -> None:
        cells = params.change.cells
        structure = cells.structure if cells else None
        forget(cell.uri for cell in (structure.did_close if structure else None) or ())
        read_notebook(params.notebook_document.uri, PAUSE)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def notebook_saved(params: types.DidSaveNotebookDocumentParams) -> None:
        read_notebook(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def notebook_closed(params: types.DidCloseNotebookDocumentParams) -> None:
        server.desk.remove(params.notebook_document.uri)
        forget(cell.uri for cell in params.cell_text_documents)

    def read_notebook(uri: str, pause: float = 0) -> None:
        notebook = server.workspace.get_notebook_document(notebook_uri=uri)
        if notebook is not None:
            server.read_notebook(notebook, pause)

    def forget(uris: Iterable[str]) -> None:
        for uri in uris:
            server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        if any(change.uri.endswith(_CONFIGURATION) for change in params.changes):
            server.read_again()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configuration_changed(_: types.DidChangeConfigurationParams) -> None:
        server.read_again()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders_changed(_: types.DidChangeWorkspaceFoldersParams) -> None:
        server.read_again()

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=KINDS)
    )
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        snapshot = await server.desk.snapshot(server.document_of(uri))
        if snapshot is None:
            return []
        versioned = server.can("workspace.workspace_edit.document_changes")
        return await server.desk.work(
            code_actions, snapshot, params.range, params.context, versioned, uri
        )

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        uri = params.text_document.uri
        snapshot = await server.desk.snapshot(server.document_of(uri))
        if snapshot is None:
            return None
        formats = get_capability(server.client_capabilities, "text_document.hover.content_format")
        markdown = types.MarkupKind.Markdown in (formats or ())
        return hover(snapshot, params.position, markdown, uri)

    @server.feature(types.SHUTDOWN)
    def shut_down(_: None) -> None:
        server.desk.close()

    @server.feature(types.EXIT)
    def left(_: None) -> None:
        server.status = 0 if server.protocol.is_shut_down else 1

    return server
