"""What `make deploy` checks about the domain: its zone, its certificate, its records so far."""

from collections.abc import Callable
from typing import Any

from dns.exception import DNSException
from dns.name import from_text
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from ishizue_ops.config import Config
from ishizue_ops.deploy import Stopped
from ishizue_ops.words import Text

_LOOKUP_SECONDS = 6

Lookup = Callable[[str, str], set[str]]
"""The records of a name and a type; raises Stopped."""

Say = Callable[[str | Text], None]

_LOST: tuple[tuple[str, str], ...] = (
    *(("", kind) for kind in ("MX", "TXT", "A", "AAAA", "CNAME")),
    *(("www.", kind) for kind in ("CNAME", "A")),
)
"""Prefixes and types of records that a domain in use has; others cannot be found from outside."""


def records(name: str, kind: str) -> set[str]:
    """The name's own records of a type such as `MX`, as in a zone file without the final dot.

    Empty if there are none, or if the name is an alias (CNAME) of another that has some. Raises
    Stopped.
    """
    try:
        answer = Resolver().resolve(name, kind, lifetime=_LOOKUP_SECONDS, search=False)
    except (NXDOMAIN, NoAnswer):
        return set()
    except DNSException as error:
        raise Stopped(Text("no-records", error=" ".join(str(error).split()))) from None
    if answer.canonical_name != from_text(name):
        return set()
    return {record.to_text().removesuffix(".") for record in answer}


def name_servers(lookup: Lookup, domain: str) -> set[str]:
    """The name servers that the domain is delegated to, in lower case. Raises Stopped."""
    return {server.lower() for server in lookup(domain, "NS")}


def check_records(lookup: Lookup, domain: str, say: Say) -> None:
    """Before a new zone is made for a domain: raise Stopped if it receives mail.

    The new zone starts without the domain's records, which are lost when it is delegated to it.
    """
    lost = [
        (f"{prefix}{domain}", kind, text)
        for prefix, kind in _LOST
        for text in sorted(lookup(f"{prefix}{domain}", kind))
    ]
    rows = "\n".join(f"  {name}. {kind} {text}" for name, kind, text in lost)
    if any(kind == "MX" for _, kind, _ in lost):
        raise Stopped(Text("receives-mail", domain=domain, rows=rows))
    if lost:
        say(Text("records-to-copy", rows=rows))


def check_zone(route53: Any, lookup: Lookup, config: Config, *, ours: bool, say: Say) -> None:
    """HOSTED_ZONE_ID must be a public zone of the domain or a parent, with room for its record.

    With `ours` the record is of this deployment. Raises Stopped.
    """
    identifier = config.hosted_zone_id
    domain = config.domain
    try:
        response = route53.get_hosted_zone(Id=identifier)
    except route53.exceptions.NoSuchHostedZone:
        raise Stopped(Text("no-zone-here", zone=identifier)) from None
    zone = response["HostedZone"]
    name = str(zone["Name"]).rstrip(".")
    if zone.get("Config", {}).get("PrivateZone"):
        raise Stopped(Text("private-zone", zone=identifier))
    if not f".{domain}".endswith(f".{name}"):
        raise Stopped(Text("zone-of-another", zone=identifier, name=name, domain=domain))
    if not ours:
        _check_room(route53, identifier, domain)
    say(Text("existing-zone", zone=f"{name}, {identifier}"))
    expected = {server.lower() for server in response["DelegationSet"]["NameServers"]}
    if (now := name_servers(lookup, name)) != expected:
        servers = ", ".join(sorted(now)) or Text("no-name-servers")
        elsewhere = Text("delegated-elsewhere", name=name, servers=servers)
        say(elsewhere if config.certificate_arn else Text("certificate-waits", why=elsewhere))


def _check_room(route53: Any, identifier: str | None, domain: str | None) -> None:
    """CloudFormation creates no record where there is one, and fails half an hour later."""
    listed = route53.list_resource_record_sets(
        HostedZoneId=identifier, StartRecordName=domain, StartRecordType="A", MaxItems="20"
    )
    kinds = [
        record["Type"]
        for record in listed["ResourceRecordSets"]
        if record["Name"].rstrip(".") == domain and record["Type"] in ("A", "AAAA", "CNAME")
    ]
    if kinds:
        raise Stopped(Text("record-exists", domain=domain, kind=kinds[0]))


def check_certificate(acm: Any, config: Config) -> None:
    """CERTIFICATE_ARN must be issued and cover the domain. Raises Stopped."""
    arn = config.certificate_arn
    domain = str(config.domain)
    try:
        certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    except acm.exceptions.ResourceNotFoundException:
        raise Stopped(Text("no-certificate", arn=arn)) from None
    if certificate["Status"] != "ISSUED":
        raise Stopped(Text("not-issued", status=certificate["Status"]))
    names = {certificate["DomainName"], *certificate.get("SubjectAlternativeNames", ())}
    if not names & {domain, f"*.{domain.partition('.')[2]}"}:
        covered = ", ".join(sorted(names))
        raise Stopped(Text("certificate-of-another", names=covered, domain=domain))


def check_delegation(
    lookup: Lookup, domain: str, ours: set[str], *, needed: bool, say: Say
) -> None:
    """Say how to delegate the domain to our name servers, unless it is.

    Raises Stopped with that if the deployment needs it now.
    """
    now = name_servers(lookup, domain)
    if now == ours:
        say(Text("delegated", domain=domain))
        return
    rows = "\n".join(f"  {domain}. NS {name}." for name in sorted(ours))
    servers = ", ".join(sorted(now)) or Text("no-name-servers")
    how = Text("how-to-delegate", domain=domain, servers=servers, records=rows)
    if needed:
        raise Stopped(Text("not-delegated", how=how))
    say(Text("when-to-move", how=how))
