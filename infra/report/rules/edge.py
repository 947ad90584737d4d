"""The load balancer: HTTPS, its redirect, its health check."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.report.rules.finding import Broken
from infra.report.template import Design


def https_without_certificate(design: Design) -> Iterator[Broken]:
    """An HTTPS listener without a certificate."""
    for listener in design.of_type("AWS::ElasticLoadBalancingV2::Listener"):
        https = listener.properties.get("Protocol") == "HTTPS"
        if https and not listener.properties.get("Certificates"):
            yield listener.name, "HTTPS without a certificate"


def old_tls_policy(design: Design) -> Iterator[Broken]:
    """A listener that does not speak TLS 1.3; AWS's default policy does not."""
    for listener in design.of_type("AWS::ElasticLoadBalancingV2::Listener"):
        policy = str(listener.properties.get("SslPolicy"))
        if listener.properties.get("Protocol") == "HTTPS" and "TLS13" not in policy:
            yield listener.name, f"the TLS policy is {policy}"


def plain_http_beside_https(design: Design) -> Iterator[Broken]:
    """Where there is HTTPS, HTTP only redirects to it."""
    listeners = design.of_type("AWS::ElasticLoadBalancingV2::Listener")
    if not any(each.properties.get("Protocol") == "HTTPS" for each in listeners):
        return
    for listener in listeners:
        actions = listener.properties.get("DefaultActions", [])
        redirects = all(_redirects(action) for action in actions)
        if listener.properties.get("Protocol") == "HTTP" and not redirects:
            yield listener.name, "answers over HTTP where there is HTTPS"


def _redirects(action: Mapping[str, Any]) -> bool:
    redirect = action.get("RedirectConfig", {})
    wanted = {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}
    return all(redirect.get(key) == value for key, value in wanted.items())


def load_balancer_internal(design: Design) -> Iterator[Broken]:
    """A load balancer without public addresses."""
    for balancer in design.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        if balancer.properties.get("Scheme", "internet-facing") != "internet-facing":
            yield balancer.name, "not internet-facing: nobody reaches it"


def load_balancer_health_check(design: Design) -> Iterator[Broken]:
    """The contract's check, and its time-out: a task that is gone is out in 25 s at most."""
    wanted = {
        "HealthCheckPath": "/livez",
        "HealthCheckIntervalSeconds": 10,
        "HealthCheckTimeoutSeconds": 5,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 2,
    }
    for group in design.of_type("AWS::ElasticLoadBalancingV2::TargetGroup"):
        for key, value in wanted.items():
            if group.properties.get(key) != value:
                yield group.name, f"{key} is {group.properties.get(key)}, not {value}"
