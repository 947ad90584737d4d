"""The stacks as they are deployed, and how one is deployed."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.infra.release.aws import DIGEST, stubbed

from infra.release import ReleaseError, stacks


def test_a_stack_is_its_state_its_parameters_and_what_it_hands_out() -> None:
    with stubbed("cloudformation") as (cloudformation, stubber):
        stubber.add_response(
            "describe_stacks",
            {
                "Stacks": [
                    {
                        "StackName": "KiroSampleState",
                        "CreationTime": datetime.now(UTC),
                        "StackStatus": "UPDATE_COMPLETE",
                        "Parameters": [{"ParameterKey": "ImageDigest", "ParameterValue": DIGEST}],
                        "Outputs": [{"OutputKey": "RepositoryUri", "OutputValue": "host/name"}],
                    }
                ]
            },
            {"StackName": "KiroSampleState"},
        )
        stack = stacks.describe(cloudformation, "KiroSampleState")
    assert stack.status == "UPDATE_COMPLETE"
    assert stack.parameters == {"ImageDigest": DIGEST}
    assert stack.output("RepositoryUri") == "host/name"
    with pytest.raises(ReleaseError, match=r"^KiroSampleState has no output MigrationTask: "):
        stack.output("MigrationTask")


def test_a_stack_that_is_not_there_is_said_so() -> None:
    with stubbed("cloudformation") as (cloudformation, stubber):
        stubber.add_client_error(
            "describe_stacks", "ValidationError", "Stack with id KiroSampleState does not exist"
        )
        with pytest.raises(
            ReleaseError, match=r"^there is no stack KiroSampleState: `make deploy`"
        ):
            stacks.describe(cloudformation, "KiroSampleState")


def _assembly(folder: Path, template: object) -> Path:
    (folder / "KiroSampleState.template.json").write_text(json.dumps(template))
    return folder


def _deploy(assembly: Path) -> Sequence[str]:
    calls: list[Sequence[str]] = []
    stacks.deploy("KiroSampleState", digest=DIGEST, assembly=assembly, cdk=calls.append)
    [arguments] = calls
    return arguments


def test_a_stack_is_deployed_alone_with_the_image_and_without_a_question(tmp_path: Path) -> None:
    arguments = _deploy(_assembly(tmp_path, {"Parameters": {"ImageDigest": {}}}))
    assert arguments[:5] == ["deploy", "KiroSampleState", "--app", str(tmp_path), "--exclusively"]
    assert "--require-approval never" in " ".join(arguments)
    assert arguments[-2:] == ["--parameters", f"KiroSampleState:ImageDigest={DIGEST}"]


def test_a_stack_that_takes_no_image_is_given_none(tmp_path: Path) -> None:
    assert "--parameters" not in _deploy(_assembly(tmp_path, {"Resources": {}}))
