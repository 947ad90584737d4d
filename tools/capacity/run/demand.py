"""The same morning for the run and for the simulation: a rise, a spike that saturates, a fall."""

from collections.abc import Mapping
from dataclasses import replace

from tools.capacity.model import Kind, Scenario
from tools.capacity.run.calibrate import Costs
from tools.capacity.run.load import PATIENCE_SECONDS
from tools.capacity.run.rig import CORES, MINUTE_SECONDS, SCALE
from tools.capacity.scaling import Policy

TASKS, MOST_TASKS = 2, 5
"""The least and most: all that two cores have beside the database, the balancer and the readers."""

PHASES = ((20.0, 0.9), (40.0, 1.6), (45.0, 7.0), (110.0, 1.0))
"""Seconds, and how many tasks' CPU the requests need: each phase begins with a metric's period.

Two tasks become three in the second phase, as many as possible in the third, two in the last. The
second is not near its limits: with a little more, it would be chance whether the metric of the
minute in which the third task starts, when it is not yet in rotation, adds a fourth.
"""

SECONDS = sum(seconds for seconds, _ in PHASES)

_MIX = {"hot": 10, "cold": 40, "list": 10, "like": 8}
"""Many expensive pages, so that few requests saturate a task: readers share its two cores."""


def scaled(policy: Policy) -> Policy:
    """A policy with shorter times."""
    return replace(
        policy,
        period=policy.period * SCALE,
        delay=policy.delay * SCALE,
        cooldown_out=policy.cooldown_out * SCALE,
        cooldown_in=policy.cooldown_in * SCALE,
    )


def level(second: float) -> float:
    for seconds, tasks in PHASES:
        if second < seconds:
            return tasks
        second -= seconds
    return PHASES[-1][1]


def rates(costs: Costs, second: float) -> Mapping[str, float]:
    """Requests a second of each kind."""
    unit = CORES / sum(costs.requests[kind] * share for kind, share in _MIX.items())
    return {kind: share * unit * level(second) for kind, share in _MIX.items()}


def scenario(costs: Costs, policy: Policy) -> Scenario:
    """The simulation's."""
    return Scenario(
        kinds=[Kind(name=kind, cpu=costs.requests[kind], rendered=kind == "cold") for kind in _MIX],
        demand=lambda second: tuple(rates(costs, second).values()),
        seconds=SECONDS,
        step=MINUTE_SECONDS / 50,
        min_tasks=TASKS,
        max_tasks=MOST_TASKS,
        task_speed=CORES,
        idle=costs.idle,
        start_seconds=costs.start_seconds,
        late_seconds=PATIENCE_SECONDS,
        policy=policy,
    )
