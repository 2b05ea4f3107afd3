"""What all tests share: a clear word where something is not installed, no hurry elsewhere."""

from __future__ import annotations

import importlib.util

import pytest

NEEDED = ("flake8", "hypothesis", "jsonschema", "libcst", "lsprotocol", "nbformat", "pygls")


def pytest_configure() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise pytest.UsageError(
            f"the tests need {', '.join(missing)}, which this Python lacks:"
            ' python -m pip install -e ".[test]"'
        )
    from hypothesis import settings

    settings.register_profile("any machine", deadline=None)  # a slow one is no failure
    settings.load_profile("any machine")
