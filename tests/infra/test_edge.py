"""The load balancer, its name and certificate, and the firewall."""

import pytest
from tests.infra.conftest import Designs
from tests.infra.reading import attributes, environment, only

from infra.report.template import Design
from kirosample import limits

DOMAIN = "example.com"


def listeners(design: Design) -> dict[int, str]:
    """What each port does: forward, or redirect with what to where."""
    found = {}
    for listener in design.of_type("AWS::ElasticLoadBalancingV2::Listener"):
        [action] = listener.properties["DefaultActions"]
        to = action.get("RedirectConfig", {})
        does = f"{to['StatusCode']} to {to['Protocol']} {to['Port']}" if to else action["Type"]
        found[listener.properties["Port"]] = f"{listener.properties['Protocol']} {does}"
    return found


def test_the_load_balancer_meets_the_internet_in_both_public_subnets(design: Design) -> None:
    balancer = only(design, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    assert balancer.properties["Scheme"] == "internet-facing"
    assert balancer.properties["Type"] == "application"
    subnets = design.resolve_all(balancer.properties["Subnets"], balancer.stack)
    assert [s.properties["CidrBlock"] for s in subnets] == ["10.0.1.0/24", "10.0.2.0/24"]


def test_it_closes_idle_connections_before_the_server_does(design: Design) -> None:
    balancer = only(design, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    idle = int(attributes(balancer, "LoadBalancerAttributes")["idle_timeout.timeout_seconds"])
    assert idle == limits.LOAD_BALANCER_IDLE_SECONDS == 30
    assert idle < limits.KEEP_ALIVE_SECONDS


def test_it_asks_for_health_as_the_contract_says(design: Design) -> None:
    group = only(design, "AWS::ElasticLoadBalancingV2::TargetGroup").properties
    assert (group["HealthCheckPath"], group["Matcher"]) == ("/livez", {"HttpCode": "200"})
    assert group["HealthCheckIntervalSeconds"] == 10
    assert group["HealthCheckTimeoutSeconds"] < 10
    assert (group["HealthyThresholdCount"], group["UnhealthyThresholdCount"]) == (2, 2)
    assert (group["Port"], group["Protocol"], group["TargetType"]) == (3000, "HTTP", "ip")


def test_a_task_that_leaves_answers_what_it_has_before_it_is_told_to_stop(design: Design) -> None:
    group = only(design, "AWS::ElasticLoadBalancingV2::TargetGroup")
    delay = attributes(group, "TargetGroupAttributes")["deregistration_delay.timeout_seconds"]
    assert int(delay) > limits.WRITE_DEADLINE_SECONDS


def test_requests_are_logged_into_a_private_bucket(design: Design) -> None:
    balancer = only(design, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    said = attributes(balancer, "LoadBalancerAttributes")
    bucket = only(design, "AWS::S3::Bucket")
    assert said["access_logs.s3.enabled"] == "true"
    assert design.resolve(said["access_logs.s3.bucket"], balancer.stack) == bucket
    assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket.properties["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 30


def test_headers_that_are_no_http_do_not_reach_the_tasks(design: Design) -> None:
    balancer = only(design, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    said = attributes(balancer, "LoadBalancerAttributes")
    assert said["routing.http.drop_invalid_header_fields.enabled"] == "true"


def test_only_requests_with_one_reading_reach_the_tasks(design: Design) -> None:
    balancer = only(design, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    said = attributes(balancer, "LoadBalancerAttributes")
    assert said["routing.http.desync_mitigation_mode"] == "strictest"


@pytest.mark.parametrize("database", ["rds", "aurora", "none"])
def test_with_a_domain_80_redirects_to_https(designs: Designs, database: str) -> None:
    design = designs(database, DOMAIN)
    assert listeners(design) == {443: "HTTPS forward", 80: "HTTP HTTP_301 to HTTPS 443"}
    assert environment(design)["KIROSAMPLE_PUBLIC_URL"] == "https://example.com"


@pytest.mark.parametrize("database", ["rds", "aurora", "none"])
def test_without_a_domain_80_serves(designs: Designs, database: str) -> None:
    design = designs(database)
    assert listeners(design) == {80: "HTTP forward"}
    assert design.of_type("AWS::Route53::HostedZone", "AWS::CertificateManager::Certificate") == []
    scheme, name = environment(design)["KIROSAMPLE_PUBLIC_URL"]["Fn::Join"][1]
    balancer = only(design, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    assert scheme == "http://"
    assert name == {"Fn::GetAtt": [balancer.logical_id, "DNSName"]}


def test_the_certificate_is_validated_in_our_zone_and_tls_is_current(designs: Designs) -> None:
    design = designs("rds", DOMAIN)
    zone = only(design, "AWS::Route53::HostedZone")
    certificate = only(design, "AWS::CertificateManager::Certificate")
    assert zone.properties["Name"] == "example.com."
    assert certificate.properties["ValidationMethod"] == "DNS"
    [validation] = certificate.properties["DomainValidationOptions"]
    assert design.resolve(validation["HostedZoneId"], certificate.stack) == zone
    [https] = [
        listener
        for listener in design.of_type("AWS::ElasticLoadBalancingV2::Listener")
        if listener.properties["Port"] == 443
    ]
    assert https.properties["SslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2-Res")
    [used] = https.properties["Certificates"]
    assert design.resolve(used["CertificateArn"], https.stack) == certificate


def test_the_domain_is_an_alias_of_the_load_balancer(designs: Designs) -> None:
    design = designs("rds", DOMAIN)
    alias = only(design, "AWS::Route53::RecordSet")
    balancer = only(design, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    assert (alias.properties["Type"], alias.properties["Name"]) == ("A", "example.com.")
    target = alias.properties["AliasTarget"]
    assert design.resolve(target["HostedZoneId"], alias.stack) == balancer
    zone = only(design, "AWS::Route53::HostedZone")
    assert design.resolve(alias.properties["HostedZoneId"], alias.stack) == zone


def test_the_firewall_is_an_option(design: Design) -> None:
    assert design.of_type("AWS::WAFv2::WebACL", "AWS::WAFv2::WebACLAssociation") == []


def test_the_firewall_has_awss_rules_and_a_rate_for_each_address(designs: Designs) -> None:
    design = designs("rds", DOMAIN, WAF="on")
    acl = only(design, "AWS::WAFv2::WebACL")
    rules = {rule["Name"]: rule["Statement"] for rule in acl.properties["Rules"]}
    managed = {
        name
        for name, statement in rules.items()
        if statement.get("ManagedRuleGroupStatement", {}).get("VendorName") == "AWS"
    }
    assert "AWSManagedRulesCommonRuleSet" in managed
    assert rules["Rate"]["RateBasedStatement"] == {"AggregateKeyType": "IP", "Limit": 2000}
    priorities = [rule["Priority"] for rule in acl.properties["Rules"]]
    assert len(set(priorities)) == len(priorities)
    at = only(design, "AWS::WAFv2::WebACLAssociation")
    balancer = only(design, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    assert design.resolve(at.properties["ResourceArn"], at.stack) == balancer
    assert design.resolve(at.properties["WebACLArn"], at.stack) == acl
