"""Where the releases are that the tests of the corpus look at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .fetch import DEFAULT_DATA


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder that holds the releases: `IMP_MIGRATE_CORPUS`, or one in the user's cache."""
    root = Path(os.environ.get("IMP_MIGRATE_CORPUS") or DEFAULT_DATA).expanduser()
    root.mkdir(parents=True, exist_ok=True)
    return root
