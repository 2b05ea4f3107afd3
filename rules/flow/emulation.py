"""Code that does by hand what `importlib.import_module` does.

The documentation of `imp` had an example of it: return the module from
`sys.modules` if it is there, else find and load it.
"""

from __future__ import annotations

import ast

from imp_migrate.meaning.scopes import root_of
from imp_migrate.rule import Context, once

_HOOKS = frozenset({"find_module", "find_spec", "load_module", "exec_module"})


def returns_if_loaded(ctx: Context, statement: ast.stmt, name: ast.expr) -> bool:
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
    if isinstance(statement, ast.If) and not statement.orelse:
        asked = asks_if_loaded(ctx, statement.test, name) is True
        return asked and _returns(ctx, statement.body, name)
    return False


def asks_if_loaded(ctx: Context, test: ast.expr, name: ast.expr) -> bool | None:
    """Whether the module *name* is in `sys.modules` if *test* is true; None: that is not asked."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        answer = asks_if_loaded(ctx, test.operand, name)
        return None if answer is None else not answer
    if not (isinstance(test, ast.Compare) and is_modules(ctx, test.comparators[-1])):
        return None
    if len(test.ops) != 1 or ast.dump(test.left) != ast.dump(name):
        return None
    return isinstance(test.ops[0], ast.In) if isinstance(test.ops[0], (ast.In, ast.NotIn)) else None


def is_entry(ctx: Context, node: ast.expr | None, name: ast.expr) -> bool:
    """Say whether *node* is `sys.modules[name]`."""
    return (
        isinstance(node, ast.Subscript)
        and is_modules(ctx, node.value)
        and ast.dump(node.slice) == ast.dump(name)
    )


def is_modules(ctx: Context, node: ast.expr) -> bool:
    """Say whether *node* is `sys.modules`, of the module that `import sys` brings."""
    if ctx.tree.dotted(node) != "sys.modules" or "modules" in ctx.tree.stored_attributes:
        return False
    root = root_of(node)
    bindings = ctx.tree.bindings_of(root) if isinstance(root, ast.Name) else []
    return bool(bindings) and all(b.is_import for b in bindings)


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


def _returns(ctx: Context, body: list[ast.stmt], name: ast.expr) -> bool:
    value = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
    return is_entry(ctx, value, name)
