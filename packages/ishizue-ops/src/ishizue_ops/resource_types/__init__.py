"""The one registry of resource types: what each costs, reaches and calls, and how it is drawn.

`usual.toml` has those of the usual design; a product adds its own. What nobody knows is a
`Finding` by name, which the product may accept with a reason.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ishizue_ops.words import Text

Aspect = Literal["price", "network", "permissions", "drawing"]
ASPECTS: tuple[Aspect, ...] = ("price", "network", "permissions", "drawing")


class Unknown(Exception):
    """A value of a resource that its reader does not know; the message is one line."""


class Finding(NamedTuple):
    """What nobody knows: `price:AWS::Kitchen::Fridge`, and of which resource, and why."""

    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


class Rate(NamedTuple):
    """What each resource of a type costs a month, on a line of the estimate.

    `units` is a number, or the name of a usage in `cost/usage.toml` of which the resource has its
    share, counted in units of `per`.
    The price is the book's of `key`, or `usd` US dollars for a `unit`.
    """

    line: str
    key: str
    units: str | Decimal | int = 1
    per: int = 1
    usd: str = ""
    unit: str = "month"


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
    free: str | None = None
    """Why it costs nothing, if it does."""

    prices: tuple[Rate, ...] | None = None
    network: str | Party | None = None
    """The type's place in the VPC; or why it opens no way that the other resources do not show."""

    calls: tuple[Call, ...] | None = None
    """What is called because of it with the rights that the templates give; may be empty."""

    label: str | None = None
    """The type's words in the drawing; empty if it is not drawn."""


def _read(type_: str, known: Mapping[str, Any]) -> ResourceType:
    calls = (Call(**call | {"actions": tuple(call["actions"])}) for call in known.get("calls", ()))
    prices = tuple(Rate(**rate) for rate in known.get("prices", ()))
    return ResourceType(type_, known.get("free"), prices, "as its reader says", tuple(calls), "")


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
    aspect: Aspect, findings: Iterable[Finding], accepted: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """The findings that nobody accepted, and the accepted ones with their reasons, one line each.

    An acceptance of this aspect that no finding needs is a finding too.
    """
    distinct = list(dict.fromkeys(findings))
    names = {finding.name for finding in distinct}
    ours = {name: why for name, why in accepted.items() if name.startswith(f"{aspect}:")}
    return (
        [
            *(
                Text("because", what=finding.name, why=finding.text)
                for finding in distinct
                if finding.name not in ours
            ),
            *(Text("accepted-in-vain", name=name) for name in ours if name not in names),
        ],
        [f"accepted: {name}: {why}" for name, why in ours.items() if name in names],
    )
