"""The record: the calls that boto3 makes, and the resources at its end."""

import json
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber
from tests.iam.recording import Entry, resource

from ishizue_ops.iam import calls, services
from ishizue_ops.iam.actions import iam_action
from ishizue_ops.iam.record import Record, RecordError, read


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
    assert found.id == "role-2"
    assert found.properties == {"Description": "new"}
    assert (found.name, found.stack) == ("Role", "State")
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


def test_a_call_is_written_down_with_its_parameters(tmp_path: Path) -> None:
    session = boto3.Session("key", "secret", region_name="ap-northeast-3")
    calls.listen(session, tmp_path / "calls", "arn:aws:sts::1:assumed-role/Role/session")
    client = session.client("cloudwatch")
    with Stubber(client) as stub:
        stub.add_response("describe_alarms", {})
        client.describe_alarms(AlarmNames=["Slow"])
    [call] = read(tmp_path / "calls").calls
    assert (call.caller, call.region) == (
        "arn:aws:sts::1:assumed-role/Role/session",
        "ap-northeast-3",
    )
    assert iam_action(call.service, call.operation) == "cloudwatch:DescribeAlarms"
    assert call.parameters == {"AlarmNames": ["Slow"]}


def test_without_a_record_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="run make deploy-emulated"):
        read(tmp_path / "record.jsonl")
