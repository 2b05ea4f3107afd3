"""From a source to its migrated text: apply what may be applied, until nothing is left to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .analysis import analyse
from .helpers import closure
from .model import Diagnostic, Silence
from .options import Options
from .plan import Plan
from .text.source import Source, Unmappable
from .transform.edits import Overlap, apply_edits
from .transform.emission import LOCK, is_shared
from .transform.verify import InternalError, check_result

if TYPE_CHECKING:
    import libcst as cst

_MOST_PASSES = 20


@dataclass(frozen=True)
class Migration:
    """What became of one file.

    source: as it was; text: as it is now.
    fixed: the diagnostics that were dealt with, at their places in the old text.
    remaining: those that are left, at their places in the new text.
    silences: uses that work as they are, at their places in the new text.
    helpers: names of helper functions, and of the lock, that the new text gained or imports.
    """

    source: Source
    text: str
    fixed: tuple[Diagnostic, ...] = ()
    remaining: tuple[Diagnostic, ...] = ()
    silences: tuple[Silence, ...] = ()
    helpers: frozenset[str] = frozenset()

    @property
    def changed(self) -> bool:
        """Whether the text differs from the source."""
        return self.text != self.source.text


def migrate_source(source: Source, options: Options | None = None) -> Migration:
    """Apply every fix that *options* allow, verify the result, and say what is left.

    Raises InternalError when the result would be broken; then nothing should
    be done to the file.
    """
    return _migrated(source, options or Options(), _applied)


def migrate_tree(
    tree: cst.Module, source: Source, options: Options | None = None
) -> tuple[cst.Module, Migration]:
    """What `migrate_source` does, with *tree*, the LibCST tree of *source*, and no other.

    Returns the tree after it, too.  Raises InternalError as `migrate_source` does.
    """
    from .transform.ground import NotCarriedOut
    from .transform.rewriter import Unprintable
    from .transform.transformer import transform

    def step(plan: Plan, selected: tuple[Diagnostic, ...]) -> str:
        nonlocal tree
        changes = plan.changes(selected)
        try:
            tree = transform(plan.rewriter.whole(tree), changes) if changes else tree
        except (NotCarriedOut, Unprintable) as error:
            raise InternalError(str(error)) from error
        return tree.code

    migration = _migrated(source, options or Options(), step)
    return tree, migration


def _migrated(
    source: Source, options: Options, step: Callable[[Plan, tuple[Diagnostic, ...]], str]
) -> Migration:
    """Apply fixes, which *step* carries out, until nothing is left to do."""
    plan = first = analyse(source, options).printable()
    helpers: set[str] = set()
    for _ in range(_MOST_PASSES):
        selected = plan.applicable(options.unsafe_fixes)
        text = step(plan, selected)
        if text == plan.source.text:
            break
        helpers |= {
            wanted.name
            for d in selected
            if d.fix
            for wanted in d.fix.helpers
            if is_shared(wanted.name)
        }
        plan = analyse(_with_text(source, text), options).printable()
    else:
        raise InternalError("the fixes do not come to an end")
    text = plan.source.text
    if text != source.text:
        check_result(source.text, text, {source.text: first.scopes, text: plan.scopes})
        _encodable(source, text)
    return Migration(
        source,
        text,
        first.applicable(options.unsafe_fixes) if text != source.text else (),
        plan.diagnostics,
        plan.silences,
        frozenset((*closure(helpers - {LOCK}), *(helpers & {LOCK}))),
    )


def _applied(plan: Plan, selected: tuple[Diagnostic, ...]) -> str:
    try:
        return apply_edits(plan.source.text, plan.edits(selected))
    except Overlap as error:
        raise InternalError(str(error)) from error


def _with_text(source: Source, text: str) -> Source:
    try:
        return source.with_text(text)
    except Unmappable as error:
        raise InternalError(str(error)) from error


def _encodable(source: Source, text: str) -> None:
    try:
        source.encode(text)
    except UnicodeEncodeError as error:
        raise InternalError(f"the result does not fit the file's encoding: {error}") from error
    except Unmappable as error:
        raise InternalError(str(error)) from error
