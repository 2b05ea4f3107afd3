"""Scopes and bindings, from the `ast`, by the rules of the language reference (4.2).

The compiler's own `symtable` would be the natural source, but since 3.12 it
no longer has tables for inlined comprehensions (PEP 709), so that it cannot
say whose `imp` is meant in one; the tests compare both on the standard
library, with a Python where `symtable` still knows.
"""

from __future__ import annotations

import ast
import enum
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
#: Those whose parts are in several scopes.
_OPENING = frozenset((*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef, ast.NamedExpr))
_RECORDED = frozenset((
    *(ast.Call, ast.Attribute, ast.Constant, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal),
    *(ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping),
    # Python 3.12 and later
    *(getattr(ast, name) for name in ("TypeVar", "ParamSpec", "TypeVarTuple") if hasattr(ast, name)),
))  # fmt: skip

# What lists the names of a module.
_LISTINGS = frozenset(("dir", "globals", "locals", "vars"))


class ScopeKind(enum.Enum):
    """The blocks that have names of their own."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"  #: `def` and `lambda`
    COMPREHENSION = "comprehension"
    TYPE_PARAMETERS = "type parameters"  #: PEP 695


@dataclass(eq=False)
class Binding:
    """One place that binds (or, with `del`, unbinds) a name.

    node: an alias, a Name in store or delete context, an arg, a def, …
    """

    name: str
    node: ast.AST
    scope: Scope

    @property
    def is_import(self) -> bool:
        return isinstance(self.node, ast.alias)

    @property
    def is_del(self) -> bool:
        return isinstance(self.node, ast.Name) and isinstance(self.node.ctx, ast.Del)


@dataclass(eq=False)
class Scope:
    """A block with names of its own."""

    kind: ScopeKind
    node: ast.AST
    parent: Scope | None = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)

    def chain(self) -> Iterator[Scope]:
        """This scope and those around it, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


class ScopeTree:
    """All scopes of a module, the parent of every node and every reference to a name."""

    def __init__(self, module: ast.Module, place: Callable[[int], str] = "line {}".format) -> None:
        self.module = module
        self.place = place
        self.root = Scope(ScopeKind.MODULE, module)
        self.parents: dict[ast.AST, ast.AST] = {}
        self.scopes: dict[ast.AST, Scope] = {}  #: of every Name
        self.references: dict[str, list[ast.Name]] = {}  #: loads, in source order
        self.star_imports: list[ast.ImportFrom] = []
        self.imports: list[ast.Import | ast.ImportFrom] = []
        self.calls: list[ast.Call] = []
        self.attributes: list[ast.Attribute] = []
        self.strings: list[ast.Constant] = []
        self.bytes: list[ast.Constant] = []
        self.names: set[str] = set()  #: every identifier that is bound or read anywhere
        self._owned: dict[ast.AST, Scope] = {}
        self._slots: dict[ast.stmt, tuple[list[ast.stmt], int]] = {}
        self._reads: dict[str, dict[Scope | None, list[ast.Name]]] = {}
        self._nonlocal: list[Binding] = []  #: their scope is the one that says `nonlocal`
        self._build()

    # -- questions ---------------------------------------------------------

    @functools.cached_property
    def attributes_by_name(self) -> dict[str, list[ast.Attribute]]:
        """The attributes that the module names."""
        found: dict[str, list[ast.Attribute]] = {}
        for attribute in self.attributes:
            found.setdefault(attribute.attr, []).append(attribute)
        return found

    @functools.cached_property
    def imported_names(self) -> frozenset[str]:
        """What imports name, before any `as`."""
        return frozenset(a.name for statement in self.imports for a in statement.names)

    @functools.cached_property
    def attribute_names(self) -> frozenset[str]:
        """What the module names behind a dot."""
        return frozenset(attribute.attr for attribute in self.attributes)

    @functools.cached_property
    def stored_attributes(self) -> frozenset[str]:
        """What the module sets, or deletes, behind a dot."""
        return frozenset(a.attr for a in self.attributes if not isinstance(a.ctx, ast.Load))

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope in which *node* is evaluated."""
        below: ast.AST | None = None
        child: ast.AST | None = None
        current: ast.AST | None = node
        while current is not None:
            if current in self.scopes:
                return self.scopes[current]
            if current in self._owned and child is not None and _is_inside(current, child, below):
                return self._owned[current]
            below, child, current = child, current, self.parents.get(current)
        return self.root

    def resolve(self, name: str, scope: Scope, at: ast.AST | None = None) -> Scope | None:
        """The scope that binds *name* as seen from *scope*; None if none does (a builtin).

        With *at*, the node that reads the name: a class body that only binds
        the name later still sees the outer one (`reload = reload`).
        """
        start = scope
        for current in scope.chain():
            if name in current.global_names:
                return self.root if name in self.root.bindings else None
            if name not in current.bindings:
                continue  # also where it is nonlocal
            if current.kind is ScopeKind.CLASS:
                visible = current is start or start.kind is ScopeKind.TYPE_PARAMETERS
                if not visible or (at is not None and self._only_bound_after(at, current, name)):
                    continue
            return current
        return None

    def home(self, name: ast.Name) -> Scope | None:
        """The scope that binds *name* as it is seen where it stands; None if none does."""
        return self.resolve(name.id, self.scope_of(name), name)

    def bindings_of(self, name: ast.Name) -> list[Binding]:
        """Everything that binds the variable *name*; none if it is a builtin."""
        scope = self.home(name)
        return scope.bindings[name.id] if scope is not None else []

    def assigned_to(
        self, name: ast.Name, *kinds: type[ast.Assign | ast.AnnAssign | ast.NamedExpr]
    ) -> Iterator[ast.expr]:
        """What assignments, those of *kinds* if any are named, give the variable *name*."""
        for binding in self.bindings_of(name):
            statement = self.parents.get(binding.node)
            if isinstance(statement, kinds or (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
                if statement.value is not None:
                    yield statement.value

    def reads_of(self, name: ast.Name) -> list[ast.Name]:
        """Every load of the variable *name*; none if it is a builtin."""
        scope = self.home(name)
        return self.reads(name.id, scope) if scope is not None else []

    def call_of(self, node: ast.AST) -> ast.Call | None:
        """The call of what *node* stands for; None if something else is done with it."""
        parent = self.parents.get(node)
        return parent if isinstance(parent, ast.Call) and parent.func is node else None

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds *node* (or is it)."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around *node*, innermost first, up to the module."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def slot(self, statement: ast.stmt) -> tuple[list[ast.stmt], int]:
        """The block that *statement* stands in, and its position there."""
        if statement not in self._slots:
            for _, value in ast.iter_fields(self.parents[statement]):
                if isinstance(value, list):
                    self._slots.update((item, (value, at)) for at, item in enumerate(value))
        return self._slots[statement]

    def before(self, statement: ast.stmt) -> Iterator[ast.stmt]:
        """The statements before *statement* in its block, the nearest first."""
        block, at = self.slot(statement)
        return (block[earlier] for earlier in range(at - 1, -1, -1))

    def is_in(self, node: ast.AST, block: object) -> bool:
        """Say whether *node* is one of the statements of *block*, a block of its parent."""
        return isinstance(node, ast.stmt) and self.slot(node)[0] is block

    def reads(self, name: str, scope: Scope) -> list[ast.Name]:
        """Every load of *name* that means the one bound in *scope*."""
        if name not in self._reads:
            found = self._reads[name] = {}
            for node in self.references.get(name, ()):
                home = self.resolve(name, self.scopes[node], node)
                found.setdefault(home, []).append(node)
        return self._reads[name].get(scope, [])

    @functools.cached_property
    def exported(self) -> frozenset[str]:
        """The names that the module lists in `__all__`, or in what that is computed from.

        These are the words of all strings there (`"a b".split()`), and the names of the
        variables (`[f.__name__ for f in (a, b)]`).
        """
        found: set[str] = set()
        pending, seen = ["__all__"], {"__all__"}
        while pending:
            name = pending.pop()
            places: list[ast.AST] = [b.node for b in self.root.bindings.get(name, ())]
            places += self.references.get(name, ()) if name == "__all__" else ()
            for node in (n for place in places for n in ast.walk(self.statement(place))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.update(node.value.split())
                elif isinstance(node, ast.Name) and node.id not in seen:
                    if self._is_no_value(node):
                        continue
                    found.add(node.id)
                    seen.add(node.id)
                    if all(self._is_assigned(b) for b in self.root.bindings.get(node.id, ())):
                        pending.append(node.id)
        return frozenset(found)

    @property
    def exports_all(self) -> bool:
        """Whether a star import takes whatever the module has.

        There is no `__all__`, or it is computed from a list of all names.
        """
        return "__all__" not in self.root.bindings or not _LISTINGS.isdisjoint(self.exported)

    def _is_no_value(self, name: ast.Name) -> bool:
        """Say whether *name* only leads to its `__all__`, or is part of an annotation."""
        chain = [name, *self.ancestors(name)]
        annotated = any(getattr(a, "annotation", None) in chain for a in chain)
        return annotated or getattr(self.parents.get(name), "attr", "") == "__all__"

    def _is_assigned(self, binding: Binding) -> bool:
        return isinstance(
            self.parents.get(binding.node), (ast.Assign, ast.AnnAssign, ast.AugAssign)
        )

    # -- what names mean ---------------------------------------------------

    def dotted(self, node: ast.expr) -> str | None:
        """The qualified name of a chain of attributes, its first name resolved through imports."""
        root = root_of(node)
        if not isinstance(root, ast.Name):
            return None
        return (self.qualified(root) or root.id) + attribute_path(node)

    def qualified(self, name: ast.Name) -> str | None:
        """What an imported name stands for; None if it is not simply an import."""
        meanings = {self.import_of(binding) for binding in self.bindings_of(name)}
        return meanings.pop() if len(meanings) == 1 else None

    def import_of(self, binding: Binding) -> str | None:
        """The qualified name that *binding*, an import, binds; None if it is none."""
        alias, statement = binding.node, self.parents.get(binding.node)
        if not isinstance(alias, ast.alias):
            return None
        if isinstance(statement, ast.ImportFrom):
            package = f"{statement.module}." if statement.module else ""
            return "." * statement.level + package + alias.name
        return alias.name if alias.asname else alias.name.partition(".")[0]

    # -- construction ------------------------------------------------------

    def _build(self) -> None:
        # An explicit stack: a sum of 5,000 terms nests 5,000 deep.
        stack: list[tuple[ast.AST, Scope]] = [(self.module, self.root)]
        parents = self.parents
        while stack:
            node, scope = stack.pop()
            kind = type(node)
            if kind is ast.Name:
                assert isinstance(node, ast.Name)
                self._enter_name(node, scope)
            elif kind in _OPENING:
                parts = [*self._enter(node, scope)]
                for child, _ in parts:
                    parents.setdefault(child, node)
                stack.extend(reversed(parts))
            else:
                if kind in _RECORDED:
                    self._record(node, scope)
                inner = self._type_scope(node, scope) if kind.__name__ == "TypeAlias" else scope
                children = _children(node)
                for child in children:
                    parents[child] = node
                stack += [(child, inner) for child in reversed(children)]
        for binding in self._nonlocal:
            self._bind_outside(binding)

    def _enter_name(self, node: ast.Name, scope: Scope) -> None:
        self.scopes[node] = scope
        self.names.add(node.id)
        if type(node.ctx) is ast.Load:
            self.references.setdefault(node.id, []).append(node)
        else:
            self._bind(node.id, node, scope)

    def _enter(self, node: ast.AST, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        """Record what *node* binds; yield its children with their scopes."""
        if isinstance(node, _FUNCTIONS):
            yield from self._enter_function(node, scope)
        elif isinstance(node, ast.ClassDef):
            yield from self._enter_class(node, scope)
        elif isinstance(node, _COMPREHENSIONS):
            yield from self._enter_comprehension(node, scope)
        elif isinstance(node, ast.NamedExpr):
            outer = next(s for s in scope.chain() if s.kind is not ScopeKind.COMPREHENSION)
            self.parents[node.target] = node
            self.names.add(node.target.id)
            self.scopes[node.target] = outer
            self._bind(node.target.id, node.target, outer)
            yield node.value, scope

    def _record(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.Call):
            self.calls.append(node)
        elif isinstance(node, ast.Attribute):
            self.attributes.append(node)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                self.strings.append(node)
            elif isinstance(node.value, bytes):
                self.bytes.append(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.scopes[node] = scope
            self.imports.append(node)
            for alias in node.names:
                self.scopes[alias] = scope
                if alias.name == "*":
                    assert isinstance(node, ast.ImportFrom)
                    self.star_imports.append(node)
                else:
                    self._bind(alias.asname or alias.name.partition(".")[0], alias, scope)
        elif isinstance(node, ast.Global):
            scope.global_names.update(node.names)
        elif isinstance(node, ast.Nonlocal):
            scope.nonlocal_names.update(node.names)
        elif isinstance(node, ast.MatchMapping):
            if node.rest:
                self._bind(node.rest, node, scope)
        elif node.name:  # type: ignore[attr-defined]
            self._bind(node.name, node, scope)  # type: ignore[attr-defined]

    def _enter_function(self, node: FunctionNode, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        args = node.args
        if not isinstance(node, ast.Lambda):
            self._bind(node.name, node, scope)
            for decorator in node.decorator_list:
                yield decorator, scope
        self.parents[args] = node
        for default in (*args.defaults, *(d for d in args.kw_defaults if d is not None)):
            self.parents[default] = args
            yield default, scope
        signature = self._type_scope(node, scope)
        inner = self._open(ScopeKind.FUNCTION, node, signature)
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        every += [arg for arg in (args.vararg, args.kwarg) if arg is not None]
        for arg in every:
            self.parents[arg] = args
            self._bind(arg.arg, arg, inner)
            if arg.annotation is not None:
                self.parents[arg.annotation] = arg
                yield arg.annotation, signature
        if isinstance(node, ast.Lambda):
            yield node.body, inner
            return
        if node.returns is not None:
            yield node.returns, signature
        for parameter in getattr(node, "type_params", ()):
            yield parameter, signature
        for statement in node.body:
            yield statement, inner

    def _enter_class(self, node: ast.ClassDef, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        self._bind(node.name, node, scope)
        for decorator in node.decorator_list:
            yield decorator, scope
        header = self._type_scope(node, scope)
        for child in (*getattr(node, "type_params", ()), *node.bases, *node.keywords):
            yield child, header
        inner = self._open(ScopeKind.CLASS, node, header)
        for statement in node.body:
            yield statement, inner

    def _enter_comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
        scope: Scope,
    ) -> Iterator[tuple[ast.AST, Scope]]:
        inner = self._open(ScopeKind.COMPREHENSION, node, scope)
        for position, generator in enumerate(node.generators):
            self.parents[generator] = node
            for child in (generator.iter, generator.target, *generator.ifs):
                self.parents[child] = generator
            # Only the first iterable is evaluated outside.
            yield generator.iter, inner if position else scope
            yield generator.target, inner
            for condition in generator.ifs:
                yield condition, inner
        if isinstance(node, ast.DictComp):
            yield node.key, inner
            yield node.value, inner
        else:
            yield node.elt, inner

    def _type_scope(self, node: ast.AST, scope: Scope) -> Scope:
        if getattr(node, "type_params", None):
            return self._open(ScopeKind.TYPE_PARAMETERS, node, scope)
        return scope

    def _open(self, kind: ScopeKind, node: ast.AST, parent: Scope) -> Scope:
        scope = Scope(kind, node, parent)
        if kind is not ScopeKind.TYPE_PARAMETERS:
            self._owned[node] = scope
        return scope

    def owners(self) -> Iterator[ast.AST]:
        """Every function, class and comprehension."""
        return iter(self._owned)

    def opens_scope(self, node: ast.AST) -> bool:
        """Say whether *node* is a function, a class or a comprehension."""
        return node in self._owned

    def owned(self, node: ast.AST) -> Scope:
        """The scope that the function, class or comprehension *node* opens."""
        return self.root if node is self.module else self._owned[node]

    def _bind(self, name: str, node: ast.AST, scope: Scope) -> None:
        self.names.add(name)
        if name in scope.nonlocal_names:
            # The function around it may bind the name only further down.
            self._nonlocal.append(Binding(name, node, scope))
            return
        owner = self.root if name in scope.global_names else scope
        owner.bindings.setdefault(name, []).append(Binding(name, node, owner))

    def _bind_outside(self, binding: Binding) -> None:
        """Add *binding*, of a nonlocal name, to the function that has the name."""
        name, scope = binding.name, binding.scope
        around = (s for s in scope.chain() if s is not scope and s.kind is ScopeKind.FUNCTION)
        owner = next(
            (s for s in around if name in s.bindings and name not in s.nonlocal_names), scope
        )
        bindings = owner.bindings.setdefault(name, [])
        bindings.append(Binding(name, binding.node, owner))
        bindings.sort(key=lambda b: (b.node.lineno, b.node.col_offset))  # type: ignore[attr-defined]

    def _only_bound_after(self, at: ast.AST, scope: Scope, name: str) -> bool:
        """Say whether *scope* binds *name* only in or after the statement that holds *at*."""
        reader = self.statement(at)
        if any(isinstance(a, (ast.For, ast.While)) for a in self.ancestors(reader)):
            return False
        return all(
            place_of(self.statement(b.node)) >= place_of(reader) for b in scope.bindings[name]
        )


def _children(node: ast.AST) -> list[ast.AST]:
    """The parts of *node* that are nodes; not `Load()` and `Add()`, which are all one."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [child for child in value if isinstance(child, ast.AST)]
        elif isinstance(value, ast.AST) and value._fields:
            found.append(value)
    return found


def last_name(node: ast.AST) -> str:
    """The name that *node*, a name or an attribute, ends in; "" if it is neither."""
    return getattr(node, "attr", "") or getattr(node, "id", "")


def root_of(node: ast.AST) -> ast.AST:
    """What the attributes of *node* begin with: `a` of `a.b.c`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node


def attribute_path(node: ast.AST) -> str:
    """The attributes after the first name of *node*: `.b.c` of `a.b.c`."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(f".{node.attr}")
        node = node.value
    return "".join(reversed(names))


def _is_inside(owner: ast.AST, child: ast.AST, below: ast.AST | None) -> bool:
    """Say whether *child* of *owner*, by way of *below*, belongs to the scope *owner* opens."""
    if isinstance(owner, ast.Lambda):
        return child is owner.body
    if isinstance(owner, _COMPREHENSIONS):
        first = owner.generators[0]
        return not (child is first and below is first.iter)
    body: list[ast.stmt] = getattr(owner, "body", [])
    return any(statement is child for statement in body)


def place_of(node: ast.stmt | ast.expr | ast.ExceptHandler | ast.arg) -> tuple[int, int]:
    """Return where *node* starts: its line and its column."""
    return node.lineno, node.col_offset
