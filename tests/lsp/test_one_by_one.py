"""Quick-fixes, applied one after another or all at once, give what `--write` gives.

For every file of every program, without a server in between: the snapshots and
code actions are those that the server answers with.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lsprotocol import types

from imp_migrate.lsp.actions import code_actions
from imp_migrate.lsp.snapshot import Document, Snapshot, take
from imp_migrate.migration import migrate_source
from imp_migrate.options import Options, parse_target_version
from imp_migrate.text.scan import is_candidate
from imp_migrate.text.source import DecodeError, Source
from tests.differential.programs import Program, all_programs
from tests.lsp.editor import applied

URI = "untitled:x"
NOWHERE = types.Range(types.Position(9999, 0), types.Position(9999, 0))
Choice = Callable[[list[types.Diagnostic]], types.Diagnostic]
#: By the numbers of the fixes that were applied: what they led to, and the text after a further one.
Steps = dict[tuple[int, ...], tuple[Snapshot, dict[int, str]]]


def _imports_last(found: list[types.Diagnostic]) -> types.Diagnostic:
    """An import's fix is the fixes of all its uses, so it would leave nothing to do."""
    return next((d for d in found if not d.data["title"].endswith("import of imp")), found[0])


def orders(seed: str) -> dict[str, Choice]:
    """The orders to try, one of them drawn by *seed*."""
    return {
        "from the top": _imports_last,
        "from the bottom": lambda found: found[-1],
        "at random": random.Random(seed).choice,
    }


def one_by_one(text: str, path: Path, unsafe: bool, choose: Choice, steps: Steps) -> str:
    """Apply quick-fixes, chosen by *choose*, until there are none.

    steps: what came of those in this and other orders; the same are not done again.
    """
    good, done = None, ()
    while len(done) < 200:
        if done not in steps:
            steps[done] = take(Document(URI, len(done), text, str(path)), good), {}
        snapshot, texts = steps[done]
        good = snapshot if snapshot.readable else good
        fixable = [
            d for d in snapshot.published if "number" in d.data and (unsafe or not d.data["unsafe"])
        ]
        if not fixable:
            return snapshot.document.text
        chosen = choose(fixable)
        number = chosen.data["number"]
        if number not in texts:
            context = types.CodeActionContext([chosen], only=["quickfix"])
            fix, *_ = code_actions(snapshot, NOWHERE, context, versioned=False)
            assert fix.is_preferred or "unsafe fix" in fix.title, "no fix can be carried out"
            texts[number] = applied(snapshot.document.text, fix.edit.changes[URI])
        text, done = texts[number], (*done, number)
    raise AssertionError("the fixes do not come to an end")


def all_at_once(snapshot: Snapshot) -> str:
    """Apply the action for the whole file, if there is one."""
    text = snapshot.document.text
    context = types.CodeActionContext([], only=["source.fixAll"])
    for action in code_actions(snapshot, NOWHERE, context, versioned=False):
        text = applied(text, action.edit.changes[URI])
    return text


def configure(program: Program, folder: Path) -> Options:
    """Write the configuration that the header of *program* asks for."""
    header = program.header
    version = header.get("target", "py38")
    options = Options(
        parse_target_version(version), "unsafe" in header, header.get("helpers") != "no"
    )
    lines = ["[tool.imp-migrate]", f'target-version = "{version}"']
    lines += ["no-helpers = true"] * (not options.helpers)
    (folder / ".git").mkdir(parents=True)
    (folder / "pyproject.toml").write_text("\n".join(lines))
    return options


#: Where an import moves into its branch (IMP415) as soon as no other use of it is left: what
#: is fixed before decides, and nothing is left to do either way.
BY_ORDER = {"reload/settled_guards"}
BY_ORDER_CODE = "IMP415"


@pytest.mark.parametrize("program", list(all_programs()), ids=lambda program: program.name)
def test_one_by_one(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    options = configure(program, folder)
    for name, data in program.sources().items():
        if not is_candidate(data):
            continue
        try:
            source = Source.from_bytes(data, str(folder / name))
        except DecodeError:  # no editor could open it
            continue
        expected = migrate_source(source, replace(options, unsafe_fixes=False)).text
        first = take(Document(URI, 0, source.text, str(folder / name)))
        assert all_at_once(first) == expected
        if options.unsafe_fixes:
            expected = migrate_source(source, options).text
        steps: Steps = {(): (first, {})}
        for order, choose in orders(program.name).items():
            found = one_by_one(source.text, folder / name, options.unsafe_fixes, choose, steps)
            if program.name in BY_ORDER:
                text = migrate_source(source.with_text(found), options).text
                assert text == found, order
            else:
                assert found == expected, order
