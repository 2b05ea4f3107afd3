"""Uses of `imp.get_suffixes`.

## What it does
Replaces `imp.get_suffixes()` by what the code around it takes from the triples:
the constants `EXTENSION_SUFFIXES`, `SOURCE_SUFFIXES` and `BYTECODE_SUFFIXES` of
`importlib.machinery` where only suffixes are wanted, just one of them where a
test picks one kind; otherwise the triples themselves, built from these constants.

## Why is this a problem
The module `imp` was removed in Python 3.12.  `importlib.machinery.all_suffixes()`
lists the suffixes in another order (source code first, extensions last), so that
it takes the place of `get_suffixes` only where no order can matter.

## Example
```python
import imp

extensions = [s[0] for s in imp.get_suffixes() if s[2] == imp.C_EXTENSION]
known = set(suffix for suffix, mode, kind in imp.get_suffixes())
suffixes = [s[0] for s in imp.get_suffixes()]
```

## Use instead
```python
import importlib.machinery

extensions = list(importlib.machinery.EXTENSION_SUFFIXES)
known = set(importlib.machinery.all_suffixes())
suffixes = (
    importlib.machinery.EXTENSION_SUFFIXES
    + importlib.machinery.SOURCE_SUFFIXES
    + importlib.machinery.BYTECODE_SUFFIXES
)
```

## Fix safety
Safe: same entries, same order, and always a new list, so that changing it does
not change how Python finds modules.  `imp.get_suffixes()[0][0]` and its like
become `EXTENSION_SUFFIXES[0]`, which fails where Python cannot load extensions
at all (some WebAssembly builds); `imp` gave `.py` there.

The unused variables of a loop over the triples go.

## References
- [importlib.machinery.EXTENSION_SUFFIXES](https://docs.python.org/3/library/importlib.html#importlib.machinery.EXTENSION_SUFFIXES)
- [importlib.machinery.all_suffixes](https://docs.python.org/3/library/importlib.html#importlib.machinery.all_suffixes)
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, Example, FixBuilder, Outcome, Part, Rule

from .flow.search import index_of
from .flow.shared import gone, is_bare_call, odd_call
from .flow.suffixes import ALL, MODES, Query, Result, query_of

EXAMPLES = (
    Example(
        "import imp\nx = [s[0] for s in imp.get_suffixes() if s[2] == imp.C_EXTENSION]\n",
        "import importlib.machinery\nx = list(importlib.machinery.EXTENSION_SUFFIXES)\n",
    ),
    Example(
        "import imp\nx = [s for s, m, t in imp.get_suffixes() if t == imp.PY_SOURCE][0]\n",
        "import importlib.machinery\nx = importlib.machinery.SOURCE_SUFFIXES[0]\n",
    ),
    Example(
        "import imp\nx = set(s[0] for s in imp.get_suffixes())\n",
        "import importlib.machinery\nx = set(importlib.machinery.all_suffixes())\n",
    ),
    Example(
        "import imp\nx = [s for s in imp.get_suffixes() if s[2] == imp.PY_SOURCE]\n",
        "import importlib.machinery\n"
        'x = [(s, "r", 1) for s in importlib.machinery.SOURCE_SUFFIXES]\n',
    ),
    Example(
        "import imp\nx = [s[0] for s in imp.get_suffixes()]\n",
        """\
import importlib.machinery
x = (
    importlib.machinery.EXTENSION_SUFFIXES
    + importlib.machinery.SOURCE_SUFFIXES
    + importlib.machinery.BYTECODE_SUFFIXES
)
""",
    ),
    Example(
        "import imp\nx = imp.get_suffixes()\n",
        """\
import importlib.machinery
x = (
    [(s, "rb", 3) for s in importlib.machinery.EXTENSION_SUFFIXES]
    + [(s, "r", 1) for s in importlib.machinery.SOURCE_SUFFIXES]
    + [(s, "rb", 2) for s in importlib.machinery.BYTECODE_SUFFIXES]
)
""",
    ),
    Example(
        "import imp\nx = imp.get_suffixes()[0][0]\n",
        "import importlib.machinery\nx = importlib.machinery.EXTENSION_SUFFIXES[0]\n",
    ),
)

_LISTS = {3: "EXTENSION_SUFFIXES", 1: "SOURCE_SUFFIXES", 2: "BYTECODE_SUFFIXES"}
#: Functions that read a list and do not keep it; to some, its order is all the same.
_UNORDERED = frozenset({"set", "frozenset", "sorted", "len", "any", "all"})
_READERS = _UNORDERED | {"list", "tuple", "enumerate", "iter", "next", "max", "min"}


def check(use: Use, ctx: Context) -> Outcome:
    call = ctx.call_of(use)
    if call is not None and not is_bare_call(call):
        return odd_call(use, ctx)
    query = query_of(call, ctx) if call is not None else None
    fix = ctx.fix((use, *(query.constants if query else ())), "Use the lists of importlib")
    writer = _Writer(fix)
    if call is None:
        fix.replace(use.node, as_value(fix))
    elif query is None:
        writer.put_call(call)
    elif isinstance(query.node, ast.For):
        writer.put_loop(query, query.node, call)
    else:
        writer.put_query(query, query.node, call)
    if call is not None and any(ctx.tree.resolve(name, use.scope) for name in writer.called):
        # What would be called means something else here.
        fix = ctx.fix(use, fix.title)
        writer = _Writer(fix)
        fix.replace(call, " + ".join(writer.triples(ALL)))
    return fix.rewrite(gone(use, "use the lists of suffixes in importlib.machinery"))


def as_value(fix: FixBuilder) -> str:
    """What is the same as the function, for code that does not call it at once."""
    return f"lambda: {' + '.join(_Writer(fix).triples(ALL))}"


@dataclass
class _Writer:
    """Writes expressions over the lists of suffixes in `importlib.machinery`."""

    fix: FixBuilder
    called: set[str] = field(default_factory=set)  #: built-in functions

    def __post_init__(self) -> None:
        self.ctx = self.fix.context

    # -- what to write -----------------------------------------------------

    def suffixes(self, kinds: tuple[int, ...]) -> list[str]:
        """The lists whose sum are the suffixes of *kinds*."""
        return [self.fix.name(f"importlib.machinery.{_LISTS[kind]}") for kind in kinds]

    def triples(self, kinds: tuple[int, ...]) -> list[str]:
        """The lists whose sum are the triples of *kinds*."""
        return [
            f'[(s, "{MODES[kind]}", {kind}) for s in {suffixes}]'
            for kind, suffixes in zip(kinds, self.suffixes(kinds), strict=True)
        ]

    def element(self, kinds: tuple[int, ...], index: int, whole: bool) -> str:
        """The first (0) or last (-1) suffix or triple of *kinds*."""
        suffix = f"{self.suffixes(kinds)[index]}[{index}]"
        kind = kinds[index]
        return f'({suffix}, "{MODES[kind]}", {kind})' if whole else suffix

    # -- where to write it -------------------------------------------------

    def put_call(self, call: ast.Call) -> None:
        """Replace a call whose triples are needed, or `call[0]`, or `list(zip(*call))[0]`."""
        item = self.ctx.parent(call)
        index = _end_of(item, call)
        if index is not None:
            part = self.ctx.parent(item)
            suffix = isinstance(part, ast.Subscript) and part.value is item and index_of(part) == 0
            node = part if suffix else item
            assert isinstance(node, ast.expr)
            self.fix.replace(node, self.element(ALL, index, not suffix))
            return
        column = self._first_column(call)
        if column is not None:
            self.fix.replace(column, f"tuple({' + '.join(self.suffixes(ALL))})")
            self.called.add("tuple")
            return
        self.fix.replace(call, " + ".join(self.triples(ALL)))

    def put_loop(self, query: Query, loop: ast.For, call: ast.Call) -> None:
        """Let *loop* run over the suffixes alone."""
        self._rename(query, loop.target)
        self.fix.replace(call, " + ".join(self.suffixes(query.kinds)))
        if query.spent and len(loop.body) > 1:
            self.fix.remove(loop.body[0])
        elif query.spent:
            self.fix.unwrap(loop.body[0])

    def put_query(self, query: Query, node: ast.expr, call: ast.Call) -> None:
        """Replace the expression *node*, or let it run over the suffixes alone."""
        generator = self.ctx.parent(call)
        if isinstance(generator, ast.comprehension) and not query.whole:
            elt = node.elt  # type: ignore[attr-defined]
            if query.reads != (elt,) or len(generator.ifs) > len(query.spent):
                self._rename(query, generator.target)
                self._put_suffixes(call, query, unordered=self._is_unordered(node, query.result))
                if query.spent:
                    self._drop_tests(query, node, generator)
                return
        self._put_all(node, query, query.result)

    def _put_all(self, node: ast.expr, query: Query, result: Result) -> None:
        """Replace *node* by everything that *query* yields, as *result*."""
        parent = self.ctx.parent(node)
        reader = self._reader(node)
        if result is Result.ITERATOR and reader == "list":
            assert isinstance(parent, ast.Call)
            self._put_all(parent, query, Result.LIST)
            return
        index = 0 if result is Result.ITERATOR and reader == "next" else None
        if result is Result.LIST:
            index = _end_of(parent, node)
        if index is not None:
            assert isinstance(parent, ast.expr)
            self.fix.replace(parent, self.element(query.kinds, index, query.whole))
        elif result is Result.SET:
            self._put_suffixes(node, query, unordered=True, function="set")
        elif result is Result.ITERATOR and not reader:
            self._put_suffixes(node, query, function="iter")
        elif query.whole or len(query.kinds) > 1 or reader:
            self._put_suffixes(node, query, unordered=self._is_unordered(node, result))
        else:
            self._put_suffixes(node, query, function="list")

    def _put_suffixes(
        self, node: ast.expr, query: Query, unordered: bool = False, function: str = ""
    ) -> None:
        if unordered and query.kinds == ALL and not query.whole:
            terms = [self.fix.name("importlib.machinery.all_suffixes") + "()"]
        else:
            terms = self.triples(query.kinds) if query.whole else self.suffixes(query.kinds)
        text = " + ".join(terms)
        if function:
            self.called.add(function)
            text = f"{function}({text})"
        self.fix.replace(node, text)

    # -- details -----------------------------------------------------------

    def _rename(self, query: Query, target: ast.expr) -> None:
        """Let *target* be the one variable for the suffix."""
        if not isinstance(target, ast.Name):
            self.fix.replace(target, query.name)
        for read in query.reads:
            if not isinstance(read, ast.Name):
                self.fix.replace(read, query.name)

    def _drop_tests(self, query: Query, node: ast.expr, generator: ast.comprehension) -> None:
        """Remove the `if` clauses that the choice of lists stands for."""
        kept = [test for test in generator.ifs if test not in query.spent]
        parts: dict[str, Part] = {f"test{number}": test for number, test in enumerate(kept)}
        tests = "".join(f" if {{{name}}}" for name in parts)
        brackets = {Result.LIST: ("[", "]"), Result.SET: ("{", "}")}
        left, right = brackets.get(query.result, ("(", ")"))
        self.fix.replace(
            node,
            f"{left}{{element}} for {{suffix}} in {{suffixes}}{tests}{right}",
            element=node.elt,  # type: ignore[attr-defined]
            suffix=generator.target,
            suffixes=generator.iter,
            **parts,
        )

    def _reader(self, node: ast.expr) -> str:
        """What reads the list or iterator *node* and forgets it: a function, "for", "in"."""
        parent = self.ctx.parent(node)
        if isinstance(parent, (ast.For, ast.comprehension)):
            return "for" if parent.iter is node else ""
        if isinstance(parent, ast.Compare) and len(parent.ops) == 1:
            membership = isinstance(parent.ops[0], (ast.In, ast.NotIn))
            return "in" if membership and parent.left is not node else ""
        if not (isinstance(parent, ast.Call) and parent.args == [node] and not parent.keywords):
            return ""
        if isinstance(parent.func, ast.Attribute):
            return "join" if parent.func.attr in ("join", "extend", "update") else ""
        if not isinstance(parent.func, ast.Name) or parent.func.id not in _READERS:
            return ""
        scope = self.ctx.tree.resolve(parent.func.id, self.ctx.tree.scope_of(parent.func))
        return parent.func.id if scope is None else ""

    def _is_unordered(self, node: ast.expr, result: Result) -> bool:
        """Say whether nobody can tell in which order *node* lists the suffixes."""
        reader = self._reader(node)
        if reader == "tuple":
            parent = self.ctx.parent(node)
            around = self.ctx.parent(parent)
            method = around.func if isinstance(around, ast.Call) and parent in around.args else None
            return isinstance(method, ast.Attribute) and method.attr in ("endswith", "startswith")
        if reader in ("any", "all"):  # which stop at the first that decides
            return all(map(_is_quiet, ast.walk(node)))
        return result is Result.SET or reader in _UNORDERED or reader == "in"

    def _first_column(self, call: ast.Call) -> ast.expr | None:
        """The expression `list(zip(*call))[0]` or `next(zip(*call))` around *call*."""
        starred = self.ctx.parent(call)
        zipped = self.ctx.parent(starred)
        if not (isinstance(starred, ast.Starred) and isinstance(zipped, ast.Call)):
            return None
        if ast.unparse(zipped.func) != "zip" or len(zipped.args) != 1 or zipped.keywords:
            return None
        reader, outer = self._reader(zipped), self.ctx.parent(zipped)
        item = self.ctx.parent(outer)
        if reader in ("list", "tuple") and isinstance(item, ast.Subscript) and index_of(item) == 0:
            return item
        return outer if reader == "next" and isinstance(outer, ast.Call) else None


def _is_quiet(node: ast.AST) -> bool:
    """Say whether evaluating *node*, its parts aside, has no effect."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in (
            "endswith",
            "get_suffixes",
        )
    return not isinstance(node, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom))


def _end_of(item: ast.AST, value: ast.expr) -> int | None:
    """0 or -1 where *item* is that element of *value*."""
    if not (isinstance(item, ast.Subscript) and isinstance(item.ctx, ast.Load)):
        return None
    if item.value is not value:
        return None
    try:
        index = ast.literal_eval(item.slice)
    except ValueError:
        return None
    return index if type(index) is int and index in (0, -1) else None


RULES = (
    Rule(
        "IMP107",
        "imp-get-suffixes",
        "imp.get_suffixes: use the lists in importlib.machinery",
        check,
        members=frozenset({"get_suffixes"}),
    ),
)
