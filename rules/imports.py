"""The imports of `imp` themselves.

## What it does
Reports every statement that imports `imp` or something from it (IMP401), star
imports (IMP402) and assignments such as `imp = __import__("imp")` (IMP403).
The statement goes, in the place where it stands, when all that used it has
been rewritten; what the new code needs takes its place.  As long as a use
needs a person, the import stays.  `del imp` goes with it.

## Why is this a problem
The module `imp` was removed in Python 3.12: the import raises
ModuleNotFoundError there.

## Example
```python
import os, imp, sys

imp.reload(settings)
```

## Use instead
```python
import os, importlib, sys

importlib.reload(settings)
```

## Fix safety
As safe as the fixes of the uses.  An import that nothing in the file uses is
removed; in an `__init__.py`, in a module that is named like a compatibility
shim, and where a `noqa` comment says that it is there on purpose, that is
unsafe, because another module may take `imp` from this one.  A name that
`from imp import` bound and that has a successor with the same meaning
(`reload`, `cache_from_source`, the constants, …) stays bound.

Where another file takes from this module what it has from `imp` (`from compat
import imp`, `compat.load_source`, by a star import, through a third file), the
import stays, and both files are reported (IMP408).  Where a file, such as a test,
puts something else in its place (`mock.patch("app.imp")`, `app.load_source = fake`),
the uses of it stay as well (IMP407).  Looked at are all files of the project, up
to the nearest folder with a `pyproject.toml`, `setup.py`, `setup.cfg` or a
repository, whichever files were named; without such a folder those beside the
file, and its package.  flake8 sees one file only.  Who takes a module's names in
ways that only show when the program runs has to be found by a person.

New imports of a module that another one takes everything from, by a star import,
begin with an underscore where that one has something else under the name.

An import that a doctest of the module uses stays (IMP414).

`import imp` also imported `importlib.util` and `importlib.machinery`: where
the file uses these without importing them, the import is added.

Comments on a line that goes stay, on a line of their own, unless they are only
meant for a tool (`# noqa`, `# type: ignore`, …).

## References
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

from imp_migrate.rule import Example, Rule

EXAMPLES = (
    Example("import imp\nimport os\n", "import os\n"),
    Example("try:\n    import importlib.util\nexcept ImportError:\n    import imp\n"),
    Example(
        "import os, imp, sys\nimp.reload(m)\n", "import os, importlib, sys\nimportlib.reload(m)\n"
    ),
)

RULES: tuple[Rule, ...] = ()

#: Decided by the analysis, after all uses: (code, name, summary, fix).
DESCRIBED = (
    ("IMP401", "import-imp", "an import of imp", "sometimes"),
    ("IMP402", "import-star-from-imp", "a star import from imp", "sometimes"),
    ("IMP403", "dynamic-import-of-imp", "a dynamic import of imp", "sometimes"),
)
