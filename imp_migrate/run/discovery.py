"""Which files a run looks at: the given paths, walked as ruff and black walk them."""

from __future__ import annotations

import fnmatch
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..text.source import Neighbours
from .files import FileError
from .gitignore import Ignore

#: Folders that nobody wants checked: ruff's list, `__pycache__`, and Emacs' lock files
#: (links that lead nowhere).
DEFAULT_EXCLUDE: tuple[str, ...] = (
    ".#*",
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)

_SUFFIXES = (".py", ".pyi", ".pyw")
_TEMPORARY = ".imp-migrate-"  # `temporary` knows the rest
_SHEBANG = re.compile(rb"#!.*\b(?:python|pypy)")


@dataclass(frozen=True)
class Selection:
    """What a walk leaves out.

    exclude: glob patterns; one without a slash is compared with the name of every
        file and folder, one with a slash with the whole path, relative to *root*.
    respect_gitignore: also leave out what git would ignore.
    """

    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    respect_gitignore: bool = True
    root: str = "."


@dataclass(frozen=True)
class Found:
    """A file to look at: *path* as the user knows it, *target* where its bytes are."""

    path: str
    target: str
    neighbours: Neighbours = field(default_factory=Neighbours, compare=False)


@dataclass
class Discovery:
    """What `discover` found.

    skipped: pairs of a path and the reason.
    leftovers: temporary files of ours, of whatever process.
    """

    files: list[Found] = field(default_factory=list)
    errors: list[FileError] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)


def discover(paths: Iterable[str], selection: Selection) -> Discovery:
    """Find the Python files in *paths*, each once, sorted by path.

    A file that is named is taken whatever it is called.  In folders these are
    `.py`, `.pyi` and `.pyw` files, and files without a suffix whose first line
    names Python.  A link to a folder is not entered; a link to a file is taken
    if the file lies in one of *paths*.  What cannot be read is in the answer's
    errors; nothing is raised.
    """
    walk = _Walk(selection)
    folders: list[tuple[str, str]] = []
    for path in paths:
        shown = display_path(path)
        real = os.path.realpath(path)
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            walk.discovery.errors.append(FileError.of(path, error))
            continue
        walk.roots.append(real)
        if stat.S_ISDIR(mode):
            folders.append((shown, real))
        elif path.endswith(".ipynb"):
            walk.discovery.errors.append(FileError(shown, "notebooks are not supported"))
        else:
            walk.take(shown, real)
    for shown, real in folders:
        walk.folder("" if shown == "." else shown, real)
    walk.follow_links()
    walk.discovery.files.sort(key=lambda found: found.path)
    return walk.discovery


def display_path(path: str) -> str:
    """*path* as messages show it: relative if it is below the current folder."""
    path = os.path.normpath(path)
    if os.path.isabs(path):
        here = os.path.join(os.getcwd(), "")
        if path + os.sep == here:
            return "."
        if path.startswith(here):
            return path[len(here) :]
    return path


def is_excluded(path: str, selection: Selection) -> bool:
    """Say whether a walk from `selection.root` leaves out the file *path* below it."""
    excludes = _Exclusion(selection)
    root, place = os.path.realpath(selection.root), os.path.realpath(path)
    while place != root and os.path.dirname(place) != place:
        if excludes(os.path.basename(place), place):
            return True
        place = os.path.dirname(place)
    return False


class _Walk:
    """One run of `discover`."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.excludes = _Exclusion(selection)
        self.discovery = Discovery()
        self.roots: list[str] = []
        self.taken: set[str] = set()
        self.links: list[tuple[str, str]] = []

    def take(self, shown: str, real: str) -> None:
        if real not in self.taken:
            self.taken.add(real)
            self.discovery.files.append(Found(shown, real))

    def folder(self, shown: str, real: str) -> None:
        """Take what is in the folder with the real path *real*, all the way down."""
        ignore = Ignore.above(real) if self.selection.respect_gitignore else Ignore()
        pending = [(shown, real, ignore)]
        while pending:
            shown, real, ignore = pending.pop()
            try:
                with os.scandir(real) as listing:
                    entries = list(listing)
            except OSError as error:
                self.discovery.errors.append(FileError.of(shown or real, error))
                continue
            if self.selection.respect_gitignore:
                ignore = ignore.entering(real, {entry.name for entry in entries})
            for entry in entries:
                name, path = entry.name, entry.path
                is_folder = entry.is_dir(follow_symlinks=False)
                if not is_folder and not _may_be_python(name):
                    if name.startswith(_TEMPORARY):
                        self.discovery.leftovers.append(os.path.join(shown, name))
                    continue
                if self.excludes(name, path) or ignore.ignores(path, is_folder):
                    continue
                below = os.path.join(shown, name)
                if is_folder:
                    pending.append((below, path, ignore))
                elif entry.is_symlink():
                    self.links.append((below, path))
                elif entry.is_file(follow_symlinks=False) and _is_python(path):
                    self.take(below, path)

    def follow_links(self) -> None:
        """Take the files behind the links found, unless they lie elsewhere."""
        for shown, path in sorted(self.links):
            try:
                mode = os.stat(path).st_mode
            except OSError as error:
                if _has_suffix(path):
                    error_at_link = FileError.of(path, error)
                    self.discovery.errors.append(FileError(shown, error_at_link.reason))
                continue
            real = os.path.realpath(path)
            if stat.S_ISDIR(mode):
                continue  # walked under its own name, if it belongs to the given paths
            if not any(real == root or real.startswith(root + os.sep) for root in self.roots):
                self.discovery.skipped.append((shown, "a link to a file outside the given paths"))
            elif stat.S_ISREG(mode) and _is_python(path):
                self.take(shown, real)


def _has_suffix(name: str) -> bool:
    return name.endswith(_SUFFIXES)


def _may_be_python(name: str) -> bool:
    return "." not in name[1:] or name.endswith(_SUFFIXES)


def _is_python(path: str) -> bool:
    """Say whether *path*, which may be Python by its name, is; a suffix-less file must say so."""
    if _has_suffix(path):
        return True
    try:
        with open(path, "rb", buffering=0) as stream:
            return _SHEBANG.match(stream.read(128)) is not None
    except OSError:
        return False  # nothing says that it is Python


class _Exclusion:
    """Compares names and paths with glob patterns, in which `*` also stands for slashes."""

    def __init__(self, selection: Selection) -> None:
        root = os.path.realpath(selection.root)
        names = [p.rstrip("/") for p in selection.exclude if "/" not in p.rstrip("/")]
        paths = [os.path.join(root, p) for p in selection.exclude if "/" in p.rstrip("/")]
        paths = [os.path.normpath(path) for path in paths]
        # `**/` may also stand for no folder at all.
        paths += [path.replace("**/", "") for path in paths if "**/" in path]
        plain = {name for name in names if not set(name) & set("*?[")}
        self._names = frozenset(plain)
        self._globs = _any_of(name for name in names if name not in plain)
        self._paths = _any_of(paths)

    def __call__(self, name: str, path: str) -> bool:
        return (
            name in self._names
            or (self._globs is not None and self._globs.match(name) is not None)
            or (self._paths is not None and self._paths.match(path) is not None)
        )


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    alternatives = "|".join(fnmatch.translate(pattern) for pattern in patterns)
    return re.compile(alternatives) if alternatives else None
