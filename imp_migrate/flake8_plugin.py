"""The flake8 plugin, prefix `IMP`."""

from __future__ import annotations

import ast
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import __version__
from .text.scan import is_relevant

if TYPE_CHECKING:
    from .model import Diagnostic
    from .options import Options
    from .settings import SettingsFinder


class Plugin:
    """Reports what the command line reports, from the tree that flake8 has parsed.

    Its settings are those of `[tool.imp-migrate]` for the same file, but for
    `--disable-noqa` and `--imp-manual-only`, which are flake8's.

    `run` never raises: flake8 would stop, and every other file's results with it.
    """

    name = "imp-migrate"
    version = __version__
    manual_only = False
    noqa = True
    _finder: SettingsFinder | None = None

    def __init__(self, tree: ast.Module, lines: Sequence[str], filename: str = "stdin") -> None:
        self.tree = tree
        self.lines = lines
        self.filename = filename

    @staticmethod
    def add_options(manager: Any) -> None:
        """Register the options of the plugin with flake8's option manager."""
        manager.add_option(
            "--imp-manual-only",
            action="store_true",
            default=False,
            parse_from_config=True,
            help="Report only the uses of imp that imp-migrate --write cannot rewrite safely.",
        )

    @classmethod
    def parse_options(cls, options: Namespace) -> None:
        """Take over the options that flake8 has read."""
        cls.manual_only = options.imp_manual_only
        cls.noqa = not options.disable_noqa
        cls._finder = None

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Yield line (from 1), column (from 0), text and plugin class of each diagnostic."""
        text = "".join(self.lines)
        if not is_relevant(text.encode("utf-8", "replace")):
            return
        from .run.config import ConfigError

        try:
            found = list(self._diagnostics(text))
        except ConfigError as error:
            found = [(1, 0, f"IMP904 could not be analysed: {error}", type(self))]
        except Exception as error:  # a bug of ours must not cost the user the whole run
            message = f"IMP904 could not be analysed: {type(error).__name__}: {error}"
            found = [(1, 0, " ".join(message.split()), type(self))]
        yield from found

    def _diagnostics(self, text: str) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        from .analysis import analyse
        from .run.vicinity import vicinity
        from .text.source import Source

        finder = self._settings()
        if finder.exclusion(self.filename):
            return
        options = replace(finder.of_file(self.filename).options, noqa=self.noqa)
        around = vicinity(self.filename, text.encode("utf-8", "replace"))
        source = replace(Source.from_text(text, self.filename), vicinity=around)
        for diagnostic in analyse(source, options, self.tree).diagnostics:
            if self.manual_only and _is_rewritten(diagnostic, options):
                continue
            line, column = source.position(diagnostic.start)
            yield line, column - 1, f"{diagnostic.code} {diagnostic.message}", type(self)

    @classmethod
    def _settings(cls) -> SettingsFinder:
        """The finder that all files of this process share."""
        if cls._finder is None:
            from .settings import SettingsFinder

            cls._finder = SettingsFinder()
        return cls._finder


def _is_rewritten(diagnostic: Diagnostic, options: Options) -> bool:
    """Say whether `--write` alone deals with *diagnostic*."""
    from .model import Applicability

    fix, unsafe = diagnostic.fix, Applicability.UNSAFE
    allowed = {Applicability.SAFE, *([unsafe] if options.unsafe_fixes else [])}
    return fix is not None and fix.applicability in allowed
