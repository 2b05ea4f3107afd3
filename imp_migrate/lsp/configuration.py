"""What pyproject.toml says about a document: the same as for `imp-migrate FILE`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..arguments import make_settings, parse_arguments
from ..options import Options
from ..run.config import ConfigError, find_config
from ..run.discovery import Selection, is_excluded


@dataclass(frozen=True)
class Settings:
    """What is to be done with a document.

    excluded: nothing is to be said about it.
    problem: what is wrong with the configuration; the rest is what held before then.
    """

    options: Options = field(default_factory=Options)
    excluded: bool = False
    problem: str = ""


def settings_for(path: str | None, folders: Sequence[str], before: Settings) -> Settings:
    """The settings for the file *path*, or for a document that is no file (None).

    folders: the workspace folders; a document that is no file belongs to the first.
    before: what held until now, and still does if the configuration makes no sense.
    Nothing is kept between calls, so that a change of pyproject.toml counts at once.
    """
    place = path or next(iter(folders), None)
    if place is None:
        return Settings()
    try:
        config = find_config([place])
    except ConfigError as error:
        return replace(before, problem=str(error))
    made = make_settings(parse_arguments([]), config)
    if path is None:
        return Settings(made.options)
    roots = [config.root] if config.path else folders
    return Settings(made.options, any(_excludes(root, path, made.selection) for root in roots))


def _excludes(root: str, path: str, selection: Selection) -> bool:
    """Say whether a run on the folder *root* would pass over *path*."""
    below = os.path.join(os.path.realpath(root), "")
    return os.path.realpath(path).startswith(below) and is_excluded(
        path, replace(selection, root=root)
    )
