"""What the command line does with the files that may use imp, once it has found any."""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TextIO

from . import __version__
from .arguments import STDIN
from .options import Options
from .report.formats import FOR_PEOPLE, INFORMATION, render
from .run import runner
from .run.config import Config
from .run.cores import available_cores
from .run.discovery import Discovery, Found, display_path
from .run.files import FileError
from .run.mode import Mode
from .run.parallel import spread
from .run.progress import progress
from .run.results import FileResult, RemoteError, Run, place_of
from .run.streams import fail, note, output, print_lines, write_bytes
from .run.task import Task
from .run.temporary import clean, leftovers
from .settings import Settings, SettingsFinder
from .targets import TARGET_VERSIONS
from .text.reading import code_of
from .text.scan import mentions_imp

# An analysis takes some 15 ms, starting processes and loading the rules in each half a second.
_MANY_TO_ANALYSE = 32


@contextlib.contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Let Python look for unreachable circles of objects less often than it does by itself.

    Syntax trees are very many objects; to go through them again and again takes a quarter of
    the time of an analysis.  Processes that are forked meanwhile do likewise.
    """
    before = gc.get_threshold()
    if before[0]:  # else somebody wants none of that
        gc.set_threshold(max(before[0], 50_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@_collecting_rarely()
def migrate_files(
    candidates: list[Found],
    discovery: Discovery,
    paths: list[str],
    folder: str,
    finder: SettingsFinder,
    arguments: Namespace,
) -> int:
    """Do what *arguments* say with *candidates*, report it, and return the exit status.

    candidates: the files of *discovery*, which was made of *paths*, that may concern us.
    folder: what *paths* have in common.
    Raises ConfigError and OSError.
    """
    settings = finder.of(folder)
    run = Run(settings.mode, settings.options.unsafe_fixes, discovery.errors)
    jobs = arguments.jobs or available_cores()
    tasks: list[Task] = []
    if candidates:
        tasks = _with_neighbours(candidates, discovery.files, paths, finder)
    run.narrowed = any(t.options.select or t.options.ignore for t in tasks)
    try:
        run.results = _results(tasks, settings, jobs, arguments)
    except RemoteError as error:
        return fail(str(error))
    targets = {task.path: task.target for task in tasks}
    if settings.mode is Mode.WRITE:
        clean(_leftovers_beside(run, targets), arguments.verbose)
    _finish(run, tasks, finder)
    run = _adopted(run, arguments, [file.path for file in discovery.files])
    if arguments.add_noqa:
        from .run.suppress import add_noqa

        run = add_noqa(run, targets)
    if run.rewritten and not (arguments.quiet or arguments.target_version):
        _warn_of_older_versions(finder.config(folder))
    return _report(run, settings, arguments, sys.stdout)


def _finish(run: Run, tasks: list[Task], finder: SettingsFinder) -> None:
    """Add the helper modules that the migrated files need, and write all, if that is asked for."""
    files = {task.path: task for task in tasks}
    projects: dict[tuple[str, Options], list[FileResult]] = {}
    for result in run.results:
        file = files[result.path]
        root = finder.config(os.path.dirname(file.target)).root
        projects.setdefault((root, file.options), []).append(result)
    targets = {task.path: task.target for task in tasks}
    finished: list[FileResult] = []
    for (root, options), results in projects.items():
        helpers = frozenset[str]().union(*(result.helpers for result in results))
        if helpers:
            from .run.helper_module import helper_module

            results = [helper_module(helpers, root, options), *results]
        if run.mode is Mode.WRITE:
            from .run.writing import write_all

            results = write_all(results, targets, options, note)
        finished += results
    run.results = sorted(finished, key=lambda r: (not r.is_helper_module, r.path))


def _leftovers_beside(run: Run, targets: Mapping[str, str]) -> list[str]:
    """The temporary files beside what is to be written: who names files walks no folder."""
    changed = (targets.get(result.path, result.path) for result in run.results if result.changed)
    folders = dict.fromkeys(os.path.dirname(path) or "." for path in changed)
    return [display_path(path) for path in leftovers(folders)]


def _warn_of_older_versions(config: Config) -> None:
    """Say so if the project promises to run on a Python that no result runs on."""
    promised, oldest = config.requires_python, TARGET_VERSIONS[0]
    if promised is not None and promised < oldest and "target-version" not in config.settings:
        note(
            "warning: requires-python admits Python {}.{}, but what is rewritten needs Python {}.{}"
            " or newer".format(*promised, *oldest)
        )


def migrate_stdin(arguments: Namespace) -> int:
    """Deal with standard input, return the exit status; the text goes out, then the report cannot.

    Raises ConfigError and OSError.
    """
    name = arguments.stdin_filename or STDIN
    finder = SettingsFinder(arguments)
    settings = finder.of_file(arguments.stdin_filename or "_")
    try:
        data = sys.stdin.buffer.read()
    except OSError as error:
        return fail(f"cannot read standard input: {error.strerror or error}")
    reason = finder.exclusion(name) if settings.selection.force and name != STDIN else ""
    if reason and arguments.verbose:
        note(f"{name}: skipped, {reason}")
    if reason:
        result = FileResult(name, before=data, after=data)
    else:
        task, around = Task(name, os.path.realpath(name)), None
        if arguments.stdin_filename and mentions_imp(code_of(name, data)):
            around = runner.around_file(task, data)
            found = Found(task.path, task.target)
            (task,) = _with_neighbours([found], [], [], finder, {found.target: data})
        result = runner.process_bytes(
            data,
            name,
            settings.options,
            settings.mode,
            all_edits=settings.edits,
            neighbours=task.neighbours,
            around=around,
        )
    run = Run(settings.mode, settings.options.unsafe_fixes, [], [result])
    run.narrowed = bool(settings.options.select or settings.options.ignore)
    run = _adopted(run, arguments, [name])
    if settings.mode is not Mode.WRITE:
        return _report(run, settings, arguments, sys.stdout)
    # Whatever went wrong, what came in goes out: an editor must not lose its buffer.
    status = output(lambda: write_bytes([result.after]), 0)
    if result.helpers:
        names = ", ".join(sorted(result.helpers))
        note(f"note: {settings.options.helper_module} must define {names}")
    return status or _report(run, settings, arguments, sys.stderr)


def _results(
    tasks: list[Task], settings: Settings, jobs: int, arguments: Namespace
) -> list[FileResult]:
    """What comes of *tasks*; nothing is written yet."""
    if not tasks:
        return []
    for_people = settings.output_format in FOR_PEOPLE and not arguments.quiet
    shown_on = sys.stderr if for_people else None
    if arguments.executor:
        from .run import remote

        with remote.connected(arguments.executor) as (executor, lives):
            answers = remote.results(executor, tasks, settings.mode, settings.edits, lives)
            return list(progress(answers, len(tasks), shown_on))
    process = functools.partial(runner.process, mode=settings.mode, all_edits=settings.edits)
    if len(tasks) < _MANY_TO_ANALYSE:
        jobs = 1
    results = spread(process, tasks, jobs, runner.crashed)
    with contextlib.closing(results):
        return list(progress(results, len(tasks), shown_on))


def _with_neighbours(
    candidates: list[Found],
    everything: list[Found],
    paths: list[str],
    finder: SettingsFinder,
    texts: Mapping[str, bytes] | None = None,
) -> list[Task]:
    """The tasks for *candidates*: with what they and other files, of the run or around it, have from each other.

    texts: what to read instead of a file, by target.
    """
    from .meaning.neighbours import with_neighbours
    from .run.project import files_around

    around = functools.partial(files_around, candidates, paths, finder.selection)
    tasks = with_neighbours(candidates, everything, around, texts)
    return [replace(task, options=finder.of_file(task.target).options) for task in tasks]


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
        note(f"note: {spots} in {path} but no longer there; --write-baseline {path} forgets them")
    return run


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
        return output(lambda: _diff(run, settings, arguments), status)
    return output(lambda: _write_report(run, settings, arguments, stream), status)


def _write_report(run: Run, settings: Settings, arguments: Namespace, stream: TextIO) -> None:
    lines = render(
        run,
        settings.output_format,
        color=_colors(stream, arguments),
        quiet=arguments.quiet,
        counts=settings.statistics,
    )
    print_lines(lines, stream)
    if settings.statistics and settings.output_format not in FOR_PEOPLE:
        from .report.summary import statistics

        print_lines(statistics(run), sys.stderr)


def _colors(stream: TextIO, arguments: Namespace) -> bool:
    from .report.style import wants_color

    return wants_color(stream, arguments.color)


def _write_page(run: Run, path: str) -> int:
    from .report.page import write_page

    try:
        write_page(run, path, __version__, INFORMATION)
    except FileError as error:
        return fail(str(error))
    return 0


def _diff(run: Run, settings: Settings, arguments: Namespace) -> None:
    from .report.diff import diff_report, staying
    from .report.style import Style
    from .report.summary import statistics, summary

    lines = diff_report(run, Style(_colors(sys.stdout, arguments)))
    if sys.stdout.isatty():
        from .report.style import visible

        lines = map(visible, lines)
    write_bytes(lines)
    print_lines(staying(run, Style(_colors(sys.stderr, arguments))), sys.stderr)
    if settings.statistics:
        print_lines(statistics(run), sys.stderr)
    if not arguments.quiet:
        print_lines(summary(run), sys.stderr)


def _complain(run: Run, verbose: bool) -> None:
    for error in run.errors:
        fail(str(error))
    for result in run.results:
        if result.error:
            fail(str(result.error))
        if result.internal_error:
            message, trace = result.internal_error
            fail(f"{result.path}: internal error, the file is left alone: {message}")
            if verbose:
                for line in trace.splitlines():
                    note(line)


def _elaborate(run: Run) -> None:
    """What the report leaves out: what was rewritten, and what need not be."""
    from .report.style import Style
    from .report.text import headline

    for finding in run.rewritten:
        verb = "rewritten" if run.mode is Mode.WRITE else "would be rewritten"
        note(f"{headline(finding, Style())} ({verb})")
    for result in run.results:
        for source, silence in result.silences:
            place = place_of(source, silence.start)
            note(f"{source.filename}:{place} {silence.what}: {silence.reason}")
