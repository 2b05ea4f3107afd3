"""The checks themselves: a right result passes, each kind of wrong result is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from . import run
from .check import check_one
from .checks import check_file
from .data import IMPORT, CorpusFile, Disagreement, Site, fingerprint
from .metrics import (
    HELD,
    HELPER,
    IDIOM,
    MANUAL,
    MISSED,
    RESORT,
    REWRITTEN,
    SILENT,
    UNSAFE,
    Figures,
    Share,
    file_result,
)
from .report import markdown
from .run import Finding, Outcome

BEFORE = b"""\
import imp
import os  # for path

# keep me


def load(name):
    f, p, d = imp.find_module(name)  # found
    try:
        return imp.load_module(name, f, p, d)
    finally:
        if f:
            f.close()


def again(module):
    imp.reload(module)
    return os.path.join("a", "b")


class Other:
    pass
"""
AFTER = b"""\
import importlib
import importlib.util
import os  # for path

# keep me


def _load(name):
    return importlib.import_module(name)


def load(name):
    # found
    return _load(name)


def again(module):
    importlib.reload(module)
    return os.path.join("a", "b")


class Other:
    pass
"""
PLACES = [(1, IMPORT), (8, "find_module"), (10, "load_module"), (17, "reload")]
CODES = {IMPORT: "IMP401", "find_module": "IMP203", "load_module": "IMP203", "reload": "IMP101"}


def site(line: int, member: str, status: str = "", python3: bool = True) -> Site:
    idiom = "import imp" if member == IMPORT else "call"
    status = "reachable, unguarded" if member == IMPORT and not status else status
    return Site("p-1", "p.py", line, member, "mod", idiom, "family", python3, status, "")


def finding(line: int, member: str, code: str = "", **more: object) -> Finding:
    span = (line * 100, line * 100 + 10)
    made = Finding(code or CODES.get(member, "IMP410"), member, "message", line, line, span)
    return replace(made, **more)  # type: ignore[arg-type]


FILE = CorpusFile("p-1", "p.py", BEFORE, tuple(site(*place) for place in PLACES))
FOUND = tuple(finding(*place) for place in PLACES)
GOOD = Outcome(BEFORE, AFTER, FOUND, FOUND, (), ("_load",), AFTER)


def kinds(
    outcome: Outcome, file: CorpusFile = FILE, reviewed: Sequence[Disagreement] = ()
) -> list[str]:
    return sorted({defect.kind for defect in check_file(file, outcome, reviewed)})


def edited(old: bytes, new: bytes) -> Outcome:
    """The good result with something else in it."""
    assert AFTER.count(old) == 1
    after = AFTER.replace(old, new)
    return replace(GOOD, after=after, again=after)


def test_a_right_result_has_no_defect() -> None:
    assert check_file(FILE, GOOD) == []


def test_a_file_without_sites_that_stays_the_same_has_no_defect() -> None:
    data = b"x = 1\r\ny = 2"
    assert check_file(CorpusFile("p-1", "q.py", data), Outcome(data, data, again=data)) == []


@pytest.mark.parametrize("place", PLACES)
def test_a_missing_site_is_found(place: tuple[int, str]) -> None:
    said = tuple(f for f in FOUND if (f.line, f.member) != place)
    assert "missing" in kinds(replace(GOOD, findings=said, fixed=said))


def test_a_silence_counts_as_reported() -> None:
    silent = tuple(replace(f, code="", message="works without imp") for f in FOUND)
    assert kinds(Outcome(BEFORE, BEFORE, silent, again=BEFORE)) == []


def test_a_site_on_another_line_is_both_missing_and_extra() -> None:
    said = (*FOUND[:3], finding(16, "reload"))
    assert kinds(replace(GOOD, findings=said)) == ["extra", "missing"]


def test_an_extra_diagnostic_is_found() -> None:
    said = (*FOUND, finding(18, "get_tag"))
    assert kinds(replace(GOOD, findings=said, fixed=said)) == ["extra"]


def test_an_extra_diagnostic_in_an_unknown_file_is_found() -> None:
    data = b"imp = 1\nimp.reload(imp)\n"
    said = (finding(2, "reload"),)
    outcome = Outcome(data, data, said, (), said, again=data, again_remaining=said)
    assert kinds(outcome, CorpusFile("p-1", "q.py", data)) == ["extra"]


def test_a_use_that_is_reported_twice_is_found() -> None:
    said = (*FOUND, FOUND[3])
    assert kinds(replace(GOOD, findings=said, fixed=said)) == ["reported twice"]


def test_noqa_excuses_a_missing_site() -> None:
    data = b"import imp  # noqa: IMP\nimp.reload(x)\n"
    file = CorpusFile("p-1", "p.py", data, (site(1, IMPORT), site(2, "reload")))
    said = (finding(2, "reload"),)
    assert kinds(Outcome(data, data, said, (), said, again=data, again_remaining=said), file) == []


def test_a_reviewed_disagreement_is_accepted_and_a_stale_one_is_not() -> None:
    said = FOUND[:3]
    outcome = replace(GOOD, findings=said, fixed=said)
    case = Disagreement("p-1", "p.py", 17, "reload", "missing", "it is no use of imp at all")
    assert kinds(outcome, reviewed=[case]) == []
    assert kinds(GOOD, reviewed=[case]) == ["stale exception"]
    assert kinds(GOOD, reviewed=[replace(case, path="other.py")]) == []
    unused = Disagreement("p-1", "p.py", 0, "UnusedImport: ", "names", "it was so before")
    worse = edited(b"import os ", b"import types\nimport os ")
    assert (kinds(worse), kinds(worse, reviewed=[unused])) == (["names"], [])


def test_an_internal_error_is_found() -> None:
    assert kinds(Outcome(BEFORE, BEFORE, error="ValueError at x.py:1: no")) == ["internal error"]


def test_a_result_that_does_not_parse_is_found() -> None:
    assert "does not parse" in kinds(edited(b"import importlib\n", b"import\n"))


def test_a_second_run_must_change_nothing() -> None:
    assert kinds(replace(GOOD, again=AFTER + b"\n")) == ["unstable"]
    more = (finding(3, "reload"),)
    assert "unstable" in kinds(replace(GOOD, again_remaining=more))


def test_a_safe_fix_must_be_applied() -> None:
    left = (finding(17, "reload", applicability="safe"),)
    outcome = Outcome(BEFORE, BEFORE, FOUND, (), left, again=BEFORE, again_remaining=left)
    assert "not applied" in kinds(outcome)


def test_every_diagnostic_is_fixed_or_remains() -> None:
    assert kinds(replace(GOOD, fixed=FOUND[1:])) == ["accounts"]
    assert "accounts" in kinds(Outcome(BEFORE, BEFORE, FOUND, FOUND, again=BEFORE))


@pytest.mark.parametrize("comment", [b"# keep me\n", b"  # for path", b"    # found\n"])
def test_a_lost_comment_is_found(comment: bytes) -> None:
    assert "lost comment" in kinds(edited(comment, b""))


def test_a_pragma_goes_with_its_import_and_only_there() -> None:
    for pragma in (b"  # noqa: F401", b"  # type: ignore", b"  # pylint: disable=W"):
        before = BEFORE.replace(b"import imp\n", b"import imp" + pragma + b"\n")
        assert kinds(replace(GOOD, before=before)) == []
        before = BEFORE.replace(b"(module)\n", b"(module)" + pragma + b"\n")
        assert kinds(replace(GOOD, before=before)) == ["lost comment"]
    before = BEFORE.replace(b"import imp\n", b"import imp  # it is needed\n")
    assert kinds(replace(GOOD, before=before)) == ["lost comment"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'join("a", "b")', b'join("a", "c")'),  # another statement
        (b'"a", "b"', b"'a', 'b'"),  # only its layout
        (b'    return os.path.join("a", "b")\n', b""),  # gone
        (b"\n\n\nclass", b"\n\nclass"),  # a blank line
        (b"import os  # for path\n", b"import os   # for path\n"),  # spaces
        (b'"b")\n', b'"b")\nprint(1)\n'),  # something new
        (b'"b")\n', b'"b")\r\n'),  # a line break
        (b"    pass\n", b"    pass"),  # the last line break
        (b"def again(module)", b"def again(module, x=1)"),
    ],
)
def test_a_change_elsewhere_is_found(old: bytes, new: bytes) -> None:
    assert "changed elsewhere" in kinds(edited(old, new))


def test_new_code_needs_a_site_an_import_or_a_helper() -> None:
    assert kinds(replace(GOOD, helpers=())) == ["changed elsewhere"]
    assert "changed elsewhere" in kinds(edited(b"import os ", b"import json\nimport os "))


def test_statements_must_not_leave_their_block() -> None:
    before = b"import imp\nif x:\n    imp.reload(x)\n\nfor y in x:\n    f()\n    g()\n"
    file = CorpusFile("p-1", "p.py", before, (site(1, IMPORT), site(3, "reload")))
    found = (finding(1, IMPORT), finding(3, "reload"))
    right = before.replace(b"import imp", b"import importlib").replace(b"imp.r", b"importlib.r")
    outcome = Outcome(before, right, found, found, again=right)
    assert kinds(outcome, file) == []
    wrong = right.replace(b"    g()", b"g()")
    assert kinds(replace(outcome, after=wrong, again=wrong), file) == ["changed elsewhere"]


def test_what_holds_a_triple_may_change_with_it_in_the_same_class_only() -> None:
    lines = [
        b"import imp\n",
        b"class Hook:\n    def find(self):\n        self.info = imp.find_module('x')\n",
        b"    def where(self):\n        return self.info[1]\n",
        b"class Other:\n    def where(self):\n        return self.info[1]\n",
    ]
    before = b"".join(lines)
    file = CorpusFile("p-1", "p.py", before, (site(1, IMPORT), site(4, "find_module")))
    found = (finding(1, IMPORT), finding(4, "find_module"))
    lines[0] = b"def _find(name):\n    return name\n"
    lines[1] = lines[1].replace(b"info = imp.find_module", b"path = _find")
    lines[2] = lines[2].replace(b"info[1]", b"path")
    right = b"".join(lines)
    outcome = Outcome(before, right, found, found, helpers=("_find",), again=right)
    assert kinds(outcome, file) == []
    wrong = right.replace(b"info[1]", b"path")
    assert kinds(replace(outcome, after=wrong, again=wrong), file) == ["changed elsewhere"]


def test_new_lines_end_like_the_others() -> None:
    before, after = BEFORE.replace(b"\n", b"\r\n"), AFTER.replace(b"\n", b"\r\n")
    assert kinds(replace(GOOD, before=before, after=after, again=after)) == []
    mixed = after.replace(b"import importlib\r\n", b"import importlib\n")
    assert kinds(replace(GOOD, before=before, after=mixed, again=mixed)) == ["changed elsewhere"]


def test_the_encoding_must_stay() -> None:
    bom = b"\xef\xbb\xbf"
    assert kinds(replace(GOOD, before=bom + BEFORE)) == ["encoding"]


def test_names_must_be_bound_and_imports_used() -> None:
    assert "names" in kinds(edited(b"return _load(name)", b"return _lod(name)"))
    assert "names" in kinds(edited(b"import os ", b"import types\nimport os "))


def test_an_import_must_not_make_a_global_name_local() -> None:
    before = (
        b"import importlib\ndef f(x):\n    g = importlib.a\n    import imp\n    imp.reload(x)\n"
    )
    after = before.replace(b"import imp\n", b"import importlib\n").replace(b"imp.r", b"importlib.r")
    file = CorpusFile("p-1", "p.py", before, (site(4, IMPORT), site(5, "reload")))
    found = (finding(4, IMPORT), finding(5, "reload"))
    outcome = Outcome(before, after, found, found, again=after)
    defects = check_file(file, outcome)
    assert "importlib became local to .f" in {defect.what for defect in defects}


def test_a_plain_import_may_become_one_of_a_submodule() -> None:
    before = BEFORE.replace(b"import os", b"import importlib\nimport os")
    file = CorpusFile("p-1", "p.py", before, tuple(site(n + (n > 1), m) for n, m in PLACES))
    found = tuple(finding(n + (n > 1), m) for n, m in PLACES)
    assert kinds(replace(GOOD, before=before, findings=found, fixed=found), file) == []


def test_submodules_must_be_imported() -> None:
    unimported = edited(b"importlib.util\n", b"sys\n").after.replace(
        b"importlib.import_module(name)", b"importlib.util.find_spec(sys.path[0])"
    )
    assert "names" in kinds(replace(GOOD, after=unimported, again=unimported))


def test_what_is_gone_or_private_must_not_be_emitted() -> None:
    assert "dubious" in kinds(edited(b"importlib.import_module(name)", b"x.load_module(name)"))


def test_other_words_of_a_simple_site_must_survive() -> None:
    assert "lost word" in kinds(edited(b"importlib.reload(module)", b"importlib.reload(load)"))


def test_python2_files_are_reported_and_left_alone() -> None:
    before = b"import imp\nprint imp\n"
    file = CorpusFile("p-1", "p.py", before, (site(1, IMPORT, python3=False),))
    right = (finding(2, "", code="IMP901"),)
    outcome = Outcome(before, before, right, (), right, again=before, again_remaining=right)
    assert kinds(outcome, file) == []
    assert kinds(replace(outcome, findings=()), file) == ["python 2"]
    assert kinds(replace(outcome, findings=FOUND[:1]), file) == ["python 2"]
    assert kinds(replace(outcome, after=b""), file) == ["changed unparsable"]


def test_the_hash_of_a_file_ignores_its_line_ends() -> None:
    assert fingerprint(b"a\r\nb\n") == fingerprint(b"a\nb\n") != fingerprint(b"a\nb")


def test_a_crash_of_the_tool_becomes_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise ValueError("boom")

    monkeypatch.setattr(run, "_run", crash)
    result = check_one(FILE, ["default"], [])
    assert [defect.kind for _, defect in result.defects] == ["internal error"]
    assert "boom" in result.defects[0][1].what


def test_metrics() -> None:
    pair = [replace(f, helpers=("_find_module",), group=7) for f in FOUND[1:3]]
    said = (FOUND[0], pair[0], replace(pair[1], helpers=()), finding(17, "reload"))
    default = Outcome(BEFORE, AFTER, said, said[:3], said[3:])
    unsafe = replace(default, fixed=said, remaining=())
    result = file_result(FILE, {"default": default, "unsafe": unsafe}, [])
    assert [s.fate for s in result.sites] == [REWRITTEN, REWRITTEN, REWRITTEN, UNSAFE]
    assert [s.way for s in result.sites[1:3]] == [RESORT, RESORT]
    figures = Figures([result])
    assert figures.rewritten() == Share(2, 3)
    assert figures.last_resort() == Share(2, 2)
    assert (figures.files_done(), figures.files_done(unsafe=True)) == (Share(0, 1), Share(1, 1))
    assert figures.recall("family") == {"family": Share(4, 4)}
    assert [(n, fate, code) for n, fate, code, _, _ in figures.left()] == [(1, UNSAFE, "IMP101")]
    page = markdown(figures, [], "Title")
    assert "2 of 3 (66.7 %)" in page and "| find_module |" in page


def test_metrics_of_what_is_silent_manual_missed_or_extra() -> None:
    silent = replace(FOUND[1], code="", message="guarded")
    helped = replace(FOUND[2], helpers=("_load_source",))
    said = (FOUND[0], silent, helped, finding(18, "get_tag"))
    outcome = Outcome(BEFORE, BEFORE, said, (helped,), said[:1] + said[3:])
    result = file_result(FILE, {"default": outcome}, [])
    assert [s.fate for s in result.sites] == [MANUAL, SILENT, REWRITTEN, MISSED]
    assert result.sites[2].way == HELPER
    figures = Figures([result])
    assert figures.recall("family") == {"family": Share(3, 4)}
    assert figures.precision() == Share(3, 4)
    assert figures.precision_by_member() == {"get_tag": Share(0, 1)}
    assert figures.ways()["load_module"] == {HELPER: 1}
    assert IDIOM not in figures.ways()["load_module"]


def test_metrics_of_what_waits_and_of_other_rules() -> None:
    waits = replace(FOUND[2], applicability="display", helpers=("_load_source",))
    hook = finding(18, "find_module", code="IMP412")
    said = (*FOUND[:2], waits, FOUND[3], hook)
    outcome = Outcome(BEFORE, AFTER, said, (*FOUND[:2], FOUND[3]), (hook,))
    result = file_result(FILE, {"default": outcome}, [])
    assert [s.fate for s in result.sites] == [REWRITTEN, REWRITTEN, HELD, REWRITTEN]
    figures = Figures([result])
    assert (result.beyond, figures.held_back()) == (1, 1)
    assert figures.precision() == Share(4, 4)
    assert (figures.files_done(), figures.files_done(only_imp=True)) == (Share(0, 1), Share(1, 1))


def test_a_site_has_the_status_of_the_import_that_binds_it() -> None:
    data = b"""\
try:
    import importlib
except ImportError:
    import imp

def f():
    import imp
    imp.reload(1)

imp.reload(2)
"""
    guarded = site(4, IMPORT, "fallback in except handler")
    places = (guarded, site(7, IMPORT), site(8, "reload"), site(10, "reload"))
    result = file_result(
        CorpusFile("p", "p.py", data, places), {"default": Outcome(data, data)}, []
    )
    statuses = {s.site.line: s.status for s in result.sites}
    assert statuses[8] == "reachable, unguarded"
    assert statuses[10] == "fallback in except handler"
    assert result.reachable


def test_a_wrong_status_can_be_corrected() -> None:
    cases = [Disagreement("p-1", "p.py", *place, "status", "it is guarded") for place in PLACES]
    result = file_result(FILE, {"default": GOOD}, [], cases)
    assert {s.status for s in result.sites} == {"guarded, on review"} and not result.reachable
    assert check_file(FILE, GOOD, cases) == []
    assert file_result(FILE, {"default": GOOD}, [], cases[1:]).reachable
