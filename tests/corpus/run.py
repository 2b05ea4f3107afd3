"""Run the tool on one file, and keep what matters to the checks as plain data.

The checks never see the tool's own objects: they judge an `Outcome`, which a test can write down.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imp_migrate.model import Diagnostic, Silence
    from imp_migrate.text.source import Source

#: The settings that every file is tried with; the first is what a user gets.
MODES: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "default": {},
        "unsafe": {"unsafe_fixes": True},
        "no-helpers": {"helpers": False},
        "py312": {"target_version": (3, 12), "unsafe_fixes": True},
    }
)


@dataclass(frozen=True)
class Finding:
    """A diagnostic, or a silence (no `code`; `message` is its reason), and the lines it is on."""

    code: str
    member: str
    message: str
    line: int
    end_line: int
    span: tuple[int, int] = (0, 0)
    applicability: str = ""
    helpers: tuple[str, ...] = ()
    group: int = 0

    @property
    def silent(self) -> bool:
        return not self.code


@dataclass(frozen=True)
class Outcome:
    """What the tool made of one file under one setting.

    `findings` is all that it said about the file as it was; `fixed` are those that it dealt
    with, `remaining` those of the new text, and `again` is the result of a second run on it.
    """

    before: bytes
    after: bytes
    findings: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    remaining: tuple[Finding, ...] = ()
    helpers: tuple[str, ...] = ()
    again: bytes | None = None
    again_remaining: tuple[Finding, ...] = field(default=())
    error: str = ""

    @property
    def diagnostics(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.silent)


def run_tool(data: bytes, path: str, mode: str = "default") -> Outcome:
    """Analyse and migrate *data*, twice; an exception becomes `Outcome.error`."""
    try:
        return _run(data, path, mode)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{where.filename.rpartition('/')[2]}:{where.lineno}"
        return Outcome(data, data, error=f"{type(error).__name__} at {place}: {error}")


def migrated(data: bytes, path: str) -> bytes:
    """What a user gets for *data*, and nothing else; *data* if it cannot be had."""
    from imp_migrate.migration import migrate_source
    from imp_migrate.text.scan import mentions_imp
    from imp_migrate.text.source import DecodeError, Source
    from imp_migrate.transform.verify import InternalError

    if not mentions_imp(data):
        return data
    try:
        source = Source.from_bytes(data, path)
        result = migrate_source(source)
    except (DecodeError, InternalError):
        return data
    return source.encode(result.text) if result.changed else data


def _run(data: bytes, path: str, mode: str) -> Outcome:
    from imp_migrate.analysis import analyse
    from imp_migrate.helpers import NAMES
    from imp_migrate.migration import migrate_source
    from imp_migrate.options import Options
    from imp_migrate.text.scan import mentions_imp
    from imp_migrate.text.source import DecodeError, Source

    options = Options(**MODES[mode])  # type: ignore[arg-type]
    if not mentions_imp(data):
        return Outcome(data, data, again=data)
    try:
        source = Source.from_bytes(data, path)
    except DecodeError as error:
        undecodable = Finding("IMP902", "", str(error), error.line, error.line)
        return Outcome(data, data, (undecodable,), (), (undecodable,), again=data)
    plan = analyse(source, options)
    migration = migrate_source(source, options)
    result = source.with_text(migration.text)
    second = migrate_source(result, options)
    return Outcome(
        before=data,
        after=source.encode(migration.text) if migration.changed else data,
        findings=_findings(source, plan.diagnostics, plan.silences),
        fixed=_findings(source, migration.fixed),
        remaining=_findings(result, migration.remaining),
        helpers=_in_the_text(NAMES if migration.helpers else ()),
        again=result.encode(second.text),
        again_remaining=_findings(result.with_text(second.text), second.remaining),
    )


def _in_the_text(helpers: Iterable[str]) -> tuple[str, ...]:
    """*helpers*, and what else they may be called: what is taken, what an import has bound."""
    return tuple(name for helper in helpers for name in (helper, f"_imp{helper}", helper[1:]))


def _findings(
    source: Source, diagnostics: Iterable[Diagnostic], silences: Iterable[Silence] = ()
) -> tuple[Finding, ...]:
    found = []
    for diagnostic in diagnostics:
        fix = diagnostic.fix
        finding = _finding(source, diagnostic, diagnostic.code, diagnostic.message)
        if fix is not None:
            finding = replace(
                finding,
                applicability=fix.applicability.value,
                helpers=tuple(sorted(request.name for request in fix.helpers)),
                group=fix.group,
            )
        found.append(finding)
    found += [_finding(source, silence, "", silence.reason) for silence in silences]
    return tuple(sorted(found, key=lambda finding: finding.span))


def _finding(source: Source, of: Diagnostic | Silence, code: str, message: str) -> Finding:
    return Finding(
        code=code,
        member=of.member,
        message=message,
        line=source.line_of(of.start),
        end_line=source.line_of(max(of.start, of.end - 1)),
        span=(of.start, of.end),
    )
