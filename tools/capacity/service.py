"""The synthesized design: how many requests a second it serves, and what a day costs."""

import json
import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from ishizue_ops import config, project, synth, timing
from ishizue_ops.cost import book, estimate
from ishizue_ops.cost.charges import HOURS, USAGE, Month
from ishizue_ops.design.service import CPU_PERCENT
from ishizue_ops.template import Design, load
from tools.capacity.readers import MINUTES, Rates, arriving, sent

COSTS = Path(__file__).parents[2] / "benchmarks" / "costs.json"
"""Written by `make bench`: by row of docs/performance.md, the milliseconds of a core that a request
takes in a saturated server."""

PAGES = [
    f"`{path}` with a browser's and the ALB's headers"
    for path in ("/", "/date", "/horoscope", "/quote")
]
COLD = "CPU, unique `/date?date=`"
LIST = "`/favorites` as HTML"
LIKES = "likes over 200 favorites"

ALONE = (3, 3, 1, 3, 4)
"""How many times its saturated cost a request takes in an idle task, by kind.

Measured once, through HAProxy on a task with a core of its own: at 100 to 7,000 pages a second it
used 3 to 25 % of it, and at 100 to 2,000 likes 10 to 45 %.
"""

VCPU = 0.5
"""A vCPU of Fargate is a hyperthread: half of the core that `make bench` measured."""

SCALING_SECONDS = (
    4 * 60  # three points of a minute that are a minute old
    + 23  # until its containers run: AWS's benchmark of June 2026
    + timing.CONTAINER_CHECK_SECONDS
    + timing.GATE_CHECK_SECONDS
    + timing.BALANCER_CHECK_SECONDS
)
"""Until the first tasks that auto scaling adds serve: each check waits for its turn."""


def costs(path: Path = COSTS) -> Rates:
    """Core seconds of a request by kind, in a saturated task."""
    rows = json.loads(path.read_text(encoding="utf-8"))["cpu_ms"]
    page = fmean(float(rows[row]) for row in PAGES)
    cold, listed, like = (float(rows[row]) for row in (COLD, LIST, LIKES))
    return tuple(each / 1000 for each in (page, page, cold, listed, like))


@dataclass(frozen=True)
class Variant:
    """The design with RDS, with CloudFront or without."""

    cdn: bool

    @cached_property
    def settings(self) -> config.Config:
        cdn = "on" if self.cdn else "off"
        return project.read({"DATABASE": "rds", "CDN": cdn, "DOMAIN": "example.com"})

    @cached_property
    def template(self) -> Design:
        with TemporaryDirectory() as folder:
            return load(synth.synthesize(self.settings, Path(folder) / "cdk.out"))

    def tasks(self, rates: Rates, use: float) -> float:
        """How many tasks have this CPU use: a request takes less of it the busier its task is.

        `use * tasks * speed = work + more * (1 - use)`, where `work` is what the requests take in
        saturated tasks, and `more` what they take in addition in idle ones.
        """
        each = list(zip(arriving(rates, cdn=self.cdn), costs(), ALONE, strict=True))
        work = sum(rate * cost for rate, cost, _ in each)
        more = sum(rate * cost * (alone - 1) for rate, cost, alone in each)
        # One process: a second vCPU would only take the kernel's part.
        speed = min(1, self.settings.task_cpu / 1024) * VCPU
        return (work + more * (1 - use)) / (use * speed)

    def running(self, rates: Rates) -> int:
        """How many tasks auto scaling keeps in service."""
        wanted = math.ceil(self.tasks(rates, CPU_PERCENT / 100))
        return min(max(wanted, self.settings.min_tasks), self.settings.max_tasks)

    def price(self, readers: float) -> float:
        """US dollars of a day in a month of such days, as if every request were answered.

        What grows with requests is scaled from the month that `make cost` prices.
        """
        day = [sent(readers, minute) for minute in range(MINUTES)]
        month = estimate.bill(Month(self.template), book.load())
        requests = 60 * Decimal(HOURS) / 24 / USAGE["requests"].value
        traffic = requests * Decimal(sum(map(sum, day)))
        served = requests * Decimal(sum(sum(arriving(rates, cdn=self.cdn)) for rates in day))
        lcus = "Load balancer capacity"
        units = sum(charge.quantity for charge in month.charges if charge.line == lcus)
        tasks = sum(map(self.running, day)) / MINUTES
        factors = {
            "ECS Fargate": Decimal(tasks) / self.settings.min_tasks,
            "Data out to the internet": traffic,
            "CloudFront": traffic,
            # An hour's GB of responses is one unit: connections count only below 11 kB each.
            lcus: served * USAGE["egress"].value / units,
            # The logs leave through the NAT gateway.
            **dict.fromkeys(("CloudWatch Logs", "Stored logs", "NAT gateway data"), served),
        }
        assert factors.keys() <= estimate.LINES.keys()
        amounts = ((c.price, c.quantity * factors.get(c.line, Decimal(1))) for c in month.charges)
        return float(sum(price.cost(amount) for price, amount in amounts)) * 24 / HOURS
