"""Which kind of file holds the text: Python, or a notebook. All who read files ask here."""

from __future__ import annotations

from .scan import is_relevant, may_be_relevant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .source import Source

NOTEBOOK = ".ipynb"


class NotebookError(ValueError):
    """A file is no notebook that can be read; *code*: of the rule that says so."""

    def __init__(self, reason: str, line: int = 1, code: str = "IMP901") -> None:
        super().__init__(reason)
        self.line = line
        self.code = code


class MissingLibraryError(Exception):
    """A library is not installed; the message says how to get it."""


# What reads notebooks is imported in the functions that need it: most files are none.


def is_notebook(name: str) -> bool:
    """Say whether the file *name* is a notebook."""
    return name.endswith(NOTEBOOK)


def may_concern(name: str, data: bytes) -> bool:
    """Say whether the file *name*, which holds *data*, may concern us: from its bytes alone."""
    return may_be_relevant(data) if is_notebook(name) else is_relevant(data)


def code_of(name: str, data: bytes) -> bytes:
    """The Python code in the file *name*, which holds *data*."""
    if is_notebook(name):
        from .notebook import code_of

        return code_of(data)
    return data


def place_in(name: str, data: bytes, line: int) -> str:
    """How messages name a *line* of `code_of(name, data)`."""
    if is_notebook(name):
        from .notebook import place_in

        return place_in(data, line)
    return f"line {line}"


def read_source(name: str, data: bytes, wanted: bool = False) -> Source:
    """The source in the file *name*, which holds *data*.

    wanted: also if nothing in it seems to concern us.
    Raises DecodeError; for a notebook also NotebookError and MissingLibraryError.
    """
    if is_notebook(name):
        from .notebook import read_notebook

        return read_notebook(data, name, wanted)
    from .source import Source

    return Source.from_bytes(data, name)
