"""The protocol as pygls speaks it, and the answers that it leaves out.

A client waits for the answer to each of its requests, also to one that makes no sense
or comes too early or too late.
https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

_INVALID_REQUEST = types.ErrorCodes.InvalidRequest.value
_NOT_INITIALIZED = types.ErrorCodes.ServerNotInitialized.value


class Protocol(LanguageServerProtocol):
    """Answers whatever comes."""

    @property
    def is_shut_down(self) -> bool:
        """Whether the client has asked for the end, and may only say `exit` now."""
        return bool(self._shutdown)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Make a message of an object; one that makes no sense is answered, and None."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), (int, str)):
                code = _INVALID_REQUEST if self.is_shut_down else error.code or _INVALID_REQUEST
                self.refuse(data["id"], code, "the message makes no sense")
            return None

    def handle_message(self, message: Any) -> None:
        """Deal with a message, if it is one."""
        if message is None:
            return
        if not hasattr(message, "jsonrpc"):
            self.refuse(None, _INVALID_REQUEST, "not a message")
            return
        method, number = getattr(message, "method", None), getattr(message, "id", None)
        is_request = method is not None and number is not None
        if is_request and self.is_shut_down:
            self.refuse(number, _INVALID_REQUEST, "the server has been shut down")
        elif is_request and self._workspace is None and method != types.INITIALIZE:
            self.refuse(number, _NOT_INITIALIZED, "the server is not initialized")
        else:
            super().handle_message(message)
        # pygls 2 keeps of every notification that it has dealt with.
        for number in [n for n, future in self._request_futures.items() if future.done()]:
            del self._request_futures[number]

    def refuse(self, number: int | str | None, code: int, reason: str) -> None:
        """Answer the request *number* (None: what should have been one) with an error."""
        error = {"code": code, "message": f"imp-migrate: {reason}"}
        self._send_data({"jsonrpc": self.VERSION, "id": number, "error": error})
