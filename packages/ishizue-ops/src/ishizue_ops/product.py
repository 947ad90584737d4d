"""What a service says about itself: the argument of its design, and of every command on it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from ishizue_ops.names import validated
from ishizue_ops.resource_types import ASPECTS
from ishizue_ops.words import ENGLISH, Words

if TYPE_CHECKING:  # a pipeline has no CDK
    from aws_cdk.aws_cloudwatch import IMetric

DatabaseKind = Literal["rds", "aurora", "none"]

_EXISTING = r"arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}"

DATABASE_AWAY = "DatabaseAway"
"""The application's metric that is 1 while a task cannot use its database, and 0 otherwise."""


_VPC = IPv4Network("10.0.0.0/16")
_PUBLIC = (IPv4Network("10.0.1.0/24"), IPv4Network("10.0.2.0/24"))
_PRIVATE = (IPv4Network("10.0.11.0/24"), IPv4Network("10.0.12.0/24"))


def _require_tuples(of: object, *names: str) -> None:
    """Raise ValueError for a string, or one thing, where a tuple is meant."""
    for name in names:
        if not isinstance(value := getattr(of, name), tuple):
            raise ValueError(f"{type(of).__name__}: {name}={value!r} is no tuple: ({value!r},) is")


@dataclass(frozen=True, slots=True)
class Cached:
    """Paths whose responses a shared cache may store, and the query strings that change these.

    No other query string may reach the application through such a cache: its name may be
    percent-encoded, and the response would be stored under a key without it. CloudFront takes ten
    in one cache policy.
    """

    name: str
    path: str
    query: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require_tuples(self, "query")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A secret, and the setting that ECS injects it as.

    Secrets Manager generates it once: characters, or with a template an object of JSON that has
    them at `generate_string_key`. With an `arn` it is one that exists, encrypted with AWS's own key
    of Secrets Manager; nothing is made. Raises ValueError for what is none of these.
    """

    construct_id: str
    setting: str
    only: tuple[str, ...] = ()
    """The tasks that get it, `app` and names of workers and jobs; without any, all of them."""

    description: str = ""
    why_not_rotated: str = ""
    length: int = 64
    secret_string_template: Mapping[str, str] = field(default_factory=dict)
    generate_string_key: str = ""
    arn: str = ""
    json_key: str = ""
    """The key of the JSON whose value is injected; without one it is all of the secret."""

    def __post_init__(self) -> None:
        _require_tuples(self, "only")
        told = bool(self.description and self.why_not_rotated)
        if self.arn and not re.fullmatch(_EXISTING, self.arn):
            raise ValueError(f"{self.construct_id}: {self.arn!r} is no ARN of a secret, to its end")
        if self.arn and (self.secret_string_template or self.generate_string_key):
            raise ValueError(f"{self.construct_id}: a secret that exists is not generated")
        if bool(self.secret_string_template) != bool(self.generate_string_key):
            why = "secret_string_template and generate_string_key are both set or neither"
            raise ValueError(f"{self.construct_id}: {why}")
        if not (told or self.arn):
            raise ValueError(f"{self.construct_id}: state description and why_not_rotated, or arn")


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph on the dashboard: its title, and pairs of metric and statistic."""

    title: str
    metrics: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        _require_tuples(self, "metrics")


class Urgency(StrEnum):
    """When someone has to act: now if visitors notice, in the morning if they might later."""

    NOW = "now"
    MORNING = "in the morning"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricAlarm:
    """An alarm; `name` heads its section of the runbook.

    `metric` is one of the service's own, with this statistic of so many minutes, or one that
    `ServiceStack(metrics=…)` has by this name, or CDK's, which have their own.
    It starts once `periods` consecutive periods, each of so many `minutes`, are at or above the
    threshold, or `below` it; a period without data is neither. CloudWatch takes periods of a day in
    all, or of a week if each has an hour or more: others raise ValueError.
    """

    name: str
    metric: "str | IMetric"
    statistic: str = "Maximum"
    threshold: float
    meaning: str
    urgency: Urgency
    periods: int = 3
    minutes: int = 1
    below: bool = False

    def __post_init__(self) -> None:
        days = 7 if self.minutes >= 60 else 1
        if min(self.periods, self.minutes) < 1 or self.periods * self.minutes > days * 24 * 60:
            raise ValueError(
                f"{self.name}: CloudWatch takes no {self.periods} periods of {self.minutes} minutes"
                ", only a day in all, or a week of periods of an hour or more"
            )


QUEUED_WRITES = Graph("Queued writes, maximum", (("WriteQueue", "Maximum"),))
"""The graph of a service whose writes are batched."""

DATABASE_GRAPHS = (
    Graph("Database connections in use by a task, maximum", (("PoolInUse", "Maximum"),)),
    Graph("Database away, share of the tasks' time", ((DATABASE_AWAY, "Average"),)),
)
"""The graphs of the metrics that a process without requests emits too."""

GRAPHS = (
    Graph(
        "Requests and errors a minute, in the application", (("Requests", "Sum"), ("Errors", "Sum"))
    ),
    Graph("Latency, ms, in the application", (("LatencyMs", "p50"), ("LatencyMs", "p99"))),
    QUEUED_WRITES,
    *DATABASE_GRAPHS,
)
"""The graphs of the metrics that a service on `ishizue` emits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingStep:
    """How many tasks come or go while the metric is in an interval: CDK's `ScalingInterval`."""

    change: int
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A process of the service's image that runs all the time, and that nobody connects to.

    `command` are the arguments of the image's entry point, `cpu` in CPU units, `memory` in MiB,
    `connections` those that one task opens to the database, `environment` settings of it alone. The
    number of tasks follows a metric, as in `MetricAlarm`, by `scaling_steps`, as in CDK's
    `QueueProcessingFargateService`; without a metric it is fixed. Raises ValueError.
    """

    name: str
    command: tuple[str, ...]
    cpu: int = 256
    memory: int = 512
    min_tasks: int = 1
    max_tasks: int = 1
    connections: int = 3
    environment: Mapping[str, str] = field(default_factory=dict)
    metric: "str | IMetric | None" = None
    statistic: str = "Maximum"
    scaling_steps: tuple[ScalingStep, ...] = (
        ScalingStep(upper=0, change=-1),
        ScalingStep(lower=100, change=1),
        ScalingStep(lower=500, change=5),
    )

    def __post_init__(self) -> None:
        _check_workload(self.name, self.command)
        if not 1 <= self.min_tasks <= self.max_tasks:
            raise ValueError(
                f"{self.name}: min_tasks={self.min_tasks}, max_tasks={self.max_tasks}: at least 1, "
                "and no more than the maximum"
            )
        if (self.metric is None) != (self.min_tasks == self.max_tasks):
            raise ValueError(
                f"{self.name}: a metric and max_tasks over min_tasks need each other: tasks are "
                "added while the metric is high"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledJob:
    """A command of the service's image that runs at its times and ends, as a task of its own.

    `schedule` is an expression of EventBridge Scheduler, such as `cron(30 3 * * ? *)` or
    `rate(1 hour)`, in `time_zone`. A run that is late does not wait for the one before. The rest is
    as in `Worker`. Raises ValueError.
    """

    name: str
    command: tuple[str, ...]
    schedule: str
    time_zone: str = "UTC"
    cpu: int = 256
    memory: int = 512
    connections: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_workload(self.name, self.command)
        if not re.fullmatch(r"cron\(\S+( \S+){5}\)|rate\([1-9]\d* [a-z]+\)", self.schedule):
            raise ValueError(
                f"{self.name}: schedule={self.schedule!r}: cron(minutes hours day-of-month month "
                "day-of-week year) with ? for one of the days, or rate(1 hour)"
            )
        try:
            ZoneInfo(self.time_zone)
        except (ValueError, KeyError, OSError):
            raise ValueError(
                f"{self.name}: time_zone={self.time_zone!r} is unknown: such as Asia/Tokyo"
            ) from None


def _check_workload(name: str, command: tuple[str, ...]) -> None:
    """Refuse a name that no container and no log stream can have, or a command without words."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or len(name) > 32:
        raise ValueError(f"{name!r}: use at most 32 small letters, digits and single hyphens")
    if not isinstance(command, tuple) or not command:
        raise ValueError(f"{name}: command={command!r}: a tuple of words, such as ('work',)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """The VPC's network, and a public and a private subnet in each of the two zones.

    They stay as they were at the first deployment. Raises ValueError for what AWS has no subnets
    of, or what overlaps.
    """

    vpc: IPv4Network = _VPC
    public: tuple[IPv4Network, ...] = _PUBLIC
    private: tuple[IPv4Network, ...] = _PRIVATE

    def __post_init__(self) -> None:
        _require_tuples(self, "public", "private")
        if (len(self.public), len(self.private)) != (2, 2):
            raise ValueError("networks: public and private have one subnet for each of two zones")
        for network in (self.vpc, *self.public, *self.private):
            if not 16 <= network.prefixlen <= 28:
                raise ValueError(f"networks: {network} is none of AWS's, from /16 to /28")
            if not network.subnet_of(self.vpc):
                raise ValueError(f"networks: {network} is outside vpc={self.vpc}")
        for first, second in combinations((*self.public, *self.private), 2):
            if first.overlaps(second):
                raise ValueError(f"networks: {first} and {second} overlap")

    def __str__(self) -> str:
        public, private = (",".join(map(str, each)) for each in (self.public, self.private))
        return f"{self.vpc} {public} {private}"


RENAMED = {
    "accepted": "Product(acknowledged={finding: reason})",
    "resource_types": "costs() for a price, tasks[…].may() for a right",
}
"""Words of earlier versions, and what says it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A service. Its name becomes that of stacks, tags, metrics, the database and its users.

    Raises ValueError for a name that AWS or PostgreSQL refuses, or that is too long.
    """

    name: str
    """The name in CamelCase, such as `BookShelf`."""

    database: DatabaseKind = "rds"
    """The default of the variable DATABASE."""

    web: bool = True
    """Whether it serves requests. If not, it is its workers and jobs: there is no load balancer,
    and nothing that would be about visitors."""

    workers: tuple[Worker, ...] = ()
    jobs: tuple[ScheduledJob, ...] = ()

    pages: Cached = Cached("Pages", "*")
    """Every path that no other pattern matches."""

    cached: tuple[Cached, ...] = ()
    """Paths with other query strings than the pages."""

    uncached: tuple[str, ...] = ("/api/*",)
    """The paths of what is written, a visitor's own, or another each time."""

    smoke_test: tuple[str, ...] = ()
    """Paths that must be a 200 at a release's tasks before a visitor meets them."""

    secrets: tuple[Secret, ...] = ()
    """The application's secrets, besides the database's passwords."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """Further settings of the tasks, which are not secret."""

    settings: Callable[[Any], Mapping[str, str]] = lambda _: {}
    """Settings that follow from the deployment's `Config`, such as the logs that it keeps."""

    graphs: tuple[Graph, ...] = GRAPHS
    alarms: tuple[MetricAlarm, ...] = ()

    large_bodies: tuple[str, ...] = ()
    """Paths, which may end in `*`, that take bodies over 8 KB or with markup: with WAF=on, the
    firewall blocks these everywhere else, and sees the first 8 KB of one (16 KB with CDN=on). What
    it blocks on these paths all the same raises the alarm BlockedRequests."""

    networks: Networks = Networks()
    """The VPC's network and its subnets."""

    aurora_min_capacity: float = 0.5
    """The least of Aurora's units (ACU), in steps of 0.5. AURORA_MAX_CAPACITY is the most."""

    runbook_url: str = ""
    """The https:// URL of docs/operations.md that alarms link to, if GITHUB_REPOSITORY has none."""

    estimate: Mapping[str, str] = field(default_factory=dict)
    """What its documents say of costs, in US dollars a month, for a column of docs/cost.ja.md: by
    line, such as `ALB`, or by settings, such as `DATABASE=none`; `total` is the sum."""

    acknowledged: Mapping[str, str] = field(default_factory=dict)
    """Findings that stay, by aspect and construct: `{"permissions:worker → Photos": "why"}`."""

    words: Words = ENGLISH
    """The drawing's words. If Japanese, the runbook is in Japanese too, and so is by default what
    the deployment sends (LANGUAGE)."""

    usage: Mapping[str, float] = field(default_factory=dict)
    """What it uses a month, by the names in `cost/usage.toml`: `{"requests": 1_000_000}`."""

    japanese: Mapping[str, str] = field(default_factory=dict)
    """The Japanese of its alarms' meanings and graphs' titles, by the English, for LANGUAGE=ja."""

    def __new__(cls, *_: object, **given: object) -> Self:
        for old in given.keys() & RENAMED:
            raise TypeError(f"Product({old}=…) is gone: use {RENAMED[old]}")
        return object.__new__(cls)

    def __post_init__(self) -> None:
        validated(self.name)
        if self.database not in (kinds := get_args(DatabaseKind)):
            raise ValueError(f"database={self.database!r} is none of {', '.join(kinds)}")
        _require_tuples(
            self,
            "cached",
            "uncached",
            "smoke_test",
            "secrets",
            "graphs",
            "alarms",
            "large_bodies",
            "workers",
            "jobs",
        )
        names = [workload.name for workload in self.workloads]
        if taken := {name for name in names if names.count(name) > 1 or name in ("app", "gate")}:
            raise ValueError(f"{self.name}: two containers are named {', '.join(sorted(taken))}")
        if not self.web and not names:
            raise ValueError(f"{self.name}: web=False needs workers or jobs")
        for secret in self.secrets:
            if strange := set(secret.only) - {"app", *names}:
                raise ValueError(f"{secret.construct_id}: only={secret.only}: no task is {strange}")
        for name, why in self.acknowledged.items():
            if name.partition(":")[0] not in ASPECTS or not why:
                raise ValueError(
                    f"acknowledged: {name!r} is no finding of {ASPECTS}, or has no reason"
                )
        if not 0.5 <= self.aurora_min_capacity <= 128 or self.aurora_min_capacity * 2 % 1:
            least = self.aurora_min_capacity
            raise ValueError(f"aurora_min_capacity={least}: 0.5 to 128, in steps of 0.5")
        if self.runbook_url and not re.fullmatch(r"https://[^\s/?#@]+\S*", self.runbook_url):
            raise ValueError(f"runbook_url={self.runbook_url!r}: an https:// URL")
        for path in self.large_bodies:
            if not re.fullmatch(r"/[^*?]*\*?", path):
                raise ValueError(f"large_bodies: {path!r} is no path such as '/hooks/*'")

    @property
    def workloads(self) -> tuple[Worker | ScheduledJob, ...]:
        """What runs beside the tasks that serve, or instead of them."""
        return (*self.workers, *self.jobs)
