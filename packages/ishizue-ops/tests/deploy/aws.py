"""A stub of boto3 with the responses that a test adds, and a deployment that uses it."""

import json
from collections.abc import Mapping, Set
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.model import OperationModel
from botocore.stub import Stubber

from ishizue_ops.config import DEFAULT_REGION
from ishizue_ops.deploy.deployment import Deployment
from ishizue_ops.iam.cases import iam_action
from ishizue_ops.project import read

DIGEST = "sha256:" + "a1" * 32
OTHER_DIGEST = "sha256:" + "b2" * 32
URI = "111122223333.dkr.ecr.ap-northeast-1.amazonaws.com/notes"
STATE = "NotesState"
SERVICE = "NotesService"
ELSEWHERE = "cloudformation us-east-1"
PARAMETERS = {"ImageDigest", "HostedZone"}


@cache
def session() -> boto3.Session:
    """One for all tests, because it reads each service's model once."""
    return boto3.Session(
        aws_access_key_id="none", aws_secret_access_key="none", region_name=DEFAULT_REGION
    )


class Account:
    """A session whose clients return the added responses in order.

    botocore checks every call's parameters against AWS's own model. With `known`, each call must
    be one of these actions.
    """

    def __init__(self, known: Set[str] | None = None) -> None:
        self._made: dict[str, tuple[Any, Stubber]] = {}
        self._known = known

    def client(self, service: str, region_name: str | None = None) -> Any:
        here = region_name in (None, DEFAULT_REGION)
        return self._pair(service if here else f"{service} {region_name}")[0]

    def _pair(self, service: str) -> tuple[Any, Stubber]:
        """A client and its stub; a service of another region is `ssm us-east-1`."""
        if service not in self._made:
            name, _, region = service.partition(" ")
            client = session().client(name, region_name=region or DEFAULT_REGION)
            self._made[service] = client, Stubber(client)
            self._made[service][1].activate()
            # Before the stub answers, which ends the event.
            client.meta.events.register_first("before-call.*.*", self._refuse_unknown)
        return self._made[service]

    def _refuse_unknown(self, model: OperationModel, **_: Any) -> None:
        action = iam_action(model.service_model.signing_name, model.name)
        assert self._known is None or action in self._known, f"nobody has the right to {action}"

    def responds(
        self,
        service: str,
        operation: str,
        response: dict[str, Any],
        to: dict[str, Any] | None = None,
    ) -> None:
        """Add a response; with `to`, the call must have exactly these parameters."""
        self._pair(service)[1].add_response(operation, response, to)

    def refuses(self, service: str, operation: str, code: str, message: str = "") -> None:
        self._pair(service)[1].add_client_error(operation, code, message)

    def has_stack(
        self,
        name: str,
        *,
        status: str = "UPDATE_COMPLETE",
        service: str = "cloudformation",
        **outputs: str,
    ) -> None:
        """Add one description of a stack; `PARAMETERS` are parameters, the rest are outputs.

        `service` may be `ELSEWHERE`.
        """
        parameters = {name: outputs.pop(name) for name in PARAMETERS & outputs.keys()}
        stack = {
            "StackName": name,
            "StackId": f"arn:aws:cloudformation:ap-northeast-1:1:stack/{name}/1",
            "CreationTime": datetime(2026, 11, 24, tzinfo=UTC),
            "StackStatus": status,
            "Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in outputs.items()],
        }
        if parameters:
            stack["Parameters"] = [
                {"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()
            ]
        to = {"StackName": name}
        self.responds(service, "describe_stacks", {"Stacks": [stack]}, to)

    def has_no_stack(self, service: str = "cloudformation") -> None:
        self.refuses(service, "describe_stacks", "ValidationError", "it does not exist")

    def has_buckets(self, **regions: str) -> None:
        """Add S3's list of buckets, by name."""
        buckets = [{"Name": name, "BucketRegion": region} for name, region in regions.items()]
        self.responds("s3", "list_buckets", {"Buckets": buckets})

    def all_called(self) -> None:
        """Fail if a response was not used."""
        for _, stubber in self._made.values():
            stubber.assert_no_pending_responses()


class Run:
    """A deployment with these variables, what it printed and its calls of the CDK.

    `records` are those of DNS, by name and type.
    """

    def __init__(
        self,
        account: Account,
        environ: Mapping[str, str] = {},
        records: Mapping[tuple[str, str], set[str]] = {},
        **options: Any,
    ) -> None:
        self.printed: list[str] = []
        self.cdk: list[list[str]] = []
        given: dict[str, Any] = {
            "out": Path("unused"),
            "cdk": self.cdk.append,
            "lookup": lambda name, kind: records.get((name, kind), set()),
            "say": lambda step, text: self.printed.append(f"{step}: {text}"),
            **options,
        }
        session: Any = account
        self.steps = Deployment(config=read(environ), session=session, **given)


def synthesized(folder: Path, settings: Mapping[str, str], *stacks: str) -> Path:
    """An assembly of these stacks, by default the state's, with these settings."""
    template = {
        "Parameters": {"ImageDigest": {}},
        "Outputs": {"Settings": {"Value": json.dumps(settings)}},
    }
    for name in stacks or (STATE,):
        (folder / f"{name}.template.json").write_text(json.dumps(template))
    (folder / "manifest.json").write_text('{"artifacts": {}}')
    return folder
