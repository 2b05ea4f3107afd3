"""The marker of the tests that need the package index."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "corpus: runs the tool on real releases, fetched on demand")
