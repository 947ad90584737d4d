"""The deployed stacks: their status, parameters and outputs."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from ishizue_ops.deploy import Stopped
from ishizue_ops.words import Text


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack."""

    name: str
    status: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    arn: str = ""

    def output(self, key: str) -> str:
        """An output's value. Raises Stopped if the stack has no such output."""
        try:
            return self.outputs[key]
        except KeyError:
            raise Stopped(Text("no-output", stack=self.name, key=key)) from None


def describe(cloudformation: Any, name: str) -> Stack:
    """The stack of that name. Raises Stopped if there is none."""
    try:
        [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        raise Stopped(Text("no-stack", name=name)) from None
    return Stack(
        name=name,
        status=stack["StackStatus"],
        parameters={p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", ())},
        outputs={o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", ())},
        arn=stack["StackId"],
    )


def deploy(
    name: str,
    *options: str,
    assembly: Path,
    cdk: Callable[[list[str]], object],
    parameters: Mapping[str, str],
) -> None:
    """Deploy one stack of an assembly, without those it depends on, which have their own steps.

    `options` are further ones of the CDK. Raises what `cdk` raises.
    """
    arguments = ["deploy", name, "--app", str(assembly), "--exclusively", *options]
    for parameter, value in parameters.items():
        arguments += ["--parameters", f"{name}:{parameter}={value}"]
    cdk(arguments)


def read_template(assembly: Path, name: str) -> dict[str, Any]:
    """The synthesized template of a stack. Raises Stopped if it is not in the assembly."""
    try:
        return _read(assembly / f"{name}.template.json")
    except FileNotFoundError:
        raise Stopped(Text("not-synthesized", folder=assembly, name=name)) from None


def refuse_commands(assembly: Path) -> None:
    """Refuse an assembly that makes `cdk deploy` run a command or build an image.

    Another job synthesized it, with third-party code that must not run with our credentials.
    Raises Stopped.
    """
    for name, artifact in _read(assembly / "manifest.json")["artifacts"].items():
        refused = artifact["type"] == "cdk:cloud-assembly"  # with a manifest of its own
        if artifact["type"] == "cdk:asset-manifest":
            assets = _read(assembly / artifact["properties"]["file"])
            files = assets.get("files", {}).values()
            commands = any("executable" in file["source"] for file in files)
            refused = commands or bool(assets.get("dockerImages"))
        if refused:
            raise Stopped(Text("more-than-files", folder=assembly, name=name))


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
