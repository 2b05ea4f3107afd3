"""Code actions: one fix, all fixes of the file, or a `noqa` comment.

A fix is the one that the snapshot has for the diagnostic, so that nothing is analysed
again; its result is checked, as that of `--write` is, before it is offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lsprotocol import types

from ..model import Edit
from ..text.noqa import silence
from ..text.source import Unmappable
from ..transform.edits import Overlap, apply_edits, changed_lines
from ..transform.verify import InternalError, check_result
from .cells import CellPositions
from .convert import SOURCE, text_edits
from .snapshot import Snapshot

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.impMigrate"
#: The same for a notebook: clients ask each cell for `source.fixAll`, and would apply the
#: edits of all cells as often.
NOTEBOOK_FIX_ALL = f"notebook.{FIX_ALL}"
KINDS = (types.CodeActionKind.QuickFix.value, FIX_ALL, NOTEBOOK_FIX_ALL)


def code_actions(
    snapshot: Snapshot,
    place: types.Range,
    context: types.CodeActionContext,
    versioned: bool,
    uri: str = "",
) -> list[types.CodeAction]:
    """The actions for the diagnostics at *place*, and the one for the whole file.

    versioned: the client takes edits that name the version of the document.
    uri: of the cell, in a notebook.
    """
    uri = uri or snapshot.document.uri
    actions: list[types.CodeAction] = []
    if _wanted(types.CodeActionKind.QuickFix.value, context):
        diagnostics = _ours(snapshot, place, context, uri)
        actions += _fixes(snapshot, diagnostics, versioned)
        actions += _silences(snapshot, diagnostics, versioned, uri)
    # What an editor asks for on its own, at every move of the cursor, is never for the whole file.
    automatic = context.trigger_kind is types.CodeActionTriggerKind.Automatic
    kind = NOTEBOOK_FIX_ALL if snapshot.document.cells else FIX_ALL
    if _wanted(kind, context) and (context.only or not automatic):
        actions += _fix_all(snapshot, versioned, kind)
    return actions


def _wanted(kind: str, context: types.CodeActionContext) -> bool:
    if context.only is None:
        return True
    asked = [str(getattr(only, "value", only)) for only in context.only]
    return any(f"{kind}.".startswith(f"{only}.") or only == "" for only in asked)


def _ours(
    snapshot: Snapshot, place: types.Range, context: types.CodeActionContext, uri: str
) -> list[types.Diagnostic]:
    """The diagnostics that are meant: those of *context* that are ours and of this version.

    Some clients do not send back what they do not know; then it is those at *place*.
    """
    known = [(d, d.data) for d in context.diagnostics if d.source == SOURCE]
    ours = [(d, data.get("version")) for d, data in known if isinstance(data, dict)]
    if ours:
        return [d for d, version in ours if version == snapshot.document.version]
    return [d for d in snapshot.by_document.get(uri, ()) if _overlap(d.range, place)]


def _overlap(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end


def _fixes(
    snapshot: Snapshot, diagnostics: Iterable[types.Diagnostic], versioned: bool
) -> list[types.CodeAction]:
    actions: list[types.CodeAction] = []
    for diagnostic in diagnostics:
        data: Any = diagnostic.data
        number = data.get("number")
        edits = snapshot.edits(number) if isinstance(number, int) else None
        if edits is None or not _sound(snapshot, edits):
            continue
        kind = "unsafe fix: " if data["unsafe"] else ""
        action = types.CodeAction(
            title=f"{SOURCE}: {kind}{data['title']}",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            is_preferred=not data["unsafe"],
            edit=_edit(snapshot, edits, versioned),
        )
        same = next((a for a in actions if (a.title, a.edit) == (action.title, action.edit)), None)
        if same is None:
            actions.append(action)
        else:  # one fix answers several diagnostics
            same.diagnostics = [*(same.diagnostics or ()), diagnostic]
    return actions


def _sound(snapshot: Snapshot, edits: list[Edit]) -> bool:
    before = snapshot.source.text
    try:
        after = apply_edits(before, edits)
        snapshot.source.with_text(after)
        check_result(before, after)
    except (InternalError, SyntaxError, Unmappable):
        return False
    return True


def _silences(
    snapshot: Snapshot, diagnostics: Iterable[types.Diagnostic], versioned: bool, uri: str
) -> list[types.CodeAction]:
    actions: dict[tuple[str, int], types.CodeAction] = {}
    for diagnostic in diagnostics:
        code = str(diagnostic.code)
        offset = snapshot.positions.offset(diagnostic.range.start, uri)
        edit = silence(snapshot.source, offset, code)
        if edit is None:
            continue
        if (code, edit.start) in actions:  # one comment silences all of the line
            same = actions[code, edit.start]
            same.diagnostics = [*(same.diagnostics or ()), diagnostic]
            continue
        actions[code, edit.start] = types.CodeAction(
            title=f"{SOURCE}: Ignore {code} on this line",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            edit=_edit(snapshot, [edit], versioned),
        )
    return [*actions.values()]


def _fix_all(snapshot: Snapshot, versioned: bool, kind: str) -> Iterator[types.CodeAction]:
    """What `--write` would do, if that is anything."""
    migration = snapshot.migration
    if migration is not None and migration.changed:
        options = snapshot.settings.options
        which = "safe and unsafe" if options.unsafe_fixes else "safe"
        title = f"{SOURCE}: Apply all {which} fixes"
        if migration.helpers and options.helper_module:
            names = ", ".join(sorted(migration.helpers))
            title += f" ({options.helper_module} must define {names})"
        edits = _migrating_edits(snapshot, migration.text)
        yield types.CodeAction(
            title=title,
            kind=kind,
            edit=_edit(snapshot, edits, versioned),
        )


def _edit(snapshot: Snapshot, edits: Sequence[Edit], versioned: bool) -> types.WorkspaceEdit:
    document, positions = snapshot.document, snapshot.positions
    if isinstance(positions, CellPositions):
        changes = positions.text_edits(edits)
    else:
        changes = {document.uri: text_edits(edits, positions)}
    if not versioned:
        return types.WorkspaceEdit(changes=changes)
    versions = {cell.uri: cell.version for cell in document.cells}
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(
                    uri, versions.get(uri, document.version)
                ),
                own,
            )
            for uri, own in changes.items()
        ]
    )


def _migrating_edits(snapshot: Snapshot, new: str) -> list[Edit]:
    """The edits that lead to *new*, which `--write` made of the text."""
    old, plan = snapshot.source.text, snapshot.plan
    try:
        edits = plan.edits(plan.applicable(snapshot.settings.options.unsafe_fixes))
    except Overlap:
        return changed_lines(old, new)
    # Where one fix was in the way of another, `--write` went over the text again.
    return list(edits) if apply_edits(old, edits) == new else changed_lines(old, new)
