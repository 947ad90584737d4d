"""`aws`, for `run_once` of infra/operations.sh on the emulator.

It makes the call with boto3, whose models the AWS CLI's commands are made from.
"""

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

import boto3
import jmespath  # type: ignore[import-untyped]
from botocore import xform_name

from ishizue_ops.testing.aws_cli import _options

REGION = os.environ["AWS_REGION"]


def aws(words: Sequence[str]) -> None:
    """Make one call and print its response as the CLI does."""
    waits = words[1] == "wait"
    options = _options(words)
    name = words[2 if waits else 1].replace("-", "_")
    client = boto3.client(words[0], region_name=" ".join(options.pop("region", [REGION])))
    query = options.pop("query", None)
    output = options.pop("output", ["json"])
    called = client.get_waiter(name) if waits else None
    operation = called.config.operation if called else client.meta.method_to_api_mapping[name]
    shape = client.meta.service_model.operation_model(operation).input_shape
    members = {xform_name(member, "-"): member for member in shape.members}
    given = {
        members[option]: _value(shape.members[members[option]], values)
        for option, values in options.items()
    }
    if called:
        called.wait(**given, WaiterConfig={"Delay": 1})
        return
    response: Any = getattr(client, name)(**given)
    response.pop("ResponseMetadata", None)
    response = json.loads(json.dumps(response, default=str))
    if query:
        response = jmespath.search(" ".join(query), response)
    if output == ["text"]:
        print("\t".join(map(str, response)) if isinstance(response, list) else response)
    else:
        print(json.dumps(response))


def _value(shape: Any, values: list[str]) -> Any:
    text = " ".join(values)
    match shape.type_name:
        case "boolean":
            return True
        case "list" | "structure" if text[:1] in ("[", "{"):
            return json.loads(text)
        case "list":
            return values
        case _:
            return text


if __name__ == "__main__":
    aws(sys.argv[1:])
