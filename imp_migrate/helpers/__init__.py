"""Functions to add to a migrated module where no expression keeps the behaviour of `imp`.

`functions` holds them as ordinary Python; `emit` turns them into text.
"""

from .emitter import NAMES, Emitted, closure, emit

__all__ = ["NAMES", "Emitted", "closure", "emit"]
