"""The simulated days of docs/scale.md: readers by deployment, and what settings change."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from tools.capacity.balancer import Balancer
from tools.capacity.bill import Bill, bill, surplus
from tools.capacity.design import Deployment
from tools.capacity.measured import Measured
from tools.capacity.model import Day, Scenario, Tally, simulate
from tools.capacity.readers import LIKE, NAMES, TELEVISION, Demand

READERS = (10_000, 1_000_000, 10_000_000, 100_000_000)
DEPLOYMENTS = (Deployment("rds", False), Deployment("aurora", False), Deployment("rds", True))

BEFORE, SECONDS = 1800, 5400
"""The simulated part of a day with a link on television: from half an hour before."""

_FULL = 0.999


@dataclass(frozen=True)
class Event:
    """Something that happened first at a second of the day."""

    second: float
    what: str


@dataclass(frozen=True)
class Outcome:
    """A simulated day, or the part of it around a link on television."""

    deployment: Deployment
    demand: Demand
    measured: Measured
    scenario: Scenario
    begin: float
    """The second of the day at which it begins."""
    day: Day

    @cached_property
    def all(self) -> Tally:
        """The tallies of all kinds together."""
        total = Tally()
        for tally in self.day.tallies.values():
            for name, amount in vars(tally).items():
                setattr(total, name, getattr(total, name) + amount)
        return total

    @property
    def likes(self) -> Tally:
        return self.day.tallies[NAMES[LIKE]]

    @property
    def most_tasks(self) -> int:
        return int(max(self.day.tasks))

    @property
    def saturated(self) -> float:
        """Seconds in which the tasks got more than they can do."""
        return sum(offered > 1 for offered in self.day.offered) * self.day.step

    def lost(self) -> float:
        """The share of requests that were late, refused or failed."""
        total = self.all
        return (total.late + total.refused + total.failed) / total.arrived

    def bill(self) -> Bill:
        return bill(self.deployment, self.demand, self.day, self.measured)

    def events(self) -> list[Event]:
        """What failed or was full, each when it was first, in that order."""
        day, database = self.day, self.scenario.database
        full = [used > _FULL * database.most for used in day.database if database]
        firsts = (
            ("the tasks are saturated", (offered > 1 for offered in day.offered)),
            ("requests are late", (late >= 1 for late in day.late)),
            ("requests fail: no task has room", (failed >= 1 for failed in day.failed)),
            ("requests are refused", (refused >= 1 for refused in day.refused)),
            ("the database is saturated", full),
        )
        events = [
            Event(self.begin + found * day.step, what)
            for what, series in firsts
            if (found := next((at for at, true in enumerate(series) if true), None)) is not None
        ]
        balancer = Balancer(self.demand, self.measured)
        grown = balancer.outgrows(self.begin, self.begin + len(day.tasks) * day.step)
        if grown is not None:
            events.append(Event(grown, "the balancer's load has doubled within five minutes"))
        if self.deployment.database == "rds" and surplus(day):
            events.append(Event(self.begin, "the database uses more CPU credits than it earns"))
        return sorted(events, key=lambda event: event.second)


def ordinary(readers: float, deployment: Deployment, measured: Measured) -> Outcome:
    """A whole day."""
    demand = Demand(readers, cdn=deployment.cdn)
    scenario = deployment.scenario(demand.rates, measured)
    return Outcome(deployment, demand, measured, scenario, 0, simulate(scenario))


def television(
    readers: float,
    deployment: Deployment,
    measured: Measured,
    change: Callable[[Scenario], Scenario] = lambda scenario: scenario,
) -> Outcome:
    """An hour and a half of a day with a link on television."""
    begin = TELEVISION * 60 - BEFORE
    demand = Demand(readers, cdn=deployment.cdn, television=True)
    scenario = deployment.scenario(lambda second: demand.rates(begin + second), measured)
    scenario = change(replace(scenario, seconds=SECONDS))
    return Outcome(deployment, demand, measured, scenario, begin, simulate(scenario))
