"""New expressions get the parentheses that they need, and no others."""

from __future__ import annotations

import ast
import re

import pytest

from imp_migrate.transform.changes import Code, ReplaceExpression
from tests.transform.carrying import Text, carried_out

HOLE = "hole"

#: Every place of the grammar that takes an expression.
PLACES = [
    "x = hole",
    "x: hole = 1",
    "x: int = hole",
    "x += hole",
    "hole.x",
    "hole(2)",
    "hole[1]",
    "f(hole)",
    "f(hole, 1)",
    "f(1, hole)",
    "f(k=hole)",
    "f(*hole)",
    "f(**hole)",
    "x[hole]",
    "x[hole, 1]",
    "x[hole:1]",
    "x[1:hole]",
    "x[1:2:hole]",
    "[hole]",
    "[1, hole]",
    "[*hole]",
    "{hole}",
    "{hole: 1}",
    "{1: hole}",
    "{**hole}",
    "(hole, 1)",
    "hole, 1",
    "-hole",
    "+hole",
    "~hole",
    "not hole",
    "hole ** 2",
    "2 ** hole",
    "hole * 2",
    "2 * hole",
    "hole - 2",
    "2 - hole",
    "hole + 2",
    "hole @ 2",
    "2 // hole",
    "2 % hole",
    "hole << 2",
    "2 >> hole",
    "hole & 2",
    "2 & hole",
    "hole ^ 2",
    "2 | hole",
    "hole < 2",
    "2 < hole",
    "1 < hole < 2",
    "hole in x",
    "x not in hole",
    "hole is None",
    "hole and x",
    "x and hole",
    "hole or x",
    "x or hole",
    "hole if x else y",
    "x if hole else y",
    "x if y else hole",
    "lambda: hole",
    "lambda a=hole: a",
    "(x := hole)",
    "[hole for a in b]",
    "[a for a in hole]",
    "[a for a in b if hole]",
    "{hole for a in b}",
    "{hole: 1 for a in b}",
    "{1: hole for a in b}",
    "list(hole for a in b)",
    "list(a for a in hole)",
    "f'{hole}'",
    "if hole: pass",
    "if x: pass\nelif hole: pass",
    "while hole: pass",
    "for a in hole: pass",
    "with hole: pass",
    "with hole as x: pass",
    "with x, hole as y: pass",
    "assert hole",
    "assert x, hole",
    "raise hole",
    "raise x from hole",
    "del hole.x",
    "try: pass\nexcept hole: pass",
    "try: pass\nexcept hole as e: pass",
    "@hole\ndef f(): pass",
    "def f(a=hole): pass",
    "def f(a: hole): pass",
    "def f() -> hole: pass",
    "def f(): return hole",
    "def f(): yield hole",
    "def f(): yield from hole",
    "async def f(): await hole",
    "async def f(): return (await hole).x",
    "async def f():\n    async for a in hole: pass",
    "class C(hole): pass",
    "class C(metaclass=hole): pass",
    "match hole:\n    case 1: pass",
    "match x:\n    case 1 if hole: pass",
    "hole.x = 1",
    "hole[0] = 1",
]

#: An expression for each level of precedence.
NEW = [
    "a",
    "1",
    "a.b",
    "a()",
    "a ** b",
    "-a",
    "a * b",
    "a % b",
    "a - b",
    "a << b",
    "a & b",
    "a ^ b",
    "a | b",
    "a < b",
    "a is not None",
    "not a",
    "a and b",
    "a or b",
    "a if b else c",
    "lambda: a",
    "[a, b]",
]


def tree(code: str) -> str:
    """The tree of *code*, `a and (b and c)` being the same as `a and b and c`."""

    class Flattener(ast.NodeTransformer):
        def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
            self.generic_visit(node)
            values: list[ast.expr] = []
            for value in node.values:
                same = isinstance(value, ast.BoolOp) and type(value.op) is type(node.op)
                values += value.values if same else [value]  # type: ignore[attr-defined]
            node.values = values
            return node

    return ast.dump(Flattener().visit(ast.parse(code)))


def intended(place: str, new: str) -> str:
    """The tree of *place* with *new* for the hole."""
    return tree(re.sub(rf"\b{HOLE}\b", f"({new})", place))


@pytest.mark.parametrize("place", PLACES)
def test_the_tree_is_the_intended_one(place: str) -> None:
    text = Text(place + "\n")
    for new in NEW:
        if new == "1" and "hole.x" in place:
            continue  # see below
        after = carried_out(text, [ReplaceExpression(text[HOLE], Code(new))])
        assert tree(after) == intended(place, new), after
        if f"({new})" in after and f"({HOLE})" not in place:
            assert is_needed(place, new), f"parentheses for nothing: {after}"


def is_needed(place: str, new: str) -> bool:
    """Say whether *place* with *new* for the hole is other code, without parentheses."""
    try:
        return tree(place.replace(HOLE, new)) != intended(place, new)
    except SyntaxError:
        return True


def test_attribute_of_a_number() -> None:
    text = Text("x = old.y\n")
    assert carried_out(text, [ReplaceExpression(text["old"], Code("1"))]) == "x = (1).y\n"


KEPT = [
    "{hole}.x",
    "{hole}(1)",
    "f({hole})",
    "f(k={hole})",
    "{hole} is None",
    "not {hole}",
    "{hole} and x",
    "x or {hole}",
    "{hole} if {hole} else y",
    "x - {hole}",
    "[{hole}]",
    "{hole} in [x]",
    "lambda: {hole}",
    "-{hole}",
    "{hole} ** 2",
]
PARTS = [*NEW, "(a)", "(a, b)", "(a for a in b)", "(a or b)", "(yield)", "(a := b)"]


@pytest.mark.parametrize("template", KEPT)
def test_what_is_kept_in_a_template(template: str) -> None:
    for part in PARTS:
        if part == "1" and template == "{hole}.x":
            continue
        text = Text(f"def f():\n    old({part})\n" if "yield" in part else f"old({part})\n")
        start = text.index("old(") + 4
        inner = part[1:-1] if part in ("(a)", "(a or b)", "(yield)", "(a := b)") else part
        at = start + (part != inner), start + (part != inner) + len(inner)
        code = Code(template, (("hole", at),))
        call = start - 4, start + len(part) + 1
        after = carried_out(text, [ReplaceExpression(call, code)])
        place = template.replace("{hole}", HOLE)
        wanted = intended(str(text).replace(f"old({part})", place), f"({inner})")
        assert ast.dump(ast.parse(after)) == wanted, (part, after)


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("return_(old)", "a, b", "return_((a, b))"),
        ("x = old", "a, b", "x = a, b"),
        ("x = old, c", "a, b", "x = (a, b), c"),
        ("x = [old]", "a, b", "x = [(a, b)]"),
        ("f(old)", "(a for a in b)", "f((a for a in b))"),
        ("x = old + 1", "(a)", "x = (a) + 1"),
        ("(old).x", "a + b", "(a + b).x"),
        ("not old == c", "a == b", "not (a == b) == c"),
        ("x = a - old", "b - c", "x = a - (b - c)"),
        ("x = old - a", "b - c", "x = b - c - a"),
        ("x = a ** old", "-b", "x = a ** -b"),
        ("x = old ** a", "-b", "x = (-b) ** a"),
        ("x = a and old", "b or c", "x = a and (b or c)"),
        ("x = a or old", "b and c", "x = a or b and c"),
    ],
)
def test_spelling(before: str, new: str, after: str) -> None:
    text = Text(before + "\n")
    assert carried_out(text, [ReplaceExpression(text["old"], Code(new))]) == after + "\n"
