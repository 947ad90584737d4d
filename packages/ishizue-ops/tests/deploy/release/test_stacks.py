"""The deployed stacks, and the assemblies that a release deploys."""

import json
from pathlib import Path

import pytest
from tests.deploy.aws import STATE

from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.release import stacks


def test_an_output_that_a_stack_lacks_is_an_error() -> None:
    stack = stacks.Stack(STATE, "UPDATE_COMPLETE", {}, {})
    with pytest.raises(Stopped, match=r"^NotesState has no output MigrationTask: "):
        stack.output("MigrationTask")


def test_a_stack_of_another_environment_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match=r"has no NotesState: .* this ENVIRONMENT$"):
        stacks.read_template(tmp_path, STATE)


@pytest.mark.parametrize(
    ("kind", "assets"),
    [
        ("asset-manifest", {"files": {"one": {"source": {"executable": ["sh", "-c", "id"]}}}}),
        ("asset-manifest", {"dockerImages": {"image": {"source": {"directory": "context"}}}}),
        ("cloud-assembly", {}),
    ],
    ids=["a file that a command makes", "an image", "another assembly"],
)
def test_an_assembly_that_runs_something_is_not(tmp_path: Path, kind: str, assets: object) -> None:
    artifact = {"type": f"cdk:{kind}", "properties": {"file": "any name.json"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"Other": artifact}}))
    (tmp_path / "any name.json").write_text(json.dumps(assets))
    with pytest.raises(Stopped, match="could run a command"):
        stacks.refuse_commands(tmp_path)
