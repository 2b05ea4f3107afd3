"""Migrate real packages and run their own tests: `python -m tests.packages [NAME ...]`.

For every release in `releases.tsv` the tests run on Python 3.11 before and after the
migration, and after it on 3.12 and 3.13.  There, many tests of old packages fail
whatever one does, so they are compared with the unmigrated package on the same
Python, which is given the file `imp.py` of Python 3.11.

Where the safe fixes leave something, the package that they give still needs imp.py, and
another round is made with --unsafe-fixes.

No test may pass before and fail after.  A test that seems to is run again with the
whole suite, before and after, since some depend on time or network.  Exit status 1 if
one is left.  --table writes what was found to `results.md`.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.corpus.fetch import RejectedError, UnreachableError
from tests.interpreters import find
from tests.packages.data import HERE, Package, packages
from tests.packages.suites import Result, SetupError, environment, run_suite

LAST_WITH_IMP = "3.11"
VERSIONS = (LAST_WITH_IMP, "3.12", "3.13")
DEFAULT_DATA = Path("~/.cache/imp-migrate-packages")


@dataclass
class Comparison:
    """What the suite of a package did on one Python, before and after the migration."""

    version: str
    before: Mapping[str, Result]
    after: Mapping[str, Result]

    @property
    def lost(self) -> list[str]:
        """Tests that passed and no longer do."""
        return [
            name
            for name, result in self.before.items()
            if result.outcome == "passed"
            and self.after.get(name, Result("missing")).outcome != "passed"
        ]


@dataclass
class Report:
    """What is known about a package after all of its runs."""

    package: Package
    unsafe: bool
    left: list[str] = field(default_factory=list)
    changed: int = 0
    comparisons: list[Comparison] = field(default_factory=list)
    lost: dict[str, list[str]] = field(default_factory=dict)
    trouble: str = ""


def main() -> int:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.packages")
    parser.add_argument("names", nargs="*", metavar="NAME", help="packages, default: all")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, metavar="DIR")
    parser.add_argument("--table", action="store_true", help="write results.md")
    arguments = parser.parse_args()
    data = arguments.data.expanduser().resolve()
    data.mkdir(parents=True, exist_ok=True)
    reports = []
    for package in packages():
        if not arguments.names or package.release.package in arguments.names:
            for unsafe in (False, True):
                report = Report(package, unsafe)
                try:
                    examine(report, data)
                except (SetupError, UnreachableError, RejectedError) as error:
                    report.trouble = str(error)
                print(describe(report), flush=True)
                reports.append(report)
                if not report.left:
                    break
    if arguments.table:
        (HERE / "results.md").write_text(table(reports))
    return int(any(report.trouble or any(report.lost.values()) for report in reports))


def examine(report: Report, data: Path) -> None:
    """Run the suite of a package everywhere, before and after, and fill its report."""
    package = report.package
    runs = data / package.name
    before = package.unpack(data, runs / "before" / "files")
    after = package.unpack(data, runs / "after" / "files")
    report.left = migrate(after, unsafe=report.unsafe)
    report.changed = sum(
        file.read_bytes() != (before / file.relative_to(after)).read_bytes()
        for file in after.rglob("*.py")
    )
    for version in VERSIONS:
        python = environment(package, version, runs / f"python{version}")
        shim = None if version == LAST_WITH_IMP else _shim(runs)
        still_needed = shim if report.left else None
        lost: set[str] | None = None
        for _ in range(2):
            # Both run from the same path: some tests print, sort or measure it.
            comparison = Comparison(
                version,
                _run(package, python, before, runs, shim),
                _run(package, python, after, runs, still_needed),
            )
            lost = set(comparison.lost) if lost is None else lost & set(comparison.lost)
            if not lost:
                break
        report.comparisons.append(comparison)
        report.lost[version] = sorted(lost or ())


def migrate(project: Path, *, unsafe: bool) -> list[str]:
    """Run `imp-migrate --write` on *project* and return the lines about what is left."""
    command = [sys.executable, "-m", "imp_migrate", "--write", "-q", str(project)]
    ended = subprocess.run(
        command + ["--unsafe-fixes"] * unsafe, capture_output=True, text=True, check=False
    )
    if ended.returncode not in (0, 1):
        raise SetupError(f"imp-migrate ended with {ended.returncode}: {ended.stderr.strip()}")
    lines = ended.stdout.replace(f"{project}/", "").splitlines()
    return [line for line in lines if re.search(r":\d+:\d+:? IMP\d+ ", line)]


def _run(
    package: Package, python: Path, project: Path, runs: Path, shim: Path | None = None
) -> Mapping[str, Result]:
    place = runs / "run"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(project, place / "project")
    return run_suite(package, python, place / "project", shim)


def _shim(runs: Path) -> Path:
    """A folder with the module imp as the last Python that had it brings it along."""
    executable = find(LAST_WITH_IMP)
    assert executable is not None
    question = "import sysconfig; print(sysconfig.get_path('stdlib'))"
    answer = subprocess.run(
        [executable, "-c", question], capture_output=True, text=True, check=True
    )
    folder = runs / "imp"
    folder.mkdir(exist_ok=True)
    shutil.copy(Path(answer.stdout.strip()) / "imp.py", folder)
    return folder


# ------------------------------------------------------------------------------ output


def describe(report: Report) -> str:
    """What to print about a package."""
    lines = [f"== {report.package.name}, {_fixes(report)}: {report.changed} files changed"]
    lines += [f"   left: {line}" for line in report.left]
    for comparison in report.comparisons:
        lines.append(
            f"   {comparison.version}: before {_count(comparison.before)};"
            f" after {_count(comparison.after)}"
        )
        for name in report.lost.get(comparison.version, []):
            lines.append(f"   LOST {name}: {comparison.after.get(name)}")
        lines += [f"      {number} x {reason}" for reason, number in _reasons(comparison)]
    if report.trouble:
        lines.append(f"   {report.trouble}")
    return "\n".join(lines)


def _fixes(report: Report) -> str:
    return "--unsafe-fixes" if report.unsafe else "safe fixes"


def _count(results: Mapping[str, Result]) -> str:
    counts = Counter(result.outcome for result in results.values())
    return ", ".join(f"{number} {outcome}" for outcome, number in counts.most_common())


def _reasons(comparison: Comparison) -> list[tuple[str, int]]:
    """Why tests do not pass after the migration, with their number."""
    counts: Counter[str] = Counter()
    for name, result in comparison.after.items():
        if result.outcome in {"failed", "error"}:
            same = comparison.before.get(name) == result
            note = "as before" if same else f"before: {comparison.before.get(name)}"
            counts[f"{result.outcome}: {result.reason[:90]} ({note})"] += 1
    return counts.most_common()


def table(reports: list[Report]) -> str:
    """`results.md`."""
    lines = [
        "# The packages' own tests, before and after the migration",
        "",
        "Made by `python -m tests.packages --table`.  *before* on 3.12 and 3.13 is the unmigrated",
        "package with the `imp.py` of Python 3.11; without that file it cannot be imported there.",
        "*after* is without it, but where something is left to a person.",
        "*Lost* are the tests that pass before and do not pass after the migration.",
        "",
        "| package | members reached | fixes | left to a person | Python | before | after | lost |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for report in reports:
        for comparison in report.comparisons:
            lost = report.lost.get(comparison.version, [])
            lines.append(
                f"| {report.package.name} | {report.package.members} | {_fixes(report)} "
                f"| {len(report.left) or 'nothing'} | {comparison.version} "
                f"| {_count(comparison.before)} | {_count(comparison.after)} | {len(lost)} |"
            )
        if report.trouble:
            lines.append(f"| {report.package.name} | | | | | {report.trouble} | | |")
    lines += ["", "## Why tests fail after the migration", ""]
    for report in reports:
        for comparison in report.comparisons:
            reasons = _reasons(comparison)
            if reasons:
                title = f"{report.package.name}, {_fixes(report)}, on {comparison.version}"
                lines += [f"### {title}", ""]
                lines += [f"- {number} x {reason}" for reason, number in reasons]
                lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.exit(main())
