"""Which files lie around those of a run: the project that they belong to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from .config import ConfigError
from .discovery import DEFAULT_EXCLUDE, Found, Selection, Selections, discover

_NOBODYS = frozenset(DEFAULT_EXCLUDE)

#: What lies at the root of a project.
_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")


def project_root(folder: str) -> str | None:
    """The nearest folder, from *folder* upwards, that is the root of a project; None if none is.

    The home folder is none, though people keep it in git.
    """
    home = os.path.expanduser("~")
    while folder != home:
        if any(os.path.lexists(os.path.join(folder, mark)) for mark in _MARKS):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    return None


def files_around(
    found: Iterable[Found], paths: Sequence[str], selections: Selections
) -> list[Found]:
    """The Python files of the projects that *found* belong to, which a run on *paths* looks at.

    These are all files below the roots of the projects.  Where there is no such root, they
    are the files of the same folder, and of the whole package if it belongs to one.
    What cannot be read is left out.  Files that are excluded by name are part of the project
    all the same: tests that are not to be changed may patch what is.
    """
    walked = [os.path.join(os.path.realpath(path), "") for path in paths if os.path.isdir(path)]
    places: set[str] = set()
    partial: set[str] = set()
    for folder in {os.path.dirname(os.path.abspath(file.target)) for file in found}:
        root = project_root(folder)
        if root is None:
            places |= _beside(folder)
        else:
            places.add(root)
            if not _NOBODYS.issuperset(selections(os.path.realpath(root)).exclude):
                partial.add(root)
    missing = [
        place
        for place in sorted(places)
        if place in partial
        or not any(os.path.join(os.path.realpath(place), "").startswith(w) for w in walked)
    ]
    if not missing:
        return []
    return discover(missing, lambda folder: _whole(_readable(folder, selections))).files


def _readable(folder: str, selections: Selections) -> Selection:
    """The selection of *folder*, or of the nearest above whose configuration makes sense.

    A mistake in another folder of the project is no matter of this run.
    """
    try:
        return selections(folder)
    except ConfigError:
        parent = os.path.dirname(folder)
        if parent == folder:
            raise
        return _readable(parent, selections)


def _whole(selection: Selection) -> Selection:
    """*selection* without what the project itself excludes."""
    exclude = tuple(pattern for pattern in selection.exclude if pattern in _NOBODYS)
    return Selection(exclude, selection.respect_gitignore, selection.root, selection.built)


def _beside(folder: str) -> set[str]:
    """What to look at where nothing says which project the files in *folder* belong to."""
    top = folder
    while os.path.lexists(os.path.join(top, "__init__.py")):
        top = os.path.dirname(top)
    if top != folder:
        inner = os.path.relpath(folder, top).split(os.sep)[0]
        return {os.path.join(top, inner), *_modules(top)}
    return _modules(folder)


def _modules(folder: str) -> set[str]:
    try:
        with os.scandir(folder) as entries:
            return {entry.path for entry in entries if entry.name.endswith(".py")}
    except OSError:
        return set()
