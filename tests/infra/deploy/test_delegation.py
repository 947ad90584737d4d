"""DNS records, from a resolver on loopback."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.rrset
import pytest

from infra.deploy import delegation

Respond = Callable[[dns.message.Message], None]
"""Completes the response."""


@contextmanager
def resolver(respond: Respond) -> Iterator[tuple[str, int]]:
    """Responds to every query until the block ends."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(0.05)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    query, client = listening.recvfrom(512)
                except TimeoutError:
                    continue
                response = dns.message.make_response(dns.message.from_wire(query))
                respond(response)
                listening.sendto(response.to_wire(), client)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            ended.set()
            thread.join(10)


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("NS", {"NS.Elsewhere.org", "ns1.example.com"}),
        ("MX", {"10 mail.example.com", "20 mail.example.net"}),
        ("TXT", {'"v=spf1 -all"', '"two" "parts"'}),
        ("CNAME", {"elsewhere.org"}),
    ],
)
def test_records_are_found_without_the_final_dot(kind: str, texts: set[str]) -> None:
    def respond(response: dns.message.Message) -> None:
        written = [text if kind == "TXT" else f"{text}." for text in texts]
        response.answer.append(dns.rrset.from_text("example.com.", 60, "IN", kind, *written))

    with resolver(respond) as address:
        assert delegation.records("example.com", kind, address) == texts


def test_what_an_alias_leads_to_is_not_the_name_s_own() -> None:
    def respond(response: dns.message.Message) -> None:
        for name, kind, text in (
            ("example.com.", "CNAME", "elsewhere.org."),
            ("elsewhere.org.", "MX", "10 mail.elsewhere.org."),
        ):
            response.answer.append(dns.rrset.from_text(name, 60, "IN", kind, text))

    with resolver(respond) as address:
        assert delegation.records("example.com", "MX", address) == set()


@pytest.mark.parametrize("code", [dns.rcode.NOERROR, dns.rcode.NXDOMAIN])
def test_a_name_without_records_has_none(code: dns.rcode.Rcode) -> None:
    with resolver(lambda response: response.set_rcode(code)) as address:
        assert delegation.records("example.com", "NS", address) == set()


def test_a_resolver_that_fails_is_named_in_one_line() -> None:
    with (
        resolver(lambda response: response.set_rcode(dns.rcode.SERVFAIL)) as address,
        pytest.raises(delegation.LookupFailed, match=r"^[^\n]*127\.0\.0\.1[^\n]*SERVFAIL[^\n]*$"),
    ):
        delegation.records("example.com", "NS", address)


def test_a_resolver_that_is_silent_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delegation, "_SECONDS", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(delegation.LookupFailed, match=r"^[^\n]*127\.0\.0\.1[^\n]*$"):
            delegation.records("example.com", "NS", silent.getsockname())
