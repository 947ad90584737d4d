"""What `make deploy` checks about the domain and its delegation."""

from collections.abc import Mapping
from typing import Any

import dns.message
import dns.query
import dns.rcode
import dns.rrset
import pytest
from dns.resolver import Resolver
from tests.deploy.aws import SERVICE, STATE, Account, Run

from ishizue_ops.deploy import Stopped, domain

ZONE = "Z0123456789ABC"
ARN = "arn:aws:acm:ap-northeast-1:111122223333:certificate/12345678-90ab-cdef-1234-567890abcdef"
OURS = {"ns-1.example.net", "ns-2.example.org"}
SERVERS = "ns-1.example.net,NS-2.example.org"
"""The state's output of the same."""

Records = Mapping[tuple[str, str], set[str]]


def deployment(account: Account, records: Records | None = None, **environ: str) -> Run:
    """A deployment of a domain with these records."""
    given = {"DOMAIN": "example.com", **environ}
    return Run(account, given, records or {})


# A new zone


MAIL: Records = {
    ("example.com", "NS"): {"ns.registrar.net"},
    ("example.com", "MX"): {"10 mail.example.net"},
    ("www.example.com", "CNAME"): {"example.com"},
}


def test_a_domain_may_receive_mail_only_where_it_is_delegated_to_our_zone(
    account: Account,
) -> None:
    ours = {("example.com", "NS"): {"NS-1.example.net", "ns-2.example.org"}}
    for _ in range(2):
        account.has_stack(STATE, NameServers=SERVERS)
    run = deployment(account, {**MAIL, **ours})
    run.steps.domain()
    assert run.printed == []
    with pytest.raises(Stopped, match=r"(?s)receives mail.*HOSTED_ZONE_ID") as stopped:
        deployment(account, MAIL).steps.domain()
    assert "example.com. MX 10 mail.example.net" in str(stopped.value)
    assert "www.example.com. CNAME example.com" in str(stopped.value)


def test_other_records_are_named_and_do_not_stop_it(account: Account) -> None:
    account.has_no_stack()
    run = deployment(account, {("example.com", "A"): {"192.0.2.1"}})
    run.steps.domain()
    [said] = run.printed
    assert said.splitlines()[1:] == ["  example.com. A 192.0.2.1"]


# The delegation


@pytest.mark.parametrize("certificate", [{}, {"CERTIFICATE_ARN": ARN}], ids=["new", "existing"])
def test_a_certificate_of_ours_waits_for_the_delegation(
    account: Account, certificate: dict[str, str]
) -> None:
    account.has_stack(STATE, NameServers=SERVERS)
    run = deployment(account, {("example.com", "NS"): {"ns.registrar.net"}}, **certificate)
    if certificate:  # visitors move whenever the operator wants
        run.steps.delegation()
        [said] = run.printed
    else:
        with pytest.raises(Stopped, match="run this again") as stopped:
            run.steps.delegation()
        said = str(stopped.value)
    assert "NS ns-1.example.net.\n  example.com. NS ns-2.example.org." in said
    account.has_stack(STATE, NameServers=SERVERS)
    delegated = deployment(account, {("example.com", "NS"): OURS}, **certificate)
    delegated.steps.delegation()
    assert delegated.printed == ["delegation: example.com is delegated to our zone"]


# An existing zone


def has_zone(account: Account, name: str = "example.com") -> None:
    zone = {
        "Id": f"/hostedzone/{ZONE}",
        "Name": f"{name}.",
        "CallerReference": "a",
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


def existing(account: Account, name: str = "example.com", servers: set[str] = OURS) -> Run:
    return deployment(account, {(name, "NS"): servers}, HOSTED_ZONE_ID=ZONE)


@pytest.mark.parametrize("name", ["example.com", "com"])
def test_the_zone_may_be_the_domain_s_or_a_parent_s(account: Account, name: str) -> None:
    account.has_no_stack()
    has_zone(account, name)
    has_records(account, ("example.com", "MX"), ("www.example.com", "A"))
    run = existing(account, name)
    run.steps.domain()
    assert run.printed == [f"domain: the zone {name}, {ZONE} exists"]


def test_another_s_record_stops_it_before_cloudformation_fails(account: Account) -> None:
    account.has_no_stack()
    has_zone(account)
    has_records(account, ("example.com", "AAAA"))
    with pytest.raises(Stopped, match=r"record example\.com AAAA already"):
        existing(account).steps.domain()


def test_the_deployment_s_own_record_stays_and_a_zone_that_nothing_leads_to_is_said(
    account: Account,
) -> None:
    account.has_stack(SERVICE, PublicUrl="https://example.com")
    has_zone(account)
    run = existing(account, servers={"ns.registrar.net"})
    run.steps.domain()
    assert "delegated to ns.registrar.net, not to this zone" in run.printed[1]


# DNS records


def answers(
    monkeypatch: pytest.MonkeyPatch, *texts: str, code: dns.rcode.Rcode = dns.rcode.NOERROR
) -> None:
    """The resolver's response to every query: a code, and records as in a zone file."""

    def respond(query: dns.message.QueryMessage, *_: object, **__: object) -> dns.message.Message:
        response = dns.message.make_response(query)
        response.set_rcode(code)
        for text in texts:
            name, kind, value = text.split(maxsplit=2)
            response.answer.append(dns.rrset.from_text(name, 60, "IN", kind, value))
        return dns.message.from_wire(response.to_wire())

    def configure(resolver: Any, _: object) -> None:
        resolver.nameservers = ["127.0.0.1"]

    monkeypatch.setattr(Resolver, "read_resolv_conf", configure)
    monkeypatch.setattr(dns.query, "udp", respond)


@pytest.mark.parametrize(
    ("kind", "texts", "own"),
    [
        ("MX", ["example.com. MX 10 a.example.org."], {"10 a.example.org"}),
        # What an alias leads to is not the name's own.
        ("MX", ["example.com. CNAME b.org.", "b.org. MX 10 a.b.org."], set()),
        ("NS", [], set()),
    ],
)
def test_a_name_s_own_records_are_found(
    kind: str, texts: list[str], own: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, *texts)
    assert domain.records("example.com", kind) == own


def test_an_unknown_name_has_none_and_a_resolver_that_fails_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers(monkeypatch, code=dns.rcode.NXDOMAIN)
    assert domain.records("example.com", "NS") == set()
    answers(monkeypatch, code=dns.rcode.SERVFAIL)
    with pytest.raises(Stopped, match=r"^domain: [^\n]*127\.0\.0\.1[^\n]*SERVFAIL[^\n]*$"):
        domain.records("example.com", "NS")
