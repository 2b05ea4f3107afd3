"""An editor without a screen: the client of pygls, a server of its own, and some documents."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).parents[2]
SECONDS = 30
_WIDTHS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


@dataclass
class Buffer:
    """A document as the editor has it."""

    uri: str
    text: str
    version: int = 1
    published: list[types.PublishDiagnosticsParams] = field(default_factory=list)

    @property
    def identifier(self) -> types.TextDocumentIdentifier:
        """How requests name it."""
        return types.TextDocumentIdentifier(self.uri)


class Editor:
    """Talks to a server over its standard input and output; every call waits for the answer."""

    def __init__(
        self,
        encoding: str | None = None,
        folders: Sequence[Path] = (),
        capabilities: types.ClientCapabilities | None = None,
    ) -> None:
        self.folders = [types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
        self.capabilities = capabilities or types.ClientCapabilities()
        if encoding:
            kind = types.PositionEncodingKind(encoding)
            self.capabilities.general = types.GeneralClientCapabilities(position_encodings=[kind])
        self.encoding = encoding or "utf-16"
        self.loop = asyncio.new_event_loop()
        self.client = LanguageClient("tests", "0")
        self.buffers: dict[str, Buffer] = {}
        self.messages: list[types.ShowMessageParams] = []
        self.registered: list[types.Registration] = []
        self.server: types.InitializeResult
        self._changed = asyncio.Event()
        self._listen()

    def _listen(self) -> None:
        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.buffers[params.uri].published.append(params)
            self._changed.set()

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def shown(params: types.ShowMessageParams) -> None:
            self.messages.append(params)
            self._changed.set()

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def registered(params: types.RegistrationParams) -> None:
            self.registered += params.registrations
            self._changed.set()

    # -- the session -------------------------------------------------------

    def start(self) -> None:
        """Start a server and introduce the editor to it."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
        environment.pop("PYTHONSTARTUP", None)
        command = (sys.executable, "-m", "imp_migrate.lsp.server", "--stdio")
        self.run(self.client.start_io(*command, env=environment))
        params = types.InitializeParams(
            capabilities=self.capabilities, workspace_folders=self.folders or None
        )
        self.server = self.run(self.client.initialize_async(params))
        self.client.initialized(types.InitializedParams())

    def stop(self) -> tuple[int, str]:
        """End the session; return the exit status of the server and what it wrote to stderr."""
        self.run(self.client.shutdown_async(None))
        self.client.exit(None)
        process = self.process
        errors = self.run(process.stderr.read())
        status = self.run(process.wait())
        self.run(self.client.stop())
        self.loop.close()
        return status, errors.decode()

    @property
    def process(self) -> Any:
        """The process of the server."""
        return self.client._server

    def run(self, awaitable: Any) -> Any:
        """Wait for *awaitable*."""
        return self.loop.run_until_complete(asyncio.wait_for(awaitable, SECONDS))

    def idle(self, seconds: float) -> None:
        """Let messages come in for some time."""
        self.run(asyncio.sleep(seconds))

    def wait_until(self, condition: Any) -> None:
        """Wait until *condition* holds, which is asked after every message."""

        async def wait() -> None:
            while not condition():
                self._changed.clear()
                await self._changed.wait()

        self.run(wait())

    # -- documents ---------------------------------------------------------

    def open(self, text: str, place: Path | None = None, language: str = "python") -> Buffer:
        """Open the file *place*, which need not exist, or a document that is no file."""
        uri = place.as_uri() if place else f"untitled:Untitled-{len(self.buffers) + 1}"
        buffer = self.buffers[uri] = Buffer(uri, text)
        item = types.TextDocumentItem(uri, language, buffer.version, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return buffer

    def change(self, buffer: Buffer, text: str) -> None:
        """Replace the text of *buffer*."""
        buffer.text, buffer.version = text, buffer.version + 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(buffer.version, buffer.uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def save(self, buffer: Buffer) -> None:
        """Tell the server that *buffer* was saved."""
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(buffer.identifier))

    def close(self, buffer: Buffer) -> None:
        """Close *buffer*."""
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(buffer.identifier))

    def diagnostics(self, buffer: Buffer, after: int = 0) -> list[types.Diagnostic]:
        """The diagnostics of the present version; *after* ignores that many older answers."""

        def current() -> list[types.PublishDiagnosticsParams]:
            return [p for p in buffer.published[after:] if p.version == buffer.version]

        self.wait_until(current)
        return list(current()[-1].diagnostics)

    # -- what a user asks for ----------------------------------------------

    def actions(
        self,
        buffer: Buffer,
        diagnostics: Iterable[types.Diagnostic] = (),
        only: Sequence[str] | None = None,
        trigger: types.CodeActionTriggerKind | None = None,
    ) -> list[types.CodeAction]:
        """The code actions for *diagnostics*."""
        chosen = list(diagnostics)
        nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
        params = types.CodeActionParams(
            buffer.identifier,
            chosen[0].range if chosen else nowhere,
            types.CodeActionContext(chosen, only and [*only], trigger),
        )
        return list(self.run(self.client.text_document_code_action_async(params)))

    def hover(self, buffer: Buffer, line: int, character: int) -> types.Hover | None:
        """What the server says about a place."""
        params = types.HoverParams(buffer.identifier, types.Position(line, character))
        return self.run(self.client.text_document_hover_async(params))

    def apply(self, action: types.CodeAction) -> None:
        """Carry out *action* and tell the server."""
        assert action.edit is not None
        if action.edit.changes:
            changes = dict(action.edit.changes)
        else:
            changes = {}
            for change in action.edit.document_changes or ():
                assert isinstance(change, types.TextDocumentEdit)
                assert (
                    change.text_document.version == self.buffers[change.text_document.uri].version
                )
                changes[change.text_document.uri] = change.edits
        for uri, edits in changes.items():
            buffer = self.buffers[uri]
            self.change(buffer, applied(buffer.text, edits, self.encoding))


@contextmanager
def editor(*arguments: Any, **options: Any) -> Iterator[Editor]:
    """An editor with a server, which must end well and in silence."""
    session = Editor(*arguments, **options)
    try:
        session.start()
        yield session
        status, errors = session.stop()
        assert (status, errors) == (0, "")
    finally:
        if session.process and session.process.returncode is None:
            session.process.kill()


def applied(text: str, edits: Sequence[types.TextEdit], encoding: str = "utf-16") -> str:
    """*text* after *edits*, as the protocol describes it; written without the server's help."""
    spans = [
        (offset(text, edit.range.start, encoding), offset(text, edit.range.end, encoding), edit)
        for edit in edits
    ]
    for (_, end, _), (start, _, _) in itertools.pairwise(spans):
        assert end < start, "edits are in order and do not touch"
    for start, end, edit in reversed(spans):
        text = text[:start] + edit.new_text + text[end:]
    return text


def offset(text: str, position: types.Position, encoding: str = "utf-16") -> int:
    """The offset of *position*, which must exist in *text*."""
    codec, width = _WIDTHS[encoding]
    start = 0
    for _ in range(position.line):
        while text[start] not in "\r\n":
            start += 1
        start += 2 if text.startswith("\r\n", start) else 1
    end = start
    while end < len(text) and text[end] not in "\r\n":
        end += 1
    line = text[start:end].encode(codec)
    assert position.character * width <= len(line), "a position lies on its line"
    return start + len(line[: position.character * width].decode(codec))


def spot(text: str, needle: str, encoding: str = "utf-16") -> types.Range:
    """The range of the first *needle* in *text*."""
    codec, width = _WIDTHS[encoding]

    def position(at: int) -> types.Position:
        lines = text[:at].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return types.Position(len(lines) - 1, len(lines[-1].encode(codec)) // width)

    start = text.index(needle)
    return types.Range(position(start), position(start + len(needle)))
