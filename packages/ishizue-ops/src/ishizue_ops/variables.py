"""The environment variables of a deployment, and how each is parsed.

`variables.toml` says what each means. An empty variable counts as unset, since make exports its own
that way.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ishizue_ops.names import CLOUDFRONT_ADDRESSES
from ishizue_ops.words import Text

_LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)
"""The retention periods that CloudWatch Logs offers, up to two years."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def _integer(minimum: int, maximum: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not minimum <= int(text) <= maximum:
            raise ValueError(Text("integer", minimum=minimum, maximum=maximum))
        return int(text)

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(Text("one-of", words=" or ".join(words), listed="、".join(words)))
        return text

    return parse


def _switch(text: str) -> bool:
    return _one_of("on", "off")(text) == "on"


def _capacity(text: str) -> float:
    """Aurora Serverless v2 scales in steps of 0.5.

    Its maximum is above 0.5 (RDS API reference, ServerlessV2ScalingConfiguration).
    """
    if not re.fullmatch(r"[0-9]{1,3}(\.[05])?", text) or not 1 <= float(text) <= 128:
        raise ValueError(Text("capacity", minimum=1))
    return float(text)


def _zones(text: str) -> tuple[str, ...]:
    if not re.fullmatch(r"([a-z]), *(?!\1)[a-z]", text):
        raise ValueError(Text("zones"))
    return text[0], text[-1]


def _domain(text: str) -> str:
    label = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    if not re.fullmatch(rf"({label}\.)+[a-z]{{2,63}}", text) or len(text) > 64:
        raise ValueError(Text("domain-name"))
    return text


def _log_days(text: str) -> int:
    days = _integer(1, _LOG_DAYS[-1])(text)
    if days not in _LOG_DAYS:
        offered = ", ".join(map(str, _LOG_DAYS))
        raise ValueError(Text("log-days", offered=offered))
    return days


def _matching(pattern: str, refusal: Text) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text) or _CONTROL.search(text):
            raise ValueError(refusal)
        return text

    return parse


def _or_none(parse: Callable[[str], str]) -> Callable[[str], str | None]:
    """Let a parser accept `none` too, which removes what an earlier deployment set."""
    return lambda text: None if text == "none" else parse(text)


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable, and how it is parsed.

    `needs` names another variable without which it means nothing.
    """

    name: str
    parse: Callable[[str], Any]
    needs: str | None = None

    @property
    def field(self) -> str:
        """The field of `Config` that the variable sets."""
        return "min_tasks" if self.name == "TASKS" else self.name.lower()


_EMAIL = _matching(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+", Text("email"))
_URL = _matching(r"https://[^\s/?#@]+\.[^\s/?#@]+([/?]\S*)?", Text("https-url"))


def _contact(text: str) -> str:
    with suppress(ValueError):
        return _EMAIL(text)
    try:
        return _URL(text)
    except ValueError:
        raise ValueError(Text("contact")) from None


_REPOSITORY = _matching(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", Text("repository"))
_ENVIRONMENT = _matching(r"(?!production$)[a-z][a-z0-9]{0,15}", Text("environment-name"))
_HOSTED_ZONE = _matching(r"Z[0-9A-Z]{5,31}", Text("zone-id"))
_CERTIFICATE = _matching(
    r"arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]{36}", Text("certificate-arn")
)
_GITHUB_ID = _matching(r"[1-9][0-9]{0,19}", Text("github-id"))
REGIONS = tuple(CLOUDFRONT_ADDRESSES)
"""The regions that every account has; others must be enabled first."""


SIZES: Mapping[str, Mapping[str, str]] = {
    "standard": {},
    "hobby": {
        "TASKS": "1",
        "TASK_CPU": "256",
        "TASK_MEMORY": "512",
        "ARCHITECTURE": "arm64",
        "NAT_GATEWAYS": "0",
        "RDS_STANDBY": "off",
        "AURORA_READER": "off",
        "DASHBOARD": "off",
    },
}
"""The parts of each size. Each part is a variable of its own too."""

COMMAND_VARIABLES = (
    "IMAGE_DIGEST",
    "DATABASE_VERSION",
    "TRIAL_USD",
    "FINAL_SNAPSHOT",
    "REGIONS",
    "YEN",
    "CDK_OUTDIR",
    "CDK_REQUIRE_APPROVAL",
)
"""Variables of single commands, which are no settings of the design."""

VARIABLES = (
    Variable("ENVIRONMENT", _or_none(_ENVIRONMENT)),
    Variable("DATABASE", _one_of("rds", "aurora", "none")),
    Variable("DOMAIN", _or_none(_domain)),
    Variable("HOSTED_ZONE_ID", _or_none(_HOSTED_ZONE), needs="DOMAIN"),
    Variable("CERTIFICATE_ARN", _or_none(_CERTIFICATE), needs="DOMAIN"),
    Variable("REGION", _one_of(*REGIONS)),
    Variable("ZONES", _zones),
    Variable("SIZE", _one_of(*SIZES)),
    Variable("TASKS", _integer(1, 100)),
    Variable("MAX_TASKS", _integer(1, 100)),
    Variable("TASK_CPU", _integer(256, 4096)),
    Variable("TASK_MEMORY", _integer(512, 30720)),
    Variable("ARCHITECTURE", _one_of("x86_64", "arm64")),
    Variable("NAT_GATEWAYS", _integer(0, 2)),
    Variable("DATABASE_STORAGE", _integer(20, 65536)),
    Variable("RDS_STANDBY", _switch),
    Variable("AURORA_MAX_CAPACITY", _capacity),
    Variable("AURORA_READER", _switch),
    Variable("BACKUP_DAYS", _integer(7, 35)),
    Variable("DATABASE_PROTECTION", _switch),
    Variable("BACKUP_COPY_REGION", _or_none(_one_of(*REGIONS))),
    Variable("CDN", _switch),
    Variable("WAF", _one_of("off", "count", "on")),
    Variable("LOG_DAYS", _log_days),
    Variable("ACCESS_LOGS", _switch),
    Variable("DASHBOARD", _switch),
    Variable("ALARM_EMAIL", _or_none(_EMAIL)),
    Variable("ALARM_URL", _or_none(_URL)),
    Variable("LANGUAGE", _one_of("ja", "en")),
    Variable("BUDGET_USD", _integer(1, 1_000_000)),
    Variable("GITHUB_REPOSITORY", _or_none(_REPOSITORY)),
    Variable("GITHUB_OWNER_ID", _or_none(_GITHUB_ID), needs="GITHUB_REPOSITORY_ID"),
    Variable("GITHUB_REPOSITORY_ID", _or_none(_GITHUB_ID), needs="GITHUB_OWNER_ID"),
    Variable("GITHUB_PROVIDER", _one_of("existing", "create")),
    Variable("STAGING_FIRST", _switch),
    Variable("CONTACT", _or_none(_contact)),
    Variable(
        "CONTACT_NAME",
        _or_none(_matching(r"\w.{0,79}", Text("contact-name"))),
        needs="CONTACT",
    ),
    Variable("OUTSIDE_CHECK", _switch),
)

REMOVED: Mapping[str, tuple[str, Text]] = {
    "BOOTSTRAP": ("shared", Text("instead-of-own-roles")),
    "DEPLOYMENT": ("rolling", Text("instead-of-canaries")),
    "BACKUP_LOCK": ("off", Text("instead-of-locks")),
}
"""Variables of earlier releases: the value that every deployment has now, which still passes, and
what replaced the others."""

OF_PRODUCT: Mapping[str, str] = {
    "VPC_CIDR": "networks.vpc",
    "PUBLIC_CIDRS": "networks.public",
    "PRIVATE_CIDRS": "networks.private",
    "AURORA_MIN_CAPACITY": "aurora_min_capacity",
    "RUNBOOK_URL": "runbook_url",
}
"""Variables of earlier releases that are properties of `Product`: what this has still passes."""

MEANINGS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("variables.toml").read_text(encoding="utf-8")
)
"""What each variable means, by its name and then by the language, `en` or `ja`."""


def nearly(name: str) -> str | None:
    """The variable that `name` misspells, or None: `DATBASE` means DATABASE."""
    if name == "NAT":
        return "NAT_GATEWAYS"
    known = (*(variable.name for variable in VARIABLES), *COMMAND_VARIABLES, *REMOVED, *OF_PRODUCT)
    # Names under five letters have too many neighbors.
    alike = [other for other in known if len(other) > 4 and abs(len(other) - len(name)) <= 1]
    matches = [] if name in known else get_close_matches(name, alike, n=1, cutoff=0.82)
    return matches[0] if matches else None
