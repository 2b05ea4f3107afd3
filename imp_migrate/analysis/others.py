"""What other files, and other interpreters, have to do with the uses in one module."""

from __future__ import annotations

import ast

from ..meaning.advice import advice_for
from ..meaning.catalogue import MEMBERS, RELIES_ON
from ..meaning.exchange import takings
from ..meaning.fallbacks import failing, is_asked_for
from ..meaning.reach import Reach
from ..meaning.scopes import ScopeTree
from ..meaning.sent import sent_functions
from ..meaning.uses import MODULE, Form, Resolution
from ..text.source import Neighbours
from ..transform.swaps import swap_need
from .findings import Findings

# What to do with a name that another module has from imp, and that is no member of it.
_UNGUARDED = "ask for it here, too, or use what takes its place"
_ELSEWHERE = "import what replaces it from where that is"


def doubt_what_others_replace(
    neighbours: Neighbours, tree: ScopeTree, resolution: Resolution
) -> None:
    """Leave alone what other files patch: after a rewrite that would have no effect."""
    patches = neighbours.patches
    own = {use.member for use in resolution.uses if use.form is Form.PATCH}  # IMP407
    replaced = {m: who for m, who in neighbours.replaced.items() if m not in own}
    for use in resolution.uses if patches or replaced else ():
        if use.form is Form.PATCH:
            continue
        names = {i.local for i in use.imports if i.scope is tree.root}
        names |= {use.member} if "*" in names else set()
        who = [patches[name] for name in sorted(names & patches.keys())]
        inside = [replaced[member] for member in (use.member, "*") if member in replaced]
        called = sorted(RELIES_ON.get(use.member, frozenset()) & replaced.keys())
        what = (
            "its place" if who or inside else f"the place of {''.join(called[:1])}, which it uses"
        )
        who += [*inside, *(replaced[member] for member in called)]
        if who and not use.silent:
            # No other import can take the place of what is replaced in imp itself.
            use.foreign = use.foreign or bool(inside or called)
            first = replaced_first(min(names & patches.keys(), default="imp"))
            use.doubt = use.doubt or f"{who[0]} puts something else in {what}; {first}"


def replaced_first(name: str, where: str = "here") -> str:
    """What to do first about *name*, from `imp`, where other files put something in its place.

    Then they go on doing so, and can stay as they are.
    """
    need = swap_need(name, name)
    if need is not None:
        return f"write `{need.statement}` {where} by hand, which can be replaced like that"
    if name in MEMBERS:
        return f"define `{name}` {where} by hand, in place of its import ({advice_for(name)})"
    return f"rewrite by hand what is done with it {where}, then replace there what that calls"


def doubt_what_is_sent(tree: ScopeTree, resolution: Resolution) -> None:
    """Leave alone what a function uses that is run elsewhere, where no helper of ours is."""
    local = [use for use in resolution.uses if use.scope is not tree.root]
    sent = sent_functions(tree) if local else {}
    for use in local if sent else ():
        for owner in tree.ancestors(use.node):
            if owner in sent and any(owner in tree.ancestors(i.node) for i in use.imports):
                name = getattr(owner, "name", "")
                reason = f"{tree.place(sent[owner])} takes the code of {name}"
                use.doubt = use.doubt or f"{reason}; import in it what replaces imp"


def leave_guarded_elsewhere(
    neighbours: Neighbours, tree: ScopeTree, resolution: Resolution
) -> None:
    """Leave to the guard of another file what is used of `imp` through that file."""
    instead = neighbours.instead
    loose = {
        id(use.node.value): use
        for use in resolution.uses
        if use.form is Form.ELSEWHERE and isinstance(use.node, ast.Attribute)
    }
    for taking in takings(tree, {name for _, name in instead}) if loose else ():
        use, key = loose.get(id(taking.node)), (taking.module, taking.name)
        if use is not None and key in instead and is_asked_for(tree, taking):
            use.silent = use.silent or f"{neighbours.givers[key]} has it under a guard"


def add_taken(
    neighbours: Neighbours, reach: Reach, resolution: Resolution, findings: Findings
) -> None:
    """Point out where this module takes from another one what that has from `imp`."""
    tree, givers = reach.tree, neighbours.givers
    uses = [u for u in resolution.uses if u.form is not Form.ELSEWHERE or not u.silent]
    known = {id(node) for use in uses for node in ast.walk(use.node)}
    said: set[tuple[ast.AST, str]] = set()
    for taking in takings(tree, {name for _, name in givers}) if givers else ():
        giver = givers.get((taking.module, taking.name))
        if not giver or id(taking.node) in known or reach.dead(taking.node):
            continue
        if (taking.node, taking.name) in said:  # a loop may bring several modules
            continue
        said.add((taking.node, taking.name))
        what = MODULE if taking.name == "imp" else taking.name
        instead = neighbours.instead.get((taking.module, taking.name))
        if instead is not None:
            for node, reason in failing(tree, reach, taking, instead):
                why = f"this use of imp fails on Python 3.12: {reason} ({giver})"
                findings.add("IMP409", f"{why}; {_UNGUARDED}", what, node)
            continue
        way = advice_for(taking.name) if taking.name in MEMBERS else _ELSEWHERE
        if taking.replaces:
            way = f"{replaced_first(taking.name, f'in {giver}')}, and leave this as it is"
            if taking.name not in MEMBERS:
                way = (
                    f"rewrite by hand what {giver} does with it, then replace here what that calls"
                )
        message = f"imp was removed in Python 3.12; {giver} has `{taking.name}` from it; {way}"
        findings.add("IMP407" if taking.replaces else "IMP408", message, what, taking.node)
