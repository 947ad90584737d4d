"""What a product says about itself: its secrets, and what cannot be meant."""

from ipaddress import IPv4Network
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ecs as ecs

from ishizue_ops.design import tasks
from ishizue_ops.product import Cached, Networks, Product, Secret

ARN = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:mail/key-a1B2c3"
HOOK: dict[str, Any] = {
    "construct_id": "Hook",
    "setting": "HOOK",
    "description": "A key",
    "why_not_rotated": "Its holder does.",
    "secret_string_template": {"user": "hook"},
    "generate_string_key": "key",
}
SMS: dict[str, Any] = {"construct_id": "Sms", "setting": "SMS", "arn": ARN}
SHOP: dict[str, Any] = {"name": "Shop"}


def test_a_secret_is_generated_as_json_or_exists() -> None:
    stack = cdk.Stack(cdk.App(), "Theirs")
    secrets = Secret(**HOOK, json_key="key"), Secret(**SMS, json_key="token")
    ecs.FargateTaskDefinition(stack, "Task").add_container(
        "app",
        image=ecs.ContainerImage.from_registry("image"),
        secrets={secret.setting: tasks.injected(stack, secret, None) for secret in secrets},
    )
    template = assertions.Template.from_stack(stack)
    [(made, resource)] = template.find_resources("AWS::SecretsManager::Secret").items()
    generated = resource["Properties"]["GenerateSecretString"]
    assert (generated["SecretStringTemplate"], generated["GenerateStringKey"]) == (
        '{"user": "hook"}',
        "key",
    )
    [task] = template.find_resources("AWS::ECS::TaskDefinition").values()
    [container] = task["Properties"]["ContainerDefinitions"]
    assert container["Secrets"] == [
        {"Name": "HOOK", "ValueFrom": {"Fn::Join": ["", [{"Ref": made}, ":key::"]]}},
        {"Name": "SMS", "ValueFrom": f"{ARN}:token::"},
    ]
    [policy] = template.find_resources("AWS::IAM::Policy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    assert [statement["Resource"] for statement in statements] == [{"Ref": made}, ARN]


ONE = (IPv4Network("10.0.11.0/24"),)


def test_an_old_word_is_an_error_that_names_the_new_one() -> None:
    with pytest.raises(TypeError, match=r"acknowledged=\{finding: reason\}"):
        Product(**SHOP | {"accepted": {"network:Cache": "why"}})


@pytest.mark.parametrize(
    ("made", "given", "named"),
    [
        (Product, SHOP | {"uncached": "/api/*"}, "uncached='/api/.'"),
        (Product, SHOP | {"smoke_test": "/"}, "smoke_test='/'"),
        (Product, SHOP | {"cached": Cached("A", "/a")}, "cached="),
        (Product, SHOP | {"database": "mysql"}, "database='mysql'"),
        (Cached, {"name": "A", "path": "/a", "query": "q"}, "query='q'"),
        (Product, SHOP | {"aurora_min_capacity": 0.7}, "aurora_min_capacity=0.7"),
        (Product, SHOP | {"runbook_url": "http://example.com"}, "runbook_url='http://"),
        (Networks, {"vpc": IPv4Network("10.1.0.0/16")}, "10.0.1.0/24 is outside"),
        (Networks, {"vpc": IPv4Network("10.0.0.0/15")}, "10.0.0.0/15 is none of AWS's"),
        (Networks, {"public": ONE}, "one subnet for each"),
        (Networks, {"private": ONE * 2}, "10.0.11.0/24 and 10.0.11.0/24 overlap"),
        (Secret, HOOK | {"description": ""}, "state description"),
        (Secret, HOOK | {"secret_string_template": {}}, "both set or neither"),
        (
            Product,
            SHOP | {"secrets": (Secret(**HOOK, only=("ap",)),)},
            "Hook: only=.'ap',.: no task",
        ),
        (Secret, HOOK | SMS, "is not generated"),
        (Secret, SMS | {"arn": ARN[:-7]}, "no ARN of a secret"),
    ],
)
def test_what_cannot_be_meant_is_said_by_name(
    made: type[Any], given: dict[str, Any], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        made(**given)
