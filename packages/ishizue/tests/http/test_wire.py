"""Long responses arrive whole, through the kernel or the transport."""

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ishizue.http.wire import Assembled, Assembler, WireResponse

LONG = bytes(range(256)) * 4000
Ends = tuple[socket.socket, socket.socket]
pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="no memory files here")


class Sender:
    """A connection that keeps what is written to it; `holds` bytes wait already."""

    def __init__(self, descriptor: int, holds: int = 0) -> None:
        self.descriptor = descriptor
        self.transport = self
        self.holds = holds
        self.written = b""

    def get_write_buffer_size(self) -> int:
        return self.holds

    def write(self, head: bytes, body: bytes, sent: int = 0) -> None:
        self.written += (head + body)[sent:]


def assembled(data: bytes) -> Assembled:
    return Assembled(data[:100], data[100:])


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.settimeout(5)
        yield ours, theirs


def received(theirs: socket.socket) -> bytes:
    theirs.setblocking(False)
    heard = b""
    with suppress(BlockingIOError):
        while part := theirs.recv(1 << 20):
            heard += part
    return heard


def test_a_response_that_fits_bypasses_the_transport(ends: Ends) -> None:
    ours, theirs = ends
    sender = Sender(ours.fileno())
    data = LONG[:20_000]
    response = assembled(data)
    for _ in range(2):
        response.send(sender)
        assert received(theirs) == data
    assert sender.written == b""


def test_a_response_waits_behind_what_the_transport_holds(ends: Ends) -> None:
    sender = Sender(ends[0].fileno(), holds=1)
    assembled(LONG).send(sender)
    assert sender.written == LONG
    assert received(ends[1]) == b""


@pytest.mark.parametrize("gone", [True, False])
def test_a_full_or_closed_socket_is_left_to_the_transport(ends: Ends, gone: bool) -> None:
    ours, theirs = ends
    if gone:
        theirs.close()
    else:
        with suppress(BlockingIOError):
            while True:
                ours.send(LONG)
    sender = Sender(ours.fileno())
    assembled(LONG).send(sender)
    assert sender.written == LONG


@pytest.mark.parametrize("data", [LONG[:5000], LONG])
def test_without_a_memory_file_the_transport_sends_it(
    ends: Ends, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    def none_left(*_: object) -> int:
        raise OSError("too many open files")

    monkeypatch.setattr(os, "memfd_create", none_left, raising=False)
    sender = Sender(ends[0].fileno())
    assembled(data).send(sender)
    assert sender.written == data


def test_the_memory_file_is_closed_with_the_response() -> None:
    files = Path("/proc/self/fd")
    before = len(list(files.iterdir()))
    many = [assembled(LONG) for _ in range(20)]
    assert len(list(files.iterdir())) == before + len(many)
    many.clear()
    assert len(list(files.iterdir())) == before


def test_only_so_many_responses_are_kept_and_only_for_their_second() -> None:
    assembler = Assembler(lambda: 0.0)
    pages = [WireResponse(200, b"", b"page %d" % number) for number in range(100)]
    for second in (b"one", b"two"):
        dated = [(b"date", second)]
        for page in pages:
            response = assembler.assemble(page, b"", dated)
            assert response.head.endswith(page.body)
            assert response.head.startswith(b"HTTP/1.1 200 OK\r\ndate: " + second + b"\r\n")
            assert assembler.assemble(page, b"", dated) is response
            assert len(assembler._assembled) <= 32
    assembler.assemble(pages[0], b"", [(b"date", b"three")])
    assert len(assembler._assembled) == 1
