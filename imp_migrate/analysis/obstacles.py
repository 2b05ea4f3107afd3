"""What stands in the way of a fix in one module, apart from the use that it answers."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from ..helpers import NAMES, emit
from ..meaning.scopes import ScopeKind
from ..meaning.uses import Use
from ..model import Applicability, Fix, Request
from ..rule import Rewrite
from ..text.noqa import Suppressions
from ..transform.changes import Change, ReplaceArgument, ReplaceExpression
from ..transform.helper_place import HelperPlace
from .findings import Findings

# What to do about a use in a hook that Python no longer asks.
_IN_HOOK = "but first rewrite the import hook around it, which Python 3.12 does not ask (IMP412)"

# What follows an expression in an f-string if its text is to be part of the result.
_EQUALS = re.compile(r"[\s)]*=")


class Obstacles:
    """Judges whether the fixes of one module can be had in it.

    findings: with what rules about the whole module have said.
    """

    def __init__(self, findings: Findings, helper_place: HelperPlace) -> None:
        self.findings = findings
        self.context = context = findings.context
        self.options = context.options
        self.source = context.source
        self.tree = context.tree
        self.helper_place = helper_place
        self._judged: dict[int, tuple[Fix | None, str]] = {}  #: by group of a fix

    def judged(self, answer: Rewrite) -> tuple[Fix | None, str]:
        """Return the fix of *answer* as it can be had here, and a word on why it cannot."""
        group = answer.fix.group
        if group not in self._judged:
            self._judged[group] = self._judge(answer)
        return self._judged[group]

    def _judge(self, answer: Rewrite) -> tuple[Fix | None, str]:
        """The fix of *answer* as it can be had in this module, and why it cannot be had."""
        fix = answer.fix
        if fix.helpers and any(self._is_in_old_hook(use) for use in answer.uses):
            return replace(fix, applicability=Applicability.DISPLAY), f"; {_IN_HOOK}"
        if taken := self._builtins_taken(fix.helpers):
            return None, f"; first {taken}"
        if fix.helpers and not self.helper_place.has_room:
            way = "put what follows the docstring or `from __future__` on a line of its own"
            return None, f"; first {way}"
        if self._is_out_of_sight(fix, answer.uses):
            return None, "; first move the import out of the class: no function in it sees it there"
        if any(self._breaks_string(fix, use) for use in answer.uses):
            return None, "; first take this out of the f-string, into a variable"
        if self._changes_printed_text(fix):
            fix = replace(fix, applicability=Applicability.UNSAFE)
        return fix, ""

    def _is_in_old_hook(self, use: Use) -> bool:
        """Say whether *use* stands in a class that stays an import hook of the old kind.

        Nobody asks that class any more; what it becomes, helpers for what it was do not tell.
        """
        return any(node in self._old_hooks for node in self.tree.ancestors(use.node))

    @cached_property
    def _old_hooks(self) -> set[ast.AST]:
        """The classes that this run leaves to people as import hooks of the old protocol."""
        said = [
            d
            for d in self.findings.diagnostics
            if d.code == "IMP412" and d.fix is None and self.options.selects(d.code)
        ]
        comments = Suppressions(self.source) if said and self.options.noqa else None
        starts = {d.start for d in said if comments is None or not comments.covers(d.start, d.code)}
        methods = self.tree.owners() if starts else ()
        return {self.tree.parents[m] for m in methods if self.context.place(m) in starts}

    def _builtins_taken(self, helpers: frozenset[Request]) -> str:
        """What to do about the builtins that *helpers* need and that mean something else here."""
        functions = [request.name for request in helpers if request.name in NAMES]
        if not functions or not any(self._redefined):
            return ""
        own, starred = self._redefined
        needed = emit(functions, annotated=False).builtins
        ways = []
        for name in sorted(needed & own):
            line = getattr(self.tree.root.bindings[name][0].node, "lineno", 0)
            place = self.tree.place(line)
            ways.append(f"rename `{name}` of {place}, which the helper needs as the builtin")
        if found := sorted(needed & starred):
            names = ", ".join(f"`{name}`" for name in found)
            ways.append(f"import by name what `import *` is for, which may hide {names}")
        return "; ".join(ways)

    @cached_property
    def _redefined(self) -> tuple[set[str], set[str]]:
        """The builtins that this module binds to something else, and those that a star may."""
        own = self.tree.root.bindings.keys() & set(dir(builtins))
        starred = set(self.source.vicinity.starred & set(dir(builtins))) - own
        stars = self.tree.star_imports
        if any((s.module or "").partition(".")[0] in ("numpy", "pylab", "scipy") for s in stars):
            starred |= {"all", "any", "max", "min", "sum"}
        return own, starred

    def _is_out_of_sight(self, fix: Fix, uses: Iterable[Use]) -> bool:
        """Say whether *fix*, of *uses*, writes a lambda that needs what an import in a class binds."""
        in_class = (found.scope.kind is ScopeKind.CLASS for use in uses for found in use.imports)
        return any(in_class) and any("lambda" in _code_of(change) for change in fix.changes)

    def _breaks_string(self, fix: Fix, use: Use) -> bool:
        """Say whether *fix* writes what no f-string around *use* can hold before Python 3.12."""
        strings = [a for a in self.tree.ancestors(use.node) if isinstance(a, ast.JoinedStr)]
        if not strings:
            return False
        start, end = self.context.span(strings[-1])
        quotes = {quote for quote in "\"'" if quote in self.source.text[start:end]}
        return any(
            start <= change.at[0] < end and (quotes | {"\n", "\\", "#"}) & set(_code_of(change))
            for change in fix.changes
        )

    def _changes_printed_text(self, fix: Fix) -> bool:
        """Say whether *fix* changes code that the program prints: `f"{imp.x=}"`."""
        return bool(self._printed_spans) and any(
            start <= change.at[0] < end
            for change in fix.changes
            for start, end in self._printed_spans
        )

    @cached_property
    def _printed_spans(self) -> list[tuple[int, int]]:
        """Where the expressions are whose text, before an `=`, is part of an f-string."""
        values = [n.value for n in self.tree.parents if isinstance(n, ast.FormattedValue)]
        spans = [self.context.span(value) for value in values]
        return [span for span in spans if _EQUALS.match(self.source.text, span[1])]


def _code_of(change: Change) -> str:
    """The new code that *change* puts into an expression."""
    code = change.code if isinstance(change, (ReplaceExpression, ReplaceArgument)) else None
    return code.template if code is not None else ""
