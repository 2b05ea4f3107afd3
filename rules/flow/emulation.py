"""Code that does by hand what `importlib.import_module` does.

The documentation of `imp` had an example of it: return the module from
`sys.modules` if it is there, else find and load it.
"""

from __future__ import annotations

import ast

from imp_migrate.rule import Context, once

_HOOKS = frozenset({"find_module", "find_spec", "load_module", "exec_module"})


def returns_if_loaded(ctx: Context, statement: ast.stmt, name: str) -> bool:
    """Say whether all that *statement* does is to return `sys.modules[name]` if there is one."""
    if isinstance(statement, ast.Try):
        handlers = statement.handlers
        caught = handlers[0].type if len(handlers) == 1 else None
        quiet = (
            isinstance(caught, ast.Name)
            and caught.id == "KeyError"
            and all(isinstance(s, ast.Pass) for s in handlers[0].body)
        )
        rest = statement.orelse or statement.finalbody
        return quiet and not rest and _returns(ctx, statement.body, name)
    if isinstance(statement, ast.If) and isinstance(statement.test, ast.Compare):
        test = statement.test
        asked = (
            isinstance(test.left, ast.Name)
            and test.left.id == name
            and isinstance(test.ops[0], ast.In)
            and is_modules(ctx, test.comparators[-1])
        )
        return asked and not statement.orelse and _returns(ctx, statement.body, name)
    return False


def is_modules(ctx: Context, node: ast.expr) -> bool:
    """Say whether *node* is `sys.modules`."""
    return ctx.tree.dotted(node) == "sys.modules"


def in_import_hook(ctx: Context, node: ast.AST) -> bool:
    """Say whether *node* is part of the import system itself, which would call itself."""
    return any(map(_is_hook, ctx.tree.ancestors(node)))


@once
def has_import_hooks(ctx: Context) -> bool:
    """Say whether this module is part of the import system, by a class or by what it asks."""
    hooks = not ctx.tree.attribute_names.isdisjoint(("meta_path", "path_hooks"))
    return hooks or any(map(_is_hook, ctx.tree.owners()))


def _is_hook(owner: ast.AST) -> bool:
    """Say whether *owner* is a class with a method that the import system calls."""
    return isinstance(owner, ast.ClassDef) and not _HOOKS.isdisjoint(
        getattr(statement, "name", "") for statement in owner.body
    )


def _returns(ctx: Context, body: list[ast.stmt], name: str) -> bool:
    value = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
    return (
        isinstance(value, ast.Subscript)
        and is_modules(ctx, value.value)
        and isinstance(value.slice, ast.Name)
        and value.slice.id == name
    )
