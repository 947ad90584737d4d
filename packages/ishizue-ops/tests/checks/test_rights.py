"""A task's rights are what `may()` declares, or are accepted by construct."""

from typing import Any

import pytest
from aws_cdk import aws_iam as iam
from tests.photos import Photos, photos

from ishizue_ops.checks import __main__ as synth
from ishizue_ops.checks import rights
from ishizue_ops.design.acknowledge import acknowledge
from ishizue_ops.project import read
from ishizue_ops.resource_types import judged
from ishizue_ops.testing.edit import Editor, edited
from ishizue_ops.testing.reading import only


def declared(made: Photos) -> None:
    tasks = made.service.tasks
    objects = made.bucket.arn_for_objects("*")
    tasks["app"].may(["s3:PutObject"], objects, why="Visitors name what they upload")
    tasks["deliver"].may(["sqs:ReceiveMessage", "sqs:DeleteMessage"], made.queue.queue_arn)


def test_what_may_declares_is_granted_and_no_finding_and_what_is_taken_away_is_named() -> None:
    design = photos(declared)
    assert rights.findings(design) == []
    policy = only(design, "AWS::IAM::Policy", "WorkerDeliver/Task/TaskRole/")
    [statement] = policy.properties["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["sqs:DeleteMessage", "sqs:ReceiveMessage"]
    assert design.resolve(statement["Resource"], policy.stack) == only(design, "AWS::SQS::Queue")

    def without_delete(editor: Editor) -> None:
        rights = editor.one("AWS::IAM::Policy", "WorkerDeliver/Task/TaskRole/")["PolicyDocument"]
        rights["Statement"][0]["Action"].remove("sqs:DeleteMessage")

    [finding] = rights.findings(edited(design, without_delete))
    assert finding.where == "deliver.may(…, Events)"
    assert "sqs:DeleteMessage, which no policy grants" in str(finding)


def test_cdks_own_grant_is_listed_by_task_action_and_resource_until_it_is_accepted() -> None:
    def granted(made: Photos) -> None:
        declared(made)
        made.queue.grant_purge(made.service.tasks["purge"].role)
        role = made.service.tasks["mail-out"].role
        policy = iam.ManagedPolicy.from_aws_managed_policy_name("AmazonSQSReadOnlyAccess")
        role.add_managed_policy(policy)
        rule = "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/%s]"
        acknowledge(role, rule % "AmazonSQSReadOnlyAccess", "It is a test")

    design = photos(granted)
    findings = rights.findings(design)
    assert [finding.name for finding in findings] == [
        *["permissions:purge → Events"] * 3,
        "permissions:mail-out → arn:AWS::Partition:iam::aws:policy/AmazonSQSReadOnlyAccess",
    ]
    assert "sqs:PurgeQueue is granted, and no may() declares it" in str(findings[-2])
    assert {*map(str, findings)} <= {*synth.findings(design, read({}))}
    left, said = judged(findings, {"permissions:purge → Events": "it empties the queue"})
    assert [*map(str, left)] == [str(findings[-1])]
    assert said == ["acknowledged: permissions:purge → Events: it empties the queue"]


REFUSED: list[tuple[Any, Any, str]] = [
    ("s3:GetObject", "*", "a list of actions"),
    ([], "*", "a list of actions"),
    (["s3:GetObjekt"], "*", "IAM has no action 's3:GetObjekt'"),
    (["s3:Get*"], "*", "IAM has no action"),
    (["GetObject"], "*", "IAM has no action"),
    (["s3:GetObject"], "uploads", "'uploads' is no ARN"),
    (["s3:GetObject"], object(), "is no ARN"),
    (["s3:ListAllMyBuckets"], "*", "say why"),
    (["s3:ListAllMyBuckets"], "arn:aws:s3:::uploads", "grant it on '\\*'"),
    (["s3:PutObject"], "arn:aws:s3:::uploads", "arn_for_objects"),
    (["s3:ListBucket"], "arn:aws:s3:::uploads/*", "on the bucket itself"),
]


def test_what_cannot_be_meant_is_refused_where_it_is_said() -> None:
    def wrong(made: Photos) -> None:
        for actions, resource, said in REFUSED:
            with pytest.raises(ValueError, match=said):
                made.service.tasks["app"].may(actions, resource)
        made.service.tasks["app"].may(["s3:ListAllMyBuckets"], "*", why="It has no resource")

    assert rights.findings(photos(wrong)) == []
