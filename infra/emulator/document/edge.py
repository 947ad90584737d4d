"""What the internet meets, as the document and our contract have it."""

from typing import Any

from infra.emulator.account import Account
from infra.emulator.document.line import Line, not_kept

_HEADING = "Load balancing"


def _zone(account: Account) -> dict[str, Any]:
    identifier = account.id("AWS::Route53::HostedZone")
    return dict(account.client("route53").get_hosted_zone(Id=identifier)["HostedZone"])


def _alias_leads_to_balancer(account: Account) -> bool:
    records = account.client("route53").list_resource_record_sets(HostedZoneId=_zone(account)["Id"])
    [alias] = [
        record
        for record in records["ResourceRecordSets"]
        if record["Type"] == "A"
        and record["Name"].rstrip(".") == _zone(account)["Name"].rstrip(".")
    ]
    wanted: str = account.load_balancer["DNSName"]
    return str(alias["AliasTarget"]["DNSName"]).rstrip(".").removeprefix("dualstack.") == wanted


def _listeners(account: Account) -> dict[int, dict[str, Any]]:
    arn = account.load_balancer["LoadBalancerArn"]
    found = account.client("elbv2").describe_listeners(LoadBalancerArn=arn)["Listeners"]
    return {listener["Port"]: listener for listener in found}


def _https(account: Account) -> tuple[str, str, str]:
    listener = _listeners(account)[443]
    [action] = listener["DefaultActions"]
    return listener["Protocol"], listener["SslPolicy"], action["Type"]


def _redirect(account: Account) -> tuple[str, str, str]:
    [action] = _listeners(account)[80]["DefaultActions"]
    to = action["RedirectConfig"]
    return to["StatusCode"], to["Protocol"], to["Port"]


def _certificate(account: Account) -> tuple[str, bool]:
    arn = account.id("AWS::CertificateManager::Certificate")
    found = account.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    [held] = _listeners(account)[443]["Certificates"]
    return found["DomainName"], held["CertificateArn"] == arn


def _target_group(account: Account) -> dict[str, Any]:
    arn = account.id("AWS::ElasticLoadBalancingV2::TargetGroup")
    [found] = account.client("elbv2").describe_target_groups(TargetGroupArns=[arn])["TargetGroups"]
    return dict(found)


def _health_check(account: Account) -> tuple[object, ...]:
    group = _target_group(account)
    return (
        group["HealthCheckPath"],
        group["HealthCheckIntervalSeconds"],
        group["HealthyThresholdCount"],
        group["UnhealthyThresholdCount"],
    )


def _attribute(account: Account, key: str) -> str:
    arn = account.load_balancer["LoadBalancerArn"]
    found = account.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arn)
    [value] = [held["Value"] for held in found["Attributes"] if held["Key"] == key]
    return str(value)


def lines(domain: str) -> list[Line]:
    """Route 53 and the load balancer, with HTTPS for `domain`."""
    return [
        Line(_HEADING, "Route 53, zone", f"{domain}.", lambda account: _zone(account)["Name"]),
        Line(_HEADING, "Route 53 resolves the name to the ALB", True, _alias_leads_to_balancer),
        Line(
            _HEADING,
            "ALB, for the internet",
            ("application", "internet-facing"),
            lambda account: (account.load_balancer["Type"], account.load_balancer["Scheme"]),
        ),
        Line(
            _HEADING,
            "HTTPS ends here",
            ("HTTPS", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "forward"),
            _https,
        ),
        Line(_HEADING, "Certificate, and it is the listener's", (domain, True), _certificate),
        Line(_HEADING, "HTTP is redirected", ("HTTP_301", "HTTPS", "443"), _redirect),
        Line(_HEADING, "No other listener", [80, 443], lambda account: sorted(_listeners(account))),
        Line(
            _HEADING,
            "Tasks as targets",
            ("ip", "HTTP", 3000),
            lambda account: tuple(
                _target_group(account)[key] for key in ("TargetType", "Protocol", "Port")
            ),
        ),
        Line(
            _HEADING, "Health check: path, seconds, up, down", ("/livez", 10, 2, 2), _health_check
        ),
        Line(
            _HEADING,
            "Idle time-out, s",
            "30",
            lambda account: _attribute(account, "idle_timeout.timeout_seconds"),
        ),
        Line(
            _HEADING,
            "Desync mitigation, invalid header fields dropped",
            ("strictest", "true"),
            lambda account: (
                _attribute(account, "routing.http.desync_mitigation_mode"),
                _attribute(account, "routing.http.drop_invalid_header_fields.enabled"),
            ),
        ),
        not_kept(_HEADING, "Health of the targets", "healthy"),
    ]
