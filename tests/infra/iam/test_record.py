"""The record: each call with the resources as they were when it was made."""

import json
from pathlib import Path

import pytest

from infra.iam.record import Call, RecordError, read
from tests.infra.iam.recording import Entry, query, resource


def calls(folder: Path, *entries: Entry) -> list[Call]:
    file = folder / "record.jsonl"
    file.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries))
    return read(file)


def test_a_call_sees_what_was_deployed_before_it(tmp_path: Path) -> None:
    role = resource("AWS::IAM::Role", "RoleABCDEF01", "role-1", Description="old")
    change = {"resource": "AWS::IAM::Role", "id": "role-1", "properties": {"Description": "new"}}
    replaced = {**change, "becomes": "role-2"}
    gone = {"resource": "AWS::IAM::Role", "id": "role-2", "becomes": None}
    ask = query("sts", "GetCallerIdentity")
    found = calls(tmp_path, ask, role, ask, replaced, ask, gone, ask)
    roles = [call.account.of_type("AWS::IAM::Role") for call in found]
    assert [[(one.id, one.properties["Description"]) for one in at] for at in roles] == [
        [],
        [("role-1", "old")],
        [("role-2", "new")],
        [],
    ]
    assert {one.name for at in roles for one in at} == {"Role"}


def test_a_missing_record_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="make deploy-emulated"):
        read(tmp_path / "record.jsonl")


def test_an_unknown_request_is_refused(tmp_path: Path) -> None:
    odd = {**query("route53", ""), "method": "PATCH", "body": "", "path": "/nowhere"}
    with pytest.raises(RecordError, match="PATCH /nowhere is no known operation"):
        calls(tmp_path, odd)


def test_policies_of_two_regions_may_have_one_id(tmp_path: Path) -> None:
    here = resource("AWS::IAM::Policy", "Policy", "policy-1", Roles=["here"])
    there = {**resource("AWS::IAM::Policy", "Policy", "policy-1", Roles=["there"]), "region": "x"}
    gone = {"resource": "AWS::IAM::Policy", "id": "policy-1", "becomes": None, "region": "x"}
    ask = query("sts", "GetCallerIdentity")
    both, one = calls(tmp_path, here, there, ask, gone, ask)
    found = [
        [policy.properties["Roles"] for policy in call.account.of_type("AWS::IAM::Policy")]
        for call in (both, one)
    ]
    assert found == [[["here"], ["there"]], [["here"]]]
