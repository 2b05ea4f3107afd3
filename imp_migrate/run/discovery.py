"""Which files a run looks at: the given paths, walked as ruff and black walk them."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from ..text.reading import NOTEBOOK
from .config import FILE as CONFIGURATION
from .files import FileError
from .gitignore import Ignore

#: Folders that nobody wants checked: ruff's list but for the two below, `__pycache__`, and
#: Emacs' lock files (links that lead nowhere).
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
    "node_modules",
    "site-packages",
    "venv",
)

#: What building a project leaves beside the file that describes it.  Elsewhere, and if
#: it is a package, a folder with such a name holds somebody's code.
BUILT: tuple[str, ...] = ("build", "dist")
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")

_SUFFIXES = (".py", ".pyi", ".pyw", NOTEBOOK)
_TEMPORARY = ".imp-migrate-"  # `temporary` knows the rest
_SHEBANG = rb"#!.*\b(?:python|pypy)"


class Selection:
    """What a walk leaves out.

    exclude: glob patterns; one without a slash is compared with the name of every
        file and folder, one with a slash with the whole path, relative to *root*.
    respect_gitignore: also leave out what git would ignore.
    built: also leave out the folders BUILT beside a project file.
    force: leave out what *exclude* and *built* say even if it is named.
    """

    def __init__(
        self,
        exclude: tuple[str, ...] = DEFAULT_EXCLUDE,
        respect_gitignore: bool = True,
        root: str = ".",
        built: bool = True,
        force: bool = False,
    ) -> None:
        self.exclude = exclude
        self.respect_gitignore = respect_gitignore
        self.root = root
        self.built = built
        self.force = force

    @cached_property
    def leaves_out(self) -> _Exclusion:
        """What tells by which pattern a path is left out."""
        return _Exclusion(self)


#: What is left out of a folder, given by its real path.
Selections = Callable[[str], Selection]


class Found:
    """A file to look at: *path* as the user knows it, *target* where its bytes are."""

    __slots__ = ("path", "target")

    def __init__(self, path: str, target: str) -> None:
        self.path = path
        self.target = target


class Discovery:
    """What `discover` found.

    errors: what cannot be read; warnings: links that lead nowhere.
    skipped: pairs of a path and the reason.
    leftovers: temporary files of ours, of whatever process.
    """

    def __init__(self) -> None:
        self.files: list[Found] = []
        self.errors: list[FileError] = []
        self.warnings: list[FileError] = []
        self.skipped: list[tuple[str, str]] = []
        self.leftovers: list[str] = []


def discover(paths: Iterable[str], selections: Selections) -> Discovery:
    """Find the Python files in *paths*, each once, sorted by path.

    A file that is named is taken whatever it is called, unless its selection
    is to be forced.  In folders these are
    `.py`, `.pyi`, `.pyw` and `.ipynb` files, and files without a suffix whose first
    line names Python.  A link to a folder is not entered; a link to a file is taken
    if the file lies in one of *paths*.  What cannot be read is in the answer's
    errors; nothing is raised.
    """
    walk = _Walk(selections)
    folders: list[tuple[str, str]] = []
    for path in paths:
        shown = display_path(path)
        real = os.path.realpath(path)
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            walk.discovery.errors.append(FileError.of(path, error))
            continue
        is_folder = stat.S_ISDIR(mode)
        folder = real if is_folder else os.path.dirname(real)
        forced = selections(folder).force
        if forced and (reason := exclusion(path, selections) or exclusion(real, selections)):
            walk.discovery.skipped.append((shown, reason))
            continue
        walk.roots.append(real)
        if is_folder:
            folders.append((shown, real))
        else:
            walk.take(shown, real)
    for shown, real in folders:
        walk.folder("" if shown == "." else shown, real)
    walk.follow_links()
    walk.discovery.files.sort(key=lambda found: found.path)
    walk.discovery.skipped.sort()
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


def exclusion(path: str, selections: Selections) -> str:
    """Why a walk from above passes over *path*, but for git; empty if it does not.

    It starts from the outermost folder that *selections* speak of, in the same
    repository.
    """
    folder, name = os.path.split(os.path.abspath(path))
    place = os.path.join(os.path.realpath(folder), name)
    is_folder = os.path.isdir(place)
    while not (is_folder and os.path.exists(os.path.join(place, ".git"))):
        folder, name = os.path.split(place)
        selection = selections(folder)
        if folder == place or not is_below(folder, selection.root):
            break
        if pattern := selection.leaves_out(name, place, is_folder):
            return _excluded(pattern)
        place, is_folder = folder, True
    return ""


def is_below(folder: str, root: str) -> bool:
    """Say whether *folder* is the folder *root* or in it."""
    root = os.path.realpath(root)
    return folder == root or folder.startswith(os.path.join(root, ""))


def _excluded(pattern: str) -> str:
    default = " (by default)" if pattern in (*DEFAULT_EXCLUDE, *BUILT) else ""
    return f"excluded by {pattern}{default}"


class _Walk:
    """One run of `discover`."""

    def __init__(self, selections: Selections) -> None:
        self.selections = selections
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
        selection = self.selections(real)
        ignore = Ignore.above(real) if selection.respect_gitignore else Ignore()
        pending = [(shown, real, ignore, selection)]
        while pending:
            shown, real, ignore, selection = pending.pop()
            try:
                with os.scandir(real) as listing:
                    entries = list(listing)
            except OSError as error:
                self.discovery.errors.append(FileError.of(shown or real, error))
                continue
            names = {entry.name for entry in entries}
            if CONFIGURATION in names:
                selection = self.selections(real)
            if selection.respect_gitignore:
                ignore = ignore.entering(real, names)
            excludes = selection.leaves_out
            spares = excludes.spares(names)  # as almost always: so no name need be asked about
            prefix = os.path.join(shown, "")
            wanted: list[tuple[os.DirEntry[str], str, bool, bool]] = []
            for entry in entries:
                name = entry.name
                is_folder = entry.is_dir(follow_symlinks=False)
                is_source = name.endswith(_SUFFIXES)
                if not (is_source or is_folder or "." not in name[1:]):
                    if name.startswith(_TEMPORARY):
                        self.discovery.leftovers.append(prefix + name)
                elif not spares and (pattern := excludes(name, entry.path, is_folder)):
                    self.discovery.skipped.append((prefix + name, _excluded(pattern)))
                else:
                    wanted.append((entry, name + "/" if is_folder else name, is_folder, is_source))
            asked = ignore if selection.respect_gitignore else Ignore()
            here = asked.inside(real, [name for _, name, _, _ in wanted])
            ignored, taken = here.levels, self.taken
            for entry, name, is_folder, is_source in wanted:
                path = entry.path
                if ignored and (line := here.ignores(path, is_folder)):
                    where = f"{display_path(line.path)}:{line.number}"
                    reason = f"ignored by {line} in {where}"
                    self.discovery.skipped.append((prefix + entry.name, reason))
                elif is_folder:
                    pending.append((prefix + entry.name, path, ignore, selection))
                elif entry.is_file(follow_symlinks=False):
                    if path not in taken and (is_source or _is_python(path)):
                        taken.add(path)
                        self.discovery.files.append(Found(prefix + name, path))
                elif entry.is_symlink():
                    self.links.append((prefix + name, path))

    def follow_links(self) -> None:
        """Take the files behind the links found, unless they lie elsewhere."""
        for shown, path in sorted(self.links):
            try:
                mode = os.stat(path).st_mode
            except OSError as error:
                if path.endswith(_SUFFIXES):
                    at_link = FileError(shown, FileError.of(path, error).reason)
                    leads_nowhere = error.errno in (errno.ENOENT, errno.ELOOP)
                    discovery = self.discovery
                    (discovery.warnings if leads_nowhere else discovery.errors).append(at_link)
                continue
            real = os.path.realpath(path)
            if stat.S_ISDIR(mode):
                # Walked under its own name, if it belongs to the given paths.
                self.discovery.skipped.append((shown, "a link to a folder"))
                continue
            if not any(real == root or real.startswith(root + os.sep) for root in self.roots):
                self.discovery.skipped.append((shown, "a link to a file outside the given paths"))
            elif real.endswith(_SUFFIXES) and real not in self.taken:
                reason = "a link to a file that is excluded or ignored"  # for the walk came by
                self.discovery.skipped.append((shown, reason))
            elif stat.S_ISREG(mode) and _is_python(path):
                self.take(shown, real)


def _is_python(path: str) -> bool:
    """Say whether *path*, which may be Python by its name, is; a suffix-less file must say so."""
    if path.endswith(_SUFFIXES):
        return True
    try:
        with open(path, "rb", buffering=0) as stream:
            return re.match(_SHEBANG, stream.read(128)) is not None
    except OSError:
        return False  # nothing says that it is Python


class _Exclusion:
    """Compares names and paths with glob patterns, in which `*` also stands for slashes."""

    def __init__(self, selection: Selection) -> None:
        self._names = {p: p for p in selection.exclude if not set(p) & set("*?[{/")}
        # Those that nothing but a star follows need no regular expression.
        beginnings = {p[:-1]: p for p in selection.exclude if not set(p[:-1] or "*") & set("*?[{/")}
        self._beginnings = {b: p for b, p in beginnings.items() if p.endswith("*")}
        self._any_beginning = tuple(self._beginnings)
        others = (*self._names, *self._beginnings.values())
        self._globs = _globs([p for p in selection.exclude if p not in others], selection.root)
        # One expression for all: most names match none.
        globs = "|".join(expression for _, expression in self._globs)
        self._any = re.compile(globs) if globs else None
        self._built = BUILT if selection.built else ()

    def spares(self, names: set[str]) -> bool:
        """Say whether it leaves out nothing that has one of *names*: asked once about all."""
        if self._any is not None or not names.isdisjoint((*self._names, *self._built)):
            return False
        joined = "/".join(["", *names])
        return not any(f"/{beginning}" in joined for beginning in self._any_beginning)

    def __call__(self, name: str, path: str, is_folder: bool) -> str:
        """The pattern that leaves out *path*, a real path that ends in *name*; else nothing."""
        if name in self._names:
            return name
        if name.startswith(self._any_beginning):
            return next(p for b, p in self._beginnings.items() if name.startswith(b))
        if self._any is not None and (self._any.match(name) or self._any.match(path)):
            found = (p for p, e in self._globs if re.match(e, path if "/" in p else name))
            return next(found, "")
        if is_folder and name in self._built and _is_output(path):
            return name
        return ""


def _globs(patterns: list[str], root: str) -> list[tuple[str, str]]:
    """*patterns*, each with the regular expression for it."""
    root = os.path.realpath(root) if patterns else root
    # As ruff has it: a slash, be it the last character, makes a pattern a path.
    return [(p, _glob(p if "/" not in p else os.path.join(root, p))) for p in patterns]


def _is_output(folder: str) -> bool:
    """Say whether *folder* is where a build puts its results."""
    parent = os.path.dirname(folder)
    return any(os.path.exists(os.path.join(parent, name)) for name in _PROJECT_FILES) and (
        not os.path.exists(os.path.join(folder, "__init__.py"))
    )


def _glob(pattern: str) -> str:
    """The regular expression for *pattern*, which may offer alternatives: `{a,b}`."""
    import fnmatch  # few have such patterns

    alternatives: set[str] = set()
    for plain in _alternatives(pattern):
        path = os.path.normpath(plain) if "/" in plain else plain
        # `**/` may also stand for no folder at all.
        alternatives |= {fnmatch.translate(path), fnmatch.translate(path.replace("**/", ""))}
    return "|".join(sorted(alternatives))


def _alternatives(pattern: str) -> Iterator[str]:
    match = re.fullmatch(r"(.*)\{([^{}]*)\}(.*)", pattern, re.DOTALL)
    if match is None:
        yield pattern
        return
    before, inside, after = match.groups()
    for part in inside.split(","):
        yield from _alternatives(before + part + after)
