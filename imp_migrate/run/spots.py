"""What a spot can be recognised by when the lines around it have moved."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import PurePath

from .results import Finding


class Spots:
    """Names spots; of those that look the same in one file, it counts which one it is.

    root: the folder that paths start from.
    """

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)
        self._seen: Counter[tuple[str, str]] = Counter()

    def path(self, name: str) -> str:
        """The file *name* from the root, with slashes; as it is if it is not below."""
        if name == "-":
            return name
        folder, base = os.path.split(os.path.abspath(name))
        path = os.path.relpath(os.path.join(os.path.realpath(folder), base), self._root)
        if path.split(os.sep)[0] == os.pardir:
            path = name
        # Names that are not text must not stop a report.
        return PurePath(path).as_posix().encode(errors="backslashreplace").decode()

    def fingerprint(self, finding: Finding) -> str:
        """Hexadecimal digits that no other spot has, and that stay when lines move."""
        path, looks = self.path(finding.filename), look(finding)
        self._seen[path, looks] += 1
        words = "\0".join((path, looks, str(self._seen[path, looks])))
        return hashlib.sha256(words.encode(errors="backslashreplace")).hexdigest()[:32]


def look(finding: Finding) -> str:
    """The code of a spot and the text of its first line, however it is spaced."""
    text = finding.source.shown(finding.lines[0])
    return " ".join((finding.diagnostic.code, *text.split()))
