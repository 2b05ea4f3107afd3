"""What an editor sees, over standard input and output, with the client of pygls."""

from __future__ import annotations

import asyncio
import functools
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcRequestCancelled

from imp_migrate import Options, migrate
from imp_migrate.registry import rules
from tests.lsp.editor import ROOT, Editor, editor, offset, spot

FIX_ALL = "source.fixAll.impMigrate"
SIMPLE = "import imp\nimport settings\n\nimp.reload(settings)\n"
SIMPLE_FIXED = "import importlib\nimport settings\n\nimportlib.reload(settings)\n"
BY_HAND = "import imp\n\nprint(imp)\n"
UNSAFE = "import imp\nimport os\n"  # in an __init__.py, where others may take it from


@pytest.fixture(scope="module")
def session() -> Iterator[Editor]:
    with editor() as started:
        yield started


@pytest.fixture(scope="module")
def sessions() -> Iterator[Callable[[str], Editor]]:
    """Sessions by position encoding."""
    with ExitStack() as stack:
        yield functools.cache(lambda encoding: stack.enter_context(editor(encoding)))


def codes(diagnostics: list[types.Diagnostic]) -> list[object]:
    return [diagnostic.code for diagnostic in diagnostics]


def titles(actions: list[types.CodeAction]) -> list[str]:
    return [action.title for action in actions]


def test_what_the_server_says_it_can_do(session: Editor) -> None:
    capabilities = session.server.capabilities
    assert session.server.server_info.name == "imp-migrate-lsp"
    assert capabilities.text_document_sync.change is types.TextDocumentSyncKind.Full
    assert list(capabilities.code_action_provider.code_action_kinds) == [
        "quickfix",
        FIX_ALL,
        f"notebook.{FIX_ALL}",
    ]
    assert capabilities.hover_provider
    assert capabilities.position_encoding == "utf-16"


def test_diagnostics_of_an_untitled_document(session: Editor) -> None:
    found = session.diagnostics(session.open(SIMPLE))
    assert codes(found) == ["IMP401", "IMP101"]
    reload = found[1]
    assert reload.range == spot(SIMPLE, "imp.reload")
    assert reload.source == "imp-migrate"
    assert reload.severity is types.DiagnosticSeverity.Warning
    assert reload.message.startswith("imp.reload was removed in Python 3.12; use importlib")
    assert reload.code_description == types.CodeDescription(rules()["IMP101"].url)


def test_documents_without_imp_have_no_diagnostics(session: Editor) -> None:
    assert session.diagnostics(session.open("import importlib\nprint(1)\n")) == []


def test_quick_fix_changes_the_spot_and_the_import_only(session: Editor) -> None:
    text = "import imp\nimport a, b\n\nimp.reload(a)   # a\nimp.reload(b)   # b\n"
    buffer = session.open(text)
    second = session.diagnostics(buffer)[2]
    [fix] = session.actions(buffer, [second], only=["quickfix"])[:1]
    assert fix.title == "imp-migrate: Use importlib.reload"
    assert fix.kind == "quickfix"
    assert fix.is_preferred
    assert codes(fix.diagnostics) == ["IMP101"]
    session.apply(fix)
    assert buffer.text == (
        "import imp\nimport importlib\nimport a, b\n\n"
        "imp.reload(a)   # a\nimportlib.reload(b)  # b\n"
    )
    assert codes(session.diagnostics(buffer)) == ["IMP401", "IMP101"]


def test_quick_fix_needs_no_analysis(session: Editor) -> None:
    """The title travels with the diagnostic: what comes back with it is what is offered."""
    buffer = session.open(SIMPLE)
    reload = session.diagnostics(buffer)[1]
    reload.data["title"] = "Anything"
    assert titles(session.actions(buffer, [reload]))[0] == "imp-migrate: Anything"


def test_quick_fix_for_clients_that_keep_no_data(session: Editor) -> None:
    buffer = session.open(SIMPLE)
    reload = session.diagnostics(buffer)[1]
    reload.data = reload.source = None
    [fix] = session.actions(buffer, [reload], only=["quickfix"])[:1]
    session.apply(fix)
    assert buffer.text == SIMPLE_FIXED


def test_edit_names_the_version_where_the_client_can_tell() -> None:
    capabilities = types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
        )
    )
    with editor(capabilities=capabilities) as session:
        buffer = session.open(SIMPLE)
        [fix] = session.actions(buffer, session.diagnostics(buffer)[1:], only=["quickfix"])[:1]
        assert fix.edit.changes is None
        session.apply(fix)
        assert buffer.text == SIMPLE_FIXED


def test_old_diagnostics_get_no_fix(session: Editor) -> None:
    buffer = session.open(SIMPLE)
    old = session.diagnostics(buffer)
    session.change(buffer, "# a new first line\n" + SIMPLE)
    assert session.actions(buffer, old, only=["quickfix"]) == []


def test_fix_all_does_what_write_does(session: Editor) -> None:
    text = (
        "import imp\nimport os\n\n\ndef load(name, path):\n    imp.reload(os)\n"
        "    return imp.load_source(name, path), imp.PY_SOURCE\n"
    )
    buffer = session.open(text)
    [action] = session.actions(buffer, only=["source.fixAll"])
    assert action.title == "imp-migrate: Apply all safe fixes"
    assert action.kind == FIX_ALL
    session.apply(action)
    assert buffer.text == migrate(text).text
    assert session.diagnostics(buffer) == []
    assert session.actions(buffer, only=[FIX_ALL]) == []


def test_fix_all_does_not_wait_for_the_pause(session: Editor) -> None:
    """An editor that fixes on save asks right after the last change."""
    buffer = session.open("")
    session.change(buffer, SIMPLE)
    [action] = session.actions(buffer, only=[FIX_ALL])
    session.apply(action)
    assert buffer.text == SIMPLE_FIXED


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (None, {"quickfix", FIX_ALL}),
        (["quickfix"], {"quickfix"}),
        (["source"], {FIX_ALL}),
        (["source.fixAll"], {FIX_ALL}),
        ([FIX_ALL], {FIX_ALL}),
        (["source.fixAll.ruff"], set()),
        (["refactor"], set()),
    ],
)
def test_kinds_that_were_asked_for(
    session: Editor, only: list[str] | None, expected: set[str]
) -> None:
    buffer = session.open(SIMPLE)
    actions = session.actions(buffer, session.diagnostics(buffer), only)
    assert {action.kind for action in actions} == expected


def test_fix_all_is_not_offered_at_every_move_of_the_cursor(session: Editor) -> None:
    buffer = session.open(SIMPLE)
    found = session.diagnostics(buffer)
    automatic = types.CodeActionTriggerKind.Automatic
    kinds = {action.kind for action in session.actions(buffer, found, trigger=automatic)}
    assert kinds == {"quickfix"}


def test_unsafe_fixes_are_called_so(tmp_path: Path) -> None:
    with editor(folders=[tmp_path]) as session:
        buffer = session.open(UNSAFE, tmp_path / "__init__.py")
        [fix, *_] = session.actions(buffer, session.diagnostics(buffer))
        assert fix.title == "imp-migrate: unsafe fix: Remove the import of imp"
        assert not fix.is_preferred
        assert session.actions(buffer, only=[FIX_ALL]) == []
        session.apply(fix)
        assert buffer.text == "import os\n"


def test_what_needs_a_person_gets_no_fix(session: Editor) -> None:
    buffer = session.open(BY_HAND)
    found = session.diagnostics(buffer)
    assert len(found) == 2
    assert [a for a in session.actions(buffer, found) if "Ignore" not in a.title] == []


def test_ignore_on_this_line(session: Editor) -> None:
    text = "import imp  # type: ignore\nimp.reload(imp)  # noqa: E501\n"
    buffer = session.open(text)
    for code in ("IMP401", "IMP101"):
        found = [d for d in session.diagnostics(buffer) if d.code == code]
        [action] = [a for a in session.actions(buffer, found) if "Ignore" in a.title]
        assert action.title == f"imp-migrate: Ignore {code} on this line"
        session.apply(action)
    assert buffer.text == (
        "import imp  # type: ignore  # noqa: IMP401\nimp.reload(imp)  # noqa: E501, IMP101\n"
    )
    assert [d for d in session.diagnostics(buffer) if d.code in ("IMP401", "IMP101")] == []


def test_hover_shows_the_rule() -> None:
    capabilities = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown])
        )
    )
    text = SIMPLE + "import imp  # noqa: E501,IMP401\n"
    with editor(capabilities=capabilities) as session:
        buffer = session.open(text)
        hover = session.hover(buffer, 3, 4)
        assert hover.contents.kind is types.MarkupKind.Markdown
        assert "use importlib.reload" in hover.contents.value
        assert rules()["IMP101"].documentation in hover.contents.value
        assert hover.range == spot(text, "imp.reload")
        comment = spot(text, "IMP401")
        hover = session.hover(buffer, comment.start.line, comment.start.character + 2)
        assert rules()["IMP401"].documentation in hover.contents.value
        assert hover.range == comment
        assert session.hover(buffer, 1, 3) is None


def test_hover_in_plain_text(session: Editor) -> None:
    hover = session.hover(session.open(SIMPLE), 3, 4)
    assert hover.contents.kind is types.MarkupKind.PlainText


ODD_TEXTS = {
    "beyond the basic plane": "import imp\ns = '😀🐍'; imp.reload(s); t = '😀'; imp.reload(t)\n",
    "windows line ends": "import imp\r\nimport s\r\n\r\nimp.reload(s)\r\nimp.load_source(*'ab')\r\n",
    "old mac line ends": "import imp\rimport s\rimp.reload(s)\r",
    "mixed line ends": "import imp\r\nimport s\nimp.reload(s)\rimp.reload(s)\n",
    "form feed": "import imp\n\x0c\nimport s\x0c\n\x0cimp.reload(s)\n",
    "unicode line separators": "import imp\ns = '\u2028\u2029\x85\x0b\x1c'; imp.reload(s)\n",
    "byte order mark": "\ufeffimport imp; import s; imp.reload(s)\n",
    "no last line break": "import imp\nimport s\nimp.reload(s)",
    "accents": "import imp\nété = 'ñ'; imp.reload(été); imp.reload(été)\n",
    "tabs": "import imp\nif 1:\n\timp.reload(\n\t\tprint)\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_texts(sessions: Callable[[str], Editor], text: str, encoding: str) -> None:
    session = sessions(encoding)
    assert session.server.capabilities.position_encoding == encoding
    buffer = session.open(text)
    found = session.diagnostics(buffer)
    places = [
        (offset(text, d.range.start, encoding), offset(text, d.range.end, encoding)) for d in found
    ]
    pieces = [text[start:end] for start, end in places]
    assert pieces[0] == "import imp"
    assert pieces[1:] == re.findall(r"imp\.\w+", text)
    [action] = session.actions(buffer, only=[FIX_ALL])
    session.apply(action)
    assert migrate(text).changed
    assert buffer.text.removeprefix("\ufeff") == migrate(text).text
    assert buffer.text.startswith("\ufeff") is text.startswith("\ufeff")


def test_changes_after_a_form_feed(session: Editor) -> None:
    """pygls counts lines differently; a change of the text must not be misplaced for it."""
    text = "a = 1\x0c\nb = '\u2028'\nimport imp\n"
    buffer = session.open(text)
    session.diagnostics(buffer)
    session.change(buffer, text + "imp.reload(a)\n")
    assert session.diagnostics(buffer)[-1].range == spot(buffer.text, "imp.reload")


def test_closing_a_document_clears_its_diagnostics(session: Editor) -> None:
    buffer = session.open(SIMPLE)
    session.diagnostics(buffer)
    session.close(buffer)
    session.wait_until(lambda: len(buffer.published) == 2)
    assert list(buffer.published[-1].diagnostics) == []


def test_closing_during_the_pause_publishes_nothing_late(session: Editor) -> None:
    buffer = session.open(SIMPLE)
    session.diagnostics(buffer)
    session.change(buffer, SIMPLE * 2)
    session.close(buffer)
    session.idle(0.5)
    assert list(buffer.published[-1].diagnostics) == []
    assert {published.version for published in buffer.published} == {1, None}


def test_fast_typing_is_analysed_once_it_stops(session: Editor) -> None:
    buffer = session.open(SIMPLE)
    session.diagnostics(buffer)
    for count in range(2, 30):
        session.change(buffer, SIMPLE + "imp.reload(settings)\n" * count)
    assert len(session.diagnostics(buffer)) == 31
    versions = [published.version for published in buffer.published]
    assert len(versions) < 10
    assert versions == sorted(versions)


def test_half_typed_text_keeps_what_has_not_changed(session: Editor) -> None:
    text = "import imp\nimp.reload(a)\nvalue = 1\nimp.reload(b)\n"
    buffer = session.open(text)
    before = session.diagnostics(buffer)
    session.change(buffer, text.replace("value = 1", "value = (\n# more"))
    during = session.diagnostics(buffer)
    assert codes(during) == codes(before)
    assert during[2].range.start == types.Position(4, 0), "moved down with its line"
    fixes = session.actions(buffer, during, only=["quickfix"])
    assert [fix for fix in fixes if fix.is_preferred] == []
    assert session.actions(buffer, only=[FIX_ALL]) == []
    session.change(buffer, buffer.text.replace("imp.reload(a)", "imp.relo(a)"))
    assert len(session.diagnostics(buffer)) == 2, "the changed one is gone"
    session.change(buffer, text)
    assert session.diagnostics(buffer) == [
        types.Diagnostic(**{**_fields(d), "data": {**d.data, "version": buffer.version}})
        for d in before
    ]


def _fields(diagnostic: types.Diagnostic) -> dict[str, object]:
    return {
        name: getattr(diagnostic, name)
        for name in (
            "range",
            "message",
            "severity",
            "code",
            "code_description",
            "source",
            "tags",
            "related_information",
        )
    }


def test_text_that_cannot_be_read_from_the_start_says_why(session: Editor) -> None:
    [found] = session.diagnostics(session.open("import imp\nprint 'x'\n"))
    assert found.code == "IMP901"
    assert found.severity is types.DiagnosticSeverity.Information
    assert "Python 2" in found.message


@pytest.mark.parametrize(
    "text",
    ["import imp\n\0", "imp = '\ud800'\nimport imp\n", "import imp\n" + "(" * 5000, "imp(\n"],
    ids=["nul", "lone surrogate", "deep", "unfinished"],
)
def test_the_server_survives(session: Editor, text: str) -> None:
    broken = session.open(text)
    session.diagnostics(broken)
    session.actions(broken, only=[FIX_ALL])
    session.hover(broken, 0, 8)
    assert codes(session.diagnostics(session.open(SIMPLE))) == [
        "IMP401",
        "IMP101",
    ]


def test_other_languages_are_left_alone(session: Editor) -> None:
    buffer = session.open("import imp\n", language="toml")
    session.idle(0.3)
    assert buffer.published == []


# -- configuration -------------------------------------------------------------


def project(folder: Path, settings: str, requires: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / ".git").mkdir(exist_ok=True)
    head = f'[project]\nname = "x"\nrequires-python = "{requires}"\n' if requires else ""
    (folder / "pyproject.toml").write_text(f"{head}[tool.imp-migrate]\n{settings}\n")
    return folder


def test_every_folder_has_its_configuration(tmp_path: Path) -> None:
    one = project(tmp_path / "one", 'ignore = ["IMP101"]')
    two = project(tmp_path / "two", "unsafe-fixes = true")
    with editor(folders=[one, two]) as session:
        first = session.diagnostics(session.open(SIMPLE, one / "a.py"))
        assert codes(first) == ["IMP401"]
        buffer = session.open(UNSAFE, two / "__init__.py")
        session.diagnostics(buffer)
        [action] = session.actions(buffer, only=[FIX_ALL])
        assert action.title == "imp-migrate: Apply all safe and unsafe fixes"
        untitled = session.diagnostics(session.open(SIMPLE))
        assert codes(untitled) == ["IMP401"], "belongs to the first folder"


def test_target_version_and_helpers_are_honoured(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", "no-helpers = true", ">=3.12")
    text = (
        "import imp\n\n\ndef load(name: str, path: str):\n    return imp.load_source(name, path)\n"
    )
    with editor(folders=[folder]) as session:
        buffer = session.open(text, folder / "a.py")
        found = session.diagnostics(buffer)
        expected = migrate(text, options=Options(target_version=(3, 12), helpers=False))
        assert codes(found) == codes_of(expected.remaining)


def codes_of(diagnostics: object) -> list[str]:
    return [diagnostic.code for diagnostic in diagnostics]


def test_configuration_is_read_again_when_it_changes(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", "")
    watched = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    capabilities = types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(did_change_watched_files=watched)
    )
    with editor(folders=[folder], capabilities=capabilities) as session:
        session.wait_until(lambda: session.registered)
        [registration] = session.registered
        assert registration.method == "workspace/didChangeWatchedFiles"
        [watcher] = registration.register_options["watchers"]
        assert watcher["globPattern"] == "**/pyproject.toml"
        buffer = session.open(SIMPLE, folder / "a.py")
        assert codes(session.diagnostics(buffer)) == ["IMP401", "IMP101"]
        seen = len(buffer.published)
        project(folder, 'select = ["IMP101"]')
        change = types.FileEvent((folder / "pyproject.toml").as_uri(), types.FileChangeType.Changed)
        session.client.workspace_did_change_watched_files(
            types.DidChangeWatchedFilesParams([change])
        )
        assert codes(session.diagnostics(buffer, after=seen)) == ["IMP101"]


def test_configuration_counts_at_the_next_save_for_clients_that_watch_nothing(
    tmp_path: Path,
) -> None:
    folder = project(tmp_path / "p", "")
    with editor(folders=[folder]) as session:
        buffer = session.open(SIMPLE, folder / "a.py")
        assert len(session.diagnostics(buffer)) == 2
        assert session.registered == []
        project(folder, 'select = ["IMP101"]')
        session.save(buffer)
        assert codes(session.diagnostics(buffer, after=1)) == ["IMP101"]


def test_wrong_configuration_is_reported_once_and_changes_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", 'select = ["IMP101"]')
    with editor(folders=[folder]) as session:
        buffer = session.open(SIMPLE, folder / "a.py")
        assert codes(session.diagnostics(buffer)) == ["IMP101"]
        project(folder, 'slect = ["IMP101"]')
        for text in (SIMPLE + "\n", SIMPLE + "\n\n"):
            session.change(buffer, text)
            assert codes(session.diagnostics(buffer)) == ["IMP101"]
        [message] = session.messages
        assert message.type is types.MessageType.Error
        assert "slect" in message.message


def test_folders_come_and_go(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    (folder / "venv").mkdir(parents=True)
    with editor() as session:
        buffer = session.open(SIMPLE, folder / "venv" / "a.py")
        assert len(session.diagnostics(buffer)) == 2
        added = types.WorkspaceFolder(folder.as_uri(), "p")
        event = types.WorkspaceFoldersChangeEvent([added], [])
        session.client.workspace_did_change_workspace_folders(
            types.DidChangeWorkspaceFoldersParams(event)
        )
        assert session.diagnostics(buffer, after=1) == [], "venv/ is excluded, in a project"


def test_excluded_files_are_left_alone(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", 'extend-exclude = ["vendor/*.py"]')
    with editor(folders=[folder]) as session:
        buffer = session.open(SIMPLE, folder / "vendor" / "a.py")
        assert session.diagnostics(buffer) == []
        assert session.actions(buffer, [], only=["source.fixAll.impMigrate"]) == []
        assert session.diagnostics(session.open(SIMPLE, folder / ".venv" / "lib" / "a.py")) == []
        assert len(session.diagnostics(session.open(SIMPLE, folder / "vendors.py"))) == 2


def test_helpers_that_another_module_must_define(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", 'helper-module = "pkg.loading"')
    with editor(folders=[folder]) as session:
        buffer = session.open("import imp\nm = imp.load_source(a, b)\n", folder / "a.py")
        session.diagnostics(buffer)
        assert titles(session.actions(buffer, [], only=["source.fixAll.impMigrate"])) == [
            "imp-migrate: Apply all safe fixes (pkg.loading must define _load_source)"
        ]


# -- the protocol ---------------------------------------------------------------


def test_cancelled_request(session: Editor) -> None:
    buffer = session.open("import imp\n" + "imp.reload(print)\n" * 500)
    nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
    params = types.CodeActionParams(buffer.identifier, nowhere, types.CodeActionContext([]))
    future = session.client.protocol.send_request("textDocument/codeAction", params, None, "1")
    session.client.cancel_request(types.CancelParams("1"))
    with pytest.raises(JsonRpcRequestCancelled):
        session.run(asyncio.wrap_future(future, loop=session.loop))
    assert len(session.diagnostics(buffer)) == 501, "the server goes on"


def test_requests_about_unknown_documents(session: Editor) -> None:
    unknown = types.TextDocumentIdentifier("file:///nowhere/else.py")
    nowhere = types.Position(0, 0)
    actions = session.client.text_document_code_action_async(
        types.CodeActionParams(unknown, types.Range(nowhere, nowhere), types.CodeActionContext([]))
    )
    assert list(session.run(actions)) == []
    hover = session.client.text_document_hover_async(types.HoverParams(unknown, nowhere))
    assert session.run(hover) is None


def test_server_ends_when_its_client_is_gone() -> None:
    async def run() -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "imp_migrate.lsp.server",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        process.stdin.close()
        return await asyncio.wait_for(process.wait(), 30)

    assert asyncio.run(run()) == 0
