"""The environment variables of a deployment, in one table, and how each is parsed.

An empty variable counts as unset, since make exports its own that way.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network
from typing import Any

from ishizue_ops.names import CLOUDFRONT_ADDRESSES
from ishizue_ops.words import Text

_LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)
"""The retention periods that CloudWatch Logs offers, up to two years."""


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


def _capacity(minimum: float) -> Callable[[str], float]:
    """Aurora Serverless v2 scales in steps of 0.5. With 0 it pauses, and the first visitor waits.

    Its maximum is above 0.5 (RDS API reference, ServerlessV2ScalingConfiguration).
    """

    def parse(text: str) -> float:
        if not re.fullmatch(r"[0-9]{1,3}(\.[05])?", text) or not minimum <= float(text) <= 128:
            raise ValueError(Text("capacity", minimum=minimum))
        return float(text)

    return parse


def _network(text: str) -> IPv4Network:
    try:
        network = IPv4Network(text.strip())
    except ValueError as error:
        raise ValueError(Text("ipv4-network", error=error)) from None
    if not 16 <= network.prefixlen <= 28:
        raise ValueError(Text("size-of-network", found=network.prefixlen))
    return network


def _networks(text: str) -> tuple[IPv4Network, ...]:
    return tuple(_network(part) for part in text.split(","))


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
        if not re.fullmatch(pattern, text):
            raise ValueError(refusal)
        return text

    return parse


def _or_none(parse: Callable[[str], str]) -> Callable[[str], str | None]:
    """Let a parser accept `none` too, which removes what an earlier deployment set."""
    return lambda text: None if text == "none" else parse(text)


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: what it means, and how it is parsed.

    `needs` names another variable without which it means nothing.
    """

    name: str
    meaning: str
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
    "TRIAL_USD",
    "FINAL_SNAPSHOT",
    "YEN",
    "CDK_OUTDIR",
    "CDK_REQUIRE_APPROVAL",
)
"""Variables of single commands, which are no settings of the design."""

VARIABLES = (
    Variable(
        "ENVIRONMENT", "name of a second environment, or none: production", _or_none(_ENVIRONMENT)
    ),
    Variable(
        "BOOTSTRAP",
        "shared: the CDK's roles of the whole account, or own: of this environment alone",
        _one_of("shared", "own"),
    ),
    Variable("DATABASE", "rds, aurora or none", _one_of("rds", "aurora", "none")),
    Variable("DOMAIN", "your domain, or none: HTTP only", _or_none(_domain)),
    Variable(
        "HOSTED_ZONE_ID",
        "the existing hosted zone of DOMAIN, or none: a new one",
        _or_none(_HOSTED_ZONE),
        needs="DOMAIN",
    ),
    Variable(
        "CERTIFICATE_ARN",
        "an existing certificate for DOMAIN, or none: a new one",
        _or_none(_CERTIFICATE),
        needs="DOMAIN",
    ),
    Variable("REGION", "AWS's region", _one_of(*REGIONS)),
    Variable("ZONES", "two letters of the region's zones, such as a,c", _zones),
    Variable("SIZE", "standard, or hobby: one small task without NAT gateway", _one_of(*SIZES)),
    Variable("TASKS", "minimum number of tasks; 2: one in each zone", _integer(1, 100)),
    Variable("MAX_TASKS", "maximum number of tasks", _integer(1, 100)),
    Variable("TASK_CPU", "CPU units of a task; 1024 are one vCPU", _integer(256, 4096)),
    Variable("TASK_MEMORY", "memory of a task in MiB", _integer(512, 30720)),
    Variable("ARCHITECTURE", "x86_64 or arm64", _one_of("x86_64", "arm64")),
    Variable(
        "DEPLOYMENT",
        "rolling, or canary: first a few visitors meet a release",
        _one_of("rolling", "canary"),
    ),
    Variable("VPC_CIDR", "the VPC's network", _network),
    Variable("PUBLIC_CIDRS", "the public subnets, one per zone", _networks),
    Variable("PRIVATE_CIDRS", "the private subnets, one per zone", _networks),
    Variable(
        "NAT_GATEWAYS", "1, or 2: one per zone, or 0: tasks with public addresses", _integer(0, 2)
    ),
    Variable("DATABASE_STORAGE", "storage of RDS in GiB", _integer(20, 65536)),
    Variable("RDS_STANDBY", "on, or off: RDS in one zone", _switch),
    Variable("AURORA_MIN_CAPACITY", "minimum ACU", _capacity(0.5)),
    Variable("AURORA_MAX_CAPACITY", "maximum ACU", _capacity(1)),
    Variable("AURORA_READER", "on, or off: one instance", _switch),
    Variable("BACKUP_DAYS", "days to keep backups", _integer(7, 35)),
    Variable("DATABASE_PROTECTION", "on, or off before you delete the database", _switch),
    Variable(
        "BACKUP_COPY_REGION",
        "region that keeps copies of the backups, images and secrets, or none",
        _or_none(_one_of(*REGIONS)),
    ),
    Variable(
        "BACKUP_LOCK",
        "off, or days in which only who removes the lock first can delete a copy of a backup",
        lambda text: None if text == "off" else _integer(1, 35)(text),
        needs="BACKUP_COPY_REGION",
    ),
    Variable(
        "CDN", "off, or on from the first deployment: CloudFront before the load balancer", _switch
    ),
    Variable("WAF", "off, on, or count: managed rules only count", _one_of("off", "count", "on")),
    Variable("LOG_DAYS", "days to keep logs", _log_days),
    Variable(
        "ACCESS_LOGS",
        "on, or off: neither load balancer, CloudFront nor firewall logs requests",
        _switch,
    ),
    Variable("DASHBOARD", "on, or off: no dashboard, and no metrics for it", _switch),
    Variable("ALARM_EMAIL", "address that alarms notify, or none", _or_none(_EMAIL)),
    Variable("ALARM_URL", "https:// URL that alarms are posted to, or none", _or_none(_URL)),
    Variable(
        "RUNBOOK_URL",
        "https:// URL of docs/operations.md that alarms link to, or none: GITHUB_REPOSITORY's",
        _or_none(_URL),
    ),
    Variable(
        "LANGUAGE",
        "ja or en: of alarms, notifications, the dashboard and what commands answer",
        _one_of("ja", "en"),
    ),
    Variable(
        "BUDGET_USD",
        "monthly budget of the whole account in USD; only production's, unless it is set",
        _integer(1, 1_000_000),
    ),
    Variable(
        "GITHUB_REPOSITORY", "OWNER/NAME whose workflow may deploy, or none", _or_none(_REPOSITORY)
    ),
    Variable(
        "GITHUB_OWNER_ID",
        "the owner's number, in GitHub's immutable subject",
        _or_none(_GITHUB_ID),
        needs="GITHUB_REPOSITORY_ID",
    ),
    Variable(
        "GITHUB_REPOSITORY_ID",
        "the repository's number, in GitHub's immutable subject",
        _or_none(_GITHUB_ID),
        needs="GITHUB_OWNER_ID",
    ),
    Variable(
        "GITHUB_PROVIDER",
        "existing, or create: make the account's identity provider for GitHub",
        _one_of("existing", "create"),
    ),
    Variable(
        "STAGING_FIRST",
        "off, or on: the pipeline deploys ENVIRONMENT=staging before production",
        _switch,
    ),
    Variable(
        "CONTACT",
        "e-mail address or https:// URL of who runs the site, for its own pages, or none",
        _or_none(_contact),
    ),
    Variable(
        "CONTACT_NAME",
        "name of who runs the site, or none",
        _or_none(_matching(r"\w[^\x00-\x1f]{0,79}", Text("contact-name"))),
        needs="CONTACT",
    ),
    Variable("OUTSIDE_CHECK", "off, or on (with DOMAIN): AWS requests the website", _switch),
)


def nearly(name: str) -> str | None:
    """The variable that `name` misspells, or None: `DATBASE` means DATABASE."""
    if name == "NAT":
        return "NAT_GATEWAYS"
    known = (*(variable.name for variable in VARIABLES), *COMMAND_VARIABLES)
    # Names under five letters have too many neighbors.
    alike = [one for one in known if len(one) > 4 and abs(len(one) - len(name)) <= 1]
    found = [] if name in known else get_close_matches(name, alike, n=1, cutoff=0.82)
    return found[0] if found else None
