"""What all tests share: a clear word where something is not installed, no hurry elsewhere."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys

import pytest

NEEDED = ("flake8", "hypothesis", "jsonschema", "libcst", "lsprotocol", "nbformat", "pygls")


def pytest_configure() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise pytest.UsageError(
            f"the tests need {', '.join(missing)}, which this Python lacks:"
            ' python -m pip install -e ".[test]"'
        )
    # Else each process that a test starts would compile the tool anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False  # nor this one the tests, with their assertions rewritten
    from hypothesis import settings

    settings.register_profile("any machine", deadline=None)  # a slow one is no failure
    settings.load_profile("any machine")


def pytest_collection_finish() -> None:
    # Thousands of tests and all that they import stay: looking through them again and again
    # for garbage takes a tenth of the time.
    gc.freeze()
    gc.set_threshold(100_000)
