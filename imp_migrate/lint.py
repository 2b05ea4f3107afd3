"""The second kind of rule: about code that no longer uses `imp`, and does it wrong."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .meaning.importlib_uses import ImportlibUses
from .meaning.uses import Use
from .rule import Context, Rewrite


@dataclass(frozen=True, eq=False)
class Spot:
    """What is wrong at *node*.

    member: what is used there, as `importlib.util.find_spec`.
    message: what to do, in the imperative, with the code to write.
    module: what the fix, if there is one, imports at the top of the module,
    statement: or instead of this import of its package, which is in a function.
    rewrite: makes a fix that does more, for a use that is *node*; None if there is none.
    """

    node: ast.AST
    member: str
    message: str
    module: str = ""
    statement: ast.Import | None = None
    rewrite: Callable[[Use, Context], Rewrite | None] | None = None


@dataclass(frozen=True)
class LintRule:
    """One diagnostic code; `code`, `name`, `summary` and `fix` are those of a `Rule`.

    check: gets all uses of importlib in a module and yields what is wrong.
    """

    code: str
    name: str
    summary: str
    check: Callable[[ImportlibUses], Iterable[Spot]]
    fix: str = "never"
