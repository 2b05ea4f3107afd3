"""A LibCST codemod command around the same plan.

python -m libcst.tool codemod -x imp_migrate.codemod.MigrateImp src/
"""

from __future__ import annotations

import os
from functools import cached_property

import libcst as cst
from libcst.codemod import CodemodCommand, SkipFile

from .migration import migrate_tree
from .options import Options
from .run.config import ConfigError
from .run.surroundings import placed
from .settings import SettingsFinder
from .text.scan import mentions_imp
from .text.source import Source


class MigrateImp(CodemodCommand):
    """Replace uses of the removed module `imp` where behaviour is kept; warn about the others."""

    DESCRIPTION = "Move code off the module imp, which Python 3.12 removed."

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Migrate one module, with the settings that pyproject.toml has for it.

        Raises SkipFile when there is nothing to change, when the settings leave
        the file out or make no sense, `verify.InternalError` when the result
        would be broken.
        """
        filename = self.context.filename or "<string>"
        options = self._options(filename)
        source = Source.from_text(tree.code, filename)
        if os.path.isfile(filename) and mentions_imp(tree.code.encode("utf-8", "replace")):
            source = placed(source, filename)
        tree, migration = migrate_tree(tree, source, options)
        source = migration.source.with_text(migration.text)
        for diagnostic in migration.remaining:
            line, column = source.position(diagnostic.start)
            self.warn(f"{filename}:{line}:{column}: {diagnostic.code} {diagnostic.message}")
        if migration.helpers and options.helper_module:
            names = ", ".join(sorted(migration.helpers))
            self.warn(f"{filename}: {options.helper_module} must define {names}")
        if not migration.changed:
            raise SkipFile("nothing to rewrite")
        return tree

    @cached_property
    def _settings(self) -> SettingsFinder:
        return SettingsFinder()

    def _options(self, filename: str) -> Options:
        try:
            if reason := self._settings.exclusion(filename):
                raise SkipFile(reason)
            return self._settings.of_file(filename).options
        except ConfigError as error:
            raise SkipFile(str(error)) from None
