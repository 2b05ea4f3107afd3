"""`[tool.imp-migrate]` in pyproject.toml, whose keys are named as the options."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..report.formats import SHOWS_EDITS
from ..targets import TARGET_VERSIONS, parse_target_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

OUTPUT_FORMATS = tuple(SHOWS_EDITS)

FILE = "pyproject.toml"
_SECTION = "imp-migrate"


class ConfigError(ValueError):
    """A setting, in a file or on the command line, that means nothing."""


class Config:
    """What a pyproject.toml says.

    path: the file with `[tool.imp-migrate]`, None if there is none.
    settings: its keys, checked and converted; what it does not mention is absent.
    requires_python: the oldest Python that the project promises to run on.
    """

    def __init__(
        self,
        path: str | None = None,
        settings: Mapping[str, Any] = MappingProxyType({}),
        requires_python: tuple[int, int] | None = None,
    ) -> None:
        self.path = path
        self.settings = settings
        self.requires_python = requires_python

    @property
    def root(self) -> str:
        """The folder that relative paths in the settings start from."""
        return os.path.dirname(self.path) if self.path else os.getcwd()


class Configs:
    """The configuration of every folder; each pyproject.toml is read once."""

    def __init__(self) -> None:
        self._known: dict[str, Config] = {}

    def of(self, folder: str) -> Config:
        """The configuration of *folder*, a real path.

        Looked at are the folder and those above it, up to the root of the
        repository.  The settings come from the nearest pyproject.toml that has
        `[tool.imp-migrate]`, `requires-python` from the nearest that has it.

        Raises ConfigError, with the name of the file, if one makes no sense.
        """
        if folder not in self._known:
            self._known[folder] = self._find(folder)
        return self._known[folder]

    def _find(self, folder: str) -> Config:
        found = _read(os.path.join(folder, FILE))
        complete = found.path and ("target-version" in found.settings or found.requires_python)
        parent = os.path.dirname(folder)
        if complete or parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return found
        above = self.of(parent)
        return Config(
            found.path or above.path,
            found.settings if found.path else above.settings,
            found.requires_python or above.requires_python,
        )


def common_folder(paths: list[str]) -> str:
    """The folder, as a real path, that *paths* share; without any, the current one."""
    real = [os.path.realpath(path) for path in paths] or [os.getcwd()]
    folder = os.path.commonpath(real)
    return folder if os.path.isdir(folder) else os.path.dirname(folder)


def oldest_version(specifier: str) -> tuple[int, int] | None:
    """The oldest version that a `requires-python` like `>=3.9,<4` admits.

    It may be older than any target version, but is never newer than all of them.
    Returns None if there is no lower bound.  (PEP 440's other comparisons cannot
    make a version older than the bounds looked at here.)
    """
    bounds = [
        (int(match[1]), int(match[2] or 0))
        for clause in specifier.split(",")
        if (match := re.match(r"\s*(?:>=?|~=|={2,3})\s*(\d+)(?:\.(\d+))?", clause))
    ]
    if not bounds:
        return None
    return min(max(bounds), TARGET_VERSIONS[-1])


def parse_codes(value: object) -> tuple[str, ...]:
    """Turn `"IMP1,IMP203"`, or a list of such, into code prefixes; `ALL` is every code.

    Raises ConfigError for what cannot be the beginning of a code.
    """
    codes = _strings(value)
    for code in codes:
        if not re.fullmatch(r"IMP[0-9]{0,3}|ALL", code):
            raise ConfigError(f"{code!r} is not a code or the beginning of one (IMP1, IMP203, ALL)")
    return tuple("IMP" if code == "ALL" else code for code in codes)


def parse_format(value: object) -> str:
    """Return *value* if it names an output format; raises ConfigError otherwise."""
    if value not in OUTPUT_FORMATS:
        raise ConfigError(f"{value!r} is not an output format (one of {', '.join(OUTPUT_FORMATS)})")
    assert isinstance(value, str)
    return value


def parse_version(value: object) -> tuple[int, int]:
    """`parse_target_version` for any object; raises ConfigError."""
    if not isinstance(value, str):
        raise ConfigError(f'{value!r} is not a string like "py38"')
    try:
        return parse_target_version(value)
    except ValueError as error:
        raise ConfigError(str(error)) from None


def parse_patterns(value: object) -> tuple[str, ...]:
    """Turn `"a,b"` or a list of patterns into a tuple; raises ConfigError.

    A comma between braces belongs to the pattern: `{a,b}`.
    """
    return _strings(value, re.compile(r",(?![^{}]*\})"))


def _strings(value: object, comma: re.Pattern[str] = re.compile(",")) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{value!r} is not a string or a list of strings")
    items = (part.strip() for item in value for part in comma.split(item))
    return tuple(item for item in items if item)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{value!r} is not true or false")
    return value


def _module_name(value: object) -> str:
    if not isinstance(value, str) or not all(map(str.isidentifier, value.split("."))):
        raise ConfigError(f"{value!r} is not the dotted name of a module")
    return value


_KEYS: dict[str, Callable[[object], object]] = {
    "target-version": parse_version,
    "unsafe-fixes": _flag,
    "no-helpers": _flag,
    "drop-guards": _flag,
    "helper-module": _module_name,
    "select": parse_codes,
    "ignore": parse_codes,
    "output-format": parse_format,
    "exclude": parse_patterns,
    "extend-exclude": parse_patterns,
    "force-exclude": _flag,
    "no-respect-gitignore": _flag,
    "statistics": _flag,
}


def _read(path: str) -> Config:
    """What the one file *path* says; nothing if there is no such file."""
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return Config()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    if b"requires-python" not in data and _SECTION.encode() not in data:
        return Config()  # spares the parser
    document = _parse(path, data)
    section = _table(document, "tool").get(_SECTION)
    requires = _table(document, "project").get("requires-python")
    requires_python = oldest_version(requires) if isinstance(requires, str) else None
    if section is None:
        return Config(None, {}, requires_python)
    if not isinstance(section, dict):
        raise ConfigError(f"{path}: tool.{_SECTION} is not a table")
    return Config(path, _settings(path, section), requires_python)


def _settings(path: str, section: Mapping[str, object]) -> dict[str, object]:
    settings: dict[str, object] = {}
    for key, value in section.items():
        where = f"{path}: tool.{_SECTION}.{key}"
        if key not in _KEYS and f"no-{key}" in _KEYS:
            # `helpers = false` says the same as `no-helpers = true`.
            key, value = f"no-{key}", not value if isinstance(value, bool) else value
        if key not in _KEYS:
            raise ConfigError(f"{where}: unknown setting (one of {', '.join(_KEYS)})")
        try:
            settings[key] = _KEYS[key](value)
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from None
    return settings


def _parse(path: str, data: bytes) -> dict[str, object]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]
    try:
        document: dict[str, object] = tomllib.loads(data.decode("utf-8"))
        return document
    except ValueError as error:  # not UTF-8, or not TOML
        raise ConfigError(f"{path}: {error}") from None


def _table(document: Mapping[str, object], key: str) -> Mapping[str, object]:
    table = document.get(key)
    return table if isinstance(table, dict) else {}
