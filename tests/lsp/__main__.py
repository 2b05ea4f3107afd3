"""Random edits in a document of the language server, whose text must stay the true one.

    python -m tests.lsp [--edits N] [--seed N]

Exit status 1, with the failure, if the server's diagnostics are not those of the text.
"""

from __future__ import annotations

import argparse

from .editor import editor
from .test_frames import random_edits


def main() -> None:
    """Make the edits; say how often the diagnostics were compared."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--edits", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with editor() as session:
        compared = random_edits(session, options.edits, options.seed)
    print(f"{options.edits} edits, seed {options.seed}: compared {compared} times, never different")


if __name__ == "__main__":
    main()
