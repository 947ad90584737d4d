"""The one registry of resource types: what each reaches, and who calls what because of it.

`usual.toml` has those of the usual design; a product adds its own. What nobody knows is a
`Finding` by name, which the product may accept with a reason.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ishizue_ops.words import Text

Aspect = Literal["price", "network", "permissions"]
ASPECTS: tuple[Aspect, ...] = ("network", "permissions")
"""What a product may accept. What has no price, or no place in the drawing, is
named there."""


class Unknown(Exception):
    """A value of a resource that its reader does not know; the message is one line."""


class Finding(NamedTuple):
    """What nobody knows of a resource, and why."""

    aspect: Aspect
    type: str
    where: str
    """The resource's name in reports."""
    why: str | Text

    @property
    def name(self) -> str:
        """What a product accepts: `network:AWS::Kitchen::Fridge`."""
        return f"{self.aspect}:{self.type}"

    @property
    def text(self) -> Text:
        return Text("because", what=f"{self.name}: {self.where}", why=self.why)

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True)
class Party:
    """A resource that has addresses in the VPC, with the name that reports give it.

    `subnets` and `groups` are JMESPaths of its properties, which refer to subnets (or to what has
    `SubnetIds`) and to security groups. `flows` are those that it may be part of, as `make synth`
    prints them: `tasks → cache, tcp 6379`.
    """

    name: str
    subnets: str
    groups: str
    ports: tuple[int, ...] = ()
    flows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Call:
    """The calls that a service, or a role, makes because of a resource.

    `caller` is a service, or an account of AWS, or the JMESPath of the property that names a role;
    `Federated` are the roles of its stack that an identity provider's tokens assume. The JMESPath
    `on` finds what the call is on, in the properties with the resource's `id`: a text, a list of
    texts, or a list of lists whose texts go into one ARN; `between(text, '/', ':')` cuts one. `arn`
    makes the ARN of it, if it is not one. `source` is AWS's document, under docs.aws.amazon.com.
    """

    caller: str
    actions: tuple[str, ...]
    on: str
    source: str
    arn: str = "{}"


@dataclass(frozen=True)
class ResourceType:
    """What is known of a type; None is not known, and a finding where it matters."""

    type: str
    network: str | Party | None = None
    """The type's place in the VPC; or why it opens no way that the other resources do not show."""

    calls: tuple[Call, ...] | None = None
    """What is called because of it with the rights that the templates give; may be empty."""


def _read(type_: str, known: Mapping[str, Any]) -> ResourceType:
    calls = (Call(**call | {"actions": tuple(call["actions"])}) for call in known.get("calls", ()))
    return ResourceType(type_, "as its reader says", tuple(calls))


USUAL: Mapping[str, ResourceType] = {
    type_: _read(type_, known)
    for type_, known in tomllib.loads(
        Path(__file__).with_name("usual.toml").read_text(encoding="utf-8")
    ).items()
}
"""The types of the usual design."""


def known(what: Callable[[ResourceType], Any], own: Iterable[ResourceType]) -> dict[str, Any]:
    """What is known of each type, by the usual entries and the product's, which come last."""
    entries = (*USUAL.values(), *own)
    return {entry.type: value for entry in entries if (value := what(entry)) is not None}


def judged(
    findings: Iterable[Finding], accepted: Mapping[str, str]
) -> tuple[list[Text], list[str]]:
    """The findings that nobody accepted, and the others with their reasons, one line each."""
    distinct = dict.fromkeys(findings)
    names = {finding.name for finding in distinct}
    return (
        [finding.text for finding in distinct if finding.name not in accepted],
        [f"accepted: {name}: {why}" for name, why in accepted.items() if name in names],
    )
