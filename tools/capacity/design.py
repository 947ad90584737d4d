"""The synthesized design as the model sees it, and what a request costs there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from ishizue_ops import config, project, synth, timing
from ishizue_ops.template import Design, load
from tools.capacity.model import Kind, Scenario
from tools.capacity.readers import Demand
from tools.capacity.scaling import Policy

COSTS = Path(__file__).parents[2] / "benchmarks" / "costs.json"
"""Written by `make bench`: by row of docs/performance.md, the milliseconds of a core that a request
takes in a saturated server, as {"source": "…", "cpu_ms": {"likes over 200 favorites": 0.0786}}."""

PAGES = [
    f"`{path}` with a browser's and the ALB's headers"
    for path in ("/", "/date", "/horoscope", "/quote")
]
COLD = "CPU of a request, unique `/date?date=`"
LIST = "`/favorites`, 50 rows as HTML"
LIKE = "likes over 200 favorites"

ALONE, LIKE_ALONE = 3, 4
"""How many times its saturated cost a page, file or list takes in an idle task, and a like.

Measured once, through HAProxy on a task with a core of its own: at 100 to 7,000 pages a second it
used 3 to 25 % of it, and at 100 to 2,000 likes 10 to 45 %.
"""

VCPU = 0.5
"""Of the core that `make bench` measured: a vCPU of Fargate or RDS is a hyperthread."""

START_SECONDS = (
    23  # until its containers run: AWS's benchmark of June 2026
    + timing.CONTAINER_CHECK_SECONDS
    + timing.GATE_CHECK_SECONDS
    + timing.BALANCER_CHECK_SECONDS
)
"""From the decision until a task is in service, at most: each check waits for its turn."""

LIKE_SECONDS = 75e-6
"""Core seconds of the database for a like, at most: what the load's client had left of its core in
the row of likes."""

T3_VCPUS = 2
"""Of a db.t3.micro. RDS charges for CPU beyond its credits, and never slows it down."""

ACU_VCPU = 0.25
"""An Aurora capacity unit is 2 GiB of memory and "corresponding" CPU: a vCPU has 8 GiB in the
instance classes of Aurora that are not burstable."""


class CostsError(Exception):
    """The file of costs lacks one; the message is one line."""


def kinds(path: Path = COSTS) -> Sequence[Kind]:
    """The kinds of `readers.KINDS`, in their order. Raises CostsError."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["cpu_ms"]
        page = fmean(float(rows[row]) for row in PAGES) / 1000
        cold, favorites, like = (float(rows[row]) / 1000 for row in (COLD, LIST, LIKE))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CostsError(f"no costs in {path.name}, run make bench: {error}") from None
    cached = Kind(cpu=page, alone=ALONE)
    others = Kind(cpu=favorites, alone=ALONE), Kind(cpu=like, alone=LIKE_ALONE)
    return cached, cached, Kind(cpu=cold, rendered=True), *others


@dataclass(frozen=True)
class Deployment:
    """A kind of database, with CloudFront or without."""

    database: str
    cdn: bool = False

    @cached_property
    def settings(self) -> config.Config:
        cdn = "on" if self.cdn else "off"
        return project.read({"DATABASE": self.database, "CDN": cdn, "DOMAIN": "example.com"})

    @cached_property
    def template(self) -> Design:
        with TemporaryDirectory() as folder:
            return load(synth.synthesize(self.settings, Path(folder) / "cdk.out"))

    def policy(self) -> Policy:
        """Target tracking of CPU use, as the template has it."""
        for resource in self.template.of_type("AWS::ApplicationAutoScaling::ScalingPolicy"):
            tracking = resource.properties["TargetTrackingScalingPolicyConfiguration"]
            if "CPU" in tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]:
                return Policy(
                    target=tracking["TargetValue"] / 100,
                    cooldown_out=tracking["ScaleOutCooldown"],
                    cooldown_in=tracking["ScaleInCooldown"],
                )
        raise LookupError("the template has no target tracking of CPU use")

    def likes(self) -> float:
        """Likes a second that the database writes in half of its CPU: lists may take the rest."""
        vcpus = {"rds": T3_VCPUS, "aurora": self.settings.aurora_max_capacity * ACU_VCPU}
        return vcpus.get(self.database, 0) * VCPU / 2 / LIKE_SECONDS

    def scenario(self, demand: Demand, kinds: Sequence[Kind]) -> Scenario:
        """These requests to it."""
        return Scenario(
            kinds=kinds,
            demand=demand.arriving,
            min_tasks=self.settings.min_tasks,
            max_tasks=self.settings.max_tasks,
            # One process: a second vCPU would only take the kernel's part.
            task_speed=min(1, self.settings.task_cpu / 1024) * VCPU,
            start_seconds=START_SECONDS,
            policy=self.policy(),
        )
