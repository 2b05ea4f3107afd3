"""Messages as bytes: what no client should send is answered, and the session goes on."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from lsprotocol import types

from imp_migrate.text.source import Source

from ..command import environment
from .editor import Editor, editor

INVALID_REQUEST, PARSE_ERROR, INVALID_PARAMS, NOT_INITIALIZED = -32600, -32700, -32602, -32002
HOVER = {"textDocument": {"uri": "file:///x.py"}, "position": {"line": 0, "character": 0}}


class Wire:
    """A server, and the bytes that go to it and come from it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "imp_migrate.lsp.server"],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def write(self, data: bytes) -> None:
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def frame(self, body: bytes) -> None:
        self.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def send(self, method: str, params: Any = None, number: int | str | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        self.frame(json.dumps(message | ({} if number is None else {"id": number})).encode())

    def read(self) -> Any:
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name == b"Content-Length":
                length = int(value)
        return json.loads(self.process.stdout.read(length))

    def error(self, number: object) -> int:
        """The code of the error that is the next message, which answers the request *number*."""
        answer = self.read()
        assert answer["id"] == number, answer
        return answer["error"]["code"]

    def initialize(self) -> None:
        self.send("initialize", {"capabilities": {}}, "start")
        assert "capabilities" in self.read()["result"]
        self.send("initialized", {})

    def goes_on(self) -> bool:
        self.send("textDocument/hover", HOVER, "still there")
        while "id" not in (answer := self.read()):
            pass
        return answer["id"] == "still there" and "result" in answer


@pytest.fixture
def wire() -> Iterator[Wire]:
    """And at its end the server ends, having complained in lines, without a traceback."""
    wire = Wire()
    yield wire
    _, errors = wire.process.communicate(timeout=30)
    assert b"Traceback" not in errors, errors.decode()


def test_after_shutdown(wire: Wire) -> None:
    wire.initialize()
    wire.send("shutdown", None, 1)
    assert wire.read() == {"jsonrpc": "2.0", "id": 1, "result": None}
    for number, method in enumerate(("textDocument/hover", "shutdown", "initialize", "no/such"), 2):
        wire.send(method, HOVER if "hover" in method else None, number)
        assert wire.error(number) == INVALID_REQUEST
    wire.send("textDocument/didSave", {"textDocument": {"uri": "file:///x.py"}})
    wire.send("exit")
    assert wire.process.wait(30) == 0


def test_before_initialize(wire: Wire) -> None:
    wire.send("textDocument/hover", HOVER, 1)
    assert wire.error(1) == NOT_INITIALIZED
    wire.initialize()
    assert wire.goes_on()


def test_exit_without_shutdown(wire: Wire) -> None:
    wire.initialize()
    wire.send("exit")
    assert wire.process.wait(30) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", PARSE_ERROR),
        (b"\xff\xfe", PARSE_ERROR),
        (b"{'jsonrpc': '2.0'}", PARSE_ERROR),
        (b"[" * 100_000, PARSE_ERROR),
        (b"[]", INVALID_REQUEST),
        (b"7", INVALID_REQUEST),
        (b'"text"', INVALID_REQUEST),
        (b'{"id": 1, "method": "textDocument/hover"}', INVALID_REQUEST),
    ],
    ids=lambda value: str(value)[:30],
)
def test_no_message(wire: Wire, body: bytes, code: int) -> None:
    wire.initialize()
    wire.frame(body)
    assert wire.error(None) == code
    assert wire.goes_on()


@pytest.mark.parametrize("params", [None, 7, [], {"textDocument": 1}, {"position": {"line": "x"}}])
def test_senseless_parameters(wire: Wire, params: object) -> None:
    wire.initialize()
    wire.send("textDocument/hover", params, 1)
    assert wire.error(1) in (INVALID_PARAMS, -32603)
    wire.send("textDocument/didOpen", params)  # a notification is never answered
    assert wire.goes_on()


@pytest.mark.parametrize(
    "junk",
    [
        b"\r\n",
        b"Content-Length: many\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\0\xff\n",
        b"Content-Type: text/plain\r\n\r\n",
    ],
)
def test_junk_between_messages(wire: Wire, junk: bytes) -> None:
    wire.initialize()
    wire.write(junk)
    assert wire.goes_on()


def test_client_that_is_cut_off(wire: Wire) -> None:
    wire.initialize()
    wire.write(b'Content-Length: 1000\r\n\r\n{"jsonrpc"')
    wire.process.stdin.close()
    assert wire.process.wait(30) == 0
    wire.process.stdin = None


def test_cancellations_of_anything(wire: Wire) -> None:
    wire.initialize()
    for number in (1, "x", -1, "still there"):
        wire.send("$/cancelRequest", {"id": number})
    wire.send("$/cancelRequest", {"id": None})
    wire.send("$/cancelRequest", None)
    assert wire.goes_on()


def test_many_requests_cancelled_at_once(wire: Wire) -> None:
    """Each is answered once, with a result or as cancelled."""
    wire.initialize()
    text = "import imp\n" + "imp.reload(print)\n" * 50
    document = {"uri": "file:///x.py", "languageId": "python", "version": 1, "text": text}
    wire.send("textDocument/didOpen", {"textDocument": document})
    for number in range(40):
        wire.send("textDocument/hover", HOVER, number)
        if number % 2:
            wire.send("$/cancelRequest", {"id": number})
    answers: dict[int, dict[str, Any]] = {}
    while len(answers) < 40:
        message = wire.read()
        if "id" in message:
            assert message["id"] not in answers
            answers[message["id"]] = message
    assert all("result" in answers[number] for number in range(0, 40, 2))
    assert wire.goes_on()


def edited(text: str, rng: random.Random) -> str:
    """*text* after something that a person, or a program, does in an editor."""
    pieces = (
        "imp.reload(x)\n",
        "import imp\n",
        "(",
        ")",
        "\r\n",
        "\f",
        "é𝔦",
        "#",
        '"""',
        "\t",
        "\0",
    )
    start = rng.randint(0, len(text))
    end = min(len(text), start + rng.choice((0, 0, 0, 1, 5, 60)))
    return text[:start] + rng.choice(pieces) * rng.choice((0, 1, 1, 1, 3)) + text[end:]


def random_edits(session: Editor, count: int, seed: int, look: int = 25) -> int:
    """Make *count* random changes; now and then compare with a fresh look at the true text."""
    rng = random.Random(seed)
    first = "import imp\n\n\ndef load(x):\n    return imp.reload(imp.new_module('x'))\n" * 3
    buffer = session.open(first)
    compared = 0
    for n in range(1, count + 1):
        text = edited(buffer.text, rng) if len(buffer.text) < 3000 else first
        session.change(buffer, text)
        if n % look == 0:
            if rng.random() < 0.7:  # often one that parses
                session.change(buffer, first + "x = 1\n" * rng.randint(0, 3))
            session.save(buffer)
            there = session.diagnostics(buffer)
            fresh = session.open(buffer.text)
            expected = session.diagnostics(fresh)
            session.close(fresh)
            if not any(str(d.code).startswith("IMP9") for d in expected):
                assert [(d.code, d.range) for d in there] == [(d.code, d.range) for d in expected]
                compared += 1
            for diagnostic in there:
                assert _inside(diagnostic.range, buffer.text)
            buffer.published.clear()
    return compared


def _inside(place: types.Range, text: str) -> bool:
    lines = len(Source.from_text(text).line_starts)
    return place.start.line <= place.end.line < lines


def test_random_edits() -> None:
    with editor() as session:
        assert random_edits(session, 600, seed=1) > 10
