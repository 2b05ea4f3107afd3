"""The options of the command line, and the settings that they and the configuration make."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from .options import TARGET_VERSIONS, Options
from .run.config import (
    OUTPUT_FORMATS,
    Config,
    ConfigError,
    parse_codes,
    parse_patterns,
    parse_version,
)
from .run.discovery import DEFAULT_EXCLUDE, Selection
from .run.results import Mode

STDIN = "-"

_DESCRIPTION = "Move Python code off the module imp, which Python 3.12 removed."
_EPILOG = """\
exit status: 0 when nothing is left to do, 1 when there is, 2 when something went wrong
(usage, configuration, a file that cannot be read or written)

settings can also stand in pyproject.toml, under [tool.imp-migrate], named as the options"""


@dataclass(frozen=True)
class Settings:
    """What a run is asked to do."""

    options: Options
    selection: Selection
    mode: Mode
    output_format: str
    statistics: bool


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
    parser.add_argument("paths", nargs="*", metavar="PATH", help="file or folder; - reads stdin")
    _add_modes(parser)
    _add_rules(parser)
    _add_files(parser)
    _add_output(parser)
    arguments = parser.parse_args(argv)
    if STDIN in arguments.paths and len(arguments.paths) > 1:
        parser.error("- stands alone: standard input cannot be mixed with other paths")
    if arguments.stdin_filename and arguments.paths != [STDIN]:
        parser.error("--stdin-filename needs - as the only path")
    if arguments.diff and arguments.output_format not in (None, "text"):
        parser.error("--diff has its own format and cannot be combined with --output-format")
    return arguments


def make_settings(arguments: argparse.Namespace, config: Config) -> Settings:
    """Combine the command line with the configuration; the command line wins."""

    def chosen(name: str, default: Any = None) -> Any:
        given = getattr(arguments, name)
        return config.settings.get(name.replace("_", "-"), default) if given is None else given

    exclude = chosen("exclude", DEFAULT_EXCLUDE)
    extra = (*config.settings.get("extend-exclude", ()), *(arguments.extend_exclude or ()))
    oldest = max(config.requires_python or Options.target_version, TARGET_VERSIONS[0])
    return Settings(
        Options(
            target_version=chosen("target_version", oldest),
            unsafe_fixes=chosen("unsafe_fixes", False),
            helpers=not chosen("no_helpers", False),
            helper_module=config.settings.get("helper-module"),
            drop_guards=chosen("drop_guards", False),
            select=chosen("select", ()),
            ignore=chosen("ignore", ()),
        ),
        Selection(
            tuple(dict.fromkeys((*exclude, *extra))),
            not chosen("no_respect_gitignore", False),
            config.root,
        ),
        Mode.WRITE if arguments.write else Mode.DIFF if arguments.diff else Mode.CHECK,
        chosen("output_format", "text"),
        chosen("statistics", False),
    )


def _formatter(prog: str) -> argparse.HelpFormatter:
    """As wide as the terminal; without a width argparse imports shutil, and that bz2, to ask."""
    try:
        width = int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size().columns
    except (ValueError, OSError):
        width = 80
    return argparse.RawDescriptionHelpFormatter(prog, width=width - 2)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # Without the usage lines, which hide the message on a long option list.
        sys.stderr.write(f"imp-migrate: error: {message}\nTry 'imp-migrate --help'.\n")
        raise SystemExit(2)


def _add_modes(parser: argparse.ArgumentParser) -> None:
    modes = parser.add_argument_group("what to do (default: report, change nothing)")
    either = modes.add_mutually_exclusive_group()
    either.add_argument("--write", action="store_true", help="rewrite in place, report the rest")
    either.add_argument("--diff", action="store_true", help="print what --write would change")
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
    group.add_argument("--explain", metavar="CODE", help="print the documentation of a rule")


def _add_files(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("files")
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
    group.add_argument("--statistics", action=_Flag, help="add a table of the rules")
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
