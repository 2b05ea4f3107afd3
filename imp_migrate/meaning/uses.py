"""What resolving a module finds: the imports of `imp`, and each use of it."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable
from dataclasses import dataclass, field

from .scopes import Scope

MODULE = "<module>"
IMPORT = "<import>"


class Form(enum.Enum):
    """How a use reaches its member."""

    ATTRIBUTE = "attribute"  #: `imp.reload`
    NAME = "name"  #: `reload`, imported from `imp`
    MODULE = "module"  #: the module object itself
    DELETE = "delete"  #: `del imp`
    LOOKUP = "lookup"  #: `getattr(imp, "reload")`, `hasattr(imp, "reload")`
    PATCH = "patch"  #: `imp.reload = …`, `mock.patch("imp.reload")`
    ELSEWHERE = "elsewhere"  #: `compat.imp.reload`


@dataclass(eq=False)
class ImpImport:
    """One name that a statement takes from `imp`.

    member: what it takes; MODULE for the module itself.
    scope: where the name is bound (the module for `global imp`).
    silent: why nothing needs to be done about it on 3.12+, or "".
    handled_by: the `try`, or the `with suppress(ImportError)`, that is ready for its failure.
    flags: names beside its own that are false where it fails.
    dynamic: it is an assignment of `__import__("imp")`, not an import statement.
    """

    statement: ast.stmt
    node: ast.AST
    local: str
    member: str
    scope: Scope
    silent: str = ""
    handled_by: ast.Try | ast.With | None = None
    flags: tuple[str, ...] = ()
    dynamic: bool = False
    site: int = -1
    position: int = -1

    @property
    def live(self) -> bool:
        return not self.silent


def grouped(imports: Iterable[ImpImport]) -> dict[tuple[str, Scope], list[ImpImport]]:
    """*imports* by the name that they bind, and where."""
    groups: dict[tuple[str, Scope], list[ImpImport]] = {}
    for found in imports:
        groups.setdefault((found.local, found.scope), []).append(found)
    return groups


@dataclass(eq=False)
class Use:
    """One use of a member of `imp` (or of the module).

    node: the expression that stands for the member: an Attribute, a Name, a Call.
    imports: the imports that can provide it on 3.12+.
    doubt: why it may not be `imp` that is meant.
    broken: why it fails on 3.12+ although its import is guarded.
    silent: why it works on 3.12+ as it is.
    foreign: whether the doubt is if the module imported is the library's at all.
    """

    index: int
    member: str
    form: Form
    node: ast.expr
    scope: Scope
    imports: tuple[ImpImport, ...] = ()
    all_imports: tuple[ImpImport, ...] = ()
    doubt: str = ""
    broken: str = ""
    silent: str = ""
    foreign: bool = False


@dataclass
class Resolution:
    """All imports and uses of `imp` in one module."""

    imports: list[ImpImport] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
