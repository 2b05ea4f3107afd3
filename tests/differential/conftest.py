"""The interpreters that the differential tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.differential.harness import REQUIRED, Laboratory
from tests.interpreters import require


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """Interpreters that run programs; without 3.11 to 3.13 the test is skipped, or fails in CI."""
    for version in REQUIRED:
        require(version)
    laboratory = Laboratory(tmp_path_factory.mktemp("programs"))
    yield laboratory
    laboratory.close()
