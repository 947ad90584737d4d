"""The service in steps of a second: a queue in each task, and one at the database.

    day = simulate(Scenario(kinds=(PAGE, LIKE), demand=lambda second: (900.0, 40.0), seconds=600))
    day.changes      # [Change(second, tasks before, tasks wanted), …], as auto scaling decided them
    day.tasks        # tasks in service, one value a step; likewise utilization, waiting, wait, …
    day.tallies      # {"page": Tally(arrived, answered, late, refused, failed, waiting), …}

Requests are a fluid: a step brings `rate * step` of each kind, also a fraction of one. The load
balancer gives every task in service the same share. A task is one process: it serves in order of
arrival, `task_speed` CPU seconds a second, and renders pages one at a time between the others.
Likes then wait for the database, which all tasks share.
Every request ends in one of these ways, or is still waiting at the end:

- answered; of these, late ones took longer than `late_seconds`;
- refused (503): a like that waited for the database until its deadline, or met a full queue; a
  page to be rendered that met a full queue of them;
- failed (502 or 504): no task had room for it, or the load balancer gave up on it.

Within a step, requests arrive at random: `wait` adds an M/G/1 queue's mean wait to the fluid's.
"""

from array import array
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from kirosample import limits
from kirosample.favorites.writes import WRITE_QUEUE
from kirosample.http.fair_queue import MAX_WAITING
from kirosample.http.protocol.start_queue import REQUESTS_OF_A_TURN
from tools.capacity.queueing import pollaczek_khinchine
from tools.capacity.queues import Database, Fleet, Tasks, Writes
from tools.capacity.scaling import Policy, TargetTracking


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of request, and what one takes, in seconds of a whole core."""

    name: str
    cpu: float
    """In a saturated task."""
    alone: float = 1
    """How many times `cpu` it takes in an idle task, which wakes up for each request. In between
    the cost falls with the task's use of its CPU. Auto scaling sees it; nothing waits for it."""
    variation: float = 0
    """Squared coefficient of variation of `cpu`: 0 for constant, 1 for exponential."""
    write: float = 0
    """Of the database: a like has this."""
    read: float = 0
    """Of the database: a list. Requests that wait in a task share one read."""
    rendered: bool = False
    """A page that is not cached: a task renders one at a time, between other requests."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What to simulate. The defaults of the limits are the service's own; times are seconds."""

    kinds: Sequence[Kind]
    demand: Callable[[float], Sequence[float]]
    """Requests a second of each kind, at a second of the day."""
    seconds: float = 86_400
    step: float = 1
    min_tasks: int = 2
    """Also the tasks at the start."""
    max_tasks: int = 10
    policy: Policy | None = field(default_factory=Policy)
    """None: the number of tasks stays."""
    scheduled: Callable[[float], int] | None = None
    """The minimum of tasks at a second, where a schedule raises it."""
    task_speed: float = 1
    """Of a whole core: what a task gets."""
    idle: float = 0
    """CPU seconds a second that a task takes without requests."""
    start_seconds: float = 60
    """From the decision until a new task is in service."""
    task_queue: float = 65_535
    """Requests that may wait in a task: its connections."""
    render_queue: float = MAX_WAITING
    """Pages that may wait in a task to be rendered."""
    between_renders: float = 4 * REQUESTS_OF_A_TURN
    """Other requests that a busy task serves before it renders the next page: so many start in four
    turns of its loop."""
    late_seconds: float = limits.READ_DEADLINE_SECONDS
    give_up_seconds: float = 30
    """The load balancer's idle timeout."""
    database: Database | None = None
    """None: likes do not wait for one."""
    write_wait: float = limits.WRITE_DEADLINE_SECONDS - limits.STATEMENT_SECONDS
    """A like that has waited for longer is not sent: its statement might end after its deadline."""
    write_queue: int = WRITE_QUEUE
    """Likes that may wait, in each task."""


@dataclass
class Tally:
    """What became of one kind of request."""

    arrived: float = 0
    answered: float = 0
    late: float = 0
    refused: float = 0
    failed: float = 0
    waiting: float = 0


@dataclass(frozen=True)
class Change:
    """A decision of auto scaling."""

    second: float
    before: int
    wanted: int


def _series() -> "array[float]":
    return array("d")


@dataclass
class Day:
    """What happened: totals by kind, and one value a step of each series."""

    step: float
    tallies: dict[str, Tally]
    changes: list[Change] = field(default_factory=list)
    tasks: "array[float]" = field(default_factory=_series)
    """In service."""
    offered: "array[float]" = field(default_factory=_series)
    """CPU that the step's requests need, of what the tasks have: saturated above 1."""
    utilization: "array[float]" = field(default_factory=_series)
    """CPU used, of what the tasks have."""
    waiting: "array[float]" = field(default_factory=_series)
    """Requests in the tasks' queues and the database's."""
    wait: "array[float]" = field(default_factory=_series)
    """Seconds in a task's queue: the mean of the requests served in this step."""
    served: "array[float]" = field(default_factory=_series)
    """Requests that tasks served in this step."""
    late: "array[float]" = field(default_factory=_series)
    """Requests answered late in this step."""
    refused: "array[float]" = field(default_factory=_series)
    failed: "array[float]" = field(default_factory=_series)
    database: "array[float]" = field(default_factory=_series)
    """Cores that the database used."""
    database_size: "array[float]" = field(default_factory=_series)
    """Cores that it had."""


class _Service:
    """The state between two steps."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.day = Day(scenario.step, {kind.name: Tally() for kind in scenario.kinds})
        self.fleet = Fleet(scenario.min_tasks, scenario.start_seconds)
        self._tallies = [self.day.tallies[kind.name] for kind in scenario.kinds]
        database = scenario.database
        self._writes = Writes(database, scenario.write_wait) if database else None
        self._late = self._refused = self._failed = 0.0

    def scale(self, now: float, wanted: int) -> None:
        if wanted != self.fleet.desired:
            self.day.changes.append(Change(now, self.fleet.desired, wanted))
            self.fleet.scale(now, wanted)

    def step(self, now: float) -> None:
        scenario, day, step = self.scenario, self.day, self.scenario.step
        rates = scenario.demand(now)
        work = self._work(rates)
        for tally, rate in zip(self._tallies, rates, strict=True):
            tally.arrived += rate * step
        count = self.fleet.running
        used, served, waited = self._serve(now, rates, work * step, count)
        self._write(now, rates, count)
        flows = [
            (rate / count, kind.cpu / scenario.task_speed, kind.variation)
            for rate, kind in zip(rates, scenario.kinds, strict=True)
        ]
        waited_each = waited / served if served else 0.0
        day.tasks.append(count)
        day.offered.append((work / count + scenario.idle) / scenario.task_speed)
        day.utilization.append(
            (used / step / count + scenario.idle) / scenario.task_speed
            if self.fleet.with_queue
            else utilization(scenario, rates, count)
        )
        day.wait.append(waited_each + pollaczek_khinchine(flows))
        day.served.append(served)
        queued = sum([tasks.requests for tasks in self.fleet.with_queue])
        day.waiting.append(queued + (self._writes.waiting if self._writes else 0.0))
        day.late.append(self._late)
        day.refused.append(self._refused)
        day.failed.append(self._failed)
        self._late = self._refused = self._failed = 0.0

    def finish(self) -> Day:
        for tasks in self.fleet.with_queue:
            for _, _, requests, _ in (*tasks.others.batches, *tasks.renders.batches):
                for tally, amount in zip(self._tallies, requests, strict=True):
                    tally.waiting += amount
        for index, amount in self._writes.rest() if self._writes else ():
            self._tallies[index].waiting += amount
        return self.day

    def _work(self, requests: Sequence[float]) -> float:
        """The CPU seconds of so many requests of each kind."""
        kinds = self.scenario.kinds
        return sum([amount * kind.cpu for amount, kind in zip(requests, kinds, strict=True)])

    def _serve(
        self, now: float, rates: Sequence[float], work: float, count: int
    ) -> tuple[float, float, float]:
        """A step in the tasks: the CPU seconds used, the requests served, and their waiting."""
        step = self.scenario.step
        cpu = max(0.0, self.scenario.task_speed - self.scenario.idle) * step
        if work <= cpu * count and not self.fleet.with_queue:
            self._leave(now, now, [rate * step for rate in rates])
            return work, sum(rates) * step, 0.0
        for tasks in self.fleet.serving:
            share = step * tasks.count / count
            self._arrive(tasks, now, [rate * share for rate in rates])
        used = served = waited = 0.0
        between = self.scenario.between_renders
        for tasks in self.fleet.with_queue:
            before = tasks.work
            capacity = cpu * tasks.count
            for arrived, at, requests in tasks.serve(now, step, capacity, between):
                amount = sum(requests)
                waited += amount * (at - arrived)
                served += amount
                self._leave(arrived, at, requests)
            used += before - tasks.work
        return used, served, waited

    def _arrive(self, tasks: Tasks, now: float, requests: list[float]) -> None:
        """Queue a step's requests, pages to be rendered apart, as far as the tasks have room."""
        step, most = self.scenario.step, self.scenario.task_queue * tasks.count
        renders = [
            amount if kind.rendered else 0.0
            for amount, kind in zip(requests, self.scenario.kinds, strict=True)
        ]
        others = [amount - apart for amount, apart in zip(requests, renders, strict=True)]
        cpu = tasks.count * self.scenario.task_speed * step
        for amounts, queue, room, lose in (
            (others, tasks.others, most - tasks.renders.requests, self._fail),
            (renders, tasks.renders, self.scenario.render_queue * tasks.count, self._refuse),
        ):
            amount, work = sum(amounts), self._work(amounts)
            # What is served within the step needs no room.
            free = room - queue.requests + amount * (min(1.0, cpu / work) if work else 1.0)
            part = max(0.0, min(1.0, free / amount)) if amount else 0.0
            for index, request in enumerate(amounts):
                lose(index, request * (1 - part))
            if part:
                queue.add(now, step, [request * part for request in amounts], work * part)
            cpu = max(0.0, cpu - tasks.others.work)

    def _leave(self, arrived: float, at: float, requests: list[float]) -> None:
        """Requests that a task has served: answered, or to be written, or given up long ago."""
        for index, amount in enumerate(requests):
            if at - arrived > self.scenario.give_up_seconds:
                self._fail(index, amount)
            elif self._writes and (cost := self.scenario.kinds[index].write):
                self._writes.add(at, arrived, index, amount, cost)
            else:
                self._answer(index, amount, at - arrived)

    def _write(self, now: float, rates: Sequence[float], count: int) -> None:
        """A step at the database."""
        if self._writes is None:
            return
        scenario = self.scenario
        # A task reads each list for all that wait, so it never uses more than a core for it.
        reads = sum(
            [min(rate * kind.read, count) for rate, kind in zip(rates, scenario.kinds, strict=True)]
        )
        room = scenario.write_queue * count
        for index, amount, age in self._writes.serve(now, scenario.step, reads, room):
            if age is None:
                self._refuse(index, amount)
            else:
                self._answer(index, amount, age)
        self.day.database.append(self._writes.used)
        self.day.database_size.append(self._writes.size)

    def _answer(self, index: int, amount: float, age: float) -> None:
        self._tallies[index].answered += amount
        if age > self.scenario.late_seconds:
            self._tallies[index].late += amount
            self._late += amount

    def _refuse(self, index: int, amount: float) -> None:
        self._tallies[index].refused += amount
        self._refused += amount

    def _fail(self, index: int, amount: float) -> None:
        self._tallies[index].failed += amount
        self._failed += amount


def utilization(scenario: Scenario, rates: Sequence[float], tasks: float) -> float:
    """CPU that so many tasks use for these rates, of what they have, if nothing waits.

    It solves `use * speed = idle + work * (1 + (alone - 1) * (1 - use))`.
    """
    kinds = list(zip(rates, scenario.kinds, strict=True))
    work = sum([rate * kind.cpu for rate, kind in kinds]) / tasks
    more = sum([rate * kind.cpu * (kind.alone - 1) for rate, kind in kinds]) / tasks
    return min(1.0, (scenario.idle + work + more) / (scenario.task_speed + more))


def simulate(scenario: Scenario) -> Day:
    """Run the scenario."""
    service = _Service(scenario)
    points: deque[tuple[float, float]] = deque()
    policy = scenario.policy
    if policy:
        tracking = TargetTracking(policy, least=scenario.min_tasks, most=scenario.max_tasks)
        period = round(policy.period / scenario.step)
    for number in range(round(scenario.seconds / scenario.step)):
        now = number * scenario.step
        service.fleet.start(now)
        desired = service.fleet.desired
        if policy and number and not number % period:
            points.append((now + policy.delay, fmean(service.day.utilization[-period:])))
        while points and points[0][0] <= now:
            desired = tracking.decide(now, points.popleft()[1], desired, service.fleet.running)
        if scenario.scheduled:
            desired = max(desired, scenario.scheduled(now))
        service.scale(now, desired)
        service.step(now)
    return service.finish()
