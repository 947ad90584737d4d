"""The load balancer, its DNS record and certificate, and the firewall."""

from itertools import pairwise

import pytest

from infra.checks.template import Design
from kirosample import limits
from tests.infra.conftest import Designs
from tests.infra.reading import attributes, environment, only

DOMAIN = "example.com"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"


def listeners(design: Design) -> dict[int, str]:
    """What each port does."""
    found = {}
    for listener in design.of_type(LISTENER):
        [action] = listener.properties["DefaultActions"]
        to = action.get("RedirectConfig", {})
        does = f"{to['StatusCode']} to {to['Protocol']} {to['Port']}" if to else action["Type"]
        assert to.get("Host", DOMAIN) == DOMAIN
        found[listener.properties["Port"]] = f"{listener.properties['Protocol']} {does}"
    return found


def rules(design: Design) -> list[tuple[int, str, str]]:
    """Each rule's priority, condition and action, in the order in which they are tried."""
    found = []
    for rule in design.of_type(RULE):
        [condition], [action] = rule.properties["Conditions"], rule.properties["Actions"]
        [values] = [condition[key]["Values"] for key in condition if key.endswith("Config")]
        does = action.get("FixedResponseConfig", {}).get("StatusCode", action["Type"])
        found.append((int(rule.properties["Priority"]), *values, does))
    return sorted(found)


def balancer_attributes(design: Design) -> dict[str, str]:
    return attributes(only(design, BALANCER), "LoadBalancerAttributes")


def test_it_closes_idle_connections_before_the_server_does(design: Design) -> None:
    idle = int(balancer_attributes(design)["idle_timeout.timeout_seconds"])
    assert idle < limits.KEEP_ALIVE_SECONDS


def test_the_balancer_checks_livez_every_ten_seconds_twice(design: Design) -> None:
    group = only(design, "AWS::ElasticLoadBalancingV2::TargetGroup").properties
    assert (group["HealthCheckPath"], group["Matcher"]) == ("/livez", {"HttpCode": "200"})
    assert group["HealthCheckIntervalSeconds"] == 10
    assert group["HealthCheckTimeoutSeconds"] == 5
    assert (group["HealthyThresholdCount"], group["UnhealthyThresholdCount"]) == (2, 2)
    assert (group["Port"], group["Protocol"], group["TargetType"]) == (3000, "HTTP", "ip")


def test_a_deregistered_task_has_time_to_finish_its_requests(design: Design) -> None:
    group = only(design, "AWS::ElasticLoadBalancingV2::TargetGroup")
    delay = attributes(group, "TargetGroupAttributes")["deregistration_delay.timeout_seconds"]
    assert int(delay) > limits.WRITE_DEADLINE_SECONDS


def test_requests_are_logged_to_a_private_bucket(design: Design) -> None:
    said, bucket = balancer_attributes(design), only(design, "AWS::S3::Bucket")
    assert said["access_logs.s3.enabled"] == "true"
    assert design.resolve(said["access_logs.s3.bucket"], "KiroSampleService") == bucket
    assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket.properties["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 30


def test_ambiguous_requests_and_invalid_headers_are_refused(design: Design) -> None:
    said = balancer_attributes(design)
    assert said["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert said["routing.http.desync_mitigation_mode"] == "strictest"


@pytest.mark.parametrize("database", ["rds", "aurora", "none"])
def test_with_a_domain_80_redirects_to_https(designs: Designs, database: str) -> None:
    design = designs(database, DOMAIN)
    assert listeners(design) == {443: "HTTPS forward", 80: "HTTP HTTP_301 to HTTPS 443"}
    assert environment(design)["KIROSAMPLE_PUBLIC_URL"] == "https://example.com"


def test_only_the_domain_reaches_the_tasks(designs: Designs) -> None:
    design = designs("rds", DOMAIN)
    assert rules(design) == [(100, DOMAIN, "forward"), (50_000, "*", "404")]
    assert rules(designs()) == [(100, "*", "forward")]
    # While a deployed listener gets its rules, its default still serves, and the last rule comes
    # after the domain's.
    serving, unknown = design.of_type(RULE)
    assert unknown.raw["DependsOn"] == [serving.logical_id]


def test_port_80_serves_until_the_domain_does_and_the_tasks_name_it(designs: Designs) -> None:
    design = designs("rds", DOMAIN)
    ports = {listener.properties["Port"]: listener for listener in design.of_type(LISTENER)}
    serving = design.of_type(RULE)[0]
    alias, service = only(design, "AWS::Route53::RecordSet"), only(design, "AWS::ECS::Service")
    order = [serving, alias, service, ports[80]]
    for before, after in pairwise(order):
        assert before.logical_id in after.raw["DependsOn"]
    assert design.resolve(serving.properties["ListenerArn"], serving.stack) == ports[443]


@pytest.mark.parametrize("domain", [DOMAIN, "www.example.com"])
def test_an_existing_zone_and_certificate_are_used_and_none_is_made(
    designs: Designs, domain: str
) -> None:
    certificate = "arn:aws:acm:ap-northeast-1:111122223333:certificate/" + "-".join(
        "0" * count for count in (8, 4, 4, 4, 12)
    )
    zone = "Z0123456789ABC"
    design = designs("rds", domain, HOSTED_ZONE_ID=zone, CERTIFICATE_ARN=certificate)
    assert design.of_type("AWS::Route53::HostedZone", "AWS::CertificateManager::Certificate") == []
    assert "NameServers" not in design.templates["KiroSampleState"]["Outputs"]
    [https] = [found for found in design.of_type(LISTENER) if found.properties["Port"] == 443]
    assert https.properties["Certificates"] == [{"CertificateArn": certificate}]
    alias = only(design, "AWS::Route53::RecordSet")
    assert alias.properties["Name"] == f"{domain}."
    handed = alias.properties["HostedZoneId"]
    name = design.parameters[alias.stack][handed["Ref"]]["Default"]
    [stored] = [p for p in design.of_type("AWS::SSM::Parameter") if p.properties["Name"] == name]
    assert stored.properties["Value"] == zone


def test_an_existing_zone_changes_nothing_in_the_service(designs: Designs) -> None:
    """Both hand its id over, so a record in the same zone is not replaced."""
    own, given = designs("rds", DOMAIN), designs("rds", DOMAIN, HOSTED_ZONE_ID="Z0123456789ABC")
    assert own.templates["KiroSampleService"] == given.templates["KiroSampleService"]


@pytest.mark.parametrize("database", ["rds", "aurora", "none"])
def test_without_a_domain_80_serves(designs: Designs, database: str) -> None:
    design = designs(database)
    assert listeners(design) == {80: "HTTP forward"}
    assert design.of_type("AWS::Route53::HostedZone", "AWS::CertificateManager::Certificate") == []
    scheme, name = environment(design)["KIROSAMPLE_PUBLIC_URL"]["Fn::Join"][1]
    balancer = only(design, BALANCER)
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
    [https] = [found for found in design.of_type(LISTENER) if found.properties["Port"] == 443]
    assert https.properties["SslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2-Res")
    [used] = https.properties["Certificates"]
    assert design.resolve(used["CertificateArn"], https.stack) == certificate


def test_the_domain_is_an_alias_of_the_load_balancer(designs: Designs) -> None:
    design = designs("rds", DOMAIN)
    alias = only(design, "AWS::Route53::RecordSet")
    balancer = only(design, BALANCER)
    assert (alias.properties["Type"], alias.properties["Name"]) == ("A", "example.com.")
    target = alias.properties["AliasTarget"]
    assert design.resolve(target["HostedZoneId"], alias.stack) == balancer
    zone = only(design, "AWS::Route53::HostedZone")
    assert design.resolve(alias.properties["HostedZoneId"], alias.stack) == zone


def test_the_firewall_has_aws_managed_rules_and_a_rate_limit_per_address(designs: Designs) -> None:
    assert designs("rds", DOMAIN).of_type("AWS::WAFv2::WebACL") == []
    design = designs("rds", DOMAIN, WAF="on")
    acl = only(design, "AWS::WAFv2::WebACL")
    rules = {rule["Name"]: rule["Statement"] for rule in acl.properties["Rules"]}
    managed = {
        name
        for name, statement in rules.items()
        if statement.get("ManagedRuleGroupStatement", {}).get("VendorName") == "AWS"
    }
    assert "AWSManagedRulesCommonRuleSet" in managed
    assert rules["Rate"]["RateBasedStatement"]["AggregateKeyType"] == "IP"
    priorities = [rule["Priority"] for rule in acl.properties["Rules"]]
    assert len(set(priorities)) == len(priorities)
    at = only(design, "AWS::WAFv2::WebACLAssociation")
    balancer = only(design, BALANCER)
    assert design.resolve(at.properties["ResourceArn"], at.stack) == balancer
    assert design.resolve(at.properties["WebACLArn"], at.stack) == acl


def test_the_firewall_logs_what_it_blocks_without_cookies(designs: Designs) -> None:
    design = designs("rds", DOMAIN, WAF="on", LOG_DAYS="7")
    logging = only(design, "AWS::WAFv2::LoggingConfiguration")
    assert design.resolve(logging.properties["ResourceArn"], logging.stack) == only(
        design, "AWS::WAFv2::WebACL"
    )
    group = only(design, "AWS::Logs::LogGroup", "FirewallLogs")
    assert group.properties["LogGroupName"].startswith("aws-waf-logs-")
    assert group.properties["RetentionInDays"] == 7
    [destination] = logging.properties["LogDestinationConfigs"]
    *_, kind, name = destination["Fn::Join"][1]
    assert kind.endswith(":log-group:")
    assert design.resolve(name, logging.stack) == group
    assert logging.properties["RedactedFields"] == [{"SingleHeader": {"Name": "cookie"}}]
    kept = logging.properties["LoggingFilter"]
    assert kept["DefaultBehavior"] == "DROP"
    actions = {
        condition["ActionCondition"]["Action"]
        for entry in kept["Filters"]
        for condition in entry["Conditions"]
    }
    assert actions == {"BLOCK", "COUNT"}
    # Otherwise WAF would write a policy of its own, which no stack deletes.
    policy = only(design, "AWS::Logs::ResourcePolicy").properties["PolicyDocument"]
    assert "delivery.logs.amazonaws.com" in str(policy)
    assert group.logical_id in str(policy)
