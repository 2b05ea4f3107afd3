"""The command `imp-migrate-lsp`: a language server on standard input and output."""

from __future__ import annotations

import argparse
import logging
import sys

from .. import __version__
from ..run.streams import reopen


def main(argv: list[str] | None = None) -> int:
    """Serve one client until it ends the session; return the exit status."""
    closed = None in (sys.stdin, sys.stdout)
    reopen()
    if closed:
        print("imp-migrate-lsp: standard input or output is closed", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(
        prog="imp-migrate-lsp",
        description="Language server that moves Python code off the module imp. "
        "An editor starts it and talks to it on standard input and output.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument("--stdio", action="store_true", help="accepted, because clients pass it")
    parser.add_argument("-v", "--verbose", action="store_true", help="log to standard error")
    arguments = parser.parse_args(argv)
    try:
        from .service import create_server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        print(
            'imp-migrate-lsp: the language server needs pygls: pip install "imp-migrate[lsp]"',
            file=sys.stderr,
        )
        return 2
    logging.basicConfig(level=logging.INFO if arguments.verbose else logging.ERROR)
    if not arguments.verbose:
        for handler in logging.getLogger().handlers:
            handler.addFilter(_without_trace)
    server = create_server()
    server.start_io()
    return server.status


def _without_trace(record: logging.LogRecord) -> bool:
    """Leave out where an error came from: it tells the user of an editor nothing."""
    record.exc_info = record.exc_text = None
    record.msg, record.args = record.getMessage().partition("\n")[0], ()
    return True


if __name__ == "__main__":
    sys.exit(main())
