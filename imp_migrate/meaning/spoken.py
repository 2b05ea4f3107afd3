"""What becomes of a value that may be None: asked for by a string, handed on, returned."""

from __future__ import annotations

import ast

from .handlers import survives
from .mentions import Mentions
from .presence import tested
from .scopes import ScopeKind, ScopeTree, last_name

_QUESTIONS = (ast.Compare, ast.If, ast.IfExp, ast.BoolOp, ast.UnaryOp)
_HARMLESS = ("bool", "hasattr", "isinstance", "print", "repr", "str", "type")
_ASKING = ("get", "__getitem__", "__getattribute__", "getattr")


def value_of(tree: ScopeTree, string: ast.expr) -> ast.expr:
    """The expression that looks up the variable which *string* names; *string* itself if none does.

    That is `globals()["imp"]`, `vars().get("imp")`, `getattr(module, "imp")`.
    """
    parent = tree.parents[string]
    if isinstance(parent, ast.Subscript) and parent.slice is string:
        return parent
    if isinstance(parent, ast.Call) and string in parent.args:
        called = last_name(parent.func)
        return parent if called in _ASKING else string
    return string


def is_used(tree: ScopeTree, node: ast.expr) -> bool:
    """Say whether *node* is called, or asked for an attribute: None would not do."""
    parent = tree.parents[node]
    asked = isinstance(parent, ast.Attribute) and parent.value is node
    return asked or tree.call_of(node) is not None


def fails_in_code(
    tree: ScopeTree, node: ast.expr, name: str, errors: set[str], *, attribute: bool = False
) -> bool:
    """Say whether *node*, code in a string, uses the variable *name* without asking for it.

    errors: what using it raises.
    attribute: not the variable, but whatever has it as an attribute (`compat.imp`).
    """
    code = _code(node, name)
    if code is None or tested(tree, node, name) or survives(tree, node, errors):
        return False
    if not attribute and name in code.root.bindings:
        return False  # it has a name of its own
    reads: list[ast.expr] = [*code.references.get(name, ())]
    if attribute:
        reads = [a for a in code.attributes if a.attr == name]
    return any(
        (is_used(code, read) or "NameError" in errors) and not tested(code, read, ast.unparse(read))
        for read in reads
    )


def members_asked(tree: ScopeTree, node: ast.expr, name: str) -> list[str]:
    """What is asked of the variable *name* that *node*, code in a string or a look-up, reaches.

    Not where somebody asks first whether there is such an attribute.
    """
    code = _code(node, name)
    around, reads = tree, [value_of(tree, node)]
    if code is not None:
        own = name in code.root.bindings
        around, reads = code, [] if own else [*code.references.get(name, ())]
    members = []
    for read in reads:
        parent = around.parents[read]
        if isinstance(parent, ast.Attribute) and isinstance(parent.ctx, ast.Load):
            asked = f"hasattr({ast.unparse(read)}, {parent.attr!r})"
            if not (tested(around, parent, asked) or survives(around, parent, {"AttributeError"})):
                members.append(parent.attr)
    return [] if survives(tree, node, {"AttributeError"}) else members


def _code(node: ast.expr, name: str) -> ScopeTree | None:
    """The code in the string *node*, if it is more than the *name* of a variable."""
    text = node.value if isinstance(node, ast.Constant) else None
    if not isinstance(text, str) or text == name:
        return None
    try:
        return ScopeTree(ast.parse(text.strip()))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def is_asked_first(tree: ScopeTree, target: ast.Name) -> bool:
    """Say whether the variable *target*, which may be None, is only used where it is not."""
    lexical = tree.scope_of(target)
    scope = tree.resolve(target.id, lexical) or lexical
    if len(scope.bindings[target.id]) > 1 or any(True for _ in Mentions(tree).of(target.id, scope)):
        return False
    reads = tree.reads(target.id, scope)
    if scope is tree.root and not reads:
        return False  # it is for others
    return all(asks(tree, read) or tested(tree, read, target.id) for read in reads)


def is_held_and_asked(tree: ScopeTree, target: ast.Attribute) -> bool:
    """Say whether what has the private attribute *target*, as `self._imp`, is asked before its use."""
    name = target.attr
    if not name.startswith("_") or any(string.value == name for string in tree.strings):
        return False
    reads = [a for a in tree.attributes if a.attr == name and isinstance(a.ctx, ast.Load)]
    return bool(reads) and all(
        asks(tree, read) or tested(tree, read, ast.unparse(read)) for read in reads
    )


def asks(tree: ScopeTree, node: ast.expr) -> bool:
    """Say whether *node* is only asked what it is."""
    parent = tree.parents[node]
    return isinstance(parent, _QUESTIONS) and node is getattr(parent, "test", node)


def callers_ask(tree: ScopeTree, function: ast.FunctionDef) -> bool:
    """Say whether *function*, which may return None, is called here, and what it returns is asked."""
    home = tree.scope_of(function)
    if home.kind is ScopeKind.CLASS or len(home.bindings[function.name]) > 1:
        return False
    calls = [tree.call_of(read) for read in tree.reads(function.name, home)]
    return bool(calls) and all(call is not None and may_be_none(tree, call) for call in calls)


def may_be_none(tree: ScopeTree, node: ast.expr) -> bool:
    """Say whether None would do where *node* stands, as far as this module shows what becomes of it."""
    parent = tree.parents[node]
    if isinstance(parent, ast.Expr) or asks(tree, node):
        return True
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
        if isinstance(target, ast.Attribute):
            return is_held_and_asked(tree, target)
        return isinstance(target, ast.Name) and is_asked_first(tree, target)
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        called = parent.func.id
        return called in _HARMLESS or (called == "getattr" and len(parent.args) == 3)
    if isinstance(parent, ast.Return):
        function = tree.scope_of(parent).node
        return isinstance(function, ast.FunctionDef) and callers_ask(tree, function)
    return False
