"""What kind of module is at a path: the successors of comparing a type code."""

from __future__ import annotations

import re
from collections.abc import Collection

from imp_migrate.meaning.uses import Use
from imp_migrate.rule import Context, FixBuilder, once

from .demand import Test

_SUFFIXES = {
    "PY_SOURCE": "SOURCE_SUFFIXES",
    "PY_COMPILED": "BYTECODE_SUFFIXES",
    "C_EXTENSION": "EXTENSION_SUFFIXES",
}
_WITHOUT_PATH = {"C_BUILTIN", "PY_FROZEN"}


@once
def stays(ctx: Context) -> bool:
    """Say whether a relative path goes on leading to what was found there.

    It does not where this module changes the current directory.
    """
    named = ctx.tree.imported_names | ctx.tree.attribute_names | ctx.tree.names
    return named.isdisjoint(("chdir", "fchdir"))


def path_test(
    fix: FixBuilder, use: Use, path: str, members: Collection[str], given: bool
) -> str | None:
    """The expression that says whether the module at *path* is of one of the kinds *members*.

    given: whether *path* is never None, as it is for what is built in or frozen.
    None if a path does not tell these kinds from others.
    """
    anywhere = set(members) & _WITHOUT_PATH
    if anywhere not in (set(), _WITHOUT_PATH):
        return None
    tests: list[str] = []
    if "PKG_DIRECTORY" in members:
        if not stays(fix.context):
            return None
        tests.append(f"{fix.name('os.path.isdir', use)}({path})")
    suffixes = [
        fix.name(f"importlib.machinery.{name}", use)
        for member, name in _SUFFIXES.items()
        if member in members
    ]
    if len(suffixes) == 1:
        tests.append(f"{path}.endswith(tuple({suffixes[0]}))")
    elif suffixes:
        tests.append(f"{path}.endswith(({', '.join('*' + name for name in suffixes)}))")
    if not tests:
        return f"{path} is None" if anywhere and not given else None
    if given:
        return " or ".join(tests)
    if anywhere:
        return " or ".join([f"{path} is None", *tests])
    text = " or ".join(tests)
    return f"{path} is not None and {f'({text})' if len(tests) > 1 else text}"


def file_test(fix: FixBuilder, use: Use, path: str, absent: bool, given: bool) -> str:
    """The expression that says whether there is a file to open at *path*, or that there is none."""
    text = f"{fix.name('os.path.isfile', use)}({path})"
    if absent:
        return f"not {text}" if given else f"{path} is None or not {text}"
    return text if given else f"{path} is not None and {text}"


def put_test(fix: FixBuilder, test: Test, text: str) -> None:
    """Put *text*, or its opposite, in place of a comparison."""
    fix.replace(test.node, opposite(text) if test.negative else text)


def opposite(text: str) -> str:
    """The condition that is true where *text* is not."""
    comparison = re.fullmatch(r"(\S+) is (not )?(\S+)", text)
    if comparison:
        left, no, right = comparison.groups()
        return f"{left} is {'' if no else 'not '}{right}"
    both = re.fullmatch(r"(\S+) is not None and ([^ ]+\(.*\))", text)
    if both:
        return f"{both[1]} is None or not {both[2]}"
    return f"not ({text})" if " " in text else f"not {text}"
