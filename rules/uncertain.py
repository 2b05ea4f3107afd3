"""Names that stand for `imp` only some of the time, and guards that do not work.

## What it does
Reports a use of a name that is bound to `imp` (or to a function of it) in one
place and to something else in another, so that it is not certain which of
them is used (IMP410).  Reports a use that fails on Python 3.12 although the
import of `imp` is guarded: the guard leaves the name undefined, or `None`, or
puts something in its place that lacks the member or does something else, as
`find_spec` for `find_module` (IMP409).  The guard may stand in another file, from
which this one takes the name.

What reaches the name without naming it counts as uncertain, too: `globals()["imp"]`,
`sys.modules[__name__].imp`, `eval("imp.get_tag()")`, and a type that is written
as a string, as in `finder: "imp.NullImporter"`.  So does a string that is kept for an
import by name: `"imp"` where the variable, table, attribute or argument that holds it is what
is imported, `"imp:new_module"` where anything is, `{"()": "imp.new_module"}` for
`logging.config`; and `lazy.imp` of an object that imports what it is asked for.  So do a loop that deletes names of
the module, a shim put into `sys.modules`, and a file `imp.py` in a folder that the
program may put on `sys.path`.

## Why is this a problem
A guard that looks right is worse than none, because nobody looks there again:
the import no longer fails on Python 3.12, the use of it does.

## Example
```python
try:
    import imp
except ImportError:
    imp = None

module = imp.load_source("settings", path)
```

## Use instead
Import what replaces `imp` in both branches, or drop the guard and let
imp-migrate rewrite the use.

## Fix safety
There is no fix: what the program means has to be decided by a person.

## References
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

from imp_migrate.meaning.advice import advice_for
from imp_migrate.meaning.catalogue import MEMBERS
from imp_migrate.meaning.uses import Form, Use
from imp_migrate.rule import Context, Example, Outcome, Rule

from .flow.shared import can_swap

EXAMPLES = (
    Example("import imp\nif x:\n    imp = y\nimp.reload(m)\n"),
    Example("try:\n    import imp\nexcept ImportError:\n    imp = None\nimp.reload(m)\n"),
    Example("import imp\nnames = globals()\nnames['imp'].reload(m)\n"),
    Example("import imp\nfinder: 'imp.NullImporter'\n"),
)

_EVERY_FORM = frozenset(Form)


def check_broken(use: Use, ctx: Context) -> Outcome:
    if not use.broken:
        return None
    member = MEMBERS.get(use.member)
    advice = advice_for(use.member) if member else "guard it, too, or do without it"
    return ctx.manual(use, f"this use of imp fails on Python 3.12: {use.broken}; {advice}")


def check_doubt(use: Use, ctx: Context) -> Outcome:
    if not use.doubt or can_swap(use):
        return None
    return ctx.manual(
        use, f"this may be imp, which was removed in Python 3.12, or not: {use.doubt}"
    )


RULES = (
    Rule(
        "IMP409",
        "broken-guard",
        "a guarded use of imp that still fails on Python 3.12",
        check_broken,
        forms=_EVERY_FORM,
        stage=0,
        fix="never",
    ),
    Rule(
        "IMP410",
        "ambiguous-name",
        "a name bound to imp and to something else",
        check_doubt,
        forms=_EVERY_FORM,
        stage=0,
        fix="never",
    ),
)
