"""Long answers arrive whole, by whichever way the system takes them."""

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kirosample.web.protocol.complete import Complete

LONG = bytes(range(256)) * 4000


class Transport:
    """Takes what is written to it, as after what it `holds` already."""

    def __init__(self, holds: int = 0) -> None:
        self.holds = holds
        self.written = b""

    def get_write_buffer_size(self) -> int:
        return self.holds

    def write(self, data: bytes) -> None:
        self.written += data


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.settimeout(5)
        yield ours, theirs


def received(theirs: socket.socket) -> bytes:
    theirs.setblocking(False)
    heard = b""
    try:
        while part := theirs.recv(1 << 20):
            heard += part
    except BlockingIOError:
        pass
    return heard


needs_files = pytest.mark.skipif(
    not hasattr(os, "memfd_create"), reason="this system has no files in memory"
)


@needs_files
def test_what_the_socket_does_not_take_goes_to_the_transport(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    transport = Transport()
    Complete(LONG).send(transport, ours.fileno())
    assert 0 < len(transport.written) < len(LONG)
    assert received(theirs) + transport.written == LONG


@needs_files
def test_what_fits_does_not_pass_through_the_transport(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    transport = Transport()
    answer = LONG[:20_000]
    complete = Complete(answer)
    for _ in range(2):
        complete.send(transport, ours.fileno())
        assert received(theirs) == answer
    assert transport.written == b""


def test_nothing_overtakes_what_the_transport_still_holds(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    transport = Transport(holds=1)
    Complete(LONG).send(transport, ends[0].fileno())
    assert transport.written == LONG
    assert received(ends[1]) == b""


@pytest.mark.parametrize("gone", [True, False])
def test_a_socket_that_is_full_or_gone_is_left_to_the_transport(
    ends: tuple[socket.socket, socket.socket], gone: bool
) -> None:
    ours, theirs = ends
    if gone:
        theirs.close()
    else:
        with suppress(BlockingIOError):
            while True:
                ours.send(LONG)
    transport = Transport()
    Complete(LONG).send(transport, ours.fileno())
    assert transport.written == LONG


@pytest.mark.parametrize("answer", [LONG[:5000], LONG])
def test_without_a_file_the_transport_sends_it(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    def none_left(*_: object) -> int:
        raise OSError("too many open files")

    monkeypatch.setattr(os, "memfd_create", none_left, raising=False)
    transport = Transport()
    Complete(answer).send(transport, ends[0].fileno())
    assert transport.written == answer


@needs_files
def test_its_file_goes_with_it() -> None:
    files = Path("/proc/self/fd")
    before = len(list(files.iterdir()))
    many = [Complete(LONG) for _ in range(20)]
    assert len(list(files.iterdir())) == before + len(many)
    many.clear()
    assert len(list(files.iterdir())) == before
