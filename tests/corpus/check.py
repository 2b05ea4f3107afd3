"""Check releases that are on disk: every file, every setting, in several processes."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

from .checks import Defect, check_file
from .data import CorpusFile, Disagreement, IncompleteError, Release, disagreements, files, sites
from .metrics import FileResult, file_result
from .run import Outcome, run_tool

TIME_LIMIT = 300  # seconds for one file under one setting


def check_releases(
    root: Path, wanted: Iterable[Release], modes: Sequence[str] = ("default",), jobs: int = 1
) -> list[FileResult]:
    """Check every file of the *wanted* releases below *root*, in *jobs* processes."""
    known = sites()
    work: list[CorpusFile] = []
    broken: list[FileResult] = []
    for release in wanted:
        try:
            work += files(root, release, known.get(release.key, ()))
        except IncompleteError as error:
            broken.append(_incomplete(release, str(error)))
    work.sort(key=lambda file: -len(file.data))  # the long ones first: the processes end together
    check = partial(check_one, modes=tuple(modes), reviewed=tuple(disagreements()))
    if jobs == 1:
        checked = list(map(check, work))
    else:
        with ProcessPoolExecutor(jobs) as pool:
            checked = list(pool.map(check, work, chunksize=4))
    return broken + sorted(checked, key=lambda result: (result.release.lower(), result.path))


def check_one(
    file: CorpusFile, modes: Sequence[str], reviewed: Iterable[Disagreement]
) -> FileResult:
    """Run the tool on *file* under each setting and check what it did.

    The sites do not depend on the setting: they are compared once.
    """
    outcomes: dict[str, Outcome] = {}
    defects: list[tuple[str, Defect]] = []
    for mode in modes:
        try:
            with _time_limit(TIME_LIMIT):
                outcomes[mode] = run_tool(file.data, file.path, mode)
        except TimeoutError as error:
            outcomes[mode] = Outcome(file.data, file.data, error=str(error))
        found = check_file(file, outcomes[mode], reviewed, stale=mode == modes[0])
        if mode != modes[0]:
            first = {defect for _, defect in defects}
            found = [defect for defect in found if defect not in first]
        defects += [(mode, defect) for defect in found]
    return file_result(file, outcomes, defects, reviewed)


def _incomplete(release: Release, message: str) -> FileResult:
    defect = Defect("incomplete", release.key, "", 0, message)
    return FileResult(release.key, "", False, False, (), (), 0, 0, (("default", defect),))


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in the block after *seconds*, where the platform can."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def expire(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not done after {seconds} seconds")

    previous = signal.signal(signal.SIGALRM, expire)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
