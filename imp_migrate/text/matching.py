"""What two sequences of lines have in common, in time that does not grow with the square of them."""

from __future__ import annotations

import bisect
import difflib
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import TypeVar

Line = TypeVar("Line", bound=Hashable)

#: How many comparisons `difflib` may make at the most, roughly, before lines are aligned by
#: those that occur only once.  A file with some hundred changes stays below.
_MOST = 10_000_000


class LineMatcher(difflib.SequenceMatcher[Line]):
    """A `SequenceMatcher` that aligns long texts with many changes by their unique lines first.

    `difflib` looks through all that is left of both for the longest block in common, once
    for each block.  With *junk*, as there, lines that occur very often in a long text
    match only beside others.
    """

    def __init__(self, before: Sequence[Line], after: Sequence[Line], *, junk: bool) -> None:
        super().__init__(None, before, after, autojunk=junk)
        self._before, self._after = before, after

    def get_matching_blocks(self) -> list[difflib.Match]:
        """The blocks in common, in order, the last one empty."""
        if self._work() <= _MOST:
            return super().get_matching_blocks()
        blocks: list[difflib.Match] = []
        for one, other, size in self._aligned():
            last = blocks[-1] if blocks else None
            if last is not None and (last.a + last.size, last.b + last.size) == (one, other):
                blocks[-1] = last._replace(size=last.size + size)
            elif size:
                blocks.append(difflib.Match(one, other, size))
        return [*blocks, difflib.Match(len(self._before), len(self._after), 0)]

    def _work(self) -> int:
        """Roughly, how many comparisons `difflib` would make."""
        before, after = Counter(self._before), Counter(self._after)
        pairs = sum(before[line] * count for line, count in after.items())
        changed = sum((before - after).values())
        return (pairs + len(self._before)) * (changed + 1)

    def _aligned(self) -> Iterator[tuple[int, int, int]]:
        """Blocks in common: the unique lines, and what is found between them."""
        start, place = 0, 0
        for one, other in [*self._anchors(), (len(self._before), len(self._after))]:
            before, after = self._before[start:one], self._after[place:other]
            between = difflib.SequenceMatcher(None, before, after, autojunk=True)
            for block in between.get_matching_blocks():
                yield start + block.a, place + block.b, block.size
            if one < len(self._before):
                yield one, other, 1
            start, place = one + 1, other + 1

    def _anchors(self) -> list[tuple[int, int]]:
        """Where lines stand that either text has once, as many as are in the same order."""
        once = {line for line, count in Counter(self._before).items() if count == 1}
        places = {line: at for at, line in enumerate(self._before) if line in once}
        counts = Counter(self._after)
        pairs = [
            (places[line], at)
            for at, line in enumerate(self._after)
            if line in places and counts[line] == 1
        ]
        # The longest increasing subsequence, by patience sorting.
        tops: list[int] = []  #: the last line of the best sequence of each length
        ends: list[int] = []  #: and which of the pairs it belongs to
        previous: list[int] = []
        for number, (one, _) in enumerate(pairs):
            length = bisect.bisect_left(tops, one)
            tops[length : length + 1] = [one]
            ends[length : length + 1] = [number]
            previous.append(ends[length - 1] if length else -1)
        found: list[tuple[int, int]] = []
        number = ends[-1] if ends else -1
        while number >= 0:
            found.append(pairs[number])
            number = previous[number]
        return found[::-1]
