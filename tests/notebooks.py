"""Notebooks for tests, as Jupyter writes them or in another layout."""

from __future__ import annotations

import json
from typing import Any


def notebook(
    *cells: str | tuple[str, str],
    indent: int | None = 1,
    lines: bool = True,
    ascii_only: bool = False,
    language: str = "python",
    end: str = "\n",
) -> bytes:
    """A notebook with these cells, which are code, or pairs of another kind and a text.

    lines: the texts are lists of lines, not strings.
    """
    document = {
        "cells": [_cell(number, cell, lines) for number, cell in enumerate(cells, 1)],
        "metadata": {"language_info": {"name": language}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(document, indent=indent, ensure_ascii=ascii_only) + end).encode()


def _cell(number: int, cell: str | tuple[str, str], lines: bool) -> dict[str, Any]:
    kind, text = ("code", cell) if isinstance(cell, str) else cell
    source = text.splitlines(keepends=True) if lines else text
    common = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}}
    if kind != "code":
        return {**common, "source": source}
    return {**common, "execution_count": None, "outputs": [], "source": source}


def sources(data: bytes) -> list[str]:
    """The texts of all cells."""
    return ["".join(cell["source"]) for cell in json.loads(data)["cells"]]
