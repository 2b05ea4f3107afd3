"""What happens around the moment in which a file takes the place of another."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from imp_migrate.run import files, rename, temporary
from imp_migrate.run.files import FileError

from ..command import run

OLD, NEW, EDIT = b"old text\n", b"new text, longer\n", b"what somebody saved\n"
SOURCE = b"import imp\nimp.reload(x)\n"
linux = pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is Linux's")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "module.py"
    path.write_bytes(OLD)
    return path


def contents(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in folder.iterdir())


class TestRename:
    @linux
    def test_exchange(self, path: Path) -> None:
        other = path.parent / "other\udcff"
        other.write_bytes(NEW)
        assert rename.exchange(str(path), str(other))
        assert (path.read_bytes(), other.read_bytes()) == (NEW, OLD)

    @linux
    def test_errors_are_those_of_the_system(self, path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            rename.exchange(str(path), str(path.parent / "gone"))
        with pytest.raises(FileExistsError):
            rename.to_new_name(str(path), str(path))

    def test_nowhere_else(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        assert not rename.exchange(str(path), str(path))


class TestChangedInTheLastMoment:
    """By somebody who comes after the last look at the file."""

    def meanwhile(self, monkeypatch: pytest.MonkeyPatch, *actions: Callable[[], object]) -> None:
        """Before every exchange, one of *actions* happens."""
        real, left = rename.exchange, list(actions)

        def exchange(one: str, other: str) -> bool:
            if left:
                left.pop(0)()
            return real(one, other)

        monkeypatch.setattr(rename, "exchange", exchange)

    def refused(self, path: Path) -> str:
        with pytest.raises(FileError, match="changed while") as info:
            files.replace(str(path), OLD, NEW)
        return info.value.reason

    @linux
    def test_in_place(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.meanwhile(monkeypatch, lambda: path.write_bytes(EDIT))
        self.refused(path)
        assert contents(path.parent) == [EDIT]

    @linux
    def test_by_renaming(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def rename_over() -> None:
            other = path.with_suffix(".new")
            other.write_bytes(EDIT)
            other.replace(path)

        self.meanwhile(monkeypatch, rename_over)
        self.refused(path)
        assert contents(path.parent) == [EDIT]

    @linux
    def test_twice(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        again = b"once more"
        self.meanwhile(monkeypatch, lambda: path.write_bytes(EDIT), lambda: path.write_bytes(again))
        reason = self.refused(path)
        assert path.read_bytes() == EDIT
        saved = reason.rpartition(" is in ")[2]
        assert Path(saved).read_bytes() == again

    @linux
    def test_interrupted(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What came out, and was not looked at, is not thrown away."""
        real = rename.exchange

        def exchange(one: str, other: str) -> bool:
            path.write_bytes(EDIT)
            real(one, other)
            raise KeyboardInterrupt

        monkeypatch.setattr(rename, "exchange", exchange)
        with pytest.raises(KeyboardInterrupt):
            files.replace(str(path), OLD, NEW)
        assert contents(path.parent) == sorted([NEW, EDIT])
        run(".", cwd=path.parent)
        assert contents(path.parent) == sorted([NEW, EDIT])

    def test_no_exchange(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rename, "exchange", lambda *_: False)
        files.replace(str(path), OLD, NEW)
        assert contents(path.parent) == [NEW]

    @pytest.mark.parametrize("supported", [True, False])
    def test_new_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, supported: bool
    ) -> None:
        real, new = rename.to_new_name, tmp_path / "new.py"

        def appears(old: str, name: str) -> bool:
            new.write_bytes(EDIT)
            return real(old, name) if supported else False

        monkeypatch.setattr(rename, "to_new_name", appears)
        with pytest.raises(FileError, match="changed while"):
            files.replace(str(new), b"", NEW)
        assert contents(tmp_path) == [EDIT]

    @linux
    def test_a_writer_that_never_rests(self, path: Path) -> None:
        """It saves by renaming, hundreds of times, and finds every text that it did not replace."""
        lost, saved, stop = [], [], threading.Event()

        def mine(text: bytes) -> bool:
            return path.read_bytes() in (text, b"from " + text)

        def save() -> None:
            while not stop.is_set():
                text = b"edit %d\n" % len(saved)
                other = path.with_suffix(".new")
                other.write_bytes(text)
                other.replace(path)
                saved.append(text)
                time.sleep(0.002)
                # For a moment it may be the text made of the one before, until that is put back.
                if not mine(text) and (time.sleep(0.1) or not mine(text)):
                    lost.append(text)

        writer = threading.Thread(target=save)
        writer.start()
        replaced = 0
        until = time.monotonic() + 20
        try:
            while (replaced < 30 or len(saved) < 300) and time.monotonic() < until:
                before = files.read(str(path))
                if before.startswith(b"edit"):
                    with contextlib.suppress(FileError):
                        files.replace(str(path), before, b"from " + before)
                        replaced += 1
        finally:
            stop.set()
            writer.join()
        assert replaced and len(saved) > 10
        assert not lost


KILLED = """
import os, signal, sys
from imp_migrate.run import files, rename
def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)
{patch} = kill
files.replace(sys.argv[1], open(sys.argv[1], "rb").read(), b"new")
"""


class TestLeftBehind:
    @pytest.fixture
    def killed(self, path: Path) -> Path:
        """The folder in which a process was killed while it wrote."""
        path.write_bytes(SOURCE)
        program = KILLED.format(patch="os.fsync")
        done = subprocess.run([sys.executable, "-c", program, path], check=False)
        assert done.returncode == -signal.SIGKILL
        assert len(list(path.parent.iterdir())) == 2
        return path.parent

    @pytest.mark.parametrize("arguments", [["--write", "."], ["."], ["--write", "module.py"]])
    def test_the_next_run_removes_it(self, killed: Path, arguments: list[str]) -> None:
        done = run("-v", *arguments, cwd=killed)
        assert done.stderr.count(b"a run that was killed had left it behind") == 1
        assert [path.name for path in killed.iterdir()] == ["module.py"]

    def test_quietly(self, killed: Path) -> None:
        assert b"left it behind" not in run(".", cwd=killed).stderr
        assert [path.name for path in killed.iterdir()] == ["module.py"]

    @linux
    def test_killed_after_the_exchange(self, path: Path) -> None:
        """The old text, under the name of the new one, is left behind as well."""
        path.write_bytes(SOURCE)
        program = KILLED.format(patch="files.os.unlink")
        subprocess.run([sys.executable, "-c", program, path], check=False)
        assert contents(path.parent) == [SOURCE, b"new"]
        run(".", cwd=path.parent)
        assert contents(path.parent) == [b"new"]

    def test_what_a_process_still_writes_stays(self, tmp_path: Path) -> None:
        name = temporary.name_in(str(tmp_path))
        descriptor = temporary.create(name, 0o600)
        assert not temporary.remove_leftover(name)
        run(".", cwd=tmp_path)
        assert os.path.exists(name)
        os.close(descriptor)
        assert temporary.remove_leftover(name)
        assert not os.path.exists(name)

    def test_taken_away_before_it_was_locked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Then it is made once more."""
        name, real, calls = temporary.name_in(str(tmp_path)), temporary._lock, []

        def lock(descriptor: int) -> bool:
            calls.append(descriptor)
            if len(calls) == 1:
                os.unlink(name)
            return real(descriptor)

        monkeypatch.setattr(temporary, "_lock", lock)
        os.close(temporary.create(name, 0o600))
        assert os.path.exists(name)
        assert len(calls) == 2

    @pytest.mark.parametrize(
        "name", [".imp-migrate-x.tmp", ".imp-migrate-0123456789abcdef.tmp.py", "0123456789abcdef"]
    )
    def test_other_names_stay(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).touch()
        run(".", "--write", cwd=tmp_path)
        assert (tmp_path / name).exists()

    def test_links_and_folders_stay(self, tmp_path: Path) -> None:
        link, folder = (Path(temporary.name_in(str(tmp_path))) for _ in range(2))
        target = tmp_path / "target"
        target.write_bytes(OLD)
        link.symlink_to(target)
        folder.mkdir()
        run(".", "--write", cwd=tmp_path)
        assert link.is_symlink() and folder.is_dir() and target.read_bytes() == OLD
