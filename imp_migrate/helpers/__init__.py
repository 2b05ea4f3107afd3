"""Functions to add to a migrated module where no expression keeps the behaviour of `imp`.

`functions` holds them as ordinary Python, `facts` what may be known of their calls;
`compose` and `emit` turn them into text, `recognise` tells them from other functions.
"""

from ..model import Request
from .emitter import NAMES, Emitted, closure, compose, emit
from .layout import Style
from .recognition import Recognised, recognise

__all__ = [
    "NAMES",
    "Emitted",
    "Recognised",
    "Request",
    "Style",
    "closure",
    "compose",
    "emit",
    "recognise",
]
