"""Puts the folder `rules` into the package, as `imp_migrate.rules`; all else is in pyproject.toml.

A mapping of packages to folders could say that, too.  But then an editable
install would be found through an import hook, which type checkers do not run;
without one it is a plain path, and a checkout finds the folder itself.
"""

from __future__ import annotations

from setuptools import setup
from setuptools.command.build_py import build_py

RULES = {"imp_migrate.rules": "rules", "imp_migrate.rules.flow": "rules/flow"}


class BuildWithRules(build_py):
    """Builds what an installation needs."""

    def run(self) -> None:
        """Copy the packages, and the rules unless the checkout itself is to be used."""
        if not self.editable_mode:
            self.packages = [*(self.packages or ()), *RULES]
            self.package_dir = {**self.package_dir, **RULES}
        super().run()


setup(cmdclass={"build_py": BuildWithRules})
