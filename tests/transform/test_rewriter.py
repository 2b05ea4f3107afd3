"""What is parsed, what is left alone, and how small the edits are."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import libcst as cst
import pytest

import imp_migrate
from imp_migrate.model import Edit
from imp_migrate.transform.changes import (
    Change,
    Code,
    InsertStatements,
    RemoveStatement,
    ReplaceExpression,
)
from imp_migrate.transform.edits import apply_edits, arrange
from imp_migrate.transform.rewriter import Unprintable
from tests.transform.carrying import Text, carried_out, rewriter_of


def replaced(text: Text, piece: str = "old", new: str = "new") -> list[Edit]:
    return rewriter_of(text).edits([ReplaceExpression(text[piece], Code(new))])


# -- regions ---------------------------------------------------------------


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that LibCST parses as files, in order."""
    texts: list[str] = []
    parse = cst.parse_module

    def spy(source: str, *config: cst.PartialParserConfig) -> cst.Module:
        texts.append(source)
        return parse(source, *config)

    monkeypatch.setattr("imp_migrate.transform.rewriter.cst.parse_module", spy)
    return texts


def test_only_touched_statements_are_parsed(parsed: list[str]) -> None:
    text = Text("a\n\n# b\nold\n\n\nc\nd\n")
    rewriter = rewriter_of(text)
    assert rewriter.edits([ReplaceExpression(text["old"], Code("new"))])
    assert [code for code in parsed if "new" not in code] == ["\n# b\nold\n\n\n"]


@pytest.mark.parametrize("indent", ["\t", "  ", "    "])
@pytest.mark.parametrize("block", ["def f():\n{0}pass\n", "match x:\n{0}case 1:\n{0}{0}pass\n"])
def test_new_blocks_are_indented_as_the_file_is(indent: str, block: str) -> None:
    """Also beside statements that LibCST sees without any block, and beside those with one."""
    old, new = "x = 1\n", f"def g():\n{indent}if x:\n{indent}{indent}pass"
    text = Text(f"{old}{block.format(indent)}y = 1\n")
    for place in ("x = 1", "y = 1", "pass"):
        change = InsertStatements(text[place], (new,), after=True)
        written = carried_out(text, [change], indent)
        lines = [line for line in written.splitlines() if line.startswith((" ", "\t"))]
        assert all(set(line[: -len(line.lstrip())]) == {indent[0]} for line in lines)
        assert all(len(line[: -len(line.lstrip())]) % len(indent) == 0 for line in lines)
        assert f"{indent}if x:\n" in written
        assert new in written or place == "pass"


def test_neighbours_are_parsed_together(parsed: list[str]) -> None:
    text = Text("a\nold\nolder\nb\nlast\n")
    changes = [ReplaceExpression(text[p], Code("new")) for p in ("old", "older", "last")]
    assert carried_out(text, changes) == "a\nnew\nnew\nb\nnew\n"
    assert [t for t in parsed if "new" not in t] == ["old\nolder\n", "last\n"]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("a; old; b\nc\n", "a; old; b\n"),
        ("a; \\\n  old\nc\n", "a; \\\n  old\n"),
        ("a;\nold\nc\n", "old\n"),
        ("a;  # why\nold\nc\n", "old\n"),
        ("a; b\nold\nc\n", "old\n"),
        ("f(\n)\nold; g(\n)\nc\n", "old; g(\n)\n"),
        ("a\n@b\n@old\ndef f():\n    pass\n\nc\n", "@b\n@old\ndef f():\n    pass\n\n"),
        ("a\nif x:\n    b\nelse:\n    old\nc\n", "if x:\n    b\nelse:\n    old\n"),
        ("a\nold", "old"),
        ("a\nold\n# end\n\n", "old\n# end\n\n"),
        ("# first\nold\n# second\nb\n", "# first\nold\n"),
    ],
)
def test_regions(text: str, region: str, parsed: list[str]) -> None:
    changes = [ReplaceExpression(Text(text)["old"], Code("new"))]
    assert carried_out(text, changes) == text.replace("old", "new")
    assert parsed[0] == region


_CLASS = """\
class A:
    x = old

    # about f
    @decorated
    def f(self):
        return 1
        # the end of f

    def g(self):
        return old  # here

    async def h(self):
        pass
    y = 1


class B:
    def i(self):
        return old
    def j(self): return 2
"""


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    "change",
    [
        str,
        lambda text: text.replace("    ", "\t"),
        lambda text: text.replace("    def", "\f    def"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        str.rstrip,
    ],
    ids=["as it is", "tabs", "form feeds", "CRLF", "CR", "no last line break"],
)
def test_methods_that_are_not_touched_are_not_parsed(
    number: int, change: Callable[[str], str], parsed: list[str]
) -> None:
    text = Text(change(_CLASS))
    at = text["old", number]
    first, second = (text.index(name) for name in ("class A", "class B"))
    classes = (first, len(text[:second].rstrip())), (second, len(text.rstrip()))
    what = [
        ReplaceExpression(at, Code("new")),
        InsertStatements(classes[0], ("import new",), apart=1),
        InsertStatements(classes[1], ("last = 1",), after=True, apart=2),
    ]
    whole = apply_edits(text, arrange(rewriter_of(text).edits(what)))
    rewriter = rewriter_of(text, touched=[change.at[0] for change in what])
    parsed.clear()
    edits = arrange(rewriter.edits(what))
    assert apply_edits(text, edits) == whole
    seen = [name for name in "fghij" if f"def {name}(" in "".join(parsed)]
    last = [] if text[-1] in "\r\n" else ["j"]  # what follows it needs a line break
    assert seen == [[], ["g"], ["i"]][number - 1] + last
    assert "the end of f" not in "".join(parsed)
    assert "about f" in "".join(parsed)


def test_a_line_that_looks_like_one_left_out_is_none(parsed: list[str]) -> None:
    text = Text("class A:\n    _omitted\n    def f(self): pass\n    old\n")
    edits = rewriter_of(text, touched=[text["old"][0]]).edits(
        [ReplaceExpression(text["old"], Code("new"))]
    )
    assert apply_edits(text, edits) == text.replace("old", "new")


def test_trees_are_kept(parsed: list[str]) -> None:
    text = Text("a\nold\nb\n")
    rewriter = rewriter_of(text)
    change = ReplaceExpression(text["old"], Code("new"))
    rewriter.check([change])
    first = rewriter.edits([change])
    assert (rewriter.edits([change]), len(parsed)) == (first, 1)


def test_nothing_is_parsed_for_nothing(parsed: list[str]) -> None:
    assert rewriter_of("a\n").edits([]) == []
    assert parsed == []


# -- edits -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        ("x = old\n", [Edit(4, 7, "new")]),
        ("x = f(a, old, b)  # why\n", [Edit(9, 12, "new")]),
        ("a\nb\nx = f(old)\nc\n", [Edit(10, 13, "new")]),
        ("def f():\n    a  +  b\n    return old\n", [Edit(32, 35, "new")]),
    ],
)
def test_edits_are_small(text: str, edits: list[Edit]) -> None:
    assert replaced(Text(text)) == edits


def test_what_is_far_apart_is_edited_apart() -> None:
    text = Text("old = f(a, b, c, d, older)\n")
    changes = [ReplaceExpression(text["older"], Code("new"))]
    changes.append(ReplaceExpression(text["a"], Code("A")))
    assert rewriter_of(text).edits(changes) == [Edit(8, 9, "A"), Edit(20, 25, "new")]


def test_removed_lines_are_one_edit() -> None:
    text = Text("a\nold(1)\nb\nc\n")
    (edit,) = rewriter_of("a\nif x:\n    old(1)\n    b\n").edits([RemoveStatement((12, 18))])
    assert (edit.text, edit.end - edit.start) == ("", len("    old(1)\n"))
    edits = rewriter_of(text).edits([RemoveStatement(text["old(1)"])])
    assert apply_edits(text, arrange(edits)) == "a\nb\nc\n"


def test_inserted_lines_are_one_insertion() -> None:
    text = Text("a\nb\n")
    (edit,) = rewriter_of(text).edits([InsertStatements(text["b"], ("x", "y"))])
    assert (edit.start, edit.end) == (2, 2)


def test_many_words_at_once() -> None:
    words = ", ".join(f"word{n}" for n in range(400))
    text = Text(f"x = old({words})\n")
    edits = replaced(text, f"old({words})", "new")
    assert apply_edits(text, arrange(edits)) == "x = new\n"


@pytest.mark.parametrize(
    "text",
    [
        "x = old  \t# why\t\n",
        "x = ( old,\n  1)  ;\n",
        "if  x :\n\n\tb\n\n\tc(old )\n\n",
        "class C (object) :\n  def f( self,a = old ) : return  1\n",
        "x = (yield_, \\\n old)\n\n\n# end",
        "with  a as b ,c :\n    old\n\x0c\nd\n",
        "x = '''\n\ttext\x0c\n''' % old\n",
        "é = 'ß', old\n",
        "x = \U0001f600 if 0 else old\n".replace("\U0001f600", "'\U0001f600'"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_all_else_stays(text: str, newline: str) -> None:
    text = text.replace("\n", newline)
    edits = replaced(Text(text))
    assert apply_edits(text, arrange(edits)) == text.replace("old", "new")
    assert edits == [Edit(text.index("old"), text.index("old") + 3, "new")]


def test_byte_order_mark_and_form_feeds() -> None:
    text = "\ufeffimport os\n\x0c\nimport imp\n\x0c\nx = imp.new_module('x')\n"
    after = imp_migrate.migrate(text).text
    assert "x = types.ModuleType('x')\n" in after
    assert after.count("\x0c") == 2


# -- what LibCST cannot deal with ------------------------------------------


def objection(text: str) -> str:
    change: list[Change] = [ReplaceExpression(Text(text)["old"], Code("new"))]
    rewriter = rewriter_of(text)
    with pytest.raises(Unprintable) as caught:
        rewriter.check(change)
    with pytest.raises(Unprintable) as again:
        rewriter.edits(change)
    assert str(again.value) == str(caught.value)
    return str(caught.value)


def test_code_that_is_not_printed_as_it_was() -> None:
    text = "try:\n    old\nexcept E :\n    pass\n"
    ast.parse(text)
    assert cst.parse_module(text).code != text, "LibCST has learnt to print this"
    assert objection(text) == "LibCST does not print it as it was"


@pytest.mark.parametrize("depth", [250, 400])
def test_code_that_is_nested_too_deeply(depth: int) -> None:
    text = "x = old" + "".join(f" + {n}" for n in range(depth)) + "\n"
    assert objection(text) == "its syntax is nested too deeply for LibCST"


def test_elsewhere_it_does_no_harm() -> None:
    text = Text("try:\n    a\nexcept E :\n    pass\nold\n")
    assert carried_out(text, [ReplaceExpression(text["old"], Code("new"))]) == text.replace(
        "old", "new"
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("try:\n    m = imp.reload(m)\nexcept E :\n    pass\n", "does not print it as it was"),
        ("x = imp.get_tag()" + " + 1" * 300 + "\n", "nested too deeply"),
        ("if os.name:\n \f  x = imp.get_tag()\n", "a form feed is part of its indentation"),
    ],
)
def test_people_are_told(code: str, reason: str) -> None:
    text = "import imp\nimport os\n\n" + code
    migration = imp_migrate.migrate(text)
    assert migration.text == text
    assert all(d.fix is None for d in migration.remaining)
    assert any(reason in d.message for d in migration.remaining)


def test_the_rest_of_the_file_is_migrated() -> None:
    text = "import imp\ntry:\n    m = imp.reload(m)\nexcept E :\n    pass\nx = imp.get_tag()\n"
    after = imp_migrate.migrate(text).text
    assert "x = sys.implementation.cache_tag\n" in after
    assert "import imp\n" in after and "imp.reload(m)" in after


# -- the style of the file -------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("x\n", '"'),
        ("x = 'a'\n", "'"),
        ("x = 'a', \"b\"\n", '"'),
        ("x = 'a', 'b', 'c', \"b\"\n", "'"),
        ('"""doc"""\nx = \'a\'\n', "'"),
    ],
)
def test_quotation_marks(text: str, quote: str) -> None:
    assert rewriter_of(text).quote == quote
    after = carried_out(text + "y = old\n", [
        ReplaceExpression((len(text) + 4, len(text) + 7), Code('"new"'))
    ])  # fmt: skip
    assert after == f"{text}y = {quote}new{quote}\n"


def test_helpers_have_the_quotation_marks_of_the_file() -> None:
    text = "import imp\nTAG = 'x'\ndef f(n, p):\n    return imp.load_module(n, *imp.find_module(n, p))\n"
    after = imp_migrate.migrate(text).text
    assert '    """Find a module and load it' in after
    assert "['/__init__.py', '/__init__.pyc', *" in after
    assert '"/__init__.py"' in imp_migrate.migrate(text.replace("'x'", '"x"')).text


def test_code_that_is_nested_as_deeply_as_people_write_it() -> None:
    deep = "x = old" + "".join(f".a{n}" for n in range(150)) + "\n"
    assert carried_out(deep, [ReplaceExpression(Text(deep)["old"], Code("new"))])


def test_library_modules_are_printed_as_they_were() -> None:
    folder = Path(ast.__file__).parent
    for name in ("imp.py", "pkgutil.py", "runpy.py", "zipimport.py"):
        path = folder / name
        if path.exists():
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text)
            rewriter = rewriter_of(text)
            rewriter.check([InsertStatements(rewriter.source.span(s), ()) for s in tree.body])


def test_a_comment_after_a_colon_is_not_lost() -> None:
    text = Text("if a: b = old(x,  # c1\n    y)\nelse: pass\n")
    change = ReplaceExpression(text["old(x,  # c1\n    y)"], Code("new"))
    assert "# c1" in carried_out(text, [change])
