"""The edit that adds a `noqa` comment."""

from __future__ import annotations

import pytest

from imp_migrate.text.noqa import silence, suppressed
from imp_migrate.text.source import Source
from imp_migrate.transform.edits import apply_edits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("imp.x\n", "imp.x  # noqa: IMP101\n"),
        ("imp.x\r\n", "imp.x  # noqa: IMP101\r\n"),
        ("imp.x", "imp.x  # noqa: IMP101"),
        ("imp.x  # why  \n", "imp.x  # why  # noqa: IMP101  \n"),
        ("imp.x  # noqa:E1, F2 so\n", "imp.x  # noqa:E1, F2, IMP101 so\n"),
        ("f(imp.x,\n  1)\n", "f(imp.x,  # noqa: IMP101\n  1)\n"),
        ("imp \\\n  .x\n", "imp \\\n  .x  # noqa: IMP101\n"),
        ('f"""\n{imp.x}\n"""\n', 'f"""\n{imp.x}\n"""  # noqa: IMP101\n'),
        ('imp.x("# noqa: E1")\n', None),
        ("imp.x  # noqa\n", "imp.x  # noqa  # noqa: IMP101\n"),
        ("imp.x  # noqa: IMP\n", None),
        ("imp.x(\n", None),
    ],
)
def test_silence(text: str, expected: str | None) -> None:
    source = Source.from_text(text)
    edit = silence(source, text.index("imp"), "IMP101")
    assert (edit and apply_edits(text, [edit])) == expected
    if expected is not None:
        assert suppressed(Source.from_text(expected), expected.index("imp"), "IMP101")
