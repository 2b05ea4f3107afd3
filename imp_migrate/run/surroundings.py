"""All that one file has to do with those around it, for who has but that file at hand."""

from __future__ import annotations

import functools
import os
from dataclasses import replace

from ..meaning.neighbours import with_neighbours
from ..text.source import Source
from .discovery import Found, Selection
from .project import files_around
from .vicinity import vicinity


def placed(source: Source, path: str) -> Source:
    """*source* with what the files around *path*, as they are on disk, have to do with it."""
    target, data = os.path.realpath(path), source.text.encode("utf-8", "replace")
    found = Found(path, target)
    around = functools.partial(files_around, [found], (), lambda folder: Selection())
    (task,) = with_neighbours([found], (), around, {target: data})
    return replace(source, neighbours=task.neighbours, vicinity=vicinity(target, data))
