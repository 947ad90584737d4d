"""Closed cases: what queueing theory, conservation and target tracking demand of the model."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tools.capacity.model import Day, Kind, Scenario, Tally, simulate
from tools.capacity.queueing import md1, mm1
from tools.capacity.queues import Database
from tools.capacity.scaling import Policy

CONSTANT = Kind(name="constant", cpu=0.001)
EXPONENTIAL = Kind(name="exponential", cpu=0.001, variation=1)
LIKE = Kind(name="like", cpu=0.0001, write=0.001)

_CUSTOMERS = 200_000
"""Of an event-by-event queue: enough for a mean within 5 % at a load of 0.8."""


@dataclass(frozen=True)
class Check:
    """A quantity that the model must have, within a share of it."""

    what: str
    expected: float
    found: float
    within: float

    def holds(self) -> bool:
        return abs(self.found - self.expected) <= self.within * abs(self.expected)


def checks() -> Iterator[Check]:
    """Every check, in the document's order."""
    yield from _waits()
    yield from _overload()
    yield from _refusals()
    yield from _scaling()


def event_by_event(rate: float, service: Callable[[], float], seed: int = 1) -> float:
    """The mean wait of a queue with one server, one customer at a time."""
    source = random.Random(seed)
    wait = total = 0.0
    for _ in range(_CUSTOMERS):
        total += wait
        wait = max(0.0, wait + service() - source.expovariate(rate))
    return total / _CUSTOMERS


def steady(kind: Kind, rate: float, seconds: float = 60) -> Day:
    """One task at a constant rate."""
    return simulate(
        Scenario(kinds=(kind,), demand=lambda _: (rate,), seconds=seconds, min_tasks=1, policy=None)
    )


def lost(day: Day) -> float:
    """Requests that were late, refused or failed."""
    return sum(tally.late + tally.refused + tally.failed for tally in day.tallies.values())


def kept(tally: Tally) -> float:
    """Requests whose end is known, or that wait: all that arrived."""
    return tally.answered + tally.refused + tally.failed + tally.waiting


def _waits() -> Iterator[Check]:
    draw = random.Random(2)
    for load in (0.5, 0.8):
        rate = load / CONSTANT.cpu
        for kind, theory, service in (
            (CONSTANT, md1, lambda: CONSTANT.cpu),
            (EXPONENTIAL, mm1, lambda: draw.expovariate(1 / EXPONENTIAL.cpu)),
        ):
            name = f"{theory.__name__[0].upper()}/{theory.__name__[1].upper()}/1"
            expected, day = theory(rate, kind.cpu), steady(kind, rate)
            what = f"mean wait at {load:.0%} of a task, {kind.name} service times"
            yield Check(f"{what}: {name} formula", expected, day.wait[-1], 1e-9)
            yield Check(
                f"{what}: one request at a time", expected, event_by_event(rate, service), 0.05
            )
            yield Check(f"CPU use at {load:.0%}, {kind.name}", load, day.utilization[-1], 1e-9)


def _overload() -> Iterator[Check]:
    """Half more than a task can do for 10 s, then half of it: the queue is a triangle."""
    rate, seconds = 1 / CONSTANT.cpu, 10
    day = simulate(
        Scenario(
            kinds=(CONSTANT,),
            demand=lambda now: (rate * (1.5 if now < seconds else 0.5),),
            seconds=4 * seconds,
            step=0.1,
            min_tasks=1,
            policy=None,
        )
    )
    yield Check("longest queue after an overload", seconds * rate / 2, max(day.waiting), 0.01)
    area = seconds * seconds * rate / 2
    yield Check("requests x seconds in that queue", area, sum(day.waiting) * day.step, 0.01)
    waited = sum(wait * served for wait, served in zip(day.wait, day.served, strict=True))
    yield Check("the same by Little's law, from each request's wait", area, waited, 0.01)
    tally = day.tallies[CONSTANT.name]
    yield Check("arrived = answered + refused + failed + waiting", tally.arrived, kept(tally), 1e-9)
    # Those that find more than `late_seconds` of work: from 4 s on until 6 s after the overload.
    late = rate * (1.5 * 6 + 0.5 * 6)
    yield Check("late answers of the overload", late, tally.late, 0.02)


def _refusals() -> Iterator[Check]:
    """Twice as many likes as the database writes: half are refused once its queue is full."""
    capacity, seconds = 1.0, 60
    rate = 2 * capacity / LIKE.write
    scenario = Scenario(
        kinds=(LIKE,),
        demand=lambda _: (rate,),
        seconds=seconds,
        step=0.1,
        min_tasks=1,
        policy=None,
        database=Database(least=capacity, most=capacity),
    )
    tally = simulate(scenario).tallies[LIKE.name]
    # At the end, those of the last `write_wait` seconds still wait.
    expected = 1 / 2 - scenario.write_wait / seconds
    yield Check(
        "likes refused at twice the database", expected, tally.refused / tally.arrived, 0.005
    )
    yield Check("likes arrived and accounted for", tally.arrived, kept(tally), 1e-9)


def _scaling() -> Iterator[Check]:
    """A load of six tasks meets two: each step adds what 100 % of CPU use says, ten at most.

    The next follows once the added tasks are in service and the cooldown has ended.
    """
    policy = Policy()
    scenario = Scenario(
        kinds=(CONSTANT,),
        demand=lambda _: (6 / CONSTANT.cpu,),
        seconds=1800,
        policy=policy,
        task_queue=100,
    )
    second = policy.points_out * policy.period + policy.delay
    for change, wanted in zip(simulate(scenario).changes, (3, 5, 8, 10), strict=False):
        yield Check(f"tasks wanted after {change.before}, all busy", wanted, change.wanted, 0)
        yield Check(f"second of scaling out to {wanted}", second, change.second, 0)
        second += scenario.start_seconds + policy.cooldown_out
