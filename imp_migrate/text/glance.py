"""What the bytes of a file say of its dealings with other files: too much rather than too little.

Everything here takes time that is linear in the size of the file: no expression runs
over what another match of it begins with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = re.compile(rb"[\w\x80-\xff]+")
_FROM = re.compile(rb"\bfrom\b")
_MODULE = re.compile(rb"\s*([.\w\x80-\xff]+)\s*\bimport\b\s*")
_PLAIN = re.compile(rb"^[ \t]*import\b([^\n;#]*)", re.MULTILINE)
_DOTTED = re.compile(rb"[\w.\x80-\xff]+")
_STAR = re.compile(rb"import[ \t\\\r\n]*\*")
_RELATIVE = re.compile(rb"from[ \t\\]*\.")
_RENAMED = re.compile(rb"imp[ \t\\]+as[ \t\\]+(\w+)")
_ASSIGNED = re.compile(
    rb"""\b(\w+)[ \t]*=[ \t]*(?:\w+\.)?(?:__import__|import_module)\([\w \t=]*['"]imp['"]"""
)
_ALIASED = re.compile(rb"\b(\w+)[ \t]*=[ \t]*imp[ \t]*(?=[\r\n;#]|$)")
_ANY_FILE = re.compile(
    rb"""\bf_globals\b|(?:from|import)[ \t\\]+__main__\b|,[ \t]*__main__\b|\(["']__main__["']"""
    rb"""|\[["']__main__["']\]"""
)
_REACHED = re.compile(rb"""[.'"][ \t]*imp\b""")
_KEYWORD = re.compile(rb"[(,]\s*imp[ \t]*=")
_WHOLE = re.compile(rb"\b(?:vars|dir)\(|__dict__|f_globals")
_STORED = re.compile(rb"imp\.\w+[ \t]*=")
_TARGET = re.compile(rb"""['"](?:[\w.]*\.)?imp\.\w""")
_PART = re.compile(rb"\.(?:util|machinery)\b")
_BY_NAME = re.compile(rb"""\b(?:import_module|__import__)\([ \t]*['"]([.A-Za-z_][\w.]*)['"]""")
_BARE = re.compile(rb"import[ \t\\]+importlib\b(?!\.)|,[ \t]*importlib\b(?!\.)")
_STIRS = re.compile(
    rb"(?:\.|import[ \t(]+(?:\w+[ \t]*,[ \t]*)*)path(?:[ \t]*[.+\[=]|_hooks|_importer|$|[ \t]*,)"
    rb"|\bmeta_path|\b__path__|sys[ \t]*\.[ \t]*modules|syspath_prepend|addsitedir|[\"']sys\.\w"
    rb"|from[ \t]+sys[ \t]+import|sys,[ \t]*[\"']\w",
    re.MULTILINE,
)
_MAKES = re.compile(
    rb"\b(?:f?chdir|mkdir|makedirs|mkdtemp|TemporaryDirectory|copytree|move|renames?|symlink(?:_to)?"
    rb"|os\.replace|extract(?:all)?|unpack_archive|subprocess|create_subprocess_\w+|system|popen"
    rb"|Popen|spawn\w*|exec[lv]\w*|pip|easy_install)\b"
)
_PATCHING = frozenset(("patch", "multiple", "setattr", "delattr", "setitem", "swap_attr"))


def words(data: bytes) -> set[str]:
    """Every word in *data*."""
    return {word.decode("utf-8", "replace") for word in set(_WORD.findall(data))}


def may_give(data: bytes) -> set[str]:
    """The names that the module, which mentions `imp`, may have from there; "*" for all of it."""
    names = {"imp"}
    names.update(match.decode() for match in _RENAMED.findall(data))
    if b"import_module(" in data or b"__import__(" in data:
        names.update(match.decode() for match in _ASSIGNED.findall(data))
    names.update(match.decode() for match in _ALIASED.findall(data))
    for module, what in _from_imports(data):
        if module == b"imp":
            names |= {"*"} if b"*" in what else words(what)
    return names


def may_take_imp(data: bytes) -> bool:
    """Say whether the module may take something that is called `imp` from another one."""
    if any(form.search(data) is not None for form in (_REACHED, _KEYWORD, _WHOLE)):
        return True
    return any(
        module != b"imp" and b"imp" in _WORD.findall(what) for module, what in _from_imports(data)
    )


def may_replace_members(data: bytes, found: set[str]) -> bool:
    """Say whether the module, with the words *found*, may put something into `imp` itself."""
    return "imp" in found and (
        not _PATCHING.isdisjoint(found)
        or _STORED.search(data) is not None
        or _TARGET.search(data) is not None
        or not found.isdisjoint(("modules", "meta_path", "__import__"))
    )


def may_lean(data: bytes) -> bool:
    """Say whether the module may use a part of importlib that only others have imported."""
    if b"importlib" not in data or _PART.search(data) is None:
        return False
    return _BARE.search(data) is not None


def may_reach_any(data: bytes) -> bool:
    """Say whether the module may reach for what the program has, or whoever calls it."""
    return (b"__main__" in data or b"f_globals" in data) and _ANY_FILE.search(data) is not None


def may_stir(data: bytes) -> bool:
    """Say whether the module may change what the import system looks at."""
    return _STIRS.search(data) is not None


def may_make_folders(data: bytes) -> bool:
    """Say whether the module may make or move folders, change into one, or let others do so."""
    return _MAKES.search(data) is not None


def has_star(data: bytes) -> bool:
    """Say whether the module may have any name of another one: by a star, or by `__getattr__`."""
    return _STAR.search(data) is not None or b"\ndef __getattr__" in data


def has_relative(data: bytes) -> bool:
    """Say whether the module has a relative import."""
    return _RELATIVE.search(data) is not None


def imported(data: bytes) -> set[str]:
    """The modules that the module may import, as it names them."""
    found: set[str] = set()
    for module, what in _from_imports(data):
        name = module.decode("utf-8", "replace")
        dot = "" if name.endswith(".") else "."
        found.add(name)
        found.update(f"{name}{dot}{word}" for word in words(what))
    if b"import_module" in data or b"__import__" in data:
        found.update(name.decode("ascii") for name in _BY_NAME.findall(data))
    for line in _PLAIN.findall(data):
        found.update(word.decode("utf-8", "replace") for word in _DOTTED.findall(line))
    return found


def _from_imports(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The module that each `from … import` names, and all that it takes from there."""
    for piece in _FROM.split(data)[1:]:
        match = _MODULE.match(piece)
        if match is None:
            continue
        rest = piece[match.end() :]
        if rest.startswith(b"("):
            yield match[1], rest.partition(b")")[0]
        else:
            lines = rest.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ")
            yield match[1], re.split(rb"[\r\n;#]", lines, maxsplit=1)[0]
