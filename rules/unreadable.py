"""Files that mention `imp` and could not be analysed.

## What it does
Reports a file that does not parse (IMP901), whose bytes are not text in the
encoding that it declares (IMP902), that is written for a newer Python than
the one that runs imp-migrate (IMP903), or that could not be analysed for
another reason, such as code that nests too deeply, more than four million characters,
or a notebook that nbformat does not find valid (IMP904).

## Why is this a problem
Nothing in such a file was checked, so that uses of `imp` may be left in it.

## Example
```python
import imp
print "Python 2"
```

## Use instead
Convert the file to Python 3, or run imp-migrate with a newer Python.

## Fix safety
There is no fix; the file is left as it is.

## References
- [Porting Python 2 code](https://docs.python.org/3/howto/pyporting.html)
"""

from __future__ import annotations

from imp_migrate.rule import Example, Rule

EXAMPLES = (Example("import imp\nprint 'x'\n"),)

RULES: tuple[Rule, ...] = ()

DESCRIBED = (
    ("IMP901", "syntax-error", "a file that mentions imp does not parse", "never"),
    ("IMP902", "undecodable", "a file is not text in its encoding", "never"),
    ("IMP903", "newer-python", "a file needs a newer Python to be read", "never"),
    ("IMP904", "not-analysed", "a file could not be analysed", "never"),
)
