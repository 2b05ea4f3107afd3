"""The page for review, as HTML and as Markdown, and the data that both show."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import itertools
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from imp_migrate.meaning.uses import IMPORT, MODULE
from imp_migrate.model import Silence
from imp_migrate.registry import rules
from imp_migrate.report import markdown
from imp_migrate.report.html import html_report
from imp_migrate.report.markdown import markdown_report
from imp_migrate.report.page import write_page
from imp_migrate.report.review import LABELS, Hunk, Line, Spot, by_folder, spots_of, tally
from imp_migrate.run.files import FileError
from imp_migrate.run.results import FileResult, Mode, Run
from imp_migrate.text.source import Source

from .samples import DISPLAY, UNSAFE, finding, run_of

FIX = ("imp", "y")
ONE = finding("a\nb\nc\nimp.x\nd\ne\nf\n", "imp.x", ("imp.x", "y\nz"))
HOSTILE = (
    "<script>alert(1)</script>",
    "</style></pre><img src=x onerror=alert(1)>",
    "&amp;\"'`|```\n# x",
    "[a](javascript:alert(1)) ![b](http://c/d) @somebody <http://e>",
    "\x00\x1b[2J\u202e\ud800\uffff",
)


def page(run: Run) -> str:
    return html_report(run, "1.2", "https://example.org/")


def text(run: Run) -> str:
    return markdown_report(run, "1.2", "https://example.org/")


def lines(*numbered: str) -> tuple[Line, ...]:
    """Lines written as `7 text`, or `7!text` if they change."""
    return tuple(
        Line(int(match[1]), match[3], match[2] == "!")
        for match in (re.fullmatch(r"(\d+)([ !])(.*)", line) for line in numbered)
        if match
    )


class TestSpots:
    def test_a_finding(self) -> None:
        assert spots_of(run_of(ONE)) == [
            Spot(
                "a.py",
                4,
                1,
                "4:1",
                "IMP101",
                "rewritable",
                "imp.reload is gone",
                "Do it",
                "Fix, safe",
                (
                    Hunk(
                        lines("2 b", "3 c", "4!imp.x", "5 d", "6 e"),
                        lines("2 b", "3 c", "4!y", "5!z", "6 d", "7 e"),
                    ),
                ),
            )
        ]

    def test_without_a_fix_the_lines_are_shown(self) -> None:
        (spot,) = spots_of(run_of(finding("a\nimp.f(\n  1)\n", "imp.f(\n  1)")))
        assert (spot.kind, spot.fix, spot.elsewhere) == ("manual", "", ())
        assert spot.here == (Hunk(lines("2 imp.f(", "3   1)")),)

    def test_a_hint_is_no_fix(self) -> None:
        (spot,) = spots_of(run_of(finding("imp\n", "imp", FIX, trust=DISPLAY)))
        assert (spot.kind, spot.trust) == (
            "manual",
            "Fix for this spot alone, which --write leaves",
        )

    def test_without_edits_too(self) -> None:
        (spot,) = spots_of(run_of(replace(ONE, edits=())))
        assert (spot.kind, spot.fix) == ("rewritable", "Do it")
        assert spot.here == (Hunk(lines("4 imp.x")),)

    def test_changes_close_by_make_one_hunk_and_others_are_elsewhere(self) -> None:
        source = "i\n" + "-\n" * 9 + "imp.x\nkeep\nnear\n"
        found = finding(source, "imp.x", ("i\n", "j\nk\n"), ("imp.x", "y"), ("near", "n"))
        (spot,) = spots_of(run_of(found))
        assert spot.here == (
            Hunk(
                lines("9 -", "10 -", "11!imp.x", "12 keep", "13!near"),
                lines("10 -", "11 -", "12!y", "13 keep", "14!n"),
            ),
        )
        assert spot.elsewhere == (
            Hunk(lines("1!i", "2 -", "3 -"), lines("1!j", "2!k", "3 -", "4 -")),
        )

    def test_what_works_is_a_spot(self) -> None:
        source = Source("x\nimp.y\n", "a.py")
        silence = Silence("y", 2, 7, "it is guarded")
        run = Run(results=[FileResult("a.py", (), ((source, silence),))])
        (spot,) = spots_of(run)
        assert (spot.kind, spot.line, spot.message) == ("works", 2, "y: it is guarded")
        assert spot.here == (Hunk(lines("2 imp.y")),)

    def test_the_module_that_works_is_called_by_its_name(self) -> None:
        source = Source("import imp\n", "a.py")
        for member in (IMPORT, MODULE):
            silence = Silence(member, 0, 10, "it is guarded")
            (spot,) = spots_of(Run(results=[FileResult("a.py", (), ((source, silence),))]))
            assert spot.message == "imp: it is guarded"

    def test_what_a_comment_silences(self) -> None:
        source = Source("imp.y  # noqa: IMP304\n", "a.py")
        silence = Silence("y", 0, 5, "a comment", "IMP304")
        run = Run(results=[FileResult("a.py", (), ((source, silence),))])
        (spot,) = spots_of(run)
        assert (spot.kind, spot.code) == ("silenced", "IMP304")
        assert "- **1** silenced by a comment" in text(run)

    def test_a_file_that_ends_empty_is_changed(self) -> None:
        run = run_of(finding("import imp\n", "import imp", ("import imp\n", "")))
        assert spots_of(run)[0].changes
        assert "```diff\n@@ -1 +0 @@\n-import imp\n```" in text(run)
        assert re.findall(r"<figcaption>([^<]+)", page(run)) == ["Before", "After"]

    def test_what_is_rewritten(self) -> None:
        (spot,) = spots_of(run_of(replace(ONE, status=DONE.status), mode=Mode.WRITE))
        assert spot.kind == "rewritten"
        assert spot.here[0].after

    def test_what_another_spot_shows_is_only_counted(self) -> None:
        source = Source("import imp\nimp.x\n", "a.py")
        both = (("import imp", "import y"), ("imp.x", "y.x"))
        imported = finding(source.text, "import imp", *both, group=1, source=source)
        used = finding(source.text, "imp.x", both[1], group=2, source=source)
        first, second = spots_of(run_of(imported, used))
        assert [line.text for line in first.here[0].after] == ["import y", "imp.x"]
        assert (first.elsewhere, first.beside) == ((), 2)
        assert (second.elsewhere, second.beside) == ((), 0)

    def test_folders(self) -> None:
        files = ("b.py", "pkg/a.py", "pkg/b.py", "other/a.py")
        spots = spots_of(run_of(*(finding("imp\n", "imp", filename=name) for name in files)))
        assert [(name, len(found)) for name, found in by_folder(spots).items()] == [
            ("pkg", 2),
            (".", 1),
            ("other", 1),
        ]
        assert tally(spots) == {"manual": 4}


DONE = finding("imp\n", "imp", FIX, rewritten=True)
UNSAFE_ONE = finding("imp\n", "imp", FIX, trust=UNSAFE, filename="p/b.py", code="IMP105")
MANUAL_ONE = finding("imp\n", "imp", filename="p/c.py", code="IMP304")


class Reader(html.parser.HTMLParser):
    """Collects the elements of a page, and its text."""

    VOID = {"meta", "input"}

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.said += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


class TestHtml:
    def test_everything_is_there(self) -> None:
        reader = Reader(page(run_of(ONE, UNSAFE_ONE, MANUAL_ONE)))
        for said in (
            "3 spots in 3 files",
            "nothing has been changed",
            "1 automatic but unsafe, 1 for a person",  # the folder p
            "imp.reload is gone",
            "Fix, safe: Do it",
            "Fix, unsafe: it may change behaviour: Do it",
            "- imp.x\n",
            "+ z\n",
        ):
            assert said in reader.said
        articles = reader.all("article")
        assert [a["data-kind"] for a in articles] == ["unsafe", "manual", "rewritable"]
        assert [a["data-code"] for a in articles] == ["IMP105", "IMP304", "IMP101"]
        assert rules()["IMP101"].url in {a["href"] for a in reader.all("a")}

    def test_links_lead_somewhere(self) -> None:
        reader = Reader(page(run_of(ONE, UNSAFE_ONE, MANUAL_ONE)))
        ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        inner = {str(a["href"]) for a in reader.all("a") if str(a["href"]).startswith("#")}
        assert inner <= {f"#{name}" for name in ids}
        assert len(inner) == 1 + 2 + 3  # the spots, two folders, three spots

    def test_bars_are_as_long_as_the_folders_are_big(self) -> None:
        reader = Reader(page(run_of(ONE, UNSAFE_ONE, MANUAL_ONE)))
        bars = [(r["class"], r["x"], r["width"]) for r in reader.all("rect")]
        assert bars == [
            ("unsafe", "0.000", "50.000"),
            ("manual", "50.000", "50.000"),
            ("rewritable", "0.000", "50.000"),
        ]

    def test_nothing(self) -> None:
        reader = Reader(page(run_of()))
        assert "No use of imp needs migrating." in reader.said
        assert reader.all("form") == reader.all("article") == []

    def test_failures(self) -> None:
        run = Run(
            errors=[FileError("<gone>.py", "no such file")],
            results=[
                FileResult("a.py", error=FileError("a.py", "permission denied")),
                FileResult("b.py", internal_error=("a bug", "traceback")),
            ],
        )
        said = Reader(page(run)).said
        for failure in (
            "<gone>.py: no such file",
            "a.py: permission denied",
            "b.py: internal error: a bug",
        ):
            assert failure in said

    @pytest.mark.parametrize("evil", HOSTILE)
    def test_everything_is_escaped(self, evil: str) -> None:
        harmless = [element for element, _ in Reader(page(self.hostile("harmless"))).elements]
        document = page(self.hostile(evil))
        document.encode()  # a file can hold it
        reader = Reader(document)
        assert [element for element, _ in reader.elements] == harmless
        assert not [a for _, a in reader.elements if any(name.startswith("on") for name in a)]

    def hostile(self, evil: str) -> Run:
        source = f"imp.x # {evil}".splitlines()[0] + "\n"
        name = evil.replace("/", "")
        found = finding(source, "imp.x", ("imp.x", "y"), filename=name, message=evil, code="IMP101")
        fix = replace(found.diagnostic.fix, title=evil)  # type: ignore[type-var]
        return Run(
            errors=[FileError(evil, evil)],
            results=[
                FileResult(
                    name,
                    (replace(found, diagnostic=replace(found.diagnostic, fix=fix)),),
                    ((found.source, Silence("x", 0, 5, evil)),),
                )
            ],
        )

    def test_nothing_is_fetched_and_only_its_own_parts_run(self) -> None:
        document = page(run_of(ONE))
        reader = Reader(document)
        assert not {"src", "srcset", "style"} & {name for _, a in reader.elements for name in a}
        assert {name for name, _ in reader.elements}.isdisjoint({"link", "img", "iframe", "object"})
        policy = next(str(m["content"]) for m in reader.all("meta") if "http-equiv" in m)
        assert policy.startswith("default-src 'none'; ")
        for tag in ("style", "script"):
            (body,) = re.findall(f"<{tag}>(.*?)</{tag}>", document, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}'" in policy
            assert "url(" not in body
            assert "http" not in body

    @settings(deadline=None)  # the first one loads the rules
    @given(st.lists(st.text(max_size=20), min_size=4, max_size=4))
    def test_any_text(self, texts: list[str]) -> None:
        source = "imp.x\n" + texts[0].replace("imp.x", "")
        found = finding(source, "imp.x", ("imp.x", texts[1]), message=texts[2], filename=texts[3])
        reader = Reader(page(run_of(found)))
        assert len(reader.all("article")) == 1
        document = text(run_of(found))
        document.encode()
        kinds = [token.type for token in MarkdownIt("commonmark").parse(document)]
        assert kinds.count("fence") == 1
        assert kinds.count("heading_open") == 1


def _luminance(color: str) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-relative-luminance"""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio"""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


class TestColors:
    BACKS = ("back", "panel", "goes", "comes")

    def schemes(self) -> list[dict[str, str]]:
        style = Path(markdown.__file__).with_name("page.css").read_text()
        blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
        found = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block)) for block in blocks]
        assert [len(scheme) for scheme in found] == [14, 14]
        return found

    def test_the_measure(self) -> None:
        assert contrast("#000000", "#ffffff") == pytest.approx(21)
        assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)

    def test_text_can_be_read(self) -> None:
        for scheme, back in itertools.product(self.schemes(), self.BACKS):
            for front in ("text", "faint"):
                assert contrast(scheme[front], scheme[back]) >= 4.5, (front, back)
            if back in ("back", "panel"):
                assert contrast(scheme["link"], scheme[back]) >= 4.5

    def test_marks_bars_and_borders_can_be_seen(self) -> None:
        for scheme in self.schemes():
            for mark, back in itertools.product((*LABELS, "edge"), ("back", "panel")):
                assert contrast(scheme[mark], scheme[back]) >= 3, (mark, back)


class TestMarkdown:
    def test_totals_and_folders(self) -> None:
        assert text(run_of(ONE, UNSAFE_ONE, MANUAL_ONE)).splitlines()[:10] == [
            "# Migration off `imp`",
            "",
            "- **1** automatic",
            "- **1** automatic but unsafe",
            "- **1** for a person",
            "",
            "| folder | automatic | automatic but unsafe | for a person |",
            "| --- | ---: | ---: | ---: |",
            "| `p` | 0 | 1 | 1 |",
            "| `.` | 1 | 0 | 0 |",
        ]

    def test_a_spot(self) -> None:
        out = text(run_of(ONE))
        start = out.index("<details>")
        assert out[start : out.index("</details>")].splitlines() == [
            "<details><summary><code>a.py</code>: 1 spot</summary>",
            "",
            "**Line 4** (IMP101, automatic): imp.reload is gone\\",
            "Fix, safe: Do it",
            "",
            "```diff",
            "@@ -2 +2 @@",
            " b",
            " c",
            "-imp.x",
            "+y",
            "+z",
            " d",
            " e",
            "```",
            "",
        ]

    def test_lines_that_only_come(self) -> None:
        found = finding("a\nk\nimp.x\nb\n", "imp.x", ("a\n", "a\nnew\n"), ("imp.x\n", ""))
        (block,) = re.findall(r"```diff\n(.*?)```", text(run_of(found)), re.DOTALL)
        assert block.splitlines() == ["@@ -1 +1 @@", " a", "+new", " k", "-imp.x", " b"]

    def test_what_changes_elsewhere_is_only_counted(self) -> None:
        source = "i\n" + "-\n" * 9 + "imp.x\n"
        out = text(run_of(finding(source, "imp.x", ("i\n", "j\nk\n"), ("imp.x", "y"))))
        assert "The fix also changes 3 lines elsewhere.\n" in out
        assert "+j" not in out

    def test_what_changes_only_elsewhere_is_shown(self) -> None:
        source = "import i\n" + "-\n" * 9 + "i.x\n"
        run = run_of(finding(source, "i.x", ("import i\n", "import i.x\n")))
        first, second = re.findall(r"```\w+\n(.*?)```", text(run), re.DOTALL)
        assert first == "i.x\n"
        assert second.splitlines()[1:3] == ["-import i", "+import i.x"]
        assert "The fix changes\n" in text(run)
        assert "<details open" in page(run)
        assert "The fix changes 2 lines elsewhere<" in page(run)

    def test_what_only_other_spots_show(self) -> None:
        source = Source("from imp import reload\n" + "-\n" * 9 + "reload(x)\n", "a.py")
        change = ("from imp", "from importlib")
        taken = finding(source.text, "from imp import reload", change, group=1, source=source)
        called = finding(source.text, "reload(x)", change, group=2, source=source)
        assert "What it changes is shown at other spots.\n" in text(run_of(taken, called))

    def test_one_fix_of_two_spots_is_shown_once(self) -> None:
        source = Source("f = imp.find()\nimp.load(f)\n", "a.py")
        change = ("f = imp.find()\nimp.load(f)", "load()")
        pair = [finding(source.text, spot, change, source=source) for spot in ("imp.f", "imp.l")]
        out = text(run_of(*pair))
        assert out.count("+load()") == 1
        assert out.count("The same change as for line 1.\n") == 1

    def test_nothing(self) -> None:
        out = text(run_of())
        assert out.splitlines()[2] == "No use of imp needs migrating."
        assert "|" not in out

    @pytest.mark.parametrize("evil", HOSTILE)
    def test_nothing_has_a_meaning(self, evil: str) -> None:
        tokens, harmless = (
            MarkdownIt("commonmark").enable("table").parse(text(TestHtml().hostile(words)))
            for words in (evil, "harmless")
        )
        assert [token.type for token in tokens] == [token.type for token in harmless]
        inline = [c for token in tokens for c in token.children or ()]
        assert not [c for c in inline if c.type in ("image", "html_inline")]
        links = [c for c in inline if c.type == "link_open"]
        assert [link.attrs["href"] for link in links] == ["https://example.org/"]
        blocks = "".join(token.content for token in tokens if token.type == "html_block")
        assert set(re.findall(r"</?(\w+)", blocks)) == {"details", "summary", "code"}

    def test_as_long_as_github_takes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        spots = [finding("imp\n", "imp", filename=f"{n}.py") for n in range(20)]
        whole = text(run_of(*spots))
        assert "more spots" not in whole
        monkeypatch.setattr(markdown, "MAX_LENGTH", len(whole) // 2)
        short = text(run_of(*spots))
        assert len(short) < len(whole) // 2 + 100
        shown = short.count("<details>")
        assert 0 < shown < 20
        assert f"{20 - shown} more spots: too long for here" in short

    def test_as_many_folders_as_somebody_reads(self) -> None:
        names = [f"{n:03}/a.py" for n in range(103)]
        out = text(run_of(*(finding("imp\n", "imp", filename=name) for name in names)))
        assert "| `099` | 1 |\n\nand 3 folders more, with less to do.\n" in out
        assert "`100`" not in out


def test_what_the_baseline_holds_is_counted() -> None:
    run = replace(run_of(ONE), known=7)
    assert "7 spots more in the baseline." in Reader(page(run)).said
    assert "- 7 more in the baseline\n" in text(run)


class TestFile:
    @pytest.mark.parametrize(("name", "start"), [("a.html", "<!DOCTYPE"), ("A.MD", "# Migration")])
    def test_the_suffix_says_what_it_is(self, tmp_path: Path, name: str, start: str) -> None:
        write_page(run_of(ONE), str(tmp_path / name), "1", "x:")
        written = (tmp_path / name).read_bytes().decode()
        assert written.startswith(start)
        assert "\r" not in written

    def test_names_that_are_not_text(self, tmp_path: Path) -> None:
        found = finding("imp\n", "imp", filename=os.fsdecode(b"\xe9.py"))
        for name in ("a.html", "a.md"):
            write_page(run_of(found), str(tmp_path / name), "1", "x:")
            assert "\\udce9.py" in (tmp_path / name).read_text()

    def test_that_cannot_be_written(self, tmp_path: Path) -> None:
        path = str(tmp_path / "none" / "a.html")
        with pytest.raises(FileError, match="cannot write the report: no such file or directory"):
            write_page(run_of(ONE), path, "1", "x:")
