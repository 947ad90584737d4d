"""The two stacks as they are deployed: their state, what they were given and what they hand out."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.release import ReleaseError

STATE, SERVICE = "KiroSampleState", "KiroSampleService"

DIGEST = "ImageDigest"
"""The parameter of either stack: the image of the migration's task, and of the service's."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack."""

    name: str
    status: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]

    def output(self, key: str) -> str:
        """What the stack hands out. Raises ReleaseError where it does not."""
        try:
            return self.outputs[key]
        except KeyError:
            raise ReleaseError(f"{self.name} has no output {key}: deploy it again") from None


def describe(cloudformation: Any, name: str) -> Stack:
    """The stack of that name. Raises ReleaseError where there is none."""
    try:
        [found] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        raise ReleaseError(f"there is no stack {name}: `make deploy` makes it once") from None
    return Stack(
        name=name,
        status=found["StackStatus"],
        parameters={p["ParameterKey"]: p["ParameterValue"] for p in found.get("Parameters", ())},
        outputs={o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", ())},
    )


def deploy(
    name: str, *, digest: str, assembly: Path, cdk: Callable[[Sequence[str]], object]
) -> None:
    """Deploy one stack of a synthesized assembly with this image. Raises what `cdk` raises."""
    template = json.loads((assembly / f"{name}.template.json").read_text(encoding="utf-8"))
    arguments = ["deploy", name, "--app", str(assembly), "--exclusively"]
    # Whoever may merge has approved: there is nobody here to ask.
    arguments += ["--require-approval", "never", "--progress", "events"]
    # Without a database the state has no migration, and CloudFormation refuses what it cannot use.
    if DIGEST in template.get("Parameters", {}):
        arguments += ["--parameters", f"{name}:{DIGEST}={digest}"]
    cdk(arguments)
