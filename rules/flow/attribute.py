"""Attributes that the methods of one class keep to themselves."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from imp_migrate.meaning.scopes import ScopeKind
from imp_migrate.rule import Context, once

from .emulation import in_import_hook


@dataclass(frozen=True, eq=False)
class Attribute:
    """An attribute that, in this module, only methods of *home* use, of their first parameter.

    stores, reads: the expressions, in source order.
    """

    name: str
    home: ast.ClassDef
    stores: list[ast.Attribute]
    reads: list[ast.Attribute]


def attribute_of(node: ast.Attribute, ctx: Context) -> Attribute | None:
    """The attribute that *node* means, if nothing but methods of the class around can see it.

    None where other modules may well use it (only import hooks have all their
    public methods called by the import system), where the class has a base
    class, or where attributes are used by name.
    """
    home = _home(node, ctx)
    if home is None or _has_bases(home) or _is_named(node.attr, home, ctx):
        return None
    private = home.name.startswith("_") or node.attr.startswith("_")
    if not private and not in_import_hook(ctx, node):
        return None
    everywhere = [*ctx.tree.attributes_by_name[node.attr]]
    if any(_home(a, ctx) is not home for a in everywhere):
        return None
    if any(isinstance(a.ctx, ast.Del) for a in everywhere):
        return None
    everywhere.sort(key=lambda a: ctx.place(a))
    stores = [a for a in everywhere if isinstance(a.ctx, ast.Store)]
    return Attribute(
        node.attr, home, stores, [a for a in everywhere if isinstance(a.ctx, ast.Load)]
    )


def is_free(name: str, ctx: Context) -> bool:
    """Say whether nothing in this module is called *name*, and no string says so."""
    return (
        name not in ctx.tree.attributes_by_name
        and name not in ctx.tree.names
        and name not in _words(ctx)
    )


def _home(node: ast.Attribute, ctx: Context) -> ast.ClassDef | None:
    """The class of whose method *node* is `self.name`, by whatever name `self` goes."""
    if not isinstance(node.value, ast.Name):
        return None
    scope = ctx.tree.home(node.value)
    if scope is None or scope.kind is not ScopeKind.FUNCTION:
        return None
    method = scope.node
    if not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) or method.decorator_list:
        return None
    parameters = [*method.args.posonlyargs, *method.args.args]
    if not parameters or parameters[0].arg != node.value.id:
        return None
    if len(scope.bindings[node.value.id]) != 1:
        return None
    home = ctx.parent(method)
    return home if isinstance(home, ast.ClassDef) else None


def _has_bases(home: ast.ClassDef) -> bool:
    plain = all(isinstance(base, ast.Name) and base.id == "object" for base in home.bases)
    return not plain or bool(home.keywords)


def _is_named(name: str, home: ast.ClassDef, ctx: Context) -> bool:
    """Say whether the attribute *name* may be reached in another way than `self.name`."""
    if name.startswith("__") or name in _words(ctx):
        return True
    if f".{name}" in _text(ctx):
        return True  # "{0.name}", or what `eval` or `attrgetter` is given
    if name in _named(ctx):
        return True
    bound = set().union(*map(_bound, home.body))
    if "__slots__" in bound or any(n.startswith("__") and "attr" in n for n in bound):
        return True
    if any(not _is_local(a.value, ctx) for a in ctx.tree.attributes_by_name.get("__dict__", ())):
        return True
    for read in (r for name in ("vars", "dir") for r in ctx.tree.references.get(name, ())):
        call = ctx.parent(read)
        if not (isinstance(call, ast.Call) and all(_is_local(a, ctx) for a in call.args)):
            return True
    return any(
        home in ctx.tree.ancestors(read) and not _names_one(ctx.parent(read))
        for function in ("getattr", "setattr", "delattr", "hasattr")
        for read in ctx.tree.references.get(function, ())
    )


def _is_local(node: ast.expr, ctx: Context) -> bool:
    """Say whether *node* is a variable of a function, and none that a caller gives a value."""
    if not isinstance(node, ast.Name):
        return False
    scope = ctx.tree.home(node)
    if scope is None or scope.kind is not ScopeKind.FUNCTION:
        return False
    return not any(isinstance(binding.node, ast.arg) for binding in scope.bindings[node.id])


def _names_one(call: ast.AST) -> bool:
    """Say whether *call*, of `getattr` or the like, says literally which attribute it means."""
    return (
        isinstance(call, ast.Call) and len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    )


@once
def _named(ctx: Context) -> set[str]:
    """The attributes that classes have by default, derived or not, or that patterns look at."""
    found: set[str] = set()
    for node in ast.walk(ctx.tree.module):
        if isinstance(node, ast.ClassDef):
            found.update(*map(_bound, node.body))
        found.update(getattr(node, "kwd_attrs", ()))
    return found


@once
def _text(ctx: Context) -> str:
    """The strings in the module, one after the other."""
    return "\n".join(map(str, _words(ctx)))


def _bound(statement: ast.stmt) -> set[str]:
    """The names that *statement* of the body of a class binds (some more do no harm)."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    return {getattr(n, "id", getattr(n, "name", "")) or "" for n in ast.walk(statement)}


@once
def _words(ctx: Context) -> set[object]:
    """The strings in the module."""
    return {constant.value for constant in ctx.tree.strings}
