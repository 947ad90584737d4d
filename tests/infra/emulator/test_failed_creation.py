"""A first creation that fails, as the emulator models CloudFormation's rollback of it."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import WaiterError

from infra.config import REGION
from infra.emulator.leftovers import Left, sweep
from tests.infra.conftest import Assembly
from tests.infra.emulator.conftest import needs_emulator

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


def rolled_back(template: dict[str, Any]) -> tuple[str, list[Left]]:
    """The status of the stack after its creation failed, and what it left."""
    boto3.client("iam", region_name=REGION).create_open_id_connect_provider(Url=URL)
    cloudformation = boto3.client("cloudformation", region_name=REGION)
    made = cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(template))
    with pytest.raises(WaiterError):
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
    [stack] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    return stack["StackStatus"], sweep(boto3.Session(region_name=REGION), [made["StackId"]])


@pytest.mark.usefixtures("emulator")
def test_it_leaves_nothing(assembly: Assembly) -> None:
    template = failing(assembly("none", "example.com"))
    assert rolled_back(template) == ("ROLLBACK_COMPLETE", [])
