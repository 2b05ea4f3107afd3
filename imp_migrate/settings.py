"""The settings of every file: the command line's, then those of its pyproject.toml.

All front ends ask here, so that they treat the same file the same way.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from functools import cached_property

from .arguments import parse_arguments
from .report.formats import SHOWS_EDITS
from .run.config import Config, ConfigError, Configs
from .run.discovery import DEFAULT_EXCLUDE, Selection, exclusion, is_below
from .run.mode import Mode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .options import Options


class Settings:
    """What a run is asked to do: the command line and the configuration; the former wins.

    root: the folder that patterns start from, if not that of the configuration.
    """

    def __init__(
        self, arguments: argparse.Namespace, config: Config, root: str | None = None
    ) -> None:
        self._arguments = arguments
        self._config = config
        self._root = root or config.root

    def _chosen(self, name: str, default: Any = None) -> Any:
        given = getattr(self._arguments, name)
        if given is not None:
            return given
        return self._config.settings.get(name.replace("_", "-"), default)

    def _codes(self, name: str) -> tuple[str, ...]:
        """The codes that *name* lists; ConfigError for one that no rule has: it would do nothing."""
        codes: tuple[str, ...] = self._chosen(name, ())
        if codes:
            from .registry import rules

            own = getattr(self._arguments, name) is None
            where = f"{self._config.path}: {name}: " if own else ""
            for code in codes:
                if not any(known.startswith(code) for known in rules()):
                    message = f"no rule has a code that begins with {code} (see --list-rules)"
                    raise ConfigError(where + message)
        return codes

    @cached_property
    def options(self) -> Options:
        """How the files are analysed.

        Raises ConfigError for codes that no rule has.
        """
        from .options import Options  # a clean tree has nothing to analyse
        from .targets import TARGET_VERSIONS

        oldest = max(self._config.requires_python or Options.target_version, TARGET_VERSIONS[0])
        return Options(
            target_version=self._chosen("target_version", oldest),
            unsafe_fixes=self._chosen("unsafe_fixes", False),
            helpers=not self._chosen("no_helpers", False),
            helper_module=self._config.settings.get("helper-module"),
            drop_guards=self._chosen("drop_guards", False),
            select=self._codes("select"),
            ignore=self._codes("ignore"),
        )

    @cached_property
    def selection(self) -> Selection:
        """Which files are looked at."""
        exclude = self._chosen("exclude", DEFAULT_EXCLUDE)
        extra = self._config.settings.get("extend-exclude", ())
        return Selection(
            tuple(dict.fromkeys((*exclude, *extra, *(self._arguments.extend_exclude or ())))),
            not self._chosen("no_respect_gitignore", False),
            self._root,
            exclude is DEFAULT_EXCLUDE,
            self._chosen("force_exclude", False),
        )

    @property
    def mode(self) -> Mode:
        """What is done with the fixes."""
        if self._arguments.write:
            return Mode.WRITE
        return Mode.DIFF if self._arguments.diff else Mode.CHECK

    @property
    def output_format(self) -> str:
        """One of `report.formats.SHOWS_EDITS`."""
        name: str = self._chosen("output_format", "text")
        return name

    @property
    def statistics(self) -> bool:
        """Whether tables are asked for."""
        wanted: bool = self._chosen("statistics", False)
        return wanted

    @property
    def report(self) -> str | None:
        """Where a page for review goes."""
        path: str | None = self._arguments.report
        return path

    @property
    def edits(self) -> bool:
        """Whether a report shows the edits of fixes, so that these must be worked out."""
        return SHOWS_EDITS[self.output_format] or self.report is not None


class SettingsFinder:
    """Finds the settings of files and folders; every pyproject.toml is read once.

    arguments: what the command line says; by default nothing.
    roots: the folders that the patterns of `exclude` start from where there is no
        configuration; by default the current one.

    Everything here raises ConfigError, with the name of the file, if one makes no sense.
    """

    def __init__(
        self, arguments: argparse.Namespace | None = None, roots: Sequence[str] = ()
    ) -> None:
        self._arguments = arguments or parse_arguments([])
        self._roots = [os.path.realpath(root) for root in roots] or [os.getcwd()]
        self._configs = Configs()

    def config(self, folder: str) -> Config:
        """The configuration of *folder*, a real path."""
        return self._configs.of(folder)

    def of(self, folder: str) -> Settings:
        """The settings of what is in *folder*, a real path."""
        config = self.config(folder)
        root = config.root
        if config.path is None:
            root = next((r for r in self._roots if is_below(folder, r)), self._roots[0])
        return Settings(self._arguments, config, root)

    def of_file(self, path: str) -> Settings:
        """The settings of the file *path*: those of the folder where its bytes are."""
        return self.of(os.path.dirname(os.path.realpath(path)))

    def selection(self, folder: str) -> Selection:
        """What is left out of *folder*, a real path."""
        return self.of(folder).selection

    def exclusion(self, path: str) -> str:
        """Why a walk from above passes over the file *path*; empty if it does not."""
        return exclusion(path, self.selection)
