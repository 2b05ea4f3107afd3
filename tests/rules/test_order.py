"""What has certainly happened before: statements `done()` and a place `here`."""

from __future__ import annotations

import ast
import importlib
import textwrap

import pytest

from imp_migrate.analysis.module import ModuleAnalysis
from imp_migrate.meaning.scopes import ScopeTree
from imp_migrate.options import Options
from imp_migrate.registry import rules_package
from imp_migrate.text.source import Source

order = importlib.import_module(f"{rules_package().__name__}.flow.order")


def is_done(text: str) -> bool:
    tree = ScopeTree(ast.parse(textwrap.dedent(text)))
    done = [tree.statement(name) for name in tree.references["done"]]
    (here,) = tree.references["here"]
    return bool(order.done_before(tree, done, here))


@pytest.mark.parametrize(
    "text",
    [
        "done()\nhere()\n",
        "done()\nif a:\n    for b in c:\n        with d:\n            here()\n",
        "if a:\n    done()\nelse:\n    done()\nhere()\n",
        "if a:\n    done()\nelse:\n    raise E\nhere()\n",
        "try:\n    done()\nexcept E:\n    raise\nhere()\n",
        "for a in b:\n    try:\n        done()\n    except E:\n        continue\n    here()\n",
        "try:\n    done()\nexcept E:\n    done()\nhere()\n",
        "try:\n    done()\nexcept E:\n    pass\nelse:\n    here()\n",
        "try:\n    done()\n    here()\nfinally:\n    a()\n",
        "try:\n    a()\nfinally:\n    done()\nhere()\n",
        "def f():\n    done()\n    here()\n",
        "while a:\n    done()\n    here()\n",
    ],
)
def test_done(text: str) -> None:
    assert is_done(text)


@pytest.mark.parametrize(
    "text",
    [
        "here()\ndone()\n",
        "if a:\n    done()\nhere()\n",
        "if a:\n    done()\nelif b:\n    done()\nhere()\n",
        "for a in b:\n    done()\nhere()\n",
        "while a:\n    here()\n    done()\n",
        "try:\n    done()\nexcept E:\n    pass\nhere()\n",
        "try:\n    done()\nexcept E:\n    if a:\n        raise\nhere()\n",
        "try:\n    done()\nexcept E:\n    here()\n",
        "try:\n    done()\nfinally:\n    here()\n",
        "with a:\n    done()\nhere()\n",
        "done()\ndef f():\n    here()\n",
        "done()\nclass C:\n    here()\n",
        "def f():\n    done()\nhere()\n",
    ],
)
def test_not_surely_done(text: str) -> None:
    assert not is_done(text)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("done()\nx = here().a\n", True),
        ("done()\nreturn here.a()[1]\n", True),
        ("done()\ngone()\ntry:\n    here()\nfinally:\n    gone()\n", True),
        ("done()\na()\nhere()\n", False),
        ("done()\ntry:\n    here()\nfinally:\n    a()\n", False),
        ("done()\ntry:\n    here()\nexcept E:\n    pass\nfinally:\n    gone()\n", False),
        ("done()\nif here():\n    pass\n", False),
        ("done()\nfor a in b:\n    here()\n", False),
        ("done()\nx = a() + here()\n", False),
        ("done()\nx = (lambda: here())\n", False),
    ],
)
def test_next(text: str, answer: bool) -> None:
    body = "import imp\ndef f():\n" + textwrap.indent(text, "    ")
    context = ModuleAnalysis(Source.from_text(body), Options(), ast.parse(body)).context
    (done,) = context.tree.references["done"]
    (here,) = context.tree.references["here"]
    gone = [context.tree.statement(name) for name in context.tree.references.get("gone", ())]
    assert order.runs_next(context, context.tree.statement(done), here, gone) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("start()\nuse(n)\nend(n)\n", True),
        ("start()\nn = 1\nend(n)\n", False),
        ("n = 1\nstart()\nend(n)\nn = 2\n", True),
        ("for n in a:\n    start()\n    end(n)\n", True),
        ("start()\nfor n in a:\n    end(n)\n", False),
        ("start()\nwhile a:\n    end(n)\n    n = 1\n", False),
        ("start()\nend(o.n)\n", True),
        ("start()\no.n = 1\nend(o.n)\n", False),
        ("start()\nwith a as n:\n    end(n)\n", False),
    ],
)
def test_unchanged(text: str, answer: bool) -> None:
    body = "import imp\ndef f(n, o):\n" + textwrap.indent(text, "    ")
    context = ModuleAnalysis(Source.from_text(body), Options(), ast.parse(body)).context
    (start,) = context.tree.references["start"]
    (end,) = context.tree.references["end"]
    call = context.parent(end)
    assert isinstance(call, ast.Call)
    assert order.unchanged(context, call.args[0], start, call) is answer


@pytest.mark.parametrize(
    "text", ["n", "'n'", "self.n", "a + '.' + b", "f'{a}.{b.c}'", "a[0]", "a[i]"]
)
def test_pure(text: str) -> None:
    assert order.is_pure(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize("text", ["n()", "a + b()", "f'{a()}'", "a().b", "a[b()]", "(yield)"])
def test_not_pure(text: str) -> None:
    assert not order.is_pure(ast.parse(text, mode="eval").body)
