"""The drawing's words, in the product's language. A `{}` stands for a value of the template.

Also the catalogue of what a deployment says in Japanese.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


_CATALOGUE = _read("texts.ja.toml")

TEXTS: Mapping[str, Mapping[str, str]] = _CATALOGUE
"""`alarms` by name, those that differ with `aurora`, and other `texts` by the English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language; `title` has a place for the product's name."""

    language: str
    title: str
    description: str
    """The picture in a sentence, for those who do not see it: the way in, zones, the database,
    Private or Public."""

    conjunction: str
    users: str
    none: str
    region: str
    actions: Mapping[str, str]
    """The words for what a listener of the load balancer does."""

    certificate: str
    vpc_origin: str
    protects_cloudfront: str
    protects_alb: str
    no_route: str
    alb_node: tuple[str, ...]
    service: str
    task: str
    container: str
    port: str
    tasks: str
    targets: Mapping[str, str]
    """The words for what the service scales on, and at which percentage."""

    images: str
    scanned: str
    secrets: str
    logs: str
    kept: str
    metrics: tuple[str, ...]
    dashboard: str
    alarms: str
    """The word for the alarms that notify, by SNS."""

    release_alarms: str
    gate: str
    endpoint: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    list: str
    encrypted: str
    not_encrypted: str
    backups: str
    no_backups: str
    flows: str
    names: Mapping[str, str]
    """The names of the traffic flows, and of the legend's lines."""

    between_instances: Mapping[str, str]
    cache: str
    processing: str
    use: str
    response: str
    rules: tuple[str, ...]
    """The head of the security groups' table."""

    all_ports: str


def _words(language: str, catalogue: Mapping[str, Any]) -> Words:
    words: dict[str, Any] = {
        key: tuple(one) if isinstance(one, list) else one for key, one in catalogue.items()
    }
    return Words(language=language, **words)


ENGLISH = _words("en", _read("texts.en.toml"))
JAPANESE = _words("ja", _CATALOGUE["words"])
