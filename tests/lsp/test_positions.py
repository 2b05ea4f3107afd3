"""Offsets and positions, in all units, in all texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from imp_migrate.lsp.convert import text_edits
from imp_migrate.lsp.course import difference
from imp_migrate.lsp.positions import Positions
from imp_migrate.model import Edit
from imp_migrate.text.source import Source
from imp_migrate.transform.edits import apply_edits, arrange
from tests.lsp.editor import applied, offset

ENCODINGS = ("utf-8", "utf-16", "utf-32")
texts = st.text(st.sampled_from("ab \t\n\r\x0c\x0b\x1c\x85\u2028éж😀🐍\ufeff"), max_size=40)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, tuple[Edit, ...]]:
    """A text without a byte order mark, and edits of it."""
    text = draw(texts).lstrip("\ufeff")
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    # An edit never parts a line break: no fix does.
    cuts = [cut for cut in cuts if text[cut - 1 : cut + 1] != "\r\n"]
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return text, arrange({start: Edit(start, end, draw(texts)) for start, end in pairs}.values())


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=texts)
def test_there_and_back(encoding: str, text: str) -> None:
    source = Source.from_text(text)
    positions = Positions(source, encoding)
    for at in range(len(source.text) + 1):
        if source.text[at - 1 : at + 1] == "\r\n":
            continue  # not a position of the protocol
        position = positions.position(at)
        assert positions.offset(position) == at
        assert offset(text, position, encoding) == at + (text[:1] == "\ufeff")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_positions_that_do_not_exist(encoding: str) -> None:
    positions = Positions(Source.from_text("ab\r\ncd\n"), encoding)
    assert positions.offset(types.Position(0, 99)) == 2
    assert positions.offset(types.Position(1, 99)) == 6
    assert positions.offset(types.Position(99, 0)) == 7


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(case=edited())
def test_edits_mean_the_same_to_an_editor(
    encoding: str, case: tuple[str, tuple[Edit, ...]]
) -> None:
    text, edits = case
    positions = Positions(Source.from_text(text), encoding)
    found = text_edits(edits, positions)
    assert applied(text, found, encoding) == apply_edits(text, edits)


@given(case=edited(), data=st.data())
def test_difference(case: tuple[str, tuple[Edit, ...]], data: st.DataObject) -> None:
    """What leads from some edits to others, of which some are the same."""
    text, edits = case
    some = [edit for edit in edits if data.draw(st.booleans())]
    other = [Edit(e.start, e.end, data.draw(texts)) for e in edits if data.draw(st.booleans())]
    for one in (some, other):
        now, then = apply_edits(text, one), apply_edits(text, edits)
        assert apply_edits(now, difference(text, one, edits)) == then
        assert apply_edits(then, difference(text, edits, one)) == now
    assert difference(text, edits, edits) == []
