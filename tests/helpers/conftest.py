"""The laboratory that the tests of the helpers share."""

from __future__ import annotations

import os

import pytest

from tests.helpers.laboratory import Laboratory


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    if not hasattr(os, "fork"):
        pytest.skip("the scenarios run in forks")
    return Laboratory(tmp_path_factory.mktemp("helpers"))
