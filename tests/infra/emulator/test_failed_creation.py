"""A first creation that fails, as the emulator models CloudFormation's rollback of it."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import WaiterError

from infra.config import REGION
from infra.emulator import process
from infra.emulator.leftovers import KEPT, PROTECTED
from tests.infra.conftest import Assembly
from tests.infra.emulator.test_deployed import needs_emulator

pytestmark = [pytest.mark.external, needs_emulator]

STACK, URL = "KiroSampleState", "https://token.actions.githubusercontent.com"


def failing(folder: Path) -> dict[str, Any]:
    """The state's template with one more resource, the last one: an account has it only once."""
    template: dict[str, Any] = json.loads((folder / f"{STACK}.template.json").read_text())
    del template["Parameters"]["BootstrapVersion"], template["Rules"]
    template["Resources"]["Impossible"] = {
        "Type": "AWS::IAM::OIDCProvider",
        "Properties": {"Url": URL},
        "DependsOn": [*template["Resources"]],
    }
    return template


def rolled_back(template: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> tuple[str, set[str]]:
    """The status of the stack after its creation failed, and the types of what it left."""
    with process.running() as emulator:
        for name, text in emulator.environ({}).items():
            monkeypatch.setenv(name, text)
        boto3.client("iam", region_name=REGION).create_open_id_connect_provider(Url=URL)
        cloudformation = boto3.client("cloudformation", region_name=REGION)
        cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(template))
        with pytest.raises(WaiterError):
            cloudformation.get_waiter("stack_create_complete").wait(
                StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
            )
        [stack] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=STACK)
        left = {
            event["ResourceType"]
            for page in pages
            for event in page["StackEvents"]
            if event["ResourceStatus"] in (KEPT, PROTECTED)
        }
    return stack["StackStatus"], left


def test_it_leaves_nothing(assembly: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    template = failing(assembly("none", "example.com"))
    assert rolled_back(template, monkeypatch) == ("ROLLBACK_COMPLETE", set())
