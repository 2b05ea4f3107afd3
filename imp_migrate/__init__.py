"""Move Python code off the module `imp`, which Python 3.12 removed.

`migrate` is the library's front door; the command line, the flake8 plugin and
the language server share the analysis behind it.
"""

from __future__ import annotations

import sys

# `python -m imp_migrate` looks for modules in the current folder first, which may hold an
# ast.py of somebody else's.  (While the package is being imported for -m, argv[0] is "-m".)
if sys.argv[:1] == ["-m"] and not getattr(sys.flags, "safe_path", sys.flags.isolated):
    if sys.orig_argv[-len(sys.argv)].removeprefix("-m").partition(".")[0] == __name__:
        del sys.path[0]

__version__ = "0.1.0"
__all__ = ["Migration", "Options", "__version__", "migrate"]

TYPE_CHECKING = (
    False  # without `typing`, which takes as long to import as all that a clean tree needs
)
if TYPE_CHECKING:
    from typing import Any

    from .migration import Migration
    from .options import Options


def migrate(
    source: str, *, filename: str = "<string>", options: Options | None = None
) -> Migration:
    """Migrate *source*, the text of one module.

    filename: only for messages, and to recognise a package's `__init__.py`.
    options: what to apply; by default every safe fix, for Python 3.8 and later.

    Returns a Migration, with the new text, what was fixed and what is left.
    Raises `imp_migrate.transform.verify.InternalError` if the result would be broken.
    """
    from .migration import migrate_source
    from .text.source import Source

    return migrate_source(Source.from_text(source, filename), options)


def __getattr__(name: str) -> Any:
    # Importing the package must stay cheap: most files never mention imp.
    if name == "Options":
        from .options import Options

        return Options
    if name == "Migration":
        from .migration import Migration

        return Migration
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
