"""A request's operation and parameters, in each protocol of AWS's API."""

import pytest

from infra.iam.requests import UnknownRequest, parse
from tests.infra.iam.recording import called, query, request


def test_a_json_request() -> None:
    entry = called("ecs", "RunTask", cluster="one", tags=[{"key": "a"}])
    assert parse(entry) == ("ecs", "RunTask", {"cluster": "one", "tags": [{"key": "a"}]})


def test_a_form_with_a_list() -> None:
    entry = query(
        "cloudformation",
        "CreateChangeSet",
        StackName="State",
        **{"Capabilities.member.1": "CAPABILITY_IAM", "Capabilities.member.2": "CAPABILITY_X"},
    )
    capabilities = ["CAPABILITY_IAM", "CAPABILITY_X"]
    parsed = {"StackName": "State", "Capabilities": capabilities}
    assert parse(entry) == ("cloudformation", "CreateChangeSet", parsed)


def test_a_web_identity_s_request_is_not_signed() -> None:
    entry = {**query("sts", "AssumeRoleWithWebIdentity", RoleArn="arn"), "headers": {}}
    assert parse(entry) == ("sts", "AssumeRoleWithWebIdentity", {"RoleArn": "arn"})


def test_a_request_with_a_body_of_cbor() -> None:
    entry = request("monitoring", path="/service/GraniteService/operation/PutMetricData")
    assert parse(entry) == ("monitoring", "PutMetricData", {})


@pytest.mark.parametrize(
    ("method", "path", "parameters", "operation"),
    [
        ("GET", "/bucket/", {"list-type": ["2"], "prefix": ["a"]}, "ListObjectsV2"),
        ("GET", "/bucket", {"location": [""]}, "GetBucketLocation"),
        ("GET", "/bucket", {"encryption": [""]}, "GetBucketEncryption"),
        ("PUT", "/bucket/folder/file", {}, "PutObject"),
        ("HEAD", "/bucket/file", {}, "HeadObject"),
        ("DELETE", "/bucket", {}, "DeleteBucket"),
    ],
)
def test_a_request_of_s3_by_its_path_and_query(
    method: str, path: str, parameters: dict[str, list[str]], operation: str
) -> None:
    service, found, names = parse(request("s3", method=method, path=path, query=parameters))
    assert (service, found, names["Bucket"]) == ("s3", operation, "bucket")
    assert names.get("Key") in (None, path.removeprefix("/bucket/"))


def test_a_request_that_no_operation_has() -> None:
    with pytest.raises(UnknownRequest, match="route53: PATCH /nowhere"):
        parse(request("route53", method="PATCH", path="/nowhere"))
