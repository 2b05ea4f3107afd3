"""What the README shows is what happens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import imp_migrate

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOB = re.escape("https://github.com/imp-migrate/imp-migrate/blob/main/")


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_what_it_writes_is_what_it_writes() -> None:
    before, after = re.findall(r"```python\n(.*?)```", section("What it writes"), re.DOTALL)
    assert imp_migrate.migrate(before).text == after


def test_links_work_on_the_package_index() -> None:
    """It shows no other file of the project, and headings without anchors."""
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert len(links) > 30
    assert [link for link in links if not link.startswith("https://")] == []


@pytest.mark.parametrize("link", sorted(set(re.findall(rf"\]\({BLOB}([^)]+)\)", README))))
def test_links_into_the_project_lead_somewhere(link: str) -> None:
    path, _, anchor = link.partition("#")
    text = (ROOT / path).read_text(encoding="utf-8")
    headings = {title.lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)", text, re.M)}
    assert not anchor or anchor in headings or f'<a id="{anchor}">' in text


def test_every_page_is_linked() -> None:
    for page in (ROOT / "docs").glob("*.md"):
        assert f"docs/{page.name}" in README


def test_every_option_is_told() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "imp_migrate", "--help"], capture_output=True, text=True, check=True
    )
    told = set(re.findall(r"--[a-z-]+", README)) | {"--help", "--jobs", "--quiet", "--verbose"}
    assert set(re.findall(r"(?<![\w-])--[a-z-]+", run.stdout)) - told == set()


def test_every_setting_is_told() -> None:
    assert "helper-module" in README
