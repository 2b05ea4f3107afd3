"""Renaming in one step as only Linux can: two files exchanged, or nothing replaced.

https://man7.org/linux/man-pages/man2/renameat2.2.html
"""

from __future__ import annotations

import errno
import os
import sys

_AT_FDCWD = -100
_NOREPLACE, _EXCHANGE = 1, 2
#: The C library, the kernel or the file system cannot do that.
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)


def exchange(one: str, other: str) -> bool:
    """Let two files swap their names; False if that cannot be done here.  Raises OSError."""
    return _rename(one, other, _EXCHANGE)


def to_new_name(old: str, new: str) -> bool:
    """Rename *old* unless *new* exists (FileExistsError); False if that cannot be done here."""
    return _rename(old, new, _NOREPLACE)


def _rename(old: str, new: str, flag: int) -> bool:
    if sys.platform != "linux":
        return False
    try:
        import ctypes

        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (ImportError, OSError, AttributeError):
        return False
    names = (ctypes.c_char_p(os.fsencode(old)), ctypes.c_char_p(os.fsencode(new)))
    where = ctypes.c_int(_AT_FDCWD)
    if function(where, names[0], where, names[1], ctypes.c_uint(flag)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), old, None, new)
