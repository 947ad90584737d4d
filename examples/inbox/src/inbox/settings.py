"""The settings: those of every service, and five of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ishizue import Option, Program, settings

from inbox import PRODUCT


@dataclass(frozen=True, slots=True)
class Settings(settings.Settings):
    """The settings of one process, in the types that the code uses."""

    product: ClassVar[Program] = PRODUCT

    key: str = field(default="", repr=False)
    forward_to: str = ""
    keep_days: int = 30
    bucket: str = ""
    queue: str = ""


def _address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
        raise ValueError("is not an address such as https://example.com/hooks")
    return value


OPTIONS = settings.options(
    PRODUCT,
    Option("KEY", "what senders sign with", "none: nothing is received", str, secret=True),
    Option("FORWARD_TO", "where the worker posts each event", "none: it only logs", _address),
    Option("KEEP_DAYS", "days until `purge` deletes an event", "{}", settings.integer(1, 3650)),
    Option("BUCKET", "where large bodies go", "none: all go into the database", str),
    Option("QUEUE", "the URL of the queue that S3 tells of them", "none: none is read", _address),
)


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises SettingsError, which names the setting."""
    return settings.read(environ, Settings, OPTIONS)
