"""The record of a rehearsal: each call, and the resources as they were when it was made."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.iam import requests

OPERATOR = "operator"
"""The access key of the rehearsed `make deploy`; what looks on has another."""


class RecordError(Exception):
    """The record is missing or not understood; the message is one line."""


@dataclass(frozen=True)
class Resource:
    """A deployed resource. `id` is what `Ref` returns; properties have no references left."""

    type: str
    stack: str
    logical_id: str
    id: str
    properties: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its logical id without the CDK's hash: `PipelineRole`."""
        hashed = len(self.logical_id) > 8 and set(self.logical_id[-8:]) <= set("0123456789ABCDEF")
        return self.logical_id[:-8] if hashed else self.logical_id


class Account(Mapping[tuple[str, str], Resource]):
    """The resources at one moment, by type and id."""

    def __init__(self, resources: Mapping[tuple[str, str], Resource]) -> None:
        self._resources = dict(resources)

    def __getitem__(self, key: tuple[str, str]) -> Resource:
        return self._resources[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._resources)

    def __len__(self) -> int:
        return len(self._resources)

    @property
    def number(self) -> str:
        """The account's number, as its resources' ARNs have it."""
        found = (re.match(r"arn:aws:[^:]*:[^:]*:(\d{12}):", one.id) for one in self.values())
        return next((match[1] for match in found if match), "0" * 12)

    def of_type(self, kind: str) -> list[Resource]:
        """The resources of a type."""
        return [resource for (type_, _), resource in self._resources.items() if type_ == kind]


@dataclass(frozen=True)
class Call:
    """A request to AWS's API. `service` is its signing name, `caller` an ARN or an access key."""

    caller: str
    service: str
    operation: str
    parameters: Mapping[str, Any]
    account: Account
    region: str


def read(file: Path) -> list[Call]:
    """Every call, in order. Raises RecordError."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise RecordError(f"there is no {file}: run make deploy-emulated") from None
    return list(_calls([json.loads(line) for line in lines]))


def _calls(entries: list[dict[str, Any]]) -> Iterator[Call]:
    resources: dict[tuple[str, str], Resource] = {}
    account = Account(resources)
    for entry in entries:
        if "resource" in entry:
            _change(resources, entry)
            account = Account(resources)
            continue
        try:
            service, operation, parameters = requests.parse(entry)
        except requests.UnknownRequest as error:
            raise RecordError(str(error)) from None
        region = requests.region(entry)
        yield Call(entry["caller"], service, operation, parameters, account, region)


def _change(resources: dict[tuple[str, str], Resource], entry: Mapping[str, Any]) -> None:
    kind, identifier = entry["resource"], entry.get("becomes", entry["id"])
    before = resources.pop((kind, _key(entry, entry["id"])), None)
    if identifier is None:
        return
    stack = entry.get("stack") or (before.stack if before else "?")
    logical_id = entry.get("logical_id") or (before.logical_id if before else "?")
    made = Resource(kind, stack, logical_id, identifier, entry["properties"])
    resources[kind, _key(entry, identifier)] = made


def _key(entry: Mapping[str, Any], identifier: str) -> str:
    """The id; of a policy with the region, where the CDK's bootstrap has it again."""
    policy = entry["resource"].endswith("Policy")
    return f"{entry.get('region')} {identifier}" if policy else identifier
