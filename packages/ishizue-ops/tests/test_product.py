"""What a product says about itself: its secrets, and what cannot be meant."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr

from ishizue_ops.config import Config
from ishizue_ops.design import tasks
from ishizue_ops.design.network import ExistingNetwork
from ishizue_ops.design.service import Service
from ishizue_ops.product import Cached, Graph, MetricAlarm, Product, Secret, Urgency

ARN = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:mail/key-a1B2c3"
SAID: dict[str, Any] = {"description": "A key", "why_not_rotated": "Its holder does."}
SECRETS = (
    Secret(
        construct_id="Hook",
        setting="HOOK",
        **SAID,
        secret_string_template={"user": "hook"},
        generate_string_key="key",
        json_key="key",
    ),
    Secret(construct_id="Mail", setting="MAIL", arn=ARN),
    Secret(construct_id="Sms", setting="SMS", arn=ARN, json_key="token"),
)


def test_a_secret_is_generated_as_json_or_exists() -> None:
    stack = cdk.Stack(cdk.App(), "Theirs")
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-1",
        availability_zones=["ap-northeast-1a", "ap-northeast-1c"],
        private_subnet_ids=["subnet-1", "subnet-2"],
    )
    Service(
        stack,
        "Service",
        config=Config(product=Product(name="Shop")),
        network=ExistingNetwork(
            vpc=vpc, private_subnets=ec2.SubnetSelection(subnets=vpc.private_subnets)
        ),
        security_group=ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1"),
        repository=ecr.Repository.from_repository_name(stack, "Repository", "shop"),
        secrets={one.setting: tasks.injected(stack, one, None) for one in SECRETS},
    )
    template = assertions.Template.from_stack(stack)
    [(made, properties)] = template.find_resources("AWS::SecretsManager::Secret").items()
    generated = properties["Properties"]["GenerateSecretString"]
    assert generated["SecretStringTemplate"] == '{"user": "hook"}'
    assert generated["GenerateStringKey"] == "key"
    [task] = template.find_resources("AWS::ECS::TaskDefinition").values()
    injected = {
        secret["Name"]: secret["ValueFrom"]
        for container in task["Properties"]["ContainerDefinitions"]
        for secret in container.get("Secrets", ())
    }
    assert injected == {
        "HOOK": {"Fn::Join": ["", [{"Ref": made}, ":key::"]]},
        "MAIL": ARN,
        "SMS": f"{ARN}:token::",
    }
    allowed = [
        statement["Resource"]
        for policy in template.find_resources("AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "secretsmanager:GetSecretValue" in statement["Action"]
    ]
    assert allowed == [{"Ref": made}, ARN]


def alarm(statistic: str) -> MetricAlarm:
    return MetricAlarm(
        name="Late",
        metric="Waiting",
        statistic=statistic,
        threshold=1,
        meaning="It is late",
        urgency=Urgency.NOW,
    )


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (lambda: Product(name="Shop", uncached="/api/*"), "uncached='/api/.'"),  # type: ignore[arg-type]
        (lambda: Product(name="Shop", smoke_test="/"), "smoke_test='/'"),  # type: ignore[arg-type]
        (lambda: Product(name="Shop", cached=Cached("A", "/a")), "cached="),  # type: ignore[arg-type]
        (lambda: Cached("A", "/a", "q"), "query='q'"),  # type: ignore[arg-type]
        (lambda: Graph("G", ("Requests", "Sum")), "'Requests' is no pair"),  # type: ignore[arg-type]
        (lambda: Graph("G", (("Requests", "sum"),)), "no statistic 'sum'"),
        (lambda: Product(name="Shop", database="mysql"), "database='mysql'"),  # type: ignore[arg-type]
        (lambda: alarm("Maxi"), "no statistic 'Maxi'"),
        (lambda: Secret(construct_id="A", setting="A"), "state description"),
        (lambda: Secret(construct_id="A", setting="A", arn=ARN[:-7]), "no ARN of a secret"),
        (lambda: Secret(construct_id="A", setting="A", **SAID, generate_string_key="k"), "both"),
        (
            lambda: Secret(
                construct_id="A",
                setting="A",
                arn=ARN,
                generate_string_key="k",
                secret_string_template={"a": "b"},
            ),
            "not generated",
        ),
    ],
)
def test_what_cannot_be_meant_is_said_by_name(wrong: Callable[[], object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        wrong()


@pytest.mark.parametrize("statistic", ["Maximum", "p99", "p99.9", "p100", "IQM", "TM(2%:98%)"])
def test_cloudwatch_s_statistics_are_taken(statistic: str) -> None:
    assert alarm(statistic).statistic == statistic
