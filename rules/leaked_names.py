"""Names that `imp` imported for itself: `imp.os`, `imp.util`, `imp.SourcelessFileLoader`.

## What it does
Replaces such a name by the module or class that it stands for, imported from
where it belongs.  `from imp import util` becomes `from importlib import util`.

## Why is this a problem
The module `imp` was removed in Python 3.12, and with it everything that could
be reached through it by accident.

## Example
```python
import imp

module = imp.importlib.import_module(name)
```

## Use instead
```python
import importlib

module = importlib.import_module(name)
```

## Fix safety
Safe: these are the same objects.

## References
- [Lib/imp.py of Python 3.11](https://github.com/python/cpython/blob/3.11/Lib/imp.py)
"""

from __future__ import annotations

from imp_migrate.meaning.catalogue import MEMBERS, Kind
from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, Example, Outcome, Rule

from .flow.shared import rename

EXAMPLES = (
    Example(
        "import imp\nm = imp.importlib.import_module('m')\n",
        "import importlib\nm = importlib.import_module('m')\n",
    ),
    Example(
        "import imp\nspec = imp.util.find_spec('m')\n",
        "import importlib.util\nspec = importlib.util.find_spec('m')\n",
    ),
    Example("import imp\nprint(imp.os.sep)\n", "import os\nprint(os.sep)\n"),
    Example(
        "from imp import util\nspec = util.find_spec('m')\n",
        "from importlib import util\nspec = util.find_spec('m')\n",
    ),
)


def check(use: Use, ctx: Context) -> Outcome:
    return rename(use, ctx, MEMBERS[use.member].replacement)


RULES = (
    Rule(
        "IMP405",
        "imp-leaked-name",
        "a name that imp imported for itself: import it from where it belongs",
        check,
        members=frozenset(m.name for m in MEMBERS.values() if m.kind is Kind.LEAKED),
        fix="always",
    ),
)
