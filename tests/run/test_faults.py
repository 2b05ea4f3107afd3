"""The n-th call to the system fails, whichever it is: named files, exit 2, the others done.

The whole command runs in this process, with calls that fail as a system would let
them; those that Python makes in C (`os.scandir`'s entries ...) are wrapped as well.
"""

from __future__ import annotations

import builtins
import errno
import io
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from imp_migrate import cli
from imp_migrate.run import rename

OLD = b"import imp\nimp.reload(x)\n"
NEW = b"import importlib\nimportlib.reload(x)\n"
NAMES = [f"m{n}.py" for n in range(4)]
ERRORS = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.ESTALE, errno.EINTR]
CALLS = {
    "open": (os, "open"),
    "read": (io.FileIO, "read"),
    "write": (os, "write"),
    "fsync": (os, "fsync"),
    "rename": (os, "replace"),
    "exchange": (rename, "exchange"),
    "unlink": (os, "unlink"),
    "stat": (os, "stat"),
    "fstat": (os, "fstat"),
    "lstat": (os, "lstat"),
    "fchmod": (os, "fchmod"),
    "fchown": (os, "fchown"),
    "scandir": (os, "scandir"),
    "builtin open": (builtins, "open"),
}


class Faults:
    """Lets the n-th call that concerns *folder* fail."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = os.fspath(folder)
        self.monkeypatch = monkeypatch
        self.calls = 0

    @contextmanager
    def at(self, call: str, n: int, error: int) -> Iterator[None]:
        owner, name = CALLS[call]
        real = getattr(owner, name)
        self.calls = 0

        def fails(*args: Any, **kwargs: Any) -> Any:
            if self._ours(args):
                self.calls += 1
                if self.calls == n:
                    where = [a for a in args[:1] if isinstance(a, str)]
                    raise OSError(error, os.strerror(error), *where)
            return real(*args, **kwargs)

        with self.monkeypatch.context() as patch:
            patch.setattr(owner, name, fails)
            yield

    def _ours(self, args: tuple[Any, ...]) -> bool:
        place = args[0] if args else ""
        if isinstance(place, int):
            place = os.readlink(f"/proc/self/fd/{place}")
        return str(place).startswith(self.folder) or not os.path.isabs(str(place))


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder)
    return folder


def fill(tree: Path) -> None:
    for name in NAMES:
        (tree / name).write_bytes(OLD)


def check(tree: Path, status: int, errors: str) -> set[str]:
    """Every file is old or new, and named if it is old; return the names of the new ones."""
    assert "Traceback" not in errors
    new = set()
    for name in NAMES:
        content = (tree / name).read_bytes()
        assert content in (OLD, NEW), (name, content)
        if content == NEW:
            new.add(name)
            assert f"{name}: cannot write" not in errors
        else:
            assert status == 2, errors
            assert name in errors or ("error: " in errors and not new), errors
    return new


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks /proc what is open")
@pytest.mark.parametrize("call", [name for name in CALLS if name not in ("read", "write")])
def test_write(
    call: str, tree: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    if call == "rename":
        monkeypatch.setattr(rename, "exchange", lambda *_: False)
    faults = Faults(tree, monkeypatch)
    failed = 0
    for n, error in zip(itertools.count(1), itertools.cycle(ERRORS)):
        fill(tree)
        with faults.at(call, n, error):
            status = cli.main(["--write", "."])
        new = check(tree, status, capfd.readouterr().err)
        failed += status == 2
        if status == 2 and new:
            assert len(new) >= len(NAMES) - 1, "one file at most pays for one error"
        if call not in ("unlink", "lstat"):  # else it could not be removed
            assert list(tree.glob(".imp-migrate-*")) == []
        if faults.calls < n:
            break
    assert call in ("unlink", "lstat") or failed >= 1, "no call failed"
    assert n > len(NAMES) or call in ("scandir", "builtin open")
    # The next run has the rest done.
    assert cli.main(["--write", "."]) == 0
    assert check(tree, 0, "") == set(NAMES)
    assert sorted(os.listdir(tree)) == [".git", *NAMES]


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("n", [1, 3])
def test_reading(
    error: int,
    n: int,
    tree: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file that opens and cannot be read."""
    fill(tree)
    from imp_migrate.run import files

    real, unreadable = files.read, os.path.join(str(tree), f"m{n}.py")

    def read(path: str) -> bytes:
        if path == unreadable:
            raise files.FileError.of(path, OSError(error, os.strerror(error)))
        return real(path)

    monkeypatch.setattr(files, "read", read)
    assert cli.main(["--write", "."]) == 2
    errors = capsys.readouterr().err
    assert check(tree, 2, errors) == set(NAMES) - {f"m{n}.py"}
    assert f"error: m{n}.py: " in errors


@pytest.mark.parametrize("error", ERRORS)
def test_configuration_that_cannot_be_read(
    error: int, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not taken for none: what it excludes is not written."""
    fill(tree)
    (tree / "pyproject.toml").write_text("[tool.imp-migrate]\nextend-exclude = ['m*.py']\n")
    real = builtins.open

    def fails(file: Any, *args: Any, **kwargs: Any) -> Any:
        if str(file).endswith("pyproject.toml"):
            raise OSError(error, os.strerror(error))
        return real(file, *args, **kwargs)

    monkeypatch.setattr(builtins, "open", fails)
    assert cli.main(["--write", "."]) == 2
    monkeypatch.undo()
    assert "pyproject.toml" in capsys.readouterr().err
    assert {(tree / name).read_bytes() for name in NAMES} == {OLD}


@pytest.mark.parametrize("error", ERRORS)
def test_ignore_file_that_cannot_be_read(
    error: int, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(tree)
    (tree / ".gitignore").write_text("m*.py\n")
    real: Callable[..., Any] = builtins.open

    def fails(file: Any, *args: Any, **kwargs: Any) -> Any:
        if str(file).endswith(".gitignore"):
            raise OSError(error, os.strerror(error))
        return real(file, *args, **kwargs)

    monkeypatch.setattr(builtins, "open", fails)
    assert cli.main(["--write", "."]) == 2
    monkeypatch.undo()
    assert ".gitignore" in capsys.readouterr().err
    assert {(tree / name).read_bytes() for name in NAMES} == {OLD}
