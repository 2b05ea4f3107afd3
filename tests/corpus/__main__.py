"""Check the tool on real code: `python -m tests.corpus [--all] [--data DIR] [--report FILE]`.

Exit status: 0 all is well, 1 there are defects, 2 releases could not be had.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import data, fetch
from .check import check_releases
from .metrics import Figures
from .report import markdown, summary
from .run import MODES, run_tool


def main() -> int:
    """Fetch what is missing, check every file, print the summary and the defects."""
    parser = argparse.ArgumentParser(prog="tests.corpus", description=__doc__.splitlines()[0])
    scope = parser.add_mutually_exclusive_group()
    scope.add_argument("--subset", action="store_true", help="the releases of subset.txt (default)")
    scope.add_argument("--all", action="store_true", help="every release, some 330 MB to fetch")
    scope.add_argument("--only", nargs="+", metavar="NAME", help="<package>-<version>")
    parser.add_argument("--data", type=Path, default=fetch.DEFAULT_DATA, metavar="DIR")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (default 2)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write a Markdown report")
    parser.add_argument(
        "--modes",
        default="default,unsafe",
        help=f"settings to try, of {', '.join(MODES)} (default: default,unsafe)",
    )
    parser.add_argument("--quiet", action="store_true", help="do not list the defects")
    args = parser.parse_args()
    modes = args.modes.split(",")
    if not set(modes) <= set(MODES) or modes[0] != "default":
        parser.error("--modes starts with 'default', then any of " + ", ".join(MODES))

    known = data.releases()
    if unknown := set(args.only or ()) - set(known):
        parser.error(f"not in the manifest: {', '.join(sorted(unknown))}")
    chosen = known if args.all else {n: known[n] for n in args.only or ()} or data.subset()
    root = args.data.expanduser()
    root.mkdir(parents=True, exist_ok=True)
    failures = fetch.fetch_all(chosen.values(), root)
    for key, error in failures.items():
        print(f"{key}: {error}", file=sys.stderr)

    if broken := run_tool(b"import imp\n", "probe.py").error:
        parser.exit(2, f"the tool does not run at all: {broken}\n")
    wanted = [release for key, release in chosen.items() if key not in failures]
    results = check_releases(root, wanted, modes, args.jobs)
    figures = Figures(results)
    if not args.quiet:
        for result in results:
            for mode, defect in result.defects:
                print(f"[{mode}] {defect}")
    print("\n".join(summary(figures)))
    if args.report:
        exceptions = [d for d in data.disagreements() if d.release in chosen]
        title = "imp-migrate on real code"
        args.report.write_text(markdown(figures, exceptions, title), encoding="utf-8")
    if failures:
        return 2
    return int(any(result.defects for result in results))


if __name__ == "__main__":
    sys.exit(main())
