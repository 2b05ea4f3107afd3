"""Reading and replacing files: atomic, faithful, and with words for every failure."""

from __future__ import annotations

import errno
import os
import pickle
import stat
import subprocess
from pathlib import Path

import pytest

from imp_migrate.run import files
from imp_migrate.run.files import FileError

from ..privileges import public_folder, unprivileged

EXCHANGE = "imp_migrate.run.rename.exchange"
OLD, NEW = b"old\r\n\xff", b"new\r\n\xfe and longer\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "module.py"
    path.write_bytes(OLD)
    return path


def only_file_in(folder: Path) -> bytes:
    """The content of the only file in *folder*: nothing was left behind."""
    (path,) = folder.iterdir()
    return path.read_bytes()


def refused(path: Path, before: bytes = OLD) -> FileError:
    with pytest.raises(FileError) as info:
        files.replace(str(path), before, NEW)
    assert info.value.path == str(path)
    return info.value


class TestRead:
    def test_bytes(self, path: Path) -> None:
        assert files.read(str(path)) == OLD

    def test_empty(self, tmp_path: Path) -> None:
        (tmp_path / "empty.py").touch()
        assert files.read(str(tmp_path / "empty.py")) == b""

    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match=r"gone\.py: no such file or directory"):
            files.read(str(tmp_path / "gone.py"))

    def test_folder(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match=r"is a directory|permission denied"):
            files.read(str(tmp_path))

    def test_pipe_does_not_block(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.py")
        with pytest.raises(FileError, match="not a regular file"):
            files.read(str(tmp_path / "pipe.py"))

    def test_broken_link(self, tmp_path: Path) -> None:
        (tmp_path / "link.py").symlink_to("nowhere.py")
        with pytest.raises(FileError, match=r"link\.py: broken symbolic link"):
            files.read(str(tmp_path / "link.py"))

    def test_link_loop(self, tmp_path: Path) -> None:
        (tmp_path / "a.py").symlink_to("b.py")
        (tmp_path / "b.py").symlink_to("a.py")
        with pytest.raises(FileError, match="symbolic link loop"):
            files.read(str(tmp_path / "a.py"))

    def test_unreadable(self) -> None:
        with public_folder() as folder:
            path = folder / "secret.py"
            path.write_bytes(OLD)
            path.chmod(0)
            with unprivileged(), pytest.raises(FileError, match="permission denied"):
                files.read(str(path))


class TestReplace:
    def test_content(self, path: Path) -> None:
        files.replace(str(path), OLD, NEW)
        assert only_file_in(path.parent) == NEW

    @pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o666])
    def test_mode_is_kept(self, path: Path, mode: int) -> None:
        path.chmod(mode)
        files.replace(str(path), OLD, NEW)
        assert stat.S_IMODE(path.stat().st_mode) == mode

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
    def test_owner_is_kept(self, path: Path) -> None:
        os.chown(path, 12345, 23456)
        files.replace(str(path), OLD, NEW)
        assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456)

    def test_extended_attributes_are_kept(self, path: Path) -> None:
        try:
            os.setxattr(path, "user.note", b"kept")
        except (AttributeError, OSError):
            pytest.skip("no extended attributes here")
        files.replace(str(path), OLD, NEW)
        assert os.getxattr(path, "user.note") == b"kept"

    def test_link_stays_a_link(self, path: Path) -> None:
        link = path.parent / "link.py"
        link.symlink_to(path.name)
        files.replace(str(link), OLD, NEW)
        assert link.is_symlink()
        assert path.read_bytes() == NEW

    def test_other_hard_links_keep_the_old_text(self, path: Path) -> None:
        other = path.parent / "other.py"
        assert not files.has_other_links(str(path))
        os.link(path, other)
        assert files.has_other_links(str(path))
        files.replace(str(path), OLD, NEW)
        assert (path.read_bytes(), other.read_bytes()) == (NEW, OLD)

    def test_long_name(self, tmp_path: Path) -> None:
        path = tmp_path / ("n" * 252 + ".py")
        path.write_bytes(OLD)
        files.replace(str(path), OLD, NEW)
        assert path.read_bytes() == NEW

    def test_new_file(self, tmp_path: Path) -> None:
        mask = os.umask(0o027)
        try:
            files.replace(str(tmp_path / "new.py"), b"", NEW)
        finally:
            os.umask(mask)
        assert only_file_in(tmp_path) == NEW
        assert stat.S_IMODE((tmp_path / "new.py").stat().st_mode) == 0o640

    def test_changed_meanwhile(self, path: Path) -> None:
        assert "changed while" in refused(path, b"what was read").reason
        assert only_file_in(path.parent) == OLD

    def test_appeared_meanwhile(self, path: Path) -> None:
        assert "changed while" in refused(path, b"").reason
        assert only_file_in(path.parent) == OLD

    def test_deleted_meanwhile(self, path: Path) -> None:
        path.unlink()
        assert "no such file" in refused(path).reason
        assert list(path.parent.iterdir()) == []

    def test_read_only_file(self, path: Path) -> None:
        path.chmod(0o444)
        assert refused(path).reason == "cannot write: the file is read-only"
        assert only_file_in(path.parent) == OLD

    def test_read_only_folder(self, path: Path) -> None:
        path.parent.chmod(0o555)
        try:
            assert refused(path).reason == "cannot write: the folder is read-only"
        finally:
            path.parent.chmod(0o755)
        assert only_file_in(path.parent) == OLD

    def test_file_of_somebody_else(self) -> None:
        if os.geteuid() != 0:
            pytest.skip("needs root, to own a file")
        with public_folder() as folder:
            path = folder / "module.py"
            path.write_bytes(OLD)
            with unprivileged():
                assert refused(path).reason == "cannot write: the file is read-only"
            assert only_file_in(folder) == OLD

    def test_writable_file_of_somebody_else(self) -> None:
        if os.geteuid() != 0:
            pytest.skip("needs root, to own a file")
        with public_folder() as folder:
            path = folder / "module.py"
            path.write_bytes(OLD)
            path.chmod(0o4666)
            with unprivileged():
                files.replace(str(path), OLD, NEW)
            assert only_file_in(folder) == NEW
            assert stat.S_IMODE(path.stat().st_mode) == 0o666, "set-user-ID for another owner"

    @pytest.mark.parametrize("call", ["os.fsync", "os.replace", "os.fchmod", EXCHANGE])
    @pytest.mark.parametrize(
        "error", [OSError(errno.ENOSPC, "x"), OSError(errno.EIO, "Input/output error")]
    )
    def test_failure_at_any_point(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: OSError
    ) -> None:
        def fail(*_: object) -> None:
            raise error

        if call == "os.replace":
            monkeypatch.setattr(EXCHANGE, lambda *_: False)
        monkeypatch.setattr(call, fail)
        reason = refused(path).reason
        monkeypatch.undo()
        assert reason in (
            "cannot write: no space left on device",
            "cannot write: input/output error",
        )
        assert only_file_in(path.parent) == OLD

    @pytest.mark.parametrize("call", ["os.open", "os.fsync", "os.replace", EXCHANGE])
    def test_interruption_at_any_point(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, call: str
    ) -> None:
        real = os.open

        def interrupted(*args: object) -> object:
            result = real(*args) if call == "os.open" else None
            if call != "os.open" or ".tmp" in str(args[0]):
                raise KeyboardInterrupt
            return result

        if call == "os.replace":
            monkeypatch.setattr(EXCHANGE, lambda *_: False)
        monkeypatch.setattr(call, interrupted)
        with pytest.raises(KeyboardInterrupt):
            files.replace(str(path), OLD, NEW)
        monkeypatch.undo()
        assert only_file_in(path.parent) == OLD

    def test_full_disk(self, tmp_path: Path) -> None:
        disk = tmp_path / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)]
        try:
            subprocess.run(mount, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("cannot mount a small disk here")
        try:
            path = disk / "module.py"
            path.write_bytes(OLD)
            with pytest.raises(FileError, match="no space left on device"):
                files.replace(str(path), OLD, NEW * 10_000)
            assert only_file_in(disk) == OLD
        finally:
            subprocess.run(["umount", str(disk)], check=True)


def test_errors_cross_processes() -> None:
    error = pickle.loads(pickle.dumps(FileError("a.py", "is gone")))
    assert (error.path, error.reason, str(error)) == ("a.py", "is gone", "a.py: is gone")
