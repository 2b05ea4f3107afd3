"""What the README shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import imp_migrate

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_what_it_writes_is_what_it_writes() -> None:
    before, after = re.findall(r"```python\n(.*?)```", section("What it writes"), re.DOTALL)
    assert imp_migrate.migrate(before).text == after


def test_links_work_on_the_package_index() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert len(links) > 30
    assert [link for link in links if not link.startswith(("https://", "#"))] == []


def test_every_setting_is_told() -> None:
    for word in ("helper-module", "--force-exclude", "--color"):
        assert word in README
