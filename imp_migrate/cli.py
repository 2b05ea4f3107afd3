"""The command line: what is done, in which order, and where it is said."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TextIO

from . import __version__
from .arguments import STDIN, Settings, parse_arguments
from .options import TARGET_VERSIONS, Options
from .report.formats import FOR_PEOPLE, INFORMATION, render
from .run import runner
from .run.config import Config, ConfigError, common_folder
from .run.discovery import Discovery, Found, discover, display_path
from .run.files import FileError
from .run.parallel import available_cores, spread
from .run.progress import progress
from .run.results import FileResult, Mode, RemoteError, Run, place_of
from .settings import SettingsFinder
from .text.reading import code_of
from .text.scan import mentions_imp

# An analysis takes some 15 ms, starting processes and loading the rules in each half a second.
# (Looking for the word `imp` is never worth it: 20,000 files take less than half a second.)
_MANY_TO_ANALYSE = 32


def main(argv: list[str] | None = None) -> int:
    """Run the command line *argv* (by default, the process's own) and return the exit status."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        from .run.streams import reopen

        reopen()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names of files need not be text
            stream.reconfigure(errors="backslashreplace")
    try:
        with _terminations_raise():
            return _main(parse_arguments(argv))
    except (ConfigError, RemoteError) as error:
        return _fail(str(error))
    except (KeyboardInterrupt, _Terminated) as interruption:
        _note("interrupted; every file is either as it was or completely migrated")
        return 128 + getattr(interruption, "number", signal.SIGINT)
    except SystemExit as end:  # --help, or a mistake on the command line
        raise SystemExit(_output(lambda: None, int(end.code or 0))) from None
    except OSError as error:  # what nobody foresaw: the current folder is gone ...
        where = f"{error.filename}: " if isinstance(error.filename, str) else ""
        return _fail(f"{where}{error.strerror or error}")


def _main(arguments: Namespace) -> int:
    if arguments.version:
        return _output(lambda: print(f"imp-migrate {__version__}"), 0)
    if arguments.list_rules or arguments.explain:
        from .explain import explanation, rule_list

        lines = list(explanation(arguments.explain) if arguments.explain else rule_list())
        return _output(lambda: _print(lines, sys.stdout), 0)
    if arguments.hint and not arguments.quiet:
        _note(f"note: {arguments.hint}")
    if arguments.paths == [STDIN]:
        return _stdin(arguments)
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
        _clean(discovery.leftovers, arguments.verbose)
    _warn_of_what_is_not_there(discovery)
    run = Run(settings.mode, settings.options.unsafe_fixes, discovery.errors)
    jobs = arguments.jobs or available_cores()
    candidates = [
        replace(found, options=finder.of_file(found.target).options)
        for found in filter(runner.is_relevant_or_fails, discovery.files)
    ]
    run.narrowed = any(f.options.select or f.options.ignore for f in candidates)
    if candidates:
        candidates = _with_neighbours(candidates, discovery.files, paths, finder)
    run.results = _results(candidates, settings, jobs, arguments)
    if settings.mode is Mode.WRITE:
        targets = {file.path: file.target for file in candidates}
        _clean(_leftovers_beside(run, targets), arguments.verbose)
    _finish(run, candidates, finder)
    run = _adopted(run, arguments, [file.path for file in discovery.files])
    if arguments.add_noqa:
        from .run.suppress import add_noqa

        run = add_noqa(run, {file.path: file.target for file in candidates})
    if run.rewritten and not (arguments.quiet or arguments.target_version):
        _warn_of_older_versions(finder.config(folder))
    return _report(run, settings, arguments, sys.stdout)


def _finish(run: Run, candidates: list[Found], finder: SettingsFinder) -> None:
    """Add the helper modules that the migrated files need, and write all, if that is asked for."""
    files = {file.path: file for file in candidates}
    projects: dict[tuple[str, Options], list[FileResult]] = {}
    for result in run.results:
        file = files[result.path]
        root = finder.config(os.path.dirname(file.target)).root
        projects.setdefault((root, file.options), []).append(result)
    targets = {file.path: file.target for file in candidates}
    finished: list[FileResult] = []
    for (root, options), results in projects.items():
        helpers = frozenset[str]().union(*(result.helpers for result in results))
        if helpers:
            from .run.helper_module import helper_module

            results = [helper_module(helpers, root, options), *results]
        if run.mode is Mode.WRITE:
            from .run.writing import write_all

            results = write_all(results, targets, options, _note)
        finished += results
    run.results = sorted(finished, key=lambda r: (not r.is_helper_module, r.path))


def _leftovers_beside(run: Run, targets: Mapping[str, str]) -> list[str]:
    """The temporary files beside what is to be written: who names files walks no folder."""
    from .run.temporary import leftovers

    changed = (targets.get(result.path, result.path) for result in run.results if result.changed)
    folders = dict.fromkeys(os.path.dirname(path) or "." for path in changed)
    return [display_path(path) for path in leftovers(folders)]


def _clean(leftovers: Iterable[str], verbose: bool) -> None:
    """Remove temporary files that a run left behind, which was killed."""
    from .run.temporary import remove_leftover

    for path in leftovers:
        if remove_leftover(path) and verbose:
            _note(f"{path}: removed, a run that was killed had left it behind")


def _warn_of_what_is_not_there(discovery: Discovery) -> None:
    for warning in discovery.warnings:
        _note(f"warning: {warning}")
    if discovery.files or discovery.errors:
        return
    if discovery.skipped:
        _note("warning: every Python file under the given paths is passed over (-v says why)")
    else:
        _note("warning: no Python files found under the given paths")


def _warn_of_older_versions(config: Config) -> None:
    """Say so if the project promises to run on a Python that no result runs on."""
    promised, oldest = config.requires_python, TARGET_VERSIONS[0]
    if promised is not None and promised < oldest and "target-version" not in config.settings:
        _note(
            "warning: requires-python admits Python {}.{}, but what is rewritten needs Python {}.{}"
            " or newer".format(*promised, *oldest)
        )


def _stdin(arguments: Namespace) -> int:
    """Deal with standard input; the text goes to standard output, then the report cannot."""
    name = arguments.stdin_filename or STDIN
    finder = SettingsFinder(arguments)
    settings = finder.of_file(arguments.stdin_filename or "_")
    _check_codes(settings.options)
    try:
        data = sys.stdin.buffer.read()
    except OSError as error:
        return _fail(f"cannot read standard input: {error.strerror or error}")
    reason = finder.exclusion(name) if settings.selection.force and name != STDIN else ""
    if reason and arguments.verbose:
        _note(f"{name}: skipped, {reason}")
    if reason:
        result = FileResult(name, before=data, after=data)
    else:
        found, around = Found(name, os.path.realpath(name)), None
        if arguments.stdin_filename and mentions_imp(code_of(name, data)):
            around = runner.around_file(found, data)
            (found,) = _with_neighbours([found], [], [], finder, {found.target: data})
        result = runner.process_bytes(
            data,
            name,
            settings.options,
            settings.mode,
            all_edits=settings.edits,
            neighbours=found.neighbours,
            around=around,
        )
    run = Run(settings.mode, settings.options.unsafe_fixes, [], [result])
    run.narrowed = bool(settings.options.select or settings.options.ignore)
    run = _adopted(run, arguments, [name])
    if settings.mode is not Mode.WRITE:
        return _report(run, settings, arguments, sys.stdout)
    # Whatever went wrong, what came in goes out: an editor must not lose its buffer.
    status = _output(lambda: _write_bytes([result.after]), 0)
    if result.helpers:
        names = ", ".join(sorted(result.helpers))
        _note(f"note: {settings.options.helper_module} must define {names}")
    return status or _report(run, settings, arguments, sys.stderr)


def _results(
    candidates: list[Found], settings: Settings, jobs: int, arguments: Namespace
) -> list[FileResult]:
    """What comes of *candidates*; nothing is written yet."""
    if not candidates:
        return []
    for options in {found.options for found in candidates}:
        _check_codes(options)
    for_people = settings.output_format in FOR_PEOPLE and not arguments.quiet
    shown_on = sys.stderr if for_people else None
    if arguments.executor:
        from .run import remote

        with remote.connected(arguments.executor) as (executor, lives):
            answers = remote.results(executor, candidates, settings.mode, settings.edits, lives)
            return list(progress(answers, len(candidates), shown_on))
    process = functools.partial(runner.process, mode=settings.mode, all_edits=settings.edits)
    if len(candidates) < _MANY_TO_ANALYSE:
        jobs = 1
    results = spread(process, candidates, jobs, runner.crashed)
    with contextlib.closing(results):
        return list(progress(results, len(candidates), shown_on))


def _with_neighbours(
    candidates: list[Found],
    everything: list[Found],
    paths: list[str],
    finder: SettingsFinder,
    texts: Mapping[str, bytes] | None = None,
) -> list[Found]:
    """*candidates* with what they and other files, of the run or around it, have from each other.

    texts: what to read instead of a file, by target.
    """
    from .meaning.neighbours import with_neighbours
    from .run.project import files_around

    around = functools.partial(files_around, candidates, paths, finder.selection)
    return with_neighbours(candidates, everything, around, texts)


def _adopted(run: Run, arguments: Namespace, looked_at: list[str]) -> Run:
    """*run* without what the baseline holds, which is written first if that is asked for."""
    path = arguments.baseline or arguments.write_baseline
    if path is None:
        return run
    from .run.baseline import read_baseline, without_known, write_baseline

    if arguments.write_baseline:
        try:
            write_baseline(run, path)
        except FileError as error:
            run.errors.append(error)
            return run
    run, gone = without_known(run, read_baseline(path), path, looked_at)
    if gone and not arguments.quiet:
        spots = "1 spot is" if gone == 1 else f"{gone} spots are"
        _note(f"note: {spots} in {path} but no longer there; --write-baseline {path} forgets them")
    return run


def _check_codes(options: Options) -> None:
    """Refuse codes that no rule has: they would quietly select nothing."""
    codes = options.select + options.ignore
    if not codes:
        return
    from .registry import rules

    for code in codes:
        if not any(known.startswith(code) for known in rules()):
            raise ConfigError(f"no rule has a code that begins with {code} (see --list-rules)")


# -- what is said ----------------------------------------------------------


def _report(run: Run, settings: Settings, arguments: Namespace, stream: TextIO) -> int:
    """Say on *stream* what came of *run*, on stderr what went wrong; return the exit status."""
    _complain(run, arguments.verbose)
    if arguments.verbose:
        _elaborate(run)
    status = 0 if arguments.exit_zero and run.status == 1 else run.status
    if settings.report is not None:
        status = max(status, _write_page(run, settings.report))
    if settings.mode is Mode.DIFF:
        return _output(lambda: _diff(run, settings, arguments), status)
    return _output(lambda: _write_report(run, settings, arguments, stream), status)


def _write_report(run: Run, settings: Settings, arguments: Namespace, stream: TextIO) -> None:
    lines = render(
        run,
        settings.output_format,
        color=_colors(stream, arguments),
        quiet=arguments.quiet,
        counts=settings.statistics,
    )
    _print(lines, stream)
    if settings.statistics and settings.output_format not in FOR_PEOPLE:
        from .report.summary import statistics

        _print(statistics(run), sys.stderr)


def _colors(stream: TextIO, arguments: Namespace) -> bool:
    from .report.style import wants_color

    return wants_color(stream, arguments.color)


def _write_page(run: Run, path: str) -> int:
    from .report.page import write_page

    try:
        write_page(run, path, __version__, INFORMATION)
    except FileError as error:
        return _fail(str(error))
    return 0


def _diff(run: Run, settings: Settings, arguments: Namespace) -> None:
    from .report.diff import diff_report, staying
    from .report.style import Style
    from .report.summary import statistics, summary

    lines = diff_report(run, Style(_colors(sys.stdout, arguments)))
    if sys.stdout.isatty():
        from .report.style import visible

        lines = map(visible, lines)
    _write_bytes(lines)
    _print(staying(run, Style(_colors(sys.stderr, arguments))), sys.stderr)
    if settings.statistics:
        _print(statistics(run), sys.stderr)
    if not arguments.quiet:
        _print(summary(run), sys.stderr)


def _complain(run: Run, verbose: bool) -> None:
    for error in run.errors:
        _fail(str(error))
    for result in run.results:
        if result.error:
            _fail(str(result.error))
        if result.internal_error:
            message, trace = result.internal_error
            _fail(f"{result.path}: internal error, the file is left alone: {message}")
            if verbose:
                for line in trace.splitlines():
                    _note(line)


def _describe(finder: SettingsFinder, folder: str, discovery: Discovery) -> None:
    described = set()
    for place in (folder, *(os.path.dirname(found.target) for found in discovery.files)):
        config = finder.config(place).path or "none"
        if config not in described:
            described.add(config)
            version = "py{}{}".format(*finder.of(place).options.target_version)
            _note(f"configuration: {config}; target version: {version}")
    _note(f"{len(discovery.files)} files to look at")
    for path, reason in discovery.skipped:
        _note(f"{path}: skipped, {reason}")


def _elaborate(run: Run) -> None:
    """What the report leaves out: what was rewritten, and what need not be."""
    from .report.style import Style
    from .report.text import headline

    for finding in run.rewritten:
        verb = "rewritten" if run.mode is Mode.WRITE else "would be rewritten"
        _note(f"{headline(finding, Style())} ({verb})")
    for result in run.results:
        for source, silence in result.silences:
            place = place_of(source, silence.start)
            _note(f"{source.filename}:{place} {silence.member}: {silence.reason}")


def _print(lines: Iterable[str], stream: TextIO) -> None:
    for line in lines:
        stream.write(line + "\n")


def _write_bytes(chunks: Iterable[bytes]) -> None:
    sys.stdout.flush()
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def _note(message: str) -> None:
    """Say something on stderr, where it can be said, whatever the names in it are made of."""
    if not message.isprintable():
        from .report.style import printable

        message = printable(message)
    if message.startswith("::"):  # a file's name: GitHub would take it for a command
        message = f"./{message}"
    with contextlib.suppress(OSError):
        print(message, file=sys.stderr)


def _fail(message: str) -> int:
    _note(f"error: {message}")
    return 2


def _output(write: Callable[[], None], status: int) -> int:
    """Call *write*, which writes to stdout, and return *status*, or 2 if that failed."""
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough (`| head`)
        _discard_stdout()
    except OSError as error:
        _discard_stdout()
        return _fail(f"cannot write the output: {error.strerror or error}")
    return status


def _discard_stdout() -> None:
    """Let what is still buffered go nowhere, or Python complains about it at exit."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


# -- interruptions ---------------------------------------------------------


class _Terminated(BaseException):
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
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            # One that is ignored (nohup) stays ignored.
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, interrupt)
                changed.append(number)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)
