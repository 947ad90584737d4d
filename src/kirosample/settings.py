"""The portal's settings: those of every service with visitors, and its own.

`OPTIONS` is the table that docs/settings.md is generated from, and `Settings` has the defaults.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ishizue import settings
from ishizue.program import Program
from ishizue.settings import PER_CLIENT, PER_TASK, RATE, Option, SettingsError, integer
from ishizue.visitors import COOKIE_KEYS, VisitorSettings
from kirosample import PRODUCT


@dataclass(frozen=True, slots=True)
class Settings(VisitorSettings):
    """The settings of one process, in the types that the code uses."""

    product: ClassVar[Program] = PRODUCT

    new_visitors_per_minute: int = 30
    contact: str | None = None
    """The URI of who runs the site, `mailto:` or `https:`."""

    contact_name: str | None = None
    logs: Mapping[str, int] = field(default_factory=dict)
    """The days for which each kind of log of requests is kept, as far as the deployment says so."""


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

LOGS = ("application", "balancer", "cdn", "firewall")


def _logs(value: str) -> dict[str, int]:
    days_by_kind = dict(part.partition(":")[::2] for part in value.split(","))
    if not days_by_kind.keys() <= set(LOGS):
        raise ValueError(f"names a log other than {', '.join(LOGS)}")
    return {kind: integer(1, 9999)(days) for kind, days in days_by_kind.items()}


def _contact(value: str) -> str:
    value = _printed(value)
    if re.fullmatch(r"https://[^\s/?#@<>\"]+\.[^\s/?#@<>\"]+([/?#][^\s<>\"]*)?", value):
        return value
    if re.fullmatch(r"[^\s@,:?&%<>\"]+@[^\s@,:?&%<>\"]+\.[a-z0-9-]+", value, re.IGNORECASE):
        return f"mailto:{value}"
    raise ValueError("is neither an e-mail address nor an https:// URL")


def _printed(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("has a control character")
    return value


OPTIONS = settings.options(
    PRODUCT,
    COOKIE_KEYS,
    Option(
        "NEW_VISITORS_PER_MINUTE",
        f"writes without a valid cookie, {PER_CLIENT} {PER_TASK}",
        "{}",
        RATE,
    ),
    Option(
        "CONTACT",
        "an e-mail address or https URL of who runs the site, for `/about` and `security.txt`",
        "none",
        _contact,
    ),
    Option(
        "LOGS",
        f"the logs of requests that a deployment keeps, and for how many days, for `/about`: "
        f"`application:30,…` with {', '.join(f'`{kind}`' for kind in LOGS)}",
        "none (set by the design)",
        _logs,
    ),
    Option("CONTACT_NAME", "the name of who runs the site, for `/about`", "none", _printed),
)


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises SettingsError, which names the setting."""
    given = settings.read(environ, Settings, OPTIONS)
    if given.contact_name and not given.contact:
        raise SettingsError("KIROSAMPLE_CONTACT_NAME is set: set KIROSAMPLE_CONTACT too")
    return given
