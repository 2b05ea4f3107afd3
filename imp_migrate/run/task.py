"""What is to be done with one file: the unit of work, picklable."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..options import Options
from ..text.source import Neighbours


@dataclass(frozen=True)
class Task:
    """A file to analyse: *path* as the user knows it, *target* where its bytes are.

    neighbours: what other files have to do with it.
    options: what its configuration and the command line say.
    """

    path: str
    target: str
    neighbours: Neighbours = field(default_factory=Neighbours, compare=False)
    options: Options = field(default_factory=Options, compare=False)
