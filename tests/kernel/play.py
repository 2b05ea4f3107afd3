"""Runs a notebook in the kernel of this Python and prints, as JSON, what each cell shows."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

import nbformat
from nbclient import NotebookClient


def shown(output: Any) -> list[str]:
    """What a reader of the notebook sees of an output."""
    if output.output_type == "stream":
        return [output.name, output.text]
    if output.output_type == "error":
        return ["error", output.ename, output.evalue]
    return [output.output_type, output.data.get("text/plain", "")]


def joined(outputs: Iterable[list[str]]) -> list[list[str]]:
    """*outputs*, with what one stream sent in several chunks as one: where they end is chance."""
    found: list[list[str]] = []
    for output in outputs:
        if found and output[0] in ("stdout", "stderr") and found[-1][0] == output[0]:
            found[-1][1] += output[1]
        else:
            found.append(output)
    return found


def main(path: str, folder: str) -> None:
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": folder}}
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources=resources, allow_errors=True
    )
    client.execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    print(json.dumps([joined(map(shown, cell.outputs)) for cell in cells]))


if __name__ == "__main__":
    main(*sys.argv[1:])
