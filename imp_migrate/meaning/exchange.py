"""What a module takes from others by name, and what it lets them have: plain facts of one file.

`from compat import imp`, `compat.imp`, `getattr(compat, "imp")` and
`mock.patch("compat.imp")` all need the name in `compat`; the last one also
counts on `compat` looking there.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from .catalogue import MEMBERS, Kind
from .mentions import Mentions
from .presence import is_none
from .scopes import Binding, ScopeTree, last_name, place_of
from .stars import is_own

# What every import goes through, and who replaces it may say that there is no `imp`.
_IMPORTS = ("__import__", "meta_path")

# Names of modules longer than this are nobody's.
_LONGEST = 1000

# How many steps from a variable to its value are followed.
_DEEPEST = 8

#: The module, whichever it is, whose function has called this one: `frame.f_globals`.
CALLER = "<caller>"

#: The modules that any file may be.
ANY_FILE = ("__main__", CALLER)

#: Public names that a migrated module may have and did not have before.
NEW_NAMES = frozenset(("importlib", "os", "sys", "threading", "tokenize", "types", "warnings")) | {
    m.name for m in MEMBERS.values() if m.kind is Kind.CONSTANT
}

_ASKING = ("getattr", "hasattr")
_REPLACING = ("setattr", "delattr", "object")

_LISTING = ("vars", "dir")
_TABLES = ("__dict__", "__globals__", "f_globals")
_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)

_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.NamedExpr)

_PARTS = ("importlib.util", "importlib.machinery")

# What gives a module from a file, by the last name.
_FROM_FILES = frozenset(("run_path", "load_source", "spec_from_file_location", "SourceFileLoader"))
_SEARCHES = ("find_module", "find_spec", "find_and_load", "find_and_load_as")
_FILE = re.compile(r"[./]*((?:\w+/)*\w+)\.py")
_STAR = re.compile(r"\bfrom\s+([.\w]+)\s+import\s*\*")

_GAP = re.compile(r"\{\d?\}")
_TARGET = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")
_MODULE = re.compile(r"\.*[^\W\d]\w*(?:\.[^\W\d]\w*)*")


@dataclass(frozen=True)
class Taking:
    """One place where a module reaches for *name* in *module*.

    module: as the file names it, with its leading dots.
    node: the expression, or the import statement.
    replaces: it puts something else there.
    """

    module: str
    name: str
    node: ast.AST
    replaces: bool = False


@dataclass(frozen=True)
class Facts:
    """What one file takes and passes on; picklable.

    takings: (module, name, replaces, line) of every place.
    passed: for the names that the module binds by taking them, where it has them from.
    stars: the modules it takes everything from, or may ask for any name.
    replaced: members of `imp` that it puts something else in the place of, with the line;
        "*" stands for the whole module.
    own: those of NEW_NAMES that the module has for something else.
    leans: the parts of importlib that it uses and does not import.
    runs: the modules with whose variables it runs code that is not written there.
    """

    takings: tuple[tuple[str, str, bool, int], ...] = ()
    passed: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    stars: tuple[str, ...] = ()
    replaced: dict[str, int] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    leans: frozenset[str] = frozenset()
    runs: tuple[str, ...] = ()


def facts(tree: ScopeTree, names: Collection[str]) -> Facts:
    """What the module has to do with any of *names* in other modules."""
    passed: dict[str, list[tuple[str, str]]] = {}
    for statement in tree.imports:
        if isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                if alias.name in names and tree.scopes[alias] is tree.root:
                    origin = (_module(statement), alias.name)
                    passed.setdefault(alias.asname or alias.name, []).append(origin)
    found = list(takings(tree, names))
    whole = [module for module, _ in (*_Modules(tree).taken_whole(), *_run_stars(tree))]
    for taking in found:
        assignment = tree.parents.get(taking.node)
        if isinstance(assignment, ast.Assign) and tree.scope_of(assignment) is tree.root:
            for target in assignment.targets:
                if isinstance(target, ast.Name):
                    passed.setdefault(target.id, []).append((taking.module, taking.name))
    return Facts(
        tuple((t.module, t.name, t.replaces, getattr(t.node, "lineno", 1)) for t in found),
        passed,
        tuple(dict.fromkeys((*map(_module, tree.star_imports), *_asked(tree), *whole))),
        _replaced(tree, names),
        frozenset(filter(lambda name: _is_own(tree, name), NEW_NAMES)),
        _leans(tree),
        tuple(dict.fromkeys(_Modules(tree).run_in())),
    )


def _asked(tree: ScopeTree) -> Iterator[str]:
    """The modules that a `__getattr__` of the module may ask for what it has not itself."""
    if "__getattr__" in tree.root.bindings:
        yield from _imported(tree)


def _run_stars(tree: ScopeTree) -> Iterator[tuple[str, ast.AST]]:
    """The modules that a star import in code in a string takes everything from: `exec("from m …")`."""
    for string in tree.strings:
        call = tree.parents.get(string)
        if isinstance(call, ast.Call) and last_name(call.func) in ("exec", "exec_", "compile"):
            yield from ((module, call) for module in _STAR.findall(str(string.value)))


def _leans(tree: ScopeTree) -> frozenset[str]:
    """The parts of importlib that the module uses as attributes and never imports."""
    parts = [a for a in tree.attributes if a.attr in ("util", "machinery")]
    used = {dotted for a in parts if (dotted := tree.dotted(a)) in _PARTS} if parts else set()
    return frozenset(used.difference(_imported(tree))) if used else frozenset()


def _imported(tree: ScopeTree) -> Iterator[str]:
    """The modules that the module may import, as it names them."""
    for statement in tree.imports:
        if isinstance(statement, ast.ImportFrom):
            module = _module(statement)
            yield module
            dot = "" if module.endswith(".") else "."
            yield from (f"{module}{dot}{alias.name}" for alias in statement.names)
        else:
            yield from (alias.name for alias in statement.names)
    for call in tree.calls:
        by_name = ("import_module", "__import__", *_SEARCHES)
        module = _text(call.args[0]) if call.args and _plain(call) in by_name else ""
        if _plain(call) in (*_FROM_FILES, "open"):
            module = _of_file(call)
        if module:
            yield module


def _is_own(tree: ScopeTree, name: str) -> bool:
    """Say whether the module binds *name* to something else than the module of that name."""
    bindings = tree.root.bindings.get(name, ())
    return any(tree.import_of(binding) != name for binding in bindings)


def takings(tree: ScopeTree, names: Collection[str]) -> Iterator[Taking]:
    """The places where the module takes one of *names* from another module."""
    for statement in tree.imports:
        if isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                if alias.name in names:
                    yield Taking(_module(statement), alias.name, statement)
    modules = _Modules(tree)
    everything: list[tuple[str, ast.AST]] = [(_module(star), star) for star in tree.star_imports]
    whole = [*modules.taken_whole(), *_run_stars(tree)]
    # Perhaps as ns["imp"] or ns.imp, of whoever has them then.
    spelt = {s.value for s in tree.strings} | tree.attribute_names if whole else set()
    spoken = _spoken(tree, names) if everything else set[str]()
    for places, hidden in ((everything, spoken), (whole, spelt)):
        for module, node in places:
            for name in names:
                if name in hidden or _may_come_from(tree, name, node):
                    yield Taking(module, name, node)
    for attribute in tree.attributes:
        if attribute.attr in names:
            replaces = not isinstance(attribute.ctx, ast.Load)
            found = modules.candidates(attribute.value, handed_in=replaces)
            if not found and _is_asked_for_member(tree, attribute):
                found = modules.reachable
            for module in found:
                yield Taking(module, attribute.attr, attribute, replaces)
    for call in tree.calls:
        if last_name(call.func) == "multiple" and call.args:  # patch.multiple(m, imp=…)
            yield from _by_keyword(call, modules.owners(call.args[0]), names)
        elif updated := _updated(call):  # vars(m).update(imp=…), patch.dict(vars(m), imp=…)
            yield from _by_keyword(call, modules.owners(updated), names)
        yield from _by_computed_name(tree, modules, call, names)
    for string in tree.strings:
        yield from _by_string(tree, modules, string, names)
    for node in (n for call in tree.calls for n in (*call.args, *(k.value for k in call.keywords))):
        for part in tree.assigned_to(node) if isinstance(node, ast.Name) else (node,):
            if isinstance(part, (ast.BinOp, ast.JoinedStr, ast.Call)):  # patch(f"{MODULE}.imp")
                yield from _dotted(modules.text(part), part, names)


def _by_keyword(call: ast.Call, modules: Iterable[str], names: Collection[str]) -> Iterator[Taking]:
    """What *call* puts into *modules* by keywords: `update(imp=…)`."""
    given = [keyword.arg for keyword in call.keywords if keyword.arg in names]
    for module in modules:
        yield from (Taking(module, str(name), call, True) for name in given)


def _may_come_from(tree: ScopeTree, name: str, node: ast.AST) -> bool:
    """Say whether the module uses *name* where *node*, which may bind any, may have bound it."""
    bindings = tree.root.bindings.get(name, ())
    if not bindings:
        return name in tree.references
    # What the module imports itself, wherever it does, is the same module.
    own = [tree.statement(b.node) for b in bindings if tree.import_of(b) == name]
    return any(
        tree.resolve(name, tree.scope_of(read), read) in (None, tree.root)
        and not is_own(read, tree, [tree.statement(node)])
        and not any(place_of(statement) < place_of(tree.statement(read)) for statement in own)
        for read in tree.references.get(name, ())
    )


def _spoken(tree: ScopeTree, names: Collection[str]) -> set[str]:
    """Those of *names* that a star import may bring and a string reaches: `eval("imp.…")`."""
    mentions, free = Mentions(tree), set(names) - tree.root.bindings.keys()
    return {name for name in free if any(True for _ in mentions.of(name, tree.root))}


def _by_string(
    tree: ScopeTree, modules: _Modules, string: ast.Constant, names: Collection[str]
) -> Iterator[Taking]:
    """What is taken from a module by *string*: `getattr(m, "imp")`, `patch("m.imp")`, …"""
    text = str(string.value)
    parent = tree.parents.get(string)
    called = last_name(parent.func) if isinstance(parent, ast.Call) else ""
    if called == "attrgetter":
        text = text.partition(".")[0]
    if called in ("eval", "exec"):
        for target in _TARGET.findall(text):
            for dotted in modules.expanded(target) or [target]:
                yield from _dotted(dotted, string, names)
    elif text not in names:
        for dotted in dict.fromkeys((text, *modules.expanded(text))):
            yield from _dotted(dotted, string, names)
    elif isinstance(parent, ast.Call) and called == "attrgetter":
        around = tree.parents.get(parent)
        if isinstance(around, ast.Call) and around.func is parent and around.args:
            found = modules.candidates(around.args[0], handed_in=True)
        else:  # it is called somewhere
            found = sorted(set(_imported(tree)))
        for module in found:
            yield Taking(module, text, parent)
    elif (
        isinstance(parent, ast.Call)
        and (table := modules.table(parent))
        and string in parent.args[:1]
    ):
        asked = ("get", "__getitem__", "__getattribute__")
        for module in modules.owners(table):  # vars(m).pop("imp"), m.__getattribute__("imp")
            yield Taking(module, text, parent, last_name(parent.func) not in asked)
    elif isinstance(parent, (ast.Call, ast.keyword)):
        call = parent if isinstance(parent, ast.Call) else tree.parents[parent]
        if isinstance(call, ast.Call) and (not call.args or call.args[0] is not string):
            owners = call.args[:1] or [k.value for k in call.keywords if k.value is not string]
            for owner in owners[:1]:
                for module in modules.candidates(owner, handed_in=True):
                    yield Taking(module, text, call, last_name(call.func) not in _ASKING)
    elif isinstance(parent, ast.Subscript) and parent.slice is string:
        found = modules.candidates(parent.value, handed_in=False)
        if not found and _is_asked_for_member(tree, parent):
            found = modules.reachable
        for module in found:
            yield Taking(module, text, parent, not isinstance(parent.ctx, ast.Load))
            if getattr(parent.value, "attr", "") == "__globals__":  # or it is a method
                inside = module.rpartition(".")[0] or module
                yield Taking(inside, text, parent, not isinstance(parent.ctx, ast.Load))
    elif isinstance(parent, ast.Compare) and parent.left is string:  # "imp" in vars(m)
        for table in parent.comparators:
            yield from (Taking(module, text, parent) for module in modules.owners(table))
    elif isinstance(parent, ast.Dict):  # patch.dict(vars(m), {"imp": …})
        around = tree.parents.get(parent)
        if isinstance(around, ast.Call) and (table := _updated(around)):
            for module in modules.owners(table):
                yield Taking(module, text, around, True)


def _by_computed_name(
    tree: ScopeTree, modules: _Modules, call: ast.Call, names: Collection[str]
) -> Iterator[Taking]:
    """What *call* may take by a name that is a variable: `setattr(m, name, …)`."""
    spelt = dict.fromkeys(str(s.value) for s in tree.strings if s.value in names)
    target = call.args[0] if call.args and spelt else None
    if last_name(call.func) == "patch" and isinstance(target, (ast.BinOp, ast.JoinedStr)):
        first = target.left if isinstance(target, ast.BinOp) else ast.JoinedStr(target.values[:-1])
        if (module := modules.text(first)).endswith("."):  # patch("m." + name)
            yield from (Taking(module[:-1], text, call, True) for text in spelt)
    called, given = last_name(call.func), call.args
    if called == "partial" and given and isinstance(function := given[0], ast.Name):
        called, given = function.id, [*given[1:], function]  # partial(getattr, m), called elsewhere
    if called not in (*_ASKING, *_REPLACING) or len(given) < 2:
        return
    if isinstance(given[1], ast.Name):
        for text in spelt:
            for module in modules.candidates(given[0], handed_in=True):
                yield Taking(module, text, call, called not in _ASKING)


def _is_asked_for_member(tree: ScopeTree, node: ast.Attribute | ast.Subscript) -> bool:
    """Say whether *node*, `x.imp` or `x["imp"]`, is asked for a member of imp: x may be a module.

    It is not where that is the object whose method runs, or objects here are given an `imp`.
    """
    parent = tree.parents[node]
    member = MEMBERS.get(parent.attr) if isinstance(parent, ast.Attribute) else None
    own = getattr(node.value, "id", "") in ("self", "cls")
    own |= getattr(node, "attr", "") in tree.stored_attributes
    return member is not None and member.kind is not Kind.LEAKED and not own


def _dotted(text: str, node: ast.expr, names: Collection[str]) -> Iterator[Taking]:
    """What the string *text*, if it is a dotted name, takes from modules: `"app.imp.reload"`."""
    if "." in text and len(text) < _LONGEST and _TARGET.fullmatch(text):
        parts = text.split(".")
        for position, part in enumerate(parts[1:], 1):
            if part in names:
                replaces = position == len(parts) - 1
                yield Taking(".".join(parts[:position]), part, node, replaces)


class _Modules:
    """Which expressions of one module stand for other modules."""

    def __init__(self, tree: ScopeTree) -> None:
        self.tree = tree
        self._asked: dict[int, str] = {}

    def named(self, node: ast.expr) -> str:
        """The module that *node*, or the table of variables that it is, stands for; "" if none."""
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "vars" and node.args:
            node = node.args[0]
        if isinstance(node, ast.Attribute) and node.attr == "f_globals":
            return CALLER
        path, root = "", node
        while isinstance(root, ast.Attribute) and not self._held(root):
            path, root = f".{root.attr}{path}", root.value
        path = path.removesuffix(".__dict__")
        module = self._root(root)
        found = module + path if module and len(module) + len(path) < _LONGEST else ""
        if found.endswith(".__globals__"):  # of a function of that module
            return found.removesuffix(".__globals__").rpartition(".")[0]
        return found

    def candidates(self, node: ast.expr, *, handed_in: bool) -> list[str]:
        """The modules that *node* may stand for.

        handed_in: what a parameter or a loop brings may be any module that this one imports.
        """
        found = {self.named(node)}
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "vars" and node.args:
            node = node.args[0]
        elif isinstance(node, ast.Attribute) and node.attr == "__dict__":
            node = node.value
        elif isinstance(node, ast.Attribute) and not (handed_in or self._held(node)):
            owners = self.candidates(node.value, handed_in=False)
            found.update(f"{owner}.{node.attr}" for owner in owners if len(owner) < _LONGEST)
        if isinstance(node, ast.Name):
            for binding in self.tree.bindings_of(node):
                around = self.tree.parents.get(binding.node)
                if binding.is_import:
                    found.add(self.tree.import_of(binding) or "")
                elif isinstance(binding.node, ast.arg) or isinstance(around, _LOOPS):
                    if handed_in and node.id not in ("self", "cls"):
                        found.update(_imported(self.tree))
            found.update(map(self.named, self.tree.assigned_to(node)))
        return sorted(found - {""})

    def owners(self, node: ast.expr) -> list[str]:
        """The modules that *node*, a table of variables or a module, or its name, may be."""
        text = _text(node).removesuffix(".__dict__")
        return [text] if text else self.candidates(node, handed_in=False)

    def taken_whole(self) -> Iterator[tuple[str, ast.AST]]:
        """The modules whose variables are all handed to somebody: `globals().update(vars(m))`."""
        tables: list[ast.expr] = [
            c for c in self.tree.calls if getattr(c.func, "id", "") in _LISTING and c.args
        ]
        tables += [a for a in self.tree.attributes if a.attr in ("__dict__", "f_globals")]
        for table in tables:
            around = self.tree.parents[table]
            asked = isinstance(around, ast.Attribute) and around.attr not in ("items", "copy")
            if isinstance(around, ast.Call):  # patch.dict(vars(m), …), setitem(vars(m), …)
                called = last_name(around.func)
                asked = called in ("setitem", "delitem") or _updated(around) is table
            if not (asked or isinstance(around, (ast.Subscript, ast.Compare))):
                owner = table.args[0] if isinstance(table, ast.Call) else table
                yield from ((module, table) for module in self.owners(owner))

    def run_in(self) -> Iterator[str]:
        """The modules with whose variables this one runs code that is not written here."""
        for call in self.tree.calls:
            if last_name(call.func) in ("eval", "exec") and len(call.args) > 1:
                module = "" if _text(call.args[0]) else self.named(call.args[1])
                if module:
                    yield module

    def table(self, call: ast.Call) -> ast.expr | None:
        """The table of variables, or the module, of which *call* asks for an entry, or which it changes."""
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if last_name(call.func) == "__getattribute__":
            return owner
        if isinstance(owner, ast.Name) and last_name(call.func) in ("get", "pop", "__getitem__"):
            return next(filter(_is_table, self.tree.assigned_to(owner)), None)
        return owner if owner is not None and _is_table(owner) else None

    def _root(self, node: ast.expr) -> str:
        """The same for what attributes are taken from."""
        if id(node) not in self._asked:
            self._asked[id(node)] = ""  # while it is being found out: `m = m`
            self._asked[id(node)] = self._found(node)
        return self._asked[id(node)]

    def _found(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self.tree.qualified(node) or self._assigned(node)
        if isinstance(node, ast.Attribute):
            return next(filter(None, map(self.named, self._held(node))), "")
        if isinstance(node, ast.Subscript) and self.tree.dotted(node.value) == "sys.modules":
            return _text(node.slice)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "load_module" and not node.args:
                return self.named(node.func.value)
        if isinstance(node, ast.Call) and node.args:
            called = self.tree.dotted(node.func)
            if called == "__import__":
                name = self.text(node.args[0])
                return name if _takes_last(node) else name.partition(".")[0]
            if called in ("importlib.import_module", "importlib.reload"):
                return self.text(node.args[0]) or self.named(node.args[0])
            if (last := last_name(node.func)) == "module_from_spec":
                return self.named(node.args[0])
            if last == "run_module":
                return _text(node.args[0])
            if last == "getattr" and len(node.args) > 1 and (name := _text(node.args[1])):
                owner = self.named(node.args[0])
                return f"{owner}.{name}" if owner else ""
            if _plain(node) in _FROM_FILES:
                return _of_file(node) or next(filter(None, map(_of_file, self._paths(node))), "")
        return ""

    def _paths(self, call: ast.Call) -> Iterator[ast.expr]:
        """What is assigned to the variables that *call* is given."""
        for argument in call.args:
            if isinstance(argument, ast.Name):
                yield from self.tree.assigned_to(argument)

    def _held(self, node: ast.Attribute) -> list[ast.expr]:
        """What is assigned to *node*, an attribute of `self`, somewhere in the module."""
        owned = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        return self._attributes.get(node.attr, []) if owned else []

    @functools.cached_property
    def _attributes(self) -> dict[str, list[ast.expr]]:
        found: dict[str, list[ast.expr]] = {}
        for attribute in self.tree.attributes:
            statement = self.tree.parents[attribute]
            if isinstance(statement, ast.Assign) and attribute is not statement.value:
                found.setdefault(attribute.attr, []).append(statement.value)
        return found

    @functools.cached_property
    def reachable(self) -> list[str]:
        """The modules that an expression may stand for of which nothing is known."""
        found = set(_imported(self.tree))
        if not {"import_module", "__import__"}.isdisjoint(
            self.tree.attribute_names | self.tree.names
        ):
            found |= {str(s.value) for s in self.tree.strings if _MODULE.fullmatch(str(s.value))}
        return sorted(found)

    def expanded(self, text: str) -> list[str]:
        """*text*, a dotted name, with each module that its first name is a variable for."""
        head, dot, rest = text.partition(".")
        bindings = self.tree.root.bindings.get(head, ()) if dot else ()
        meanings = {self.tree.import_of(b) or self._given(b) for b in bindings} - {""}
        return [f"{module}.{rest}" for module in sorted(meanings)]

    def _given(self, binding: Binding) -> str:
        """The module that *binding*, an assignment, gives its variable; "" if none."""
        statement = self.tree.parents.get(binding.node)
        value = getattr(statement, "value", None) if isinstance(statement, _ASSIGNMENTS) else None
        return self.named(value) if value is not None else ""

    def text(self, node: ast.expr, depth: int = 0) -> str:
        """The string that *node* is, put together from constants and names of modules; else ""."""
        if isinstance(node, ast.Constant) or depth > _DEEPEST:
            return _text(node)
        if isinstance(node, ast.JoinedStr):
            parts = [self.text(value, depth + 1) for value in node.values]
            return "".join(parts) if all(parts) else ""
        if isinstance(node, ast.FormattedValue):
            return self.text(node.value, depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.text(node.left, depth + 1), self.text(node.right, depth + 1)
            return left + right if left and right else ""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            form, value = _text(node.left), self.text(node.right, depth + 1)
            return form.replace("%s", value) if value and form.count("%s") == 1 else ""
        if isinstance(node, ast.Attribute) and node.attr == "__name__":
            return self.named(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            form = self.text(node.func.value, depth + 1)
            if form and node.func.attr == "format":
                given = [self.text(argument, depth + 1) for argument in node.args]
                return _filled(form, given) if all(given) else ""
            several = node.args[0]
            if form and node.func.attr == "join" and isinstance(several, (ast.List, ast.Tuple)):
                given = [self.text(part, depth + 1) for part in several.elts]
                return form.join(given) if all(given) else ""
        if isinstance(node, ast.Name):
            texts = (self.text(value, depth + 1) for value in self.tree.assigned_to(node))
            return next(filter(None, texts), "")
        return ""

    def _assigned(self, name: ast.Name) -> str:
        """The module that is assigned to the variable *name*."""
        return next(filter(None, map(self.named, self.tree.assigned_to(name))), "")


def _of_file(node: ast.expr) -> str:
    """The module whose file is written out in *node*, or the end of its path; "" if none is."""
    for part in ast.walk(node):
        match = _FILE.fullmatch(_text(part)) if isinstance(part, ast.expr) else None
        if match is not None:
            return match[1].replace("/", ".")
    return ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _filled(form: str, given: list[str]) -> str:
    """What `form.format(*given)` is, for a form with nothing but `{}` or `{0}`; else ""."""
    pieces = _GAP.split(form)
    if len(pieces) != len(given) + 1 or any("{" in p or "}" in p for p in pieces):
        return ""
    return pieces[0] + "".join(text + piece for text, piece in zip(given, pieces[1:], strict=True))


def _module(statement: ast.ImportFrom) -> str:
    """The module that *statement* takes from, as it names it."""
    return "." * statement.level + (statement.module or "")


def _replaced(tree: ScopeTree, names: Collection[str]) -> dict[str, int]:
    """The members of `imp`, which others may call one of *names*, that the module replaces."""
    found: dict[str, int] = {}
    modules = _Modules(tree)

    def is_imp(node: ast.expr | str) -> bool:
        found = [node] if isinstance(node, str) else modules.candidates(node, handed_in=False)
        parts = (text.rpartition(".") for text in found)
        return any(last == "imp" or (module and last in names) for module, _, last in parts)

    for attribute in tree.attributes:
        if attribute.attr in MEMBERS and not isinstance(attribute.ctx, ast.Load):
            if is_imp(attribute.value) and not _only_if_absent(tree, attribute):
                found.setdefault(attribute.attr, attribute.lineno)
    for string in tree.strings:
        if string.value == "imp" and (line := _put_into_modules(tree, string)):
            found.setdefault("*", line)
    if any(name in tree.attribute_names or name in tree.names for name in _IMPORTS) or any(
        str(string.value).endswith(_IMPORTS) for string in tree.strings
    ):
        for string in tree.strings:  # if name == "imp": raise ImportError
            if string.value == "imp" and isinstance(tree.parents[string], ast.Compare):
                found.setdefault("*", string.lineno)
    for call in tree.calls:
        for member in _replaced_by(call, is_imp, modules.text):
            if not _only_if_absent(tree, call):
                found.setdefault(member, call.lineno)
    return found


def _put_into_modules(tree: ScopeTree, string: ast.Constant) -> int:
    """The line where *string* is the key under which `sys.modules` is given something; 0 if none.

    Not where that is the shim of somebody who has no `imp`.
    """
    parent = tree.parents[string]
    table: ast.expr | None = None
    if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Store):
        table = parent.value
    elif isinstance(parent, ast.Call) and last_name(parent.func) in ("setdefault", "__setitem__"):
        table = parent.func.value if isinstance(parent.func, ast.Attribute) else None
    elif isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        for read in tree.references.get(parent.targets[0].id, ()):  # sys.modules[name] = …
            item = tree.parents[read]
            if isinstance(item, ast.Subscript) and isinstance(item.ctx, ast.Store):
                table = item.value
    if table is None or tree.dotted(table) != "sys.modules":
        return 0
    around = tree.ancestors(string)
    return 0 if any(isinstance(a, (ast.If, ast.ExceptHandler)) for a in around) else string.lineno


def _only_if_absent(tree: ScopeTree, node: ast.AST) -> bool:
    """Say whether *node* only runs where a member is missing: `if not hasattr(imp, …):`."""
    tests = (a.test for a in tree.ancestors(node) if isinstance(a, ast.If))
    return any("hasattr" in ast.unparse(test) for test in tests)


def _replaced_by(
    call: ast.Call,
    is_imp: Callable[[ast.expr | str], bool],
    text: Callable[[ast.expr], str],
) -> Iterator[str]:
    """The members of `imp` that *call* replaces: `patch.object(imp, "reload")`, …"""
    if not call.args:
        return
    name = last_name(call.func)
    first, second = call.args[0], _text(call.args[1]) if len(call.args) > 1 else ""
    patches = name in ("patch", "setattr", "delattr", "object", "replace", "swap_attr")
    target = text(first) if patches else _text(first)
    if patches:
        module, _, member = target.rpartition(".")
        if is_imp(module):
            if member in MEMBERS and not (name == "replace" and second):
                yield member
        elif second in MEMBERS and not target and is_imp(first):
            yield second
    elif name == "multiple":
        if is_imp(target or first):
            yield from (str(k.arg) for k in call.keywords if k.arg in MEMBERS)
    elif name == "update" and isinstance(call.func, ast.Attribute):
        if ast.unparse(call.func.value).rpartition(".")[2] == "modules":
            keys = getattr(first, "keys", ())
            if any(key is not None and _text(key) == "imp" for key in keys):
                yield "*"
    elif name in ("dict", "setitem"):
        table = target or ast.unparse(first)
        keys = {k.arg for k in call.keywords} | {second}
        for argument in call.args[1:]:
            if isinstance(argument, ast.Dict):
                keys |= {_text(key) for key in argument.keys if key is not None}
        if table.rpartition(".")[2] == "modules" and "imp" in keys:
            yield "*"


def _updated(call: ast.Call) -> ast.expr | None:
    """The table that *call* puts other values into; None if it does no such thing."""
    if last_name(call.func) == "dict" and call.args:
        return call.args[0]
    if last_name(call.func) == "update" and isinstance(call.func, ast.Attribute):
        return call.func.value
    return None


def _is_table(node: ast.expr) -> bool:
    """Say whether *node* is the table of a module's variables."""
    if isinstance(node, ast.Attribute):
        return node.attr in _TABLES
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "vars"


def _takes_last(call: ast.Call) -> bool:
    """Say whether *call*, of `__import__`, gives the module named, and not the package around it."""
    given = [*call.args[3:4], *(k.value for k in call.keywords if k.arg == "fromlist")]
    return any(getattr(names, "elts", (names,)) and not is_none(names) for names in given)


def _plain(call: ast.Call) -> str:
    """The same, of a helper the name of what it stands for."""
    name = last_name(call.func)
    return name if name == "__import__" else name.lstrip("_").removeprefix("imp_")


def replaced_at_once(tree: ScopeTree) -> Iterator[tuple[ast.Call, str]]:
    """Every `patch.multiple("imp", reload=…)` with each member of `imp` that it replaces."""
    modules = _Modules(tree)
    for call in tree.calls:
        if last_name(call.func) == "multiple" and call.args:
            module = _text(call.args[0]) or modules.named(call.args[0])
            if module.rpartition(".")[2] == "imp":
                yield from ((call, str(k.arg)) for k in call.keywords if k.arg in MEMBERS)
