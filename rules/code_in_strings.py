"""Code in strings that imports `imp`: what is run from them, templates, doctests.

## What it does
Reports a string that holds Python code which imports `imp` and needs it on
Python 3.12 (IMP413): what is passed to `exec`, `eval`, `compile`, `timeit`, to a
Python process with `-c`, or written to a file, and a string of several
statements anywhere else, such as a template; in a notebook, also what a magic such as
`%%python3` or `%%timeit`, or a shell command, is given.  Lines that are joined, f-strings
and placeholders (`%s`, `{}`, `$name`) are seen through, also one that `"imp"` is put in
the place of; and a pickle that names `imp`, in a string or in bytes.  Reports an example in a
docstring that imports `imp`, or that uses what the module imported from it
(IMP414); that import stays.

## Why is this a problem
The code in the string breaks on Python 3.12 as any other does, only later, and
often in another process.

## Example
```python
STUB = '''
import imp
imp.load_dynamic(__name__, %r)
'''
```

## Use instead
```python
STUB = '''
import importlib.util
spec = importlib.util.spec_from_file_location(__name__, %r)
spec.loader.exec_module(importlib.util.module_from_spec(spec))
'''
```

## Fix safety
There is no fix: what the program does with the string is not known.  Save the
code to a file and let imp-migrate rewrite that.  A text that only speaks of
`import imp`, on one line, is not reported unless the module runs code that it puts
together, nor code that works without it, nor a docstring without examples.

## References
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

import ast
import contextlib
import re
import textwrap
import warnings
from collections.abc import Collection, Iterator

from imp_migrate.meaning.catalogue import MEMBERS
from imp_migrate.meaning.doctests import Examples
from imp_migrate.meaning.reach import Reach
from imp_migrate.meaning.resolve import Resolver
from imp_migrate.meaning.scopes import ScopeTree, last_name
from imp_migrate.meaning.uses import Form
from imp_migrate.module_rule import ModuleRule, Remark
from imp_migrate.rule import Context, Example, Rule

EXAMPLES = (
    Example("exec('import imp; imp.reload(m)')\n"),
    Example("code = '''\nimport imp\nimp.reload(m)\n'''\n"),
    Example("print('import imp')\n"),
    Example("import imp\ndef f():\n    '''\n    >>> imp.get_tag()\n    '''\n"),
)

# What runs a string, or puts it where it is run, by the last name.
_RUNNERS = frozenset({
    "exec", "exec_", "eval", "compile", "timeit", "repeat", "Timer", "runctx", "runcode",
    "runsource", "run_code", "run_python", "runpython", "run_script", "remote_exec", "push",
    "append", "write", "writelines", "write_text", "write_bytes", "makepyfile", "makefile",
    "run", "call", "check_call", "check_output", "Popen", "system", "popen",
    "create_subprocess_exec", "create_subprocess_shell",
})  # fmt: skip

# Those of them that do nothing else.
_EXECUTING = frozenset({
    "exec", "exec_", "timeit", "repeat", "Timer", "runctx", "runcode", "runsource", "run_code",
})  # fmt: skip
_BINDING = (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For)
_KEEPING = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.For)

_LARGEST = 200_000
# What puts something in the place of placeholders.
_FILLING = frozenset({"format", "replace", "substitute", "safe_substitute"})

# What is not known of a text: no source holds it.
_GAP = "\0"
_IMP = re.compile(r"\bimp\b")
_FIELD = re.compile(r"%\(\w+\)[-+ #0]*[\d.]*[a-z]|%[-+#0]*[\d.]*[a-z]|\$\{\w+\}|\$\w+|\{[\w.!:]*\}")
_IMPORT = re.compile(
    r"""(?:^|["';(])[ \t]*(?:from[ \t]+imp[ \t]+import[ \t]"""
    r"""|import[ \t]+(?:[\w.]+[ \t]*,[ \t]*)*imp[ \t]*(?:$|[,;#"')\\]|as\b))""",
    re.MULTILINE,
)
# The opcodes GLOBAL and INST, and the string that STACK_GLOBAL takes.
_PICKLED = re.compile(r"[ci]imp\r?\n(\w+)\r?\n|(?:[\x8cU]\x03|X\x03\0\0\0)imp(?!\w)")
_USED = re.compile(r"\bimp\.[a-z_]+\(|\bfrom[ \t]+imp[ \t]+import\b[^\n;]*[\n;]\s*\S")


def check(ctx: Context, reach: Reach) -> Iterator[Remark]:
    """The strings of the module that hold code, or a pickle, which needs `imp`."""
    yield from _check_pickles(ctx, reach)
    yield from _check_code(ctx, reach)


def _check_pickles(ctx: Context, reach: Reach) -> Iterator[Remark]:
    """The strings, of text or of bytes, that are pickles with something of `imp` in them."""
    for string in (*ctx.tree.strings, *ctx.tree.bytes):
        value = string.value
        assert isinstance(value, (str, bytes))
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        match = _PICKLED.search(text) if "imp" in text else None
        if match and (match[1] is None or match[1] in MEMBERS) and not reach.dead(string):
            way = "write what it holds by other means, or read it with an Unpickler whose find_class knows"
            yield Remark(
                *ctx.span(string),
                f"this pickle names imp, which was removed in Python 3.12; {way} what replaces it",
            )


def _check_code(ctx: Context, reach: Reach) -> Iterator[Remark]:
    """The strings of the module that hold code which needs `imp`."""
    done: set[tuple[int, str]] = set()
    commands = _commands(ctx.tree)
    runs = bool(commands) or any(map(_executes, ctx.tree.calls))
    own = {str(getattr(owner, "name", "")) for owner in ctx.tree.owners()}
    own |= {n for n, bound in ctx.tree.root.bindings.items() if not bound[0].is_import}
    for string in (*ctx.tree.strings, *ctx.tree.bytes):
        if "imp" not in (spelt := _text(string)) or len(spelt) > _LARGEST:
            continue
        whole = _whole(ctx.tree, string)
        whole, text = _filled(ctx.tree, string) or (whole, _text(whole))
        if (id(whole), text) in done:
            continue
        done.add((id(whole), text))
        if not _IMP.search(text) or _is_documentation(ctx.tree, whole) or reach.dead(whole):
            continue
        run = _is_run(ctx.tree, whole, commands)
        if _needs_imp(text, run or (runs and _is_kept(ctx.tree, whole, own))):
            start, end = ctx.span(whole)
            what = "the code in this string" if run else "this string holds code that"
            yield Remark(
                start,
                end,
                f"{what} imports imp, which was removed in Python 3.12; rewrite it by hand, or save"
                " it to a file and let imp-migrate rewrite that",
            )


def check_doctests(ctx: Context, reach: Reach) -> Iterator[Remark]:
    """The examples in docstrings that need `imp`."""
    del reach  # doctest finds them even where the code does not run
    for example in Examples(ctx.tree).needing_imp():
        first = ctx.source.line_starts[example.line - 1]
        text = ctx.source.line_text(example.line)
        start = first + len(text) - len(text.lstrip())
        yield Remark(
            start,
            first + len(text.rstrip()),
            "this example needs imp, which was removed in Python 3.12; rewrite it by hand",
        )


def _whole(tree: ScopeTree, string: ast.expr) -> ast.expr:
    """The expression that *string* is a part of: an f-string, a sum, lines that are joined."""
    node = string
    while True:
        parent = tree.parents.get(node)
        if isinstance(parent, (ast.JoinedStr, ast.FormattedValue)):
            node = parent
        elif isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Add, ast.Mod)):
            if isinstance(parent.op, ast.Mod) and parent.left is not node:
                return node
            node = parent
        elif isinstance(parent, (ast.List, ast.Tuple)) and _is_joined(tree, parent):
            node = parent
        else:
            return node


def _is_joined(tree: ScopeTree, node: ast.expr) -> bool:
    """Say whether *node*, a list, holds the lines of one text: `"\\n".join([...])`."""
    call = tree.parents.get(node)
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("join", "writelines")
        and node in call.args
    )


def _text(node: ast.expr) -> str:
    """What *node* spells, with placeholders for what is not known."""
    if isinstance(node, ast.Constant):
        value = node.value
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(value) for value in node.values)
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Mod):
            return _text(node.left)
        parts: list[str] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
            parts.append(_text(left.right))
            left = left.left
        return _text(left) + "".join(reversed(parts))
    if isinstance(node, (ast.List, ast.Tuple)):
        return "\n".join(_text(value).rstrip("\n") for value in node.elts)
    return _GAP


def _filled(tree: ScopeTree, string: ast.Constant) -> tuple[ast.expr, str] | None:
    """What puts *string* into a template, and that with it in every place; None if nothing does."""
    parent = tree.parents.get(string)
    if isinstance(parent, (ast.Tuple, ast.Dict, ast.keyword)):
        parent = tree.parents.get(parent)
    template: ast.expr | None = None
    placeholder = _FIELD
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod):
        template = parent.left
    elif isinstance(parent, ast.Call) and getattr(parent.func, "attr", "") in _FILLING:
        assert isinstance(parent.func, ast.Attribute)
        template = parent.func.value
        if parent.func.attr == "replace" and string in parent.args[1:2]:
            placeholder = re.compile(re.escape(_text(parent.args[0])))
    if template is string or string.value != "imp":
        return None
    if isinstance(template, ast.Name):
        template = next(tree.assigned_to(template, ast.Assign), None)
    if isinstance(template, ast.Call) and template.args:  # Template("...")
        template = template.args[0]
    if template is None:
        return None
    assert isinstance(parent, ast.expr)
    return parent, placeholder.sub("imp", _text(template))


def _is_documentation(tree: ScopeTree, node: ast.expr) -> bool:
    """Say whether *node* is for people or type checkers: a docstring, an annotation."""
    parent = tree.parents.get(node)
    return isinstance(parent, (ast.Expr, ast.arg)) or (
        isinstance(parent, ast.AnnAssign) and parent.annotation is node
    )


def _commands(tree: ScopeTree) -> set[int]:
    """The elements of lists from a "-c" on, by identity: what follows is a program."""
    found: set[int] = set()
    for string in tree.strings:
        parent = tree.parents.get(string)
        if string.value == "-c" and isinstance(parent, (ast.List, ast.Tuple)):
            if id(string) not in found:
                at = next(n for n, element in enumerate(parent.elts) if element is string)
                found.update(map(id, parent.elts[at:]))
    return found


def _is_run(tree: ScopeTree, node: ast.expr, commands: set[int], steps: int = 3) -> bool:
    """Say whether *node* is run, or written: directly, or by way of a few variables.

    commands: what `_commands` says.
    """
    child: ast.AST = node
    for parent in tree.ancestors(node):
        if isinstance(parent, ast.Call) and child is not parent.func:
            name = last_name(parent.func)
            if name in _RUNNERS:
                return True
            if name == "print" and any(keyword.arg == "file" for keyword in parent.keywords):
                return True
        elif id(child) in commands:
            return True
        elif isinstance(parent, _BINDING) and child is not getattr(parent, "target", None):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            names = [target for target in targets if isinstance(target, ast.Name)]
            return steps > 0 and any(
                _is_run(tree, read, commands, steps - 1)
                for target in names
                for read in _reads(tree, target)
                if not (isinstance(parent, ast.For) and _is_put_in(tree, read))
            )
        if isinstance(parent, ast.stmt):
            return False
        child = parent
    return False


def _is_put_in(tree: ScopeTree, node: ast.expr) -> bool:
    """Say whether *node* is what `%` puts into a text."""
    parent = tree.parents[node]
    return isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod) and parent.right is node


def _executes(call: ast.Call) -> bool:
    """Say whether *call* runs code that is not written out in it."""
    called = last_name(call.func)
    return called in _EXECUTING and not all(isinstance(a, ast.Constant) for a in call.args[:1])


def _is_kept(tree: ScopeTree, node: ast.expr, own: Collection[str]) -> bool:
    """Say whether *node* goes where it may be code: to a variable, a table, a function of the module.

    What is compared, shown or raised is text; *own* are the names of these functions.
    """
    for parent in tree.ancestors(node):
        if isinstance(parent, (ast.Compare, ast.Raise, ast.Assert)):
            return False
        if isinstance(parent, ast.Call):
            called = last_name(parent.func)
            return called in own
        if isinstance(parent, ast.stmt):
            return isinstance(parent, _KEEPING)
    return False


def _reads(tree: ScopeTree, target: ast.Name) -> list[ast.Name]:
    scope = tree.resolve(target.id, tree.scope_of(target))
    # Not those that are assigned on: one step is enough, and no circle is walked.
    reads = tree.reads(target.id, scope) if scope is not None else []
    return [r for r in reads if not isinstance(tree.statement(r), (ast.Assign, ast.AnnAssign))]


def _needs_imp(text: str, run: bool) -> bool:
    """Say whether *text* is code that needs `imp` on Python 3.12; *run* says that it is run."""
    readings = list(_readings(text))
    if not readings:
        # Not the syntax of this Python, or with gaps that are no expressions.
        text = _FIELD.sub("", text)
        return _IMPORT.search(text) is not None and (run or _USED.search(text) is not None)
    return any(_is_live(module) and (run or len(module.body) > 1) for module in readings)


def _is_live(module: ast.Module) -> bool:
    """Say whether *module* imports `imp` on Python 3.12, by a statement or in an expression."""
    tree = ScopeTree(module)
    found = Resolver(tree, Reach(tree)).resolve()
    loose = (u for u in found.uses if not u.all_imports and u.form is not Form.ELSEWHERE)
    return any(i.live for i in found.imports) or any(not use.silent for use in loose)


def _readings(text: str) -> Iterator[ast.Module]:
    """The code that *text* is, as it stands and with its gaps and placeholders filled or left out."""
    plain = text.replace("{{", "{").replace("}}", "}")
    for candidate in dict.fromkeys(
        form.replace(_GAP, filling)
        for filling in ("_", "")
        for form in (text, _FIELD.sub(_GAP, plain))
    ):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            yield _parsed(textwrap.dedent(candidate).strip())


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


RULES: tuple[Rule, ...] = ()

MODULE_RULES = (
    ModuleRule("IMP413", "imp-in-string", "code in a string that imports imp", "<string>", check),
    ModuleRule(
        "IMP414",
        "imp-in-doctest",
        "an example in a docstring that needs imp",
        "<doctest>",
        check_doctests,
    ),
)
