"""What an account has before a deployment that uses it: a zone with mail, and a certificate."""

from dataclasses import replace
from typing import Any

from infra.config import Config

MAIL = "10 mail.example.net"
"""The MX record of the existing zone."""


def made(config: Config, session: Any) -> Config:
    """Make the zone and the certificate that the settings name; return them with the real ids."""
    ids: dict[str, str] = {}
    if config.hosted_zone_id:
        ids["HOSTED_ZONE_ID"] = _zone(session.client("route53"), str(config.domain))
    if config.certificate_arn:
        found = session.client("acm").request_certificate(DomainName=config.domain)
        ids["CERTIFICATE_ARN"] = found["CertificateArn"]
    for name, text in ids.items():
        print(f"operator: {name}={text}")
    return replace(
        config,
        hosted_zone_id=ids.get("HOSTED_ZONE_ID"),
        certificate_arn=ids.get("CERTIFICATE_ARN"),
        explicit={**config.explicit, **ids},
    )


def name_servers(session: Any, identifier: str) -> set[str]:
    """The name servers of a zone."""
    found = session.client("route53").get_hosted_zone(Id=identifier)
    return set(found["DelegationSet"]["NameServers"])


def receives_mail(session: Any, identifier: str) -> bool:
    """Whether the zone still has its MX record."""
    found = session.client("route53").list_resource_record_sets(HostedZoneId=identifier)
    return any(record["Type"] == "MX" for record in found["ResourceRecordSets"])


def _zone(route53: Any, domain: str) -> str:
    zone = route53.create_hosted_zone(Name=domain, CallerReference="operator")["HostedZone"]
    record = {"Name": domain, "Type": "MX", "TTL": 300, "ResourceRecords": [{"Value": MAIL}]}
    change = {"Action": "CREATE", "ResourceRecordSet": record}
    route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch={"Changes": [change]})
    return str(zone["Id"].rpartition("/")[2])
