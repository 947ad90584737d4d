"""The record of a rehearsal: the pipeline's calls, and what was deployed."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.model import OperationModel

BOOTSTRAP = "CDKToolkit"
"""The stack of the CDK's bootstrap, whose policies are not ours."""


@dataclass(frozen=True)
class Deployed:
    """A deployed resource. `id` is what `Ref` returns; properties have no references left."""

    type: str
    stack: str
    logical_id: str
    id: str
    properties: Mapping[str, Any]
    region: str = ""

    @property
    def name(self) -> str:
        """The logical id without the CDK's hash: `PipelineRole`."""
        return re.sub(r"(?<=.)[0-9A-F]{8}$", "", self.logical_id)


@dataclass(frozen=True)
class ApiCall:
    """A call of AWS's API. `service` is the name that it is signed for, `caller` an ARN."""

    caller: str
    service: str
    operation: str
    parameters: Mapping[str, Any]
    region: str


@dataclass(frozen=True)
class Record:
    """The calls in their order, and the resources as they were at the end."""

    calls: Sequence[ApiCall]
    resources: Sequence[Deployed]

    def of_type(self, *kinds: str) -> list[Deployed]:
        """The resources of these types."""
        return [resource for resource in self.resources if resource.type in kinds]

    def find(self, kind: str, identifier: str) -> Deployed | None:
        """The resource of this type and id, or a role's ARN."""
        name = identifier.rpartition("/")[2] if kind == "AWS::IAM::Role" else identifier
        return next((resource for resource in self.of_type(kind) if resource.id == name), None)


def listen(session: boto3.Session, file: Path, caller: str) -> None:
    """Append each call of the session's later clients to the record; `caller` is a role's ARN.

    boto3's own events tell the calls: no protocol of AWS's is parsed.
    """

    def write(
        model: OperationModel, params: Mapping[str, Any], context: Mapping[str, Any], **_: Any
    ) -> None:
        entry = {
            "caller": caller,
            "service": model.service_model.signing_name,
            "operation": model.name,
            "parameters": params,
            "region": context["client_region"],
        }
        with file.open("a", encoding="utf-8") as output:
            output.write(json.dumps(entry, default=str) + "\n")

    # `before-call` follows with the same call, serialized.
    session.events.register("before-parameter-build", write)


def read(file: Path) -> Record:
    """The record in a file that `ishizue_ops.emulator` wrote."""
    entries = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    resources: dict[tuple[str, ...], Deployed] = {}
    for entry in (each for each in entries if "resource" in each):
        # The CDK's bootstrap has policies with the same id in each region.
        kind = entry["resource"]
        region = entry["region"]
        before = resources.pop((kind, region, entry["id"]), None)
        identifier = entry.get("becomes", entry["id"])
        if identifier is not None:
            # A change does not say again whose resource it is.
            origin = vars(before) if before and "stack" not in entry else entry
            whose = kind, origin["stack"], origin["logical_id"]
            changed = Deployed(*whose, identifier, entry["properties"], region)
            resources[kind, region, identifier] = changed
    calls = [ApiCall(**entry) for entry in entries if "caller" in entry]
    return Record(calls, list(resources.values()))
