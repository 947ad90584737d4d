"""What is known of types of resources, and findings: what nobody knows of a resource.

`usual.toml` has the types of the usual design, and who calls what because of each. A finding is of
one construct, which the product may acknowledge.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from ishizue_ops.words import Text

Aspect = Literal["price", "network", "permissions"]
ASPECTS: tuple[Aspect, ...] = ("network", "permissions")
"""What a product may acknowledge. What has no price, or no place in the drawing, is
named there."""


class Unknown(Exception):
    """A value of a resource that its reader does not know; the message is one line."""


class Finding(NamedTuple):
    """What nobody knows of a resource, and why."""

    aspect: Aspect
    type: str
    where: str
    """The construct's path without its stack; for a right, `worker → Photos/Uploads`."""
    why: str | Text

    @property
    def name(self) -> str:
        """What a product acknowledges: `network:Kitchen/Fridge`, by the construct's path."""
        return f"{self.aspect}:{self.where}"

    @property
    def text(self) -> Text:
        return Text("because", what=f"{self.name} ({self.type})", why=self.why)

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True)
class Call:
    """The calls that a service, or a role, makes because of a resource.

    `caller` is a service, or an account of AWS, or the JMESPath of the property that names a role;
    `Federated` are the roles of its stack that an identity provider's tokens assume. The JMESPath
    `on` finds what the call is on, in the properties with the resource's `id`: a text, a list of
    texts, or a list of lists whose texts go into one ARN; `between(text, '/', ':')` cuts one. `arn`
    makes the ARN of it, if it is not one, and `cause` that of what the service calls for, which it
    names as `aws:SourceArn`. `source` is AWS's document, under docs.aws.amazon.com.
    """

    caller: str
    actions: tuple[str, ...]
    on: str
    source: str
    arn: str = "{}"
    cause: str = ""


USUAL: Mapping[str, tuple[Call, ...]] = {
    type_: tuple(Call(**row | {"actions": tuple(row["actions"])}) for row in of.get("calls", ()))
    for type_, of in tomllib.loads(
        Path(__file__).with_name("usual.toml").read_text(encoding="utf-8")
    ).items()
}
"""The types of the usual design, and the calls because of each with the rights that it gives."""


def judged(
    findings: Iterable[Finding], acknowledged: Mapping[str, str]
) -> tuple[list[Text], list[str]]:
    """The findings that nobody acknowledged, and the others with their reasons, one line each."""
    distinct = dict.fromkeys(findings)
    names = {finding.name for finding in distinct}
    return (
        [finding.text for finding in distinct if finding.name not in acknowledged],
        [f"acknowledged: {name}: {why}" for name, why in acknowledged.items() if name in names],
    )
