"""Copies of `imp`.

## What it does
Reports a copy of the module `imp` that was taken along, and `zombie-imp` and
`imp2importlib`, which install one, in a list in Python code, as in a `setup.py`.
Requirements in other files, such as `requirements.txt` and `pyproject.toml`, are
not read: look for the two there yourself.

## Why is this a problem
The module was removed because the import system no longer works as it says.  Its
copy stands on private names of `importlib` that may go at any time, and, installed
under the name `imp`, changes what other code finds that only asks whether there is
an `imp`.

## Example
```python
from setuptools import setup

setup(name="tool", install_requires=["zombie-imp"])
```

## Use instead
```python
from setuptools import setup

setup(name="tool")
```

Run imp-migrate over the code that imports it.

## Fix safety
There is no fix.

## References
- [What's New In Python 3.12: imp](https://docs.python.org/3/whatsnew/3.12.html#imp)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from imp_migrate.lint import LintRule, Spot
from imp_migrate.meaning.importlib_uses import ImportlibUses
from imp_migrate.rule import Example

_COPY = """\
import _imp
import importlib
from importlib._bootstrap import _load
def load_source(name, pathname, file=None): ...
def load_compiled(name, pathname, file=None): ...
def find_module(name, path=None): ...
def get_suffixes(): ...
"""
EXAMPLES = (Example(_COPY), Example("install_requires = ['zombie-imp; python_version>\"3.11\"']\n"))

#: What a copy defines, and hardly anything else.
_DEFINED = frozenset(["load_source", "load_compiled", "find_module", "get_suffixes"])
_INSTALLED = re.compile(r"(?:zombie[-_.]imp|imp2importlib)\s*(?:[\[<>=!~;@ ].*)?", re.IGNORECASE)


def check(uses: ImportlibUses) -> Iterator[Spot]:
    if uses.tree.root.bindings.keys() >= _DEFINED and _is_built_on_inner_parts(uses):
        message = "this is a copy of imp; migrate the code that imports it, and delete the copy"
        yield Spot(_first_name(uses.tree.module), "imp", message)
    for string, text in uses.texts:
        if not _INSTALLED.fullmatch(text):
            continue
        if isinstance(uses.tree.parents.get(string), (ast.List, ast.Tuple, ast.Set)):
            message = f"{text} installs a copy of imp; migrate the code that imports it"
            yield Spot(string, "imp", message)


def _first_name(module: ast.Module) -> ast.alias:
    """What is imported first: the docstring, and all the code, have many lines."""
    return next(node for node in ast.walk(module) if isinstance(node, ast.alias))


def _is_built_on_inner_parts(uses: ImportlibUses) -> bool:
    return any(name == "_imp" or name.startswith("importlib._bootstrap") for name in uses.imported)


RULES = (LintRule("IMP513", "copied-imp", "a copy of imp, or what installs one", check),)
