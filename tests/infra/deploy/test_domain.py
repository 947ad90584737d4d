"""What `make deploy` checks about the domain, and its wait for the delegation."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode
import dns.rrset
import pytest

from infra.config import read
from infra.deploy import Stopped, domain
from infra.deploy.deployment import Deployment
from tests.infra.deploy.aws import Account

ZONE = "Z0123456789ABC"
ARN = "arn:aws:acm:ap-northeast-1:111122223333:certificate/12345678-90ab-cdef-1234-567890abcdef"
OURS = {"ns-1.example.net", "ns-2.example.org"}
Records = dict[tuple[str, str], set[str]]


class Run:
    """A deployment of a domain with these records, and what it printed."""

    def __init__(
        self, account: Account, records: Records | None = None, *, seconds: int = 0, **environ: str
    ) -> None:
        self.printed: list[str] = []
        self.records = records or {}
        self.steps = Deployment(
            config=read({"DOMAIN": "example.com", **environ}),
            session=account,
            out=Path("unused"),
            lookup=self.lookup,
            say=lambda step, text: self.printed.append(f"{step}: {text}"),
            delegation_timeout=seconds,
        )

    def lookup(self, name: str, kind: str) -> set[str]:
        return self.records.get((name, kind), set())


# A new zone


MAIL: Records = {
    ("example.com", "NS"): {"ns.registrar.net"},
    ("example.com", "MX"): {"10 mail.example.net"},
    ("www.example.com", "CNAME"): {"example.com"},
}


def test_a_domain_that_receives_mail_gets_no_new_zone(account: Account) -> None:
    account.has_no_stack()
    with pytest.raises(Stopped, match="HOSTED_ZONE_ID") as stopped:
        Run(account, MAIL).steps.domain()
    assert "example.com. MX 10 mail.example.net" in str(stopped.value)
    assert "www.example.com. CNAME example.com" in str(stopped.value)


def test_a_domain_may_receive_mail_only_where_it_is_delegated_to_our_zone(
    account: Account,
) -> None:
    ours = {("example.com", "NS"): {"NS-1.example.net", "ns-2.example.org"}}
    for _ in range(2):
        account.has_stack("KiroSampleState", NameServers="ns-1.example.net,NS-2.example.org")
    run = Run(account, MAIL | ours)
    run.steps.domain()
    assert run.printed == []
    with pytest.raises(Stopped, match="receives mail"):
        Run(account, MAIL).steps.domain()


def test_other_records_are_named_and_do_not_stop_it(account: Account) -> None:
    account.has_no_stack()
    run = Run(account, {("example.com", "A"): {"192.0.2.1"}})
    run.steps.domain()
    [said] = run.printed
    assert said.splitlines()[1:] == ["  example.com. A 192.0.2.1"]


# The wait


def waiting(account: Account, found: list[set[str]], seconds: int = 0, **environ: str) -> Run:
    account.has_stack("KiroSampleState", NameServers="ns-1.example.net,NS-2.example.org")
    run = Run(account, None, seconds=seconds, **environ)
    object.__setattr__(run.steps, "lookup", lambda _name, _kind: found.pop(0))
    return run


def test_the_wait_says_how_long_it_takes_and_how_to_leave(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(domain, "PROGRESS_SECONDS", 0.02)
    elsewhere = {"ns.registrar.net"}
    run = waiting(account, [*[elsewhere] * 5, {"ns.other.net"}, OURS], seconds=3600)
    run.steps.delegation()
    assert run.printed[0].endswith("NS ns-1.example.net.\n  example.com. NS ns-2.example.org.")
    assert "60 minutes; Ctrl-C" in run.printed[1]
    how = [text for text in run.printed if "At its registrar" in text]
    assert len(how) == 2, "once for each delegation that it finds"
    assert 1 <= len([text for text in run.printed if "waited" in text]) <= 4
    assert run.printed[-1].endswith("is delegated to our zone")


def test_the_wait_ends(account: Account) -> None:
    with pytest.raises(Stopped, match="run this again"):
        waiting(account, [{"ns.registrar.net"}]).steps.delegation()


def test_with_a_certificate_that_exists_nothing_waits(account: Account) -> None:
    run = waiting(account, [{"ns.registrar.net"}], seconds=3600, CERTIFICATE_ARN=ARN)
    run.steps.delegation()
    [said] = run.printed
    assert "ns-1.example.net" in said


# An existing zone


def has_zone(account: Account, name: str = "example.com", *, private: bool = False) -> None:
    zone = {
        "Id": f"/hostedzone/{ZONE}",
        "Name": f"{name}.",
        "CallerReference": "a",
        "Config": {"PrivateZone": private},
    }
    response = {"HostedZone": zone, "DelegationSet": {"NameServers": sorted(OURS)}}
    account.responds("route53", "get_hosted_zone", response, {"Id": ZONE})


def has_records(account: Account, *records: tuple[str, str]) -> None:
    listed = [
        {"Name": f"{name}.", "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
        for name, kind in records
    ]
    response = {"ResourceRecordSets": listed, "IsTruncated": False, "MaxItems": "20"}
    account.responds("route53", "list_resource_record_sets", response)


def existing(account: Account, name: str = "example.com") -> Run:
    return Run(account, {(name, "NS"): OURS}, HOSTED_ZONE_ID=ZONE)


@pytest.mark.parametrize("name", ["example.com", "com"])
def test_the_zone_may_be_the_domain_s_or_a_parent_s(account: Account, name: str) -> None:
    account.has_no_stack()
    has_zone(account, name)
    has_records(account, ("example.com", "MX"), ("www.example.com", "A"))
    run = existing(account, name)
    run.steps.domain()
    assert run.printed == [f"domain: zone {name}, {ZONE}"]


@pytest.mark.parametrize(
    ("name", "private", "why"),
    [
        ("example.com", True, "is private"),
        ("sample.com", False, "is sample.com, which has no example.com"),
        ("ple.com", False, "is ple.com"),
    ],
)
def test_another_zone_is_refused(account: Account, name: str, private: bool, why: str) -> None:
    account.has_no_stack()
    has_zone(account, name, private=private)
    with pytest.raises(Stopped, match=why):
        existing(account).steps.domain()


@pytest.mark.parametrize("kind", ["A", "AAAA", "CNAME"])
def test_a_record_of_someone_else_stops_it_before_cloudformation_fails(
    account: Account, kind: str
) -> None:
    account.has_no_stack()
    has_zone(account)
    has_records(account, ("example.com", kind))
    with pytest.raises(Stopped, match=f"record example.com {kind} already"):
        existing(account).steps.domain()


def test_the_deployment_s_own_record_stays(account: Account) -> None:
    account.has_stack("KiroSampleService", PublicUrl="https://example.com")
    has_zone(account)
    existing(account).steps.domain()
    account.all_called()


def test_a_zone_that_the_domain_is_not_delegated_to_is_said(account: Account) -> None:
    account.has_stack("KiroSampleService", PublicUrl="https://example.com")
    has_zone(account)
    run = Run(account, {("example.com", "NS"): {"ns.registrar.net"}}, HOSTED_ZONE_ID=ZONE)
    run.steps.domain()
    assert "delegated to ns.registrar.net, not to this zone" in run.printed[1]


# An existing certificate


def has_certificate(account: Account, status: str, *names: str) -> None:
    found: dict[str, Any] = {
        "CertificateArn": ARN,
        "Status": status,
        "DomainName": names[0],
        "SubjectAlternativeNames": list(names),
    }
    account.responds("acm", "describe_certificate", {"Certificate": found})


@pytest.mark.parametrize("names", [["a.org", "example.com"], ["*.com"]])
def test_a_certificate_that_covers_the_domain_is_used(account: Account, names: list[str]) -> None:
    has_certificate(account, "ISSUED", *names)
    domain.check_certificate(account.client("acm"), Run(account, CERTIFICATE_ARN=ARN).steps.config)


@pytest.mark.parametrize(
    ("status", "names", "why"),
    [
        ("PENDING_VALIDATION", ["example.com"], "PENDING_VALIDATION, not ISSUED"),
        ("ISSUED", ["*.example.com"], r"for \*.example.com, not example.com"),
    ],
)
def test_another_certificate_is_refused(
    account: Account, status: str, names: list[str], why: str
) -> None:
    has_certificate(account, status, *names)
    with pytest.raises(Stopped, match=why):
        Run(account, CERTIFICATE_ARN=ARN).steps.domain()


# DNS records, from a resolver on loopback


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


def answering(*texts: tuple[str, str, str]) -> Respond:
    """With these records, each a name, a type and its text."""

    def respond(response: dns.message.Message) -> None:
        for name, kind, text in texts:
            response.answer.append(dns.rrset.from_text(name, 60, "IN", kind, text))

    return respond


@pytest.mark.parametrize(
    ("kind", "respond", "found"),
    [
        ("MX", answering(("example.com.", "MX", "10 a.example.org.")), {"10 a.example.org"}),
        ("TXT", answering(("example.com.", "TXT", '"two" "parts"')), {'"two" "parts"'}),
        ("CNAME", answering(("example.com.", "CNAME", "b.org.")), {"b.org"}),
        # What an alias leads to is not the name's own.
        (
            "MX",
            answering(("example.com.", "CNAME", "b.org."), ("b.org.", "MX", "10 a.b.org.")),
            set(),
        ),
        ("NS", lambda response: response.set_rcode(dns.rcode.NOERROR), set()),
        ("NS", lambda response: response.set_rcode(dns.rcode.NXDOMAIN), set()),
    ],
)
def test_a_name_s_own_records_are_found(kind: str, respond: Respond, found: set[str]) -> None:
    with resolver(respond) as address:
        assert domain.records("example.com", kind, address) == found


def test_a_resolver_that_fails_is_named_in_one_line() -> None:
    with (
        resolver(lambda response: response.set_rcode(dns.rcode.SERVFAIL)) as address,
        pytest.raises(Stopped, match=r"^domain: [^\n]*127\.0\.0\.1[^\n]*SERVFAIL[^\n]*$"),
    ):
        domain.records("example.com", "NS", address)
