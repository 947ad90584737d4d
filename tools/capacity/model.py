"""The service in steps of a second: a queue in each task, and one at the database.

    day = simulate(Scenario(kinds=(PAGE, LIKE), demand=lambda second: (900.0, 40.0), seconds=600))
    day.changes      # [Change(second, tasks before, tasks wanted), …], as auto scaling decided them
    day.tasks        # tasks in service, one value a step; likewise utilization, waiting, wait, …
    day.tallies      # {"page": Tally(arrived, answered, late, refused, failed, waiting), …}

Requests are a fluid: a step brings `rate * step` of each kind, also a fraction of one. The load
balancer gives every task in service the same share. A task is one process: it serves in order of
arrival, `task_speed` CPU seconds a second; pages that it has to render wait behind all else. Likes
then wait for the database, which all tasks share.
Every request ends in one of these ways, or is still waiting at the end:

- answered; of these, late ones took longer than `late_seconds`;
- refused (503): a like that waited for the database until its deadline, or met a full queue; a page
  to be rendered that met a full queue;
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
from kirosample.http.caching.work_queue import MAX_WAITING
from tools.capacity.queueing import pollaczek_khinchine
from tools.capacity.scaling import Policy, TargetTracking


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of request, and what one takes, in seconds of a whole core."""

    name: str
    cpu: float
    variation: float = 0
    """Squared coefficient of variation of `cpu`: 0 for constant, 1 for exponential."""
    rendered: bool = False
    """Whether it waits behind all that is not, as in the service's work queue."""
    write: float = 0
    """Of the database: a like has this."""
    read: float = 0
    """Of the database: a list. Requests that wait in a task share one read."""


@dataclass(frozen=True, kw_only=True)
class Database:
    """What a database serves: cores at its smallest and at its largest, and how fast it grows."""

    least: float
    most: float
    growth: float = 0
    """Cores added a second while it is busy."""


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
    lost: "array[float]" = field(default_factory=_series)
    """Requests that were late, refused or failed in this step."""
    database: "array[float]" = field(default_factory=_series)
    """Cores that the database used."""
    database_size: "array[float]" = field(default_factory=_series)
    """Cores that it had."""


class _Queue:
    """First come, first served.

    A batch is what arrived in a step: when it began, for how long, the requests of each kind, and
    their CPU seconds.
    """

    __slots__ = ("batches", "requests", "work")

    def __init__(self) -> None:
        self.batches: deque[tuple[float, float, list[float], float]] = deque()
        self.work = self.requests = 0.0

    def add(self, begun: float, length: float, requests: list[float], work: float) -> None:
        if amount := sum(requests):
            self.batches.append((begun, length, requests, work))
            self.work += work
            self.requests += amount

    def serve(self, now: float, step: float, cpu: float) -> list[tuple[float, float, list[float]]]:
        """Serve for `cpu` seconds: when each part arrived, when it was served, and its requests."""
        served: list[tuple[float, float, list[float]]] = []
        used = 0.0
        while self.batches and used < cpu:
            begun, length, requests, work = self.batches.popleft()
            part = min(1.0, (cpu - used) / work) if work else 1.0
            taken = [amount * part for amount in requests]
            at = now + step * (used + work * part / 2) / cpu
            served.append((min(begun + length * part / 2, at), at, taken))
            used += work * part
            self.requests -= sum(taken)
            if part < 1:
                left = [amount - gone for amount, gone in zip(requests, taken, strict=True)]
                rest = (begun + length * part, length * (1 - part), left, work * (1 - part))
                self.batches.appendleft(rest)
        self.work = self.work - used if self.batches else 0.0
        if not self.batches:
            self.requests = 0.0
        return served

    def split(self, part: float) -> "_Queue":
        """Take this part of it out."""
        out = _Queue()
        whole, self.batches = self.batches, deque()
        self.work = self.requests = 0.0
        for begun, length, requests, work in whole:
            gone = [amount * part for amount in requests]
            left = [amount - share for amount, share in zip(requests, gone, strict=True)]
            out.add(begun, length, gone, work * part)
            self.add(begun, length, left, work * (1 - part))
        return out


class _Tasks:
    """Tasks that came into service together, with equal queues: `renders` waits behind `first`."""

    __slots__ = ("count", "first", "renders")

    def __init__(
        self, count: int, first: _Queue | None = None, renders: _Queue | None = None
    ) -> None:
        self.count = count
        self.first = first or _Queue()
        self.renders = renders or _Queue()

    @property
    def work(self) -> float:
        return self.first.work + self.renders.work

    @property
    def requests(self) -> float:
        return self.first.requests + self.renders.requests

    def serve(self, now: float, step: float, cpu: float) -> list[tuple[float, float, list[float]]]:
        """As `_Queue.serve`."""
        before = self.first.work
        served = self.first.serve(now, step, cpu)
        return served + self.renders.serve(now, step, cpu - (before - self.first.work))

    def split(self, count: int) -> "_Tasks":
        """Take this many tasks out, with their share of the queues."""
        part = count / self.count
        self.count -= count
        return _Tasks(count, self.first.split(part), self.renders.split(part))


class _Writes:
    """Likes that wait for the database: when they came to it, when to the service, and how many."""

    def __init__(self) -> None:
        self.queue: deque[tuple[float, float, int, float]] = deque()
        self.amount = 0.0


class _Service:
    """The state between two steps."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.day = Day(scenario.step, {kind.name: Tally() for kind in scenario.kinds})
        self.tallies = [self.day.tallies[kind.name] for kind in scenario.kinds]
        self.cohorts = [_Tasks(scenario.min_tasks)]
        self.draining: list[_Tasks] = []
        self.starting: list[tuple[float, int]] = []
        self.desired = scenario.min_tasks
        self.writes = _Writes()
        self.size = scenario.database.least if scenario.database else 0.0
        self.lost = 0.0

    @property
    def running(self) -> int:
        """The tasks in service."""
        return sum(cohort.count for cohort in self.cohorts)

    def step(self, now: float) -> None:
        scenario, day = self.scenario, self.day
        count = self.running
        step = scenario.step
        rates = scenario.demand(now)
        cpu = max(0.0, scenario.task_speed - scenario.idle) * step
        offered = self._work(rates) / (count * scenario.task_speed)
        for tally, rate in zip(self.tallies, rates, strict=True):
            tally.arrived += rate * step
        used = waited = served = 0.0
        for cohort in self.cohorts:
            share = cohort.count / count
            self._arrive(cohort, now, [rate * step * share for rate in rates])
        for cohort in (*self.cohorts, *self.draining):
            before = cohort.work
            for arrived, at, requests in cohort.serve(now, step, cpu * cohort.count):
                amount = sum(requests)
                waited += amount * (at - arrived)
                served += amount
                self._leave(arrived, at, requests)
            used += before - cohort.work
        self.draining = [cohort for cohort in self.draining if cohort.requests]
        self._write(now, rates, count)
        random = pollaczek_khinchine(
            [
                (rate / count, kind.cpu / scenario.task_speed, kind.variation)
                for rate, kind in zip(rates, scenario.kinds, strict=True)
            ]
        )
        day.tasks.append(count)
        day.offered.append(offered + scenario.idle / scenario.task_speed)
        day.utilization.append(
            min(1.0, (used / step / count + scenario.idle) / scenario.task_speed)
        )
        day.wait.append((waited / served if served else 0.0) + random)
        day.served.append(served)
        queued = sum(cohort.requests for cohort in (*self.cohorts, *self.draining))
        day.waiting.append(queued + self.writes.amount)
        day.lost.append(self.lost)
        self.lost = 0.0

    def scale(self, now: float, wanted: int) -> None:
        if wanted == self.desired:
            return
        self.day.changes.append(Change(now, self.desired, wanted))
        if wanted > self.desired:
            ready = now + self.scenario.start_seconds
            self.starting.append((ready, wanted - self.desired))
        else:
            self._stop(self.desired - wanted)
        self.desired = wanted

    def start(self, now: float) -> None:
        """Take the tasks into service that are ready."""
        while self.starting and self.starting[0][0] <= now:
            _, count = self.starting.pop(0)
            idle = next((cohort for cohort in self.cohorts if not cohort.requests), None)
            if idle:
                idle.count += count
            else:
                self.cohorts.append(_Tasks(count))

    def _stop(self, count: int) -> None:
        """Remove tasks: those that have not started first, then the emptiest."""
        while count and self.starting:
            ready, starting = self.starting.pop()
            if starting > count:
                self.starting.append((ready, starting - count))
            count -= min(count, starting)
        while count:
            cohort = min(self.cohorts, key=lambda one: one.work / one.count)
            gone = min(count, cohort.count)
            self.draining.append(cohort.split(gone) if gone < cohort.count else cohort)
            if gone == cohort.count:
                self.cohorts.remove(cohort)
            count -= gone

    def _arrive(self, cohort: _Tasks, now: float, requests: list[float]) -> None:
        """Queue what there is room for. What is served within the step never waits."""
        scenario = self.scenario
        capacity = cohort.count * scenario.task_speed * scenario.step
        work = self._work(requests)
        at_once = min(1.0, capacity / work) if work else 1.0
        room = scenario.task_queue * cohort.count - cohort.requests + sum(requests) * at_once
        requests, over = _fitting(requests, room)
        for tally, amount in zip(self.tallies, over, strict=True):
            tally.failed += amount
        renders = [
            amount if kind.rendered else 0.0
            for amount, kind in zip(requests, scenario.kinds, strict=True)
        ]
        first = [amount - render for amount, render in zip(requests, renders, strict=True)]
        cohort.first.add(now, scenario.step, first, self._work(first))
        work, left = self._work(renders), max(0.0, capacity - cohort.first.work)
        at_once = min(1.0, left / work) if work else 1.0
        room = scenario.render_queue * cohort.count - cohort.renders.requests
        renders, refused = _fitting(renders, room + sum(renders) * at_once)
        for tally, amount in zip(self.tallies, refused, strict=True):
            tally.refused += amount
        self.lost += sum(over) + sum(refused)
        cohort.renders.add(now, scenario.step, renders, self._work(renders))

    def _work(self, requests: Sequence[float]) -> float:
        kinds = self.scenario.kinds
        return sum(amount * kind.cpu for amount, kind in zip(requests, kinds, strict=True))

    def _leave(self, arrived: float, at: float, requests: list[float]) -> None:
        """Requests that a task has served: answered, or to be written, or given up long ago."""
        scenario = self.scenario
        age = at - arrived
        for index, amount in enumerate(requests):
            tally = self.tallies[index]
            if age > scenario.give_up_seconds:
                tally.failed += amount
                self.lost += amount
            elif scenario.database and scenario.kinds[index].write:
                self.writes.queue.append((at, arrived, index, amount))
                self.writes.amount += amount
            else:
                self._answer(tally, amount, age)

    def _answer(self, tally: Tally, amount: float, age: float) -> None:
        tally.answered += amount
        if age > self.scenario.late_seconds:
            tally.late += amount
            self.lost += amount

    def _refuse(self, index: int, amount: float) -> None:
        self.tallies[index].refused += amount
        self.writes.amount -= amount
        self.lost += amount

    def _write(self, now: float, rates: Sequence[float], count: int) -> None:
        scenario, database, writes = self.scenario, self.scenario.database, self.writes
        if database is None:
            return
        end = now + scenario.step
        cpu = self.size * scenario.step
        reads = sum(
            min(rate * kind.read, count) for rate, kind in zip(rates, scenario.kinds, strict=True)
        )
        # Reading and writing connections are as many as tasks: neither takes more than half.
        reading = min(reads * scenario.step, cpu / 2 if writes.queue else cpu)
        left = cpu - reading
        while writes.queue:
            came, arrived, index, amount = writes.queue.popleft()
            if end - came > scenario.write_wait + scenario.step:
                self._refuse(index, amount)
                continue
            cost = scenario.kinds[index].write
            part = min(1.0, left / (amount * cost)) if amount else 1.0
            at = end - scenario.step * left / cpu if cpu else end
            if part > 0:
                self._answer(self.tallies[index], amount * part, max(at, came) - arrived)
                writes.amount -= amount * part
                left -= amount * part * cost
            if part < 1:
                writes.queue.appendleft((came, arrived, index, amount * (1 - part)))
                break
        while writes.queue and writes.amount > scenario.write_queue * count:
            came, arrived, index, amount = writes.queue.pop()
            over = min(amount, writes.amount - scenario.write_queue * count)
            self._refuse(index, over)
            if over < amount:
                writes.queue.append((came, arrived, index, amount - over))
        used = (cpu - left) / scenario.step
        self.day.database.append(used)
        self.day.database_size.append(self.size)
        if used > self.size * 0.7:
            self.size = min(database.most, self.size + database.growth * scenario.step)
        else:
            self.size = max(database.least, self.size - database.growth * scenario.step / 10)

    def finish(self) -> Day:
        for cohort in (*self.cohorts, *self.draining):
            for _, _, requests, _ in (*cohort.first.batches, *cohort.renders.batches):
                for tally, amount in zip(self.tallies, requests, strict=True):
                    tally.waiting += amount
        for _, _, index, amount in self.writes.queue:
            self.tallies[index].waiting += amount
        return self.day


def _fitting(requests: list[float], room: float) -> tuple[list[float], list[float]]:
    """What there is room for, and the rest."""
    amount = sum(requests)
    part = min(1.0, max(0.0, room / amount)) if amount else 1.0
    fitting = [request * part for request in requests]
    return fitting, [request - fit for request, fit in zip(requests, fitting, strict=True)]


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
        service.start(now)
        desired = service.desired
        if policy and number and not number % period:
            points.append((now + policy.delay, fmean(service.day.utilization[-period:])))
        while points and points[0][0] <= now:
            desired = tracking.decide(now, points.popleft()[1], desired, service.running)
        if scenario.scheduled:
            desired = max(desired, scenario.scheduled(now))
        service.scale(now, desired)
        service.step(now)
    return service.finish()
