"""What a run does with the fixes."""

from __future__ import annotations

import enum


class Mode(enum.Enum):
    """What a run does with the fixes."""

    CHECK = "check"
    DIFF = "diff"
    WRITE = "write"
