"""An older release's stack owns the account's identity provider for GitHub, until it lets go."""

import json
from typing import Any

import boto3
import pytest

from infra.config import REGION
from tests.infra.conftest import Assembly
from tests.infra.emulator.conftest import needs_emulator

pytestmark = [pytest.mark.external, needs_emulator]

STACK = "KiroSampleState"
PROVIDER = "AWS::IAM::OIDCProvider"


def parts(assembly: Assembly, provider: str, *, older: bool = False) -> str:
    """The template's role and provider of the pipeline; an older release deletes the latter."""
    folder = assembly("none", GITHUB_REPOSITORY="owner/name", GITHUB_PROVIDER=provider)
    template: dict[str, Any] = json.loads((folder / f"{STACK}.template.json").read_text())
    kinds = (PROVIDER, "AWS::IAM::Role")
    resources = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] in kinds and name.startswith("Pipeline")
    }
    for resource in resources.values():
        if older and resource["Type"] == PROVIDER:
            resource["DeletionPolicy"] = resource["UpdateReplacePolicy"] = "Delete"
    return json.dumps({"Resources": resources})


@pytest.mark.parametrize(
    ("then", "providers"),
    [(["existing"], 0), (["create", "existing"], 1)],
    ids=["at once", "made to stay first"],
)
@pytest.mark.usefixtures("emulator")
def test_only_after_create_the_provider_outlives_the_update(
    then: list[str], providers: int, assembly: Assembly
) -> None:
    """The first case is what `infra.deploy.release.settings` refuses."""
    cloudformation = boto3.client("cloudformation", region_name=REGION)
    iam = boto3.client("iam", region_name=REGION)
    options = {"StackName": STACK, "Capabilities": ["CAPABILITY_IAM"]}
    body = parts(assembly, "create", older=True)
    cloudformation.create_stack(TemplateBody=body, **options)
    wait = {"StackName": STACK, "WaiterConfig": {"Delay": 1}}
    cloudformation.get_waiter("stack_create_complete").wait(**wait)
    assert len(iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]) == 1
    for provider in then:
        cloudformation.update_stack(TemplateBody=parts(assembly, provider), **options)
        cloudformation.get_waiter("stack_update_complete").wait(**wait)
    found = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert len(found) == providers
