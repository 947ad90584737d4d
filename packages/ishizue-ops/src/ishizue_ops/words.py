"""What people read: the drawing's words, a deployment's texts, and what commands say.

The drawing's words are in the product's language; a `{}` stands for a value of the template.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


_ENGLISH = _read("texts.en.toml")
_JAPANESE = _read("texts.ja.toml")

ALARMS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "en": {"alarms": _ENGLISH["alarms"], "aurora": _ENGLISH["aurora"]},
    "ja": {"alarms": _JAPANESE["alarms"], "aurora": _JAPANESE["aurora"]},
}
"""What each alarm means, by the language, and there by name: `alarms`, and others with `aurora`."""

FIRST: Mapping[str, str] = _ENGLISH["first"]
"""The first command that each of these alarms calls for, with the functions of the runbook."""

TEXTS: Mapping[str, str] = _JAPANESE["texts"]
"""The Japanese of a deployment's other texts, by the English."""

LABELS: Mapping[str, str] = _JAPANESE["labels"]
"""The Japanese of steps, of scenes, of who reaches whom and of a plan's changes, by the English."""

COMMANDS: Mapping[str, Mapping[str, str]] = {
    "en": _ENGLISH["commands"],
    "ja": _JAPANESE["commands"],
}
"""What commands ask, refuse and conclude with, by name in each language."""


@dataclass(frozen=True, slots=True, init=False, eq=False)
class Text:
    """What a command says, by its name in the catalogue; as a string it is English.

    Two that read the same are the same.
    """

    name: str
    values: Mapping[str, object]

    def __init__(self, name: str, /, **values: object) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "values", values)

    def __str__(self) -> str:
        return self.said("en")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def said(self, language: str) -> str:
        """The text in this language, and so the texts and errors among its values."""
        values = {
            name: translate(each, language) if isinstance(each, Text | Exception) else each
            for name, each in self.values.items()
        }
        return COMMANDS[language][self.name].format(**values)


def translate(value: object, language: str) -> str:
    """A text in this language, or that of an error; anything else as it is."""
    text = value.args[0] if isinstance(value, Exception) and value.args else value
    return text.said(language) if isinstance(text, Text) else str(value)


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
    names: Mapping[str, str]
    """The names of the legend's lines, of which the first two are the traffic flows."""

    between_instances: Mapping[str, str]
    beside: str
    """The title of what has no place in the drawing."""


def _words(language: str, catalogue: Mapping[str, Any]) -> Words:
    words: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in catalogue.items()
    }
    return Words(language=language, **words)


ENGLISH = _words("en", _ENGLISH["words"])
JAPANESE = _words("ja", _JAPANESE["words"])
