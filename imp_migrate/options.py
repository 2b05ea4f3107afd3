"""What a user can choose; the same for every front end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .targets import TARGET_VERSIONS, parse_target_version

__all__ = ["TARGET_VERSIONS", "Options", "parse_target_version"]


@dataclass(frozen=True)
class Options:
    """Settings of an analysis.

    target_version: the oldest Python that the result must run on.
    unsafe_fixes: also apply fixes that change behaviour a program could rely on.
    helpers: allow fixes that add a helper function to the module.
    helper_module: dotted name of the module that holds the helpers instead.
    select, ignore: code prefixes, as in flake8 and ruff; the longest prefix wins.
    noqa: honour `# noqa` comments.
    drop_guards: also take away guards that no Python from target_version on needs.

    Raises ValueError for a target version that is none of TARGET_VERSIONS, for codes
    that are one string instead of several, and for what is not the beginning of a code.
    """

    target_version: tuple[int, int] = (3, 8)
    unsafe_fixes: bool = False
    helpers: bool = True
    helper_module: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    noqa: bool = True
    drop_guards: bool = False

    def __post_init__(self) -> None:
        if self.target_version not in TARGET_VERSIONS:
            known = ", ".join(map(str, TARGET_VERSIONS))
            raise ValueError(
                f"target_version is {self.target_version!r}, not one of {known}"
                " (parse_target_version makes one of 'py38')"
            )
        for name in ("select", "ignore"):
            if isinstance(getattr(self, name), str):
                raise ValueError(f"{name} is a string, not a tuple of the beginnings of codes")
            for code in getattr(self, name):
                if not re.fullmatch("IMP[0-9]{0,3}", code):
                    raise ValueError(
                        f"{name}: {code!r} is not a code or the beginning of one (IMP1, IMP203)"
                    )

    def selects(self, code: str) -> bool:
        """Say whether diagnostics with *code* are wanted."""

        def longest(prefixes: tuple[str, ...]) -> int:
            return max((len(p) for p in prefixes if code.startswith(p)), default=-1)

        return longest(self.select or ("",)) > longest(self.ignore)
