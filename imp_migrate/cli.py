"""The command line: which files there are, and whether anything is to be done about them.

Most runs end here: there is nothing to be done.  What the others need is in `work`, which
such a run does not import; nor does it import `dataclasses` or `typing`, each of which takes
longer than all that it needs (`tests/test_cli.py` names what that is).
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Iterator

from . import __version__
from .arguments import STDIN, parse_arguments
from .report.formats import FOR_PEOPLE, nothing_to_migrate
from .run.config import ConfigError, common_folder
from .run.cores import available_cores
from .run.discovery import Discovery, discover
from .run.mode import Mode
from .run.sieve import sift
from .run.streams import fail, note, output, print_lines, reopen
from .settings import Settings, SettingsFinder


def main(argv: list[str] | None = None) -> int:
    """Run the command line *argv* (by default, the process's own) and return the exit status."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        reopen()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names of files need not be text
            stream.reconfigure(errors="backslashreplace")
    try:
        with _terminations_raise():
            return _main(parse_arguments(argv))
    except ConfigError as error:
        return fail(str(error))
    except KeyboardInterrupt as interruption:
        return _interrupted(interruption)
    except RuntimeError as error:
        # Up to Python 3.11, what is raised while a class is made is but the cause of another.
        if isinstance(error.__cause__, KeyboardInterrupt):
            return _interrupted(error.__cause__)
        raise
    except SystemExit as end:  # --help, or a mistake on the command line
        raise SystemExit(output(lambda: None, int(end.code or 0))) from None
    except OSError as error:  # what nobody foresaw: the current folder is gone ...
        where = f"{error.filename}: " if isinstance(error.filename, str) else ""
        return fail(f"{where}{error.strerror or error}")


def _main(arguments: Namespace) -> int:
    if arguments.version:
        return output(lambda: print(f"imp-migrate {__version__}"), 0)
    if arguments.list_rules or arguments.explain:
        from .explain import explanation, rule_list

        lines = list(explanation(arguments.explain) if arguments.explain else rule_list())
        return output(lambda: print_lines(lines, sys.stdout), 0)
    if arguments.hint and not arguments.quiet:
        note(f"note: {arguments.hint}")
    if arguments.paths == [STDIN]:
        from .work import migrate_stdin

        return migrate_stdin(arguments)
    return _paths(arguments)


def _paths(arguments: Namespace) -> int:
    """Deal with files and folders."""
    paths = arguments.paths or ["."]
    finder = SettingsFinder(arguments)
    folder = common_folder(paths)
    settings = finder.of(folder)
    discovery = discover(paths, finder.selection)
    if arguments.verbose:
        _describe(finder, folder, discovery)
    if discovery.leftovers:
        from .run.temporary import clean

        clean(discovery.leftovers, arguments.verbose)
    _warn_of_what_is_not_there(discovery)
    candidates = sift(discovery.files, arguments.jobs or available_cores())
    if candidates or discovery.errors or _needs_a_report(settings, arguments):
        from .work import migrate_files

        return migrate_files(candidates, discovery, paths, folder, finder, arguments)
    lines = [] if arguments.quiet else [nothing_to_migrate()]
    stream = sys.stderr if settings.mode is Mode.DIFF else sys.stdout
    return output(lambda: print_lines(lines, stream), 0)


def _needs_a_report(settings: Settings, arguments: Namespace) -> bool:
    """Say whether more than a word is asked for even if nothing was found."""
    if settings.output_format not in FOR_PEOPLE or arguments.report:
        return True
    return bool(arguments.baseline or arguments.write_baseline)


def _warn_of_what_is_not_there(discovery: Discovery) -> None:
    for warning in discovery.warnings:
        note(f"warning: {warning}")
    if discovery.files or discovery.errors:
        return
    if discovery.skipped:
        note("warning: every Python file under the given paths is passed over (-v says why)")
    else:
        note("warning: no Python files found under the given paths")


def _describe(finder: SettingsFinder, folder: str, discovery: Discovery) -> None:
    described = set()
    for place in (folder, *(os.path.dirname(found.target) for found in discovery.files)):
        config = finder.config(place).path or "none"
        if config not in described:
            described.add(config)
            version = "py{}{}".format(*finder.of(place).options.target_version)
            note(f"configuration: {config}; target version: {version}")
    count = len(discovery.files)
    note("1 file to look at" if count == 1 else f"{count} files to look at")
    for path, reason in discovery.skipped:
        note(f"{path}: skipped, {reason}")


# -- interruptions ---------------------------------------------------------


def _interrupted(interruption: KeyboardInterrupt) -> int:
    """Say so; return the exit status for that."""
    note("interrupted; every file is either as it was or completely migrated")
    return 128 + int(getattr(interruption, "number", signal.SIGINT))


class _Terminated(KeyboardInterrupt):
    """A signal that asks the process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextlib.contextmanager
def _terminations_raise() -> Iterator[None]:
    """Turn signals that would end the process into an exception, so that it can clean up."""

    def interrupt(number: int, frame: object) -> None:
        raise _Terminated(number)

    changed = []
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # One that is ignored (nohup) stays ignored.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with contextlib.suppress(ValueError):  # only the main thread can catch signals
                signal.signal(number, interrupt)
                changed.append(number)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)
