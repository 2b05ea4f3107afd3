"""Files on disk: read as bytes, replaced atomically, never half written."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterator

_REASONS = {
    errno.ELOOP: "symbolic link loop",
    errno.ENOENT: "no such file or directory",
    errno.EACCES: "permission denied",
    errno.ENOSPC: "no space left on device",
    errno.EROFS: "read-only file system",
    errno.ESTALE: "no longer there (stale file handle)",
}

#: Flags that not every system has: bytes as they are, and never wait for a pipe.
_BINARY: int = getattr(os, "O_BINARY", 0)
_NONBLOCK: int = getattr(os, "O_NONBLOCK", 0)
#: How a file is opened to be read.
READING = os.O_RDONLY | _NONBLOCK | _BINARY
_CHANGED = "changed while it was being migrated, left alone"
_AS_WE_ARE = os.access in os.supports_effective_ids


class FileError(Exception):
    """A file or folder that could not be read or written, and why, in the user's words."""

    def __init__(self, path: str, reason: str) -> None:
        # Both arguments go to Exception: that keeps it picklable.
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"

    @classmethod
    def of(cls, path: str, error: OSError, doing: str = "") -> FileError:
        """Turn what the system said about *path* into a FileError."""
        reason = _REASONS.get(error.errno or 0) or (error.strerror or str(error)).lower()
        if error.errno == errno.ENOENT and os.path.islink(path):
            reason = "broken symbolic link"
        return cls(path, f"{doing}: {reason}" if doing else reason)


def read(path: str) -> bytes:
    """Return the bytes of *path*.

    Raises FileError when it cannot be read or is not a regular file.
    """
    try:
        # Without a file object around it: of a clean tree, reading is most of the work.
        descriptor = os.open(path, READING)
        try:
            status = os.fstat(descriptor)
            if stat.S_ISDIR(status.st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if not stat.S_ISREG(status.st_mode):
                raise FileError(path, "not a regular file")
            data = os.read(descriptor, status.st_size + 1)
            if len(data) != status.st_size:
                # Cut short, or it has grown meanwhile.
                data = b"".join([data, *iter(lambda: os.read(descriptor, 1 << 20), b"")])
            return data
        finally:
            os.close(descriptor)
    except OSError as error:
        raise FileError.of(path, error) from None


def replace(path: str, before: bytes, after: bytes) -> None:
    """Make *after* the content of the file *path*: all of it, or nothing happens.

    The text goes to a new file in the same folder, which takes the old one's
    place when it has reached the disk and has the mode, owner and extended
    attributes of the old one (as far as the system lets us).  A symbolic link
    stays a link: its target is replaced.  Of a file with several hard links only
    this name changes: the others may be what must not change (a package cache, a
    backup).  A file or folder without a single write permission bit counts as
    read-only for everybody, root included.

    With an empty *before* there need not be such a file yet.

    Raises FileError, with the file as it was and nothing left behind, when it no
    longer holds *before*, is read-only, or cannot be written.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    is_new = not before and not os.path.lexists(target)
    try:
        if sys.platform != "win32":  # there, the bit of a folder says nothing about writing
            _check_writable(folder, "folder")
        if not is_new:
            _check_writable(target, "file")
        with _new_file(folder, after, before, None if is_new else target) as new:
            if is_new:
                _appear(new, target)
            else:
                _take_place(new, target, before, after)
        _sync_folder(folder)
    except OSError as error:
        raise FileError.of(path, error, "cannot write") from None
    except FileError as error:
        raise FileError(path, error.reason) from None


def _appear(new: str, target: str) -> None:
    """Let the file *new* be called *target*, which no file must be."""
    from . import rename

    try:
        if rename.to_new_name(new, target):
            return
    except FileExistsError:
        raise FileError(target, _CHANGED) from None
    if os.path.lexists(target):
        raise FileError(target, _CHANGED)
    os.replace(new, target)


def _take_place(new: str, target: str, before: bytes, after: bytes) -> None:
    """Let the file *new* take the place of *target*, if that still holds *before*.

    Where the two can be exchanged, what came out is looked at: it goes back if somebody
    changed it in the last moment.  What remains is who writes, later still, through
    a file that was opened before.
    """
    from . import rename, temporary

    with temporary.held(target):
        if read(target) != before:
            raise FileError(target, _CHANGED)
        if not rename.exchange(new, target):
            os.replace(new, target)
            return
        reason = _CHANGED
        try:
            came_out = read(new)
        except FileError as error:
            reason = f"cannot write: {error.reason}"
        else:
            if came_out == before:
                with contextlib.suppress(OSError):
                    os.unlink(new)
                return
        rename.exchange(new, target)
        if _holds(new, after):
            raise FileError(target, reason)
        # Changed once more, in the moment when it had our text.
        saved = temporary.keep(new)
        raise FileError(target, f"{reason}; another change of it is in {saved}")


def _holds(path: str, content: bytes) -> bool:
    try:
        return read(path) == content
    except FileError:
        return False


def has_other_links(path: str) -> bool:
    """Say whether *path* has further hard links, which `replace` would leave as they are."""
    try:
        return os.stat(path).st_nlink > 1
    except OSError:
        return False


def _check_writable(place: str, what: str) -> None:
    # `os.replace` needs permission on the folder only, so the file's is checked, too.
    if not os.stat(place).st_mode & 0o222 or not os.access(
        place, os.W_OK, effective_ids=_AS_WE_ARE
    ):
        raise FileError(place, f"cannot write: the {what} is read-only")


@contextlib.contextmanager
def _new_file(folder: str, content: bytes, before: bytes, like: str | None) -> Iterator[str]:
    """A new file in *folder* with *content*, on disk, with the attributes of *like*.

    At the end what bears its name is removed if it is still this file, or holds *before*:
    then it is the one whose place was taken.  Anything else is somebody's, and kept.
    """
    from . import temporary  # here as above: a clean tree writes nothing

    # Named before it exists, so that an interruption at any point can clean up.
    path = temporary.name_in(folder)
    inode = None
    try:
        with open(temporary.create(path, 0o600 if like else 0o666), "wb", buffering=0) as stream:
            inode = os.fstat(stream.fileno()).st_ino
            rest = memoryview(content)
            while rest:
                rest = rest[stream.write(rest) :]
            if like:
                _copy_attributes(like, stream.fileno())
            os.fsync(stream.fileno())
            if sys.platform == "win32":
                stream.close()  # no open file takes the place of another there
            yield path
    finally:
        # If this fails, the next run over the folder does it: nothing is wrong with the file.
        with contextlib.suppress(OSError):
            if inode in (None, os.lstat(path).st_ino) or _holds(path, before):
                os.unlink(path)
            else:
                temporary.keep(path)


def _copy_attributes(like: str, descriptor: int) -> None:
    status = os.stat(like)
    mode = stat.S_IMODE(status.st_mode)
    if sys.platform == "win32":
        return  # one permission bit there, and it was just found to be set
    try:
        os.fchown(descriptor, status.st_uid, status.st_gid)
    except PermissionError:
        mode &= 0o777  # set-user-ID must not pass to another owner
    os.fchmod(descriptor, mode)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # not every file system has extended attributes
            for name in os.listxattr(like):
                os.setxattr(descriptor, name, os.getxattr(like, name))


def _sync_folder(folder: str) -> None:
    """Bring the new name to disk, where folders can be opened."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
