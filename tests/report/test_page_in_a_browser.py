"""The page for review as people see and use it, in a real Chromium; skipped where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imp_migrate import Options
from imp_migrate.report.html import html_report
from imp_migrate.report.review import spots_of
from imp_migrate.run import runner
from imp_migrate.run.files import FileError
from imp_migrate.run.results import Mode, Run

from .. import browser
from .samples import finding

pytestmark = pytest.mark.skipif(browser.executable() is None, reason="there is no Chromium")

SAMPLE = Path(__file__).parents[2] / "fixtures" / "sample"
WIDTHS = (1280, 400)
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def run() -> Run:
    """The sample project, and spots that must not become markup or break the layout."""
    results = [
        runner.process_bytes(
            path.read_bytes(),
            str(path.relative_to(SAMPLE)),
            Options(),
            Mode.CHECK,
            all_edits=True,
        )
        for path in sorted(SAMPLE.rglob("*.py"))
    ]
    guarded = b"import sys\nif sys.version_info < (3, 4):\n    import imp\n    imp.reload\n"
    results.append(runner.process_bytes(guarded, "old/guarded.py", Options(), Mode.CHECK))
    long = "x" * 300
    evil = finding(
        f"imp.x  # <script>document.title = 'taken'</script>{long}\n",
        "imp.x",
        ("imp.x", "<img src=x onerror=\"document.title = 'taken'\">"),
        message=f"<b>{long}</b>",
        filename=f"{long}/<script>document.title = 'taken'</script>.py".replace("</s", "<s"),
    )
    results.append(type(results[0])(evil.filename, (evil,)))
    return Run(errors=[FileError("gone.py", "no such file")], results=results)


@pytest.fixture(scope="module")
def document(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report as a file."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html_report(run, "1.2", "https://example.org/"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[browser.Page]:
    """A browser for all tests."""
    with browser.page() as page:
        yield page


@pytest.fixture
def page(chromium: browser.Page, document: Path) -> browser.Page:
    """The page, just loaded."""
    chromium.requests.clear()
    chromium.complaints.clear()
    chromium.look(1280, "light")
    chromium.open(document)
    return chromium


def test_nothing_is_fetched_and_nothing_foreign_runs(page: browser.Page, document: Path) -> None:
    page.evaluate("new Promise(done => setTimeout(done, 200))")
    assert page.requests == [document.as_uri()]
    assert page.complaints == []  # such as an offence against its policy
    assert page.evaluate("document.title") == "Migration off imp"
    assert page.evaluate("document.images.length") == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out(page: browser.Page, width: int) -> None:
    page.look(width, "light")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("innerWidth") == width
    out = page.evaluate(
        "[...document.body.querySelectorAll('*:not(.skip)')].filter(e => {"
        "  const box = e.getBoundingClientRect(); return box.right > innerWidth + 0.5 || box.left < 0;"
        "}).map(e => e.outerHTML.slice(0, 80))"
    )
    assert out == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(("width", "beside"), [(1280, True), (400, False)])
def test_before_and_after_are_side_by_side_where_there_is_room(
    page: browser.Page, width: int, beside: bool
) -> None:
    page.look(width, "light")
    tops = page.evaluate(
        "[...document.querySelectorAll('.sides:not(.one)')].filter(e => e.offsetHeight)"
        ".map(e => [...e.children].map(f => Math.round(f.getBoundingClientRect().top)))"
    )
    assert len(tops) > 5
    assert all((before == after) is beside for before, after in tops)


_CONTRASTS = """
(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map(c => c / 255)
      .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const back = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (channels(color)[3] !== 0) return color;
    }
    return "none";
  };
  const found = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ["SCRIPT", "OPTION"].includes(element.tagName)) continue;
    const pairs = [getComputedStyle(element).color];
    if (element.dataset.n) pairs.push(getComputedStyle(element, "::before").color);
    for (const color of pairs) found[color + " on " + back(element)] = ratio(color, back(element));
  }
  return found;
})()
"""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_can_be_read(page: browser.Page, scheme: str) -> None:
    page.look(1280, scheme)
    found: dict[str, float] = page.evaluate(_CONTRASTS)
    assert len(found) >= 8  # text, faint text and links, on the page, panels and changes
    assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}


def test_light_and_dark_differ(page: browser.Page) -> None:
    backs = []
    for scheme in SCHEMES:
        page.look(1280, scheme)
        backs.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert backs == ["rgb(255, 255, 255)", "rgb(22, 24, 28)"]


_FOCUS = """
(() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  return {what: e.tagName + "." + (e.name || e.className), outline: style.outlineStyle,
    seen: box.left >= 0 && box.top >= 0 && box.bottom <= innerHeight};
})()
"""


def test_by_keyboard(page: browser.Page, run: Run) -> None:
    total = len(spots_of(run))

    def tab() -> dict[str, Any]:
        page.press("Tab")
        focus = page.evaluate(_FOCUS)
        assert focus["outline"] != "none", focus
        assert focus["seen"], focus
        assert isinstance(focus, dict)
        return focus

    assert tab()["what"] == "A.skip"
    stops = [tab()["what"] for _ in range(3)]
    assert set(stops) == {"A."}
    while (at := tab()["what"]) != "INPUT.words":
        assert at == "A."
    page.type("reload")
    shown = page.evaluate("document.querySelectorAll('article:not([hidden])').length")
    assert 0 < shown < total
    assert page.evaluate("document.getElementById('shown').textContent") == (
        f"{shown} of {total} shown"
    )
    assert tab()["what"] == "SELECT.code"
    assert tab()["what"] == "INPUT.kind"
    page.press(" ", " ")  # no more automatic ones
    kinds = page.evaluate(
        "[...new Set([...document.querySelectorAll('article:not([hidden])')]"
        ".map(a => a.dataset.kind))]"
    )
    assert "rewritable" not in kinds
    assert page.evaluate("document.activeElement.checked") is False


def test_skipping_to_the_spots(page: browser.Page) -> None:
    page.press("Tab")
    page.press("Enter", "\r")
    assert page.evaluate("document.activeElement.id") == "spots"
    page.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")


def visible(page: browser.Page) -> list[str]:
    """Code and kind of the spots that are shown."""
    shown = page.evaluate(
        "[...document.querySelectorAll('article')].filter(a => a.checkVisibility())"
        ".map(a => a.dataset.code + ' ' + a.dataset.kind)"
    )
    assert isinstance(shown, list)
    return shown


def set_to(page: browser.Page, name: str, value: str) -> None:
    page.evaluate(
        f"(() => {{ const e = document.querySelector('[name={name}]'); e.value = {value!r};"
        " e.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def test_filters(page: browser.Page, run: Run) -> None:
    every = [f"{spot.code} {spot.kind}" for spot in spots_of(run)]
    assert sorted(visible(page)) == sorted(every)
    set_to(page, "code", "IMP203")
    assert visible(page) == [spot for spot in every if spot.startswith("IMP203")] != []
    set_to(page, "code", "")
    # The name of the file counts, and every word.
    wanted = next(spot for spot in spots_of(run) if spot.code == "IMP203")
    set_to(page, "words", f"{wanted.path.upper()} {wanted.message}")
    assert set(visible(page)) == {"IMP203 rewritable"}
    headings = page.evaluate(
        "[...document.querySelectorAll('#spots h3')].filter(e => e.checkVisibility()).length"
    )
    assert headings == 1
    set_to(page, "words", "nothing has these words")
    assert visible(page) == []
    assert page.evaluate(
        "[...document.querySelectorAll('#spots h2')].every(e => !e.checkVisibility())"
    )


def test_without_scripts_all_is_there_but_the_form(
    chromium: browser.Page, document: Path, run: Run
) -> None:
    chromium.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        chromium.open(document)
        assert len(visible(chromium)) == len(spots_of(run))
        assert chromium.evaluate("document.getElementById('filter').checkVisibility()") is False
    finally:
        chromium.call("Emulation.setScriptExecutionDisabled", value=False)
