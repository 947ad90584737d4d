"""The simulated days, ordinary or with a link on television: what fails, and the price."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from ishizue_ops.cost import book, estimate
from ishizue_ops.cost.charge import Line, Month
from ishizue_ops.cost.usage import EGRESS, HOURS, REQUESTS
from tools.capacity.design import Deployment
from tools.capacity.model import LOST, Day, Kind, simulate
from tools.capacity.readers import DAY, LIKE, TELEVISION, Demand, Series, demand

MORNING = (6 * 3600, 9 * 3600)
EVENING = (TELEVISION - 1800, TELEVISION + 3600)
"""With the link."""

GIGABYTES = EGRESS.value / REQUESTS.value
"""Of a response, as `make cost` assumes. An hour's GB of responses is one load balancer capacity
unit (LCU): connections and rules count only where a connection has less than 11 kB."""

RESERVABLE = 100
"""LCUs of AWS's own example of a reservation, as the line below which growth is not looked at."""


@dataclass(frozen=True)
class Outcome:
    """A simulated day, or a part of it."""

    readers: float
    """On an ordinary day."""
    deployment: Deployment
    demand: Demand
    begin: int
    """The second of the day at which it begins."""
    day: Day

    @property
    def tasks(self) -> str:
        """The fewest and the most in service."""
        least, most = int(self.day["tasks"].min()), int(self.day["tasks"].max())
        return str(least) if least == most else f"{least} to {most}"

    @property
    def lost(self) -> float:
        """The share of requests that were late, refused or failed."""
        return float(sum(self.day[name].sum() for name in LOST) / self.demand.arriving.sum())

    def events(self) -> list[str]:
        """What failed or was full, and the time of the day when it was first, in that order."""
        likes = self.demand.arriving[:, LIKE]
        found = {
            "tasks full": self.day["offered"] > 1,
            "requests late": self.day["late"] >= 1,
            "requests fail": self.day["failed"] >= 1,
            "uncached pages refused": self.day["refused"] >= 1,
            "database full of likes": likes > self.deployment.likes(),
            "balancer's load doubles": self._doubles(),
        }
        firsts = [(int(when.argmax()), what) for what, when in found.items() if when.any()]
        begin = timedelta(seconds=self.begin)
        return [f"{begin + timedelta(seconds=first)} {what}" for first, what in sorted(firsts)]

    def bill(self) -> dict[str, float]:
        """US dollars of a whole day in a month of such days, as if every request were answered.

        What grows with requests is scaled from the month that `make cost` prices. Aurora has its
        smallest size.
        """
        month = estimate.bill(Month(self.deployment.template), book.load())
        traffic, served = (
            Decimal(series.sum() * HOURS / 24) / REQUESTS.value
            for series in (self.demand.sent, self.demand.arriving)
        )
        units = sum(charge.quantity for charge in month.charges if charge.line is Line.LCU)
        factors = {
            Line.FARGATE: Decimal(self.day["tasks"].mean()) / self.deployment.settings.min_tasks,
            Line.EGRESS: traffic,
            Line.CDN: traffic,
            Line.LCU: served * EGRESS.value / units,
            # The logs leave through the NAT gateway.
            **dict.fromkeys((Line.LOGS, Line.STORED, Line.NAT_DATA), served),
        }
        parts = dict.fromkeys((*(line.value for line in factors), "all else"), 0.0)
        for charge in month.charges:
            factor = factors.get(charge.line, Decimal(1))
            usd = month.book[charge.key].cost(charge.quantity * factor) * 24 / HOURS
            parts[charge.line.value if charge.line in factors else "all else"] += float(usd)
        return {part: usd for part, usd in parts.items() if usd}

    @property
    def price(self) -> float:
        """The bill's total."""
        return sum(self.bill().values())

    def _doubles(self) -> Series:
        """Whether a second has more than twice the LCUs of five minutes before.

        For that AWS advises to reserve LCUs: the load balancer may grow more slowly.
        """
        units = self.demand.arriving.sum(axis=1) * float(GIGABYTES) * 3600
        before = np.concatenate((units[:1].repeat(300), units[:-300]))
        found: Series = (units > RESERVABLE) & (units > 2 * before)
        return found


def outcome(
    readers: float,
    deployment: Deployment,
    kinds: Sequence[Kind],
    part: tuple[int, int] = (0, DAY),
    **changes: Any,
) -> Outcome:
    """A day or a part of it, with changes of the scenario; the evening has a link."""
    favorites = deployment.database != "none"
    link = part == EVENING
    seen = demand(readers, *part, cdn=deployment.cdn, link=link, favorites=favorites)
    scenario = replace(deployment.scenario(seen, kinds), **changes)
    return Outcome(readers, deployment, seen, part[0], simulate(scenario))
