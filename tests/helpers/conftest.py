"""The laboratory that the tests of the helpers share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.laboratory import Laboratory


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy remembers of the standard library, for all tests that run it."""
    return tmp_path_factory.mktemp("mypy")


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    if not hasattr(os, "fork"):
        pytest.skip("the scenarios run in forks")
    laboratory = Laboratory(tmp_path_factory.mktemp("helpers"))
    yield laboratory
    laboratory.close()
