"""What lies on the disk around a file: a module called `imp`, circular imports, flags."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..text.source import Vicinity
from . import files

if TYPE_CHECKING:
    from ..meaning.contents import Contents

# A list that nothing closes goes on to the end: to look for its end once is enough.
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*|[^\n#;]*)|import[ \t]+([^\n#;]+))",
    re.MULTILINE,
)
_TEXT = re.compile(rb"""["']([\w./\\-]+)["']""")
_BINDS_IMP = re.compile(
    rb"^[ \t]*(?:from\b.*)?\bimport\b[^\n]*\bimp\b|import[ \t]*\*", re.MULTILINE
)

_STAR = re.compile(rb"^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]*\*", re.MULTILINE)
_BINDS = re.compile(
    rb"^(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)?([A-Za-z]\w*)[ \t]*[(=:]|\bas[ \t]+([A-Za-z]\w*)"
    rb"|^from\b(?![ \t]+imp\b)[^\n]*\bimport[ \t]+\(?([^\n)]*)",
    re.MULTILINE,
)

_QUOTED = re.compile(rb"[\"']([\w\s]+)[\"']")

_FLAG = re.compile(rb"\b_?(?:IS_?|is_?)?(?:PY|Py|py|PYTHON|Python|python)_?[23]\w{0,7}\b")

# What is imported from imp, or as imp.
_FROM_IMP = re.compile(
    rb"\bfrom[ \t]+imp[ \t]+import[ \t]*(\([^)]*|[^\n#;]*)|\bimport[ \t]+([^\n#;]*\bimp\b[^\n#;]*)"
)
_LOCAL = re.compile(rb"(?:\w+[ \t]+as[ \t]+)?(\w+)")

# So many files are asked, one after the other, where they have a flag from.
_MOST_ASKED = 4

# More files than that are not followed to find out whether an import is circular.
_MOST_FILES = 200


def vicinity(target: str, data: bytes) -> Vicinity:
    """What is around the file *target*, which holds *data*; nothing if that cannot be read."""
    target = os.path.abspath(target)
    named = _imported(data)
    known: dict[str, list[str]] = {}
    return Vicinity(
        # The folder of a program comes first on `sys.path`, and so does that around a package.
        own=_imp_in(_top(target)),
        rival=_rival_imp(target, data),
        circular=frozenset(n for n in named if _leads_back(n, target, known)),
        foreign=frozenset(_foreign(named, target)) if b".imp" in data else frozenset(),
        starred=frozenset(_starred(data, target)),
        misleading=_misleading(data, target),
        contents=dict(_contents(data, target)),
        submodules=frozenset(_submodules(target)),
    )


def _submodules(target: str) -> Iterator[str]:
    """What the package has beside *target*, its `__init__.py`: to import it sets a name there."""
    folder, name = os.path.split(target)
    if name.partition(".")[0] == "__init__":
        with contextlib.suppress(OSError):
            yield from (entry.partition(".")[0] for entry in os.listdir(folder))


def _rival_imp(target: str, data: bytes) -> str:
    """Such a file in a folder that the program may put on `sys.path` itself."""
    if b"sys.path" not in data and b"site.addsitedir" not in data:
        return ""
    folders = {os.path.dirname(target), _top(target)}
    for name in dict.fromkeys(_TEXT.findall(data)):
        for folder in folders:
            found = _imp_in(os.path.join(folder, os.fsdecode(name)))
            if found:
                return found
    return ""


def _imp_in(folder: str) -> str:
    for name in ("imp.py", os.path.join("imp", "__init__.py")):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return os.path.relpath(path)
    return ""


def _top(target: str) -> str:
    """The folder of *target*, or that around the package it belongs to."""
    folder = os.path.dirname(target)
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder = os.path.dirname(folder)
    return folder


def _imported(data: bytes) -> set[str]:
    """The modules that *data* imports, as it names them; some may be names in a module."""
    found: set[str] = set()
    for module, names, modules in _IMPORT.findall(data):
        if module:
            found.add(module.decode("ascii", "replace"))
            base = module.decode("ascii", "replace")
            for name in re.findall(r"(\w+)(?:\s+as\s+\w+)?", names.decode("ascii", "replace")):
                found.add(f"{base}{'' if base.endswith('.') else '.'}{name}")
        for item in modules.decode("ascii", "replace").split(","):
            if item.split():
                found.add(item.split()[0])
    return found


def _file_of(name: str, target: str) -> str:
    """The file of the module that the file *target* names so, if it lies around."""
    bare = name.lstrip(".")
    level = len(name) - len(bare)
    parts = bare.split(".") if bare else []
    folder = os.path.dirname(target)
    bases = [os.path.join(folder, *[".."] * (level - 1))] if level else [folder, _top(target)]
    for base in bases:
        path = os.path.normpath(os.path.join(base, *parts))
        for candidate in (f"{path}.py" if parts else "", os.path.join(path, "__init__.py")):
            if candidate and os.path.isfile(candidate):
                return candidate
    return ""


def _leads_back(name: str, target: str, known: dict[str, list[str]]) -> bool:
    """Say whether importing *name* may import the file *target* again.

    known: which files each file imports, as far as somebody has asked; each is read once.
    """
    pending, seen = [_file_of(name, target)], {""}
    while pending and len(seen) < _MOST_FILES:
        path = pending.pop()
        if path == target:
            return True
        # The packages around the file are being imported already.
        if path in seen or target.startswith(path.removesuffix("__init__.py") + os.sep):
            continue
        seen.add(path)
        if path not in known:
            known[path] = [_file_of(other, path) for other in _imported(_read(path))]
        pending += known[path]
    return False


def _read(path: str) -> bytes:
    try:
        return files.read(path)
    except files.FileError:
        return b""


def _foreign(named: set[str], target: str) -> Iterator[str]:
    """The modules, or names in modules, around whose attribute `imp` is not the library's."""
    for name in named:
        if path := _file_of(name, target):
            own = os.path.basename(path) == "__init__.py" and _imp_in(os.path.dirname(path))
            inside = _read(path)
            if own or not (_BINDS_IMP.search(inside) or b"def __getattr__" in inside):
                yield name
        elif _file_of(name.rpartition(".")[0], target):
            yield name  # an object


def _starred(data: bytes, target: str) -> Iterator[str]:
    """The names that star imports of files around bring, and what these have so themselves."""
    pending = [_file_of(m.decode("ascii", "replace"), target) for m in _STAR.findall(data)]
    seen = {"", target}
    while pending and len(seen) < _MOST_FILES:
        path = pending.pop()
        if path in seen:
            continue
        seen.add(path)
        inside = _read(path)
        listed = set(b" ".join(_QUOTED.findall(inside)).split()) if b"__all__" in inside else None
        for name, alias, several in _BINDS.findall(inside):
            for found in (name, alias, *re.findall(rb"\w+", several)):
                if found and (listed is None or found in listed):
                    yield found.decode("ascii", "replace")
        pending += [_file_of(m.decode("ascii", "replace"), path) for m in _STAR.findall(inside)]


def _contents(data: bytes, target: str) -> Iterator[tuple[str, frozenset[str]]]:
    """What the modules have that *data* may import in the place of `imp`, or of names in it."""
    from_imp = b",".join(b",".join(parts) for parts in _FROM_IMP.findall(data))
    wanted = set(_LOCAL.findall(from_imp))
    for module, names, modules in _IMPORT.findall(data) if wanted else ():
        if module == b"imp" or not wanted & set(_LOCAL.findall(names + b"," + modules)):
            continue
        for name in sorted(
            _imported(b"from %s import %s" % (module, names) if module else b"import " + modules)
        ):
            if path := _file_of(name, target):
                known = contents_of(path)
                if known is not None:
                    yield name, known.names
                    dot = "" if name.endswith(".") else "."
                    yield from ((f"{name}{dot}{inner}", n) for inner, n in known.inner.items())


def contents_of(path: str) -> Contents | None:
    """What the module in the file *path* has, if that is all known."""
    from ..meaning.contents import Contents, contents
    from ..text.source import Source

    found: set[str] = set()
    inner: dict[str, frozenset[str]] = {}
    pending, seen = [path], set[str]()
    while pending:
        place = pending.pop()
        if place in seen:
            continue
        seen.add(place)
        known = None
        with contextlib.suppress(Exception):  # to be reported when it is the file's turn
            known = contents(Source.from_bytes(_read(place)).text) if place else None
        if known is None or len(seen) > _MOST_ASKED:
            return None
        found |= known.names
        inner.update(known.inner)
        pending += [_file_of(star, place) for star in known.stars]
        if os.path.basename(place) == "__init__.py":
            beside = os.listdir(os.path.dirname(place))
            found.update(os.path.splitext(entry)[0] for entry in beside)
    return Contents(frozenset(found), inner)


def _misleading(data: bytes, target: str, asked: int = 0) -> frozenset[str]:
    """The flags, as *data* names them, that files around set to what their names do not say."""
    flags = {flag.decode() for flag in _FLAG.findall(data)}
    found: set[str] = set()
    for name in _imported(data) if flags and asked < _MOST_ASKED else ():
        path = _file_of(name, target)
        if path and path != target:
            lies = _lies(path, frozenset(flags), asked)
            found |= {f"{name}.{flag}" for flag in lies}
            if re.search(rb"\bfrom[ \t]+%s[ \t]+import[ \t]*\*" % re.escape(name).encode(), data):
                found |= lies
    return frozenset(found)


def _lies(path: str, flags: frozenset[str], asked: int) -> set[str]:
    """Those of *flags* that the file *path* sets to what their names do not say."""
    from ..meaning.flags import misleading
    from ..text.source import Source

    data = _read(path)
    with contextlib.suppress(Exception):  # to be reported when it is the file's turn
        if not flags.isdisjoint(flag.decode() for flag in _FLAG.findall(data)):
            text = Source.from_bytes(data).text
            return set(misleading(text, flags, lambda: _misleading(data, path, asked + 1)))
    return set()
