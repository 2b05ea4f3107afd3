"""The options of the command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence

from .run.config import (
    OUTPUT_FORMATS,
    ConfigError,
    parse_codes,
    parse_patterns,
    parse_version,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

STDIN = "-"

_DESCRIPTION = "Move Python code off the module imp, which Python 3.12 removed."
_EPILOG = """\
exit status: 0 when nothing is left to do, 1 when there is, 2 when something went wrong
(usage, configuration, a file that cannot be read or written)

settings can also stand in pyproject.toml, under [tool.imp-migrate], named as the options;
only there: helper-module = "pkg.name", the module that helper functions go to, instead of
into every file that needs one"""


def parse_arguments(argv: list[str] | None) -> argparse.Namespace:
    """Read the command line; what it does not mention is None.

    Exits, with status 2 and a message, if it is wrong.
    """
    parser = _Parser(
        prog="imp-migrate",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=_formatter,
        allow_abbrev=False,
    )
    parser.set_defaults(hint=None)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="file or folder; - reads stdin")
    _add_modes(parser)
    _add_rules(parser)
    _add_files(parser)
    _add_output(parser)
    arguments, rest = parser.parse_known_args(argv)
    arguments.paths += _more_paths(rest, parser)
    if STDIN in arguments.paths and len(arguments.paths) > 1:
        parser.error("- stands alone: standard input cannot be mixed with other paths")
    if arguments.stdin_filename and arguments.paths != [STDIN]:
        parser.error("--stdin-filename needs - as the only path")
    if arguments.diff and arguments.output_format not in (None, "text"):
        parser.error("--diff has its own format and cannot be combined with --output-format")
    if STDIN in arguments.paths and (arguments.add_noqa or arguments.write_baseline):
        parser.error("--add-noqa and --write-baseline need files, not standard input")
    if arguments.diff and arguments.write_baseline:
        parser.error("--write-baseline writes what is left, which --diff does not change")
    if arguments.diff and arguments.report:
        parser.error("--report shows what --diff would: without --diff, it changes nothing either")
    return arguments


def _more_paths(rest: list[str], parser: _Parser) -> Iterator[str]:
    """The paths in *rest*, which argparse does not take: behind an option, or behind `--`."""
    for at, word in enumerate(rest):
        if word == "--":
            yield from rest[at + 1 :]
            return
        if word.startswith("-") and word != STDIN:
            parser.error(unknown_option(word, parser.options))
        yield word


def unknown_option(option: str, known: Sequence[str]) -> str:
    """What to say about *option*, which is none of *known*: which one was meant, if that is clear."""
    import difflib  # only who mistypes needs it

    name = option.partition("=")[0]
    begun = [one for one in known if one.startswith(name)]
    close = difflib.get_close_matches(name, (*known, *_MEANT), n=1)
    message = f"unknown option {name}"
    for meant in (begun or close)[:1]:
        message += f"; did you mean {_MEANT.get(meant, meant)}?"
    return message


#: What other tools of this kind call our options.
_MEANT = {
    "--apply": "--write",
    "--in-place": "--write",
    "-i": "--write",
    "-w": "--write",
    "--dry-run": "--diff",
    "--format": "--output-format",
    "--output-file": "--report",
}


def _formatter(prog: str) -> argparse.HelpFormatter:
    """As wide as the terminal; without a width argparse imports shutil, and that bz2, to ask."""
    try:
        width = int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size().columns
    except (ValueError, OSError):
        width = 80
    return argparse.RawDescriptionHelpFormatter(prog, width=width - 2)


class _Parser(argparse.ArgumentParser):
    @property
    def options(self) -> list[str]:
        """The options that `--help` shows."""
        return [
            name
            for action in self._actions
            if action.help != argparse.SUPPRESS
            for name in action.option_strings
        ]

    def error(self, message: str) -> NoReturn:
        # Without the usage lines, which hide the message on a long option list.
        sys.stderr.write(f"imp-migrate: error: {message}\nTry 'imp-migrate --help'.\n")
        raise SystemExit(2)


def _add_modes(parser: argparse.ArgumentParser) -> None:
    modes = parser.add_argument_group("what to do (default: report, change nothing)")
    either = modes.add_mutually_exclusive_group()
    either.add_argument("--write", action="store_true", help="rewrite in place, report the rest")
    either.add_argument("--diff", action="store_true", help="print what --write would change")
    # What other tools call them.
    either.add_argument("--fix", action=_Alias, dest="write", const="--write")
    either.add_argument("--check", action=_Alias, dest="check", const="the default")
    either.add_argument(
        "--add-noqa", action="store_true", help="give every spot a comment that silences it"
    )
    modes.add_argument(
        "--unsafe-fixes", action=_Flag, help="also apply fixes that may change behaviour"
    )
    modes.add_argument(
        "--no-helpers", action=_Flag, help="report what needs a helper function, instead"
    )
    modes.add_argument(
        "--drop-guards",
        action=_Flag,
        help="also take away guards that no Python from the target version on needs",
    )
    modes.add_argument(
        "--target-version",
        type=_converter(parse_version),
        metavar="VERSION",
        help="oldest Python the result must run on, py38 to py314 "
        "(default: what requires-python says, else py38)",
    )


def _add_rules(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("rules")
    for name, what in (("select", "only these"), ("ignore", "all but these")):
        group.add_argument(
            f"--{name}",
            action=_Extend,
            type=_converter(parse_codes),
            metavar="CODES",
            help=f"{what}: codes or their beginnings, separated by commas",
        )
    group.add_argument("--list-rules", action="store_true", help="list the rules and exit")
    group.add_argument("--explain", metavar="RULE", help="print the documentation of a rule")


def _add_files(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("files")
    baseline = group.add_mutually_exclusive_group()
    baseline.add_argument(
        "--baseline", metavar="FILE", help="report only what is new since FILE was written"
    )
    baseline.add_argument(
        "--write-baseline", metavar="FILE", help="write what is left to FILE, as known from now on"
    )
    group.add_argument("--stdin-filename", metavar="NAME", help="what to call standard input")
    for name, what in (
        ("exclude", "leave out what matches these globs, instead of the usual folders"),
        ("extend-exclude", "leave out what matches these globs, too"),
    ):
        group.add_argument(
            f"--{name}",
            action=_Extend,
            type=_converter(parse_patterns),
            metavar="PATTERNS",
            help=what,
        )
    group.add_argument(
        "--force-exclude", action=_Flag, help="leave it out even if it is named as a PATH"
    )
    group.add_argument(
        "--no-respect-gitignore", action=_Flag, help="take files that git ignores, too"
    )
    group.add_argument(
        "-j",
        "--jobs",
        type=_jobs,
        metavar="N",
        help="number of processes (default: one for each core, where that pays)",
    )
    group.add_argument(
        "--executor",
        type=_executor,
        metavar="dask:ADDRESS",
        help="have the files analysed by the Dask cluster whose scheduler is at this address",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument("--output-format", choices=OUTPUT_FORMATS, help="default: text")
    group.add_argument(
        "--report",
        type=_page,
        metavar="FILE",
        help="also write a page for review: FILE.html, or FILE.md for a pull request",
    )
    group.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="default: on a terminal, or if FORCE_COLOR is set, and NO_COLOR is not",
    )
    group.add_argument("--statistics", action=_Flag, help="add tables by rule and by folder")
    how_much = group.add_mutually_exclusive_group()
    how_much.add_argument("-q", "--quiet", action="store_true", help="diagnostics only")
    how_much.add_argument(
        "-v", "--verbose", action="store_true", help="also say what was passed over, and why"
    )
    group.add_argument("--exit-zero", action="store_true", help="exit 0 even if there is work left")
    group.add_argument("--version", action="store_true", help="print the version and exit")


class _Flag(argparse.Action):
    """A switch that is None, not False, when it is absent: then the configuration decides."""

    def __init__(self, option_strings: list[str], dest: str, **kwargs: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, default=None, **kwargs)

    def __call__(self, parser: Any, namespace: argparse.Namespace, *_: object) -> None:
        setattr(namespace, self.dest, True)


class _Alias(argparse.Action):
    """A switch that is known by another name here, which it gives as a hint."""

    def __init__(self, option_strings: list[str], dest: str, const: str) -> None:
        super().__init__(
            option_strings, dest, nargs=0, const=const, default=False, help=argparse.SUPPRESS
        )

    def __call__(
        self, parser: Any, namespace: argparse.Namespace, values: object, option: object = None
    ) -> None:
        setattr(namespace, self.dest, True)
        namespace.hint = f"{option} is {self.const} here"


class _Extend(argparse.Action):
    """Collects the tuples that its type makes, over all occurrences."""

    def __call__(
        self, parser: Any, namespace: argparse.Namespace, values: Any, option: object = None
    ) -> None:
        setattr(namespace, self.dest, (*(getattr(namespace, self.dest) or ()), *values))


def _converter(parse: Callable[[object], object]) -> Callable[[str], object]:
    def convert(text: str) -> object:
        try:
            return parse(text)
        except ConfigError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert


def _page(path: str) -> str:
    from .report.page import SUFFIXES, is_page

    if not is_page(path):
        raise argparse.ArgumentTypeError(f"{path!r} must end with {' or '.join(SUFFIXES)}")
    return path


def _executor(text: str) -> str:
    kind, _, address = text.partition(":")
    if kind != "dask" or not address:
        raise argparse.ArgumentTypeError(f"{text!r} is not dask: and an address")
    return text


def _jobs(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")
    return number
