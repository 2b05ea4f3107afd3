"""Comments that silence what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from imp_migrate import Options
from imp_migrate.run.results import Mode, Run
from imp_migrate.run.runner import process_bytes
from imp_migrate.run.suppress import add_noqa


def checked(path: Path, **options: object) -> Run:
    """What a check says about the file *path*."""
    settings = Options(**options)  # type: ignore[arg-type]
    return Run(results=[process_bytes(path.read_bytes(), str(path), settings, Mode.CHECK)])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"import imp\n", b"import imp  # noqa: IMP401\n"),
        (b"import imp", b"import imp  # noqa: IMP401"),
        (b"import imp  # why\r\n", b"import imp  # why  # noqa: IMP401\r\n"),
        (b"import imp  # noqa: E501\n", b"import imp  # noqa: E501, IMP401\n"),
        (
            b"import imp; imp.reload(m)\n",
            b"import imp; imp.reload(m)  # noqa: IMP401, IMP101\n",
        ),
        (
            b"import imp\nx = '''\n''' % imp.get_tag\n",
            b"import imp  # noqa: IMP401\nx = '''\n''' % imp.get_tag  # noqa: IMP104\n",
        ),
        (
            b"# coding: latin-1\nx = '\xe9'\nimport imp\n",
            b"# coding: latin-1\nx = '\xe9'\nimport imp  # noqa: IMP401\n",
        ),
        (
            b"import imp\nx = imp.foo, \\\n    imp.bar\n",
            b"import imp  # noqa: IMP401\nx = imp.foo, \\\n    imp.bar  # noqa: IMP304\n",
        ),
        (b"\xef\xbb\xbfimport imp\n", b"\xef\xbb\xbfimport imp  # noqa: IMP401\n"),
    ],
)
def test_comments(tmp_path: Path, before: bytes, after: bytes) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(before)
    found = len(list(checked(path).findings))
    assert found > 0
    run = add_noqa(checked(path), {})
    assert path.read_bytes() == after
    assert (run.remaining, run.commented, run.status) == ([], found, 0)
    assert checked(path).remaining == []


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"import imp\nprint 'x'\n", "IMP901"), (b"import imp\nx = '\xe9'\n", "IMP902")],
)
def test_what_no_comment_can_silence(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(content)
    run = add_noqa(checked(path), {})
    assert path.read_bytes() == content
    assert [finding.diagnostic.code for finding in run.remaining] == [code]
    assert (run.commented, run.status) == (0, 1)


def test_only_what_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"import imp\nimp.reload(m)\n")
    add_noqa(checked(path, select=("IMP1",)), {})
    assert path.read_bytes() == b"import imp\nimp.reload(m)  # noqa: IMP101\n"


def test_a_file_that_has_changed_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"import imp\n")
    run = checked(path)
    path.write_bytes(b"import imp # new\n")
    after = add_noqa(run, {})
    assert path.read_bytes() == b"import imp # new\n"
    assert (len(after.remaining), after.commented, after.status) == (1, 0, 2)
    assert "changed while" in str(after.results[0].error)
