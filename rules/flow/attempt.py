"""`try: find_module(…)` / `except ImportError:` turned into a test of what was found.

A handler may only become a branch when nothing else in the `try` can raise
what it catches, and when it does not look at the exception.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Collection
from dataclasses import dataclass

from imp_migrate.meaning.handlers import caught, tries_around
from imp_migrate.meaning.scopes import last_name, root_of
from imp_migrate.rule import Context, FixBuilder, Part, once

from .search import Search, Way, known_name
from .spec import gives_string
from .values import all_values

#: Functions that look at the exception that is being handled.
_LOOKS = re.compile(r"exc_info|exception|(?:print|format)_(?:exc|exception|last|tb)|traceback")

_BUILTINS = frozenset(dir(builtins))
_SEEING = frozenset(["dir", "eval", "exec", "globals", "locals", "vars", "__import__"])
#: Methods of lists, sets, dictionaries, strings, files and loggers.
_BLIND = frozenset(
    ["add", "append", "debug", "discard", "error", "extend", "format", "get", "info", "insert"]
    + ["join", "pop", "remove", "setdefault", "update", "warn", "warning", "write"]
)
_TAKING_APART = frozenset(["partition", "rpartition", "rsplit", "split", "strip"])
_LEAVING = (ast.Break, ast.Continue, ast.Return)


@dataclass(frozen=True, eq=False)
class Attempt:
    """A `try` statement that can become an `if`.

    body: what happens after the search in the body.
    handler: what happens when nothing was found.
    orelse: what happens in the `else` clause.
    """

    search: Search
    statement: ast.Try
    body: list[ast.stmt]
    handler: ast.ExceptHandler
    orelse: list[ast.stmt]


def attempt_of(search: Search, ctx: Context, gone: Collection[ast.stmt] = ()) -> Attempt | None:
    """The `try` whose outcome only depends on *search*; None if there is none.

    *gone* are statements that will be removed.
    """
    around = ctx.parent(search.statement)
    if not isinstance(around, ast.Try) or around.body[0] is not search.statement:
        return None
    if around.finalbody or len(around.handlers) != 1:
        return None
    (handler,) = around.handlers
    errors = caught(handler)
    if "ImportError" not in errors or looks_at_exception(handler, ctx):
        return None
    if handler.name is not None and _is_missed(handler.name, around, ctx):
        return None
    if not _cannot_raise(search, ctx, only_import_error=errors == {"ImportError"}):
        return None
    body = [s for s in around.body[1:] if s not in gone and not isinstance(s, ast.Pass)]
    if search.way is Way.TESTED:
        if not _is_truth(search, ctx) or body:
            return None
        body = [search.statement]
    orelse = [s for s in around.orelse if s not in gone]
    if (body and orelse) or not all(
        _is_harmless(s) or (errors == {"ImportError"} and _appends(s, ctx))
        for s in body
        if s is not search.statement
    ):
        return None
    found = Attempt(search, around, body, handler, orelse)
    if search.statement in body and flag_of(found) is None:
        return None  # what the statement does has to become a flag
    return found


def _is_missed(name: str, attempt: ast.Try, ctx: Context) -> bool:
    """Say whether *name*, of the handler of *attempt*, is read where no handler has bound it."""
    home = ctx.tree.resolve(name, ctx.tree.scope_of(attempt), attempt)
    return any(
        not any(
            isinstance(a, ast.ExceptHandler) and a.name == name for a in ctx.tree.ancestors(read)
        )
        for read in (ctx.tree.reads(name, home) if home is not None else ())
    )


def _is_truth(search: Search, ctx: Context) -> bool:
    """Say whether the statement with *search* only stores or returns that it was successful."""
    value = getattr(search.statement, "value", None)
    if isinstance(value, ast.Compare) and not isinstance(value.ops[0], (ast.IsNot, ast.NotEq)):
        return False
    return isinstance(value, (ast.Call, ast.Compare)) and ctx.parent(search.call) is value


def flag_of(attempt: Attempt) -> bool | None:
    """What is stored or returned when there is a module, if that is all that happens.

    None if more happens, or not the opposite when there is none.
    """
    good = attempt.body or attempt.orelse
    bad = attempt.handler.body
    if len(good) != 1 or len(bad) != 1:
        return None
    place, value = _flagged(good[0])
    if good[0] is attempt.search.statement:
        place, value = _place(good[0]), True
    same, other = _flagged(bad[0])
    if place and place == same and {value, other} == {True, False}:
        return value
    return None


def _cannot_raise(search: Search, ctx: Context, only_import_error: bool) -> bool:
    """Say whether evaluating the arguments of *search* raises nothing that is caught."""
    quiet = (ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.BinOp, ast.operator)
    for argument in (search.name, search.path):
        for node in ast.walk(argument) if argument is not None else ():
            if isinstance(node, (ast.Constant, ast.List, ast.expr_context)):
                continue
            if not only_import_error:
                return False
            if not (isinstance(node, quiet) or gives_string(node, ctx) or _parts(node, ctx)):
                return False
    return True


def _parts(node: ast.AST, ctx: Context) -> bool:
    """Say whether *node* calls a method that takes a string apart, and not a function."""
    method = node.func if isinstance(node, ast.Call) else None
    if not isinstance(method, ast.Attribute) or method.attr not in _TAKING_APART:
        return False
    root = root_of(method)
    imported = isinstance(root, ast.Name) and ctx.tree.qualified(root) is not None
    return not imported and method.attr not in _functions(ctx)


def _is_harmless(statement: ast.stmt) -> bool:
    """Say whether *statement* cannot raise anything: it sets a constant, or leaves."""
    if isinstance(statement, (ast.Pass, ast.Break, ast.Continue)):
        return True
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and all(_is_plain_target(target) for target in statement.targets)
    )


def _appends(statement: ast.stmt, ctx: Context) -> bool:
    """Say whether *statement* appends a variable to what surely is a list: no ImportError."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    target = call.func.value
    if call.func.attr != "append" or not isinstance(target, ast.Name) or call.keywords:
        return False
    if [type(argument) for argument in call.args] != [ast.Name]:
        return False
    values = all_values(ctx, target)
    return bool(values) and all(isinstance(value, ast.List) for value in values)


def _is_plain_target(target: ast.expr) -> bool:
    if isinstance(target, ast.Attribute):
        return isinstance(target.value, ast.Name) and target.value.id == "self"
    return isinstance(target, ast.Name)


def looks_at_exception(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """Say whether *handler*, or a function of the program that it calls, uses the exception.

    To raise it again is to use it.  What other modules of the program do is not known.
    """
    pending: list[ast.AST] = [*handler.body]
    seen: set[ast.AST] = set()
    while pending:
        for node in ast.walk(pending.pop()):
            if isinstance(node, ast.Raise) and node.exc is None:
                return True
            if isinstance(node, ast.Name) and (
                node.id == handler.name or _LOOKS.fullmatch(node.id)
            ):
                return True
            if isinstance(node, ast.Attribute) and _LOOKS.fullmatch(node.attr):
                return True
            if isinstance(node, ast.keyword) and node.arg == "exc_info":
                return True
            if isinstance(node, ast.Call):
                if _is_of_program(node.func, ctx):
                    return True
                called = last_name(node.func)
                found = [f for f in _functions(ctx).get(called, ()) if f not in seen]
                seen.update(found)
                pending += found
    return False


def _is_of_program(function: ast.expr, ctx: Context) -> bool:
    """Say whether *function* comes from another module than those of the standard library."""
    root = root_of(function)
    origin = ctx.tree.qualified(root) if isinstance(root, ast.Name) else None
    module = (origin or "sys").partition(".")[0]
    return module != "imp" and module not in sys.stdlib_module_names  # as this Python has them


@once
def _functions(ctx: Context) -> dict[str, list[ast.AST]]:
    """The functions and methods of the module by name."""
    found: dict[str, list[ast.AST]] = {}
    for owner in ctx.tree.owners():
        if isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.setdefault(owner.name, []).append(owner)
    return found


def is_mere_question(attempt: Attempt, ctx: Context) -> bool:
    """Say whether nothing can tell that there is no exception any more where nothing is found.

    This is stricter than `attempt_of`: a helper may raise what `imp` raised for odd arguments,
    and there are many more names that are not known than such as are.
    """
    search, handler = attempt.search, attempt.handler
    if caught(handler) != {"ImportError"} or search.call.keywords:
        return False
    if not (attempt.body or attempt.orelse) and _does_nothing(handler):
        return False
    arguments = [argument for argument in (search.name, search.path) if argument is not None]
    if not all(_is_at_hand(node, ctx) for argument in arguments for node in ast.walk(argument)):
        return False
    inside = [node for statement in handler.body for node in ast.walk(statement)]
    return all(_is_blind(node, ctx) for node in inside)


def _does_nothing(handler: ast.ExceptHandler) -> bool:
    return all(isinstance(statement, ast.Pass) for statement in handler.body)


def _is_at_hand(node: ast.AST, ctx: Context) -> bool:
    """Say whether *node*, of an argument, runs no code of who knows whom."""
    if isinstance(node, ast.Attribute):
        known = (ctx.tree.dotted(node) or "").partition(".")[0] in ("os", "sys")
        method = getattr(ctx.parent(node), "func", None) is node
        return node.attr == "__path__" or known or method
    if isinstance(node, ast.Subscript):
        return _parts(node.value, ctx) or isinstance(node.slice, ast.Slice)
    return True


def _is_blind(node: ast.AST, ctx: Context) -> bool:
    """Say whether *node*, of a handler, certainly does not ask which exception is handled."""
    if isinstance(node, (ast.Yield, ast.YieldFrom, ast.Await)):
        return False
    if not isinstance(node, ast.Call) or isinstance(ctx.parent(node), ast.Raise):
        return True
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in _BLIND or ctx.tree.dotted(node.func) == "sys.exit"
    name = getattr(node.func, "id", "")
    known = name in _BUILTINS and name not in _SEEING
    return known and ctx.tree.resolve(name, ctx.tree.scope_of(node)) is None


# -- the changes -----------------------------------------------------------


def make_test(
    fix: FixBuilder, attempt: Attempt, found: Found, before: str = "", **parts: Part
) -> None:
    """Let *before*, statements, and a test of what was found take the place of the `try`.

    Both may have holes, for *parts*.
    """
    silent = _does_nothing(attempt.handler)
    around, value = attempt.statement, flag_of(attempt)
    if value is not None:
        (good,) = attempt.body or attempt.orelse
        answer = found.flag if value else found.absent
        code = f"return {answer}"
        if isinstance(good, ast.Assign):
            code = f"{{target}} = {answer}"
            parts["target"] = good.targets[0]
    elif attempt.body or (attempt.orelse and silent):
        code = f"if {found.present}:\n    {{found}}"
        parts["found"] = around.body if attempt.body else around.orelse
        if not silent:
            code += "\nelse:\n    {missing}"
            parts["missing"] = attempt.handler.body
    else:
        code = f"if {found.absent}:\n    {{missing}}"
        parts["missing"] = attempt.handler.body
        if attempt.orelse:
            code += "\nelse:\n    {found}"
            parts["found"] = around.orelse
    if attempt.body and value is None:
        fix.remove(attempt.search.statement)
    fix.replace_statement(around, before + code, **parts)


@dataclass(frozen=True)
class Found:
    """Tests of what a search has found: templates of expressions.

    present, absent: that it is, or is not, a module.
    flag: the first as True or False.
    """

    present: str
    absent: str
    flag: str


def in_variable(spec: str) -> Found:
    """The tests of the variable *spec*, None or a spec (without loader: a bare directory)."""
    present = f"{spec} is not None and {spec}.loader is not None"
    return Found(present, f"{spec} is None or {spec}.loader is None", present)


def of_file(spec: str, typed: bool) -> Found:
    """The tests of the variable *spec*, None or a spec, for what is loaded from a file.

    The loaders of files have a path; that of a zip file, which `imp` never looked into, has none.
    *typed*: type checkers are to see that there is a loader.
    """
    file = f'hasattr({spec}.loader, "path")'
    there = [f"{spec} is not None", *([f"{spec}.loader is not None"] if typed else []), file]
    gone = [f"{spec} is None", *([f"{spec}.loader is None"] if typed else []), f"not {file}"]
    present = " and ".join(there)
    return Found(present, " or ".join(gone), present)


def at_once(call: str) -> Found:
    """The tests of what *call* returns, which `in_variable` tests."""
    loader = f'getattr({call}, "loader", None)'  # loaders are true
    return Found(loader, f"not {loader}", f"bool({loader})")


def giving_up(search: Search, ctx: Context) -> tuple[str, dict[str, Part]]:
    """The statement for what is not found: a template, and what its holes stand for.

    It raises what `imp` raised, or does at once the one thing that the handler around does
    about it: `continue`, `break`, `return`.
    """
    for attempt, part in tries_around(ctx.tree, search.call):
        handler = next((h for h in attempt.handlers if "ImportError" in caught(h)), None)
        if part != "body" or handler is None or search.statement not in attempt.body:
            break
        last = handler.body[0]
        known = isinstance(getattr(last, "value", None), (ast.Constant, type(None)))
        text = isinstance(getattr(getattr(last, "value", None), "value", None), (str, bytes))
        alone = len(handler.body) == 1 and handler.name is None
        if alone and isinstance(last, _LEAVING) and known and not text:
            return ast.unparse(last), {}
        break
    error, parts = _import_error(search, ctx)
    return f"raise {error}", parts


def _import_error(search: Search, ctx: Context) -> tuple[str, dict[str, Part]]:
    """The exception that `imp` raised: a template, and what its holes stand for."""
    known = known_name(search, ctx)
    text = f"No module named {known!r}".replace("\\", "\\\\").replace('"', '\\"')
    message, parts = f'"{text}"', dict[str, Part]()
    if search.literal is None:
        message, parts = '"No module named {!r}".format({name})', {"name": search.name}
        if isinstance(search.name, ast.Name):
            message = f'f"No module named {{{search.name.id}!r}}"'
    for attempt, part in tries_around(ctx.tree, search.call):
        handler = next((h for h in attempt.handlers if "ImportError" in caught(h)), None)
        if part == "body" and handler is not None:
            if not looks_at_exception(handler, ctx):
                return f"ImportError({message})", parts if "{name}" in message else {}
            break
    return f"ImportError({message}, name={{name}})", {"name": search.name}


def _flagged(statement: ast.stmt) -> tuple[str, bool | None]:
    """Where *statement* puts True or False, and which of them."""
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        return _place(statement), value.value
    return "", None


def _place(statement: ast.stmt) -> str:
    """Where *statement* puts its value, as a text that is the same for the same place."""
    if isinstance(statement, ast.Return):
        return "return"
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return ast.dump(target) if _is_plain_target(target) else ""
    return ""
