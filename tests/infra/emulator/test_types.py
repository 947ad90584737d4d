"""A type of the templates that the emulator does not know is stored."""

import json
import os
from typing import Any

import boto3
import pytest

from ishizue.testing.emulator import Emulator
from ishizue_ops.emulator import __main__ as command
from ishizue_ops.project import read
from tests.infra.emulator.conftest import needs_emulator

pytestmark = [pytest.mark.slow, pytest.mark.external, needs_emulator]

FRIDGE, OVEN = "AWS::Kitchen::Fridge", "AWS::Kitchen::Oven"


def test_types_that_it_does_not_know_are_deployed_and_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def rehearsed(_config: object, emulator: Emulator, **_: Any) -> None:
        own = {kind[-4:]: {"Type": kind, "Properties": {"Kind": kind}} for kind in (FRIDGE, OVEN)}
        # The default session may have the environment of an earlier test.
        client = boto3.Session().client("cloudformation")
        client.create_stack(StackName="Own", TemplateBody=json.dumps({"Resources": own}))
        client.get_waiter("stack_create_complete").wait(
            StackName="Own", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
        )
        recorded = map(json.loads, emulator.record.read_text("utf-8").splitlines())
        made = {each["resource"]: each["properties"] for each in recorded}
        assert made == {kind: {"Kind": kind} for kind in (FRIDGE, OVEN)}

    monkeypatch.setattr(command, "rehearse", rehearsed)
    monkeypatch.setattr(os, "environ", dict(os.environ))  # which the command replaces
    command._rehearse(read({}), (FRIDGE, OVEN))
