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

DAY = 86_400
MORNING, MORNING_SECONDS = 6 * 3600, 3 * 3600
TELEVISION_BEFORE, TELEVISION_SECONDS = 1800, 5400
"""A link on television is simulated from half an hour before."""

Change = Callable[[Scenario], Scenario]
"""Other settings."""


def _none(scenario: Scenario) -> Scenario:
    return scenario


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

    def _refused(self) -> str:
        return "likes are refused" if self.likes.refused >= 1 else "uncached pages are refused"

    def events(self) -> list[Event]:
        """What failed or was full, each when it was first, in that order."""
        day, database = self.day, self.scenario.database
        full = [used > _FULL * database.most for used in day.database if database]
        firsts = (
            ("the tasks are saturated", (offered > 1 for offered in day.offered)),
            ("requests are late", (late >= 1 for late in day.late)),
            ("requests fail: no task has room", (failed >= 1 for failed in day.failed)),
            (self._refused(), (refused >= 1 for refused in day.refused)),
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
    return _run(deployment, measured, _demand(readers, deployment), 0, DAY)


def morning(
    readers: float,
    deployment: Deployment,
    measured: Measured,
    *,
    pick: str = "median",
    change: Change = _none,
) -> Outcome:
    """The three hours around seven."""
    demand = _demand(readers, deployment)
    return _run(deployment, measured, demand, MORNING, MORNING_SECONDS, pick, change)


def television(
    readers: float,
    deployment: Deployment,
    measured: Measured,
    *,
    pick: str = "median",
    change: Change = _none,
) -> Outcome:
    """An hour and a half of a day with a link on television."""
    demand = _demand(readers, deployment, television=True)
    begin = TELEVISION * 60 - TELEVISION_BEFORE
    return _run(deployment, measured, demand, begin, TELEVISION_SECONDS, pick, change)


def _demand(readers: float, deployment: Deployment, *, television: bool = False) -> Demand:
    favorites = deployment.database != "none"
    return Demand(readers, cdn=deployment.cdn, television=television, favorites=favorites)


def _run(
    deployment: Deployment,
    measured: Measured,
    demand: Demand,
    begin: float,
    seconds: float,
    pick: str = "median",
    change: Change = _none,
) -> Outcome:
    scenario = deployment.scenario(lambda second: demand.rates(begin + second), measured, pick=pick)
    scenario = change(replace(scenario, seconds=seconds))
    return Outcome(deployment, demand, measured, scenario, begin, simulate(scenario))
