"""The tool on real code: every release of the pinned subset, under two settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from . import data
from .check import check_releases
from .fetch import UnreachableError, fetch


@pytest.mark.corpus
@pytest.mark.parametrize("release", data.subset().values(), ids=lambda release: release.key)
def test_release(release: data.Release, corpus: Path) -> None:
    """No defect in any file of the release."""
    if reason := unreachable(release, corpus):
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    results = check_releases(corpus, [release], ["default", "unsafe"])
    assert any(result.sites for result in results) or not all(
        site.python3 for site in data.sites()[release.key]
    )
    defects = [f"[{mode}] {defect}" for result in results for mode, defect in result.defects]
    assert not defects, "\n".join(["", *defects])


def unreachable(release: data.Release, corpus: Path) -> str:
    """Fetch *release*; say so if the index does not answer."""
    try:
        fetch(release, corpus)
    except UnreachableError as error:
        return f"{release.key} is not in {corpus}, and {error}"
    return ""


def test_the_data_fits_together() -> None:
    releases, sites, subset = data.releases(), data.sites(), data.subset()
    assert set(sites) <= set(releases)
    assert set(subset) <= set(sites) and len(subset) >= 30
    families = {site.family for of_release in sites.values() for site in of_release}
    shown = {site.family for key in subset for site in sites[key] if site.python3}
    assert families - shown == set()


def test_every_exception_is_about_a_file_of_the_corpus_and_has_a_reason() -> None:
    sites = data.sites()
    for case in data.disagreements():
        # the path of a row is only a hint, that of an exception is real
        rows = {(s.line, s.member) for s in sites[case.release] if case.path.startswith(s.path)}
        assert case.kind not in ("missing", "status") or (case.line, case.member) in rows
        assert len(case.reason) > 20, case
