"""A type that the emulator does not know is stored if the product says something of it."""

import json
import os

import boto3
import pytest

from ishizue_ops.emulator import process
from tests.infra.emulator.conftest import needs_emulator

pytestmark = [pytest.mark.slow, pytest.mark.external, needs_emulator]


def test_a_type_of_the_product_s_own_is_deployed_and_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = {"It": {"Type": "AWS::Kitchen::Fridge", "Properties": {"Shelves": 3}}}
    with process.running(types=["AWS::Kitchen::Fridge"]) as emulator:
        for name, text in emulator.environ(os.environ).items():
            monkeypatch.setenv(name, text)
        client = boto3.client("cloudformation")
        client.create_stack(StackName="Own", TemplateBody=json.dumps({"Resources": own}))
        client.get_waiter("stack_create_complete").wait(
            StackName="Own", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
        )
        recorded = map(json.loads, emulator.record.read_text("utf-8").splitlines())
        [made] = [one for one in recorded if one.get("resource") == "AWS::Kitchen::Fridge"]
        assert made["properties"] == {"Shelves": 3}
