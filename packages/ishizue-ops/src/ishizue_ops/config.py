"""The deployment's settings: one frozen dataclass, validated before anything is deployed.

`variables.py` has the environment variables that set them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from operator import attrgetter
from typing import Any, Literal

from ishizue_ops.names import Names
from ishizue_ops.product import DatabaseKind, Product
from ishizue_ops.variables import OF_PRODUCT, REMOVED, SIZES, VARIABLES, nearly
from ishizue_ops.words import ALARMS, FIRST, TEXTS, Text

Size = Literal["standard", "hobby"]
Architecture = Literal["x86_64", "arm64"]
GithubProvider = Literal["existing", "create"]
Firewall = Literal["off", "count", "on"]
Language = Literal["ja", "en"]

DEFAULT_REGION = "ap-northeast-1"
OUTSIDE_REGION = "us-east-1"
"""Route 53 and CloudFront send their metrics to this region alone.

CloudFront also takes its certificates and firewalls from it.
"""
_ZONES = {"ca-central-1": ("a", "b")}
"""Letters of zones where the default's are not both open to new accounts, which have a, c and d in
Tokyo, two of a, b and c in us-west-1, a, b and d in ca-central-1, and elsewhere at least a to c."""

WITHOUT_BUDGETS = ("ap-northeast-3", "eu-north-1")
"""Regions whose CloudFormation does not know AWS::Budgets::Budget (cfn-lint's schemas of each)."""

DATABASE_CONNECTIONS = 80
"""The database's `max_connections`. RDS's own default for a db.t3.micro is 79."""

RESERVED_CONNECTIONS = 9
"""The connections that no role of ours gets, by the parameters' defaults: 3
`superuser_reserved_connections`, 4 `rds.rds_reserved_connections` (RDS's release notes for 15.9)
and 2 for the master user, `rds.rds_superuser_reserved_connections`, from PostgreSQL 16 on
`reserved_connections`
(https://repost.aws/knowledge-center/rds-postgresql-error-connection-slots)."""

RDS_CONNECTIONS = 3
"""The connections of RDS itself, which take none of the reserved ones: "at least 3 more connections
to support AWS automation" (Aurora user guide, "Maximum connections")."""

CONNECTIONS_PER_TASK = 3
"""A task opens two for reads and one for writes."""

MIGRATION_CONNECTIONS = 2
OPERATOR_CONNECTIONS = 3
"""An operator has `psql`, a dump and one more, while everything else is connected."""

CLIENT_CONNECTIONS = DATABASE_CONNECTIONS - RESERVED_CONNECTIONS - RDS_CONNECTIONS
"""The connections that all roles without rights in RDS can open together."""

_FARGATE_MEMORY = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
}
"""The MiB that Fargate offers for each number of CPU units (AWS documentation: task size)."""

_BOUNDS: Mapping[Size, Mapping[str, int]] = {
    "standard": {},
    "hobby": {"max_tasks": 2, "budget_usd": 100},
}
"""The defaults that a size changes without having the settings as its parts."""

OF_THE_WEB = frozenset(
    {
        "DOMAIN",
        "HOSTED_ZONE_ID",
        "CERTIFICATE_ARN",
        "CDN",
        "WAF",
        "OUTSIDE_CHECK",
        "TASKS",
        "MAX_TASKS",
        "TASK_CPU",
        "TASK_MEMORY",
    }
)
"""What a service without requests has no use for."""

_FIELDS = {variable.name: variable.field for variable in VARIABLES}


class ConfigError(Exception):
    """An invalid setting, or two that contradict each other; the message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What to deploy. Sizes in CPU units (1024 are one vCPU), MiB, GiB and Aurora units (ACU)."""

    product: Product = field(repr=False)
    language: Language = "en"
    environment: str | None = None
    database: DatabaseKind = "rds"
    domain: str | None = None
    hosted_zone_id: str | None = None
    certificate_arn: str | None = None

    region: str = DEFAULT_REGION
    zones: tuple[str, ...] = ("a", "c")
    """The letters of two zones, as the account names them; `zone_names` has the whole names."""
    nat_gateways: int = 1

    size: Size = "standard"
    min_tasks: int = 2
    max_tasks: int = 10
    task_cpu: int = 1024
    task_memory: int = 2048
    architecture: Architecture = "x86_64"

    database_storage: int = 20
    rds_standby: bool = True
    aurora_max_capacity: float = 2.0
    aurora_reader: bool = True
    backup_days: int = 7
    database_protection: bool = True
    backup_copy_region: str | None = None

    cdn: bool = False
    waf: Firewall = "off"
    log_days: int = 30
    access_logs: bool = True
    dashboard: bool = True
    alarm_email: str | None = field(default=None, repr=False)
    alarm_url: str | None = field(default=None, repr=False)
    contact: str | None = field(default=None, repr=False)
    contact_name: str | None = field(default=None, repr=False)
    budget_usd: int = 400
    outside_check: bool = False
    github_repository: str | None = None
    github_owner_id: str | None = None
    github_repository_id: str | None = None
    github_provider: GithubProvider = "existing"
    staging_first: bool = False

    explicit: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """The variables that were set, even to their default, as written."""

    def __post_init__(self) -> None:
        """Check settings against each other. Raises ConfigError."""
        self._check_networks()
        self._check_tasks()
        self._check_companions()
        if self.backup_copy_region == self.region:
            raise ConfigError(Text("copies-stay", config=self))
        if self.backup_copy_region and self.database == "aurora":
            raise ConfigError(Text("aurora-stays", config=self))
        self._check_certificate()
        if self.product.aurora_min_capacity > self.aurora_max_capacity:
            raise ConfigError(Text("capacities-crossed", config=self))

    @property
    def names(self) -> Names:
        """The names of this deployment."""
        region = None if self.region == DEFAULT_REGION else self.region
        return Names(self.product.name, self.environment, region)

    @property
    def zone_names(self) -> tuple[str, ...]:
        """The whole names of the two zones, such as `ap-northeast-1a`."""
        return tuple(self.region + letter for letter in self.zones)

    @property
    def has_firewall(self) -> bool:
        """Whether requests pass a firewall, even one whose managed rules only count."""
        return self.waf != "off"

    @property
    def makes_cdn_certificate(self) -> bool:
        """Whether CloudFront needs a certificate that does not exist yet."""
        return self.cdn and self.domain is not None and self.certificate_arn is None

    @property
    def has_cdn_stack(self) -> bool:
        """Whether CloudFront uses a certificate or a firewall of a stack in us-east-1."""
        return self.makes_cdn_certificate or (self.cdn and self.has_firewall)

    @property
    def has_external_check_stack(self) -> bool:
        """Whether something has its metrics, or the budget its stack, in us-east-1."""
        return self.outside_check or self.cdn or self.budget_outside

    @property
    def speaks_for_account(self) -> bool:
        """Whether this environment has the account's budget and tells of its AWS Health.

        Two would tell the same. Another one in the account is for trying things.
        """
        return self.environment is None or "BUDGET_USD" in self.explicit

    @property
    def budget_outside(self) -> bool:
        """Whether the budget is in us-east-1, since CloudFormation has no budgets in REGION."""
        return self.speaks_for_account and self.region in WITHOUT_BUDGETS

    @property
    def public_tasks(self) -> bool:
        """Whether tasks are in public subnets with an address each, since they have no NAT."""
        return self.nat_gateways == 0

    @property
    def balancer_cidrs(self) -> tuple[IPv4Network, ...]:
        """The networks from which the load balancer, which the tasks trust, connects."""
        networks = self.product.networks
        return networks.private if self.cdn else networks.public

    @property
    def copies_region(self) -> str | None:
        """The region of the backups' copies, if there is a database to back up."""
        return self.backup_copy_region if self.database != "none" else None

    def text(self, english: str) -> str:
        """A title, a label or the frame of a message, in the deployment's language.

        A service's own text may have no translation.
        """
        if self.language == "en":
            return english
        return {**TEXTS, **self.product.japanese}.get(english, english)

    def meaning(self, alarm: str) -> str:
        """What the design's alarm of this name means, in the deployment's language."""
        of_database = ALARMS[self.language].get(self.database, {})
        known = {**ALARMS[self.language]["alarms"], **of_database}
        return known[alarm].replace("`", "")  # the mail shows no Markdown

    def first(self, alarm: str) -> str | None:
        """The first command that the design's alarm of this name calls for, in a checkout."""
        given = {"ENVIRONMENT": self.environment, "REGION": self.names.region}
        chosen = "".join(f"{name}={value}; " for name, value in given.items() if value)
        return f"{chosen}. infra/operations.sh && {FIRST[alarm]}" if alarm in FIRST else None

    def _check_companions(self) -> None:
        for name in () if self.product.web else sorted(self.explicit.keys() & OF_THE_WEB):
            if getattr(self, _FIELDS[name]) != _default(_FIELDS[name]):
                setting = f"{name}={self.explicit[name]}"
                raise ConfigError(Text("not-of-the-web", setting=setting, config=self))
        for variable in VARIABLES:
            missing = variable.needs and getattr(self, _FIELDS[variable.needs]) is None
            if missing and getattr(self, variable.field) is not None:
                raise ConfigError(Text("needs", name=variable.name, other=variable.needs))
        if self.github_owner_id and not self.github_repository:
            raise ConfigError(Text("needs", name="GITHUB_OWNER_ID", other="GITHUB_REPOSITORY"))

    def _check_certificate(self) -> None:
        """A load balancer uses certificates of its own region, CloudFront those of us-east-1."""
        region = OUTSIDE_REGION if self.cdn else self.region
        if self.certificate_arn and self.certificate_arn.split(":")[3] != region:
            needs = Text("certificate-of-cdn") if self.cdn else Text("certificate-of-balancer")
            raise ConfigError(Text("certificate-region", config=self, region=region, needs=needs))

    def _check_networks(self) -> None:
        # ELB User Guide, "Subnets for your load balancer".
        small = [subnet for subnet in self.balancer_cidrs if subnet.prefixlen > 27]
        if small and self.product.web:
            cdn = "on" if self.cdn else "off"
            raise ConfigError(Text("small-subnet", subnet=small[0], cdn=cdn))

    def _check_tasks(self) -> None:
        if self.min_tasks > self.max_tasks:
            raise ConfigError(Text("tasks-crossed", config=self))
        _check_size("TASK_CPU={}", "TASK_MEMORY={}", self.task_cpu, self.task_memory)
        for workload in self.product.workloads:
            _check_size(
                f"{workload.name}: cpu={{}}",
                f"{workload.name}: memory={{}}",
                workload.cpu,
                workload.memory,
            )
        needed = connections(self.product, self.max_tasks)
        available = _available()
        if self.database != "none" and sum(needed.values()) > available:
            most = most_tasks(self.product)
            shares = f" ({in_shares(needed)})" if len(needed) > 1 else ""
            text = Text(
                "too-many-connections",
                who=f"MAX_TASKS={self.max_tasks}" if self.product.web else self.product.name,
                needed=sum(needed.values()),
                shares=shares,
                available=available,
                fitting=Text("at-most-tasks", most=most) if most else "DATABASE=none",
            )
            raise ConfigError(text)


def connections(product: Product, tasks: int) -> dict[str, int]:
    """The most database connections of each part of the service, with so many tasks.

    A deployment doubles the tasks. It stops a worker's before it starts new ones, but ECS does not
    wait until they have ended.
    """
    web = {"tasks": 2 * tasks * CONNECTIONS_PER_TASK} if product.web else {}
    workers = {worker.name: 2 * worker.max_tasks * worker.connections for worker in product.workers}
    return web | workers | {job.name: job.connections for job in product.jobs}


def most_tasks(product: Product) -> int:
    """How many tasks the database has connections for, beside the product's workers and jobs."""
    left = _available() - sum(connections(product, 0).values())
    return max(0, left // (2 * CONNECTIONS_PER_TASK)) if product.web else 0


def _available() -> int:
    return CLIENT_CONNECTIONS - MIGRATION_CONNECTIONS - OPERATOR_CONNECTIONS


def in_shares(shares: Mapping[str, float]) -> str:
    """What each part of the service needs of something, for a message."""
    return ", ".join(f"{name} {amount:g}" for name, amount in shares.items())


def _default(field: str) -> Any:
    return Config.__dataclass_fields__[field].default


def _check_size(cpu_is: str, memory_is: str, cpu: int, memory: int) -> None:
    """Refuse a task that Fargate does not offer; the forms say what sets its size."""
    if cpu not in _FARGATE_MEMORY:
        offered = ", ".join(map(str, _FARGATE_MEMORY))
        raise ConfigError(Text("no-such-cpu", cpu=cpu_is.format(cpu), offered=offered))
    if memory not in _FARGATE_MEMORY[cpu]:
        offered = ", ".join(map(str, _FARGATE_MEMORY[cpu]))
        given = {"memory": memory_is.format(memory), "cpu": cpu_is.format(cpu)}
        raise ConfigError(Text("no-such-memory", **given, offered=offered))


def read(environ: Mapping[str, str], product: Product) -> Config:
    """Parse the settings of a product's deployment.

    Raises ConfigError, which names the invalid, misspelled or removed variable.
    """
    _check_spelling(environ)
    if refused := refusal(environ, product):
        raise ConfigError(refused)
    if environ.get("GITHUB_ACTIONS") == "true" and not environ.get("GITHUB_OWNER_ID"):
        # GitHub sets GITHUB_REPOSITORY_ID in every workflow; it counts only with the owner's.
        environ = {name: environ[name] for name in environ if name != "GITHUB_REPOSITORY_ID"}
    if re.search("[_:.]|^C$", environ.get("LANGUAGE", "")):
        # The shell's own, which lists locales for gettext, such as `ja_JP:ja`.
        environ = {name: environ[name] for name in environ if name != "LANGUAGE"}
    values: dict[str, Any] = {
        "database": product.database,
        "language": product.words.language,
    }
    explicit: dict[str, str] = {}
    for variable in VARIABLES:
        text = environ.get(variable.name, "").strip()
        if not text:
            continue
        explicit[variable.name] = text
        try:
            values[variable.field] = variable.parse(text)
        except ValueError as error:
            setting = f"{variable.name}={text}"
            raise ConfigError(Text("because", what=setting, why=error)) from None
    values.setdefault("outside_check", values.get("domain") is not None)
    if zones := _ZONES.get(values.get("region", DEFAULT_REGION)):
        values.setdefault("zones", zones)
    sized = _sized(values.get("size", "standard"), explicit)
    settings = {**sized, **values}
    if settings["database"] != "none":
        # The usual maximum leaves few connections to workers and jobs.
        least = settings.get("min_tasks", _default("min_tasks"))
        most = min(_default("max_tasks"), max(least, most_tasks(product)))
        settings.setdefault("max_tasks", most)
    return Config(product=product, **settings, explicit=explicit)


def refusal(settings: Mapping[str, str], product: Product) -> Text | None:
    """What replaced a removed variable that asks for something else; None if none of them does."""
    for name, path in OF_PRODUCT.items():
        given = settings.get(name, "").replace(" ", "")
        held = attrgetter(path)(product)
        value = ",".join(map(str, held)) if isinstance(held, tuple) else str(held or "none")
        if given and given.removesuffix(".0") != value.removesuffix(".0"):
            return Text("of-product", setting=f"{name}={given}", path=path, value=value)
    for name, (value, instead) in REMOVED.items():
        given = settings.get(name, "").strip()
        if given not in ("", value):
            setting, usual = f"{name}={given}", f"{name}={value}"
            return Text("removed", setting=setting, instead=instead, usual=usual)
    return None


def _sized(size: Size, explicit: Mapping[str, str]) -> dict[str, Any]:
    """The settings that a size consists of. Raises ConfigError for one that contradicts it.

    The processor may be that of whoever builds the image.
    """
    parts = SIZES[size]
    for name, text in parts.items():
        if name != "ARCHITECTURE" and explicit.get(name, text) != text:
            given = f"{name}={explicit[name]}"
            raise ConfigError(Text("not-of-size", given=given, size=size, part=f"{name}={text}"))
    values = {
        variable.field: variable.parse(parts[variable.name])
        for variable in VARIABLES
        if variable.name in parts
    }
    return {**values, **_BOUNDS[size]}


def _check_spelling(environ: Mapping[str, str]) -> None:
    """Refuse a variable whose name is nearly one of ours, such as DATBASE."""
    for name in sorted(environ):
        if environ[name].strip() and (meant := nearly(name)):
            raise ConfigError(Text("misspelled", name=name, meant=meant))
