"""The synthesized design as the model sees it: tasks, auto scaling, database and fixed costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from infra import config, synth, timing
from infra.checks.template import Design, load
from infra.cost import book
from infra.cost.charge import Line, Month
from infra.cost.charges import charges
from infra.cost.usage import HOURS
from tools.capacity.measured import Cost, Measured
from tools.capacity.model import Kind, Scenario
from tools.capacity.queues import Database
from tools.capacity.readers import COLD, FILE, LIKE, LIST, NAMES, PAGE
from tools.capacity.scaling import Policy

DOMAIN = "example.com"

VCPU = 0.5
"""Of the core that `make bench` measured: a vCPU of Fargate or RDS is a hyperthread."""

ALONE, LIKE_ALONE = 3, 4
"""How many times its saturated cost a page, file or list takes in an idle task, and a like.

Measured through HAProxy on a task with a core of its own: at 100 to 7,000 pages a second it used 3
to 25 % of it, and at 100 to 2,000 likes 10 to 45 %.
"""

FARGATE_SECONDS = 23
"""From a new task until its containers run: AWS's own benchmark of June 2026, in which a new task
was ready 23 s after auto scaling had decided."""

T3_VCPUS = 2
ACU_VCPU = 0.25
"""An Aurora capacity unit is 2 GiB of memory and "corresponding" CPU: a vCPU has 8 GiB in the
instance classes of Aurora that are not burstable."""

ACU_SECONDS = 20
"""How long Aurora takes for half a unit more. AWS says only that it is a matter of seconds, and
slower from a small capacity."""

_VARIABLE = {Line.FARGATE, Line.LOGS, Line.STORED, Line.LCU, Line.EGRESS, Line.CDN}
"""Lines of the bill that the simulation computes itself."""


@dataclass(frozen=True)
class Deployment:
    """A kind of database, with CloudFront or without."""

    database: str
    cdn: bool

    @property
    def name(self) -> str:
        kind = {"rds": "RDS", "aurora": "Aurora", "none": "no database"}[self.database]
        return f"{kind}, `CDN=on`" if self.cdn else kind

    @property
    def settings(self) -> config.Config:
        cdn = "on" if self.cdn else "off"
        return config.read({"DATABASE": self.database, "CDN": cdn, "DOMAIN": DOMAIN})

    def template(self) -> Design:
        return _synthesized(self)

    def policy(self) -> Policy:
        """Target tracking of CPU use, as the template has it."""
        for resource in self.template().of_type("AWS::ApplicationAutoScaling::ScalingPolicy"):
            tracking = resource.properties["TargetTrackingScalingPolicyConfiguration"]
            if "CPU" in tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]:
                return Policy(
                    target=tracking["TargetValue"] / 100,
                    cooldown_out=tracking["ScaleOutCooldown"],
                    cooldown_in=tracking["ScaleInCooldown"],
                )
        raise LookupError("the template has no target tracking of CPU use")

    def start_seconds(self) -> float:
        """From the decision until a task is in service, at most: each check waits for its turn."""
        return (
            FARGATE_SECONDS
            + timing.CONTAINER_CHECK_SECONDS
            + timing.GATE_CHECK_SECONDS
            + timing.BALANCER_CHECK_SECONDS
        )

    def cores(self) -> Database | None:
        """What the database has, in cores as `make bench` measured them."""
        settings = self.settings
        if self.database == "rds":
            return Database(least=T3_VCPUS * VCPU, most=T3_VCPUS * VCPU)
        if self.database == "aurora":
            unit = ACU_VCPU * VCPU
            return Database(
                least=settings.aurora_min_capacity * unit,
                most=settings.aurora_max_capacity * unit,
                growth=unit / 2 / ACU_SECONDS,
            )
        return None

    def scenario(
        self,
        demand: Callable[[float], Sequence[float]],
        measured: Measured,
        *,
        pick: str = "median",
    ) -> Scenario:
        """A day; `pick` the median, fastest or slowest run's costs."""
        settings = self.settings
        # One process: a second vCPU would only take the kernel's part.
        speed = min(1, settings.task_cpu / 1024) * VCPU
        return Scenario(
            kinds=kinds(measured, pick),
            demand=demand,
            min_tasks=settings.min_tasks,
            max_tasks=settings.max_tasks,
            task_speed=speed,
            start_seconds=self.start_seconds(),
            give_up_seconds=timing.IDLE_SECONDS,
            policy=self.policy(),
            database=self.cores(),
        )

    def fixed(self) -> Decimal:
        """US dollars a day that no reader changes: everything but what the simulation computes."""
        prices = book.load()
        month = Month(self.template(), traffic=Decimal(0))
        return (
            sum(
                (
                    charge.quantity * prices[charge.key].usd
                    for charge in charges(month)
                    if charge.line not in _VARIABLE and charge.key != "aurora-acu"
                ),
                Decimal(0),
            )
            / HOURS
            * 24
        )


def kinds(measured: Measured, pick: str = "median") -> Sequence[Kind]:
    """The kinds of requests that readers send, with their measured costs."""
    costs: dict[int, Cost] = {
        PAGE: measured.page,
        FILE: measured.page,
        COLD: measured.cold,
        LIST: measured.favorites,
        LIKE: measured.like,
    }
    return tuple(
        Kind(
            name=NAMES[index],
            cpu=getattr(cost, pick),
            alone=LIKE_ALONE if index == LIKE else 1 if index == COLD else ALONE,
            write=measured.write if index == LIKE else 0,
            read=measured.read if index == LIST else 0,
            rendered=index == COLD,
        )
        for index, cost in costs.items()
    )


@cache
def _synthesized(deployment: Deployment) -> Design:
    with TemporaryDirectory() as folder:
        return load(synth.synthesize(deployment.settings, Path(folder) / "cdk.out"))
