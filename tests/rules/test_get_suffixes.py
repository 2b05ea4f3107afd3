"""What becomes of `imp.get_suffixes()`, by what the code around it takes from the triples."""

from __future__ import annotations

import importlib.machinery
import textwrap
import types
from typing import Any

import pytest

from tests.rules.code import left, migrated

E = "importlib.machinery.EXTENSION_SUFFIXES"
S = "importlib.machinery.SOURCE_SUFFIXES"
B = "importlib.machinery.BYTECODE_SUFFIXES"
ANY = "importlib.machinery.all_suffixes()"

SUM = f"(\n    {E}\n    + {S}\n    + {B}\n)"
TRIPLES = f"""(
    [(s, "rb", 3) for s in {E}]
    + [(s, "r", 1) for s in {S}]
    + [(s, "rb", 2) for s in {B}]
)"""

SINGLE = TRIPLES.replace('"', "'")  #: in a file with far more single than double quotes

ONE_KIND = [
    ("[s[0] for s in imp.get_suffixes() if s[2] == imp.C_EXTENSION]", f"list({E})"),
    ("[s[0] for s in imp.get_suffixes() if imp.PY_SOURCE == s[2]]", f"list({S})"),
    ("[s[0] for s in imp.get_suffixes() if s[-1] is 2]", f"list({B})"),
    ("[s for s, m, t in imp.get_suffixes() if t == imp.PY_COMPILED]", f"list({B})"),
    ("[s for (s, _, t) in imp.get_suffixes() if (t == imp.PY_COMPILED)]", f"list({B})"),
    ("[s for s, m, _ in imp.get_suffixes() if m == 'r']", f"list({S})"),
    ("[s for s, m, t in imp.get_suffixes() if m == 'rb' and t != imp.PY_COMPILED]", f"list({E})"),
    ("[s for s, m, t in imp.get_suffixes() if m == 'rb' if t != imp.PY_COMPILED]", f"list({E})"),
    ("[s[0] for s in imp.get_suffixes() if s[2] in (imp.PY_SOURCE,)]", f"list({S})"),
    ("{s[0] for s in imp.get_suffixes() if s[2] == 3}", f"set({E})"),
    ("list(s[0] for s in imp.get_suffixes() if s[2] == 3)", f"list({E})"),
    ("tuple(s[0] for s in imp.get_suffixes() if s[2] == 3)", f"tuple({E})"),
    ("keep(s[0] for s in imp.get_suffixes() if s[2] == 3)", f"keep(iter({E}))"),
    ("keep((s[0] for s in imp.get_suffixes() if s[2] == 3), 1)", f"keep(iter({E}), 1)"),
    ("[s for s in imp.get_suffixes() if s[2] == 1]", f'[(s, "r", 1) for s in {S}]'),
    ("list(filter(lambda x: x[2] == 1, imp.get_suffixes()))", f'[(s, "r", 1) for s in {S}]'),
    ("filter(lambda x: x[2] == 1, imp.get_suffixes())", f'iter([(s, "r", 1) for s in {S}])'),
    ("'.py' in [s for s, m, t in imp.get_suffixes() if t == 1]", f"'.py' in {S}"),
    ("[name + s[0] for s in imp.get_suffixes() if s[2] == 3]", f"[name + s for s in {E}]"),
    ("[s[0] for s in imp.get_suffixes() if s[2] == 3 if s[0]]", f"[s for s in {E} if s]"),
    ("[s[0] for s in imp.get_suffixes() if s[0] if ((s[2]) == 3)]", f"[s for s in {E} if s]"),
]

FIRST = [
    ("imp.get_suffixes()[0][0]", f"{E}[0]"),
    ("imp.get_suffixes()[-1][0]", f"{B}[-1]"),
    ("imp.get_suffixes()[0]", f'({E}[0], "rb", 3)'),
    ("imp.get_suffixes()[0][1]", f'({E}[0], "rb", 3)[1]'),
    ("[s[0] for s in imp.get_suffixes()][0]", f"{E}[0]"),
    ("[s for s in imp.get_suffixes() if s[2] == 1][0]", f'({S}[0], "r", 1)'),
    ("[s for s, m, t in imp.get_suffixes() if t == 1][0]", f"{S}[0]"),
    ("next(s[0] for s in imp.get_suffixes() if s[2] == 1)", f"{S}[0]"),
]

NO_ORDER = [
    ("set(s[0] for s in imp.get_suffixes())", f"set({ANY})"),
    ("set([s[0] for s in imp.get_suffixes()])", f"set({ANY})"),
    ("{s for s, _, _ in imp.get_suffixes()}", f"set({ANY})"),
    ("sorted([s[0] for s in imp.get_suffixes()])", f"sorted({ANY})"),
    ("'.py' in [s[0] for s in imp.get_suffixes()]", f"'.py' in {ANY}"),
    (
        "any(name.endswith(s[0]) for s in imp.get_suffixes())",
        f"any(name.endswith(s) for s in {ANY})",
    ),
    ("name.endswith(tuple(s[0] for s in imp.get_suffixes()))", f"name.endswith(tuple({ANY}))"),
    ("name.endswith(tuple([s[0] for s in imp.get_suffixes()]))", f"name.endswith(tuple({ANY}))"),
]

ALL_SUFFIXES = [
    ("[s[0] for s in imp.get_suffixes()]", SUM),
    ("[s for s, m, t in imp.get_suffixes()]", SUM),
    ("list(map(lambda x: x[0], imp.get_suffixes()))", SUM),
    ("tuple(map(lambda x: x[0], imp.get_suffixes()))", f"tuple{SUM}"),
    ("tuple([s[0] for s in imp.get_suffixes()])", f"tuple{SUM}"),
    ("list(zip(*imp.get_suffixes()))[0]", f"tuple{SUM}"),
    ("next(zip(*imp.get_suffixes()))", f"tuple{SUM}"),
    ("[name + s[0] for s in imp.get_suffixes()]", f"[name + s for s in {SUM}]"),
]

WHOLE = [
    ("imp.get_suffixes()", TRIPLES),
    ("imp.get_suffixes() + [('.x', 'r', 1)]", f"{SINGLE} + [('.x', 'r', 1)]"),
    ("imp.get_suffixes()[1:]", f"{TRIPLES}[1:]"),
    ("imp.get_suffixes()[True]", f"{TRIPLES}[True]"),
    ("len(imp.get_suffixes())", f"len{TRIPLES}"),
    ("list(zip(*imp.get_suffixes()))[1]", f"list(zip(*{TRIPLES}))[1]"),
    ("{s[0]: s[1:] for s in imp.get_suffixes()}", f"{{s[0]: s[1:] for s in {TRIPLES}}}"),
    ("[(s[0], s[2]) for s in imp.get_suffixes()]", f"[(s[0], s[2]) for s in {TRIPLES}]"),
    ("[s for s in imp.get_suffixes()]", f"[s for s in {TRIPLES}]"),
    (
        "[s[0] for s in imp.get_suffixes() if s[2] == kind]",
        f"[s[0] for s in {TRIPLES} if s[2] == kind]",
    ),
    ("[s[0] for s in imp.get_suffixes() if s[2] > 1]", f"[s[0] for s in {TRIPLES} if s[2] > 1]"),
    ("[s[0] for s in imp.get_suffixes() if s[2] == 5]", f"[s[0] for s in {TRIPLES} if s[2] == 5]"),
    (
        "[a + s[0] for a in 'x' for s in imp.get_suffixes()]",
        f"[a + s[0] for a in 'x' for s in {SINGLE}]",
    ),
]

CASES = [*ONE_KIND, *FIRST, *NO_ORDER, *ALL_SUFFIXES, *WHOLE]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_expression(before: str, after: str) -> None:
    assert migrated(f"x = {before}\n") == f"x = {after}\n"
    assert not left(f"x = {before}\n")


def triples() -> list[tuple[str, str, int]]:
    """What `imp.get_suffixes` returned (Lib/imp.py, 3.11)."""
    machinery = importlib.machinery
    return [
        *((s, "rb", 3) for s in machinery.EXTENSION_SUFFIXES),
        *((s, "r", 1) for s in machinery.SOURCE_SUFFIXES),
        *((s, "rb", 2) for s in machinery.BYTECODE_SUFFIXES),
    ]


@pytest.mark.filterwarnings("ignore:.*is.* with .* literal:SyntaxWarning")
@pytest.mark.parametrize("before", [before for before, _ in CASES])
def test_expression_has_the_same_value(before: str) -> None:
    imp = types.SimpleNamespace(get_suffixes=triples, PY_SOURCE=1, PY_COMPILED=2, C_EXTENSION=3)
    names = {"name": "a.so", "kind": 3, "keep": lambda values, *_: list(values)}

    def value(code: str) -> Any:
        result = eval(code, {"imp": imp, "importlib": importlib, **names})
        return list(result) if hasattr(result, "__next__") else result

    assert value(before) == value(migrated(f"x = {before}\n")[4:].strip())


def test_new_lists_are_nobody_elses() -> None:
    for before, _ in CASES:
        scope: dict[str, Any] = {"importlib": importlib, "name": "a", "kind": 3}
        scope["keep"] = lambda values, *_: values
        exec(migrated(f"x = {before}\n"), scope)
        for name in ("EXTENSION_SUFFIXES", "SOURCE_SUFFIXES", "BYTECODE_SUFFIXES"):
            assert scope["x"] is not getattr(importlib.machinery, name)


LOOPS = [
    pytest.param(
        """\
        def f():
            for suffix, _, _ in imp.get_suffixes():
                print(suffix)
        """,
        f"""\
        def f():
            for suffix in (
                {E}
                + {S}
                + {B}
            ):
                print(suffix)
        """,
        id="suffix only",
    ),
    pytest.param(
        """\
        def f():
            for (suffix, mode, kind) in imp.get_suffixes():
                if kind != imp.PY_SOURCE:
                    continue
                print(suffix)
        """,
        f"""\
        def f():
            for suffix in {S}:
                print(suffix)
        """,
        id="one kind",
    ),
    pytest.param(
        """\
        def f():
            for suffix, mode, kind in imp.get_suffixes():
                if kind == imp.PY_SOURCE:
                    use(suffix)  # of sources
                    break
        """,
        f"""\
        def f():
            for suffix in {S}:
                use(suffix)  # of sources
                break
        """,
        id="one kind, under an if",
    ),
    pytest.param(
        """\
        def f():
            for triple in imp.get_suffixes():
                if triple[2] == 3: continue  # no extensions
                print(triple[0])
        """,
        f"""\
        def f():
            for triple in (
                {S}
                + {B}
            ):
                # no extensions
                print(triple)
        """,
        id="two kinds",
    ),
    pytest.param(
        """\
        for ext, _, _ in imp.get_suffixes():
            print(ext)
        """,
        f"""\
        for ext in (
            {E}
            + {S}
            + {B}
        ):
            print(ext)
        """,
        id="in a module",
    ),
]


@pytest.mark.parametrize(("before", "after"), LOOPS)
def test_loop(before: str, after: str) -> None:
    assert migrated(textwrap.dedent(before)) == textwrap.dedent(after)


#: The loop variables are needed, or may be seen by others.
LOOPS_OVER_TRIPLES = [
    "def f():\n    for s, m, t in imp.get_suffixes():\n        use(s, m)\n",
    "def f():\n    for s in imp.get_suffixes():\n        use(s)\n",
    "def f():\n    for s in imp.get_suffixes():\n        break\n    use(s[0], s[1])\n",
    "def f():\n    for s, m, t in imp.get_suffixes():\n        use(locals())\n",
    "def f():\n    for s, m, t in imp.get_suffixes():\n        use(s)\n    return t\n",
    "def f():\n    for s in imp.get_suffixes():\n        s = use(s[0])\n",
    "def f():\n    for s, m, t in imp.get_suffixes():\n        if t == 1:\n            continue\n",
    "def f():\n    for s, m, t in imp.get_suffixes():\n        if t == 1:\n            use(s)\n"
    "    return s\n",
    "def f():\n    for s, m, t in imp.get_suffixes():\n        if t == 1:\n            continue\n"
    "        use(s)\n    return s\n",
    "def f():\n    for s, m, t in imp.get_suffixes():\n        if t == 1:\n            use(s)\n"
    "        else:\n            use(0)\n",
    "for s, mode, kind in imp.get_suffixes():\n    use(s)\n",
    "for s in imp.get_suffixes():\n    use(s[0])\n",
    "class C:\n    for s, _, _ in imp.get_suffixes():\n        use(s)\n",
    "for x.suffix, _, _ in imp.get_suffixes():\n    pass\n",
]


@pytest.mark.parametrize("before", LOOPS_OVER_TRIPLES)
def test_loop_over_the_triples(before: str) -> None:
    after = migrated(before)
    head, _, tail = before.partition("imp.get_suffixes()")
    assert after.startswith(head) and after.endswith(tail)
    assert '"rb", 3) for s in' in after


def test_as_a_value() -> None:
    assert migrated("get = imp.get_suffixes\n") == f"get = lambda: {TRIPLES}\n"
    assert migrated("keep(imp.get_suffixes)\n") == f"keep(lambda: {TRIPLES})\n"


def test_imported_function() -> None:
    before = "x = [s[0] for s in suffixes() if s[2] == PY_SOURCE]\n"
    imports = "from imp import get_suffixes as suffixes, PY_SOURCE\n"
    assert migrated(before, imports) == f"x = list({S})\n"


def test_layout_follows_the_line() -> None:
    before = "if x:\n\ty = [imp.get_suffixes(), 1]\n"
    lines = TRIPLES.replace("\n", "\n\t").replace("    ", "\t")
    assert migrated(before) == f"if x:\n\ty = [{lines}, 1]\n"


def test_parentheses_are_not_doubled() -> None:
    assert migrated("x = (imp.get_suffixes())\n") == f"x = {TRIPLES}\n"
    assert migrated("x = f(\n    imp.get_suffixes()\n)\n") == f"x = f{TRIPLES}\n"


def test_comments_stay() -> None:
    before = "x = [s[0] for s in imp.get_suffixes()  # why\n     if s[2] == imp.C_EXTENSION]\n"
    assert migrated(before) == f"# why\nx = list({E})\n"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("list", "[s[0] for s in imp.get_suffixes() if s[2] == 3]"),
        ("set", "{s[0] for s in imp.get_suffixes()}"),
        ("iter", "keep(s[0] for s in imp.get_suffixes())"),
        ("tuple", "list(zip(*imp.get_suffixes()))[0]"),
    ],
)
def test_functions_that_mean_something_else(name: str, code: str) -> None:
    assert '"rb", 3) for s in' in migrated(f"def f({name}):\n    return {code}\n")
    assert '"rb", 3) for s in' not in migrated(f"def f(other):\n    return {code}\n")


def test_what_consumes_a_constant_claims_it() -> None:
    both = "x = [s[0] for s in imp.get_suffixes() if s[2] == imp.PY_SOURCE]\ny = imp.PY_SOURCE\n"
    assert migrated(both) == f"x = list({S})\ny = PY_SOURCE\n"


@pytest.mark.parametrize("arguments", ["1", "*x", "**x"])
def test_arguments_are_left_to_a_person(arguments: str) -> None:
    assert [d.code for d in left(f"imp.get_suffixes({arguments})\n")] == ["IMP107"]


def test_new_lines_move_with_their_block() -> None:
    before = """\
def f():
    while todo():
        try:
            import imp
        except ImportError:
            ends = [".so"]
        else:
            ends = []
            for suffix, _, _ in imp.get_suffixes():
                ends.append(suffix)
"""
    assert (
        migrated(before, "")
        == f"""\
def f():
    while todo():
        import importlib.machinery
        ends = []
        for suffix in (
            {E}
            + {S}
            + {B}
        ):
            ends.append(suffix)
"""
    )
