"""The load balancer, its DNS record and certificate, and the firewall."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from infra.product import PRODUCT
from ishizue import limits
from ishizue_ops.project import read
from ishizue_ops.synth import synthesize
from ishizue_ops.template import Design, Resource, load
from ishizue_ops.testing.designs import Assembly, Designs
from ishizue_ops.testing.reading import EXISTING, attributes, only

DOMAIN = "example.com"
SERVICE = "NotesService.template.json"
STATE = "NotesState.template.json"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"


def https(design: Design) -> Resource:
    [listener] = [each for each in design.of_type(LISTENER) if each.properties["Port"] == 443]
    return listener


def test_port_80_serves_until_the_domain_does_and_the_tasks_name_it(designs: Designs) -> None:
    design = designs("rds", DOMAIN)
    ports = {listener.properties["Port"]: listener for listener in design.of_type(LISTENER)}
    [action] = ports[80].properties["DefaultActions"]
    https = {"Protocol": "HTTPS", "Port": "443", "Host": DOMAIN}
    assert action["RedirectConfig"] == {"StatusCode": "HTTP_301", **https}
    serving = design.of_type(RULE)[0]
    alias = only(design, "AWS::Route53::RecordSet", "Alias")
    service = only(design, "AWS::ECS::Service")
    assert (alias.properties["Type"], alias.properties["Name"]) == ("A", "example.com.")
    target = alias.properties["AliasTarget"]["HostedZoneId"]
    assert design.resolve(target, alias.stack) == only(design, BALANCER)
    order = [serving, alias, service, ports[80]]
    for before, after in pairwise(order):
        assert before.logical_id in after.raw["DependsOn"]
    assert design.resolve(serving.properties["ListenerArn"], serving.stack) == ports[443]


def test_an_existing_zone_and_certificate_are_used_and_none_is_made(designs: Designs) -> None:
    design = designs("rds", DOMAIN, **EXISTING)
    assert design.of_type("AWS::Route53::HostedZone", "AWS::CertificateManager::Certificate") == []
    assert https(design).properties["Certificates"] == [
        {"CertificateArn": EXISTING["CERTIFICATE_ARN"]}
    ]
    record = only(design, "AWS::Route53::RecordSet")
    zone_id, _ = design.follow(record.properties["HostedZoneId"], record.stack)
    assert zone_id == EXISTING["HOSTED_ZONE_ID"]


def test_another_name_than_the_domain_never_reaches_the_tasks(designs: Designs) -> None:
    """While a deployed listener gets its rules its default serves: the last rule comes last."""
    serving, unknown = designs("rds", DOMAIN).of_type(RULE)
    [condition] = serving.properties["Conditions"]
    assert condition["HostHeaderConfig"]["Values"] == [DOMAIN]
    [action] = unknown.properties["Actions"]
    assert action["FixedResponseConfig"]["StatusCode"] == "404"
    assert int(serving.properties["Priority"]) < int(unknown.properties["Priority"])
    assert unknown.raw["DependsOn"] == [serving.logical_id]


def test_the_balancer_refuses_what_is_ambiguous_and_ends_idle_connections_first(
    design: Design,
) -> None:
    said = attributes(only(design, BALANCER), "LoadBalancerAttributes")
    assert int(said["idle_timeout.timeout_seconds"]) < limits.KEEP_ALIVE_SECONDS
    assert said["routing.http.desync_mitigation_mode"] == "strictest"


@pytest.mark.parametrize("cdn", ["off", "on"])
def test_without_access_logs_nothing_is_logged_and_what_is_stored_expires(
    assembly: Assembly, cdn: str
) -> None:
    chosen = {"WAF": "on", "CDN": cdn}
    before = assembly("rds", DOMAIN, **chosen)
    after = assembly("rds", DOMAIN, **chosen, ACCESS_LOGS="off")
    design = load(after)
    said = attributes(only(design, BALANCER), "LoadBalancerAttributes")
    assert said["access_logs.s3.enabled"] == "false"
    for kind in ("AWS::WAFv2::LoggingConfiguration", "AWS::Logs::Delivery"):
        assert not design.of_type(kind)
    for acl in design.of_type("AWS::WAFv2::WebACL"):
        assert "'SampledRequestsEnabled': True" not in str(acl.properties)
    stored = ("AWS::S3::Bucket", "AWS::Logs::LogGroup")
    kept = [
        [resource for kind in stored for resource in each.of_type(kind)]
        for each in (load(before), design)
    ]
    assert [resource.raw for resource in kept[0]] == [resource.raw for resource in kept[1]]
    # The state's stack is updated first, while the service's still imports what it exported.
    imported = re.findall(r'"Fn::ImportValue": "([^"]+)"', (before / SERVICE).read_text())
    exported = json.loads((after / STATE).read_text())["Outputs"].values()
    assert {*imported} <= {output["Export"]["Name"] for output in exported if "Export" in output}


def test_the_firewall_limits_each_address_and_logs_without_cookies(designs: Designs) -> None:
    design = designs("rds", DOMAIN, WAF="on", NAT_GATEWAYS="2", ARCHITECTURE="arm64")
    acl = only(design, "AWS::WAFv2::WebACL")
    at = only(design, "AWS::WAFv2::WebACLAssociation")
    assert design.resolve(at.properties["ResourceArn"], at.stack) == only(design, BALANCER)
    assert design.resolve(at.properties["WebACLArn"], at.stack) == acl
    rate = min(acl.properties["Rules"], key=lambda rule: rule["Priority"])
    assert rate["Statement"]["RateBasedStatement"]["AggregateKeyType"] == "IP"
    logging = only(design, "AWS::WAFv2::LoggingConfiguration")
    assert design.resolve(logging.properties["ResourceArn"], logging.stack) == acl
    assert logging.properties["RedactedFields"] == [{"SingleHeader": {"Name": "cookie"}}]
    group = only(design, "AWS::Logs::LogGroup", "FirewallLogs")
    assert group.properties["LogGroupName"].startswith("aws-waf-logs-"), "WAF's condition"
    # Otherwise WAF would write a policy of its own, which no stack deletes.
    policy = only(design, "AWS::Logs::ResourcePolicy").properties["PolicyDocument"]
    assert group.logical_id in str(policy)


def matches(statement: Mapping[str, Any], path: str, labels: list[str]) -> bool:
    """What WAF says of a request to a path, with the labels that earlier rules gave it."""
    [(kind, body)] = statement.items()
    if kind == "AndStatement":
        return all(matches(part, path, labels) for part in body["Statements"])
    if kind == "OrStatement":
        return any(matches(part, path, labels) for part in body["Statements"])
    if kind == "NotStatement":
        return not matches(body["Statement"], path, labels)
    if kind == "LabelMatchStatement":
        return body["Key"] in labels
    text: str = body["SearchString"]
    exactly = body["PositionalConstraint"] == "EXACTLY"
    return path == text if exactly else path.startswith(text)


@pytest.mark.parametrize(
    ("waf", "action", "override"), [("on", "Block", "None"), ("count", "Count", "Count")]
)
def test_bodies_pass_the_firewall_on_the_paths_of_large_bodies_only(
    tmp_path: Path, waf: str, action: str, override: str
) -> None:
    """With WAF=count all but the limit of requests only counts."""
    config = read({"DOMAIN": DOMAIN, "WAF": waf})
    product = replace(PRODUCT, large_bodies=("/hooks/*", "/upload"))
    design = load(synthesize(replace(config, product=product), tmp_path / "cdk.out"))
    rules = only(design, "AWS::WAFv2::WebACL").properties["Rules"]
    rate, *managed, last = sorted(rules, key=lambda rule: rule["Priority"])
    assert rate["Action"] == {"Block": {}}
    assert all(rule["OverrideAction"] == {override: {}} for rule in managed)
    overridden = {
        rule["Name"]: rule["Statement"]["ManagedRuleGroupStatement"].get("RuleActionOverrides")
        for rule in managed
    }
    counted = overridden.pop("AWSManagedRulesCommonRuleSet")
    assert all(rule["ActionToUse"] == {"Count": {}} for rule in counted)
    assert {*overridden.values()} == {None}
    assert last["Action"] == {action: {}}
    names = {rule["Name"].removesuffix("_BODY") for rule in counted}
    assert names == {
        *("SizeRestrictions", "CrossSiteScripting"),
        *("GenericLFI", "GenericRFI", "EC2MetaDataSSRF"),
    }
    for name in names:
        label = [f"awswaf:managed:aws:core-rule-set:{name}_Body"]
        stopped = [
            path
            for path in ("/hooks/a", "/upload", "/uploads", "/", "/hooks")
            if matches(last["Statement"], path, label)
        ]
        assert stopped == ["/uploads", "/", "/hooks"]
    assert not matches(last["Statement"], "/", [])


@pytest.mark.parametrize("cdn", ["off", "on"])
def test_blocked_requests_to_the_paths_of_large_bodies_alarm(tmp_path: Path, cdn: str) -> None:
    """In the firewall's region, from its log; none without that."""

    def designed(**settings: str) -> Design:
        config = read({"DOMAIN": DOMAIN, "CDN": cdn, **settings})
        product = replace(PRODUCT, large_bodies=("/hooks/*", "/upload"))
        return load(synthesize(replace(config, product=product), tmp_path / str(settings)))

    design = designed(WAF="on")
    made = only(design, "AWS::Logs::MetricFilter")
    group = design.resolve(made.properties["LogGroupName"], made.stack)
    assert group == only(design, "AWS::Logs::LogGroup", "FirewallLogs")
    assert made.properties["FilterPattern"] == (
        '{ ($.action = "BLOCK") && '
        '(($.httpRequest.uri = "/hooks/*") || ($.httpRequest.uri = "/upload")) }'
    )
    [counted] = made.properties["MetricTransformations"]
    alarm = only(design, "AWS::CloudWatch::Alarm", "BlockedRequests")
    assert alarm.properties["Namespace"] == counted["MetricNamespace"]
    assert alarm.properties["MetricName"] == counted["MetricName"]
    assert alarm.stack == ("NotesOutside" if cdn == "on" else "NotesService")
    for without in ({"WAF": "on", "ACCESS_LOGS": "off"}, {"WAF": "off"}):
        other = designed(**without)
        assert not other.of_type("AWS::Logs::MetricFilter")
        assert "BlockedRequests" not in str([alarm.name for alarm in other.resources])
