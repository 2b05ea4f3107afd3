"""From a syntax tree to uses: every place that reaches `imp`, and through which import.

Nothing is decided here about what replaces a use; only what it is, whether it
is certain, and whether it runs at all on Python 3.12+.
"""

from __future__ import annotations

import ast
import functools
import re

from ..text.source import Vicinity
from .catalogue import MEMBERS, STAR_NAMES, Kind
from .exchange import replaced_at_once
from .handlers import awaits_import_error
from .imp_imports import ImportFinder
from .import_calls import (
    asked_module,
    asks_from_list,
    is_imp_call,
    is_import_call,
    maps_list,
    may_be_imp,
    moves_reload,
    runs_import,
    runs_import_of_list,
)
from .mentions import Access, Mentions
from .reach import Reach
from .scopes import Scope, ScopeTree, last_name, place_of, root_of
from .stars import is_own
from .uses import MODULE, Form, ImpImport, Resolution, Use, grouped
from .verdict import RENAME, Judge


class Resolver:
    """Finds the imports and uses of `imp` in one module."""

    def __init__(self, tree: ScopeTree, reach: Reach, vicinity: Vicinity | None = None) -> None:
        self.tree = tree
        self.reach = reach
        self.vicinity = vicinity or Vicinity()
        self.mentions = Mentions(tree)
        self.result = Resolution(ImportFinder(tree, reach).find())
        judge = Judge(tree, reach, self.result.imports, self.vicinity.contents)
        self.judge, self.judge_indirect = judge.judge, judge.judge_indirect
        self.rivals = judge.rivals
        self._replaced = 0  #: how many uses were doubted for what is put into `sys.modules`

    def resolve(self) -> Resolution:
        """Find everything; uses come numbered, in source order."""
        for (local, scope), imports in grouped(self.result.imports).items():
            self._follow(local, scope, imports)
        self._follow_stars()
        self._follow_expressions()
        self._follow_strings()
        self._follow_names()
        self._follow_table()
        self._doubt_rebound()
        self._ask_vicinity()
        self.result.uses.sort(key=lambda use: (use.node.lineno, use.node.col_offset))
        for index, use in enumerate(self.result.uses):
            use.index = index
        return self.result

    def _follow(self, local: str, scope: Scope, imports: list[ImpImport]) -> None:
        """Add every use of *local* as bound in *scope*."""
        self._follow_indirect(local, scope, imports)
        members = {found.member for found in imports}
        own = {id(found.node) for found in imports}
        others = [b for b in scope.bindings.get(local, ()) if id(b.node) not in own]
        rivals = self.rivals(others)
        for read in self.tree.reads(local, scope):
            if self._feeds_import(read, imports):
                continue
            if len(members) == 1:
                use = self._use(read, imports[0].member)
            else:
                use = Use(-1, MODULE, Form.MODULE, read, self.tree.scope_of(read))
            self.judge(use, local, imports, rivals)
            self.result.uses.append(use)
        for binding in others:
            if binding.is_del:
                assert isinstance(binding.node, ast.Name)
                use = Use(-1, MODULE, Form.DELETE, binding.node, scope)
                self.judge(use, local, imports, rivals)
                self.result.uses.append(use)

    def _follow_indirect(self, local: str, scope: Scope, imports: list[ImpImport]) -> None:
        """Add what reaches *local* otherwise than by its name: keep it, and say so."""
        members = {local if i.member == "*" else i.member for i in imports}
        member = members.pop() if len(members) == 1 else MODULE
        form = Form.MODULE if member == MODULE else Form.NAME
        for node, how in self.mentions.of(local, scope):
            use = Use(-1, member, form, node, self.tree.scope_of(node))
            use.doubt = f"`{local}` {how}"
            self.judge_indirect(use, local, scope, imports)
            self.result.uses.append(use)

    def _ask_vicinity(self) -> None:
        """Keep silent where a module of the project is meant, and doubt where it may be."""
        own, rival = self.vicinity.own, self.vicinity.rival
        if own:
            reason = f"imp is {own} here, not the module of the standard library"
            for found in self.result.imports:
                found.silent = found.silent or reason
            for use in self.result.uses:
                use.silent, use.broken, use.doubt, use.imports = reason, "", "", ()
        elif rival:
            for use in self.result.uses:
                use.doubt, use.foreign = use.doubt or f"imp may be {rival}; {_RELATIVE}", True

    def _doubt_rebound(self) -> None:
        """Doubt what stands where something else than a statement binds or deletes names."""
        sweep = self.mentions.sweep()
        names = {i.local for i in self.result.imports if i.scope is self.tree.root}
        written = dict(self.mentions.writes(names))
        starred = {i.local for i in self.result.imports if self._comes_anew(i)}
        for use in self.result.uses:
            found = {i.local for i in use.imports} & written.keys()
            if use.imports and use.imports[0].local in starred:
                reason = f"a star import below may bind the name anew; {RENAME}"
            elif sweep is not None and use.imports:
                place = self.tree.place(getattr(sweep, "lineno", 0))
                reason = f"{place} deletes names of this module; delete them one by one"
            elif found:
                place = self.tree.place(getattr(written[min(found)], "lineno", 0))
                reason = f"{place} may bind the name to something else; {RENAME}"
            else:
                continue
            use.doubt = use.doubt or reason

    def _comes_anew(self, found: ImpImport) -> bool:
        """Say whether a star import below *found* brings a name of a file around in its place."""
        return found.local in self.vicinity.starred and any(
            star.module != "imp" and place_of(found.statement) < place_of(star)
            for star in self.tree.star_imports
            if found.scope is self.tree.root
        )

    def _feeds_import(self, read: ast.Name, imports: list[ImpImport]) -> bool:
        """Say whether *read* is part of an assignment that counts as an import."""
        return any(i.dynamic and i.statement is self.tree.statement(read) for i in imports)

    def _use(self, read: ast.Name, member: str) -> Use:
        """What the name *read*, which stands for *member*, is used for."""
        scope = self.tree.scope_of(read)
        if member != MODULE:
            return Use(-1, member, Form.NAME, read, scope)
        return self._module_use(read, scope)

    def _module_use(self, node: ast.expr, scope: Scope) -> Use:
        """A use of the expression *node*, which stands for the module."""
        parent = self.tree.parents[node]
        if isinstance(parent, ast.Attribute):
            form = Form.ATTRIBUTE if isinstance(parent.ctx, ast.Load) else Form.PATCH
            return Use(-1, parent.attr, form, parent, scope)
        if isinstance(parent, ast.Call) and parent.args and parent.args[0] is node:
            function = parent.func.id if isinstance(parent.func, ast.Name) else ""
            name = parent.args[1] if len(parent.args) > 1 else None
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                if function in ("getattr", "hasattr"):
                    return Use(-1, name.value, Form.LOOKUP, parent, scope)
                if function in ("setattr", "delattr") or _patches(parent.func):
                    return Use(-1, name.value, Form.PATCH, parent, scope)
        return Use(-1, MODULE, Form.MODULE, node, scope)

    # -- uses without a name -----------------------------------------------

    def _follow_stars(self) -> None:
        stars = [found for found in self.result.imports if found.member == "*"]
        if not stars:
            return
        statements = [found.statement for found in stars]
        foreign = [s for s in self.tree.star_imports if s not in statements]
        for name in sorted(STAR_NAMES & set(self.tree.references)):
            rivals = self.rivals(self.tree.root.bindings.get(name, ()))
            for read in self.tree.references[name]:
                scope = self.tree.scope_of(read)
                home = self.tree.resolve(name, scope, read)
                if home not in (None, self.tree.root) or is_own(read, self.tree, statements):
                    continue
                use = Use(-1, name, Form.NAME, read, scope)
                if foreign:
                    line = foreign[0].lineno
                    use.doubt = (
                        f"`{name}` may come from the other star import ({self.tree.place(line)});"
                        " import it by name from where it is meant to come from"
                    )
                self.judge(use, name, stars, rivals)
                self.result.uses.append(use)
        for name in sorted(STAR_NAMES - self.tree.root.bindings.keys()):
            self._follow_indirect(name, self.tree.root, stars)

    def _follow_expressions(self) -> None:
        bound = {id(found.statement) for found in self.result.imports if found.dynamic}
        for call in self.tree.calls:
            if is_imp_call(call, self.tree) and id(self.tree.parents[call]) not in bound:
                self._add_loose(self._module_use(call, self.tree.scope_of(call)))
            elif (
                maps_list(call, self.tree)
                or runs_import_of_list(call, self.tree)
                or (is_import_call(call, self.tree) and asks_from_list(call, self.tree))
            ):
                use = Use(-1, MODULE, Form.MODULE, call, self.tree.scope_of(call))
                use.doubt = (
                    "the names of modules come from a list with imp in it; take it off the list"
                )
                self._add_loose(use)
        for attribute in self.tree.attributes:
            if attribute.attr == "imp" and self._is_module_elsewhere(attribute):
                parent = self.tree.parents[attribute]
                assert isinstance(parent, ast.Attribute)
                scope = self.tree.scope_of(parent)
                self._add_loose(Use(-1, parent.attr, Form.ELSEWHERE, parent, scope))
            elif attribute.attr == "imp" and self._imports_on_demand(attribute.value):
                use = self._module_use(attribute, self.tree.scope_of(attribute))
                use.doubt = (
                    "its `__getattr__` imports what it is asked for; ask for what replaces it"
                )
                self._add_loose(use)

    def _imports_on_demand(self, owner: ast.expr) -> bool:
        """Say whether *owner* is an object of a class here whose `__getattr__` imports by name."""
        makers = [owner]
        if isinstance(owner, ast.Name):
            makers = [*self.tree.assigned_to(owner, ast.Assign)]
        made = {getattr(m.func, "id", "") for m in makers if isinstance(m, ast.Call)} - {""}
        return any(
            isinstance(part, ast.Call)
            and is_import_call(part, self.tree)
            and not isinstance(asked_module(part), ast.Constant)
            for node in (self.tree.owners() if made else ())
            if isinstance(node, ast.ClassDef) and node.name in made
            for method in node.body
            if getattr(method, "name", "") in ("__getattr__", "__getattribute__")
            for part in ast.walk(method)
        )

    def _is_module_elsewhere(self, attribute: ast.Attribute) -> bool:
        """Say whether `x.imp` is the module, re-exported: x is imported, a member follows."""
        parent = self.tree.parents[attribute]
        if not (isinstance(parent, ast.Attribute) and parent.attr in MEMBERS):
            return False
        if MEMBERS[parent.attr].kind is Kind.LEAKED:
            return False
        root = root_of(attribute)
        if not isinstance(root, ast.Name) or self.tree.qualified(root) is None:
            return False
        # Imported as a submodule, it is one of that package.
        named = {self.tree.dotted(attribute.value) or "", self.tree.qualified(root) or ""}
        return (
            self.tree.dotted(attribute) not in self._modules and not named & self.vicinity.foreign
        )

    @functools.cached_property
    def _modules(self) -> frozenset[str]:
        """What `import` statements name."""
        plain = (s for s in self.tree.imports if isinstance(s, ast.Import))
        return frozenset(alias.name for statement in plain for alias in statement.names)

    def _add_loose(self, use: Use) -> None:
        """Add a use that no import statement of this file provides."""
        use.silent = self.reach.dead(use.node)
        self.result.uses.append(use)

    def _follow_names(self) -> None:
        """Add where a function that imports by name is given "imp", or "imp.reload"."""
        for string in self.tree.strings:
            entry = _ENTRY.fullmatch(str(string.value))
            if entry is not None and entry["member"] in MEMBERS and self._is_handed_on(string):
                use = self._module_use(string, self.tree.scope_of(string))
                use.doubt = "the string is a name to import; name what replaces it"
                self._add_loose(use)
                continue
            if not _NAME.fullmatch(str(string.value)):
                continue
            call = next(self.mentions.calls_with(string), None)
            if call is None:
                if self._is_imported_later(string):
                    use = self._module_use(string, self.tree.scope_of(string))
                    use.doubt = "the string is a name to import; name what replaces it"
                    self._add_loose(use)
                continue
            called = last_name(call.func)
            own = self._imports_by_name(call.func)
            later = string in call.args[1:] and not (called in _MOVED and string in call.args[2:3])
            if is_import_call(call, self.tree) or own is False or (later and not own):
                continue
            if own or _IMPORTING.search(called) or self.tree.dotted(call.func) == "ast.alias":
                use = Use(-1, MODULE, Form.MODULE, call, self.tree.scope_of(call))
                if not moves_reload(call):
                    use.doubt = f"`{called}` is given its name; name what replaces it"
                self._add_loose(use)
                if called == "importorskip":
                    use.silent = use.silent or "without it the tests are skipped"

    def _is_handed_on(self, string: ast.Constant) -> bool:
        """Say whether *string* is a value: no docstring, no key, no part of another."""
        parent = self.tree.parents[string]
        if isinstance(parent, (ast.Expr, ast.JoinedStr, ast.Compare, ast.BinOp)):
            return False
        return not (isinstance(parent, ast.Dict) and string in parent.keys)

    def _is_imported_later(self, string: ast.Constant) -> bool:
        """Say whether *string*, in no call, is kept for an import: `"imp"`, `"imp.reload"`.

        A member's name is, where the module imports what is no literal, and for
        `logging.config`, as what makes an object; the module's own where that names what
        keeps it: a variable, an attribute, a table, an argument with that default.
        """
        inner: ast.AST = string
        parent = self.tree.parents[string]
        names_member = re.split("[.:]", str(string.value), maxsplit=1)[-1] in MEMBERS
        if names_member and isinstance(parent, ast.Dict) and string in parent.values:
            key = parent.keys[parent.values.index(string)]
            if isinstance(key, ast.Constant) and key.value == "()":
                return True
        while isinstance(parent, _DISPLAYS):
            if isinstance(parent, ast.Dict) and inner not in parent.values:
                return False
            parent, inner = self.tree.parents[parent], parent
        if isinstance(parent, ast.Call):
            return inner is not string and is_import_call(parent, self.tree)
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            kept = set[str]().union(*map(_identifiers, targets))
        elif isinstance(parent, ast.arguments):
            kept = _identifiers(parent)
        else:
            return False
        return any(names_member or kept & asked for asked in self._asked)

    @functools.cached_property
    def _asked(self) -> list[set[str]]:
        """The names in what the module imports by name and, if there is none, fails."""
        return [
            _identifiers(asked)
            for call in self.tree.calls
            if is_import_call(call, self.tree) and not awaits_import_error(self.tree, call)
            if not isinstance(asked := asked_module(call) or call, ast.Constant)
        ]

    def _imports_by_name(self, function: ast.expr) -> bool | None:
        """Say whether *function*, or class, of this module imports by name; None if it is none.

        Whose method it is that is called, is not known: a method says nothing if it does not.
        """
        nodes: list[ast.AST] = []
        if isinstance(function, ast.Name):
            nodes += [binding.node for binding in self.tree.bindings_of(function)]
        elif isinstance(function, ast.Attribute):
            owners = self.tree.owners()
            nodes += [o for o in owners if getattr(o, "name", "") == function.attr]
        if not nodes or not all(isinstance(node, _DEFINITIONS) for node in nodes):
            return None
        parts = [part for node in nodes for part in ast.walk(node) if isinstance(part, ast.Call)]
        imports = [part for part in parts if self._makes_module(part)]
        given = [part for part in imports if not isinstance(asked_module(part), ast.Constant)]
        if given and all(awaits_import_error(self.tree, call) for call in given):
            return None  # it says whether there is such a module
        inherits = any(getattr(node, "bases", ()) for node in nodes)
        unsure = inherits or isinstance(function, ast.Attribute)
        return True if given else None if unsure else False

    def _makes_module(self, call: ast.Call) -> bool:
        """Say whether *call* imports by name, or makes a module of what was found."""
        made = self.tree.dotted(call.func) == "importlib.util.module_from_spec"
        return made or is_import_call(call, self.tree) or runs_import(call)

    def _follow_strings(self) -> None:
        for call in self.tree.calls:
            if not (call.args and _patches(call.func)):
                continue
            target = call.args[0]
            if isinstance(target, ast.Constant) and isinstance(target.value, str):
                match = _TARGET.fullmatch(target.value)
                if match and match["member"] in MEMBERS:
                    scope = self.tree.scope_of(call)
                    self._add_loose(Use(-1, match["member"], Form.PATCH, call, scope))
        for call, member in replaced_at_once(self.tree):
            self._add_loose(Use(-1, member, Form.PATCH, call, self.tree.scope_of(call)))

    def _follow_table(self) -> None:
        """Add what asks `sys.modules` for imp; doubt all where something is put there."""
        for string in self.tree.strings:
            if string.value == "imp" and (found := self.mentions.in_table(string)):
                self._add_entry(*found)
        for question, name in self.mentions.table_questions():
            if may_be_imp(name, self.tree):
                self._add_entry(question, Access.ASK)
        for keyword in self.mentions.table_keywords():
            self._add_entry(keyword, Access.WRITE)

    def _add_entry(self, node: ast.expr, access: Access) -> None:
        """Add the use *node*, which reads or changes the entry of imp in `sys.modules`."""
        if self.reach.dead(node):
            return
        use = self._module_use(node, self.tree.scope_of(node))
        use.doubt = "it is taken from sys.modules; import what replaces it"
        if access is Access.ASK:
            use.doubt = "sys.modules is asked for it; delete the question, since it is never there"
        elif access is Access.WRITE:
            use.doubt = "a module is put in its place, or taken away; delete this when all else is rewritten"
            for other in self.result.uses[self._replaced :]:
                other.doubt = other.doubt or (
                    f"{self.tree.place(node.lineno)} puts a module in its place; settle that line first"
                )
                other.foreign = True
            self._replaced = len(self.result.uses)
        # Any import puts it there.
        use.imports = tuple(i for i in self.result.imports if i.live)
        use.all_imports = tuple(self.result.imports)
        self._add_loose(use)


_RELATIVE = "if it is, import it as part of its package, else move that folder off sys.path"

_NAME = re.compile(r"imp(?:[.:]\w+)?")
#: An entry point, or an object that `logging.config` names.
_ENTRY = re.compile(r"(?:(?:[\w.-]+[ \t]*=[ \t]*)?imp:|ext://imp\.)(?P<member>\w+)")
_IMPORTING = re.compile(
    r"import|lazy|locate|resolve|run_module"
    r"|(?:get|load|require)_?mod(?:_|$)|(?:get|require)_?module|^Moved",
    re.IGNORECASE,
)
_MOVED = ("MovedModule", "MovedAttribute")  # of six: the new name is the third argument
_DISPLAYS = (ast.Dict, ast.List, ast.Tuple, ast.Set, ast.IfExp, ast.BoolOp)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_TARGET = re.compile(r"(?:[\w.]+\.)?imp\.(?P<member>\w+)")


def _identifiers(node: ast.AST) -> set[str]:
    """Every name, attribute and argument in *node*."""
    parts = [*ast.walk(node)]
    found = {part.id for part in parts if isinstance(part, ast.Name)}
    found |= {part.attr for part in parts if isinstance(part, ast.Attribute)}
    return (found | {part.arg for part in parts if isinstance(part, ast.arg)}) - {"self", "cls"}


def _patches(function: ast.expr) -> bool:
    """Say whether *function* looks like `mock.patch`, `patch.object`, `monkeypatch.setattr`."""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name == "object" and isinstance(function, ast.Attribute):
        return _patches(function.value)
    return name in ("patch", "setattr", "delattr", "replace", "swap_attr")
