"""The settings of every file: the command line's, then those of its pyproject.toml.

All front ends ask here, so that they treat the same file the same way.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from .arguments import Settings, make_settings, parse_arguments
from .run.config import Config, Configs
from .run.discovery import Selection, exclusion, is_below


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
        return make_settings(self._arguments, config, root)

    def of_file(self, path: str) -> Settings:
        """The settings of the file *path*: those of the folder where its bytes are."""
        return self.of(os.path.dirname(os.path.realpath(path)))

    def selection(self, folder: str) -> Selection:
        """What is left out of *folder*, a real path."""
        return self.of(folder).selection

    def exclusion(self, path: str) -> str:
        """Why a walk from above passes over the file *path*; empty if it does not."""
        return exclusion(path, self.selection)
