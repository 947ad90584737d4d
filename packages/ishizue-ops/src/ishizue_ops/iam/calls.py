"""The calls that boto3 makes, by its own events: no protocol of AWS's is parsed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.model import OperationModel


def listen(session: boto3.Session, file: Path, caller: str) -> None:
    """Append each call of the session's later clients to the record; `caller` is a role's ARN."""

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
