"""Which diagnostics are shown, and which fixes are offered, after `noqa` and the options."""

from __future__ import annotations

from dataclasses import replace

from ..meaning.catalogue import MEMBERS, Kind
from ..meaning.uses import IMPORT
from ..model import Applicability, Diagnostic, Silence
from ..options import Options
from ..plan import HINT, Plan
from ..text.noqa import Suppressions


def select(plan: Plan, options: Options) -> Plan:
    """Leave out what `noqa`, --select and --ignore exclude; a fix is applied whole or not at all."""
    wanted = [d for d in plan.diagnostics if options.selects(d.code)]
    comments = Suppressions(plan.source)
    covered = [options.noqa and comments.covers(d.start, d.code) for d in wanted]
    kept = [d for d, hidden in zip(wanted, covered, strict=True) if not hidden]
    silences = [
        Silence(d.member, d.start, d.end, "a noqa comment suppresses it", d.code)
        for d, hidden in zip(wanted, covered, strict=True)
        if hidden
    ]
    shown = {d.use for d in kept}
    imports = {d.use for d in plan.diagnostics if d.member == IMPORT}
    answered = {d.use for d in plan.diagnostics}
    lost = {
        fix.group
        for use, fix in plan.fixes
        if use not in shown
        and use not in imports
        and (not fix.swaps or (fix.helpers and use in answered))
    }
    lost |= {fix.group for _, fix in plan.fixes if fix.includes & lost}
    kept = [replace(d, fix=None) if d.fix and d.fix.group in lost else d for d in kept]
    return replace(
        plan,
        diagnostics=tuple(map(_told, _without_vain_helpers(kept, options))),
        silences=tuple(sorted([*plan.silences, *silences], key=lambda s: (s.start, s.end))),
        fixes=tuple((use, fix) for use, fix in plan.fixes if fix.group not in lost),
    )


def _without_vain_helpers(diagnostics: list[Diagnostic], options: Options) -> list[Diagnostic]:
    """*diagnostics*, whose helpers nobody gets as long as the module goes on importing `imp`.

    All those lines, and the file would be as broken as before; so with constants.  The fix of
    a single spot is still there for whoever asks for it.
    """
    allowed = {Applicability.SAFE, *([Applicability.UNSAFE] if options.unsafe_fixes else [])}
    imports = [d for d in diagnostics if d.member == IMPORT]
    if all(d.fix is not None and d.fix.applicability in allowed for d in imports):
        return diagnostics
    vain = {d.fix.group: what for d in diagnostics if d.fix and (what := _added_for(d))}
    for import_ in imports:  # its fix is those of all that use it
        if import_.fix is not None:
            inside = sorted(import_.fix.includes & vain.keys())
            if inside:
                vain[import_.fix.group] = vain[inside[0]]
    return [
        replace(
            d,
            fix=replace(d.fix, applicability=Applicability.DISPLAY),
            message=f"{d.message}{HINT}adds no {vain[d.fix.group]} while this file needs imp"
            " for something else)",
        )
        if d.fix is not None and d.fix.applicability in allowed and d.fix.group in vain
        else d
        for d in diagnostics
    ]


def _added_for(diagnostic: Diagnostic) -> str:
    """What the fix of *diagnostic* adds to the module beside imports; "" if nothing."""
    member = MEMBERS.get(diagnostic.member)
    if member is not None and member.kind is Kind.CONSTANT:
        return "constant"
    return "helper" if diagnostic.fix is not None and diagnostic.fix.helpers else ""


def _told(diagnostic: Diagnostic) -> Diagnostic:
    """*diagnostic*, with a word on who rewrites it."""
    fix = diagnostic.fix
    if fix is None or fix.applicability is Applicability.DISPLAY:
        return diagnostic
    unsafe = " --unsafe-fixes" if fix.applicability is Applicability.UNSAFE else ""
    return replace(diagnostic, message=f"{diagnostic.message}{HINT}--write{unsafe} rewrites this)")
