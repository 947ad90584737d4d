"""The record: calls in each protocol of AWS's API, and the resources at its end."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.iam.recording import Entry, query, request, resource

from ishizue_ops.iam import services
from ishizue_ops.iam.record import OPERATOR, Record, RecordError, read


def recorded(folder: Path, *entries: Entry) -> Record:
    file = folder / "record.jsonl"
    file.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries))
    return read(file)


def test_a_resource_is_as_it_was_last(tmp_path: Path) -> None:
    role = resource("AWS::IAM::Role", "RoleABCDEF01", "role-1", Description="old")
    key = {"resource": "AWS::IAM::Role", "region": role["region"]}
    change = {**key, "id": "role-1", "properties": {"Description": "new"}}
    replaced = {**change, "becomes": "role-2"}
    gone = {**key, "id": "role-2", "becomes": None}
    [found] = recorded(tmp_path, role, replaced).resources
    assert (found.id, found.properties, found.name, found.stack) == (
        *("role-2", {"Description": "new"}, "Role", "State"),
    )
    assert recorded(tmp_path, role, replaced, gone).resources == []


def test_policies_of_two_regions_may_have_one_id(tmp_path: Path) -> None:
    here = resource("AWS::IAM::Policy", "Policy", "policy-1", Roles=["here"])
    there = {**resource("AWS::IAM::Policy", "Policy", "policy-1", Roles=["there"]), "region": "x"}
    gone = {"resource": "AWS::IAM::Policy", "id": "policy-1", "becomes": None, "region": "x"}
    found = recorded(tmp_path, here, there, gone).of_type("AWS::IAM::Policy")
    assert [policy.properties["Roles"] for policy in found] == [["here"]]


def test_services_call_in_the_region_of_what_makes_them_call(tmp_path: Path) -> None:
    properties = {"LoadBalancerAttributes": [{"Key": "access_logs.s3.bucket", "Value": "logs"}]}
    kind = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    balancer = {**resource(kind, "Balancer", "b", **properties), "region": "ap-northeast-3"}
    cases = [*services.calls(recorded(tmp_path, balancer))]
    # Elastic Load Balancing's account there, by its user guide.
    assert {case.who for case in cases} == {"arn:aws:iam::383597477331:root"}


def test_calls_are_those_of_our_roles_and_of_the_operator(tmp_path: Path) -> None:
    roles = [
        resource("AWS::IAM::Role", name, f"{name}-1") for name in ("Ours", "DeploymentActionRole")
    ]
    session = "arn:aws:sts::123456789012:assumed-role/{}/session"
    callers = [session.format(f"{role['logical_id']}-1") for role in roles]
    asked = [query("sts", "GetCallerIdentity", caller=one) for one in (*callers, OPERATOR, "x")]
    found = recorded(tmp_path, *asked, *roles).calls
    assert [call.caller for call in found] == [callers[0], OPERATOR]


@pytest.mark.parametrize(
    ("entry", "service", "operation", "parameters"),
    [
        (
            query("cloudformation", "CreateChangeSet", **{"Names.member.1": "A", "Names.2": "B"}),
            *("cloudformation", "CreateChangeSet", {"Names": ["A", "B"]}),
        ),
        (
            request("monitoring", path="/service/GraniteService/operation/PutMetricData"),
            *("monitoring", "PutMetricData", {}),
        ),
        (
            request("cloudfront", path="/2020-05-31/distribution/ABC/invalidation"),
            *("cloudfront", "CreateInvalidation", {"DistributionId": "ABC"}),
        ),
        (
            request("route53", method="GET", path="/2013-04-01/hostedzone/Z1"),
            *("route53", "GetHostedZone", {"Id": "Z1"}),
        ),
    ],
    ids=["form", "CBOR", "REST", "REST without a body"],
)
def test_a_request_in_each_protocol(
    entry: Entry, service: str, operation: str, parameters: dict[str, Any], tmp_path: Path
) -> None:
    [call] = recorded(tmp_path, {**entry, "caller": OPERATOR}).calls
    assert (call.service, call.operation, call.parameters) == (service, operation, parameters)


def test_an_unknown_request_is_refused(tmp_path: Path) -> None:
    odd = request("route53", caller=OPERATOR, method="PATCH", path="/nowhere")
    with pytest.raises(RecordError, match="route53: PATCH /nowhere is no known operation"):
        recorded(tmp_path, odd)
