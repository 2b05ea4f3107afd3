"""The versions of Python that what is written can be made for."""

from __future__ import annotations

#: Versions `--target-version` accepts, oldest first.
TARGET_VERSIONS: tuple[tuple[int, int], ...] = tuple((3, minor) for minor in range(8, 15))


def parse_target_version(text: str) -> tuple[int, int]:
    """Turn `py38` … `py314` into `(3, 8)` … `(3, 14)`.

    Raises ValueError for anything else.
    """
    names = {f"py{major}{minor}": (major, minor) for major, minor in TARGET_VERSIONS}
    if text not in names:
        raise ValueError(f"{text!r} is not a target version (one of {', '.join(names)})")
    return names[text]
