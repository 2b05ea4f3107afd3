"""A LibCST codemod command around the same plan.

python -m libcst.tool codemod -x imp_migrate.codemod.MigrateImp src/
"""

from __future__ import annotations

import libcst as cst
from libcst.codemod import CodemodCommand, SkipFile

from .migration import migrate_source
from .text.source import Source


class MigrateImp(CodemodCommand):
    """Replace uses of the removed module `imp` where behaviour is kept; warn about the others."""

    DESCRIPTION = "Move code off the module imp, which Python 3.12 removed."

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Migrate one module.

        Raises SkipFile when there is nothing to change, `verify.InternalError`
        when the result would be broken.
        """
        filename = self.context.filename or "<string>"
        migration = migrate_source(Source.from_text(tree.code, filename))
        source = migration.source.with_text(migration.text)
        for diagnostic in migration.remaining:
            line, column = source.position(diagnostic.start)
            self.warn(f"{filename}:{line}:{column}: {diagnostic.code} {diagnostic.message}")
        if not migration.changed:
            raise SkipFile("nothing to rewrite")
        return cst.parse_module(migration.text)
