"""The report as one page: all in it, nothing fetched, every name and text escaped.

The page is built as a tree and escaped where it is written, so that no text can become
markup; its policy forbids whatever is not part of it, too.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ..run.mode import Mode
from ..run.results import Run
from .review import LABELS, Hunk, Line, Spot, by_folder, failures, spots_of, tally
from .style import number_of

Content = ET.Element | str


def html_report(run: Run, version: str, information: str) -> str:
    """The page."""
    spots = spots_of(run)
    style, script = _part("page.css"), _part("page.js")
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}"
    policy += "; base-uri 'none'; form-action 'none'"
    page = _e(
        "html",
        _e(
            "head",
            _e("meta", charset="utf-8"),
            _e("meta", {"http-equiv": "Content-Security-Policy"}, content=policy),
            _e("meta", name="viewport", content="width=device-width, initial-scale=1"),
            _e("title", "Migration off imp"),
            _e("style", style),
        ),
        _e(
            "body",
            _e("a", "Skip to the spots", {"class": "skip"}, href="#spots"),
            _header(run, spots, version, information),
            _e("main", *_failed(run), *_folders(spots), *_spots(spots)),
            _e("script", script),
        ),
        lang="en",
    )
    return "<!DOCTYPE html>\n" + ET.tostring(page, encoding="unicode", method="html") + "\n"


def _e(tag: str, *content: Content | dict[str, str], **attributes: str) -> ET.Element:
    """An element; a dictionary holds attributes whose names Python does not take."""
    element = ET.Element(tag, attributes)
    for part in content:
        if isinstance(part, dict):
            element.attrib.update(part)
        elif isinstance(part, str) and len(element):
            element[-1].tail = (element[-1].tail or "") + part
        elif isinstance(part, str):
            element.text = (element.text or "") + part
        else:
            element.append(part)
    return element


def _part(name: str) -> str:
    return importlib.resources.files(__package__).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _header(run: Run, spots: Sequence[Spot], version: str, information: str) -> ET.Element:
    files = len({spot.path for spot in spots})
    return _e(
        "header",
        _e("h1", "Migration off ", _e("code", "imp")),
        _e(
            "p",
            f"{number_of(len(spots), 'spot')} in {number_of(files, 'file')}; ",
            "rewritten in place where that was possible. "
            if run.mode is Mode.WRITE
            else "nothing has been changed. ",
            f"{number_of(run.known, 'spot')} more in the baseline. " if run.known else "",
            "Made by ",
            _e("a", f"imp-migrate {version}", href=information, rel="noreferrer"),
            ".",
        ),
        _e("ul", {"class": "totals"}, *_totals(tally(spots))),
    )


def _totals(counts: Counter[str]) -> Iterator[ET.Element]:
    for kind, label in LABELS.items():
        if counts[kind]:
            yield _e("li", _e("b", str(counts[kind])), " ", _mark(kind), label)


def _mark(kind: str) -> ET.Element:
    return _e("span", {"class": f"mark {kind}", "aria-hidden": "true"})


def _failed(run: Run) -> Iterator[ET.Element]:
    failed = list(failures(run))
    if failed:
        items = (_e("li", _e("code", path), f": {reason}") for path, reason in failed)
        yield _e(
            "section",
            {"class": "failed"},
            _e("h2", "What could not be dealt with"),
            _e("ul", *items),
        )


def _folders(spots: Sequence[Spot]) -> Iterator[ET.Element]:
    folders = by_folder(spots)
    if not folders:
        yield _e("p", "No use of imp needs migrating.")
        return
    longest = max(map(len, folders.values()))
    items = []
    for number, (folder, found) in enumerate(folders.items()):
        counts = tally(found)
        words = ", ".join(f"{counts[kind]} {LABELS[kind]}" for kind in LABELS if counts[kind])
        items.append(
            _e(
                "li",
                _e("a", _e("code", folder), href=f"#folder-{number}"),
                _bar(counts, longest),
                _e("p", words),
            )
        )
    yield _e("section", _e("h2", "Folders"), _e("ul", {"class": "folders"}, *items))


def _bar(counts: Counter[str], longest: int) -> ET.Element:
    """A bar as long as the folder is big; the words below it say the same."""
    bar = _e(
        "svg",
        viewBox="0 0 100 1",
        preserveAspectRatio="none",
        focusable="false",
    )
    bar.set("aria-hidden", "true")
    at = 0.0
    for kind in LABELS:
        width = 100 * counts[kind] / longest
        if width:
            part = _e("rect", {"class": kind}, x=f"{at:.3f}", width=f"{width:.3f}", height="1")
            bar.append(part)
        at += width
    return bar


def _spots(spots: Sequence[Spot]) -> Iterator[ET.Element]:
    if not spots:
        return
    yield _filter(spots)
    links = _links()
    numbers = iter(range(1, len(spots) + 1))
    sections = []
    for number, (folder, found) in enumerate(by_folder(spots).items()):
        files: dict[str, list[Spot]] = {}
        for spot in found:
            files.setdefault(spot.path, []).append(spot)
        sections.append(
            _e(
                "section",
                _e("h2", _e("code", folder)),
                *(
                    _e(
                        "section",
                        {"class": "file"},
                        _e("h3", _e("code", path)),
                        *(_article(spot, next(numbers), links) for spot in inside),
                    )
                    for path, inside in files.items()
                ),
                id=f"folder-{number}",
            )
        )
    yield _e("div", *sections, id="spots", tabindex="-1")


def _links() -> dict[str, str]:
    from ..registry import rules

    return {code: rule.url for code, rule in rules().items()}


def _filter(spots: Sequence[Spot]) -> ET.Element:
    """The form that the script shows: it does the work."""
    counts = tally(spots)
    kinds = [
        _e(
            "label",
            _e("input", type="checkbox", name="kind", value=kind, checked="checked"),
            _mark(kind),
            f"{LABELS[kind]} ({counts[kind]})",
        )
        for kind in LABELS
        if counts[kind]
    ]
    codes = Counter(spot.code for spot in spots if spot.code)
    rules = [_e("option", f"{code} ({codes[code]})", value=code) for code in sorted(codes)]
    return _e(
        "form",
        _e("h2", "Spots"),
        _e(
            "label",
            {"class": "search"},
            "Search ",
            _e("input", type="search", name="words", autocomplete="off"),
        ),
        _e(
            "label",
            "Rule ",
            _e("select", _e("option", "all", value=""), *rules, name="code"),
        ),
        _e("fieldset", _e("legend", "Show"), *kinds),
        _e("p", {"aria-live": "polite"}, id="shown"),
        {"hidden": "hidden"},
        id="filter",
    )


def _article(spot: Spot, number: int, links: dict[str, str]) -> ET.Element:
    place = spot.place if spot.place.startswith("cell") else f"Line {spot.place}"
    title = _e("h4", _e("a", place.replace("cell", "Cell"), href=f"#spot-{number}"))
    if spot.code in links:
        title.append(_e("a", spot.code, {"class": "code"}, href=links[spot.code], rel="noreferrer"))
    elif spot.code:
        title.append(_e("span", spot.code, {"class": "code"}))
    title.append(_e("span", _mark(spot.kind), LABELS[spot.kind], {"class": "kind"}))
    article = _e(
        "article",
        title,
        _e("p", spot.message),
        {"data-kind": spot.kind, "data-code": spot.code},
        id=f"spot-{number}",
    )
    if spot.fix:
        article.append(_e("p", _e("b", f"{spot.trust}: "), spot.fix))
    article.extend(_hunks(spot.here))
    if spot.elsewhere:
        also = "also " if spot.changes else ""
        text = f"The fix {also}changes {number_of(spot.lines_elsewhere, 'line')} elsewhere"
        details = _e("details", _e("summary", text), *_hunks(spot.elsewhere))
        if not spot.changes:
            details.set("open", "open")
        article.append(details)
    if spot.beside:
        text = f"What it changes at other spots ({number_of(spot.beside, 'line')}) is shown there."
        article.append(_e("p", text, {"class": "note"}))
    return article


def _hunks(hunks: Iterable[Hunk]) -> Iterator[ET.Element]:
    for hunk in hunks:
        sides = [("Before" if hunk.changes else "As it is", hunk.before, "-")]
        if hunk.changes:
            sides.append(("After", hunk.after, "+"))
        yield _e(
            "div",
            *(
                _e("figure", _e("figcaption", name), _e("pre", *_code(lines, sign)))
                for name, lines, sign in sides
            ),
            {"class": "sides" if hunk.changes else "sides one"},
        )


def _code(lines: Iterable[Line], sign: str) -> Iterator[ET.Element]:
    for line in lines:
        shown = f"{sign if line.changed else ' '} {line.text}\n"
        name = {"-": "goes", "+": "comes"}[sign] if line.changed else ""
        yield _e("span", shown, {"class": f"line {name}".strip(), "data-n": str(line.number)})
