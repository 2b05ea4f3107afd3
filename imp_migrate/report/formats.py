"""The output formats: their names, what they show, and who writes them."""

from __future__ import annotations

from collections.abc import Iterable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..run.results import Run

INFORMATION = "https://github.com/imp-migrate/imp-migrate"

#: Every output format, and whether it shows the edits of a fix. Only for those that do, these
#: must be worked out; the others make do with findings without edits.
SHOWS_EDITS = {
    "text": False,
    "concise": False,
    "grouped": False,
    "json": True,
    "sarif": True,
    "github": False,
    "gitlab": False,
    "junit": False,
    "rdjson": True,
}

#: Formats for people, which end with the summary and whose run may show its progress.
FOR_PEOPLE = ("text", "concise", "grouped")


def nothing_to_migrate(other: bool = False, narrowed: bool = False) -> str:
    """The summary of a run that found nothing.

    other: but for what is silenced or known.
    narrowed: not all rules were asked for.
    """
    which = "other use" if other else "use"
    whose = ", by the rules selected" if narrowed else ""
    return f"No {which} of imp needs migrating{whose}."


def render(
    run: Run,
    output_format: str,
    *,
    color: bool = False,
    quiet: bool = False,
    counts: bool = False,
) -> Iterable[str]:
    """The lines of the report on *run* in *output_format*, which is one of SHOWS_EDITS.

    Formats for people only heed the rest.

    color: with colours.
    quiet: without the summary.
    counts: with the tables of codes and folders.
    """
    # What a format needs is imported when it is asked for: the others need not pay.
    match output_format:
        case "json":
            from .json import json_report

            return [json_report(run)]
        case "sarif":
            from .. import __version__
            from .sarif import sarif_report

            return [sarif_report(run, __version__, INFORMATION)]
        case "github":
            from .github import github_report

            return github_report(run)
        case "gitlab":
            from .gitlab import gitlab_report

            return [gitlab_report(run)]
        case "junit":
            from .junit import junit_report

            return [junit_report(run)]
        case "rdjson":
            from .rdjson import rdjson_report

            return [rdjson_report(run, INFORMATION)]
    from .style import Style
    from .text import concise_findings, grouped_findings, text_findings, text_report

    findings = {
        "text": text_findings,
        "concise": concise_findings,
        "grouped": grouped_findings,
    }[output_format]
    return text_report(run, Style(color), findings, quiet=quiet, counts=counts)
