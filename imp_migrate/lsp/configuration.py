"""What pyproject.toml says about a document: the same as for `imp-migrate FILE`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..options import Options
from ..run.config import ConfigError, common_folder
from ..settings import SettingsFinder


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
    finder = SettingsFinder(roots=folders)
    try:
        if path is None:
            return Settings(finder.of(common_folder([place])).options)
        return Settings(finder.of_file(path).options, bool(finder.exclusion(path)))
    except ConfigError as error:
        return replace(before, problem=str(error))
