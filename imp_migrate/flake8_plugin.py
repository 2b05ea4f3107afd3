"""The flake8 plugin, prefix `IMP`."""

from __future__ import annotations

import ast
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from . import __version__
from .text.scan import is_candidate

if TYPE_CHECKING:
    from .model import Diagnostic


class Plugin:
    """Reports what the command line reports, from the tree that flake8 has parsed.

    `run` never raises: flake8 would stop, and every other file's results with it.
    """

    name = "imp-migrate"
    version = __version__
    manual_only = False
    noqa = True

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

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Yield line (from 1), column (from 0), text and plugin class of each diagnostic."""
        text = "".join(self.lines)
        if not is_candidate(text.encode("utf-8", "replace")):
            return
        try:
            found = list(self._diagnostics(text))
        except Exception as error:  # a bug of ours must not cost the user the whole run
            message = f"IMP904 could not be analysed: {type(error).__name__}: {error}"
            found = [(1, 0, " ".join(message.split()), type(self))]
        yield from found

    def _diagnostics(self, text: str) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        from .analysis import analyse
        from .options import Options
        from .text.source import Source

        source = Source.from_text(text, self.filename)
        plan = analyse(source, Options(noqa=self.noqa), self.tree)
        for diagnostic in plan.diagnostics:
            if self.manual_only and _is_rewritten(diagnostic):
                continue
            line, column = source.position(diagnostic.start)
            yield line, column - 1, f"{diagnostic.code} {diagnostic.message}", type(self)


def _is_rewritten(diagnostic: Diagnostic) -> bool:
    """Say whether `--write` alone deals with *diagnostic*."""
    from .model import Applicability

    return diagnostic.fix is not None and diagnostic.fix.applicability is Applicability.SAFE
