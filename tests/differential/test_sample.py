"""The sample project of the README works after its migration, but for one spot."""

from __future__ import annotations

from tests.differential.harness import Laboratory
from tests.differential.migration import migrate
from tests.differential.programs import ROOT, Program

SAMPLE = Program(ROOT.parent / "sample")
#: What a person would write for the one spot that is left.
BY_HAND = (
    (b"    if not imp.lock_held():\n        sys", b"    if True:\n        sys"),
    (b"import imp\n", b""),
)


def test_sample(laboratory: Laboratory) -> None:
    originals = laboratory.originals(SAMPLE)
    assert "GREETINGS FROM 2009!" in originals["3.11"].stdout

    migrated = migrate(SAMPLE)
    assert [entry for entry in migrated.left if "import" not in entry] == ["lock_held (IMP302)"]
    files = dict(migrated.files)
    assert laboratory.differences(SAMPLE, files, originals) == []

    for before, after in BY_HAND:
        assert before in files["postcards/log.py"]
        files["postcards/log.py"] = files["postcards/log.py"].replace(before, after)
    assert laboratory.differences(SAMPLE, files, originals) == []
