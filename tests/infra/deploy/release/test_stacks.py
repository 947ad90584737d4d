"""Describing and deploying stacks."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from infra.deploy.release import ReleaseError, stacks
from tests.infra.conftest import Assembly
from tests.infra.deploy.aws import DIGEST, URI, Account


def test_a_stack_has_its_status_parameters_and_outputs(account: Account) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI, ImageDigest=DIGEST)
    stack = stacks.describe(account.client("cloudformation"), "KiroSampleState")
    assert (stack.status, stack.parameters) == ("UPDATE_COMPLETE", {"ImageDigest": DIGEST})
    assert stack.output("RepositoryUri") == URI
    with pytest.raises(ReleaseError, match=r"^KiroSampleState has no output MigrationTask: "):
        stack.output("MigrationTask")


def test_a_stack_of_another_environment_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"has no KiroSampleState: .* this ENVIRONMENT$"):
        stacks.read_template(tmp_path, "KiroSampleState")


def test_the_design_s_own_assembly_is_deployed(assembly: Assembly) -> None:
    stacks.refuse_commands(assembly("rds", CDN="on", BACKUP_COPY_REGION="us-west-2"))


@pytest.mark.parametrize(
    "assets",
    [
        {"files": {"template": {"source": {"executable": ["sh", "-c", "id"]}}}},
        {"dockerImages": {"image": {"source": {"directory": "context"}}}},
        {"dockerImages": {"image": {"source": {"executable": ["sh", "-c", "id"]}}}},
    ],
    ids=["a file that a command makes", "an image", "an image that a command makes"],
)
def test_an_assembly_that_runs_something_is_not(tmp_path: Path, assets: object) -> None:
    _write_assembly(tmp_path, "cdk:asset-manifest", {"file": "any name.json"})
    (tmp_path / "any name.json").write_text(json.dumps(assets))
    with pytest.raises(ReleaseError, match="could run a command"):
        stacks.refuse_commands(tmp_path)


def _write_assembly(folder: Path, kind: str, properties: object) -> None:
    artifacts = {"Other": {"type": kind, "properties": properties}}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))


def _deploy(assembly: Path, template: object) -> Sequence[str]:
    (assembly / "KiroSampleState.template.json").write_text(json.dumps(template))
    calls: list[Sequence[str]] = []
    stacks.deploy("KiroSampleState", digest=DIGEST, assembly=assembly, cdk=calls.append)
    [arguments] = calls
    return arguments


def test_a_stack_is_deployed_alone_with_the_image_and_without_approval(tmp_path: Path) -> None:
    arguments = _deploy(tmp_path, {"Parameters": {"ImageDigest": {}}})
    assert arguments[:5] == ["deploy", "KiroSampleState", "--app", str(tmp_path), "--exclusively"]
    assert "--require-approval never" in " ".join(arguments)
    assert arguments[-2:] == ["--parameters", f"KiroSampleState:ImageDigest={DIGEST}"]
    # CloudFormation refuses unknown parameters.
    assert "--parameters" not in _deploy(tmp_path, {"Resources": {}})
