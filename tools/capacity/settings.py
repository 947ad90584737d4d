"""What changes when a setting does, and where the document's two to ten tasks end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from infra.app_contract import CONNECTIONS_PER_TASK
from infra.config import CLIENT_CONNECTIONS, MIGRATION_CONNECTIONS, OPERATOR_CONNECTIONS
from tools.capacity.design import Deployment
from tools.capacity.measured import Measured
from tools.capacity.model import Scenario, utilization
from tools.capacity.outcomes import Change, Outcome, morning, television
from tools.capacity.readers import LIKE, LIST, Demand, by_minute

RDS, BEHIND = Deployment("rds", False), Deployment("rds", True)

AHEAD_MINUTES = 15
"""How long before a known peak a schedule raises the number of tasks."""

HIGH_RESOLUTION = 20
"""Seconds of ECS's high-resolution metric (June 2026); AWS's benchmark then scaled out in 86 s."""

AWS_BENCHMARK = 363
"""Seconds that scaling out took with the metric of a minute, in the same benchmark."""


def more_tasks(scenario: Scenario) -> Scenario:
    """`TASKS=10`: all of them always run."""
    return replace(scenario, min_tasks=scenario.max_tasks)


def schedule(scenario: Scenario) -> Scenario:
    """All tasks from a quarter of an hour before the middle of the simulated time's peak."""
    peak = max(range(0, int(scenario.seconds), 60), key=lambda second: sum(scenario.demand(second)))
    begin = peak - 60 * AHEAD_MINUTES

    def least(second: float) -> int:
        raised = begin <= second < peak + 3600
        return scenario.max_tasks if raised else scenario.min_tasks

    return replace(scenario, scheduled=least)


def high_resolution(scenario: Scenario) -> Scenario:
    """The metric every 20 s, as old as that."""
    assert scenario.policy
    policy = replace(scenario.policy, period=HIGH_RESOLUTION, delay=HIGH_RESOLUTION)
    return replace(scenario, policy=policy)


def as_slow_as_aws(scenario: Scenario) -> Scenario:
    """A scale-out after as long as in AWS's benchmark: the metric comes later by the difference."""
    assert scenario.policy
    policy = scenario.policy
    delay = AWS_BENCHMARK - policy.points_out * policy.period
    return replace(scenario, policy=replace(policy, delay=delay))


def as_it_is(scenario: Scenario) -> Scenario:
    return scenario


@dataclass(frozen=True)
class Remedy:
    """A setting, how to set it, and whether it is one today."""

    name: str
    deployment: Deployment
    change: Change
    how: str


REMEDIES = (
    Remedy("as it is", RDS, as_it_is, ""),
    Remedy("`TASKS=10`", RDS, more_tasks, "a setting; eight more tasks all day"),
    Remedy(
        "a schedule",
        RDS,
        schedule,
        "no setting yet: a scheduled action of Application Auto Scaling raises the minimum "
        f"{AHEAD_MINUTES} minutes before a peak that is known",
    ),
    Remedy(
        "the metric every 20 s",
        RDS,
        high_resolution,
        "no setting yet: `ECSServiceAverageCPUUtilizationHighResolution`, which costs as detailed "
        "monitoring does",
    ),
    Remedy("`CDN=on`", BEHIND, as_it_is, "a setting"),
    Remedy("`CDN=on` and `TASKS=10`", BEHIND, more_tasks, "settings"),
)


def remedies(readers: float, measured: Measured, *, link: bool) -> Iterator[tuple[Remedy, Outcome]]:
    """The same peak with each of them: a link on television, or an ordinary morning."""
    run = television if link else morning
    for remedy in REMEDIES:
        yield remedy, run(readers, remedy.deployment, measured, change=remedy.change)


@dataclass(frozen=True)
class Limit:
    """What so many tasks can do at a use of their CPU."""

    tasks: int
    use: float
    cdn: bool
    requests: float
    """A second, of the busiest minute's mix."""
    readers: float
    """In a day whose busiest minute that is."""


def limits(measured: Measured) -> Iterator[Limit]:
    """For two and for ten tasks: at auto scaling's target, and with nothing left."""
    busiest = by_minute().index(max(by_minute())) * 60
    for deployment in (RDS, BEHIND):
        demand = Demand(1e6, cdn=deployment.cdn)
        scenario = deployment.scenario(demand.rates, measured)
        rates = demand.rates(busiest)
        assert scenario.policy
        for tasks in (scenario.min_tasks, scenario.max_tasks):
            for use in (scenario.policy.target, 1.0):
                part = _part(scenario, rates, tasks, use)
                yield Limit(tasks, use, deployment.cdn, sum(rates) * part, 1e6 * part)


def _part(scenario: Scenario, rates: Sequence[float], tasks: int, use: float) -> float:
    """How many times these rates the tasks serve at a use of their CPU."""
    low, high = 0.0, 1e6
    while high - low > 1e-6 * high:
        middle = (low + high) / 2
        if utilization(scenario, [rate * middle for rate in rates], tasks) < use:
            low = middle
        else:
            high = middle
    return low


@dataclass(frozen=True)
class DatabaseLimit:
    """What a database can do."""

    name: str
    likes: float
    """A second, beside nothing else."""
    readers: float
    """In a day whose busiest minute brings as many likes as half of it can write: the other half
    may read lists."""


def database_limits(measured: Measured) -> Iterator[DatabaseLimit]:
    demand = Demand(1e6)
    busiest = by_minute().index(max(by_minute())) * 60
    likes = demand.rates(busiest)[LIKE]
    aurora = Deployment("aurora", False)
    units = aurora.settings
    for name, cores in (
        ("RDS, `db.t3.micro`", _cores(RDS)[1]),
        (f"Aurora, {units.aurora_min_capacity:g} ACU", _cores(aurora)[0]),
        (f"Aurora, {units.aurora_max_capacity:g} ACU (`AURORA_MAX_CAPACITY`)", _cores(aurora)[1]),
    ):
        capacity = cores / measured.write
        yield DatabaseLimit(name, capacity, 1e6 * capacity / 2 / likes)


def lists(readers: float) -> float:
    """Lists a second in a day's busiest minute."""
    return Demand(readers).rates(by_minute().index(max(by_minute())) * 60)[LIST]


def most_tasks() -> int:
    """The largest MAX_TASKS that the database's connections allow."""
    available = CLIENT_CONNECTIONS - MIGRATION_CONNECTIONS - OPERATOR_CONNECTIONS
    return available // (2 * CONNECTIONS_PER_TASK)


def _cores(deployment: Deployment) -> Sequence[float]:
    database = deployment.cores()
    assert database
    return database.least, database.most
