"""One NS question to a resolver, against resolvers of ours on loopback."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from infra import delegation


@contextmanager
def resolver(answer: Callable[[bytes], bytes]) -> Iterator[tuple[str, int]]:
    """Answers one question."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as serving:
        serving.bind(("127.0.0.1", 0))
        serving.settimeout(10)

        def serve() -> None:
            question, asker = serving.recvfrom(512)
            serving.sendto(answer(question), asker)

        thread = threading.Thread(target=serve)
        thread.start()
        yield serving.getsockname()
        thread.join(10)


def record(kind: int, data: bytes) -> bytes:
    """Of the name that the question asked for: a pointer to byte 12."""
    return b"\xc0\x0c" + struct.pack("!2HIH", kind, 1, 60, len(data)) + data


def response(question: bytes, *records: bytes) -> bytes:
    return (
        question[:2]
        + struct.pack("!5H", 0x8180, 1, len(records), 0, 0)
        + question[12:]
        + b"".join(records)
    )


def test_the_name_servers_of_a_domain_are_found_with_and_without_compression() -> None:
    def answer(question: bytes) -> bytes:
        whole = b"\x02NS\x09Elsewhere\x03org\x00"
        below_the_question = b"\x03ns1\xc0\x0c"
        another_kind = record(46, b"a signature, which is no name")
        return response(question, record(2, whole), another_kind, record(2, below_the_question))

    with resolver(answer) as address:
        found = delegation.name_servers("example.com", address)
    assert found == {"ns.elsewhere.org", "ns1.example.com"}


def test_a_domain_that_is_delegated_to_nobody_has_no_name_servers() -> None:
    with resolver(response) as address:
        assert delegation.name_servers("example.com", address) == set()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda question: question[:7], id="cut off"),
        pytest.param(
            lambda question: bytes([question[0] ^ 1]) + response(question)[1:],
            id="to somebody else",
        ),
        pytest.param(
            lambda question: response(question, record(2, b"\xc0" + bytes([len(question) + 12]))),
            id="a name that points at itself",
        ),
    ],
)
def test_nonsense_is_refused_in_one_line(answer: Callable[[bytes], bytes]) -> None:
    with (
        resolver(answer) as address,
        pytest.raises(delegation.LookupFailed, match=r"127\.0\.0\.1 answered nonsense"),
    ):
        delegation.name_servers("example.com", address)


def test_a_resolver_that_is_silent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delegation, "_SECONDS", 0.1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(delegation.LookupFailed, match="does not answer"):
            delegation.name_servers("example.com", silent.getsockname())
